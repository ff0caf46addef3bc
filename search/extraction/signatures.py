"""Which sources does an article name when it is over? "(AP) (AFP)", "[Reuters]", "— AFP", "Source: TASS", "(AP via Riverside Courier)".

Sources that share a pair of parentheses ("Reuters/AFP") are several; what "via" joins is the agency and who printed its report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.extraction import outlets
from search.extraction.datelines import is_place
from search.extraction.knowledge import words

_PARENTHESES = re.compile(r"\(([^()]{2,70})\)\s?\.?$|\[([^\[\]]{2,70})\]\s?\.?$")
_DASHED = re.compile(r"[.!?…”\"’)]\s{0,3}(?:[-–—]{1,2}\s?|[-–—]{2}\s?by\s)(?P<name>[A-Za-z][^.!?()\[\]]{1,60}?)\.?$")
_LAST_WORD = re.compile(r"[.!?”\"’]\s{1,3}(?P<name>Reuters?|REUTERS?)\s?\.?$")
_LEAD_IN = re.compile(r"^(?:(?:sources?|agenc(?:y|ies)|via|quelle|fuente|fonte)\s?[:–—-]\s?|via\s)(?=\S)", re.IGNORECASE)
_VIA = re.compile(r",?\svia\s")
_BETWEEN = re.compile(r"\s?[/;,|+]\s?|\s(?:and|und|et|y|&|with)\s")
_BREAK = re.compile(
    r"^(?:by|from)\s|\s?[|,/–—()]\s?|\s-\s|\s(?:of|for|at|and|in|with|from|via)\s|(?<=[a-z])\s(?=[A-Z][a-z]{2,8}\.?\s\d|\d)", re.IGNORECASE
)
_OFFICE = re.compile(r"(?:\s(?:staff|writers?|reporters?|correspondents?|editors?|journalists?)){1,2}$", re.IGNORECASE)
_NAME_AND_OUTLET = re.compile(
    r"(?P<reporter>[A-ZÀ-Ž][\w.'’-]{0,20}(?:\s[A-ZÀ-Ž][\w.'’-]{1,20}){1,3})\s?(?:[,|/–—-]\s?|\()(?P<outlet>[A-Z][\w.&’' ]{1,40})\)?$"
)
_LONGEST = 80  # characters that the patterns above can match: sources stand in the last of a text
_GAP = " ,;|"
_SENTENCE_END = (".", "!", "?", "”", '"', "’", ")", "]", "…")
_MOST_WORDS = 8
_MOST_SMALL_WORDS = 2


@dataclass(frozen=True, slots=True)
class Signature:
    """Sources named together: where, by which names (one value for all spellings), and who printed the report ("via"), if that is said."""

    start: int
    end: int
    names: tuple[str, ...]
    via: str | None = None


def closing(text: str, *, signed: bool = False) -> list[Signature]:
    """The sources at the end of an article's last paragraph, in the order of the text.

    `signed`: the report carries an agency's signature already, so that only listed outlets are sources.
    """
    begin = max(0, len(text) - _LONGEST)
    dashed = _DASHED.search(text, begin) or _LAST_WORD.search(text, begin)
    if dashed:
        names = _agencies(dashed["name"])
        return [Signature(dashed.start() + 1, len(text), names)] if names else []
    found: list[Signature] = []
    end = len(text)
    while match := _PARENTHESES.search(text, max(0, end - _LONGEST), end):
        said = (match[1] or match[2]).strip()
        plain = _plainly_outlets(said)
        if not plain and (signed or match[2] or not _may_be_source(said)):
            break
        before = _without_gap(text, match.start())
        if not found and not plain and match.start() > 0 and not text.endswith(_SENTENCE_END, 0, before):
            break  # "(left)" inside the last sentence
        names, via = named(said)
        found.append(Signature(match.start(), match.end(), names, via))
        end = before
        if not text.endswith((")", "]"), 0, end):
            break
    return found[::-1]


def _without_gap(text: str, end: int) -> int:
    """Where a text ends before an offset, without what stands between it and its sources."""
    while end and text[end - 1] in _GAP:
        end -= 1
    return end


def line(text: str) -> Signature | None:
    """The sources that a line names if it does nothing else and all are listed: "Reuters", "AP/AFP", "Source: TASS", "[AFP]"."""
    bare = text.strip(" ()[].-–—*/")
    names = _listed(_LEAD_IN.sub("", bare, count=1))
    return Signature(0, len(text), names) if names else None


def byline(text: str) -> Signature | None:
    """The agency or outlet that a credit line names beside the reporter: "By Jane Doe of the Associated Press", "By Reuters Staff".

    Whoever only helped ("with AFP") is not named.
    """
    breaks = [(0, 0, ""), *((m.start(), m.end(), m.group().strip().lower()) for m in _BREAK.finditer(text)), (len(text), len(text), "")]
    for at, (_, start, lead) in enumerate(breaks):
        for end, _, _ in () if lead == "with" else reversed(breaks[at + 1 :]):
            said = _OFFICE.sub("", text[start:end].strip(" .()"))
            name = _name(said) if said else None
            if name:
                return Signature(start, end, (name,))
    return None


def is_byline(text: str) -> bool:
    """Whether a line is a reporter's name and an agency or outlet, and nothing else: "Jane Doe, Reuters"."""
    match = _NAME_AND_OUTLET.match(text)
    if match is None or outlets.known(match["reporter"]) is not None:
        return False
    return outlets.known(match["outlet"]) is not None or outlets.looks_like_outlet(match["outlet"])


