"""How well does each article fit a plan? `search.ranking` on arrays: one score for every article of the snapshot."""

from __future__ import annotations

import numpy as np

from search.engines.base import Score
from search.engines.whoosh.execute import Executor, Words, fields_of
from search.engines.whoosh.schema import stem_field
from search.engines.whoosh.snapshot import Scores
from search.query.tree import Node
from search.ranking import K1, WEIGHTS, B, parts


class Ranking:
    """Scores the articles of one snapshot."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._snapshot = executor.snapshot

    def scores(self, plan: Node) -> Scores | None:
        """The score of every article; None where no part of the plan has any."""
        added = [self._added(part.node, part.weight) for part in parts(plan)]
        return np.add.reduce(added) if added else None

    def of(self, plan: Node, doc: int) -> list[Score]:
        """What the parts of a plan add to the score of one article."""
        found = [Score(part.node, float(self._added(part.node, part.weight)[doc])) for part in parts(plan)]
        return [score for score in found if score.value > 0]

    def _added(self, node: Words, weight: float) -> Scores:
        snapshot = self._snapshot
        weighted = np.zeros(snapshot.size, dtype=np.float64)
        for field, docs, frequencies in self._executor.occurrences(node):
            weighted[docs] += WEIGHTS[field] * frequencies
        weighted[~snapshot.alive] = 0.0
        lengths = np.add.reduce([WEIGHTS[field] * snapshot.lengths(stem_field(field)) for field in fields_of(node)])
        average = lengths[snapshot.alive].sum() / max(1, snapshot.count) or 1.0
        having = int(np.count_nonzero(weighted))
        rarity = np.log(1 + (snapshot.count - having + 0.5) / (having + 0.5))
        added: Scores = weight * rarity * weighted * (K1 + 1) / (weighted + K1 * (1 - B + B * lengths / average))
        return added
