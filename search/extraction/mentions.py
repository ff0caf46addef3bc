"""Where does a text name a person? In runs of words with capitals, parted at titles and at words that are in no name; see `judging`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from search.analysis import fold
from search.extraction import judging, lexicon, roles, titles
from search.extraction.lexicon import Kind
from search.extraction.tokens import Words

_NEVER = Kind.CALENDAR | Kind.PEOPLES
_VERB = Kind.SAYING | Kind.ACTING
_NICK_MARKS = frozenset("\"“”‘’'()")
_NO_NAME_ENDINGS = ("ing", "ed", "ies", "ers", "ors", "ous")
_LONGEST = 7  # words of a name; longer runs are headlines


@dataclass(slots=True)
class Mention:
    """A place where a person is named. Indexes count words of the block; `words` are the name's words as they stand."""

    block: int
    begin: int
    end: int
    words: tuple[str, ...]
    phrase: int  # where title and name begin together
    role: str = ""
    titled: bool = False
    past: bool = False
    dead: bool = False
    possessive: bool = False
    rule: str = ""
    heading: bool = False
    key: tuple[str, ...] = field(default=())


@dataclass(slots=True)
class Reading:
    """A block's words with the mentions found in it, and the runs that may name a person whom the article names in full elsewhere."""

    block: int
    tokens: Words
    heading: bool
    title_case: bool = False
    mentions: list[Mention] = field(default_factory=list)
    open: list[tuple[int, int]] = field(default_factory=list)
    companies: list[tuple[str, ...]] = field(default_factory=list)


