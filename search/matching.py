"""Where in an article's text does a plan match? Its words are looked at once; phrases and proximity are checked by position."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, compress, count
from typing import NamedTuple

from search.analysis import Words, stem
from search.article import TEXT_FIELDS, Article
from search.expansion import fits
from search.plan import Expansion, Sequence, Term
from search.query.tree import And, Near, Node, Not, Nothing, Or

Occurrence = tuple[int, ...]
"""The positions of the words that together are one match, ascending."""

_Key = tuple[str, str, int]
"""What a word may match: how ("exact", "stem" or the kind of an expansion), the word or pattern, and the edits."""


class Place(NamedTuple):
    """A match in a field's text, from character `start` to `end`; `kind` tells the parts of a query from each other."""

    start: int
    end: int
    kind: int


@dataclass(slots=True)
class _Text:
    """The words of one field, and the positions of those a plan asks for, by what they match."""

    words: Words
    positions: dict[_Key, list[int]]


@dataclass(slots=True)
class _Found:
    """What a node matches in an article: whether it matches whole, and where, by field."""

    whole: bool
    places: dict[str, list[Place]] = field(default_factory=dict)


class _Known(dict[str, tuple[_Key, ...]]):
    """For each word what of a plan it matches, found out when the word is first met."""

    def __init__(self, leaves: list[Term | Sequence | Expansion]) -> None:
        keys = {key for leaf in leaves for key in _keys(leaf)}
        self._exact = {word for how, word, _ in keys if how == "exact"}
        self._stems = {word for how, word, _ in keys if how == "stem"}
        self._expansions = list({key: fits(leaf) for leaf in leaves if isinstance(leaf, Expansion) for key in _keys(leaf)}.items())

    def __missing__(self, word: str) -> tuple[_Key, ...]:
        found: list[_Key] = [("exact", word, 0)] if word in self._exact else []
        if self._stems and (stemmed := stem(word)) in self._stems:
            found.append(("stem", stemmed, 0))
        found += [key for key, fit in self._expansions if fit(word)]
        self[word] = matched = tuple(found)
        return matched


class Matcher:
    """Finds the places of one plan's words, in any number of articles."""

    def __init__(self, plan: Node) -> None:
        self._plan = plan
        leaves = list(_leaves(plan))
        self._kinds = {leaf: kind for kind, leaf in enumerate(leaves)}
        self._fields = {name for leaf in leaves for name in leaf.fields}
        self._known = _Known(leaves)

    def matches(self, article: Article) -> bool:
        """Whether an article's texts are what the plan asks for; what filters and dates ask for is taken as given."""
        return self._find(self._plan, self._texts(article)).whole

    def places(self, article: Article) -> dict[str, list[Place]]:
        """The matches in title, standfirst and body, each once, in ascending order.

        Of an OR of which some parts match whole, only these are marked. Of an AND that does not match whole (an article opened beside its
        search, or found by most of the words) what does match is marked. What filters and dates ask for is taken as given.
        """
        found = self._find(self._plan, self._texts(article))
        return {name: sorted(set(found.places.get(name, ()))) for name in TEXT_FIELDS}

    def _texts(self, article: Article) -> dict[str, _Text]:
        """The fields in which any of the plan's words stand."""
        texts = {name: self._read(field_text(article, name)) for name in self._fields}
        return {name: text for name, text in texts.items() if text.positions}

    def _read(self, text: str) -> _Text:
        words = Words(text)
        matched = list(map(self._known.__getitem__, words.words))
        positions: dict[_Key, list[int]] = {}
        for position in compress(count(), matched):
            for key in matched[position]:
                positions.setdefault(key, []).append(position)
        return _Text(words, positions)

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
                places = {name: found for name, text in texts.items() if (found := list(self._places(node, name, text)))}
                return _Found(bool(places), places)
            case _:
                return _Found(True)

    def _places(self, node: Node, name: str, text: _Text, wanted: set[Occurrence] | None = None) -> Iterator[Place]:
        """The matches of a part of the plan in one field, or those wanted: a phrase is one place, everything else one for each word."""
        match node:
            case Or():
                for child in node.children:
                    yield from self._places(child, name, text, wanted)
            case Near():
                left, right = _sides(node, name, text, wanted)
                yield from self._places(node.left, name, text, left)
                yield from self._places(node.right, name, text, right)
            case Term() | Sequence() | Expansion():
                kind, span = self._kinds[node], text.words.span
                found = _occurrences(node, name, text)
                chosen = found if wanted is None else wanted.intersection(found)
                if isinstance(node, Sequence) and node.slop == 0:
                    yield from (Place(span(occurrence[0])[0], span(occurrence[-1])[1], kind) for occurrence in chosen)
                else:
                    # Windows share most of their words: each word is looked up once.
                    yield from (Place(*span(position), kind) for position in set(chain.from_iterable(chosen)))


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
        return [(leaf.kind, leaf.pattern, leaf.edits)]
    return [("exact" if leaf.exact else "stem", word, 0) for word in ((leaf.word,) if isinstance(leaf, Term) else leaf.words)]


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
    if not all(lists):
        return
    sets = {id(positions): set(positions) for positions in lists}  # a phrase may have one word a thousand times
    others = [sets[id(positions)] for positions in lists[1:]]
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
    if len(found) == needed.total():
        return tuple(position for position, _ in found)
    left = Counter(needed)
    taken = []
    for position, word in reversed(found):
        if left[word]:
            left[word] -= 1
            taken.append(position)
    return tuple(reversed(taken))


def _sides(node: Near, name: str, text: _Text, wanted: set[Occurrence] | None) -> tuple[set[Occurrence], set[Occurrence]]:
    """What of the left side and what of the right one stands near enough to the other, or does so in a pair that is wanted."""
    if wanted is not None:
        pairs = [pair for pair in _near(node, name, text) if _together(*pair) in wanted]
        return {left for left, _ in pairs}, {right for _, right in pairs}
    left, right = set(_occurrences(node.left, name, text)), set(_occurrences(node.right, name, text))
    return (
        _with_near(left, right, node.distance, before=not node.ordered, behind=True),
        _with_near(right, left, node.distance, before=True, behind=not node.ordered),
    )


def _with_near(occurrences: set[Occurrence], others: set[Occurrence], distance: int, *, before: bool, behind: bool) -> set[Occurrence]:
    """The occurrences that have one of the others at most `distance` before or behind them."""
    starts = sorted(other[0] for other in others)
    ends = sorted(other[-1] for other in others)
    return {
        found
        for found in occurrences
        if (behind and bisect_right(starts, found[-1]) < bisect_right(starts, found[-1] + distance))
        or (before and bisect_left(ends, found[0] - distance) < bisect_left(ends, found[0]))
    }


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
