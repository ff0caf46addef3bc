"""At which distances from each other may the words of a proximity stand? All of them, each as one phrase with fixed places.

Tantivy's phrases with slop also match the words in reverse (measured with 0.27: "a b" with slop 2 finds "b a"), and count distance in moves. A phrase
whose words have fixed places is exact; `a NEAR/3 b` is six of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, permutations

from search.plan import Expansion, Sequence, Term, leaves
from search.query.tree import Near, Node, Or

MOST = 512
"""Phrases that one proximity is run as; one that would be more is checked article by article. 512 phrases over 100,000 articles take 0.2 s."""

Template = tuple[tuple[int, str], ...]
"""Words with their places, ascending from 0."""


class TooMany(Exception):
    """There are more ways than are run, or words as they stand and stems in one of them, which are in different fields."""


def exactness(node: Node) -> bool | None:
    """Whether all words of a proximity are meant as they stand (True) or all as stems (False); None where there are both."""
    kinds = {isinstance(leaf, Expansion) or leaf.exact for leaf in leaves(node)}
    return kinds.pop() if len(kinds) == 1 else None


class Templates:
    """The templates of a proximity in one field; `expanded` gives the words that a pattern stands for there."""

    def __init__(self, field: str, expanded: dict[Expansion, list[str]]) -> None:
        self._field = field
        self._expanded = expanded

    def of(self, node: Node) -> set[Template]:
        """All templates. Raises TooMany."""
        match node:
            case Term(word=word, fields=fields):
                return {((0, word),)} if self._field in fields else set()
            case Expansion(fields=fields):
                return _limited(((0, word),) for word in self._expanded[node]) if self._field in fields else set()
            case Sequence(words=words, fields=fields, slop=slop):
                if self._field not in fields:
                    return set()
                return _limited(_windows(words, len(words) + slop - 1)) if slop else {tuple(enumerate(words))}
            case Or(children=children):
                return _limited(template for child in children for template in self.of(child))
            case Near(left=left, right=right, distance=distance, ordered=ordered):
                return _limited(_joined(self.of(left), self.of(right), distance, ordered=ordered))
        raise TypeError(f"{type(node).__name__} has no places")


def _windows(words: tuple[str, ...], width: int) -> Iterator[Template]:
    """All words in any order inside a window of that many places."""
    for places in combinations(range(1, width), len(words) - 1):
        for order in permutations(words):
            yield tuple(zip((0, *places), order, strict=True))


def _joined(left: set[Template], right: set[Template], distance: int, *, ordered: bool) -> Iterator[Template]:
    for one in left:
        for other in right:
            for first, second in ((one, other),) if ordered else ((one, other), (other, one)):
                for gap in range(1, distance + 1):
                    start = first[-1][0] + gap
                    yield (*first, *((start + place, word) for place, word in second))


def _limited(templates: Iterable[Template]) -> set[Template]:
    found: set[Template] = set()
    for template in templates:
        found.add(template)
        if len(found) > MOST:
            raise TooMany
    return found
