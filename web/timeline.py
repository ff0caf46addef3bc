"""When were the articles found published? The date facet as a picture: a bar for each year, month or day, drawn to the scale of the calendar.

Years at first; the months of what is chosen, then the days. A chosen range is shown in the finest of these that the facet has opened for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from search.request import SearchRequest
from search.results import Facet, FacetValue
from web import params, strings
from web.panels import Link
from web.periods import Level, Span, bounds, merged, number_of, side_by_side, span, without_deserts, years

MOST_SLOTS = 132
"""Bars side by side at most: eleven years of months, each still three pixels wide on a phone. Beyond, a bar stands for more."""

CROWDED = 48
"""With fewer slots than this, nothing needs to be left out."""

_LEAST_HEIGHT = 2.5
"""Percent: one article among thousands can still be seen."""

_WIDEST = 7.0
"""Percent: a single bar is a bar, not a wall."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A year, month or day (or ten or a hundred years): its articles, and the search narrowed to it.

    `first` and `last` are its days, for whoever marks several bars. In percent of the picture: `x`, `width` and `height` of the bar, `left` and
    `slot` of the column that it stands in. `tick` is what stands below it, "" for nothing; `major` ticks stay where there is little room.
    """

    name: str
    count: int
    state: Literal["", "selected", "excluded"]
    href: str
    first: str
    last: str
    x: float
    width: float
    height: float
    left: float
    slot: float
    tick: str = ""
    major: bool = True


@dataclass(frozen=True, slots=True)
class Crumb:
    """A wider stretch of time that one can go back to; None where one is there."""

    label: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture: `bars` in the order of the calendar, `gaps` (percent) where empty years are left out, and `most`, the number of the highest bar.

    `crumbs` lead back from the finest to all years, `earlier` and `later` to the neighbours of the one year or month that is shown. `vague` are
    the articles shown that have no bar, since their date is not known so precisely: (name, articles, address). `brush` is the search
    without dates, to which a marked range is added; `after` and `before` are what bounds the one stretch of time that is chosen, "" where none is.
    """

    level: Level
    bars: tuple[Bar, ...]
    gaps: tuple[float, ...]
    most: int
    crumbs: tuple[Crumb, ...]
    earlier: Crumb | None
    later: Crumb | None
    vague: tuple[tuple[str, int, str], ...]
    brush: str
    after: str
    before: str


def timeline(facet: Facet, request: SearchRequest, link: Link) -> Timeline | None:
    """The picture of a date facet; None where there would be no bar in it."""
    values = {value.value: value for value in _all(facet.values) if ".." not in value.value}
    included = request.selection("date").include
    every = [span(name) for name in values if len(name) == 4]
    if not any(value.count for value in values.values()):
        return None
    whole = Span(min(one.first for one in every), max(one.last for one in every))
    level, spans = _shown(included, values, whole)
    spans = merged(spans or [whole])
    # Reckoned before any is made: there are millions of days.
    while level != "year" and number_of(level, spans) > MOST_SLOTS:
        level = "month" if level == "day" else "year"
    slots = side_by_side(level, spans)
    drawn = _drawn(slots, values, level)
    after, before = bounds(included[0]) if len(included) == 1 else ("", "")
    return Timeline(
        level=level,
        bars=tuple(_bars(drawn, level, request, link)),
        gaps=tuple(round(100 * (place + 0.5) / len(drawn), 3) for place, slot in enumerate(drawn) if slot is None),
        most=max((slot.count for slot in drawn if slot), default=0),
        crumbs=tuple(_crumbs(included, level, request, link)),
        earlier=_neighbour(included, values, request, link, -1),
        later=_neighbour(included, values, request, link, 1),
        vague=tuple(_vague(values, spans, level, request, link)),
        brush=link(params.with_dates(request, ())),
        after=after,
        before=before,
    )


def _all(values: Iterable[FacetValue]) -> Iterator[FacetValue]:
    for value in values:
        yield value
        yield from _all(value.children or ())


