"""What does one article say? `show` from the archive, `extract` straight from raw files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.cli.options import Words, index_option, json_option
from search.cli.output import console, print_json, printable, say
from search.errors import UnknownArticle, UnreadableFile

if TYPE_CHECKING:
    from search.archive import Archive

SHOWN, LEFT_OUT, ERROR = 0, 1, 2


@click.command(
    "show",
    epilog="""\b
Examples:
  dateline show 3f2a9c0d1e4b5a67
  dateline show 3f2a9c0d1e4b5a67 --query 'trade OR transport'
  dateline show 3f2a9c0d1e4b5a67 --raw

Exit status: 0 shown, 2 error (also where one of several ids is unknown).""",
)
@click.argument("ids", nargs=-1, required=True, type=Words(), metavar="ID...")
@index_option
@click.option("--query", type=Words(), metavar="QUERY", help="Mark what this query matches.")
@click.option("--raw", is_flag=True, help="Print the raw file's text as it is now.")
@json_option
def show_command(*, ids: tuple[str, ...], folder: Path, query: str | None, raw: bool, as_json: bool) -> int:
    """Show articles whole.

    The text, the people with their roles, what was removed, and how each value is known.

    An article's id stands under each result of `dateline search`.
    """
    from search.archive import Archive

    if sum((query is not None, raw, as_json)) > 1:
        raise click.UsageError("--query, --raw and --json exclude each other: choose one.")
    status = SHOWN
    with Archive.open(folder) as archive:
        for number, id in enumerate(ids):
            try:
                if as_json:
                    print_json(archive.get(id).to_dict())
                elif raw:
                    _show_raw(archive, id)
                else:
                    _show(archive, id, query or "", first=number == 0)
            except (UnknownArticle, UnreadableFile) as error:
                say(str(error))
                status = ERROR
    return status


def _show(archive: Archive, id: str, query: str, *, first: bool) -> None:
    from search.cli.page import show_article

    article, texts = archive.marked(id, query)
    to = console()
    if not first:
        to.print("─" * to.width, end="\n\n", soft_wrap=True)
    show_article(to, article, texts.title, texts.standfirst, texts.body)


def _show_raw(archive: Archive, id: str) -> None:
    found = archive.raw(id)
    if found.changed:
        say(f"{found.path} has changed since it was indexed. “dateline index” brings the archive up to date.")
    text = printable(found.text) if sys.stdout.isatty() else found.text
    click.echo(text, nl=not text.endswith("\n"))


@click.command(
    "extract",
    epilog="""\b
Examples:
  dateline extract seeds
  dateline extract seeds > articles.jsonl

Exit status: 0 all read, 1 something was left out, 2 error.""",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--source", type=Words(), metavar="NAME", help="The source's name, from which ids are derived. Default: the folder's name")
@click.option("--json", is_flag=True, expose_value=False, help="One JSON object a line, which is what is always printed.")
def extract_command(*, paths: tuple[Path, ...], source: str | None) -> int:
    """Print what raw files say as JSON, without an archive.

    One article a line. Written rules apply; what an archive would learn from all its articles does not.
    Files that cannot be read are named on stderr.
    """
    from search.extraction import extract
    from search.origin import documents
    from search.sources import PassedOver, SkippedFile, shown

    read = left_out = passed_over = 0
    for found in documents(paths, name=source):
        if isinstance(found, PassedOver):
            passed_over += 1
        elif isinstance(found, SkippedFile):
            left_out += 1
            say(f"{shown(found.key)}: {found.reason}")
        else:
            try:
                articles = extract(found)
            except UnreadableFile as error:
                left_out += 1
                say(f"{found.path}: {error}")
            except Exception as error:  # noqa: BLE001 - a fault of ours in one file must not keep the others back
                left_out += 1
                say(f"{found.path}: internal error ({type(error).__name__}: {error}); please report it with this file.")
            else:
                read += 1
                for article in articles:
                    print_json(article.to_dict())
    if not read and not left_out:
        besides = f" ({passed_over:,} passed over: hidden files, README files, corrections.toml)" if passed_over else ""
        say(f"no files to read in {', '.join(map(str, paths))}{besides}.")
    return LEFT_OUT if left_out else SHOWN
