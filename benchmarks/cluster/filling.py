"""How fast do articles come into an archive on a cluster: from raw files, with everything that is read in them, and as ready documents sent bare?

Bare is what opensearch-py has for it, `parallel_bulk`, with documents that lie ready as lines of JSON in a file: into an index of the same settings,
with requests of the same size and as many at once as the engine has, and one refresh at the end. It has no ledger, asks nothing and waits for nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from opensearchpy.helpers import parallel_bulk

from benchmarks.cluster.figures import Filled
from benchmarks.cluster.machine import Machine, own_processor
from benchmarks.commands import write_raw
from search.archive import Archive
from search.article import Article
from search.engines.opensearch.engine import AT_ONCE, BULK_BYTES
from search.engines.opensearch.schema import document, line
from search.report import Progress
from search.request import SearchRequest

_MANY = 1_000_000
"""More documents than any request holds: its bytes are what limits it."""


def index_raw(machine: Machine, archive: Archive, folders: Iterable[Path], say: Callable[[str], None]) -> Filled:
    """Index raw files on all cores, as `dateline index` does."""
    before, told = archive.status().articles, time.monotonic()

    def progress(now: Progress) -> None:
        nonlocal told
        if now.total and time.monotonic() - told > 30:
            told = time.monotonic()
            say(f"  {now.done:,} of {now.total:,} files")

    with _Clock(machine) as clock:
        report = archive.index(folders, workers=None, progress=progress)
    return clock.filled(report.articles - before, before)


def write_ready(archive: Archive, file: Path) -> int:
    """Write the documents of an archive as lines: a key, a tab, a document. How many there are."""
    number = 0
    with file.open("w", encoding="utf-8") as lines:
        for article in archive.scan(SearchRequest(sort="newest")):
            lines.write(f"{article.id}.1\t{line(document(article, 1))}\n")
            number += 1
    return number


def index_ready(machine: Machine, name: str, file: Path) -> tuple[Filled, str]:
    """Send ready documents bare into a new index; and its name, for whoever deletes it."""
    storage = machine.storage(name)
    index = storage.new_index()
    client = storage.connection._client

    def action(text: str) -> tuple[str, str]:
        key, _, ready = text.partition("\t")
        return f'{{"index":{{"_id":"{key}"}}}}', ready.rstrip("\n")

    number = 0
    with _Clock(machine) as clock, file.open(encoding="utf-8") as lines:
        for taken, _ in parallel_bulk(
            client,
            lines,
            thread_count=AT_ONCE,
            queue_size=AT_ONCE,
            chunk_size=_MANY,
            max_chunk_bytes=BULK_BYTES,
            expand_action_callback=action,
            index=index,
            request_timeout=120,
        ):
            number += taken
        client.transport.perform_request("POST", f"/{index}/_refresh", params={"request_timeout": 300})
    return clock.filled(number, 0), index


class _Clock:
    """Seconds, and seconds of processors, from one moment to another."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def __enter__(self) -> _Clock:
        self._ours, self._nodes, self._began = own_processor(), self._machine.processor(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self._seconds = time.perf_counter() - self._began
        self._ours = own_processor() - self._ours
        after = self._machine.processor()
        self._nodes = None if after is None or self._nodes is None else after - self._nodes

    def filled(self, articles: int, before: int) -> Filled:
        return Filled(articles, before, self._seconds, self._ours, self._nodes)


class Raw:
    """Raw files of articles, a folder for each step from one number to the next. They stay until the end: a run may want to read one again."""

    def __init__(self, folder: Path, articles: Iterator[Article]) -> None:
        self._folder = folder
        self._articles = articles
        self._characters = 0
        self.number = 0
        self.folders: list[Path] = []

    def up_to(self, number: int) -> Path:
        """Write the files up to so many articles. Their folder."""
        folder = self._folder / f"raw-{self.number}-{number}"
        write_raw(folder, self._counted(islice(self._articles, number - self.number)))
        self.number = number
        self.folders.append(folder)
        return folder

    @property
    def characters(self) -> float:
        """Of text in an article, on average."""
        return self._characters / max(1, self.number)

    def _counted(self, articles: Iterator[Article]) -> Iterator[Article]:
        for article in articles:
            self._characters += len(article.body)
            yield article
