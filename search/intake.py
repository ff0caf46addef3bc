"""What does a raw file hold now? Files are read, and their articles extracted, here or by several processes at once; the order stays.

Files of many articles are extracted where they are used, one article after the other, however large the file.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeGuard, TypeVar

from search.article import Article, Record
from search.collecting import collect_seldom
from search.errors import ArchiveError, UnreadableFile
from search.extraction.records import BrokenRecord
from search.sources import OF_MANY, RawDocument, media_type, read

Extract = Callable[[RawDocument, Mapping[str, str]], Iterable[Article | BrokenRecord]]
"""Reads the articles of a raw document; the mapping says how its fields are called. Raises UnreadableFile, also while it is being iterated."""

Item = TypeVar("Item")

WORTH_IT = 500
"""Files for which starting processes pays: each takes half a second to start, in which one process reads some hundred files."""

_AT_ONCE = 50  # files that a process is given in one go
_AHEAD = 40  # such portions for each process that wait or are done, so that none has to wait while a batch is made ready to be written
_AHEAD_BYTES = 20_000_000  # of files that are read ahead; one portion for each process may have more

_log = logging.getLogger("search.indexer")


@dataclass(frozen=True, slots=True)
class Request(Record):
    """A file to be read: where it lies, and what its fields are called. One whose bytes have the hash `unless` is as it was, and not extracted.

    `size`: about how many bytes it has.
    """

    file: Path
    source: str
    key: bytes
    fields: tuple[tuple[str, str], ...] = ()
    unless: str | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Content(Record):
    """What became of a request. `unread`: why the file cannot be read; otherwise its hash, its size in bytes, and one of these:

    `as_it_was`  it has the hash that was named
    `document`   a file of many articles, to be extracted by `articles`
    `found`      its articles, and `failure` why there are no (more) of them
    """

    path: str = ""
    size: int = 0
    file_hash: str = ""
    unread: str = ""
    as_it_was: bool = False
    document: RawDocument | None = None
    found: tuple[Article | BrokenRecord, ...] = ()
    failure: str = ""

    def articles(self, extract: Extract, fields: tuple[tuple[str, str], ...]) -> Iterator[Article | BrokenRecord]:
        """The articles, and records from which none could be read. Raises UnreadableFile where there are no (more)."""
        if self.document is not None:
            yield from _extracted(self.document, extract, fields)
        yield from self.found
        if self.failure:
            raise UnreadableFile(self.failure)


def take_in(request: Request, extract: Extract) -> Content:
    """Read a file, and unless it holds many, extract its articles. Raises nothing: what is wrong stands in the content."""
    try:
        document = read(request.file, source=request.source, key=request.key)
    except UnreadableFile as error:
        return Content(unread=str(error))
    file_hash = hashlib.sha256(document.data).hexdigest()
    content = Content(document.path, len(document.data), file_hash)
    if file_hash == request.unless:
        return replace(content, as_it_was=True)
    if document.media_type in OF_MANY:
        return replace(content, document=document)
    found: list[Article | BrokenRecord] = []
    try:
        found.extend(_extracted(document, extract, request.fields))
    except UnreadableFile as error:
        return replace(content, found=tuple(found), failure=str(error))
    return replace(content, found=tuple(found))


def each(
    items: Iterable[Item], request: Callable[[Item], Request | None], extract: Extract, processes: int = 1
) -> Iterator[tuple[Item, Content | None]]:
    """The content of each item for which there is a request, in the order of the items; None for the others. Raises ArchiveError where a
    process was ended from outside.
    """
    if processes < 2:
        for item in items:
            asked = request(item)
            yield item, take_in(asked, extract) if asked is not None else None
        return
    # A process that begins anew has none of our open files, locks and threads.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin) as pool:
        try:
            yield from _by_pool(pool, iter(items), request, extract, processes)
        except BrokenProcessPool as error:
            raise ArchiveError(
                "A process that was reading files has been ended, perhaps for lack of memory. What was finished is kept; go on with --workers 1."
            ) from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def processes_for(files: int, wanted: int | None) -> int:
    """How many processes are to read so many files: as many as were asked for, or else one for each core where that pays."""
    if wanted is not None or files < WORTH_IT:
        return wanted or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


Portion = tuple[list[tuple[Item, Request | None]], "Future[list[Content]]"]


def _by_pool(
    pool: ProcessPoolExecutor, items: Iterator[Item], request: Callable[[Item], Request | None], extract: Extract, processes: int
) -> Iterator[tuple[Item, Content | None]]:
    waiting: deque[Portion[Item]] = deque()
    ahead = 0
    while True:
        while len(waiting) < processes or (len(waiting) < _AHEAD * processes and ahead < _AHEAD_BYTES):
            if not (portion := [(item, request(item)) for item in itertools.islice(items, _AT_ONCE)]):
                break
            remote = [asked for _, asked in portion if _is_remote(asked)]
            ahead += sum(asked.size for asked in remote)
            waiting.append((portion, pool.submit(_take_in_all, remote, extract)))
        if not waiting:
            return
        portion, future = waiting.popleft()
        ahead -= sum(asked.size for _, asked in portion if _is_remote(asked))
        contents = iter(future.result())
        for item, asked in portion:
            if asked is None:
                yield item, None
            else:
                yield item, next(contents) if _is_remote(asked) else take_in(asked, extract)


def _is_remote(request: Request | None) -> TypeGuard[Request]:
    """Whether a file is read by a process; what is in one of many articles need not be carried over as a whole."""
    return request is not None and media_type(request.key) not in OF_MANY


def _take_in_all(requests: list[Request], extract: Extract) -> list[Content]:
    return [take_in(request, extract) for request in requests]


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # interrupts are the parent's
    collect_seldom()


def _extracted(document: RawDocument, extract: Extract, fields: tuple[tuple[str, str], ...]) -> Iterator[Article | BrokenRecord]:
    try:
        yield from extract(document, dict(fields))
    except UnreadableFile:
        raise
    except Exception as error:
        # A mistake in a rule must cost one file, not the run.
        _log.exception("Extraction failed on %s in %s", document.path, document.source)
        raise UnreadableFile(f"internal error: {type(error).__name__}: {error}") from error
