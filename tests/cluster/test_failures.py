"""What is said when a cluster cannot be asked, or does not do what it is asked? A sentence with what to do; and nothing is lost.

What happens when processes end in the middle of everything stands in test_kills.py.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cluster import Cluster
from search.archive import Archive
from search.cli import main
from search.engines.opensearch.connection import Connection, Settings
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.state import Storage
from search.errors import ClusterBusy
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
    monkeypatch.setattr("search.engines.opensearch.connection._PAUSES", (0.01, 0.02))


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
    cluster: Cluster, name: str, run: Run, folder: Path, known: dict[str, Any], *, caplog: pytest.LogCaptureFixture
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
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert told
    assert [record for record in told if record.exc_info] == [], "a log of sentences, without tracebacks"


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
    "PUT /[^ ]*/_doc/[^ ]*snapshot-": {"cut_request": 300},
    "POST /_aliases": {"cut_answer": 20},
    "POST /[^ ]*/_bulk": {"cut_request": 5_000},
    "POST /[^ ]*/_bulk[?]": {"cut_answer": 0, "skip": 1},
    "POST /[^ ]*/_bulk.r": {"cut_answer": 300, "skip": 1},
    "POST /[^ ]*/_refresh": {"cut_answer": 0},
    "PUT /[^ ]*/_doc/[^ ]*log-": {"cut_answer": 0, "skip": 1},
    "PUT /[^ ]*/_doc/[^ ]*dead-": {"cut_answer": 0},
    'PUT /[^ ]*/_doc/state[^ ]* .*"updating":true': {"cut_answer": 0},
    'PUT /[^ ]*/_doc/state[^ ]* .*"updating":true.': {"cut_request": 400, "skip": 3},
    "POST /[^ ]*/_delete_by_query": {"cut_answer": 0},
    "DELETE /[^ ]*/_doc/[^ ]*dead-": {"cut_answer": 0},
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


# What answers is something else


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"version": {"distribution": "opensearch", "number": "1.3.20"}}, "is OpenSearch 1.3.20. Dateline knows versions 2.4 to 3"),
        ({"version": {"distribution": "opensearch", "number": "9.0.0"}}, "is OpenSearch 9.0.0. Dateline knows versions 2.4 to 3"),
        ({"version": {"distribution": "opensearch", "number": "of tomorrow"}}, "is OpenSearch of tomorrow. Dateline knows"),
        ({"version": {"number": "8.17.0", "build_flavor": "default"}, "tagline": "You Know, for Search"}, "is not OpenSearch"),
        ({"version": "2.19.4"}, "is not OpenSearch"),
        ({"hello": "world"}, "is not OpenSearch"),
        (["hello"], "is not understood"),
        (None, "is not understood"),
    ],
)
def test_what_is_no_cluster_that_is_known_is_named(cluster: Cluster, run: Run, folder: Path, answer: object, says: str) -> None:
    with Proxy(cluster.ports[0]) as proxy:
        proxy.expect("GET / ", answer=(200, json.dumps(answer).encode()), times=100)
        for words in (("index", folder), ("search", "grain")):
            refused(run(*words, "--index", f"{proxy.address}/news"), proxy.address, says)
        assert {request for request in proxy.requests if request != "GET /"} == set()


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("cluster_manager_not_discovered_exception", "nobody manages it, and it takes no changes until they are back"),
        ("node_not_connected_exception", "Try again later"),
    ],
)
def test_a_cluster_that_has_just_lost_machines_says_what_to_do(cluster: Cluster, run: Run, folder: Path, kind: str, says: str) -> None:
    with Proxy(cluster.ports[0]) as proxy:
        proxy.expect("[A-Z]+ /dateline-", answer=(500, json.dumps({"error": {"type": kind, "reason": "[node-2] away"}}).encode()), times=1_000)
        for words in (("index", folder), ("search", "grain")):
            refused(run(*words, "--index", f"{proxy.address}/news"), proxy.address, says)


FULL = {"error": {"type": "task_cancelled_exception", "reason": "Fatal failure during search: [parent] Data too large"}, "status": 500}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", [(200, {"responses": [FULL]}), (429, {"error": {"type": "circuit_breaking_exception"}, "status": 429})])
def test_a_search_for_which_a_node_had_no_memory_is_asked_again(cluster: Cluster, run: Run, name: str, folder: Path, answer: tuple[int, Any]) -> None:
    """As when two nodes do the work of a third: a run of 100,000 articles ended with it."""
    with Proxy(cluster.ports[0]) as proxy:
        fault = {"pattern": "POST /_msearch", "answer": (answer[0], json.dumps(answer[1]).encode())}
        for words in (("index", folder), ("search", "grain")):
            proxy.expect(**fault, times=2)
            result = run(*words, "--index", f"{proxy.address}/{name}")
            assert result.exit_code == 0, result.stderr
        proxy.expect("POST /_msearch", answer=(429, b'{"message": "rate limit"}'), times=1)  # as a proxy in front says it
        refused(run("search", "grain", "--index", f"{proxy.address}/{name}"), "cannot answer now", "Try again later")
        proxy.expect(**fault, times=100)
        refused(run("search", "grain", "--index", f"{proxy.address}/{name}"), "cannot answer now", "Try again later")


def test_a_cluster_without_tls_is_told_from_one_that_is_not_trusted(cluster: Cluster, run: Run) -> None:
    refused(run("search", "grain", "--index", f"https://127.0.0.1:{cluster.ports[0]}/news"), "does not speak TLS", "http:// instead of https://")


# The archive is not there, or not ours


def put(cluster: Cluster, path: str, body: object) -> None:
    answer = cluster.request("PUT", f"{path}?refresh=true" if "/_doc/" in path else path, body)
    assert answer.status in (200, 201), answer


@pytest.mark.parametrize(
    "content", [{"_doc/1": {"title": "of somebody else"}}, {"_doc/state": {"title": "of somebody else"}}, {"_doc/state": {"state": "TX"}}]
)
def test_an_index_of_somebody_else_is_left_alone(cluster: Cluster, name: str, run: Run, folder: Path, content: dict[str, Any]) -> None:
    home, at = f"/dateline-{name}.archive", f"{cluster.addresses[0]}/{name}"
    for path, body in content.items():
        put(cluster, f"{home}/{path}", body)
    before = cluster.request("GET", f"{home}/_search").body["hits"]
    refused(run("index", folder, "--index", at), f"The index dateline-{name}.archive is not Dateline's: choose another name")
    for words in (("search", "grain"), ("status",), ("index", "--rebuild")):
        refused(run(*words, "--index", at))
    cluster.request("POST", f"{home}/_refresh")
    assert cluster.request("GET", f"{home}/_search").body["hits"] == before
    assert cluster.request("GET", f"/_cat/indices/dateline-{name}.*?format=json").body[1:] == []


def changed_state(cluster: Cluster, name: str, **values: object) -> None:
    """Let the state document say something else."""
    path = f"/dateline-{name}.archive/_doc/state"
    state = cluster.request("GET", path).body["_source"]["state"]
    put(cluster, path, {"state": {**state, **values}})


def test_an_archive_of_another_layout_is_refused_and_an_older_one_is_built_again(
    cluster: Cluster, name: str, run: Run, folder: Path, known: dict[str, Any]
) -> None:
    at = f"{cluster.addresses[0]}/{name}"
    complete(run, at, folder, known)
    changed_state(cluster, name, layout=99)
    for words in (("search", "grain"), ("index", folder), ("status",), ("index", "--rebuild")):
        refused(run(*words, "--index", at), "was written by a newer version of Dateline. Update Dateline")
    for layout in (0, "one"):
        changed_state(cluster, name, layout=layout)
        for words in (("search", "grain"), ("index", folder), ("status",)):
            refused(run(*words, "--index", at), f"dateline index --rebuild --index {at}")
        assert run("index", "--rebuild", "--index", at).exit_code == 0
        complete(run, at, folder, known)
        assert papers.leftovers(cluster, name, len(FEW)) == {}


def test_an_archive_that_vanishes_under_a_server_is_missed_and_shown_again_when_it_is_made_again(
    cluster: Cluster, name: str, run: Run, folder: Path, known: dict[str, Any]
) -> None:
    at = f"{cluster.addresses[0]}/{name}"
    complete(run, at, folder, known)
    with Archive.open(at) as archive:
        assert get(archive, "/?q=grain")[0] == 200
        assert cluster.request("DELETE", f"/dateline-{name}.*").status == 200
        for path in ("/?q=grain", "/", "/api/search?q=grain", "/api/status", "/readyz"):
            status, text = get(archive, path)
            assert status == 503, path
            assert ("There is no archive" in text) == (path != "/readyz")
        refused(run("search", "grain", "--index", at), "There is no archive", "Make one: dateline index FOLDER")
        complete(run, at, folder, known)
        assert get(archive, "/?q=grain")[0] == get(archive, "/readyz")[0] == 200
        assert papers.contents(archive) == known
        # Its articles alone.
        assert cluster.request("DELETE", f"/dateline-{name}.articles-*").status == 200
        for path in ("/?q=grain", "/api/search?q=grain", "/readyz"):
            assert get(archive, path)[0] == 503, path
        for words in (("search", "grain"), ("index", folder)):
            refused(run(*words, "--index", at), f"A part of the archive {at} is missing", f"dateline index --rebuild --index {at}")
        assert run("index", "--rebuild", "--index", at).exit_code == 0
        assert papers.contents(archive) == known
        assert papers.leftovers(cluster, name, len(FEW)) == {}


@pytest.mark.usefixtures("impatient")
def test_an_archive_that_is_deleted_under_an_index_run_is_missed(cluster: Cluster, name: str, run: Run, folder: Path, known: dict[str, Any]) -> None:
    with Proxy(cluster.ports[0]) as proxy:
        at = f"{proxy.address}/{name}"
        gone: list[int] = []
        fault = proxy.expect("POST /[^ ]*/_bulk", hold=True)
        fault.meanwhile = lambda: gone.append(cluster.request("DELETE", f"/dateline-{name}.*").status)
        refused(run("index", folder, "--index", at), at.rpartition("/")[0])
        assert gone == [200]
        cluster.request("DELETE", f"/dateline-{name}.*")
        complete(run, at, folder, known)


# The disks are full


@pytest.mark.usefixtures("impatient")
def test_a_cluster_whose_disks_are_full_is_read_and_takes_everything_when_there_is_room(
    cluster: Cluster, name: str, run: Run, folder: Path, known: dict[str, Any]
) -> None:
    def block(value: bool | None) -> None:
        put(cluster, f"/dateline-{name}.*/_settings", {"index.blocks.read_only_allow_delete": value})

    with Proxy(cluster.ports[0]) as proxy:
        at = f"{proxy.address}/{name}"
        fault = proxy.expect("POST /[^ ]*/_bulk", hold=True)
        fault.meanwhile = lambda: block(True)
        for _ in range(2):
            refused(run("index", folder, "--index", at), "takes no changes, because a disk of it is full", "Make room", "Then run this again")
        assert fault.happened
        assert run("search", "grain", "--index", at).exit_code == 1
        assert run("status", "--index", at).exit_code == 0
        block(None)
        complete(run, at, folder, known)
        block(True)
        assert run("search", "grain", "--index", at).exit_code == 0
        refused(run("index", "--rebuild", "--index", at), "because a disk of it is full")
        block(None)
        complete(run, at, folder, known)
        assert papers.leftovers(cluster, name, len(FEW)) == {}


# Nothing answers


def test_a_node_that_hangs_is_passed_over_and_one_that_is_alone_is_named(
    cluster: Cluster, name: str, run: Run, folder: Path, known: dict[str, Any]
) -> None:
    complete(run, f"{cluster.addresses[0]}/{name}", folder, known)
    with Proxy(cluster.ports[0]) as proxy:

        def count(*nodes: str) -> int:
            with OpenSearchEngine(Storage(Connection(Settings(nodes, seconds=0.5)), name)) as engine:
                return engine.count()

        for hanging in ("POST /_msearch", "GET /", "POST .*/point_in_time"):
            fault = proxy.expect(hanging, hold=True, times=100)
            assert {count(proxy.address, *cluster.addresses[1:]) for _ in range(3)} == {len(FEW)}
            with pytest.raises(ClusterBusy, match=r"has not answered within 0\.5 s\. Try again later\."):
                count(proxy.address)
            assert fault.happened
            proxy.forget()
        assert count(proxy.address) == len(FEW)
