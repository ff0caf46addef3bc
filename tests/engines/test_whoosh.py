"""The Whoosh engine under the contract, and what is particular to it."""

from __future__ import annotations

import errno
import gc
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from whoosh.filedb.filetables import HashWriter

from search.engines import open_engine
from search.engines.base import Engine
from search.engines.whoosh.segment import Segment
from search.errors import DamagedArchive, EngineError
from search.request import ask
from tests.engines.contract import EngineContract
from tests.engines.harbour import harbour, search
from tests.make import article


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine("whoosh", tmp_path / "index", create=True) as made:
        yield made


@pytest.fixture
def other(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    with open_engine("whoosh", tmp_path / "index") as opened:
        yield opened


class TestWhoosh(EngineContract):
    pass


class TestWhooshInManySegments(EngineContract):
    """The same where segments are never put together: what is one column with one segment is several then."""

    @pytest.fixture(autouse=True)
    def never(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("search.engines.whoosh.committing.to_put_together", lambda *_: [])


def test_scores_do_not_depend_on_articles_that_have_left(tmp_path: Path) -> None:
    with open_engine("whoosh", tmp_path / "index", create=True) as engine:
        engine.add(harbour())
        engine.commit()
        before = [(hit.id, hit.score) for hit in search(engine, ask("refugees OR Ostrow")).hits]
        engine.add([article("99", "refugees " * 500)])
        engine.commit()
        engine.delete(["99".zfill(16)])
        engine.commit()
        assert [(hit.id, hit.score) for hit in search(engine, ask("refugees OR Ostrow")).hits] == before


# Whoosh leaves the files open that it could not write.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_full_disk_is_a_sentence_and_the_state_before_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_engine("whoosh", tmp_path / "index", create=True) as engine:
        engine.add(harbour()[:3])
        engine.commit()

        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(HashWriter, "close", full)
        engine.add(harbour()[3:])
        with pytest.raises(EngineError, match="No space left on device"):
            engine.commit()
        monkeypatch.undo()
        assert engine.count() == 3
        engine.commit()
        assert engine.count() == 8, "what was to be written is still there, to be tried again"
    gc.collect()  # here, and not in a later test


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


def test_damage_met_while_searching_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_engine("whoosh", tmp_path / "index", create=True) as engine:
        engine.add(harbour())
        engine.commit()

        def damaged(*_: object) -> None:
            raise zlib.error("Error -3 while decompressing data: incorrect header check")

        search(engine, ask("refugees"))
        for method, request in (("article", ask("refugees")), ("blocks", ask("camp"))):
            monkeypatch.setattr(Segment, method, damaged)
            with pytest.raises(DamagedArchive, match="incorrect header check"):
                search(engine, request)
            monkeypatch.undo()
        assert search(engine, ask("refugees")).total == 2
