"""In which order do the articles found stand, and which of them are on a page? The order is that of `engines/paging.py`.

Tantivy gives the best so many by one number; articles with equal numbers come in no order of ours. So more are taken until the number changes behind
the last one wanted, and these few are sorted whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import tantivy
from numpy.typing import NDArray

from search.engines.paging import LAST, Cursor, before, window
from search.engines.tantivy.schema import NEWEST, NUMBER, OLDEST, newest_of
from search.request import SearchRequest, Sort

_MORE = 16
"""Further articles that are taken at first, for equals behind the last one wanted."""

_ALL = 20_000
"""Articles that are taken all at once where those do not do."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The articles of a page with their scores, in order, how many stand before them, and the cursors to its neighbours."""

    addresses: list[tuple[tantivy.DocAddress, float]]
    start: int
    previous: str | None
    next: str | None
    last: str | None
    changed: bool


@dataclass(frozen=True, slots=True)
class _Best:
    """The first articles of an order: addresses, scores, keys of their dates, numbers (ids as numbers)."""

    addresses: list[tantivy.DocAddress]
    scores: NDArray[np.float64]
    newest: NDArray[np.uint64]
    numbers: NDArray[np.uint64]


def found_by(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """How many articles a query finds."""
    answer: Any = searcher.search(query, limit=1, count=True)  # the library's stub leaves out its count
    return int(answer.count)


class Order:
    """What a query finds, in order. `total` is how many articles these are, `scored` whether it gives scores.

    Without scores, relevance is the newest first.
    """

    def __init__(self, searcher: tantivy.Searcher, query: tantivy.Query, total: int, sort: Sort, generation: str, *, scored: bool) -> None:
        self._searcher = searcher
        self._query = query
        self._sort = sort
        self._generation = generation
        self._key = None if sort == "relevance" and scored else OLDEST if sort == "oldest" else NEWEST
        self.total = total

    def page(self, request: SearchRequest) -> Placed:
        """The page that a request asks for: by cursor where it has one, else by number."""
        limit = request.limit
        shown = window(request, self.total, self._generation, self._before)
        best = self._best(shown.end) if limit and shown.start < shown.end else self._best(0)
        kept = range(shown.start, min(shown.end, len(best.addresses)))
        previous = self._cursor("before", best, kept[0]) if kept and kept[0] > 0 else None
        following = self._cursor("after", best, kept[-1]) if kept and kept[-1] + 1 < self.total else None
        last = Cursor("last", request.sort).encode() if kept and self.total > limit else None
        return Placed([(best.addresses[i], float(best.scores[i])) for i in kept], shown.start, previous, following, last, shown.changed)

    def all(self) -> list[tantivy.DocAddress]:
        """Everything found, in order."""
        return self._best(self.total).addresses

    def _best(self, number: int) -> _Best:
        """The first so many articles."""
        take = min(self.total, number + _MORE)
        while True:
            hits = self._hits(take)
            if take >= self.total or number == 0 or hits[number - 1][0] != hits[-1][0]:
                break
            take = self.total if self.total <= _ALL else min(self.total, take * 16)
        addresses = [address for _, address in hits]
        scores = np.array([score for score, _ in hits] if self._key is None else np.zeros(len(hits)), dtype=np.float64)
        newest = self._numbers(NEWEST, addresses)
        numbers = self._numbers(NUMBER, addresses)
        first = self._numbers(OLDEST, addresses) if self._sort == "oldest" else ~newest
        order = np.lexsort((numbers, first, -scores))[:number]
        return _Best([addresses[i] for i in order.tolist()], scores[order], newest[order], numbers[order])

    def _hits(self, number: int) -> list[tuple[Any, tantivy.DocAddress]]:
        if number == 0:
            return []
        if self._key is None:
            return self._searcher.search(self._query, limit=number, count=False).hits
        direction = tantivy.Order.Asc if self._key == OLDEST else tantivy.Order.Desc
        return self._searcher.search(self._query, limit=number, count=False, order_by_field=self._key, order=direction).hits

    def _numbers(self, field: str, addresses: list[tantivy.DocAddress]) -> NDArray[np.uint64]:
        return np.array(self._searcher.fast_field_values(field, addresses), dtype=np.uint64)

    def _keys(self, best: _Best) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The keys of a cursor: what the order begins with (less is earlier), and the date's."""
        newest = np.array([newest_of(int(key)) for key in best.newest], dtype=np.int64)
        if self._sort == "oldest":
            return np.where(newest == 0, LAST, newest.astype(np.float64)), newest
        return -best.scores, newest

    def _cursor(self, kind: Literal["after", "before"], best: _Best, index: int) -> str:
        one = _Best(
            best.addresses[index : index + 1], best.scores[index : index + 1], best.newest[index : index + 1], best.numbers[index : index + 1]
        )
        primary, newest = self._keys(one)
        id = f"{int(one.numbers[0]):016x}"
        return Cursor(kind, self._sort, self._generation, float(primary[0]), int(newest[0]), id, index).encode()

    def _before(self, cursor: Cursor) -> int:
        """As `paging.before`. In the same generation the article's place is known, and only looked at."""
        if cursor.generation == self._generation and cursor.at < self.total:
            known = self._best(cursor.at + 1)
            if f"{int(known.numbers[-1]):016x}" == cursor.id:
                return cursor.at + (cursor.kind == "after")
        best = self._best(self.total)
        primary, newest = self._keys(best)
        return before(cursor, primary, newest, lambda index: f"{int(best.numbers[index]):016x}")
