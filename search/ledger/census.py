"""Which files does one run of the indexer have to account for, and what became of each in it?

The files that are there, and those that were there and are not any more. Kept in a temporary table beside the ledger's, which SQLite moves to
disk as it grows: a million files need no more memory than a thousand, and nothing of the archive is touched before all of them are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from search.errors import TooManyRemoved
from search.ledger.database import Database
from search.origin import Target
from search.sources import FoundFile, PassedOver, SkippedFile

Kind = Literal["found", "skipped", "unread", "lost"]
"""A file to be read; one that is not read (with the reason); one of which nothing can be known now; one that is no longer there."""

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class CensusEntry:
    """One file: `size` in bytes where it was found, `reason` where it is not read."""

    source: str
    key: bytes
    kind: Kind
    size: int
    reason: str


class Census:
    """The files of one run and their outcomes. It lives as long as the connection to the ledger's file."""

    def __init__(self, database: Database) -> None:
        """Begin with no files."""
        self._database = database
        self.passed_over = 0
        database.change("DROP TABLE IF EXISTS temp.census")
        database.change(
            "CREATE TEMP TABLE census (source TEXT, key BLOB, kind TEXT, size INTEGER, reason TEXT, outcome TEXT, PRIMARY KEY (source, key)) "
            "WITHOUT ROWID"
        )
        database.commit()

    def take(self, targets: Iterable[Target], tell: Callable[[int], None]) -> None:
        """Find all files of the targets, and those of them that the ledger knows and that are lost. `tell` is told how many were found so far."""
        found = 0
        for target in targets:
            source = target.source.name
            rows: list[tuple[object, ...]] = []
            folders: list[bytes] = []
            for entry in target.entries():
                match entry:
                    case FoundFile():
                        rows.append((source, entry.key, "found", entry.size, ""))
                    case SkippedFile():
                        rows.append((source, entry.key, "unread" if entry.unread else "skipped", 0, entry.reason))
                        if entry.unread:
                            folders.append(entry.key)
                    case PassedOver():
                        self.passed_over += 1
                if len(rows) == _PAGE:
                    found += self._add(rows)
                    tell(found)
            found += self._add(rows)
            tell(found)
            self._add_lost(source, target.start)
            for folder in folders:
                # What lies in a folder that cannot be entered is not lost: nothing is known of it.
                self._database.change("DELETE FROM census WHERE kind = 'lost' AND source = ? AND key > ? AND key < ?", (source, *_below(folder)))
        self._database.commit()

    def check_removal(self) -> None:
        """Raise TooManyRemoved if more than half of the files with articles would leave a source."""
        for source, number in self._database.all(
            "SELECT source, count(*) FROM census c WHERE kind IN ('lost', 'skipped') AND EXISTS (SELECT 1 FROM articles a "
            "WHERE a.source = c.source AND a.key = c.key) GROUP BY source ORDER BY source"
        ):
            ((whole,),) = self._database.all("SELECT count(DISTINCT key) FROM articles WHERE source = ?", (source,))
            if 2 * number > whole:
                raise TooManyRemoved(
                    f"{number:,} of the {whole:,} files of the source “{source}” with articles in the archive are gone or of no use any more. "
                    "Nothing was changed. If a disk is not mounted, mount it and run this again; if that is meant, add --allow-removal."
                )

    def entries(self) -> Iterator[CensusEntry]:
        """All files, in the order of source and key."""
        row: Sequence[object] = ("", b"")
        select = "SELECT source, key, kind, size, reason FROM census"
        rows = self._database.all(f"{select} ORDER BY source, key LIMIT {_PAGE}")
        while rows:
            yield from (CensusEntry(*row) for row in rows)
            row = rows[-1][:2]
            rows = self._database.all(f"{select} WHERE (source, key) > (?, ?) ORDER BY source, key LIMIT {_PAGE}", row)

    def add(self, source: str, key: bytes) -> bool:
        """One more file, which had to be read though it was not asked for. Whether it is new here."""
        return self._database.change("INSERT OR IGNORE INTO census VALUES (?, ?, 'found', 0, '', NULL)", (source, key)) > 0

    def has(self, source: str, key: bytes) -> bool:
        """Whether the run accounts for a file."""
        return self._database.one("SELECT 1 FROM census WHERE source = ? AND key = ?", (source, key)) is not None

    def settle(self, source: str, key: bytes, outcome: str) -> None:
        """What became of a file."""
        self._database.change("UPDATE census SET outcome = ? WHERE source = ? AND key = ?", (outcome, source, key))

    def size(self) -> tuple[int, int]:
        """How many files there are, and how many bytes are to be read."""
        ((files, size),) = self._database.all("SELECT count(*), coalesce(sum(size), 0) FROM census")
        return files, size

    def outcomes(self) -> dict[str, int]:
        """How many files had which outcome."""
        return dict(self._database.all("SELECT outcome, count(*) FROM census WHERE outcome IS NOT NULL GROUP BY outcome"))

    def left_out(self) -> list[tuple[str, bytes]]:
        """The files of which something is not in the archive, or not as it is now: source and key."""
        return self._database.all(
            "SELECT source, key FROM census c WHERE outcome IN ('skipped', 'failed') "
            "OR EXISTS (SELECT 1 FROM broken b WHERE b.source = c.source AND b.key = c.key) ORDER BY source, key"
        )

    def broken(self) -> int:
        """How many records of these files could not be read, in files that could."""
        ((number,),) = self._database.all(
            "SELECT count(*) FROM broken b WHERE EXISTS (SELECT 1 FROM census c WHERE c.source = b.source AND c.key = b.key)"
        )
        return int(number)

    def with_outcome(self, *outcomes: str) -> list[tuple[str, bytes, str]]:
        """The files that had one of these outcomes: source, key, outcome."""
        marks = ", ".join("?" * len(outcomes))
        return self._database.all(f"SELECT source, key, outcome FROM census WHERE outcome IN ({marks}) ORDER BY source, key", outcomes)  # noqa: S608

    def _add(self, rows: list[tuple[object, ...]]) -> int:
        number = len(rows)
        self._database.change_many("INSERT OR REPLACE INTO census VALUES (?, ?, ?, ?, ?, NULL)", rows)
        rows.clear()
        return number

    def _add_lost(self, source: str, start: bytes) -> None:
        insert = "INSERT OR IGNORE INTO census SELECT source, key, 'lost', 0, '', NULL FROM files WHERE state <> 'gone' AND source = ?"
        if start:
            self._database.change(f"{insert} AND (key = ? OR (key > ? AND key < ?))", (source, start, *_below(start)))
        else:
            self._database.change(insert, (source,))


def _below(folder: bytes) -> tuple[bytes, bytes]:
    """Two keys between which all keys in a folder lie."""
    return (folder + b"/", folder + b"0") if folder else (b"", b"\xff")  # "0" is the character after the slash
