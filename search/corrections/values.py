"""Which values can a correction have? Each function gives the value as it is kept, or raises CorrectionsError with what is wrong and what to do."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from search.analysis import person_key
from search.corrections.records import NONE
from search.errors import CorrectionsError

key = lru_cache(maxsize=50_000)(person_key)
"""The key of a name, remembered: while a file is changed its names are gone through several times."""

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_OLDEST = 1600
"""The year before the first newspaper, rounded down: an earlier one is a slip of the keyboard."""


def text(value: object, what: str) -> str:
    """A text of one line. Line breaks and surplus white space become one space."""
    if not isinstance(value, str):
        raise CorrectionsError(f"{what} must be a text in quotation marks.")
    joined = " ".join(value.split())
    if not joined:
        raise CorrectionsError(f"{what} is empty. Give it a value, or leave it out.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in joined):
        raise CorrectionsError(f"{what} has a control character in it. Write it anew.")
    return joined


def date(value: object) -> str:
    """A day, month or year as ISO 8601 writes it, or "none". Dates and whole numbers of TOML are taken too."""
    if isinstance(value, dt.datetime):
        value = value.date()
    written = str(value) if isinstance(value, dt.date) or (isinstance(value, int) and not isinstance(value, bool)) else value
    if written == NONE:
        return NONE
    match = _DATE.fullmatch(written) if isinstance(written, str) else None
    try:
        if match is None:
            raise ValueError
        day = dt.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError as error:
        raise CorrectionsError(f"“{value}” is no date. Write 2022-06-15, 2022-06 or 2022, or “none” for an article without one.") from error
    if not _OLDEST <= day.year <= 2100:
        raise CorrectionsError(f"“{value}” is no date of a news article. Check the year.")
    return match.group()


def agencies(values: Iterable[object]) -> tuple[str, ...]:
    """Agencies, each once; empty for "none"."""
    found = tuple(dict.fromkeys(text(value, "agency") for value in values))
    if NONE in found and len(found) > 1:
        raise CorrectionsError("agency is “none” beside others. Give the agencies, or “none”.")
    return () if found == (NONE,) else found


def path(value: object) -> str:
    """The path of a file in the folder that the corrections lie in."""
    if not isinstance(value, str) or not value:
        raise CorrectionsError("path must be a text in quotation marks: the file's path from this folder on, such as “2022/a.txt”.")
    if value.startswith(("/", "\\")) or _DRIVE.match(value):
        raise CorrectionsError(f"The path {value} does not begin in this folder. Write it from this folder on, such as “2022/a.txt”.")
    if any(part in ("", ".", "..") for part in value.split("/")):
        raise CorrectionsError(f"The path {value} is not written plainly. Write it from this folder on, without “..”, “.” and doubled slashes.")
    return value


def name(value: object, what: str = "name") -> str:
    """A person's name, or what was taken for one."""
    found = text(value, what)
    if key(found) == "@":
        raise CorrectionsError(f"“{found}” has no word in it to know a person by. Write the whole name.")
    return found


def several(values: Iterable[object]) -> tuple[str, ...]:
    """At least one name, each once: forms that differ only by case, accents, hyphens or the article al- are one name."""
    found: dict[str, str] = {}
    for value in values:
        one = name(value)
        found.setdefault(key(one), one)
    if not found:
        raise CorrectionsError("names is empty. Name at least one.")
    return tuple(found.values())


def different(values: Iterable[object]) -> tuple[str, ...]:
    """At least two names that are not one and the same."""
    given = [name(value) for value in values]
    found = several(given)
    if len(given) < 2:
        raise CorrectionsError("There is only one name here. Name at least two.")
    if len(found) < 2:
        raise CorrectionsError(
            f"“{given[0]}” and “{given[1]}” are one name: case, accents, hyphens and the article al- do not count. "
            "Where one name means two people, say in the [[article]] who is meant: person = { … }."
        )
    return found
