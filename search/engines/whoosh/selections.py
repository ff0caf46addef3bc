"""What do facet selections leave, and what does each facet count? The counting rules of exact, drill-down facets, on arrays.

A facet is counted on the articles that the query and all *other* facets' selections leave. Its own exclusions apply to its other values; its own
included values apply in *all* mode only, so that in *any* mode the alternatives stay visible. An excluded value shows what it would bring back.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from search.analysis import fold
from search.engines.whoosh.execute import Executor, Match
from search.engines.whoosh.snapshot import Mask, Snapshot, day_span
from search.query.tree import PEOPLE_FIELDS, DateRange
from search.request import SearchRequest, Selection
from search.results import Facet, FacetMissing, FacetValue, NamedPeople


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection on one snapshot: for each included and excluded value, the articles that have it; the same for "none given"."""

    selection: Selection
    included: dict[str, Match]
    excluded: dict[str, Mask]
    missing: Mask

    def inclusion(self) -> Match | None:
        """The articles that the included values leave; None where nothing is included."""
        wanted = list(self.included.values())
        if self.selection.missing == "include":
            wanted.append(Match(self.missing, self.missing))
        if not wanted:
            return None
        join = np.logical_or if self.selection.effective_mode == "any" else np.logical_and
        return Match(join.reduce([m.mask for m in wanted]), join.reduce([m.maybe for m in wanted]))

    def exclusion(self, *, but: str | None = None) -> Mask | None:
        """The articles that the excluded values take away, `but` one of them ("" for none given)."""
        unwanted = [mask for value, mask in self.excluded.items() if value != but]
        if self.selection.missing == "exclude" and but != "":
            unwanted.append(self.missing)
        return np.logical_or.reduce(unwanted) if unwanted else None

    def left(self) -> Match | None:
        """The articles that the selection leaves; None where it leaves everything."""
        inclusion, exclusion = self.inclusion(), self.exclusion()
        if exclusion is None:
            return inclusion
        return Match(~exclusion, ~exclusion) if inclusion is None else Match(inclusion.mask & ~exclusion, inclusion.maybe & ~exclusion)


def resolve(request: SearchRequest, snapshot: Snapshot) -> SearchRequest:
    """The request with every name that means one person replaced by that person's key, so that one value has one form."""
    resolved = []
    for selection in request.selections:
        if selection.field in PEOPLE_FIELDS:
            include, exclude = (_keys(selection.field, values, snapshot) for values in (selection.include, selection.exclude))
            selection = replace(selection, include=include, exclude=exclude)  # noqa: PLW2901 - the resolved one takes its place
        elif selection.field != "date":
            include, exclude = (_spelled(selection.field, values, snapshot) for values in (selection.include, selection.exclude))
            selection = replace(selection, include=include, exclude=exclude)  # noqa: PLW2901
        resolved.append(selection)
    return replace(request, selections=tuple(resolved))


def _keys(field: str, values: tuple[str, ...], snapshot: Snapshot) -> tuple[str, ...]:
    found = []
    for value in values:
        named = [snapshot.people.current(value)] if value.startswith("@") else snapshot.people.named(field, value)
        found.append(named[0] if len(named) == 1 else value)
    return tuple(dict.fromkeys(found))


def _spelled(field: str, values: tuple[str, ...], snapshot: Snapshot) -> tuple[str, ...]:
    """Values as the archive spells them, where it has exactly one spelling."""
    column = snapshot.columns[field]
    found = []
    for value in values:
        ordinals = [] if value in column.index else column.folded.get(fold(value), [])
        found.append(column.values[ordinals[0]] if len(ordinals) == 1 else value)
    return tuple(dict.fromkeys(found))


