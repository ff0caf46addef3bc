"""How well does each article fit a plan? `search.ranking` on arrays: one score for every article of the snapshot."""

from __future__ import annotations

import numpy as np

from search.engines.base import Score
from search.engines.whoosh.execute import Executor
from search.engines.whoosh.schema import stem_field
from search.engines.whoosh.snapshot import Scores
from search.plan import Term, fields_of
from search.query.tree import Node
from search.ranking import K1, TYPED, WEIGHTS, B, Part, Words, burst, parts


class Ranking:
    """Scores the articles of one snapshot."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._snapshot = executor.snapshot
        self._known: dict[tuple[Part, str], Scores] = {}

    def scores(self, plan: Node) -> Scores | None:
        """The score of every article; None where no part of the plan has any."""
        added = [self._added(part) for part in parts(plan)]
        return np.add.reduce(added) if added else None

    def of(self, plan: Node, doc: int) -> list[Score]:
        """What the parts of a plan add to the score of one article."""
        found = [Score(part, float(self._added(part)[doc])) for part in parts(plan)]
        return [score for score in found if score.value > 0]

    def _added(self, part: Part) -> Scores:
        """What one part adds to every article; remembered, because each hit of a page may be asked about."""
        key = (part, part.node.form if isinstance(part.node, Term) else "")  # equal nodes may have been typed in two forms
        if key not in self._known:
            self._known[key] = self._computed(part)
        return self._known[key]

    def _computed(self, part: Part) -> Scores:
        snapshot = self._snapshot
        often = self._often(part.node, weighted=not part.pair)
        having = int(np.count_nonzero(often))
        rarity = np.log(1 + (snapshot.count - having + 0.5) / (having + 0.5))
        dwelt_on = 1.0 if part.pair else burst(float(often.sum()), having)
        if isinstance(part.node, Term) and part.node.form:
            typed = Term(part.node.form, True, part.node.fields)
            often = (1 - TYPED) * often + TYPED * self._often(typed, weighted=True)
        lengths = np.add.reduce([WEIGHTS[field] * snapshot.lengths(stem_field(field)) for field in fields_of(part.node)])
        average = lengths[snapshot.alive].sum() / max(1, snapshot.count) or 1.0
        added: Scores = part.weight * rarity * dwelt_on * often * (K1 + 1) / (often + K1 * (1 - B + B * lengths / average))
        return added

    def _often(self, node: Words, *, weighted: bool) -> Scores:
        """How often each article has what a node asks for."""
        often = np.zeros(self._snapshot.size, dtype=np.float64)
        for field, docs, frequencies in self._executor.occurrences(node):
            often[docs] += (WEIGHTS[field] if weighted else 1) * frequencies
        often[~self._snapshot.alive] = 0.0
        return often
