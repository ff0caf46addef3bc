"""What is said when a cluster cannot be asked, or does not do what it is asked? A sentence with what to do; and nothing is lost.

What happens when processes end in the middle of everything stands in test_kills.py.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cluster import Cluster
from search.archive import Archive
from search.cli import main
from tests.cluster import papers
from tests.cluster.proxy import Proxy
from web import create_app

FEW = range(40)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("search", "trade")`, with copies of ledgers in a folder of the test."""
    for name in ("DATELINE_INDEX", "DATELINE_CA", "DATELINE_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATELINE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "80")

    def call(*words: str | Path) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words], prog_name="dateline")
        assert "Traceback" not in result.output
        assert "inside Dateline" not in result.output
        return result

    return call


@pytest.fixture
def name(cluster: Cluster) -> Iterator[str]:
    """A name for an archive that is removed afterwards."""
    made = f"failures-{uuid.uuid4().hex[:8]}"
    yield made
    cluster.mend()
    assert cluster.request("DELETE", f"/dateline-{made}.*").status == 200


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return papers.write(tmp_path_factory.mktemp("failures") / "wire", FEW, per_file=10)


@pytest.fixture(scope="module")
def known(folder: Path) -> dict[str, Any]:
    """What is in an archive of the folder that nothing has ever happened to."""
    return papers.known(folder.parent / "known", [folder])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a writer that has died, or for a cluster to take what it has not taken, does not wait long."""
    monkeypatch.setattr("search.engines.opensearch.state.PATIENCE", 0.5)
    monkeypatch.setattr("search.engines.opensearch.engine.PAUSES", (0.1,))


def refused(result: Result, *says: str) -> None:
    """A command has ended with a sentence."""
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    for part in says:
        assert part in result.stderr


def get(archive: Archive, path: str) -> tuple[int, str]:
    """What the page answers."""
    answer = create_app(archive).test_client().get(path)
    assert "Traceback" not in answer.text
    return answer.status_code, answer.text


def complete(run: Run, at: str, folder: Path, known: dict[str, Any]) -> None:
    """One more run, and the archive is as if nothing had happened."""
    result = run("index", folder, "--index", at)
    assert result.exit_code == 0, result.output
    with Archive.open(at) as archive:
        assert papers.contents(archive) == known


# The cluster cannot be reached


def test_a_cluster_that_cannot_be_reached_is_named_and_found_again_when_it_is_back(
    cluster: Cluster, name: str, run: Run, folder: Path, known: dict[str, Any]
) -> None:
    with Proxy(cluster.ports[0]) as proxy:
        at = f"{proxy.address}/{name}"
        proxy.down()
        for words in (("index", folder), ("search", "grain"), ("status",), ("serve",), ("facets",), ("index", "--rebuild")):
            refused(run(*words, "--index", at), f"No node of the cluster {proxy.address} can be reached", "Is it running")
        proxy.up()
        complete(run, at, folder, known)
        with Archive.open(at) as archive:
            assert get(archive, "/?q=grain")[0] == 200
            proxy.down()
            for path in ("/?q=grain", "/", "/api/search?q=grain", "/api/status", "/article/0123456789abcdef", "/readyz"):
                status, text = get(archive, path)
                assert status == 503, path
                assert ("can be reached" in text) == (path != "/readyz")
            assert get(archive, "/healthz")[0] == 200
            proxy.up()
            assert get(archive, "/?q=grain")[0] == get(archive, "/readyz")[0] == 200


@pytest.mark.usefixtures("impatient")
def test_an_index_run_that_loses_its_cluster_says_so_and_the_next_one_completes_it(
    cluster: Cluster, name: str, run: Run, folder: Path, known: dict[str, Any]
) -> None:
    with Proxy(cluster.ports[0]) as proxy:
        at = f"{proxy.address}/{name}"
        fault = proxy.expect("POST /[^ ]*/_bulk", cut_request=500, times=100)
        refused(run("index", folder, "--index", at), "can be reached")
        assert fault.happened
        proxy.forget()
        complete(run, at, folder, known)
        assert papers.leftovers(cluster, name, len(FEW)) == {}


BREAKS: dict[str, dict[str, Any]] = {
    "PUT /dateline-[^ ]*articles-": {"cut_answer": 0},
    "PUT /dateline-[^/ ]*archive ": {"cut_answer": 0},
    "PUT /[^ ]*/_create/state": {"cut_answer": 0},
    "PUT /[^ ]*/_doc/snapshot": {"cut_request": 300},
    "POST /_aliases": {"cut_answer": 20},
    "POST /[^ ]*/_bulk": {"cut_request": 5_000},
    "POST /[^ ]*/_bulk ": {"cut_answer": 0, "skip": 1},
    "POST /[^ ]*/_bulk  ?": {"cut_answer": 300, "skip": 1},
    "POST /[^ ]*/_refresh": {"cut_answer": 0},
    "PUT /[^ ]*/_doc/log-": {"cut_answer": 0, "skip": 1},
    "PUT /[^ ]*/_doc/dead-": {"cut_answer": 0},
    'PUT /[^ ]*/_doc/state[^ ]* .*"updating":true': {"cut_answer": 0},
    'PUT /[^ ]*/_doc/state[^ ]* .*"updating":true.': {"cut_request": 400, "skip": 3},
    "POST /[^ ]*/_delete_by_query": {"cut_answer": 0},
    "DELETE /[^ ]*/_doc/dead-": {"cut_answer": 0},
    "POST /[^ ]*/_search/point_in_time": {"cut_answer": 10},
    "POST /_msearch": {"cut_answer": 50},
}
"""Requests of which the first that looks so breaks, or a later one."""


def test_connections_that_break_in_the_middle_of_requests_and_answers_change_nothing(cluster: Cluster, name: str, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "wire"
    with Proxy(cluster.ports[0]) as proxy:
        at = f"{proxy.address}/{name}"
        faults = [proxy.expect(pattern, **what) for pattern, what in BREAKS.items()]
        for edition in (1, 2):
            papers.write(folder, FEW, edition=edition, per_file=10)
            complete(run, at, folder, papers.known(tmp_path / f"known-{edition}", [folder]))
            assert papers.leftovers(cluster, name, len(FEW)) == {}
        assert [fault.pattern.pattern for fault in faults if not fault.happened] == []
