"""Where does a text name a person? In runs of words with capitals, told from places and organisations by titles, given names and context."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from search.analysis import fold
from search.extraction import lexicon, outlets, roles, titles
from search.extraction.lexicon import Kind
from search.extraction.tokens import Token, tokens

_NEVER = Kind.CALENDAR | Kind.PEOPLES
_VERB = Kind.SAYING | Kind.ACTING
_ACRONYM = re.compile(r"[A-Z][A-Z0-9&]+s?$")
_FAMILY_ENDING = re.compile(
    r"(?:ov|ova|ev|eva|sky|ski|skiy|skaya|ska|enko|chuk|vich|vić|vic|ić|dze|shvili|yan|ian|oglu|zadeh|poulos|akis|idis|sen|sson|berg|stein|mann|feld|wicz|czyk|escu|eanu|inho|ez|elli|etti|ini|aitis|enas|nen|abad|pour|zadah|zai|yev)$"
)
_NICK_MARKS = frozenset("\"“”‘’'()")
_LONGEST = 7  # words of a name; longer runs are headlines
_ENOUGH = 2.0  # points that make a run without title or given name a person


@dataclass(slots=True)
class Mention:
    """A place where a person is named. Indexes count tokens of the block; `words` are the name's words as they stand."""

    block: int
    begin: int
    end: int
    words: tuple[str, ...]
    start: int
    stop: int
    phrase: int  # where title and name begin together
    role: str = ""
    titled: bool = False
    past: bool = False
    dead: bool = False
    possessive: bool = False
    sure: bool = True
    rule: str = ""
    heading: bool = False
    key: tuple[str, ...] = field(default=())


@dataclass(slots=True)
class Reading:
    """A block's tokens with the mentions found in it, and the runs that may name a person whom the article names in full elsewhere."""

    block: int
    tokens: list[Token]
    text: str
    mentions: list[Mention]
    open: list[tuple[int, int]]
    heading: bool
    title_case: bool = False


