"""To which source does a path belong? A folder that is indexed is a source; what lies inside a known source belongs to that.

A source's name is its folder's name or the one that was given; it is unique in an archive and kept with its path. Ids are derived from the name,
so that a folder that has moved keeps every id.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.errors import SourceError, SourceMissing, SourceNameTaken, UnreadableFile, UsageError
from search.sources import FoundFile, PassedOver, RawDocument, SkippedFile, is_archive, locate, read, shown, walk


@dataclass(frozen=True, slots=True)
class Source:
    """A folder of raw files that an archive knows: its name, and where it is (absolute, links resolved).

    `fields` are pairs of a field of an article and the name that it has in the structured files of this folder, where that is not a usual one.
    """

    name: str
    path: Path
    fields: tuple[tuple[str, str], ...] = ()

    def to_list(self) -> list[Any]:
        """As JSON values."""
        return [self.name, str(self.path), *([dict(self.fields)] if self.fields else [])]

    @classmethod
    def from_list(cls, values: Sequence[Any]) -> Source:
        """The source that `to_list` wrote. Raises ValueError for anything else."""
        name, path, fields = (*values, {})[:3] if len(values) in (2, 3) else (None, None, None)
        if not (isinstance(fields, dict) and all(isinstance(value, str) for value in (name, path, *fields, *fields.values()))):
            raise ValueError("values of other types")
        return cls(str(name), Path(str(path)), tuple(sorted(fields.items())))

    def is_there(self) -> bool:
        """Whether its folder can be seen now; `Path.exists` raises where a folder above it may not be entered."""
        return os.path.exists(self.path)  # noqa: PTH110


@dataclass(frozen=True, slots=True)
class Target:
    """What a run has to walk: a source, or the file or folder in it with the key `start`. `apart`: keys of folders that are sources themselves."""

    source: Source
    start: bytes = b""
    apart: frozenset[bytes] = frozenset()

    def entries(self) -> Iterator[FoundFile | SkippedFile | PassedOver]:
        """The files there are, in the order of their paths."""
        return walk(self.source.path, self.start, self.apart)


def resolve(paths: Iterable[Path], known: Sequence[Source] = (), name: str | None = None) -> tuple[Target, ...]:
    """What to walk for the files and folders named, in the order of source name and key; none lies inside another.

    `known` are the archive's sources, `name` is for a new one. Raises SourceMissing for a path that is not there or cannot be entered, SourceError
    for an archive and for a new folder that may be a known one in a new place, SourceNameTaken where the name is that of another folder, UsageError
    for a name that cannot be one.
    """
    # Folders before what is in them, whatever the order in which they were named: the outcome must not depend on that.
    given = sorted({_absolute(path) for path in paths})
    if not given:
        raise UsageError("There is nothing to read: name at least one file or folder.")
    sources = {source.name: source for source in known}
    starts: set[tuple[str, bytes]] = set()
    for path in given:
        _check(path)
        inside = _inside(path, sources.values())
        if inside is None:
            folder = path if path.is_dir() else path.parent
            new = Source(_name(folder, name), _real(folder))
            if name is None:
                _ask_about_moved(new, known)
            _claim(new, sources)
            inside = (new, b"" if path.is_dir() else os.fsencode(path.name))
        elif name is not None and inside[0].name != name:
            raise UsageError(f"{path} belongs to the source “{inside[0].name}” already. Leave out --source {name}, or index into another archive.")
        starts.add((inside[0].name, inside[1]))
    return _targets(starts, sources)


def place_of(path: Path, known: Iterable[Source]) -> tuple[Source, bytes] | None:
    """The known source that a file or folder belongs to, and its key there, whether or not it is there now; None where it belongs to none."""
    return _inside(_absolute(path), known)


def documents(paths: Iterable[Path], known: Sequence[Source] = (), name: str | None = None) -> Iterator[RawDocument | SkippedFile | PassedOver]:
    """The raw documents in files and folders, read one after the other, without an archive. Raises as `resolve` does."""
    for target in resolve(paths, known, name):
        for entry in target.entries():
            if not isinstance(entry, FoundFile):
                yield entry
                continue
            try:
                yield read(locate(target.source.path, entry.key), source=target.source.name, key=entry.key)
            except UnreadableFile as error:
                yield SkippedFile(entry.key, str(error), unread=True)


def _targets(starts: set[tuple[str, bytes]], sources: Mapping[str, Source]) -> tuple[Target, ...]:
    apart = {name: {key: other.name for other in sources.values() if (key := _key(other.path, source.path))} for name, source in sources.items()}
    # A source that lies in a folder to be walked is walked too, as what it is.
    for name, start in sorted(starts):
        starts.update((other, b"") for key, other in apart[name].items() if _under(key, start))
    outermost = sorted((name, start) for name, start in starts if not any(name == n and start != s and _under(start, s) for n, s in starts))
    return tuple(Target(sources[name], start, frozenset(apart[name])) for name, start in outermost)


def _under(key: bytes, start: bytes) -> bool:
    return not start or key == start or key.startswith(start + b"/")


def _key(path: Path, root: Path) -> bytes | None:
    """The key that a path has in a source: None if it is not in there, b"" if it is the source's folder."""
    try:
        relative = path.relative_to(root)
    except ValueError:
        return None
    return os.fsencode(relative.as_posix()) if relative.parts else b""


