"""What is in an archive, and how does it get there? `index` and `status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.cli.options import Words, index_option, json_option
from search.cli.output import print_json, printable
from search.cli.progress import progress
from search.cli.words import count, size

if TYPE_CHECKING:
    from search.archive import Status
    from search.indexer import IndexReport

COMPLETE, LEFT_OUT = 0, 1


@click.command(
    "index",
    epilog="""\b
Examples:
  dateline index seeds
  dateline index articles/2021 articles/2022 --index archives/syria
  dateline index /mnt/inbox --source wire
  dateline index --rebuild

Exit status: 0 all well, also when nothing had changed; 1 something was left out (duplicates are not); 2 the run could not be carried out.""",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="PATH...")
@index_option
@click.option("--source", type=Words(), metavar="NAME", help="Name of the source, where the folder's own name won't do.")
@click.option("--allow-removal", is_flag=True, help="Go on where more than half of a source's files have vanished.")
@click.option("--rebuild", is_flag=True, help="Build the archive anew from the sources that it remembers. Takes no PATH.")
@json_option
def index_command(*, paths: tuple[Path, ...], folder: Path, source: str | None, allow_removal: bool, rebuild: bool, as_json: bool) -> int:
    """Bring the archive up to date with files and folders of raw articles (.txt, .html); make it where there is none.

    Only new and changed files are read; articles whose file has vanished leave. Every file is accounted for in the report.
    """
    from search.archive import Archive

    if rebuild and (paths or source is not None or allow_removal):
        raise click.UsageError("--rebuild reads the sources that the archive remembers: give it no PATH, --source or --allow-removal.")
    if not rebuild and not paths:
        raise click.UsageError("Name the files or folders to index, for example: dateline index seeds")
    with progress() as show:
        if rebuild:
            report = Archive.rebuild(folder, progress=show)
        else:
            with Archive.open_or_create(folder) as archive:
                report = archive.index(paths, source=source, allow_removal=allow_removal, progress=show)
    if as_json:
        print_json(report.to_dict())
    else:
        _show_report(report, folder)
    return COMPLETE if report.complete else LEFT_OUT
