"""The Whoosh engine under the contract, and what is particular to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines import open_engine
from search.engines.base import Engine
from tests.engines.contract import EngineContract, harbour


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine("whoosh", tmp_path / "index", create=True) as made:
        yield made


class TestWhoosh(EngineContract):
    pass


def test_whoosh_alone_opens_the_index(tmp_path: Path) -> None:
    """The stored schema has Whoosh's own classes only: a program that cannot import Dateline reads titles and articles."""
    with open_engine("whoosh", tmp_path / "index", create=True) as engine:
        engine.add(harbour())
        engine.commit()
    program = """
import json, sys
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("search", "web"):
            raise ImportError(name + " must not be needed")
sys.meta_path.insert(0, Without())
from whoosh import index, query
with index.open_dir(sys.argv[1]).searcher() as searcher:
    hits = searcher.search(query.And([query.Term("title", "refugees"), query.Term("agency", "SANA")]), limit=None)
    print(json.dumps([json.loads(hit["article"])["title"] for hit in hits]))
"""
    done = subprocess.run([sys.executable, "-c", program, tmp_path / "index"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.stderr, done.stdout.strip()) == ("", '["Ministers discuss the return of refugees"]')
