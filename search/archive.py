"""An archive: a folder with an index and a ledger, opened. What the command line, the web page and a notebook all hold.

    archive = search.open("index")
    archive.search("refugees", agency="SANA")

The folder holds `archive.json` (what it is, and where its sources are), `write.lock`, and one folder `data-…` with the engine's files (`index/`)
and `ledger.sqlite` (what became of every raw file). A rebuild makes a second data folder and then lets `archive.json` point to it, so that readers
see the old state or the new one, and nothing between.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from search.article import Article
from search.engines import open_engine
from search.engines.base import Engine
from search.errors import (
    ArchiveBusy,
    ArchiveError,
    DamagedArchive,
    NotAnArchive,
    OutdatedArchive,
    SourceMissing,
    UnknownArticle,
    UnreadableFile,
    UsageError,
)
from search.highlight import Highlighter, MarkedArticle
from search.plan import plan
from search.query.parser import parse
from search.request import SearchRequest, Sort, ask
from search.results import Results

if TYPE_CHECKING:
    from search.ledger import Ledger
    from search.report import IndexReport, Progress

LAYOUT = 1
"""Raised whenever an archive written before can no longer be read; such an archive asks to be rebuilt."""

_MARKER = "archive.json"
_LEDGER = "ledger.sqlite"
_LOCK = "write.lock"
_OURS = re.compile(r"archive\.json|archive\.json\.new|data-[0-9a-f]{12}|write\.lock|README\.md|\..*")
"""What may stand in the folder of an archive that is to be made: what one consists of, a README, and hidden files."""
_FORMAT = "dateline-archive"

Answered = TypeVar("Answered")

Values = str | Iterable[str] | None
"""One value, several, or none: what keyword parameters take."""


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of an article's raw file, as it is now. `changed` says that the file is no longer the one that was indexed."""

    path: str
    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One folder of raw files: its name, where it is, whether it is there now, and how many of its files are in which state."""

    name: str
    path: str
    present: bool
    states: dict[str, int]


@dataclass(frozen=True, slots=True)
class Status:
    """What there is to know of an archive. `bytes` is the size of its folder; `last_run` an ISO time, null before the first run."""

    path: str
    engine: str
    layout: int
    generation: str
    articles: int
    bytes: int
    sources: tuple[SourceStatus, ...]
    last_run: str | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


class Archive:
    """An archive, opened. Any number of threads may ask one at once; a newer state of it, also a rebuilt one, is taken up by itself."""

    def __init__(self, path: Path) -> None:
        """Open the archive in a folder. Raises NotAnArchive, OutdatedArchive or DamagedArchive; `Archive.create` makes a new one."""
        self.path = path
        self._lock = threading.Lock()
        self._marker_state: tuple[int, int] | None = None
        self._engine: Engine | None = None
        self._marker = _read_marker(path)
        self._current()

    @classmethod
    def open(cls, path: str | os.PathLike[str] = "index") -> Self:
        """The archive in a folder."""
        return cls(Path(path))

    @classmethod
    def create(cls, path: str | os.PathLike[str] = "index", engine: str = "whoosh") -> Self:
        """A new archive in a folder that is empty or does not exist yet. Raises NotAnArchive where something else is in it."""
        folder = Path(path)
        if folder.exists() and not folder.is_dir():
            raise NotAnArchive(f"{folder} is a file: name a folder for the archive.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            others = [entry.name for entry in folder.iterdir() if not _OURS.fullmatch(entry.name)]
        except OSError as error:
            raise ArchiveError(f"The folder {folder} cannot be used for an archive: {error.strerror}.") from error
        if others:
            raise NotAnArchive(f"{folder} holds other things ({', '.join(sorted(others)[:3])} …) and no archive: name an empty folder.")
        with _writing(folder):
            if (folder / _MARKER).exists():
                raise NotAnArchive(f"There is an archive in {folder} already: open it, or name another folder.")
            data = _new_data(folder, engine)
            _write_marker(folder, {"engine": engine, "data": data, "sources": []})
            _sweep(folder, data)  # what a run left that was killed before it had made its archive
        return cls(folder)

    @classmethod
    def open_or_create(cls, path: str | os.PathLike[str] = "index", engine: str = "whoosh") -> Self:
        """The archive in a folder, made where there is none."""
        try:
            return cls.open(path) if (Path(path) / _MARKER).exists() else cls.create(path, engine)
        except NotAnArchive:
            if (Path(path) / _MARKER).exists():
                return cls.open(path)  # another process has made it meanwhile
            raise

    # Reading

    def _current(self) -> Engine:
        """The engine over the data that the archive has now: a rebuild puts new data in place of the old."""
        with self._lock, _advising(self.path):
            try:
                stat = (self.path / _MARKER).stat()
            except OSError as error:
                raise NotAnArchive(_no_archive(self.path)) from error
            state = (stat.st_mtime_ns, stat.st_ino)
            if self._engine is None or state != self._marker_state:
                marker = _read_marker(self.path)
                if self._engine is None or marker["data"] != self._marker["data"]:
                    # Requests under way keep the engine they have; it gives back its files when the last of them has gone.
                    self._engine, marker = self._open(marker)
                self._marker, self._marker_state = marker, state
            return self._engine

    def _open(self, marker: dict[str, Any]) -> tuple[Engine, dict[str, Any]]:
        """The engine over the data that a marker names; where a rebuild replaces them meanwhile, the new ones."""
        while True:
            try:
                return open_engine(marker["engine"], self.path / marker["data"] / "index"), marker
            except DamagedArchive:
                newer = _read_marker(self.path)
                if newer["data"] == marker["data"]:
                    raise
                marker = newer

    def _ask(self, question: Callable[[Engine], Answered]) -> Answered:
        """What the engine answers. Where its files vanish under the question because a rebuild has replaced them, the new one is asked."""
        engine = self._current()
        with _advising(self.path):
            try:
                return question(engine)
            except DamagedArchive:
                newer = self._current()
                if newer is engine:
                    raise
                return question(newer)

    def run(self, request: SearchRequest) -> Results:
        """Answer a request."""
        return self._ask(lambda engine: engine.search(request))

    def search(
        self,
        text: str = "",
        *,
        agency: Values = None,
        publisher: Values = None,
        participant: Values = None,
        person: Values = None,
        place: Values = None,
        language: Values = None,
        date: Values = None,
        after: str | None = None,
        before: str | None = None,
        sort: Sort = "relevance",
        limit: int = 10,
        page: int = 1,
    ) -> Results:
        """Search with the query language, narrowed to values of the facets.

        Values are written as people write them ("Putin", "al-Watan", "2022-06", "none"); several of one facet are alternatives, of people all.
        Raises UsageError for a value that cannot be meant; a query that is not understood is answered with problems.
        """
        given = {
            "agency": agency, "publisher": publisher, "participant": participant, "person": person, "place": place, "language": language,
            "date": date, "after": after, "before": before,
        }  # fmt: skip
        values = {name: [value] if isinstance(value, str) else list(value) for name, value in given.items() if value is not None}
        empty = next((name for name, found in values.items() if "" in found), None)
        if empty is not None:
            raise UsageError(f"An empty value for {empty} would find everything: leave it out, or write “none” for articles where nothing is given.")
        return self.run(ask(text, values, sort=sort, limit=limit, page=page))

    def scan(self, request: SearchRequest) -> Iterator[Article]:
        """Everything that a request finds, in its order, whatever its page. Raises UsageError where the query could not be run."""
        return self._ask(lambda engine: engine.scan(request))

    def get(self, id: str) -> Article:
        """The article of that id. Raises UnknownArticle, which for a duplicate names the article that stands for it."""
        try:
            return self._ask(lambda engine: engine.get(id))
        except UnknownArticle as error:
            duplicate = self._ask_ledger(lambda ledger: ledger.duplicate(id))
            if duplicate is None:
                raise
            raise UnknownArticle(f"{duplicate.path} is word for word the article “{duplicate.of}” ({duplicate.of_path}): open that.") from error

    def marked(self, id: str, text: str = "") -> tuple[Article, MarkedArticle]:
        """An article, and its texts with what a query matches in them marked. Raises UnknownArticle."""
        article = self.get(id)
        return article, Highlighter(plan(parse(text).query).query).marked(article)

    def raw(self, id: str) -> RawText:
        """The raw file of an article as text, as it is now. Raises UnknownArticle, or UnreadableFile where the file cannot be read any more."""
        from search.extraction.decode import decode
        from search.sources import media_type, read

        article = self.get(id)
        origin = self._ask_ledger(lambda ledger: ledger.origin(id))
        if origin is None:
            raise UnreadableFile(f"This archive does not know the raw file of {article.path}.")
        document = read(origin.file, source=origin.source, key=origin.key)
        text = decode(document.data, html=media_type(origin.key) == "text/html")
        return RawText(origin.path, text, hashlib.sha256(document.data).hexdigest() != origin.file_hash)

    def status(self) -> Status:
        """What there is to know of the archive."""
        from search.sources import shown

        def known(ledger: Ledger) -> tuple[tuple[SourceStatus, ...], str | None]:
            states = ledger.states_by_source()
            sources = (SourceStatus(s.name, shown(os.fsencode(s.path)), _is_there(s.path), states.get(s.name, {})) for s in ledger.sources())
            return tuple(sources), ledger.last_run()

        name, generation, articles = self._ask(lambda engine: (engine.name, engine.generation(), engine.count()))
        sources, last_run = self._ask_ledger(known)
        size = 0
        for folder, _, files in os.walk(self.path):
            for file in files:
                with suppress(OSError):  # a writer may delete files meanwhile
                    size += Path(folder, file).stat().st_size
        return Status(str(self.path), name, LAYOUT, generation, articles, size, sources, last_run)

    def _ask_ledger(self, question: Callable[[Ledger], Answered]) -> Answered:
        """What the ledger answers; the one of a rebuilt archive where the old one has just been replaced."""
        from search.ledger import Ledger

        def ask_it(_: Engine) -> Answered:
            with Ledger.open(self.path / self._marker["data"] / _LEDGER) as ledger:
                return question(ledger)

        return self._ask(ask_it)

    # Writing

    def index(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        source: str | None = None,
        allow_removal: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> IndexReport:
        """Bring the archive up to date with raw files and folders.

        Raises ArchiveBusy while another process writes, SourceError or UsageError for a path or name that won't do.
        """
        from search.indexer import index
        from search.ledger import Ledger

        with _writing(self.path), _advising(self.path):
            self._current()
            _sweep(self.path, self._marker["data"])
            data = self.path / self._marker["data"]
            # A handle of its own: what is not committed yet must not be seen by those who read through this one.
            with open_engine(self._marker["engine"], data / "index") as engine, Ledger.open(data / _LEDGER) as ledger:
                report = index(engine, ledger, [Path(p) for p in paths], source=source, allow_removal=allow_removal, progress=progress)
                _write_marker(self.path, {**self._marker, "sources": _sources(ledger)})
        self._current()
        return report

    @classmethod
    def rebuild(
        cls, path: str | os.PathLike[str] = "index", *, allow_removal: bool = False, progress: Callable[[Progress], None] | None = None
    ) -> IndexReport:
        """Read all sources that an archive remembers anew, also those of a damaged or outdated one.

        Readers see the old state until the new one is complete, and it stays where the new one would lack articles: a source that is not there
        (SourceMissing), files that the archive knows and that cannot be read now, or more than half of a source (TooManyRemoved).
        With `allow_removal` the archive goes on without them.
        """
        from search.indexer import check_rebuilt, index
        from search.ledger import Ledger

        folder = Path(path)
        if not folder.is_dir():
            raise NotAnArchive(_no_archive(folder))
        with _writing(folder):
            marker = _remembered(folder)
            sources = {name: Path(source) for name, source in marker["sources"]}
            lost = [name for name, source in sources.items() if not _is_there(source)]
            if lost and not allow_removal:
                raise SourceMissing(
                    f"The folder of the source “{lost[0]}”, {sources[lost[0]]}, is not there. Mount it; or if it has moved, run dateline index "
                    f"NEW_FOLDER --source {lost[0]}; or go on without its articles: --allow-removal"
                )
            if len(lost) == len(sources):
                raise SourceMissing(
                    f"None of the sources of the archive in {folder} is there: nothing can be read. Mount their disk, or delete {folder}."
                )
            data = _new_data(folder, marker["engine"])
            try:
                with open_engine(marker["engine"], folder / data / "index") as engine, Ledger.open(folder / data / _LEDGER) as ledger:
                    for name, source in sources.items():
                        if name not in lost:
                            ledger.add_source(name, source)
                    report = index(engine, ledger, [source for name, source in sources.items() if name not in lost], progress=progress)
                    if not allow_removal and (folder / marker["data"] / _LEDGER).is_file():
                        with suppress(ArchiveError), Ledger.open(folder / marker["data"] / _LEDGER) as old:
                            check_rebuilt(old, ledger)
                    remembered = _sources(ledger)
            except BaseException:
                shutil.rmtree(folder / data, ignore_errors=True)
                raise
            _write_marker(folder, {"engine": marker["engine"], "data": data, "sources": remembered})
            _sweep(folder, data)
        return report

    def close(self) -> None:
        """Give back files. The archive must not be asked any more."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _is_there(folder: Path) -> bool:
    """Whether a source's folder can be seen; `Path.exists` raises where a folder above it may not be entered."""
    return os.path.exists(folder)  # noqa: PTH110


