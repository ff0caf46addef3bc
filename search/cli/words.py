"""How is a value said in words? Dates with their precision, agency and publisher, numbers of things."""

from __future__ import annotations

from collections.abc import Iterable

from search.article import Article, Person
from search.results import Hit

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def date_in_words(date: str | None) -> str:
    """A date as precise as it is known: "15 June 2022", "June 2022", "2022", "undated"."""
    if not date:
        return "undated"
    year, month, day = (*date.split("-"), "", "")[:3]
    return " ".join(part for part in (day.lstrip("0"), MONTHS[int(month) - 1] if month else "", year) if part)


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
