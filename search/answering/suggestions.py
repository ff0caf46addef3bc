"""What may have been meant by a word that is in no article? Words of the archive that are one or two letters off, the most frequent first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from search.analysis import stem, tokens, words
from search.answering.names import Named
from search.article import TEXT_FIELDS
from search.engines.base import Count, View
from search.expansion import neighbours
from search.lookup import Lookup
from search.plan import Expansion, Sequence, Term, leaves
from search.query.tree import Node, Problem
from search.results import Suggestion

MOST = 3
"""Words that are suggested for one."""

SHORTEST = 4
"""Letters that a word must have: of shorter ones nearly every word is a neighbour."""

_TWO_OFF = 6
"""Letters that a word must have for two of them to be wrong."""


def suggest(view: View, word: str, fields: tuple[str, ...] = TEXT_FIELDS, *, limit: int = MOST) -> tuple[str, ...]:
    """Words of the archive's text like `word`, best first: fewest letters off, then most articles. The first letter is taken to be right.

    One letter off in words of up to five letters, two in longer ones; none for a text that is not one word of four letters or more.
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
    ranked = sorted((other for other in off if counts[other]), key=lambda other: (off[other], -counts[other], other))
    # Frequencies may still count articles that are gone: what is suggested must find something.
    return tuple(islice((other for other in ranked if view.count(Count(Term(other, True, fields)))[0]), limit))


def _edits(word: str) -> int:
    return 1 if len(word) < _TWO_OFF else 2


def suggestions(text: str, plan: Node, unknown: Iterable[Named], view: View, lookup: Lookup) -> tuple[Suggestion, ...]:
    """For each word of a query that no article has, and of each name that nobody has, what may have been meant; nothing where nothing is like it.

    `text` is the query as it was typed, in which the suggestions have their places, `plan` its plan.
    """
    found: list[Suggestion] = []
    for leaf in leaves(plan, negated=False):  # a word under a NOT may well be in no article
        if isinstance(leaf, Expansion):
            continue
        start, end = leaf.span or (0, 0)
        for token in tokens(text[start:end]):
            if not _known(token.word, leaf, view):
                instead = suggest(view, token.word, leaf.fields)
                found += [_suggestion(text, start + token.start, start + token.end, instead)] if instead else []
    for named in unknown:
        found += _names_like(text, named, lookup)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.start))


def _names_like(text: str, named: Named, lookup: Lookup) -> Iterator[Suggestion]:
    start, end = named.span
    for token in tokens(text[start:end]):
        near = _words_of_names(token.word, named.field, lookup)
        if near:
            yield _suggestion(text, start + token.start, start + token.end, near)


def _suggestion(text: str, start: int, end: int, instead: tuple[str, ...]) -> Suggestion:
    """A suggestion for a part of a text, with a capital where one was typed: it makes no difference to what is found."""
    typed = text[start:end]
    return Suggestion(typed, start, end, tuple(word[:1].upper() + word[1:] for word in instead) if typed[:1].isupper() else instead)


def unknown_values(unknown: Iterable[Named], lookup: Lookup) -> tuple[Problem, ...]:
    """A sentence for each name and value that is in no article; for those of filters, which have no place in the query, with what is like it."""
    return tuple(dict.fromkeys(Problem(_not_there(named) + _like(named, lookup), *named.span) for named in unknown))


def _not_there(named: Named) -> str:
    value = named.value.removeprefix("@")
    match named.field:
        case "participants":
            return f"Nobody called “{value}” takes part in any article."
        case "people":
            return f"Nobody called “{value}” is named in any article."
        case _:
            return f"No article has the {named.field} “{value}”."


def _like(named: Named, lookup: Lookup) -> str:
    if named.span != (0, 0) or named.value.startswith("@"):
        return ""
    text = named.value
    found = list(_names_like(text, replace(named, span=(0, len(text))), lookup))
    for suggestion in reversed(found):
        text = text[: suggestion.start] + suggestion.instead[0] + text[suggestion.end :]
    return f" Did you mean “{text}”?" if found else ""


def _known(word: str, leaf: Term | Sequence, view: View) -> bool:
    wanted = word if leaf.exact else stem(word)
    if wanted not in (leaf.words if isinstance(leaf, Sequence) else (leaf.word,)):
        return True  # a word that belongs to the field's name, say
    return view.count(Count(Term(wanted, leaf.exact, leaf.fields)))[0] > 0


def _words_of_names(word: str, field: str, lookup: Lookup) -> tuple[str, ...]:
    """Words of names in a facet that are like one which no name there has."""
    known = lookup.words_of_values(field, word[:1])
    if len(word) < SHORTEST or word in known:
        return ()
    off = neighbours(word, known, _edits(word))
    return tuple(sorted(off, key=lambda other: (off[other], -known[other], other))[:MOST])
