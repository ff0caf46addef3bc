"""How is an archive built anew? From the raw files of all sources that it remembers, beside the old one, which it then replaces at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from search.engines import open_engine, require
from search.errors import ArchiveError, NotAnArchive, SourceMissing
from search.folder import LEDGER, is_there, new_data, no_archive, remembered, sweep, write_marker, writing
from search.indexer import check_rebuilt, index
from search.ledger import Ledger
from search.report import IndexReport, Progress


def rebuild(
    folder: Path,
    *,
    engine: str | None = None,
    allow_removal: bool = False,
    workers: int | None = 1,
    progress: Callable[[Progress], None] | None = None,
) -> IndexReport:
    """Build the archive in a folder anew, with another engine where one is named. What is kept and what is raised: `Archive.rebuild`."""
    if not folder.is_dir():
        raise NotAnArchive(no_archive(folder))
    with writing(folder):
        marker = remembered(folder)
        chosen = engine or marker["engine"]
        require(chosen)
        sources = {source.name: source for source in marker["sources"]}
        lost = [name for name, source in sources.items() if not is_there(source.path)]
        if lost and not allow_removal:
            raise SourceMissing(
                f"The folder of the source “{lost[0]}”, {sources[lost[0]].path}, is not there. Mount it; or if it has moved, run dateline index "
                f"NEW_FOLDER --source {lost[0]}; or go on without its articles: --allow-removal"
            )
        if len(lost) == len(sources):
            raise SourceMissing(
                f"None of the sources of the archive in {folder} is there: nothing can be read. Mount their disk, or delete {folder}."
            )
        data = new_data(folder, chosen)
        try:
            with open_engine(chosen, folder / data / "index") as new, Ledger.open(folder / data / LEDGER) as ledger:
                for name, source in sources.items():
                    if name not in lost:
                        ledger.add_source(source)
                there = [source.path for name, source in sources.items() if name not in lost]
                report = index(new, ledger, there, workers=workers, progress=progress)
                if not allow_removal and (folder / marker["data"] / LEDGER).is_file():
                    with suppress(ArchiveError), Ledger.open(folder / marker["data"] / LEDGER) as old:
                        check_rebuilt(old, ledger)
                kept = ledger.sources()
        except BaseException:
            shutil.rmtree(folder / data, ignore_errors=True)
            raise
        write_marker(folder, {"engine": chosen, "data": data, "sources": kept})
        sweep(folder, data)
    return report
