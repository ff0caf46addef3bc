"""Runs the line in: raw files become articles in the engine, and the ledger says what became of each ─▶ IndexReport.

A run first finds all files and compares them with those the ledger knows, then reads them one by one and writes in batches. Each batch takes three
steps: the ledger notes what is about to change, with new articles as `pending`; the engine commits; the ledger confirms. The ledger thus never
says `indexed` of what the engine has not committed, and a run killed anywhere leaves articles that are pending or a generation that is not
confirmed, by which the next run sees what to finish.

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
from dataclasses import replace
from pathlib import Path

from search import extraction
from search.article import Article
from search.collecting import collecting_seldom
from search.corrections import Corrections, apply, parse
from search.engines.base import BATCH, BATCH_LETTERS, Engine
from search.errors import TooManyRemoved, UnreadableFile
from search.intake import Content, Extract, Request, each, processes_for, take_in
from search.ledger import Entry, FileRecord, Ledger, Shift
from search.ledger.census import Census, CensusEntry
from search.origin import Source, Target, resolve
from search.report import OUTCOMES, IndexReport, LeftOut, Outcome, Progress
from search.settling import Settling, in_force
from search.sources import locate, read, shown

__all__ = ["IndexReport", "Progress", "check_rebuilt", "index"]

BATCH_BYTES = 100_000_000
"""Raw bytes between two commits, for archives of very long files."""

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
    known = ledger.sources()
    targets = _with_fields(resolve(paths, known, source) if (paths := list(paths)) else (), known, fields)
    corrections, decided = in_force({s.name: s for s in (*known, *(target.source for target in targets))}.values(), ledger)
    census = Census(ledger.database)
    census.take(targets, lambda found: tell(Progress("finding", found)))
    if not allow_removal:
        census.check_removal()
    number = ledger.start_run()
    settling = Settling(ledger, decided)
    run = _Run(engine, ledger, census, settling, corrections, extract=extract, version=version, batch=batch, workers=workers, tell=tell)
    try:
        with collecting_seldom():
            run.carry_out(targets)
        report = run.report(targets, started)
        ledger.finish_run(number, report.counts)
    except BaseException:
        ledger.rollback()
        engine.rollback()
        raise
    return report


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


class _Run:
    """One run: what is to enter the engine and to leave it with the next batch."""

    def __init__(
        self,
        engine: Engine,
        ledger: Ledger,
        census: Census,
        settling: Settling,
        corrections: Mapping[str, Corrections],
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
        self._settling = settling
        self._corrections = corrections
        self._extract = extract
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
        self._repeated: Counter[tuple[str, str]] = Counter()

    def carry_out(self, targets: Iterable[Target]) -> None:
        for target in targets:
            self._ledger.add_source(target.source)
        self._sources = {source.name: source for source in self._ledger.sources()}
        self._reconcile()
        total, bytes_total = self._census.size()
        bytes_done = 0
        self._processes = processes_for(total, self._workers)
        contents = each(self._census.entries(), self._request_for, self._extract, self._processes)
        for done, (entry, content) in enumerate(contents):
            self._tell(Progress("reading", done, total, bytes_done, bytes_total))
            self._census.settle(entry.source, entry.key, self._account(entry, content))
            bytes_done += entry.size
            self._write_if_full()
        self._tell(Progress("reading", total, total, bytes_done, bytes_total))
        self._correct()
        self._promote()
        self._settle()

    def report(self, targets: Sequence[Target], started: float) -> IndexReport:
        census, ledger = self._census, self._ledger
        counts = census.outcomes()
        return IndexReport(
            files=census.size()[0],
            **{outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
            passed_over=census.passed_over,
            articles=self._engine.count(),
            nothing_changed=self._as_it_was and not any(counts.get(outcome) for outcome in ("indexed", "changed", "duplicate", "gone")),
            sources=tuple(sorted({target.source.name for target in targets})),
            seconds=time.monotonic() - started,
            left_out=tuple(line for source, key in census.left_out() for line in _left_out(ledger, source, key)),
            broken=census.broken(),
            updated=self._updated,
            duplicates=tuple(line for source, key, _ in census.with_outcome("duplicate") for line in ledger.duplicates(source, key)),
            notes=tuple(self._notes()),
        )

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
        for source, corrections in sorted(self._corrections.items()):
            hash_, content = before.get(source, ("", b""))
            if hash_ == corrections.hash:
                continue
            old = parse(content, corrections.file)
            for path in sorted({*old.paths(), *corrections.paths()}):
                known = self._ledger.find(source, path)
                if known is None or known.state not in ("indexed", "pending", "duplicate") or self._census.has(source, known.key):
                    continue
                if old.digest(path) != corrections.digest(path):
                    self._read_besides(source, known.key)

    def _promote(self) -> None:
        """Read files whose articles take the place of others that have left, wherever they are."""
        while waiting := self._waiting():
            for source, key in waiting:
                self._read_besides(source, key)

    def _waiting(self) -> list[tuple[str, bytes]]:
        """Some of the files with articles that wait for the index and are not in hand."""
        pending = self._ledger.pending(self._batch + len(self._enter))
        return list(dict.fromkeys((source, key) for source, key, article in pending if article not in self._enter))

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
        for article in self._settling.concerned(self._batch):
            if article in self._enter or article in self._leave:
                continue
            stored = self._engine.get(article)
            read = self._settling.as_read(stored)
            if read is None:
                self._ledger.wait(article)  # its raw file has to say how it reads
            elif self._settling.settled(read)[0].article != stored:
                self._enter[article] = read
                self._noted.add(article)
                self._updated += 1
                self._write_if_full()
        self._promote()
        self._write(last=True)

    def _request_for(self, entry: CensusEntry) -> Request | None:
        return self._request(entry.source, entry.key, entry.size) if entry.kind == "found" else None

    def _request(self, source: str, key: bytes, size: int = 0) -> Request:
        """What has to be read of a file: nothing where it is as it was, and none of its articles waits for the index."""
        known = self._ledger.file(source, key)
        if known is None:
            self._unknown.add((source, key))
        settled = known is not None and known.version == self._version_for(source, shown(key)) and known.state in ("indexed", "duplicate")
        unless = known.file_hash if known is not None and settled else None
        return Request(locate(self._sources[source].path, key), source, key, self._sources[source].fields, unless, size)

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
        if content is None or (content.as_it_was and known is not None and known.state == "pending"):
            content = take_in(self._request(source, key), self._extract)  # not read yet, or an article of it has come to wait since
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
            self._shift(self._ledger.withdraw(source, key, "failed", str(error)))
            return "failed"
        return _outcome(known, same=same, enters=enters)

    def _version_for(self, source: str, path: str) -> str:
        """What besides its bytes decides what is read in a file: the rules, the names of fields, and its corrections."""
        fields = json.dumps(self._sources[source].fields) if self._sources[source].fields else ""
        return "/".join(filter(None, (self._version, fields, self._corrections[source].digest(path))))

    def _take_up(self, source: str, key: bytes, content: Content) -> bool:
        """Let those articles enter that wait for the index, in a file that is as it was. Whether all of them were found."""
        waiting = {id for _, id, state in self._ledger.articles_of(source, key) if state == "pending"}
        for article in self._articles(source, content, []):
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
        for article in self._articles(source, content, broken):
            articles.append(article)
            if len(articles) == self._batch:
                if not begun:
                    self._ledger.begin(source, key)
                begun = True
                enters |= self._hand_in(articles, self._ledger.add(source, key, self._entries(source, key, articles)))
                articles = []
                self._write_if_full()
        if not (articles or begun):
            raise UnreadableFile(f"No article could be read: {broken[0][0]}: {broken[0][1]}" if broken else "No article was found in the file.")
        entries = self._entries(source, key, articles)
        shift = self._ledger.place(source, key, size=content.size, file_hash=content.file_hash, version=version, articles=entries, broken=broken)
        return self._hand_in(articles, shift) or enters

    def _articles(self, source: str, content: Content, broken: list[tuple[str, str]]) -> Iterator[Article]:
        """The articles of a file as corrected; records from which none could be read are added to `broken`. Raises UnreadableFile."""
        corrections = self._corrections[source]
        self._repeated.pop((source, content.path), None)
        for found in content.articles(self._extract, self._sources[source].fields):
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
            self._engine.commit(self._processes)
            self._settling.forget(settled, leave)
            if last:
                self._confirm_all()
            self._ledger.confirm(self._enter, self._engine.generation())
        else:
            if last:
                self._confirm_all()
            self._ledger.commit()
        self._enter, self._noted, self._leave = {}, set(), set()
        self._bytes = self._letters = self._changes = 0

    def _confirm_all(self) -> None:
        """All articles are as the corrections and all other articles want them."""
        self._settling.confirm()
        for source, corrections in self._corrections.items():
            self._ledger.kept.keep_corrections(source, corrections.hash, corrections.content)

    def _notes(self) -> Iterator[str]:
        """What is said of records that a file has twice, and of corrections of files that are not there."""
        for (source, path), number in sorted(self._repeated.items()):
            yield f"{source}/{path}: {number:,} of its records stand in it word for word more than once, and are one article each."
        for source, corrections in sorted(self._corrections.items()):
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