class Facets:
    """The selections of one request on one snapshot, and the facets they lead to."""

    def __init__(self, request: SearchRequest, executor: Executor, found: Match) -> None:
        self._request = request
        self._executor = executor
        self._snapshot = executor.snapshot
        self._found = found
        self._chosen = {s.field: self._choose(s) for s in request.selections if not s.empty}
        self._left = {field: chosen.left() for field, chosen in self._chosen.items()}

    def _choose(self, selection: Selection) -> Chosen:
        matches = {value: self._having(selection.field, value) for value in (*selection.include, *selection.exclude)}
        included = {value: matches[value] for value in selection.include}
        excluded = {value: matches[value].mask for value in selection.exclude}
        return Chosen(selection, included, excluded, self._snapshot.columns[selection.field].missing)

    def _having(self, field: str, value: str) -> Match:
        if field == "date":
            return self._dated(value)
        mask = self._snapshot.columns[field].having(self._executor.ordinals(field, value))
        return Match(mask, mask)

    def _dated(self, value: str) -> Match:
        """The articles of a value of the date facet: a year, month or day, a range, or those too vague for the next level ("2022-none")."""
        if value.endswith("-none"):
            column = self._snapshot.columns["date"]
            stated = value.removesuffix("-none")
            mask = column.having([column.index[stated]] if stated in column.index else [])
            return Match(mask, mask)
        return self._executor.dated(date_range_of(value))

    def selected(self) -> Match:
        """What the query and all selections find."""
        masks = [self._found, *(left for left in self._left.values() if left is not None)]
        if len(masks) == 1:
            return self._found
        return Match(np.logical_and.reduce([m.mask for m in masks]), np.logical_and.reduce([m.maybe for m in masks]), self._found.scores)

    def facet(self, field: str) -> Facet:
        """One facet, counted."""
        others = [left.mask for name, left in self._left.items() if name != field and left is not None]
        base: Mask = reduce(np.logical_and, others, self._found.mask)
        chosen = self._chosen.get(field) or Chosen(self._request.selection(field), {}, {}, self._snapshot.columns[field].missing)
        if chosen.selection.effective_mode == "all":
            inclusion = chosen.inclusion()
            base = base if inclusion is None else base & inclusion.mask
        exclusion = chosen.exclusion()
        counted = base if exclusion is None else base & ~exclusion
        return self._dates(chosen, base, counted) if field == "date" else self._values(field, chosen, base, counted)

    def _missing(self, chosen: Chosen, base: Mask, counted: Mask) -> FacetMissing:
        state = chosen.selection.missing
        without = chosen.exclusion(but="") if state == "exclude" else None
        mask = counted if state != "exclude" else base if without is None else base & ~without
        return FacetMissing(int((mask & chosen.missing).sum()), state == "include", state == "exclude")

    @staticmethod
    def _brought_back(chosen: Chosen, value: str, base: Mask) -> int:
        """How many articles an excluded value would bring back."""
        without = chosen.exclusion(but=value)
        mask = chosen.excluded[value] & base
        return int((mask if without is None else mask & ~without).sum())

    def _values(self, field: str, chosen: Chosen, base: Mask, counted: Mask) -> Facet:
        column = self._snapshot.columns[field]
        counts = column.counts(counted)
        chosen_values = [self._chosen_value(chosen, value, base, counted) for value in dict.fromkeys((*chosen.included, *chosen.excluded))]
        taken = {value.value for value in chosen_values}
        further = [ordinal for ordinal in np.flatnonzero(counts).tolist() if column.values[ordinal] not in taken]
        room = self._request.facet_limit
        candidates = further
        if room and len(further) > room:
            # Labels decide only among equals: what cannot be among the first is left out before they are looked up.
            least = np.partition(counts[further], len(further) - room)[len(further) - room]
            candidates = [ordinal for ordinal in further if counts[ordinal] >= least]
        values = [FacetValue(column.values[o], self._label(field, column.values[o]), int(counts[o])) for o in candidates]
        ranked = sorted((*chosen_values, *values), key=lambda v: (-v.count, v.label, v.value))
        shown = tuple(v for place, v in enumerate(ranked) if place < room or v.value in taken)
        more = len(further) + len(chosen_values) - len(shown)
        return Facet(field, chosen.selection.effective_mode, shown, self._missing(chosen, base, counted), more)

    def _chosen_value(self, chosen: Chosen, value: str, base: Mask, counted: Mask) -> FacetValue:
        included, excluded = value in chosen.included, value in chosen.excluded
        count = self._brought_back(chosen, value, base) if excluded else int((chosen.included[value].mask & counted).sum())
        return FacetValue(value, self._label(chosen.selection.field, value), count, included, excluded)

    def _label(self, field: str, value: str) -> str:
        return self._snapshot.people.label(value) if field in PEOPLE_FIELDS and value.startswith("@") else value

    def people(self, asked: list[tuple[str, str]]) -> tuple[NamedPeople, ...]:
        """Who each name stands for, where it stands for more than one person: most articles first."""
        named = []
        for field, name in dict.fromkeys(asked):
            column = self._snapshot.columns[field]
            counts = column.counts(self._snapshot.alive)
            keys = [key for key in self._snapshot.people.named(field, name) if key in column.index]
            persons = [FacetValue(key, self._label(field, key), int(counts[column.index[key]])) for key in keys]
            if len(persons) > 1:
                named.append(NamedPeople(field, name, tuple(sorted(persons, key=lambda v: (-v.count, v.label, v.value)))))
        return tuple(named)

    def _dates(self, chosen: Chosen, base: Mask, counted: Mask) -> Facet:
        """The date facet: years, in their order, with the months of what is chosen and the days of a chosen month."""
        column = self._snapshot.columns["date"]
        stated = dict(zip(column.values, column.counts(counted).tolist(), strict=True))
        selected, excluded = set(chosen.included), set(chosen.excluded)
        totals: dict[str, int] = {}
        for value, count in stated.items():
            if count:
                parts = value.split("-")
                for level in range(1, len(parts) + 1):
                    name = "-".join(parts[:level])
                    totals[name] = totals.get(name, 0) + count
                if len(parts) < 3:
                    totals[f"{value}-none"] = count
        for value in (*selected, *excluded):
            if ".." not in value:
                parts = value.split("-")
                for level in range(1, len(parts) + 1):
                    totals.setdefault("-".join(parts[:level]), 0)
        open_values = {"-".join(v.split("-")[:level]) for v in selected | excluded if ".." not in v for level in range(1, len(v.split("-")))}
        open_values |= {v for v in selected if len(v.split("-")) < 3 and not v.endswith("-none")}

        def value_of(name: str) -> FacetValue:
            count = self._brought_back(chosen, name, base) if name in excluded else totals[name]
            depth = name.count("-") + 1
            below = sorted(n for n in totals if n.startswith(f"{name}-") and n.count("-") == depth) if name in open_values else None
            # "none" sorts behind digits, so what is too vague for the level comes last.
            children = None if below is None else tuple(value_of(child) for child in below)
            return FacetValue(name, name, count, name in selected, name in excluded, children)

        ranges = [self._chosen_value(chosen, v, base, counted) for v in dict.fromkeys((*chosen.included, *chosen.excluded)) if ".." in v]
        years = [value_of(name) for name in sorted(totals) if "-" not in name]
        return Facet("date", chosen.selection.effective_mode, (*ranges, *years), self._missing(chosen, base, counted), 0)


def date_range_of(value: str) -> DateRange:
    """The range of days of a date value: a year, month or day, or "first..last" with either end open."""
    if ".." in value:
        first, last = (dt.date.fromisoformat(end) if end else None for end in value.split("..", 1))
        return DateRange(first, last)
    first_day, last_day = day_span(value)
    return DateRange(dt.date.fromordinal(first_day), dt.date.fromordinal(last_day))
