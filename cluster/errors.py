"""What can go wrong with the development cluster."""

from __future__ import annotations


class ClusterError(Exception):
    """The cluster cannot do what was asked of it."""


class ClusterUnavailable(ClusterError):
    """Something that the cluster runs on is not installed or could not be fetched; the message says how to come by it."""


class PortTaken(ClusterError):
    """Another program listens on a port that was asked for."""


class NodeFailed(ClusterError):
    """A node ended or did not come up in time; the message ends with the last lines of its log."""
