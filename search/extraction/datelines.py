"""What does the dateline say? "MOSCOW, November 10. /TASS/." has a place, a day and an agency; "LIMA, 20 AUG 88 (EFE) --" a year too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from search.analysis import fold
from search.extraction import days, outlets
from search.extraction.days import Day
from search.extraction.knowledge import load, words

_LONGEST = 120
_END = re.compile(r"\s?[-–—]{1,2}(?:\s|$)|:\s|(?:--|[–—])(?=[\"“‘A-Z])|/\.?\s|\)[.:]?\s|$")
_MARKED = re.compile(r"\(([^()]{2,40})\)|(?<![^\s,])/{1,2}\s?([^/]{2,30}?)\s?/{1,2}")
_WORD = re.compile(r"[A-ZÀ-ÝŁŠŽĐ][\w'’.À-ž-]{0,24}$")
_JOINERS = frozenset(
    ["de", "la", "le", "of", "do", "da", "del", "el", "al", "sur", "au", "aux", "en", "upon", "the", "and", "on", "near", "off", "outside", "aboard"]
)
_CAPITALS = re.compile(r"[A-ZÀ-ÝŁŠŽĐ][A-ZÀ-ÝŁŠŽĐ'’.-]{2,24}$")
_BARE_WITH_REGION = re.compile(
    r"[A-ZÀ-Ý][A-ZÀ-Ý'’-]{2,24}(?: [A-ZÀ-Ý][A-ZÀ-Ý'’-]{2,24})?, (?P<region>[A-Z][a-z]{1,20}\.?(?: [A-Z][a-z]{2,20})?)(?= [A-Z“\"])"
)
_BARE_FOLLOWER = re.compile(r"[“\"‘'(]?(?:[A-ZÀ-Ý][\w'’-]{0,30}|U\.S\.|U\.N\.|U\.K\.|E\.U\.|\d)")
_NEVER_IN_PLACES = frozenset(
    [
        "to",
        "in",
        "at",
        "on",
        "for",
        "from",
        "by",
        "with",
        "as",
        "is",
        "are",
        "up",
        "says",
        "set",
        "sets",
        "sees",
        "not",
        "its",
        "will",
        "after",
        "over",
    ]
)
_SMALL = {"DE": "de", "LA": "la", "OF": "of", "AU": "au", "SUR": "sur", "ON": "on", "UPON": "upon", "DU": "du", "DEL": "del", "THE": "the"}


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a dateline and its place in the block's text."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dateline:
    """The dateline at the beginning of a block; `end` is where the story begins."""

    end: int
    place: Part | None = None
    day: Day | None = None
    agencies: tuple[Part, ...] = ()


@lru_cache(maxsize=32)  # headline, standfirst and story ask about the same few paragraphs
def read(text: str) -> Dateline | None:
    """The dateline that a paragraph begins with, or None."""
    head = text[:_LONGEST]
    for end in _END.finditer(head):
        if end.end() == len(head) and len(text) > _LONGEST:
            break
        stop = end.end() if head[end.start() : end.start() + 1] in "/)" else end.start()
        if head.startswith(":", end.start()) and not is_place(head[: end.start()]):
            continue  # "OPINION: Why our towns need buses"
        found = _segment(text, stop, whole=end.end() >= len(text))
        if found:
            after = end.end() if any(c.isalnum() for c in text[end.end() : end.end() + _LONGEST]) else len(text)
            return Dateline(after, found.place, found.day, found.agencies)
    return _bare(text)


def _segment(text: str, stop: int, *, whole: bool) -> Dateline | None:
    """Place, day and agencies of text[:stop], or None where it says anything else."""
    rest = list(text[:stop].replace("*", " "))
    agencies: list[Part] = []
    for match in _MARKED.finditer(text, 0, stop):
        group = 1 if match[1] else 2
        name = match[group]
        at = match.start(group)
        for piece in re.finditer(r"[^/]+", name):
            outlet = outlets.known(piece.group())
            if outlet is None and not (group == 2 or outlets.looks_like_outlet(piece.group())):
                return None
            agencies.append(Part(outlet.name if outlet else piece.group().strip(), at + piece.start(), at + piece.end()))
        rest[match.start() : match.end()] = "," * (match.end() - match.start())
    plain = "".join(rest)
    day = days.find(plain)
    if day is not None:
        plain = plain[: day.start] + "," * (day.end - day.start) + plain[day.end :]
    places: list[Part] = []
    for match in re.finditer(r"[^,;:]+", plain):
        part = match.group().strip(" .")
        if not part:
            continue
        start = match.start() + match.group().index(part)
        outlet = outlets.known(part) if not (places and _is_region(part)) else None
        if outlet is not None and (places or agencies):
            agencies.append(Part(outlet.name, start, start + len(part)))
        elif len(places) < 3 and (is_place(part) or _place_like(part)):
            end = start + len(part)
            places.append(Part(part, start, end + 1 if text[end : end + 1] == "." and _is_region(part) else end))
        else:
            return None
    if whole and day is None:
        return None
    return _checked(text, stop, places, day, agencies)


def _place_like(part: str) -> bool:
    """Whether words may be a place's name: few, with capitals, and no small words but those that places have."""
    pieces = re.split(r"[ /]+", part)
    if len(part) > 40 or len(pieces) > 5 or any(piece.lower() in _NEVER_IN_PLACES for piece in pieces):
        return False
    return all(piece in _JOINERS or _WORD.match(piece) for piece in pieces)


