"""Who takes part, who is only mentioned, in what role?

A person takes part who speaks, acts, is met or is spoken to in what the article reports. Whoever stands only in somebody's title, in a
possessive, or as holder of a past office, is mentioned. Names in credit lines are the byline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.analysis import person_key
from search.article import Evidence, Person
from search.extraction import mentions as reading_of
from search.extraction import names, outlets
from search.extraction.boilerplate import Cut
from search.extraction.document import Block
from search.extraction.lexicon import Kind
from search.extraction.mentions import Mention, Reading
from search.extraction.names import Group
from search.extraction.tokens import Token, tokens

_SUBJECT = Kind.SAYING | Kind.ACTING | Kind.HELPING
_TAKES_PART = 1.0  # points that make somebody a participant
_BETWEEN_EVENTS = frozenset("talks meeting meetings call calls conversation summit negotiations session dinner discussions ceremony visit held".split())
_OWN_EVENTS = frozenset("call meeting visit talks trip speech address remarks statement arrival arrest death resignation funeral".split())
_NOT_SUBJECT_BEFORE = frozenset("of between than like under".split())


@dataclass(frozen=True, slots=True)
class People:
    """The persons of an article, and how each was found."""

    participants: tuple[Person, ...] = ()
    mentioned: tuple[Person, ...] = ()
    byline: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def find(title: Block | None, standfirst: Block | None, story: tuple[Block, ...], cuts: tuple[Cut, ...], dateline_end: int, dateline_block: Block | None = None) -> People:
    """The persons of an article. `dateline_end` characters at the beginning of `dateline_block` name its place, not a person."""
    blocks = [*([title] if title else []), *([standfirst] if standfirst else []), *story]
    readings = [
        reading_of.read(at, block.text, heading=block is title or (block.kind == "heading" and block is not standfirst), skip=dateline_end if block is dateline_block else 0)
        for at, block in enumerate(blocks)
    ]
    groups = _groups(readings)
    for reading in readings:
        reading.mentions.sort(key=lambda mention: mention.begin)
    byline = _byline(cuts)
    participants: list[Person] = []
    mentioned: list[Person] = []
    evidence: list[Evidence] = []
    points = _points(groups, readings, lead=2 if title else 1)
    for group in groups:
        person = _person(group)
        score, why = points[id(group)]
        takes_part = score >= _TAKES_PART
        (participants if takes_part else mentioned).append(person)
        shown = next(m for m in group.mentions if m.words == group.fullest)
        block = blocks[shown.block]
        text = block.text[shown.start : shown.stop]
        rule = f"{shown.rule}; {why}"
        evidence.append(Evidence("participants" if takes_part else "mentioned", person.name, rule, text, block.start + shown.start, block.start + shown.stop))
    return People(tuple(participants), tuple(mentioned), tuple(byline), (*evidence, *_byline_evidence(byline, cuts)))


def _groups(readings: list[Reading]) -> list[Group]:
    """All persons in the order of the text: names in full first, then the short forms that stand for them."""
    for at, reading in enumerate(readings):
        if reading.title_case:
            _doubt(reading, [m for other in readings[at + 1 :] for m in other.mentions])
    everything = [mention for reading in readings for mention in reading.mentions]
    groups = names.full(everything)
    singles = [m for m in everything if not any(m in group.mentions for group in groups)]
    for at, reading in enumerate(readings):
        for begin, end in reading.open:
            singles += _open(reading, at, begin, end, groups)
    singles.sort(key=lambda m: (m.block, m.begin))
    for mention in singles:
        group = _antecedent(mention, groups)
        if group is not None:
            group.add(mention)
            if mention.rule == "short form" and mention not in readings[mention.block].mentions:
                readings[mention.block].mentions.append(mention)
        elif mention.rule != "short form":
            fresh = Group()
            fresh.add(mention)
            groups.append(fresh)
    return sorted(groups, key=lambda g: min((m.block, m.begin) for m in g.mentions))


def _doubt(headline: Reading, story: list[Mention]) -> None:
    """Takes back names of a headline set in capitals that the story does not bear out: "Cameron Pushes" beside David Cameron."""
    families = {m.key[-1] for m in story if len(m.key) > 1} | {m.key[0] for m in story if len(m.key) == 1}
    known = {m.key for m in story}
    for mention in list(headline.mentions):
        words = [word for word in mention.key if word[0] != "#"]
        if mention.key not in known and words and words[-1] not in families and any(word in families for word in words):
            headline.mentions.remove(mention)
            headline.open.append((mention.begin, mention.end))


def _open(reading: Reading, block: int, begin: int, end: int, groups: list[Group]) -> list[Mention]:
    """Runs that are nobody's full name but may be a short form: the whole run, or, in a headline, any word of it."""
    found = reading.tokens
    spans = [(begin, end)]
    if reading.heading or end - begin > 2:
        spans += [(at, at + 1) for at in range(begin, end)]
    result: list[Mention] = []
    for first, last in spans:
        part = [t for t in found[first:last] if t.word[0].isalnum()]
        if not part or not part[0].capital and not part[0].kind & Kind.PARTICLE:
            continue
        words = tuple(t.word for t in part)
        key = reading_of.key(words)
        if any(names.refers(group, key) for group in groups) and not _place_or_word(reading, part, last):
            start = first
            if start > 0 and found[start - 1].kind & Kind.PARTICLE and found[start - 1].word.islower():
                longer = reading_of.key((found[start - 1].word, *words))
                if any(names.refers(group, longer) and len(longer) > 1 for group in groups):
                    start, words, key = start - 1, (found[start - 1].word, *words), longer
            result.append(
                Mention(block, start, last, words, found[start].start, part[-1].end, start, possessive=part[-1].possessive, rule="short form", heading=reading.heading, key=key)
            )
            if (first, last) == (begin, end):
                break
    return result


