"""Which articles does a plan find, and how well does each fit? A plan is evaluated on arrays, one value for every article of the snapshot.

Words are scored by BM25F (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009): a word's frequencies in title, standfirst and
body are normalised by the field's length, weighted, added, and only then saturated. A phrase, a proximity and an expansion count as one word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.analysis import fold
from search.engines.whoosh.schema import stem_field
from search.engines.whoosh.snapshot import UNDATED, Mask, Scores, Snapshot
from search.expansion import LIMIT, fits, literal_prefix
from search.plan import Expansion, Sequence, Term
from search.query.tree import PEOPLE_FIELDS, And, DateRange, Everything, Missing, Near, Node, Not, Nothing, Or, Problem, Value

K1 = 1.2
B = 0.75
"""The usual parameters of BM25: how soon repetition stops to count, and how much the length of a field does."""

WEIGHTS = {"title": 3.0, "standfirst": 1.5, "body": 1.0, "byline": 1.0, "url": 1.0}
"""How much more a word in a title says than one in the body; the order of magnitude that news search commonly takes."""

Places = NDArray[np.int64]
"""Places of words: article number × 2**32 + position."""

Spans = tuple[Places, Places]
"""First and last places of what stands in a text, ascending by the first."""


class TooBroad(Exception):
    """A pattern stands for more words than are looked up; `problem` names it and says how to narrow it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Match:
    """What a part of a plan finds: `mask` the articles, `maybe` those and the ones that would match if their date were known exactly."""

    mask: Mask
    maybe: Mask
    scores: Scores | None = None


