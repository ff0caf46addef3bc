"""The contract of an engine: it keeps articles and answers questions about them, exactly.

Every engine is held to it by `tests/engines/contract.py`; the rest of Dateline knows no more of an engine than what stands here.

Writing: `add` replaces by id, nothing is visible before `commit`. Reading: `view` gives one state of the articles, and everything that is answered
through it is about that state. A view is asked by a plan (`search.plan`, names already resolved to stored values) and never by text: what a
search means (analysis, names, facets, fallbacks, marks) is shared code above this line, so that an engine only finds, counts and sorts.

Nothing here needs a local file, shared memory or a pass over all documents: a view may as well be a point in time of a cluster.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import ClassVar, Self

from search.article import Article
from search.engines.paging import Page
from search.errors import UnknownArticle
from search.plan import Expansion
from search.query.tree import Everything, Node, Problem
from search.ranking import Part
from search.request import SearchRequest, Sort


class TooBroad(Exception):
    """A pattern stands for more words than are looked up; `problem` names it and says how to narrow it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


BATCH = 20_000
"""Articles that are best given to an engine between two commits. What is written at once need not be put together later; it is also what is done
again after a kill."""

BATCH_LETTERS = 20_000_000
"""Characters of articles between two commits: they, and what is gathered of them to be written, take about ten times as many bytes of memory."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many articles does a plan find?"""

    where: Node


@dataclass(frozen=True, slots=True)
class Values:
    """Which values of a facet field do the articles have that a plan finds, and how many articles has each?

    `limit` values, None is all, the most frequent first, then by value. Those in `without` are left out, with `only` all others, and always those
    of no article.
    """

    field: str
    where: Node
    limit: int | None
    without: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ValueCounts:
    """The answer to `Values`: the values with their articles, and how many values there are with those beyond the limit.

    Where `exact` is false there are at least so many.
    """

    values: tuple[tuple[str, int], ...]
    distinct: int
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """What one part of a plan adds to an article's score."""

    part: Part
    value: float


class View(ABC):
    """One state of an engine's articles. Any number of threads may ask one at once."""

    generation: str
    """A mark of the state: it changes whenever what can be found changes."""

    complete: bool = True
    """Whether all parts of the archive have answered everything that this view was asked so far."""

    updating: bool = False
    """Whether a run has written a part of its changes, and others will follow."""

    def expect(self, counts: Sequence[Count], values: Sequence[Values], found: Node, request: SearchRequest) -> None:  # noqa: B027 - may stay undone
        """These counts, these values and this page are about to be asked for: an engine that is far away may ask for all of them at once.

        Raises TooBroad.
        """

    @abstractmethod
    def count(self, *questions: Count) -> list[int]:
        """How many articles each plan finds. Raises TooBroad."""

    @abstractmethod
    def values(self, *questions: Values) -> list[ValueCounts]:
        """The values that each question asks for. Raises TooBroad."""

    @abstractmethod
    def page(self, found: Node, request: SearchRequest) -> Page:
        """The page of what a plan finds that a request asks for (order, number of articles, page or cursor). Raises TooBroad, UsageError."""

    @abstractmethod
    def scan(self, found: Node, sort: Sort) -> Iterator[Article]:
        """Everything that a plan finds, in order. Raises TooBroad."""

    @abstractmethod
    def scores(self, found: Node, id: str) -> list[Score]:
        """What the parts of a plan add to the score of the article of that id, which it finds. They sum up to its score."""

    @abstractmethod
    def get(self, id: str) -> Article:
        """The article of that id. Raises UnknownArticle."""

    @abstractmethod
    def ids(self) -> Iterator[str]:
        """The ids of all articles."""

    @abstractmethod
    def terms(self, *prefixes: str) -> list[list[tuple[str, int]]]:
        """For each prefix the terms of the lookup (`search.lookup`) that begin so, each with the number of its articles."""

    @abstractmethod
    def vocabulary(self, field: str, prefix: str = "") -> list[str]:
        """The words of a text field, as they stand, that begin so; sorted. Words of articles deleted not long ago may be among them."""

    @abstractmethod
    def expand(self, expansion: Expansion) -> list[str]:
        """The words in its fields that a pattern stands for, sorted. Raises TooBroad."""

    @abstractmethod
    def frequencies(self, field: str, words: Sequence[str], *, exact: bool) -> list[int]:
        """In about how many articles a text field has each word as it stands (`exact`), or a word with that stem.

        0 says that it is in none; articles that were deleted not long ago may still be counted.
        """


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
    def commit(self, processes: int = 1) -> None:
        """Make everything since the last commit visible at once and lasting. Nothing happens where nothing changed.

        An engine may write with as many processes as it is given; the outcome is the same.
        """

    @abstractmethod
    def rollback(self) -> None:
        """Forget everything since the last commit."""

    @abstractmethod
    def view(self) -> View:
        """The present state."""

    @abstractmethod
    def close(self) -> None:
        """Give back files and connections. Uncommitted changes are forgotten."""

    def get(self, id: str) -> Article:
        """The article of that id in the present state. Raises UnknownArticle."""
        return self.view().get(id)

    def several(self, ids: Sequence[str]) -> dict[str, Article]:
        """The articles of these ids in the present state; those that are not there are left out."""
        view, found = self.view(), {}
        for id in ids:
            with suppress(UnknownArticle):
                found[id] = view.get(id)
        return found

    def ids(self) -> Iterator[str]:
        """The ids of all articles."""
        return self.view().ids()

    def count(self) -> int:
        """How many articles there are."""
        return self.view().count(Count(Everything()))[0]

    def generation(self) -> str:
        """The mark of the present state."""
        return self.view().generation

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def too_broad(expansion: Expansion, words: int, limit: int) -> TooBroad:
    """What is said of a pattern that stands for too many words."""
    start, end = expansion.span or (0, 0)
    message = f"“{expansion.pattern}” stands for {words:,} words here; at most {limit:,} are looked up. Add letters at its beginning."
    return TooBroad(Problem(message, start, end, "error"))
