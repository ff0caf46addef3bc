"""What stands in the folder of an archive, and who may change it? Its marker, its data folders, its write lock.

The folder holds `archive.json` (what it is, and where its sources are), `write.lock`, and one folder `data-…` with the engine's files (`index/`)
and `ledger.sqlite` (what became of every raw file). While a rebuild or a conversion runs there are two of these; `archive.json` names the one that
counts.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from search.engines import DEFAULT, ENGINES, open_engine, require
from search.engines.base import Engine
from search.errors import ArchiveBusy, ArchiveError, DamagedArchive, DatelineError, EngineMissing, NotAnArchive, OutdatedArchive, UsageError
from search.homes.base import CLUSTER_ENGINE, LAYOUT, Fresh, Home, Marker, Present, Purpose
from search.origin import Source

if TYPE_CHECKING:
    from search.ledger import Ledger

MARKER = "archive.json"
LEDGER = "ledger.sqlite"
_LOCK = "write.lock"
_OURS = re.compile(r"archive\.json|archive\.json\.new|data-[0-9a-f]{12}|write\.lock|README\.md|\..*")
"""What may stand in the folder of an archive that is to be made: what one consists of, a README, and hidden files."""
_FORMAT = "dateline-archive"


class FolderHome(Home):
    """A folder, in which an archive is or shall be made."""

    default_engine = DEFAULT

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Nothing is looked at yet."""
        self.folder = Path(folder)
        self.name = str(self.folder)

    def exists(self) -> bool:
        """Whether the folder has a marker, as far as one can see."""
        return os.path.exists(self.folder / MARKER)  # noqa: PTH110 - Path.exists raises where a folder above it may not be entered

    def stamp(self) -> object:
        """When and as which file the marker was written."""
        try:
            stat = (self.folder / MARKER).stat()
        except OSError as error:
            raise _unreadable(self.folder, error) from error
        return stat.st_mtime_ns, stat.st_ino

    def marker(self, *, any_layout: bool = False) -> Marker:
        """What `archive.json` says. ArchiveError where it may not be read."""
        return _read_marker(self.folder, any_layout=any_layout)

    def remembered(self) -> Marker:
        """Engine and sources: these from the ledger, or where that is damaged from the marker."""
        from search.ledger import Ledger

        try:
            marker = self.marker(any_layout=True)
            ledgers = [self.folder / marker.data / LEDGER]
        except DamagedArchive:
            ledgers = sorted(self.folder.glob(f"data-*/{LEDGER}"), key=lambda file: file.stat().st_mtime)
            if not ledgers:
                raise
            marker = Marker(_engine_of(ledgers[-1].parent / "index"), ledgers[-1].parent.name)
        known = {source.name: source for source in marker.sources}
        for file in ledgers:  # the newest last: what it says of a source counts
            with suppress(ArchiveError), Ledger.open(file) as ledger:
                known |= {source.name: source for source in ledger.sources()}
        if not known:
            raise DamagedArchive(
                f"The archive in {self.name} remembers no source. Name the folder of raw articles: dateline index FOLDER --index {self.name}"
            )
        return replace(marker, sources=tuple(known[name] for name in sorted(known)))

    def occupied(self) -> int:
        """All files in the folder."""
        return _occupied(self.folder)

    def engine(self, marker: Marker) -> Engine:
        """The engine over its files."""
        try:
            return open_engine(marker.engine, self.folder / marker.data / "index")
        except EngineMissing as error:
            raise EngineMissing(f"{error} Or build the archive again: dateline index --rebuild --engine {DEFAULT} --index {self.name}") from error

    def ledger(self, marker: Marker) -> AbstractContextManager[Ledger]:
        """The ledger's file, opened."""
        from search.ledger import Ledger

        return Ledger.open(self.folder / marker.data / LEDGER)

    def check_engine(self, name: str) -> None:
        """All engines that keep files."""
        if name == CLUSTER_ENGINE:
            raise UsageError(f"The engine {name} keeps archives on a cluster, not in a folder: give an address, such as https://HOST:9200/NAME.")
        require(name)

    @contextmanager
    def writing(self, purpose: Purpose) -> Iterator[None]:
        """Hold the write lock, whatever for: it goes with the process, however that ends."""
        self.stamp()  # the lock's file must not be left in a folder that is no archive
        with _locked(self.folder):
            with suppress(DamagedArchive):
                sweep(self.folder, self.marker(any_layout=True).data)
            yield

    @contextmanager
    def changing(self, marker: Marker) -> Iterator[Present]:
        """Handles of their own: what is not committed yet must not be seen by those who read through another."""
        with self.engine(marker) as engine, self.ledger(marker) as ledger:
            yield Present(engine, ledger)
            write_marker(self.folder, replace(marker, sources=ledger.sources()))

    @contextmanager
    def fresh(self, engine: str) -> Iterator[Fresh]:
        """A second data folder."""
        with _FreshFolder(self.folder, engine) as fresh:
            yield fresh

    @contextmanager
    def founding(self, engine: str) -> Iterator[Fresh]:
        """A data folder in a folder that is empty, or made here."""
        folder = self.folder
        if folder.exists() and not folder.is_dir():
            raise NotAnArchive(f"{folder} is a file: name a folder for the archive.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            others = [entry.name for entry in folder.iterdir() if not _OURS.fullmatch(entry.name)]
        except OSError as error:
            raise ArchiveError(f"The folder {folder} cannot be used for an archive: {error.strerror}.") from error
        if others:
            raise NotAnArchive(f"{folder} holds other things ({', '.join(sorted(others)[:3])} …) and no archive: name an empty folder.")
        with _locked(folder):
            if self.exists():
                raise NotAnArchive(f"There is an archive in {folder} already: open it, or name another folder.")
            with self.fresh(engine) as fresh:  # when it takes over, what a killed run left goes
                yield fresh

    def volume(self, marker: Marker) -> tuple[float, int]:
        """By the sizes of the files."""
        data = self.folder / marker.data
        return _occupied(data / "index") / ENGINES[marker.engine].relative_size, _occupied(data / LEDGER)

    def check_room(self, engine: str, articles: float, ledger: int) -> None:
        """By what the disk has free."""
        needed = articles * ENGINES[engine].relative_size + ledger
        above = next(folder for folder in (self.folder, *self.folder.absolute().parents) if folder.exists())
        free = shutil.disk_usage(above).free
        if free < needed:
            from search.wording import size

            raise ArchiveError(
                f"The disk of {self.name} has {size(free)} free, and the copy takes about {size(needed)} beside the archive until it is complete. "
                "Make room, then run this again."
            )


class _FreshFolder(Fresh):
    """A data folder to which the marker does not point yet."""

    def __init__(self, folder: Path, engine: str) -> None:
        self._folder = folder
        self._name = engine
        self._data = f"data-{uuid.uuid4().hex[:12]}"
        self._taking_over = False
        self._open: list[Engine | Ledger] = []

    def __enter__(self) -> _FreshFolder:
        try:
            self.engine = self._opened_engine(create=True)
            self.ledger = self._opened_ledger()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        if not self._taking_over:
            shutil.rmtree(self._path, ignore_errors=True)

    def copy_ledger(self, ledger: Ledger) -> None:
        self.ledger.close()
        self._open.remove(self.ledger)
        (self._path / LEDGER).unlink()
        self.ledger = ledger.copy(self._path / LEDGER)
        self._open.append(self.ledger)

    def reopen(self) -> None:
        self.engine.close()
        self._open.remove(self.engine)
        self.engine = self._opened_engine()

    def take_over(self) -> None:
        sources = self.ledger.sources()
        self._close()
        self._taking_over = True  # from here on nobody knows from outside whether the marker points here
        write_marker(self._folder, Marker(self._name, self._data, sources))
        sweep(self._folder, self._data)

    @property
    def _path(self) -> Path:
        return self._folder / self._data

    def _opened_engine(self, *, create: bool = False) -> Engine:
        engine = open_engine(self._name, self._path / "index", create=create)
        self._open.append(engine)
        return engine

    def _opened_ledger(self) -> Ledger:
        from search.ledger import Ledger

        ledger = Ledger.create(self._path / LEDGER)
        self._open.append(ledger)
        return ledger

    def _close(self) -> None:
        while self._open:
            self._open.pop().close()


def write_marker(folder: Path, marker: Marker) -> None:
    """Replace `archive.json` at once, so that a reader sees the old one or the new one."""
    sources = [source.to_list() for source in marker.sources]
    values = {"format": _FORMAT, "layout": LAYOUT, "engine": marker.engine, "data": marker.data, "sources": sources}
    fresh = folder / f"{MARKER}.new"
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(json.dumps(values, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / MARKER)
    except OSError as error:
        raise ArchiveError(f"{folder / MARKER} cannot be written: {error.strerror}. Is the disk full?") from error


def sweep(folder: Path, data: str) -> None:
    """Delete all data folders but the present one: a rebuild that was killed, or one that readers have had time to leave."""
    for old in folder.glob("data-*"):
        if old.name != data and _OURS.fullmatch(old.name):
            shutil.rmtree(old, ignore_errors=True)


def _read_marker(folder: Path, *, any_layout: bool) -> Marker:
    try:
        text = (folder / MARKER).read_text(encoding="utf-8")
    except OSError as error:
        raise _unreadable(folder, error) from error
    except UnicodeDecodeError as error:
        raise DamagedArchive(_damaged(folder, error)) from error
    try:
        values = json.loads(text)
        if values["format"] != _FORMAT:
            raise NotAnArchive(f"{folder / MARKER} is not Dateline's: name the folder of an archive.")
        engine, data, layout = values["engine"], values["data"], values["layout"]
        if not (isinstance(layout, int) and isinstance(engine, str) and re.fullmatch(r"data-[0-9a-f]+", data)):
            raise ValueError("values of other types")
        marker = Marker(engine, data, tuple(map(Source.from_list, values["sources"])), layout)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedArchive(_damaged(folder, error)) from error
    if layout != LAYOUT and not any_layout:
        if layout > LAYOUT:
            raise OutdatedArchive(f"The archive in {folder} was written by a newer version of Dateline. Update Dateline, or name another folder.")
        rebuild = f"dateline index --rebuild --index {folder}"
        raise OutdatedArchive(f"The archive in {folder} was written by an older version of Dateline. Build it again: {rebuild}")
    if engine not in ENGINES and not any_layout:
        raise OutdatedArchive(
            f"The archive in {folder} has the engine “{engine}”, which this version of Dateline does not know. Update Dateline, or build "
            f"it again with another: dateline index --rebuild --engine {DEFAULT} --index {folder}"
        )
    return marker


def _no_archive(folder: Path) -> str:
    """What is said where there is no archive."""
    return f"There is no archive in {folder}. Make one from a folder of raw articles: dateline index FOLDER --index {folder}"


def _unreadable(folder: Path, error: OSError) -> ArchiveError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return NotAnArchive(_no_archive(folder))
    return ArchiveError(f"{folder / MARKER} cannot be read: {error.strerror}.")


def _damaged(folder: Path, error: Exception) -> str:
    return f"{folder / MARKER} is damaged ({error}). Build the archive again from its raw files: dateline index --rebuild --index {folder}"


def _engine_of(index: Path) -> str:
    """The engine whose files these are; the default one where none can open them."""
    for name in ENGINES:
        with suppress(DatelineError), open_engine(name, index):
            return name
    return DEFAULT


def _occupied(path: Path) -> int:
    """How many bytes a file has, or the files in a folder, those in folders in it included."""
    size = path.stat().st_size if path.is_file() else 0
    for inside, _, files in os.walk(path):
        for file in files:
            with suppress(OSError):  # a writer may delete files meanwhile
                size += Path(inside, file).stat().st_size
    return size


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the write lock. Raises ArchiveBusy at once where another process has it; the lock goes with the process, however that ends."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise ArchiveBusy(f"Another process is writing to the archive in {folder}. Wait until it has finished, then run this again.") from error
    except OSError as error:
        raise ArchiveError(f"The archive in {folder} cannot be written to: {error.strerror}.") from error
    try:
        yield
    finally:
        lock.release()
