"""What may have been meant by a word that is in no article? Words of the archive that are one or two letters off, the most frequent first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from search.analysis import Token, stem, tokens, words
from search.answering.names import Named, Names
from search.article import TEXT_FIELDS
from search.engines.base import Count, Values, View
from search.expansion import neighbours
from search.lookup import Lookup
from search.plan import Expansion, Sequence, Term, leaves
from search.query.scanner import QUOTES
from search.query.tree import PEOPLE_FIELDS, Everything, Node, Problem
from search.results import Suggestion

MOST = 3
"""Words that are suggested for one."""

SHORTEST = 4
"""Letters that a word must have: of shorter ones nearly every word is a neighbour."""

_TWO_OFF = 6
"""Letters that a word must have for two of them to be wrong."""

RARE, COMMONER = 5, 100
"""Archives have slips too: where a query finds nothing, a word of at most so many articles is one if a word like it has so many times more."""


def suggest(view: View, word: str, fields: tuple[str, ...] = TEXT_FIELDS, *, limit: int = MOST, least: int = 1) -> tuple[str, ...]:
    """Words of the archive's text like `word`, best first: fewest letters off, then most articles. The first letter is taken to be right.

    One letter off in words of up to five letters, two in longer ones; none for a text that is not one word of four letters or more. Only words
    that at least so many articles have.
    """
    found = words(word)
    if len(found) != 1 or len(found[0]) < SHORTEST:
        return ()
    counts: dict[str, int] = {}
    off: dict[str, int] = {}
    for field in fields:
        near = neighbours(found[0], view.vocabulary(field, found[0][0]), _edits(found[0]))
        off |= near
        for other, count in zip(near, view.frequencies(field, list(near), exact=True), strict=True):
            counts[other] = counts.get(other, 0) + count
    ranked = sorted((other for other in off if counts[other] >= least), key=lambda other: (off[other], -counts[other], other))
    # Frequencies may still count articles that are gone: what is suggested must find something.
    return tuple(islice((other for other in ranked if view.count(Count(Term(other, True, fields)))[0] >= least), limit))


def _edits(word: str) -> int:
    return 1 if len(word) < _TWO_OFF else 2


def suggestions(text: str, plan: Node, names: Names, view: View, *, nothing_found: bool) -> tuple[Suggestion, ...]:
    """For each word of a query that no article has, and of each name that nobody has, what may have been meant; nothing where nothing is like it.

    `text` is the query as it was typed, in which the suggestions have their places, `plan` its plan. Where nothing was found with all its words, for
    words of very few articles as well.
    """
    found: list[Suggestion] = []
    typed = list(_typed(text, plan))
    for (token, leaf), often in zip(typed, view.count(*(_counted(token, leaf) for token, leaf in typed)), strict=True):
        if often == 0 or (nothing_found and often <= RARE):
            instead = suggest(view, token.word, leaf.fields, least=COMMONER * often or 1)
            found += [_suggestion(text, token.start, token.end, instead)] if instead else []
    for named in names.unknown:
        if named.span != (0, 0):
            found += _values_like(text, named, names.lookup, view)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.start))


def words_counted(text: str, plan: Node) -> list[Count]:
    """What `suggestions` asks for every query: how many articles have each of its words."""
    return [_counted(token, leaf) for token, leaf in _typed(text, plan)]


def _typed(text: str, plan: Node) -> Iterator[tuple[Token, Term | Sequence]]:
    """The words of a query, as they stand in it, each with its leaf of the plan."""
    for leaf in leaves(plan, negated=False):  # a word under a NOT may well be in no article
        if isinstance(leaf, Expansion):
            continue
        start, end = leaf.span or (0, 0)
        for token in tokens(text[start:end]):
            # Others are none of its words: they belong to the field's name, say.
            if _wanted(token, leaf) in (leaf.words if isinstance(leaf, Sequence) else (leaf.word,)):
                yield Token(token.word, start + token.start, start + token.end), leaf


def _wanted(token: Token, leaf: Term | Sequence) -> str:
    return token.word if leaf.exact else stem(token.word)


def _counted(token: Token, leaf: Term | Sequence) -> Count:
    return Count(Term(_wanted(token, leaf), leaf.exact, leaf.fields))


def _values_like(text: str, named: Named, lookup: Lookup, view: View) -> list[Suggestion]:
    """For a name or value that is in no article: words of names like each unknown one, or else whole values with words that begin with its words."""
    start, end = named.span
    found = []
    for token in tokens(text[start:end]):
        near = _words_of_names(token.word, named.field, lookup)
        found += [_suggestion(text, start + token.start, start + token.end, near)] if near else []
    if found:
        return found
    (often,) = view.values(Values(named.field, Everything(), MOST, only=lookup.beginning(named.field, named.value)))
    values = [value for value, _ in often.values]
    labels = lookup.labels(values) if named.field in PEOPLE_FIELDS else {}
    instead = tuple(labels.get(value, value) for value in values)
    typed = text[start:end]
    if typed[:1] in QUOTES:
        start, end = start + 1, end - (typed[-1:] in QUOTES and len(typed) > 1)
    elif (start, end) != (0, len(text)):
        instead = tuple(value if value.isalnum() else f'"{value}"' for value in instead)
    return [Suggestion(text[start:end], start, end, instead)] if instead else []


def _suggestion(text: str, start: int, end: int, instead: tuple[str, ...]) -> Suggestion:
    """A suggestion for a part of a text, with a capital where one was typed: it makes no difference to what is found."""
    typed = text[start:end]
    return Suggestion(typed, start, end, tuple(word[:1].upper() + word[1:] for word in instead) if typed[:1].isupper() else instead)


def unknown_values(names: Names, view: View) -> tuple[Problem, ...]:
    """A sentence for each name and value that is in no article; for those of filters, which have no place in the query, with what is like it."""
    return tuple(dict.fromkeys(Problem(_not_there(named) + _did_you_mean(named, names.lookup, view), *named.span) for named in names.unknown))


def _not_there(named: Named) -> str:
    value = named.value.removeprefix("@")
    match named.field:
        case "participants":
            return f"Nobody called “{value}” takes part in any article."
        case "people":
            return f"Nobody called “{value}” is named in any article."
        case _:
            return f"No article has the {named.field} “{value}”."


def _did_you_mean(named: Named, lookup: Lookup, view: View) -> str:
    if named.span != (0, 0) or named.value.startswith("@"):
        return ""
    text = named.value
    found = _values_like(text, replace(named, span=(0, len(text))), lookup, view)
    for suggestion in reversed(found):
        text = text[: suggestion.start] + suggestion.instead[0] + text[suggestion.end :]
    return f" Did you mean “{text}”?" if found else ""


def _words_of_names(word: str, field: str, lookup: Lookup) -> tuple[str, ...]:
    """Words of names in a facet that are like one which no name there has."""
    known = lookup.words_of_values(field, word[:1])
    if len(word) < SHORTEST or word in known:
        return ()
    off = neighbours(word, known, _edits(word))
    return tuple(sorted(off, key=lambda other: (off[other], -known[other], other))[:MOST])
