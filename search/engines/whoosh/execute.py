"""Which articles does a plan find? A plan is evaluated on arrays, one value for every article of the snapshot."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from search.engines.base import too_broad
from search.engines.whoosh.schema import stem_field
from search.engines.whoosh.snapshot import UNDATED, Mask, Snapshot
from search.expansion import LIMIT, fits, literal_prefix
from search.plan import AtLeast, Expansion, Having, PossiblyDated, Sequence, Term, fields_of
from search.query.tree import And, DateRange, Everything, Missing, Near, Node, Not, Nothing, Or

Places = NDArray[np.int64]
"""Places of words: article number × 2**32 + position."""

Spans = tuple[Places, Places]
"""First and last places of what stands in a text, ascending by the first."""

Words = Term | Sequence | Expansion | Near
"""The parts of a plan that ask for words."""


class Executor:
    """Evaluates plans on one snapshot; what several plans have in common is evaluated once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._masks: dict[Node, Mask] = {}
        self._found: dict[Node, list[tuple[str, NDArray[np.int32], NDArray[np.float64]]]] = {}

    def mask(self, node: Node) -> Mask:
        """The articles that a plan finds. Raises TooBroad."""
        mask = self._masks.get(node)
        if mask is None:
            mask = self._masks[node] = self._mask(node)
        return mask

    def _mask(self, node: Node) -> Mask:
        snapshot = self.snapshot
        mask: Mask
        match node:
            case Everything():
                return snapshot.alive
            case Nothing():
                return np.zeros(snapshot.size, dtype=bool)
            case And(children=children):
                mask = np.logical_and.reduce([self.mask(child) for child in children])
                return mask
            case Or(children=children):
                mask = np.logical_or.reduce([self.mask(child) for child in children])
                return mask
            case AtLeast(children=children, least=least):
                mask = np.add.reduce([self.mask(child).astype(np.int32) for child in children]) >= least
                return mask
            case Not(child=child):
                return snapshot.alive & ~self.mask(child)
            case Having(field=field, values=values):
                return snapshot.columns[field].having(values) & snapshot.alive
            case Missing(field=field):
                return snapshot.columns[field].missing
            case DateRange() | PossiblyDated():
                return self._dated(node)
            case Term() | Sequence() | Expansion() | Near():
                mask = np.zeros(snapshot.size, dtype=bool)
                for _, docs, _ in self.occurrences(node):
                    mask[docs] = True
                return mask & snapshot.alive
        raise TypeError(f"a plan has no {type(node).__name__}")

    def _dated(self, wanted: DateRange | PossiblyDated) -> Mask:
        """The articles of a range: those whose date, whatever it may mean, lies inside; or those of which some of it may."""
        first, last = self.snapshot.first_day, self.snapshot.last_day
        start = wanted.start.toordinal() if wanted.start else 0
        end = wanted.end.toordinal() if wanted.end else np.iinfo(np.int32).max
        dated = first != UNDATED
        inside = dated & (first >= start) & (last <= end) if isinstance(wanted, DateRange) else ~dated | ((last >= start) & (first <= end))
        mask: Mask = self.snapshot.alive & inside
        return mask

    def occurrences(self, node: Words) -> list[tuple[str, NDArray[np.int32], NDArray[np.float64]]]:
        """In which articles, and how often, each field holds what a part of a plan asks for: (field, articles, how often)."""
        if node not in self._found:
            self._found[node] = list(self._occurrences(node))
        return self._found[node]

    def _occurrences(self, node: Words) -> Iterator[tuple[str, NDArray[np.int32], NDArray[np.float64]]]:
        match node:
            case Term(word=word, exact=exact, fields=fields):
                for field in fields:
                    postings = self.snapshot.postings(field if exact else stem_field(field), word)
                    yield field, postings.docs, postings.frequencies
            case Expansion(fields=fields):
                for field in fields:
                    every = [self.snapshot.postings(field, word) for word in self.expanded(node, field)]
                    if every:
                        docs, inverse = np.unique(np.concatenate([p.docs for p in every]), return_inverse=True)
                        frequencies = np.bincount(inverse, np.concatenate([p.frequencies for p in every]), len(docs))
                        yield field, docs.astype(np.int32), frequencies.astype(np.float64)
            case Sequence() | Near():
                for field in fields_of(node):
                    starts, _ = self.spans(node, field)
                    docs, counts = np.unique(starts >> 32, return_counts=True)
                    yield field, docs.astype(np.int32), counts.astype(np.float64)

    def expanded(self, node: Expansion, field: str) -> list[str]:
        """The words of a field that a pattern stands for. Raises TooBroad."""
        fitting = fits(node)
        found = [word for word in self.snapshot.words_with_prefix(field, literal_prefix(node)) if fitting(word)]
        if not self.snapshot.whole:
            found = [word for word in found if self.snapshot.alive[self.snapshot.postings(field, word).docs].any()]
        if node.kind != "prefix" and len(found) > LIMIT:
            raise too_broad(node, len(found), LIMIT)
        return found

    def spans(self, node: Node, field: str) -> Spans:
        """Where in one field what the node asks for stands."""
        match node:
            case Term(word=word, exact=exact, fields=fields):
                places = self.snapshot.positions(field if exact else stem_field(field), word) if field in fields else _NO_PLACES
                return places, places
            case Sequence(fields=fields):
                return self._sequence(node, field) if field in fields else (_NO_PLACES, _NO_PLACES)
            case Expansion(fields=fields):
                every = [self.snapshot.positions(field, word) for word in self.expanded(node, field)] if field in fields else []
                places = np.sort(np.concatenate(every)) if every else _NO_PLACES
                return places, places
            case Or(children=children):
                spans = [self.spans(child, field) for child in children]
                starts, ends = np.concatenate([s for s, _ in spans]), np.concatenate([e for _, e in spans])
                order = np.lexsort((ends, starts))
                return starts[order], ends[order]
            case Near(left=left, right=right, distance=distance, ordered=ordered):
                return self._near(self.spans(left, field), self.spans(right, field), distance, ordered=ordered)
        raise TypeError(f"{type(node).__name__} has no places")

    def _sequence(self, node: Sequence, field: str) -> Spans:
        name = field if node.exact else stem_field(field)
        places = [self.snapshot.positions(name, word) for word in node.words]
        if node.slop:
            return _window(places, node.words, len(node.words) + node.slop - 1)
        starts = places[0]
        for offset, following in enumerate(places[1:], 1):
            starts = starts[np.isin(starts + offset, following, assume_unique=True)]
        return starts, starts + (len(places) - 1)

    @staticmethod
    def _near(left: Spans, right: Spans, distance: int, *, ordered: bool) -> Spans:
        """The spans from a left one to a right one that begins at most `distance` behind its end, or (not ordered) ends so far before its start."""
        at, found = _first_between(right[0], left[1] + 1, left[1] + distance)
        starts, ends = left[0][found], right[1][at[found]]
        if not ordered:
            by_end = np.argsort(right[1], kind="stable")
            at, found = _first_between(right[1][by_end], left[0] - distance, left[0] - 1)
            starts, ends = np.concatenate((starts, right[0][by_end][at[found]])), np.concatenate((ends, left[1][found]))
        order = np.lexsort((ends, starts))
        return starts[order], ends[order]


