"""Which search does an address ask for, and which address asks for a search? The only place that knows the names of a search's parameters.

The names are those of `search.request.PARAMETERS` with their `not_…` and `…_mode`, `after`, `before`, and `q sort limit page cursor facets
facet_limit explain partial`; where the values of one facet are asked for also `find` and `start`, where it is who appears with whom `of` and
`people`.
The second half makes the searches that the page's links lead to: one value more, one less, another order, another page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

from search.errors import UsageError
from search.query.parser import parse
from search.request import FACETS, MAX_TOGETHER, PARAMETERS, SearchRequest, Selection, Sort, ask
from web import strings

MAX_PARAMETERS = 200
"""More than a person can choose; reading an address leniently takes time that grows with the square of this."""

SIMILAR, MAX_SIMILAR = 5, 100
"""Similar articles in a reply where nothing else is said, and at most."""

MAX_DIGITS = 9
"""Of a number: no archive has as many pages or values."""

PARAMETER_OF = {field: name for name, field in PARAMETERS.items()}
_NUMBERS = ("limit", "page", "facet_limit")
_SINGLE = ("q", "sort", "cursor", "explain", "partial", *_NUMBERS)
_CHOICES = {"after", "before", *(form.format(name) for name in PARAMETERS for form in ("{}", "not_{}", "{}_mode"))} - {"date_mode"}
_OWN_OF_VALUES = ("find", "start", "limit")
_OWN_OF_TOGETHER = ("of", "people")
_DEFAULT = SearchRequest()

OF_SEARCH = frozenset((*_CHOICES, *_SINGLE, "facets"))
OF_VALUES = OF_SEARCH | {*_OWN_OF_VALUES}
OF_TOGETHER = OF_SEARCH | {*_OWN_OF_TOGETHER}
OF_EXPORT = frozenset((*_CHOICES, "q", "sort", "partial"))
OF_SIMILAR = frozenset(("limit", "partial"))
"""The parameters that each kind of answer has."""

Pairs = Sequence[tuple[str, str]]
"""The parameters of an address in their order, decoded."""


def read(pairs: Pairs) -> SearchRequest:
    """The search that these parameters ask for. Raises UsageError for an unknown name and a value that cannot be meant."""
    if len(pairs) > MAX_PARAMETERS:
        raise UsageError(strings.too_many(MAX_PARAMETERS))
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in OF_SEARCH:
            raise UsageError(strings.no_parameter(name))
        given.setdefault(name, []).append(value)
    for name in _SINGLE:
        if len(given.get(name, ())) > 1:
            raise UsageError(strings.given_twice(name))
    one = {name: given.pop(name)[0] for name in _SINGLE if name in given}
    _yes("partial", one.get("partial", ""))  # how it is answered, which is no part of what is asked
    numbers = {name: _number(name, one[name]) for name in _NUMBERS if one.get(name)}
    facets = _DEFAULT.facets
    if "facets" in given:
        facets = tuple(dict.fromkeys(PARAMETERS.get(name, name) for value in given.pop("facets") for name in value.split(",") if name))
    return ask(
        one.get("q", ""),
        given,
        sort=cast("Sort", one.get("sort") or _DEFAULT.sort),
        limit=numbers.get("limit", _DEFAULT.limit),
        page=numbers.get("page", _DEFAULT.page),
        cursor=one.get("cursor") or None,
        facets=facets,
        facet_limit=numbers.get("facet_limit", _DEFAULT.facet_limit),
        explain=_yes("explain", one.get("explain", "")),
    )


@dataclass(frozen=True, slots=True)
class Values:
    """Which values of one facet are asked for: of the search `request` those with `find`, `limit` of them from the one at `start` on."""

    request: SearchRequest
    find: str = ""
    start: int = 0
    limit: int = 50


def read_values(pairs: Pairs) -> Values:
    """The values that these parameters ask for; those but `find`, `start` and `limit` are a search's. Raises UsageError as `read` does."""
    own, others = _apart(pairs, _OWN_OF_VALUES)
    numbers = {name: _number(name, own[name]) for name in ("start", "limit") if own.get(name)}
    return Values(read(others), own.get("find", ""), **numbers)


