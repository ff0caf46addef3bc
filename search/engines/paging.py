"""Which part of an order is asked for? Cursors, and the page that an engine gives.

The order of results is total: score or date, then the newest date, then the id; undated articles stand last in both directions of date. Dates are
compared by the first day that they may mean, then by the last. A cursor carries the sort key of the article it follows or precedes: within one
generation of the archive pages join without gap or repetition, in a later one they go on behind that key.
"""

from __future__ import annotations

import base64
import calendar
import datetime as dt
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from search.article import Article
from search.errors import UsageError
from search.request import SearchRequest

SPAN = 1 << 22
"""More than the number of the last day of the year 9999: first and last day fit into one key, which a float still holds exactly."""


def days_of(date: str) -> tuple[int, int]:
    """The first and the last day that a date cut to its precision may mean, as proleptic ordinals."""
    parts = [int(part) for part in date.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else None
    if len(parts) == 3:
        day = dt.date(*parts).toordinal()
        return day, day
    first = dt.date(year, month or 1, 1)
    last = dt.date(year, month or 12, calendar.monthrange(year, month or 12)[1])
    return first.toordinal(), last.toordinal()


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an order: behind ("after") or before an article's sort key, or the last page ("last").

    `score` is the score or the date that the order begins with (less is earlier), `day` the key of the date, `at` the article's place in its
    generation.
    """

    kind: Literal["after", "before", "last"]
    sort: str
    generation: str = ""
    score: float = 0.0
    day: int = 0
    id: str = ""
    at: int = 0

    def encode(self) -> str:
        """As the text that an address carries."""
        values = json.dumps([self.kind, self.sort, self.generation, self.score, self.day, self.id, self.at], separators=(",", ":"))
        return base64.urlsafe_b64encode(values.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Cursor:
        """The cursor that `encode` wrote. Raises UsageError for anything else."""
        try:
            kind, sort, generation, score, day, id, at = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            texts = kind in ("after", "before", "last") and all(isinstance(value, str) for value in (sort, generation, id))
            if texts and isinstance(day, int) and isinstance(at, int) and at >= 0 and math.isfinite(score):
                return cls(kind, sort, generation, float(score), day, id, at)
        except (ValueError, TypeError, OverflowError, RecursionError):
            pass
        raise UsageError("This place in the results (“cursor”) is not one that a page gave: start again from the first page.")


LAST = float(np.finfo(np.float64).max)
"""The key of undated articles where the oldest stand first; infinity could not be written into a cursor."""


def before(cursor: Cursor, primary: NDArray[np.float64], newest: NDArray[np.int64], id_at: Callable[[int], str]) -> int:
    """How many articles stand before a cursor's key, that of its own article included for one of kind "after".

    `primary` are the scores (less is earlier) and `newest` the keys of the dates of all articles found; `id_at` gives the id at an index.
    """
    day = max(-SPAN * SPAN, min(cursor.day, SPAN * SPAN))
    earlier = (primary < cursor.score) | ((primary == cursor.score) & (newest > day))
    ids = (id_at(int(index)) for index in np.flatnonzero((primary == cursor.score) & (newest == day)))
    equal = sum(id < cursor.id or (id == cursor.id and cursor.kind == "after") for id in ids)
    return int(np.count_nonzero(earlier)) + equal


@dataclass(frozen=True, slots=True)
class Page:
    """The articles of a page with their scores, in order, how many stand before them, and the cursors to its neighbours."""

    hits: tuple[tuple[Article, float], ...] = ()
    start: int = 0
    previous: str | None = None
    next: str | None = None
    last: str | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Where a page begins and ends, and whether the archive has changed since its cursor was given."""

    start: int
    end: int
    changed: bool = False


def window(request: SearchRequest, total: int, generation: str, place: Callable[[Cursor], int]) -> Window:
    """The part of `total` results that a request asks for: by cursor where it has one, else by number.

    `place` gives the number of results before a cursor's key, that of its own article included for one of kind "after".
    Raises UsageError for a cursor of nobody or of another order.
    """
    limit, start, changed = request.limit, (request.page - 1) * request.limit, False
    if request.cursor:
        cursor = Cursor.decode(request.cursor)
        if cursor.sort != request.sort:
            raise UsageError("This place in the results (“cursor”) belongs to another order: start again from the first page.")
        changed = cursor.kind != "last" and cursor.generation != generation
        if cursor.kind == "last":
            start = max(0, (total - 1) // limit) * limit if limit else 0
        else:
            start = place(cursor) if cursor.kind == "after" else max(0, place(cursor) - limit)
    return Window(start, min(start + limit, total), changed)
