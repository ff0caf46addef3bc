"""A running cluster for tests, started when the first test asks for it. tests/conftest.py makes these fixtures known everywhere.

    def test_something(cluster: Cluster) -> None:            # three nodes without passwords
        cluster.addresses, cluster.kill(1)                   # all are well again before the next test
    def test_something(secure_cluster: Cluster) -> None:     # two nodes with TLS, passwords and roles
        secure_cluster.access.authority, secure_cluster.access.password("dateline_reader")

A fixture of a wider scope asks for `running_cluster` or `running_secure_cluster`. Indices are for each test to name, and to remove.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster import Cluster, ClusterUnavailable
from tests.skipping import skip_without


def started(nodes: int, *, secure: bool) -> Iterator[Cluster]:
    try:
        running = Cluster.start(nodes, secure=secure, in_memory=True)
    except ClusterUnavailable as error:
        skip_without(str(error))
    with running:
        yield running


@pytest.fixture(scope="session")
def running_cluster() -> Iterator[Cluster]:
    yield from started(3, secure=False)


@pytest.fixture(scope="session")
def running_secure_cluster() -> Iterator[Cluster]:
    # Two are enough for what nodes say to each other.
    yield from started(2, secure=True)


@pytest.fixture
def cluster(running_cluster: Cluster) -> Iterator[Cluster]:
    yield running_cluster
    running_cluster.mend()


@pytest.fixture
def secure_cluster(running_secure_cluster: Cluster) -> Iterator[Cluster]:
    yield running_secure_cluster
    running_secure_cluster.mend()
