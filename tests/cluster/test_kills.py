"""Who writes is killed, and nodes are, in the middle of everything: nothing is lost, nothing is there twice, and no answer is wrong.

Everything is held to an archive in a folder of the same raw articles, that nothing has ever happened to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cluster import Cluster
from search.archive import Archive
from search.cli import main
from search.errors import ArchiveBusy, ClusterError, DatelineError
from search.homes.address import Address
from tests.cluster import papers
from tests.cluster.proxy import Proxy
from web import create_app, strings

ROOT = Path(__file__).resolve().parents[2]
MANY = int(os.environ.get("DATELINE_ARTICLES", "2400"))
"""Articles that are written while a node is killed; `make quality-cluster` takes 100,000."""

DEADLINE = 120 + MANY / 50
"""Seconds after which what was to come has not come."""

PROGRAM = "import sys; from search import indexer; indexer.index.__kwdefaults__['batch'] = int(sys.argv.pop(1)); from search.cli import main; main()"
"""`dateline` with batches of another size: as many of them as else only very many articles need."""


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def name(cluster: Cluster) -> Iterator[str]:
    """A name for an archive that is removed afterwards."""
    made = f"kills-{uuid.uuid4().hex[:8]}"
    yield made
    cluster.mend()
    assert cluster.request("DELETE", f"/dateline-{made}.*").status == 200


def started(batch: int, *words: str | Path) -> subprocess.Popen[str]:
    """The program in a process of its own."""
    command = [sys.executable, "-c", PROGRAM, str(batch), *map(str, words)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(what: Callable[[], Any], seconds: float = DEADLINE) -> Any:
    """What comes, as soon as it comes."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.02)
    return found


# The indexer

FEW = range(60)
MOMENTS = {
    "before anything is sent": {"pattern": "POST /[^ ]*/_bulk", "hold": True},
    "a part is sent and nobody has heard of it": {"pattern": "POST /[^ ]*/_bulk", "hold_answer": True, "skip": 2},
    "everything of a turn is sent and it is not published": {"pattern": 'PUT /[^ ]*/_doc/state[^ ]* .*"dead":[1-9]', "hold": True, "skip": 1},
    "a turn is published and nobody has heard of it": {"pattern": 'PUT /[^ ]*/_doc/state[^ ]* .*"dead":[1-9]', "hold_answer": True},
    "what others have replaced is to be deleted": {"pattern": "POST /[^ ]*/_delete_by_query", "hold": True, "skip": 1},
    "what others have replaced is deleted": {"pattern": "POST /[^ ]*/_delete_by_query", "hold_answer": True},
    "the run is nearly at its end": {"pattern": 'PUT /[^ ]*/_doc/state[^ ]* .*"updating":false', "hold": True, "skip": 2},
}
if EVERY := int(os.environ.get("DATELINE_KILLS", "0")):
    # At every so manyth request of a run, of which there are about a hundred, before it and after it: takes minutes.
    MOMENTS |= {f"{way} {number}": {"pattern": "", way: True, "skip": number} for number in range(0, 90, EVERY) for way in ("hold", "hold_answer")}


