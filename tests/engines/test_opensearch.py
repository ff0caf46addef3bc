"""The OpenSearch engine under the contract, and what is particular to it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import cast

import pytest

from cluster import Cluster
from search.engines.base import Engine, Values
from search.engines.opensearch.connection import Connection, Settings
from search.engines.opensearch.counting import MANY
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.schema import document
from search.engines.opensearch.state import Storage
from search.errors import ArchiveBusy, DocumentsRefused
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


def test_facets_of_more_values_than_a_shard_names_are_exact(engine: Engine) -> None:
    """What is most frequent on one shard is not on another: an aggregation of 10 values is off, and does not know it of those it leaves out."""
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
        assert facet.more == (len(counts) - 10 if len(counts) <= MANY else OrMore(MANY - 10))
        every = engine.view().values(Values("agency", plan(ask(word).query).query, None))[0]
        assert list(every.values) == best
    assert len(right["even"] + right["odd"]) > MANY > len(right["even"])


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
            turn.publish(dead=asleep.staged())
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
