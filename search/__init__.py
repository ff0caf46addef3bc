"""Dateline: search a folder of raw news articles.

    import search

    archive = search.open("index")
    results = archive.search("refugees", agency="SANA")
    for hit in results.hits:
        print(hit.date, hit.agency, hit.headline.text)

Results are plain frozen records; in a notebook they show themselves as a page would. docs/python.md goes on from here.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.archive import Archive
    from search.article import Article, Evidence, Person, Removed
    from search.errors import DatelineError
    from search.homes import Place
    from search.request import SearchRequest, Selection, ask
    from search.results import Facet, FacetValue, Hit, Results

__all__ = [
    "Archive", "Article", "DatelineError", "Evidence", "Facet", "FacetValue", "Hit", "Person", "Removed", "Results", "SearchRequest", "Selection",
    "ask", "open",
]  # fmt: skip

_HOMES = {
    "search.archive": ("Archive",),
    "search.article": ("Article", "Evidence", "Person", "Removed"),
    "search.errors": ("DatelineError",),
    "search.request": ("SearchRequest", "Selection", "ask"),
    "search.results": ("Facet", "FacetValue", "Hit", "Results"),
}


def open(place: Place = "index") -> Archive:
    """The archive in a folder or at an address. Raises NotAnArchive, OutdatedArchive or DamagedArchive, each saying what to do."""
    from search.archive import Archive

    return Archive.open(place)


def __getattr__(name: str) -> object:
    """The public names, each imported when it is first asked for, so that `dateline --help` need not wait for all of them."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module 'search' has no attribute {name!r}")
