"""How is what was found spread over dates, agencies, people and places? `facets`."""

from __future__ import annotations

import click

from search.cli.comments import ERROR, FOUND, NOTHING, asked, comment, exit_status
from search.cli.options import QueryCommand, Where, Words, filter_options, index_option, json_option, partial_option, query_argument
from search.cli.output import console, print_json


@click.command(
    "facets",
    cls=QueryCommand,
    epilog="""\b
Examples:
  dateline facets
  dateline facets refugees --field agency --field date
  dateline facets --participant Putin --limit 50
  dateline facets trade --field participants --find mek
  dateline facets --field place --start 50 --limit 50

The facets are date, agency, participants, people, publisher, place and language.
“+” stands before a selected value, “-” before an excluded one, whose number is what it would bring back.

Exit status: 0 found, 1 nothing found, 2 error.""",
)
@query_argument
@index_option
@filter_options
@click.option("--field", "fields", multiple=True, metavar="FACET", help="Only this facet.")
@click.option("--limit", type=click.IntRange(min=0), default=10, metavar="N", help="At most this many values of each facet. Default: 10")
@click.option("--find", type=Words(), metavar="TEXT", help="Of one --field, only values with a word that begins so.")
@click.option("--start", type=click.IntRange(min=0), metavar="N", help="Of one --field, the values after the first N.")
@partial_option
@json_option
def facets_command(
    *,
    query: tuple[str, ...],
    at: Where,
    fields: tuple[str, ...],
    limit: int,
    find: str | None,
    start: int | None,
    partial: bool,
    as_json: bool,
    **filters: tuple[str, ...],
) -> int:
    """Count what was found by date, agency, people and place.

    The numbers are exact. Values that are selected or excluded by a filter stay in the list.

    --find and --start look through all values of one facet, however many it has.
    """
    from search.archive import Archive
    from search.request import FACETS, PARAMETERS, ask

    wanted = tuple(dict.fromkeys(PARAMETERS.get(name, name) for name in fields)) or FACETS
    looking = find is not None or start is not None
    if looking and len(wanted) != 1:
        raise click.UsageError("--find and --start look through the values of one facet: name it with --field.")
    request = ask(" ".join(query), filters, limit=0, facets=() if looking else wanted, facet_limit=0 if looking else limit)
    with Archive.open(at) as archive:
        results = archive.run(request, partial=partial)
        if as_json and not looking:
            print_json(results.to_dict())
            return exit_status(results)
        comment(results, filters)
        if exit_status(results) == ERROR:
            return ERROR
        facets = results.facets
        if looking:
            facets = (archive.facet_values(request, wanted[0], find or "", start=start or 0, limit=limit, partial=partial),)
    status = FOUND if any(facet.values for facet in facets) else NOTHING
    if as_json:
        print_json(facets[0].to_dict())
        return status
    from search.cli.render import show_facets, show_results

    to = console()
    show_results(to, results, asked(results, filters))
    complete = results.complete and all(facet.complete for facet in facets)
    show_facets(to, facets, find or "", (start or 0) if looking else None, complete=complete)
    return status if looking else exit_status(results)
