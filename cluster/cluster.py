"""Several nodes on this machine, started together, to be killed, paused and started again one by one."""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from cluster import jars, security
from cluster.errors import ClusterError
from cluster.node import Node, Settings
from cluster.ports import Ports, fixed, free
from cluster.security import ADMIN, Access

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
        self.access: Access | None = None
        self._ports = ports
        self.keep = keep
        self._stopped = False

    @classmethod
    def start(
        cls,
        nodes: int = 3,
        *,
        secure: bool = False,
        directory: Path | None = None,
        in_memory: bool = False,
        port: int | None = None,
        heap: str = "512m",
        lasting: bool = False,
        settings: Settings | None = None,
        patience: float = PATIENCE,
    ) -> Cluster:
        """Start the nodes and wait until they have found each other and what they keep.

        `directory` keeps what is in it (data, logs) and takes up again what a cluster of as many nodes left there; without one, everything
        lies in a folder for the time being and is removed at the end: on disk, or `in_memory` if the system has a folder there with room enough,
        where making an index takes half the time. `port` is the first node's; without one, free ports are found.
        With `secure` there are TLS and passwords, made anew: `access` has them. `lasting` nodes take minutes to be as fast as they can be, and are
        then faster than others: for measuring.
        """
        runtime = jars.ready(secure=secure)
        if lasting:
            runtime = replace(runtime, flags=jars.LASTING)
        ports = free(nodes) if port is None else fixed(port, nodes)
        keep = directory is not None
        directory = directory.resolve() if directory else Path(tempfile.mkdtemp(prefix="dateline-cluster-", dir=_memory() if in_memory else None))
        names = [f"node-{number}" for number in range(nodes)]
        common: dict[str, Any] = {
            **DEFAULTS,
            **({**security.SETTINGS, **security.HASTE} if secure else {}),
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
            cluster.access = security.prepare(directory, names) if secure else None
            for node in members:
                node.start()
            cluster._wait_until_joined(patience)
            cluster._make_users()
            # What was kept can be read as soon as every shard, if not every replica, has its place.
            cluster._wait_for("yellow", patience)
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
        scheme = "https" if self.access else "http"
        return [f"{scheme}://127.0.0.1:{port}" for port in self.ports]

    @property
    def pids(self) -> list[int | None]:
        """The processes, None where a node is down."""
        return [node.pid for node in self.nodes]

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        node: int | None = None,
        user: str | None = ADMIN,
        password: str | None = None,
        seconds: float = 30,
    ) -> Answer:
        """Ask a node (without a number: the first that is up) and give whatever it says, be it an error.

        A body is sent as JSON, a list of them as the lines that `_bulk` takes. Where there are users, it is the admin who asks, or another
        `user`, or with None nobody; the password is the real one unless another is given.
        """
        headers = self.access.headers(user, password) if self.access else {}
        return self._send(method, path, body, node=node, headers=headers, seconds=seconds)

    def _send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        node: int | None = None,
        headers: Mapping[str, str] | None = None,
        as_admin: bool = False,
        seconds: float = 30,
    ) -> Answer:
        if node is None:
            node = next((number for number, member in enumerate(self.nodes) if member.alive), 0)
        data, kind = None, "application/json"
        if isinstance(body, list):
            data, kind = "".join(json.dumps(line) + "\n" for line in body).encode(), "application/x-ndjson"
        elif body is not None:
            data = json.dumps(body).encode()
        # A proxy that the environment names is for elsewhere.
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if self.access:
            handlers.append(urllib.request.HTTPSHandler(context=self.access.context(as_admin=as_admin)))
        asked = urllib.request.Request(self.addresses[node] + path, data, {"Content-Type": kind, **(headers or {})}, method=method)  # noqa: S310 - our own
        try:
            with urllib.request.build_opener(*handlers).open(asked, timeout=seconds) as answer:
                return Answer(answer.status, _read(answer.read()))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _read(error.read()))

    def _make_users(self) -> None:
        """Give every user a password, as the bearer of the admin's certificate; before that, nobody has one."""
        if self.access is None:
            return
        for user in self.access.passwords:
            path = f"/_plugins/_security/api/internalusers/{user}"
            answer = self._send("PUT", path, {"password": self.access.password(user)}, as_admin=True)
            if answer.status not in (200, 201):
                raise ClusterError(f"The user {user} could not be made: {answer.status} {answer.body}")

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

    def mend(self) -> None:
        """Let all nodes run again, whatever was done to them, and wait until they are together."""
        for number in range(len(self.nodes)):
            self.resume(number)
        down = [node for node in self.nodes if not node.alive]
        for node in down:
            node.kill()
            node.start()
        if down:
            self._wait_until_joined(PATIENCE)

    def wait_for_green(self, patience: float = PATIENCE) -> None:
        """Wait until every shard and every replica has its place, on as many nodes as are up."""
        self._wait_for("green", patience)

    def _wait_for(self, status: str, patience: float) -> None:
        up = sum(node.alive for node in self.nodes)
        deadline = time.monotonic() + patience
        query = urllib.parse.urlencode(
            {"wait_for_status": status, "wait_for_nodes": f">={up}", "timeout": "5s", "wait_for_no_relocating_shards": "true"}
        )
        health: Any = "no answer"
        while time.monotonic() < deadline:
            try:
                answer = self._send("GET", f"/_cluster/health?{query}", as_admin=True)
            except OSError as error:
                health = error
            else:
                health = answer.body
                if answer.status == 200 and not health["timed_out"]:
                    return
            self._raise_if_ended()
            time.sleep(0.1)
        raise ClusterError(f"The cluster is not {status} after {patience:.0f} seconds: {health}")

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
            if self.access and self._send("GET", "/_plugins/_security/health", node=number, seconds=5, as_admin=True).status != 200:
                # It does not know its users yet.
                return False
            answer = self._send("GET", "/_cluster/health?local=true", node=number, seconds=5, as_admin=True)
        except OSError:
            return False
        return answer.status == 200 and answer.body["number_of_nodes"] >= up and answer.body["discovered_cluster_manager"]

    def _raise_if_ended(self) -> None:
        for node in self.nodes:
            if node.pid is not None and not node.alive:
                raise node.failed("ended by itself")


def _memory() -> Path | None:
    """Linux's folder in memory; in a container it may be very small."""
    folder = Path("/dev/shm")  # noqa: S108 - made as safely as elsewhere
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > 2 << 30 else None


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
