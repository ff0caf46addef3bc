"""A cluster of OpenSearch for development and tests: three nodes on this machine, with Java and Maven and nothing else.

    python -m cluster            # or from a program:
    with Cluster.start() as cluster:
        ...

Not part of the installed program. compose.yaml beside this file is for lasting use.
"""

from cluster.cluster import Answer, Cluster
from cluster.errors import ClusterError, ClusterUnavailable, NodeFailed, PortTaken

__all__ = ["Answer", "Cluster", "ClusterError", "ClusterUnavailable", "NodeFailed", "PortTaken"]
