"""Several nodes on this machine, started together, to be killed, paused and started again one by one."""

from __future__ import annotations

import json
import shutil
import signal
import ssl
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from cluster import jars
from cluster.errors import ClusterError
from cluster.node import Node, Settings
from cluster.ports import Ports, fixed, free

PATIENCE = 120.0
"""Seconds until a node that does not come up, or a cluster that does not become green, counts as failed."""

DEFAULTS: Settings = {
    "cluster.name": "dateline",
    "network.host": "127.0.0.1",
    # A disk that is nearly full makes nodes refuse writes; here that is to happen when a test wants it, not when the machine's disk is full.
    "cluster.routing.allocation.disk.threshold_enabled": False,
}
"""Settings of every node. compose.yaml has the same, but for what only suits a machine for development."""


class Answer(NamedTuple):
    """What a node said."""

    status: int
    body: Any


class Cluster:
    """Nodes of OpenSearch on loopback, numbered from 0.

    with Cluster.start() as cluster:
        cluster.request("GET", "/_cluster/health")
    """

    def __init__(self, nodes: list[Node], ports: Ports, directory: Path, *, keep: bool) -> None:
        """Use `Cluster.start`."""
        self.nodes = nodes
        self.directory = directory
        self._ports = ports
        self.keep = keep
        self._stopped = False

    @classmethod
    def start(
        cls,
        nodes: int = 3,
        *,
        directory: Path | None = None,
        port: int | None = None,
        heap: str = "512m",
        settings: Settings | None = None,
        patience: float = PATIENCE,
    ) -> Cluster:
        """Start the nodes and wait until all have found each other.

        `directory` keeps what is in it (data, logs) and takes up again what a cluster of as many nodes left there; without one, everything
        lies in a folder for the time being and is removed at the end. `port` is the first node's; without one, free ports are found.
        """
        runtime = jars.ready()
        ports = free(nodes) if port is None else fixed(port, nodes)
        keep = directory is not None
        directory = directory.resolve() if directory else Path(tempfile.mkdtemp(prefix="dateline-cluster-"))
        names = [f"node-{number}" for number in range(nodes)]
        common: dict[str, Any] = {
            **DEFAULTS,
            "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in ports.transport],
            "cluster.initial_cluster_manager_nodes": names,
            **(settings or {}),
        }
        members = [
            Node(name, directory / name, runtime, {"node.name": name, "http.port": http, "transport.port": transport, **common}, heap)
            for name, http, transport in zip(names, ports.http, ports.transport, strict=True)
        ]
        cluster = cls(members, ports, directory, keep=keep)
        try:
            for node in members:
                node.start()
            cluster._wait_until_joined(patience)
        except BaseException:
            cluster.stop()
            raise
        return cluster

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def ports(self) -> list[int]:
        return list(self._ports.http)

    @property
    def addresses(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    @property
    def pids(self) -> list[int | None]:
        """The processes, None where a node is down."""
        return [node.pid for node in self.nodes]

    def request(self, method: str, path: str, body: Any = None, *, node: int | None = None, seconds: float = 30) -> Answer:
        """Ask a node (without a number: the first that is up) and give whatever it says, be it an error.

        A body is sent as JSON, a list of them as the lines that `_bulk` takes.
        """
        if node is None:
            node = next((number for number, member in enumerate(self.nodes) if member.alive), 0)
        data, kind = None, "application/json"
        if isinstance(body, list):
            data, kind = "".join(json.dumps(line) + "\n" for line in body).encode(), "application/x-ndjson"
        elif body is not None:
            data = json.dumps(body).encode()
        asked = urllib.request.Request(self.addresses[node] + path, data, {"Content-Type": kind}, method=method)  # noqa: S310 - our own nodes
        try:
            with self._opener().open(asked, timeout=seconds) as answer:
                return Answer(answer.status, _read(answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _read(error.read()))

    def _opener(self) -> urllib.request.OpenerDirector:
        # A proxy that the environment names is for elsewhere.
        return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=ssl.create_default_context()))

    def settings(self, settings: Mapping[str, Any]) -> None:
        """Change settings of the running cluster; None takes one back to its default."""
        answer = self.request("PUT", "/_cluster/settings", {"persistent": dict(settings)})
        if answer.status != 200:
            raise ClusterError(f"The cluster refused the settings {dict(settings)}: {answer.body}")

    def kill(self, number: int) -> None:
        """End a node as a crash would; its data stays."""
        self.nodes[number].kill()

    def restart_node(self, number: int, patience: float = PATIENCE) -> None:
        """Start a node again where it was, with its data and its ports, and wait until all nodes that are up see each other."""
        node = self.nodes[number]
        if node.alive:
            node.kill()
        node.start()
        self._wait_until_joined(patience)

    def pause(self, number: int) -> None:
        """Let a node hang: its connections stay open, and nothing answers."""
        self.nodes[number].signal(signal.SIGSTOP)

    def resume(self, number: int) -> None:
        self.nodes[number].signal(signal.SIGCONT)

    def wait_for_green(self, patience: float = PATIENCE) -> None:
        """Wait until every shard and every replica has its place, on as many nodes as are up."""
        up = sum(node.alive for node in self.nodes)
        deadline = time.monotonic() + patience
        query = urllib.parse.urlencode(
            {"wait_for_status": "green", "wait_for_nodes": f">={up}", "timeout": "5s", "wait_for_no_relocating_shards": "true"}
        )
        health: Any = "no answer"
        while time.monotonic() < deadline:
            try:
                answer = self.request("GET", f"/_cluster/health?{query}")
            except OSError as error:
                health = error
            else:
                health = answer.body
                if answer.status == 200 and not health["timed_out"]:
                    return
            self._raise_if_ended()
            time.sleep(0.1)
        raise ClusterError(f"The cluster is not green after {patience:.0f} seconds: {health}")

    def stop(self) -> None:
        """End all nodes, and remove what was for the time being."""
        if self._stopped:
            return
        self._stopped = True
        for node in self.nodes:
            if self.keep:
                node.signal(signal.SIGCONT)
                node.signal(signal.SIGTERM)
        for node in self.nodes:
            if self.keep:
                node.end()
            else:
                node.kill()
        self._ports.release()
        if not self.keep:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _wait_until_joined(self, patience: float) -> None:
        """Wait until every node that runs answers by itself and sees as many nodes as run."""
        deadline = time.monotonic() + patience
        for number, node in enumerate(self.nodes):
            if not node.alive and node.pid is None:
                continue
            while not self._sees_all(number):
                self._raise_if_ended()
                if time.monotonic() > deadline:
                    raise node.failed(f"did not come up within {patience:.0f} seconds")
                time.sleep(0.05)

    def _sees_all(self, number: int) -> bool:
        up = sum(node.alive for node in self.nodes)
        try:
            answer = self.request("GET", "/_cluster/health?local=true", node=number, seconds=5)
        except OSError:
            return False
        return answer.status == 200 and answer.body["number_of_nodes"] >= up and answer.body["discovered_cluster_manager"]

    def _raise_if_ended(self) -> None:
        for node in self.nodes:
            if node.pid is not None and not node.alive:
                raise node.failed("ended by itself")


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
