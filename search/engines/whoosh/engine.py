"""The Whoosh engine: articles go in as segments of a Whoosh index, answers come from snapshots."""

from __future__ import annotations

import logging
import shutil
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from whoosh.index import TOC, FileIndex, clean_files

from search.article import Article
from search.engines.base import Engine
from search.engines.changes import Changes
from search.engines.whoosh.bm25f import WhooshRanking
from search.engines.whoosh.merging import to_put_together
from search.engines.whoosh.ranking import ArchiveRanking
from search.engines.whoosh.schema import NAME, schema
from search.engines.whoosh.segment import Segment
from search.engines.whoosh.settings import Settings
from search.engines.whoosh.snapshot import Snapshot
from search.engines.whoosh.view import WhooshView
from search.engines.whoosh.writing import build, leave_interrupts_to_the_parent, put_together, storage_of
from search.errors import ArchiveBusy, DamagedArchive, DatelineError, EngineError

_log = logging.getLogger(__name__)

_NAME = "name.txt"

STALE = 2.0
"""Seconds for which the state before is still answered while another thread opens a newer one."""

_SETTLED = 50_000_000
"""Nanoseconds after which a folder's time of change says that nothing has changed since: clocks of file systems tick every 4 to 10 ms."""

SEGMENT = 10_000
"""Articles of a segment as it is written first."""

_TRIES = 20
"""How often a state is opened anew whose files a writer deletes meanwhile."""


