"""What does the dateline say? "MOSCOW, November 10. /TASS/." has a place, a day and an agency; "LIMA, 20 AUG 88 (EFE) --" a year too."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from search.analysis import fold
from search.extraction import days, outlets
from search.extraction.days import Day
from search.extraction.knowledge import load, words

_LONGEST = 120
_RUNNING = re.compile(r"(?:\b[a-z]{2,20},? ){4}")  # so many small words in a row are the story's
_END = re.compile(r"\s?[-–—_]{1,2}(?:\s|$)|\s\|\s|:\s|(?:--|[–—])(?=[\"“‘A-Z])|(?<=[A-Z]{2})-(?=[A-Z][a-z])|/\.?\s|[)\]][.:]?(?:\s|[-–—_.]{1,3}\s)|$")
_MARKED = re.compile(r"[(\[]([^()\[\]]{2,40})[)\]]|(?<![^\s,])/{1,2}\s?([^/]{2,30}?)\s?/{1,2}")
_WORD = re.compile(r"[A-ZÀ-ÝŁŠŽĐ][\w'’.À-ž-]{0,24}$")
_ACRONYM = re.compile(r"[A-Z]{2,6}$")
_FIRST = ("(", "[", "/", "*")
_DIGIT = re.compile(r"\d")
_JOINERS = frozenset(
    ["de", "la", "le", "of", "do", "da", "del", "el", "al", "sur", "au", "aux", "en", "upon", "the", "and", "on", "near", "off", "outside", "aboard"]
)
_CAPITALS = re.compile(r"[A-ZÀ-ÝŁŠŽĐ][A-ZÀ-ÝŁŠŽĐ'’.-]{2,24}$")
_BARE_WITH_REGION = re.compile(
    r"[A-ZÀ-Ý][A-ZÀ-Ý'’-]{2,24}(?: [A-ZÀ-Ý][A-ZÀ-Ý'’-]{2,24})?, (?P<region>[A-Z][a-z]{1,20}\.?(?: [A-Z][a-z]{2,20})?)(?= [A-Z“\"])"
)
_BARE_FOLLOWER = re.compile(r"[“\"‘'(]?(?:[A-ZÀ-Ý][\w'’-]{0,30}|U\.S\.|U\.N\.|U\.K\.|E\.U\.|\d)")
_HEADLINE = re.compile(r"[A-Z]{3,} [A-Z]{3,} ")  # words in capitals that go on are a headline's
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
    if not (head[:1].isalnum() or head.startswith(_FIRST)):
        return None
    running = _RUNNING.search(head)
    for end in _END.finditer(head):
        if (end.end() == len(head) and len(text) > _LONGEST) or (running and end.start() > running.start()):
            break
        stop = end.start() + 1 if end.group()[:1] in ("/", ")", "]") else end.start()
        if head.startswith(":", end.start()) and not is_place(head[: end.start()]):
            continue  # "OPINION: Why our towns need buses"
        found = _segment(text, stop, whole=end.end() >= len(text))
        if end.group() == "-" and not (found and found.agencies):
            continue  # a hyphen ends a dateline only behind an agency: "Damascus, SANA-President"
        if found:
            after = end.end() if any(c.isalnum() for c in text[end.end() : end.end() + _LONGEST]) else len(text)
            if found.place is None and found.day is None:
                return _with_what_follows(text, after, found.agencies)
            return Dateline(after, found.place, found.day, found.agencies)
    return _bare(text)


def _with_what_follows(text: str, end: int, agencies: tuple[Part, ...]) -> Dateline:
    """ "(ANSA) - ROMA, 03 MAR -": an agency, and behind it the place and day."""
    start = end + len(text[end:]) - len(text[end:].lstrip("-–— "))
    more = read(text[start:]) if text[start : start + 1].isupper() else None
    if more is None or (more.place is None and more.day is None):
        return Dateline(end, None, None, agencies)
    place = replace(more.place, start=more.place.start + start, end=more.place.end + start) if more.place else None
    day = replace(more.day, start=more.day.start + start, end=more.day.end + start) if more.day else None
    later = tuple(replace(part, start=part.start + start, end=part.end + start) for part in more.agencies)
    return Dateline(more.end + start, place, day, (*agencies, *later))


def _segment(text: str, stop: int, *, whole: bool) -> Dateline | None:
    """Place, day and agencies of text[:stop], or None where it says anything else. `whole`: there is no more text."""
    if whole and not _DIGIT.search(text):
        return None  # a line that is nothing but a dateline has a day
    plain = text[:stop].replace("*", " ")
    agencies: list[Part] = []
    acronyms = False
    for match in _MARKED.finditer(text, 0, stop):
        group = 1 if match[1] else 2
        name = match[group]
        at = match.start(group)
        for piece in re.finditer(r"[^/]+", name):
            outlet = outlets.known(piece.group())
            if outlet is None and group == 1 and _ACRONYM.match(piece.group()) and not _is_region(piece.group()):
                acronyms = True  # an agency, if a place and a day stand with it
            elif outlet is None and not (group == 2 or outlets.looks_like_outlet(piece.group())):
                return None
            agencies.append(Part(outlet.name if outlet else piece.group().strip(), at + piece.start(), at + piece.end()))
        plain = _commas(plain, match.start(), match.end())
    day = days.find(plain)
    if day is not None:
        plain = _commas(plain, day.start, day.end)
    places: list[Part] = []
    for match in re.finditer(r"[^,;:]+", plain):
        part = match.group().strip(" .-–—" if agencies else " .")
        if not part:
            continue
        start = match.start() + match.group().index(part)
        outlet = outlets.known(part) if not (places and _is_region(part)) else None
        if outlet is not None and (places or agencies or (outlet.kind == "agency" and not is_place(part))):
            agencies.append(Part(outlet.name, start, start + len(part)))
        elif len(places) < 3 and (is_place(part) or _place_like(part)):
            end = start + len(part)
            places.append(Part(part, start, end + 1 if text[end : end + 1] == "." and fold(part) in _states() else end))
        else:
            return None
    if (whole or acronyms) and (day is None or not places):
        return None
    return _checked(text, stop, places, day, agencies)


def _commas(text: str, start: int, end: int) -> str:
    """The text with commas for what has been read in it."""
    return text[:start] + "," * (end - start) + text[end:]


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
        plausible = (
            count == len(found)
            and len(name) > 4
            and outlets.known(name) is None
            and fold(found[0]) not in words("places", "not_datelines")
            and not _CAPITALS.match(follower.partition(",")[0])  # "UNITED NATIONS, March 3": the name goes on
        )
        if _HEADLINE.match(follower):
            continue
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


@lru_cache(maxsize=1)
def _states() -> frozenset[str]:
    """The short names of states and provinces that follow a city's: "Calif.", "Ont."."""
    return frozenset(fold(short) for short in load("places")["state_abbreviations"])


def _is_region(name: str) -> bool:
    return fold(name.strip(" .")) in _states() or is_place(name)


def _capitals(name: str) -> bool:
    return len(name) > 2 and name.upper() == name and outlets.known(name) is None


@lru_cache(maxsize=10_000)
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
