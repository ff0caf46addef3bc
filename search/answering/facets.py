"""What do facet selections leave, and what does each facet count? The counting rules of exact, drill-down facets, written as plans.

A facet is counted on the articles that the query and all *other* facets' selections leave. Its own exclusions apply to its other values; its own
included values apply in *all* mode only, so that in *any* mode the alternatives stay visible. An excluded value shows what it would bring back.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from search.engines.base import Count, ValueCounts, Values, View
from search.engines.paging import days_of
from search.lookup import Lookup
from search.plan import AtLeast, Having, PossiblyDated
from search.query.tree import PEOPLE_FIELDS, And, DateRange, Everything, Missing, Node, Not, Nothing, Or
from search.request import SearchRequest, Selection
from search.results import Facet, FacetMissing, FacetValue, counted


def all_of(parts: Iterable[Node]) -> Node:
    """The plan that finds what all parts find."""
    kept = [part for part in dict.fromkeys(parts) if not isinstance(part, Everything)]
    return And(tuple(kept)) if len(kept) > 1 else kept[0] if kept else Everything()


def any_of(parts: Iterable[Node]) -> Node:
    """The plan that finds what any part finds."""
    kept = list(dict.fromkeys(parts))
    return Or(tuple(kept)) if len(kept) > 1 else kept[0] if kept else Nothing()


def possible(node: Node) -> Node:
    """The plan that also finds what would match if its date were known exactly. What is doubtful under a NOT stays out: it becomes no likelier."""
    match node:
        case DateRange(start=start, end=end):
            return Or((node, PossiblyDated(start, end)))
        case And(children=children):
            return And(tuple(map(possible, children)))
        case Or(children=children):
            return Or(tuple(map(possible, children)))
        case AtLeast(children=children, least=least):
            return AtLeast(tuple(map(possible, children)), least)
        case _:
            return node


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection as plans: for each included and excluded value, the articles that have it; the same for "none given"."""

    selection: Selection
    plans: dict[str, Node] = field(default_factory=dict)

    @property
    def values(self) -> tuple[str, ...]:
        """The included and excluded values, each once."""
        return tuple(dict.fromkeys((*self.selection.include, *self.selection.exclude)))

    def inclusion(self) -> Node:
        """The articles that the included values leave."""
        wanted = [self.plans[value] for value in self.selection.include]
        if self.selection.missing == "include":
            wanted.append(Missing(self.selection.field))
        if not wanted:
            return Everything()
        return any_of(wanted) if self.selection.effective_mode == "any" else all_of(wanted)

    def without_excluded(self, *, but: str | None = None) -> Node:
        """The articles that the excluded values leave, `but` one of them ("" for none given)."""
        unwanted = [self.plans[value] for value in self.selection.exclude if value != but]
        if self.selection.missing == "exclude" and but != "":
            unwanted.append(Missing(self.selection.field))
        return Not(any_of(unwanted)) if unwanted else Everything()

    def left(self) -> Node:
        """The articles that the selection leaves."""
        return all_of((self.inclusion(), self.without_excluded()))


def chosen(selection: Selection, lookup: Lookup) -> Chosen:
    """A selection with what each of its values stands for."""
    return Chosen(selection, {value: _having(selection.field, value, lookup) for value in (*selection.include, *selection.exclude)})


def _having(name: str, value: str, lookup: Lookup) -> Node:
    if name != "date":
        return Having(name, lookup.meant(name, value))
    return Having(name, (value.removesuffix("-none"),)) if value.endswith("-none") else date_range_of(value)


def date_range_of(value: str) -> DateRange:
    """The range of days of a date value: a year, month or day, or "first..last" with either end open."""
    if ".." in value:
        first, last = (dt.date.fromisoformat(end) if end else None for end in value.split("..", 1))
        return DateRange(first, last)
    parts = [int(part) for part in value.split("-")]
    year, month, day = parts[0], parts[1] if len(parts) > 1 else None, parts[2] if len(parts) > 2 else None
    if month and day:
        return DateRange(dt.date(year, month, day), dt.date(year, month, day))
    return DateRange(dt.date(year, month or 1, 1), dt.date(year, month or 12, calendar.monthrange(year, month or 12)[1]))


