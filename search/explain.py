"""Why does an article say what it says? Its raw text cut wherever something was removed or read, and each value with its reason.

Pure: `explain` joins an `Article`, freshly extracted or from an archive, with the document text that its offsets count in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

from search.article import Article, Considered, Evidence, Person, Removed
from search.wording import MONTHS

FIELD_NAMES = {
    "title": "title",
    "standfirst": "standfirst",
    "date": "date",
    "dateline_day": "dateline day",
    "agency": "agency",
    "agencies": "joint agency",
    "publisher": "publisher",
    "place": "place",
    "language": "language",
    "participants": "takes part",
    "mentioned": "mentioned",
    "byline": "byline",
    "event_days": "speaks of",
}
"""The fields that are explained, in the order they are shown in, and what each is called."""

_EXPECTED = ("title", "date", "agency", "publisher", "place", "language", "participants")
_BLOCKS = frozenset({"title", "standfirst"})
# Three lines of a terminal, or a short credit block: what is longer is furniture that nobody wants to read first.
_FOLD_ROWS = 6
_FOLD_CHARACTERS = 480
_FOLD_WORDS = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """A value and its reason. `number` marks its words in the text; it, `start` and `end` are null where it was not read from the text.

    `rule` is empty where the record has the value without a reason. `person` is set for people: their role and other names.
    """

    field: str
    value: str
    rule: str
    text: str
    number: int | None = None
    start: int | None = None
    end: int | None = None
    considered: tuple[Considered, ...] = ()
    person: Person | None = None

    @property
    def shown(self) -> str:
        """The value for a reader: the day of a dateline as "3 March, no year given"."""
        day = re.fullmatch(r"--(\d\d)-(\d\d)", self.value)
        return f"{int(day[2])} {MONTHS[int(day[1]) - 1]}, no year given" if day else self.value


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the document text in which nothing changes: taken out as part of `removed`, or kept; part of the words of these values."""

    start: int
    end: int
    text: str
    removed: Removed | None = None
    values: tuple[Reading, ...] = ()

    @property
    def block(self) -> Reading | None:
        """The title or standfirst it belongs to: a value that is whole lines rather than words in one."""
        return next((reading for reading in self.values if reading.field in _BLOCKS), None)

    @property
    def marks(self) -> tuple[Reading, ...]:
        """The values read from words in a line that it belongs to."""
        return tuple(reading for reading in self.values if reading.field not in _BLOCKS)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the text as it is shown: all of it kept, or all of it taken out by one rule. `apart`: it is set off from the row before it."""

    pieces: tuple[Piece, ...]
    removed: Removed | None = None
    apart: bool = False

    @property
    def text(self) -> str:
        """The line's characters."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def block(self) -> Reading | None:
        """The title or standfirst that stands in it."""
        return next((piece.block for piece in self.pieces if piece.block), None)


@dataclass(frozen=True, slots=True)
class Fold:
    """Removed rows that follow each other and are too much to show: their rules with the number of rows each took, and the words at both ends."""

    rows: tuple[Row, ...]
    rules: tuple[tuple[str, int], ...]
    head: str
    tail: str

    @property
    def apart(self) -> bool:
        """Whether it is set off from what stands before it."""
        return self.rows[0].apart


