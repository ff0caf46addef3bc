"""When was it published, how precisely, and how do we know? What the text states goes before what a page, an address or a file name hints at.

A date is never guessed: no evidence, no date. Words such as "on Tuesday" are resolved only against a known day, and only to `event_days`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.article import Considered, Evidence, Precision
from search.extraction import days
from search.extraction.boilerplate import Cut
from search.extraction.datelines import Dateline
from search.extraction.days import Day
from search.extraction.document import Block, Document

_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_RELATIVE = re.compile(
    r"\b(?:(?P<near>[Oo]n|[Ll]ast|[Ll]ate on|[Ee]arly on|[Ll]ate|[Ee]arly|[Ss]ince) )?"
    r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b(?!['’]s)"
    r"|\b(?P<word>[Yy]esterday|[Tt]oday|[Tt]omorrow)\b(?!['’]s)"
)
_AHEAD = re.compile(r"\b(?:will|would|next|due|scheduled|expected|planned|plans|set to|upcoming|until|by|before|through)\b")
_URL_DAY = re.compile(
    r"/(?P<y>(?:19|20)\d{2})[/-](?P<m>0[1-9]|1[0-2])[/-](?P<d>0[1-9]|[12]\d|3[01])(?=[/-]|$)"
    r"|/(?P<cy>20\d{2})(?P<cm>0[1-9]|1[0-2])(?P<cd>0[1-9]|[12]\d|3[01])(?=/)"
)
_FILE_DAY = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<gap>[-_.]?)(?P<m>0[1-9]|1[0-2])(?P=gap)(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_STAMPED = re.compile(r"^(?:(?:last )?(?:updated|published|posted|modified|first published|created)(?: on| at)?:?|date:?)\s", re.IGNORECASE)
_MOST_EVENT_DAYS = 12


@dataclass(frozen=True, slots=True)
class Dating:
    """What is known of an article's day of publication, and the days that its story speaks of."""

    date: str | None = None
    precision: Precision = "none"
    dateline_day: str | None = None
    event_days: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Claim:
    day: Day
    rule: str
    text: str
    start: int | None = None
    end: int | None = None


def find(document: Document, story: tuple[Block, ...], cuts: tuple[Cut, ...], dateline: tuple[Block, Dateline] | None, path: str) -> Dating:
    """The publication date of an article; `path` is the path of its file."""
    claims = [*_stated(cuts), *_in_dateline(dateline), *_on_the_page(document), *_in_address(document.url), *_in_file_name(path)]
    dated = [claim for claim in claims if claim.day.value]
    evidence: list[Evidence] = []
    yearless = next((c for c in claims if not c.day.value and c.day.yearless), None)
    if yearless and yearless.day.yearless:
        evidence.append(Evidence("dateline_day", yearless.day.yearless, yearless.rule, yearless.text, yearless.start, yearless.end))
    line_day = yearless.day.yearless if yearless else None
    if not dated:
        return Dating(dateline_day=line_day, evidence=tuple(evidence))
    best = dated[0]
    value = best.day.value or ""
    considered = tuple(
        Considered(other.day.value or "", f"{other.rule}: weaker evidence")
        for other in dated[1:]
        if other.day.value and not value.startswith(other.day.value)
    )
    if best.day.note:
        considered = (Considered(best.text, best.day.note), *considered)
    evidence.append(Evidence("date", value, best.rule, best.text, best.start, best.end, considered))
    events: tuple[str, ...] = ()
    if best.day.precision == "day":
        found = list(_event_days(story, dt.date.fromisoformat(value)))[:_MOST_EVENT_DAYS]
        events = tuple(dict.fromkeys(item.value for item in found))
        evidence += found
    return Dating(value, best.day.precision, line_day, events, tuple(evidence))


def is_stamp(text: str) -> bool:
    """Whether a line says nothing but a date, so that it dates the article and is no part of the story."""
    return len(text) <= 60 and (day := days.whole(_STAMPED.sub("", text))) is not None and day.precision in ("day", "month")


def _stated(cuts: tuple[Cut, ...]) -> Iterator[_Claim]:
    """Dates on lines of their own: "date 2022-06-15", "Published: 3 May 2019"."""
    lines = [(cut.block, cut.rule) for cut in cuts if cut.rule in ("date line", "update stamp", "byline", "line with a date")]
    for block, rule in sorted(lines, key=lambda line: line[0].start):
        day = days.find(block.text)
        if day is not None:
            yield _Claim(day, rule, block.text[day.start : day.end], block.start + day.start, block.start + day.end)


def _in_dateline(dateline: tuple[Block, Dateline] | None) -> Iterator[_Claim]:
    if dateline is not None and dateline[1].day is not None:
        block, day = dateline[0], dateline[1].day
        yield _Claim(day, "dateline", block.text[day.start : day.end], block.start + day.start, block.start + day.end)


def _on_the_page(document: Document) -> Iterator[_Claim]:
    for fact in document.dates:
        day = days.find(fact.value)
        if day is not None:
            yield _Claim(day, fact.rule, fact.text, fact.start, fact.end)


def _in_address(url: str | None) -> Iterator[_Claim]:
    match = _URL_DAY.search(url or "")
    if match:
        year, month, day = (int(match[name] or match[f"c{name}"]) for name in "ymd")
        yield from _existing(year, month, day, "address of the page", match.group())


def _in_file_name(path: str) -> Iterator[_Claim]:
    match = _FILE_DAY.search(path.rsplit("/", 1)[-1])
    if match:
        yield from _existing(int(match["y"]), int(match["m"]), int(match["d"]), "file name", match.group())


def _existing(year: int, month: int, day: int, rule: str, text: str) -> Iterator[_Claim]:
    found = days.find(f"{year:04d}-{month:02d}-{day:02d}")
    if found is not None and found.day:
        yield _Claim(found, rule, text)


def _event_days(story: tuple[Block, ...], published: dt.date) -> Iterator[Evidence]:
    for block in story:
        for match in _RELATIVE.finditer(block.text):
            sentence = block.text[max(block.text.rfind(". ", 0, match.start()) + 1, match.start() - 90) : match.start()]
            day = _resolved(match, published, ahead=bool(_AHEAD.search(sentence)))
            if day is not None:
                start, end = block.start + match.start(), block.start + match.end()
                yield Evidence("event_days", day.isoformat(), f"relative to {published.isoformat()}", match.group(), start, end)


def _resolved(match: re.Match[str], published: dt.date, *, ahead: bool) -> dt.date | None:
    if match["word"]:
        shift = {"yesterday": -1, "today": 0, "tomorrow": 1}[match["word"].lower()]
        return published + dt.timedelta(days=shift)
    if not match["near"] or ahead:
        return None  # which week's day is meant cannot be told
    back = (published.weekday() - _WEEKDAYS.index(match["weekday"].lower())) % 7
    if back == 0 and match["near"].lower() == "last":
        back = 7
    return published - dt.timedelta(days=back)
