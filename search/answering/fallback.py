"""What is shown where no article has all the words? Those with most of them.

Only plain words give way: words in any form, prefixes, wildcards, fuzzy words and groups of these. What was asked for literally (quotes, `=`), by
proximity, by field value or date, or with NOT, is kept.
"""

from __future__ import annotations

from search.answering.facets import all_of
from search.engines.base import Count, View
from search.plan import AtLeast, Expansion, Sequence, Term
from search.query.tree import And, Node, Or
from search.results import MostWords


def gives_way(node: Node) -> bool:
    """Whether a part of a plan may be missing from an article with most of the words."""
    match node:
        case Term(exact=exact) | Sequence(exact=exact):
            return not exact
        case Or(children=children):
            return all(map(gives_way, children))
        case _:
            return isinstance(node, Expansion)


def first_asked(plan: Node) -> list[Count]:
    """What `most_words` asks first, if anything."""
    return [Count(plan)] if isinstance(plan, And) else []


def most_words(plan: Node, view: View) -> tuple[Node, MostWords] | None:
    """The plan that asks for as many of a plan's words as any article has, and how many these are.

    None where some article has all of them, where none has even one, and where the plan is no list of two or more words.
    An article with k of the words has k - 1 as well, so the number is found by halving.
    """
    if not isinstance(plan, And):
        return None
    plain = list(dict.fromkeys(child for child in plan.children if gives_way(child)))  # one stem is one word, however often it is typed
    kept = [child for child in plan.children if not gives_way(child)]
    if len(plain) < 2 or view.count(Count(plan))[0]:
        return None

    def asking(least: int) -> Node:
        return all_of((*kept, AtLeast(tuple(plain), least)))

    low, high = 0, len(plain)
    while high - low > 1:
        middle = (low + high) // 2
        if view.count(Count(asking(middle)))[0]:
            low = middle
        else:
            high = middle
    return (asking(low), MostWords(low, len(plain))) if low else None
