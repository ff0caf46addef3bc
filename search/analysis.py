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
from bisect import bisect_right
from functools import cache, cached_property, lru_cache
from itertools import accumulate, chain
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


class Words:
    """The words of a text in order, the same as `tokens` finds; where they stand is found out for those that are asked for.

    A word never reaches over a space, and the words before and behind a space do not change each other, but for the `el` before `al`. A text
    without `el` is therefore read piece by piece between spaces and line feeds, and nearly all of its pieces have been met before.
    """

    def __init__(self, text: str) -> None:
        self._pieces = text.replace("\n", " ").split(" ")
        self._read = list(map(_known.__getitem__, self._pieces))
        self.words = list(chain.from_iterable(self._read))
        if "el" in self.words:
            self._pieces, self._read = [text], [_words_in(text)]
            self.words = list(self._read[0])
        self._long: dict[int, tuple[Token, ...]] = {}

    def span(self, position: int) -> tuple[int, int]:
        """Where the word at a position begins and ends in the text."""
        words_to, characters_to = self._counted
        index = bisect_right(words_to, position)
        piece = self._pieces[index]
        if len(piece) <= _SHORT:
            found = _tokens_in_short(piece)
        elif (known := self._long.get(index)) is not None:
            found = known
        else:
            found = self._long[index] = tuple(tokens(piece))
        token = found[position - words_to[index]]  # counted from the end of the piece
        start = characters_to[index] - len(piece) + index  # a space or line feed for each piece before
        return start + token.start, start + token.end

    @cached_property
    def _counted(self) -> tuple[list[int], list[int]]:
        """How many words there are up to the end of each piece, and how many characters, without those between pieces."""
        return list(accumulate(map(len, self._read))), list(accumulate(map(len, self._pieces)))


_SHORT = 40
"""Characters of the longest piece of text that is remembered: longer ones hardly ever come again."""

_MOST_KNOWN = 60_000
"""Pieces that are remembered, at some 250 bytes each."""


class _Known(dict[str, tuple[str, ...]]):
    """The words of pieces of text between spaces. It is asked for every piece of every text, and is therefore no more than a dictionary."""

    def __missing__(self, piece: str) -> tuple[str, ...]:
        bare = piece.strip(',.()"')
        plain = bare.isascii() and bare.isalnum() and bare.lower() != "al"
        found = (bare.lower(),) if plain else _words_in(piece)
        if len(piece) <= _SHORT:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[piece] = found
        return found


_known = _Known()


def _words_in(piece: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens(piece))


@lru_cache(maxsize=20_000)
def _tokens_in_short(piece: str) -> tuple[Token, ...]:
    return tuple(tokens(piece))


def words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return Words(text).words


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
