"""Which words does a pattern stand for? Prefixes, wildcards and fuzzy words, over words as they stand (never over stems)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from search.plan import Expansion

LIMIT = 10_000
"""The most words a wildcard or fuzzy word may stand for; beyond it the query is refused, never run on a part. A prefix has no limit."""


def fits(expansion: Expansion) -> Callable[[str], bool]:
    """Whether a folded word is one of those the pattern stands for."""
    pattern = expansion.pattern
    if expansion.kind == "prefix":
        return lambda word: word.startswith(pattern)
    if expansion.kind == "wildcard":
        # Each part between two stars is taken where it first fits and never tried again (an atomic group): that is enough for a pattern of
        # stars, and the time grows with the word's length only.
        first, *rest = (re.escape(part).replace(r"\?", ".") for part in re.split(r"\*+", pattern))
        middle = "".join(f"(?>.*?{part})" for part in rest[:-1])
        shape = re.compile(first + middle + "".join(f".*{part}" for part in rest[-1:]), re.DOTALL)
        return lambda word: shape.fullmatch(word) is not None
    # An edit changes at most two of the letters that occur; that is quickly seen, and nearly every word is refused by it.
    letters, most = frozenset(pattern), 2 * expansion.edits
    return lambda word: len(letters.symmetric_difference(word)) <= most and within(pattern, word, expansion.edits)


def neighbours(word: str, vocabulary: Iterable[str], edits: int) -> dict[str, int]:
    """The words of a vocabulary at most `edits` letters off, each with how many: 1 or 2."""
    close, closer = (fits(Expansion("fuzzy", word, (), number)) for number in (edits, 1))
    return {other: 1 if edits == 1 or closer(other) else 2 for other in vocabulary if other != word and close(other)}


def literal_prefix(expansion: Expansion) -> str:
    """The letters that every word of the pattern begins with: a fuzzy word's first letter is fixed."""
    if expansion.kind == "wildcard":
        return re.split(r"[*?]", expansion.pattern, maxsplit=1)[0]
    return expansion.pattern if expansion.kind == "prefix" else expansion.pattern[:1]


def within(first: str, second: str, edits: int) -> bool:
    """Whether two words are at most `edits` insertions, deletions, substitutions or swaps of neighbours apart, their first letters equal.

    The optimal string alignment distance: no letter is changed twice (Damerau 1964).
    """
    if abs(len(first) - len(second)) > edits or first[:1] != second[:1]:
        return False
    before: list[int] = []
    above = list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        current = [row]
        for column, other in enumerate(second, 1):
            cost = min(above[column] + 1, current[column - 1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > edits:
            return False
        before, above = above, current
    return above[-1] <= edits
