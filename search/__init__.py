"""Dateline: search a folder of raw news articles.

    >>> import search
    >>> archive = search.open("index")
    >>> results = archive.search("refugees", agency="SANA")
    >>> results.total
    2
    >>> [hit.headline.text for hit in results.hits][0]
    ...

Results are plain frozen records; in a notebook they show themselves as a page would.
"""

from __future__ import annotations

import os

from search.archive import Archive
from search.article import Article, Evidence, Person, Removed
from search.errors import DatelineError
from search.request import SearchRequest, Selection
from search.results import Facet, FacetValue, Hit, Results

__all__ = [
    "Archive", "Article", "DatelineError", "Evidence", "Facet", "FacetValue", "Hit", "Person", "Removed", "Results", "SearchRequest", "Selection", "open",
]  # fmt: skip


def open(path: str | os.PathLike[str] = "index") -> Archive:  # noqa: A001 - `search.open` is what one wants to read
    """The archive in a folder. Raises NotAnArchive, OutdatedArchive or DamagedArchive, each saying what to do."""
    return Archive.open(path)
