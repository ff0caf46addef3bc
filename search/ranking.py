"""How well does an article fit a query? The formula that every engine ranks by, as far as its library lets it.

BM25F in its simple form (Robertson, Zaragoza and Taylor, Simple BM25 Extension to Multiple Weighted Fields, 2004): a word's frequencies in title,
standfirst and body are weighted and added, so are the lengths of the fields, and BM25 is taken of the sums. A phrase, a proximity and an expansion
count as one word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from search.plan import AtLeast, Expansion, Sequence, Term
from search.query.tree import And, Near, Node, Or

K1 = 1.2
B = 0.75
"""The usual parameters of BM25: how soon repetition stops to count, and how much the length of an article does."""

WEIGHTS = {"title": 3, "standfirst": 2, "body": 1, "byline": 1, "url": 1}
"""How much more a word in a title says than one in the body; the order of magnitude that news search commonly takes."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a plan that adds to the score, and how much it counts."""

    node: Term | Sequence | Expansion | Near
    weight: float = 1.0


def parts(plan: Node) -> list[Part]:
    """The parts of a plan that add to an article's score: all its words, but for those under a NOT."""
    return [Part(node) for node in _words(plan)]


def _words(node: Node) -> Iterator[Term | Sequence | Expansion | Near]:
    match node:
        case And(children=children) | Or(children=children) | AtLeast(children=children):
            for child in children:
                yield from _words(child)
        case Term() | Sequence() | Expansion() | Near():
            yield node
