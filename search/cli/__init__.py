"""What can be done from a terminal? `main` is the command `dateline`; each module here is one group of its subcommands.

Nothing heavy is imported here or in the modules below until a command runs, so that `dateline --help` answers at once.
"""

from __future__ import annotations

import click

from search.cli.archives import convert_command, index_command, status_command
from search.cli.articles import extract_command, show_command
from search.cli.boilerplate import boilerplate_command
from search.cli.corrections import correct_command, corrections_command
from search.cli.explain import explain_command
from search.cli.facets import facets_command
from search.cli.names import names_command
from search.cli.program import Program
from search.cli.searches import search_command, similar_command
from search.cli.server import serve_command

__all__ = ["main"]


def _version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from importlib import metadata

    try:
        click.echo(f"dateline {metadata.version('dateline')}")
    except metadata.PackageNotFoundError:
        click.echo("dateline, run from a checkout that is not installed (pip install -e . installs it)")
    context.exit()


@click.group(
    "dateline",
    cls=Program,
    epilog="""\b
Examples:
  dateline index seeds
  dateline search refugees --agency SANA
  dateline serve

Every command explains itself: dateline search --help""",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version and stop.")
def main() -> None:
    """Search a folder of raw news articles.

    `index` reads the articles into an archive, `search` finds them, `serve` shows the archive in a browser.
    """


for _command in (
    index_command,
    search_command,
    show_command,
    extract_command,
    explain_command,
    facets_command,
    similar_command,
    serve_command,
    status_command,
    convert_command,
    correct_command,
    corrections_command,
    names_command,
    boilerplate_command,
):
    main.add_command(_command)
