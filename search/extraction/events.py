"""Which days does the story speak of? "On Tuesday", "yesterday": resolved only against a known day of publication, and never the day itself."""

from __future__ import annotations

import datetime as dt
import re

from search.article import Evidence
from search.extraction.document import Block

_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_RELATIVE = re.compile(
    r"\b(?:(?P<near>[Oo]n|[Ll]ast|[Ll]ate on|[Ee]arly on|[Ll]ate|[Ee]arly|[Ss]ince) )?"
    r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b(?!['’]s)"
    r"|\b(?P<word>[Yy]esterday|[Tt]oday|[Tt]omorrow)\b(?!['’]s)"
)
_IN_ALL = ("day", "omorrow")  # one of them stands in whatever is found; most paragraphs have neither
_AHEAD = re.compile(r"\b(?:will|would|next|due|scheduled|expected|planned|plans|set to|upcoming|until|by|before|through)\b")
_MOST = 12  # days of one article


def find(story: tuple[Block, ...], published: dt.date) -> list[Evidence]:
    """For each day that the story names relatively, the words and the day that they mean; twelve at most."""
    found: list[Evidence] = []
    for block in story:
        if not any(part in block.text for part in _IN_ALL):
            continue
        for match in _RELATIVE.finditer(block.text):
            sentence = block.text[max(block.text.rfind(". ", 0, match.start()) + 1, match.start() - 90) : match.start()]
            day = _resolved(match, published, ahead=bool(_AHEAD.search(sentence)))
            if day is not None:
                start, end = block.start + match.start(), block.start + match.end()
                found.append(Evidence("event_days", day.isoformat(), f"relative to {published.isoformat()}", match.group(), start, end))
                if len(found) == _MOST:
                    return found
    return found


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
