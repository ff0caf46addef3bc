"""How well does each article fit a plan? `search.ranking` on arrays: what each part adds to the articles that have it, put together."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from search.engines.base import Score
from search.engines.whoosh.execute import Executor, Words
from search.engines.whoosh.facets import Mask
from search.engines.whoosh.snapshot import Weighted
from search.plan import Expansion, Term, fields_of
from search.query.tree import Node
from search.ranking import K1, TYPED, WEIGHTS, B, Part, burst, parts

Scores = NDArray[np.float64]


class Ranking(ABC):
    """Scores the articles of one snapshot."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._snapshot = executor.snapshot
        self._known: dict[tuple[Part, str], tuple[NDArray[np.int32], Scores]] = {}

    def scores(self, plan: Node) -> Scores | None:
        """The score of every article; None where no part of the plan has any."""
        added = self.parts(plan)
        if not added:
            return None
        scores = np.zeros(self._snapshot.size, dtype=np.float64)
        for part, where in added:
            docs, values = self._added(part)
            scores[docs] += values if where is None else np.where(where[docs], values, 0.0)
        return scores

    def of(self, plan: Node, doc: int) -> list[Score]:
        """What the parts of a plan add to the score of one article."""
        found = []
        for part, where in self.parts(plan):
            docs, values = self._added(part)
            place = int(np.searchsorted(docs, doc))
            if where is not None and not where[doc]:
                continue
            if place < len(docs) and docs[place] == doc and values[place] > 0:
                found.append(Score(part, float(values[place])))
        return found

    def _added(self, part: Part) -> tuple[NDArray[np.int32], Scores]:
        """What one part adds to the articles that have it; remembered, because each hit of a page may be asked about."""
        key = (part, part.node.form if isinstance(part.node, Term) else "")  # equal nodes may have been typed in two forms
        if key not in self._known:
            self._known[key] = self.added(part)
        return self._known[key]

    @abstractmethod
    def parts(self, plan: Node) -> list[tuple[Part, Mask | None]]:
        """The parts of a plan that add to a score, each with the articles where it may; None is everywhere."""

    @abstractmethod
    def added(self, part: Part) -> tuple[NDArray[np.int32], Scores]:
        """The articles that have a part, ascending, and what it adds to the score of each."""


class ArchiveRanking(Ranking):
    """The formula of `search.ranking`."""

    def parts(self, plan: Node) -> list[tuple[Part, Mask | None]]:
        """All parts of a plan, wherever they stand."""
        return [(part, None) for part in parts(plan)]

    def added(self, part: Part) -> tuple[NDArray[np.int32], Scores]:
        """The articles that have a part, ascending, and what it adds to the score of each."""
        found = self._often(part.node, weighted=not part.pair)
        having = len(found.docs)
        rarity = np.log(1 + (self._snapshot.count - having + 0.5) / (having + 0.5))
        dwelt_on = 1.0 if part.pair else burst(found.total, having)
        room = self._room(fields_of(part.node))[found.docs]
        return found.docs, part.weight * rarity * dwelt_on * (K1 + 1) * found.often / (found.often + room)

    def _room(self, fields: tuple[str, ...]) -> Scores:
        """K1 times the length of each article relative to the average, as BM25 counts it: what frequencies are measured against."""
        snapshot = self._snapshot

        def make() -> Scores:
            lengths = np.add.reduce([WEIGHTS[field] * snapshot.lengths(field) for field in fields]).astype(np.float64)
            average = float(lengths[snapshot.alive].sum()) / max(1, snapshot.count) or 1.0
            room: Scores = K1 * (1 - B + B * lengths / average)
            return room

        return snapshot.made(("room", *fields), make)

    def _often(self, node: Words, *, weighted: bool) -> Weighted:
        """How often each article has what a node asks for."""
        if isinstance(node, Term) and node.form:
            typed = Term(node.form, True, node.fields)
            return self._snapshot.weighted((node, node.form), lambda: _blended(self._summed(node), self._summed(typed)))
        if isinstance(node, Term | Expansion):
            return self._snapshot.weighted((node, ""), lambda: self._summed(node))
        return self._summed(node, weighted=weighted)

    def _summed(self, node: Words, *, weighted: bool = True) -> Weighted:
        """How often the fields of a node have it, in all."""
        found = [(WEIGHTS[field] if weighted else 1, postings) for field, postings in self._executor.occurrences(node) if len(postings.docs)]
        if len(found) == 1:
            ((weight, postings),) = found
            docs, often = postings.docs, (weight * postings.often).astype(np.float64)
        else:
            every = np.zeros(self._snapshot.size, dtype=np.float64)
            for weight, postings in found:
                every[postings.docs] += weight * postings.often
            docs = np.flatnonzero(every).astype(np.int32)
            often = every[docs]
        return Weighted(docs, often, float(often.sum()))


def _blended(any_form: Weighted, typed: Weighted) -> Weighted:
    """The mean of how often a word stands there in any form and how often as it was typed. Where that form is, a form of it is."""
    often = (1 - TYPED) * any_form.often
    often[np.searchsorted(any_form.docs, typed.docs)] += TYPED * typed.often
    return Weighted(any_form.docs, often, any_form.total)
