"""The Tantivy engine under the contract, and what is particular to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines import open_engine
from search.engines.base import Engine
from tests.engines.contract import EngineContract


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine("tantivy", tmp_path / "index", create=True) as made:
        yield made


class TestTantivy(EngineContract):
    pass
