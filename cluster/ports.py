"""Which ports does a cluster listen on? Asked-for ones, or a block that no other cluster of this machine has."""

from __future__ import annotations

import random
import socket
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from cluster.errors import ClusterError, PortTaken

FIRST, LAST, BLOCK = 20_000, 32_000, 20
"""Below what systems hand out for outgoing connections, so that no port is lost to one while its node is down."""


@dataclass(frozen=True)
class Ports:
    """For every node, where it answers to HTTP and where to other nodes; the lock is held as long as the cluster lives."""

    http: Sequence[int]
    transport: Sequence[int]
    lock: FileLock | None = None

    def release(self) -> None:
        if self.lock is not None:
            self.lock.release()


def fixed(first: int, nodes: int) -> Ports:
    """Ports from `first` on, and a hundred above for the nodes among themselves: 9200 and 9300."""
    ports = Ports(range(first, first + nodes), range(first + 100, first + 100 + nodes))
    taken = [port for port in (*ports.http, *ports.transport) if not _free(port)]
    if taken:
        raise PortTaken(f"Port {taken[0]} is taken by another program; choose others with --port, or end that program.")
    return ports


def free(nodes: int) -> Ports:
    """A block of ports that stays this cluster's own, also while a node is down: a lock keeps other clusters off it."""
    if 2 * nodes > BLOCK:
        raise ClusterError(f"At most {BLOCK // 2} nodes, not {nodes}.")
    locks = Path(tempfile.gettempdir(), "dateline-cluster-ports")
    locks.mkdir(exist_ok=True)
    blocks = list(range(FIRST, LAST, BLOCK))
    random.shuffle(blocks)
    for block in blocks:
        lock = FileLock(locks / f"{block}.lock", timeout=0)
        try:
            lock.acquire()
        except (Timeout, PermissionError):
            continue
        ports = Ports(range(block, block + nodes), range(block + nodes, block + 2 * nodes), lock)
        if all(map(_free, (*ports.http, *ports.transport))):
            return ports
        lock.release()
    raise PortTaken(f"No {2 * nodes} free ports in a row between {FIRST} and {LAST}.")


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # A port whose last connections still fade out is free, as it is for the node.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
