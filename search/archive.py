"""An archive: an index and a ledger, opened. What the command line, the web page and a notebook all hold.

    archive = search.open("index")
    archive.search("refugees", agency="SANA")

Where it lives, in a folder or on a cluster, is the matter of homes/. Everything in it can be rebuilt from the raw files.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from search import answering
from search.article import Article
from search.engines.base import Count, Engine, View
from search.errors import CorrectionsError, DamagedArchive, IncompleteAnswer, NotAnArchive, UnknownArticle, UsageError, ViewLost
from search.highlight import Highlighter, MarkedArticle
from search.homes import FolderHome, Home, Marker, Place, home_of
from search.plan import plan
from search.query.parser import parse
from search.query.tree import Everything
from search.request import MAX_TOGETHER, SearchRequest, Sort, ask
from search.rereading import RawText, articles_of_file, chosen_record, evidence_text, place_of_article, place_of_file, raw_text
from search.results import Facet, Hit, Results, Together

if TYPE_CHECKING:
    from search.ledger import Ledger
    from search.origin import Source
    from search.repeated import LearnedLine
    from search.report import ConversionReport, IndexReport, Progress

Answered = TypeVar("Answered")

_PAUSES = (0.0, 0.2, 0.4, 0.8, 1.6)
"""Seconds before a question is asked again whose state was lost: until a cluster has noticed that a machine is gone, which takes about a second."""
Complete = TypeVar("Complete", Results, Facet, Together)

Values = str | Iterable[str] | None
"""One value, several, or none: what keyword parameters take."""


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person of the archive: the key, the name that is shown, how many articles name them, and every form of the name with its articles.

    `hidden` says that somebody has declared the name nobody's: it is in no facet.
    """

    key: str
    name: str
    articles: int
    forms: tuple[tuple[str, int], ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One folder of raw files: its name, where it is, whether it is there now, and how many of its files are in which state.

    `broken` counts records that could not be read in files that could. `corrections_changed` says that its corrections.toml is another now than the
    one that the archive was brought up to date with.
    """

    name: str
    path: str
    present: bool
    states: dict[str, int]
    broken: int = 0
    corrections_changed: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """What there is to know of an archive. `bytes` is what it takes of a disk; `last_run` an ISO time, null before the first run.

    Where `complete` is false parts of the archive did not answer, and there are more articles. `updating` is as in results.
    """

    path: str
    engine: str
    layout: int
    generation: str
    articles: int
    bytes: int
    sources: tuple[SourceStatus, ...]
    last_run: str | None
    complete: bool = True
    updating: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


class Archive:
    """An archive, opened. Any number of threads may ask one at once; a newer state of it, also a rebuilt one, is taken up by itself."""

    _marker: Marker

    def __init__(self, home: Home) -> None:
        """Open the archive of a home. Raises NotAnArchive, OutdatedArchive or DamagedArchive; `Archive.create` makes a new one."""
        self.home = home
        self._lock = threading.Lock()
        self._stamp: object = None
        self._engine: Engine | None = None
        self._current()

    @property
    def name(self) -> str:
        """As people name it: the path of its folder, or its address."""
        return self.home.name

    @property
    def path(self) -> Path:
        """The folder that it is in. Raises UsageError where it lives on a cluster."""
        if not isinstance(self.home, FolderHome):
            raise UsageError(f"The archive {self.name} is in no folder.")
        return self.home.folder

    @classmethod
    def open(cls, place: Place = "index") -> Self:
        """The archive in a folder or at an address."""
        return cls(home_of(place))

    @staticmethod
    def exists(place: Place = "index") -> bool:
        """Whether there is an archive in a folder or at an address, in whatever state."""
        return home_of(place).exists()

    @classmethod
    def create(cls, place: Place = "index", engine: str | None = None) -> Self:
        """A new archive, in a folder that is empty or does not exist yet or at a free address. Raises NotAnArchive where something else is there.

        `engine` is who keeps the articles and finds them: UsageError where there is none of that name or it can't live there, EngineMissing where
        it is not installed.
        """
        home = home_of(place)
        chosen = engine or home.default_engine
        home.check_engine(chosen)
        with home.founding(chosen) as fresh:
            fresh.take_over()
        return cls(home)

    @classmethod
    def open_or_create(cls, place: Place = "index", engine: str | None = None) -> Self:
        """The archive in a folder or at an address, made where there is none. Raises UsageError where it has another engine than the one named."""
        home = home_of(place)
        if not home.exists():
            try:
                return cls.create(home, engine)
            except NotAnArchive:
                if not home.exists():
                    raise
                # Another process has made it meanwhile.
        if engine is not None:
            home.check_engine(engine)
            if (has := home.marker().engine) != engine:
                raise UsageError(
                    f"The archive in {home.name} has the engine {has}. To move it: dateline convert --engine {engine} --index {home.name}"
                )
        return cls(home)

    # Reading

    def _current(self) -> Engine:
        """The engine over the data that the archive has now: a rebuild puts new data in place of the old."""
        with self._lock, self.home.advising():
            stamp = self.home.stamp()
            if self._engine is None or stamp != self._stamp:
                marker = self.home.marker()
                if self._engine is None or marker.data != self._marker.data:
                    # Requests under way keep the engine they have; it gives back its files when the last of them has gone.
                    self._engine, marker = self._open(marker)
                self._marker, self._stamp = marker, stamp
            return self._engine

    def _open(self, marker: Marker) -> tuple[Engine, Marker]:
        """The engine over the data that a marker names; where a rebuild replaces them meanwhile, the new ones."""
        while True:
            try:
                return self.home.engine(marker), marker
            except DamagedArchive:
                newer = self.home.marker()
                if newer.data == marker.data:
                    raise
                marker = newer

    def _ask(self, question: Callable[[Engine], Answered]) -> Answered:
        """What the engine answers.

        Where its files vanish under the question because a rebuild has replaced them, the new one is asked. Where a state of a cluster is lost, its
        present one is: a machine that dies takes its part of a state with it, and another has a copy.
        """
        engine = self._current()
        with self.home.advising():
            for pause in _PAUSES:
                try:
                    return question(engine)
                except ViewLost:
                    time.sleep(pause)
                except DamagedArchive:
                    newer = self._current()
                    if newer is engine:
                        raise
                    engine = newer
            return question(engine)

    def run(self, request: SearchRequest, *, partial: bool = True) -> Results:
        """Answer a request.

        Where parts of the archive do not answer, the results say so (`complete`); without `partial` that is an error, IncompleteAnswer.
        """
        return _whole(self._ask(lambda engine: answering.search(engine.view(), request)), partial=partial)

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
        explain: bool = False,
        **further: Values,
    ) -> Results:
        """Search with the query language, narrowed to values of the facets.

        Values are written as people write them ("Putin", "al-Watan", "2022-06", "none"); several of one facet are alternatives, of people all:
        `further` may set any or all for a facet (`participant_mode="any"`), and exclude values (`not_agency="TASS"`). `explain` asks for what
        the query stands for and for the parts of every score.
        Raises UsageError for a value that cannot be meant; a query that is not understood is answered with problems.
        """
        given = {
            "agency": agency, "publisher": publisher, "participant": participant, "person": person, "place": place, "language": language,
            "date": date, "after": after, "before": before, **further,
        }  # fmt: skip
        values = {
            name: [str(value)] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
            for name, value in given.items()
            if value is not None
        }
        empty = next((name for name, found in values.items() if "" in found), None)
        if empty is not None:
            raise UsageError(f"An empty value for {empty} would find everything: leave it out, or write “none” for articles where nothing is given.")
        return self.run(ask(text, values, sort=sort, limit=limit, page=page, explain=explain))

    def scan(self, request: SearchRequest, *, partial: bool = False) -> Iterator[Article]:
        """Everything that a request finds, in its order, whatever its page. Raises UsageError where the query could not be run.

        IncompleteAnswer, perhaps on the way, where parts of the archive do not answer, unless what there is will do (`partial`).
        """

        def question(engine: Engine) -> Iterator[Article]:
            view = engine.view()
            found = answering.scan(view, request)
            _check(complete=view.complete, partial=partial)
            return found if partial else _scanned(view, found)

        return self._ask(question)

    def get(self, id: str) -> Article:
        """The article of that id. Raises UnknownArticle, which for a duplicate names the article that stands for it."""
        try:
            return self._ask(lambda engine: engine.get(id))
        except UnknownArticle as error:
            duplicate = self._ask_ledger(lambda ledger: ledger.duplicate(id))
            if duplicate is None:
                raise
            raise UnknownArticle(f"{duplicate.path} is word for word the article “{duplicate.of}” ({duplicate.of_path}): take that one.") from error

    def facet_values(self, request: SearchRequest, field: str, text: str = "", *, start: int = 0, limit: int = 50, partial: bool = True) -> Facet:
        """The values of one facet of a search, `limit` of them from the one at `start` on; with a text, those with words that begin with its words.

        `more` are the values behind these. Raises UsageError for a facet without such a list and where the query could not be run.
        `partial` is as in `run`.
        """
        found = self._ask(lambda engine: answering.facet_values(engine.view(), request, field, text, start=start, limit=limit))
        return _whole(found, partial=partial)

    def together(self, request: SearchRequest, field: str = "participants", limit: int = MAX_TOGETHER, *, partial: bool = True) -> Together:
        """Who appears with whom in the articles that a request finds: the `limit` persons of most of them, and how many articles each two share.

        `field` is "participants" or "people" (also those who are only mentioned). All selections of the request apply, those of that facet too. A
        query that is not understood is answered with problems. Raises UsageError for another field, and for a limit that is not from 1 to 40.
        `partial` is as in `run`.
        """
        return _whole(self._ask(lambda engine: answering.together(engine.view(), request, field, limit)), partial=partial)

    def similar(self, id: str, limit: int = 5, *, partial: bool = False) -> tuple[Hit, ...]:
        """The articles most like one, best first. Raises UnknownArticle; IncompleteAnswer as `scan` does."""

        def question(engine: Engine) -> tuple[Hit, ...]:
            view = engine.view()
            hits = answering.similar(view, id, limit)
            _check(complete=view.complete, partial=partial)
            return hits

        return self._ask(question)

    def suggest(self, word: str, limit: int = 3) -> tuple[str, ...]:
        """Words in the archive's texts that are one or two letters off, likeliest first."""
        return self._ask(lambda engine: answering.suggest(engine.view(), word, limit=limit))

    def marked(self, id: str, text: str = "") -> tuple[Article, MarkedArticle]:
        """An article, and its texts with what a query matches in them marked. Raises UnknownArticle."""
        article = self.get(id)
        return article, Highlighter(plan(parse(text).query).query).marked(article)

    def raw(self, id: str) -> RawText:
        """The raw file of an article as text, as it is now; of a file of many articles, what it says of this one.

        Raises UnknownArticle, or UnreadableFile where the file cannot be read any more.
        """
        article = self.get(id)
        return self._ask_ledger(lambda ledger: raw_text(ledger, article))

    def explained(self, target: str, record: str | None = None) -> Iterator[tuple[Article, str]]:
        """The articles of a raw file, or the one of an id, as the archive has them, each with the text of its file in which their evidence counts.

        With `record`, only the one with that key in its file, if there is one. Raises as `locate` and `raw` do.
        """
        ids = self._ask_ledger(lambda ledger: articles_of_file(ledger, Path(target), record))
        if ids is None:
            self.locate(target, record)  # says what is wrong with anything but an id
            ids = [target]
        for article in map(self.get, ids):
            yield article, self._ask_ledger(partial(evidence_text, article=article))

    def generation(self) -> str:
        """A mark of the archive's present state: it changes whenever what can be found does."""
        return self._ask(lambda engine: engine.generation())

    def status(self) -> Status:
        """What there is to know of the archive."""
        from search.sources import shown

        def known(ledger: Ledger) -> tuple[tuple[SourceStatus, ...], str | None]:
            states = ledger.states_by_source()
            broken, corrections = ledger.broken_by_source(), ledger.kept.corrections()
            sources = (
                SourceStatus(
                    name=source.name,
                    path=shown(os.fsencode(source.path)),
                    present=source.is_there(),
                    states=states.get(source.name, {}),
                    broken=broken.get(source.name, 0),
                    corrections_changed=_corrections_changed(source.path, corrections.get(source.name, ("", b""))[1]),
                )
                for source in ledger.sources()
            )
            return tuple(sources), ledger.last_run()

        def counted(engine: Engine) -> tuple[str, View, int]:
            view = engine.view()
            return engine.name, view, view.count(Count(Everything()))[0]

        name, view, articles = self._ask(counted)
        sources, last_run = self._ask_ledger(known)
        layout, size = self._marker.layout, self.home.occupied()
        return Status(self.name, name, layout, view.generation, articles, size, sources, last_run, view.complete, view.updating)

    def run_times(self) -> tuple[str | None, str | None]:
        """When the first and the last run ended that came to their end, as ISO times in UTC; None before the first."""

        def ends(ledger: Ledger) -> tuple[str | None, str | None]:
            finished = [run.finished for run in ledger.runs() if run.finished]
            return (min(finished), max(finished)) if finished else (None, None)  # runs may go on side by side

        return self._ask_ledger(ends)

    def sources(self) -> tuple[Source, ...]:
        """The folders of raw files that the archive remembers, by name."""
        return self._ask_ledger(lambda ledger: ledger.sources())

    def corrections(self, source: str) -> bytes:
        """The corrections.toml of a source as the archive has taken it up; empty where there was none. Raises UsageError for an unknown source."""
        known = {one.name for one in self.sources()}
        if source not in known:
            raise UsageError(f"The archive has no source “{source}”. It has {', '.join(sorted(known)) or 'none yet'}.")
        return self._ask_ledger(lambda ledger: ledger.kept.corrections().get(source, ("", b""))[1])

    def locate(self, target: str, record: str | None = None) -> tuple[str, Path, str, str]:
        """Where an article was read: source, the source's folder, path in it, record. `target` is the article's id or its raw file.

        `record` is the article's key in a file of several; the only article of a file needs none.
        Raises UnknownArticle for an id that is not in the archive and for a duplicate, UsageError for a file of which no article is, or not that one.
        """
        if re.fullmatch(r"[0-9a-f]{16}", target) and not Path(target).exists():
            self.get(target)  # says of a duplicate which article stands for it
            place = self._ask_ledger(lambda ledger: place_of_article(ledger, target))
            return *place[:3], chosen_record(target, [place[3]], record)
        found = self._ask_ledger(lambda ledger: place_of_file(ledger, Path(target)))
        if found is None or not found.articles:
            raise UsageError(f"No article of {target} is in the archive {self.name}. Index it first, or name a file or id that is there.")
        chosen = chosen_record(target, list(found.articles), record)
        self.get(found.articles[chosen])
        return found.source, found.folder, found.path, chosen

    def names(self, text: str | None = None, limit: int = 50) -> list[NamedPerson]:
        """The people of the archive, those of most articles first; with a text, those who have a name with all its words."""

        def listed(ledger: Ledger) -> list[NamedPerson]:
            shown = ledger.kept.shown()
            return [
                NamedPerson(
                    key=found.person,
                    name=shown.get(found.person) or found.names[0].name,
                    articles=found.articles,
                    forms=tuple((form.name, form.articles) for form in found.names),
                    hidden=shown.get(found.person) == "",
                )
                for found in ledger.names.listed(text, limit)
            ]

        return self._ask_ledger(listed)

    def boilerplate(self) -> tuple[LearnedLine, ...]:
        """The lines that are taken out because they repeat across the archive, or because somebody has said so."""
        return self._ask_ledger(lambda ledger: ledger.lines.listed())

    def _ask_ledger(self, question: Callable[[Ledger], Answered]) -> Answered:
        """What the ledger answers; the one of a rebuilt archive where the old one has just been replaced."""

        def ask_it(_: Engine) -> Answered:
            with self.home.ledger(self._marker) as ledger:
                return question(ledger)

        return self._ask(ask_it)

    # Writing

    def index(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        source: str | None = None,
        fields: Mapping[str, str] | None = None,
        allow_removal: bool = False,
        workers: int | None = 1,
        progress: Callable[[Progress], None] | None = None,
    ) -> IndexReport:
        """Bring the archive up to date with raw files and folders.

        `workers` processes read files, None is one for each core where that pays: for programs that may be started again by each of them.
        `source` is the name for a new source. `fields` says how the fields of articles are called in its structured files ({"body": "Text"}); it is
        remembered until it is given anew. Raises ArchiveBusy while another process writes, SourceError or UsageError for a path or name that
        won't do, CorrectionsError for a corrections.toml that is not understood.
        """
        given = [Path(path) for path in paths]
        if not given:
            raise UsageError("There is nothing to read: name at least one file or folder.")
        return self._update(given, source=source, fields=fields, allow_removal=allow_removal, workers=workers, progress=progress)

    def apply_corrections(self, *, progress: Callable[[Progress], None] | None = None) -> IndexReport:
        """Bring the archive up to date with the corrections.toml of its sources: only the articles concerned are touched. Raises as `index`."""
        return self._update([], progress=progress)

    def _update(self, paths: Iterable[Path], **options: Any) -> IndexReport:
        from search.indexer import index

        with self.home.writing("index"), self.home.advising():
            self._current()
            with self.home.changing(self._marker) as present:
                report = index(present.engine, present.ledger, paths, turns=present.turns, **options)
        self._current()
        return report

    @classmethod
    def rebuild(
        cls,
        place: Place = "index",
        *,
        engine: str | None = None,
        allow_removal: bool = False,
        workers: int | None = 1,
        progress: Callable[[Progress], None] | None = None,
    ) -> IndexReport:
        """Read all sources that an archive remembers anew, also those of a damaged or outdated one. `engine` is its new one; None keeps what it has.

        Readers see the old state until the new one is complete, and it stays where the new one would lack articles: a source that is not there
        (SourceMissing), files that the archive knows and that cannot be read now, or more than half of a source (TooManyRemoved).
        With `allow_removal` the archive goes on without them.
        """
        from search.rebuilding import rebuild

        return rebuild(home_of(place), engine=engine, allow_removal=allow_removal, workers=workers, progress=progress)

    @classmethod
    def convert(
        cls, place: Place = "index", *, engine: str, to: Place | None = None, progress: Callable[[Progress], None] | None = None
    ) -> ConversionReport:
        """Move an archive to another engine, from the articles as they are stored: the raw files are not read and need not be there.

        Readers see the old state until the new one is complete and proved equal. Where the archive has that engine, nothing happens. With `to` it
        is copied to another folder or address, which must be free, and stays as it is. Raises UsageError for an engine that does not exist or keeps
        no archives there, EngineMissing for one that is not installed, and where the archive was left as it was: NotAnArchive where the other place
        is taken, ArchiveBusy while another process writes, ArchiveError where there is no room or an article did not arrive as it was.
        """
        from search.conversion import convert

        return convert(home_of(place), engine, progress, to=None if to is None else home_of(to))

    def close(self) -> None:
        """Give back files. The archive must not be asked any more."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _check(*, complete: bool, partial: bool) -> None:
    """Raise IncompleteAnswer where an answer is not complete and none that is not will do."""
    if not (complete or partial):
        raise IncompleteAnswer


def _whole(answer: Complete, *, partial: bool) -> Complete:
    """The answer. Raises as `_check` does."""
    _check(complete=answer.complete, partial=partial)
    return answer


def _scanned(view: View, found: Iterator[Article]) -> Iterator[Article]:
    """Articles as they are found, as long as none may be missing among them."""
    for article in found:
        _check(complete=view.complete, partial=False)
        yield article
    _check(complete=view.complete, partial=False)


def _corrections_changed(folder: Path, known: bytes) -> bool:
    """Whether the corrections.toml in a folder differs from the one known; nothing can be said of a folder that is not there."""
    from search.corrections import FILE_NAME, content

    try:
        return folder.is_dir() and (content(folder / FILE_NAME) or b"") != known
    except (OSError, CorrectionsError):
        return True
