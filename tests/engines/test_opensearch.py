"""The OpenSearch engine under the contract, and what is particular to it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any, cast

import pytest

from cluster import Cluster
from search.engines.base import Engine, Values
from search.engines.opensearch.connection import Connection, Settings
from search.engines.opensearch.counting import MANY
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.schema import document
from search.engines.opensearch.state import Storage
from search.engines.paging import Cursor
from search.errors import ArchiveBusy, ClusterBusy, ClusterError, DocumentsRefused
from search.plan import plan
from search.request import ask
from search.results import OrMore
from tests.engines.contract import EngineContract
from tests.engines.harbour import harbour, search, short
from tests.make import article


@pytest.fixture(scope="module")
def connection(running_cluster: Cluster) -> Iterator[Connection]:
    made = Connection(Settings(tuple(running_cluster.addresses)))
    yield made
    made.close()


@pytest.fixture(scope="module")
def storage(connection: Connection) -> Iterator[Storage]:
    made = Storage(connection, f"test-{uuid.uuid4().hex[:12]}")
    made.create()
    yield made
    made.delete()


@pytest.fixture
def engine(storage: Storage) -> Iterator[Engine]:
    """An archive of which all articles have just been deleted: their documents may still be there, and must not count."""
    with OpenSearchEngine(storage) as made:
        made.delete(list(made.ids()))
        made.commit()
        yield made


@pytest.fixture
def other(engine: Engine, storage: Storage) -> Iterator[Engine]:
    with OpenSearchEngine(storage) as opened:
        yield opened


class TestOpenSearch(EngineContract):
    pass


@pytest.mark.parametrize("many", [MANY, 10_000])
def test_facets_of_more_values_than_a_shard_names_are_exact(engine: Engine, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """What is most frequent on one shard is not on another: an aggregation of 10 values is off, and does not know it of those it leaves out."""
    monkeypatch.setattr("search.engines.opensearch.counting.MANY", many)
    chance = Random(5)
    right: dict[str, Counter[str]] = {"even": Counter(), "odd": Counter()}
    articles = []
    for number in range(1500):
        agencies = {f"common {chance.randrange(300)}" for _ in range(5)} | {f"rare {number * 8 + n}" for n in range(8)}
        word = "odd" if number % 2 else "even"
        right[word].update(agencies)
        articles.append(article(f"{number:x}", word, agencies=sorted(agencies)))
    engine.add(articles)
    engine.commit()
    for word, counts in (*right.items(), ("", right["even"] + right["odd"])):
        facet = search(engine, ask(word, facets=("agency",))).facet("agency")
        best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        assert [(value.value, value.count) for value in facet.values] == best[:10]
        assert facet.more == (len(counts) - 10 if len(counts) <= many else OrMore(many + 1 - 10))
        every = engine.view().values(Values("agency", plan(ask(word).query).query, None))[0]
        assert list(every.values) == best
    assert len(right["even"] + right["odd"]) > 10_000 > len(right["even"]) > MANY


def test_values_of_equal_counts_at_the_limit_are_the_first_by_name(engine: Engine) -> None:
    """Each of 400 values is in two articles: which ten are shown is decided by their names alone, on whichever shards they are."""
    engine.add([article(f"{number:x}", "a", agency=f"agency {number // 2:03}") for number in range(800)])
    engine.commit()
    facet = search(engine, ask("", facets=("agency",))).facet("agency")
    assert [value.value for value in facet.values] == [f"agency {number:03}" for number in range(10)]
    assert facet.more == 390


def test_a_page_far_behind_is_walked_to(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.engines.opensearch.ordering.MOST", 7)
    engine.add([article(f"{number:x}", "zebra") for number in range(1, 41)])
    engine.commit()
    for sort in ("relevance", "newest"):
        pages = [[short(hit.id) for hit in search(engine, ask("zebra", sort=sort, limit=6, page=page)).hits] for page in range(1, 9)]
        assert [id for page in pages for id in page] == [f"{number:x}" for number in range(1, 41)]


def test_the_documents_of_a_writer_that_died_count_for_nobody_and_are_deleted_by_the_next(engine: Engine, other: Engine, storage: Storage) -> None:
    engine.add(harbour()[:4])
    engine.commit()
    generation = engine.generation()
    with storage.turn() as turn, cast(OpenSearchEngine, other).within(turn):
        other.delete([harbour()[0].id])
        other.add([*harbour()[4:], replace(harbour()[1], title="Another title")])
        other.commit()
        assert (other.count(), other.get(harbour()[1].id).title) == (7, "Another title"), "the writer itself sees what it has written"
        assert (engine.count(), engine.get(harbour()[1].id)) == (4, harbour()[1])
    assert (engine.count(), engine.generation()) == (4, generation)
    assert storage.read().left
    other.add([article("9", "zebra")])
    other.commit()
    assert sorted(short(id) for id in engine.ids()) == ["1", "2", "3", "4", "9"]
    assert not storage.read().left
    found = storage.connection.ask("POST", f"/{storage.read().index}/_count")
    assert found["count"] == 5, "none of the documents is left behind"


def test_who_was_taken_for_dead_can_change_nothing_any_more(storage: Storage, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer whose turn was taken over because nothing was heard of it wakes up and goes on: its documents never count."""
    monkeypatch.setattr("search.engines.opensearch.state.PATIENCE", 0.5)
    monkeypatch.setattr("search.engines.opensearch.state.BEAT", 60)
    engine.add(harbour()[:2])
    engine.commit()
    asleep, awake = OpenSearchEngine(storage), OpenSearchEngine(storage)
    with storage.turn() as turn, asleep.within(turn):
        asleep.add([article("A", "of the one who slept")])
        asleep.commit()
        awake.add([article("9", "zebra")])
        awake.commit()
        asleep.add([article("B", "of the one who slept")])
        asleep.commit()
        with pytest.raises(ArchiveBusy, match="taken over"):
            turn.publish(asleep.count(), dead=asleep.staged())
    assert sorted(short(id) for id in engine.ids()) == ["1", "2", "9"]
    engine.add([article("C", "later")])
    engine.commit()
    assert sorted(short(id) for id in engine.ids()) == ["1", "2", "9", "C"]


