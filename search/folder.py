"""What stands in the folder of an archive, and who may change it? Its marker, its data folders, its write lock.

The folder holds `archive.json` (what it is, and where its sources are), `write.lock`, and one folder `data-…` with the engine's files (`index/`)
and `ledger.sqlite` (what became of every raw file). A rebuild or a conversion makes a second data folder and then lets `archive.json` point to it, so
that readers see the old state or the new one, and nothing between.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from search.engines import DEFAULT, ENGINES, open_engine
from search.errors import ArchiveBusy, ArchiveError, DamagedArchive, DatelineError, NotAnArchive, OutdatedArchive
from search.origin import Source

LAYOUT = 4
"""Raised whenever an archive written before can no longer be read; such an archive asks to be rebuilt."""

MARKER = "archive.json"
LEDGER = "ledger.sqlite"
_LOCK = "write.lock"
OURS = re.compile(r"archive\.json|archive\.json\.new|data-[0-9a-f]{12}|write\.lock|README\.md|\..*")
"""What may stand in the folder of an archive that is to be made: what one consists of, a README, and hidden files."""
_FORMAT = "dateline-archive"


def no_archive(folder: Path) -> str:
    """What is said where there is no archive."""
    return f"There is no archive in {folder}. Make one from a folder of raw articles: dateline index FOLDER --index {folder}"


def _damaged(folder: Path, error: Exception) -> str:
    return f"{folder / MARKER} is damaged ({error}). Build the archive again from its raw files: dateline index --rebuild --index {folder}"


def read_marker(folder: Path, *, any_layout: bool = False) -> dict[str, Any]:
    """What `archive.json` says. Raises NotAnArchive, DamagedArchive, OutdatedArchive."""
    try:
        text = (folder / MARKER).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotAnArchive(no_archive(folder)) from error
    except OSError as error:
        raise ArchiveError(f"{folder / MARKER} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DamagedArchive(_damaged(folder, error)) from error
    try:
        marker = json.loads(text)
        if marker["format"] != _FORMAT:
            raise NotAnArchive(f"{folder / MARKER} is not Dateline's: name the folder of an archive.")
        layout = marker["layout"]
        valid = isinstance(layout, int) and isinstance(marker["engine"], str) and re.fullmatch(r"data-[0-9a-f]+", marker["data"])
        if not valid:
            raise ValueError("values of other types")
        marker["sources"] = [_source(*values) for values in marker["sources"]]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedArchive(_damaged(folder, error)) from error
    if layout != LAYOUT and not any_layout:
        if layout > LAYOUT:
            raise OutdatedArchive(f"The archive in {folder} was written by a newer version of Dateline. Update Dateline, or name another folder.")
        rebuild = f"dateline index --rebuild --index {folder}"
        raise OutdatedArchive(f"The archive in {folder} was written by an older version of Dateline. Build it again: {rebuild}")
    if marker["engine"] not in ENGINES and not any_layout:
        raise OutdatedArchive(
            f"The archive in {folder} has the engine “{marker['engine']}”, which this version of Dateline does not know. Update Dateline, or build "
            f"it again with another: dateline index --rebuild --engine {DEFAULT} --index {folder}"
        )
    return dict(marker)


def remembered(folder: Path) -> dict[str, Any]:
    """Engine and sources of an archive in any state: the sources from its ledger, or where that is damaged from its marker.

    Raises as `read_marker` does where neither knows any.
    """
    from search.ledger import Ledger

    try:
        marker = read_marker(folder, any_layout=True)
        ledgers = [folder / marker["data"] / LEDGER]
    except DamagedArchive:
        ledgers = sorted(folder.glob(f"data-*/{LEDGER}"), key=lambda file: file.stat().st_mtime)
        if not ledgers:
            raise
        marker = {"engine": _engine_of(ledgers[-1].parent / "index"), "data": ledgers[-1].parent.name, "sources": []}
    known = {source.name: source for source in marker["sources"]}
    for file in ledgers:  # the newest last: what it says of a source counts
        with suppress(ArchiveError), Ledger.open(file) as ledger:
            known |= {source.name: source for source in ledger.sources()}
    marker["sources"] = [known[name] for name in sorted(known)]
    if not marker["sources"]:
        raise DamagedArchive(f"The archive in {folder} remembers no source. Name the folder of raw articles: dateline index FOLDER --index {folder}")
    return marker


def _engine_of(index: Path) -> str:
    """The engine whose files these are; the default one where none can open them."""
    for name in ENGINES:
        with suppress(DatelineError), open_engine(name, index):
            return name
    return DEFAULT


def _source(name: str, path: str, fields: Mapping[str, str] | None = None) -> Source:
    fields = fields or {}
    if not all(isinstance(value, str) for value in (name, path, *fields, *fields.values())):
        raise ValueError("values of other types")
    return Source(name, Path(path), tuple(sorted(fields.items())))


def write_marker(folder: Path, values: dict[str, Any]) -> None:
    """Replace `archive.json` at once, so that a reader sees the old one or the new one."""
    values = {**values, "sources": [[s.name, str(s.path), *([dict(s.fields)] if s.fields else [])] for s in values["sources"]]}
    text = json.dumps({"format": _FORMAT, "layout": LAYOUT, **{k: v for k, v in values.items() if k not in ("format", "layout")}}, indent=2)
    fresh = folder / f"{MARKER}.new"
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / MARKER)
    except OSError as error:
        raise ArchiveError(f"{folder / MARKER} cannot be written: {error.strerror}. Is the disk full?") from error


def sweep(folder: Path, data: str) -> None:
    """Delete all data folders but the present one: a rebuild that was killed, or one that readers have had time to leave."""
    for old in folder.glob("data-*"):
        if old.name != data and OURS.fullmatch(old.name):
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def advising(folder: Path) -> Iterator[None]:
    """Let what is said of damage or age say what to do as well."""
    try:
        yield
    except (DamagedArchive, OutdatedArchive) as error:
        if "dateline index" in str(error) or "Update Dateline" in str(error):
            raise
        raise type(error)(f"{error} Build it again from the raw files: dateline index --rebuild --index {folder}") from error


def data_name() -> str:
    """A name for a new data folder, which no other has."""
    return f"data-{uuid.uuid4().hex[:12]}"


def new_data(folder: Path, engine: str) -> str:
    """The name of a new data folder with an empty index and ledger in it."""
    from search.ledger import Ledger

    data = data_name()
    open_engine(engine, folder / data / "index", create=True).close()
    Ledger.create(folder / data / LEDGER).close()
    return data


def is_there(folder: Path) -> bool:
    """Whether a folder can be seen; `Path.exists` raises where a folder above it may not be entered."""
    return os.path.exists(folder)  # noqa: PTH110


def occupied(folder: Path) -> int:
    """How many bytes a file has, or the files in a folder, those in folders in it included."""
    size = folder.stat().st_size if folder.is_file() else 0
    for inside, _, files in os.walk(folder):
        for file in files:
            with suppress(OSError):  # a writer may delete files meanwhile
                size += Path(inside, file).stat().st_size
    return size


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the archive's write lock. Raises ArchiveBusy at once where another process has it; the lock goes with the process, however that ends."""
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
