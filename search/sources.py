"""Which raw files are there? Paths become `RawDocument`s: bytes, media type and origin."""

from __future__ import annotations

import base64
import errno
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.errors import UnreadableFile

SUFFIXES: Mapping[str, str] = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
"""The endings of files that can be read, in small letters, and what each means."""

OF_MANY = frozenset(("application/json", "application/x-ndjson", "text/csv", "text/tab-separated-values"))
"""The kinds of files that may hold many articles."""

STRUCTURED = OF_MANY | {"text/markdown"}
"""The kinds of files that say by names which part of an article is which."""

MAX_BYTES = 50_000_000
"""The largest file that is read. Decoded, parsed and analysed, a file takes some twenty times its size in memory: 1 GB at this limit. The longest
article of our collections has 0.2 MB; what is larger is a dump of many articles or no article at all."""

MAX_BYTES_OF_MANY = 500_000_000
"""The largest file of many articles that is read. Its bytes are held in memory, and of its articles one at a time, so that it takes little more than
its size. An export of 500 MB has some 150,000 articles of ordinary length."""

ARCHIVE_MARK = "archive.json"
"""The file that tells an archive's folder from a folder of raw files."""

_KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The bytes of one raw file and where they came from.

    `source` is the name of the folder indexed, `path` the file's path inside it with forward slashes; bytes of a name that are not UTF-8 stand
    as "\\xff". `key` is that path as raw bytes: what ids are derived from. `media_type` is one of the values of `SUFFIXES`.
    """

    source: str
    path: str
    key: bytes
    media_type: str
    data: bytes

    def to_dict(self) -> dict[str, Any]:
        """As JSON values; bytes in base64."""
        return {
            "source": self.source,
            "path": self.path,
            "key": base64.b64encode(self.key).decode("ascii"),
            "media_type": self.media_type,
            "data": base64.b64encode(self.data).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RawDocument:
        """The document that `to_dict` wrote."""
        return cls(values["source"], values["path"], base64.b64decode(values["key"]), values["media_type"], base64.b64decode(values["data"]))


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may hold articles. `key` is its path inside the source as raw bytes, `size` in bytes."""

    key: bytes
    size: int


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file or folder that is not read, and the reason as a sentence.

    `unread` says that nothing is known of what is there now (a folder that may not be entered, a disk that fails): what was read there earlier
    still holds.
    """

    key: bytes
    reason: str
    unread: bool = False


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file or folder that is no article by its name: hidden, `README*`, `corrections.toml`, or an archive."""

    key: bytes


def is_archive(folder: Path) -> bool:
    """Whether a folder is an archive of ours, and not one that happens to hold a file of that name."""
    try:
        with (folder / ARCHIVE_MARK).open("rb") as file:
            return b'"dateline-archive"' in file.read(4096)
    except OSError:
        return False


def shown(path: bytes) -> str:
    """A path for people: as UTF-8, with bytes that are not UTF-8 as "\\xff"."""
    return path.decode("utf-8", "backslashreplace")


def media_type(key: bytes) -> str | None:
    """What a file holds, by its ending; None for a kind that cannot be read."""
    return SUFFIXES.get(_suffix(key))


def most_bytes(kind: str | None) -> int:
    """The size up to which files of a media type are read."""
    return MAX_BYTES_OF_MANY if kind in OF_MANY else MAX_BYTES


def locate(root: Path, key: bytes) -> Path:
    """Where the file with that key lies."""
    return Path(os.fsdecode(os.path.join(os.fsencode(root), key))) if key else root  # noqa: PTH118 - a Path cannot be joined with bytes


def walk(root: Path, start: bytes = b"", apart: Collection[bytes] = ()) -> Iterator[FoundFile | SkippedFile | PassedOver]:
    """Every file under `root`, in the order of the bytes of its path; or only the file or folder with the key `start`.

    Links are followed, unless they lead back to a folder above them. Folders with keys in `apart` are left out: they are sources of their own.
    Raises nothing: what cannot be read is a `SkippedFile`, and a root that does not exist holds nothing.
    """
    base = os.fsencode(root)
    if not os.path.lexists(base):
        return
    if _hidden(start):
        yield PassedOver(start)
        return
    # One level for each folder that is open: its prefix, the names still to come, and the folders it lies in.
    top = start + b"/" if os.path.isdir(locate(root, start)) else start  # noqa: PTH112 - Path.is_dir() raises where it may not look
    levels: list[tuple[bytes, Iterator[bytes], frozenset[tuple[int, int]]]] = [(b"", iter((top,)), _folders_above(base, start))]
    while levels:
        prefix, names, above = levels[-1]
        name = next(names, None)
        if name is None:
            levels.pop()
            continue
        key = prefix + name.rstrip(b"/")
        if key and _not_article(key, folder=name.endswith(b"/")):
            yield PassedOver(key)
        elif not name.endswith(b"/"):
            yield _examine(base, key)
        elif key not in apart:
            opened = _open_folder(base, key, above)
            if isinstance(opened, tuple):
                levels.append((key + b"/" if key else b"", iter(opened[0]), above | {opened[1]}))
            else:
                yield opened


