"""Does a person take part in what is reported, or are they only mentioned? Points for what they do and what is done to them, with the reason."""

from __future__ import annotations

import itertools
import re

from search.extraction.lexicon import Kind
from search.extraction.mentions import Mention, Reading
from search.extraction.names import Group
from search.extraction.tokens import Word, Words

TAKES_PART = 1.0
"""Points that make somebody a participant."""

_SUBJECT = Kind.SAYING | Kind.ACTING | Kind.HELPING
_NO_DESCRIPTION = _SUBJECT | Kind.TOWARDS | Kind.DETERMINER | Kind.LINK | Kind.ADVERB
_LONGEST_APPOSITION = 40  # words
_LONGEST_OBJECT = 14  # words
_PARTY = re.compile(r"[DRI]-[A-Z]")
_SPOKE = frozenset(("spoke", "speaks", "speaking", "talked", "talks", "talking"))
_BE = frozenset(("is", "was", "are", "were"))
_BY_PREDECESSORS = frozenset(("survived", "succeeded", "preceded"))
_NOT_SUBJECT_BEFORE = frozenset(("of", "between", "than", "like", "under", "by", "from"))
_AND = frozenset(("and", "y", "et", "und"))
_ARTICLES = frozenset(("el", "la", "le", "los", "der", "die"))
_AUXILIARY = frozenset(("a", "ha", "ont", "han"))  # "M. Doe a déclaré", "Doe ha dicho"
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")
_PAST_TENSE = ("ed", "ó")  # in English and in Spanish
_YEAR_WITHIN = 6  # words behind a verb in which "in 1998" says when
_CAME = frozenset(("appear", "appears", "appeared", "appearing", "testify", "testified", "testifying"))
_SUBORDINATE = frozenset(("since", "when", "after", "before", "until"))
_EARLIER = frozenset(("then", "predecessor", "predecessors"))
_RECEIVED = frozenset(("received", "receives", "receiving", "accepted", "accepts", "accepting"))
_RELATIVE = frozenset(("that", "which", "whom"))
_HEADS_OF_STATE = frozenset(("president", "king", "queen", "emperor", "premier", "chancellor", "pope"))
"""Whoever rules is named as the background of much that others do."""
_STAYED_AWAY = frozenset(("attend", "participate", "comment", "commented", "present"))


def points_of(groups: list[Group], readings: list[Reading], lead: int) -> dict[int, tuple[float, str]]:
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
        if any(m.dead for m in group.mentions):
            score -= 3.0
        elif best < 1 and any(m.past for m in group.mentions):
            score -= 1.0
        result[id(group)] = (score, why)
    return result


