"""Which day do these words name? Days as texts write them, cut to what is said: never more precise than the words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from search.article import Precision

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_MONTH_NUMBER = {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})(?![\d:])"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s{1,2})?"
_FORMS = tuple(
    re.compile(rf"(?<![\w.]){_WEEKDAY}{form}(?!\w)", re.IGNORECASE)
    for form in (
        r"(?P<year>(?:19|20)\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:T[\d:.]{4,15}(?:Z|[+-]\d{2}:?\d{2})?)?",
        rf"(?P<name>{_MONTH})\.?\s{{1,3}}{_DAY}(?:,?\s{{1,3}}(?P<year>\d{{4}})(?![\d:]))?",
        rf"{_DAY}(?:\s{{1,3}}of)?[\s-](?P<name>{_MONTH})\.?(?:,?[\s-]{{1,2}}{_YEAR})?",
        r"(?P<a>\d{1,2})[./](?P<b>\d{1,2})[./](?P<year>(?:19|20)\d{2})",
        rf"(?<!\d\s)(?P<name>{_MONTH})\.?,?\s{{1,3}}(?P<year>(?:19|20)\d{{2}})(?!\d)",
        r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})",
    )
)
_DIGIT = re.compile(r"\d")
_OLDEST = 1690  # no newspaper is older


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year as stated. `year` is None for a day that names no year; `note` says what the words leave open."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int
    note: str = ""

    @property
    def value(self) -> str | None:
        """ "2022-06-15", "2022-06" or "2022"; None without a year."""
        if self.year is None:
            return None
        return "-".join(f"{part:02d}" for part in (self.year, self.month, self.day) if part is not None)

    @property
    def yearless(self) -> str | None:
        """ "--06-15"; None without a day."""
        return f"--{self.month:02d}-{self.day:02d}" if self.month and self.day else None

    @property
    def precision(self) -> Precision:
        """How much of the date is known."""
        if self.year is None:
            return "none"
        return "day" if self.day else "month" if self.month else "year"


def find(text: str, start: int = 0, end: int | None = None) -> Day | None:
    """The first day that a text names between two offsets, or None."""
    limit = len(text) if end is None else end
    if not _DIGIT.search(text, start, limit):
        return None  # every form has one
    found = [day for form in _FORMS for match in form.finditer(text, start, limit) if (day := _read(match))]
    return min(found, key=lambda day: (day.start, -day.end), default=None)


def whole(text: str) -> Day | None:
    """The day that a text names if it says nothing else but a weekday or a time, or None."""
    day = find(text)
    if day is None:
        return None
    rest = re.sub(
        r"(?i)\b(?:\d{1,2}[:.]\d{2}(?::\d{2})?|[ap]\.?m\b\.?|gmt|utc|[ecmp][sd]?t|at|on|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
        "",
        text[: day.start] + text[day.end :],
    )
    return day if not any(c.isalnum() for c in rest) else None


def _read(match: re.Match[str]) -> Day | None:
    said = match.groupdict()
    note = ""
    year = _year(said.get("year"))
    if said.get("name"):
        month: int | None = _MONTH_NUMBER[said["name"][:3].lower()]
        day: int | None = int(said["day"]) if said.get("day") else None
    elif said.get("a"):
        a, b = int(said["a"]), int(said["b"])
        if a > 12 >= b or a == b:
            month, day = b, a
        elif b > 12 >= a:
            month, day = a, b
        else:
            month, day, note = None, None, f"{match.group()} may be day and month or month and day"
    else:
        month, day = int(said["month"]), int(said["day"]) if said.get("day") else None
    if not _exists(year, month, day):
        return None
    return Day(year, month, day, match.start(), match.end(), note)


def _year(said: str | None) -> int | None:
    if not said:
        return None
    number = int(said.lstrip("'"))
    if number >= 100:
        return number
    return 1900 + number if number > 50 else 2000 + number


def _exists(year: int | None, month: int | None, day: int | None) -> bool:
    if year is not None and not _OLDEST <= year <= 2100:
        return False
    try:
        dt.date(year or 2000, month or 1, day or 1)
    except ValueError:
        return False
    return True
