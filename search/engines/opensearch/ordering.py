"""In which order do the articles found stand, and which of them are on a page? The order is that of `engines/paging.py`, sorted by the cluster.

A page is asked for by what stands before it (`search_after`), from either end, so that the last one is had as quickly as the first. Only a page
that is named by its number is counted from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from search.article import Article
from search.engines.opensearch.moment import Moment
from search.engines.opensearch.schema import LATEST, NEWEST, OLDEST, article_of
from search.engines.paging import LAST, SPAN, Cursor, Page, window
from search.request import SearchRequest, Sort

Query = dict[str, Any]
Hit = dict[str, Any]

MOST = 10_000
"""Articles of one answer, and the farthest place that is had by its number: more is refused by OpenSearch."""

_SCANNED = 1_000
"""Articles of one answer of a scan."""


class Order:
    """What a query finds at a moment, in an order. `query` is a `bool` query that finds; `scored` are the queries that give scores."""

    def __init__(self, moment: Moment, found: Query, scored: list[Query], sort: Sort) -> None:
        self._moment = moment
        self._sort = sort
        self._by_score = sort == "relevance" and bool(scored)
        self._query: Query = {"bool": {**moment.filter(found), **({"should": scored} if scored else {})}}
        self._found: Query = moment.visible(found)
        self._scored = bool(scored)

    def search(self, request: SearchRequest) -> Query | None:
        """The search that has a page and the number of articles; None where it takes more than one. Its scores are those of all shards."""
        if request.cursor is not None or request.page * request.limit > MOST:
            return None
        return self._body(request.limit, (request.page - 1) * request.limit)

    @property
    def scored(self) -> bool:
        """Whether articles have scores."""
        return self._scored

    def page(self, request: SearchRequest, answer: Query | None = None) -> tuple[int, Page]:
        """The number of articles, and the page that a request asks for: by cursor where it has one, else by number.

        `answer` is that to the `search`, where it is known.
        """
        limit = request.limit
        search = self.search(request)
        if search is not None:
            start = (request.page - 1) * limit
            (answer,) = [answer] if answer is not None else self._ask(search)
            return total_of(answer), self._page(request, answer["hits"]["hits"], start, total_of(answer), changed=False)
        (found,) = self._ask(self._body(0))
        total = total_of(found)
        places: list[int] = []

        def place(cursor: Cursor) -> int:
            places.append(self._before(cursor))
            return places[-1]

        shown = window(request, total, self._moment.generation, place)
        number = shown.end - shown.start
        if not limit or number <= 0:
            return total, self._page(request, [], shown.start, total, changed=shown.changed)
        cursor = Cursor.decode(request.cursor) if request.cursor else None
        if cursor is not None and cursor.kind == "after":
            hits = self._hits(self._body(number, after=self._values(cursor)))
        elif cursor is not None and cursor.kind == "before" and places and places[0] >= limit:
            hits = self._hits(self._body(limit, after=self._values(cursor), backwards=True))[::-1]
        elif cursor is not None and cursor.kind == "last":
            hits = self._hits(self._body(number, backwards=True))[::-1]
        elif shown.end <= MOST:
            hits = self._hits(self._body(number, shown.start))
        else:
            hits = self._walked(shown.start, number)
        return total, self._page(request, hits, shown.start, total, changed=shown.changed)

    def all(self) -> Iterator[Article]:
        """Everything found, in order."""
        after: list[Any] | None = None
        while True:
            hits = self._hits(self._body(_SCANNED, after=after))
            yield from map(article_of, hits)
            if len(hits) < _SCANNED:
                return
            after = hits[-1]["sort"]

    def _walked(self, start: int, number: int) -> list[Hit]:
        """The articles from a far place on: everything before is walked past."""
        after: list[Any] | None = None
        while start:
            step = min(MOST, start)
            hits = self._hits({**self._body(step, after=after), "_source": False})
            if len(hits) < step:
                return []
            after, start = hits[-1]["sort"], start - step
        return self._hits(self._body(number, after=after))

    def _body(self, size: int, start: int = 0, *, after: list[Any] | None = None, backwards: bool = False) -> Query:
        body: Query = {
            "query": self._query,
            "size": size,
            "sort": self._sorting(backwards=backwards),
            "track_total_hits": True,
            "_source": ["article"],
        }
        if size and self._scored:
            body["track_scores"] = True
        if start:
            body["from"] = start
        if after is not None:
            body["search_after"] = after
        return body

    def _sorting(self, *, backwards: bool) -> list[Query]:
        if self._by_score:
            order = [("_score", "desc"), (NEWEST, "desc"), ("id", "asc")]
        elif self._sort == "oldest":
            order = [(OLDEST, "asc"), ("id", "asc")]
        else:
            order = [(NEWEST, "desc"), ("id", "asc")]
        turned = {"asc": "desc", "desc": "asc"} if backwards else {"asc": "asc", "desc": "desc"}
        return [{field: {"order": turned[way]}} for field, way in order]

    def _ask(self, *bodies: Query) -> list[Any]:
        return self._moment.ask(bodies, dfs=len(bodies) if self._scored else 0)

    def _hits(self, body: Query) -> list[Hit]:
        (answer,) = self._ask(body)
        hits: list[Hit] = answer["hits"]["hits"]
        return hits

    def _page(self, request: SearchRequest, hits: list[Hit], start: int, total: int, *, changed: bool) -> Page:
        previous = self._cursor("before", hits[0], start) if hits and start > 0 else None
        following = self._cursor("after", hits[-1], start + len(hits) - 1) if hits and start + len(hits) < total else None
        last = Cursor("last", self._sort).encode() if hits and total > request.limit else None
        found = tuple((article_of(hit), float(hit["_score"] or 0.0) if self._scored else 0.0) for hit in hits)
        return Page(found, start, previous, following, last, changed)

    def _cursor(self, kind: Literal["after", "before"], hit: Hit, at: int) -> str:
        values = hit["sort"]
        id = values[-1]
        if self._by_score:
            return Cursor(kind, self._sort, self._moment.generation, -float(values[0]), int(values[1]), id, at).encode()
        if self._sort == "oldest":
            day = 0 if int(values[0]) == LATEST else int(values[0])
            return Cursor(kind, self._sort, self._moment.generation, float(day or LAST), day, id, at).encode()
        return Cursor(kind, self._sort, self._moment.generation, 0.0, int(values[0]), id, at).encode()

    def _values(self, cursor: Cursor) -> list[Any]:
        """A cursor's key as the values that the cluster sorts by."""
        if self._by_score:
            return [_score(cursor), _day(cursor.day), cursor.id]
        return [_first(cursor) if self._sort == "oldest" else _day(cursor.day), cursor.id]

    def _before(self, cursor: Cursor) -> int:
        """As `paging.before`."""
        own = "lte" if cursor.kind == "after" else "lt"
        if self._sort == "oldest":
            return self._counted([_earlier(OLDEST, "lt", _first(cursor), own, cursor.id)])[0]
        by_day = _earlier(NEWEST, "gt", _day(cursor.day), own, cursor.id)
        if not self._by_score:
            return self._counted([by_day])[0] if cursor.score == 0 else 0 if cursor.score < 0 else self._counted([{"match_all": {}}])[0]
        least = _score(cursor)
        above = float(np.nextafter(np.float32(least), np.float32(_BEST)))
        better, equal_or_better, both = self._counted([{"match_all": {}}, by_day, by_day], [above, least, above])
        return better + equal_or_better - both

    def _counted(self, conditions: list[Query], least: list[float] | None = None) -> list[int]:
        """How many of the articles found fulfil each condition; with scores, of those with at least such a one."""
        bodies: list[Query] = []
        for place, condition in enumerate(conditions):
            query = self._query if least else self._found
            kept = {"bool": {"must": [query], "filter": [condition]}} if least else {"bool": {"filter": [query, condition]}}
            bodies.append({"query": kept, "size": 0, "track_total_hits": True, **({"min_score": least[place]} if least else {})})
        return [total_of(answer) for answer in self._ask(*bodies)]


def total_of(answer: Any) -> int:
    """How many articles a search has found."""
    return int(answer["hits"]["total"]["value"])


_BEST = float(np.finfo(np.float32).max)


def _score(cursor: Cursor) -> float:
    """A cursor's score as Lucene has scores; nobody has given a cursor with another."""
    return float(np.float32(max(-_BEST, min(-cursor.score, _BEST))))


def _day(key: int) -> int:
    return max(-1, min(key, SPAN * SPAN))


def _first(cursor: Cursor) -> int:
    return LATEST if cursor.score >= LATEST else max(-1, int(cursor.score))


def _earlier(field: str, way: str, value: int, own: str, id: str) -> Query:
    """What stands before a key: by the date, and of equal dates by the id."""
    equal = {"bool": {"filter": [{"term": {field: value}}, {"range": {"id": {own: id}}}]}}
    return {"bool": {"should": [{"range": {field: {way: value}}}, equal], "minimum_should_match": 1}}
