"""What does the text call a person? The title before a name, or the apposition after it, as a noun phrase and nothing more."""

from __future__ import annotations

from functools import lru_cache

from search.analysis import fold
from search.extraction import lexicon, titles
from search.extraction.knowledge import words
from search.extraction.lexicon import Kind
from search.extraction.tokens import Word, Words

_LONGEST = 12  # words of an apposition that are kept; a longer one ends where its office is said
_HEADS = titles.TITLE | Kind.KIN
_FIELD_ALONE = Kind.COMMON | Kind.MODIFIER | Kind.ORGANISATION
_VERB = Kind.SAYING | Kind.ACTING | Kind.TOWARDS | Kind.HELPING
_PHRASE_ENDS = frozenset('.;!?()[]”“"—–:')


def before(found: Words, phrase: int, begin: int, *, heading: bool) -> str:
    """The title before the name at `begin`, whose phrase begins at `phrase`; "" where there is none.

    In a heading with many capitals, a capitalised word before the title may be another name, and is left out.
    """
    end = _bare_end(found, phrase, begin)
    begin = _last_part(found, phrase, end)
    if begin > phrase and not any(t.kind & _HEADS and not _is("courtesy", t) for t in found[begin:end]):
        # "Governor of Lattakia, Eng.": a form of address behind the comma is no role.
        end = _bare_end(found, phrase, begin)
        begin = _last_part(found, phrase, end)
    while found[end - 1].kind & Kind.HONORIFIC and not found[end - 1].kind & Kind.OFFICE and any(t.kind & _HEADS for t in found[begin : end - 1]):
        end = _bare_end(found, begin, end - 1)  # "Foreign Minister Dr. Jane Doe"
        while end - begin > 1 and found[end - 1].kind & Kind.MODIFIER and not found[end - 1].kind & Kind.OFFICE:
            end -= 1
    for at in range(begin, end - 1):
        if (_is("relations", found[at]) or _many(found[at])) and found[at + 1].capital and found[at + 1].kind & (titles.TITLE | Kind.MODIFIER):
            begin = at + 1  # "its ally President Doe", "told reporters President Doe"
    if not heading and begin == phrase and begin < end and found[begin].capital:
        begin = _whole_name(found, begin)
    if begin == phrase > 0 and begin < end and found[begin].kind & Kind.OFFICE and found[begin - 1].small:
        begin -= bool(found[begin - 1].kind & Kind.ORGANISATION)  # "union leader"
    for at in range(end - 1, begin, -1):
        if found[at].kind & Kind.DETERMINER and found[at - 1].small and found[at - 1].word not in ("of", "for", "to", "at", "in", "on", "and"):
            begin = at  # "under the conductor"
            break
    begin = _two_fields(found, _without_small_words(found, begin, end), end)
    while begin < end - 1 and _is("courtesy", found[begin]):
        begin += 1  # "His Excellency Sheikh"
    if not any(t.kind & _HEADS and not _is("courtesy", t) for t in found[begin:end]):
        return ""
    return _words(found, begin, end, one=True)


def after(found: Words, end: int) -> str:
    """The apposition after a name that ends at `end`: ", mayor of the town,"; "" where none stands there."""
    at = end
    if titles.age_follows(found, at) and found[at + 2].word == ",":
        at += 2
    if at + 1 >= len(found) or found[at].word != "," or not titles.apposition_follows(found, at + 1):
        return ""
    first, second = found[at + 1], found[at + 2] if at + 2 < len(found) else None
    if first.folded in words("titles", "no_role") or not first.word[0].isalnum():
        return ""
    if _many(first):
        return ""  # "in the manner of Jane Doe, stars John Roe"
    if not first.capital and (first.kind & _VERB or first.word.endswith("ed")) and not first.kind & titles.OFFICE_WORDS:
        return ""
    if second is not None and first.word.endswith("ing") and second.kind & Kind.DETERMINER:
        return ""  # "leading the delegation"
    begin = stop = at + 1
    head: int | None = None
    while stop < len(found) and found[stop].word not in _PHRASE_ENDS and found[stop].word != ",":
        token = found[stop]
        if head is None and token.kind & _HEADS and not token.possessive:
            head = stop
        elif head is not None and token.small:
            verb = token.kind & _VERB and not token.kind & titles.OFFICE_WORDS and found[stop - 1].word != "-"
            if verb or token.word in words("titles", "role_ends"):
                break
            if stop - begin >= _LONGEST and token.kind & Kind.LINK:
                break
        stop += 1
    if head is None or stop == len(found):
        return ""
    if stop - begin > _LONGEST:
        stop = next((i for i in range(head + 1, stop) if found[i].kind & Kind.LINK), stop)
    return _words(found, _without_small_words(found, begin, stop), stop)


