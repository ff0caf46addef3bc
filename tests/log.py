"""A ledger's log that lies in memory, and what a copy of a ledger says in all."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

from search.ledger.replica import LogState, Part, PartGone, Replica


class Log:
    """A log that begins with a snapshot. `fetched` are the numbers of the parts that were asked for."""

    def __init__(self, snapshot: Iterable[bytes]) -> None:
        self.parts: dict[int, list[bytes]] = {}
        self.fetched: list[int] = []
        self._last = -1
        self.state = LogState(self._put(snapshot))

    def read(self, part: Part) -> Iterator[bytes]:
        self.fetched.append(part.number)
        if part.number not in self.parts:
            raise PartGone
        return iter(self.parts[part.number])

    def publish(self, copy: Replica) -> None:
        """End a turn of the one who writes in a copy."""
        copy.published(self.append(copy.changes()))

    def append(self, pieces: list[bytes]) -> int:
        """Put an entry at the end, if there is anything in it. The number of the last one."""
        if pieces:
            self.state = LogState(self.state.snapshot, (*self.state.entries, self._put(pieces)))
        return self.state.number

    def compact(self, copy: Replica) -> None:
        """Put a snapshot in the place of everything."""
        self.begin_anew(copy.snapshot(), self.state.number)

    def begin_anew(self, snapshot: Iterable[bytes], number: int | None = None) -> None:
        pieces = list(snapshot)
        self.parts.clear()
        self.state = LogState(self._put(pieces, number))

    def save(self, file: Path) -> None:
        file.write_bytes(pickle.dumps((self.parts, self.state, self._last)))

    @classmethod
    def load(cls, file: Path) -> Self:
        made = cls([])
        made.parts, made.state, made._last = pickle.loads(file.read_bytes())
        return made

    def _put(self, pieces: Iterable[bytes], number: int | None = None) -> Part:
        if number is None:
            number = self._last = self._last + 1
        self.parts[number] = list(pieces)
        return Part(number, len(self.parts[number]), sum(map(len, self.parts[number])))


def dump(file: Path) -> dict[str, list[object]]:
    """Every row of every table of a ledger's file, but for where it stands in the log."""
    connection = sqlite3.connect(file)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in tables if name != "place_in_log"}
    finally:
        connection.close()
