"""Which words beside a name say what its bearer is? Titles before it, appositions behind it, and where the whole phrase begins."""

from __future__ import annotations

import re

from search.extraction.lexicon import Kind
from search.extraction.tokens import Words

TITLE = Kind.OFFICE | Kind.HONORIFIC
OFFICE_WORDS = TITLE | Kind.MODIFIER | Kind.PAST | Kind.KIN
"""Kinds of words that titles and appositions are made of."""
FIELD = Kind.COMMON | Kind.PEOPLES | Kind.CALENDAR | Kind.MODIFIER | Kind.ORGANISATION
"""Kinds of words that stand in the field of an office ("Foreign Affairs") and never begin a name without a given name behind them."""

_NUMBER = re.compile(r"\d{1,3}$")
_NO_FIELD = Kind.SAYING | Kind.ACTING | Kind.HELPING | Kind.TOWARDS | Kind.LINK | Kind.ADVERB
_LOOK_BACK = 14  # words before a name in which its title may begin


def last_title(found: Words, begin: int, end: int) -> int | None:
    for at in range(end - 1, begin - 1, -1):
        token = found[at]
        if not token.kind & TITLE or token.possessive:
            continue
        if token.kind & Kind.HONORIFIC and not token.kind & Kind.OFFICE and at == end - 1 and at > begin and not token.word.endswith("."):
            continue  # "Hun Sen"
        rest = [t for t in found[at + 1 : end] if not t.kind & Kind.SUFFIX and t.word != ","]
        if token.kind & Kind.ALSO_NAME and token.kind & Kind.GIVEN and at == begin and rest and not (at and found[at - 1].kind & Kind.DETERMINER):
            continue  # "Dean Holt"
        if token.kind & Kind.ALSO_NAME:
            before = found[at - 1] if at > begin else None
            if before is not None and (
                (before.kind & Kind.GIVEN and not before.kind & (TITLE | Kind.PEOPLES)) or (before.capital and not before.kind) or before.initial
            ):
                continue
            if not rest and before is not None and before.kind & Kind.HONORIFIC:
                continue
        return at
    return None


def titled_before(found: Words, begin: int) -> bool:
    """Whether a title stands before a run: in small letters ("spokesman"), or with its office behind it ("Governor of Lattakia, Eng.")."""
    at = begin - 1
    if at < 0 or found.begins_sentence(begin):
        return False
    if found[at].word in ("(", ")") and at > 0:
        at -= 1
    token = found[at]
    if token.kind & (Kind.OFFICE | Kind.KIN) and not token.possessive:
        return True
    if token.word == "and" and at >= 1:
        # "Presidents Putin and al-Assad": the plural stands for both.
        for back in range(at - 1, max(at - 5, -1), -1):
            if found[back].kind & Kind.OFFICE and found[back].word.endswith(("s", "men")) and found[back].capital:
                return back < at - 1 and all(found[i].capital for i in range(back, at))
    if token.kind & Kind.LINK:
        for back in range(at, max(at - _LOOK_BACK, -1), -1):
            other = found[back]
            if other.kind & Kind.OFFICE and not other.possessive:
                return _leads_to_name(found, begin)
            if not (other.capital or other.kind & Kind.LINK or other.word == "," or other.kind & (Kind.MODIFIER | Kind.ORGANISATION)):
                return False
    return False


def _leads_to_name(found: Words, begin: int) -> bool:
    """Whether a run behind "of" holds an office's field and then a name ("State John Kerry"), not the field alone."""
    at = begin
    while (
        at < len(found)
        and found[at].capital
        and found[at].kind & (FIELD | Kind.PLACE)
        and not found[at].kind & Kind.GIVEN
        and not found[at].possessive
    ):
        at += 1
    return begin < at < len(found) - 1 and found[at].capital and found[at + 1].capital and not found[at - 1].possessive


