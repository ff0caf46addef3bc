"""What does an address ask of the pages, and which address goes on from there? What cannot be meant is ignored with a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import request, url_for

from search.request import MAX_FIND, SearchRequest
from web import params, strings


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks. `all_years` shows the date facet with all it has; `ignored` are sentences.

    `find` and `start` say which values of a facet are to be listed, where the page lists values.
    """

    request: SearchRequest
    all_years: bool
    ignored: tuple[str, ...]
    find: str = ""
    start: int = 0

    def pairs(self, of: SearchRequest, *, all_years: bool | None = None) -> list[tuple[str, str]]:
        """The parameters of a search that goes on from this one."""
        pairs = params.write(replace(of, facet_limit=self.request.facet_limit))
        return pairs + ([("more", "date")] if (self.all_years if all_years is None else all_years) else [])

    def search_url(self, of: SearchRequest) -> str:
        """The address of a search that goes on from this one."""
        return search_url(self.pairs(of))

    def values_url(self, of: SearchRequest, field: str, find: str = "", start: int = 0) -> str:
        """The address of the list of a facet's values in a search that goes on from this one."""
        pairs = self.pairs(params.from_start(of)) + ([("find", find)] if find else []) + ([("start", str(start))] if start else [])
        return url_for("pages.values", field=field) + params.query_string(pairs)


def asked() -> Asked:
    """What the address of the present request asks."""
    given = list(request.args.items(multi=True))
    understood, ignored = params.read_leniently([pair for pair in given if pair[0] not in ("more", "find", "start")])
    return Asked(understood, ("more", "date") in given, ignored)


def asked_values() -> Asked:
    """What the address of the present request asks where it lists the values of a facet."""
    start, find = request.args.get("start", ""), request.args.get("find", "").strip()[:MAX_FIND]
    understood = asked()
    if start and not (start.isascii() and start.isdigit() and len(start) < 10):
        note = strings.ignored("start", start, strings.not_a_number("start", start))
        return replace(understood, find=find, ignored=(*understood.ignored, note))
    return replace(understood, find=find, start=int(start or 0))


def search_url(pairs: Iterable[tuple[str, str]]) -> str:
    """The address of the search with these parameters."""
    return url_for("pages.search") + params.query_string(pairs)
