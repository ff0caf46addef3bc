"""Is it still Whoosh? What plain Whoosh does to an index, and what becomes of columns that are not what they should be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import index, query

from search.analysis import words
from search.engines import open_engine
from search.engines.base import Engine
from search.engines.whoosh import committing
from search.engines.whoosh.columns import read_arrays
from search.engines.whoosh.segment import Segment, storage_of
from search.errors import EngineError
from search.request import ask
from search.results import Results
from tests.engines.harbour import harbour, search, searches
from tests.make import article

SEARCHES = [case for case in (parameter.values[0] for parameter in searches()) if case.get("sort", "relevance") == "relevance"]
DELETED = 2


def answers(engine: Engine) -> list[Any]:
    """Everything that the hand-made searches find, count and score."""
    return [shown(search(engine, asked(case))) for case in SEARCHES]


def asked(case: dict[str, Any]) -> Any:
    return ask(case["query"], case.get("values", {}), limit=50, today=dt.date.fromisoformat(case["today"]) if "today" in case else None)


def shown(results: Results) -> tuple[Any, ...]:
    hits = [(hit.id, pytest.approx(hit.score)) for hit in results.hits]
    return results.total, hits, [facet.to_dict() for facet in results.facets], results.left_out


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Three segments, with an article deleted in two of them."""
    with monkeypatch.context() as patch, open_engine("whoosh", folder, create=True) as made:
        patch.setattr(committing, "to_put_together", lambda *_: [])
        articles = harbour()
        for start in range(0, len(articles), 3):
            made.add(articles[start : start + 3])
            made.commit()
        made.delete([articles[0].id, articles[4].id])
        made.commit()
        yield made


def test_plain_whoosh_finds_what_we_find(engine: Engine, folder: Path) -> None:
    with index.open_dir(str(folder)).searcher() as searcher:
        assert len(searcher.leaf_searchers()) > DELETED

        def theirs(asked: Any) -> list[str]:
            return sorted(hit["id"] for hit in searcher.search(asked, limit=None))

        def ours(text: str, **values: Any) -> list[str]:
            return sorted(hit.id for hit in search(engine, ask(text, values, limit=50)).hits)

        assert theirs(query.Every()) == ours("*")
        for field in ("title", "body"):
            for text in searcher.reader().field_terms(field):
                if words(text) != [text]:
                    continue  # an article such as "al", which is no word by itself when it is typed
                assert theirs(query.Term(field, text)) == ours(f"{field}:={text}"), text
        assert theirs(query.Phrase("body", ["return", "of"])) == ours('body:="return of"')
        for agency in searcher.reader().field_terms("agency"):
            assert theirs(query.Term("agency", agency)) == ours("*", agency=[agency])


def optimise(folder: Path) -> None:
    index.open_dir(str(folder)).optimize()


def compound(folder: Path) -> None:
    """What a plain writer leaves: all segments in one, in a compound file."""
    writer = index.open_dir(str(folder)).writer()
    writer.compound = True
    writer.commit(optimize=True)


@pytest.mark.parametrize("change", [optimise, compound])
def test_what_plain_whoosh_puts_together_is_answered_as_before(engine: Engine, folder: Path, change: Callable[[Path], None]) -> None:
    before = answers(engine)
    generation = engine.generation()
    change(folder)
    assert len(list(folder.glob("*.columns"))) == 0, "Whoosh has written the segment, without columns"
    with open_engine("whoosh", folder) as opened:
        assert answers(opened) == before
        assert opened.count() == len(harbour()) - DELETED
    assert len(list(folder.glob("*.columns"))) == 1, "columns are kept when they have been made"
    assert answers(engine) == before, "who has it open goes over to the new state"
    assert engine.generation() != generation
    engine.add(harbour()[:1])
    engine.commit()
    assert engine.count() == len(harbour()) - DELETED + 1


def test_an_article_that_plain_whoosh_deletes_is_gone(engine: Engine, folder: Path) -> None:
    gone = harbour()[1].id
    writer = index.open_dir(str(folder)).writer()
    writer.delete_by_term("id", gone)
    writer.commit(merge=False)
    assert gone not in list(engine.ids())
    with open_engine("whoosh", folder) as opened:
        assert opened.count() == engine.count() == len(harbour()) - DELETED - 1
        assert answers(opened) == answers(engine)


