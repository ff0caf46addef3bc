"""Which values of a field are there, or begin in some way, in their order?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from search.engines.opensearch.moment import Moment

Query = dict[str, Any]
Pairs = list[tuple[str, int]]
Having = Callable[[str], Query]
"""Gives, for a beginning, a query for the articles that have such a value, so that few need be looked at."""

LONGEST_BEGINNING = 200
"""Letters of a beginning that the cluster is asked for: Lucene refuses expressions of more than 1,000 bytes. The rest is looked at here."""

_EXPRESSION = 3_000
"""Letters of the beginnings that are asked for in one search."""

_MOST = 60_000
"""Values of one answer; OpenSearch refuses more than 65,535."""

_PAGE = 10_000
"""Values of one answer where all are gone through."""


def each(moment: Moment, field: str, where: Query, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Every value of a field that begins so, of the articles that a query finds, each with its articles."""
    if prefix:
        (exact,) = moment.ask([{
            "query": moment.visible({"bool": {"filter": [where]}}), "size": 0,
            "aggs": {"a": {"terms": {"field": field, "include": [prefix]}}},
        }])  # fmt: skip
        yield from _pairs(exact)
    after: Query | None = {"v": prefix} if prefix else None
    while True:
        composite: Query = {"size": _PAGE, "sources": [{"v": {"terms": {"field": field}}}]}
        if after is not None:
            composite["after"] = after
        (answer,) = moment.ask([{"query": moment.visible(where), "size": 0, "aggs": {"a": {"composite": composite}}}])
        found = answer["aggregations"]["a"]["buckets"]
        for bucket in found:
            value = bucket["key"]["v"]
            if not value.startswith(prefix):
                return
            yield value, bucket["doc_count"]
        if len(found) < _PAGE:
            return
        after = found[-1]["key"]


def beginning(moment: Moment, fields: Mapping[str, Having], prefixes: Sequence[str], shape: str = ".*") -> list[list[Pairs]]:
    """For each field, and there for each prefix, the values that begin so, each with its articles.

    `shape` is a regular expression of what may follow a prefix.
    """
    begin = {prefix: prefix[:LONGEST_BEGINNING] for prefix in prefixes}
    portions = list(_portions(list(dict.fromkeys(begin.values()))))
    asked = [(field, having, some) for field, having in fields.items() for some in portions]
    found: dict[tuple[str, str], Pairs] = {}
    answers = moment.ask(_search(moment, field, having, some, shape=shape) for field, having, some in asked)
    for (field, having, some), answer in zip(asked, answers, strict=True):
        if _is_whole(answer):
            pairs = _pairs(answer)
            found |= {(field, prefix): [pair for pair in pairs if pair[0].startswith(prefix)] for prefix in some}
        else:
            found |= {(field, prefix): list(each(moment, field, having(prefix), prefix)) for prefix in some}
    return [[[pair for pair in found[field, begin[prefix]] if pair[0].startswith(prefix)] for prefix in prefixes] for field in fields]


def few_beginning(moment: Moment, fields: Mapping[str, Having], prefix: str, most: int) -> list[Pairs | None]:
    """For each field the values that begin so, each with its articles; None where they are more than `most`."""
    answers = moment.ask(_search(moment, field, having, [prefix], size=most + 1) for field, having in fields.items())
    found = [_pairs(answer) if _is_whole(answer) else None for answer in answers]
    return [None if pairs is None or len(pairs) > most else pairs for pairs in found]


def _search(moment: Moment, field: str, having: Having, prefixes: Sequence[str], *, shape: str = ".*", size: int = _MOST) -> Query:
    expression = "|".join(map(_literal, prefixes))
    terms = {"field": field, "size": size, "shard_size": size, "order": {"_key": "asc"}, "include": f"({expression}){shape}"}
    where = {"bool": {"should": list(map(having, prefixes)), "minimum_should_match": 1}} if len(prefixes) > 1 else having(prefixes[0])
    return {"query": moment.visible(where), "size": 0, "aggs": {"a": {"terms": terms}}}


def _is_whole(answer: Query) -> bool:
    return not answer["aggregations"]["a"]["sum_other_doc_count"]


def _pairs(answer: Query) -> Pairs:
    return [(bucket["key"], bucket["doc_count"]) for bucket in answer["aggregations"]["a"]["buckets"]]


def _portions(prefixes: Sequence[str]) -> Iterator[list[str]]:
    """Beginnings in lists that one search can hold."""
    some: list[str] = []
    for prefix in prefixes:
        if some and sum(map(len, some)) + len(prefix) > _EXPRESSION:
            yield some
            some = []
        some.append(prefix)
    if some:
        yield some


def _literal(text: str) -> str:
    """A text as a regular expression of Lucene's for just that text."""
    return "".join(c if c.isalnum() or c in " -_" else f"\\{c}" for c in text)
