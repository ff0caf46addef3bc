"""How is an archive built anew? From the raw files of all sources that it remembers, beside the old one, which it then replaces at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from search.errors import ArchiveError, SourceMissing
from search.homes import Home
from search.indexer import check_rebuilt, index
from search.report import IndexReport, Progress


def rebuild(
    home: Home,
    *,
    engine: str | None = None,
    allow_removal: bool = False,
    workers: int | None = 1,
    progress: Callable[[Progress], None] | None = None,
) -> IndexReport:
    """Build the archive of a home anew, with another engine where one is named. What is kept and what is raised: `Archive.rebuild`."""
    with home.writing("rebuild"):
        marker = home.remembered()
        chosen = engine or marker.engine
        home.check_engine(chosen)
        there = [source for source in marker.sources if source.is_there()]
        lost = [source for source in marker.sources if source not in there]
        if lost and not allow_removal:
            raise SourceMissing(
                f"The folder of the source “{lost[0].name}”, {lost[0].path}, is not there. Mount it; or if it has moved, run dateline index "
                f"NEW_FOLDER --source {lost[0].name}; or go on without its articles: --allow-removal"
            )
        if not there:
            raise SourceMissing(
                f"None of the sources of the archive in {home.name} is there: nothing can be read. Mount their disk, or delete {home.name}."
            )
        with home.fresh(chosen) as fresh:
            for source in there:
                fresh.ledger.add_source(source)
            report = index(fresh.engine, fresh.ledger, [source.path for source in there], workers=workers, progress=progress)
            if not allow_removal:
                with suppress(ArchiveError), home.ledger(marker) as old:
                    check_rebuilt(old, fresh.ledger)
            fresh.take_over()
    return report
