"""Where is it measured: on a cluster of its own, or on one that there is? And when has that nothing left to do?"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import click

from cluster import Cluster
from search.engines.opensearch.connection import Connection
from search.engines.opensearch.state import REPLICAS, SHARDS, Storage
from search.homes.address import Address, parse_nodes
from search.homes.cluster import ClusterHome

NODES = 3
CALM = 600.0
"""Seconds that are waited for merges to end: of a million articles they take some minutes."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A cluster by its addresses; `own` where the benchmark has started it."""

    nodes: tuple[str, ...]
    own: Cluster | None = None

    def home(self, name: str) -> ClusterHome:
        """The home of an archive of that name."""
        return ClusterHome(Address(self.nodes, name))

    def storage(self, name: str) -> Storage:
        """The documents of an archive of that name."""
        return self.home(name)._storage

    def processor(self) -> float | None:
        """Seconds that the nodes' processes have used of the processors so far; None where they are not ours, or the system does not say."""
        if self.own is None:
            return None
        try:
            return sum(map(_used, filter(None, self.own.pids)))
        except OSError:
            return None

    def described(self) -> dict[str, Any]:
        """What stands above the figures."""
        connection = self.storage("bench").connection
        number = connection.ask("GET", "/")["version"]["number"]
        heap = connection.ask("GET", "/_nodes/stats/jvm", filter_path="nodes.*.jvm.mem.heap_max_in_bytes")
        heaps = [node["jvm"]["mem"]["heap_max_in_bytes"] for node in heap["nodes"].values()]
        return {
            "opensearch": number,
            "nodes": len(heaps),
            "heap": max(heaps),
            "cores": cores(),
            "shards": SHARDS,
            "replicas": REPLICAS,
            "own": self.own is not None,
        }


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def machine(url: str | None, heap: str) -> Iterator[Machine]:
    """The cluster at an address, or one of our own for the time being, with its data on disk."""
    if url is not None:
        yield Machine(parse_nodes(url))
        return
    click.echo(f"Three nodes with {heap} each are started.", err=True)
    with Cluster.start(NODES, heap=heap, lasting=True) as own:
        yield Machine(tuple(own.addresses), own)


def calm(connection: Connection, index: str) -> None:
    """Wait until every copy has its place and no segments are being put together."""
    connection.ask("GET", f"/_cluster/health/{index}", wait_for_status="green", wait_for_no_initializing_shards="true", timeout="60s", seconds=90)
    ends = time.monotonic() + CALM
    while time.monotonic() < ends:
        if not connection.ask("GET", f"/{index}/_stats/merge")["_all"]["total"]["merges"]["current"]:
            return
        time.sleep(0.5)


def own_processor() -> float:
    """Seconds that this process and those it has started, which have ended, have used of the processors."""
    ends = time.monotonic() + 5
    while active_children() and time.monotonic() < ends:
        time.sleep(0.02)
    return sum(os.times()[:4])


def _used(pid: int) -> float:
    """Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
