"""What can be found? `search` and `facets`."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.cli.options import QueryCommand, described, filter_options, index_option, json_option, query_argument
from search.cli.output import console, print_json, say
from search.wording import count, searched

if TYPE_CHECKING:
    from search.request import Sort
    from search.results import Results

FOUND, NOTHING, ERROR = 0, 1, 2
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

Exit status: 0 found, 1 nothing found, 2 error.""",
)
@query_argument
@index_option
@filter_options
@click.option("--sort", type=click.Choice(["relevance", "newest", "oldest"]), default="relevance", help="The order. Default: relevance")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Articles on a page (default 10, at most 200), or rows of CSV.")
@click.option("--page", type=click.IntRange(min=1), default=1, metavar="N", help="Which page, from 1.")
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV: everything found, unless --limit is given.")
def search_command(
    *,
    query: tuple[str, ...],
    folder: Path,
    sort: Sort,
    limit: int | None,
    page: int,
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
    if as_csv and limit is None and page != 1:
        raise click.UsageError("--page needs --limit with --csv, which otherwise writes everything that was found.")
    shown = 0 if as_csv else _PAGE if limit is None else limit
    request = ask(" ".join(query), filters, sort=sort, limit=shown, page=1 if as_csv else page, facets=FACETS if as_json else ())
    with Archive.open(folder) as archive:
        results = archive.run(request)
        if as_json:
            print_json(results.to_dict())
            return _status(results)
        _comment(results)
        if _status(results) == ERROR:
            return ERROR
        if as_csv:
            from search.cli.export import write_csv

            found = archive.scan(request)
            write_csv(found if limit is None else islice(found, limit * (page - 1), limit * page))
            return _status(results)
    from search.cli.render import show_results

    show_results(console(), results, _asked(results, filters))
    if results.total and not results.hits and results.request.limit:
        say(f"there is no page {page}; the last one is {results.pages:,}.")
    return _status(results)


@click.command(
    "facets",
    cls=QueryCommand,
    epilog="""\b
Examples:
  dateline facets
  dateline facets refugees --field agency --field date
  dateline facets --participant Putin --limit 50

The facets are date, agency, participants, people, publisher, place and language.
“+” stands before a selected value, “-” before an excluded one, whose number is what it would bring back.

Exit status: 0 found, 1 nothing found, 2 error.""",
)
@query_argument
@index_option
@filter_options
@click.option("--field", "fields", multiple=True, metavar="FACET", help="Only this facet.")
@click.option("--limit", type=click.IntRange(min=0), default=10, metavar="N", help="At most this many values of each facet. Default: 10")
@json_option
def facets_command(
    *,
    query: tuple[str, ...],
    folder: Path,
    fields: tuple[str, ...],
    limit: int,
    as_json: bool,
    **filters: tuple[str, ...],
) -> int:
    """Count what was found by date, agency, people and place.

    The numbers are exact. Values that are selected or excluded by a filter stay in the list.
    """
    from search.archive import Archive
    from search.request import FACETS, PARAMETERS, ask

    wanted = tuple(dict.fromkeys(PARAMETERS.get(name, name) for name in fields)) or FACETS
    request = ask(" ".join(query), filters, limit=0, facets=wanted, facet_limit=limit)
    with Archive.open(folder) as archive:
        results = archive.run(request)
    if as_json:
        print_json(results.to_dict())
        return _status(results)
    _comment(results)
    if _status(results) == ERROR:
        return ERROR
    from search.cli.render import show_facets, show_results

    to = console()
    show_results(to, results, _asked(results, filters))
    show_facets(to, results.facets)
    return _status(results)


def _asked(results: Results, filters: Mapping[str, tuple[str, ...]]) -> list[str]:
    """What was searched, in words: the query as it was understood, then the filters as they were given."""
    return ([] if results.canonical == "*" else [searched(results)]) + described(filters)


def _comment(results: Results) -> None:
    """Say on stderr what a reader of the results must know: what was not understood, who was meant, what was left out."""
    text = results.request.text
    for problem in results.problems:
        part = text[problem.start : problem.end]
        where = f" (at character {problem.start + 1}: “{part}”)" if part and part not in problem.message else ""
        say(problem.message + where)
    for named in results.people:
        if len(named.persons) > 1:
            option = "participant" if named.field == "participants" else "person"
            who = ", ".join(f"{person.label} ({person.value}, {person.count:,})" for person in named.persons)
            say(f"“{named.name}” stands for {len(named.persons)} persons: {who}. To choose one: --{option} {named.persons[0].value}")
    if results.left_out:
        say(f"{count(results.left_out, 'more article')} may match: undated, or dated too vaguely to say.")


def _status(results: Results) -> int:
    if results.total is None or any(problem.severity == "error" for problem in results.problems):
        return ERROR
    return FOUND if results.total else NOTHING
