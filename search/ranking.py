"""How well does an article fit a query? The formula that every engine ranks by, as far as its library lets it.

    score = Σ words  weight · idf · burst · sat(tf)  +  PAIR · Σ neighbouring words  weight · idf(pair) · sat(tf of the pair)

sat(x) = x'·(K1 + 1) / (x' + K1) with x' = x / (1 - B + B · length / average length), idf = ln(1 + (N - df + 0.5) / (df + 0.5)): BM25. Frequencies and
lengths are sums over title, standfirst and body, weighted by `WEIGHTS` (BM25F in its simple form: Robertson, Zaragoza and Taylor, Simple BM25
Extension to Multiple Weighted Fields, 2004). A word that may stand in any form has as its tf the mean of that of its stem and that of the form typed.
burst = cf / (df + cf), cf being how often a word occurs in all: half for one that never repeats in an article, near 1 for one that articles dwell on
(Paik, A Novel TF-IDF Weighting Scheme for Effective Ranking, 2013). Function words count little. A pair are two words that stand beside each other
in the query and, in this order, at most `WITHIN` words apart in an article. A phrase, a proximity and a pattern count as one word.

`python -m benchmarks.ranking` shows what each of these gives; the constants lie in flat regions of the collections that they were measured on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search import plan as planned
from search.analysis import stem
from search.article import TEXT_FIELDS
from search.plan import AtLeast, Expansion, Term
from search.query.tree import And, Near, Node, Or

K1 = 1.2
B = 0.75
"""The usual parameters of BM25: how soon repetition stops to count, and how much the length of an article does."""

WEIGHTS = {"title": 3, "standfirst": 2, "body": 1, "byline": 1, "url": 1}
"""How much more a word in a title says than one in the body; the order of magnitude that news search commonly takes."""

FUNCTION = 0.2
"""What a function word counts of what another word does, and a pair with one of a pair without. Two of them are no pair."""

TYPED = 0.5
"""The share of the form that was typed in a word's frequency; the rest is that of all forms with its stem."""

PAIR = 0.2
WITHIN = 3
"""What a pair counts of what a word does, and how far apart in an article its two words may stand."""

_FUNCTION_WORDS = """
    a about above after again against all am an and any are arent as at be because been before being below between both but by can cannot cant could
    couldnt did didnt do does doesnt doing dont down during each few for from further had hadnt has hasnt have havent having he her here hers herself
    him himself his how i if in into is isnt it its itself ive just me more most must my myself no nor not of off on once only or other ought our ours
    ourselves out over own same she should shouldnt so some such than that the their theirs them themselves then there these they this those through
    to too under until up very was wasnt we were werent what when where which while who whom why will with wont would wouldnt you your yours yourself
"""
FUNCTION_STEMS = frozenset(map(stem, _FUNCTION_WORDS.split()))
"""English words that say how others belong together and nothing of what a text is about; few of them name anything in another language."""

Words = Term | planned.Sequence | Expansion | Near


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a plan that adds to the score, and how much it counts. `pair` says that it is two neighbours in the query, not a part of its own."""

    node: Words
    weight: float = 1.0
    pair: bool = False


def burst(occurrences: float, articles: int) -> float:
    """How much a word is one that articles dwell on, from how often it occurs in all and in how many articles it does."""
    return occurrences / (articles + occurrences) if articles else 1.0


def parts(plan: Node) -> list[Part]:
    """The parts of a plan that add to an article's score: all its words but for those under a NOT, then the pairs of neighbours."""
    return [*_words(plan), *dict.fromkeys(_pairs(plan))]


def _words(node: Node) -> Iterator[Part]:
    match node:
        case And(children=children) | Or(children=children) | AtLeast(children=children):
            for child in children:
                yield from _words(child)
        case Term() | planned.Sequence() | Expansion() | Near():
            yield Part(node, FUNCTION if isinstance(node, Term) and _is_function(node) else 1.0)


def _pairs(node: Node) -> Iterator[Part]:
    match node:
        case And(children=children) | Or(children=children) | AtLeast(children=children):
            yield from _neighbours(children)
            for child in children:
                yield from _pairs(child)


def _neighbours(children: Sequence[Node]) -> Iterator[Part]:
    for one, other in pairwise(children):
        if not (isinstance(one, Term) and isinstance(other, Term)) or one.word == other.word:
            continue
        plain = not (one.exact or other.exact) and one.fields == other.fields == TEXT_FIELDS
        functions = _is_function(one) + _is_function(other)
        if plain and functions < 2:
            yield Part(Near(one, other, WITHIN, ordered=True), PAIR * (FUNCTION if functions else 1.0), pair=True)


def _is_function(term: Term) -> bool:
    return not term.exact and term.word in FUNCTION_STEMS
