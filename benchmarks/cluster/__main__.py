"""The steps of a run, and its command line.

A cluster of its own is warmed first: nodes compile what they do while they do it, and take some 60,000 documents to be as fast as they will be.
For up to 100,000 articles raw files and ready documents are indexed in turns, each time into an empty index, and the last archive is the one that is
asked. Beyond, it grows: the articles that are missing are indexed into what is there, as a newsroom's archive grows, and the rate is theirs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from benchmarks import corpus
from benchmarks.cluster import readers
from benchmarks.cluster.asking import keep_nothing
from benchmarks.cluster.figures import Measured, Size
from benchmarks.cluster.filling import Raw, index_raw, index_ready, write_ready
from benchmarks.cluster.machine import Machine, calm, machine
from benchmarks.cluster.requests import Replay
from benchmarks.cluster.space import ordinals, space
from benchmarks.cluster.table import table
from search.archive import Archive
from search.engines.opensearch.state import Storage

ARTICLES = (30_000, 100_000, 300_000, 1_000_000)
READERS = (1, 4, 16)
COMPARED = 100_000
"""The most articles with which ready documents are compared."""
ROUNDS, WARM, SECONDS, HEAP = 2, 21, 60.0, "1g"
WARMING, WARMED_WITH = 60_000, 5_000
"""Documents that a cluster of its own is warmed with, and articles that they are of."""


class Run:
    """One run: its archives and raw files are for the time being."""

    def __init__(self, where: Machine, folder: Path, *, rounds: int, warm: int, seconds: float, numbers: Sequence[int], stories: int) -> None:
        self._where = where
        self._folder = folder
        self._rounds, self._warm, self._seconds = rounds, warm, seconds
        self._raw = Raw(folder, corpus.longer(corpus.articles(max(numbers) * stories), stories))
        self._names: list[str] = []
        self._indexed = 0
        self.measured = Measured(where.described())
        self._began = time.monotonic()

    def warm(self, documents: int) -> None:
        """Let the nodes index so many documents, and answer searches."""
        ready = self._folder / "ready"
        raw = Raw(self._folder / "warming", corpus.articles(min(documents, WARMED_WITH)))
        raw.up_to(min(documents, WARMED_WITH))
        sent = 0
        with Archive.create(self._where.home(self._name())) as archive:
            index_raw(self._where, archive, raw.folders, self.say)
            write_ready(archive, ready)
        while sent < documents:
            filled, index = index_ready(self._where, self._names[-1], ready)
            self.say(f"  {filled.rate:,.0f} documents a second")
            self._where.storage(self._names[-1]).delete_index(index)
            sent += filled.articles
        self.say("the cluster is warmed by searches")
        readers.read(self._where.home(self._names[-1]).name, 2, documents // 50, 3 * self._seconds)
        ready.unlink()
        self._drop()

    def size(self, number: int, at_once: Sequence[int]) -> Size:
        """Measure one number of articles, larger than the one before."""
        size = Size(number)
        self.measured.sizes.append(size)
        self.say(f"{number:,} articles: raw files are written")
        self._raw.up_to(number)
        size.characters = self._raw.characters
        if number <= COMPARED:
            self._compare(size)
        else:
            self._grow(size)
        name = self._names[-1]
        storage = self._where.storage(name)
        calm(storage.connection, storage.read().index)
        with Archive.open(self._where.home(name)) as archive:
            size.space = space(archive, storage)
            size.articles = size.space.articles
        keep_nothing(storage)
        for reading in at_once:
            self.say(f"{number:,} articles: searches by {reading} at once")
            size.read.append(readers.read(self._where.home(name).name, reading, self._warm, self._seconds))
        self.say(f"{number:,} articles: searches and their bare requests in turns")
        replay = Replay(self._where.home(name))
        try:
            size.replayed = replay.all(self._warm)
            self.say(f"{number:,} articles: rounds of counting")
            size.counted = replay.counted()
        finally:
            replay.close()
        size.ordinals = ordinals(storage)
        return size

    def _compare(self, size: Size) -> None:
        """Into empty indexes: raw files, ready documents, and again."""
        ready = self._folder / "ready"
        for turn in range(self._rounds):
            self._drop()
            with Archive.create(self._where.home(self._name())) as archive:
                self.say(f"{size.articles:,} articles: raw files are indexed, {turn + 1} of {self._rounds}")
                size.extracted.append(index_raw(self._where, archive, self._raw.folders, self.say))
                storage = self._calm()
                if not turn:
                    self.say(f"{size.articles:,} articles: documents are made ready")
                    write_ready(archive, ready)
            self.say(f"{size.articles:,} articles: ready documents are sent bare, {turn + 1} of {self._rounds}")
            filled, index = index_ready(self._where, self._names[-1], ready)
            size.bare.append(filled)
            calm(storage.connection, index)
            storage.delete_index(index)
        ready.unlink()
        self._indexed = len(self._raw.folders)

    def _grow(self, size: Size) -> None:
        """What is missing, into the archive that there is."""
        name = self._names[-1] if self._names else self._name()
        with Archive.open_or_create(self._where.home(name)) as archive:
            self.say(f"{size.articles:,} articles: raw files that are missing are indexed")
            size.extracted.append(index_raw(self._where, archive, self._raw.folders[self._indexed :], self.say))
        self._indexed = len(self._raw.folders)

    def _name(self) -> str:
        self._names.append(f"bench-{uuid.uuid4().hex[:12]}")
        return self._names[-1]

    def _calm(self) -> Storage:
        storage = self._where.storage(self._names[-1])
        calm(storage.connection, storage.read().index)
        return storage

    def _drop(self) -> None:
        while self._names:
            self._where.storage(self._names.pop()).delete()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self._drop()

    def say(self, line: str) -> None:
        """What is done now."""
        spent = time.monotonic() - self._began
        sys.stderr.write(f"{spent // 60:4.0f}:{spent % 60:02.0f} {line}\n")
        sys.stderr.flush()


@contextmanager
def running(where: Machine, numbers: Sequence[int], *, rounds: int, warm: int, seconds: float, stories: int = 1) -> Iterator[Run]:
    """A run with folders of its own: also the copies of ledgers do not lie among those of others."""
    with (
        TemporaryDirectory(prefix="dateline-bench-") as folder,
        patch.dict(os.environ, DATELINE_CACHE_DIR=str(Path(folder, "cache"))),
        Run(where, Path(folder), rounds=rounds, warm=warm, seconds=seconds, numbers=numbers, stories=stories) as run,
    ):
        yield run


def main(given: Sequence[str] | None = None) -> None:
    arguments = _arguments(given)
    numbers = sorted(arguments.articles)
    with (
        machine(arguments.url, arguments.heap) as where,
        running(where, numbers, rounds=arguments.rounds, warm=arguments.warm, seconds=arguments.seconds, stories=arguments.stories) as run,
    ):
        if arguments.url is None and arguments.warming:
            run.say("the cluster is warmed")
            run.warm(arguments.warming)
        for number in numbers:
            run.size(number, arguments.readers)
            if arguments.json:
                # After each number: what takes hours may be stopped.
                arguments.json.write_text(json.dumps(run.measured.to_dict(), indent=1) + "\n", encoding="utf-8")
    for line in table(run.measured):
        sys.stdout.write(f"{line}\n")


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description="Measure an archive on a cluster, and how it grows.")
    parser.add_argument("--articles", type=int, nargs="+", default=ARTICLES, metavar="N", help="numbers of articles (%(default)s)")
    parser.add_argument("--readers", type=int, nargs="+", default=READERS, metavar="N", help="how many ask at once (%(default)s)")
    parser.add_argument(
        "--stories", type=int, default=1, metavar="N", help="texts of the collection in an article; 8 are about 460 words (%(default)s)"
    )
    parser.add_argument("--url", metavar="ADDRESS", help="a cluster that there is, as https://HOST:9200; otherwise one is started")
    parser.add_argument("--heap", default=HEAP, metavar="SIZE", help="memory for objects of each node that is started (%(default)s)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="how often raw files and ready documents are indexed (%(default)s)")
    parser.add_argument("--warm", type=int, default=WARM, metavar="N", help="answers to each search (%(default)s)")
    parser.add_argument("--seconds", type=float, default=SECONDS, metavar="S", help="after which readers stop asking (%(default)s)")
    parser.add_argument("--warming", type=int, default=WARMING, metavar="N", help="documents that a cluster is warmed with (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    return parser.parse_args(given)


if __name__ == "__main__":
    main()
