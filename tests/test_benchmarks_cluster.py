"""The benchmark of a cluster runs, on the tests' own: what it measures is asserted nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import corpus
from benchmarks.cluster import __main__ as benchmark
from benchmarks.cluster import asking
from benchmarks.cluster.figures import Filled, Measured, Read, Size, percentile, power
from benchmarks.cluster.machine import Machine
from benchmarks.cluster.table import indexing, table
from benchmarks.searches import SEARCHES
from cluster import Cluster


@pytest.fixture(scope="module")
def measured(running_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    """Thirty articles, and fifty that are more; of the first, ready documents are sent as well."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(corpus, "REUTERS", tmp_path_factory.mktemp("none") / "none")
        patched.setattr(benchmark, "COMPARED", 30)
        patched.setattr(asking, "WORDS", 5)
        with benchmark.running(Machine(tuple(running_cluster.addresses), running_cluster), (30, 50), rounds=2, warm=1, seconds=0) as run:
            run.warm(30)
            run.size(30, (1, 3))
            run.size(50, (1,))
            yield run.measured
    left = running_cluster.request("GET", "/_cat/indices/dateline-bench-*?format=json").body
    assert left == []


def test_raw_files_and_ready_documents_are_indexed_in_turns_and_an_archive_grows(measured: Measured) -> None:
    small, large = measured.sizes
    assert [(one.articles, one.before) for one in (*small.extracted, *small.bare)] == [(30, 0)] * 4
    assert [(one.articles, one.before) for one in large.extracted] == [(20, 30)]
    assert large.bare == []
    assert small.ratio is not None
    assert small.ratio > 0
    assert large.space is not None
    assert large.space.articles == 50
    assert min(large.space.index, large.space.log, large.space.log_index, large.space.ledger, large.ordinals, large.characters) > 0


def test_an_article_may_have_the_text_of_several() -> None:
    one, other, third = corpus.articles(3)
    assert list(corpus.longer((one, other, third), 2)) == [replace(one, body=f"{one.body}\n\n{other.body}"), third]


def test_every_reader_asks_every_search_at_least_once(measured: Measured) -> None:
    for size, readers in zip(measured.sizes, ((1, 3), (1,)), strict=True):
        assert [(read.readers, list(map(len, read.answers.values()))) for read in size.read] == [(n, [n] * len(SEARCHES)) for n in readers]
        assert all(set(read.answers) == set(SEARCHES) for read in size.read)


def test_every_search_is_answered_in_turns_with_its_own_requests(measured: Measured) -> None:
    for size in measured.sizes:
        assert list(size.replayed) == list(SEARCHES)
        assert size.replayed["everything"].total == size.articles
        for one in size.replayed.values():
            assert len(one.answers) == len(one.marks) == len(one.bare) == len(one.requests) == 1
            assert one.requests[0] >= 2
            assert one.answers[0] > one.marks[0]
        assert size.counted is not None
        assert sum(size.counted.rounds.values()) == len(size.counted.requests) == 5


def test_the_tables_have_all_figures_and_so_has_the_file(measured: Measured) -> None:
    lines = list(table(measured))
    assert sum(line.startswith("#") for line in lines) == 4 + len(measured.sizes)
    assert sum(line.startswith(f"| {label} |") for line in lines for label in SEARCHES) == 2 * len(SEARCHES)
    (grown,) = [line for line in lines if line.startswith("| with the power")]
    assert grown == "| with the power … of the articles | 30 to 50 |"
    assert sum(line.startswith("| search: ") for line in lines) == len(SEARCHES)
    written = json.loads(json.dumps(measured.to_dict()))
    assert [size["articles"] for size in written["sizes"]] == [30, 50]
    assert set(written["sizes"][0]["replayed"]) == set(SEARCHES)


def test_the_command_line_measures_a_cluster_that_there_is(
    running_cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(corpus, "REUTERS", tmp_path / "none")
    monkeypatch.setattr(asking, "WORDS", 2)
    few = ["--articles", "20", "--readers", "1", "--rounds", "1", "--warm", "1", "--seconds", "0"]
    benchmark.main([*few, "--url", running_cluster.addresses[0], "--json", str(tmp_path / "figures.json")])
    said = capsys.readouterr()
    assert "a cluster that was there: 3 nodes" in said.out
    assert "20 articles: raw files are written" in said.err
    assert json.loads((tmp_path / "figures.json").read_text("utf-8"))["sizes"][0]["articles"] == 20


def test_figures() -> None:
    assert percentile([float(n) for n in range(1, 101)]) == 95
    assert percentile([3.0]) == 3
    assert power((10, 2), (1000, 20)) == pytest.approx(0.5)
    assert Read(2, 1, 4.0, {"a": [1.0, 2.0], "b": [1.0]}).rate == 0.75
    size = Size(100, [Filled(100, 0, 4.0, 1.0, 2.0)], [Filled(100, 0, 1.0, 0.1, 1.5)])
    assert list(indexing([size]))[-1] == "| 100 | 0 | 25 | 100 | **0.25** (≥ 0.5, aim 0.8) | 10.00 + 20.00 | 1.00 + 15.00 |"
