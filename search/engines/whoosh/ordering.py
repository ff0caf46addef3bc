"""In which order do the articles found stand, and which of them are on a page? The order is that of `engines/paging.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from search.engines.paging import LAST, SPAN, Cursor, before, window
from search.engines.whoosh.snapshot import UNDATED, Mask, Scores, Snapshot
from search.request import SearchRequest, Sort


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

    def __init__(self, snapshot: Snapshot, mask: Mask, scores: Scores | None, sort: Sort) -> None:
        docs = np.flatnonzero(mask)
        first, last = snapshot.first_day[docs].astype(np.int64), snapshot.last_day[docs].astype(np.int64)
        undated = first == UNDATED
        newest = np.where(undated, 0, first * SPAN + last)
        relevance = -scores[docs] if scores is not None else np.zeros(len(docs))
        primary = {"relevance": relevance, "newest": np.zeros(len(docs)), "oldest": np.where(undated, LAST, newest.astype(np.float64))}[sort]
        order = np.lexsort((snapshot.rank[docs], -newest, primary))
        self._snapshot = snapshot
        self._sort = sort
        self.docs: NDArray[np.int64] = docs[order]
        self._primary: NDArray[np.float64] = primary[order].astype(np.float64)
        self._newest: NDArray[np.int64] = newest[order]

    def page(self, request: SearchRequest) -> Place:
        """The page that a request asks for: by cursor where it has one, else by number."""
        total, limit = len(self.docs), request.limit
        shown = window(request, total, self._snapshot.generation, self._before)
        docs = self.docs[shown.start : shown.end].tolist() if limit else []
        previous = self._cursor("before", shown.start).encode() if docs and shown.start > 0 else None
        following = self._cursor("after", shown.end - 1).encode() if docs and shown.end < total else None
        last = Cursor("last", request.sort).encode() if docs and total > limit else None
        return Place(docs, shown.start, previous, following, last, shown.changed)

    def _cursor(self, kind: Literal["after", "before"], index: int) -> Cursor:
        id = self._snapshot.ids[int(self.docs[index])]
        return Cursor(kind, self._sort, self._snapshot.generation, float(self._primary[index]), int(self._newest[index]), id, index)

    def _before(self, cursor: Cursor) -> int:
        return before(cursor, self._primary, self._newest, lambda index: self._snapshot.ids[int(self.docs[index])])
