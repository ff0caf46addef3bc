"""Which days does a date expression mean? `2022-06`, `2021..2022-06`, `>=2021-05`, `last 30 days`, `15 June 2022`.

What is not stated is never guessed: `June 2022` is the whole month, `15 June` (of which year?) and `03/04/2022` (of which month?) are not dates.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

from search.query.tree import DateRange

_LONGEST = 64
_DAY = dt.timedelta(days=1)
_NUMBERS = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)
_COMPARED = re.compile(r"(>=|<=|>|<)\s*(.+)", re.DOTALL)
_SPAN = re.compile(r"(?:last|past|previous) (\d{1,4}) (day|week|month|year)s?", re.ASCII)
_CALENDAR = re.compile(r"(this|last|past|previous) (week|month|year)")
_WRITTEN = re.compile(r"[a-z0-9 ,./'-]+")
_LONGEST_WRITTEN = 8
_WORDS = re.compile(r"[a-z]+|[0-9]+|[^a-z0-9 ]")
# What a date in words consists of. What else dateutil knows (times, zones) is no day, and takes it long to find out.
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KNOWN_WORDS = {*_MONTHS, *_WEEKDAYS, *(name[:3] for name in _MONTHS + _WEEKDAYS), "sept", "st", "nd", "rd", "th", "of", "on"}
_NUMBER = re.compile(r"\d+", re.ASCII)
_BETWEEN = re.compile(r"(?<=[a-z0-9]) to (?=[a-z0-9])|(?<=^[0-9]{4}) ?[-–] ?(?=[0-9]{4}$)")
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)


def date_range(text: str, today: dt.date | None = None) -> DateRange | None:
    """The days that `text` means, or None where it is no date that can be meant (nonsense, 31 June, a range that ends before it begins).

    A range `a..b` (or `a to b`, or of years `2021-2022`) runs from the first day of `a` to the last of `b`, either may be left out; brackets around
    it are passed over. `>` starts the day after the date ends, `<` ends the day before it begins, `>=` and `<=` include it. `last 30 days` are
    today and the 29 days before; `last month` (week, year) is the one before the present, weeks beginning on Monday. `today` is the day such
    expressions count from; None is the present day.
    """
    text = " ".join(text.casefold().split())
    text = _BETWEEN.sub("..", text[1:-1].strip() if text[:1] == "[" and text[-1:] == "]" else text)
    if not text or len(text) > _LONGEST:
        return None
    if today is None:
        today = dt.datetime.now().astimezone().date()
    try:
        return _compared(text, today) if text[0] in "<>" else _range(text, today)
    except OverflowError:  # before the year 1 or after 9999
        return None


def _compared(text: str, today: dt.date) -> DateRange | None:
    match = _COMPARED.fullmatch(text)
    days = _days(match[2], today) if match else None
    if match is None or days is None:
        return None
    first, last = days
    if match[1] == ">":
        return DateRange(last + _DAY, None)
    if match[1] == ">=":
        return DateRange(first, None)
    if match[1] == "<":
        return DateRange(None, first - _DAY)
    return DateRange(None, last)


def _range(text: str, today: dt.date) -> DateRange | None:
    before, dots, after = text.partition("..")
    if not dots:
        days = _days(text, today)
        return DateRange(*days) if days else None
    before, after = before.strip(), after.strip(". ")
    first = _days(before, today) if before else None
    last = _days(after, today) if after else None
    if (before and first is None) or (after and last is None) or not (first or last):
        return None
    if first and last and first[0] > last[1]:
        return None
    return DateRange(first[0] if first else None, last[1] if last else None)


def _days(text: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """First and last day of one date, without ranges and comparisons."""
    match = _NUMBERS.fullmatch(text)
    if match:
        return _stated(int(match[1]), int(match[2]) if match[2] else None, int(match[3]) if match[3] else None)
    return _relative(text, today) or _written(text)


def _stated(year: int, month: int | None, day: int | None) -> tuple[dt.date, dt.date] | None:
    """The days of a year, a month or one day; None where the calendar has no such day."""
    try:
        first = dt.date(year, month or 1, day or 1) if month != 0 and day != 0 else None
    except ValueError:
        return None
    if first is None or day:
        return (first, first) if first else None
    month = month or 12
    return first, dt.date(year, month, calendar.monthrange(year, month)[1])


def _relative(text: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    if text == "today":
        return today, today
    if text == "yesterday":
        return today - _DAY, today - _DAY
    if match := _SPAN.fullmatch(text):
        number = int(match[1])
        return (_back(today, number, match[2]) + _DAY, today) if number else None
    if match := _CALENDAR.fullmatch(text):
        then = today if match[1] == "this" else _back(today, 1, match[2])
        if match[2] == "week":
            monday = then - _DAY * then.weekday()
            return monday, monday + _DAY * 6
        return _stated(then.year, then.month if match[2] == "month" else None, None)
    return None


def _back(day: dt.date, number: int, unit: str) -> dt.date:
    """The day so many units earlier; the last of the month where that month is shorter."""
    if unit == "day":
        return day - _DAY * number
    if unit == "week":
        return day - _DAY * 7 * number
    months = day.year * 12 + day.month - 1 - number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if year < 1:
        raise OverflowError("before the year 1")
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _written(text: str) -> tuple[dt.date, dt.date] | None:
    """A date in words (`15 June 2022`), as python-dateutil reads it.

    dateutil takes what is not stated from a default: two readings with different defaults show which parts were stated, and as one of them has
    the day first, whether the order of the numbers mattered. The year must stand there in four digits.
    """
    from dateutil import parser

    years, numbers = _FOUR_DIGITS.findall(text), _NUMBER.findall(text)
    words = _WORDS.findall(text)
    most = 2 if any(c.isalpha() for c in text) else 3  # any more would be read as a time of day
    if len(years) != 1 or len(numbers) > most or not _WRITTEN.fullmatch(text):
        return None
    if len(words) > _LONGEST_WRITTEN or any(word[0].isalpha() and word not in _KNOWN_WORDS for word in words):
        return None
    try:
        one = parser.parse(text, default=dt.datetime(2000, 1, 1))  # noqa: DTZ001 - only its date is used
        other = parser.parse(text, default=dt.datetime(2000, 2, 15), dayfirst=True)  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None
    if not one.year == other.year == int(years[0]) or one.month != other.month:
        return None
    return _stated(one.year, one.month, one.day if one.day == other.day else None)
