"""Which articles does a plan find? A plan is evaluated on arrays, one value for every article of the snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from search.engines.base import too_broad
from search.engines.whoosh.facets import Mask
from search.engines.whoosh.gathering import UNDATED
from search.engines.whoosh.snapshot import Places, Postings, Snapshot
from search.engines.whoosh.snapshot import Term as Place
from search.expansion import LIMIT, fits, literal_prefix
from search.plan import AtLeast, Expansion, Having, PossiblyDated, Sequence, Term, fields_of
from search.query.tree import And, DateRange, Everything, Missing, Near, Node, Not, Nothing, Or

Spans = tuple[Places, Places]
"""First and last places of what stands in a text, ascending by the first."""

Words = Term | Sequence | Expansion | Near
"""The parts of a plan that ask for words."""


class Executor:
    """Evaluates plans on one snapshot; what several plans have in common is evaluated once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._masks: dict[Node, Mask] = {}
        self._found: dict[Node, list[tuple[str, Postings]]] = {}
        self._fitting: dict[Expansion, dict[bytes, bool]] = {}

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
                return snapshot.facet(field).having(values) & snapshot.alive
            case Missing(field=field):
                return snapshot.made(("missing", field), lambda: snapshot.facet(field).missing() & snapshot.alive)
            case DateRange() | PossiblyDated():
                return self._dated(node)
            case Term() | Sequence() | Expansion() | Near():
                mask = np.zeros(snapshot.size, dtype=bool)
                for _, postings in self.occurrences(node):
                    mask[postings.docs] = True
                return mask
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

    def occurrences(self, node: Words) -> list[tuple[str, Postings]]:
        """In which articles, and how often, each field holds what a part of a plan asks for."""
        if node not in self._found:
            self._found[node] = list(self._occurrences(node))
        return self._found[node]

    def _occurrences(self, node: Words) -> Iterator[tuple[str, Postings]]:
        match node:
            case Term(word=word, exact=exact, fields=fields):
                for field in fields:
                    yield field, self.snapshot.postings(field, word, exact=exact)
            case Expansion(fields=fields):
                for field in fields:
                    yield field, self.snapshot.union(field, _nowhere(node), lambda name: self._places_of(node, name))
            case Sequence() | Near():
                for field in fields_of(node):
                    starts, _ = self.spans(node, field)
                    docs, often = np.unique(starts >> 32, return_counts=True)
                    yield field, Postings(docs.astype(np.int32), often.astype(np.int32))

    def expanded(self, node: Expansion, field: str) -> list[str]:
        """The words of a field that a pattern stands for, sorted. Raises TooBroad."""
        return sorted({word.decode("utf-8") for word in self._fitting_words(node, field)})

    def _places_of(self, node: Expansion, field: str) -> list[Place]:
        return [place for places in self._fitting_words(node, field).values() for place in places]

    def _fitting_words(self, node: Expansion, field: str) -> dict[bytes, list[Place]]:
        """The words of a field that a pattern stands for, those of deleted articles left out where it matters. Raises TooBroad."""
        found = self.fitting(node, field)
        if not self.snapshot.whole:
            found = {word: places for word, places in found.items() if any(map(self.snapshot.has_articles, places))}
        if node.kind != "prefix" and len(found) > LIMIT:
            raise too_broad(node, len(found), LIMIT)
        return found

    def fitting(self, node: Expansion, field: str) -> dict[bytes, list[Place]]:
        """The words of a field that a pattern stands for, those of deleted articles among them, with their places in the segments."""
        fits_in, known = fits(node), self._fitting.setdefault(node, {})
        found: dict[bytes, list[Place]] = {}
        for place, word in self.snapshot.beginning(field, literal_prefix(node)):
            if node.kind != "prefix":
                if word not in known:
                    known[word] = fits_in(word.decode("utf-8"))
                if not known[word]:
                    continue
            found.setdefault(word, []).append(place)
        return found

    def spans(self, node: Node, field: str) -> Spans:
        """Where in one field what the node asks for stands."""
        match node:
            case Term(word=word, exact=exact, fields=fields):
                places = self.snapshot.positions(field, word, exact=exact) if field in fields else _NO_PLACES
                return places, places
            case Sequence(fields=fields):
                return self._sequence(node, field) if field in fields else (_NO_PLACES, _NO_PLACES)
            case Expansion(fields=fields):
                if field not in fields:
                    return _NO_PLACES, _NO_PLACES
                places = self.snapshot.union_positions(field, _nowhere(node), lambda name: self._places_of(node, name))
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
        places = [self.snapshot.positions(field, word, exact=node.exact) for word in node.words]
        if node.slop:
            return _window(places, node.words, len(node.words) + node.slop - 1)
        # From the rarest word on, every other one only confirms or refuses what is left.
        rarest, *others = sorted(enumerate(places), key=lambda item: len(item[1]))
        starts = rarest[1] - rarest[0]
        for offset, following in others:
            _, found = _first_between(following, starts + offset, starts + offset)
            starts = starts[found]
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


def _nowhere(node: Expansion) -> Expansion:
    """A pattern by which its words are kept: in whatever fields it was typed, a field has the same words for it."""
    return replace(node, fields=())


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
    by_word = dict(zip(words, places, strict=True))
    starts = np.sort(np.concatenate(list(by_word.values())))
    ends = starts
    # From the rarest word on: most beginnings have none of it near, and need not be looked at for the others.
    for word, found in sorted(by_word.items(), key=lambda item: len(item[1])):
        at = np.searchsorted(found, starts) + (words.count(word) - 1)
        there = np.flatnonzero(at < len(found))
        starts, ends = starts[there], np.maximum(ends[there], found[at[there]])
        near = ends < starts + width
        starts, ends = starts[near], ends[near]
    return starts, ends
