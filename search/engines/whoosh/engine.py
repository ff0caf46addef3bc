"""The Whoosh engine: articles go in by Whoosh's writer, answers come from snapshots."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

from whoosh import index
from whoosh.index import LockError

from search.article import Article
from search.engines.base import Engine, Found
from search.engines.whoosh.execute import Executor, TooBroad
from search.engines.whoosh.ordering import Order
from search.engines.whoosh.schema import document, schema
from search.engines.whoosh.selections import Facets, resolve
from search.engines.whoosh.snapshot import Snapshot
from search.errors import ArchiveBusy, DamagedArchive, DatelineError, EngineError, UnknownArticle
from search.plan import plan as plan_query
from search.query.tree import PEOPLE_FIELDS, And, Near, Node, Not, Or, Value
from search.request import SearchRequest

_log = logging.getLogger(__name__)

WRITER_MEGABYTES = 256
"""What Whoosh may hold in memory before it writes postings to disk; a batch of the indexer stays well below."""


class WhooshEngine(Engine):
    """Keeps articles in a Whoosh index. `open` and `create` make one over a folder."""

    name: ClassVar[str] = "whoosh"

    def __init__(self, folder: Path, whoosh_index: Any) -> None:
        self._folder = folder
        self._index = whoosh_index
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._pending: dict[str, Article] = {}
        self._deleted: set[str] = set()

    @classmethod
    def create(cls, folder: Path) -> Self:
        """A new, empty index in a folder, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, index.create_in(str(folder), schema()))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index in a folder. Raises DamagedArchive where it cannot be read."""
        try:
            engine = cls(folder, index.open_dir(str(folder)))
            engine._current()
        except DatelineError:
            raise
        except Exception as error:
            raise _damaged(folder, error) from error
        return engine

    def _current(self) -> Snapshot:
        """The newest snapshot; the one before goes on serving the requests that hold it."""
        with self._lock:
            snapshot = self._snapshot
            try:
                if snapshot is None or snapshot.number != self._index.latest_generation():
                    snapshot = self._snapshot = Snapshot(self._index.reader())
            except Exception as error:
                raise _damaged(self._folder, error) from error
            return snapshot

    def add(self, articles: Iterable[Article]) -> None:
        for article in articles:
            self._pending[article.id] = article
            self._deleted.discard(article.id)

    def delete(self, ids: Iterable[str]) -> None:
        for id in ids:
            self._pending.pop(id, None)
            self._deleted.add(id)

    def commit(self) -> None:
        known = self._current().numbers
        replaced = [id for id in (*self._deleted, *self._pending) if id in known]
        if not (replaced or self._pending):
            self.rollback()
            return
        try:
            writer = self._index.writer(limitmb=WRITER_MEGABYTES)
        except LockError as error:
            raise ArchiveBusy(f"Another process is writing to {self._folder}. Wait until it has finished, then run this again.") from error
        try:
            for id in replaced:
                writer.delete_by_term("id", id)
            for article in self._pending.values():
                writer.add_document(**document(article))
            writer.commit()
        except BaseException as error:
            writer.cancel()
            if isinstance(error, OSError):
                raise EngineError(f"The index in {self._folder} could not be written ({error}). Is the disk full?") from error
            raise
        self.rollback()

    def rollback(self) -> None:
        self._pending.clear()
        self._deleted.clear()

    def find(self, request: SearchRequest, plan: Node) -> Found:
        snapshot = self._current()
        request = resolve(request, snapshot)
        try:
            executor, facets, order = self._carry_out(snapshot, request, plan)
        except TooBroad as broad:
            return Found(request, None, (), (), snapshot.generation, (broad.problem,))
        page = order.page(request)
        match = facets.selected()
        return Found(
            request=request,
            total=len(order.docs),
            articles=tuple((snapshot.article(doc), float(match.scores[doc]) if match.scores is not None else 0.0) for doc in page.docs),
            facets=tuple(facets.facet(field) for field in request.facets),
            generation=snapshot.generation,
            problems=tuple(dict.fromkeys(executor.problems)),
            left_out=int((match.maybe & ~match.mask).sum()),
            people=facets.people(names_in(request, plan)),
            start=page.start,
            previous=page.previous,
            next=page.next,
            last=page.last,
            changed=page.changed,
        )

    @staticmethod
    def _carry_out(snapshot: Snapshot, request: SearchRequest, plan: Node) -> tuple[Executor, Facets, Order]:
        executor = Executor(snapshot)
        facets = Facets(request, executor, executor.run(plan))
        return executor, facets, Order(snapshot, facets.selected(), request.sort)

    def scan(self, request: SearchRequest) -> Iterator[Article]:
        snapshot = self._current()
        try:
            _, _, order = self._carry_out(snapshot, resolve(request, snapshot), plan_query(request.query).query)
        except TooBroad as broad:
            raise EngineError(broad.problem.message) from broad
        for doc in order.docs.tolist():
            yield snapshot.article(doc)

    def get(self, id: str) -> Article:
        snapshot = self._current()
        if id not in snapshot.numbers:
            raise UnknownArticle(f"There is no article “{id}” in this archive. It may have left it; search for it by its words.")
        return snapshot.article(snapshot.numbers[id])

    def ids(self) -> Iterator[str]:
        yield from self._current().numbers

    def count(self) -> int:
        return self._current().count

    def generation(self) -> str:
        return self._current().generation

    def close(self) -> None:
        self.rollback()
        self._snapshot = None
        self._index.close()


def names_in(request: SearchRequest, plan: Node) -> list[tuple[str, str]]:
    """The names of people in a query and its selections, with their facets: what the reply explains where they are ambiguous."""
    found: list[tuple[str, str]] = []

    def visit(node: Node) -> None:
        match node:
            case Value(field=field, value=value) if field in PEOPLE_FIELDS and not value.startswith("@"):
                found.append((field, value))
            case And(children=children) | Or(children=children):
                for child in children:
                    visit(child)
            case Not(child=child):
                visit(child)
            case Near(left=left, right=right):
                visit(left)
                visit(right)

    visit(plan)
    for selection in request.selections:
        if selection.field in PEOPLE_FIELDS:
            found += [(selection.field, value) for value in (*selection.include, *selection.exclude) if not value.startswith("@")]
    return found


def _damaged(folder: Path, error: Exception) -> DamagedArchive:
    _log.debug("index in %s unreadable", folder, exc_info=error)
    return DamagedArchive(
        f"The index in {folder} cannot be read ({type(error).__name__}: {error}). Build it again from the raw files: dateline index --rebuild"
    )
