"""The Tantivy engine: articles go in by Tantivy's writer, answers come from searchers."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar, Self

import tantivy

from search.article import Article
from search.engines.base import Engine
from search.engines.changes import Changes
from search.engines.tantivy.schema import document, register, schema
from search.engines.tantivy.view import State, TantivyView
from search.engines.tantivy.words import Words
from search.errors import ArchiveBusy, DamagedArchive, DatelineError, EngineError

_log = logging.getLogger(__name__)

_NAME = "name.txt"
_META = "meta.json"

WRITER_BYTES = 64_000_000
"""What Tantivy may hold in memory before it writes a segment to disk."""

Mark = tuple[int, int, int]
"""What tells one state of `meta.json` from another: when it was written, its number on the disk, its size."""


class TantivyEngine(Engine):
    """Keeps articles in a Tantivy index. `open` and `create` make one over a folder."""

    name: ClassVar[str] = "tantivy"

    def __init__(self, folder: Path, index: tantivy.Index, name: str) -> None:
        self._folder = folder
        self._index = index
        self._name = name
        self._state: tuple[Mark | None, State] | None = None
        self._reading = threading.Lock()
        self._changes = Changes()
        register(index)

    @classmethod
    def create(cls, folder: Path) -> Self:
        """A new, empty index in a folder, which is made where it is missing."""
        # Tantivy counts the operations of each index from 0: the name tells the states of a rebuilt index from the old one's.
        name = uuid.uuid4().hex[:8]
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(schema(), str(folder), reuse=False)
            (folder / _NAME).write_text(name, encoding="ascii")
            return cls(folder, index, name)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index in a folder. Raises DamagedArchive where it cannot be read."""
        with _mapped(folder):
            engine = cls(folder, tantivy.Index.open(str(folder)), (folder / _NAME).read_text(encoding="ascii"))
            engine._current()
        return engine

    def view(self) -> TantivyView:
        return TantivyView(self._current(), partial(_mapped, self._folder))

    def _current(self) -> State:
        """The newest state. One whose files have gone, as after a rebuild, lives on in those who have it."""
        mark = self._mark()
        with self._reading:
            if self._state is None or mark not in (None, self._state[0]):
                with _mapped(self._folder):
                    self._state = self._load()
            return self._state[1]

    def _mark(self) -> Mark | None:
        try:
            stat = (self._folder / _META).stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino, stat.st_size

    def _load(self) -> tuple[Mark | None, State]:
        """A searcher, and the mark and generation of the state that it sees: both are looked at before and after."""
        while True:
            mark = self._mark()
            meta = json.loads((self._folder / _META).read_bytes())
            self._index.reload()
            searcher = self._index.searcher()
            if mark == self._mark():
                # Terms of deleted articles stay until their segment is merged; a filter of everything that is alive leaves them out.
                alive = tantivy.Query.all_query() if any(segment.get("deletes") for segment in meta["segments"]) else None
                return mark, State(searcher, self._index.schema, f"{self._name}-{meta['opstamp']}", alive, Words(searcher, alive))

    def add(self, articles: Iterable[Article]) -> None:
        self._changes.add(articles)

    def delete(self, ids: Iterable[str]) -> None:
        self._changes.delete(ids)

    def commit(self, processes: int = 1) -> None:
        if not self._changes:
            return
        with _writing(self._folder):
            writer = self._open_writer()
            try:
                there = self._there(self._changes.ids)
                for id in there:
                    writer.delete_documents_by_term("id", id)
                for article in self._changes.articles.values():
                    writer.add_document(document(article))
                if there or self._changes.articles:
                    writer.commit()
                # A writer that is given up at once would stop its merges.
                writer.wait_merging_threads()
            finally:
                del writer  # it holds the lock; an error that is looked at for long must not keep it
        self._changes.clear()

    def _there(self, ids: list[str]) -> list[str]:
        """Those of the ids that are in the index."""
        searcher, schema_ = self._current().searcher, self._index.schema
        with _mapped(self._folder):
            found = searcher.search(tantivy.Query.term_set_query(schema_, "id", ids), limit=len(ids), count=False).hits
            numbers = set(searcher.fast_field_values("number", [address for _, address in found]))
        return [id for id in ids if _number(id) in numbers]

    def _open_writer(self) -> tantivy.IndexWriter:
        """A writer. One thread: making documents takes longer than writing them, and fewer segments are searched faster."""
        try:
            return self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        except ValueError as error:
            if "LockBusy" not in str(error):
                raise
            raise ArchiveBusy(f"Another process is writing to {self._folder}. Wait until it has finished, then run this again.") from error

    def rollback(self) -> None:
        self._changes.clear()

    def close(self) -> None:
        self.rollback()
        self._state = None


def _number(id: str) -> int | None:
    """The number that an article of this id has; None for a text that is no id."""
    try:
        return int(id, 16) if len(id) == 16 else None
    except ValueError:
        return None


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Errors of writing an index as ours."""
    try:
        yield
    except (DatelineError, MemoryError):
        raise
    except BaseException as error:
        if not (isinstance(error, Exception) or _is_panic(error)):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
        raise EngineError(f"The index in {folder} could not be written ({reason}). Is the disk full? The state before is kept.") from error


@contextmanager
def _mapped(folder: Path) -> Iterator[None]:
    """Errors of reading an index as ours: what the system refuses keeps its own reason, anything else of the library's means damage."""
    try:
        yield
    except DatelineError:
        raise
    except BaseException as error:
        if not (isinstance(error, ValueError | OSError | KeyError) or _is_panic(error)):
            raise
        _log.debug("index in %s unreadable", folder, exc_info=error)
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            raise EngineError(f"The index in {folder} cannot be read: {error.strerror or error}.") from error
        raise DamagedArchive(f"The index in {folder} is damaged ({type(error).__name__}: {error}).") from error


def _is_panic(error: BaseException) -> bool:
    """Whether the library has given up: what it raises then is no Exception, and its class cannot be imported."""
    return type(error).__name__ == "PanicException"
