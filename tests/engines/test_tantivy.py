"""The Tantivy engine under the contract, and what is particular to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from search.engines import open_engine
from search.engines.base import Engine
from search.errors import ArchiveBusy, DamagedArchive, EngineError
from search.request import ask
from tests.engines.contract import EngineContract
from tests.engines.harbour import harbour, search
from tests.make import article
from tests.skipping import need_tantivy


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    need_tantivy()
    with open_engine("tantivy", tmp_path / "index", create=True) as made:
        yield made


@pytest.fixture
def other(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    with open_engine("tantivy", tmp_path / "index") as opened:
        yield opened


class TestTantivy(EngineContract):
    pass


def test_facets_of_200_000_values_in_several_segments_are_exact(engine: Engine) -> None:
    """An aggregation cut off at 10 values is off by several over four segments, and refused for more than 65,000 values."""
    chance = Random(5)
    right: dict[str, Counter[str]] = {"even": Counter(), "odd": Counter()}
    number = 0
    for part in range(4):
        articles = []
        for place in range(1000):
            # Common values have nearly equal counts that differ from segment to segment: what is first in one is not in another.
            agencies = {f"common {chance.randrange(300)}" for _ in range(5)} | {f"rare {n}" for n in range(number, number + 50)}
            number += 50
            word = "odd" if place % 2 else "even"
            right[word].update(agencies)
            articles.append(article(f"{part * 1000 + place:x}", word, agencies=sorted(agencies)))
        engine.add(articles)
        engine.commit()
    for word, counts in (*right.items(), ("", right["even"] + right["odd"])):
        facet = search(engine, ask(word, facets=("agency",))).facet("agency")
        best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]
        assert [(value.value, value.count) for value in facet.values] == best
        assert facet.more == len(counts) - 10
    assert sum(name.startswith("rare") for name in right["even"] + right["odd"]) == 200_000


def test_proximities_checked_article_by_article_are_those_run_as_phrases(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(7)
    engine.add([article(f"{n:x}", " ".join(chance.choices("abcd", k=chance.randint(0, 9)))) for n in range(200)])
    engine.commit()
    queries = ["a NEAR/2 b", "a PRE/2 b", '"a b"~2', '"a b c"~2', "(a OR b) NEAR/3 (c OR d)", '"a b" PRE/2 c', "a NEAR/4 a"]
    phrases = [search(engine, ask(query, limit=200)).hits for query in queries]
    monkeypatch.setattr("search.engines.tantivy.templates.MOST", 0)
    assert [search(engine, ask(query, limit=200)).hits for query in queries] == phrases
    assert all(1 < len(hits) < 200 for hits in phrases)


def test_a_second_writer_is_told_to_wait(engine: Engine, other: Engine, tmp_path: Path) -> None:
    import tantivy

    engine.add(harbour()[:1])
    engine.commit()
    other.add(harbour()[1:])
    writer = tantivy.Index.open(str(tmp_path / "index")).writer()
    with pytest.raises(ArchiveBusy, match="Another process"):
        other.commit()
    del writer
    other.commit()
    assert engine.count() == 8


def test_a_commit_that_fails_leaves_the_state_before_and_can_be_tried_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.add(harbour()[:3])
    engine.commit()
    made: list[Any] = []

    def full(one: object) -> None:
        if len(made) > 2:
            raise OSError(28, "No space left on device")
        made.append(one)

    engine.add(harbour()[3:])
    with monkeypatch.context() as patched:
        patched.setattr("search.engines.tantivy.engine.document", full)
        with pytest.raises(EngineError):
            engine.commit()
    assert engine.count() == 3
    engine.commit()
    assert sorted(engine.ids()) == [a.id for a in harbour()]


@pytest.mark.parametrize("file", ["meta.json", "name.txt"])
def test_an_index_without_one_of_its_files_is_damaged(tmp_path: Path, file: str) -> None:
    need_tantivy()
    open_engine("tantivy", tmp_path / "index", create=True).close()
    (tmp_path / "index" / file).unlink()
    with pytest.raises(DamagedArchive, match=str(tmp_path)):
        open_engine("tantivy", tmp_path / "index")


def test_words_longer_than_tantivy_takes_are_kept_by_their_beginning(engine: Engine) -> None:
    """Tantivy drops terms of more than 65,530 bytes without a word: an article with such a value would count as having none."""
    engine.add([article("1", "z" * 70_000 + " ok", agency="L" * 70_000)])
    engine.commit()
    assert search(engine, ask("zzz* ok agency:*")).total == 1
    assert search(engine, ask("")).facet("agency").missing.count == 0