class WhooshEngine(Engine):
    """Keeps articles in a Whoosh index. `open` and `create` make one over a folder."""

    name: ClassVar[str] = "whoosh"

    def __init__(self, folder: Path, name: str) -> None:
        """Raises UsageError for settings that cannot be meant."""
        self._folder = folder
        self._name = name
        self._storage = storage_of(folder)
        self._settings = Settings.of()
        self._snapshot: Snapshot | None = None
        self._seen = 0
        self._building = threading.Lock()
        self._since = 0.0
        self._changes = Changes()
        self._helpers: ProcessPoolExecutor | None = None

    @classmethod
    def create(cls, folder: Path) -> Self:
        """A new, empty index in a folder, which is made where it is missing."""
        # Whoosh counts the generations of each index from 0: the name tells those of a rebuilt index from the old one's.
        name = uuid.uuid4().hex[:8]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / _NAME).write_text(name, encoding="ascii")
            FileIndex.create(storage_of(folder), schema(), NAME)
        except OSError as error:
            raise _unwritable(folder, error) from error
        return cls(folder, name)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index in a folder. Raises DamagedArchive where it cannot be read."""
        with _mapped(folder):
            engine = cls(folder, (folder / _NAME).read_text(encoding="ascii"))
            engine._current()
        return engine

    # Reading

    def view(self) -> WhooshView:
        return WhooshView(self._current(), WhooshRanking if self._settings.ranking == "whoosh-bm25f" else ArchiveRanking)

    def _current(self) -> Snapshot:
        """The newest state. While one thread opens a newer one, the others go on with the one there is, but not for long."""
        snapshot = self._snapshot
        if snapshot is not None and self._is_newest(snapshot):
            return snapshot
        if not self._building.acquire(blocking=False):
            if snapshot is not None and time.monotonic() - self._since < STALE:
                return snapshot
            self._building.acquire()
        try:
            self._since = time.monotonic()
            if self._snapshot is None or not self._is_newest(self._snapshot):
                with _mapped(self._folder):
                    self._snapshot = self._newest()
            return self._snapshot
        finally:
            self._building.release()

    def _is_newest(self, snapshot: Snapshot) -> bool:
        """Whether there is no newer state on disk; also where the folder has gone, as after a rebuild."""
        try:
            changed = self._folder.stat().st_mtime_ns
            if changed == self._seen:
                return True
            newest = TOC._latest_generation(self._storage, NAME)
        except OSError:
            return True
        if newest in (-1, snapshot.number):
            self._seen = changed if time.time_ns() - changed > _SETTLED else 0
            return True
        return False

    def _newest(self) -> Snapshot:
        """The newest state, opened. A writer may delete files of it meanwhile: then there is one that is newer still."""
        for attempt in range(_TRIES):
            contents = TOC.read(self._storage, NAME)
            opened: list[Segment] = []
            try:
                for entry in contents.segments:
                    opened.append(Segment(self._storage, self._folder, entry))
            except BaseException as error:
                for segment in opened:
                    segment.close()
                superseded = isinstance(error, FileNotFoundError) and TOC._latest_generation(self._storage, NAME) != contents.generation
                if not superseded or attempt + 1 == _TRIES:
                    raise
                continue
            generation = f"{self._name}-{contents.generation}"
            return Snapshot(opened, generation, contents.generation, self._settings.cache_bytes, partial(_mapped, self._folder))
        raise AssertionError("unreachable: the last attempt raises")

    # Writing

    def add(self, articles: Iterable[Article]) -> None:
        self._changes.add(articles)

    def delete(self, ids: Iterable[str]) -> None:
        self._changes.delete(ids)

    def commit(self, processes: int = 1) -> None:
        if not self._changes:
            return
        lock: Any = self._storage.lock(f"{NAME}_WRITELOCK")
        if not lock.acquire(blocking=False):
            raise ArchiveBusy(f"Another process is writing to {self._folder}. Wait until it has finished, then run this again.")
        try:
            self._write(processes)
        except Exception as error:
            if isinstance(error, DatelineError | MemoryError):
                raise
            raise _unwritable(self._folder, error) from error
        finally:
            shutil.rmtree(self._folder / f"{NAME}.tmp", ignore_errors=True)  # where Whoosh has put columns before they were whole
            lock.release()
        self._changes.clear()

    def _write(self, processes: int) -> None:
        """Write what has changed as a state that replaces the present one at once."""
        snapshot = self._current()
        contents = TOC.read(self._storage, NAME)
        segments: list[Any] = list(contents.segments)
        if not (self._take_out(snapshot, segments) or self._changes.articles):
            return
        segments += self._new_segments(contents.schema, processes)
        segments = self._put_together(contents.schema, segments)
        TOC(contents.schema, segments, contents.generation + 1).write(self._storage, NAME)
        clean_files(self._storage, NAME, contents.generation + 1, segments)
        self._seen = 0

    def _take_out(self, snapshot: Snapshot, segments: Sequence[Any]) -> bool:
        """Delete the articles that are replaced or leave. Whether there was any."""
        wanted = np.array(sorted(id.encode("utf-8", "replace") for id in self._changes.ids), dtype=np.bytes_)
        docs = np.flatnonzero(np.isin(snapshot.ids, wanted) & snapshot.alive) if snapshot.size else ()
        parts = np.searchsorted([first for _, first in snapshot.segments], docs, "right") - 1 if len(docs) else ()
        for doc, part in zip(docs, parts, strict=True):
            segments[part].delete_document(int(doc) - snapshot.segments[part][1])
        return len(docs) > 0

    def _new_segments(self, schema: Any, processes: int) -> list[Any]:
        """Segments of the new articles, so many in each that several processes have something to do: the same whoever does it."""
        articles = list(self._changes.articles.values())
        first, *others = [articles[start : start + SEGMENT] for start in range(0, len(articles), SEGMENT)] or [[]]
        if processes < 2 or not others:
            return [build(self._folder, schema, part) for part in (first, *others) if part]
        if self._helpers is None:
            self._helpers = ProcessPoolExecutor(processes - 1, get_context("spawn"), leave_interrupts_to_the_parent)
        tasks = [self._helpers.submit(build, self._folder, schema, part) for part in others]
        try:
            return [build(self._folder, schema, first), *(task.result() for task in tasks)]
        except BrokenProcessPool:
            self._helpers = None
            raise
        finally:
            wait(tasks)

    def _put_together(self, schema: Any, segments: list[Any]) -> list[Any]:
        """The segments, of which several may have become one."""
        chosen = to_put_together([s.doc_count_all() for s in segments], [s.deleted_count() for s in segments])
        if not chosen:
            return segments
        kept = [segment for index, segment in enumerate(segments) if index not in chosen]
        sources: list[Segment] = []
        try:
            for index in chosen:
                if segments[index].doc_count():
                    sources.append(Segment(self._storage, self._folder, segments[index]))
            return [*kept, put_together(self._storage, schema, sources, self._folder)] if sources else kept
        finally:
            for source in sources:
                source.close()

    def rollback(self) -> None:
        self._changes.clear()

    def close(self) -> None:
        self.rollback()
        self._snapshot = None
        if self._helpers is not None:
            self._helpers.shutdown()
            self._helpers = None


def _unwritable(folder: Path, error: BaseException) -> EngineError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
    return EngineError(f"The index in {folder} could not be written ({reason}). Is the disk full? The state before is kept.")


@contextmanager
def _mapped(folder: Path) -> Iterator[None]:
    """Errors of reading an index as ours: what the system refuses keeps its own reason, anything else means damage."""
    try:
        yield
    except (DatelineError, MemoryError):
        raise
    except Exception as error:
        _log.debug("index in %s unreadable", folder, exc_info=error)
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            raise EngineError(f"The index in {folder} cannot be read: {error.strerror or error}.") from error
        raise DamagedArchive(f"The index in {folder} is damaged ({type(error).__name__}: {error}).") from error