def test_an_indexer_that_is_killed_at_any_moment_leaves_what_the_next_run_completes(
    cluster: Cluster, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.opensearch.state.PATIENCE", 0.5)
    folder = tmp_path / "wire"
    editions = {}
    for edition in (2, 1):
        papers.write(folder, FEW, edition=edition, per_file=10)
        editions[edition] = papers.known(tmp_path / f"known-{edition}", [folder])
    assert editions[1]["articles"] != editions[2]["articles"]
    address = Address((cluster.addresses[0],), name)
    edition = 1
    with Archive.open_or_create(address) as archive, Proxy(cluster.ports[0]) as proxy:
        archive.index([folder])
        assert papers.contents(archive) == editions[edition]
        for moment, what in MOMENTS.items():
            edition = 3 - edition
            papers.write(folder, FEW, edition=edition, per_file=10)
            fault = proxy.expect(**what)
            with started(20, "index", folder, "--index", f"{proxy.address}/{name}") as indexer:
                until(lambda fault=fault, indexer=indexer: fault.happened or indexer.poll() is not None)
                assert fault.happened, (moment, indexer.communicate())
                indexer.kill()
            proxy.forget()
            assert archive.run(papers.EVERYTHING).total == len(FEW), moment
            assert archive.index([folder]).complete
            assert papers.contents(archive) == editions[edition], moment
            assert papers.leftovers(cluster, name, len(FEW)) == {}, moment


# Nodes


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A folder of many articles, and what is known of an archive of them."""
    folder = papers.write(tmp_path_factory.mktemp("many") / "wire", range(MANY))
    return folder, papers.known(tmp_path_factory.mktemp("known") / "many", [folder])


def manager(cluster: Cluster) -> int:
    """The node that manages the cluster: what it knows of the others is missed the most."""
    return int(cluster.request("GET", "/_cat/cluster_manager?format=json").body[0]["node"].removeprefix("node-"))


def nodes_of(cluster: Cluster, name: str) -> Address:
    return Address(tuple(cluster.addresses), name)


def change(cluster: Cluster, name: str) -> int:
    """The number of the last change that counts, 0 where there is none yet."""
    answer = cluster.request("GET", f"/dateline-{name}.archive/_doc/state")
    return answer.body["_source"]["state"]["number"] if answer.status == 200 else 0


def test_a_node_that_is_killed_while_articles_are_written_costs_none_of_them(
    cluster: Cluster, name: str, many: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, known = many
    cluster.wait_for_green()
    address = nodes_of(cluster, name)
    with started(MANY // 6, "index", folder, "--index", str(address)) as indexer:
        until(lambda: indexer.poll() is not None or change(cluster, name) > 4)
        assert indexer.poll() is None, indexer.communicate()
        cluster.kill(manager(cluster))
        out, err = indexer.communicate(timeout=DEADLINE)
        assert "Traceback" not in err
        assert indexer.returncode == 0, out + err
    with Archive.open(address) as archive:
        assert archive.index([folder]).complete
        assert papers.contents(archive) == known
        cluster.mend()
        cluster.wait_for_green()
        assert papers.leftovers(cluster, name, MANY) == {}


QUESTIONS = [
    {"text": "harbour"},
    {"text": "harbour grain", "agency": "TASS"},
    {"text": '"matter of urgency"', "participant": "Putin", "sort": "newest"},
    {"text": "drought OR bridge", "date": "2015", "sort": "oldest"},
    {"participant": "Annan", "sort": "newest", "page": 3},
    {"text": "elect* NOT railway", "place": "none"},
    {"text": "talks NEAR/3 trade"},
]


class Reader(threading.Thread):
    """Asks the same questions again and again, through the archive and through the page's interface, and compares the answers with the right ones."""

    def __init__(self, archive: Archive, right: list[Any], first: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._archive = archive
        self._client = create_app(archive).test_client()
        self._right = right
        self._next = first
        self._stopping = stop
        self.told: list[tuple[float, float, str, str]] = []
        """When each answer came, how long it took, what is to be said of it, and how it was asked."""

    def run(self) -> None:
        while not self._stopping.is_set():
            self._next += 1
            number = self._next % len(QUESTIONS)
            for how, ask in (("archive", self.by_archive), ("http", self.by_http)):
                begun = time.monotonic()
                try:
                    said = ask(number)
                except Exception as error:  # noqa: BLE001 - what nobody expected is wrong too
                    said = f"wrong: {type(error).__name__}: {error}"
                self.told.append((time.monotonic(), time.monotonic() - begun, said, how))

    def by_archive(self, number: int) -> str:
        try:
            results = self._archive.search(**QUESTIONS[number])
        except DatelineError as error:
            return f"error: {type(error).__name__}: {error}"
        if not results.complete:
            return "incomplete"
        return "right" if answer_of(results.to_dict()) == self._right[number] else f"wrong: {QUESTIONS[number]}"

    def by_http(self, number: int) -> str:
        words = {{"text": "q"}.get(name, name): value for name, value in QUESTIONS[number].items()}
        answer = self._client.get("/api/search", query_string=words)
        if answer.status_code == 503:
            return f"error: {answer.get_json(force=True)['detail']}"
        if answer.status_code != 200:
            return f"wrong: {answer.status_code} {answer.text}"
        return "right" if answer_of(answer.get_json()) == self._right[number] else f"wrong: {QUESTIONS[number]}"


def summary(told: list[tuple[float, float, str, str]], killed: float) -> str:
    """How many answers there were of which kind, and when those came that were not right."""
    kinds = Counter(said.partition(":")[0] for _, _, said, _ in told)
    longest = [max(took for at, took, _, _ in told if (at > killed) == after) for after in (False, True)]
    others = [f"{at - killed:.2f} s: {said} ({how})\n" for at, _, said, how in told if said != "right"]
    return f"{dict(kinds)}, the longest {longest[0]:.2f} s before and {longest[1]:.2f} s after\n{''.join(others)}"


def answer_of(results: dict[str, Any]) -> Any:
    """What of an answer must always be the same."""
    said = json.loads(json.dumps(results))
    return said["total"], [hit["id"] for hit in said["hits"]], said["facets"]


@pytest.fixture(scope="module")
def standing(running_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[Any]]]:
    """An archive on the cluster, and the right answers to all questions: those of an archive in a folder, ordered as on the cluster."""
    made = f"kills-{uuid.uuid4().hex[:8]}"
    place = tmp_path_factory.mktemp("standing")
    folder = papers.write(place / "wire", range(600))
    with pytest.MonkeyPatch.context() as patch, Archive.create(place / "known", "tantivy") as known:
        patch.setenv("DATELINE_CACHE_DIR", str(place / "cache"))
        known.index([folder])
        with Archive.open_or_create(nodes_of(running_cluster, made)) as archive:
            archive.index([folder])
            right = [answer_of(archive.search(**question).to_dict()) for question in QUESTIONS]
        for question, (total, _, facets) in zip(QUESTIONS, right, strict=True):
            expected = known.search(**question).to_dict()
            assert total, question
            assert (total, facets) == (expected["total"], expected["facets"]), question
    yield made, right
    running_cluster.mend()
    assert running_cluster.request("DELETE", f"/dateline-{made}.*").status == 200


@pytest.mark.parametrize("who", ["the manager", "another"])
def test_a_node_that_is_killed_while_eight_ask_makes_no_answer_wrong(cluster: Cluster, standing: tuple[str, list[Any]], who: str) -> None:
    name, right = standing
    cluster.wait_for_green()
    victim = manager(cluster) if who == "the manager" else next(node for node in range(3) if node != manager(cluster))
    stop = threading.Event()
    with Archive.open(nodes_of(cluster, name)) as archive:
        readers = [Reader(archive, right, first, stop) for first in range(8)]
        try:
            for reader in readers:
                reader.start()
            until(lambda: all(len(reader.told) >= 6 for reader in readers))
            killed = time.monotonic()
            cluster.kill(victim)
            until(lambda: time.monotonic() > killed + 6)
            until(lambda: cluster.request("GET", f"/_cluster/health/dateline-{name}.*").body.get("status") in ("yellow", "green"))
            since = time.monotonic()
            until(lambda: all(sum(told[0] > since for told in reader.told) >= 4 for reader in readers))
        finally:
            stop.set()
            for reader in readers:
                reader.join()
    told = sorted(one for reader in readers for one in reader.told)
    if os.environ.get("DATELINE_TELL"):
        sys.stdout.write(summary(told, killed))
    assert [said for _, _, said, _ in told if said.startswith("wrong")] == []
    assert [(at - killed, said) for at, _, said, _ in told if said != "right" and not killed < at < killed + 5] == []


def test_a_writer_that_is_killed_as_it_puts_the_ledger_together_does_not_damage_it(
    cluster: Cluster, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last entry of the log had the number of the snapshot that took its place, and was read in place of it for ever."""
    monkeypatch.setattr("search.engines.opensearch.state.PATIENCE", 0.5)
    monkeypatch.setattr("search.ledger.replica.SNAPSHOT_ENTRIES", 1)
    folder = papers.write(tmp_path / "wire", FEW)
    with Proxy(cluster.ports[0]) as proxy, Archive.open_or_create(f"{proxy.address}/{name}") as archive:
        fault = proxy.expect("DELETE /[^ ]*/_doc/[^ ]*snapshot-", answer=(500, b'{"error": {"type": "killed", "reason": "was killed"}}'))
        with pytest.raises(ClusterError, match="was killed"):
            archive.index([folder])
        assert fault.happened
        monkeypatch.setenv("DATELINE_CACHE_DIR", str(tmp_path / "elsewhere"))
        assert archive.index([folder]).complete
        assert papers.contents(archive) == papers.known(tmp_path / "known", [folder])


# Several at once


def test_two_that_index_at_once_leave_what_one_after_the_other_would(cluster: Cluster, name: str, tmp_path: Path) -> None:
    wire = papers.write(tmp_path / "wire", range(60), per_file=10)
    desk = papers.write(tmp_path / "desk", range(30, 90), per_file=10)
    at = str(nodes_of(cluster, name))
    for edition, folders in enumerate(((wire, desk), (wire, wire)), 1):
        papers.write(wire, range(60), edition=edition, per_file=10)
        runs = [started(20, "index", folder, "--index", at) for folder in folders]
        ends = [(run.communicate(timeout=DEADLINE), run.returncode) for run in runs]
        assert [code for _, code in ends] == [0, 0], ends
    with Archive.open(at) as archive:
        found = papers.contents(archive)
    assert found == papers.known(tmp_path / "known", [wire, desk])
    assert papers.leftovers(cluster, name, len(found["articles"])) == {}


def test_writers_are_refused_while_an_archive_is_built_again_and_readers_see_the_old_one(
    cluster: Cluster, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.opensearch.state.BEAT", 0.2)
    folder = papers.write(tmp_path / "wire", FEW)
    with Proxy(cluster.ports[0]) as proxy, Archive.open_or_create(nodes_of(cluster, name)) as archive:
        archive.index([folder])
        before = papers.contents(archive)
        papers.write(folder, range(len(FEW) + 10), edition=2)
        fault = proxy.expect("POST /[^ ]*/_bulk", hold=True)
        ended: list[object] = []
        building = threading.Thread(target=lambda: ended.append(Archive.rebuild(f"{proxy.address}/{name}")))
        building.start()
        try:
            fault.wait()
            with pytest.raises(ArchiveBusy, match=f"is being rebuilt by process {os.getpid()} on .* Wait until it has finished, then run this again"):
                archive.index([folder])
            assert papers.contents(archive) == before
            assert not ended
        finally:
            proxy.forget()
            building.join()
        assert ended
        after = papers.contents(archive)
        assert len(after["articles"]) == len(FEW) + 10
        assert after == papers.known(tmp_path / "known", [folder])
        assert papers.leftovers(cluster, name, len(FEW) + 10) == {}


def test_a_rebuild_that_is_killed_leaves_the_old_state_and_the_next_one_clears_up(
    cluster: Cluster, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.opensearch.state.PATIENCE", 0.5)
    folder = papers.write(tmp_path / "wire", FEW)
    with Proxy(cluster.ports[0]) as proxy, Archive.open_or_create(nodes_of(cluster, name)) as archive:
        archive.index([folder])
        before = papers.contents(archive)
        fault = proxy.expect("POST /[^ ]*/_bulk", hold_answer=True)
        with started(20, "index", "--rebuild", "--index", f"{proxy.address}/{name}") as building:
            until(lambda: fault.happened or building.poll() is not None)
            assert fault.happened, building.communicate()
            building.kill()
        proxy.forget()
        assert papers.contents(archive) == before
        assert archive.index([folder]).nothing_changed
        Archive.rebuild(nodes_of(cluster, name))
        assert papers.contents(archive) == before
        assert papers.leftovers(cluster, name, len(FEW)) == {}


# Parts that do not answer


def test_what_is_on_a_lost_machine_alone_is_said_to_be_missing_until_it_is_back(cluster: Cluster, name: str, tmp_path: Path) -> None:
    folder = papers.write(tmp_path / "wire", FEW)
    address = Address(tuple(cluster.addresses), name, shards=3, replicas=0)
    where = ("--index", str(address))
    with Archive.open_or_create(address) as archive:
        archive.index([folder])
        whole = archive.search("harbour OR grain")
        assert whole.complete
        cluster.wait_for_green()
        places = cluster.request("GET", f"/_cat/shards/dateline-{name}.articles-*?format=json").body
        cluster.kill(int(places[0]["node"].removeprefix("node-")))
        until(lambda: cluster.request("GET", "/_cluster/health").body.get("number_of_nodes") == 2)
        client = create_app(archive).test_client()
        part = until(lambda: not (found := archive.search("harbour OR grain")).complete and found)
        assert 0 < part.total < whole.total
        assert {hit.id for hit in part.hits} <= {hit.id for hit in archive.search("harbour OR grain", limit=60).hits}
        page = client.get("/?q=harbour+OR+grain")
        assert (page.status_code, strings.NOT_WHOLE in page.text) == (200, True)
        assert client.get("/readyz").status_code == 200
        for path in ("/api/search?q=grain", "/api/facets/agency"):
            assert client.get(path).status_code == 503, path
            assert client.get(f"{path}{'&' if '?' in path else '?'}partial=1").status_code == 200, path
        runner = CliRunner()
        for words in (("search", "grain"), ("facets",)):
            refused = runner.invoke(main, [*words, *where])
            assert (refused.exit_code, refused.stdout) == (2, "")
            assert "Parts of the archive did not answer" in refused.stderr
            assert runner.invoke(main, [*words, *where, "--partial"]).exit_code == 0
        papers.write(tmp_path / "wire", range(70))
        cluster.mend()
        cluster.wait_for_green()
        assert archive.index([folder]).complete
        assert papers.contents(archive) == papers.known(tmp_path / "known", [folder])
        assert papers.leftovers(cluster, name, 70) == {}


def test_a_machine_that_dies_while_nobody_asks_is_not_asked_for_ever(cluster: Cluster, name: str, tmp_path: Path) -> None:
    """A state was kept of which the only part was on a node that was there no longer: every question failed until the next run."""
    folder = papers.write(tmp_path / "wire", FEW)
    address = Address(tuple(cluster.addresses), name, shards=1, replicas=1)
    with Archive.open_or_create(address) as archive:
        archive.index([folder])
        right = answer_of(archive.search("harbour OR grain").to_dict())
        cluster.wait_for_green()
        places = cluster.request("GET", f"/_cat/shards/dateline-{name}.articles-*?format=json").body
        for place in places:
            assert answer_of(archive.search("harbour OR grain").to_dict()) == right
            cluster.kill(int(place["node"].removeprefix("node-")))
            until(lambda: cluster.request("GET", "/_cluster/health").body.get("number_of_nodes") == 2)
            assert answer_of(archive.search("harbour OR grain").to_dict()) == right
            cluster.mend()
            cluster.wait_for_green()
