"""Who waits for whom, and what is left behind? States that are older than what is on disk, writers that meet, and one that is killed."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import TOC

from search import answering
from search.article import Article
from search.engines import open_engine
from search.engines.base import Engine, View
from search.engines.whoosh import committing
from search.engines.whoosh import engine as whoosh_engine
from search.engines.whoosh.cache import Cache
from search.engines.whoosh.engine import WhooshEngine
from search.engines.whoosh.schema import NAME
from search.engines.whoosh.segment import Segment, storage_of
from search.engines.whoosh.writing import build
from search.errors import ArchiveBusy
from search.query.tree import Everything
from search.request import ask
from tests.engines.harbour import harbour, searches
from tests.make import article

LONG = 30
"""Seconds after which a test that waits has failed."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The hand-made articles in three segments."""
    with open_engine("whoosh", folder, create=True) as made:
        with monkeypatch.context() as patch:
            patch.setattr(committing, "to_put_together", lambda *_: [])
            for start in (0, 3, 6):
                made.add(harbour()[start : start + 3])
                made.commit()
        yield made


def next_state() -> list[Article]:
    """Articles that come in place of the hand-made ones."""
    return [article(f"f{n}", "Something else entirely.") for n in range(5)]


def replaced(engine: Engine) -> None:
    """Let one commit replace all articles."""
    engine.delete(list(engine.ids()))
    engine.add(next_state())
    engine.commit()


