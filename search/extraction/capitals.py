"""Who is named in a text wholly in capitals? Capitals say nothing there: only given names and what the rest of the article knows are gone by."""

from __future__ import annotations

import re
from functools import lru_cache

from search.extraction import judging, knowledge, lexicon, titles
from search.extraction.lexicon import Kind
from search.extraction.mentions import Reading, mention_of
from search.extraction.tokens import Words

_LOUD = 0.8  # share of capitals among the letters that makes a text one in capitals
_FEWEST = 12  # letters of such a text
_SAMPLE = 400  # characters that are looked at for it
_GLANCE = 60  # characters that settle it for most texts
_WORD = re.compile(r"[^\W\d_][\w'’.\-]*")
_PART = re.compile(r"(?<![\w])(?:mc|o['’]|d['’])?[^\W\d_]", re.IGNORECASE)
_ORDINARY = lexicon.IN_NO_NAME | Kind.OFFICE | Kind.HONORIFIC | Kind.TOWARDS | Kind.ADVERB | Kind.DETERMINER | Kind.LINK | Kind.KIN


def wholly(text: str) -> bool:
    """Whether a text is written in capitals."""
    if sum(map(str.islower, text[:_GLANCE])) > _GLANCE // 3:
        return False  # nearly all texts
    head = text[:_SAMPLE]
    capital, small = sum(map(str.isupper, head)), sum(map(str.islower, head))
    return capital + small > _FEWEST and capital > _LOUD * (capital + small)


def read(block: int, text: str, *, heading: bool, skip: int) -> Reading:
    """The reading of a block in capitals: names are written as usual, all words that nobody has listed are left open."""
    found = Words(_WORD.sub(lambda match: _usual(match.group()), text), skip)
    reading = Reading(block, found, heading)
    at = 0
    while at < len(found):
        end = _name_end(found, at)
        titled = bool(end) and titles.titled_before(found, at)
        if end and not (titled or _sure(found, at, heading=heading)):
            reading.open.append((at, end))  # somebody only if the story knows them
            at = end
        elif end and not judging.is_other(found, at, end, found[at:end], titled=False):
            phrase = titles.phrase_start(found, at, at) if titled else at
            mention = mention_of(reading, at, end, tuple(word.word for word in found[at:end]), "given name in a text in capitals", phrase=phrase)
            mention.titled = titled
            reading.mentions.append(mention)
            at = end
        else:
            if found[at].capital and not found[at].no_name:
                reading.open.append((at, at + 1))
            at += 1
    return reading


def _name_end(found: Words, begin: int) -> int:
    """The end of a name that begins with a given name: other given names, initials and particles, then one word; 0 where none begins."""
    if not _given(found, begin):
        return 0
    at = begin + 1
    while at < len(found) - 1 and (_given(found, at) or found[at].initial or found[at].kind & Kind.PARTICLE):
        at += 1
    if at < len(found) and found[at].capital and not found[at].kind & ~(Kind.FAMILY | Kind.GIVEN | Kind.FAMILY_FIRST):
        return at + 1
    return at if at - begin > 1 and _given(found, at - 1) else 0


def _sure(found: Words, begin: int, *, heading: bool) -> bool:
    """Whether a name without a title is sure to be one: not in a headline, and not with a given name that is a word too ("BILL VETOED")."""
    return not heading and found[begin].folded not in knowledge.words("words", "given_too")


def _given(found: Words, at: int) -> bool:
    word = found[at]
    return word.capital and bool(word.kind & Kind.GIVEN) and not word.kind & ~(Kind.GIVEN | Kind.FAMILY | Kind.FAMILY_FIRST)


@lru_cache(maxsize=20_000)
def _usual(word: str) -> str:
    """A word in capitals as it is usually written: small if it is an ordinary word, with a capital if it is or may be a name."""
    if not word.isupper() or (len(word) < 2 or "." in word[:-1]):
        return word
    kind = lexicon.kind(word)
    if kind & Kind.PARTICLE or (kind & _ORDINARY and not kind & Kind.GIVEN):
        usual = word.lower()
    else:
        usual = _PART.sub(lambda part: part.group().title(), word.lower())
    return usual if len(usual) == len(word) else word
