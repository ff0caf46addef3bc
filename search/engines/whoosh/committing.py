"""How do changes become the next state of an index? New segments, some of the old ones put together, and a table of contents that names them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import TOC, clean_files

from search.engines.changes import Changes
from search.engines.whoosh.merging import to_put_together
from search.engines.whoosh.schema import NAME
from search.engines.whoosh.segment import Segment, opening
from search.engines.whoosh.snapshot import Snapshot
from search.engines.whoosh.writing import build, leave_interrupts_to_the_parent, put_together, sync
from search.errors import ArchiveBusy

SEGMENT = 10_000
"""Articles of a segment as it is written first."""


class Committer:
    """Writes the states of the index in a folder, one at a time."""

    def __init__(self, folder: Path, storage: Any) -> None:
        self._folder = folder
        self._storage = storage
        self._helpers: ProcessPoolExecutor | None = None

    def commit(self, current: Callable[[], Snapshot], changes: Changes, processes: int) -> int:
        """Write what has changed as a state that replaces the present one at once; `current` gives that. The number of the state that there is then.

        Raises ArchiveBusy where another process is writing, and what writing raises: then all is as it was.
        """
        lock: Any = self._storage.lock(f"{NAME}_WRITELOCK")
        if not lock.acquire(blocking=False):
            raise ArchiveBusy(f"Another process is writing to {self._folder}. Wait until it has finished, then run this again.")
        try:
            return self._write(current(), changes, processes)
        finally:
            shutil.rmtree(self._folder / f"{NAME}.tmp", ignore_errors=True)  # where Whoosh has put columns before they were whole
            lock.release()

    def close(self) -> None:
        """End the processes that help."""
        if self._helpers is not None:
            self._helpers.shutdown()
            self._helpers = None

    def _write(self, snapshot: Snapshot, changes: Changes, processes: int) -> int:
        with opening(self._storage) as storage:
            contents = TOC.read(storage, NAME)
        segments: list[Any] = list(contents.segments)
        number: int = contents.generation
        if not (_take_out(changes.ids, snapshot, segments) or changes.articles):
            return number
        segments += self._new_segments(contents.schema, changes, processes)
        segments = self._put_together(contents.schema, segments)
        TOC(contents.schema, segments, number + 1).write(self._storage, NAME)
        sync(self._folder / TOC._filename(NAME, number + 1))
        sync(self._folder)
        clean_files(self._storage, NAME, number + 1, segments)
        return number + 1

    def _new_segments(self, schema: Any, changes: Changes, processes: int) -> list[Any]:
        """Segments of the new articles, so many in each that several processes have something to do: the same whoever does it."""
        articles = list(changes.articles.values())
        first, *others = [articles[start : start + SEGMENT] for start in range(0, len(articles), SEGMENT)] or [[]]
        if processes < 2 or not others:
            return [build(self._folder, schema, part) for part in (first, *others) if part]
        if self._helpers is None:
            self._helpers = ProcessPoolExecutor(processes - 1, get_context("spawn"), leave_interrupts_to_the_parent)
        tasks = []
        try:
            tasks += [self._helpers.submit(build, self._folder, schema, part) for part in others]
            return [build(self._folder, schema, first), *(task.result() for task in tasks)]
        except BrokenProcessPool:
            self._helpers = None  # the next commit begins with new ones
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


def _take_out(ids: Sequence[str], snapshot: Snapshot, segments: Sequence[Any]) -> bool:
    """Delete the articles of these ids in their segments. Whether there was any."""
    wanted = np.array(sorted(id.encode("utf-8", "replace") for id in ids), dtype=np.bytes_)
    docs = np.flatnonzero(np.isin(snapshot.ids, wanted) & snapshot.alive) if snapshot.size else ()
    parts = np.searchsorted([first for _, first in snapshot.segments], docs, "right") - 1 if len(docs) else ()
    for doc, part in zip(docs, parts, strict=True):
        segments[part].delete_document(int(doc) - snapshot.segments[part][1])
    return len(docs) > 0
