"""How many articles has each value, exactly, although the articles lie on many shards?

Each shard names its most frequent values, and what is most frequent in all need not be among them. But of each value named it is known how many
articles it may lack, on shards that have not named it; and how many a value can have at most that none has named. Mostly that proves the answer.
Where it does not, those that may be among the most frequent are counted on every shard; where that is no proof either, more values are asked for, and
at the end all there are. (Fagin, Lotem and Naor, Optimal Aggregation Algorithms for Middleware, 2003, prove their answers by such a threshold.)
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from search.engines.base import ValueCounts, Values
from search.engines.opensearch.listing import each
from search.engines.opensearch.moment import Moment

Query = dict[str, Any]
Bucket = dict[str, Any]

FIRST = 1_000
"""Values that each shard is asked for at first. Of 100 ordinary searches of 20,000 articles that count all facets, eight have to ask again then; with
100 values 19. What a shard names costs little beside what it has to count anyway."""

SHOWN = 100
"""Values of those that come back at first."""

TIMES = 4
"""Both are at least so many times as many as are wanted."""

MANY = 1_000
"""Values of which it is still told how many there are beyond those wanted; with more it is said that there are at least so many. A list of them that
is asked for by itself is whole. With 10,000, putting together what the shards name would take half of all the cluster's time for a search."""

_BUCKETS = 60_000
"""Values of one answer; OpenSearch refuses more than 65,535."""

_ALL = 30_000
"""Values that are asked for at once where all are wanted; what has more is gone through in portions."""

_ONE_BY_ONE = {"terminate_after": (1 << 31) - 1}
"""Of each shard, one segment after the other is counted. OpenSearch may count several at once (from version 3 it does), and a shard then tells the
most that a value it has not named can have by each part's own list, but not by what it has cut off as it put these together. Who asks to end after
so many articles, which no shard has, is never given that (`DefaultSearchContext.evaluateRequestShouldUseConcurrentSearch`)."""

LEFT_OUT = "-responses.aggregations.number*.buckets"
"""What need not be sent of answers: values that are only counted."""


@dataclass(slots=True)
class _Asked:
    """A question, and what is known of its answer. A value that is not among the `named` has at most `bound` articles."""

    question: Values
    where: Query
    size: int
    shown: int
    named: list[Bucket] = field(default_factory=list)
    bound: int = 0
    distinct: tuple[int, bool] | None = None
    """How many values there are, and whether that is all of them."""
    answer: ValueCounts | None = None

    def prove(self, buckets: list[Bucket]) -> None:
        """Take counts, in their order, for the answer if they prove it."""
        limit = self.question.limit or 0
        best, others = buckets[:limit], buckets[limit:]
        if self.distinct is None or len(best) < limit:
            return
        if best and (self.bound >= best[-1]["doc_count"] or any(map(_lacking, best)) or any(_may_reach(other, best[-1]) for other in others)):
            return
        number, whole = self.distinct
        self.answer = ValueCounts(tuple(_pairs(best)), number, exact=whole)

    @property
    def may_be_proved(self) -> bool:
        """Whether exact counts of the values named could prove the answer: not if even then one that is not named could have as many articles."""
        limit = self.question.limit
        most = sorted((bucket["doc_count"] + _lacking(bucket) for bucket in self.named), reverse=True)[:limit]
        return limit is not None and (not most or most[-1] > self.bound)

    @property
    def candidates(self) -> list[str]:
        """The values named that may be among those wanted."""
        wanted = self.named[: self.question.limit]
        return [bucket["key"] for place, bucket in enumerate(self.named) if place < len(wanted) or (wanted and _may_reach(bucket, wanted[-1]))]


class _Begun(threading.local):
    """Questions of which a thread knows the first round, and which it has not asked yet."""

    def __init__(self) -> None:
        self.questions: dict[Values, _Asked] = {}


