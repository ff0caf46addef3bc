"""Does the development cluster start, survive what is done to it, and leave nothing behind?"""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster import Cluster, ClusterUnavailable, NodeFailed, PortTaken, jars, ports
from tests.skipping import skip_without

ROOT = Path(__file__).resolve().parents[2]
SHARDS = {"settings": {"number_of_shards": 3, "number_of_replicas": 1}}


@pytest.fixture
def index(cluster: Cluster) -> Iterator[str]:
    """Three shards with a replica each, and thirty documents in them."""
    assert cluster.request("PUT", "/letters", SHARDS).status == 200
    lines: list[dict[str, object]] = []
    for number in range(30):
        lines += [{"index": {"_id": str(number)}}, {"number": number}]
    written = cluster.request("POST", "/letters/_bulk?refresh=true", lines)
    assert written.status == 200
    assert not written.body["errors"]
    yield "letters"
    cluster.mend()
    cluster.request("DELETE", "/letters")


def count(cluster: Cluster, index: str) -> int:
    answer = cluster.request("GET", f"/{index}/_count")
    assert answer.body["_shards"]["failed"] == 0
    return answer.body["count"]


def nodes_seen(cluster: Cluster, expected: int) -> int:
    """How many nodes there are, as soon as there are as many as expected."""
    return cluster.request("GET", f"/_cluster/health?wait_for_nodes={expected}&timeout=25s").body["number_of_nodes"]


def test_shards_and_replicas_find_their_place_on_three_nodes(cluster: Cluster, index: str) -> None:
    cluster.wait_for_green()
    nodes = cluster.request("GET", "/_cat/nodes?format=json").body
    assert sorted(node["name"] for node in nodes) == ["node-0", "node-1", "node-2"]
    places = cluster.request("GET", f"/_cat/shards/{index}?format=json").body
    assert Counter(place["state"] for place in places) == {"STARTED": 6}
    assert {place["node"] for place in places} == {"node-0", "node-1", "node-2"}
    for number, address in enumerate(cluster.addresses):
        assert address == f"http://127.0.0.1:{cluster.ports[number]}"
        said = cluster.request("GET", "/", node=number).body
        assert (said["name"], said["version"]["number"]) == (f"node-{number}", jars.version())


def test_a_killed_node_is_missed_and_comes_back_with_its_data(cluster: Cluster, index: str) -> None:
    cluster.wait_for_green()
    where, pid = cluster.addresses[1], cluster.pids[1]
    cluster.kill(1)
    assert cluster.pids[1] is None
    assert nodes_seen(cluster, 2) == 2
    assert count(cluster, index) == 30
    assert cluster.request("GET", "/_cluster/health").body["status"] != "green"
    with pytest.raises(OSError, match="refused"):
        cluster.request("GET", "/", node=1)
    cluster.restart_node(1)
    cluster.wait_for_green()
    assert cluster.addresses[1] == where
    assert cluster.pids[1] not in (None, pid)
    assert cluster.request("GET", f"/{index}/_search?preference=_local&size=0", node=1).body["hits"]["total"]["value"] == 30


def test_a_paused_node_hangs_and_then_goes_on(cluster: Cluster) -> None:
    cluster.pause(2)
    with pytest.raises(TimeoutError):
        cluster.request("GET", "/", node=2, seconds=0.3)
    cluster.resume(2)
    assert cluster.request("GET", "/", node=2).status == 200


def test_an_index_that_took_no_more_writes_for_want_of_space_takes_them_again(cluster: Cluster, index: str) -> None:
    def write() -> int:
        return cluster.request("PUT", f"/{index}/_doc/1", {}).status

    def block(value: bool | None) -> int:
        return cluster.request("PUT", f"/{index}/_settings", {"index.blocks.read_only_allow_delete": value}).status

    assert block(True) == 200
    assert write() == 429
    assert block(None) == 200
    assert write() == 200


def test_settings_hold_for_the_running_cluster(cluster: Cluster) -> None:
    cluster.settings({"cluster.routing.allocation.enable": "none"})
    assert cluster.request("GET", "/_cluster/settings?flat_settings=true").body["persistent"] == {"cluster.routing.allocation.enable": "none"}
    cluster.settings({"cluster.routing.allocation.enable": None})
    assert cluster.request("GET", "/_cluster/settings").body["persistent"] == {}


