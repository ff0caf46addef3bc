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

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

from search import extraction
from search.article import Article
from search.engines.base import Engine
from search.errors import TooManyRemoved, UnreadableFile
from search.ledger import FileRecord, Ledger, Shift
from search.ledger.census import Census, CensusEntry
from search.origin import Target, resolve
from search.report import OUTCOMES, IndexReport, LeftOut, Outcome, Progress
from search.sources import RawDocument, locate, read, shown

__all__ = ["BATCH", "IndexReport", "Progress", "check_rebuilt", "index"]

BATCH = 2000
"""Articles between two commits. A commit costs some tenths of a second, an article about a millisecond, so that larger batches gain little; a
batch of articles takes some 40 MB of memory, and is what is done again after a kill."""

BATCH_BYTES = 100_000_000
"""Raw bytes between two commits, for archives of very long articles."""

Extract = Callable[[RawDocument], Sequence[Article]]
"""Reads the articles of a raw document, in the order of their record keys. Raises UnreadableFile."""

_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())  # who wants to see the traceback sets up logging; nobody else gets one on the terminal


def index(
    engine: Engine,
    ledger: Ledger,
    paths: Iterable[Path],
    *,
    source: str | None = None,
    allow_removal: bool = False,
    progress: Callable[[Progress], None] | None = None,
    extract: Extract = extraction.extract,
    version: str = extraction.VERSION,
    batch: int = BATCH,
) -> IndexReport:
    """Bring an engine and its ledger up to date with files and folders. `source` is the name for a new source.

    Files are always compared by their bytes, never by size and time alone: copying and unpacking keep times, and an edit within one tick of the
    clock keeps them too. Raises SourceError or UsageError for paths that cannot be taken, TooManyRemoved unless `allow_removal`: then
    nothing was changed. Whatever else it raises (EngineError, ArchiveError), the next run finishes the work.
    """
    started = time.monotonic()
    tell = progress or _silent
    targets = resolve(paths, ledger.sources(), source)
    census = Census(ledger.database)
    census.take(targets, lambda found: tell(Progress("finding", found)))
    if not allow_removal:
        census.check_removal()
    number = ledger.start_run()
    run = _Run(engine, ledger, census, extract=extract, version=version, batch=batch, tell=tell)
    try:
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