def key(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name for comparing: folded, without the Arabic article; a suffix ("Jr.", "III") begins with "#"."""
    parts: list[str] = []
    for word in words:
        if parts and lexicon.kind(word) & Kind.SUFFIX:
            parts.append("#" + fold(word).strip("."))
        else:
            parts += _parts(word)
    return tuple(parts)


@lru_cache(maxsize=50_000)
def _parts(word: str) -> tuple[str, ...]:
    folded = fold(word)
    for prefix in ("al-", "el-", "ash-", "as-", "an-", "ar-", "at-", "az-", "ad-"):
        if folded.startswith(prefix) and len(folded) > len(prefix) + 1:
            folded = folded[len(prefix) :]
            break
    folded = folded.strip(".")
    if folded in ("al", "el") or not folded:
        return ()
    return tuple(part for part in re.split(r"[-‐‑]", folded) if part)


def read(block: int, found: Words, *, heading: bool) -> Reading:
    """The mentions of persons in the words of a block."""
    reading = Reading(block, found, heading, heading and _title_case(found))
    end = 0
    for at in [at for at, word in enumerate(found) if word.capital]:
        if at >= end:
            end = _run(found, at)
            if end > at + 1 or not found[at].no_name:
                _read_run(reading, at, end)
    return reading


def _title_case(found: Words) -> bool:
    """Whether nearly every word of a headline has a capital, so that capitals say nothing."""
    long_words = [word for word in found if len(word.word) > 3]
    return len(long_words) > 2 and sum(word.word[0].isupper() for word in long_words) > 0.8 * len(long_words)


def _run(found: Words, begin: int) -> int:
    """The end of the run of words that may be one name with its title."""
    at = begin + 1
    while at < len(found) and not found[at - 1].possessive:
        token = found[at]
        if token.capital or (token.kind & Kind.PARTICLE and _next_capital(found, at + 1) and not found.begins_sentence(at)):
            at += 1
        elif token.word == "," and at + 1 < len(found) and found[at + 1].word in ("Jr", "Jr.", "Sr", "Sr."):
            at += 2
        elif (
            token.word in _NICK_MARKS
            and at + 3 < len(found)
            and found[at + 1].capital
            and found[at + 2].word in _NICK_MARKS
            and found[at + 3].capital
            and token.word not in "()"
        ):
            at += 3
        else:
            break
    return at


def _next_capital(found: Words, at: int) -> bool:
    if at < len(found) and found[at].kind & Kind.PARTICLE and not found[at].capital:
        at += 1
    return at < len(found) and found[at].capital


def _read_run(reading: Reading, begin: int, end: int) -> None:
    """Splits a run into segments after titles and at words that are in no name, and judges each."""
    found = reading.tokens
    title = titles.last_title(found, begin, end)
    start = begin if title is None else title + 1
    if _is_thing(found, begin, end):
        return
    if title is not None and any(not found[i].kind & (titles.TITLE | titles.FIELD | Kind.PLACE) for i in range(begin, title)):
        # Words before a title are a name of their own now and then: "Putin Foreign Minister Lavrov" in a headline.
        _segments(reading, begin, title, titled=False, phrase=begin)
    if start < end:
        titled = title is not None or titles.titled_before(found, begin) or _in_apposition(found, begin, end)
        _segments(reading, start, end, titled=titled, phrase=titles.phrase_start(found, begin, start) if titled else start)


def _is_thing(found: Words, begin: int, end: int) -> bool:
    """Whether a whole run is the name of a thing that looks like a person's: "Black Lives Matter"."""
    return 1 < end - begin <= 4 and " ".join([t.folded for t in found[begin:end]]) in lexicon.not_people()


def _in_apposition(found: Words, begin: int, end: int) -> bool:
    """Whether a run stands behind a title and a comma; a single word between two commas: "the village head, Sukirman, said"."""
    if titles.before_comma(found, begin) == begin:
        return False
    if end - begin > 1:
        return True
    named = not found[begin].kind or bool(found[begin].kind & Kind.GIVEN)
    return named and end < len(found) and found[end].word == "," and bool(found[begin - 2].kind & (Kind.OFFICE | Kind.KIN))


def _segments(reading: Reading, begin: int, end: int, *, titled: bool, phrase: int) -> None:
    found = reading.tokens
    at = begin
    while at < end:
        while at < end and not _may_begin(found, at, end, titled=titled and at == begin):
            at += 1
        stop = at
        while stop < end and _may_continue(found, at, stop, heading=reading.heading) and not (reading.title_case and _complete(found, at, stop)):
            stop += 1
        if at < stop:
            _judge(reading, at, stop, titled=titled, phrase=phrase)
        titled = False
        at = max(stop, at + 1)
        phrase = at


def _may_begin(found: Words, at: int, end: int, *, titled: bool) -> bool:
    token = found[at]
    kind = token.kind
    if token.no_name and not kind & Kind.PARTICLE:
        return False
    if token.word in lexicon.abbreviations() or kind & Kind.SUFFIX or token.word == ",":
        return False
    if kind & Kind.PLACE and at and found[at - 1].capital and f"{found[at - 1].folded} {token.folded}" in lexicon.not_people():
        return False  # "New" / "York Fed"
    if kind & _NEVER and not kind & Kind.GIVEN:
        return False
    following = found[at + 1] if at + 1 < end else None
    if not kind and following is not None and following.kind & Kind.GIVEN and token.word.endswith(_NO_NAME_ENDINGS) and found.begins_sentence(at):
        return False  # "Starring Jane Doe"
    if kind & (Kind.GIVEN | Kind.FAMILY_FIRST):
        # "Will the talks", "May Day": a name that is also a word begins one only before another capital.
        if not kind & (Kind.COMMON | Kind.CALENDAR | Kind.HELPING | Kind.PEOPLES):
            return True
        return (
            following is not None
            and (following.capital or following.kind & Kind.PARTICLE)
            and not following.kind & (Kind.COMMON | Kind.ORGANISATION | Kind.CALENDAR)
        ) or titled
    if kind & lexicon.IN_NO_NAME:
        return titled and bool(kind & Kind.FAMILY) and following is None
    if kind & Kind.PLACE:
        return (titled and not kind & Kind.COUNTRY) or following is None or not following.kind & Kind.GIVEN
    return not token.acronym and not token.word[0].isdigit()


def _may_continue(found: Words, begin: int, at: int, *, heading: bool) -> bool:
    token = found[at]
    if at == begin or token.word == "," or token.word in _NICK_MARKS:
        return True  # the run holds a comma only before "Jr."
    kind = token.kind
    if kind & _NEVER and not kind & (Kind.GIVEN | Kind.FAMILY):
        # "Glenn English": a people's name may be a family name.
        return not heading and at == begin + 1 and bool(kind & Kind.PEOPLES) and _ends_name(found, at) and found[begin].kind == Kind.GIVEN
    if heading and kind & (_VERB | Kind.COMMON | Kind.HELPING | Kind.EVENT_OF_ONE) and not kind & (Kind.GIVEN | Kind.FAMILY):
        return False
    return not token.acronym or bool(kind & Kind.SUFFIX)


def _ends_name(found: Words, at: int) -> bool:
    return at + 1 == len(found) or not (found[at + 1].capital or found[at + 1].kind & (Kind.OFFICE | Kind.PARTICLE))


def _complete(found: Words, begin: int, at: int) -> bool:
    """Whether a name in a headline set in capitals is likely complete: a given name, then a word, then nothing that names go on with."""
    if at - begin < 2 or found[at].kind & (Kind.SUFFIX | Kind.PARTICLE) or found[at].word == ",":
        return False
    if at + 2 < len(found) and found[at + 1].word == "of" and found[at + 2].kind & Kind.PLACE:
        return False  # "Ana Torvald Ruiz of Chile"
    return not (found[at - 1].kind & (Kind.PARTICLE | Kind.GIVEN) or found[at - 1].initial)


def _judge(reading: Reading, begin: int, end: int, *, titled: bool, phrase: int) -> None:
    """Keeps words[begin:end] if it is a person's name, and leaves it open if it may be a short form of one."""
    found = reading.tokens
    while end > begin and (not found[end - 1].capital or found[end - 1].word in _NICK_MARKS):
        end -= 1
    names = [t for t in found[begin:end] if t.word not in _NICK_MARKS and t.word != ","]
    bare = [t for t in names if not t.kind & Kind.SUFFIX]
    if not bare or len(names) > _LONGEST:
        return
    if judging.is_other(found, begin, end, bare, titled=titled):
        company = judging.company_name(found, end, bare)
        if company:
            reading.companies.append(key(company))
        return
    rule = judging.reason(found, begin, end, bare, titled=titled, heading=reading.heading, title_case=reading.title_case)
    if not rule:
        reading.open.append((begin, end))
        return
    mention = mention_of(reading, begin, end, tuple(t.word for t in names), rule, phrase=min(phrase, begin) if titled else begin)
    mention.titled = titled
    reading.mentions.append(mention)


def mention_of(reading: Reading, begin: int, end: int, words: tuple[str, ...], rule: str, *, phrase: int | None = None) -> Mention:
    """The mention of a person at words[begin:end] of a block; `phrase` is where the title before the name begins."""
    found = reading.tokens
    start = begin if phrase is None else phrase
    before = found[max(start - 1, 0) : begin]
    return Mention(
        block=reading.block,
        begin=begin,
        end=end,
        words=words,
        phrase=start,
        role=roles.of(found, (begin, end), start, heading=reading.heading),
        past=any(t.kind & Kind.PAST or t.folded.startswith(("ex-", "then-")) for t in before),
        dead=any(t.kind & Kind.DEAD for t in before),
        possessive=found[end - 1].possessive,
        rule=rule,
        heading=reading.heading,
        key=key(words),
    )
