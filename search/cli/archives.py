"""What is in an archive, how does it get there, and who keeps it? `index`, `convert` and `status`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.cli.options import Archived, Name, Where, Words, cluster_options, index_option, json_option, map_option
from search.cli.output import print_json, printable
from search.cli.progress import progress
from search.wording import UPDATING, count, size

if TYPE_CHECKING:
    from search.archive import Status
    from search.report import IndexReport, LeftOut

COMPLETE, LEFT_OUT = 0, 1
CLUSTER_ENGINE = "opensearch"
ENGINES = "whoosh (the default) or tantivy, or opensearch on a cluster"

MOST_LINES = 200
"""How many files and records that were left out are named; who has more wants to count them first."""

WHAT = {
    "indexed": "new",
    "changed": "changed, put right, or read by newer rules",
    "unchanged": "unchanged",
    "duplicate": "duplicate: the text is in the archive already",
    "skipped": "skipped",
    "failed": "failed",
    "gone": "gone: no longer there, and no longer in the archive",
}
"""What can become of a file, in words."""


@click.command(
    "index",
    epilog="""\b
Examples:
  dateline index seeds
  dateline index articles/2021 articles/2022 --index archives/syria
  dateline index /mnt/inbox --source wire
  dateline index exports --map body=Text --map date=When
  dateline index --rebuild
  dateline index articles --engine tantivy --index archives/large
  dateline index articles --url https://news.example:9200 --archive wire

Exit status: 0 all well, also when nothing had changed; 1 something was left out (duplicates are not); 2 the run could not be carried out.""",
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False), metavar="PATH...")
@cluster_options
@index_option
@click.option("--source", type=Words(), metavar="NAME", help="Name of the source, where the folder's own name won't do.")
@click.option(
    "--allow-removal",
    is_flag=True,
    help="Go on where more than half of a source has vanished, or a rebuild would lack files.",
)
@click.option("--rebuild", is_flag=True, help="Build the archive anew from the sources that it remembers. Takes no PATH.")
@click.option("--engine", type=Name(), metavar="NAME", help=f"Who keeps a new archive, or one that is rebuilt: {ENGINES}.")
@click.option("--shards", type=click.IntRange(1, 1000), metavar="N", help="On a cluster: parts that a new archive is divided into. Default: 3")
@click.option("--replicas", type=click.IntRange(0, 10), metavar="N", help="On a cluster: further copies of each part. Default: 1")
@map_option
@click.option("--workers", type=click.IntRange(1, 64), metavar="N", help="How many processes read files. Default: one for each core where that pays.")
@json_option
def index_command(
    *,
    paths: tuple[Path, ...],
    at: Where,
    source: str | None,
    allow_removal: bool,
    rebuild: bool,
    engine: str | None,
    shards: int | None,
    replicas: int | None,
    fields: dict[str, str],
    workers: int | None,
    as_json: bool,
) -> int:
    """Read raw articles into the archive, or bring it up to date.

    Takes files and folders (.txt, .html, .md, .json, .jsonl, .csv, .tsv), and makes the archive where there is none.
    Only new and changed files are read; articles whose file has vanished leave. Every file is accounted for in the report.
    What a corrections.toml in the folder puts right holds; --map is remembered with the source.
    """
    from search.archive import Archive
    from search.origin import resolve

    if rebuild and (paths or source is not None or fields):
        raise click.UsageError("--rebuild reads the sources that the archive remembers: give it no PATH, no --source and no --map.")
    if not rebuild and not paths:
        raise click.UsageError("Name the files or folders to index, for example: dateline index seeds")
    _check_engine(engine, at)
    if shards is not None or replicas is not None:
        if isinstance(at, Path):
            raise click.UsageError("--shards and --replicas are for an archive on a cluster: one in a folder is in one piece.")
        at = replace(at, shards=shards, replicas=replicas)
    with progress() as show:
        if rebuild:
            report = Archive.rebuild(at, engine=engine, allow_removal=allow_removal, workers=workers, progress=show)
        else:
            if not Archive.exists(at):
                resolve(paths, name=source)  # a wrong name must not leave an empty archive behind
            elif shards is not None or replicas is not None:
                raise click.UsageError("--shards and --replicas are for a new archive, or with --rebuild: they cannot be changed as it is.")
            with Archive.open_or_create(at, engine) as archive:
                report = archive.index(paths, source=source, fields=fields or None, allow_removal=allow_removal, workers=workers, progress=show)
    if as_json:
        print_json(report.to_dict())
    else:
        show_report(report, at)
    return COMPLETE if report.complete else LEFT_OUT


def _check_engine(engine: str | None, at: Where, option: str = "--index") -> None:
    """Raise UsageError where archives of an engine are not kept at such a place, which `option` names, before anybody is asked for one."""
    if isinstance(at, Path):
        if engine == CLUSTER_ENGINE:
            both = "name it with --url https://HOST:9200 and --archive NAME, or with --index and both as one address, https://HOST:9200/NAME"
            one = f"name it by its address, {option} https://HOST:9200/NAME"
            raise click.UsageError(f"--engine {engine} keeps an archive on a cluster: {both if option == '--index' else one}")
    elif engine not in (None, CLUSTER_ENGINE):
        other = "leave --engine out; or " if option == "--index" else ""
        raise click.UsageError(
            f"An archive on a cluster has the engine {CLUSTER_ENGINE}, not {engine}: {other}for {engine}, name a folder with {option}."
        )


def show_report(report: IndexReport, at: Where) -> None:
    """What became of every file; the numbers add up to the files."""
    files = count(report.files, "file")
    seconds = f"{report.seconds:.1f} s"
    if report.nothing_changed:
        lines = [f"Nothing changed in the archive: {files} in {', '.join(report.sources)}, {seconds}"]
    else:
        lines = [f"Indexed {files} in {', '.join(report.sources)}, {seconds}"]
    counts = [(number, WHAT[outcome]) for outcome, number in report.counts.items() if number]
    width = max((len(f"{number:,}") for number, _ in counts), default=1)
    lines += [f"  {number:>{width},}  {what}" for number, what in counts]
    if report.passed_over:
        lines.append(f"Passed over (hidden, README, corrections.toml, archives): {report.passed_over:,}")
    for line in report.duplicates:
        lines.append(f"  {_path(line.source, line.path)}: the same text as {_path(line.of_source, line.of_path)}")
    lines += _left_out("Left out:", [line for line in report.left_out if line.outcome != "broken"])
    lines += _left_out("Left out of files of which the rest was read:", [line for line in report.left_out if line.outcome == "broken"])
    if report.updated:
        lines.append(
            f"{count(report.updated, 'article')} changed without being read again: names met in one person or parted, lines proved to repeat or no "
            "longer do, or somebody said so (dateline names list, dateline boilerplate)"
        )
    lines += report.notes
    lines.append(f"{count(report.articles, 'article')} in the archive {at}")
    click.echo(printable("\n".join(lines)))


def _left_out(heading: str, left_out: Sequence[LeftOut]) -> list[str]:
    """What was left out, and why; the first of very many."""
    if not left_out:
        return []
    lines = [heading, *(f"  {_path(line.source, line.path)}: {line.reason}" for line in left_out[:MOST_LINES])]
    return [*lines, f"  … and {len(left_out) - MOST_LINES:,} more; --json has them all"] if len(left_out) > MOST_LINES else lines


def _path(source: str, path: str) -> str:
    return f"{source}/{path}" if path else source


@click.command(
    "convert",
    epilog="""\b
