"""Which values has a facet, all of them? The page that lists and searches them, however many there are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from search.query.tree import Everything
from search.results import Facet, FacetMissing, OrMore
from search.wording import most_words
from web import params, strings
from web.asked import Asked
from web.panels import chips, marked, missing_row, value_rows

if TYPE_CHECKING:
    from search.archive import Archive

VALUES = 60
"""Values on a page: three columns of twenty where there is room."""


def values_page(archive: Archive, field: str, asked: Asked) -> dict[str, object]:
    """Everything that the page shows, with the address of everything that it leads to; no values where the query cannot be run."""
    selected = tuple(selection.field for selection in asked.request.selections)
    # Of the search itself only its number of articles is shown, and what has been chosen.
    results = archive.run(replace(asked.request, limit=0, page=1, cursor=None, facets=selected, facet_limit=0, explain=False))
    of = asked.request
    understood = replace(results.request, limit=of.limit, page=of.page, cursor=of.cursor, facets=of.facets)

    def listed(start: int, limit: int) -> Facet:
        if results.total is None:
            return Facet(field, understood.selection(field).effective_mode, (), FacetMissing(0), 0)
        return archive.facet_values(understood, field, asked.find, start=start, limit=limit)

    start = asked.start
    facet = listed(start, VALUES)
    if start and not facet.values:  # behind the last value: there are fewer than when the address was made
        start = _last(listed(0, 0).more) or 0
        facet = listed(start, VALUES)
    total = start + len(facet.values) + facet.more
    complete = results.complete and facet.complete
    chosen = chips(results, asked.search_url)

    def at(place: int | None) -> str | None:
        return None if place is None else asked.values_url(understood, field, asked.find, place)

    missing = missing_row(facet, understood, asked.search_url) if not asked.find and not start else None
    name = strings.FACET_NAMES[field]
    return {
        "field": field,
        "name": name,
        "title": strings.values_title(name, understood.text, [chip.name for chip in chosen]),
        "text": understood.text,
        "kept": [pair for pair in asked.pairs(params.from_start(understood)) if pair[0] != "q"],
        "kept_by_find": asked.pairs(params.from_start(understood)),
        **marked(complete=complete),
        "notices": [
            *([] if complete else [strings.INCOMPLETE]),
            *asked.ignored,
            *(problem.message for problem in results.problems),
            *([most_words(results)] if results.most_words else []),
        ],
        "chips": chosen,
        "asks_nothing": isinstance(understood.query, Everything) and not chosen,
        "articles": results.total,
        "find": asked.find,
        "rows": (*value_rows(facet, understood, asked.search_url), *([missing] if missing else [])),
        "total": total,
        "first": start + 1,
        "last": start + len(facet.values),
        "whole": asked.values_url(understood, field),
        "paging": [
            (strings.FIRST, at(0 if start else None)),
            (strings.PREVIOUS, at(max(0, start - VALUES) if start else None)),
            (strings.NEXT, at(start + VALUES if facet.more else None)),
            (strings.LAST, at(_last(total) if facet.more else None)),  # nowhere, where nobody knows how many there are
        ],
        "back": asked.search_url(understood),
    }


def _last(total: int | OrMore) -> int | None:
    """Where the last page of so many values begins; None where their number is not known."""
    return max(0, total - 1) // VALUES * VALUES if isinstance(total, int) else None
