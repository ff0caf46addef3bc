"""How does one ledger serve several machines? Each has a copy, which is brought up to date from a log that lies with the archive.

The log is a snapshot of the ledger's file and, after it, what each turn of a writer has changed, in order. A copy is disposable: it lies in the
user's cache folder, and where it is missing, damaged, of another line of the log, or ahead of it because its process was killed in a turn, it is made
anew from the snapshot. Nothing that is only in a copy counts.

The folder of an archive has several slots, one file in each, so that every process on a host has a copy of its own for as long as it wants.

Snapshots and entries are compressed and lie in pieces, which one request can carry. zlib, because it is in the standard library: a batch of 20,000
articles changes 15 MB, which it makes 7 MB in a quarter of a second.
"""

from __future__ import annotations

import hashlib
import logging
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Protocol, Self

from filelock import FileLock, Timeout

from search.errors import ArchiveBusy, ArchiveError, DamagedArchive, OutdatedArchive
from search.ledger import LAYOUT, Ledger
from search.ledger.recorded import RecordedDatabase

PIECE_BYTES = 4_000_000
"""The largest piece of a snapshot or an entry. A cluster refuses requests of more than 100 MB unless told otherwise, and wants them far smaller."""

SNAPSHOT_BYTES = 16_000_000
"""Entries that together are smaller are no reason for a new snapshot: they are fetched in a second or two."""

SNAPSHOT_ENTRIES, PER_PIECE = 200, 0.125
"""So many entries are a reason, however small, or so many for each piece of the snapshot: every piece and entry is a request. A snapshot of a hundred
million articles has eight thousand pieces, and should not be made anew at every two hundredth batch."""

MOST_UNPACKED, PER_BYTE = 100_000_000, 50
"""Bytes that a part of the log may have unpacked, and as many again for each byte of it: a hostile one could be a thousand times as large."""

SLOTS = 64
"""Copies of one ledger on one host. Each is as large as the ledger."""

_LEVEL = 3  # at 6, zlib takes three times as long for a tenth less
_READ_BYTES = 1_000_000
_FILE = "ledger.sqlite"

_log = logging.getLogger("search.ledger")


class PartGone(Exception):
    """A part of the log is not there any more: a newer snapshot has taken its place. Who meets it reads the log's state again."""


@dataclass(frozen=True, slots=True)
class Part:
    """A snapshot, or an entry: what one turn has changed. `number` is its place in the log; `size` the bytes of all its pieces, compressed."""

    number: int
    pieces: int
    size: int