def files(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


# States that are older


def everything(view: View) -> list[Any]:
    """All that a view can be asked for."""
    requests = [ask(case["query"], case.get("values", {}), sort=case.get("sort", "relevance"), limit=50) for case in CASES]
    found = [answering.search(view, request).to_dict() for request in requests]
    articles = [view.get(one.id) for one in view.scan(Everything(), "oldest")]
    words = [view.vocabulary(field) for field in ("title", "body")]
    return [found, articles, words, view.terms("", "os", "re"), sorted(view.ids()), view.frequencies("body", ["refuge", "camp"], exact=False)]


CASES = [case for case in (parameter.values[0] for parameter in searches()) if "today" not in case]


def test_a_state_that_nobody_has_asked_yet_answers_all_when_its_files_are_gone(engine: Engine, folder: Path) -> None:
    with open_engine("whoosh", folder) as other:
        before, untouched = everything(engine.view()), other.view()
        there = files(folder)
        replaced(engine)
        gone = there - files(folder)
        assert {Path(name).suffix for name in gone} >= {".pst", ".columns", ".col"}
        assert everything(untouched) == before
        assert other.count() == len(next_state())


def test_a_state_whose_later_files_go_while_it_is_opened_is_the_next_one(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first segment was open then, and closing it a second time made a damaged archive of it."""

    def opened(storage: Any, place: Path, entry: Any) -> Segment:
        if len(seen) == 1:
            seen.append("gone")
            engine.add([article("9", "Newer than all.")])
            engine.commit()
            raise FileNotFoundError(entry)
        seen.append(entry)
        return Segment(storage, place, entry)

    seen: list[Any] = []
    monkeypatch.setattr(whoosh_engine, "Segment", opened)
    with open_engine("whoosh", folder) as other:
        assert other.count() == 9
    assert "gone" in seen


@pytest.mark.parametrize("reason", [KeyboardInterrupt, MemoryError])
def test_what_ends_the_opening_of_a_later_segment_is_what_is_raised(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch, reason: type[BaseException]
) -> None:
    def opened(storage: Any, place: Path, entry: Any) -> Segment:
        if seen:
            raise reason
        seen.append(entry)
        return Segment(storage, place, entry)

    seen: list[Any] = []
    monkeypatch.setattr(whoosh_engine, "Segment", opened)
    with pytest.raises(reason), open_engine("whoosh", folder) as other:
        other.count()


def test_files_are_given_back_when_nobody_holds_a_state_any_more(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given_back: list[int] = []
    close = Segment.close

    def noted(self: Segment) -> None:
        given_back.append(id(self))
        close(self)

    monkeypatch.setattr(Segment, "close", noted)
    with open_engine("whoosh", folder) as other:
        view: Any = other.view()
        held = [id(segment) for segment, _ in view._snapshot.segments]
        replaced(engine)
        assert other.count() == len(next_state())
        gc.collect()
        assert not set(held) & set(given_back), "a view still holds them"
        assert len(list(view.scan(Everything(), "oldest"))) == len(harbour())
        del view
        gc.collect()
        assert sorted(which for which in given_back if which in held) == sorted(held)


class Watched:
    """A lock that says when somebody waits for it."""

    def __init__(self) -> None:
        self.waited_for = threading.Event()
        self._lock = threading.Lock()

    def acquire(self, *, blocking: bool = True) -> bool:
        if self._lock.acquire(blocking=False):
            return True
        if not blocking:
            return False
        self.waited_for.set()
        return self._lock.acquire()

    def release(self) -> None:
        self._lock.release()


class Opening:
    """An engine that another thread has begun to open a newer state of, and goes on with when it is told to."""

    def __init__(self, engine: Engine, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lock = Watched()
        self.go_on = threading.Event()
        self.now = 100.0
        begun = threading.Event()
        opened = WhooshEngine._opened

        def slow(self_: WhooshEngine) -> Any:
            begun.set()
            assert self.go_on.wait(LONG)
            return opened(self_)

        monkeypatch.setattr("search.engines.whoosh.engine.time.monotonic", lambda: self.now)
        monkeypatch.setattr(WhooshEngine, "_opened", slow)
        monkeypatch.setattr(engine, "_building", self.lock)
        self.first = threads.submit(engine.count)
        assert begun.wait(LONG)


@contextmanager
def opening(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Opening, ThreadPoolExecutor]]:
    with ThreadPoolExecutor(4) as threads:
        begun = Opening(engine, threads, monkeypatch)
        try:
            yield begun, threads
        finally:
            begun.go_on.set()


def test_who_asks_too_late_waits_for_the_newer_state(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine.count() == len(harbour())
    with open_engine("whoosh", folder) as other:
        replaced(other)
    with opening(engine, monkeypatch) as (begun, threads):
        begun.now += whoosh_engine.STALE * 0.99
        assert engine.count() == len(harbour())
        begun.now += whoosh_engine.STALE * 0.01
        late = threads.submit(engine.count)
        assert begun.lock.waited_for.wait(LONG)
        begun.go_on.set()
        assert (begun.first.result(LONG), late.result(LONG)) == (len(next_state()), len(next_state()))


def test_what_was_committed_here_is_waited_for_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has committed a change and looks for it must not be told that it is not there."""
    assert engine.count() == len(harbour())
    replaced(engine)
    with opening(engine, monkeypatch) as (begun, threads):
        second = threads.submit(engine.count)
        assert begun.lock.waited_for.wait(LONG)
        begun.go_on.set()
        assert (begun.first.result(LONG), second.result(LONG)) == (len(next_state()), len(next_state()))


def test_nobody_waits_for_what_another_reads_of_the_same() -> None:
    """Two threads want the same postings at once: both read them, both get them, and they are kept once."""
    cache = Cache(10_000)
    both = threading.Barrier(2, timeout=LONG)

    def read() -> tuple[list[int], int]:
        both.wait()
        return [1, 2, 3], 1_000

    with ThreadPoolExecutor(2) as threads:
        one, other = [threads.submit(cache.get, "word", read) for _ in range(2)]
        assert one.result(LONG) == other.result(LONG) == [1, 2, 3]
    alone = Cache(10_000)
    alone.get("word", lambda: ([1, 2, 3], 1_000))
    assert cache.bytes == alone.bytes > 1_000
    assert cache.get("word", _unexpected) == [1, 2, 3]


def test_what_could_not_be_read_is_not_kept() -> None:
    cache = Cache(10_000)
    with pytest.raises(KeyError):
        cache.get("word", _broken)
    assert cache.bytes == 0
    assert cache.get("word", lambda: ("read", 10)) == "read"


def _unexpected() -> Any:
    raise AssertionError("it is kept already")


def _broken() -> Any:
    raise KeyError("word")


# Writers that meet

WRITER = """
import sys
from pathlib import Path
from search.engines import open_engine
from search.engines.whoosh import writing
from tests.engines.test_whoosh_at_once import next_state
write = writing.write_arrays
def slow(*arguments):
    print("writing", flush=True)
    sys.stdin.readline()
    write(*arguments)
writing.write_arrays = slow
with open_engine("whoosh", Path(sys.argv[1])) as engine:
    engine.add(next_state())
    engine.commit()
"""
"""A process that has written nearly all of a segment, and goes on when it is told to."""


@pytest.fixture
def writer(engine: Engine, folder: Path) -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).resolve().parents[2]
    del engine  # there is an index
    with subprocess.Popen([sys.executable, "-c", WRITER, folder], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_that_another_is_writing_and_can_try_again(engine: Engine, writer: subprocess.Popen[str]) -> None:
    before = engine.generation()
    engine.add([article("9", "zebra")])
    with pytest.raises(ArchiveBusy, match="Another process is writing"):
        engine.commit()
    assert (engine.count(), engine.generation()) == (len(harbour()), before)
    writer.communicate("go on\n", timeout=LONG)
    assert writer.returncode == 0
    assert engine.count() == len(harbour()) + len(next_state())
    engine.commit()
    assert engine.count() == len(harbour()) + len(next_state()) + 1, "what was to be written was kept, and nothing of the other's is lost"


def test_two_engines_of_one_process_do_not_write_at_once_either(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[ArchiveBusy] = []
    with open_engine("whoosh", folder) as other:
        other.add([article("a", "zebra")])

        def meanwhile(*arguments: Any) -> Any:
            with pytest.raises(ArchiveBusy) as caught:
                other.commit()
            refused.append(caught.value)
            return build(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(committing, "build", meanwhile)
            engine.add([article("9", "zebra")])
            engine.commit()
        assert len(refused) == 1
        other.commit()
        assert engine.count() == other.count() == len(harbour()) + 2


def test_a_writer_that_is_killed_leaves_the_state_before_and_no_files_for_long(engine: Engine, folder: Path, writer: subprocess.Popen[str]) -> None:
    before = everything(engine.view())
    writer.kill()
    writer.wait(LONG)
    left_over = {name for name in files(folder) if name.endswith(".pst")}
    assert len(left_over) == 4, "it has been killed while it wrote"
    with open_engine("whoosh", folder) as opened:
        assert everything(opened.view()) == everything(engine.view()) == before
    engine.add([article("9", "zebra")])
    engine.commit()
    assert engine.count() == len(harbour()) + 1
    storage = storage_of(folder)
    segments = tuple(f"{entry.segment_id()}." for entry in TOC.read(storage, NAME).segments)
    number = TOC._latest_generation(storage, NAME)
    assert {name for name in files(folder) if not name.startswith(segments)} == {"name.txt", f"{NAME}_WRITELOCK", f"_{NAME}_{number}.toc"}
