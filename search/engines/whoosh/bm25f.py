"""How does Whoosh itself score? Its BM25F with its own constants and statistics, on arrays: the ranking `whoosh-bm25f`.

A word counts in each of its fields apart, by the field's own lengths, which Whoosh keeps in a byte; rarity counts deleted articles as well; a
phrase or a proximity counts as its words where it stands. (`whoosh.scoring.BM25F`, `whoosh.query`)

What a pattern counts depends on how Whoosh happens to run it, in each field and segment: as the sum of its words where there are one or two of
them, or in a large segment less than 1,024; else as 1. (`whoosh.query.terms.MultiTerm`, `whoosh.query.compound.Or`)
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.facets import Mask
from search.engines.whoosh.ranking import Ranking, Scores
from search.plan import AtLeast, Expansion, Sequence, Term
from search.query.tree import And, Near, Node, Or
from search.ranking import Part, parts

B, K1 = 0.75, 1.2
"""The defaults of Whoosh's BM25F."""

_LARGE, _MANY = 5000, 1024
"""Articles of a segment above which Whoosh scores the words of a pattern one by one, and how many words are too many for that."""


class WhooshRanking(Ranking):
    """Whoosh's BM25F."""

    def parts(self, plan: Node) -> list[tuple[Part, Mask | None]]:
        """Words, phrases, patterns; those of a group of which all are asked for only where an article has the whole group."""
        return list(self._parts(plan, None))

    def _parts(self, node: Node, where: Mask | None) -> Iterator[tuple[Part, Mask | None]]:
        match node:
            case And(children=children):
                all_of = self._executor.mask(node)
                inside = all_of if where is None else where & all_of
                for child in children:
                    yield from self._parts(child, inside)
            case Or(children=children) | AtLeast(children=children):
                for child in children:
                    yield from self._parts(child, where)
            case _:
                yield from ((Part(part.node), where) for part in parts(node) if not part.pair)

    def added(self, part: Part) -> tuple[NDArray[np.int32], Scores]:
        """The articles that have a part, ascending, and what it adds to the score of each."""
        scores = np.zeros(self._snapshot.size, dtype=np.float64)
        found = np.zeros(self._snapshot.size, dtype=bool)
        for field, postings in self._executor.occurrences(part.node):
            found[postings.docs] = True
            if isinstance(part.node, Expansion):
                scores[postings.docs] += self._pattern(field, part.node)[postings.docs]
                continue
            for word, exact in _words(part.node):
                docs, values = self._word(field, word, exact=exact)
                there = np.isin(docs, postings.docs, assume_unique=True)
                scores[docs[there]] += values[there]
        docs = np.flatnonzero(found).astype(np.int32)
        return docs, scores[docs]

    def _pattern(self, field: str, node: Expansion) -> Scores:
        """What the words of a pattern in a field add to every article that has one."""
        scores = np.ones(self._snapshot.size, dtype=np.float64)
        words_of: dict[int, list[str]] = {}
        sizes: dict[int, int] = {}
        for word, places in self._executor.fitting(node, field).items():
            for place in places:
                words_of.setdefault(place.first, []).append(word.decode("utf-8"))
                sizes[place.first] = place.segment.size
        for first, words in words_of.items():
            if len(words) > 2 and not (sizes[first] > _LARGE and len(words) < _MANY):
                continue
            end = first + sizes[first]
            scores[first:end] = 0.0
            for text in words:
                docs, values = self._word(field, text, exact=True)
                inside = (docs >= first) & (docs < end)
                scores[docs[inside]] += values[inside]
        return scores

    def _word(self, field: str, word: str, *, exact: bool) -> tuple[NDArray[np.int32], Scores]:
        """The articles with a word in a field, and its score in each."""
        snapshot = self._snapshot
        postings = snapshot.postings(field, word, exact=exact)
        rarity = math.log(snapshot.size / (snapshot.frequency(field, word, exact=exact) + 1)) + 1 if snapshot.size else 0.0
        average = snapshot.total_length(field, exact=exact) / max(1, snapshot.size) or 1.0
        lengths = snapshot.rounded_lengths(field)[postings.docs]
        often = postings.often.astype(np.float64)
        return postings.docs, rarity * (often * (K1 + 1) / (often + K1 * (1 - B + B * lengths / average)))


def _words(node: Node) -> list[tuple[str, bool]]:
    """The words of a part, each with whether it stands for itself or for all words with its stem."""
    match node:
        case Term(word=word, exact=exact):
            return [(word, exact)]
        case Sequence(words=words, exact=exact):
            return [(word, exact) for word in words]
        case Near(left=left, right=right):
            return _words(left) + _words(right)
        case Or(children=children):
            return [word for child in children for word in _words(child)]
    return []
