"""The Whoosh engine: articles go in by Whoosh's writer, answers come from snapshots."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

from whoosh.filedb.filestore import FileStorage
from whoosh.index import LockError

from search.article import Article
from search.engines.base import Engine
from search.engines.changes import Changes
from search.engines.whoosh.schema import document, schema
from search.engines.whoosh.snapshot import Snapshot
from search.engines.whoosh.view import WhooshView
from search.errors import ArchiveBusy, DamagedArchive, DatelineError, EngineError

_log = logging.getLogger(__name__)

_NAME = "name.txt"

WRITER_MEGABYTES = 256
"""What Whoosh may hold in memory before it writes postings to disk; a batch of the indexer stays well below."""


class WhooshEngine(Engine):
    """Keeps articles in a Whoosh index. `open` and `create` make one over a folder."""

    name: ClassVar[str] = "whoosh"

    def __init__(self, folder: Path, whoosh_index: Any, name: str) -> None:
        self._folder = folder
        self._index = whoosh_index
        self._name = name
        self._snapshot: Snapshot | None = None
        self._building = threading.Lock()
        self._changes = Changes()

    @classmethod
    def create(cls, folder: Path) -> Self:
        """A new, empty index in a folder, which is made where it is missing."""
        # Whoosh counts the generations of each index from 0: the name tells those of a rebuilt index from the old one's.
        name = uuid.uuid4().hex[:8]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / _NAME).write_text(name, encoding="ascii")
            return cls(folder, _storage(folder).create_index(schema()), name)
        except OSError as error:
            raise _unwritable(folder, error) from error

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index in a folder. Raises DamagedArchive where it cannot be read."""
        with _mapped(folder):
            engine = cls(folder, _storage(folder).open_index(), (folder / _NAME).read_text(encoding="ascii"))
            engine._current()
        return engine

    def _latest(self) -> int | None:
        """Whoosh's number of the newest state on disk; None where the folder has gone, as after a rebuild."""
        try:
            number: int = self._index.latest_generation()
        except OSError:
            return None
        return number if number >= 0 else None

    def _current(self) -> Snapshot:
        """The newest snapshot. While one thread builds a newer one, the others go on with the one there is."""
        snapshot = self._snapshot
        if snapshot is not None and self._latest() in (None, snapshot.number):
            return snapshot
        if snapshot is not None and not self._building.acquire(blocking=False):
            return snapshot
        if snapshot is None:
            self._building.acquire()
        try:
            if self._snapshot is None or self._snapshot.number != self._latest():
                with _mapped(self._folder):
                    self._snapshot = Snapshot(self._index.reader(), self._name, partial(_mapped, self._folder))
            return self._snapshot
        finally:
            self._building.release()

    def add(self, articles: Iterable[Article]) -> None:
        self._changes.add(articles)

    def delete(self, ids: Iterable[str]) -> None:
        self._changes.delete(ids)

    def commit(self) -> None:
        if not self._changes:
            return
        try:
            writer = self._index.writer(limitmb=WRITER_MEGABYTES)
        except LockError as error:
            raise ArchiveBusy(f"Another process is writing to {self._folder}. Wait until it has finished, then run this again.") from error
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        try:
            with self._index.reader() as reader:
                replaced = [doc for id in self._changes.ids if (doc := _number(reader, id)) is not None]
            if replaced or self._changes.articles:
                for doc in replaced:
                    writer.delete_document(doc)
                for article in self._changes.articles.values():
                    writer.add_document(**document(article))
                writer.commit()
            else:
                writer.cancel()
        except BaseException as error:
            with suppress(Exception):  # a writer that failed while it closed cannot be cancelled any more
                writer.cancel()
            if not isinstance(error, Exception) or isinstance(error, MemoryError):
                raise
            raise _unwritable(self._folder, error) from error
        self.rollback()

    def rollback(self) -> None:
        self._changes.clear()

    def view(self) -> WhooshView:
        return WhooshView(self._current())

    def close(self) -> None:
        self.rollback()
        self._snapshot = None
        self._index.close()


def _storage(folder: Path) -> Any:
    """Whoosh's access to a folder, without memory maps: a reader over them copies every file into memory (21 MB of index, 18 MB of it)."""
    open_storage: Any = FileStorage
    return open_storage(str(folder), supports_mmap=False)


def _number(reader: Any, id: str) -> int | None:
    """Whoosh's number of the article of that id; None where there is none."""
    if ("id", id) not in reader:
        return None
    matcher = reader.postings("id", id)
    return int(matcher.id()) if matcher.is_active() else None


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
