"""What is asked of an archive: the query, the facet selections, the order, and which part of what is found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from search.errors import UsageError
from search.query.dates import date_range
from search.query.parser import parse
from search.query.printer import canonical
from search.query.tree import DateRange, Everything, Node, Problem

Mode = Literal["any", "all"]
Sort = Literal["relevance", "newest", "oldest"]

FACETS = ("date", "agency", "participants", "people", "publisher", "place", "language")
"""The facets, in the order in which they are shown."""

MODES: tuple[Mode, ...] = ("any", "all")

DEFAULT_MODE: dict[str, Mode] = {field: "all" if field in ("participants", "people") else "any" for field in FACETS}
"""`any` where the values of an article usually exclude each other, `all` where it usually has several."""

SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
MAX_LIMIT = 200
MAX_FACET_LIMIT = 1000

MAX_TOGETHER = 40
"""Persons of whom one answer says who appears with whom: they have up to 780 pairs, and a picture of more is not read."""

MAX_FIND = 200
"""Characters by which values of a facet are looked for at most; no name is longer."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen in one facet.

    A value is a value of the facet. In the people facets it is a person's key ("@bashar-assad") or a name as people write it, which stands
    for all persons with that name. In the date facet it is a year, month or day, one of those with "-none" behind it ("2022-none": in that
    year, no month given), or a range "2021-05-01..2022-06-30" with either end open. `missing` selects or excludes the articles that have no
    value. `mode` says whether an article must have any or all of the included values; None is the facet's default.
    """

    field: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    missing: Literal["", "include", "exclude"] = ""
    mode: Mode | None = None

    def __post_init__(self) -> None:
        if self.field not in FACETS:
            raise UsageError(f"There is no facet “{self.field}”. The facets are {', '.join(FACETS)}.")
        if self.field == "date":
            wrong = next((value for value in (*self.include, *self.exclude) if not _is_date_value(value)), None)
            if wrong is not None:
                raise UsageError(f"“{wrong}” is not a value of the date facet: 2022, 2022-06, 2022-06-15, 2022-none, 2021-05-01..2022-06-30.")

    @property
    def effective_mode(self) -> Mode:
        """The mode that holds: the chosen one, or the facet's default."""
        return self.mode or DEFAULT_MODE[self.field]

    @property
    def empty(self) -> bool:
        """Whether it leaves everything as it is (a mode alone selects nothing)."""
        return not (self.include or self.exclude or self.missing)


EVERYTHING = Everything()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search.

    `text` is what was typed and `query` the tree it was parsed to; `problems` are what the parser had to say. `facets` are the facets wanted,
    with at most `facet_limit` values each. `page` counts from 1; a `cursor` from an earlier reply goes before it. `explain` asks for what the query
    stands for and for the parts of every score.
    """

    text: str = ""
    query: Node = EVERYTHING
    problems: tuple[Problem, ...] = ()
    selections: tuple[Selection, ...] = ()
    sort: Sort = "relevance"
    limit: int = 10
    page: int = 1
    cursor: str | None = None
    facets: tuple[str, ...] = FACETS
    facet_limit: int = 10
    explain: bool = False

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            raise UsageError(f"Results cannot be sorted by “{self.sort}”. Choose one of {', '.join(SORTS)}.")
        if not 0 <= self.limit <= MAX_LIMIT:
            raise UsageError(f"A page of {self.limit} results is not possible: ask for 0 to {MAX_LIMIT}, and for further pages.")
        if self.page < 1:
            raise UsageError(f"There is no page {self.page}: pages count from 1.")
        if not 0 <= self.facet_limit <= MAX_FACET_LIMIT:
            raise UsageError(f"A facet of {self.facet_limit} values is not possible: ask for 0 to {MAX_FACET_LIMIT}.")
        for name in self.facets:
            if name not in FACETS:
                raise UsageError(f"There is no facet “{name}”. The facets are {', '.join(FACETS)}.")
        fields = [s.field for s in self.selections]
        if len(fields) != len(set(fields)):
            raise UsageError("A facet can have one selection: put all its values into that.")

    def selection(self, field: str) -> Selection:
        """What is chosen in a facet; an empty selection where nothing is."""
        return next((s for s in self.selections if s.field == field), Selection(field))

    def to_dict(self) -> dict[str, Any]:
        """The request as JSON values; `query` is the canonical text of the tree."""
        return {
            "text": self.text,
            "query": canonical(self.query),
            "problems": [asdict(p) for p in self.problems],
            "selections": [asdict(s) | {"include": list(s.include), "exclude": list(s.exclude)} for s in self.selections],
            "sort": self.sort,
            "limit": self.limit,
            "page": self.page,
            "cursor": self.cursor,
            "facets": list(self.facets),
            "facet_limit": self.facet_limit,
            "explain": self.explain,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SearchRequest:
        """The request that `to_dict` wrote."""
        return cls(
            text=values["text"],
            query=parse(values["query"]).query,
            problems=tuple(Problem(**p) for p in values["problems"]),
            selections=tuple(Selection(**{**s, "include": tuple(s["include"]), "exclude": tuple(s["exclude"])}) for s in values["selections"]),
            sort=values["sort"],
            limit=values["limit"],
            page=values["page"],
            cursor=values["cursor"],
            facets=tuple(values["facets"]),
            facet_limit=values["facet_limit"],
            explain=values["explain"],
        )


PARAMETERS: dict[str, str] = {
    "date": "date",
    "agency": "agency",
    "participant": "participants",
    "person": "people",
    "publisher": "publisher",
    "place": "place",
    "language": "language",
}
"""Facets by the name under which people select in them: a flag of the command line, a parameter of the page and the API, a keyword in Python.

