"""What a query asks for, as plain data: nodes with equality that never execute themselves.

A node's text is what the person typed; `search.plan` turns it into words of the index. `span` (start and end in the typed text) is for
messages only and takes no part in equality, so that parse(print(tree)) == tree holds. `field` is one of `article.TEXT_FIELDS`, "byline"
or "url", or None for any of title, standfirst and body.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

WORD_FIELDS = ("title", "standfirst", "body", "byline", "url")
"""Fields whose text is searched by words."""

VALUE_FIELDS = ("agency", "publisher", "place", "language")
"""Fields that hold whole values; they are compared regardless of case and accents."""

PEOPLE_FIELDS = ("participants", "people")
"""Facets of people: those who take part, and those or anybody mentioned. The query language calls them participant: and person:."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What was not understood in a query, where, and what was done about it. Positions count characters of the typed text."""

    message: str
    start: int
    end: int
    severity: Literal["warning", "error"] = "warning"


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of a query."""

    span: tuple[int, int] | None = field(default=None, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A word in any of its forms; a hyphenated one is a phrase of word forms."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Exact(Node):
    """A word just as it stands (`=returned`)."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase(Node):
    """These words, literally, in this order; with `slop` n in any order inside a window of their number + n - 1 (`"oil gas"~3`)."""

    text: str
    field: str | None = None
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix(Node):
    """Every word that begins so (`refuge*`)."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Wildcard(Node):
    """Every word of this shape: `?` is one letter, `*` any number."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy(Node):
    """Every word at most `edits` (1 or 2) letters off; the first letter is fixed."""

    text: str
    edits: int = 1
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Near(Node):
    """Both within `distance` words of each other in one field; `ordered` (PRE) wants the left one first."""

    left: Node
    right: Node
    distance: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of them."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any of them."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """What is left without it."""

    child: Node


@dataclass(frozen=True, slots=True)
class Value(Node):
    """A whole value of one of `VALUE_FIELDS`, or a name or key of a person in one of `PEOPLE_FIELDS`."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class DateRange(Node):
    """Published from `start` to `end`, both included; None is open. Matches only what lies inside whatever its vague date may mean."""

    start: dt.date | None
    end: dt.date | None


@dataclass(frozen=True, slots=True)
class Missing(Node):
    """Nothing is known: `field` is "date", or one of `VALUE_FIELDS` or `PEOPLE_FIELDS`."""

    field: str


@dataclass(frozen=True, slots=True)
class Everything(Node):
    """Every article (`*`, or nothing typed at all)."""


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    """No article: what is left of a query of which nothing can be looked for."""
