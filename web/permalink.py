"""Which address finds the same again, whenever it is opened? A search with nothing in it that depends on the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from search.query.parser import parse
from search.query.printer import canonical
from search.request import SearchRequest
from search.results import Results
from web import params

_DAYS = dt.date(2001, 2, 3), dt.date(2012, 8, 27)
"""Two days on which no expression such as “last month” means the same."""


def permalink(results: Results) -> list[tuple[str, str]]:
    """The parameters that find this page of results again, with the generation of the archive that it was made from."""
    lasting = fixed(results.request)
    return [*params.write(replace(lasting, facet_limit=SearchRequest().facet_limit)), ("seen", results.generation)]


def fixed(request: SearchRequest) -> SearchRequest:
    """The request with days in place of expressions such as “yesterday” in its query; those of selections are days already."""
    first, second = (parse(request.text, day).query for day in _DAYS)
    return request if first == second == request.query else replace(request, text=canonical(request.query))
