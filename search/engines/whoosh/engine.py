"""The Whoosh engine: articles go in as segments of a Whoosh index, answers come from snapshots."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from whoosh.index import TOC, FileIndex

from search.article import Article
from search.engines.base import Engine
from search.engines.changes import Changes
from search.engines.whoosh.bm25f import WhooshRanking
from search.engines.whoosh.ranking import ArchiveRanking
from search.engines.whoosh.schema import NAME, schema
from search.engines.whoosh.segment import Segment, opening, storage_of
from search.engines.whoosh.settings import Settings
from search.engines.whoosh.snapshot import Snapshot
from search.engines.whoosh.view import WhooshView
from search.errors import DamagedArchive, DatelineError, EngineError

if TYPE_CHECKING:
    from search.engines.whoosh.committing import Committer

_log = logging.getLogger(__name__)

_NAME = "name.txt"

STALE = 2.0
"""Seconds for which the state before is still answered while another thread opens a newer one."""

_SETTLED = 50_000_000
"""Nanoseconds after which a folder's time of change says that nothing has changed since: clocks of file systems tick every 4 to 10 ms."""

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
        self._written = 0  # the state that was committed here: whoever asks afterwards gets no older one
        self._building = threading.Lock()
        self._since = 0.0
        self._changes = Changes()
        self._committer: Committer | None = None

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

    def _newest(self) -> Snapshot:
        """The newest state."""
        return self._current(patient=True)

    def _current(self, *, patient: bool = False) -> Snapshot:
        """The newest state. While one thread opens a newer one, the others go on with the one there is, but not for long, unless they are patient."""
        snapshot = self._snapshot
        if snapshot is not None and self._is_newest(snapshot):
            return snapshot
        if patient or not self._building.acquire(blocking=False):
            if not patient and snapshot is not None and snapshot.number >= self._written and time.monotonic() - self._since < STALE:
                return snapshot
            self._building.acquire()
        try:
            self._since = time.monotonic()
            if self._snapshot is None or not self._is_newest(self._snapshot):
                with _mapped(self._folder):
                    self._snapshot = self._opened()
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

    def _opened(self) -> Snapshot:
        """The newest state, opened. A writer may delete files of it meanwhile: then there is one that is newer still."""
        for attempt in range(_TRIES):
            number = TOC._latest_generation(self._storage, NAME)
            opened: list[Segment] = []
            try:
                with opening(self._storage) as storage, ExitStack() as if_it_fails:
                    for entry in TOC.read(storage, NAME, gen=number).segments:
                        opened.append(Segment(storage, self._folder, entry))
                        if_it_fails.callback(opened[-1].close)
                    if_it_fails.pop_all()
            except BaseException as error:
                # Whoosh does not always say so where a file is missing.
                superseded = isinstance(error, Exception) and TOC._latest_generation(self._storage, NAME) != number
                if not superseded or attempt + 1 == _TRIES:
                    raise
                continue
            return Snapshot(opened, f"{self._name}-{number}", number, self._settings.cache_bytes, partial(_mapped, self._folder))
        raise AssertionError("unreachable: the last attempt raises")

    # Writing

    def add(self, articles: Iterable[Article]) -> None:
        self._changes.add(articles)

    def delete(self, ids: Iterable[str]) -> None:
        self._changes.delete(ids)

    def commit(self, processes: int = 1) -> None:
        if not self._changes:
            return
        if self._committer is None:
            from search.engines.whoosh.committing import Committer

            self._committer = Committer(self._folder, self._storage)
        try:
            self._written = self._committer.commit(self._newest, self._changes, processes)
        except Exception as error:
            if isinstance(error, DatelineError | MemoryError):
                raise
            raise _unwritable(self._folder, error) from error
        self._seen = 0
        self._changes.clear()

    def rollback(self) -> None:
        self._changes.clear()

    def close(self) -> None:
        self.rollback()
        self._snapshot = None
        if self._committer is not None:
            self._committer.close()
            self._committer = None


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