def _inside(path: Path, known: Iterable[Source]) -> tuple[Source, bytes] | None:
    """The innermost known source that a path is in, and its key there. Links are resolved from the left, a folder more each time: a link in a
    source belongs to the source, wherever it leads to."""
    nearest = sorted(known, key=lambda source: len(source.path.parts), reverse=True)
    for depth in range(1, len(path.parts) + 1):
        spelled = _real(Path(*path.parts[:depth])).joinpath(*path.parts[depth:])
        for source in nearest:
            key = _key(spelled, source.path)
            if key is not None:
                return source, key
    return None


def _ask_about_moved(new: Source, known: Iterable[Source]) -> None:
    """Raise SourceError where a folder of another name may be one that the archive knows and that is not there any more."""
    gone = next((source for source in known if _vanished(source.path)), None)
    if gone is not None and gone.name != new.name:
        raise SourceError(
            f"The folder of the source “{gone.name}”, {shown(os.fsencode(gone.path))}, is not there any more. If {shown(os.fsencode(new.path))} "
            f"is that folder in its new place: --source {gone.name}. If it is another one: --source {new.name}."
        )


def _claim(new: Source, sources: dict[str, Source]) -> None:
    """Put a source among those known; one of the same name whose folder is no longer there has moved."""
    other = sources.get(new.name)
    if other is not None and not _vanished(other.path):
        raise SourceNameTaken(
            f"The name “{new.name}” belongs to {shown(os.fsencode(other.path))} in this archive. "
            f"Give {shown(os.fsencode(new.path))} a name of its own: --source NAME"
        )
    sources[new.name] = new


def _vanished(folder: Path) -> bool:
    try:
        folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # it may be there, where it cannot be seen
    return False


def _name(folder: Path, given: str | None) -> str:
    name = given.strip() if given is not None else shown(os.fsencode(folder.name))
    if not name or not name.isprintable():
        raise UsageError(f"{name!r} cannot be the name of a source: give it one with --source NAME, of printable characters.")
    return name


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and the name people gave is the one they know


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # Path.resolve() raises at links that go round in a circle


def _check(path: Path) -> None:
    """Raise where a path that was named is not there, cannot be entered, or is an archive."""
    where = shown(os.fsencode(path))
    try:
        if path.is_dir():
            if is_archive(path):
                raise SourceError(f"{where} is an archive, not a folder of raw articles. Name the folder that holds the articles.")
            os.scandir(path).close()
        elif not path.is_symlink():
            path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise SourceMissing(f"There is no file or folder {where}. Check the name, and that its disk is mounted.") from error
    except OSError as error:
        raise SourceMissing(f"{where} cannot be read: {(error.strerror or str(error)).lower()}.") from error
