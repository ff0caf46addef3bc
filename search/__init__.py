"""Dateline: search a folder of raw news articles.

    import search

    archive = search.open("index")
    results = archive.search("refugees", agency="SANA")
    for hit in results.hits:
        print(hit.date, hit.agency, hit.headline.text)

Results are plain frozen records; in a notebook they show themselves as a page would. docs/python.md goes on from here.
"""

from __future__ import annotations

import os

from search.archive import Archive
from search.article import Article, Evidence, Person, Removed
from search.errors import DatelineError
from search.request import SearchRequest, Selection, ask
from search.results import Facet, FacetValue, Hit, Results

__all__ = [
    "Archive", "Article", "DatelineError", "Evidence", "Facet", "FacetValue", "Hit", "Person", "Removed", "Results", "SearchRequest", "Selection", "ask",
    "open",
]  # fmt: skip


def open(path: str | os.PathLike[str] = "index") -> Archive:  # noqa: A001 - `search.open` is what one wants to read
    """The archive in a folder. Raises NotAnArchive, OutdatedArchive or DamagedArchive, each saying what to do."""
    return Archive.open(path)
