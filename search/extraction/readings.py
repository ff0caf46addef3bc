"""In which ways may a name be meant that somebody types? As it stands, and where nobody is called so, without what is no name in it."""

from __future__ import annotations

from functools import lru_cache

from search.analysis import words
from search.extraction.lexicon import Kind, kind, nicknames

_TITLE = Kind.OFFICE | Kind.HONORIFIC


@lru_cache(maxsize=1_000)
def readings(name: str) -> tuple[frozenset[str], ...]:
    """Sets of folded words that a person's name may have to have all of, the closest reading of `name` first; none for a text without words.

    "President Ronald W. Reagan Jr." is looked for as it stands, then without a suffix and without what stands before the name and ends in a title
    ("Treasury Secretary James Baker"), then by its first and last word, then by other names for the first ("Jim Baker" is James Baker).
    """
    typed = words(name)
    found = [frozenset(typed)] if typed else []
    for start in [0, *(place for place in range(1, len(typed)) if kind(typed[place - 1]) & _TITLE)]:
        rest = [word for word in typed[start:] if not kind(word) & Kind.SUFFIX]
        if rest:
            found.append(frozenset(rest))
        if len(rest) > 2:
            found.append(frozenset((rest[0], rest[-1])))
        if len(rest) > 1:
            found += [frozenset((other, rest[-1])) for other in sorted(nicknames().get(rest[0], ()))]
    return tuple(dict.fromkeys(found))
