"""How many articles has each value, exactly, although the articles lie on many shards?

Each shard names its most frequent values, and what is most frequent in all need not be among them. So the first answer gives candidates, and a bound:
no value that was not named can have more articles than the last ones named have together. The candidates are then counted on every shard, and where
the last one wanted has more than the bound, the answer is proved. Otherwise more candidates are asked for, and at the end all values there are.
(Fagin, Lotem and Naor, Optimal Aggregation Algorithms for Middleware, 2003, prove their answers by such a threshold.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from search.engines.base import ValueCounts, Values
from search.engines.opensearch.moment import Moment
from search.engines.opensearch.schema import LOOKUP

Query = dict[str, Any]
Bucket = dict[str, Any]

FIRST = 50
"""Candidates that each shard is asked for at first, and at least four times as many as are wanted."""

MANY = 10_000
"""Values of which it is still told how many there are beyond those wanted; with more it is said that there are at least so many."""

_BUCKETS = 60_000
"""Values of one answer; OpenSearch refuses more than 65,535."""

_PAGE = 10_000
"""Values of one answer where all are gone through in their order."""


@dataclass(slots=True)
class _Asked:
    """A question, and what is known of its answer."""

    question: Values
    where: Query
    size: int
    candidates: list[Bucket]
    bound: int = 0
    answer: ValueCounts | None = None


class Counting:
    """Counts values at a moment."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def values(self, questions: Sequence[tuple[Values, Query]]) -> list[ValueCounts]:
        """The values that each question asks for, of the articles that a query finds which is beside it."""
        asked = [_Asked(question, where, _first_size(question), []) for question, where in questions]
        rest = asked
        while rest:
            self._named(rest)
            cut = [one for one in rest if one.answer is None]
            self._recounted([one for one in cut if one.question.limit is not None])
            for one in cut:
                if one.answer is None:
                    one.size *= 8
                    if one.size > _BUCKETS // 3 or one.question.limit is None:
                        one.answer = self._all(one.question, one.where)
            rest = [one for one in cut if one.answer is None]
        return [one.answer for one in asked if one.answer is not None]

    def _named(self, asked: Sequence[_Asked]) -> None:
        """Let each shard name its most frequent values; where that was all there are, they are the answer."""
        shards = max(1, self._moment.shards)
        bodies = _Bodies()
        for one in asked:
            terms = {"field": one.question.field, "size": min(_BUCKETS, one.size * shards), "shard_size": one.size, **_restricted(one.question)}
            bodies.add(one.where, {"terms": terms})
        for one, found in zip(asked, bodies.answers(self._moment), strict=True):
            one.candidates, one.bound = found["buckets"], found["doc_count_error_upper_bound"]
            if not found["sum_other_doc_count"]:
                one.answer = _cut(_pairs(found["buckets"]), one.question)

    def _recounted(self, asked: Sequence[_Asked]) -> None:
        """Count the candidates on every shard; where that proves them the most frequent, they are the answer."""
        bodies = _Bodies()
        for one in asked:
            values = [bucket["key"] for bucket in one.candidates]
            bodies.add(one.where, {"terms": {"field": one.question.field, "size": len(values), "shard_size": len(values), "include": values}})
            many = {"field": one.question.field, "size": MANY, "shard_size": MANY, **_restricted(one.question)}
            bodies.add(one.where, {"terms": many}, counted=True)
        answers = iter(bodies.answers(self._moment))
        for one in asked:
            exact, all_of_them = next(answers), next(answers)
            pairs = _pairs(exact["buckets"])
            best = pairs[: one.question.limit]
            if len(best) == one.question.limit and (not best or best[-1][1] > one.bound):
                whole = not all_of_them["sum_other_doc_count"]
                one.answer = ValueCounts(tuple(best), int(all_of_them["number"]) if whole else MANY, exact=whole)

    def _all(self, question: Values, where: Query) -> ValueCounts:
        """The same, from all values there are."""
        left_out, wanted = frozenset(question.without), None if question.only is None else frozenset(question.only)
        pairs = [
            (value, number) for value, number in self.each(question.field, where) if value not in left_out and (wanted is None or value in wanted)
        ]
        pairs.sort(key=lambda pair: (-pair[1], pair[0]))
        return _cut(pairs, question)

    def each(self, field: str, where: Query, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Every value of a field that begins so, with its articles, in the values' order."""
        if prefix:
            (exact,) = self._moment.ask([{
                "query": self._moment.visible({"bool": {"filter": [where]}}), "size": 0,
                "aggs": {"a": {"terms": {"field": field, "include": [prefix]}}},
            }])  # fmt: skip
            yield from _pairs(exact["aggregations"]["a"]["buckets"])
        after: Query | None = {"v": prefix} if prefix else None
        while True:
            composite: Query = {"size": _PAGE, "sources": [{"v": {"terms": {"field": field}}}]}
            if after is not None:
                composite["after"] = after
            (answer,) = self._moment.ask([{"query": self._moment.visible(where), "size": 0, "aggs": {"a": {"composite": composite}}}])
            found = answer["aggregations"]["a"]["buckets"]
            for bucket in found:
                value = bucket["key"]["v"]
                if not value.startswith(prefix):
                    return
                yield value, bucket["doc_count"]
            if len(found) < _PAGE:
                return
            after = found[-1]["key"]

    def beginning(self, field: str, prefixes: Sequence[str], having: Callable[[str], Query], shape: str = ".*") -> list[list[tuple[str, int]]]:
        """For each prefix the values of a field that begin so, with their articles, in their order.

        `having` gives a query for the articles that have such a value, so that few need be looked at; `shape` is a regular expression of what may
        follow a prefix.
        """
        begin = {prefix: prefix[:LONGEST_BEGINNING] for prefix in prefixes}
        portions = list(_portions(list(dict.fromkeys(begin.values()))))
        bodies: list[Query] = []
        for some in portions:
            expression = "|".join(_literal(prefix) for prefix in some)
            terms = {"field": field, "size": _BUCKETS, "shard_size": _BUCKETS, "order": {"_key": "asc"}, "include": f"({expression}){shape}"}
            bodies.append({"query": self._moment.visible(_having(some, having)), "size": 0, "aggs": {"a": {"terms": terms}}})
        found: dict[str, list[tuple[str, int]]] = {}
        for some, answer in zip(portions, self._moment.ask(bodies), strict=True):
            buckets = answer["aggregations"]["a"]
            if buckets["sum_other_doc_count"]:
                found |= {prefix: list(self.each(field, having(prefix), prefix)) for prefix in some}
                continue
            pairs = _pairs(buckets["buckets"])
            found |= {prefix: [pair for pair in pairs if pair[0].startswith(prefix)] for prefix in some}
        return [[pair for pair in found[begin[prefix]] if pair[0].startswith(prefix)] for prefix in prefixes]


LONGEST_BEGINNING = 200
"""Letters of a beginning that the cluster is asked for: Lucene refuses expressions of more than 1,000 bytes. The rest is looked at here."""

_EXPRESSION = 3_000
"""Letters of the beginnings that are asked for in one search."""


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


def _having(prefixes: Sequence[str], having: Callable[[str], Query]) -> Query:
    if len(prefixes) == 1:
        return having(prefixes[0])
    return {"bool": {"should": [having(prefix) for prefix in prefixes], "minimum_should_match": 1}}


class _Bodies:
    """Searches that count values: those on the same articles in one."""

    def __init__(self) -> None:
        self._by_where: dict[int, tuple[Query, dict[str, Query]]] = {}
        self._places: list[tuple[int, str]] = []

    def add(self, where: Query, aggregation: Query, *, counted: bool = False) -> None:
        """Count values of the articles that a query finds. `counted`: only how many there are is wanted."""
        body, aggregations = self._by_where.setdefault(id(where), (where, {}))
        name = f"{'all' if counted else 'a'}{len(aggregations)}"
        aggregations[name] = aggregation
        if counted:
            aggregations[f"n{name}"] = {"stats_bucket": {"buckets_path": f"{name}>_count"}}
        self._places.append((id(body), name))

    def answers(self, moment: Moment) -> list[Query]:
        """What each was answered, in the order in which they were added."""
        bodies = [{"query": moment.visible(where), "size": 0, "aggs": aggregations} for where, aggregations in self._by_where.values()]
        found = moment.ask(bodies, filter_path="-responses.aggregations.all*.buckets")
        by_where = {key: answer.get("aggregations", {}) for key, answer in zip(self._by_where, found, strict=True)}
        answers = []
        for key, name in self._places:
            answer = by_where[key][name]
            if name.startswith("all"):
                answer["number"] = by_where[key][f"n{name}"]["count"]
            answers.append(answer)
        return answers


def lookup_prefix(prefix: str) -> Query:
    """The articles with a term of the lookup that begins so."""
    return {"prefix": {LOOKUP: prefix}}


def _first_size(question: Values) -> int:
    if question.only is not None:
        return max(1, len(question.only))
    return _PAGE if question.limit is None else max(FIRST, 4 * question.limit)


def _restricted(question: Values) -> Query:
    """Which values are counted at all."""
    if question.only is not None:
        left_out = frozenset(question.without)
        return {"include": [value for value in question.only if value not in left_out] or [""]}
    return {"exclude": list(question.without)} if question.without else {}


def _pairs(buckets: list[Bucket]) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in buckets]


def _cut(pairs: list[tuple[str, int]], question: Values) -> ValueCounts:
    return ValueCounts(tuple(pairs[: question.limit]), len(pairs))


def _literal(text: str) -> str:
    """A text as a regular expression of Lucene's for just that text."""
    return "".join(c if c.isalnum() or c in " -_" else f"\\{c}" for c in text)