def _shown(included: tuple[str, ...], values: dict[str, FacetValue], whole: Span) -> tuple[Level, list[Span]]:
    """How finely what is chosen is to be shown, and which days; no days stand for all."""
    found: list[tuple[Level, Span]] = []
    for value in included:
        if ".." in value:
            first, last = (dt.date.fromisoformat(end) if end else None for end in value.split(".."))
            chosen = Span(first or min(whole.first, last or whole.first), last or max(whole.last, first or whole.last))
            found.append((_opened(chosen, values), chosen))
        elif len(value.removesuffix("-none")) == 4:
            found.append(("month", span(value)))
        else:
            found.append(("day", span(value[:7])))
    spans = [chosen for _, chosen in found]
    # The coarsest decides, so that all bars stand for the same length of time.
    levels: tuple[Level, ...] = ("year", "month", "day")
    return next((level for level in levels if any(one == level for one, _ in found)), "year"), spans


def _opened(chosen: Span, values: dict[str, FacetValue]) -> Level:
    """How finely the facet has what lies in a range: all of it, since what is excluded or chosen besides is opened too."""
    inside = [name for name in values if not name.endswith("-none") and len(name) < 10 and span(name).meets(chosen)]
    opened = {length: [values[name].children is not None for name in inside if len(name) == length] for length in (4, 7)}
    if not opened[4] or not all(opened[4]):
        return "year"
    return "day" if opened[7] and all(opened[7]) else "month"


@dataclass(frozen=True, slots=True)
class _Slot:
    """A column of the picture: a value of the date facet, its articles and whether it is chosen."""

    value: str
    days: Span
    count: int
    state: Literal["", "selected", "excluded"] = ""


def _drawn(slots: list[str | None], values: dict[str, FacetValue], level: Level) -> list[_Slot | None]:
    """What is drawn: long empty runs of years become a gap, and where there are still too many years, ten or a hundred share a bar."""
    if level != "year":
        return [_slot(slot, values.get(slot)) if slot else None for slot in slots]
    found = {int(name): value for name, value in values.items() if len(name) == 4 and (value.count or value.selected or value.excluded)}
    for wide in (1, 10, 100):
        grouped = list(dict.fromkeys(f"{int(slot) // wide * wide:04}" for slot in slots if slot))
        filled = {f"{year // wide * wide:04}" for year in found}
        drawn = without_deserts(grouped, filled) if len(grouped) >= CROWDED and filled & {*grouped} else [*grouped]
        if len(drawn) <= MOST_SLOTS:
            break
    if wide == 1:
        return [_slot(slot, values.get(slot)) if slot else None for slot in drawn]
    several = [years(int(slot), wide) if slot else None for slot in drawn]
    return [_Slot(days.value, days, sum(v.count for y, v in found.items() if y in days)) if days else None for days in several]


def _slot(name: str, value: FacetValue | None) -> _Slot:
    if value is None:
        return _Slot(name, span(name), 0)
    return _Slot(name, span(name), value.count, "selected" if value.selected else "excluded" if value.excluded else "")


def _bars(drawn: list[_Slot | None], level: Level, request: SearchRequest, link: Link) -> Iterator[Bar]:
    most = max((slot.count for slot in drawn if slot), default=0) or 1
    width = 100 / len(drawn)
    thick = min(width * 0.78, _WIDEST)
    ticks = dict(_ticks([slot for slot in drawn if slot], level))
    for place, slot in enumerate(drawn):
        if slot is None:
            continue
        tick, major = ticks.get(slot.value, ("", False))
        yield Bar(
            name=strings.date_in_words(slot.value),
            count=slot.count,
            state=slot.state,
            href=link(params.without(request, "date", slot.value) if slot.state else params.with_value(request, "date", slot.value)),
            first=slot.days.first.isoformat(),
            last=slot.days.last.isoformat(),
            x=round(place * width + (width - thick) / 2, 3),
            width=round(thick, 3),
            height=round(max(100 * slot.count / most, _LEAST_HEIGHT), 2) if slot.count else 0,
            left=round(place * width, 3),
            slot=round(width, 3),
            tick=tick,
            major=major,
        )


