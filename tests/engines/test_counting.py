"""The proof of counts: values are counted exactly although each shard names only some. Shards that answer as OpenSearch does stand in for it here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.base import ValueCounts, Values
from search.engines.opensearch import counting
from search.engines.opensearch.counting import Counting
from search.query.tree import Everything
from tests.engines.counts import ordered

Body = dict[str, Any]
Shards = list[dict[str, int]]


class FakeMoment:
    """Shards with so many articles of each value, which answer as OpenSearch does."""

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        self.shards = len(shards)
        self.asked = 0

    def visible(self, query: Body) -> Body:
        return query

    def ask(self, bodies: Iterable[Body], **_: Any) -> list[Body]:
        asked = list(bodies)
        self.asked += bool(asked)
        return [{"aggregations": self._answers(body["aggs"])} for body in asked]

    def _answers(self, aggregations: dict[str, Body]) -> dict[str, Body]:
        found: dict[str, Body] = {}
        for name, aggregation in aggregations.items():
            if "terms" in aggregation:
                found[name] = self._terms(**aggregation["terms"])
            elif "composite" in aggregation:
                found[name] = self._composite(aggregation["composite"])
            else:
                of, _, _ = aggregation["stats_bucket"]["buckets_path"].partition(">")
                found[name] = {"count": len(found[of]["buckets"])}
        return found

    def _terms(
        self,
        *,
        field: str,
        size: int,
        shard_size: int,
        include: list[str] | None = None,
        exclude: tuple[str, ...] = (),
        show_term_doc_count_error: bool = False,
    ) -> Body:
        assert field == "agency"
        total, named = 0, []
        for shard in self._shards:
            kept = {value: n for value, n in shard.items() if n and value not in exclude and (include is None or value in include)}
            total += sum(kept.values())
            named.append(dict(ordered(kept)[: max(size, shard_size)]))
        errors = [min(some.values()) if len(some) == max(size, shard_size) and len(named) > 1 else 0 for some in named]
        counts: Counter[str] = Counter()
        for some in named:
            counts.update(some)
        buckets = []
        for value, number in ordered(counts)[:size]:
            lacking = sum(error for some, error in zip(named, errors, strict=True) if value not in some)
            buckets.append({"key": value, "doc_count": number, **({"doc_count_error_upper_bound": lacking} if show_term_doc_count_error else {})})
        rest = total - sum(bucket["doc_count"] for bucket in buckets)
        return {"buckets": buckets, "sum_other_doc_count": rest, "doc_count_error_upper_bound": sum(errors)}

    def _composite(self, composite: Body) -> Body:
        counts: Counter[str] = Counter()
        for shard in self._shards:
            counts.update({value: number for value, number in shard.items() if number})
        after = composite.get("after", {"v": ""})["v"]
        return {"buckets": [{"key": {"v": value}, "doc_count": n} for value, n in sorted(counts.items()) if value > after][: composite["size"]]}


VALUES = [f"v{number:02}" for number in range(30)]
shards = st.lists(st.dictionaries(st.sampled_from(VALUES), st.integers(0, 12)), min_size=1, max_size=4)


@given(shards, st.integers(0, 6), st.integers(1, 5), st.integers(1, 20), st.lists(st.sampled_from(VALUES), max_size=3, unique=True))
def test_the_most_frequent_values_are_exact_however_few_a_shard_names(found: Shards, limit: int, first: int, shown: int, without: list[str]) -> None:
    counts: Counter[str] = Counter()
    for shard in found:
        counts.update(shard)
    kept = {value: number for value, number in counts.items() if number and value not in without}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(counting, "FIRST", first)
        patched.setattr(counting, "SHOWN", shown)
        patched.setattr(counting, "TIMES", 1)
        question = Values("agency", Everything(), limit, tuple(without))
        (answer,) = Counting(FakeMoment(found)).values([(question, {"match_all": {}})])  # type: ignore[arg-type]
    assert answer == ValueCounts(tuple(ordered(kept)[:limit]), len(kept))


def test_values_that_every_shard_names_first_are_counted_in_one_round() -> None:
    moment = FakeMoment([{f"v{number:04}": 1000 // (number + 1) for number in range(900)} for _ in range(3)])
    (answer,) = Counting(moment).values([(Values("agency", Everything(), 10), {"match_all": {}})])  # type: ignore[arg-type]
    assert (moment.asked, answer.distinct, answer.exact) == (1, 900, True)
    assert answer.values[-1] == ("v0009", 300)


def test_a_value_that_one_shard_has_not_named_is_counted_there_in_a_second_round() -> None:
    even = {f"v{number:04}": 5 for number in range(2000)}
    moment = FakeMoment([even | {"w": 9}, even | {"w": 2}])
    (answer,) = Counting(moment).values([(Values("agency", Everything(), 1), {"match_all": {}})])  # type: ignore[arg-type]
    assert (moment.asked, answer.values) == (2, (("w", 11),))


def test_of_more_values_than_are_counted_it_is_said_that_there_are_at_least_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MANY", 100)
    for number, exact in ((100, True), (101, False)):
        moment = FakeMoment([{f"v{place:04}": 1000 // (place + 1) + 1 for place in range(number)}])
        (answer,) = Counting(moment).values([(Values("agency", Everything(), 2), {"match_all": {}})])  # type: ignore[arg-type]
        assert (answer.distinct, answer.exact) == (number, exact)