def read(file: Path, *, source: str, key: bytes) -> RawDocument:
    """The raw document in a file. Raises UnreadableFile with a sentence for whoever reads the ledger."""
    kind = media_type(key)
    if kind is None:
        raise UnreadableFile(_unsupported(key))
    try:
        with file.open("rb") as stream:
            data = stream.read(most_bytes(kind) + 1)
    except OSError as error:
        raise UnreadableFile(f"The file cannot be read: {_why(error)}.") from error
    if len(data) > most_bytes(kind):
        raise UnreadableFile(_too_large(len(data), kind))
    return RawDocument(source, shown(key), key, kind, data)


def _examine(base: bytes, key: bytes) -> FoundFile | SkippedFile:
    location = os.path.join(base, key)  # noqa: PTH118 - paths are bytes here: names need not be text
    try:
        facts = os.stat(location)  # noqa: PTH116
    except OSError as error:
        if error.errno == errno.ELOOP:
            return SkippedFile(key, "This link leads round in a circle. Delete it, or let it lead to a file.")
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            if os.path.islink(location):  # noqa: PTH114
                return SkippedFile(key, "This link leads to nothing. Delete it, or bring back the file that it leads to.")
            return SkippedFile(key, "The file vanished while the folder was being read.")
        return SkippedFile(key, f"The file cannot be looked at: {_why(error)}.", unread=True)
    kind = stat.S_IFMT(facts.st_mode)
    if kind != stat.S_IFREG:
        return SkippedFile(key, f"This is {_KINDS.get(kind, 'something else')}, not a file.")
    held = media_type(key)
    if held is None:
        return SkippedFile(key, _unsupported(key))
    if facts.st_size == 0:
        return SkippedFile(key, "The file is empty (0 bytes).")
    if facts.st_size > most_bytes(held):
        return SkippedFile(key, _too_large(facts.st_size, held))
    return FoundFile(key, facts.st_size)


def _open_folder(base: bytes, key: bytes, above: Collection[tuple[int, int]]) -> tuple[list[bytes], tuple[int, int]] | SkippedFile | PassedOver:
    """The names in a folder, those of folders with a slash behind them, in the order of the paths below; and the folder's identity."""
    location = os.path.join(base, key) if key else base  # noqa: PTH118
    try:
        facts = os.stat(location)  # noqa: PTH116
        identity = (facts.st_dev, facts.st_ino)
        if identity in above:
            return SkippedFile(key, "This link leads back to a folder that it lies in. What is there is read where it really is.")
        with os.scandir(location) as entries:
            names = sorted(entry.name + b"/" if _is_folder(entry) else entry.name for entry in entries)
    except OSError as error:
        return SkippedFile(key, f"The folder cannot be entered: {_why(error)}. What was read in it earlier is kept.", unread=True)
    return PassedOver(key) if ARCHIVE_MARK.encode() in names and is_archive(Path(os.fsdecode(location))) else (names, identity)


def _is_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _folders_above(base: bytes, start: bytes) -> frozenset[tuple[int, int]]:
    """The identities of the folders from the root down to the one that holds `start`."""
    parts = start.split(b"/") if start else []
    found = set()
    for depth in range(len(parts)):
        try:
            facts = os.stat(os.path.join(base, *parts[:depth]))  # noqa: PTH116, PTH118
        except OSError:
            continue
        found.add((facts.st_dev, facts.st_ino))
    return frozenset(found)


def _hidden(key: bytes) -> bool:
    return b"/." in b"/" + key


def _not_article(key: bytes, *, folder: bool) -> bool:
    name = key.rpartition(b"/")[2]
    return name.startswith(b".") or (not folder and (name.startswith(b"README") or name == b"corrections.toml"))


def _suffix(key: bytes) -> str:
    return os.path.splitext(shown(key.rpartition(b"/")[2]))[1].lower()  # noqa: PTH122 - the name of a file, not a path


def _unsupported(key: bytes) -> str:
    kind = f"Files that end in {_suffix(key)}" if _suffix(key) else "Files without an ending"
    return f"{kind} are not supported. Supported are {', '.join(SUFFIXES)}."


def _too_large(size: int, kind: str) -> str:
    parts = "smaller files" if kind in OF_MANY else "articles"
    return f"The file is too large ({size / 1e6:,.0f} MB; at most {most_bytes(kind) / 1e6:.0f} MB are read). Split it into {parts}."


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