def test_what_the_index_has_no_field_for_is_refused(storage: Storage, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    made = document
    monkeypatch.setattr("search.engines.opensearch.engine.document", lambda one, since: {**made(one, since), "surprise": 1})
    engine.add(harbour()[:1])
    with pytest.raises(DocumentsRefused, match="strict") as refused:
        engine.commit()
    assert [*refused.value.reasons] == [harbour()[0].id]
    engine.rollback()
    assert engine.count() == 0


def test_a_value_that_all_shards_name_and_the_cluster_cuts_off_is_not_forgotten(storage: Storage, engine: Engine) -> None:
    """Each shard names so many values of its own that what is frequent in all does not get into the list that is put together of them."""
    index, number = storage.read().index, storage.read().counter + 1
    by_shard: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for candidate in range(1000):
        id = f"{candidate:016x}"
        answer = storage.connection.ask("GET", f"/{index}/_search_shards", routing=f"{id}.{number}")
        ids = by_shard[answer["shards"][0][0]["shard"]]
        if len(ids) < 26:
            ids.append(id)
        if all(len(ids) == 26 for ids in by_shard.values()):
            break
    articles = []
    for shard, ids in by_shard.items():
        for place, id in enumerate(ids):
            agencies = [f"own {shard} {n:03}" for n in range(100)]
            agencies += [f"half {shard} {n:03}" for n in range(60)] if place < 10 else []
            agencies += [f"less {shard} {n:03}" for n in range(20)] if place < 9 else []
            agencies += [f"everywhere {n:02}" for n in range(12)] if place < 13 else []
            agencies += ["most"] if place < (25 if shard == 0 else 9) else []
            articles.append(article(id, "a", agencies=agencies))
    engine.add(articles)
    engine.commit()
    counts = Counter(agency for one in articles for agency in one.agencies)
    facet = search(engine, ask("", facets=("agency",))).facet("agency")
    assert [(value.value, value.count) for value in facet.values] == sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]
    assert facet.values[0].value == "most"