`not_` before the name excludes a value, `_mode` behind it sets any or all, and "none" as a value means that none is given.
"""


def choose(field: str, include: Iterable[str] = (), exclude: Iterable[str] = (), mode: Mode | None = None) -> Selection:
    """A selection from values as people write them, "none" standing for no value given. Raises UsageError for one that cannot be meant."""
    # "None" in any spelling is no value given, as it is in the query language.
    included, excluded = (list(dict.fromkeys("none" if v.casefold() == "none" else v for v in values)) for values in (include, exclude))
    missing: Literal["", "include", "exclude"] = "include" if "none" in included else "exclude" if "none" in excluded else ""
    both = next((value for value in included if value in excluded), None)
    if both is not None:
        raise UsageError(f"“{both}” is both asked for and excluded in {field}: choose one of the two.")
    kept = [tuple(value for value in values if value not in ("none", "")) for values in (included, excluded)]
    return Selection(field, kept[0], kept[1], missing, mode)


def choose_dates(
    include: Iterable[str] = (), exclude: Iterable[str] = (), *, after: str | None = None, before: str | None = None, today: dt.date | None = None
) -> Selection:
    """A selection of dates: years, months, days and ranges as the query language writes them, `after` and `before` as one range.

    Raises UsageError where a date is not understood. `today` is the day relative expressions count from; None is the present day.
    """
    values = [_date_value(value, today) for value in include if value]
    if after or before:
        values.append(_between(_bound(after, today) if after else None, _bound(before, today) if before else None))
    return choose("date", values, [_date_value(value, today) for value in exclude if value])


def _bound(text: str, today: dt.date | None) -> DateRange:
    """The days of a date that stands behind `after` or `before`."""
    found = None if text.lstrip()[:1] in ("<", ">", "=") else date_range(text, today)
    if found is None:
        raise UsageError(f"“{text}” is not a date: write 2022, 2022-06 or 2022-06-15.")
    return found


def _between(after: DateRange | None, before: DateRange | None) -> str:
    """The range from the day after one date to the day before another, as a value of the date facet."""
    day = dt.timedelta(days=1)
    if (after and after.end is None) or (before and before.start is None):
        raise UsageError("A range with an open end has nothing after or before it: name a year, month or day.")
    try:
        first = after.end + day if after and after.end else None
        last = before.start - day if before and before.start else None
    except OverflowError as error:
        raise UsageError("There is no day beyond the years 1 to 9999.") from error
    if first and last and first > last:
        raise UsageError(f"No day is after {after.end if after else ''} and before {before.start if before else ''}: exchange the two.")
    return f"{first or ''}..{last or ''}"


def _is_date_value(text: str) -> bool:
    """Whether a text is a value of the date facet: a year, month or day, one of the first two with "-none", or a range of days."""
    if ".." in text:
        ends = text.split("..")
        days = [end for end in ends if end and re.fullmatch(r"\d{4}-\d\d-\d\d", end, re.ASCII) and date_range(end)]
        return len(ends) == 2 and any(ends) and days == [end for end in ends if end] and days == sorted(days)
    return bool(re.fullmatch(r"\d{4}(-\d\d(-\d\d|-none)?|-none)?", text, re.ASCII) and date_range(text.removesuffix("-none")))


def _date_value(text: str, today: dt.date | None) -> str:
    """A value of the date facet for what somebody wrote: itself where it is one, else a range."""
    if text.casefold() == "none" or _is_date_value(text):
        return text
    found = date_range(text, today)
    if found is None:
        raise UsageError(f"“{text}” is not a date: write 2022, 2022-06, 2022-06-15, 2021..2022-06 or “last 30 days”.")
    return f"{found.start or ''}..{found.end or ''}"


def ask(
    text: str = "",
    values: Mapping[str, Sequence[str]] | None = None,
    *,
    sort: Sort = "relevance",
    limit: int = 10,
    page: int = 1,
    cursor: str | None = None,
    facets: tuple[str, ...] = FACETS,
    facet_limit: int = 10,
    explain: bool = False,
    today: dt.date | None = None,
) -> SearchRequest:
    """The request for a query text and selections by parameter name: {"agency": ["SANA"], "not_place": ["Moscow"], "after": ["2021"]}.

    Raises UsageError for a name or value that cannot be meant.
    """
    given = {name: [value for value in found if value] for name, found in (values or {}).items()}
    known = {f"{before}{name}{behind}" for name in PARAMETERS for before, behind in (("", ""), ("not_", ""), ("", "_mode"))}
    known = (known | {"after", "before"}) - {"date_mode"}  # dates exclude each other
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise UsageError(f"There is no parameter “{unknown}”. There are {', '.join(PARAMETERS)}, after and before.")
    selections = []
    for name, field in PARAMETERS.items():
        include, exclude, modes = given.get(name, []), given.get(f"not_{name}", []), given.get(f"{name}_mode", [])
        if field == "date":
            after, before = (_only(bound, given.get(bound, [])) for bound in ("after", "before"))
            selection = choose_dates(include, exclude, after=after, before=before, today=today)
        else:
            selection = choose(field, include, exclude, _mode(name, modes))
        if not selection.empty or selection.mode:
            selections.append(selection)
    parsed = parse(text, today)
    return SearchRequest(text, parsed.query, parsed.problems, tuple(selections), sort, limit, page, cursor, facets, facet_limit, explain)


def _only(name: str, values: list[str]) -> str | None:
    if len(values) > 1:
        raise UsageError(f"“{name}” can be given once, not {len(values)} times.")
    return values[0] if values else None


def _mode(name: str, values: list[str]) -> Mode | None:
    mode = _only(f"{name}_mode", values)
    if mode is None:
        return None
    for known in MODES:
        if mode == known:
            return known
    raise UsageError(f"The mode of {name} is “any” or “all”, not “{mode}”.")
