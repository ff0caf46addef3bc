"""What are the words of a block, and where do its sentences begin?"""

from __future__ import annotations

import re

from search.analysis import fold
from search.extraction import lexicon
from search.extraction.lexicon import Kind

_TOKEN = re.compile(r"[A-Z]\.[A-Z]\.(?:[A-Z]\.)?|[^\W_][\w'’‘`´\-‐‑]*|[^\w\s]")
_POSSESSIVE = re.compile(r"['’]s?$")
_OPENERS = frozenset("\"“”‘'([{«•*—–-:…")
_ENDERS = frozenset(".!?…")
_ARTICLE_PREFIX = re.compile(r"(?:al|el|ash|as|an|ar|at|az|ad|ul|d|l)[-'’‐‑](?=[A-ZÀ-Ž])")
_TAIL = re.compile(
    r"[-‐‑](?:[a-z]{2,}ed|led|based|born|run|style|elect|designate|in-chief|era|wide|general|like|held|area|made|friendly|speaking|sponsored|backed|old|year-old)$"
)
_TITLES_WITH_STOP = Kind.HONORIFIC | Kind.SUFFIX | Kind.CALENDAR


class Token:
    """A word or a mark of punctuation. `word` is without a possessive ending; offsets count in the block's text."""

    __slots__ = ("capital", "end", "first", "kind", "possessive", "start", "word")

    def __init__(self, word: str, start: int, end: int, *, possessive: bool, capital: bool, first: bool, kind: int) -> None:
        self.word = word
        self.start = start
        self.end = end
        self.possessive = possessive  # "Putin's", "Williams'"
        self.capital = capital  # may be part of a name
        self.first = first  # begins a sentence, so that its capital letter says nothing
        self.kind = kind

    def __repr__(self) -> str:
        return f"Token({self.word!r}, {self.start}, {self.end})"


def tokens(text: str) -> list[Token]:
    """The words and marks of a text in order."""
    found: list[Token] = []
    first = True
    for match in _TOKEN.finditer(text):
        word = match.group()
        start, end = match.span()
        initial = word[0]
        if word.isalpha() and word != "s":
            # Nearly all words: no mark inside, nothing to take off.
            found.append(Token(word, start, end, possessive=False, capital=initial.isupper(), first=first, kind=lexicon.kind(word)))
            first = False
            continue
        if not (initial.isalnum()):
            if word == "." and found and found[-1].end == start and end < len(text) and _keeps_stop(found[-1]):
                found[-1].word += "."
                found[-1].end = end
                continue
            found.append(Token(word, start, end, possessive=False, capital=False, first=False, kind=0))
            # A closing quotation mark does not undo the end of a sentence before it.
            first = word in _ENDERS or (word in _OPENERS and (first or word not in "-–—'’\"”")) or (first and word in "\"”’'")
            continue
        possessive = False
        if word[-1] in "'’" or (word[-1] == "s" and len(word) > 2 and word[-2] in "'’"):
            bare = _POSSESSIVE.sub("", word)
            possessive, end, word = True, start + len(bare), bare
        elif word == "s" and found and found[-1].word in ("'", "’"):
            # Tokenised text sets the ending apart: "Chechnya 's".
            found.pop()
            if found:
                found[-1].possessive = True
            continue
        word = word.rstrip("-‐‑")
        end = start + len(word)
        capital = initial.isupper() or (initial.islower() and _ARTICLE_PREFIX.match(word) is not None)
        if capital and ("-" in word or "‐" in word or "‑" in word) and _TAIL.search(word):
            capital = False
        found.append(Token(word, start, end, possessive=possessive, capital=capital, first=first, kind=lexicon.kind(word)))
        first = False
    return found


def _keeps_stop(token: Token) -> bool:
    """Whether a full stop belongs to the word before it: an initial, or a title such as "Sen."."""
    word = token.word
    if not token.capital or word.endswith("."):
        return False
    return (len(word) == 1 and word != "I") or (len(word) <= 5 and bool(token.kind & _TITLES_WITH_STOP) and f"{fold(word)}." in lexicon.shortened())