class Facets:
    """The selections of one request on one view, and the facets they lead to."""

    def __init__(self, request: SearchRequest, query: Node, view: View, lookup: Lookup) -> None:
        """`request` with its names resolved, `query` its plan with its names resolved."""
        self._request = request
        self._view = view
        self._lookup = lookup
        self._query = query
        self._chosen = {s.field: chosen(s, lookup) for s in request.selections if not s.empty}
        self._parts = [_Facet(self._chosen.get(name) or Chosen(request.selection(name)), self._others(name)) for name in request.facets]

    def found(self) -> Node:
        """The plan of what the query and all selections find."""
        return all_of((self._query, *(c.left() for c in self._chosen.values())))

    def questions(self) -> tuple[list[Values], list[Count]]:
        """What the facets that the request wants are made of."""
        return [part.listed(self._request.facet_limit) for part in self._parts], [Count(w) for part in self._parts for w in part.counted_apart()]

    def facets(self) -> tuple[Facet, ...]:
        """The facets that the request wants."""
        listed, apart = self.questions()
        values, counts = self._view.values(*listed), iter(self._view.count(*apart))
        return self._labelled([part.facet(found, counts, self._request.facet_limit) for part, found in zip(self._parts, values, strict=True)])

    def values(self, name: str, only: tuple[str, ...] | None, start: int, limit: int) -> Facet:
        """A part of one facet: `limit` values from the one at `start`, of `only` these; what is chosen stands among the others at its place."""
        part = _Facet(self._chosen.get(name) or Chosen(self._request.selection(name)), self._others(name))
        wanted = part.listed(None)
        (found,) = self._view.values(Values(name, wanted.where, None, wanted.without, only))
        allowed = None if only is None else frozenset(only)
        facet = part.facet(found, iter(self._view.count(*map(Count, part.counted_apart()))), None)
        ranked = [value for value in facet.values if allowed is None or value.value in allowed]
        shown = ranked[start : start + limit]
        return self._labelled([Facet(name, facet.mode, tuple(shown), facet.missing, max(0, len(ranked) - start - len(shown)))])[0]

    def _others(self, name: str) -> Node:
        return all_of((self._query, *(c.left() for field_name, c in self._chosen.items() if field_name != name)))

    def _labelled(self, facets: list[Facet]) -> tuple[Facet, ...]:
        """The facets with persons under their names."""
        keys = [value.value for facet in facets if facet.field in PEOPLE_FIELDS for value in facet.values if value.value.startswith("@")]
        labels = self._lookup.labels(keys) if keys else {}
        return tuple(
            Facet(
                facet.field,
                facet.mode,
                tuple(FacetValue(v.value, labels.get(v.value, v.label), v.count, v.selected, v.excluded) for v in facet.values),
                facet.missing,
                facet.more,
            )
            if facet.field in PEOPLE_FIELDS
            else facet
            for facet in facets
        )


