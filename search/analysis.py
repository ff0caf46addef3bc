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
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

APOSTROPHES = "'’‘`´ʼʻʾʿ′＇"
_HYPHENS = "-‐‑"
_UNSEEN = "\u00ad\u200c\u200d\u2060\ufeff"
"""Soft hyphens, joiners and the like: inside a word, but no part of it."""


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
_WORD = re.compile(rf"{_LETTER}+(?:(?:[{_MARKS}{_UNSEEN}]|[{APOSTROPHES}](?={_LETTER})){_LETTER}*)*")
_FOLDED_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(f"[{APOSTROPHES}{_UNSEEN}]")
_SUN_ARTICLES = {"as": "s", "ash": "sh", "ad": "d", "an": "n", "ar": "r", "at": "t", "az": "z"}


_ARTICLES = frozenset({"al", "el", *_SUN_ARTICLES})


class Token(NamedTuple):
    """A word of a text: as it stands after folding, and where (`start`, `end` are character offsets in the text; a position is its index)."""

    word: str
    start: int
    end: int


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Text without case, accents and apostrophes, for comparing: "Élysée" and "ELYSEE" are equal."""
    if text.isascii():
        return _APOSTROPHE.sub("", text.casefold())
    # An acute accent that stands for an apostrophe would decompose to a space: apostrophes go before, and those of ŉ after.
    folded = _without_marks(_APOSTROPHE.sub("", text)).casefold()
    # Casefolding and decomposition can each make work for the other (İ, ΐ); twice is enough for folding to be stable.
    return _APOSTROPHE.sub("", _without_marks(folded))


def _without_marks(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.category(c).startswith("M"))


def tokens(text: str) -> list[Token]:
    """The words of a text in order; a word's position is its index in this list."""
    found: list[Token] = []
    articles = False
    for match in _WORD.finditer(text):
        start, end = match.span()
        raw = match.group()
        word = raw.lower() if raw.isascii() else ""
        if word and "'" not in word and "`" not in word:
            found.append(Token(word, start, end))
            articles = articles or word in _ARTICLES
            continue
        if end - start > 2 and raw[-1] in "sS" and raw[-2] in APOSTROPHES:
            raw, end = raw[:-2], end - 2
        if end - start > 2 and raw[0] in "dlDL" and raw[1] in APOSTROPHES:
            found.append(Token(raw[0].lower(), start, start + 1))
            raw, start = raw[2:], start + 2
        # Compatibility forms may fold to several words or to none (½, ㈱); each keeps the place of the whole.
        for part in _FOLDED_WORD.findall(fold(raw)):
            found.append(Token(part, start, end))
            articles = articles or part in _ARTICLES
    return _without_articles(found, text) if articles else found


def _without_articles(found: list[Token], text: str) -> list[Token]:
    """The words less the Arabic articles among them; most texts have none, and are not looked at again."""
    kept: list[Token] = []
    previous = ""
    for index, token in enumerate(found):
        word = token.word
        if word in _ARTICLES:
            following = found[index + 1] if index + 1 < len(found) else None
            joined = following.word if following and following.start == token.end + 1 and text[token.end] in _HYPHENS else ""
            sun = _SUN_ARTICLES.get(word)
            if (word == "al" and previous != "el") or (word == "el" and joined) or (sun and joined.startswith(sun)):
                previous = word
                continue
        previous = word
        kept.append(token)
    return kept


def words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return [token.word for token in tokens(text)]


class _StemmerLike(Protocol):
    def stemWord(self, word: str, /) -> str: ...  # noqa: N802 - the library's own name


class _Stemmers(threading.local):
    """PyStemmer objects are not safe to share between threads."""

    def __init__(self) -> None:
        import Stemmer

        self.english: _StemmerLike = Stemmer.Stemmer("english", maxCacheSize=0)


@cache
def _stemmers() -> _Stemmers:
    return _Stemmers()


@lru_cache(maxsize=500_000)
def stem(word: str) -> str:
    """The stem of a folded word (Porter2: https://snowballstem.org/algorithms/english/stemmer.html)."""
    return sys.intern(_stemmers().english.stemWord(word))


def person_key(name: str) -> str:
    """The archive's key for the person of that name: equal for forms that differ by case, accents, hyphens, apostrophes or the article al-.

    "Bashar al-Assad" and "Bashar al Assad" are both "@bashar-assad". The sign sets a key apart from a name as people write it.
    """
    return "@" + "-".join(words(name))
