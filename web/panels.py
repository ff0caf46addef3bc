"""What does the reader see of the facets, and where does each value lead? A `Facet` becomes a panel of rows and the selections become chips."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from search.request import Mode, SearchRequest
from search.results import Facet, FacetValue, OrMore, Results
from web import params, strings

Link = Callable[[SearchRequest], str]
"""Gives the address of a search."""

SEVERAL = ("agency", "participants", "people")
"""Facets in which an article can have several values, so that any and all differ."""

FOLDED = ("people", "language")
"""Facets that are folded up until they are used: everybody named repeats the participants, and most archives are in one language."""


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a facet. `href` chooses it, or takes the choice or exclusion back; `exclude` excludes it, None where it is excluded.

    `value` is what a selection takes. `name` says in full what `label` may say in part ("June" below 2022).
    """

    value: str
    label: str
    name: str
    count: int
    state: Literal["", "selected", "excluded"]
    href: str
    exclude: str | None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A facet as the reader sees it: `rows` of some of its `total` values, `more` of which are not shown.

    `modes` are (mode, its link, whether it holds), empty where they would make no difference.

    A `folded` panel shows its heading only until it is opened; `note` says what the heading leaves open.
    """

    field: str
    title: str
    rows: tuple[Row, ...]
    more: int | OrMore
    total: int | OrMore
    modes: tuple[tuple[Mode, str, bool], ...]
    folded: bool
    note: str


@dataclass(frozen=True, slots=True)
class Chip:
    """One value chosen or excluded, and the search without it.

    `joined` says whether an article must have this and the chip before it or any of the two; "" where that is of another kind.
    """

    field: str
    label: str
    excluded: bool
    href: str
    without: SearchRequest
    joined: Mode | Literal[""] = ""

    @property
    def name(self) -> str:
        """The chip in words: "not agency SANA"."""
        return " ".join([*([strings.NOT] if self.excluded else []), strings.CHIPS[self.field], self.label])


def panel(facet: Facet, request: SearchRequest, link: Link, limit: int | None = None) -> Panel | None:
    """The panel of a facet, None where there is nothing to choose.

    At most `limit` values are shown besides those chosen, excluded or opened, all that the facet has for None.
    """
    values = list(facet.values)
    missing = facet.missing
    unused = request.selection(facet.field).empty
    if facet.field == "date":
        values.sort(key=_calendar)
    elif not values and unused:
        return None
    if not (values or missing.count or missing.selected or missing.excluded):
        return None
    shown = [v for index, v in enumerate(values) if limit is None or index < limit or v.selected or v.excluded or v.children]
    more = facet.more + len(values) - len(shown)
    if facet.field == "language" and len(values) == 1 and not more and not missing.count and unused:
        return None  # an archive in one language: choosing it changes nothing
    rows = [_row(value, facet.field, request, link) for value in shown]
    none_given = missing_row(facet, request, link)
    if none_given:
        rows.append(none_given)
    return Panel(
        field=facet.field,
        title=strings.FACET_NAMES[facet.field],
        rows=tuple(rows),
        more=more,
        total=len(facet.values) + facet.more,
        modes=tuple(_modes(facet, request, link)),
        folded=facet.field in FOLDED and unused,
        note=strings.FACET_NOTES.get(facet.field, ""),
    )


def marked(*, complete: bool) -> dict[str, object]:
    """What a template has to be given so that every number is marked as a lower bound where it is one."""
    return {} if complete else {"amount": OrMore}


def value_rows(facet: Facet, request: SearchRequest, link: Link) -> list[Row]:
    """The rows of a facet's values in their order."""
    return [_row(value, facet.field, request, link) for value in facet.values]


def missing_row(facet: Facet, request: SearchRequest, link: Link) -> Row | None:
    """The row of the articles that have no value in a facet; None where there are none and nothing was chosen."""
    missing = facet.missing
    if not (missing.count or missing.selected or missing.excluded):
        return None
    label = strings.UNDATED if facet.field == "date" else strings.NOT_GIVEN
    return _row(FacetValue("none", label, missing.count, missing.selected, missing.excluded), facet.field, request, link)


def _row(value: FacetValue, field: str, request: SearchRequest, link: Link, *, below: bool = False) -> Row:
    label = value.label
    name = label
    if field == "date" and value.value != "none":
        name = strings.date_in_words(value.value)
        label = strings.date_branch(value.value) if below else name
    taken = value.selected or value.excluded
    children = sorted(value.children or (), key=_calendar)
    return Row(
        value=value.value,
        label=label,
        name=name,
        count=value.count,
        state="selected" if value.selected else "excluded" if value.excluded else "",
        href=link(_without(request, field, value.value) if taken else _with(request, field, value.value)),
        exclude=None if value.excluded else link(_excluding(request, field, value.value)),
        rows=tuple(_row(child, field, request, link, below=True) for child in children),
    )


def _calendar(value: FacetValue) -> tuple[int, str]:
    """Newest first, what is too vague for the level last."""
    return (1, "") if value.value.endswith("-none") else (0, "".join(chr(0x10FFFF - ord(c)) for c in value.value))


def _with(request: SearchRequest, field: str, value: str) -> SearchRequest:
    return _missing(request, field, "include") if value == "none" else params.with_value(request, field, value)


def _excluding(request: SearchRequest, field: str, value: str) -> SearchRequest:
    return _missing(request, field, "exclude") if value == "none" else params.with_exclusion(request, field, value)


def _without(request: SearchRequest, field: str, value: str) -> SearchRequest:
    return _missing(request, field, "") if value == "none" else params.without(request, field, value)


def _missing(request: SearchRequest, field: str, missing: Literal["", "include", "exclude"]) -> SearchRequest:
    return params.with_selection(request, replace(request.selection(field), missing=missing))


def _modes(facet: Facet, request: SearchRequest, link: Link) -> Iterator[tuple[Mode, str, bool]]:
    chosen = request.selection(facet.field)
    if facet.field in SEVERAL and (chosen.include or chosen.missing == "include"):
        modes: tuple[Mode, ...] = ("any", "all")
        for mode in modes:
            yield mode, link(params.with_selection(request, replace(chosen, mode=mode))), mode == chosen.effective_mode


def chips(results: Results, link: Link) -> list[Chip]:
    """What was chosen and excluded, in the order of the facets."""
    request = results.request
    found: list[Chip] = []
    for selection in request.selections:
        labels = _labels(results, selection.field)
        included = [*selection.include, *(["none"] if selection.missing == "include" else [])]
        excluded_ones = [*selection.exclude, *(["none"] if selection.missing == "exclude" else [])]
        values = [(v, False) for v in included] + [(v, True) for v in excluded_ones]
        for value, excluded in values:
            less = _without(request, selection.field, value)
            # What is excluded is so whatever else is chosen: of several, none may be in an article.
            joined: Mode | Literal[""] = ""
            if found and (found[-1].field, found[-1].excluded) == (selection.field, excluded):
                joined = "all" if excluded else selection.effective_mode
            label = labels.get(value) or _label(selection.field, value)
            found.append(Chip(selection.field, label, excluded, link(less), less, joined))
    return found


def _labels(results: Results, field: str) -> dict[str, str]:
    """How the values of a facet are shown to a reader; dates are put in words instead."""
    for facet in results.facets:
        if facet.field == field and field != "date":
            return {value.value: value.label for value in facet.values}
    return {}


def _label(field: str, value: str) -> str:
    if value == "none":
        return strings.UNDATED if field == "date" else strings.NOT_GIVEN
    return strings.date_in_words(value) if field == "date" else value
