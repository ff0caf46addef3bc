"""What does the Whoosh index answer? The contract's view over a snapshot; one serves one question after the other and remembers what they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from search.article import Article
from search.engines.base import Count, Score, ValueCounts, Values, View
from search.engines.paging import Page
from search.engines.whoosh.execute import Executor
from search.engines.whoosh.ordering import Order
from search.engines.whoosh.ranking import Ranking
from search.engines.whoosh.snapshot import Snapshot
from search.errors import UnknownArticle
from search.plan import Expansion
from search.query.tree import Node
from search.request import SearchRequest, Sort


class WhooshView(View):
    """A snapshot, asked through the contract."""

    def __init__(self, snapshot: Snapshot, ranking: Callable[[Executor], Ranking]) -> None:
        self._snapshot = snapshot
        self._executor = Executor(snapshot)
        self._ranking = ranking(self._executor)
        self.generation = snapshot.generation

    def count(self, *questions: Count) -> list[int]:
        return [int(np.count_nonzero(self._executor.mask(question.where))) for question in questions]

    def values(self, *questions: Values) -> list[ValueCounts]:
        return [self._values(question) for question in questions]

    def _values(self, question: Values) -> ValueCounts:
        column = self._snapshot.facet(question.field)
        mask = self._executor.mask(question.where)
        ordinals, counts = column.counts(mask, int(np.count_nonzero(mask)))
        if question.without:
            kept = ~np.isin(ordinals, column.ordinals_of(question.without))
            ordinals, counts = ordinals[kept], counts[kept]
        if question.only is not None:
            kept = np.isin(ordinals, column.ordinals_of(question.only))
            ordinals, counts = ordinals[kept], counts[kept]
        return ValueCounts(tuple(column.best(ordinals, counts, question.limit)), len(ordinals))

    def page(self, found: Node, request: SearchRequest) -> Page:
        scores = self._ranking.scores(found) if request.sort == "relevance" else None
        place = Order(self._snapshot, self._executor.mask(found), scores, request.sort).page(request)
        scored = scores if scores is not None else self._ranking.scores(found) if place.docs else None
        hits = tuple((self._snapshot.article(doc), float(scored[doc]) if scored is not None else 0.0) for doc in place.docs)
        return Page(hits, place.start, place.previous, place.next, place.last, place.changed)

    def scan(self, found: Node, sort: Sort) -> Iterator[Article]:
        scores = self._ranking.scores(found) if sort == "relevance" else None
        order = Order(self._snapshot, self._executor.mask(found), scores, sort)
        return map(self._snapshot.article, order.all())

    def scores(self, found: Node, id: str) -> list[Score]:
        return self._ranking.of(found, self._number(id))

    def get(self, id: str) -> Article:
        return self._snapshot.article(self._number(id))

    def _number(self, id: str) -> int:
        number = self._snapshot.number_of(id)
        if number is None:
            raise UnknownArticle(f"There is no article “{id}” in this archive. It may have left it; search for it by its words.")
        return number

    def ids(self) -> Iterator[str]:
        return (id.decode("utf-8") for id in self._snapshot.ids[self._snapshot.alive].tolist())

    def terms(self, *prefixes: str) -> list[list[tuple[str, int]]]:
        return [self._snapshot.lookup_terms(prefix) for prefix in prefixes]

    def vocabulary(self, field: str, prefix: str = "") -> list[str]:
        return self._snapshot.vocabulary(field, prefix)

    def expand(self, expansion: Expansion) -> list[str]:
        return sorted({word for field in expansion.fields for word in self._executor.expanded(expansion, field)})

    def frequencies(self, field: str, words: Sequence[str], *, exact: bool) -> list[int]:
        return [self._snapshot.frequency(field, word, exact=exact) for word in words]