class _Run:
    """One run: what is to enter the engine and to leave it with the next batch."""

    def __init__(
        self, engine: Engine, ledger: Ledger, census: Census, *, extract: Extract, version: str, batch: int, tell: Callable[[Progress], None]
    ) -> None:
        self._engine = engine
        self._ledger = ledger
        self._census = census
        self._extract = extract
        self._version = version
        self._batch = batch
        self._tell = tell
        self._roots: dict[str, Path] = {}
        self._enter: dict[str, Article] = {}
        self._leave: set[str] = set()
        self._bytes = 0
        self._changes = 0
        self._as_it_was = True

    def carry_out(self, targets: Iterable[Target]) -> None:
        for target in targets:
            self._ledger.add_source(target.source.name, target.source.path)
        self._roots = {source.name: source.path for source in self._ledger.sources()}
        self._reconcile()
        total, bytes_total = self._census.size()
        bytes_done = 0
        for done, entry in enumerate(self._census.entries()):
            self._tell(Progress("reading", done, total, bytes_done, bytes_total))
            self._census.settle(entry.source, entry.key, self._account(entry))
            bytes_done += entry.size
            if len(self._enter) + len(self._leave) >= self._batch or self._changes >= self._batch or self._bytes >= BATCH_BYTES:
                self._write()
        self._write()
        self._tell(Progress("reading", total, total, bytes_done, bytes_total))
        self._promote()

    def report(self, targets: Sequence[Target], started: float) -> IndexReport:
        census, ledger = self._census, self._ledger
        counts = census.outcomes()
        problems = census.with_outcome("skipped", "failed")
        return IndexReport(
            files=census.size()[0],
            **{outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
            passed_over=census.passed_over,
            articles=self._engine.count(),
            nothing_changed=self._as_it_was and not any(counts.get(outcome) for outcome in ("indexed", "changed", "duplicate", "gone")),
            sources=tuple(sorted({target.source.name for target in targets})),
            seconds=time.monotonic() - started,
            left_out=tuple(_left_out(record) for source, key, _ in problems if (record := ledger.file(source, key))),
            duplicates=tuple(line for source, key, _ in census.with_outcome("duplicate") for line in ledger.duplicates(source, key)),
        )

    def _reconcile(self) -> None:
        """Where engine and ledger do not agree on the generation, compare them article by article."""
        if self._ledger.generation() == self._engine.generation():
            return
        surplus = self._ledger.compare((article, self._engine.get(article).content_hash) for article in self._engine.ids())
        self._leave.update(surplus)
        self._write()
        self._ledger.confirm((), self._engine.generation())

    def _promote(self) -> None:
        """Read files whose articles take the place of others that have left, wherever they are."""
        while waiting := self._ledger.pending(self._batch):
            for source, key in waiting:
                outcome = self._read(source, key)
                if self._census.add(source, key) or outcome == "failed":
                    self._census.settle(source, key, outcome)
            self._write()

    def _account(self, entry: CensusEntry) -> Outcome:
        match entry.kind:
            case "found":
                return self._read(entry.source, entry.key)
            case "skipped":
                self._shift(self._ledger.withdraw(entry.source, entry.key, "skipped", entry.reason))
                return "skipped"
            case "unread":
                self._shift(self._ledger.keep(entry.source, entry.key, "skipped", entry.reason))
                return "skipped"
            case "lost":
                self._shift(self._ledger.withdraw(entry.source, entry.key, "gone"))
                return "gone"

    def _read(self, source: str, key: bytes) -> Outcome:
        """Read a file and put its articles where they belong."""
        known = self._ledger.file(source, key)
        try:
            document = read(locate(self._roots[source], key), source=source, key=key)
        except UnreadableFile as error:
            self._shift(self._ledger.keep(source, key, "failed", f"{error} What the archive has of it stays."))
            return "failed"
        file_hash = hashlib.sha256(document.data).hexdigest()
        same = known is not None and (known.file_hash, known.version) == (file_hash, self._version)
        if same and known is not None and known.state in ("indexed", "duplicate"):
            return "unchanged"
        try:
            articles = self._checked(document, self._extract(document))
        except UnreadableFile as error:
            return self._failed(document, str(error))
        except Exception as error:  # noqa: BLE001 - a mistake in a rule must cost one file, not the run
            _log.exception("Extraction failed on %s in %s", document.path, source)
            return self._failed(document, f"internal error: {type(error).__name__}: {error}")
        self._bytes += len(document.data)
        contents = [(article.id, article.content_hash) for article in articles]
        shift = self._ledger.place(source, key, size=len(document.data), file_hash=file_hash, version=self._version, articles=contents)
        self._shift(shift)
        self._enter.update((article.id, article) for article in articles if article.id in shift.enter)
        return _outcome(known, same=same, enters=bool(shift.enter))

    def _failed(self, document: RawDocument, reason: str) -> Literal["failed"]:
        self._shift(self._ledger.withdraw(document.source, document.key, "failed", reason))
        return "failed"

    def _checked(self, document: RawDocument, articles: Sequence[Article]) -> Sequence[Article]:
        """The articles, if there are any and each has an id of its own."""
        if not articles:
            raise UnreadableFile("No article was found in the file.")
        if len({article.id for article in articles}) < len(articles):
            raise ValueError("two articles of the file have one id")
        for article in articles:
            if self._ledger.holder(article.id) not in (None, (document.source, document.key)):
                raise ValueError(f"the id {article.id} belongs to another file")
        return articles

    def _shift(self, shift: Shift) -> None:
        self._changes += 1
        for article in shift.leave:
            self._enter.pop(article, None)
        self._leave |= shift.leave

    def _write(self) -> None:
        """End a batch: the ledger notes it, the engine commits, the ledger confirms."""
        leave = self._leave - self._enter.keys()
        if leave or self._enter:
            self._as_it_was = False
            self._ledger.announce()
            self._engine.delete(sorted(leave))
            self._engine.add(self._enter.values())
            self._engine.commit()
            self._ledger.confirm(self._enter, self._engine.generation())
        else:
            self._ledger.commit()
        self._enter, self._leave, self._bytes, self._changes = {}, set(), 0, 0


def _outcome(known: FileRecord | None, *, same: bool, enters: bool) -> Outcome:
    """What became of a file from which articles were read."""
    # A file with a problem that still has the hash of its last reading could not be read, and kept what it had.
    had = known is not None and (known.state == "indexed" or (known.state in ("failed", "skipped") and known.file_hash is not None))
    if same and had:
        return "unchanged"
    if not enters:
        return "duplicate"
    return "changed" if had else "indexed"


def _left_out(record: FileRecord) -> LeftOut:
    outcome: Literal["skipped", "failed"] = "failed" if record.state == "failed" else "skipped"
    return LeftOut(record.source, shown(record.key), outcome, record.reason or "")


def _silent(_: Progress) -> None:
    pass
