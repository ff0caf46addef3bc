"""Who takes part, who is only mentioned, in what role?

A person takes part who speaks, acts, is met or is spoken to in what the article reports. Whoever stands only in somebody's title, in a
possessive, or as holder of a past office, is mentioned. Names in credit lines are the byline.
"""

from __future__ import annotations

from dataclasses import dataclass

from search.analysis import person_key
from search.article import Evidence, Person
from search.extraction import byline, capitals, corroboration, mentions, names, participation, roles
from search.extraction.boilerplate import Cut
from search.extraction.datelines import Dateline
from search.extraction.document import Block
from search.extraction.lexicon import Kind
from search.extraction.mentions import Mention, Reading
from search.extraction.names import Group, Register
from search.extraction.tokens import Word, Words

_SHORT = "short form"


@dataclass(frozen=True, slots=True)
class People:
    """The persons of an article, and how each was found."""

    participants: tuple[Person, ...] = ()
    mentioned: tuple[Person, ...] = ()
    byline: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def find(
    title: Block | None, standfirst: Block | None, story: tuple[Block, ...], cuts: tuple[Cut, ...], dateline: tuple[Block, Dateline] | None
) -> People:
    """The persons of an article. What the dateline says names a place, not a person."""
    blocks = [*([title] if title else []), *([standfirst] if standfirst else []), *story]
    readings = [
        _read(
            at,
            block.text,
            heading=block is title or (block.kind == "heading" and block is not standfirst),
            skip=dateline[1].end if dateline and block is dateline[0] else 0,
        )
        for at, block in enumerate(blocks)
    ]
    groups = _groups(readings)
    for reading in readings:
        reading.mentions.sort(key=lambda mention: mention.begin)
    credited = byline.names_in(cuts)
    participants: list[Person] = []
    mentioned: list[Person] = []
    evidence: list[Evidence] = []
    points = participation.points_of(groups, readings, lead=2 if title else 1)
    for group in groups:
        person = _person(group)
        score, why = points[id(group)]
        takes_part = score >= participation.TAKES_PART
        (participants if takes_part else mentioned).append(person)
        shown = next(m for m in group.mentions if m.words == group.fullest)
        block = blocks[shown.block]
        found = readings[shown.block].tokens
        start, stop = found.start(shown.begin), found.end(shown.end - 1)
        text = block.text[start:stop]
        rule = f"{shown.rule}; {why}"
        evidence.append(Evidence("participants" if takes_part else "mentioned", person.name, rule, text, block.start + start, block.start + stop))
    return People(tuple(participants), tuple(mentioned), tuple(credited), (*evidence, *byline.evidence_of(credited, cuts)))


def _read(at: int, text: str, *, heading: bool, skip: int) -> Reading:
    if capitals.wholly(text):
        return capitals.read(at, text, heading=heading, skip=skip)
    return mentions.read(at, Words(text, skip), heading=heading)


def _groups(readings: list[Reading]) -> list[Group]:
    """All persons in the order of the text: names in full first, then the short forms that stand for them."""
    corroboration.drop_companies(readings)
    corroboration.bear_out(readings)
    corroboration.couples(readings)
    for at, reading in enumerate(readings):
        if reading.title_case:
            _doubt(reading, [m for other in readings[at + 1 :] for m in other.mentions])
    everything = [mention for reading in readings for mention in reading.mentions]
    register = names.full(everything)
    in_full = {id(m) for group in register.groups for m in group.mentions}
    short: list[Mention] = []
    for mention in everything:
        if id(mention) in in_full or not mention.key:
            continue
        if register.referred(mention.key):
            short.append(mention)
        else:
            register.add(mention)  # known by one name only
    if register.groups:
        for at, reading in enumerate(readings):
            for begin, end in reading.open:
                short += _open(reading, at, begin, end, register)
    for mention in sorted(short, key=lambda m: (m.block, m.begin)):
        group = _antecedent(mention, register)
        if group is not None:
            group.add(mention)
            if mention.rule == _SHORT:
                readings[mention.block].mentions.append(mention)
    return sorted(register.groups, key=lambda group: group.places[0])