def _mention_points(mention: Mention, reading: Reading) -> tuple[float, str]:
    found = reading.tokens
    if mention.possessive or (
        mention.heading and mention.end < len(found) and found[mention.end].capital and found[mention.end].kind & Kind.EVENT_OF_ONE
    ):
        event = mention.end < len(found) and found[mention.end].kind & Kind.EVENT_OF_ONE
        earlier = any(t.folded in ("after", "since", "before", "until", "following") for t in found[max(mention.phrase - 2, 0) : mention.phrase])
        return (1.0, "part of the event") if event and not earlier else (0.0, "named in a possessive")
    phrase = _lead_in(found, mention) if mention.titled else mention.phrase
    that = next((at for at in range(mention.begin - 1, phrase - 1, -1) if found[at].word == "that"), None)
    if that is not None:
        phrase = that + 1  # "agreed that President Doe …": nobody says it is he who agreed
    before = found[phrase - 1] if phrase > 0 else None
    word = before.folded if before is not None else ""
    if word == "and":
        word = _before_the_first(found, phrase)
    follower = _predicate(found, mention.end)
    if follower is not None and word not in _NOT_SUBJECT_BEFORE:
        if any(t.folded in _EARLIER or t.folded.startswith("then-") for t in found[phrase : mention.begin]):
            return 0.5, "in an earlier office"
        leads_up = word in ("before", "until") and found[mention.begin - 1].folded in _HEADS_OF_STATE  # "a week before President Doe travels"
        if word == "since" or leads_up or _in_earlier_year(found, phrase, follower):
            return 0.5, "in an earlier year"
        verb = found[follower]
        if _had_done(found, mention, follower) and (word in _RELATIVE or found[mention.begin - 1].folded in _HEADS_OF_STATE):
            return 0.75, "did before what is reported"
        if verb.kind & Kind.SAYING:
            return 2.0, "speaks"
        if verb.kind & Kind.ACTING or not verb.kind & Kind.HELPING:
            return 1.5, "acts"
        if _stays_away(found, follower):
            return 0.5, "stays away"
        return (0.75 if mention.past or _only_is(found, follower) else 1.0), "subject of a sentence"
    if _who_acts(found, mention.end) and word not in _NOT_SUBJECT_BEFORE:
        return 1.0, "subject of a clause"
    if before is None:
        return (0.5, "begins a sentence")
    if before.kind & Kind.SAYING and not before.kind & Kind.TOWARDS:
        return 2.0, "speaks"
    if word == "to":
        leading = found[phrase - 2].folded if phrase > 1 else ""
        if leading == "according":
            return 2.0, "speaks"
        return (1.0, "spoken to") if leading in _SPOKE else (0.6, "addressed")
    if word == "before" and phrase > 1 and found[phrase - 2].folded in _CAME:
        return 1.0, "before whom somebody appears"
    if word == "from" and any(t.folded in _RECEIVED for t in found[max(phrase - _LONGEST_OBJECT, 0) : phrase]):
        return 1.0, "from whom something is received"
    if word == "between":
        return (1.0, "party to talks") if _reported_event(found, phrase - 1) else (0.0, "in the background")
    if word == ":" and _announced(found, phrase - 1):
        return 1.0, "listed as who acts"
    if before.kind & Kind.TOWARDS:
        if word == "by" and phrase > 1 and (found[phrase - 2].kind & Kind.MAKING or found[phrase - 2].folded in _BY_PREDECESSORS):
            return 0.0, "in the background"
        if _dated(found, mention.end):
            return 0.5, "in an earlier year"
        return (1.0, "met, addressed or acted upon")
    return 0.0, "in the background"


def _before_the_first(found: Words, phrase: int) -> str:
    """The word before the first of two persons whom "and" joins: "by" of "a study by Jane Doe and John Roe"; "and" where that is not plain."""
    at = phrase - 2
    while at > 0 and at > phrase - 6 and found[at].capital:
        at -= 1
    return found[at].folded if 0 <= at < phrase - 2 and found[at].folded in ("by", "between") else "and"


def _lead_in(found: Words, mention: Mention) -> int:
    """Where a phrase of title and name begins with what belongs to it before: "Northland's" minister, "pop" star, "(Russian" minister."""
    at = mention.phrase
    limit = max(at - 6, 0)
    while at > limit and (found[at - 1].capital or (found[at - 1].small and _may_describe(found[at - 1]))):
        at -= 1
    return at - 1 if at and found[at - 1].word == "(" else at


def _dated(found: Words, end: int) -> bool:
    """Whether a year stands behind a name: "appointed by President Doe in 1986" is history."""
    return end + 1 < len(found) and found[end].word == "in" and len(found[end + 1].word) == 4 and found[end + 1].word.isdigit()


def _may_describe(token: Word) -> bool:
    """Whether a small word may stand before an office as a part of it: "coast guard" commander, "pop" star."""
    if token.word in _ARTICLES:
        return True
    return not token.kind or (bool(token.kind & (Kind.ORGANISATION | Kind.MODIFIER)) and not token.kind & _NO_DESCRIPTION)