class Counting:
    """Counts values at a moment."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._begun = _Begun()

    def begin(self, questions: Sequence[tuple[Values, Query]]) -> Round:
        """The first round of questions that this thread will ask next, for one who asks other things in the same request."""
        asked = [self._asked(question, where) for question, where in questions]
        self._begun.questions = {one.question: one for one in asked}
        return Round(asked, self._moment)

    def _asked(self, question: Values, where: Query) -> _Asked:
        """A question, with how many values are asked for at first."""
        if question.only is not None:
            return _Asked(question, where, max(1, len(question.only)), max(1, len(question.only)))
        if question.limit is None:
            return _Asked(question, where, _ALL, _ALL)
        return _Asked(question, where, max(FIRST, TIMES * question.limit), max(SHOWN, TIMES * question.limit))

    def values(self, questions: Sequence[tuple[Values, Query]]) -> list[ValueCounts]:
        """The values that each question asks for, of the articles that a query finds which is beside it."""
        begun = self._begun.questions
        asked = [begun.pop(question) if question in begun else self._asked(question, where) for question, where in questions]
        rest = [one for one in asked if not one.named and one.answer is None]
        while True:
            self._name(rest)
            rest = [one for one in asked if one.answer is None]
            self._recount([one for one in rest if one.may_be_proved])
            for one in rest:
                if one.answer is None:
                    one.size *= 8
                    one.shown = one.size
                    if one.size > _BUCKETS // 3 or one.question.limit is None:
                        one.answer = self._all(one.question, one.where)
            rest = [one for one in rest if one.answer is None]
            if not rest:
                return [one.answer for one in asked if one.answer is not None]

    def _name(self, asked: Sequence[_Asked]) -> None:
        """Let each shard name its most frequent values."""
        if asked:
            round_ = Round(asked, self._moment)
            round_.take(self._moment.ask(round_.searches, filter_path=LEFT_OUT))

    def _recount(self, asked: Sequence[_Asked]) -> None:
        """Count candidates on every shard."""
        bodies = _Bodies()
        for one in asked:
            values = one.candidates
            bodies.add(one.where, {"terms": {"field": one.question.field, "size": len(values), "shard_size": len(values), "include": values}})
        for one, found in zip(asked, bodies.read(self._moment.ask(bodies.searches(self._moment))), strict=True):
            one.prove(found["buckets"])

    def _all(self, question: Values, where: Query) -> ValueCounts:
        """The same, from all values there are."""
        left_out, wanted = frozenset(question.without), None if question.only is None else frozenset(question.only)
        pairs = [
            (value, number)
            for value, number in each(self._moment, question.field, where)
            if value not in left_out and (wanted is None or value in wanted)
        ]
        pairs.sort(key=lambda pair: (-pair[1], pair[0]))
        return _cut(pairs, question)


class Round:
    """The searches in which shards name their most frequent values, and what their answers prove. Other counts of the same articles go with them."""

    def __init__(self, asked: Sequence[_Asked], moment: Moment) -> None:
        self._asked = asked
        self._moment = moment
        self._named = _Bodies()
        for one in asked:
            restricted = _restricted(one.question)
            terms = {"field": one.question.field, "size": min(_BUCKETS, one.shown), "shard_size": one.size, **restricted}
            if one.question.limit is not None:
                terms["show_term_doc_count_error"] = True
            self._named.add(one.where, {"terms": terms})
        self._numbered = [one for one in asked if one.question.limit is not None and one.question.only is None and one.distinct is None]
        for one in self._numbered:
            terms = {"field": one.question.field, "size": MANY, "shard_size": MANY, **_restricted(one.question)}
            self._named.add(one.where, {"terms": terms}, number=True)

    def count(self, where: Query, condition: Query) -> bool:
        """Count also how many of the articles fulfil a condition that a query finds; only if their values are counted anyway."""
        known = self._named.has(where)
        if known:
            self._named.add(where, {"filter": condition})
        return known

    @property
    def searches(self) -> list[Query]:
        """What is to be asked."""
        return self._named.searches(self._moment)

    def take(self, answers: Sequence[Query]) -> list[int]:
        """Take the answers to the searches; those to what was counted besides."""
        found = iter(self._named.read(answers))
        for one in self._asked:
            values = next(found)
            one.named, one.bound = values["buckets"], values["doc_count_error_upper_bound"]
            if one.bound and len(one.named) == min(_BUCKETS, one.shown):
                # Some were named that are left out here: each has at most as many as the last, beside what it may lack.
                one.bound += one.named[-1]["doc_count"]
            if not values["sum_other_doc_count"]:
                one.answer = _cut(_pairs(values["buckets"]), one.question)
        for one in self._numbered:
            values = next(found)
            more = values["sum_other_doc_count"]
            one.distinct = (max(MANY + 1, len(one.named)), False) if more else (int(values["number"]), True)
        for one in self._asked:
            if one.answer is None:
                one.prove(one.named)
        return [int(counted["doc_count"]) for counted in found]


@dataclass(slots=True)
class _Search:
    """What is counted of the articles that a query finds, and how many values that may be."""

    where: Query
    aggregations: dict[str, Query] = field(default_factory=dict)
    values: int = 0


class _Bodies:
    """Searches that count values: those on the same articles in one, as far as one may have so many values."""

    def __init__(self) -> None:
        self._searches: list[_Search] = []
        self._last: dict[int, int] = {}
        self._places: list[tuple[int, str]] = []

    def has(self, where: Query) -> bool:
        """Whether something is counted of the articles that a query finds."""
        return id(where) in self._last

    def add(self, where: Query, aggregation: Query, *, number: bool = False) -> None:
        """Count values of the articles that a query finds. `number`: only how many values there are is wanted."""
        values = max(aggregation["terms"]["size"], aggregation["terms"]["shard_size"]) if "terms" in aggregation else 1
        place = self._last.get(id(where))
        if place is None or self._searches[place].values + values > _BUCKETS:
            place = self._last[id(where)] = len(self._searches)
            self._searches.append(_Search(where))
        search = self._searches[place]
        search.values += values
        name = f"{'number' if number else 'a'}{len(search.aggregations)}"
        search.aggregations[name] = aggregation
        if number:
            search.aggregations[f"n{name}"] = {"stats_bucket": {"buckets_path": f"{name}>_count"}}
        self._places.append((place, name))

    def searches(self, moment: Moment) -> list[Query]:
        """What is to be asked."""
        return [{"query": moment.visible(one.where), "size": 0, "aggs": one.aggregations, **_ONE_BY_ONE} for one in self._searches]

    def read(self, found: Sequence[Query]) -> list[Query]:
        """What each was answered, in the order in which they were added."""
        aggregations = [answer.get("aggregations", {}) for answer in found]
        answers = []
        for place, name in self._places:
            answer = aggregations[place][name]
            if name.startswith("number"):
                answer["number"] = aggregations[place][f"n{name}"]["count"]
            answers.append(answer)
        return answers


def _restricted(question: Values) -> Query:
    """Which values are counted at all."""
    if question.only is not None:
        left_out = frozenset(question.without)
        return {"include": [value for value in question.only if value not in left_out] or [""]}
    return {"exclude": list(question.without)} if question.without else {}


def _lacking(bucket: Bucket) -> int:
    """How many articles a value may have that were not counted."""
    return int(bucket.get("doc_count_error_upper_bound", 0))


def _may_reach(bucket: Bucket, other: Bucket) -> bool:
    """Whether a value of fewer articles may have as many as another, as far as they were counted."""
    return _lacking(bucket) > 0 and bucket["doc_count"] + _lacking(bucket) >= other["doc_count"]


def _pairs(buckets: list[Bucket]) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in buckets]


def _cut(pairs: list[tuple[str, int]], question: Values) -> ValueCounts:
    return ValueCounts(tuple(pairs[: question.limit]), len(pairs))