@dataclass(frozen=True, slots=True)
class _Facet:
    """One facet of a request: what is chosen in it, and the articles that everything else leaves."""

    chosen: Chosen
    others: Node

    @property
    def _base(self) -> Node:
        """The articles it is counted on, before its own exclusions."""
        return all_of((self.others, self.chosen.inclusion())) if self.chosen.selection.effective_mode == "all" else self.others

    def listed(self, limit: int | None) -> Values:
        """The question for its values; chosen ones are counted apart."""
        where = all_of((self._base, self.chosen.without_excluded()))
        name = self.chosen.selection.field
        return Values(name, where, None) if name == "date" else Values(name, where, limit, self.chosen.values)

    def counted_apart(self) -> list[Node]:
        """What is counted one by one: the articles without a value, then those of each chosen value."""
        apart = [all_of((self._base, Missing(self.chosen.selection.field), self.chosen.without_excluded(but="")))]
        for value in self.chosen.values:
            own = self.chosen.without_excluded(but=value if value in self.chosen.selection.exclude else None)
            apart.append(all_of((self._base, self.chosen.plans[value], own)))
        return apart

    def facet(self, found: ValueCounts, counts: Iterator[int], limit: int | None) -> Facet:
        """The facet, from the answers to its questions; `limit` None is all values."""
        selection = self.chosen.selection
        missing = FacetMissing(next(counts), selection.missing == "include", selection.missing == "exclude")
        own = {value: next(counts) for value in self.chosen.values}
        if selection.field == "date":
            return Facet("date", selection.effective_mode, tuple(_dates(selection, dict(found.values), own)), missing, 0)
        values = [FacetValue(value, value, count, value in selection.include, value in selection.exclude) for value, count in own.items()]
        values += [FacetValue(value, value, count) for value, count in found.values]
        values.sort(key=lambda value: (-value.count, value.value))
        shown = tuple(value for place, value in enumerate(values) if limit is None or place < limit or value.value in own)
        return Facet(selection.field, selection.effective_mode, shown, missing, counted(found.distinct + len(own) - len(shown), exact=found.exact))


MOST_MONTHS, MOST_DAYS = 36, 62
"""A chosen range of no more months has its years opened, one of no more days also its months: what a picture of it can show one by one."""


def _dates(selection: Selection, stated: dict[str, int], own: dict[str, int]) -> Iterator[FacetValue]:
    """The date facet: chosen ranges, then years in their order, with the months of what is chosen and the days of a chosen month."""
    chosen_dates = [value for value in own if ".." not in value]
    opened = {name for value in chosen_dates for name in _levels(value)[:-1]}
    opened |= {value for value in selection.include if ".." not in value and value.count("-") < 2 and not value.endswith("-none")}
    opened |= _opened([date_range_of(value) for value in selection.include if ".." in value], stated)
    totals: dict[str, int] = {}
    for date, count in stated.items():
        # Months and days are wanted of what is opened only, and there may be thousands of days.
        for name in _levels(date) if date[:4] in opened else (date[:4],):
            totals[name] = totals.get(name, 0) + count
        if date.count("-") < 2:
            totals[f"{date}-none"] = count
    for value in chosen_dates:
        for name in _levels(value):
            totals.setdefault(name, 0)

    def value_of(name: str) -> FacetValue:
        count = own[name] if name in selection.exclude else totals[name]
        depth = name.count("-") + 1
        below = sorted(n for n in totals if n.startswith(f"{name}-") and n.count("-") == depth) if name in opened else None
        # "none" sorts behind digits, so what is too vague for the level comes last.
        children = None if below is None else tuple(value_of(child) for child in below)
        return FacetValue(name, name, count, name in selection.include, name in selection.exclude, children)

    for value, count in own.items():
        if ".." in value:
            yield FacetValue(value, value, count, value in selection.include, value in selection.exclude)
    for year in sorted(name for name in totals if "-" not in name):
        yield value_of(year)


def _opened(ranges: list[DateRange], stated: Collection[str]) -> set[str]:
    """The years and months that chosen ranges lie in, as far as each is short enough; an open end is that of the dates there are."""
    opened: set[str] = set()
    if not stated:
        return opened
    days = [days_of(date) for date in stated] if any(wanted.start is None or wanted.end is None for wanted in ranges) else []
    for wanted in ranges:
        start = wanted.start or dt.date.fromordinal(min(first for first, _ in days))
        end = wanted.end or dt.date.fromordinal(max(last for _, last in days))
        first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
        if end < start or last - first >= MOST_MONTHS:
            continue
        opened |= {f"{month // 12:04}" for month in range(first, last + 1)}
        if (end - start).days < MOST_DAYS:
            opened |= {f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)}
    return opened


def _levels(date: str) -> list[str]:
    """A date and what it lies in: the year, the month, the day."""
    parts = date.split("-")
    return ["-".join(parts[:level]) for level in range(1, len(parts) + 1)]
