"""Which spellings of a word of a name are one spelling? Rules and lists of `spellings.toml`, by the tradition the word is romanised from.

A word is mapped to what stands for all its spellings, and words are compared by that: equal or not. So no chain of likenesses can join strangers.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

Tradition = Literal["any", "arabic", "slavic", "south_slavic"]

_SHORTEST = 4
"""Letters of a word that may have an ending of a family name or a vowel written out: Loew."""
_SURE = 5
"""Letters after which a word that only sounds like a given name of a tradition is taken for it: Fayssal, but not Sammy for Sami."""
_LONG = 7


@cache
def knowledge() -> dict[str, Any]:
    """What `spellings.toml` says; the file explains itself."""
    import tomllib

    return tomllib.loads((Path(__file__).parent / "spellings.toml").read_text(encoding="utf-8"))


def plain(word: str) -> str:
    """A folded word without the letters that keep their strokes when accents are taken off: "łukasz" is "lukasz"."""
    return word if word.isascii() else _rewritten(word, _letters("plain"))


@lru_cache(maxsize=100_000)
def spelled(word: str, tradition: Tradition) -> str:
    """What stands for all spellings of a word, given where its name comes from. The word is folded and `plain`."""
    listed = _same(tradition)
    if word in listed.by_word:
        return listed.by_word[word]
    sounds = _sounds(word, tradition)
    return listed.by_sound.get(sounds, sounds)


@lru_cache(maxsize=100_000)
def is_name_of(word: str, tradition: Literal["arabic", "slavic"]) -> bool:
    """Whether a word is a name of that tradition alone, in whatever spelling."""
    words, sounds = _names(tradition)
    if word in words or (tradition == "arabic" and word.startswith("abd")):
        return True
    sound = _sounds(word, tradition)
    return len(sound) >= _SURE and sound in sounds


def is_listed(word: str, tradition: Literal["arabic", "slavic"]) -> bool:
    """Whether a tradition has a list of spellings that a word belongs to; it may be a name elsewhere too, as Alexander is."""
    listed = _same(tradition)
    return word in listed.by_word or _sounds(word, tradition) in listed.by_sound


def tradition_of_family(word: str) -> Tradition:
    """The tradition that the ending of a family name shows, or "any"."""
    if len(word) > _SHORTEST:
        if word.endswith(_endings("south_slavic", "endings")):
            return "south_slavic"
        if word.endswith(_endings("slavic", "endings")):
            return "slavic"
    return "any"


def is_armenian(word: str) -> bool:
    """Whether a family name may be Armenian, which are romanised as Russian ones are; shorter ones may be Ryan, or Bayan."""
    return len(word) >= _LONG and word.endswith(_endings("slavic", "armenian_endings"))


@lru_cache(maxsize=100_000)
def in_two_syllables(word: str) -> bool:
    """Whether a word can be a Chinese or Korean given name of two syllables: "jinping"."""
    return any(is_syllable(word[:at]) and is_syllable(word[at:]) for at in range(1, len(word)))


def is_syllable(word: str) -> bool:
    """Whether a word can be one syllable of a Chinese or Korean name."""
    return word in _syllables()


class _Same:
    """The lists of spellings of a tradition: what stands for a listed word, and for a word that sounds like those of one list only."""

    def __init__(self, tradition: Tradition) -> None:
        self.by_word: dict[str, str] = {}
        self.by_sound: dict[str, str] = {}
        lines = [line.lower().split() for line in knowledge()[tradition].get("same", "").splitlines() if line]
        first_by_sound: dict[str, set[str]] = {}
        for first, *others in lines:
            for word in (first, *others):
                self.by_word[word] = first
                first_by_sound.setdefault(_sounds(word, tradition), set()).add(first)
        self.by_sound = {sound: firsts.pop() for sound, firsts in first_by_sound.items() if len(firsts) == 1}


@cache
def _same(tradition: Tradition) -> _Same:
    return _Same("slavic" if tradition == "south_slavic" else tradition)


@cache
def _names(tradition: Literal["arabic", "slavic"]) -> tuple[frozenset[str], frozenset[str]]:
    """The names of a tradition, as words and as sounds."""
    words = set(knowledge()[tradition]["names"].lower().split())
    if tradition == "arabic":
        words.update(_same(tradition).by_word)
    return frozenset(words), frozenset(_sounds(word, tradition) for word in words)


@cache
def _endings(tradition: str, list_: str) -> tuple[str, ...]:
    return tuple(knowledge()[tradition][list_].split())


@cache
def _syllables() -> frozenset[str]:
    lists = knowledge()["family_first"]
    return frozenset(first + rest for first in ("", *lists["beginnings"].split()) for rest in lists["middles"].split())


@cache
def _letters(tradition: str, list_: str = "letters") -> tuple[tuple[str, str], ...]:
    """Rules as pairs: spelling, what it becomes."""
    return tuple((spelling, becomes) for becomes, spellings in knowledge()[tradition][list_] for spelling in spellings.split())


def _sounds(word: str, tradition: Tradition) -> str:
    """A word after the rules for letters of a tradition."""
    if tradition == "any":
        return _rewritten(_without_written_out_vowels(word), _letters("any"))
    if tradition == "arabic":
        word = _single(_rewritten(_servant(word), _letters("arabic", "before")))
        return _single(_rewritten(word, _letters("arabic")))
    return _rewritten(word, _letters(tradition))


def _rewritten(word: str, rules: tuple[tuple[str, str], ...]) -> str:
    word = f"^{word}$"
    for spelling, becomes in rules:
        if spelling in word:
            word = word.replace(spelling, becomes)
    return word.strip("^$")


def _single(word: str) -> str:
    """Doubled letters are one."""
    return word[:1] + "".join(second for first, second in pairwise(word) if first != second)


def _servant(word: str) -> str:
    """Abdulrahman, Abdelrahman and Abderrahman alike: "abd" and the word after the article. Abdullah is a word of its own."""
    rest = word[3:].lstrip("aeiou")
    if not word.startswith("abd") or len(word) <= _LONG or rest.lstrip("l").startswith("ah"):
        return word
    return f"abd{rest[1:]}" if rest != word[3:] and (rest[:1] == "l" or rest[:1] == rest[1:2]) else word


def _without_written_out_vowels(word: str) -> str:
    """Mueller as Muller. A vowel counts as written out only before a consonant that may follow one: not in Michael."""
    if len(word) < _SHORTEST:
        return word
    vowels, after = knowledge()["any"]["vowels"], knowledge()["any"]["consonants_after"]
    found = ""
    at = 0
    while at < len(word):
        pair = word[at : at + 2]
        if pair in vowels and word[at + 2 : at + 3] in tuple(after[pair]):
            found += vowels[pair]
            at += 2
        else:
            found += word[at]
            at += 1
    return found
