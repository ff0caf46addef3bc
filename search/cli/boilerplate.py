"""Which lines does the archive leave out of its stories? `boilerplate`: what it has learned, what people have said, and how to put it right."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from search.cli.options import Where, index_option, json_option
from search.cli.output import console, print_json, printable, write
from search.wording import count

if TYPE_CHECKING:
    from search.repeated import LearnedLine

FOUND, NOTHING_FOUND = 0, 1
_PLACES = {"first": "at the beginning", "last": "at the end", "anywhere": "anywhere"}
_STATES = {"learned": "", "marked": ", marked as boilerplate by hand", "kept": ", kept by hand"}


@click.command(
    "boilerplate",
    epilog="""\b
Examples:
  dateline boilerplate
  dateline boilerplate --index archives/syria --json

Exit status: 0 there are such lines, 1 there are none, 2 error.""",
)
@index_option
@json_option
def boilerplate_command(*, at: Where, as_json: bool) -> int:
    """List the lines that are left out of articles because they repeat.

    The archive learns them: lines that stand at the beginning or end of many different stories of one publisher (or source). None is lost:
    each article keeps what was taken out of it. Lines about which somebody has decided otherwise are listed too.
    """
    from search.archive import Archive

    with Archive.open(at) as archive:
        lines = archive.boilerplate()
    if as_json:
        print_json({"lines": [line.to_dict() for line in lines]})
    elif lines:
        _show(lines)
    else:
        click.echo("No line repeats across the articles of this archive.")
    return FOUND if lines else NOTHING_FOUND


def _show(lines: Sequence[LearnedLine]) -> None:
    from rich.text import Text

    to = console()
    for group, found in groupby(lines, key=lambda line: line.group):
        write(to, Text(printable(group or "Everywhere"), style="bold"))
        for line in found:
            write(to, Text(printable(line.text)), 2)
            facts = f"{count(line.articles, 'article')}, {_PLACES[line.place]}{_STATES[line.state]}"
            if line.examples:
                facts += f"; for example {' and '.join(line.examples)}"
            write(to, Text(facts, style="dim"), 4)
        to.print()
    shown = printable(shlex.quote(lines[0].text))
    if lines[0].state == "kept":
        click.echo(f"To leave a line out after all:  dateline correct --boilerplate {shown}")
    else:
        click.echo(f"To keep a line in its stories:  dateline correct --not-boilerplate {shown}")
