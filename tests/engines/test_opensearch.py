"""The OpenSearch engine under the contract, and what is particular to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from cluster import Cluster
from search.engines.base import Engine
from search.engines.opensearch.connection import Connection, Settings
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.state import Storage
from tests.engines.contract import EngineContract


@pytest.fixture(scope="module")
def connection(running_cluster: Cluster) -> Iterator[Connection]:
    made = Connection(Settings(tuple(running_cluster.addresses)))
    yield made
    made.close()


@pytest.fixture(scope="module")
def storage(connection: Connection) -> Iterator[Storage]:
    made = Storage(connection, f"test-{uuid.uuid4().hex[:12]}")
    made.create()
    yield made
    made.delete()


@pytest.fixture
def engine(storage: Storage) -> Iterator[Engine]:
    """An archive of which all articles have just been deleted: their documents may still be there, and must not count."""
    with OpenSearchEngine(storage) as made:
        made.delete(list(made.ids()))
        made.commit()
        yield made


@pytest.fixture
def other(engine: Engine, storage: Storage) -> Iterator[Engine]:
    with OpenSearchEngine(storage) as opened:
        yield opened


class TestOpenSearch(EngineContract):
    pass
