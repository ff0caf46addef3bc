"""Which day does a date field state? Forms that machines write become those that `days` reads; every other text stays as it is.

Numbers of seconds are counted from 1970 in UTC, and so is the day that they give. Nothing is guessed: a number that may be something else stays
a number. Where day and month may be either way round, the rest of the file may tell which.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

Order = Literal["day first", "month first"]

_COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T?\d{4}(?:\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?$")
_EPOCH = re.compile(r"(\d{9,10}|\d{12,13}|\d{15,16})(?:\.\d{1,9})?$")
_EARLIEST, _LATEST = 631_152_000, 4_102_444_800  # 1990 and 2100 as seconds: before and after, a number is no time of publication on a computer
_SHORT = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d{2})(?!\d)")


def read(text: str, order: Order | None = None) -> tuple[str, str]:
    """The day that a field's text states, as words that `days.find` reads, and how it was read: "" where the words are those of the text.

    `order` is what the rest of the file says of days like 03/04/2022.
    """
    if match := _COMPACT.match(text):
        return "-".join(match.group(1, 2, 3)), ""
    if match := _EPOCH.match(text):
        digits = match[1]
        seconds = int(digits) // {9: 1, 10: 1, 12: 1000, 13: 1000, 15: 1_000_000, 16: 1_000_000}[len(digits)]
        if _EARLIEST <= seconds < _LATEST:
            return dt.datetime.fromtimestamp(seconds, dt.UTC).date().isoformat(), "seconds since 1970"
    if match := _SHORT.match(text):
        first, second, year = int(match[1]), int(match[3]), match[4]
        if order and first <= 12 and second <= 12 and first != second:
            day, month = (first, second) if order == "day first" else (second, first)
            return f"{year}-{month:02d}-{day:02d}", f"{order} as elsewhere in the file"
        return f"{match[1]}/{match[3]}/{year}{text[match.end() :]}", ""
    return text, ""


def order_in(text: str) -> Order | None:
    """The order of day and month in a text like 25/04/2022, where it can only be one."""
    match = _SHORT.match(text)
    if not match or not (1 <= int(match[1]) <= 31 and 1 <= int(match[3]) <= 31):
        return None
    if int(match[1]) > 12:
        return "day first" if int(match[3]) <= 12 else None
    return "month first" if int(match[3]) > 12 else None


def only(orders: Iterable[Order]) -> Order | None:
    """The order, where there is just one."""
    found = set(orders)
    return found.pop() if len(found) == 1 else None