def printed_by(text: str) -> tuple[int, int] | None:
    """Where a credit line names an outlet that is not listed, beside the reporter: "By Jane Doe, Riverside Ledger"."""
    match = _NAME_AND_OUTLET.match(text, 3 if text[:3] in ("By ", "BY ") else 0)
    if match is None or outlets.known(match["outlet"]) is not None or not outlets.looks_like_outlet(match["outlet"]):
        return None
    return match.span("outlet")


def named(said: str) -> tuple[tuple[str, ...], str | None]:
    """The names of the sources in some words ("AP/Reuters via NBC News"), each as the archive shows it, and who printed the report."""
    words_of_source = _LEAD_IN.sub("", said, count=1)
    whole = outlets.known(words_of_source)
    if whole:
        return (whole.name,), None
    report, _, printed = _VIA.sub("\0", words_of_source, count=1).partition("\0")
    printer = outlets.known(printed) if printed else None
    via = printer.name if printer else printed or None
    names = _listed(report)
    if names:
        return names, via
    if printer and (printer.kind == "agency" or any(word.islower() for word in report.split())):
        return (printer.name,), None  # "Port Authority via AP", "Letter of the mayor via The Riverside Courier"
    return (report,), via


def _listed(said: str) -> tuple[str, ...]:
    """The sources of a list, if all are known outlets or, beside known ones, plainly outlets; else none."""
    parts = [said] if _name(said) else [part for part in _BETWEEN.split(said) if part]
    known = [_name(part) for part in parts]
    if not any(known):
        return ()
    names = [name or (part if outlets.looks_like_outlet(part) else None) for name, part in zip(known, parts, strict=True)]
    return tuple(dict.fromkeys(name for name in names if name)) if all(names) else ()


def _agencies(said: str) -> tuple[str, ...]:
    """The sources of a list, if all are news agencies."""
    names = _listed(said)
    return names if all((outlet := outlets.known(name)) and outlet.kind == "agency" for name in names) else ()


def _name(said: str) -> str | None:
    """The name of a listed outlet; an agency's service for a country ("Reuters India") is the agency."""
    outlet = outlets.known(said)
    if outlet is None:
        first, _, rest = said.rpartition(" ")
        outlet = outlets.known(first) if rest and is_place(rest) else None
        if outlet is not None and outlet.kind != "agency":
            outlet = None
    return outlet.name if outlet else None


def _plainly_outlets(said: str) -> bool:
    report = _VIA.split(_LEAD_IN.sub("", said, count=1))[0]
    return bool(_listed(report)) or outlets.looks_like_outlet(report) or outlets.known(_VIA.split(said)[-1]) is not None


def _may_be_source(said: str) -> bool:
    """Whether words in parentheses behind a finished sentence may be the name of an outlet that is not listed."""
    report = _VIA.split(said)[0].split()
    if said in words("agencies", "not_a_source") or said.isdigit() or not words("agencies", "picture_words").isdisjoint(re.split(r"[\s/,]", said)):
        return False
    if len(report) > 1 and (report[0].islower() or sum(word.islower() for word in report) > _MOST_SMALL_WORDS):
        return False  # "as seen from the bridge"
    return len(said.split()) <= _MOST_WORDS and not said.endswith((".", "!", "?")) and any(c.isalpha() for c in said)
