"""In which order do the articles found stand, and which of them are on a page?

The order is total: score or date, then the newest date, then the id; undated articles stand last in both directions of date. Dates are compared by
the first day that they may mean, then by the last. A cursor carries the sort key of the article it follows or precedes: within one
generation of the archive pages join without gap or repetition, in a later one they go on behind that key.
"""

from __future__ import annotations

import base64
import json
import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.execute import Match
from search.engines.whoosh.snapshot import UNDATED, Snapshot
from search.errors import UsageError
from search.request import SearchRequest, Sort

_SPAN = 1 << 22
"""More than the number of the last day of the year 9999: first and last day fit into one key, which a float still holds exactly."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an order: behind ("after") or before an article's sort key, or the last page ("last")."""

    kind: Literal["after", "before", "last"]
    sort: str
    generation: str = ""
    score: float = 0.0
    day: int = 0
    id: str = ""

    def encode(self) -> str:
        """As the text that an address carries."""
        values = json.dumps([self.kind, self.sort, self.generation, self.score, self.day, self.id], separators=(",", ":"))
        return base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """The cursor that `encode` wrote. Raises UsageError for anything else."""
        try:
            kind, sort, generation, score, day, id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            texts = kind in ("after", "before", "last") and all(isinstance(value, str) for value in (sort, generation, id))
            if texts and isinstance(day, int) and math.isfinite(score):
                return cls(kind, sort, generation, float(score), day, id)
        except (ValueError, TypeError, OverflowError, RecursionError):
            pass
        raise UsageError("This place in the results (“cursor”) is not one that a page gave: start again from the first page.")


@dataclass(frozen=True, slots=True)
class Page:
    """The articles of a page, in order, how many stand before them, and the cursors to its neighbours."""

    docs: list[int]
    start: int
    previous: str | None
    next: str | None
    last: str | None
    changed: bool


class Order:
    """The articles found, in order."""

    def __init__(self, snapshot: Snapshot, match: Match, sort: Sort) -> None:
        docs = np.flatnonzero(match.mask)
        first, last = snapshot.first_day[docs].astype(np.int64), snapshot.last_day[docs].astype(np.int64)
        undated = first == UNDATED
        newest = np.where(undated, 0, first * _SPAN + last)
        scores = match.scores[docs] if match.scores is not None else np.zeros(len(docs))
        primary = {"relevance": -scores, "newest": np.zeros(len(docs)), "oldest": np.where(undated, np.inf, newest.astype(np.float64))}[sort]
        order = np.lexsort((snapshot.rank[docs], -newest, primary))
        self._snapshot = snapshot
        self._sort = sort
        self.docs: NDArray[np.int64] = docs[order]
        self._primary: NDArray[np.float64] = primary[order].astype(np.float64)
        self._newest: NDArray[np.int64] = newest[order]

    def page(self, request: SearchRequest) -> Page:
        """The page that a request asks for: by cursor where it has one, else by number."""
        total, limit = len(self.docs), request.limit
        pages_before_last = max(0, (total - 1) // limit) * limit if limit else 0
        start, changed = (request.page - 1) * limit, False
        if request.cursor:
            cursor = Cursor.decode(request.cursor)
            if cursor.sort != request.sort:
                raise UsageError("This place in the results (“cursor”) belongs to another order: start again from the first page.")
            changed = cursor.kind != "last" and cursor.generation != self._snapshot.generation
            if cursor.kind == "last":
                start = pages_before_last
            elif cursor.kind == "after":
                start = self._place(cursor, behind=True)
            else:
                start = max(0, self._place(cursor, behind=False) - limit)
        docs = self.docs[start : start + limit].tolist() if limit else []
        previous = self._cursor("before", start).encode() if docs and start > 0 else None
        following = self._cursor("after", start + len(docs) - 1).encode() if docs and start + len(docs) < total else None
        last = Cursor("last", request.sort).encode() if docs and total > limit else None
        return Page(docs, start, previous, following, last, changed)

    def _cursor(self, kind: Literal["after", "before"], index: int) -> Cursor:
        id = self._snapshot.ids[int(self.docs[index])]
        return Cursor(kind, self._sort, self._snapshot.generation, _finite(self._primary[index]), int(self._newest[index]), id)

    def _place(self, cursor: Cursor, *, behind: bool) -> int:
        """How many articles stand before the cursor's key, that of its own article included where the place is behind it."""
        same = np.array([_finite(value) for value in self._primary]) if np.isinf(self._primary).any() else self._primary
        day = max(-_SPAN * _SPAN, min(cursor.day, _SPAN * _SPAN))
        before = (same < cursor.score) | ((same == cursor.score) & (self._newest > day))
        equal = np.flatnonzero((same == cursor.score) & (self._newest == day))
        ids = [self._snapshot.ids[int(doc)] for doc in self.docs[equal]]
        at = bisect_left(ids, cursor.id)
        if behind and at < len(ids) and ids[at] == cursor.id:
            at += 1
        return int(before.sum()) + at


def _finite(value: float) -> float:
    """A key as JSON can carry it: undated articles, last in both directions, have no finite one."""
    return float(min(value, np.finfo(np.float64).max))
