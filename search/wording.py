"""How is a value said in words? Dates with their precision, agency and publisher, facets, numbers of things."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.article import Article, Person
    from search.results import Hit, Results

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


FACET_NAMES = {
    "date": "Date",
    "agency": "Agency",
    "participants": "Participants",
    "people": "People named",
    "publisher": "Publisher",
    "place": "Place",
    "language": "Language",
}
"""What a facet is called."""

UNDATED = "undated"
NOT_GIVEN = "none given"
"""What a facet calls the articles that have no value: by date, and otherwise."""


def date_in_words(value: str | None) -> str:
    """A value of the date facet, or an article's date, with no more precision than it has: "15 June 2022", "June 2022", "2021 to June 2022"."""
    if not value:
        return UNDATED
    if ".." in value:
        first, _, last = value.partition("..")
        if first and last:
            return date_in_words(first) if first == last else f"{date_in_words(first)} to {date_in_words(last)}"
        return f"from {date_in_words(first)}" if first else f"until {date_in_words(last)}"
    if value.endswith("-none"):
        known = value.removesuffix("-none")
        return f"{date_in_words(known)}, no {'day' if '-' in known else 'month'} given"
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", value)
    if not match or not 0 < int(match[2] or 1) <= 12:
        return value
    year, month, day = match.groups()
    return " ".join([*([str(int(day))] if day else []), *([MONTHS[int(month) - 1]] if month else []), year])


def searched(results: Results) -> str:
    """What was searched for: the query as it was understood, or the words for one of which nothing was left."""
    return "nothing: no part of the query could be looked for" if results.canonical == "NOT *" else results.canonical


def origin(of: Article | Hit) -> str:
    """Whose report it is and who printed it: "SANA via The Syrian Observer"."""
    agencies = ", ".join(of.agencies or ([of.agency] if of.agency else []))
    if agencies and of.publisher and of.publisher != agencies:
        return f"{agencies} via {of.publisher}"
    return agencies or of.publisher or ""


def about(of: Article | Hit) -> str:
    """When, whose and where, in a line; what is not known is left out, but for the date."""
    return " · ".join(part for part in (date_in_words(of.date), origin(of), of.place) if part)


def names(people: Iterable[Person]) -> str:
    """The names in a line."""
    return ", ".join(person.name for person in people)


def count(number: int, one: str, many: str | None = None) -> str:
    """A number of things: "1 article", "1,204 articles"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: float) -> str:
    """A number of bytes: "3.1 MB"."""
    units = ["bytes", "kB", "MB", "GB", "TB"]
    while number >= 1000 and len(units) > 1:
        number /= 1000
        del units[0]
    return f"{number:.0f} bytes" if units[0] == "bytes" else f"{number:.1f} {units[0]}"
