"""Values are counted exactly on a cluster, and a search asks it as few times as it can."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from cluster import Cluster
from search import answering
from search.article import Article, Person
from search.engines.base import ValueCounts, Values
from search.engines.opensearch import counting
from search.engines.opensearch.connection import Connection, Settings
from search.engines.opensearch.counting import Counting
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.state import Storage
from search.query.tree import Everything
from search.request import ask
from tests.engines.counts import ordered
from tests.make import article


@pytest.fixture(scope="module")
def storage(running_cluster: Cluster) -> Iterator[Storage]:
    """Four hundred articles of forty agencies, of which the most frequent has most, and as many persons."""
    connection = Connection(Settings(tuple(running_cluster.addresses)))
    made = Storage(connection, f"test-{uuid.uuid4().hex[:12]}")
    made.create()
    with OpenSearchEngine(made) as engine:
        for some in (range(200), range(200, 400)):  # so that a shard has several segments
            engine.add(map(_numbered, some))
            engine.commit()
    yield made
    made.delete()
    connection.close()


def _numbered(number: int) -> Article:
    rank = int(40 ** ((number * 0.61803398875) % 1))
    agency, person = f"Agency {rank:02}", f"Person {rank % 7}"
    return article(f"{number:016x}", f"One told of the harbour {number}", agency=agency, participants=(Person(person, f"@person-{rank % 7}"),))


@pytest.mark.parametrize("first", [1, 2, 5, 50])
def test_a_cluster_s_values_are_exact_however_few_a_shard_names(storage: Storage, monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    monkeypatch.setattr(counting, "FIRST", first)
    monkeypatch.setattr(counting, "SHOWN", 3 * first)
    monkeypatch.setattr(counting, "TIMES", 1)
    expected = ordered(Counter(made.agency for made in map(_numbered, range(400)) if made.agency))
    assert len(expected) > 30
    with OpenSearchEngine(storage) as engine:
        for limit in (0, 1, 3, 10):
            (answer,) = engine.view().values(Values("agency", Everything(), limit))
            assert answer == ValueCounts(tuple(expected[:limit]), len(expected))


@pytest.fixture
def _several_segments_at_once(running_cluster: Cluster) -> Iterator[None]:
    """As a cluster is set from version 3 on."""
    names = {"search.concurrent_segment_search.mode": "all", "search.concurrent.max_slice_count": 2}
    assert running_cluster.request("PUT", "/_cluster/settings", {"transient": names}).status == 200
    yield
    assert running_cluster.request("PUT", "/_cluster/settings", {"transient": dict.fromkeys(names)}).status == 200


@pytest.mark.usefixtures("_several_segments_at_once")
@pytest.mark.parametrize("as_asked", [True, False])
def test_a_shard_counts_one_segment_after_the_other(storage: Storage, as_asked: bool) -> None:
    """A value may have more articles than a shard says where that has put lists of several segments together and cut them: 4 of 480 random bounds."""
    with OpenSearchEngine(storage) as engine:
        moment = engine.view().moment
        (body,) = Counting(moment).begin([(Values("agency", Everything(), 3), {"match_all": {}})]).searches
        (answer,) = moment.ask([{**(body if as_asked else {**body, "terminate_after": 0}), "profile": True}])
    profiles = [profile for shard in answer["profile"]["shards"] for profile in shard["aggregations"]]
    assert any("max_slice_time_in_nanos" in profile for profile in profiles) is not as_asked


@pytest.mark.parametrize(
    ("text", "searches"),
    [
        ("told", ["everything", "names"]),
        ("to*", ["words", "everything", "names"]),
        ("tol~1", ["words", "everything", "names"]),
        ("told harbour", ["everything", "names"]),
        ("told OR harbour", ["everything", "names"]),
    ],
)
def test_what_is_asked_at_once(storage: Storage, monkeypatch: pytest.MonkeyPatch, text: str, searches: list[str]) -> None:
    sent: list[str] = []
    send = Connection._ask

    def noted(connection: Connection, method: str, path: str, *given: Any, **named: Any) -> Any:
        sent.append(path)
        return send(connection, method, path, *given, **named)

    with OpenSearchEngine(storage) as engine:
        engine.view()
        monkeypatch.setattr(Connection, "_ask", noted)
        found = answering.search(engine.view(), ask(text))
        monkeypatch.undo()
    assert found.total == 400
    assert sent[0].endswith("/_doc/state")
    assert sent[1:] == ["/_msearch"] * len(searches)
