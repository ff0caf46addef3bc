"""Why does Dateline read a file as it does? The command `explain`."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.cli.options import Archived, Where, Words, ca_option, json_option, map_option
from search.cli.output import console, print_json, say
from search.errors import UnknownArticle, UnreadableFile

if TYPE_CHECKING:
    from search.explain import Explanation
    from search.sources import RawDocument

SHOWN, LEFT_OUT = 0, 1
MOST = 20
"""Articles that are explained in one go: each is there to be read, and `--record` finds any other."""


@click.command(
    "explain",
    epilog="""\b
Examples:
  dateline explain seeds/001_58f1064d4f9f987d.txt
  dateline explain page.html --all
  dateline explain seeds --html > why.html
  dateline explain export.jsonl --record 4711
  dateline explain seeds/001_58f1064d4f9f987d.txt --index index

Exit status: 0 all shown, 1 something was left out, 2 error.""",
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--record", type=Words(), metavar="KEY", help="Only the article with this key, of a file that holds several.")
@click.option("--all", "whole", is_flag=True, help="Show long removed stretches whole.")
@click.option("--html", "as_html", is_flag=True, help="Print a page for a browser, complete in itself.")
@json_option
@map_option
@click.option("--source", type=Words(), metavar="NAME", help="The source's name, from which ids are derived. Default: the folder's name")
@click.option("--index", "at", type=Archived(), metavar="ARCHIVE", help="Show it as this archive has it; FILE may be an id.")
@ca_option
def explain_command(
    *,
    paths: tuple[Path, ...],
    record: str | None,
    whole: bool,
    as_html: bool,
    as_json: bool,
    fields: Mapping[str, str],
    source: str | None,
    at: Where | None,
) -> int:
    """Show why a raw file is read as it is.

    Its text with what was removed and by which rule, the values with the words each was read from, and what else was considered. No archive is
    needed; with --index, what an archive has learned from all its articles is in it too, and what was put right by hand.

    Files that cannot be read are named on stderr.
    """
    if as_html and as_json:
        raise click.UsageError("--html and --json exclude each other: choose one.")
    if at is not None and (fields or source is not None):
        raise click.UsageError("An archive knows its sources and fields: --index goes without --map and --source.")
    run = _Run(paths, source, fields, record, at)
    if as_json:
        for explanation in run.explanations():
            print_json(explanation.to_dict())
    elif as_html:
        _print_page(list(run.explanations()), whole=whole)
    else:
        _print_all(run, whole=whole)
    if not run.shown and not run.left_out:
        if record is not None:
            raise UnknownArticle(f"No article has the key “{record}” there. “dateline extract” prints each article's key as “record”.")
        say(f"no articles in {', '.join(map(str, paths))}: hidden files, README files and corrections.toml are passed over.")
    return LEFT_OUT if run.left_out else SHOWN


class _Run:
    """The explanations of everything named, one after the other, and what became of it."""

    def __init__(self, paths: tuple[Path, ...], source: str | None, fields: Mapping[str, str], record: str | None, at: Where | None) -> None:
        self.paths, self.source, self.fields, self.record, self.at = paths, source, fields, record, at
        self.shown = self.left_out = 0

    def explanations(self) -> Iterator[Explanation]:
        """The articles, at most `MOST`; that there are more, and what cannot be read, is told on stderr and counted."""
        for explanation in self._every() if self.at is None else self._in_archive(self.at):
            if self.shown == MOST:
                self.left_out += 1
                say(f"the first {MOST} articles are shown. Name fewer files, or one article with --record KEY.")
                return
            self.shown += 1
            yield explanation

    def _every(self) -> Iterator[Explanation]:
        from search.origin import documents
        from search.sources import PassedOver, SkippedFile, shown

        for found in documents(self.paths, name=self.source):
            if isinstance(found, SkippedFile):
                self._tell(shown(found.key), found.reason)
            elif not isinstance(found, PassedOver):
                yield from self._of(found)

    def _in_archive(self, at: Where) -> Iterator[Explanation]:
        from search.archive import Archive
        from search.explain import explain

        with Archive.open(at) as archive:
            for path in self.paths:
                try:
                    for article, text in archive.explained(str(path), self.record):
                        yield explain(article, text)
                except UnreadableFile as error:
                    self._tell(str(path), str(error))

    def _of(self, raw: RawDocument) -> Iterator[Explanation]:
        from search.explain import explain
        from search.extraction import BrokenRecord, document_text, extract

        try:
            for found in extract(raw, self.fields):
                if isinstance(found, BrokenRecord):
                    if self.record is None and not found.duplicate:
                        self._tell(f"{raw.path}, {found.where}", found.reason)
                elif self.record is None or found.record == self.record:
                    yield explain(found, document_text(raw, found.record, self.fields))
        except UnreadableFile as error:
            self._tell(raw.path, str(error))

    def _tell(self, where: str, reason: str) -> None:
        self.left_out += 1
        say(f"{where}: {reason}")


def _print_all(run: _Run, *, whole: bool) -> None:
    from search.cli.reasons import show_reasons

    to = console()
    for number, explanation in enumerate(run.explanations()):
        if number:
            to.print("\n" + "─" * to.width, end="\n\n", soft_wrap=True)
        show_reasons(to, explanation, whole=whole, legend=not number)


def _print_page(explanations: list[Explanation], *, whole: bool) -> None:
    from search.cli.reasons_page import page

    if not explanations:
        return
    unicode = codecs.lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    for part in page(explanations, whole=whole):
        # Where the terminal has another encoding, references mean the same to a browser.
        sys.stdout.write(part if unicode else part.encode("ascii", "xmlcharrefreplace").decode("ascii"))