def _no_archive(folder: Path) -> str:
    return f"There is no archive in {folder}. Make one from a folder of raw articles: dateline index FOLDER --index {folder}"


def _damaged(folder: Path, error: Exception) -> str:
    return f"{folder / _MARKER} is damaged ({error}). Build the archive again from its raw files: dateline index --rebuild --index {folder}"


def _read_marker(folder: Path, *, any_layout: bool = False) -> dict[str, Any]:
    """What `archive.json` says. Raises NotAnArchive, DamagedArchive, OutdatedArchive."""
    try:
        text = (folder / _MARKER).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotAnArchive(_no_archive(folder)) from error
    except OSError as error:
        raise ArchiveError(f"{folder / _MARKER} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DamagedArchive(_damaged(folder, error)) from error
    try:
        marker = json.loads(text)
        if marker["format"] != _FORMAT:
            raise NotAnArchive(f"{folder / _MARKER} is not Dateline's: name the folder of an archive.")
        layout = marker["layout"]
        valid = isinstance(layout, int) and isinstance(marker["engine"], str) and re.fullmatch(r"data-[0-9a-f]+", marker["data"])
        if not valid or not all(isinstance(name, str) and isinstance(path, str) for name, path in marker["sources"]):
            raise ValueError("values of other types")
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedArchive(_damaged(folder, error)) from error
    if layout != LAYOUT and not any_layout:
        if layout > LAYOUT:
            raise OutdatedArchive(f"The archive in {folder} was written by a newer version of Dateline. Update Dateline, or name another folder.")
        rebuild = f"dateline index --rebuild --index {folder}"
        raise OutdatedArchive(f"The archive in {folder} was written by an older version of Dateline. Build it again: {rebuild}")
    return dict(marker)


def _remembered(folder: Path) -> dict[str, Any]:
    """Engine and sources of an archive in any state: the sources from its ledger, or where that is damaged from its marker.

    Raises as `_read_marker` does where neither knows any.
    """
    from search.ledger import Ledger

    try:
        marker = _read_marker(folder, any_layout=True)
        ledgers = [folder / marker["data"] / _LEDGER]
    except DamagedArchive:
        ledgers = sorted(folder.glob(f"data-*/{_LEDGER}"), key=lambda file: file.stat().st_mtime)
        if not ledgers:
            raise
        marker = {"engine": "whoosh", "data": ledgers[-1].parent.name, "sources": []}
    known = dict(marker["sources"])
    for file in ledgers:  # the newest last: what it says of a source counts
        with suppress(ArchiveError), Ledger.open(file) as ledger:
            known |= dict(_sources(ledger))
    marker["sources"] = [list(source) for source in sorted(known.items())]
    if not marker["sources"]:
        raise DamagedArchive(f"The archive in {folder} remembers no source. Name the folder of raw articles: dateline index FOLDER --index {folder}")
    return marker


def _write_marker(folder: Path, values: dict[str, Any]) -> None:
    """Replace `archive.json` at once, so that a reader sees the old one or the new one."""
    text = json.dumps({"format": _FORMAT, "layout": LAYOUT, **{k: v for k, v in values.items() if k not in ("format", "layout")}}, indent=2)
    fresh = folder / f"{_MARKER}.new"
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / _MARKER)
    except OSError as error:
        raise ArchiveError(f"{folder / _MARKER} cannot be written: {error.strerror}. Is the disk full?") from error


def _sources(ledger: Ledger) -> list[list[str]]:
    """The sources that a ledger remembers, as the marker keeps them."""
    return [[source.name, str(source.path)] for source in ledger.sources()]


def _sweep(folder: Path, data: str) -> None:
    """Delete all data folders but the present one: a rebuild that was killed, or one that readers have had time to leave."""
    for old in folder.glob("data-*"):
        if old.name != data and _OURS.fullmatch(old.name):
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _advising(folder: Path) -> Iterator[None]:
    """Let what is said of damage or age say what to do as well."""
    try:
        yield
    except (DamagedArchive, OutdatedArchive) as error:
        if "dateline index" in str(error) or "Update Dateline" in str(error):
            raise
        raise type(error)(f"{error} Build it again from the raw files: dateline index --rebuild --index {folder}") from error


def _new_data(folder: Path, engine: str) -> str:
    """The name of a new data folder with an empty index and ledger in it."""
    from search.ledger import Ledger

    data = f"data-{uuid.uuid4().hex[:12]}"
    open_engine(engine, folder / data / "index", create=True).close()
    Ledger.create(folder / data / _LEDGER).close()
    return data


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
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