def phrase_start(found: Words, begin: int, name: int) -> int:
    """Where the phrase of a title and a name begins: "the late Justice" before "Howard Finch".

    The run of capitals begins at `begin`, the name at `name`.
    """
    at = before_comma(found, begin)
    if at == begin and (office := _office_of_field(found, begin)) is not None:
        at = office
    limit = max(begin - _LOOK_BACK, 0)
    while at > limit:
        token = found[at - 1]
        kind = token.kind
        if token.possessive and at - 1 >= limit:
            at -= 1
            continue
        if kind & (TITLE | Kind.MODIFIER | Kind.KIN | Kind.PAST | Kind.PEOPLES) or token.kind & Kind.DETERMINER:
            at -= 1
        elif token.word == "of" and at > 1 and found[at - 2].capital and found[at - 2].kind & Kind.ORGANISATION and found[at].kind & Kind.PLACE:
            at -= 2  # "Bank of England Governor"
        elif token.folded in ("of", "for", "to") and at - 2 >= 0 and found[at - 2].kind & (Kind.OFFICE | Kind.ORGANISATION | Kind.MODIFIER):
            if any(t.kind & TITLE for t in found[at:name]):
                break  # "envoy of President Putin": the title is somebody else's
            at -= 1
        elif (
            (token.word == "and" and at - 2 >= 0 and found[at - 2].kind & Kind.OFFICE and not found[at - 2].capital)
            or (
                token.capital
                and kind & (Kind.ORGANISATION | Kind.PLACE | Kind.COMMON)
                and found[at].kind & (TITLE | Kind.MODIFIER | Kind.ORGANISATION)
            )
            or (token.word in '()"“‘' and at - 1 == begin - 1)
            or token.word.endswith("-year-old")
            or (token.small and found[at].kind & Kind.OFFICE and found[at].small and _determined(found, at))
            or (
                token.small
                and found[at].kind & TITLE
                and not token.kind
                and token.word.endswith(("al", "ic", "ive", "ed", "ist", "ian", "ary", "ous", "er", "ing"))
                and at < begin
            )
        ):
            at -= 1
        elif token.word == "," and at < begin and (longer := before_comma(found, at)) < at:
            at = longer  # "her brother, the Reverend Tom Finch"
        else:
            break
    return at


def _determined(found: Words, office: int) -> bool:
    """Whether nothing but a word or two stands between an article and an office: "the shadow housing secretary"."""
    for at in range(office - 1, max(office - 4, -1), -1):
        token = found[at]
        if token.kind & Kind.DETERMINER:
            return True
        if not token.small or not token.word.isalpha() or token.kind & _NO_FIELD:
            return False
    return False


def _office_of_field(found: Words, begin: int) -> int | None:
    """The office whose field goes on at `begin`: "Minister of Industry and Energy Jane Doe"; None where that is another beginning."""
    first = found[begin]
    if begin == 0 or found[begin - 1].word not in ("and", "&", ",") or not first.kind & FIELD or first.kind & Kind.GIVEN:
        return None
    if any(t.kind & TITLE for t in found[begin : begin + 3]):
        return None  # "members of Parliament and Vice President Jane Doe"
    for at in range(begin - 1, max(begin - _LOOK_BACK, 0), -1):
        token, before = found[at], found[at - 1]
        if token.word in ("of", "for") and before.kind & Kind.OFFICE and not before.possessive:
            return at - 1
        if not ((token.capital and token.kind & FIELD) or token.kind & Kind.LINK or token.word == ","):
            return None
    return None


def before_comma(found: Words, begin: int) -> int:
    """Where a title that a comma parts from its name begins: "his Russian counterpart, Sergey Lavrov"; `begin` where there is none."""
    at = begin - 1
    if at < 1 or found[at].word != ",":
        return begin
    office = None
    while at > 0 and begin - at < _LOOK_BACK:
        token = found[at - 1]
        if token.kind & Kind.OFFICE and not token.possessive:
            office = at - 1
            break
        if not (
            token.capital or token.kind & Kind.LINK or token.kind & Kind.DETERMINER or token.kind & (Kind.MODIFIER | Kind.ORGANISATION | Kind.KIN)
        ):
            break
        if token.kind & Kind.KIN:
            office = at - 1
            break
        at -= 1
    if office is None:
        return begin
    field_named = any(found[i].word in ("of", "for") for i in range(office, begin))
    return office if office == begin - 2 or field_named else begin


def age_follows(found: Words, end: int) -> bool:
    """ "Lidia Karpenko, 60, told": a number between commas."""
    return (
        end + 2 < len(found)
        and found[end].word == ","
        and bool(_NUMBER.match(found[end + 1].word))
        and found[end + 2].word in (",", ".", "and")
        and 3 < int(found[end + 1].word) < 115
    )


def apposition_follows(found: Words, at: int) -> bool:
    """Whether an office or a relative "who" follows within a few words, before the sentence or the clause ends."""
    if at < len(found) and found[at].word in ("who", "whose", "whom"):
        return True
    company = False
    for token in found[at : at + 8]:
        if (token.kind & Kind.OFFICE and not token.kind & (Kind.SAYING | Kind.ACTING)) or (token.word in ("who", "whose") and not company):
            return True
        company = company or bool(token.kind & Kind.ORGANISATION)
        if token.word in ",.;!?" or token.kind & (Kind.SAYING | Kind.HELPING):
            return False
    return False