def _checked(text: str, stop: int, places: list[Part], day: Day | None, agencies: list[Part]) -> Dateline | None:
    """A dateline needs a place or a marked agency; a place alone must be in capitals or known as one."""
    if not places:
        return Dateline(stop, None, day, tuple(agencies)) if agencies and not any(c.islower() for c in text[:1]) else None
    first = places[0].value
    if not (day or agencies or is_place(first) or _capitals(first) or (len(places) > 1 and _is_region(places[-1].value))):
        return None
    if not is_place(first) and not _capitals(first) and not agencies and len(first.split()) > 3:
        return None
    place = Part(_title_case(text[places[0].start : places[-1].end]), places[0].start, places[-1].end)
    return Dateline(stop, place, day, tuple(agencies))


def _bare(text: str) -> Dateline | None:
    """ "LISBON Dock workers walked out": a place in capitals and nothing between it and the story."""
    region = _BARE_WITH_REGION.match(text)
    if region and _is_region(region["region"]):
        return Dateline(region.end() + 1, Part(_title_case(region.group()), 0, region.end()))
    found: list[str] = []
    at = 0
    for match in re.finditer(r"\S+", text[:_LONGEST]):
        word = match.group()
        if not (_CAPITALS.match(word) or ("/" in word and all(_CAPITALS.match(part) for part in word.split("/")))) or word in (
            "U.S.",
            "U.N.",
            "U.K.",
        ):
            break
        found.append(word)
        at = match.end()
    for count in range(len(found), 0, -1):
        name = " ".join(found[:count])
        end = len(name)
        follower = text[at:].lstrip() if count == len(found) else text[end:].lstrip()
        known = all(is_place(part) for part in name.split("/"))
        plausible = count == len(found) and len(name) > 4 and outlets.known(name) is None and fold(found[0]) not in words("places", "not_datelines")
        if (known or plausible) and _BARE_FOLLOWER.match(follower) and any(c.islower() for c in follower[:60]) and text[:end] == name:
            return Dateline(end + 1, Part(_title_case(name), 0, end))
    return None


def is_place(name: str) -> bool:
    """Whether it is a city, country or region that data/places.toml lists."""
    return fold(name.strip(" .")) in _places()


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    data = load("places")
    return frozenset(fold(name) for section in ("countries", "cities", "regions") for name in data[section])


def _is_region(name: str) -> bool:
    return fold(name.strip(" .")) in {fold(short) for short in load("places")["state_abbreviations"]} or is_place(name)


def _capitals(name: str) -> bool:
    return len(name) > 2 and name.upper() == name and outlets.known(name) is None


def _title_case(name: str) -> str:
    """ "NEW YORK" as "New York"; in "ANNANDALE, Va." the short word stays as it is."""
    capitals = name.upper() == name
    return re.sub(r"[^\s,]+", lambda m: _recased(m.group(), first=m.start() == 0) if capitals or len(m.group()) > 3 else m.group(), name)


def _recased(word: str, *, first: bool) -> str:
    """One word with its parts between hyphens and slashes."""
    return re.sub(r"[^/-]+", lambda m: _one_word(m.group(), first=first and m.start() == 0), word)


def _one_word(word: str, *, first: bool) -> str:
    if word.upper() != word or "." in word.rstrip("."):
        return word
    return _SMALL[word] if word in _SMALL and not first else word.capitalize()
