"""How does an archive move to another engine? Its articles are copied from the old engine, as they are stored; no raw file is read.

The copy grows beside the old one. When all is written it is opened as the next reader will open it and compared with the old one, article by
article; only then does it become the archive's. Readers see the old state or the new one, and whatever ends the work before leaves the old.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

from search.article import Article
from search.engines.base import BATCH, BATCH_LETTERS, Count, View
from search.errors import ArchiveError
from search.homes import Fresh, Home
from search.ledger import Ledger
from search.query.tree import Everything
from search.report import ConversionReport, Progress
from search.wording import count

__all__ = ["convert"]

_TOLD_EVERY = 2000  # articles that are compared

LEFT = "The archive was left as it was. Please report it, with the names of both engines; a new archive can be built from the raw files."
"""What is said where an engine does not give back what it was given."""


def convert(home: Home, engine: str, progress: Callable[[Progress], None] | None = None) -> ConversionReport:
    """Move the archive of a home to an engine; one that it has already is left as it is.

    Nobody can write to the archive meanwhile. Raises UsageError for an engine that does not exist, EngineMissing, NotAnArchive, OutdatedArchive,
    DamagedArchive, ArchiveBusy, and ArchiveError where the disk has no room or the copy is not what was copied. Then the archive is as it was.
    """
    started = time.monotonic()
    home.check_engine(engine)
    with home.writing("convert"), home.advising():
        marker = home.marker()
        with home.engine(marker) as old:
            view = old.view()
            if marker.engine == engine:
                return ConversionReport(home.name, engine, engine, _number(view), time.monotonic() - started)
            home.check_room(engine, *home.volume(marker))
            with home.fresh(engine) as fresh, home.ledger(marker) as ledger:
                articles = _copy(view, ledger, fresh, progress or _silent)
                fresh.take_over()
    return ConversionReport(home.name, engine, marker.engine, articles, time.monotonic() - started)


def _copy(view: View, ledger: Ledger, fresh: Fresh, tell: Callable[[Progress], None]) -> int:
    """Copy articles and ledger, and compare. How many articles there are."""
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
    _compare(view, fresh.engine.view(), total, tell)
    if ledger.generation() == view.generation:
        fresh.ledger.confirm((), fresh.engine.generation())  # they agree as before: the next run has nothing to reconcile
    else:
        fresh.ledger.announce()  # a run was killed: the next one finishes its work
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


def _number(view: View) -> int:
    return view.count(Count(Everything()))[0]


def _silent(_: Progress) -> None:
    pass