def key(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name for comparing: folded, without the Arabic article; a suffix ("Jr.", "III") begins with "#"."""
    parts: list[str] = []
    for word in words:
        folded = fold(word)
        if lexicon.kind(word) & Kind.SUFFIX and parts:
            parts.append("#" + folded.strip("."))
            continue
        for prefix in ("al-", "el-", "ash-", "as-", "an-", "ar-", "at-", "az-", "ad-"):
            if folded.startswith(prefix) and len(folded) > len(prefix) + 1:
                folded = folded[len(prefix) :]
                break
        folded = folded.strip(".")
        if folded in ("al", "el") or not folded:
            continue
        parts += [part for part in re.split(r"[-‐‑]", folded) if part]
    return tuple(parts)


def read(block: int, text: str, *, heading: bool, skip: int = 0) -> Reading:
    """The mentions of persons in a block; `skip` characters at its beginning are its dateline."""
    found = tokens(text[skip:]) if skip else tokens(text)
    if skip:
        for token in found:
            token.start += skip
            token.end += skip
    reading = Reading(block, found, text, [], [], heading, heading and _title_case(found))
    if _all_capitals(text):
        return reading
    at = 0
    while at < len(found):
        if not found[at].capital:
            at += 1
            continue
        end = _run(found, at)
        _read_run(reading, at, end)
        at = end
    return reading


def _all_capitals(text: str) -> bool:
    head = text[:400]
    upper, lower = sum(map(str.isupper, head)), sum(map(str.islower, head))
    return upper + lower > 12 and upper > 0.8 * (upper + lower)


def _title_case(found: list[Token]) -> bool:
    """Whether nearly every word of a headline has a capital, so that capitals say nothing."""
    long_words = [t for t in found if len(t.word) > 3]
    return len(long_words) > 2 and sum(t.word[0].isupper() for t in long_words) > 0.8 * len(long_words)


def _run(found: list[Token], begin: int) -> int:
    """The end of the run of words that may be one name with its title."""
    at = begin + 1
    while at < len(found):
        previous = found[at - 1]
        if previous.possessive:
            break
        token = found[at]
        if token.capital or (token.kind & Kind.PARTICLE and not token.first and _next_capital(found, at + 1)):
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


def _next_capital(found: list[Token], at: int) -> bool:
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
        _segments(reading, start, end, titled=titled, phrase=titles.phrase_start(found, begin, start))


def _is_thing(found: list[Token], begin: int, end: int) -> bool:
    """Whether a whole run is the name of a thing that looks like a person's: "Black Lives Matter"."""
    return 1 < end - begin <= 4 and fold(" ".join(t.word for t in found[begin:end])) in lexicon.not_people()


def _in_apposition(found: list[Token], begin: int, end: int) -> bool:
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
            _judge(reading, at, stop, end, titled=titled, phrase=phrase)
        titled = False
        at = max(stop, at + 1)
        phrase = at


def _may_begin(found: list[Token], at: int, end: int, *, titled: bool) -> bool:
    token = found[at]
    kind = token.kind
    if (not token.capital and not (kind & Kind.PARTICLE)) or token.word in lexicon.abbreviations():
        return False
    if kind & Kind.SUFFIX or token.word == ",":
        return False
    if kind & _NEVER and not kind & Kind.GIVEN:
        return False
    following = found[at + 1] if at + 1 < end else None
    if kind & (Kind.GIVEN | Kind.FAMILY_FIRST):
        # "Will the talks", "May Day": a name that is also a word begins one only before another capital.
        if not kind & (Kind.COMMON | Kind.CALENDAR | Kind.HELPING | Kind.PEOPLES):
            return True
        return (following is not None and following.capital and not following.kind & (Kind.COMMON | Kind.ORGANISATION | Kind.CALENDAR)) or titled
    if kind & (Kind.COMMON | Kind.ORGANISATION | Kind.MODIFIER | _VERB | Kind.HELPING | Kind.PAST):
        return titled and bool(kind & Kind.FAMILY) and following is None
    if kind & Kind.PLACE:
        return (titled and not kind & Kind.COUNTRY) or following is None or not following.kind & Kind.GIVEN
    return not (_ACRONYM.match(token.word) and not titles.INITIAL.match(token.word)) and not token.word[0].isdigit()


def _may_continue(found: list[Token], begin: int, at: int, *, heading: bool) -> bool:
    token = found[at]
    if at == begin:
        return True
    if token.word == ",":
        return True  # the run holds a comma only before "Jr."
    if token.word in _NICK_MARKS:
        return True
    kind = token.kind
    if kind & _NEVER and not kind & (Kind.GIVEN | Kind.FAMILY):
        return False
    if heading and kind & (_VERB | Kind.COMMON | Kind.HELPING) and not kind & (Kind.GIVEN | Kind.FAMILY):
        return False
    return not (_ACRONYM.match(token.word) and not kind & Kind.SUFFIX and not titles.INITIAL.match(token.word))


def _complete(found: list[Token], begin: int, at: int) -> bool:
    """Whether a name in a headline set in capitals is likely complete: a given name, then a word, then nothing that names go on with."""
    if at - begin < 2 or found[at].kind & (Kind.SUFFIX | Kind.PARTICLE):
        return False
    return not (found[at - 1].kind & (Kind.PARTICLE | Kind.GIVEN) or titles.INITIAL.match(found[at - 1].word))


def _judge(reading: Reading, begin: int, end: int, run_end: int, *, titled: bool, phrase: int) -> None:
    """Decides whether tokens[begin:end] is a person's name, and keeps it."""
    found = reading.tokens
    part = found[begin:end]
    while part and (not part[-1].capital or part[-1].word in _NICK_MARKS):
        end -= 1
        part = part[:-1]
    names = [t for t in part if t.word not in _NICK_MARKS and t.word != ","]
    if not names or len(names) > _LONGEST:
        return
    bare = [t for t in names if not t.kind & Kind.SUFFIX]
    if not bare:
        return
    text = fold(" ".join(t.word for t in names))
    if (
        text in lexicon.not_people()
        or (len(bare) > 1 and fold(" ".join(t.word for t in bare[:2])) in lexicon.not_people())
        or (not titled and outlets.known(text) is not None)
    ):
        return
    if _organisation(found, bare, end, titled=titled) or (
        not titled and begin and found[begin - 1].kind & Kind.ORGANISATION and found[begin - 1].word.islower()
    ):
        return
    rule = _rule(reading, begin, end, bare, titled=titled)
    if rule:
        _keep(reading, begin, end, names, rule, titled=titled, phrase=phrase)
    else:
        reading.open.append((begin, end))


def _organisation(found: list[Token], bare: list[Token], end: int, *, titled: bool) -> bool:
    """Whether a word of the run, or the one behind it, says that it is no person."""
    for at, token in enumerate(bare):
        kind = token.kind
        if not kind & (Kind.ORGANISATION | Kind.COMMON):
            continue
        if kind & (Kind.GIVEN | Kind.FAMILY | Kind.FAMILY_FIRST) and (
            at == 0 or bare[at - 1].kind & Kind.GIVEN or titled or titles.INITIAL.match(bare[at - 1].word)
        ):
            continue
        return True
    following = found[end] if end < len(found) else None
    if following is None:
        return False
    if following.word in ("&",) or (following.capital and following.kind & Kind.ORGANISATION and not bare[-1].possessive):
        return True
    return end + 1 < len(found) and following.word == "-" and found[end + 1].start == following.end and found[end - 1].end == following.start


def _rule(reading: Reading, begin: int, end: int, bare: list[Token], *, titled: bool) -> str:
    """The reason why a run is a person, or ""."""
    found = reading.tokens
    first, last = bare[0], bare[-1]
    count = len(bare)
    if titled:
        if count == 1 and (
            first.kind & (Kind.COUNTRY | Kind.PARTICLE)
            or len(first.word) < 2
            or (first.kind & (Kind.COMMON | Kind.ORGANISATION) and not first.kind & (Kind.FAMILY | Kind.GIVEN))
        ):
            return ""
        if count > 1 and first.kind & Kind.COUNTRY and not first.kind & Kind.GIVEN:
            return ""
        before = found[begin - 1] if begin else None
        if (
            count == 1
            and before is not None
            and before.word.islower()
            and not before.kind & Kind.KIN
            and (not first.kind & Kind.GIVEN or first.kind & Kind.PLACE)
        ):
            return ""  # "rival Iliad", "official Washington"
        return "name after a title"
    if count == 1:
        return "name and age" if titles.age_follows(found, end) and not first.kind & (Kind.PLACE | Kind.COMMON) and not first.first else ""
    if first.kind & Kind.PLACE and not first.kind & Kind.GIVEN:
        return ""
    if (last.kind & Kind.PLACE and ((count == 2 and last.kind & Kind.COUNTRY) or titles.INITIAL.match(first.word))) or all(
        titles.INITIAL.match(t.word) for t in bare
    ):
        return ""
    if first.kind & Kind.GIVEN and not (first.kind & (Kind.COMMON | Kind.PLACE | Kind.CALENDAR) and first.first):
        return "given name and family name"
    points = _points(reading, begin, end, bare)
    if first.kind & (Kind.GIVEN | Kind.FAMILY_FIRST):
        points += 1.5
    return "name in its context" if points >= _ENOUGH else ""


def _points(reading: Reading, begin: int, end: int, bare: list[Token]) -> float:
    found = reading.tokens
    points = 0.0
    if any(titles.INITIAL.match(t.word) for t in bare):
        points += 2.0
    if any(t.kind & Kind.PARTICLE for t in bare[1:]) or any(re.match(r"(?:al|el)[-‐]", t.word, re.IGNORECASE) for t in bare[1:]):
        points += 1.0
    if any(t.kind & Kind.GIVEN for t in bare[1:]):
        points += 1.0
    if _FAMILY_ENDING.search(bare[-1].word):
        points += 1.5
    if not any(t.kind for t in bare):
        points += 0.5
    if titles.age_follows(found, end):
        points += 3.0
    following = found[end] if end < len(found) else None
    if following is not None and not bare[-1].possessive:
        if following.kind & Kind.SAYING:
            points += 1.5
        elif following.kind & (Kind.ACTING | Kind.HELPING) or following.word == "who":
            points += 0.5
        elif (following.word == "," and titles.apposition_follows(found, end + 1)) or (following.word == "(" and _place_at(found, end + 1)):
            points += 2.0
    previous = found[begin - 1] if begin else None
    if previous is not None and previous.kind & Kind.SAYING:
        points += 1.5
    if bare[0].first and bare[0].kind & Kind.COMMON:
        points -= 2.0
    return points


def _place_at(found: list[Token], at: int) -> bool:
    """Whether a place of one or two words begins here: "(Spain)", "(South Africa)"."""
    if at < len(found) and found[at].kind & (Kind.PLACE | Kind.PEOPLES):
        return True
    return fold(" ".join(t.word for t in found[at : at + 2])) in lexicon.not_people()


def _keep(reading: Reading, begin: int, end: int, names: list[Token], rule: str, *, titled: bool, phrase: int) -> None:
    found = reading.tokens
    words = tuple(t.word for t in names)
    start_of_phrase = min(phrase, begin) if titled else begin
    role = roles.of(found, reading.text, (begin, end), start_of_phrase, heading=reading.heading)
    reading.mentions.append(
        Mention(
            block=reading.block,
            begin=begin,
            end=end,
            words=words,
            start=names[0].start,
            stop=names[-1].end,
            phrase=start_of_phrase,
            role=role,
            titled=titled,
            past=any(t.kind & Kind.PAST or t.word.lower().startswith(("ex-", "then-")) for t in found[max(start_of_phrase - 1, 0) : begin]),
            dead=any(t.kind & Kind.DEAD for t in found[max(start_of_phrase - 1, 0) : begin]),
            possessive=found[end - 1].possessive,
            rule=rule,
            heading=reading.heading,
            key=key(words),
        )
    )
