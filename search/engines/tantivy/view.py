"""What does the Tantivy index answer? The contract's view over one searcher, which sees one state of the index as long as it lives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
import tantivy

from search.article import Article
from search.engines.base import Count, Score, ValueCounts, Values, View
from search.engines.paging import Page
from search.engines.tantivy.compile import MUST, SHOULD, Compiler, Query
from search.engines.tantivy.ordering import Order, found_by
from search.engines.tantivy.ranking import Ranking
from search.engines.tantivy.schema import LOOKUP, NUMBER, article_of, stem_field
from search.engines.tantivy.words import Words
from search.errors import UnknownArticle
from search.plan import Expansion
from search.query.tree import Everything, Node
from search.ranking import Part
from search.request import SearchRequest, Sort

FEW = 30_000
"""Articles up to which their values are collected by an aggregation: it reads the articles found, while `terms_with_prefix` goes through all values
of the field. With more articles, or where the aggregation is not exact, the latter is taken, which always is. (Of 128,700 participants in 100,000
articles: 9 and 68 ms with 1,800 articles found, 40 and 81 with 21,000; with all articles there are more buckets than are allowed.)"""

_MOST_BUCKETS = 65_000
"""Tantivy 0.27 refuses aggregations of more."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of an index. `alive` finds all its articles where its files hold others, which are deleted."""

    searcher: tantivy.Searcher
    schema: tantivy.Schema
    generation: str
    alive: tantivy.Query | None
    words: Words


def _chosen(counted: list[tuple[str, int]], question: Values) -> ValueCounts:
    """What a question asks for, of all values and their counts in any order; values that no article has may be among them."""
    if question.only is not None or question.without:
        wanted, left_out = None if question.only is None else frozenset(question.only), frozenset(question.without)
        counted = [(value, n) for value, n in counted if value not in left_out and (wanted is None or value in wanted)]
    numbers = np.array([n for _, n in counted], dtype=np.int64)
    there = int(np.count_nonzero(numbers))
    least = 1
    if question.limit and question.limit < there:
        # Those that may be among the best, which are few, are sorted; all the others are only counted.
        least = max(1, int(np.partition(numbers, -question.limit)[-question.limit]))
    best = sorted((counted[index] for index in np.flatnonzero(numbers >= least).tolist()), key=lambda item: (-item[1], item[0]))
    return ValueCounts(tuple(best[: question.limit]), there)


def _first(buckets: list[dict[str, Any]], question: Values) -> ValueCounts:
    """The same, of the values that any article has, most articles first."""
    if question.only is not None or question.without or question.limit is None or question.limit >= len(buckets):
        return _chosen([(bucket["key"], bucket["doc_count"]) for bucket in buckets], question)
    least = buckets[max(question.limit - 1, 0)]["doc_count"]
    best = [(bucket["key"], bucket["doc_count"]) for bucket in takewhile(lambda bucket: bucket["doc_count"] >= least, buckets)]
    return ValueCounts(tuple(sorted(best, key=lambda item: (-item[1], item[0]))[: question.limit]), len(buckets))


