"""An archive that several writers share, in memory, and writers that take turns as chance will have it.

The writers are threads, of which only one ever goes on, from where it waits for a turn to where it waits for the next: the same chance gives the same
history.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from search.article import Article
from search.indexer import index
from search.ledger import Ledger
from search.ledger.replica import Replica
from search.report import IndexReport
from tests.log import Log
from tests.memory_engine import MemoryEngine
from tests.raw_folder import extract


class Killed(BaseException):
    """The writer's process ends here."""


class Shared:
    """What lies on the cluster: articles with their generation, and the ledger's log. `check` is called whenever a turn was published."""

    def __init__(self, check: Callable[[Shared], None] | None = None) -> None:
        self.articles: dict[str, Article] = {}
        self.commits = 0
        self.turns = 0
        self.log = Log(Replica.first())
        self.check = check

    @contextmanager
    def ledger(self, folder: Path) -> Iterator[Ledger]:
        """The ledger as it is published."""
        with Replica.open("shared", folder) as copy:
            copy.catch_up(self.log.state, self.log)
            with copy.ledger(writing=False) as ledger:
                yield ledger


class SharedEngine(MemoryEngine):
    """What one writer sees of the articles: those published, and in its turn what it has committed."""

    def refresh(self, shared: Shared) -> None:
        self._articles, self.commits = dict(shared.articles), shared.commits
        self._pending = dict(self._articles)

    def publish(self, shared: Shared) -> None:
        shared.articles, shared.commits = dict(self._articles), self.commits


class Writer:
    """A process that indexes into a shared archive, with a copy of the ledger of its own."""

    shared = True

    def __init__(self, archive: Shared, cache: Path, wait: Callable[[], None] = lambda: None, step: Callable[[str], None] = lambda _: None) -> None:
        self.archive = archive
        self.engine = SharedEngine()
        self.copy = Replica.open("shared", cache)
        self._wait, self._step = wait, step
        self.turns = 0
        self.cleans_up = True

    def index(self, *paths: Path, **options: Any) -> IndexReport:
        self.copy.catch_up(self.archive.log.state, self.archive.log)
        with self.copy.ledger(writing=True) as ledger:
            given = {"extract": extract, "version": "1", "batch": 2, "allow_removal": True, **options}
            return index(self.engine, ledger, paths, turns=self, **given)

    @contextmanager
    def turn(self) -> Iterator[bool]:
        self._wait()
        archive = self.archive
        changed = self.copy.catch_up(archive.log.state, archive.log)
        self.engine.refresh(archive)
        try:
            yield changed
            self.agree()
        except BaseException:
            if self.cleans_up:
                self.engine.rollback()
                self.copy.discard()
            raise
        self.turns += 1
        if archive.check is not None:
            archive.check(archive)

    def agree(self) -> None:
        self._step("publish")
        self.engine.publish(self.archive)
        number = self.archive.log.append(self.copy.changes())
        self._step("published")
        self.copy.published(number)

    def close(self) -> None:
        self.copy.close()


class Schedule:
    """Lets one of several threads go on at a time: chance says which."""

    def __init__(self, chance: random.Random, between: Callable[[], None] = lambda: None) -> None:
        self._chance = chance
        self._between = between
        self._changed = threading.Condition()
        self._waiting: set[str] = set()
        self._gone_on: str | None = None
        self._alive: set[str] = set()
        self.errors: list[BaseException] = []

    def wait(self, name: str) -> None:
        """Called by a thread where it wants a turn."""
        with self._changed:
            self._waiting.add(name)
            if self._gone_on == name:
                self._gone_on = None
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._gone_on == name)
            self._waiting.discard(name)

    def run(self, tasks: dict[str, Callable[[], None]]) -> None:
        """Carry out tasks side by side, each of which waits for its turns by its name."""
        self._alive = set(tasks)
        threads = [threading.Thread(target=self._carry_out, args=(name, task), daemon=True) for name, task in tasks.items()]
        for thread in threads:
            thread.start()
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._gone_on is None and self._waiting == self._alive)
                if not self._alive:
                    break
                self._between()
                self._gone_on = self._chance.choice(sorted(self._alive))
                self._changed.notify_all()
        for thread in threads:
            thread.join()
        if self.errors:
            raise self.errors[0]

    def _carry_out(self, name: str, task: Callable[[], None]) -> None:
        try:
            self.wait(name)  # they begin one after the other, too
            task()
        except BaseException as error:  # noqa: BLE001 - told by the thread that has asked for it
            self.errors.append(error)
        finally:
            with self._changed:
                self._alive.discard(name)
                if self._gone_on == name:
                    self._gone_on = None
                self._changed.notify_all()
