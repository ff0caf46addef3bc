"""What is added to a score by the parts of a plan? `search.ranking` as far as Tantivy's own BM25 goes.

Its K1 and B are ours. It rounds lengths to a byte, counts deleted articles in a word's rarity until their segment is merged, and knows no burst. The
mean of a word's frequencies as typed and by its stem is taken of their scores. A phrase, a proximity and a pattern of at most `MOST_WORDS` words are
scored by their words; any other pattern adds a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import tantivy

from search.analysis import stem
from search.article import TEXT_FIELDS
from search.engines.tantivy.schema import RANKED, RANKED_STEMS, stem_field
from search.plan import Expansion, Sequence, Term, fields_of, leaves
from search.query.tree import Node
from search.ranking import TYPED, WITHIN, Part, parts

Query = tantivy.Query
SHOULD = tantivy.Occur.Should

MOST_WORDS = 50
"""Words of a pattern that are scored one by one: the best of them counts."""


class Ranking:
    """Makes the scoring queries for one state of an index.

    `expanded` gives the words that a pattern stands for in a field, or None where they are more than a limit.
    """

    def __init__(self, schema: tantivy.Schema, expanded: Callable[[Expansion, str, int], list[str] | None]) -> None:
        self._schema = schema
        self._expanded = expanded

    def queries(self, plan: Node) -> list[tuple[Part, tantivy.Query]]:
        """Each scored part of a plan with the query that gives what it adds."""
        return [(part, Query.boost_query(self._pair(part.node) if part.pair else self._query(part.node), part.weight)) for part in parts(plan)]

    def _query(self, node: Node) -> tantivy.Query:
        match node:
            case Expansion():
                return self._pattern(node)
            case Term(word=word, exact=exact, form=form):
                if exact:
                    return self._word(word, node, exact=True)
                if not form:
                    return self._word(word, node, exact=False)
                halves = ((word, False, 1 - TYPED), (form, True, TYPED))
                return self._sum([Query.boost_query(self._word(w, node, exact=e), share) for w, e, share in halves])
            case _:
                return self._sum([self._word(word, node, exact=False) for word in dict.fromkeys(_stems(node))])

    def _pattern(self, node: Expansion) -> tantivy.Query:
        words = [self._expanded(node, field, MOST_WORDS) for field in node.fields]
        found = sorted({word for some in words for word in some or ()})
        if None in words or not 0 < len(found) <= MOST_WORDS:
            return Query.const_score_query(Query.all_query(), 1.0)
        return Query.disjunction_max_query([self._word(word, node, exact=True) for word in found])

    def _pair(self, node: Node) -> tantivy.Query:
        """Two words in their order, at each of the distances that count."""
        one, other = _stems(node)
        return Query.disjunction_max_query(
            [
                Query.phrase_query(self._schema, stem_field(field), [(0, one), (distance, other)])
                for field in ("title", "body")
                for distance in range(1, WITHIN + 1)
            ]
        )

    def _word(self, word: str, node: Node, *, exact: bool) -> tantivy.Query:
        if fields_of(node) == TEXT_FIELDS:
            return Query.term_query(self._schema, RANKED if exact else RANKED_STEMS, word, "freq")
        fields = [field if exact else stem_field(field) for field in fields_of(node)]
        return Query.disjunction_max_query([Query.term_query(self._schema, field, word, "freq") for field in fields])

    @staticmethod
    def _sum(queries: list[tantivy.Query]) -> tantivy.Query:
        return Query.boolean_query([(SHOULD, query) for query in queries])


def _stems(node: Node) -> Iterator[str]:
    for leaf in leaves(node):
        if not isinstance(leaf, Expansion):
            for word in leaf.words if isinstance(leaf, Sequence) else (leaf.word,):
                yield stem(word) if leaf.exact else word