def _in_earlier_year(found: Words, phrase: int, verb: int) -> bool:
    """Whether a year dates what somebody does: "Jane Doe died in 1998", "In 1994 Jane Doe was", "in 1984, when Jane Doe withdrew".

    Of what is said, only a year right behind the verb does: "said sales in 2015 rose" is news.
    """
    within = 2 if found[verb].kind & Kind.SAYING else _YEAR_WITHIN
    for at in range(verb + 1, min(verb + within, len(found) - 1)):
        if found[at].word in ".!?;:,":
            break
        if found[at].word in ("in", "since") and _YEAR.match(found[at + 1].word):
            return True
    at = phrase - 1
    if at > 0 and found[at].folded in _SUBORDINATE:
        at -= 1
    if at > 0 and found[at].word == ",":
        at -= 1
    return at > 0 and bool(_YEAR.match(found[at].word)) and found[at - 1].folded == "in"


def _had_done(found: Words, mention: Mention, verb: int) -> bool:
    """Whether "had" tells of what came before the news: "adding that President Doe had approved it"; "had been told" may be the news itself."""
    return (
        mention.begin > 0
        and found[verb].word == "had"
        and verb + 1 < len(found)
        and found[verb + 1].small
        and found[verb + 1].word != "been"
        and not found[verb + 1].kind & Kind.DETERMINER
    )


def _stays_away(found: Words, verb: int) -> bool:
    """Whether somebody is named for what they did not do: "did not attend", "has not commented"."""
    return any(found[at].word == "not" and found[at + 1].word in _STAYED_AWAY for at in range(verb + 1, min(verb + 3, len(found) - 1)))


def _only_is(found: Words, verb: int) -> bool:
    """Whether a form of "be" has no verb of acting or saying soon behind it: "is on the coin", not "is found dead"."""
    if found[verb].folded not in _BE or (found[verb + 1 : verb + 2] and found[verb + 1].word == "to"):
        return False  # "was to be the speaker"
    for token in found[verb + 1 : verb + 6]:
        if token.word in ".,;!?":
            break
        if token.kind & (Kind.ACTING | Kind.SAYING) or (token.small and token.word.endswith(("ed", "ing", "wn")) and len(token.word) > 4):
            return False
    return True


def _announced(found: Words, colon: int) -> bool:
    """Whether the words before a colon say what the persons behind it do: "The following were elected: Jane Doe and …"."""
    for token in found[max(0, colon - 12) : colon][::-1]:
        if token.word in ".!?;":
            return False
        if token.kind & (Kind.ACTING | Kind.SAYING):
            return True
    return False


def _who_acts(found: Words, end: int) -> bool:
    """ "Jane Doe, who has said …"."""
    if end + 2 >= len(found) or found[end].word != "," or found[end + 1].word != "who":
        return False
    for at in range(end + 2, min(end + 4, len(found))):
        if found[at].kind & (Kind.SAYING | Kind.ACTING):
            return not _in_earlier_year(found, end + 1, at)
    return False


def _predicate(found: Words, end: int) -> int | None:
    """Where the verb stands that a name is the subject of, behind an apposition between commas if there is one."""
    at = end
    if at + 1 < len(found) and found[at].word == "," and found[at + 1].small and _is_predicate(found[at + 1]):
        return at + 1  # the comma closes an apposition that stands before the name
    behind = _behind_apposition(found, at)
    if behind is None:
        return None
    at = behind
    country = at + 2 if at + 1 < len(found) and found[at + 1].word == "the" else at + 1
    if country < len(found) and found[at].word in ("of", "from") and found[country].capital:
        # "President Doe of Russia, whose army …, refused": the country and its clause stand before the verb.
        at = country + 1
        while at < len(found) and found[at].capital:
            at += 1
        behind = _behind_apposition(found, at)
        if behind is None:
            return None
        at = behind
    if at < len(found) and found[at].word in '"“”':
        at += 1
    while at < len(found) and (found[at].kind & Kind.ADVERB or (found[at].word.endswith("ly") and found[at].small)):
        at += 1
    if at < len(found) and found[at].kind & Kind.CALENDAR:
        at += 1
    if at + 1 < len(found) and found[at].word == "on" and found[at + 1].kind & Kind.CALENDAR:
        at += 2
    if at >= len(found) or not found[at].small:
        return None
    if found[at].word in _AUXILIARY and at + 1 < len(found) and found[at + 1].kind & (Kind.SAYING | Kind.ACTING):
        return at + 1
    return at if _is_predicate(found[at]) or _present(found, at) else None


