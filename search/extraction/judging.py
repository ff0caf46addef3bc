"""Is this a person's name? Titles, given names and the words beside a run of capitals say so; words of organisations and places say no."""

from __future__ import annotations

import re

from search.extraction import knowledge, lexicon, outlets, titles
from search.extraction.lexicon import Kind
from search.extraction.tokens import Word, Words

_FAMILY_ENDING = re.compile(
    r"(?:ov|ova|ev|eva|sky|ski|skiy|skaya|ska|enko|chuk|vich|vić|vic|ić|dze|shvili|yan|ian|oglu|zadeh|poulos|akis|idis|sen|sson|berg|stein|mann|feld|wicz|czyk|escu|eanu|inho|ez|elli|etti|ini|aitis|enas|nen|abad|pour|zadah|zai|yev)$"
)
_ARABIC_ARTICLE = re.compile(r"(?:al|el)[-‐]", re.IGNORECASE)
_SAID_OF_NOTHING = frozenset(("is", "was", "would", "will", "seems", "seemed", "appears", "appeared", "may", "might", "could", "should", "'s"))
_WORDS_TOO = Kind.COMMON | Kind.PLACE | Kind.CALENDAR | Kind.PEOPLES
_ROYAL = frozenset(("king", "queen", "prince", "princess", "lord", "saint", "pope"))
SPEAKS = "speaks as he or she"
_ENOUGH = 2.0  # points that make a run without title or given name a person


def is_other(found: Words, begin: int, end: int, bare: list[Word], *, titled: bool) -> bool:
    """Whether words[begin:end] is known to be the name of something else; `bare` are its words without marks and suffixes."""
    text = " ".join([t.folded for t in bare])
    known = lexicon.not_people()
    if text in known or (len(bare) > 2 and f"{bare[0].folded} {bare[1].folded}" in known) or (not titled and outlets.known(text) is not None):
        return True
    if _organisation(found, bare, end, titled=titled) or _ends_like_a_thing(bare):
        return True
    before = found[begin - 1] if begin else None
    if before is None:
        return False
    if before.capital and before.folded in knowledge.words("words", "named_after"):
        return True
    if titled:
        return False
    if before.small and before.kind & Kind.ORGANISATION:
        return True
    return before.word == "the" and _thing_follows(found, end)


def _thing_follows(found: Words, end: int) -> bool:
    """Whether what "the" and a name stand for is a thing: "the Charles de Gaulle left", "the George Washington bridge"; not "the Jane Doe affair"."""
    following = found[end] if end < len(found) else None
    if following is None or not following.small:
        return True
    kind = following.kind
    if kind & Kind.ORGANISATION:
        return following.word not in ("administration", "government", "campaign", "trial", "presidency")
    return bool(kind & (Kind.SAYING | Kind.ACTING | Kind.HELPING | Kind.LINK))


def _ends_like_a_thing(bare: list[Word]) -> bool:
    """Whether a run ends in the letters of a legal form or in a single letter: "Philips N.V.", "Sizewell B"."""
    last = bare[-1]
    if len(bare) == 1:
        return False
    if last.possessive and last.kind & Kind.OFFICE and last.word.endswith("s") and not last.kind & Kind.FAMILY:
        return True  # "Riverside Magistrates' Court"
    if not last.initial:
        return False
    return len(last.word) > 2 or (len(last.word) == 1 and not bare[0].kind & Kind.GIVEN)


def _organisation(found: Words, bare: list[Word], end: int, *, titled: bool) -> bool:
    """Whether a word of the run, or the one behind it, says that it is no person."""
    royal = titled and found[end - len(bare) - 1].folded in _ROYAL
    for at, token in enumerate(bare):
        kind = token.kind
        if not kind & (Kind.ORGANISATION | Kind.COMMON):
            continue
        if royal and at and kind & Kind.ORGANISATION:
            return True  # "Queen Elizabeth Hall"
        if kind & (Kind.GIVEN | Kind.FAMILY | Kind.FAMILY_FIRST) and (at == 0 or bare[at - 1].kind & Kind.GIVEN or titled or bare[at - 1].initial):
            continue
        return True
    following = found[end] if end < len(found) else None
    if following is None:
        return False
    if following.capital and following.kind & Kind.ORGANISATION and not bare[-1].possessive:
        return True
    if following.word == "&" or _company_follows(found, end):
        return True
    return following.word == "-" and end + 1 < len(found) and found.start(end + 1) == found.start(end) + 1 and found.end(end - 1) == found.start(end)