@dataclass(frozen=True, slots=True)
class LogState:
    """What the log is made of now: a snapshot, which has taken up everything up to its number, and the entries after it, by number.

    Numbers only rise, also where an archive is built anew, and none is ever given twice.
    """

    snapshot: Part
    entries: tuple[Part, ...] = ()

    @property
    def number(self) -> int:
        """The last number: whoever has taken it up is up to date."""
        return self.entries[-1].number if self.entries else self.snapshot.number

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"snapshot": asdict(self.snapshot), "entries": [asdict(entry) for entry in self.entries]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The state that `to_dict` wrote."""
        return cls(Part(**values["snapshot"]), tuple(Part(**entry) for entry in values["entries"]))


class LogStore(Protocol):
    """Where the pieces of the log lie."""

    def read(self, part: Part) -> Iterable[bytes]:
        """The pieces of a part, in their order. Raises PartGone, also while they are being read."""


def worth_a_snapshot(state: LogState) -> bool:
    """Whether a new snapshot would spare those who come new more than it costs: entries are many, or together larger than a snapshot."""
    many = max(SNAPSHOT_ENTRIES, PER_PIECE * state.snapshot.pieces)
    return len(state.entries) > many or sum(entry.size for entry in state.entries) > max(SNAPSHOT_BYTES, state.snapshot.size)


class Replica:
    """A copy of an archive's ledger, for one process and one thread that writes in it; the ledgers it gives may be read by any.

    Whoever writes calls `catch_up` at the beginning of a turn, changes things through `ledger(writing=True)` and commits them there, and ends the
    turn by putting `changes` on the log and then calling `published`, or else `discard`.
    """

    def __init__(self, folder: Path, lock: FileLock) -> None:
        """Use a slot whose lock is held; `Replica.open` finds one."""
        self.path = folder / _FILE
        self._lock = lock
        self._writing: RecordedDatabase | None = None

    @classmethod
    def open(cls, archive_id: str, root: Path | None = None) -> Self:
        """A copy that no other process has, of the archive with that id. It may hold nothing yet, or what was true at another time.

        `root` is the folder for copies, else DATELINE_CACHE_DIR, else `dateline` in the user's cache folder. Raises ArchiveError where it cannot be
        written to, ArchiveBusy where all slots are taken.
        """
        folder = (root or _cache()) / hashlib.sha256(archive_id.encode()).hexdigest()[:16]
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            for slot in range(SLOTS):
                lock = FileLock(folder / f"{slot}.lock", mode=0o600, thread_local=False)  # any thread may close
                with suppress(Timeout):
                    lock.acquire(blocking=False)
                    (folder / f"{slot}").mkdir(mode=0o700, exist_ok=True)
                    return cls(folder / f"{slot}", lock)
        except OSError as error:
            raise ArchiveError(
                f"The copy of the archive's ledger cannot be kept in {folder}: {error.strerror}. Name a folder that may be written to in "
                "DATELINE_CACHE_DIR."
            ) from error
        raise ArchiveBusy(f"{SLOTS} processes of this machine have a copy of the archive's ledger in {folder}. Wait until one of them has finished.")

    def catch_up(self, state: LogState, store: LogStore) -> bool:
        """Take up what is on the log and not in this copy; whether there was anything. What was fetched is known to be whole.

        Ledgers that are open see it. Raises PartGone where the state is out of date, DamagedArchive where the log itself cannot be used,
        OutdatedArchive where another version of Dateline writes it; and whatever the store raises. The copy stays usable in every case.
        """
        number = self._number()
        if number == state.number:
            return False
        if number != state.snapshot.number and all(number != entry.number for entry in state.entries):
            number = self._start(state.snapshot, store)
        try:
            self._apply(number, state, store)
        except DamagedArchive as error:
            _log.warning("The copy of the ledger in %s is made anew: %s", self.path, error)
            self._apply(self._start(state.snapshot, store), state, store)
        return True

    def ledger(self, *, writing: bool) -> Ledger:
        """The ledger, as it was caught up with. One at a time for `writing`, over any number of turns; it is closed as any ledger is.

        Raises DamagedArchive where nothing was ever caught up with.
        """
        database = RecordedDatabase(self.path, layout=LAYOUT, recording=writing)
        if writing:
            self._writing = database
        return Ledger(database)

    def changes(self) -> list[bytes]:
        """What was committed since the last `catch_up` or `published`, as the pieces of an entry; none where nothing is other than then."""
        changes = self._database.changes()
        return list(_compressed([changes])) if changes else []

    def published(self, number: int) -> None:
        """What `changes` gave is on the log under this number; or nothing was changed, and this is the number where the log stood anyway."""
        self._database.stand_at(number)

    def discard(self) -> None:
        """What was changed in this turn does not count: the copy is what it was when the turn began, or else is made anew at the next `catch_up`."""
        if self._writing is None or self._writing.is_closed:
            return  # as after a kill: the file knows that it is ahead
        try:
            self._writing.undo()
        except DamagedArchive as error:
            _log.warning("What was changed in %s could not be taken back: %s", self.path, error)
            self._writing.forget_changes()

    def snapshot(self) -> Iterator[bytes]:
        """The pieces of a snapshot of what this copy says now: that of the last number that it was caught up with or that was `published`."""
        with TemporaryDirectory(dir=self.path.parent) as folder, self._open() as database:
            copy = Path(folder, _FILE)
            database.write_copy(copy)
            yield from _pieces_of(copy)

    @staticmethod
    def first(file: Path | None = None) -> Iterator[bytes]:
        """The pieces of a log's first snapshot: of a new ledger without anything in it, or of the one in a file."""
        with TemporaryDirectory() as folder:
            copy = Path(folder, _FILE)
            if file is None:
                Ledger.create(copy).close()
            else:
                with Ledger.open(file) as ledger:
                    ledger.copy(copy).close()
            with Ledger.open(copy) as ledger:
                ledger.kept.complete()
            yield from _pieces_of(copy)

    def close(self) -> None:
        """Let other processes have the slot. The file stays for the next."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def _database(self) -> RecordedDatabase:
        if self._writing is None or self._writing.is_closed:
            raise RuntimeError("no ledger of this copy is open for writing")
        return self._writing

    @contextmanager
    def _open(self) -> Iterator[RecordedDatabase]:
        """The file, through the ledger that writes in it where there is one: it may have noted things of its own that others cannot see."""
        if self._writing is not None and not self._writing.is_closed:
            yield self._writing
            return
        with RecordedDatabase(self.path, layout=LAYOUT, recording=False) as database:
            yield database

    def _number(self) -> int | None:
        """Up to which number the copy has taken up the log; None where that cannot be said."""
        try:
            with self._open() as database:
                return database.number
        except (DamagedArchive, OutdatedArchive):
            return None

    def _start(self, snapshot: Part, store: LogStore) -> int:
        """Make the copy anew from a snapshot. Gives its number."""
        with TemporaryDirectory(dir=self.path.parent) as folder:
            file = Path(folder, _FILE)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
                for data in _restored(snapshot, store):
                    target.write(data)
            with RecordedDatabase(file, layout=LAYOUT) as fetched:
                if fetched.one("SELECT 1 FROM sqlite_master WHERE type NOT IN ('table', 'index')"):
                    raise DamagedArchive(f"Part {snapshot.number} of the ledger's log holds what no ledger has.")
                fetched.stand_at(snapshot.number)
                Ledger(fetched).kept.complete()
            try:
                # Who has the file open goes on with it: it is filled with what was fetched.
                with self._open() as database:
                    database.replace(file, snapshot.number)
            except (DamagedArchive, OutdatedArchive):
                # A journal that a killed process has left must not be played into the new file.
                for old in (self.path, self.path.with_name(f"{_FILE}-journal")):
                    old.unlink(missing_ok=True)
                file.replace(self.path)
        return snapshot.number

    def _apply(self, number: int | None, state: LogState, store: LogStore) -> None:
        with self._open() as database:
            for entry in state.entries:
                if number is None or entry.number > number:
                    database.apply(b"".join(_restored(entry, store)), entry.number)


def _cache() -> Path:
    """The folder for copies."""
    named = os.environ.get("DATELINE_CACHE_DIR")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser(), "dateline")


def _pieces_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        yield from _compressed(iter(lambda: source.read(_READ_BYTES), b""))


def _compressed(data: Iterable[bytes]) -> Iterator[bytes]:
    """Data as pieces, of which all but the last are of the same size."""
    compressor = zlib.compressobj(_LEVEL)
    held = bytearray()
    for some in data:
        # A part at a time: what comes of a changeset of hundreds of megabytes should not be held beside it.
        for at in range(0, len(some), _READ_BYTES):
            held += compressor.compress(some[at : at + _READ_BYTES])
            while len(held) >= PIECE_BYTES:
                yield bytes(held[:PIECE_BYTES])
                del held[:PIECE_BYTES]
    held += compressor.flush()
    for at in range(0, len(held), PIECE_BYTES):
        yield bytes(held[at : at + PIECE_BYTES])


def _restored(part: Part, store: LogStore) -> Iterator[bytes]:
    """What a part says. Raises DamagedArchive at its end at the latest where it is not whole: zlib ends with a checksum of everything."""
    if not part.pieces:
        return  # a turn that has changed articles only
    pieces = size = unpacked = 0
    decompressor = zlib.decompressobj()
    try:
        for piece in store.read(part):
            pieces += 1
            size += len(piece)
            data = decompressor.decompress(piece, _READ_BYTES)
            while data:
                unpacked += len(data)
                if unpacked > MOST_UNPACKED + PER_BYTE * part.size:
                    raise DamagedArchive(f"Part {part.number} of the ledger's log is far larger than it can be.")
                yield data
                data = decompressor.decompress(decompressor.unconsumed_tail, _READ_BYTES)
    except zlib.error as error:
        raise DamagedArchive(f"Part {part.number} of the ledger's log is damaged ({error}).") from error
    if (pieces, size) != (part.pieces, part.size) or not decompressor.eof or decompressor.unused_data:
        raise DamagedArchive(
            f"Part {part.number} of the ledger's log is not whole: {pieces} of {part.pieces} pieces, {size:,} of {part.size:,} bytes."
        )
