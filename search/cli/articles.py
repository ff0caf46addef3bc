"""What does one article say? `show` from the archive, `extract` straight from raw files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.article import Article
from search.cli.options import Where, Words, index_option, json_option, map_option
from search.cli.output import console, print_json, printable, say
from search.errors import UnknownArticle, UnreadableFile

if TYPE_CHECKING:
    from search.archive import Archive
    from search.extraction import BrokenRecord
    from search.sources import RawDocument

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
def show_command(*, ids: tuple[str, ...], at: Where, query: str | None, raw: bool, as_json: bool) -> int:
    """Show articles whole.

    The text, the people with their roles, what was removed, and how each value is known.

    An article's id stands under each result of `dateline search`.
    """
    from search.archive import Archive

    if sum((query is not None, raw, as_json)) > 1:
        raise click.UsageError("--query, --raw and --json exclude each other: choose one.")
    status = SHOWN
    with Archive.open(at) as archive:
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
  dateline extract export.csv --map body=Text --map date=meta.when

Exit status: 0 all read, 1 something was left out, 2 error.""",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--source", type=Words(), metavar="NAME", help="The source's name, from which ids are derived. Default: the folder's name")
@map_option
@click.option("--json", is_flag=True, expose_value=False, help="One JSON object a line, which is what is always printed.")
def extract_command(*, paths: tuple[Path, ...], source: str | None, fields: dict[str, str]) -> int:
    """Print what raw files say as JSON, without an archive.

    One article a line. Written rules apply; what an archive would learn from all its articles does not.
    Files and records that cannot be read are named on stderr.
    """
    from search.origin import documents
    from search.sources import PassedOver, SkippedFile, shown

    files = passed_over = 0
    complete = True
    for found in documents(paths, name=source):
        if isinstance(found, PassedOver):
            passed_over += 1
            continue
        files += 1
        if isinstance(found, SkippedFile):
            say(f"{shown(found.key)}: {found.reason}")
            complete = False
        else:
            complete &= _print_articles(found, fields)
    if not files:
        besides = f" ({passed_over:,} passed over: hidden files, README files, corrections.toml)" if passed_over else ""
        say(f"no files to read in {', '.join(map(str, paths))}{besides}.")
    return SHOWN if complete else LEFT_OUT


def _print_articles(raw: RawDocument, fields: dict[str, str]) -> bool:
    """Print the articles of a file one after the other; whether nothing in it was left out."""
    complete = True
    for found in _read(raw, fields):
        if isinstance(found, Article):
            print_json(found.to_dict())
        else:
            say(f"{raw.path}{', ' if found.where else ''}{found.where}: {found.reason}")
            complete &= found.duplicate
    return complete


def _read(raw: RawDocument, fields: dict[str, str]) -> Iterator[Article | BrokenRecord]:
    """What is read in a file; why no more is, as the last."""
    from search.extraction import BrokenRecord, extract

    try:
        yield from extract(raw, fields)
    except UnreadableFile as error:
        yield BrokenRecord("", str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours in one file must not keep the others back
        yield BrokenRecord("", f"internal error ({type(error).__name__}: {error}); please report it with this file.")