DAMAGE: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda _: None,
    "empty": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "cut in its head": lambda data: data[:40],
    "garbage": lambda data: b"\x93\x00\xff" * 1000,
    "of another version": lambda data: data.replace(b"columns 1", b"columns 2", 1),
    "of objects": lambda data: data.replace(b'["<i4"', b'["|O8"', 1),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("writable", [True, False], ids=["", "in a folder that may only be read"])
def test_columns_are_made_again(
    engine: Engine, folder: Path, damage: Callable[[bytes], bytes | None], writable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answers(engine)
    whole = {file: {name: array.tolist() for name, array in read_arrays(file).items()} for file in folder.glob("*.columns")}
    for file in whole:
        data = damage(file.read_bytes())
        file.unlink()
        if data is not None:
            file.write_bytes(data)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    if not writable:
        monkeypatch.setattr("search.engines.whoosh.segment.write_arrays", refused)
    with open_engine("whoosh", folder) as opened:
        assert answers(opened) == before
    if writable:
        assert {file: {name: array.tolist() for name, array in read_arrays(file).items()} for file in folder.glob("*.columns")} == whole


def contents(folder: Path) -> list[Any]:
    """The segments of an index: their columns, and the stored articles."""
    segments = [Segment(storage_of(folder), folder, entry) for entry in index.TOC.read(storage_of(folder), "MAIN").segments]
    try:
        return [({n: a.tolist() for n, a in s.columns.items()}, list(s.raw(range(s.size))), bytes(s._postings)) for s in segments]
    finally:
        for segment in segments:
            segment.close()


def test_the_index_is_the_same_whoever_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "SEGMENT", 3)
    for processes in (1, 3):
        with open_engine("whoosh", tmp_path / str(processes), create=True) as engine:
            engine.add(harbour())
            engine.commit(processes)
    one, several = contents(tmp_path / "1"), contents(tmp_path / "3")
    assert len(one) >= 1
    assert one == several


def test_a_helper_that_is_killed_is_a_sentence_and_all_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "SEGMENT", 3)
    with open_engine("whoosh", tmp_path / "index", create=True) as engine:
        engine.add(harbour()[:2])
        engine.commit()
        with monkeypatch.context() as patch:
            patch.setattr("concurrent.futures.Future.result", _broken)
            engine.add(harbour())
            with pytest.raises(EngineError, match="BrokenProcessPool"):
                engine.commit(2)
        assert engine.count() == 2
        engine.commit(2)
        assert engine.count() == len(harbour())


def _broken(*_: object) -> None:
    raise BrokenProcessPool("A process in the process pool was terminated abruptly")


def test_columns_hold_no_place_beyond_their_arrays(engine: Engine, folder: Path) -> None:
    """What a segment's columns say of each other fits together: values of facets, starts of stems, extents of postings."""
    del engine
    for file in folder.glob("*.columns"):
        arrays = read_arrays(file)
        size = len(arrays["ids"])
        for name in ("agency", "date", "participants"):
            assert len(arrays[f"{name}.docs"]) == len(arrays[f"{name}.ordinals"])
            assert np.all(arrays[f"{name}.docs"] < size)
            assert np.all(arrays[f"{name}.ordinals"] < len(arrays[f"{name}.marks"]))
        assert sorted(arrays["body.stems.words"].tolist()) == list(range(len(arrays["body.words.at"])))
        assert arrays["body.stems.starts"][-1] == len(arrays["body.words.at"])


def test_a_helper_that_is_killed_between_two_commits_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "SEGMENT", 2)
    with open_engine("whoosh", tmp_path / "index", create=True) as engine:
        engine.add([article(f"a{n}", "ship") for n in range(6)])
        engine.commit(2)
        pool: Any = engine._committer._helpers  # type: ignore[attr-defined]
        (helper,) = pool._processes.values()
        notices = pool._executor_manager_thread
        helper.kill()
        notices.join()
        engine.add([article(f"b{n}", "ship") for n in range(6)])
        with suppress(EngineError):
            engine.commit(2)
        engine.commit(2)
        assert engine.count() == 12