Examples:
  dateline convert --engine tantivy
  dateline convert --engine whoosh --index archives/large --json
  dateline convert --engine opensearch --to https://news.example:9200/wire
  dateline convert --engine whoosh --index https://news.example:9200/wire \\
    --to archives/wire

Exit status: 0 the archive has the engine, also when it had it before, or was copied; 2 that could not be done, and it is as it was.""",
)
@click.option("--engine", type=Name(), metavar="NAME", required=True, help=f"The engine that it shall have: {ENGINES}.")
@index_option
@click.option("--to", type=Archived(), metavar="ARCHIVE", help="Make a copy there, in a new folder or at a free address, and leave it as it is.")
@json_option
def convert_command(*, engine: str, at: Where, to: Where | None, as_json: bool) -> None:
    """Move an archive to another engine, without its raw files.

    The articles are copied as they are stored and then compared, each with its original. The archive can be searched all the while, but not
    written to; it stays as it was until the copy is complete, and if anything goes wrong.

    Between a folder and a cluster, or to have it twice, --to says where the copy shall be.
    """
    from search.archive import Archive

    if to is not None:
        _check_engine(engine, to, "--to")
    with progress() as show:
        report = Archive.convert(at, engine=engine, to=to, progress=show)
    if as_json:
        print_json(report.to_dict())
        return
    if report.nothing_changed:
        click.echo(printable(f"Nothing to do: the archive {at} has the engine {engine} already."))
        return
    articles = f"{count(report.articles, 'article')}, each compared, {report.seconds:.1f} s"
    if report.to is None:
        lines = [f"The archive {at} has moved from {report.before} to {engine}: {articles}"]
    else:
        lines = [
            f"The archive {at} ({report.before}) was copied to {to} ({engine}): {articles}",
            f"It is as it was. The copy is asked with --index {to}",
        ]
    click.echo(printable("\n".join([*lines, f"SHA-256 of the articles, the same in both: {report.checksum}"])))


@click.command(
    "status",
    epilog="""\b
Examples:
  dateline status
  dateline status --index archives/syria --json""",
)
@index_option
@json_option
def status_command(*, at: Where, as_json: bool) -> None:
    """Say what is in the archive and where it comes from."""
    from search.archive import Archive

    with Archive.open(at) as archive:
        status = archive.status()
    if as_json:
        print_json(status.to_dict())
    else:
        _show_status(status)


def _show_status(status: Status) -> None:
    last_run = status.last_run.replace("T", " ").replace("+00:00", " UTC") if status.last_run else "never"
    facts = {
        "Archive": f"{status.path} ({status.engine}, layout {status.layout})",
        "Articles": f"{status.articles:,}" if status.complete else f"{status.articles:,} or more: parts of the archive do not answer",
        "Size": size(status.bytes),
        "Last run": last_run,
        **({"Now": UPDATING} if status.updating else {}),
    }
    lines = [f"{name:<10}{value}" for name, value in facts.items()]
    for source in status.sources:
        states = ", ".join(f"{number:,} {state}" for state, number in source.states.items() if number) or "no files"
        there = "" if source.present else " (not there now)"
        lines += ["", f"{'Source':<10}{source.name}: {states}", f"{'':<10}{source.path}{there}"]
        if source.broken:
            lines.append(f"{'':<10}{count(source.broken, 'record')} of these files could not be read: dateline index {source.path} names them.")
        if source.corrections_changed:
            lines.append(f"{'':<10}Its corrections.toml has changed since: dateline index {source.path} takes it up.")
        if source.states.get("pending"):
            lines.append(f"{'':<10}A run is under way, or was interrupted: dateline index {source.path} finishes it.")
    click.echo(printable("\n".join(lines)))