class TantivyView(View):
    """One state of the index, asked through the contract."""

    def __init__(self, state: State, mapped: Callable[[], AbstractContextManager[None]]) -> None:
        """`mapped` turns the library's errors into ours."""
        self.generation = state.generation
        self._searcher = state.searcher
        self._schema = state.schema
        self._mapped = mapped
        self._alive = state.alive
        self._words = state.words
        self._compiler = Compiler(state.schema, state.words, self._found, self._ids)
        self._counts: dict[Node, int] = {}
        self._ranking = Ranking(state.schema, self._few)

    def count(self, *questions: Count) -> list[int]:
        with self._mapped():
            return [self._count(question.where) for question in questions]

    def _count(self, where: Node) -> int:
        if isinstance(where, Everything):
            return self._searcher.num_docs
        if where not in self._counts:
            self._counts[where] = found_by(self._searcher, self._compiler.query(where))
        return self._counts[where]

    def values(self, *questions: Values) -> list[ValueCounts]:
        with self._mapped():
            fields: dict[Node, list[str]] = {}
            for question in questions:
                fields.setdefault(question.where, []).append(question.field)
            buckets = {where: self._buckets(tuple(dict.fromkeys(asked)), where) for where, asked in fields.items()}
            return [
                _first(buckets[question.where][question.field], question)
                if question.field in buckets[question.where]
                else _chosen(self._searcher.terms_with_prefix(question.field, "", filter_query=self._compiler.query(question.where)), question)
                for question in questions
            ]

    def _buckets(self, fields: tuple[str, ...], where: Node) -> dict[str, list[dict[str, Any]]]:
        """Every value of those fields whose values are better collected so, with the number of articles that a plan finds: exact, or not taken."""
        if self._count(where) > FEW:
            return {}
        wanted = {field: {"terms": {"field": field, "size": _MOST_BUCKETS, "order": {"_count": "desc"}}} for field in fields}
        try:
            answers = self._searcher.aggregate(self._compiler.query(where), wanted)
        except ValueError:  # together they have more values than it takes
            return self._buckets(fields[:-1], where) if len(fields) > 1 else {}
        whole = {field: a for field, a in answers.items() if not (a["sum_other_doc_count"] or a.get("doc_count_error_upper_bound"))}
        return {field: answer["buckets"] for field, answer in whole.items()}

    def page(self, found: Node, request: SearchRequest) -> Page:
        with self._mapped():
            order, scored = self._order(found, request.sort)
            placed = order.page(request)
            hits = [(self._article(address), score) for address, score in placed.addresses]
            if request.sort != "relevance" and scored:
                added = self._ranking.queries(found)
                hits = [(article, sum(part.value for part in self._scores(added, article.id))) for article, _ in hits]
            return Page(tuple(hits), placed.start, placed.previous, placed.next, placed.last, placed.changed)

    def scan(self, found: Node, sort: Sort) -> Iterator[Article]:
        with self._mapped():
            addresses = self._order(found, sort)[0].all()
        return (self._loaded(address) for address in addresses)

    def _order(self, found: Node, sort: Sort) -> tuple[Order, bool]:
        """What a plan finds in an order, and whether any part of the plan adds to a score."""
        added = self._ranking.queries(found)
        query = self._compiler.query(found)
        if sort == "relevance" and added:
            query = Query.boolean_query([(MUST, Query.const_score_query(query, 0.0)), *((SHOULD, one) for _, one in added)])
        return Order(self._searcher, query, self._count(found), sort, self.generation, scored=bool(added)), bool(added)

    def scores(self, found: Node, id: str) -> list[Score]:
        with self._mapped():
            self._address(id)
            return self._scores(self._ranking.queries(found), id)

    def _scores(self, added: list[tuple[Part, tantivy.Query]], id: str) -> list[Score]:
        only = Query.const_score_query(Query.term_query(self._schema, "id", id, "basic"), 0.0)
        scores = []
        for part, query in added:
            hits = self._searcher.search(Query.boolean_query([(MUST, only), (SHOULD, query)]), limit=1).hits
            if hits and hits[0][0] > 0:
                scores.append(Score(part, float(hits[0][0])))
        return scores

    def get(self, id: str) -> Article:
        with self._mapped():
            return self._article(self._address(id))

    def _address(self, id: str) -> tantivy.DocAddress:
        hits = self._searcher.search(Query.term_query(self._schema, "id", id, "basic"), limit=1).hits
        if not hits:
            raise UnknownArticle(f"There is no article “{id}” in this archive. It may have left it; search for it by its words.")
        return hits[0][1]

    def _article(self, address: tantivy.DocAddress) -> Article:
        return article_of(self._searcher.doc(address))

    def _loaded(self, address: tantivy.DocAddress) -> Article:
        with self._mapped():
            return self._article(address)

    def _addresses(self, query: tantivy.Query) -> list[tantivy.DocAddress]:
        # Asking for all at once would set aside room for all; a query is run twice instead, and counting is the cheaper run.
        return [address for _, address in self._searcher.search(query, limit=max(1, found_by(self._searcher, query)), count=False).hits]

    def _found(self, query: tantivy.Query) -> Iterator[Article]:
        return map(self._article, self._addresses(query))

    def _ids(self, query: tantivy.Query) -> list[str]:
        return [f"{number:016x}" for number in self._searcher.fast_field_values(NUMBER, self._addresses(query))]

    def ids(self) -> Iterator[str]:
        with self._mapped():
            return iter([id for id, _ in self._searcher.terms_with_prefix("id", "", filter_query=self._alive)])

    def terms(self, *prefixes: str) -> list[list[tuple[str, int]]]:
        with self._mapped():
            return [self._searcher.terms_with_prefix(LOOKUP, prefix, filter_query=self._alive) for prefix in prefixes]

    def vocabulary(self, field: str, prefix: str = "") -> list[str]:
        with self._mapped():
            return self._words.beginning(field, prefix)

    def _few(self, expansion: Expansion, field: str, most: int) -> list[str] | None:
        """The words of a field that a pattern stands for; None where a prefix has more than `most` (others have a limit of their own)."""
        if expansion.kind == "prefix":
            found = self._searcher.terms_with_prefix(field, expansion.pattern, limit=most + 1)
            return [word for word, _ in found] if len(found) <= most else None
        return self._words.fitting(expansion, field)

    def expand(self, expansion: Expansion) -> list[str]:
        with self._mapped():
            return sorted({word for field in expansion.fields for word in self._words.fitting(expansion, field)})

    def frequencies(self, field: str, words: Sequence[str], *, exact: bool) -> list[int]:
        with self._mapped():
            return [self._searcher.doc_freq(field if exact else stem_field(field), word) for word in words]
