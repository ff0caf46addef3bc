"""What is added to a score by the parts of a plan? `search.ranking` as far as Lucene's own BM25 goes.

Its K1 and B are ours, and its frequencies are those of all shards. It rounds lengths to a byte, counts deleted articles in a word's rarity until
their segment is merged, and knows no burst. The mean of a word's frequencies as typed and by its stem is taken of their scores. A phrase, a proximity
and a pattern of few words are scored by their words; any other pattern adds a constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from search.analysis import stem
from search.article import TEXT_FIELDS
from search.engines.opensearch.schema import LONGEST_TERM, RANKED, RANKED_STEMS, stem_field
from search.plan import Expansion, Sequence, Term, fields_of, leaves
from search.query.tree import Node
from search.ranking import TYPED, WITHIN, Part, parts

Query = dict[str, Any]

MOST_WORDS = 50
"""Words of a pattern that are scored one by one: the best of them counts."""

MOST_CLAUSES = 700
"""Words of all patterns of a query that are: OpenSearch refuses queries of more than 1,024 parts."""


class Ranking:
    """Makes the scoring queries for one state of an archive.

    `expanded` gives the words that a pattern stands for in a field, or None where they are more than a limit.
    """

    def __init__(self, expanded: Callable[[Expansion, str, int], list[str] | None]) -> None:
        self._expanded = expanded

    def queries(self, plan: Node) -> list[tuple[Part, Query]]:
        """Each scored part of a plan with the query that gives what it adds."""
        found = parts(plan)
        patterns = sum(isinstance(part.node, Expansion) for part in found)
        most = min(MOST_WORDS, MOST_CLAUSES // max(1, patterns * len(TEXT_FIELDS)))
        return [(part, _boosted(self._pair(part.node) if part.pair else self._query(part.node, most), part.weight)) for part in found]

    def _query(self, node: Node, most: int) -> Query:
        match node:
            case Expansion():
                return self._pattern(node, most)
            case Term(word=word, exact=exact, form=form):
                if exact or not form:
                    return _word(word, node, exact=exact)
                return _sum([_boosted(_word(word, node, exact=False), 1 - TYPED), _boosted(_word(form, node, exact=True), TYPED)])
            case _:
                return _sum([_word(word, node, exact=False) for word in dict.fromkeys(_stems(node))])

    def _pattern(self, node: Expansion, most: int) -> Query:
        words = [self._expanded(node, field, most) for field in node.fields]
        found = sorted({word for some in words for word in some or ()})
        if None in words or not 0 < len(found) <= most:
            return {"constant_score": {"filter": {"match_all": {}}, "boost": 1.0}}
        return _best([_word(word, node, exact=True) for word in found])

    def _pair(self, node: Node) -> Query:
        """Two words in their order, with at most so many places between them."""
        one, other = _stems(node)
        return _best(
            [
                {"span_near": {"clauses": [{"span_term": {field: one}}, {"span_term": {field: other}}], "slop": WITHIN - 1, "in_order": True}}
                for field in map(stem_field, ("title", "body"))
            ]
        )


def _word(word: str, node: Node, *, exact: bool) -> Query:
    word = word[:LONGEST_TERM]
    if fields_of(node) == TEXT_FIELDS:
        return {"term": {RANKED if exact else RANKED_STEMS: word}}
    return _best([{"term": {field if exact else stem_field(field): word}} for field in fields_of(node)])


def _boosted(query: Query, weight: float) -> Query:
    return query if weight == 1 else {"bool": {"must": [query], "boost": weight}}


def _sum(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries}}


def _best(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": queries}}


def _stems(node: Node) -> Iterator[str]:
    for leaf in leaves(node):
        if not isinstance(leaf, Expansion):
            for word in leaf.words if isinstance(leaf, Sequence) else (leaf.word,):
                yield stem(word) if leaf.exact else word
