"""How is a ledger kept whose changes are to be made elsewhere too? As `Database`, and every change is recorded as SQLite's sessions do it.

What was changed is had as a changeset: the rows that are there, are not there any more, or say something else than before, in every table of the
file. Applied to a copy of what the file was before, it makes of it what the file is now; where the copy is not what it should be, that is found out
and nothing is applied. Temporary tables are one's own and not recorded.

A copy knows its place in the order of changesets, and whether it is ahead of it: the two are kept in the file, in the transactions that change it, so
that a process which is killed anywhere leaves a copy of which it is certain what it holds.

SQLite is spoken to by apsw here, which brings an SQLite of its own: the one in Python knows no sessions. The two must never have one file open in
one process, because each would give up the other's locks; so those who read such a file open it by this class as well.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw

from search.errors import DamagedArchive
from search.ledger.database import BUSY_SECONDS, Connection, Database, Mapped

_PLACE = "place_in_log"
_TABLE = f"CREATE TABLE IF NOT EXISTS main.{_PLACE} (number INTEGER NOT NULL, ahead INTEGER NOT NULL)"
_KINDS = {
    apsw.SQLITE_CHANGESET_DATA: "says something else",
    apsw.SQLITE_CHANGESET_NOTFOUND: "is missing",
    apsw.SQLITE_CHANGESET_CONFLICT: "is there already",
    apsw.SQLITE_CHANGESET_CONSTRAINT: "contradicts another",
    apsw.SQLITE_CHANGESET_FOREIGN_KEY: "contradicts another",
}


class RecordedDatabase(Database):
    """A SQLite file of which one can say what was changed in it. Without `recording`, one that is only asked, and brought up to date by `apply`."""

    _session: apsw.Session | None = None
    _is_ahead = False
    is_closed = False
    """Whether the file was given back."""

    def __init__(self, path: Path, *, layout: int, recording: bool = True) -> None:
        """Open a file as `Database` does. Raises as that."""
        super().__init__(path, layout=layout)
        try:
            with self._mapped():
                self._connection.execute(_TABLE)
            if recording:
                self._is_ahead = self._place()[1]
                self._record()
        except BaseException:
            self.close()
            raise

    @property
    def number(self) -> int | None:
        """The number of the last changeset that the file has taken up; None where it has none, or has also changes that are in none."""
        number, is_ahead = self._place()
        return None if is_ahead else number

    def changes(self) -> bytes:
        """Everything that was changed and committed since recording began or `stand_at`, as a changeset; empty where nothing is other than then."""
        self._check_ended()
        with self._mapped():
            return self._session.changeset() if self._session is not None else b""

    def stand_at(self, number: int) -> None:
        """What the file says now is what it should after the changeset of that number; recording begins anew. Lasting at once."""
        self._check_ended()
        with self._mapped():
            self._connection.execute("BEGIN IMMEDIATE")
            self._set(number, ahead=False)
            self._connection.execute("COMMIT")
        self._is_ahead = False
        self.forget_changes()

    def forget_changes(self) -> None:
        """Begin to record anew: what was changed before is no part of `changes`. Where the file stands it goes on to say as before."""
        if self._session is not None:
            self._session.close()
            self._record()

    def apply(self, changeset: bytes, number: int) -> None:
        """Change the file as a changeset says, which has that number. Lasting at once.

        Raises DamagedArchive where the file is not what it was where the changeset was recorded, and leaves it as it is then.
        """
        self._check_ended()
        if self._is_ahead:
            raise RuntimeError("changes of its own are under way in this copy of the ledger")
        self._carry_out(changeset, number)

    def undo(self) -> None:
        """Take back everything that was changed since recording began or `stand_at`. Lasting at once; raises as `apply`."""
        self.rollback()
        if not self._is_ahead:
            self.forget_changes()
            return
        with self._mapped():
            inverse = apsw.Changeset.invert(self.changes())
        number = self._place()[0]
        if number is None:
            raise DamagedArchive(f"{self.path} does not know what it was before.")
        self._carry_out(inverse, number)
        self._is_ahead = False

    def replace(self, path: Path, number: int) -> None:
        """Take over everything that another file says, which is what this one should after the changeset of that number. Lasting at once.

        Temporary tables stay.
        """
        self._check_ended()
        is_recording = self._close_session()
        with self._mapped():
            source = apsw.Connection(_address(path, "rw"), flags=_FLAGS)
            try:
                source.execute(_TABLE)
                source.execute(f"DELETE FROM {_PLACE}")  # noqa: S608
                source.execute(f"INSERT INTO {_PLACE} VALUES (?, 0)", (number,))  # noqa: S608
                # SQLite's own journal holds what was, until all is there.
                with self._apsw.backup("main", source, "main") as backup:
                    while not backup.step(-1):
                        pass  # somebody reads: SQLite has waited for as long as it was told to
            finally:
                source.close()
        self._is_ahead = False
        if is_recording:
            self._record()

    def write_copy(self, path: Path) -> None:
        """Write everything that is committed to a new file, without gaps."""
        self._check_ended()
        with self._mapped():
            self._connection.execute("VACUUM INTO ?", (_address(path, "rwc"),))

    def commit(self) -> None:
        """End the transaction and keep what it did; with the first one after `stand_at`, the file notes that it is ahead of its place."""
        if self._session is None or self._is_ahead or not self._connection.in_transaction or self._session.is_empty:
            super().commit()
            return
        with self._mapped():
            self._set(self._place()[0], ahead=True)
        super().commit()
        self._is_ahead = True

    def close(self) -> None:
        """Give the file back. What is not committed is forgotten."""
        self.is_closed = True
        self._close_session()
        super().close()

    def _carry_out(self, changeset: bytes, number: int) -> None:
        is_recording = self._close_session()
        known = {name for (name,) in self.all("SELECT name FROM main.sqlite_master WHERE type = 'table'")}

        def is_known(table: str) -> bool:
            # SQLite would pass over what concerns a table that is not there, without a word.
            if table not in known:
                raise DamagedArchive(f"{self.path} has no table {table}, in which something is to be changed.")
            return True

        def refuse(kind: int, change: apsw.TableChange) -> int:
            raise DamagedArchive(f"{self.path} is not the copy that it should be: a row of {change.name} {_KINDS.get(kind, 'is wrong')}.")

        try:
            with self._mapped():
                self._begin()  # with room for pages
                try:
                    if changeset:
                        apsw.Changeset.apply(changeset, self._apsw, filter=is_known, conflict=refuse)
                    self._set(number, ahead=False)
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
        finally:
            if is_recording:
                self._record()

    def _place(self) -> tuple[int | None, bool]:
        row = self.one(f"SELECT number, ahead FROM {_PLACE}")  # noqa: S608
        return (row[0], bool(row[1])) if row else (None, False)

    def _set(self, number: int | None, *, ahead: bool) -> None:
        self._connection.execute(f"DELETE FROM {_PLACE}")  # noqa: S608
        if number is not None:
            self._connection.execute(f"INSERT INTO {_PLACE} VALUES (?, ?)", (number, ahead))  # noqa: S608

    def _check_ended(self) -> None:
        if self._connection.in_transaction:
            raise RuntimeError("a transaction is under way in this copy of the ledger")

    # By apsw

    @property
    def _apsw(self) -> apsw.Connection:
        assert isinstance(self._connection, apsw.Connection)  # noqa: S101 - `_connect` has made it
        return self._connection

    def _record(self) -> None:
        with self._mapped():
            session = apsw.Session(self._apsw, "main")
            # Tables without a key of their own are recorded by SQLite's numbers of their rows. A VACUUM may change those, but not that of the only
            # row of a table, and no other table of the ledger lacks a key.
            session.config(apsw.SQLITE_SESSION_OBJCONFIG_ROWID, 1)
            session.table_filter(lambda name: name != _PLACE)
            self._session = session

    def _close_session(self) -> bool:
        """Whether changes were being recorded."""
        session, self._session = self._session, None
        if session is None:
            return False
        session.close()
        return True

    def _connect(self, mode: str) -> Connection:
        with self._mapped():
            connection = apsw.Connection(_address(self.path, mode), flags=_FLAGS)
            try:
                connection.set_busy_timeout(int(BUSY_SECONDS * 1000))
                connection.execute("PRAGMA cache_spill = OFF")
            except BaseException:
                connection.close()
                raise
            return connection

    def _changed(self, cursor: Any) -> int:
        return self._apsw.changes()

    def _back_up(self, path: Path) -> None:
        target = apsw.Connection(_address(path, "rwc"), flags=_FLAGS)
        try:
            with target.backup("main", self._apsw, "main") as backup:
                backup.step()
        finally:
            target.close()

    def _mapped(self) -> Mapped:
        return Mapped(self.path, _code)


_FLAGS = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI


def _address(path: Path, mode: str) -> str:
    """A path as SQLite takes it whatever bytes it is made of."""
    return f"{path.absolute().as_uri()}?mode={mode}"


_MISTAKES = (apsw.ConstraintError, apsw.MisuseError, apsw.RangeError, apsw.MismatchError)


def _code(error: BaseException | None) -> int | None:
    """SQLite's code for what is wrong with a file; None for other errors, which are mistakes in our own code."""
    if not isinstance(error, apsw.Error) or isinstance(error, _MISTAKES):
        return None
    result = getattr(error, "result", None)
    return result & 0xFF if isinstance(result, int) else None
