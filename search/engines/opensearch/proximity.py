"""Which intervals of places are what a phrase or proximity asks for? As OpenSearch's `intervals` query, over words and stems in one.

Lucene's intervals are the smallest ones: of two alternatives of which one holds the other, the longer is forgotten, and with it how near its end
is to what comes next (Clarke, Cormack and Burkowski, An Algebra for Structured Text Search, 1995). So alternatives are only left together where all
are of one length, and every way of lengths is an interval source of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from search.engines.opensearch.schema import LONGEST_TERM, stem_field
from search.plan import Expansion, Sequence, Term, leaves
from search.query.tree import Near, Node, Or

MOST_WORDS = 5_000
"""Words of all patterns of a proximity that are named one by one."""

MOST_WAYS = 200
"""Ways of lengths of a proximity that are asked for one by one."""

MOST_PARTS = 200
"""Words that a proximity names. OpenSearch refuses queries of more than 1,024 parts, and a proximity may stand in three fields."""

Source = dict[str, Any]
Words = Callable[[Expansion, str], list[str]]


class TooMany(Exception):
    """A proximity has too many ways, or stands for too many words, to be asked for so."""


def intervals(node: Sequence | Near, field: str, words: Words) -> Source:
    """The query for a phrase or proximity in one field. `words` gives what a pattern stands for there. Raises TooMany, TooBroad."""
    if _parts(node) > MOST_PARTS:
        raise TooMany
    sources = [source for _, source in _ways(node, field, words)]
    if not sources:
        return {"match_none": {}}
    if len(sources) > 1:
        return {"bool": {"should": [{"intervals": {field: source}} for source in sources], "minimum_should_match": 1}}
    return {"intervals": {field: sources[0]}}


def _parts(node: Node) -> int:
    """How many words a part names."""
    return sum(len(leaf.words) if isinstance(leaf, Sequence) else 1 for leaf in leaves(node))


def _ways(node: Node, field: str, words: Words) -> list[tuple[int, Source]]:
    """The ways in which a part may stand in a field: the number of places it takes, 0 where that differs, and its intervals."""
    match node:
        case Term(word=word, exact=exact):
            return [(1, _word(word, field, exact=exact))]
        case Expansion():
            found = words(node, field)
            if len(found) > MOST_WORDS:
                raise TooMany
            return [(1, _either([_word(word, field, exact=True) for word in found]))] if found else []
        case Sequence(words=parts, exact=exact, slop=slop):
            found_parts = [_word(word, field, exact=exact) for word in parts]
            if slop:
                return [(0, _joined(found_parts, slop - 1, ordered=False))]
            return [(len(parts), _joined(found_parts, 0, ordered=True))]
        case Or(children=children):
            by_length: dict[int, list[Source]] = {}
            for child in children:
                for length, source in _ways(child, field, words):
                    by_length.setdefault(length, []).append(source)
            return [(length, _either(sources)) for length, sources in by_length.items()]
        case Near(left=left, right=right, distance=distance, ordered=ordered):
            if ordered and distance == 1:
                return _chain(node, field, words)
            ways = []
            for one, first in _ways(left, field, words):
                for other, second in _ways(right, field, words):
                    ways += [(0, _joined([first, second], distance - 1, ordered=True))]
                    ways += [] if ordered else [(0, _joined([second, first], distance - 1, ordered=True))]
                    if 0 in (one, other):
                        raise TooMany
            return _few(ways)
    raise TypeError(f"{type(node).__name__} has no places")


def _chain(node: Near, field: str, words: Words) -> list[tuple[int, Source]]:
    """Parts that stand each directly behind the one before."""
    chains: list[tuple[int, list[Source]]] = [(0, [])]
    rest: Node = node
    while True:
        following = rest.right if isinstance(rest, Near) and rest.ordered and rest.distance == 1 else None
        ways = _ways(rest.left if isinstance(rest, Near) and following is not None else rest, field, words)
        if any(length == 0 for length, _ in ways):
            raise TooMany
        chains = [(sum_ + length, [*sources, source]) for sum_, sources in chains for length, source in ways]
        if len(chains) > MOST_WAYS:
            raise TooMany
        if following is None:
            return [(length, _joined(sources, 0, ordered=True)) for length, sources in chains]
        rest = following


def _few(ways: list[tuple[int, Source]]) -> list[tuple[int, Source]]:
    if len(ways) > MOST_WAYS:
        raise TooMany
    return ways


def _word(word: str, field: str, *, exact: bool) -> Source:
    return {"match": {"query": word[:LONGEST_TERM], "use_field": field if exact else stem_field(field)}}


def _either(sources: list[Source]) -> Source:
    return sources[0] if len(sources) == 1 else {"any_of": {"intervals": sources}}


def _apart(source: Source, times: int) -> Source:
    """A part that stands in a proximity again. Lucene takes equal parts behind each other for one that repeats, and what lies between the repetitions
    for none of its gaps where the part has more than a word: a part that is also a word that no article has is another one, and finds the same."""
    return {"any_of": {"intervals": [source, {"match": {"query": f"@{times}"}}]}} if times and "match" not in source else source


def _joined(sources: list[Source], gaps: int, *, ordered: bool) -> Source:
    if len(sources) == 1:
        return sources[0]
    if ordered:
        sources = [_apart(source, sources[:place].count(source)) for place, source in enumerate(sources)]
    return {"all_of": {"intervals": sources, "max_gaps": gaps, "ordered": ordered}}
