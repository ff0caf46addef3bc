"""What is known of one article: the record that extraction makes, an engine stores, and every surface shows.

Plain frozen values that import nothing of ours. Offsets (`start`, `end`) count characters of the *document text*: the decoded text of a plain
file, or the text blocks of an HTML page joined by line feeds. They are null where a value was not read from that text (a file name, say).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any, Literal

Precision = Literal["day", "month", "year", "none"]

TEXT_FIELDS = ("title", "standfirst", "body")
"""The fields that a word without a field is looked for in, in reading order."""


class Record:
    """A frozen dataclass with slots whose values go from one process to another by the thousand: as what its class is called with.

    The way that dataclasses have of their own looks all fields up again for each value, which was a twelfth of the time of reading files.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        kind: Any = type(self)
        return kind, _values(kind)(self)


@cache
def _values(record: Any) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*(field.name for field in fields(record)))


@dataclass(frozen=True, slots=True)
class Person(Record):
    """One human being as one article names them.

    `name` is the fullest form in the text, without titles; `person` the archive's key for that human being ("@bashar-assad"), equal for
    all forms that are taken to be the same person; `role` the title or description the text gives, or ""; `aliases` the other forms.
    """

    name: str
    person: str
    role: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Considered(Record):
    """A value that was also found for a field, and why it was not taken."""

    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Evidence(Record):
    """Why a field has the value it has: the rule that read it and the words it was read from."""

    field: str
    value: str
    rule: str
    text: str
    start: int | None = None
    end: int | None = None
    considered: tuple[Considered, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed(Record):
    """Text that is not the story: taken out by `rule`, kept here so that nothing is lost."""

    text: str
    rule: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Article(Record):
    """One article, normalised.

    `id`             16 hex digits, derived from source, path and record key: stable over rebuilds
    `record`         the article's key inside a file that holds several; "" where the file is one article
    `date`           publication date cut to what is known: "2022", "2022-06", "2022-06-15", or null; `date_precision` says which
    `dateline_day`   day of a dateline that states no year, as "--02-26"
    `event_days`     days the story speaks of, resolved against a known publication date
    `agency`         whose report it is (the first where several share it; `agencies` has all); `publisher`: who printed it
    `participants`   who takes part in what is reported; `mentioned`: everybody else who is named; `byline`: names in credit lines
    `content_hash`   SHA-256 of title, standfirst and body after the written rules: equal for exact duplicates
    """

    id: str
    source: str
    path: str
    body: str
    content_hash: str
    record: str = ""
    url: str | None = None
    title: str | None = None
    standfirst: str | None = None
    date: str | None = None
    date_precision: Precision = "none"
    dateline_day: str | None = None
    event_days: tuple[str, ...] = ()
    agency: str | None = None
    agencies: tuple[str, ...] = ()
    publisher: str | None = None
    place: str | None = None
    language: str | None = None
    participants: tuple[Person, ...] = ()
    mentioned: tuple[Person, ...] = ()
    byline: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
    evidence: tuple[Evidence, ...] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody named in the story, participants first."""
        return self.participants + self.mentioned

    @property
    def lead(self) -> str:
        """What stands for the article in a list: its title, or its first words where the file has none."""
        if self.title:
            return self.title
        words = (self.standfirst or self.body).split()
        return " ".join(words[:14]) + (" …" if len(words) > 14 else "")

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON values, in the order a reader wants them: what it is, when, whose, who, then how we know."""
        return {name: _RECORDS[name](getattr(self, name)) if name in _RECORDS else getattr(self, name) for name in _ORDER}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Article:
        """The record that `to_dict` wrote. Unknown keys are an error (`TypeError`), so that nothing is dropped silently."""
        known = dict(values)
        for name in ("participants", "mentioned"):
            known[name] = tuple(Person(**{**p, "aliases": tuple(p["aliases"])}) for p in known.get(name, ()))
        known["removed"] = tuple(Removed(**r) for r in known.get("removed", ()))
        known["evidence"] = tuple(
            Evidence(**{**e, "considered": tuple(Considered(**c) for c in e.get("considered", ()))}) for e in known.get("evidence", ())
        )
        for name in ("event_days", "agencies", "byline"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


def _people(people: tuple[Person, ...]) -> tuple[dict[str, Any], ...]:
    return tuple({"name": p.name, "person": p.person, "role": p.role, "aliases": p.aliases} for p in people)


def _removals(removals: tuple[Removed, ...]) -> tuple[dict[str, Any], ...]:
    return tuple({"text": r.text, "rule": r.rule, "start": r.start, "end": r.end} for r in removals)


def _evidence(evidence: tuple[Evidence, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "field": e.field,
            "value": e.value,
            "rule": e.rule,
            "text": e.text,
            "start": e.start,
            "end": e.end,
            "considered": tuple({"value": c.value, "why": c.why} for c in e.considered),
        }
        for e in evidence
    )


_RECORDS: dict[str, Callable[[Any], Any]] = {"participants": _people, "mentioned": _people, "removed": _removals, "evidence": _evidence}
"""How fields of records become JSON values: by name, because `dataclasses.asdict` takes five times as long."""

_ORDER = [
    "id",
    "source",
    "path",
    "record",
    "url",
    "title",
    "standfirst",
    "body",
    "date",
    "date_precision",
    "dateline_day",
    "event_days",
    "agency",
    "agencies",
    "publisher",
    "place",
    "language",
    "participants",
    "mentioned",
    "byline",
    "removed",
    "evidence",
    "content_hash",
]
if set(_ORDER) != {f.name for f in fields(Article)}:
    raise AssertionError("the order of Article.to_dict must name every field of Article")
