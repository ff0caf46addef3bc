"""Where in an article's text does a plan match? Its words are looked at once; phrases and proximity are checked by position."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from search.analysis import Token, stem, tokens
from search.article import TEXT_FIELDS, Article
from search.expansion import fits
from search.plan import Expansion, Sequence, Term
from search.query.tree import And, Near, Node, Not, Nothing, Or

Occurrence = tuple[int, ...]
"""The positions of the words that together are one match, ascending."""

_Key = tuple[str, str] | Expansion


@dataclass(frozen=True, slots=True)
class Place:
    """A match in a field's text, from character `start` to `end`; `kind` tells the parts of a query from each other."""

    start: int
    end: int
    kind: int


@dataclass(slots=True)
class _Text:
    """The words of one field, and the positions of those a plan asks for, by what they match."""

    tokens: list[Token]
    positions: dict[_Key, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    """What a node matches in an article: whether it matches whole, and where, by field."""

    whole: bool
    places: dict[str, list[Place]] = field(default_factory=dict)


class Matcher:
    """Finds the places of one plan's words, in any number of articles."""

    def __init__(self, plan: Node) -> None:
        self._plan = plan
        leaves = list(_leaves(plan))
        self._kinds = {leaf: kind for kind, leaf in enumerate(leaves)}
        self._fields = {name for leaf in leaves for name in leaf.fields}
        self._keys = {key for leaf in leaves for key in _keys(leaf)}
        self._stems = any(not isinstance(key, Expansion) and key[0] == "stem" for key in self._keys)
        self._expansions = [(key, fits(key)) for key in self._keys if isinstance(key, Expansion)]
        self._known: dict[str, tuple[_Key, ...]] = {}

    def matches(self, article: Article) -> bool:
        """Whether an article's texts are what the plan asks for; what filters and dates ask for is taken as given."""
        return self._find(self._plan, {name: self._read(field_text(article, name)) for name in self._fields}).whole

    def places(self, article: Article) -> dict[str, list[Place]]:
        """The matches in title, standfirst and body.

        Of an OR of which some parts match whole, only these are marked. Of an AND that does not match whole (an article opened beside its
        search, or found by most of the words) what does match is marked. What filters and dates ask for is taken as given.
        """
        found = self._find(self._plan, {name: self._read(field_text(article, name)) for name in self._fields})
        return {name: list(dict.fromkeys(found.places.get(name, ()))) for name in TEXT_FIELDS}

    def _read(self, text: str) -> _Text:
        read = _Text(tokens(text))
        known = self._known
        for position, (word, _, _) in enumerate(read.tokens):
            keys = known.get(word)
            if keys is None:
                keys = known[word] = self._matched(word)
            for key in keys:
                read.positions.setdefault(key, []).append(position)
        return read

    def _matched(self, word: str) -> tuple[_Key, ...]:
        """What of the plan this word matches."""
        wanted: list[_Key] = [("exact", word)]
        if self._stems:
            wanted.append(("stem", stem(word)))
        return (*(key for key in wanted if key in self._keys), *(leaf for leaf, fit in self._expansions if fit(word)))

    def _find(self, node: Node, texts: dict[str, _Text]) -> _Found:
        match node:
            case And() | Or():
                parts = [self._find(child, texts) for child in node.children]
                whole = [part for part in parts if part.whole]
                if isinstance(node, And):
                    return _Found(len(whole) == len(parts), _union(parts))
                return _Found(bool(whole), _union(whole or parts))
            case Not():
                return _Found(not self._find(node.child, texts).whole)
            case Nothing():
                return _Found(False)
            case Term() | Sequence() | Expansion() | Near():
                places = {name: list(self._places(node, name, text)) for name, text in texts.items()}
                return _Found(any(places.values()), places)
            case _:
                return _Found(True)

    def _places(self, node: Node, name: str, text: _Text) -> Iterator[Place]:
        """The matches of a part of the plan in one field: a phrase is one place, everything else one for each word."""
        if isinstance(node, Near):
            pairs = list(_near(node, name, text))
            for side, index in ((node.left, 0), (node.right, 1)):
                yield from self._joined(side, name, text, {pair[index] for pair in pairs})
        else:
            yield from self._joined(node, name, text, set(_occurrences(node, name, text)))

    def _joined(self, node: Node, name: str, text: _Text, wanted: set[Occurrence]) -> Iterator[Place]:
        """The places of those occurrences of a node that are wanted."""
        match node:
            case Or():
                for child in node.children:
                    yield from self._joined(child, name, text, wanted)
            case Near():
                pairs = [pair for pair in _near(node, name, text) if _together(*pair) in wanted]
                yield from self._joined(node.left, name, text, {left for left, _ in pairs})
                yield from self._joined(node.right, name, text, {right for _, right in pairs})
            case Term() | Sequence() | Expansion():
                kind = self._kinds[node]
                for occurrence in wanted.intersection(_occurrences(node, name, text)):
                    if isinstance(node, Sequence) and node.slop == 0:
                        yield Place(text.tokens[occurrence[0]].start, text.tokens[occurrence[-1]].end, kind)
                    else:
                        yield from (Place(text.tokens[position].start, text.tokens[position].end, kind) for position in occurrence)


def field_text(article: Article, name: str) -> str:
    """The text of one of `query.tree.WORD_FIELDS`; the names of a byline stand below each other."""
    match name:
        case "title":
            return article.title or ""
        case "standfirst":
            return article.standfirst or ""
        case "body":
            return article.body
        case "byline":
            return "\n".join(article.byline)
        case "url":
            return article.url or ""
        case _:
            raise KeyError(name)


def _leaves(node: Node) -> Iterator[Term | Sequence | Expansion]:
    """The parts of a plan that ask for words, each once or more often."""
    match node:
        case And() | Or():
            for child in node.children:
                yield from _leaves(child)
        case Not():
            yield from _leaves(node.child)
        case Near():
            yield from _leaves(node.left)
            yield from _leaves(node.right)
        case Term() | Sequence() | Expansion():
            yield node


def _keys(leaf: Term | Sequence | Expansion) -> Iterable[_Key]:
    if isinstance(leaf, Expansion):
        return (leaf,)
    return [("exact" if leaf.exact else "stem", word) for word in ((leaf.word,) if isinstance(leaf, Term) else leaf.words)]


def _occurrences(node: Node, name: str, text: _Text) -> Iterable[Occurrence]:
    """Everything in one field that a term, sequence, expansion, proximity or group of these matches."""
    match node:
        case Or():
            return [occurrence for child in node.children for occurrence in _occurrences(child, name, text)]
        case Near():
            return [_together(left, right) for left, right in _near(node, name, text)]
        case Term() | Sequence() | Expansion():
            if name not in node.fields:
                return ()
            lists = [text.positions.get(key, []) for key in _keys(node)]
            if not isinstance(node, Sequence):
                return [(position,) for position in lists[0]]
            return _windows(node, lists) if node.slop else _runs(lists)
        case _:
            raise TypeError(f"{type(node).__name__} has no positions")


def _runs(lists: list[list[int]]) -> Iterator[Occurrence]:
    """Where the words of a sequence stand one directly behind the other."""
    others = [set(positions) for positions in lists[1:]]
    for first in lists[0]:
        if all(first + offset in positions for offset, positions in enumerate(others, 1)):
            yield tuple(range(first, first + len(lists)))


def _windows(node: Sequence, lists: list[list[int]]) -> Iterator[Occurrence]:
    """Where all words of a sequence stand, in any order, inside a window of their number + slop - 1 words: for each last word the shortest."""
    needed = Counter(node.words)
    found = sorted({(position, word) for word, positions in zip(node.words, lists, strict=True) for position in positions})
    inside: Counter[str] = Counter()
    first = 0
    for last, (end, word) in enumerate(found):
        inside[word] += 1
        while inside[found[first][1]] > needed[found[first][1]]:
            inside[found[first][1]] -= 1
            first += 1
        if inside >= needed and end - found[first][0] < len(node.words) + node.slop - 1:
            yield _last_of_each(found[first : last + 1], needed)


def _last_of_each(found: list[tuple[int, str]], needed: Counter[str]) -> Occurrence:
    """The positions of the words needed, the last ones of a word that stands there more often."""
    left = Counter(needed)
    taken = []
    for position, word in reversed(found):
        if left[word]:
            left[word] -= 1
            taken.append(position)
    return tuple(reversed(taken))


def _near(node: Near, name: str, text: _Text) -> Iterator[tuple[Occurrence, Occurrence]]:
    """The pairs that stand near enough: nearest ends at most `distance` apart, without overlap."""
    right = sorted(set(_occurrences(node.right, name, text)))
    starts = [occurrence[0] for occurrence in right]
    by_end = sorted(right, key=lambda occurrence: occurrence[-1])
    ends = [occurrence[-1] for occurrence in by_end]
    for left in set(_occurrences(node.left, name, text)):
        for index in range(bisect_right(starts, left[-1]), bisect_right(starts, left[-1] + node.distance)):
            yield left, right[index]
        if not node.ordered:
            for index in range(bisect_left(ends, left[0] - node.distance), bisect_left(ends, left[0])):
                yield left, by_end[index]


def _together(left: Occurrence, right: Occurrence) -> Occurrence:
    return tuple(sorted(left + right))


def _union(parts: Iterable[_Found]) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = {}
    for part in parts:
        for name, found in part.places.items():
            places.setdefault(name, []).extend(found)
    return places
