"""How does an archive move to another engine? Its articles are copied from the old engine, as they are stored; no raw file is read.

The copy grows in a data folder of its own. When all is written it is opened as the next reader will open it and compared with the old one, article
by article; only then does `archive.json` point to it. Readers see the old state or the new one, and whatever ends the work before leaves the old.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from search.article import Article
from search.engines import ENGINES, open_engine, require
from search.engines.base import BATCH, BATCH_LETTERS, Count, View
from search.errors import ArchiveError
from search.folder import LEDGER, advising, data_name, occupied, read_marker, sweep, write_marker, writing
from search.ledger import Ledger
from search.query.tree import Everything
from search.report import ConversionReport, Progress
from search.wording import count, size

__all__ = ["convert"]

_TOLD_EVERY = 2000  # articles that are compared

LEFT = "The archive was left as it was. Please report it, with the names of both engines; a new archive can be built from the raw files."
"""What is said where an engine does not give back what it was given."""


def convert(folder: Path, engine: str, progress: Callable[[Progress], None] | None = None) -> ConversionReport:
    """Move the archive in a folder to an engine; one that it has already is left as it is.

    Nobody can write to the archive meanwhile. Raises UsageError for an engine that does not exist, EngineMissing, NotAnArchive, OutdatedArchive,
    DamagedArchive, ArchiveBusy, and ArchiveError where the disk has no room or the copy is not what was copied. Then the archive is as it was.
    """
    started = time.monotonic()
    require(engine)
    read_marker(folder)  # first without the lock, whose file must not be left in a folder that is no archive
    with writing(folder), advising(folder):
        marker = read_marker(folder)
        before: str = marker["engine"]
        sweep(folder, marker["data"])
        with open_engine(before, folder / marker["data"] / "index") as old:
            view = old.view()
            if before == engine:
                return ConversionReport(str(folder), engine, before, _number(view), time.monotonic() - started)
            _check_room(folder / marker["data"], ENGINES[engine].relative_size / ENGINES[before].relative_size)
            data = data_name()
            try:
                articles = _copy(view, folder / marker["data"], engine, folder / data, progress or _silent)
            except BaseException:
                shutil.rmtree(folder / data, ignore_errors=True)
                raise
        write_marker(folder, {**marker, "engine": engine, "data": data})
        sweep(folder, data)
    return ConversionReport(str(folder), engine, before, articles, time.monotonic() - started)


def _copy(view: View, source: Path, engine: str, target: Path, tell: Callable[[Progress], None]) -> int:
    """Copy engine and ledger from one data folder to another, and compare. How many articles there are."""
    total = _number(view)
    with open_engine(engine, target / "index", create=True) as new:
        done = 0
        tell(Progress("copying", done, total))
        for batch in _batches(view.scan(Everything(), "oldest")):
            new.add(batch)
            new.commit()
            done += len(batch)
            tell(Progress("copying", done, total))
    with open_engine(engine, target / "index") as new, Ledger.open(source / LEDGER) as ledger, ledger.copy(target / LEDGER) as copied:
        _compare(view, new.view(), total, tell)
        if ledger.generation() == view.generation:
            copied.confirm((), new.generation())  # they agree as before: the next run has nothing to reconcile
        else:
            copied.announce()  # a run was killed: the next one finishes its work
    return total


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


def _compare(old: View, new: View, total: int, tell: Callable[[Progress], None]) -> None:
    """Raise ArchiveError unless both have the same articles. Their order is the same, because that of the contract is total."""
    there = _number(new)
    if there != total:
        raise ArchiveError(f"The copy has {count(there, 'article')} and the archive {total:,}. {LEFT}")
    pairs = zip_longest(old.scan(Everything(), "oldest"), new.scan(Everything(), "oldest"))
    for done, (article, copy) in enumerate(pairs):
        if done % _TOLD_EVERY == 0:
            tell(Progress("comparing", done, total))
        if article != copy:
            one = article or copy
            which = f"{one.source}/{one.path} ({one.id})" if one else ""
            raise ArchiveError(f"The article {which} is not the same in the copy. {LEFT}")
    tell(Progress("comparing", total, total))


def _check_room(data: Path, growth: float) -> None:
    """Raise ArchiveError where the copy of a data folder, its index larger by a factor, would hardly fit on the disk."""
    needed, free = occupied(data / "index") * growth + occupied(data / LEDGER), shutil.disk_usage(data).free
    if free < needed:
        raise ArchiveError(
            f"The disk of {data.parent} has {size(free)} free, and the copy takes about {size(needed)} beside the archive until it is complete. Make "
            "room, then run this again."
        )


def _number(view: View) -> int:
    return view.count(Count(Everything()))[0]


def _silent(_: Progress) -> None:
    pass