def _doubt(headline: Reading, story: list[Mention]) -> None:
    """Takes back names of a headline set in capitals that the story does not bear out: "Morgan Pushes" beside Ana Morgan."""
    families = {m.key[-1] for m in story if len(m.key) > 1} | {m.key[0] for m in story if len(m.key) == 1}
    known = {m.key for m in story}
    for mention in list(headline.mentions):
        words = [word for word in mention.key if word[0] != "#"]
        if mention.key not in known and words and words[-1] not in families and any(word in families for word in words):
            headline.mentions.remove(mention)
            headline.open.append((mention.begin, mention.end))


def _open(reading: Reading, block: int, begin: int, end: int, register: Register) -> list[Mention]:
    """Runs that are nobody's full name but may be a short form: the whole run, or, in a headline, any word of it."""
    found = reading.tokens
    spans = [(begin, end)]
    if reading.heading or end - begin > 2:
        spans += [(at, at + 1) for at in range(begin, end)]
    result: list[Mention] = []
    for first, last in spans:
        part = [t for t in found[first:last] if t.word[0].isalnum()]
        if not part or (not part[0].capital and not part[0].kind & Kind.PARTICLE):
            continue
        words = tuple(t.word for t in part)
        key = mentions.key(words)
        if register.referred(key) and not _place_or_word(reading, part, last):
            start = first
            if start > 0 and found[start - 1].kind & Kind.PARTICLE and found[start - 1].small:
                longer = mentions.key((found[start - 1].word, *words))
                if len(longer) > 1 and register.referred(longer):
                    start, words, key = start - 1, (found[start - 1].word, *words), longer
            result.append(
                Mention(
                    block,
                    start,
                    last,
                    words,
                    start,
                    possessive=part[-1].possessive,
                    role=roles.after(found, last),
                    rule=_SHORT,
                    heading=reading.heading,
                    key=key,
                )
            )
            if (first, last) == (begin, end):
                break
    return result


def _place_or_word(reading: Reading, part: list[Word], end: int) -> bool:
    """Whether a single word is more likely a place or a common word than somebody's family name."""
    if len(part) > 1:
        return False
    token = part[0]
    following = reading.tokens[end] if end < len(reading.tokens) else None
    speaks = following is not None and bool(following.kind & Kind.SAYING)
    if token.kind & (Kind.PLACE | Kind.PEOPLES | Kind.CALENDAR):
        return not speaks
    if token.kind & (Kind.COMMON | Kind.HELPING) and reading.tokens.begins_sentence(end - 1):
        return not speaks
    return False


def _antecedent(mention: Mention, register: Register) -> Group | None:
    """Whom a short form stands for: who bears the family name, then who has the same title, then who was named last before it."""
    found = register.referred(mention.key)
    if len(found) < 2:
        return found[0] if found else None
    by_family = [group for group in found if group.family == mention.key[-1]]
    found = by_family or found
    if mention.titled and mention.role:
        office = mention.role.split()[-1].lower()
        same_title = [g for g in found if any(m.role.lower().endswith(office) for m in g.mentions)]
        found = same_title or found
    place = (mention.block, mention.begin)
    before = [(last, group) for group in found if (last := group.last_before(place)) is not None]
    return max(before, key=lambda pair: pair[0])[1] if before else found[0]


def _person(group: Group) -> Person:
    name = " ".join(group.fullest)
    aliases = dict.fromkeys(" ".join(form) for form in group.forms if form != group.fullest)
    full = [m.role for m in group.mentions if m.words == group.fullest]
    return Person(name, person_key(name), roles.best([*full, *(m.role for m in group.mentions)]), tuple(aliases))
