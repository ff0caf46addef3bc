"""How is a SQLite file opened and asked, so that whatever goes wrong with it is said in our words?

The journal is SQLite's plain one, not write-ahead logging: an archive may lie on a network disk or a read-only medium, where a write-ahead log
does not work, and be copied as a folder, where its extra files would be left behind. Others can read while a batch is being written; the moment
in which it is committed makes them wait, which is what the timeout is for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from search.errors import ArchiveBusy, ArchiveError, DamagedArchive, OutdatedArchive

BUSY_SECONDS = 30.0
"""How long to wait for another process. A commit takes milliseconds; a disk that sleeps takes ten seconds to wake."""

CACHE_KIB = 32 * 1024
"""Memory for pages of the file where it is written to. Hashes and ids come in no order: with SQLite's 2 MB nearly every look-up reads pages anew."""

APPLICATION_ID = 0x446C6E65
"""What stands in the file's head, so that it is known for ours: "Dlne" in ASCII."""

Row = tuple[Any, ...]

Value = TypeVar("Value")

_MOST = 500
"""Values in one statement; SQLite's limit is 999 in old versions."""


class Cursor(Protocol):
    """What a statement gave, in either of the two modules by which SQLite is spoken to."""

    def fetchall(self) -> list[Row]:
        """Every row."""

    def fetchone(self) -> Row | None:
        """The first row."""


class Connection(Protocol):
    """An open file, in either of the two modules by which SQLite is spoken to: sqlite3, or apsw (`recorded`)."""

    @property
    def in_transaction(self) -> bool:
        """Whether there are changes that are neither kept nor forgotten."""

    def execute(self, sql: str, values: Any = ..., /) -> Cursor:
        """Carry out a statement."""

    def executemany(self, sql: str, rows: Iterable[Any], /) -> Cursor:
        """Carry out a statement for each of several rows of values."""

    def close(self) -> None:
        """Give the file back."""


_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_FORMAT)


class Database:
    """A SQLite file. Changes are collected in a transaction that begins with the first of them and ends with `commit` or `rollback`.

    For one thread. Methods raise DamagedArchive, ArchiveBusy where another process holds the file, or ArchiveError (a full disk, say).
    """

    _has_room = False

    def __init__(self, path: Path, *, layout: int) -> None:
        """Open a file of that layout. Raises OutdatedArchive where it has another one, DamagedArchive where it is missing or not ours."""
        self.path = path
        if not path.is_file():
            raise DamagedArchive(f"{path} is missing.")
        try:
            self._connection = self._connect("rw")  # SQLite turns it to reading only where the file is write-protected
            try:
                self._check(layout)
            except BaseException:
                self.close()
                raise
        except ArchiveError as error:
            if path.exists():
                raise
            raise DamagedArchive(f"{path} is missing.") from error  # a rebuild has just replaced it

    @classmethod
    def create(cls, path: Path, *, layout: int, schema: Sequence[str]) -> Self:
        """A new file with these tables. Raises ArchiveError where there is a file already, or none can be made."""
        if path.exists():
            raise ArchiveError(f"{path} exists already.")
        new = cls.__new__(cls)
        new.path = path
        new._connection = new._connect("rwc")
        try:
            for statement in (f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {layout}", *schema):
                new.change(statement)
            new.commit()
        finally:
            new.close()
        return cls(path, layout=layout)

    def copy(self, path: Path) -> None:
        """Write everything that is committed to a new file."""
        with self._mapped():
            self._back_up(path)

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row that a statement gives. It holds no lock afterwards."""
        with self._mapped():
            return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row, or None."""
        with self._mapped():
            return self._connection.execute(sql, values).fetchone()

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """Carry out a change in the transaction. How many rows it changed."""
        with self._mapped():
            self._begin()
            return self._changed(self._connection.execute(sql, values))

    def change_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out a change for each of many rows, in the transaction."""
        with self._mapped():
            self._begin()
            self._connection.executemany(sql, rows)

    def commit(self) -> None:
        """End the transaction and keep what it did."""
        with self._mapped():
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """End the transaction and forget what it did."""
        with self._mapped():
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Give the file back. What is not committed is forgotten."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _check(self, layout: int) -> None:
        ((ours,), (found,)) = (*self.all("PRAGMA application_id"), *self.all("PRAGMA user_version"))
        if ours != APPLICATION_ID:
            raise DamagedArchive(f"{self.path} is not a ledger of Dateline's.")
        if found != layout:
            age = "an older" if found < layout else "a newer"
            raise OutdatedArchive(f"{self.path} was written by {age} version of Dateline.")

    # What depends on the module by which SQLite is spoken to

    def _connect(self, mode: str) -> Connection:
        """Open the file in one of the modes of SQLite's addresses: "rw" or "rwc"."""
        with self._mapped():
            connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                # Without this a long transaction that outgrows the page cache would lock out readers before it commits.
                connection.execute("PRAGMA cache_spill = OFF")
            except BaseException:
                connection.close()
                raise
            return connection

    def _changed(self, cursor: Any) -> int:
        """How many rows the statement of a cursor has changed."""
        return int(cursor.rowcount)

    def _back_up(self, path: Path) -> None:
        target = sqlite3.connect(path, isolation_level=None)
        try:
            sqlite3.Connection.backup(self._connection, target)  # type: ignore[arg-type]
        finally:
            target.close()

    def _mapped(self) -> Mapped:
        return Mapped(self.path, _code)

    def _begin(self) -> None:
        # Deferred: temporary tables can be filled without a lock on the file.
        if not self._connection.in_transaction:
            if not self._has_room:
                self._connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
                self._has_room = True
            self._connection.execute("BEGIN")


def _code(error: BaseException | None) -> int | None:
    """SQLite's code for what is wrong with a file; None for other errors, which are mistakes in our own code."""
    if not isinstance(error, sqlite3.DatabaseError) or isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError):
        return None
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


class Mapped:
    """Says in our words what SQLite finds wrong. A class, because it is entered some twenty times for each article, and a generator takes longer."""

    __slots__ = ("_code", "_path")

    def __init__(self, path: Path, code: Callable[[BaseException | None], int | None]) -> None:
        self._path = path
        self._code = code

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        code = self._code(error)
        if code is None:
            return
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise ArchiveBusy(f"Another process holds {self._path}. Wait until it has finished, then run this again.") from error
        if code in _DAMAGED:
            raise DamagedArchive(f"{self._path} is damaged ({error}).") from error
        raise ArchiveError(f"{self._path} cannot be used ({error}). Check that the disk is not full and the folder may be written to.") from error


def portions(values: Sequence[Value]) -> list[Sequence[Value]]:
    """Values in lists that one statement can hold."""
    return [values[at : at + _MOST] for at in range(0, len(values), _MOST)]


def marks(values: Collection[object]) -> str:
    """Where values go in a statement."""
    return ", ".join("?" * len(values))
