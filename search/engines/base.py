"""The contract of an engine: it keeps articles and answers searches, exactly.

Every engine is held to it by `tests/engines/contract.py`; the rest of Dateline knows no more of an engine than what stands here.

Writing: `add` replaces by id, nothing is visible before `commit`. Reading: every answer (hits, total, all facets) comes from one snapshot;
totals and counts are exact. Analysis, planning, highlighting and the meaning of every clause are shared code, so that an engine only finds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, Self

from search.article import Article
from search.errors import UsageError
from search.highlight import Highlighter
from search.plan import plan
from search.query.printer import canonical
from search.query.tree import Node, Problem
from search.request import SearchRequest
from search.results import Facet, Hit, NamedPeople, Results


@dataclass(frozen=True, slots=True)
class Found:
    """What an engine found: the articles of one page with their scores, and the numbers, as in `Results`.

    `request` is the request with every name that means one person replaced by that person's key.
    """

    request: SearchRequest
    total: int | None
    articles: tuple[tuple[Article, float], ...]
    facets: tuple[Facet, ...]
    generation: str
    problems: tuple[Problem, ...] = ()
    left_out: int = 0
    people: tuple[NamedPeople, ...] = ()
    complete: bool = True
    start: int = 0
    previous: str | None = None
    next: str | None = None
    last: str | None = None
    changed: bool = False


class Engine(ABC):
    """A search engine over articles. One writer at a time; any number of threads may search one engine at once."""

    name: ClassVar[str]

    @abstractmethod
    def add(self, articles: Iterable[Article]) -> None:
        """Put articles in, each in place of an earlier one of the same id. Visible after `commit`."""

    @abstractmethod
    def delete(self, ids: Iterable[str]) -> None:
        """Take articles out; ids that are not there are passed over. Visible after `commit`."""

    @abstractmethod
    def commit(self) -> None:
        """Make everything since the last commit visible at once and lasting. Nothing happens where nothing changed."""

    @abstractmethod
    def rollback(self) -> None:
        """Forget everything since the last commit."""

    @abstractmethod
    def find(self, request: SearchRequest, plan: Node) -> Found:
        """Carry out a planned query with the request's selections, order, page and facets, on one snapshot."""

    @abstractmethod
    def find_all(self, request: SearchRequest, plan: Node) -> Iterator[Article]:
        """Everything that a planned query and the request's selections find, in the request's order: one snapshot, taken by the call."""

    @abstractmethod
    def get(self, id: str) -> Article:
        """The article of that id. Raises UnknownArticle."""

    @abstractmethod
    def ids(self) -> Iterator[str]:
        """The ids of all articles."""

    @abstractmethod
    def count(self) -> int:
        """How many articles there are."""

    @abstractmethod
    def generation(self) -> str:
        """A mark that changes whenever what can be found changes."""

    @abstractmethod
    def close(self) -> None:
        """Give back files and connections. Uncommitted changes are forgotten."""

    def search(self, request: SearchRequest) -> Results:
        """Answer a request: plan it, find, and mark what matched. A query with a problem of severity error is not run."""
        planned = plan(request.query)
        problems = request.problems + planned.problems
        if any(problem.severity == "error" for problem in problems):
            return Results(request, canonical(request.query), problems, None, (), (), self.generation())
        found = self.find(request, planned.query)
        highlighter = Highlighter(planned.query)
        hits = tuple(Hit.of(article, score, highlighter.headline(article), highlighter.snippets(article)) for article, score in found.articles)
        return Results(
            request=found.request,
            canonical=canonical(request.query),
            problems=problems + found.problems,
            total=found.total,
            hits=hits,
            facets=found.facets,
            generation=found.generation,
            left_out=found.left_out,
            people=found.people,
            complete=found.complete,
            start=found.start,
            previous=found.previous,
            next=found.next,
            last=found.last,
            changed=found.changed,
        )

    def scan(self, request: SearchRequest) -> Iterator[Article]:
        """Everything that a request finds, in its order, whatever its page: for exports and conversions.

        Raises UsageError where the query has a problem of severity error: what could not be searched must not look like nothing found.
        """
        planned = plan(request.query)
        wrong = next((problem for problem in request.problems + planned.problems if problem.severity == "error"), None)
        if wrong is not None:
            raise UsageError(wrong.message)
        return self.find_all(request, planned.query)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
