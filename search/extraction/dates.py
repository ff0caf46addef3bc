"""When was it published, how precisely, and how do we know?

Evidence, strongest first: what the file states as its date, a line of the text that says so, the dateline, then elements of a page that may
be about something else, the address, the name of the file. A day of the last change is not the day of publication: it may only give a
dateline its year. No evidence, no date; the year of a copyright notice is none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.article import Considered, Evidence, Precision
from search.extraction import days, events
from search.extraction.boilerplate import Cut
from search.extraction.datelines import Dateline
from search.extraction.days import Day
from search.extraction.document import Block, Document

_URL_DAY = re.compile(
    r"/(?P<y>(?:19|20)\d{2})[/-](?P<m>0[1-9]|1[0-2])(?:[/-](?P<d>0[1-9]|[12]\d|3[01]))?(?=[/-]|$)"
    r"|/(?P<cy>20\d{2})(?P<cm>0[1-9]|1[0-2])(?P<cd>0[1-9]|[12]\d|3[01])(?=/)"
)
_FILE_DAY = re.compile(r"(?<![^\W_])(?P<y>(?:19|20)\d{2})(?P<gap>[-_.]?)(?P<m>0[1-9]|1[0-2])(?P=gap)(?P<d>0[1-9]|[12]\d|3[01])(?![^\W_])")
_PUBLISHED = r"first published|published|posted|issued|created|released|veröffentlicht|erschienen|publié|publicado|pubblicato|опубликовано|date"
_CHANGED = r"updated?|last update|modified|edited|corrected|revised|aktualisiert|mis à jour|modifié|actualizado|atualizado|aggiornato|обновлено"
_LABEL = re.compile(rf"(?i:\b(?:(?P<published>{_PUBLISHED})|(?P<changed>{_CHANGED}))\b)")
_STAMPED = re.compile(rf"^(?i:(?:last )?(?:{_PUBLISHED}|{_CHANGED}))(?i: on| at| le| am| el| il)?:?\s")
_CHANGED_FACT = re.compile(r"(?i:modif|updat|lastmod)")
_WEAK_FACTS = ("time element", "htmldate")  # they may be about another article of the page
_DATED_LINES = frozenset(("date line", "update stamp", "byline", "line with a date"))
_DIGIT = re.compile(r"\d")
_DAY = dt.timedelta(days=1)
_SOON = dt.timedelta(days=7)  # a report is changed, if at all, within days of its dateline
_TURN_OF_YEAR = (("12", "25"), ("01", "07"))


@dataclass(frozen=True, slots=True)
class Dating:
    """What is known of an article's day of publication, and the days that its story speaks of."""

    date: str | None = None
    precision: Precision = "none"
    dateline_day: str | None = None
    event_days: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    day: Day
    rule: str
    text: str
    start: int | None = None
    end: int | None = None
    changed: bool = False

    @property
    def value(self) -> str:
        return self.day.value or ""


def find(document: Document, story: tuple[Block, ...], cuts: tuple[Cut, ...], dateline: tuple[Block, Dateline] | None, path: str) -> Dating:
    """The publication date of an article; `path` is the path of its file."""
    strong, weak = _facts(document)
    line = list(_in_dateline(dateline))
    stated = list(_stated(cuts))
    # A page may state the moment in UTC, and its text the day where it was printed.
    shown = [claim for claim in stated if strong and not claim.changed and _apart(claim, strong[0]) == _DAY]
    claims = [*shown, *strong, *(claim for claim in stated if claim not in shown), *line, *weak, *_in_address(document.url), *_in_file_name(path)]
    dated = [claim for claim in claims if claim.day.value and not claim.changed]
    yearless = next((claim for claim in claims if not claim.day.value and claim.day.yearless), None)
    if line and yearless is line[0]:
        dated = [claim for claim in dated if claim.rule != "line with a date" or _fits(claim, yearless.day)]
    line_day = yearless.day.yearless if yearless else None
    evidence: list[Evidence] = []
    if yearless and line_day:
        evidence.append(Evidence("dateline_day", line_day, yearless.rule, yearless.text, yearless.start, yearless.end))
    best = _best(dated)
    value, precision = (best.value, best.day.precision) if best else ("", "none")
    rule = best.rule if best else ""
    if yearless and precision != "day":
        whole, by = _with_year(line_day or "", best, [claim for claim in claims if claim.changed])
        if by is not None:
            value, precision, best, rule = whole, "day", yearless, f"{yearless.rule}, with the year of the {by.rule}"
    if best is None:
        return Dating(dateline_day=line_day, evidence=tuple(evidence))
    considered = _considered(best, value, [claim for claim in claims if claim is not best])
    evidence.append(Evidence("date", value, rule, best.text, best.start, best.end, considered))
    spoken = events.find(story, dt.date.fromisoformat(value)) if precision == "day" else []
    return Dating(value, precision, line_day, tuple(dict.fromkeys(item.value for item in spoken)), (*evidence, *spoken))


def is_stamp(text: str) -> bool:
    """Whether a line says nothing but a date, so that it dates the article and is no part of the story."""
    if not _DIGIT.search(text):
        return False
    day = days.whole(_STAMPED.sub("", text))
    return day is not None and day.precision != "none"


def _best(dated: list[_Claim]) -> _Claim | None:
    """The strongest claim, or a weaker one that says the same more precisely."""
    if not dated:
        return None
    first = dated[0]
    return next((claim for claim in dated if claim.day.precision == "day" and _agrees(claim, first)), first)


