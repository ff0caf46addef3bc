"""What can be found? `search`, and `similar` to an article."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING

import click

from search.cli.comments import ERROR, FOUND, NOTHING, asked, comment, exit_status
from search.cli.options import QueryCommand, Where, Words, filter_options, index_option, json_option, partial_option, query_argument
from search.cli.output import console, encodable, print_json, say

if TYPE_CHECKING:
    from search.request import Sort

_PAGE = 10

_QUERY_HELP = """\b
The query:
  refugees return      all the words, in any form
  '"oil and gas"'      these words in this order (mind the shell's quotes)
  refugees -camp       without a word
  'agency:SANA (trade OR transport)'

Options begin with two dashes. Text after a bare “--” is query, whatever it looks like.
"""


@click.command(
    "search",
    cls=QueryCommand,
    epilog=_QUERY_HELP
    + """
\b
Examples:
  dateline search trade --agency SANA
  dateline search 'trade agency:SANA participant:Assad'
  dateline search refugees -camp --after 2021 --sort newest
  dateline search --participant Putin --csv
  dateline search 'refug* return' --explain

Exit status: 0 found, 1 nothing found, 2 error.""",
)
@query_argument
@index_option
@filter_options
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", help="The order. Default: relevance")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Articles on a page (default 10, at most 200), or rows of CSV.")
@click.option("--page", type=click.IntRange(min=1), default=1, metavar="N", help="Which page, from 1.")
@click.option("--explain", is_flag=True, help="Say what the query stands for here, and how each article was scored.")
@partial_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: everything found, unless --limit is given.")
def search_command(
    *,
    query: tuple[str, ...],
    at: Where,
    sort: Sort,
    limit: int | None,
    page: int,
    explain: bool,
    partial: bool,
    as_json: bool,
    as_csv: bool,
    **filters: tuple[str, ...],
) -> int:
    """Find articles.

    Without a query and filters, it finds all of them. A filter given several times takes any of the values; of participants and persons, all
    of them. “none” finds articles where nothing is given.
    """
    from search.archive import Archive
    from search.request import FACETS, ask

    if as_json and as_csv:
        raise click.UsageError("--json and --csv exclude each other: choose one.")
    if explain and as_csv:
        raise click.UsageError("--explain and --csv exclude each other: choose one.")
    if as_csv and limit is None and page != 1:
        raise click.UsageError("--page needs --limit with --csv, which otherwise writes everything that was found.")
    shown = 0 if as_csv else _PAGE if limit is None else limit
    facets = FACETS if as_json else ()
    request = ask(" ".join(query), filters, sort=sort, limit=shown, page=1 if as_csv else page, facets=facets, explain=explain)
    with Archive.open(at) as archive:
        results = archive.run(request, partial=partial)
        if as_json:
            print_json(results.to_dict())
            return exit_status(results)
        comment(results, filters)
        if exit_status(results) == ERROR:
            return ERROR
        if as_csv:
            from search.export import csv_lines

            found = archive.scan(request, partial=partial)
            sys.stdout.writelines(csv_lines(found if limit is None else islice(found, limit * (page - 1), limit * page), encodable, "\n"))
            return exit_status(results)
    from search.cli.render import show_results

    show_results(console(), results, asked(results, filters))
    if results.total and not results.hits and results.request.limit:
        say(f"there is no page {page}; the last one is {results.pages:,}.")
    return exit_status(results)


@click.command(
    "similar",
    epilog="""\b
Examples:
  dateline similar 3f2a9c0d1e4b5a67
  dateline similar 3f2a9c0d1e4b5a67 --limit 20 --json

Exit status: 0 found, 1 nothing is like it, 2 error.""",
)
@click.argument("id", type=Words(), metavar="ID")
@index_option
@click.option("--limit", type=click.IntRange(1, 100), default=5, metavar="N", help="At most this many articles, up to 100. Default: 5")
@partial_option
@json_option
def similar_command(*, id: str, at: Where, limit: int, partial: bool, as_json: bool) -> int:
    """Find articles like one.

    They share the words that tell it from the others of the archive. The most like it stands first.

    An article's id stands under each result of `dateline search`.
    """
    from search.archive import Archive

    with Archive.open(at) as archive:
        article = archive.get(id)
        hits = archive.similar(id, limit, partial=partial)
    if as_json:
        print_json({"id": id, "hits": [hit.to_dict() for hit in hits]})
        return FOUND if hits else NOTHING
    from search.cli.render import show_similar

    show_similar(console(), article, hits)
    return FOUND if hits else NOTHING
