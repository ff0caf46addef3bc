"""Which news agency or outlet is this the name of? One name for all spellings, from data/agencies.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from search.analysis import words as words_of
from search.extraction.knowledge import load, words

_DOMAIN = re.compile(r"(?:www\.)?[A-Za-z0-9-]{2,40}\.(?:com|org|net|info|tv|news|[a-z]{2}|com?\.[a-z]{2})$")
_WORD = re.compile(r"[A-ZÀ-Ž0-9][\w&'’.-]{0,30}$")
_SMALL_WORDS = frozenset(["of", "the", "and", "for", "in", "on", "de", "la", "le", "el", "al", "des", "du", "et", "&", "y"])


@dataclass(frozen=True, slots=True)
class Outlet:
    """An agency or outlet: the name that the archive shows, and whether it supplies reports to others."""

    name: str
    kind: Literal["agency", "outlet"]


@lru_cache(maxsize=10_000)
def known(name: str) -> Outlet | None:
    """The agency or outlet that a text calls by this name, or None."""
    return _register().get(_key(name))


def spellings(name: str) -> tuple[str, ...]:
    """All names of the agency or outlet that a text calls by this name, the one that the archive shows first; none where it is not listed."""
    outlet = known(name)
    if outlet is None:
        return ()
    return (outlet.name, *load("agencies")[outlet.kind][outlet.name])


def looks_like_outlet(name: str) -> bool:
    """Whether a name that is not listed is plainly an outlet's: its words say so, or it is a web site's address."""
    if _DOMAIN.match(name):
        return True
    parts = name.split()
    if not 1 <= len(parts) <= 6 or not all(_WORD.match(part) or part.lower() in _SMALL_WORDS for part in parts):
        return False
    return len(parts) > 1 and not words("agencies", "outlet_words").isdisjoint(parts)


def _key(name: str) -> str:
    return "".join(word for word in words_of(name) if word != "the")


@lru_cache(maxsize=1)
def _register() -> dict[str, Outlet]:
    data = load("agencies")
    found: dict[str, Outlet] = {}
    kinds: tuple[Literal["agency"], Literal["outlet"]] = ("agency", "outlet")
    for kind in kinds:
        for name, aliases in data[kind].items():
            found.update({_key(form): Outlet(name, kind) for form in (name, *aliases)})
    return found
