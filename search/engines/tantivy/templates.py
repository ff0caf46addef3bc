"""At which distances from each other may the words of a proximity stand? All of them, each as one phrase with fixed places.

Tantivy's phrases with slop also match the words in reverse (measured with 0.27: "a b" with slop 2 finds "b a"), and count distance in moves. A phrase
whose words have fixed places is exact; `a NEAR/3 b` is six of these. In a place stands a word, or a regular expression of those that may stand there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

from search.plan import Expansion, Sequence, Term, leaves
from search.query.tree import Near, Node, Or

MOST = 2_000
"""Phrases that one proximity is run as; one that would be more is checked article by article, which takes longer from there on."""

Template = tuple[tuple[int, str], ...]
"""Words with their places, ascending from 0."""

Slot = Callable[[Term | Sequence | Expansion, str], str | None]
"""Gives what stands in the place of a word (or pattern) of a leaf; None where no word of the field does."""


class TooMany(Exception):
    """There are more ways than are run, or too many words for one place."""


def exactness(node: Node) -> bool | None:
    """Whether all words of a proximity are meant as they stand (True) or all as stems (False); None where there are both, or patterns."""
    kinds = {None if isinstance(leaf, Expansion) else leaf.exact for leaf in leaves(node)}
    return kinds.pop() if len(kinds) == 1 else None


class Templates:
    """The templates of a proximity in one field; with `choices`, the single words of a group stand in one place together, as an expression."""

    def __init__(self, field: str, slot: Slot, *, choices: bool = False) -> None:
        self._field = field
        self._slot = slot
        self._choices = choices

    def of(self, node: Node) -> set[Template]:
        """All templates. Raises TooMany."""
        match node:
            case Term(word=word, fields=fields) | Expansion(pattern=word, fields=fields):
                filled = self._slot(node, word) if self._field in fields else None
                return {((0, filled),)} if filled is not None else set()
            case Sequence(words=words, fields=fields, slop=slop):
                slots = {word: self._slot(node, word) for word in dict.fromkeys(words)} if self._field in fields else {}
                found = tuple(filled for word in words if (filled := slots.get(word)) is not None)
                if len(found) < len(words):
                    return set()
                return _limited(_windows(found, len(words) + slop - 1)) if slop else {tuple(enumerate(found))}
            case Or(children=children):
                found_in_any = _limited(template for child in children for template in self.of(child))
                return _with_choice(found_in_any) if self._choices else found_in_any
            case Near(left=left, right=right, distance=distance, ordered=ordered):
                return _limited(_joined(self.of(left), self.of(right), distance, ordered=ordered))
        raise TypeError(f"{type(node).__name__} has no places")


def _windows(words: tuple[str, ...], width: int) -> Iterator[Template]:
    """All words in any order inside a window of that many places."""
    for places in combinations(range(1, width), len(words) - 1):
        for order in _orders(Counter(words)):
            yield tuple(zip((0, *places), order, strict=True))


def _orders(words: Counter[str]) -> Iterator[tuple[str, ...]]:
    """Every order of the words, each once however often a word is among them."""
    if not words:
        yield ()
    for word in sorted(words):
        for rest in _orders(words - Counter((word,))):
            yield (word, *rest)


def _joined(left: set[Template], right: set[Template], distance: int, *, ordered: bool) -> Iterator[Template]:
    for one in left:
        for other in right:
            for first, second in ((one, other),) if ordered else ((one, other), (other, one)):
                for gap in range(1, distance + 1):
                    start = first[-1][0] + gap
                    yield (*first, *((start + place, word) for place, word in second))


def _with_choice(templates: set[Template]) -> set[Template]:
    """The templates with all those of one word as one."""
    single = sorted(template[0][1] for template in templates if len(template) == 1)
    return {template for template in templates if len(template) > 1} | ({((0, f"({'|'.join(single)})"),)} if single else set())


def _limited(templates: Iterable[Template]) -> set[Template]:
    found: set[Template] = set()
    for template in templates:
        found.add(template)
        if len(found) > MOST:
            raise TooMany
    return found