def _agrees(claim: _Claim, less: _Claim) -> bool:
    return claim.value in less.day.either if less.day.either else claim.value.startswith(less.value)


def _apart(one: _Claim, other: _Claim) -> dt.timedelta | None:
    """How long two days lie apart; None where either is not known to the day."""
    if one.day.precision != "day" or other.day.precision != "day":
        return None
    return abs(dt.date.fromisoformat(one.value) - dt.date.fromisoformat(other.value))


def _fits(claim: _Claim, dateline: Day) -> bool:
    """Whether a date on a line of its own is within days of the dateline: else it is a day that the story speaks of."""
    if claim.day.precision != "day":
        return claim.day.month == dateline.month
    printed = dt.date.fromisoformat(claim.value)
    either = (_day_in(str(year), (dateline.yearless or "")[2:]) for year in (printed.year, printed.year - 1))
    return any(day and _since(day, printed) for day in either)


def _since(day: str, later: dt.date) -> bool:
    """Whether a day lies at most some days before another."""
    return dt.timedelta(0) <= later - dt.date.fromisoformat(day) <= _SOON


def _day_in(year: str, month_and_day: str) -> str:
    """The day of a year, or nothing where that year has none, as most have no 29 February."""
    day = f"{year}-{month_and_day}"
    known = days.find(day)
    return day if known is not None and known.value == day else ""


def _with_year(day: str, best: _Claim | None, changes: list[_Claim]) -> tuple[str, _Claim | None]:
    """A day without a year made whole, and the claim that the year comes from; None where none gives it surely."""
    month_and_day = day.removeprefix("--")
    if best is not None:
        if best.day.precision == "month":
            whole = _day_in(best.value[:4], month_and_day)
            return (whole, best) if whole and best.value[5:7] == month_and_day[:2] else ("", None)
        late, early = ("-".join(edge) for edge in _TURN_OF_YEAR)
        whole = _day_in(best.value, month_and_day)
        return (whole, best) if whole and early < month_and_day < late and not best.day.either else ("", None)
    for change in changes:
        if change.day.precision == "day":
            last = dt.date.fromisoformat(change.value)
            for year in (last.year, last.year - 1):
                whole = _day_in(str(year), month_and_day)
                if whole and _since(whole, last):
                    return whole, change
    return "", None


def _considered(best: _Claim, value: str, others: list[_Claim]) -> tuple[Considered, ...]:
    """What else was found, and why it is not the date."""
    found = [Considered(best.text, best.day.note)] if best.day.note else []
    for other in others:
        said = other.day.value or other.day.yearless
        if not said or value.startswith(said) or value.endswith(said.removeprefix("-")):
            continue
        if other.changed:
            why = f"{other.rule}: the day of a change"
        elif other.day.value is None:
            why = f"{other.rule}: a day without a year"
        elif said.startswith(value) or value[:4] == said:
            why = f"{other.rule}: weaker evidence" if said.startswith(value) else f"{other.rule}: less precise"
        else:
            why = f"{other.rule}: weaker evidence"
        found.append(Considered(said, why))
    return tuple(dict.fromkeys(found))


def _facts(document: Document) -> tuple[list[_Claim], list[_Claim]]:
    """What the file states about itself: what is plainly about the article, and what may not be."""
    strong: list[_Claim] = []
    weak: list[_Claim] = []
    for fact in document.dates:
        day = days.find(fact.value) or days.whole(fact.value)
        if day is not None:
            claim = _Claim(day, fact.rule, fact.text, fact.start, fact.end, changed=bool(_CHANGED_FACT.search(fact.rule)))
            (weak if fact.rule.startswith(_WEAK_FACTS) else strong).append(claim)
    return strong, weak


def _stated(cuts: tuple[Cut, ...]) -> Iterator[_Claim]:
    """Dates on lines of their own: "date 2022-06-15", "Published: 3 May 2019, updated 5 May 2019"."""
    lines = [(cut.block, cut.rule) for cut in cuts if cut.rule in _DATED_LINES]
    for block, rule in sorted(lines, key=lambda line: line[0].start):
        at = 0
        year = None if days.find(block.text) else days.whole(block.text)
        if year is not None:
            yield _Claim(year, rule, block.text[year.start : year.end], block.start + year.start, block.start + year.end)
        while (day := days.find(block.text, at)) is not None:
            labels = list(_LABEL.finditer(block.text, at, day.start))
            changed = bool(labels) and labels[-1]["changed"] is not None
            yield _Claim(day, rule, block.text[day.start : day.end], block.start + day.start, block.start + day.end, changed)
            at = day.end


def _in_dateline(dateline: tuple[Block, Dateline] | None) -> Iterator[_Claim]:
    if dateline is not None and dateline[1].day is not None:
        block, day = dateline[0], dateline[1].day
        yield _Claim(day, "dateline", block.text[day.start : day.end], block.start + day.start, block.start + day.end)


def _in_address(url: str | None) -> Iterator[_Claim]:
    match = _URL_DAY.search(url or "")
    if match:
        yield from _existing([match[name] or match[f"c{name}"] for name in "ymd"], "address of the page", match.group())


def _in_file_name(path: str) -> Iterator[_Claim]:
    match = _FILE_DAY.search(path.rsplit("/", 1)[-1])
    if match:
        yield from _existing([match["y"], match["m"], match["d"]], "file name", match.group())


def _existing(parts: list[str | None], rule: str, text: str) -> Iterator[_Claim]:
    found = days.find("-".join(part for part in parts if part))
    if found is not None:
        yield _Claim(found, rule, text)