def _ticks(slots: list[_Slot], level: Level) -> Iterator[tuple[str, tuple[str, bool]]]:
    """(value, (label, whether it stays where there is little room))."""
    if level == "year":
        step = next((step for step in (1, 2, 5, 10, 20, 50, 100) if len(slots) / step <= 14), 1000)
        for slot in slots:
            year = slot.days.first.year
            if year % step == 0 or len(slots) == 1:
                yield slot.value, (str(year), (year // step) % 2 == 0 or len(slots) <= 7)
        return
    for place, slot in enumerate(slots):
        day = slot.days.first
        if level == "day":
            if day.day == 1 or place == 0:
                yield slot.value, (strings.day_and_month(slot.value), True)
            elif len(slots) <= 16 or (day.day % 5 == 0 and day.day < 29 and place > 2):
                yield slot.value, (str(day.day), day.day % 10 == 0)
        elif day.month == 1 or place == 0:
            several = len(slots) > 12 or slots[0].days.first.year != slots[-1].days.first.year
            yield slot.value, (str(day.year) if several and day.month == 1 else strings.short_month(slot.value), True)
        elif len(slots) <= 14:
            yield slot.value, (strings.short_month(slot.value), day.month % 3 == 1)
        elif len(slots) <= 40 and day.month in (4, 7, 10) and place > 1:
            yield slot.value, (strings.short_month(slot.value), day.month == 7 and len(slots) <= 26)


def _crumbs(included: tuple[str, ...], level: Level, request: SearchRequest, link: Link) -> Iterator[Crumb]:
    """All years, then what the one chosen date lies in; several dates are named by the chips."""
    yield Crumb(strings.ALL_YEARS, link(params.with_dates(request, ())) if included else None)
    if len(included) == 1:
        value = included[0].removesuffix("-none")
        if ".." in value:
            yield Crumb(strings.date_in_words(value), None)
            return
        steps = [value[:length] for length in (4, 7, 10) if length <= len(value)]
        for step in steps:
            label = step if len(step) == 4 else strings.date_branch(step)
            yield Crumb(label, None if step == value and not included[0].endswith("-none") else link(params.with_dates(request, (step,))))
        if included[0].endswith("-none"):
            yield Crumb(strings.date_branch(included[0]), None)
    elif included:
        yield Crumb(strings.several_dates(len(included)), None)


def _neighbour(included: tuple[str, ...], values: dict[str, FacetValue], request: SearchRequest, link: Link, step: int) -> Crumb | None:
    """The nearest year before or behind the chosen one (or month, or day, as far as the facet lists them) that has articles."""
    if len(included) != 1 or ".." in included[0] or included[0].endswith("-none"):
        return None
    value = included[0]
    others = [name for name, one in values.items() if len(name) == len(value) and one.count and not one.excluded and not name.endswith("none")]
    beyond = sorted(name for name in others if (name > value if step > 0 else name < value))
    if not beyond:
        return None
    nearest = beyond[0] if step > 0 else beyond[-1]
    return Crumb(strings.date_in_words(nearest), link(params.with_dates(request, (nearest,))))


def _vague(values: dict[str, FacetValue], spans: list[Span], level: Level, request: SearchRequest, link: Link) -> Iterator[tuple[str, int, str]]:
    """The articles inside what is shown whose date is not known to the length of a bar."""
    for name, value in sorted(values.items()):
        stated = name.removesuffix("-none")
        if name == stated or not value.count or level == "year" or (level == "month" and len(stated) == 7):
            continue
        if any(shown.holds(span(stated)) for shown in spans):
            taken = value.selected or value.excluded
            href = link(params.without(request, "date", name) if taken else params.with_value(request, "date", name))
            yield strings.date_in_words(name), value.count, href
