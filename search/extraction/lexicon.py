"""What kinds of word can this be? One look-up for all the words that people.py and its neighbours go by, read from data/*.toml."""

from __future__ import annotations

from functools import lru_cache

from search.analysis import fold
from search.extraction.knowledge import load


class Kind:
    """Kinds of words, as bits of a mask; a word may be of several ("Jordan": a given name and a place). Plain numbers, for speed."""

    OFFICE = 1
    HONORIFIC = 2
    ALSO_NAME = 4  # a title that is also a name: King, Dean
    KIN = 8
    PAST = 16  # former, late: background rather than news
    MODIFIER = 32  # may stand inside a title: vice, foreign
    SAYING = 64
    ACTING = 128
    TOWARDS = 256
    HELPING = 512
    COMMON = 1024  # no part of a name, unless a given name stands before it
    ORGANISATION = 2048
    PEOPLES = 4096
    CALENDAR = 8192
    GIVEN = 16384
    FAMILY_FIRST = 32768
    PLACE = 65536
    PARTICLE = 131072
    SUFFIX = 262144
    COUNTRY = 524288
    FAMILY = 1048576  # a common word that is also a family name: Day, White
    DETERMINER = 2097152
    LINK = 4194304  # joins an office and its field: of, for
    DEAD = 8388608
    EVENT_BETWEEN = 16777216  # talks, summit
    EVENT_OF_ONE = 33554432  # visit, speech
    ADVERB = 67108864
    COMPANY = 134217728  # legal forms: Corp, Ltd
    MAKING = 268435456  # written (by)


IN_NO_NAME = Kind.COMMON | Kind.ORGANISATION | Kind.MODIFIER | Kind.SAYING | Kind.ACTING | Kind.HELPING | Kind.PAST
"""Kinds of words that are in no name unless they are family names too."""

_SHORTEST_COMPOUND = 8  # letters of a German office in one word: "Hafenchef"; shorter words are names ("Chefin")

_SECTIONS = (
    ("titles", "offices", Kind.OFFICE),
    ("titles", "pursuits", Kind.OFFICE),
    ("titles", "offices_elsewhere", Kind.OFFICE),
    ("titles", "honorifics", Kind.HONORIFIC),
    ("titles", "also_names", Kind.ALSO_NAME),
    ("titles", "kin", Kind.KIN),
    ("titles", "past", Kind.PAST),
    ("titles", "modifiers", Kind.MODIFIER),
    ("verbs", "saying", Kind.SAYING),
    ("verbs", "acting", Kind.ACTING),
    ("verbs", "saying_elsewhere", Kind.SAYING),
    ("verbs", "acting_elsewhere", Kind.ACTING),
    ("verbs", "helping_elsewhere", Kind.HELPING),
    ("verbs", "towards", Kind.TOWARDS),
    ("verbs", "helping", Kind.HELPING),
    ("words", "common", Kind.COMMON),
    ("words", "organisations", Kind.ORGANISATION),
    ("words", "companies", Kind.COMPANY | Kind.ORGANISATION),
    ("words", "peoples", Kind.PEOPLES),
    ("words", "calendar", Kind.CALENDAR),
    ("words", "family_names", Kind.FAMILY),
    ("titles", "dead", Kind.DEAD),
    ("verbs", "events_between", Kind.EVENT_BETWEEN),
    ("verbs", "events_of_one", Kind.EVENT_OF_ONE),
    ("verbs", "adverbs", Kind.ADVERB),
    ("verbs", "making", Kind.MAKING),
    ("words", "determiners", Kind.DETERMINER),
    ("words", "links", Kind.LINK),
    ("people", "particles", Kind.PARTICLE),
    ("people", "suffixes", Kind.SUFFIX),
    ("places", "countries", Kind.COUNTRY | Kind.PLACE),
    ("places", "cities", Kind.PLACE),
    ("places", "regions", Kind.PLACE),
)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, int]:
    found: dict[str, int] = {}
    for file, section, kind in _SECTIONS:
        entries = load(file)[section]
        for word in entries.split() if isinstance(entries, str) else entries:
            folded = fold(word).strip(".")
            found[folded] = found.get(folded, 0) | kind
            if kind == Kind.OFFICE and not folded.endswith("s"):
                plural = folded[:-3] + "men" if folded.endswith("man") else folded + "s"
                found[plural] = found.get(plural, 0) | kind
    for section, names in load("given_names").items():
        kind = Kind.FAMILY_FIRST if section == "family_names_first" else Kind.GIVEN
        for word in names.split():
            folded = fold(word)
            found[folded] = found.get(folded, 0) | kind
    return found


@lru_cache(maxsize=100_000)
def kind(word: str) -> int:
    """The kinds of a word as a mask of `Kind`; 0 for a word nobody has listed. A full stop behind it does not matter."""
    found = _kinds()
    folded = fold(word).strip(".")
    mask = found.get(folded, 0)
    if mask & Kind.SUFFIX and not (word.isupper() or folded in ("jr", "sr")):
        mask &= ~Kind.SUFFIX  # "Xi" is no number
    if not mask and "-" in word:
        # "Jean-Claude", "Lin-Manuel": a double name is a given name if a part of it is one.
        parts = folded.split("-")
        for part in parts:
            mask |= found.get(part, 0) & Kind.GIVEN
        if all(found.get(part, 0) & (Kind.OFFICE | Kind.MODIFIER) for part in parts):
            mask = found[parts[-1]] & Kind.OFFICE  # "Lieutenant-Colonel", "Vice-Chancellor"
    if not mask and word[0].isupper() and len(folded) >= _SHORTEST_COMPOUND and "-" not in folded and folded.endswith(_compound_offices()):
        mask = Kind.OFFICE
    if not mask and folded.endswith("s"):
        mask = found.get(folded[:-1], 0) & Kind.ORGANISATION
    return mask


@lru_cache(maxsize=1)
def _compound_offices() -> tuple[str, ...]:
    return tuple(fold(word) for word in load("titles")["compound_offices"].split())


@lru_cache(maxsize=1)
def nicknames() -> dict[str, frozenset[str]]:
    """For a given name, the other given names that may mean the same person."""
    found: dict[str, set[str]] = {}
    for line in load("people")["nicknames"]:
        group = {fold(name) for name in line.split()}
        for name in group:
            found.setdefault(name, set()).update(group)
    return {name: frozenset(group) for name, group in found.items()}


@lru_cache(maxsize=1)
def not_people() -> frozenset[str]:
    """Names of things that look like persons' names, folded."""
    return frozenset(fold(name) for name in load("people")["not_people"]) | frozenset(
        fold(name) for section in ("cities", "regions", "countries") for name in load("places")[section] if " " in name
    )


@lru_cache(maxsize=1)
def known_by_one_name() -> frozenset[str]:
    """Names that by themselves stand for one person everywhere, folded."""
    return frozenset(fold(name) for name in load("people")["known_by_one_name"].split())


@lru_cache(maxsize=1)
def shortened() -> frozenset[str]:
    """Titles, suffixes, months and days that are written with a full stop: "sen.", "jr.", "oct."."""
    listed = (load("titles")["honorifics"], load("people")["suffixes"], load("words")["calendar"])
    return frozenset(fold(word) for words in listed for word in words.split() if word.endswith("."))


@lru_cache(maxsize=1)
def abbreviations() -> frozenset[str]:
    """Capitals with full stops that are no initials of a person: "U.S."."""
    return frozenset(load("words")["abbreviations"].split())