def _is_predicate(token: Word) -> bool:
    return bool(token.kind & _SUBJECT) or (token.word.endswith(_PAST_TENSE) and len(token.word) > 4)


def _present(found: Words, at: int) -> bool:
    """Whether an unlisted word is a verb in the present by its place: "Jane Doe lights the furnace"; "Doe supporters say" has no object."""
    word = found[at].word
    return (
        not found[at].kind
        and word.endswith("s")
        and not word.endswith(("ss", "us", "ors", "ers", "ists"))
        and len(word) > 4
        and at + 1 < len(found)
        and bool(found[at + 1].kind & Kind.DETERMINER)
    )


def _behind_apposition(found: Words, at: int) -> int | None:
    """The place behind an apposition that begins at `at`; `at` where none does; None where it does not end before its sentence."""
    if at >= len(found) or found[at].word not in (",", "("):
        return at
    close = ")" if found[at].word == "(" else ","
    for place in range(at + 1, min(len(found), at + _LONGEST_APPOSITION)):
        if found[place].word == "," and found[place - 1].word.isdigit() and place + 1 < len(found) and found[place + 1].word.isdigit():
            continue  # "2,300"
        if found[place].word == close:
            aged = place == at + 2 and found[at + 1].word.isdigit() and place + 1 < len(found) and found[place + 1].kind & Kind.DETERMINER
            if aged or (close == ")" and place + 1 < len(found) and found[place + 1].word == ","):
                return _behind_apposition(found, place if aged else place + 1)  # "Jane Doe, 47, a nurse, was"; "Jane Doe (D-Ore.), its author, was"
            return place + 1
        if found[place].word in ".!?;":
            return None
    return None


def _reported_event(found: Words, between: int) -> bool:
    """Whether "between" belongs to an event that takes place here; "briefed him on the summit between" is background."""
    at = between - 1
    while (
        at >= 0
        and at > between - 4
        and (found[at].kind & (Kind.MODIFIER | Kind.PEOPLES) or found[at].kind & Kind.DETERMINER or found[at].word in ("planned", "recent"))
    ):
        at -= 1
    if at < 0 or not found[at].kind & Kind.EVENT_BETWEEN:
        return False
    before = [t.folded for t in found[max(0, at - 3) : at]]
    return not {"on", "about", "after", "since"} & set(before)


def _share(reading: Reading, points: dict[int, tuple[float, str]]) -> None:
    """In "A and B said" and "met with A, B and C" what holds for one holds for all."""
    found = reading.tokens
    ordered = [m for m in reading.mentions if id(m) in points]
    for direction in (ordered, ordered[::-1]):
        for one, other in itertools.pairwise(direction):
            left, right = (one, other) if one.begin < other.begin else (other, one)
            between = found[left.end : max(right.phrase, left.end)]
            joined = _without_asides(between)
            if (
                (joined in ([","], ["&"]) or (joined and joined[-1] in _AND and joined[:-1] in ([], [","])))
                and not left.possessive
                and points[id(other)][0] < points[id(one)][0]
            ):
                points[id(other)] = points[id(one)]


def _without_asides(between: list[Word]) -> list[str]:
    """The words between two names without what stands in parentheses or names a party: "Jane Doe (Spain), John Roe, D-Ore., and …". Ages go too."""
    kept: list[str] = []
    inside = False
    for token in between:
        inside = (inside or token.word == "(") and token.word != ")"
        if inside or token.word == ")" or token.word in _ARTICLES:
            continue
        if kept[-1:] == [","] and (_PARTY.match(token.word) or token.word.isdigit()):
            kept.pop()
        elif token.word != ".":
            kept.append(token.folded)
    return kept