def _place_or_word(reading: Reading, part: list[Token], end: int) -> bool:
    """Whether a single word is more likely a place or a common word than somebody's family name."""
    if len(part) > 1:
        return False
    token = part[0]
    following = reading.tokens[end] if end < len(reading.tokens) else None
    speaks = following is not None and bool(following.kind & Kind.SAYING)
    if token.kind & (Kind.PLACE | Kind.PEOPLES | Kind.CALENDAR):
        return not speaks
    if token.kind & (Kind.COMMON | Kind.HELPING) and token.first:
        return not speaks
    return False


def _antecedent(mention: Mention, groups: list[Group]) -> Group | None:
    """Whom a short form stands for: who bears the family name, then who has the same title, then who was named last before it."""
    found = [group for group in groups if names.refers(group, mention.key)]
    if len(found) < 2:
        return found[0] if found else None
    by_family = [group for group in found if group.family == mention.key[-1]]
    found = by_family or found
    if mention.titled and mention.role:
        office = mention.role.split()[-1].lower()
        same_title = [g for g in found if any(m.role.lower().endswith(office) for m in g.mentions)]
        found = same_title or found
    place = (mention.block, mention.begin)
    before = [(max((m.block, m.begin) for m in g.mentions if (m.block, m.begin) < place), g) for g in found if any((m.block, m.begin) < place for m in g.mentions)]
    return max(before, key=lambda pair: pair[0])[1] if before else found[0]


def _person(group: Group) -> Person:
    name = " ".join(group.fullest)
    aliases = dict.fromkeys(" ".join(form) for form in group.forms if form != group.fullest)
    roles = [m.role for m in group.mentions if m.role]
    full = [m.role for m in group.mentions if m.role and m.words == group.fullest]
    return Person(name, person_key(name), (full or roles or [""])[0], tuple(aliases))


def _points(groups: list[Group], readings: list[Reading], lead: int) -> dict[int, tuple[float, str]]:
    """For each person, how much speaks for taking part, and the strongest reason."""
    by_mention = {id(m): _mention_points(m, readings[m.block]) for g in groups for m in g.mentions}
    for reading in readings:
        _share(reading, by_mention)
    result: dict[int, tuple[float, str]] = {}
    for group in groups:
        best, why = max((by_mention[id(m)] for m in group.mentions), key=lambda pair: pair[0])
        score = best
        if any(m.heading and m.block == 0 for m in group.mentions):
            score += 0.5
        if len(group.mentions) >= 3:
            score += 0.5
        past = [m for m in group.mentions if m.past]
        if past and best < 2:
            score -= 1.0
        result[id(group)] = (score, why)
    return result


def _mention_points(mention: Mention, reading: Reading) -> tuple[float, str]:
    found = reading.tokens
    if mention.possessive:
        event = found[mention.end].word.lower() if mention.end < len(found) else ""
        return (1.0, "part of the event") if event in _OWN_EVENTS else (0.0, "named in a possessive")
    before = found[mention.phrase - 1] if mention.phrase > 0 else None
    word = before.word.lower() if before is not None else ""
    follower = _predicate(found, mention.end)
    if follower is not None and word not in _NOT_SUBJECT_BEFORE:
        if follower.kind & Kind.SAYING:
            return 2.0, "speaks"
        if follower.kind & Kind.ACTING or not follower.kind & Kind.HELPING:
            return 1.5, "acts"
        return 1.0, "subject of a sentence"
    if _who_acts(found, mention.end) and word not in _NOT_SUBJECT_BEFORE:
        return 1.0, "subject of a clause"
    if before is None:
        return (0.5, "begins a sentence")
    if before.kind & Kind.SAYING and not before.kind & Kind.TOWARDS:
        return 2.0, "speaks"
    if word == "between":
        return (1.0, "party to talks") if _reported_event(found, mention.phrase - 1) else (0.0, "in the background")
    if before.kind & Kind.TOWARDS:
        return (1.0, "met, addressed or acted upon")
    return 0.0, "in the background"


def _who_acts(found: list[Token], end: int) -> bool:
    """ "Enda Kenny, who has said …"."""
    if end + 2 >= len(found) or found[end].word != "," or found[end + 1].word != "who":
        return False
    return any(t.kind & (Kind.SAYING | Kind.ACTING) for t in found[end + 2 : end + 4])


