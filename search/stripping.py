"""What is an article without the lines that its archive has learned to be furniture, and how does it get them back?

`strip` and `restored` are exact inverses: `restored(strip(article, lines).article, taken) == article`. `content_hash` stays that of the text as
it was read. Agency, date and other values stay as well, also where they were read from a line that goes: a footer may say whose report it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from search.analysis import words
from search.article import Article, Considered, Evidence, Person, Removed
from search.repeated import Removal, line_of, places

MARKED = "line marked as boilerplate"
REPEATED = {"first": "repeated line (first)", "last": "repeated line (last)"}
RULES = frozenset({MARKED, *REPEATED.values()})
"""The rules by which `strip` says in `Article.removed` why a line went."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Taken:
    """What `strip` took out of an article, each with its place in the list that it stood in: all that `restored` needs."""

    paragraphs: tuple[tuple[int, str], ...] = ()
    standfirst: str | None = None
    participants: tuple[tuple[int, Person], ...] = ()
    mentioned: tuple[tuple[int, Person], ...] = ()
    evidence: tuple[tuple[int, Evidence], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Taken:
        """The record that `to_dict` wrote, also after it was JSON."""
        return cls(
            tuple((at, text) for at, text in values["paragraphs"]),
            values["standfirst"],
            tuple((at, _person(p)) for at, p in values["participants"]),
            tuple((at, _person(p)) for at, p in values["mentioned"]),
            tuple((at, _evidence(e)) for at, e in values["evidence"]),
        )


@dataclass(frozen=True, slots=True)
class Stripped:
    """An article without its furniture, and what to keep beside it so that it can be restored; null where nothing was taken."""

    article: Article
    taken: Taken | None


def strip(article: Article, lines: Removal) -> Stripped:
    """An article, as it was read, without these lines. Persons named nowhere else in it go with them. An article is never emptied."""
    paragraphs = article.body.split("\n\n")
    going = _going(paragraphs, lines)
    standfirst = article.standfirst
    rule = _rule(line_of(standfirst), "first", lines) if standfirst is not None and article.body.strip() else None
    gone_lines = [Removed(paragraphs[at], why) for at, why in going.items()]
    if standfirst is not None and rule is not None:
        gone_lines.insert(0, Removed(standfirst, rule))
    else:
        standfirst = None
    if not gone_lines:
        return Stripped(article, None)
    left = replace(
        article,
        standfirst=article.standfirst if standfirst is None else None,
        body="\n\n".join(text for at, text in enumerate(paragraphs) if at not in going),
        removed=(*article.removed, *gone_lines),
    )
    gone = _only_in([line.text for line in gone_lines], left)
    taken = Taken(
        tuple((at, paragraphs[at]) for at in going),
        standfirst,
        tuple((at, p) for at, p in enumerate(article.participants) if p in gone),
        tuple((at, p) for at, p in enumerate(article.mentioned) if p in gone),
        tuple((at, e) for at, e in enumerate(article.evidence) if _says(e, gone) or (standfirst is not None and e.field == "standfirst")),
    )
    return Stripped(
        replace(
            left,
            participants=tuple(p for p in article.participants if p not in gone),
            mentioned=tuple(p for p in article.mentioned if p not in gone),
            evidence=_without(article.evidence, taken.evidence),
        ),
        taken,
    )


def restored(article: Article, taken: Taken | None) -> Article:
    """The article as it was before `strip`. What has changed since then in what was left (a corrected date, the keys of persons) stays changed.

    An article that was not stripped is given back as it is. Raises ValueError for one that was stripped of other lines than `taken` has.
    """
    lacking = [line.text for line in article.removed if line.rule in RULES]
    if taken is None or not lacking:
        return article
    if lacking != [*([taken.standfirst] if taken.standfirst is not None else []), *(text for _, text in taken.paragraphs)]:
        raise ValueError(f"article {article.id} was stripped of other lines than those that are kept beside it")
    return replace(
        article,
        standfirst=article.standfirst if taken.standfirst is None else taken.standfirst,
        body="\n\n".join(_with(article.body.split("\n\n"), taken.paragraphs)),
        participants=_with(article.participants, taken.participants),
        mentioned=_with(article.mentioned, taken.mentioned),
        evidence=_with(article.evidence, taken.evidence),
        removed=tuple(r for r in article.removed if r.rule not in RULES),
    )


def _going(paragraphs: list[str], lines: Removal) -> dict[int, str]:
    """The paragraphs that go, by their place, and the rule for each; none if nothing would be left."""
    filled = [(at, line) for at, line in enumerate(map(line_of, paragraphs)) if line]
    edges = places(len(filled))
    going = {at: rule for number, (at, line) in enumerate(filled) if (rule := _rule(line, edges.get(number), lines))}
    return going if len(going) < len(filled) else {}


def _rule(line: str, place: str | None, lines: Removal) -> str | None:
    if line in lines.anywhere:
        return MARKED
    return REPEATED[place] if place is not None and line in lines.edges else None


def _only_in(removed: Iterable[str], left: Article) -> set[Person]:
    """The persons who are named in lines that went and nowhere in what is left."""
    if not left.people:
        return set()
    there, here = _words_of(*removed), _words_of(left.title, left.standfirst, left.body)
    forms = {person: [_words_of(form) for form in (person.name, *person.aliases)] for person in left.people}
    return {person for person, known in forms.items() if any(form in there for form in known) and not any(form in here for form in known)}


def _words_of(*texts: str | None) -> str:
    """The words of texts, each between spaces, so that a name is found as words."""
    return f" {' | '.join(' '.join(words(text)) for text in texts if text)} "


def _says(evidence: Evidence, gone: set[Person]) -> bool:
    return evidence.field in ("participants", "mentioned") and any(evidence.value == person.name for person in gone)


def _without(whole: tuple[_T, ...], parts: tuple[tuple[int, _T], ...]) -> tuple[_T, ...]:
    out = {at for at, _ in parts}
    return tuple(value for at, value in enumerate(whole) if at not in out)


def _with(left: Iterable[_T], parts: tuple[tuple[int, _T], ...]) -> tuple[_T, ...]:
    whole = list(left)
    for at, value in parts:
        whole.insert(at, value)
    return tuple(whole)


def _person(values: Mapping[str, Any]) -> Person:
    return Person(**{**values, "aliases": tuple(values["aliases"])})


def _evidence(values: Mapping[str, Any]) -> Evidence:
    return Evidence(**{**values, "considered": tuple(Considered(**c) for c in values["considered"])})
