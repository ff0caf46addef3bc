"""How does an archive move to another engine, or to another place? Its articles are copied as they are stored; no raw file is read.

The copy grows beside the old one, or in the other place. When all is written it is opened as the next reader will open it and compared with the
original, article by article; only then does it become the archive's. Readers see the old state or the new one, and whatever ends the work before
leaves the old. An archive that is copied to another place stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

from search.article import Article
from search.engines import ENGINES
from search.engines.base import BATCH, BATCH_LETTERS, Count, View
from search.errors import ArchiveError, NotAnArchive, UsageError
from search.homes import CLUSTER_ENGINE, Fresh, Home
from search.ledger import Ledger
from search.query.tree import Everything
from search.report import ConversionReport, Progress
from search.wording import count

__all__ = ["Checksum", "convert"]

_TOLD_EVERY = 2000  # articles that are compared

LEFT = "The archive was left as it was. Please report it, with the names of both engines; a new archive can be built from the raw files."
"""What is said where an engine does not give back what it was given."""


class Checksum:
    """One number for all articles of an archive, whatever its engine and their order there.

    Of each article the SHA-256 of its record as JSON (keys sorted, no spaces, ASCII with escapes) is taken in hexadecimal; the checksum is the
    SHA-256 of the lines "ID HASH", sorted, each with its line feed.
    """

    def __init__(self) -> None:
        self._lines: list[bytes] = []

    def add(self, article: Article) -> None:
        """Take up an article. About 150 bytes of memory each."""
        record = json.dumps(article.to_dict(), sort_keys=True, separators=(",", ":"))
        self._lines.append(f"{article.id} {hashlib.sha256(record.encode()).hexdigest()}\n".encode())

    def value(self) -> str:
        """That of the articles so far, in hexadecimal."""
        return hashlib.sha256(b"".join(sorted(self._lines))).hexdigest()


def convert(home: Home, engine: str, progress: Callable[[Progress], None] | None = None, *, to: Home | None = None) -> ConversionReport:
    """Move the archive of a home to an engine, where it is or as a copy `to` another home; in its place one that it has already is left as it is.

    Nobody can write to the archive meanwhile. Raises UsageError for an engine that does not exist or keeps no archives there, EngineMissing,
    NotAnArchive also where the other home is taken, OutdatedArchive, DamagedArchive, ArchiveBusy, and ArchiveError where there is no room, a part
    of the archive does not answer or the copy is not what was copied. Then the archive is as it was, and in the other home there is none.
    """
    started = time.monotonic()
    if to is None:
        _check_place(home, engine)
    target = to or home
    target.check_engine(engine)
    if to is not None and to.exists():  # first of all, and also where it is the same archive
        raise NotAnArchive(f"There is an archive in {to.name} already: name another place.")
    with home.writing("convert"), home.advising():
        marker = home.marker()
        with home.engine(marker) as old:
            view = old.view()
            if to is None and marker.engine == engine:
                return ConversionReport(home.name, engine, engine, _number(view), time.monotonic() - started)
            target.check_room(engine, *home.volume(marker))
            with home.fresh(engine) if to is None else to.founding(engine) as fresh, home.ledger(marker) as ledger:
                articles, checksum = _copy(view, ledger, fresh, progress or _silent)
                fresh.take_over()
    return ConversionReport(home.name, engine, marker.engine, articles, time.monotonic() - started, to.name if to else None, checksum)


def _check_place(home: Home, engine: str) -> None:
    """Raise UsageError where archives of an engine are kept elsewhere than this one is."""
    on_cluster = home.default_engine == CLUSTER_ENGINE
    if (engine == CLUSTER_ENGINE) != on_cluster and (on_cluster is False or engine in ENGINES):
        kept, where = ("in folders", "FOLDER") if on_cluster else ("on a cluster", "https://HOST:9200/NAME")
        raise UsageError(f"The engine {engine} keeps archives {kept}: say where the new one shall be, with --to {where}")


def _copy(view: View, ledger: Ledger, fresh: Fresh, tell: Callable[[Progress], None]) -> tuple[int, str]:
    """Copy articles and ledger, and compare. How many articles there are, and their checksum."""
    total = _number(view)
    done = 0
    tell(Progress("copying", done, total))
    for batch in _batches(view.scan(Everything(), "oldest")):
        fresh.engine.add(batch)
        fresh.engine.commit()
        done += len(batch)
        tell(Progress("copying", done, total))
    fresh.reopen()
    fresh.copy_ledger(ledger)
    checksum = _compare(view, fresh.engine.view(), total, tell)
    if ledger.generation() == view.generation:
        fresh.ledger.confirm((), fresh.engine.generation())  # they agree as before: the next run has nothing to reconcile
    else:
        fresh.ledger.announce()  # a run was killed: the next one finishes its work
    return total, checksum


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Articles in lists that fit into memory."""
    batch: list[Article] = []
    letters = 0
    for article in articles:
        batch.append(article)
        letters += len(article.body)
        if len(batch) == BATCH or letters >= BATCH_LETTERS:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


def _compare(old: View, new: View, total: int, tell: Callable[[Progress], None]) -> str:
    """The checksum of both. Raises ArchiveError unless they have the same articles; in the same order, because that of the contract is total."""
    there = _number(new)
    _check(old, new)
    if there != total:
        raise ArchiveError(f"The copy has {count(there, 'article')} and the archive {total:,}. {LEFT}")
    sums = Checksum(), Checksum()
    pairs = zip_longest(old.scan(Everything(), "oldest"), new.scan(Everything(), "oldest"))
    for done, (article, copy) in enumerate(pairs):
        if done % _TOLD_EVERY == 0:
            tell(Progress("comparing", done, total))
        if article is None or article != copy:
            one = article or copy
            which = f"{one.source}/{one.path} ({one.id})" if one else ""
            raise ArchiveError(f"The article {which} is not the same in the copy. {LEFT}")
        sums[0].add(article)
        sums[1].add(copy)
    tell(Progress("comparing", total, total))
    _check(old, new)
    before, after = (one.value() for one in sums)
    if before != after:
        raise ArchiveError(f"The articles of the copy have another checksum than those of the archive. {LEFT}")
    return after


def _check(*views: View) -> None:
    """Raise ArchiveError where something may be missing in what was read."""
    if not all(view.complete for view in views):
        raise ArchiveError("Parts of the archive did not answer while it was copied. It was left as it was: run this again when all of them do.")


def _number(view: View) -> int:
    return view.count(Count(Everything()))[0]


def _silent(_: Progress) -> None:
    pass
