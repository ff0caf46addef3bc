"""What are the words of a block, and where do its sentences begin?"""

from __future__ import annotations

import re
from functools import lru_cache

from search.analysis import fold
from search.extraction import lexicon
from search.extraction.lexicon import Kind

_MOST_WORDS = 50_000  # spellings kept; names without end must not fill the memory
_LONGEST_WORD = 60  # characters of a spelling that is kept
_ARTICLE_PREFIX = re.compile(r"(?:al|el|ash|as|an|ar|at|az|ad|ul|d|l)[-'’‐‑](?=[A-ZÀ-Ž])")
_TAIL = re.compile(
    r"[-‐‑](?:[a-z]{2,}ed|led|based|born|run|style|elect|designate|in-chief|era|wide|general|like|held|area|made|friendly|speaking|sponsored|backed|old|year-old)$"
)
_INITIAL = re.compile(r"(?:[A-Z]\.){1,3}$|[A-Z]$")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9&]+s?$")
# What a mark says of the word behind it: it begins a sentence, it does if the mark itself stands at such a place, or it does not.
_BEGIN = frozenset(".!?…“‘([{«•*:")
_KEEP = frozenset("-–—'’\"”")


class Word:
    """What is known of one spelling, with a possessive ending taken off; all places where it stands share it. A mark has no kind and no capital."""

    __slots__ = ("acronym", "capital", "folded", "initial", "keeps", "kind", "no_name", "opens", "possessive", "small", "word")

    def __init__(self, raw: str) -> None:
        if raw.isascii() and raw.isalpha() and raw.islower():  # most of all spellings, of which nothing else need be asked
            self.word = self.folded = raw
            self.kind = lexicon.kind(raw)
            self.possessive = self.capital = self.initial = self.acronym = self.opens = self.keeps = False
            self.small = self.no_name = True
            return
        bare, self.possessive = _without_possessive(raw)
        self.word = word = bare.rstrip("-‐‑") if raw[0].isalnum() else bare
        self.folded = fold(word)
        self.kind = lexicon.kind(word) if raw[0].isalnum() else 0
        self.capital = _capital(word)  # may be part of a name
        self.small = word.islower()
        self.initial = not self.small and _INITIAL.match(word) is not None
        self.acronym = not (self.small or self.initial) and _ACRONYM.match(word) is not None
        self.no_name = not self.capital or _is_no_name(word, self.kind)
        self.opens = word in _BEGIN
        self.keeps = word in _KEEP

    def __repr__(self) -> str:
        return f"Word({self.word!r})"


class Words(list[Word]):
    """The words and marks of a text in order. Where they stand in the text is counted when it is first asked for, which for most texts is never."""

    __slots__ = ("_skip", "_starts", "text")

    def __init__(self, text: str, skip: int = 0) -> None:
        super().__init__(map(_known.__getitem__, _pattern().findall(text, skip)))
        self.text = text
        self._skip = skip
        self._starts: list[int] | None = None

    def start(self, at: int) -> int:
        """The offset in the text where a word begins."""
        if self._starts is None:
            self._starts = [match.start() for match in _pattern().finditer(self.text, self._skip)]
        return self._starts[at]

    def end(self, at: int) -> int:
        """The offset behind a word, before its possessive ending."""
        return self.start(at) + len(self[at].word)

    def begins_sentence(self, at: int) -> bool:
        """Whether a word is the first of its sentence, so that its capital letter says nothing."""
        at -= 1
        while at >= 0 and self[at].keeps:
            at -= 1  # a closing quotation mark does not undo the end of a sentence before it
        return at < 0 or self[at].opens


class _Known(dict[str, Word]):
    def __missing__(self, raw: str) -> Word:
        if len(self) >= _MOST_WORDS:
            self.clear()
        word = Word(raw)
        if len(raw) <= _LONGEST_WORD:
            self[raw] = word
        return word


_known = _Known()


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """A word or a mark.

    A full stop belongs to the initial or the shortened title before it, unless it ends the text; an ending 's belongs to its word even where
    a space sets it apart. Most words are small letters with a space behind them: they come first, and need no closer look.
    """
    shortened = "|".join(sorted(word.rstrip(".") for word in lexicon.shortened() if len(word) <= 6))
    capital = "A-ZÀ-ÖØ-ÞΑ-ΩА-Я"
    letter = r"[\w'’‘`´\-‐‑]"
    ending = rf"['’]s(?!{letter})"
    return re.compile(
        r"[a-z]+(?=[ ,.](?!['’]))"
        rf"|(?=[{capital}]\w{{0,4}}\.)(?:[A-Z]\.[A-Z]\.(?:[A-Z]\.)?|(?:(?!I)[{capital}]|(?i:{shortened}))\.(?!\Z))(?:\s?{ending})?"
        rf"|[^\W_]{letter}*(?:\s{ending})?"
        r"|[^\w\s]"
    )


def _without_possessive(raw: str) -> tuple[str, bool]:
    if len(raw) < 2:
        return raw, False
    if raw[-1] in "'’":
        return raw[:-1], True
    if len(raw) > 2 and raw[-1] == "s" and raw[-2] in "'’":
        return raw[:-2].rstrip(), True
    return raw, False


def _capital(word: str) -> bool:
    if not word[0].isupper() and not (word[0].islower() and _ARTICLE_PREFIX.match(word)):
        return False
    return not _TAIL.search(word)


def _is_no_name(word: str, kind: int) -> bool:
    """Whether a word with a capital is neither a name nor the beginning of one, whatever stands beside it."""
    if word in lexicon.abbreviations() or kind & Kind.SUFFIX:
        return True
    if kind & Kind.GIVEN:
        return False
    if kind & (Kind.CALENDAR | Kind.PEOPLES):
        return True
    return bool(kind & lexicon.IN_NO_NAME) and not kind & (Kind.FAMILY | Kind.FAMILY_FIRST)