_NO_PLACES: Places = np.array([], dtype=np.int64)


def _first_between(places: Places, low: Places, high: Places) -> tuple[Places, Mask]:
    """For each pair of bounds, the index of the first of the ascending places between them, both included, and whether there is one.

    Positions never come near 2**31, so a distance cannot reach into a neighbouring article.
    """
    if not len(places):
        return np.zeros(len(low), dtype=np.int64), np.zeros(len(low), dtype=bool)
    at = np.minimum(np.searchsorted(places, low), len(places) - 1)
    return at, (places[at] >= low) & (places[at] <= high)


def _window(places: list[Places], words: tuple[str, ...], width: int) -> Spans:
    """Windows of at most `width` words in which all the words stand, in any order: one for each place of a word where such a window begins."""
    needed = {word: words.count(word) for word in words}
    by_word = dict(zip(words, places, strict=True))
    articles = by_word[words[0]] >> 32
    for found in by_word.values():
        articles = np.intersect1d(articles, found >> 32)
    kept = [(place, word) for word, found in by_word.items() for place in found[np.isin(found >> 32, articles)].tolist()]
    kept.sort()
    starts: list[int] = []
    ends: list[int] = []
    inside: dict[str, int] = dict.fromkeys(needed, 0)
    missing = len(needed)
    right = 0
    for place, word in kept:
        while right < len(kept) and missing and kept[right][0] < place + width:
            inside[kept[right][1]] += 1
            missing -= inside[kept[right][1]] == needed[kept[right][1]]
            right += 1
        if not missing:
            starts.append(place)
            ends.append(kept[right - 1][0])
        missing += inside[word] == needed[word]
        inside[word] -= 1
    return np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)