def test_the_modules_are_there_that_searches_need(cluster: Cluster, index: str) -> None:
    made = cluster.request("POST", f"/{index}/_search/point_in_time?keep_alive=1m").body["pit_id"]
    sorted_by_script = {"_script": {"type": "number", "order": "desc", "script": {"source": "doc['number'].value % 7"}}}
    search = {"size": 1, "pit": {"id": made}, "query": {"range": {"number": {"gte": 5, "lte": 8}}}, "sort": [sorted_by_script]}
    assert [hit["_id"] for hit in cluster.request("POST", "/_search", search).body["hits"]["hits"]] == ["6"]
    assert cluster.request("DELETE", "/_search/point_in_time", {"pit_id": [made]}).body["pits"][0]["successful"]
    analysed = cluster.request("POST", "/_analyze", {"tokenizer": "standard", "filter": ["lowercase", "porter_stem"], "text": "Letters"}).body
    assert [token["token"] for token in analysed["tokens"]] == ["letter"]
    deleted = cluster.request("POST", f"/{index}/_delete_by_query?refresh=true", {"query": {"range": {"number": {"lt": 10}}}})
    assert deleted.body["deleted"] == 10


class Command:
    """`python -m cluster` with one node, read until it says that the node is up."""

    def __init__(self, data: Path) -> None:
        words = [sys.executable, "-m", "cluster", "--nodes", "1", "--port", "0", "--data", str(data)]
        self.process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            self._read()
        except BaseException:
            self._kill()
            raise

    def _read(self) -> None:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"node-0  (http://127.0.0.1:\d+)  process (\d+)  log (\S+)", said)
        assert found, said
        self.address, self.log = found[1], Path(found[3])
        assert f"dateline index seeds --engine opensearch --url {self.address} --archive news" in said
        assert "keeps their data" in said
        self.node = os.pidfd_open(int(found[2]))

    def _kill(self) -> None:
        self.process.kill()
        self.process.__exit__(None, None, None)

    def __enter__(self) -> Command:
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()
        os.close(self.node)

    def ends_after(self, number: signal.Signals) -> int:
        """How the command ends when it gets the signal. The node, no child of ours, must end as well."""
        self.process.send_signal(number)
        ended = self.process.wait()
        assert select.select([self.node], [], [], 60)[0], "the node is still there"
        return ended

    def request(self, method: str, path: str, body: bytes | None = None) -> bytes:
        asked = urllib.request.Request(self.address + path, body, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(asked) as answer:
            return answer.read()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system cannot tell when a process ends that is not a child")
def test_nodes_end_with_the_command_even_if_it_is_killed_and_kept_data_is_there_again(need_jars: None, tmp_path: Path) -> None:
    with Command(tmp_path) as killed:
        killed.request("PUT", "/letters/_doc/1", b'{"word": "kept"}')
        assert killed.ends_after(signal.SIGKILL) == -signal.SIGKILL
    with Command(tmp_path) as asked_to_end:
        assert b'"kept"' in asked_to_end.request("GET", "/letters/_doc/1")
        assert asked_to_end.ends_after(signal.SIGTERM) == 0
    assert asked_to_end.log == tmp_path / "node-0" / "node.log"
    assert " closed" in asked_to_end.log.read_text("utf-8").splitlines()[-1]


@pytest.fixture
def need_jars() -> None:
    try:
        jars.ready()
    except ClusterUnavailable as error:
        skip_without(str(error))


def test_a_node_that_does_not_come_up_says_why_and_leaves_nothing(need_jars: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(NodeFailed, match=r"(?s)^node-0 ended by itself. The end of .*node.log:\n.*unknown setting \[no.such.setting\]"):
        Cluster.start(1, settings={"no.such.setting": 1})
    assert not list(tmp_path.glob("dateline-cluster-*/node-0"))


def test_a_cluster_stays_within_ports_of_its_own() -> None:
    first, second = ports.free(3), ports.free(3)
    try:
        assert len({*first.http, *first.transport, *second.http, *second.transport}) == 12
    finally:
        first.release()
        second.release()


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(PortTaken, match=f"^Port {port} is taken by another program"):
            ports.fixed(port, 1)


def test_without_java_or_maven_one_sentence_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(jars, "STORE", tmp_path / "jars")
    monkeypatch.setenv("PATH", str(tmp_path))

    def program(name: str, said: str = "") -> None:
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{said}'\nexit 1\n")
        (tmp_path / name).chmod(0o755)

    with pytest.raises(ClusterUnavailable, match=r"^The cluster needs a JDK, 17 or later, with java and javac on the PATH or JAVA_HOME set to it\.$"):
        Cluster.start()
    program("java")
    program("javac", "javac 11.0.2")
    with pytest.raises(ClusterUnavailable, match=r"^The cluster needs a JDK, 17 or later; .*javac is javac 11\.0\.2\.$"):
        Cluster.start()
    program("javac", "javac 21")
    with pytest.raises(ClusterUnavailable, match=r"^The cluster needs Maven \(mvn on the PATH\) once, to fetch the jars of OpenSearch\.$"):
        Cluster.start()
    program("mvn", "Could not resolve host: repo.maven.apache.org")
    with pytest.raises(ClusterUnavailable, match=r"^Maven could not fetch the jars of OpenSearch:\nCould not resolve host"):
        Cluster.start()
