"""What could be left out of a search that found nothing, and how much would there be then?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from search.query.printer import canonical
from search.query.tree import And, Everything
from search.request import SearchRequest
from web import params
from web.panels import Chip

if TYPE_CHECKING:
    from search.archive import Archive

MOST_TRIED = 12
"""Searches that one empty page may cost; each asks for a number only."""


@dataclass(frozen=True, slots=True)
class Looser:
    """A search with one thing left out, which finds `count` articles. `label` names a filter; `clause` is a part of the query."""

    request: SearchRequest
    count: int
    label: str = ""
    clause: str = ""


def looser(archive: Archive, request: SearchRequest, chips: list[Chip]) -> list[Looser]:
    """The searches with one filter or one clause less that find anything, most articles first."""
    found = []
    for attempt, _ in zip(_attempts(request, chips), range(MOST_TRIED), strict=False):
        count = archive.run(replace(attempt.request, limit=0, facets=())).total
        if count:
            found.append(replace(attempt, count=count))
    return sorted(found, key=lambda one: -one.count)


def _attempts(request: SearchRequest, chips: list[Chip]) -> Iterator[Looser]:
    for chip in chips:
        yield Looser(chip.without, 0, label=chip.name)
    query = request.query
    if isinstance(query, And):
        for clause in query.children:
            rest = tuple(child for child in query.children if child is not clause)
            yield Looser(params.asking(request, canonical(And(rest) if len(rest) > 1 else rest[0])), 0, clause=canonical(clause))
    elif chips and not isinstance(query, Everything):
        yield Looser(params.asking(request, ""), 0, clause=canonical(query))
