"""python -m cluster: three nodes in the foreground, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from cluster import Cluster, ClusterError
from cluster.jars import version


def main() -> int:
    arguments = _arguments()
    # Asked to end from outside, e.g. by `kill`, it ends as at Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _say(f"OpenSearch {version()} starts; nodes: {arguments.nodes}")
        with Cluster.start(
            arguments.nodes, secure=arguments.secure, directory=arguments.data, port=arguments.port or None, heap=arguments.heap
        ) as cluster:
            _describe(cluster)
            _stay(cluster)
    except KeyboardInterrupt:
        _say("All nodes have ended.")
    except ClusterError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m cluster", description="Nodes of OpenSearch on this machine, for development, until Ctrl-C.")
    parser.add_argument("--nodes", type=int, default=3, metavar="N", help="how many (3)")
    parser.add_argument("--port", type=int, default=9200, help="the first node's; the next ones follow; 0: whichever are free (9200)")
    parser.add_argument("--secure", action="store_true", help="with TLS, passwords and roles")
    parser.add_argument("--heap", default="512m", help="memory of each node for objects (512m)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep data and logs in DIR, and take up again what is there")
    return parser.parse_args()


def _describe(cluster: Cluster) -> None:
    for node, address in zip(cluster.nodes, cluster.addresses, strict=True):
        _say(f"  {node.name}  {address}  process {node.pid}  log {node.log}")
    command = f"dateline index seeds --engine opensearch --url {cluster.addresses[0]} --archive news"
    if cluster.access is None:
        _say(f"Try:  {command}")
    else:
        _say(f"Try:  {command} --ca {cluster.access.authority}")
        _say("as one of these users, whose passwords only you may read:")
        for user, path in cluster.access.passwords.items():
            _say(f"  {user:<{max(map(len, cluster.access.passwords))}}  {path}")
    _say(
        f"A node ends with  kill -9 {cluster.pids[-1]};  Ctrl-C ends all " + ("and keeps their data." if cluster.keep else "and removes their data.")
    )


def _stay(cluster: Cluster) -> None:
    """Wait for Ctrl-C; say it when a node ends, e.g. killed by hand."""
    running = {node.name for node in cluster.nodes}
    while True:
        time.sleep(0.5)
        for node in cluster.nodes:
            if node.name in running and not node.alive:
                running.remove(node.name)
                _say(f"{node.name} has ended.")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
