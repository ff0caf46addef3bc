"""Runs the line in: raw files become articles in the engine, and the ledger says what became of each ─▶ IndexReport.

A run first finds all files and compares them with those the ledger knows, then reads them one by one and writes in batches. Each batch takes three
steps: the ledger notes what is about to change, with new articles as `pending`; the engine commits; the ledger confirms. The ledger thus never
says `indexed` of what the engine has not committed, and a run killed anywhere leaves articles that are pending or a generation that is not
confirmed, by which the next run sees what to finish.

Where other writers share the archive (`turns`), files are read and articles extracted outside of turns, as many as a batch holds; in a turn they are
accounted for and written. Whatever the run remembers of the ledger is asked anew where others have changed it, and a file that others have read
meanwhile is read once more: what was read before them must not take the place of what they found after.

What happens to the articles of a file that was indexed before and is a problem now: if it is known what the file is now (other bytes, from which
nothing can be read; empty; no longer there), they leave, because the file no longer says that. If nothing can be known of it (no permission, a
disk that fails), they stay until it can be read again.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from search import extraction
from search.agreement import InForce, agreed, holds_something, take_up
from search.article import Article
from search.collecting import collecting_seldom
from search.corrections import Corrections, apply, parse
from search.engines.base import BATCH, BATCH_LETTERS, Engine
from search.errors import DocumentsRefused, TooManyRemoved, UnreadableFile
from search.gathering import Gathering, Read
from search.intake import Content, Extract, Request, each, processes_for, take_in
from search.ledger import Entry, FileRecord, Ledger, Shift
from search.ledger.census import Census, CensusEntry
from search.origin import Source, Target, resolve
from search.report import OUTCOMES, IndexReport, LeftOut, Outcome, Progress
from search.settling import Settled, Settling, in_force
from search.sources import locate, read, shown
from search.turns import ALONE, Turns

__all__ = ["IndexReport", "Progress", "check_rebuilt", "index"]

BATCH_BYTES = 100_000_000
"""Raw bytes between two commits, for archives of very long files."""

STORED_AT_ONCE = 500
"""Articles that the engine is asked for at once, where a request takes longer than an article."""

NOTED_AT_ONCE = 500
"""Articles whose names and lines are noted in one go, which is quicker than one by one."""

logging.getLogger(__name__).addHandler(logging.NullHandler())  # who wants to see the traceback sets up logging; nobody else gets one on the terminal


def index(
    engine: Engine,
    ledger: Ledger,
    paths: Iterable[Path],
    *,
    source: str | None = None,
    fields: Mapping[str, str] | None = None,
    allow_removal: bool = False,
    progress: Callable[[Progress], None] | None = None,
    extract: Extract = extraction.extract,
    version: str = extraction.VERSION,
    batch: int = BATCH,
    workers: int | None = 1,
    turns: Turns = ALONE,
) -> IndexReport:
    """Bring an engine and its ledger up to date with files and folders; with no path, with changed corrections only.

    `workers` processes read files; None is one for each core where that pays. The outcome is the same. `source` is the name for a new source, and
    `fields` says how the fields of articles are called in its structured files, and is remembered.

    Files are always compared by their bytes, never by size and time alone: copying and unpacking keep times, and an edit within one tick of the
    clock keeps them too. Raises SourceError or UsageError for paths that cannot be taken, CorrectionsError for a corrections.toml that is not
    understood, TooManyRemoved unless `allow_removal`: then nothing was changed. Whatever else it raises (EngineError, ArchiveError), the next run
    finishes the work.
    """
    started = time.monotonic()
    tell = progress or _silent
    paths = list(paths)

    def task() -> _Task:
        known = ledger.sources()
        targets = _with_fields(resolve(paths, known, source) if paths else (), known, fields)
        return _Task(targets, _in_force({s.name: s for s in (*known, *(target.source for target in targets))}.values(), ledger, turns))

    with turns.turn():
        wanted = task()
    while True:
        census = Census(ledger.database)
        census.take(wanted.targets, lambda found: tell(Progress("finding", found)))
        if not allow_removal:
            census.check_removal()
        with turns.turn() as changed:
            was, wanted = wanted, task() if changed else wanted
            if wanted.targets != was.targets:
                continue  # others have brought in a source meanwhile, or moved one: it is to be seen anew which files are whose
            run = _Run(engine, ledger, census, wanted, turns, extract=extract, version=version, batch=batch, workers=workers, tell=tell)
            with run.undone():
                run.begin()
        break
    with run.undone(), collecting_seldom():
        run.carry_out()
        return run.report(started)


def check_rebuilt(old: Ledger, new: Ledger) -> None:
    """Raise TooManyRemoved where a rebuilt archive would lack what the old one has: files that cannot be read now, or more than half of a source."""
    had: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for record in old.files():
        # A file has a hash as long as the archive holds what was read in it, whatever has become of it since.
        if record.file_hash is None or record.state == "gone":
            continue
        had[record.source] += 1
        now = new.file(record.source, record.key)
        if now is not None and now.file_hash is not None:
            continue
        lost[record.source] += 1
        if _is_unreadable(record):
            raise TooManyRemoved(
                f"{record.path} in the source “{record.source}” is in the archive and cannot be read now. The archive was left as it was. Make it "
                "readable and rebuild again, or go on without it: --allow-removal"
            )
    for source, number in sorted(lost.items()):
        if 2 * number > had[source]:
            raise TooManyRemoved(
                f"{number:,} of the {had[source]:,} files of the source “{source}” in the archive are not there any more. The archive was left as it "
                "was. Is its disk mounted? If they are meant to go: --allow-removal"
            )


def _is_unreadable(record: FileRecord) -> bool:
    """Whether a file is there, as far as anybody can tell, and cannot be read."""
    try:
        record.file.stat()
        read(record.file, source=record.source, key=record.key)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, UnreadableFile):
        return True
    return False


def _with_fields(targets: Iterable[Target], known: Iterable[Source], fields: Mapping[str, str] | None) -> tuple[Target, ...]:
    """The targets, each source with the names of fields that were given, or else those that are remembered."""
    remembered = {source.name: source.fields for source in known}
    given = None if fields is None else tuple(sorted(fields.items()))

    def named(source: Source) -> Source:
        return replace(source, fields=remembered.get(source.name, ()) if given is None else given)

    return tuple(replace(target, source=named(target.source)) for target in targets)


def _in_force(sources: Iterable[Source], ledger: Ledger, turns: Turns) -> InForce:
    """The corrections that count; only where others write too may there be several files for one source."""
    return agreed(sources, ledger) if turns.shared else InForce(*in_force(sources, ledger), {})


@dataclass(frozen=True, slots=True)
class _Task:
    """What a run has to do: what is to be walked, and the corrections that count."""

    targets: tuple[Target, ...]
    in_force: InForce


class _Run:
    """One run: what is to enter the engine and to leave it with the next batch."""

    def __init__(
        self,
        engine: Engine,
        ledger: Ledger,
        census: Census,
        task: _Task,
        turns: Turns,
        *,
        extract: Extract,
        version: str,
        batch: int,
        workers: int | None,
        tell: Callable[[Progress], None],
    ) -> None:
        self._engine = engine
        self._ledger = ledger
        self._census = census
        self._targets = task.targets
        self._in_force = task.in_force
        self._settling = Settling(ledger, task.in_force.decided)
        self._turns = turns
        self._number = 0
        self._earlier: list[Mapping[str, Corrections]] = []  # that were in force before others, or somebody in the meantime, changed them
        self._extract = extract
        self._gathering = Gathering(ledger, extract, articles=batch, size=BATCH_BYTES)
        self._version = version
        self._batch = batch
        self._workers = workers
        self._processes = 1
        self._tell = tell
        self._sources: dict[str, Source] = {}
        self._enter: dict[str, Article] = {}  # as they were read: what the archive adds is added when they are written
        self._noted: set[str] = set()
        self._unknown: set[tuple[str, bytes]] = set()  # files that are about to be read, and were never before
        self._leave: set[str] = set()
        self._bytes = 0
        self._letters = 0
        self._changes = 0
        self._as_it_was = True
        self._updated = 0
        self._unfinished = False  # whether a file is being read of which a part is written already: others must not see that it is one
        self._repeated: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Let nothing stay that was not committed where something is raised."""
        try:
            yield
        except BaseException:
            self._ledger.rollback()
            self._engine.rollback()
            raise

    def begin(self) -> None:
        """The first step, which takes part of a turn: the ledger knows of the run and its sources."""
        self._number = self._ledger.start_run()
        for target in self._targets:
            self._ledger.add_source(target.source)
        self._sources = self._known_sources()
        self._reconcile()

    def carry_out(self) -> None:
        """All other steps, in turns of their own."""
        total, bytes_total = self._census.size()
        self._processes = processes_for(total, self._workers)
        contents = self._told(each(self._census.entries(), self._request_for, self._extract, self._processes), total, bytes_total)
        if self._turns.shared:
            self._account_in_turns(contents)
        else:
            with self._turn():
                self._account_for(contents)
        with self._turn():
            self._correct()
            self._promote()
            self._settle()
            self._ledger.finish_run(self._number, self._counts())

    def report(self, started: float) -> IndexReport:
        census, ledger = self._census, self._ledger
        counts = self._counts()
        return IndexReport(
            files=census.size()[0],
            **counts,
            passed_over=census.passed_over,
            articles=self._engine.count(),
            nothing_changed=self._as_it_was and not any(counts[outcome] for outcome in ("indexed", "changed", "duplicate", "gone")),
            sources=tuple(sorted({target.source.name for target in self._targets})),
            seconds=time.monotonic() - started,
            left_out=tuple(line for source, key in census.left_out() for line in _left_out(ledger, source, key)),
            broken=census.broken(),
            updated=self._updated,
            duplicates=tuple(line for source, key, _ in census.with_outcome("duplicate") for line in ledger.duplicates(source, key)),
            notes=tuple(self._notes()),
        )

    def _counts(self) -> dict[str, int]:
        """How many files had which outcome so far."""
        counts = self._census.outcomes()
        return {outcome: counts.get(outcome, 0) for outcome in OUTCOMES}

    # Turns

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One turn of this run, in which it knows what others have done."""
        if self._turns.shared:
            self._ledger.commit()  # temporary tables have transactions too, in which nothing can be taken up
        with self._turns.turn() as changed:
            if changed:
                self._refresh()
            yield

    def _refresh(self) -> None:
        """Others have changed the archive: nothing that was known of it is known any more."""
        self._unknown.clear()
        self._sources = self._known_sources()
        before, self._in_force = self._in_force, _in_force(self._sources.values(), self._ledger, self._turns)
        if any(
            corrections.hash != before.corrections[source].hash
            for source, corrections in self._in_force.corrections.items()
            if source in before.corrections
        ):
            self._earlier.append(before.corrections)
        self._settling.refresh(self._in_force.decided)

    def _known_sources(self) -> dict[str, Source]:
        """The archive's sources, those that are walked as they are here: on another machine they may be elsewhere."""
        return {source.name: source for source in (*self._ledger.sources(), *(target.source for target in self._targets))}

    def _told(self, contents: Iterable[Read], total: int, bytes_total: int) -> Iterator[Read]:
        """Contents as they come, each of them told."""
        bytes_done = 0
        for done, (entry, content) in enumerate(contents):
            self._tell(Progress("reading", done, total, bytes_done, bytes_total))
            yield entry, content
            bytes_done += entry.size
        self._tell(Progress("reading", total, total, bytes_done, bytes_total))

    def _account_in_turns(self, contents: Iterable[Read]) -> None:
        """Account for files in turns, each with what fills a batch. What is as it was needs none."""
        for entry, content in contents:
            if content is not None and content.as_it_was and self._hash_of_settled(entry.source, entry.key) == content.file_hash:
                self._gathering.done(entry.source, entry.key)
                self._census.settle(entry.source, entry.key, "unchanged")
                continue
            self._gathering.add(entry, content, self._sources[entry.source])
            if self._gathering.is_full:
                self._account_in_turn()
        if self._gathering:
            self._account_in_turn()

    def _account_in_turn(self) -> None:
        with self._turn():
            self._account_for(self._gathering.taken(self._sources))
            self._write()

    def _account_for(self, contents: Iterable[Read]) -> None:
        for entry, content in contents:
            self._census.settle(entry.source, entry.key, self._account(entry, content))
            self._write_if_full()

    # Files

    def _reconcile(self) -> None:
        """Where engine and ledger do not agree on the generation, compare them article by article."""
        if self._ledger.generation() == self._engine.generation():
            return
        surplus = self._ledger.compare((article, self._engine.get(article).content_hash) for article in self._engine.ids())
        self._leave.update(surplus)
        self._write()
        self._ledger.confirm((), self._engine.generation())

    def _correct(self) -> None:
        """Read the files whose corrections have changed, wherever they are."""
        before = self._ledger.kept.corrections()
        for source, corrections in sorted(self._in_force.corrections.items()):
            hash_, content = before.get(source, ("", b""))
            earlier = [known[source] for known in self._earlier if source in known]
            if hash_ != corrections.hash:
                earlier.append(parse(content, corrections.file))
            for old in earlier:
                for path in sorted({*old.paths(), *corrections.paths()}):
                    if old.digest(path) != corrections.digest(path):
                        self._correct_file(source, path)

    def _correct_file(self, source: str, path: str) -> None:
        known = self._ledger.find(source, path)
        if known is None or known.state not in ("indexed", "pending", "duplicate"):
            return
        # Where others write too, corrections may have changed after the run has read a file.
        done = known.version == self._version_for(source, path) if self._turns.shared else self._census.has(source, known.key)
        if not done:
            self._read_besides(source, known.key)

    def _promote(self) -> None:
        """Read files whose articles take the place of others that have left, wherever they are."""
        while waiting := self._waiting():
            for source, key in waiting:
                self._read_besides(source, key)

    def _waiting(self) -> list[tuple[str, bytes]]:
        """Some of the files with articles that wait for the index and are not in hand."""
        pending = self._ledger.pending(self._batch + len(self._enter), self._elsewhere())
        return list(dict.fromkeys((source, key) for source, key, article in pending if article not in self._enter))

    def _elsewhere(self) -> list[str]:
        """The sources whose files are not on this machine, where others write too: their articles wait for a run on one that has them."""
        return [name for name, source in self._sources.items() if not holds_something(source.path)] if self._turns.shared else []

    def _read_besides(self, source: str, key: bytes) -> None:
        """Read a file that the run was not asked for, or once more."""
        outcome = self._read(source, key)
        if self._census.add(source, key) or outcome == "failed":
            self._census.settle(source, key, outcome)
        self._write_if_full()

    def _settle(self) -> None:
        """Let the articles agree on who is who and on what is no story, and write the last batch."""
        self._note()
        self._settling.settle()
        for stored in self._stored(self._settling.concerned(self._batch)):
            if stored.id in self._enter or stored.id in self._leave:
                continue
            read = self._settling.as_read(stored)
            if read is None:
                self._ledger.wait(stored.id)  # its raw file has to say how it reads
            elif self._settling.settled(read)[0].article != stored:
                self._enter[stored.id] = read
                self._noted.add(stored.id)
                self._updated += 1
                self._write_if_full()
        self._promote()
        self._write(last=True)

    def _stored(self, ids: Iterable[str]) -> Iterator[Article]:
        """Articles as the index has them, but for those that are about to enter or to leave; some are asked for at once."""
        remaining = iter(ids)
        while some := list(islice(remaining, STORED_AT_ONCE)):
            wanted = dict.fromkeys(id for id in some if id not in self._enter and id not in self._leave)
            found = self._engine.several(list(wanted))
            for id in wanted:
                if id in found:
                    yield found[id]
                else:
                    self._ledger.wait(id)  # the index has lost it: it is read again

    def _request_for(self, entry: CensusEntry) -> Request | None:
        if entry.kind != "found":
            return None
        place = entry.source, entry.key
        known = self._ledger.file(*place)
        if known is None:
            self._unknown.add(place)
        if self._turns.shared:
            self._gathering.asked(*place, known)
        return self._request(*place, known, entry.size)

    def _request(self, source: str, key: bytes, known: FileRecord | None, size: int = 0) -> Request:
        """What has to be read of a file: nothing where it is as it was, and none of its articles waits for the index."""
        unless = known.file_hash if known is not None and self._is_settled(known) else None
        return Request(locate(self._sources[source].path, key), source, key, self._sources[source].fields, unless, size)

    def _is_settled(self, known: FileRecord) -> bool:
        return known.version == self._version_for(known.source, known.path) and known.state in ("indexed", "duplicate")

    def _hash_of_settled(self, source: str, key: bytes) -> str | None:
        """The hash that a file must have for nothing to be done; None where something is to be done anyway."""
        known = self._ledger.file(source, key)
        return known.file_hash if known is not None and self._is_settled(known) else None

    def _account(self, entry: CensusEntry, content: Content | None) -> Outcome:
        match entry.kind:
            case "found":
                return self._read(entry.source, entry.key, content)
            case "skipped":
                self._shift(self._ledger.withdraw(entry.source, entry.key, "skipped", entry.reason))
                return "skipped"
            case "unread":
                self._shift(self._ledger.keep(entry.source, entry.key, "skipped", entry.reason))
                return "skipped"
            case "lost":
                self._shift(self._ledger.withdraw(entry.source, entry.key, "gone"))
                return "gone"

    def _read(self, source: str, key: bytes, content: Content | None = None) -> Outcome:
        """Read a file, if that has not been done, and put its articles where they belong."""
        known = None if (source, key) in self._unknown else self._ledger.file(source, key)
        self._unknown.discard((source, key))
        if content is None or (content.as_it_was and known is not None and not self._is_settled(known)):
            content = take_in(self._request(source, key, known), self._extract)  # not read yet, or an article of it has come to wait since
        if content.unread:
            self._shift(self._ledger.keep(source, key, "failed", f"{content.unread} What the archive has of it stays."))
            return "failed"
        if content.as_it_was:
            return "unchanged"
        self._bytes += content.size
        version = self._version_for(source, content.path)
        same = known is not None and (known.file_hash, known.version) == (content.file_hash, version)
        try:
            enters = (same and self._take_up(source, key, content)) or self._place(source, key, content, version)
        except UnreadableFile as error:
            self._unfinished = False
            self._shift(self._ledger.withdraw(source, key, "failed", str(error)))
            return "failed"
        return _outcome(known, same=same, enters=enters)

    def _version_for(self, source: str, path: str) -> str:
        """What besides its bytes decides what is read in a file: the rules, the names of fields, and its corrections."""
        fields = json.dumps(self._sources[source].fields) if self._sources[source].fields else ""
        return "/".join(filter(None, (self._version, fields, self._in_force.corrections[source].digest(path))))

    def _take_up(self, source: str, key: bytes, content: Content) -> bool:
        """Let those articles enter that wait for the index, in a file that is as it was. Whether all of them were found."""
        waiting = {id for _, id, state in self._ledger.articles_of(source, key) if state == "pending"}
        for article in self._articles(source, key, content, []):
            if article.id in waiting:
                waiting.discard(article.id)
                self._enter[article.id] = article
                self._write_if_full()
        return not waiting

    def _place(self, source: str, key: bytes, content: Content, version: str) -> bool:
        """Put the articles of a file in the place of those it had. Whether any of them enters the index."""
        broken: list[tuple[str, str]] = []
        articles: list[Article] = []
        begun = enters = False
        for article in self._articles(source, key, content, broken):
            articles.append(article)
            if len(articles) == self._batch:
                if not begun:
                    self._ledger.begin(source, key)
                begun = self._unfinished = True
                enters |= self._hand_in(articles, self._ledger.add(source, key, self._entries(source, key, articles)))
                articles = []
                self._write_if_full()
        if not (articles or begun):
            raise UnreadableFile(f"No article could be read: {broken[0][0]}: {broken[0][1]}" if broken else "No article was found in the file.")
        entries = self._entries(source, key, articles)
        shift = self._ledger.place(source, key, size=content.size, file_hash=content.file_hash, version=version, articles=entries, broken=broken)
        self._unfinished = False
        return self._hand_in(articles, shift) or enters

    def _articles(self, source: str, key: bytes, content: Content, broken: list[tuple[str, str]]) -> Iterator[Article]:
        """The articles of a file as corrected; records from which none could be read are added to `broken`. Raises UnreadableFile."""
        corrections = self._in_force.corrections[source]
        self._repeated.pop((source, content.path), None)
        drawn = self._gathering.drawn(source, key)
        for found in drawn if drawn is not None else content.articles(self._extract, self._sources[source].fields):
            if isinstance(found, Article):
                yield apply(corrections, found)
            elif found.duplicate:
                self._repeated[source, content.path] += 1
            else:
                broken.append((found.where, found.reason))

    def _entries(self, source: str, key: bytes, articles: Sequence[Article]) -> list[Entry]:
        """The articles as the ledger keeps them, if each has an id of its own."""
        if len({article.id for article in articles}) < len(articles):
            raise UnreadableFile("internal error: two articles of the file have one id")
        for article in articles:
            if self._ledger.holder(article.id) not in (None, (source, key)):
                raise UnreadableFile(f"internal error: the id {article.id} belongs to another file")
        return [Entry(article.record, article.id, article.content_hash) for article in articles]

    def _hand_in(self, articles: Sequence[Article], shift: Shift) -> bool:
        """Let articles of a file enter the index as the ledger says. Whether any of them does."""
        self._shift(shift)
        entering = [article for article in articles if article.id in shift.enter]
        self._enter.update((article.id, article) for article in entering)
        self._letters += sum(len(article.body) for article in entering)
        self._noted -= shift.enter
        return bool(shift.enter)

    def _shift(self, shift: Shift) -> None:
        self._changes += 1
        for article in shift.leave:
            self._enter.pop(article, None)
        self._leave |= shift.leave

    def _write_if_full(self) -> None:
        if len(self._enter) - len(self._noted) >= NOTED_AT_ONCE:
            self._note_entering()  # while processes go on reading files; before a batch is written they would wait
        many = max(len(self._enter) + len(self._leave), self._changes) >= self._batch
        if many or self._bytes >= BATCH_BYTES or self._letters >= BATCH_LETTERS:
            self._write()

    def _note(self) -> None:
        """Let the archive's knowledge follow the articles that are about to enter and to leave."""
        self._settling.drop(self._leave - self._enter.keys())
        self._note_entering()

    def _note_entering(self) -> None:
        self._settling.put(article for id, article in self._enter.items() if id not in self._noted)
        self._noted.update(self._enter)

    def _write(self, *, last: bool = False) -> None:
        """End a batch: the ledger notes it, the engine commits, the ledger confirms. With the last one all articles agree."""
        self._note()
        leave = self._leave - self._enter.keys()
        if leave or self._enter:
            self._as_it_was = False
            settled = self._settling.settled(*self._enter.values())
            self._settling.keep(settled)
            self._ledger.announce()
            self._engine.delete(sorted(leave))
            self._engine.add(one.article for one in settled)
            settled = self._committed(settled)
            self._settling.forget(settled, leave)
            if last:
                self._confirm_all()
            self._ledger.confirm(self._enter, self._engine.generation())
            if not self._unfinished:
                self._turns.agree()
        else:
            if last:
                self._confirm_all()
            self._ledger.commit()
        self._enter, self._noted, self._leave = {}, set(), set()
        self._bytes = self._letters = self._changes = 0

    def _committed(self, settled: list[Settled]) -> list[Settled]:
        """Let the engine write; those articles that it has taken. Of the others the ledger says why they are not in the archive."""
        try:
            self._engine.commit(self._processes)
        except DocumentsRefused as refused:
            for id, reason in sorted(refused.reasons.items()):
                del self._enter[id]
                self._shift(self._ledger.refuse(id, f"The cluster does not take it: {reason}"))
            self._settling.drop(refused.reasons)
            # What was refused may be in the index as it was before, and another of the same text waits for its place: the next batch sees to both.
            self._engine.delete(sorted(refused.reasons))
            self._engine.commit(self._processes)
            return [one for one in settled if one.article.id not in refused.reasons]
        return settled

    def _confirm_all(self) -> None:
        """All articles are as the corrections and all other articles want them."""
        self._settling.confirm()
        for source, corrections in self._in_force.corrections.items():
            self._ledger.kept.keep_corrections(source, corrections.hash, corrections.content)
        take_up(self._in_force, self._ledger)

    def _notes(self) -> Iterator[str]:
        """What is said of records that a file has twice, and of corrections of files that are not there."""
        for (source, path), number in sorted(self._repeated.items()):
            yield f"{source}/{path}: {number:,} of its records stand in it word for word more than once, and are one article each."
        for source, corrections in sorted(self._in_force.corrections.items()):
            for path in sorted(corrections.paths()):
                known = self._ledger.find(source, path)
                records = self._ledger.articles_of(source, known.key) if known is not None else []
                yield from corrections.unmatched(path, (record for record, _, _ in records))


def _outcome(known: FileRecord | None, *, same: bool, enters: bool) -> Outcome:
    """What became of a file from which articles were read."""
    # A file with a problem that still has the hash of its last reading could not be read, and kept what it had.
    had = known is not None and (known.state == "indexed" or (known.state in ("failed", "skipped") and known.file_hash is not None))
    if same and had:
        return "unchanged"
    if not enters:
        return "duplicate"
    return "changed" if had else "indexed"


def _left_out(ledger: Ledger, source: str, key: bytes) -> Iterator[LeftOut]:
    """Why a file is not in the archive, or which of its records are not."""
    record = ledger.file(source, key)
    if record is not None and record.state in ("skipped", "failed"):
        yield LeftOut(source, shown(key), "failed" if record.state == "failed" else "skipped", record.reason or "")
    for where, reason in ledger.broken(source, key):
        yield LeftOut(source, shown(key), "broken", f"{where}: {reason}")


def _silent(_: Progress) -> None:
    pass
