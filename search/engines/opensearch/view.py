"""What does the cluster answer? The contract's view over one moment of an archive."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from search.article import Article
from search.engines.base import Count, Score, ValueCounts, Values, View
from search.engines.opensearch.compile import Compiler, terms
from search.engines.opensearch.counting import LEFT_OUT, Counting
from search.engines.opensearch.listing import beginning
from search.engines.opensearch.moment import Moment
from search.engines.opensearch.ordering import MOST, Order, total_of
from search.engines.opensearch.ranking import Ranking
from search.engines.opensearch.schema import LONGEST_TERM, LOOKUP, article_of, stem_field
from search.engines.opensearch.state import State
from search.engines.opensearch.words import Words
from search.engines.paging import Page
from search.errors import UnknownArticle
from search.plan import Expansion
from search.query.tree import And, Everything, Missing, Node
from search.request import SearchRequest, Sort

Query = dict[str, Any]

_KEPT = 200
"""Answers of each kind that are remembered: one page asks some questions several times, and the next page asks them again."""

_KEPT_TERMS, _FEW_TERMS = 5_000, 50
"""Beginnings whose terms are remembered, and the most terms of one: the forms of the names that stand in every answer."""

_PART = 1.0
"""Seconds for which a state of which a part is missing is asked again before it is looked for anew."""


class _Expected(threading.local):
    """The page that a thread is about to ask for, with its answer."""

    page: tuple[Node, SearchRequest, Query] | None = None


class OpenSearchView(View):
    """One state of an archive, asked through the contract."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._born = time.monotonic()
        self._counting = Counting(moment)
        self._words = Words(moment)
        self._compiler = Compiler(self._words.fitting, partial(_read, moment))
        self._ranking = Ranking(self._words.few)
        self._lock = threading.Lock()
        self._counts: dict[Node, int] = {}
        self._expected = _Expected()
        self._terms: dict[str, list[tuple[str, int]]] = {}
        self.generation = moment.generation
        self.updating = moment.state.updating
        # The cluster keeps few points in time: this one is given back as soon as nobody has the view any more.
        weakref.finalize(self, moment.give_back)

    @property
    def moment(self) -> Moment:
        """What it is a view on."""
        return self._moment

    @property
    def complete(self) -> bool:  # type: ignore[override] # only ever read
        """Whether all parts of the archive have answered everything so far."""
        return self._moment.complete

    def is_of(self, state: State, number: int, dead: int) -> bool:
        """Whether this is a view on that state, and nothing speaks against asking it again."""
        own = self._moment.state
        if self._moment.lost or (not self.complete and time.monotonic() - self._born > _PART):
            return False
        return (own.index, own.articles, own.dead, own.void, own.updating, self._moment.number, self._moment.dead - own.dead) == (
            state.index,
            state.articles,
            state.dead,
            state.void,
            state.updating,
            number,
            dead,
        )

    def expect(self, counts: Sequence[Count], values: Sequence[Values], found: Node, request: SearchRequest) -> None:
        """Everything is asked in one request: the page has the number of all articles, and what is counted of the same articles is in one search."""
        order = self._order(found, request.sort)
        page = order.search(request)
        first = self._counting.begin([(question, self._compiler.query(question.where)) for question in values])
        beside: list[Node] = []
        apart: list[Node] = []
        for where in dict.fromkeys(count.where for count in counts):
            if where in self._counts or (where == found and page is not None):
                continue
            rest, missing = _missing(where)
            counted = missing is not None and first.count(self._compiler.query(rest), self._compiler.query(missing))
            (beside if counted else apart).append(where)
        pages, searches = [] if page is None else [page], first.searches
        bodies = [*pages, *searches, *(self._number(self._compiler.query(where)) for where in apart)]
        answers = self._moment.ask(bodies, dfs=len(pages) if order.scored else 0, filter_path=LEFT_OUT)
        numbers = dict(zip(beside, first.take(answers[len(pages) : len(pages) + len(searches)]), strict=True))
        numbers |= zip(apart, map(total_of, answers[len(pages) + len(searches) :]), strict=True)
        if pages:
            numbers[found] = total_of(answers[0])
            self._expected.page = (found, request, answers[0])
        self._keep(numbers)

    def count(self, *questions: Count) -> list[int]:
        wanted = dict.fromkeys(question.where for question in questions)
        new = [where for where in wanted if where not in self._counts]
        bodies = [self._number(self._compiler.query(where)) for where in new]
        found = dict(zip(new, map(total_of, self._moment.ask(bodies)), strict=True))
        self._keep(found)
        return [found[question.where] if question.where in found else self._known(question.where) for question in questions]

    def _keep(self, counts: dict[Node, int]) -> None:
        with self._lock:
            if len(self._counts) > 10 * _KEPT:
                self._counts.clear()
            self._counts |= counts

    def _known(self, where: Node) -> int:
        count = self._counts.get(where)
        return self.count(Count(where))[0] if count is None else count

    def _number(self, query: Query) -> Query:
        return {"query": self._moment.visible(query), "size": 0, "track_total_hits": True}

    def values(self, *questions: Values) -> list[ValueCounts]:
        return self._counting.values([(question, self._compiler.query(question.where)) for question in questions])

    def page(self, found: Node, request: SearchRequest) -> Page:
        expected, self._expected.page = self._expected.page, None
        answer = expected[2] if expected is not None and expected[:2] == (found, request) else None
        return self._order(found, request.sort).page(request, answer)[1]

    def scan(self, found: Node, sort: Sort) -> Iterator[Article]:
        return self._held(self._order(found, sort).all())

    def _held(self, articles: Iterator[Article]) -> Iterator[Article]:
        yield from articles  # as long as somebody reads on, there is this view

    def _order(self, found: Node, sort: Sort) -> Order:
        return Order(self._moment, self._compiler.query(found), [query for _, query in self._ranking.queries(found)], sort)

    def scores(self, found: Node, id: str) -> list[Score]:
        self.get(id)
        added = self._ranking.queries(found)
        only = self._moment.filter(terms("id", [id]))
        bodies = [{"query": {"bool": {**only, "must": [query]}}, "size": 1, "_source": False} for _, query in added]
        answers = self._moment.ask(bodies, dfs=len(bodies))
        hits = [answer["hits"]["hits"] for answer in answers]
        return [Score(part, float(hit[0]["_score"])) for (part, _), hit in zip(added, hits, strict=True) if hit and hit[0]["_score"] > 0]

    def get(self, id: str) -> Article:
        (answer,) = self._moment.ask([{"query": self._moment.visible(terms("id", [id])), "size": 1, "_source": ["article"]}])
        if not answer["hits"]["hits"]:
            raise UnknownArticle(f"There is no article “{id}” in this archive. It may have left it; search for it by its words.")
        return article_of(answer["hits"]["hits"][0])

    def ids(self) -> Iterator[str]:
        for id, _ in self.hashes():
            yield id

    def hashes(self) -> Iterator[tuple[str, str]]:
        """The ids of all articles and the hashes of their texts, in the order of the ids."""
        after: list[Any] | None = None
        while True:
            body: Query = {
                "query": self._moment.visible({"match_all": {}}), "size": MOST, "_source": False, "sort": [{"id": "asc"}],
                "docvalue_fields": ["hash"], **({} if after is None else {"search_after": after}),
            }  # fmt: skip
            (answer,) = self._moment.ask([body])
            hits = answer["hits"]["hits"]
            for hit in hits:
                yield hit["sort"][0], hit["fields"]["hash"][0]
            if len(hits) < MOST:
                return
            after = hits[-1]["sort"]

    def terms(self, *prefixes: str) -> list[list[tuple[str, int]]]:
        known = self._terms  # another thread may begin a new one
        new = [prefix for prefix in prefixes if prefix not in known]
        asked = beginning(self._moment, {LOOKUP: lambda prefix: {"prefix": {LOOKUP: prefix}}}, new)[0] if new else []
        found = dict(zip(new, asked, strict=True))
        answers = [found[prefix] if prefix in found else known[prefix] for prefix in prefixes]
        with self._lock:
            if len(self._terms) > _KEPT_TERMS:
                self._terms = {}
            self._terms.update((prefix, terms) for prefix, terms in found.items() if len(terms) <= _FEW_TERMS)
        return answers

    def vocabulary(self, field: str, prefix: str = "") -> list[str]:
        return self._words.beginning(field, prefix)

    def expand(self, expansion: Expansion) -> list[str]:
        return sorted({word for field in expansion.fields for word in self._words.fitting(expansion, field)})

    def frequencies(self, field: str, words: Sequence[str], *, exact: bool) -> list[int]:
        name = field if exact else stem_field(field)
        answers = self._moment.ask([self._number(terms(name, [word[:LONGEST_TERM]])) for word in words])
        return list(map(total_of, answers))


def _missing(where: Node) -> tuple[Node, Missing | None]:
    """A plan that asks for articles without a value, as what it asks for besides, and that; None where it is not one."""
    match where:
        case Missing():
            return Everything(), where
        case And(children=(rest, Missing() as missing)):
            return rest, missing
    return where, None


def _read(moment: Moment, query: Query) -> Iterator[Article]:
    """All articles that a query finds."""
    return Order(moment, query, [], "newest").all()
