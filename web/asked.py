"""What does an address ask of the pages, and which address goes on from there? What cannot be meant is ignored with a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import g, request, url_for

from search.query.tree import PEOPLE_FIELDS
from search.request import MAX_FIND, SearchRequest
from web import params, strings


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks; `ignored` are sentences.

    `seen` is the generation of the archive that a permalink was made for. `find` and `start` say which values of a facet are to be listed, `of` which
    people, where a page does that; `hit` is the result from which an article was reached over others.
    """

    request: SearchRequest
    ignored: tuple[str, ...]
    seen: str = ""
    find: str = ""
    start: int = 0
    of: str = ""
    hit: str = ""

    def pairs(self, of: SearchRequest) -> list[tuple[str, str]]:
        """The parameters of a search that goes on from this one."""
        return params.write(replace(of, facet_limit=self.request.facet_limit))

    def search_url(self, of: SearchRequest) -> str:
        """The address of a search that goes on from this one."""
        return search_url(self.pairs(of))

    def values_url(self, of: SearchRequest, field: str, find: str = "", start: int = 0) -> str:
        """The address of the list of a facet's values in a search that goes on from this one."""
        pairs = self.pairs(params.from_start(of)) + ([("find", find)] if find else []) + ([("start", str(start))] if start else [])
        return url_for("pages.values", field=field) + params.query_string(pairs)


def asked(*own: str) -> Asked:
    """What the address of the present request asks; `own` are the parameters that its page has beside those of a search."""
    given = list(request.args.items(multi=True))
    too_many = [strings.too_many(params.MAX_PARAMETERS)] if len(given) > params.MAX_PARAMETERS else []
    given = given[: params.MAX_PARAMETERS]
    once = {name: value for name, value in reversed(given) if name in own}
    notes = [strings.ignored(name, value, strings.given_twice(name)) for name, value in _again(given, own)]
    understood, ignored = params.read_leniently([pair for pair in given if pair[0] not in own])
    start = once.get("start", "")
    if start and not (start.isascii() and start.isdigit() and len(start) < 10):
        notes.append(strings.ignored("start", start, strings.not_a_number("start", start)))
        start = ""
    if understood.cursor and understood.page > 1:
        notes.append(strings.ignored("page", str(understood.page), strings.PLACE_GIVEN))
        understood = replace(understood, page=1)
    people = once.get("of", "")
    if people not in ("", *PEOPLE_FIELDS):
        notes.append(strings.ignored("of", people, strings.not_one_of("of", PEOPLE_FIELDS)))
        people = ""
    hit = once.get("hit", "")
    if hit and not re.fullmatch(r"[0-9a-f]{16}", hit):
        notes.append(strings.ignored("hit", hit, strings.NO_ID))
        hit = ""
    find = once.get("find", "").strip()
    if len(find) > MAX_FIND:
        notes.append(strings.ignored("find", find, strings.cut("find", MAX_FIND)))
        find = find[:MAX_FIND]
    return Asked(understood, (*ignored, *notes, *too_many), once.get("seen", ""), find, int(start or 0), people, hit)


def _again(given: Iterable[tuple[str, str]], own: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The parameters that are given although they were given before."""
    met = set()
    for name, value in given:
        if name in own and name in met:
            yield name, value
        met.add(name)


def search_url(pairs: Iterable[tuple[str, str]]) -> str:
    """The address of the search with these parameters."""
    if "search" not in g:  # a page has a hundred such addresses
        g.search = url_for("pages.search")
    return f"{g.search}{params.query_string(pairs)}"
