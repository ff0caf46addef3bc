"""Which years, months or days lie side by side on a calendar? Stretches of time by the names that the date facet has for them."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Level = Literal["year", "month", "day"]

EMPTY_RUN = 4
"""Empty slots in a row that are drawn to scale; longer runs become a gap, so that one stray date does not flatten a decade."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    def meets(self, other: Span) -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def holds(self, other: Span) -> bool:
        """Whether all days of the other lie in this one."""
        return self.first <= other.first and other.last <= self.last

    def __contains__(self, year: int) -> bool:
        """Whether it has days of that year."""
        return self.first.year <= year <= self.last.year

    @property
    def value(self) -> str:
        """As a value of the date facet."""
        return f"{self.first.isoformat()}..{self.last.isoformat()}"


def span(name: str) -> Span:
    """The days of a year, month or day; of "2022-none" those of the year."""
    parts = [int(part) for part in name.removesuffix("-none").split("-")]
    match parts:
        case [year]:
            return Span(dt.date(year, 1, 1), dt.date(year, 12, 31))
        case [year, month]:
            return Span(dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))
        case _:
            return Span(dt.date(*parts), dt.date(*parts))


def bounds(value: str) -> tuple[str, str]:
    """What a value of the date facet lies after and before, as briefly as it can be said: "2022" after 2021 and before 2023; "" for an open end."""
    first, _, last = value.partition("..") if ".." in value else (span(value).first.isoformat(), "", span(value).last.isoformat())
    day = dt.timedelta(days=1)
    before, behind = (
        (dt.date.fromisoformat(first) - day if first > "0001-01-01" else None),
        (dt.date.fromisoformat(last) + day if last and last < "9999-12-31" else None),
    )
    after = before.isoformat() if before else ""
    if before and (before + day).day == 1:
        after = after[:4] if before.month == 12 else after[:7]
    until = behind.isoformat() if behind else ""
    if behind and behind.day == 1:
        until = until[:4] if behind.month == 1 else until[:7]
    return after, until


def years(first: int, number: int) -> Span:
    """The days of so many years, as far as there are such."""
    return Span(dt.date(max(1, first), 1, 1), dt.date(min(9999, first + number - 1), 12, 31))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days in their order, none of them twice."""
    found: list[Span] = []
    for one in sorted(spans, key=lambda one: one.first):
        if found and one.first <= found[-1].last:
            found[-1] = Span(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return found


def number_of(level: Level, spans: Iterable[Span]) -> int:
    """How many years, months or days they meet, some perhaps counted twice."""
    match level:
        case "year":
            return sum(one.last.year - one.first.year + 1 for one in spans)
        case "month":
            return sum((one.last.year - one.first.year) * 12 + one.last.month - one.first.month + 1 for one in spans)
        case "day":
            return sum((one.last - one.first).days + 1 for one in spans)


def side_by_side(level: Level, spans: Sequence[Span]) -> list[str | None]:
    """The years, months or days that the spans meet, in order; None between two that are not neighbours."""
    ordered = sorted({name for one in spans for name in _names(level, one)})
    found: list[str | None] = [*ordered[:1]]
    for before, name in pairwise(ordered):
        if span(name).first - span(before).last > dt.timedelta(days=1):
            found.append(None)
        found.append(name)
    return found


def _names(level: Level, of: Span) -> Iterator[str]:
    match level:
        case "year":
            yield from (f"{year:04}" for year in range(of.first.year, of.last.year + 1))
        case "month":
            for month in range(of.first.year * 12 + of.first.month - 1, of.last.year * 12 + of.last.month):
                yield f"{month // 12:04}-{month % 12 + 1:02}"
        case "day":
            yield from (dt.date.fromordinal(day).isoformat() for day in range(of.first.toordinal(), of.last.toordinal() + 1))


def without_deserts(slots: Sequence[str], filled: Collection[str]) -> list[str | None]:
    """The slots from the first that is filled to the last, with None for every long run of them that is not."""
    drawn: list[str | None] = []
    run: list[str] = []
    for slot in slots:
        if slot in filled:
            drawn += run if len(run) <= EMPTY_RUN else [None]
            drawn.append(slot)
            run = []
        else:
            run.append(slot)
    return drawn