@dataclass(frozen=True, slots=True)
class Explanation:
    """An article, its raw text in pieces that make up the whole text, its values with their reasons, and the fields nothing was found for.

    `moved` counts evidence and removals whose words no longer stand where they were read: the file has changed since.
    """

    article: Article
    text: str
    pieces: tuple[Piece, ...]
    readings: tuple[Reading, ...]
    missing: tuple[str, ...] = ()
    moved: int = 0

    @property
    def removed_characters(self) -> int:
        """How many characters of the text were taken out, white space between lines not counted."""
        return sum(piece.end - piece.start for piece in self.pieces if piece.removed)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: which article, the text, its pieces, the values with their reasons, and what is missing."""
        article = self.article
        return {
            "id": article.id,
            "source": article.source,
            "path": article.path,
            "record": article.record,
            "text": self.text,
            "pieces": [
                {"start": p.start, "end": p.end, "removed": p.removed.rule if p.removed else None, "values": [r.number for r in p.values]}
                for p in self.pieces
            ],
            "values": [
                {
                    "number": r.number,
                    "field": r.field,
                    "value": r.value,
                    "rule": r.rule,
                    "text": r.text,
                    "start": r.start,
                    "end": r.end,
                    "considered": [{"value": other.value, "why": other.why} for other in r.considered],
                }
                for r in self.readings
            ],
            "missing": list(self.missing),
            "moved": self.moved,
        }


def explain(article: Article, text: str) -> Explanation:
    """Why the article says what it says. `text` is the document text of its file, in which the offsets of evidence and removals count."""
    readings: list[Reading] = []
    numbers, moved = 0, 0
    for evidence in _in_order(article):
        reading = _reading(evidence, article)
        if _stands(evidence, text):
            numbers += 1
            reading = replace(reading, number=numbers, start=evidence.start, end=evidence.end)
        else:
            moved += evidence.start is not None
        readings.append(reading)
    removals = [removal for removal in article.removed if _stands(removal, text)]
    moved += sum(removal.start is not None for removal in article.removed) - len(removals)
    missing = tuple(field for field in _EXPECTED if not _values(article, field))
    return Explanation(article, text, _pieces(text, readings, removals), tuple(readings), missing, moved)


def _stands(item: Evidence | Removed, text: str) -> bool:
    """Whether the words stand in the text where they are said to."""
    return item.start is not None and bool(item.text) and text[item.start : item.end] == item.text


def rows(explanation: Explanation, *, whole: bool = False) -> tuple[Row | Fold, ...]:
    """The text line by line. Long removed stretches in which no value was read are folded, unless `whole` is asked for."""
    lines = tuple(_lines(explanation))
    if whole:
        return lines
    shown: list[Row | Fold] = []
    for folds, group in groupby(lines, key=lambda row: row.removed is not None and not any(piece.values for piece in row.pieces)):
        together = tuple(group)
        if folds and (len(together) > _FOLD_ROWS or sum(len(row.text) for row in together) > _FOLD_CHARACTERS):
            shown.append(_fold(together))
        else:
            shown += together
    return tuple(shown)


def unplaced(explanation: Explanation) -> tuple[Removed, ...]:
    """What was removed but does not stand in the text: it came from elsewhere in the file, or the file has changed."""
    return tuple(removal for removal in explanation.article.removed if not _stands(removal, explanation.text))


def context(text: str, start: int, end: int, length: int) -> tuple[str, str]:
    """What stands before and after some words in their line, whole words of at most `length` characters each, with … where more follows."""
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    before, after = text[line_start:start], text[end : line_end if line_end >= 0 else len(text)]
    if len(before) > length:
        before = "… " + before[-length:].partition(" ")[2]
    if len(after) > length:
        after = after[:length].rpartition(" ")[0] + " …"
    return before.lstrip(), after.rstrip()


def by_field(explanation: Explanation) -> tuple[tuple[str, tuple[Reading, ...]], ...]:
    """The fields in order, each with its values; those that nothing was found for have none."""
    found: dict[str, list[Reading]] = {}
    for reading in explanation.readings:
        found.setdefault(reading.field, []).append(reading)
    order = [*FIELD_NAMES, *(field for field in found if field not in FIELD_NAMES)]
    return tuple((field, tuple(found.get(field, ()))) for field in order if field in found or field in explanation.missing)


def _in_order(article: Article) -> Iterator[Evidence]:
    """The evidence in the order of the fields, with values that have none where they belong; fields we do not know of last."""
    places = {name: place for place, name in enumerate(FIELD_NAMES)}
    known = {(evidence.field, evidence.value) for evidence in article.evidence} | {("agencies", article.agency)}
    bare = [Evidence(name, value, "", "") for name in FIELD_NAMES for value in _values(article, name) if (name, value) not in known]
    yield from sorted((*article.evidence, *bare), key=lambda evidence: places.get(evidence.field, len(places)))


def _values(article: Article, field: str) -> tuple[str, ...]:
    value = getattr(article, field)
    if not isinstance(value, tuple):
        return (value,) if value else ()
    return tuple(item.name if isinstance(item, Person) else item for item in value)


def _reading(evidence: Evidence, article: Article) -> Reading:
    people: tuple[Person, ...] = getattr(article, evidence.field) if evidence.field in ("participants", "mentioned") else ()
    person = next((person for person in people if person.name == evidence.value), None)
    return Reading(evidence.field, evidence.value, evidence.rule, evidence.text, considered=evidence.considered, person=person)


def _pieces(text: str, readings: Sequence[Reading], removals: Sequence[Removed]) -> tuple[Piece, ...]:
    placed: tuple[Reading | Removed, ...] = (*readings, *removals)
    borders = sorted({0, len(text)} | {border for item in placed for border in (item.start, item.end) if border is not None})
    at = {border: place for place, border in enumerate(borders)}
    values: list[list[Reading]] = [[] for _ in borders]
    taken: list[Removed | None] = [None for _ in borders]
    for reading in readings:
        if reading.number is not None and reading.start is not None and reading.end is not None:
            for place in range(at[reading.start], at[reading.end]):
                values[place].append(reading)
    for removal in removals:
        if removal.start is not None and removal.end is not None:
            for place in range(at[removal.start], at[removal.end]):
                taken[place] = taken[place] or removal
    return tuple(Piece(start, end, text[start:end], taken[place], tuple(values[place])) for place, (start, end) in enumerate(pairwise(borders)))


def _lines(explanation: Explanation) -> Iterator[Row]:
    """Rows without the empty lines: what follows one is `apart`. Where a text has none, every kept row is, and always what follows the title."""
    airy = "\n\n" in explanation.text
    line: list[Piece] = []
    breaks = 0
    before: Row | None = None

    def finished() -> Iterator[Row]:
        nonlocal breaks, before
        row = Row(tuple(line), line[0].removed if line else None)
        line.clear()
        if row.text.strip():
            packed = before is not None and (airy or (row.removed is not None and before.removed is not None))
            heading = before is not None and row.removed is None and row.block != before.block
            apart = before is not None and breaks > (1 if packed and not heading else 0)
            breaks, before = 0, row
            yield replace(row, apart=apart)

    for piece in explanation.pieces:
        if line and piece.removed != line[0].removed:
            yield from finished()
        if piece.removed:
            line.append(piece)
            continue
        start = piece.start
        for part in piece.text.splitlines(keepends=True) if "\n" in piece.text else [piece.text]:
            line.append(replace(piece, start=start, end=start + len(part), text=part))
            start += len(part)
            if part.endswith("\n"):
                yield from finished()
                breaks += 1
    yield from finished()


def _fold(together: tuple[Row, ...]) -> Fold:
    words = " ".join(row.text for row in together).split()
    rules = Counter(row.removed.rule for row in together if row.removed)
    return Fold(together, tuple(rules.most_common()), " ".join(words[:_FOLD_WORDS]), " ".join(words[_FOLD_WORDS:][-_FOLD_WORDS:]))