def test_what_a_node_does_long_after_nobody_waits_for_it_never_counts(storage: Storage, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request is lost on its way, its articles are sent again, replaced and deleted; then the request arrives."""
    late: list[tuple[Any, ...]] = []
    send = Connection.ask

    def ask_late(self: Connection, method: str, path: str, body: Any = None, **options: Any) -> Any:
        if path.endswith("/_bulk") and not late:
            late.append((method, path, body, options))
            raise ClusterBusy("The cluster has not answered.")
        return send(self, method, path, body, **options)

    with monkeypatch.context() as patched:
        patched.setattr("search.engines.opensearch.engine.PAUSES", (0.0, 0.0))
        patched.setattr(Connection, "ask", ask_late)
        engine.add([article("1", "the first text"), article("2", "zebra")])
        engine.commit()
    engine.add([article("1", "another text")])
    engine.delete(["2".zfill(16)])
    engine.commit()
    method, path, body, options = late[0]
    storage.connection.ask(method, path, body, **options)
    engine.add([article("3", "later")])
    engine.commit()
    assert sorted(short(id) for id in engine.ids()) == ["1", "3"]
    assert engine.get("1".zfill(16)).body == "another text"
    assert [search(engine, ask(query)).total for query in ("zebra", "first", "another")] == [0, 0, 1]


def test_an_index_that_was_deleted_is_not_made_anew_by_whoever_writes_on(connection: Connection) -> None:
    made = Storage(connection, f"test-{uuid.uuid4().hex[:12]}")
    state = made.create(replicas=0)
    try:
        with OpenSearchEngine(made) as engine, made.turn() as turn, engine.within(turn):
            engine.add(harbour())
            made.delete_index(state.index)
            with pytest.raises(ClusterError):
                engine.commit()
        assert made.indexes() == []
    finally:
        made.delete()
    with pytest.raises(ClusterError):
        made.put_data("x", [b"y"])
    assert not made.exists()


def test_a_copy_that_lags_behind_is_told_from_the_whole(storage: Storage, engine: Engine) -> None:
    """The state says how many articles count; where a point in time shows others, the answer says that it is not complete."""
    engine.add(harbour())
    engine.commit()
    with storage.turn() as turn:
        turn.publish(9)  # as if one document were not to be seen yet
    results = search(engine, ask("", facets=()))
    assert (results.total, results.complete) == (8, False)
    with storage.turn() as turn:
        turn.publish(8)
    assert search(engine, ask("", facets=())).complete


@pytest.mark.parametrize("score", [1e300, -1e300, 3.5e38])
def test_a_cursor_with_a_score_that_no_article_has_finds_its_place(engine: Engine, score: float) -> None:
    engine.add(harbour())
    engine.commit()
    cursor = Cursor("after", "relevance", engine.generation(), score, 0, "0" * 16, 1).encode()
    assert len(search(engine, ask("refugees", cursor=cursor)).hits) in (0, 2)


def test_a_query_of_more_parts_than_the_cluster_takes_is_refused_in_a_sentence(engine: Engine) -> None:
    engine.add(harbour())
    engine.commit()
    results = search(engine, ask(" OR ".join(f"a{n}-b-c-d-e-f-g-h" for n in range(60))))
    assert results.total is None
    assert ["more parts than the cluster takes" in problem.message for problem in results.problems] == [True]


def test_a_pattern_of_many_single_letters_finds_its_words(engine: Engine) -> None:
    engine.add([article("1", "sxaabcdefghijklmno")])
    engine.commit()
    assert search(engine, ask("s*a???????????????")).total == 1