@dataclass(frozen=True, slots=True)
class WhoWithWhom:
    """Of which persons is asked who appears with whom: `limit` of those in the facet `field` whom the search `request` finds."""

    request: SearchRequest
    field: str = "participants"
    limit: int = MAX_TOGETHER


def read_together(pairs: Pairs) -> WhoWithWhom:
    """The persons that these parameters ask for; those but `of` and `people` are a search's. Raises UsageError as `read` does."""
    own, others = _apart(pairs, _OWN_OF_TOGETHER)
    limit = _number("people", own["people"]) if own.get("people") else MAX_TOGETHER
    if not 1 <= limit <= MAX_TOGETHER:
        raise UsageError(strings.out_of_range("people", 1, MAX_TOGETHER))
    field = own.get("of") or "participants"
    return WhoWithWhom(read(others), PARAMETERS.get(field, field), limit)


def _apart(pairs: Pairs, names: Sequence[str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The parameters of these names, each of which can be given once, and the others."""
    own: dict[str, str] = {}
    for name, value in pairs:
        if name in own:
            raise UsageError(strings.given_twice(name))
        if name in names:
            own[name] = value
    return own, [pair for pair in pairs if pair[0] not in names]


def read_export(pairs: Pairs) -> SearchRequest:
    """The search of which everything that it finds is asked for, so that there is no page of it and no facet. Raises UsageError as `read` does."""
    other = next((name for name, _ in pairs if name in OF_SEARCH - OF_EXPORT), None)
    if other is not None:
        raise UsageError(strings.not_of_export(other))
    return read(pairs)


def read_nothing(pairs: Pairs) -> None:
    """For answers that have no parameters. Raises UsageError where there is one."""
    if pairs:
        raise UsageError(strings.no_parameter(pairs[0][0]))


def read_limit(pairs: Pairs) -> int:
    """How many similar articles are asked for, the only thing that can be. Raises UsageError as `read` does."""
    other = next((name for name, _ in pairs if name not in OF_SIMILAR), None)
    if other is not None:
        raise UsageError(strings.no_parameter(other))
    given, _ = _apart(pairs, tuple(OF_SIMILAR))
    _yes("partial", given.get("partial", ""))
    limit = _number("limit", given["limit"]) if given.get("limit") else SIMILAR
    if not 1 <= limit <= MAX_SIMILAR:
        raise UsageError(strings.out_of_range("limit", 1, MAX_SIMILAR))
    return limit


def partial(pairs: Pairs) -> bool:
    """Whether these parameters, which one of the functions above has read, say that an answer of a part of the archive will do."""
    return ("partial", "1") in pairs


def read_leniently(pairs: Pairs) -> tuple[SearchRequest, tuple[str, ...]]:
    """The search that these parameters ask for, as far as they can be understood, and a sentence for each that was ignored."""
    try:
        return read(pairs), ()
    except UsageError:
        pass
    kept: list[tuple[str, str]] = []
    ignored = []
    for name, value in pairs[:MAX_PARAMETERS]:
        try:
            # Whatever is typed can be searched for, so that only a second query is wrong: an empty one says so at less cost.
            read([*kept, (name, "" if name == "q" else value)])
        except UsageError as error:
            ignored.append(strings.ignored(name, value, str(error)))
        else:
            kept.append((name, value))
    if len(pairs) > MAX_PARAMETERS:
        ignored.append(strings.too_many(MAX_PARAMETERS))
    return read(kept), tuple(ignored)


def _yes(name: str, value: str) -> bool:
    if value not in ("", "0", "1"):
        raise UsageError(strings.not_yes_or_no(name, value))
    return value == "1"


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS):
        raise UsageError(strings.not_a_number(name, value))
    return int(value)


def write(request: SearchRequest) -> list[tuple[str, str]]:
    """The parameters that ask for this search; what is as by default is left out. `read` gives the search back."""
    pairs = [("q", request.text)] if request.text else []
    for selection in request.selections:
        name = PARAMETER_OF[selection.field]
        pairs += [(name, value) for value in selection.include]
        pairs += [(f"not_{name}", value) for value in selection.exclude]
        if selection.missing:
            pairs.append((name if selection.missing == "include" else f"not_{name}", "none"))
        if selection.mode:
            pairs.append((f"{name}_mode", selection.mode))
    if request.sort != _DEFAULT.sort:
        pairs.append(("sort", request.sort))
    if request.facets != _DEFAULT.facets:
        pairs.append(("facets", ",".join(request.facets)))
    for name in _NUMBERS:
        if getattr(request, name) != getattr(_DEFAULT, name):
            pairs.append((name, str(getattr(request, name))))
    if request.cursor:
        pairs.append(("cursor", request.cursor))
    if request.explain:
        pairs.append(("explain", "1"))
    return pairs


def query_string(pairs: Iterable[tuple[str, str]]) -> str:
    """Parameters as they stand in an address, "?" included; "" where there are none."""
    encoded = urlencode(list(pairs), errors="replace", safe="@:")
    return f"?{encoded}" if encoded else ""


def with_selection(request: SearchRequest, selection: Selection) -> SearchRequest:
    """The same search with another selection in one facet, from its first page."""
    others = [s for s in request.selections if s.field != selection.field]
    if not selection.empty or selection.mode:
        others.append(selection)
    return replace(request, selections=tuple(sorted(others, key=lambda s: FACETS.index(s.field))), page=1, cursor=None)


def with_value(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """With one more value chosen. In the date facet it takes the place of what lies above or below it in the tree, and of a range."""
    chosen = request.selection(field)
    kept = tuple(v for v in chosen.include if v != value and not (field == "date" and _overlap(v, value)))
    return with_selection(request, replace(chosen, include=(*kept, value), exclude=_but(chosen.exclude, value)))


def with_dates(request: SearchRequest, values: tuple[str, ...]) -> SearchRequest:
    """With these dates chosen in place of all others, dated or not; what is excluded stays so."""
    chosen = request.selection("date")
    return with_selection(request, replace(chosen, include=values, missing="" if chosen.missing == "include" else chosen.missing))


def with_exclusion(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """With a value excluded, whether or not it was chosen before."""
    chosen = request.selection(field)
    return with_selection(request, replace(chosen, include=_but(chosen.include, value), exclude=(*_but(chosen.exclude, value), value)))


def without(request: SearchRequest, field: str, value: str) -> SearchRequest:
    """With a value neither chosen nor excluded."""
    chosen = request.selection(field)
    return with_selection(request, replace(chosen, include=_but(chosen.include, value), exclude=_but(chosen.exclude, value)))


def _but(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(v for v in values if v != value)


def with_name_as(request: SearchRequest, field: str, name: str, person: str) -> SearchRequest:
    """With one person chosen in place of a name that several have."""
    return with_value(without(request, field, name), field, person)


def cleared(request: SearchRequest) -> SearchRequest:
    """Without any selection."""
    return from_start(replace(request, selections=()))


def asking(request: SearchRequest, text: str) -> SearchRequest:
    """The same search with another query, from its first page."""
    parsed = parse(text)
    return from_start(replace(request, text=text, query=parsed.query, problems=parsed.problems))


def from_start(request: SearchRequest) -> SearchRequest:
    """From the first page."""
    return replace(request, page=1, cursor=None)


def at(request: SearchRequest, cursor: str | None) -> SearchRequest:
    """From a cursor; None is the first page."""
    return replace(request, page=1, cursor=cursor)


def _overlap(chosen: str, value: str) -> bool:
    """Whether a chosen date and a value clicked cannot both be meant: one lies inside the other, or the chosen one is a range."""
    return ".." in chosen or chosen.startswith(value) or value.startswith(chosen)