class Executor:
    """Evaluates the plan of one request on one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.problems: list[Problem] = []

    def run(self, node: Node) -> Match:
        """The articles that a plan finds, with scores. Raises TooBroad."""
        match node:
            case Everything():
                return self._only(self.snapshot.alive)
            case And(children=children):
                return self._all([self.run(child) for child in children])
            case Or(children=children):
                return self._any([self.run(child) for child in children])
            case Not(child=child):
                # What is doubtful under a NOT stays out: only the certain matches are taken away, and nothing new becomes possible.
                return self._only(self.snapshot.alive & ~self.run(child).mask)
            case Value(field=field, value=value):
                return self._only(self._valued(node, field, value))
            case Missing(field=field):
                return self._only(self.snapshot.columns[field].missing)
            case DateRange():
                return self.dated(node)
            case Term() | Sequence() | Expansion() | Near():
                return self._words(node)
            case Nothing():
                return self._only(np.zeros(self.snapshot.size, dtype=bool))
        raise TypeError(f"a plan has no {type(node).__name__}")

    def dated(self, wanted: DateRange) -> Match:
        """The articles of a range: those whose date, whatever it may mean, lies inside; and as `maybe` those it may lie inside."""
        first, last = self.snapshot.first_day, self.snapshot.last_day
        start = wanted.start.toordinal() if wanted.start else 0
        end = wanted.end.toordinal() if wanted.end else np.iinfo(np.int32).max
        dated = first != UNDATED
        mask = self.snapshot.alive & dated & (first >= start) & (last <= end)
        return Match(mask, mask | (self.snapshot.alive & (~dated | ((last >= start) & (first <= end)))))

    @staticmethod
    def _only(mask: Mask) -> Match:
        return Match(mask, mask)

    @staticmethod
    def _all(found: list[Match]) -> Match:
        mask, maybe = np.logical_and.reduce([m.mask for m in found]), np.logical_and.reduce([m.maybe for m in found])
        return Match(mask, maybe, _sum(found))

    @staticmethod
    def _any(found: list[Match]) -> Match:
        mask, maybe = np.logical_or.reduce([m.mask for m in found]), np.logical_or.reduce([m.maybe for m in found])
        return Match(mask, maybe, _sum(found))

    def _valued(self, node: Node, field: str, value: str) -> Mask:
        column = self.snapshot.columns[field]
        return column.having(self.ordinals(field, value, node))

    def ordinals(self, field: str, value: str, node: Node | None = None) -> list[int]:
        """The values of a facet column that a value as people write it stands for: persons by key or name, others regardless of case and accents."""
        column = self.snapshot.columns[field]
        if field not in PEOPLE_FIELDS:
            return column.folded.get(fold(value), [])
        people = self.snapshot.people
        keys = [people.current(value)] if value.startswith("@") else people.named(field, value)
        index = column.index
        found = [index[key] for key in keys if key in index]
        if not found:
            who = "takes part in any article" if field == "participants" else "is named in any article"
            start, end = node.span if node is not None and node.span else (0, 0)
            self.problems.append(Problem(f"Nobody called “{value.removeprefix('@')}” {who}.", start, end))
        return found

    def _words(self, node: Term | Sequence | Expansion | Near) -> Match:
        """Articles in which words stand, scored as one word."""
        size = self.snapshot.size
        weighted = np.zeros(size, dtype=np.float64)
        mask = np.zeros(size, dtype=bool)
        for field, docs, frequencies in self._occurrences(node):
            if not len(docs):
                continue
            lengths = self.snapshot.lengths(stem_field(field))
            average = lengths[self.snapshot.alive].sum() / max(1, self.snapshot.count) or 1.0
            weighted[docs] += WEIGHTS[field] * frequencies / (1 - B + B * lengths[docs] / average)
            mask[docs] = True
        mask &= self.snapshot.alive
        having = int(mask.sum())
        rarity = np.log(1 + (self.snapshot.count - having + 0.5) / (having + 0.5))
        scores = np.where(mask, rarity * weighted * (K1 + 1) / (weighted + K1), 0.0)
        return Match(mask, mask, scores)

    def _occurrences(self, node: Term | Sequence | Expansion | Near) -> list[tuple[str, NDArray[np.int32], NDArray[np.float64]]]:
        """In which articles, and how often, each field holds what the node asks for."""
        found = []
        match node:
            case Term(word=word, exact=exact, fields=fields):
                for field in fields:
                    postings = self.snapshot.postings(field if exact else stem_field(field), word)
                    found.append((field, postings.docs, postings.frequencies))
            case Expansion(fields=fields):
                for field in fields:
                    every = [self.snapshot.postings(field, word) for word in self._expanded(node, field)]
                    if every:
                        docs, inverse = np.unique(np.concatenate([p.docs for p in every]), return_inverse=True)
                        frequencies = np.bincount(inverse, np.concatenate([p.frequencies for p in every]), len(docs))
                        found.append((field, docs.astype(np.int32), frequencies.astype(np.float64)))
            case Sequence() | Near():
                for field in fields_of(node):
                    starts, _ = self._spans(node, field)
                    docs, counts = np.unique(starts >> 32, return_counts=True)
                    found.append((field, docs.astype(np.int32), counts.astype(np.float64)))
        return found

    def _expanded(self, node: Expansion, field: str) -> list[str]:
        fitting = fits(node)
        found = [word for word in self.snapshot.words_with_prefix(field, literal_prefix(node)) if fitting(word)]
        if node.kind != "prefix" and len(found) > LIMIT:
            start, end = node.span or (0, 0)
            message = f"“{node.pattern}” stands for {len(found):,} words here; at most {LIMIT:,} are looked up. Add letters at its beginning."
            raise TooBroad(Problem(message, start, end, "error"))
        return found

    def _spans(self, node: Node, field: str) -> Spans:
        """Where in one field what the node asks for stands."""
        match node:
            case Term(word=word, exact=exact, fields=fields):
                places = self.snapshot.positions(field if exact else stem_field(field), word) if field in fields else _NO_PLACES
                return places, places
            case Sequence(fields=fields):
                return self._sequence(node, field) if field in fields else (_NO_PLACES, _NO_PLACES)
            case Expansion(fields=fields):
                every = [self.snapshot.positions(field, word) for word in self._expanded(node, field)] if field in fields else []
                places = np.sort(np.concatenate(every)) if every else _NO_PLACES
                return places, places
            case Or(children=children):
                spans = [self._spans(child, field) for child in children]
                starts, ends = np.concatenate([s for s, _ in spans]), np.concatenate([e for _, e in spans])
                order = np.lexsort((ends, starts))
                return starts[order], ends[order]
            case Near(left=left, right=right, distance=distance, ordered=ordered):
                return self._near(self._spans(left, field), self._spans(right, field), distance, ordered=ordered)
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


def fields_of(node: Node) -> tuple[str, ...]:
    """The fields in which a phrase or a proximity may stand: for a proximity those that both sides may stand in."""
    match node:
        case Term(fields=fields) | Sequence(fields=fields) | Expansion(fields=fields):
            return fields
        case Or(children=children):
            return tuple(dict.fromkeys(field for child in children for field in fields_of(child)))
        case Near(left=left, right=right):
            return tuple(field for field in fields_of(left) if field in fields_of(right))
    return ()


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


def _sum(found: list[Match]) -> Scores | None:
    scores = [m.scores for m in found if m.scores is not None]
    return np.add.reduce(scores) if scores else None
