"""In which order do the articles found stand, and which of them are on a page? The order is that of `engines/paging.py`.

Of very many articles only a page is wanted: those that cannot be on it are left out by the key that the order begins with, and the few others
are sorted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from search.engines.paging import LAST, SPAN, Cursor, before, window
from search.engines.whoosh.facets import Mask
from search.engines.whoosh.gathering import UNDATED
from search.engines.whoosh.snapshot import Snapshot
from search.request import SearchRequest, Sort

_FEW = 500
"""Articles that are sorted without further ado."""


@dataclass(frozen=True, slots=True)
class Place:
    """The articles of a page, in order, how many stand before them, and the cursors to its neighbours."""

    docs: list[int]
    start: int
    previous: str | None
    next: str | None
    last: str | None
    changed: bool


class Order:
    """The articles found, in order."""

    def __init__(self, snapshot: Snapshot, mask: Mask, scores: NDArray[np.float64] | None, sort: Sort) -> None:
        """`scores` of all articles; without them relevance is the newest first."""
        self._snapshot = snapshot
        self._sort = sort
        self._docs = np.flatnonzero(mask)
        first, last = snapshot.first_day[self._docs].astype(np.int64), snapshot.last_day[self._docs]
        undated = first == UNDATED
        self._newest: NDArray[np.int64] = np.where(undated, 0, first * SPAN + last)
        if sort == "relevance" and scores is not None:
            self._primary: NDArray[np.float64] = -scores[self._docs]
        elif sort == "oldest":
            self._primary = np.where(undated, LAST, self._newest.astype(np.float64))
        else:
            self._primary = np.zeros(len(self._docs))

    def all(self) -> list[int]:
        """Everything found, in order."""
        found: list[int] = self._docs[self._first(len(self._docs))].tolist()
        return found

    def page(self, request: SearchRequest) -> Place:
        """The page that a request asks for: by cursor where it has one, else by number."""
        total, limit = len(self._docs), request.limit
        shown = window(request, total, self._snapshot.generation, self._before)
        places = self._first(shown.end)[shown.start :].tolist() if limit and shown.start < shown.end else []
        previous = self._cursor("before", places[0], shown.start) if places and shown.start > 0 else None
        following = self._cursor("after", places[-1], shown.end - 1) if places and shown.end < total else None
        last = Cursor("last", request.sort).encode() if places and total > limit else None
        return Place(self._docs[places].tolist(), shown.start, previous, following, last, shown.changed)

    def _first(self, number: int) -> NDArray[np.int64]:
        """The places in `_docs` of the first so many articles, in order."""
        candidates = np.arange(len(self._docs))
        if number < len(candidates) // 2:
            candidates = _smallest(candidates, self._primary, number)
            certain = self._primary[candidates] < self._primary[candidates].max(initial=0)
            # Of those that are equal at the end of the page, the newest.
            equal = _smallest(candidates[~certain], -self._newest, number - int(np.count_nonzero(certain)))
            candidates = np.concatenate((candidates[certain], equal))
        docs = self._docs[candidates]
        ids = self._snapshot.ids[docs] if len(docs) <= _FEW else self._snapshot.ranks[docs]
        ordered: NDArray[np.int64] = candidates[np.lexsort((ids, -self._newest[candidates], self._primary[candidates]))]
        return ordered[:number]

    def _cursor(self, kind: Literal["after", "before"], place: int, index: int) -> str:
        """A cursor at the article of a place in `_docs`, the one of that index in the order."""
        primary, newest = float(self._primary[place]), int(self._newest[place])
        return Cursor(kind, self._sort, self._snapshot.generation, primary, newest, self._id(place), index).encode()

    def _before(self, cursor: Cursor) -> int:
        return before(cursor, self._primary, self._newest, self._id)

    def _id(self, place: int) -> str:
        return bytes(self._snapshot.ids[self._docs[place]]).decode("utf-8")


def _smallest(places: NDArray[np.int64], keys: NDArray[np.float64] | NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """Those of some places whose keys are among the so many smallest, with all that are equal to the greatest of these."""
    if len(places) <= max(number, _FEW) or number <= 0:
        return places
    there = keys[places]
    kept: NDArray[np.int64] = places[there <= np.partition(there, number - 1)[number - 1]]
    return kept
