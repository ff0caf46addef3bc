"""Which words does a text consist of? The one analyser that every engine, the highlighter and the comparison of names use or are held to.

Case and accents are folded, a possessive 's is dropped, a hyphen splits, an apostrophe inside a word joins (Sana'a, Sanaa) except after a lone
d or l (d'Estaing). The Arabic article never counts: `al` anywhere unless it follows `el` (the airline El Al), `el` joined by a hyphen to the
next word, and `as- ash- ad- an- ar- at- az-` joined to a word that begins with that consonant. What is dropped leaves no gap in the positions.
Each word is known as it stands (`word`) and by its stem (`stem`, Porter2).
"""

from __future__ import annotations

import re
import sys
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

APOSTROPHES = "'’‘`´ʼʻʾʿ′＇"
_HYPHENS = "-‐‑"


def _combining_ranges() -> str:
    """A character class body of all combining marks, which `\\w` leaves out although they belong to the letter before them."""
    ranges: list[tuple[int, int]] = []
    for code in range(0x300, 0x10000):
        if unicodedata.category(chr(code)).startswith("M"):
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1] = (ranges[-1][0], code)
            else:
                ranges.append((code, code))
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_MARKS = _combining_ranges()
_LETTER = rf"[^\W_{APOSTROPHES}]"
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|[{_MARKS}]|[{APOSTROPHES}](?={_LETTER}))*")
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_SUN_ARTICLES = {"as": "s", "ash": "sh", "ad": "d", "an": "n", "ar": "r", "at": "t", "az": "z"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: as it stands after folding, and where (`start`, `end` are character offsets in the text; a position is its index)."""

    word: str
    start: int
    end: int


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Text without case, accents and apostrophes, for comparing: "Élysée" and "ELYSEE" are equal."""
    if text.isascii():
        folded = text.casefold()
    else:
        folded = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.category(c).startswith("M")).casefold()
        # Casefolding and decomposition can each make work for the other (İ, ΐ); twice is enough for folding to be stable.
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.category(c).startswith("M"))
    return _APOSTROPHE.sub("", folded)


def tokens(text: str) -> list[Token]:
    """The words of a text in order; a word's position is its index in this list."""
    pieces = list(_pieces(text))
    found: list[Token] = []
    previous = ""
    for index, (word, start, end) in enumerate(pieces):
        following, next_start, _ = pieces[index + 1] if index + 1 < len(pieces) else ("", -1, -1)
        hyphenated = next_start == end + 1 and text[end] in _HYPHENS
        if (
            (word == "al" and previous != "el")
            or (word == "el" and hyphenated)
            or (hyphenated and word in _SUN_ARTICLES and following.startswith(_SUN_ARTICLES[word]))
        ):
            previous = word
            continue
        previous = word
        found.append(Token(word, start, end))
    return found


def words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return [token.word for token in tokens(text)]


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Folded words with their places, before articles are dropped."""
    for match in _WORD.finditer(text):
        start, end = match.span()
        raw = match.group()
        if raw.isascii() and "'" not in raw and "`" not in raw:
            yield raw.lower(), start, end
            continue
        if end - start > 2 and raw[-1] in "sS" and raw[-2] in APOSTROPHES:
            raw, end = raw[:-2], end - 2
        if end - start > 2 and raw[0] in "dlDL" and raw[1] in APOSTROPHES:
            yield raw[0].lower(), start, start + 1
            raw, start = raw[2:], start + 2
        folded = fold(raw)
        # Compatibility forms may fold to several words or to none (½, ㈱); each keeps the place of the whole.
        for part in re.findall(r"[^\W_]+", folded):
            yield part, start, end


class _StemmerLike(Protocol):
    def stemWord(self, word: str, /) -> str: ...  # noqa: N802 - the library's own name


class _Stemmers(threading.local):
    """PyStemmer objects are not safe to share between threads."""

    def __init__(self) -> None:
        import Stemmer

        self.english: _StemmerLike = Stemmer.Stemmer("english", maxCacheSize=0)


_stemmers: _Stemmers | None = None


@lru_cache(maxsize=500_000)
def stem(word: str) -> str:
    """The stem of a folded word (Porter2: https://snowballstem.org/algorithms/english/stemmer.html)."""
    global _stemmers
    if _stemmers is None:
        _stemmers = _Stemmers()
    return sys.intern(_stemmers.english.stemWord(word))


def person_key(name: str) -> str:
    """The archive's key for the person of that name: equal for forms that differ by case, accents, hyphens, apostrophes or the article al-.

    "Bashar al-Assad" and "Bashar al Assad" are both "@bashar-assad". The sign sets a key apart from a name as people write it.
    """
    return "@" + "-".join(words(name))
