"""Which day do these words name? Days as texts write them, cut to what is said: never more precise than the words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from search.analysis import fold
from search.article import Precision
from search.extraction.knowledge import load

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_MONTH_NUMBER = {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})(?![\d:])"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s{1,2})?"


def _forms(*forms: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?<![\w.]){_WEEKDAY}{form}(?!\w)", re.IGNORECASE) for form in forms)


_IN_NUMBERS = _forms(
    r"(?P<year>(?:19|20)\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:T[\d:.]{4,15}(?:Z|[+-]\d{2}:?\d{2})?)?",
    r"(?P<a>\d{1,2})[./](?P<b>\d{1,2})[./](?P<year>(?:19|20)\d{2})",
    r"(?P<year>(?:19|20)\d{2})-(?P<month>\d{2})",
)
_WITH_MONTH = _forms(
    rf"(?P<name>{_MONTH})\.?\s{{1,3}}{_DAY}(?:,?\s{{1,3}}(?P<year>\d{{4}})(?![\d:]))?",
    rf"{_DAY}(?:\s{{1,3}}of)?[\s-](?P<name>{_MONTH})\.?(?:,?[\s-]{{1,2}}{_YEAR})?",
    rf"(?<!\d\s)(?<!\d\.\s)(?P<name>{_MONTH})\.?,?\s{{1,3}}(?P<year>(?:19|20)\d{{2}})(?!\d)",
)
# Chinese, Japanese and Korean: the units stand behind the numbers.
_WITH_UNITS = (re.compile(r"(?P<year>(?:19|20)\d{2})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월](?:\s?(?P<day>\d{1,2})\s?[日일])?"),)
_UNITS = re.compile("[年년]")
_DIGIT = re.compile(r"\d")
_NUMBERS = re.compile(r"\d{4}-\d|\d[./]\d{1,2}[./]\d")
_LETTERS = re.compile(r"[^\W\d_]+")
_TIME = re.compile(
    r"\b(?:\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?|\d{1,2}\s?h\s?\d{2})|\s[+-]\d{2}:?\d{2}\b", re.IGNORECASE
)
_YEAR_ALONE = re.compile(r"(?:19|20)\d{2}")
_OLDEST = 1690  # no newspaper is older
_CENTURY = 50  # two digits above it are of the 1900s


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year as stated. `year` is None for a day that names no year; `note` says what the words leave open.

    `either`: the days that the words may mean, where they may mean two; the parts then say what both have in common.
    """

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int
    note: str = ""
    either: tuple[str, ...] = ()

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
    forms = _IN_NUMBERS if _NUMBERS.search(text, start, limit) else ()
    named = _LETTERS.findall(text[start:limit].lower())
    if not _MONTH_NUMBER.keys().isdisjoint(word[:3] for word in named):
        forms += _WITH_MONTH
    found = _all(forms, text, start, limit)
    if not found and not _foreign_months().keys().isdisjoint(named):
        found = _all(_with_foreign_month(), text, start, limit)
    if not found and _UNITS.search(text, start, limit):
        found = _all(_WITH_UNITS, text, start, limit)
    return min(found, key=lambda day: (day.start, -day.end), default=None)


def _all(forms: tuple[re.Pattern[str], ...], text: str, start: int, end: int) -> list[Day]:
    return [day for form in forms for match in form.finditer(text, start, end) if (day := _read(match))]


def whole(text: str) -> Day | None:
    """The day that a text names if it says nothing else but a weekday or a time, or the year that it consists of, or None."""
    day = find(text)
    if day is None:
        year = _YEAR_ALONE.fullmatch(text.strip())
        return Day(int(year[0]), None, None, text.index(year[0]), text.index(year[0]) + 4) if year else None
    rest = _TIME.sub(" ", f"{text[: day.start]} {text[day.end :]}").lower()
    return day if not _DIGIT.search(rest) and _day_words().issuperset(_LETTERS.findall(rest)) else None


@cache
def _foreign_months() -> dict[str, int]:
    """Month names of other languages, with accents and without, and the month that each means."""
    found: dict[str, int] = {}
    for names in load("languages")["months"].values():
        for number, alike in enumerate(names.split(), 1):
            for name in alike.split("|"):
                found.update({name: number, fold(name): number})
    return found


@cache
def _with_foreign_month() -> tuple[re.Pattern[str], ...]:
    name = "|".join(sorted(map(re.escape, _foreign_months()), key=len, reverse=True))
    return tuple(
        re.compile(rf"(?<![\w.]){form}(?!\w)", re.IGNORECASE)
        for form in (
            rf"(?P<day>\d{{1,2}})(?:er|[.º°ª])?\s{{1,2}}(?:de\s)?(?P<name>{name})\.?(?:,?\s(?:del?\s)?(?P<year>(?:19|20)\d{{2}}))?",
            rf"(?<!\d\s)(?<!\d\.\s)(?<!\sde\s)(?P<name>{name})\.?\s(?:de\s)?(?P<year>(?:19|20)\d{{2}})",
        )
    )


@cache
def _day_words() -> frozenset[str]:
    return frozenset(word for said in load("languages")["day_words"].values() for word in said.split())


def _read(match: re.Match[str]) -> Day | None:
    said = match.groupdict()
    note = ""
    either: tuple[str, ...] = ()
    month: int | None
    day: int | None
    year = _year(said.get("year"))
    if said.get("name"):
        name = said["name"].lower()
        month = _MONTH_NUMBER.get(name[:3]) if name not in _foreign_months() else _foreign_months()[name]
        day = int(said["day"]) if said.get("day") else None
        if year and len(said["year"]) < 4:
            note = f"the year is written with two digits; {year} is taken to be meant"
    elif said.get("a"):
        a, b = int(said["a"]), int(said["b"])
        if a > 12 >= b or a == b:
            month, day = b, a
        elif b > 12 >= a:
            month, day = a, b
        else:
            month, day, note = None, None, f"{match.group()} may be day and month or month and day"
            either = (f"{year}-{b:02d}-{a:02d}", f"{year}-{a:02d}-{b:02d}")
    else:
        month, day = int(said["month"]), int(said["day"]) if said.get("day") else None
    if not _exists(year, month, day):
        return None
    return Day(year, month, day, match.start(), match.end(), note, either)


def _year(said: str | None) -> int | None:
    if not said:
        return None
    number = int(said.lstrip("'"))
    if number >= 100:
        return number
    return 1900 + number if number > _CENTURY else 2000 + number


def _exists(year: int | None, month: int | None, day: int | None) -> bool:
    if year is not None and not _OLDEST <= year <= 2100:
        return False
    try:
        dt.date(year or 2000, month or 1, day or 1)
    except ValueError:
        return False
    return True
