"""Which articles are like this one? A search for the words that tell it from the others.

The words are chosen by frequency in the article times rarity in the archive (Luhn 1957, Spärck Jones 1972), a word of the title counting more, and
searched as an OR: the ranking of every search then puts the articles first that share most of them.
"""

from __future__ import annotations

import math
from collections import Counter

from search.analysis import stem, words
from search.article import TEXT_FIELDS, Article
from search.engines.base import Count, View
from search.plan import Term
from search.query.tree import Everything, Node, Nothing, Or

WORDS = 25
"""Words that are searched; what more of them add is small, and what they cost is not."""

_CANDIDATES = 100
"""Words of an article whose rarity is looked up, those that are most frequent in it."""

_IN_TITLE = 3


def telling_words(article: Article, view: View) -> list[str]:
    """The stems that tell an article from the others of the archive, most telling first; those that no other article has are no use."""
    often: Counter[str] = Counter(stem(word) for word in words(f"{article.standfirst or ''}\n{article.body}"))
    for word in words(article.title or ""):
        often[stem(word)] += _IN_TITLE
    often = Counter({word: count for word, count in often.items() if len(word) > 1})
    candidates = [word for word, _ in sorted(often.items(), key=lambda item: (-item[1], item[0]))[:_CANDIDATES]]
    (total,) = view.count(Count(Everything()))
    having = view.frequencies("body", candidates, exact=False)
    telling = {w: often[w] * math.log(total / n) for w, n in zip(candidates, having, strict=True) if 1 < n < total}
    return sorted(telling, key=lambda word: (-telling[word], word))[:WORDS]


def like(article: Article, view: View) -> Node:
    """The plan that finds articles like one, the article itself among them."""
    found = tuple(Term(word, False, TEXT_FIELDS) for word in telling_words(article, view))
    return Or(found) if len(found) > 1 else found[0] if found else Nothing()