def _predicate(found: list[Token], end: int) -> Token | None:
    """The verb that a name is the subject of, behind an apposition between commas if there is one."""
    at = end
    if at + 1 < len(found) and found[at].word == "," and found[at + 1].kind & (Kind.SAYING | Kind.ACTING) and found[at + 1].word.islower():
        return found[at + 1]  # the comma closes an apposition that stands before the name
    if at < len(found) and found[at].word in (",", "("):
        close = ")" if found[at].word == "(" else ","
        at += 1
        limit = min(len(found), at + 40)
        while at < limit and found[at].word != close:
            if found[at].word in ".!?;":
                return None
            at += 1
        if at >= limit:
            return None
        at += 1
    if at + 1 < len(found) and found[at].word in ("of", "from") and found[at + 1].capital:
        at += 2
        while at < len(found) and found[at].capital:
            at += 1
        return _predicate(found, at) if at > end else None
    if at < len(found) and found[at].word in "\"“”":
        at += 1
    while at < len(found) and (found[at].word.lower() in ("also", "then", "later", "now", "then", "recently", "reportedly", "himself", "herself", "already", "still", "repeatedly", "again") or found[at].word.endswith("ly") and found[at].word.islower()):
        at += 1
    if at < len(found) and found[at].kind & Kind.CALENDAR:
        at += 1
    if at + 1 < len(found) and found[at].word == "on" and found[at + 1].kind & Kind.CALENDAR:
        at += 2
    if at >= len(found) or not found[at].word.islower():
        return None
    token = found[at]
    if token.kind & _SUBJECT or token.word.endswith("ed") and len(token.word) > 4:
        return token
    return None


def _reported_event(found: list[Token], between: int) -> bool:
    """Whether "between" belongs to an event that takes place here; "briefed him on the summit between" is background."""
    at = between - 1
    while at >= 0 and at > between - 4 and (found[at].kind & (Kind.MODIFIER | Kind.PEOPLES) or found[at].word.lower() in ("the", "a", "planned", "recent")) :
        at -= 1
    if at < 0 or found[at].word.lower() not in _BETWEEN_EVENTS:
        return False
    before = [t.word.lower() for t in found[max(0, at - 3) : at]]
    return not {"on", "about", "after", "since"} & set(before)


def _share(reading: Reading, points: dict[int, tuple[float, str]]) -> None:
    """In "A and B said" and "met with A, B and C" what holds for one holds for all."""
    found = reading.tokens
    ordered = [m for m in reading.mentions if id(m) in points]
    for direction in (ordered, ordered[::-1]):
        for one, other in zip(direction, direction[1:], strict=False):
            left, right = (one, other) if one.begin < other.begin else (other, one)
            between = found[left.end : max(right.phrase, left.end)]
            joined = [t.word.lower() for t in between]
            if joined in (["and"], [","], [",", "and"], ["&"]) and not left.possessive and points[id(other)][0] < points[id(one)][0]:
                points[id(other)] = points[id(one)]


_CREDIT_SPLIT = re.compile(r"[;,()|/]|\b(?:and|by|in|from|for|at|on|with|via|to)\b|[-–—](?=\s)|\s[-–—]")
_CREDIT_NOISE = frozenset("reporting writing editing additional compiled written edited photo photos photograph credit image images picture associated press writers writer correspondent correspondents journalist reporter contributed this report story news getty afp ap reuters epa twitter reach follow contact copyright reports".split())


def _byline(cuts: tuple[Cut, ...]) -> list[str]:
    """Names in credit lines: reporters, editors, photographers."""
    found: dict[str, None] = {}
    for cut in cuts:
        if cut.credit:
            for part in _CREDIT_SPLIT.split(cut.block.text):
                name = _credited(part)
                if name:
                    found[name] = None
    return list(found)


def _credited(part: str) -> str | None:
    words = part.replace("’s", "").replace("'s", "").replace("’", "'").strip(" .:'\"“”").split()
    while words and (words[0].lower().strip(":'.") in _CREDIT_NOISE or not words[0][:1].isupper()):
        words = words[1:]
    while words and words[-1].lower().strip(":'.") in _CREDIT_NOISE:
        words = words[:-1]
    if not 2 <= len(words) <= 4 or not all(w[:1].isupper() or w.lower() in ("de", "van", "von", "al", "bin", "el", "la", "da") for w in words):
        return None
    name = " ".join(words)
    return None if outlets.known(name) or outlets.looks_like_outlet(name) or any(c.isdigit() for c in name) else name


def _byline_evidence(byline: list[str], cuts: tuple[Cut, ...]) -> list[Evidence]:
    found: list[Evidence] = []
    for name in byline:
        for cut in cuts:
            at = cut.block.text.find(name) if cut.credit else -1
            if at >= 0:
                found.append(Evidence("byline", name, cut.rule, name, cut.block.start + at, cut.block.start + at + len(name)))
                break
    return found