def of(found: Words, span: tuple[int, int], phrase: int, *, heading: bool) -> str:
    """The role of the person named at a span of tokens: the title before it, unless that is a style and an apposition says more."""
    title = before(found, phrase, span[0], heading=heading)
    if title and any(not _listed("styles", word) for word in title.split()):
        return title
    return after(found, span[1]) or title


def best(roles: list[str]) -> str:
    """The role to show of all that a text gives a person: the first that says more than whose friend or rival they are."""
    given = [role for role in roles if role]
    related = words("titles", "relations")
    more = [role for role in given if fold(role.split()[-1]) not in related]
    return next((role for role in more if any(not _listed("styles", word) for word in role.split())), (more or given or [""])[0])


def _bare_end(found: Words, begin: int, end: int) -> int:
    """The end without marks of punctuation and words such as "and" that join a title to what follows."""
    while end > begin and (not found[end - 1].word[0].isalnum() or (found[end - 1].kind & Kind.LINK and found[end - 1].small)):
        end -= 1
    return end


def _last_part(found: Words, begin: int, end: int) -> int:
    """Where the last of several titles begins: "father, former Prime Minister"; a comma inside an office's field parts nothing."""
    for at in range(end - 1, begin, -1):
        if found[at].word == "," and any(t.kind & _HEADS for t in found[at + 1 : end]):
            return at + 1
    return begin


def _whole_name(found: Words, begin: int) -> int:
    """Takes in the words of a name that a title begins in the middle of: "Costa Rica's", "Riverside County Superior Court"."""
    at = begin
    if not (found[at].possessive or found[at].kind & Kind.ORGANISATION):
        return begin
    while at > 0 and found[at - 1].capital and not found[at - 1].possessive and not found[at - 1].kind & (titles.TITLE | Kind.CALENDAR):
        at -= 1
    return at if at == begin or not (found[at].kind & Kind.COMMON and found.begins_sentence(at)) else at + 1


def _two_fields(found: Words, begin: int, end: int) -> int:
    """Where the title of a minister for two things begins: "Foreign and Expatriates Minister"; not "President and Foreign Minister"."""
    if begin < 2 or end - begin < 2 or found[begin - 1].word not in ("and", "&") or not found[begin].capital or found[begin].kind & titles.TITLE:
        return begin
    field = found[begin - 2]
    return begin - 2 if field.capital and field.kind & _FIELD_ALONE and not field.kind & (titles.TITLE | Kind.PLACE | Kind.GIVEN) else begin


def _without_small_words(found: Words, begin: int, end: int) -> int:
    while begin < end and (
        found[begin].kind & Kind.DETERMINER
        or not found[begin].word[0].isalnum()
        or _is("before_roles", found[begin])
        or (found[begin].possessive and not found[begin].capital)
        or (begin < end - 1 and found[begin].kind & Kind.CALENDAR and not found[begin].kind & _HEADS)
    ):
        begin += 1
    return begin


def _words(found: Words, begin: int, end: int, *, one: bool = False) -> str:
    """The words as they stand; `one`: a title in the plural is one person's, "Presidents Doe and Roe"."""
    if begin >= end:
        return ""
    said = " ".join(found.text[found.start(begin) : found.end(end - 1)].split())
    last = found[end - 1]
    if one and last.kind & Kind.OFFICE:
        said = said[: len(said) - len(last.word)] + _singular(last.word)
    return said


@lru_cache(maxsize=1000)
def _singular(word: str) -> str:
    for plural, ending in (("men", "man"), ("ies", "y"), ("s", "")):
        one = word.removesuffix(plural) + ending
        if word.endswith(plural) and not word.endswith("ss") and lexicon.kind(one) & Kind.OFFICE:
            return one
    return word


@lru_cache(maxsize=10_000)
def _listed(section: str, word: str) -> bool:
    return fold(word).strip(".") in {fold(entry) for entry in words("titles", section)}


def _many(token: Word) -> bool:
    """Whether a small word names several people: "reporters"."""
    return bool(token.kind & Kind.OFFICE) and token.small and _singular(token.word) != token.word


def _is(section: str, token: Word) -> bool:
    return _listed(section, token.word)