def company_name(found: Words, end: int, bare: list[Word]) -> tuple[str, ...]:
    """The words before the legal form that a run ends in or that follows it: "Hughes Tool" of "Hughes Tool Co"; () where there is none."""
    at = next((i for i, t in enumerate(bare) if t.kind & Kind.COMPANY), None)
    if at is None and _company_follows(found, end):
        at = len(bare)
    return tuple(t.word for t in bare[:at]) if at else ()


def _company_follows(found: Words, end: int) -> bool:
    """Whether a legal form stands right behind: "Corp", "and Co", "& Sons"."""
    if end < len(found) and found[end].word in ("and", "&", ","):
        return end + 1 < len(found) and (bool(found[end + 1].kind & Kind.COMPANY) or found[end + 1].word in ("Sons", "Bros", "Partners"))
    return end < len(found) and bool(found[end].kind & Kind.COMPANY)


def reason(found: Words, begin: int, end: int, bare: list[Word], *, titled: bool, heading: bool, title_case: bool) -> str:
    """The rule by which words[begin:end] is a person's name, or ""."""
    if titled:
        return "name after a title" if _follows_title(found, begin, bare) else ""
    first, last = bare[0], bare[-1]
    if len(bare) == 1:
        if first.folded in lexicon.known_by_one_name():
            return "known to everybody"
        if not (first.kind or heading) and person_speaks(found, end):
            return SPEAKS
        aged = not first.kind & (Kind.PLACE | Kind.COMMON) and titles.age_follows(found, end) and not found.begins_sentence(begin)
        return "name and age" if aged else ""
    if first.kind & Kind.PLACE and not first.kind & Kind.GIVEN:
        return ""
    if last.kind & Kind.PLACE and ((len(bare) == 2 and last.kind & Kind.COUNTRY) or first.initial):
        return ""
    if first.initial and all(t.initial for t in bare):
        return ""
    adjective = first.kind & Kind.PEOPLES and (title_case or last.kind)  # "German Shift", "Christian Brothers"
    if first.kind & Kind.GIVEN and not adjective and not (first.kind & _WORDS_TOO and found.begins_sentence(begin)):
        return "given name and family name"
    points = _points(found, begin, end, bare)
    if first.kind & (Kind.GIVEN | Kind.FAMILY_FIRST):
        points += 1.5
    return "name in its context" if points >= _ENOUGH else ""


def _follows_title(found: Words, begin: int, bare: list[Word]) -> bool:
    """Whether a run behind a title is a name, and not the title's own field or country: "rival Iliad", "official Washington"."""
    first = bare[0]
    kind = first.kind
    if len(bare) > 1:
        return not kind & Kind.COUNTRY or bool(kind & Kind.GIVEN)
    if kind & (Kind.COUNTRY | Kind.PARTICLE) or len(first.word) < 2:
        return False
    if kind & (Kind.COMMON | Kind.ORGANISATION) and not kind & (Kind.FAMILY | Kind.GIVEN):
        return False
    before = found[begin - 1] if begin else None
    if before is None or not before.small or before.kind & Kind.KIN:
        return True
    return bool(kind & Kind.GIVEN) and not kind & Kind.PLACE


def _points(found: Words, begin: int, end: int, bare: list[Word]) -> float:
    """How much the words and their neighbours speak for a person."""
    points = 0.0
    if any(t.initial for t in bare):
        points += 2.0 if any(t.initial and (len(t.word) > 1 or bare[1].initial) for t in bare) else 1.0
    if any(t.kind & Kind.PARTICLE or _ARABIC_ARTICLE.match(t.word) for t in bare[1:]):
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
    if begin and found[begin - 1].kind & Kind.SAYING:
        points += 1.5
    if company_speaks(found, end):
        points -= 2.0
    if bare[0].kind & Kind.COMMON and found.begins_sentence(begin):
        points -= 2.0
    return points


def person_speaks(found: Words, end: int) -> bool:
    """Whether what is named speaks of itself as "he" or "she"."""
    if end + 1 >= len(found) or not found[end].kind & Kind.SAYING:
        return False
    return found[end + 1].word in ("he", "she")


def company_speaks(found: Words, end: int) -> bool:
    """Whether what is named speaks of itself as "it": "said it has agreed to sell its"."""
    if end + 2 >= len(found) or not found[end].kind & Kind.SAYING:
        return False
    following, verb = found[end + 1].word, found[end + 2].word
    if following != "it" or verb in _SAID_OF_NOTHING:
        return following == "its"
    return verb not in ("has", "had") or (end + 3 < len(found) and found[end + 3].word != "been")


def _place_at(found: Words, at: int) -> bool:
    """Whether a place of one or two words begins here: "(Spain)", "(South Africa)"."""
    if at < len(found) and found[at].kind & (Kind.PLACE | Kind.PEOPLES):
        return True
    return " ".join([t.folded for t in found[at : at + 2]]) in lexicon.not_people()
