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
_LONGEST_APPOSITION = 40  # words
_PARTY = re.compile(r"[DRI]-[A-Z]")
_SPOKE = frozenset(("spoke", "speaks", "speaking", "talked", "talks", "talking"))
_BE = frozenset(("is", "was", "are", "were"))
_BY_PREDECESSORS = frozenset(("survived", "succeeded", "preceded"))
_NOT_SUBJECT_BEFORE = frozenset(("of", "between", "than", "like", "under"))


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
    before = found[phrase - 1] if phrase > 0 else None
    word = before.folded if before is not None else ""
    follower = _predicate(found, mention.end)
    if follower is not None and word not in _NOT_SUBJECT_BEFORE:
        verb = found[follower]
        if verb.kind & Kind.SAYING:
            return 2.0, "speaks"
        if verb.kind & Kind.ACTING or not verb.kind & Kind.HELPING:
            return 1.5, "acts"
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


def _lead_in(found: Words, mention: Mention) -> int:
    """Where a phrase of title and name begins with what belongs to it before: "Northland's" minister, "pop" star, "(Russian" minister."""
    at = mention.phrase
    limit = max(at - 6, 0)
    while at > limit and (found[at - 1].capital or (found[at - 1].small and not found[at - 1].kind)):
        at -= 1
    return at - 1 if at and found[at - 1].word == "(" else at


def _dated(found: Words, end: int) -> bool:
    """Whether a year stands behind a name: "appointed by President Doe in 1986" is history."""
    return end + 1 < len(found) and found[end].word == "in" and len(found[end + 1].word) == 4 and found[end + 1].word.isdigit()


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
    return any(t.kind & (Kind.SAYING | Kind.ACTING) for t in found[end + 2 : end + 4])


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
    return at if _is_predicate(found[at]) else None


def _is_predicate(token: Word) -> bool:
    return bool(token.kind & _SUBJECT) or (token.word.endswith("ed") and len(token.word) > 4)


def _behind_apposition(found: Words, at: int) -> int | None:
    """The place behind an apposition that begins at `at`; `at` where none does; None where it does not end before its sentence."""
    if at >= len(found) or found[at].word not in (",", "("):
        return at
    close = ")" if found[at].word == "(" else ","
    for place in range(at + 1, min(len(found), at + _LONGEST_APPOSITION)):
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
            if joined in (["and"], [","], [",", "and"], ["&"]) and not left.possessive and points[id(other)][0] < points[id(one)][0]:
                points[id(other)] = points[id(one)]


def _without_asides(between: list[Word]) -> list[str]:
    """The words between two names without what stands in parentheses or names a party: "Jane Doe (Spain), John Roe, D-Ore., and …". Ages go too."""
    kept: list[str] = []
    inside = False
    for token in between:
        inside = (inside or token.word == "(") and token.word != ")"
        if inside or token.word == ")":
            continue
        if kept[-1:] == [","] and (_PARTY.match(token.word) or token.word.isdigit()):
            kept.pop()
        elif token.word != ".":
            kept.append(token.folded)
    return kept
