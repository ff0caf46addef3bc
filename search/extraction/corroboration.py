"""What does the rest of the article say of a doubtful name? It shows that some are companies, and that others are persons."""

from __future__ import annotations

from search.extraction import judging, lexicon, titles
from search.extraction.lexicon import Kind
from search.extraction.mentions import Reading, key, mention_of
from search.extraction.tokens import Words

_UNKNOWN = ~(Kind.GIVEN | Kind.FAMILY | Kind.FAMILY_FIRST | Kind.PARTICLE | Kind.SUFFIX)
_LONGEST = 3  # words of a name that is borne out


def drop_companies(readings: list[Reading]) -> None:
    """Takes back names without a title that end in a legal form elsewhere, or speak of themselves as "it": "Hughes Tool Co", "Hughes Tool"."""
    companies = {thing for reading in readings for thing in reading.companies}
    sure: set[tuple[str, ...]] = set()
    for reading in readings:
        found = reading.tokens
        for mention in reading.mentions:
            if mention.titled or titles.age_follows(found, mention.end):
                sure.add(mention.key)
            elif judging.company_speaks(found, mention.end):
                companies.add(mention.key)
    companies = {name for name in companies - sure if name}
    if not companies:
        return
    firsts = {name[:1] for name in companies}
    for reading in readings:
        reading.mentions[:] = [m for m in reading.mentions if not (m.key in companies or (m.rule == judging.SPEAKS and m.key in firsts))]


def bear_out(readings: list[Reading]) -> None:
    """Makes persons of open runs whose family name the article uses by itself as a person's, and of those in a list of persons."""
    families = _families(readings) - {(word,) for reading in readings for company in reading.companies for word in company}
    for reading in readings:
        for begin, end in list(reading.open):
            if not _may_be_full(reading, begin, end):
                continue
            if key((reading.tokens[end - 1].word,)) in families:
                _promote(reading, begin, end, "family name borne out")
    for reading in readings:
        if reading.open and reading.mentions:
            _bear_out_lists(reading)


def couples(readings: list[Reading]) -> None:
    """Completes the first name in "Bill and Hillary Clinton", and takes the second of "Prince William and Kate" for a person too."""
    for reading in readings:
        if not reading.open:
            continue
        found = reading.tokens
        begins = {m.begin: m for m in reading.mentions if m.end - m.begin > 1}
        ends = {m.end for m in reading.mentions if len(m.key) == 1}
        for begin, end in list(reading.open):
            if end - begin == 1 and begin - 1 in ends and found[begin - 1].word == "and" and found[begin].kind == Kind.GIVEN:
                _promote(reading, begin, end, "given name beside another's")
                continue
            partner = begins.get(end + 1)
            if partner is None or end - begin != 1 or found[end].word not in ("and", "&"):
                continue
            first, second, family = found[begin], found[end + 1], partner.words[-1]
            if not (first.kind & second.kind & Kind.GIVEN) or first.possessive or first.kind & (Kind.PLACE | Kind.PEOPLES | Kind.COMMON):
                continue
            if lexicon.kind(family) & (Kind.SUFFIX | Kind.PLACE):
                continue
            reading.open.remove((begin, end))
            reading.mentions.append(mention_of(reading, begin, end, (first.word, family), "given name beside another's full name"))


def _families(readings: list[Reading]) -> set[tuple[str, ...]]:
    """The last words that are a person's by themselves: behind a title, or as who speaks."""
    found: set[tuple[str, ...]] = set()
    companies: set[tuple[str, ...]] = set()
    for reading in readings:
        words = reading.tokens
        found.update(m.key for m in reading.mentions if m.titled and len(m.key) == 1)
        for begin, end in reading.open:
            if end - begin == 1 and end < len(words) and words[end].kind & Kind.SAYING:
                (companies if judging.company_speaks(words, end) else found).add(key((words[begin].word,)))
    return found - companies


def _may_be_full(reading: Reading, begin: int, end: int) -> bool:
    """Whether an open run looks like a full name: two or three words, none of which is a word of another kind."""
    words = reading.tokens[begin:end]
    if not 1 < len(words) <= _LONGEST or reading.heading:
        return False
    return all(word.word[0].isalpha() and not word.acronym and not word.kind & _UNKNOWN for word in words)


def _bear_out_lists(reading: Reading) -> None:
    """In "Doe, X, Roe" X is a person too, and so is it behind two of them."""
    found = reading.tokens
    grown = True
    while grown:
        grown = False
        ends = {m.end: m for m in reading.mentions}
        begins = {m.begin: m for m in reading.mentions}
        for begin, end in list(reading.open):
            if not _may_be_full(reading, begin, end):
                continue
            before = ends.get(_over_comma(found, begin, -1))
            after = begins.get(_over_comma(found, end, 1))
            row = before and (after or ends.get(_over_comma(found, before.begin, -1)))
            row = row or (after and begins.get(_over_comma(found, after.end, 1)))
            if row:
                _promote(reading, begin, end, "name in a list of names")
                grown = True


def _over_comma(found: Words, at: int, step: int) -> int:
    """The place beyond the mark or "and" at the edge of a name; -1 where none stands there."""
    near = at if step > 0 else at - 1
    count = 0
    while 0 <= near < len(found) and count < 2 and found[near].word in (",", "and", ";", "-", "–"):
        near += step
        count += 1
    if not count:
        return -1
    return near if step > 0 else near + 1


def _promote(reading: Reading, begin: int, end: int, rule: str) -> None:
    reading.open.remove((begin, end))
    reading.mentions.append(mention_of(reading, begin, end, tuple(word.word for word in reading.tokens[begin:end]), rule))
