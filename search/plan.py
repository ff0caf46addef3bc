"""What does a query ask of the words in an index? A query tree becomes a plan: the same tree, its text turned into analysed words.

Every engine, the highlighter and the brute-force reference of the tests run plans, so that analysis cannot differ between them. `Having`,
`AtLeast` and `PossiblyDated` come into a plan where it meets an archive (`search.answering`): no query is written with them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from search.analysis import fold, stem, words
from search.article import TEXT_FIELDS
from search.query.tree import And, Exact, Fuzzy, Near, Node, Not, Nothing, Or, Phrase, Prefix, Problem, Wildcard, Word


@dataclass(frozen=True, slots=True)
class Term(Node):
    """One analysed word in one of `fields`: as it stands (`exact`), or any word with the stem `word`.

    `form` is the word of which a stem was taken; it makes no difference to what is found.
    """

    word: str
    exact: bool
    fields: tuple[str, ...]
    form: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """Analysed words one after the other in one of `fields`; `slop` as in `tree.Phrase`. `exact` as in `Term`, for all of them."""

    words: tuple[str, ...]
    exact: bool
    fields: tuple[str, ...]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Expansion(Node):
    """Every word of the index that fits `pattern`, unstemmed, in one of `fields`.

    `kind` is "prefix" (pattern without the star), "wildcard" (`?` one letter, `*` any number) or "fuzzy" (at most `edits` off).
    """

    kind: str
    pattern: str
    fields: tuple[str, ...]
    edits: int = 0


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """At least `least` of the children."""

    children: tuple[Node, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Having(Node):
    """The articles that have any of these values in a facet field, just as they are stored; nothing where there are none."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PossiblyDated(Node):
    """The articles that may lie in a range: undated, or with a vague date of which a part lies in it. Bounds as in `tree.DateRange`."""

    start: dt.date | None
    end: dt.date | None


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and what of the query could not be planned."""

    query: Node
    problems: tuple[Problem, ...] = ()


# Letters that stand for ? and * while a pattern is analysed: letters, so that they belong to their word; of Linear B, so that nobody types them.
_ONE, _ANY = "\U00010000", "\U00010001"


def plan(query: Node) -> Planned:
    """The plan of a query.

    A word of which the analysis leaves nothing (`"—"`) is left out with a problem, the article `al` between other words without one; where nothing is
    left at all, the plan is `Nothing()`.

    The operands of a `Near` are Term, Sequence without slop, Expansion, or an Or of these. A pattern in a hyphenated word (`east-Ghou*`) is
    planned as `Near(…, distance=1, ordered=True)`, because its parts stand one after the other; where it has more than two parts, the right side
    is such a Near again. The two sides of a Near never overlap: a word is not near itself.
    """
    problems: list[Problem] = []
    planned = _plan(query, problems)
    if planned is None:
        return Planned(Nothing(span=query.span), tuple(problems))
    return Planned(planned, tuple(problems))


def _plan(node: Node, problems: list[Problem]) -> Node | None:
    """The plan of a node, or None where nothing of it is left."""
    match node:
        case And() | Or():
            # "al Assad" is how the name is written: nothing is lost with an article that stands beside another word.
            articles = [child for child in node.children if isinstance(node, And) and isinstance(child, Word) and fold(child.text) == "al"]
            children = [planned for child in node.children if child not in articles and (planned := _plan(child, problems)) is not None]
            if not children:
                for article in articles:
                    _plan(article, problems)
            return type(node)(tuple(children), span=node.span) if len(children) > 1 else children[0] if children else None
        case Not():
            child = _plan(node.child, problems)
            return Not(child, span=node.span) if child is not None else None
        case Near():
            left, right = _plan(node.left, problems), _plan(node.right, problems)
            if left is None or right is None:
                return left or right
            return Near(left, right, node.distance, node.ordered, span=node.span)
        case Word() | Exact() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            planned = _text(node)
            if planned is None:
                start, end = node.span or (0, 0)
                problems.append(Problem(f"“{node.text[:40]}” has no word in it that can be looked for: it was ignored.", start, end))
            return planned
        case _:
            return node


def _text(node: Word | Exact | Phrase | Prefix | Wildcard | Fuzzy) -> Node | None:
    fields = TEXT_FIELDS if node.field is None else (node.field,)
    match node:
        case Word():
            return _words_of(words(node.text), fields, node, exact=False)
        case Exact():
            return _words_of(words(node.text), fields, node, exact=True)
        case Phrase():
            return _words_of(words(node.text), fields, node, exact=True, slop=node.slop)
        case Fuzzy():
            return _adjacent([Expansion("fuzzy", word, fields, node.edits, span=node.span) for word in words(node.text)], node)
        case Prefix():
            return _pattern(f"{node.text}*", fields, node)
        case Wildcard():
            return _pattern(node.text, fields, node)


def _words_of(analysed: list[str], fields: tuple[str, ...], node: Node, *, exact: bool, slop: int = 0) -> Node | None:
    found = analysed if exact else [stem(word) for word in analysed]
    if len(found) < 2:
        return Term(found[0], exact, fields, analysed[0], span=node.span) if found else None
    return Sequence(tuple(found), exact, fields, slop, span=node.span)


def _pattern(pattern: str, fields: tuple[str, ...], node: Node) -> Node | None:
    """A pattern as its analysed words, those without a wildcard as stems; a part that is nothing but wildcards asks for nothing."""
    analysed = [word.replace(_ONE, "?").replace(_ANY, "*") for word in words(pattern.replace("?", _ONE).replace("*", _ANY))]
    parts: list[Node] = []
    for wild, run in groupby((word for word in analysed if word.strip("?*")), lambda word: "?" in word or "*" in word):
        if not wild:
            complete = _words_of(list(run), fields, node, exact=False)
            parts.extend([complete] if complete is not None else [])
            continue
        for word in run:
            prefix = word.find("*") == len(word) - 1 and "?" not in word
            parts.append(Expansion("prefix" if prefix else "wildcard", word[:-1] if prefix else word, fields, span=node.span))
    return _adjacent(parts, node)


def _adjacent(parts: list[Node], node: Node) -> Node | None:
    """Parts of one hyphenated word: each directly behind the one before."""
    joined: Node | None = None
    for part in reversed(parts):
        joined = part if joined is None else Near(part, joined, 1, True, span=node.span)
    return joined


def fields_of(node: Node) -> tuple[str, ...]:
    """The fields in which a phrase or a proximity may stand: for a proximity those that both sides may stand in."""
    match node:
        case Term(fields=fields) | Sequence(fields=fields) | Expansion(fields=fields):
            return fields
        case Or(children=children):
            return tuple(dict.fromkeys(field for child in children for field in fields_of(child)))
        case Near(left=left, right=right):
            others = fields_of(right)
            return tuple(field for field in fields_of(left) if field in others)
    return ()


def leaves(node: Node, *, negated: bool = True) -> Iterator[Term | Sequence | Expansion]:
    """The parts of a plan that ask for words, in their order; with `negated` also those under a NOT."""
    match node:
        case And(children=children) | Or(children=children) | AtLeast(children=children):
            for child in children:
                yield from leaves(child, negated=negated)
        case Near(left=left, right=right):
            yield from leaves(left, negated=negated)
            yield from leaves(right, negated=negated)
        case Not(child=child) if negated:
            yield from leaves(child)
        case Term() | Sequence() | Expansion():
            yield node
