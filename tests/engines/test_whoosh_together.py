"""Do several get along? Eight threads that search, and another process that writes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from search.engines import open_engine
from search.engines.base import Count, Engine, Values
from search.engines.whoosh import engine as whoosh_engine
from search.engines.whoosh.engine import WhooshEngine
from search.engines.whoosh.segment import Segment
from search.errors import ArchiveBusy, DatelineError
from search.plan import Having, Term, plan
from search.query.parser import parse
from search.query.tree import Everything
from search.request import SearchRequest
from tests.make import article

ARTICLES, STATES = 60, 8

WRITER = f"""
import sys
from search.engines import open_engine
from tests.engines.test_whoosh_together import state
with open_engine("whoosh", __import__("pathlib").Path(sys.argv[1])) as engine:
    for number in range(1, {STATES + 1}):
        engine.delete(list(engine.ids()))
        engine.add(state(number))
        engine.commit()
"""


def state(number: int) -> list[Any]:
    """The articles of a state, none of which is in another: each says which it is, in its words and its values."""
    return [
        article(f"{number:04x}{n:04x}", f"common gen{number} word{n % 7} harbour ship", date=f"2{number:03}", agency=f"agency {number}")
        for n in range(ARTICLES + number)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    with open_engine("whoosh", folder, create=True) as made:
        made.add(state(0))
        made.commit()
        yield made


def look(engine: Engine) -> int:
    """Ask one view many things, and check that they are all of one state. Its number."""
    view = engine.view()
    found = plan(parse("common").query).query
    (agencies,) = view.values(Values("agency", found, None))
    ((name, total),) = agencies.values
    number = int(name.split()[1])
    assert total == ARTICLES + number
    assert view.count(Count(Everything()), Count(found), Count(Having("agency", (name,)))) == [total] * 3
    assert view.count(Count(Term(f"gen{number}", True, ("body",)))) == [total]
    (dates,) = view.values(Values("date", Everything(), None))
    assert dates.values == ((f"2{number:03}", total),)
    page = view.page(plan(parse(f'"harbour ship" word{number % 7}').query).query, SearchRequest(limit=5))
    assert len(page.hits) == 5
    assert all(f"gen{number} " in hit.body for hit, _ in page.hits)
    assert view.get(page.hits[0][0].id) == page.hits[0][0]
    assert sum(f"gen{number} " in one.body for one in view.scan(found, "oldest")) == total
    return number


def test_eight_threads_search_while_another_process_writes(engine: Engine, folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, folder], cwd=Path(__file__).resolve().parents[2]) as writer:

        def search(_: int) -> list[int]:
            seen = [look(engine)]
            while writer.poll() is None:
                seen.append(look(engine))
            return seen

        with ThreadPoolExecutor(8) as threads:
            everything = list(threads.map(search, range(8)))
    assert writer.returncode == 0
    for seen in everything:
        assert seen == sorted(seen), "nobody goes back to an older state"
    assert min(seen[0] for seen in everything) == 0
    assert look(engine) == STATES


def test_a_state_whose_files_are_gone_still_answers_those_who_have_it(engine: Engine, folder: Path) -> None:
    view = engine.view()
    before = {file.name for file in folder.iterdir()}
    with open_engine("whoosh", folder) as other:
        other.delete(list(other.ids()))
        other.add(state(1))
        other.commit()
    assert not [name for name in before if name.endswith((".pst", ".columns")) and (folder / name).exists()]
    found = plan(parse('"harbour ship"').query).query
    assert view.count(Count(found)) == [ARTICLES]
    assert all("gen0 " in one.body for one in view.scan(found, "oldest"))
    assert look(engine) == 1


def test_the_state_before_is_answered_while_a_newer_one_is_opened_but_not_for_long(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look(engine) == 0
    with open_engine("whoosh", folder) as other:
        other.delete(list(other.ids()))
        other.add(state(1))
        other.commit()
    now = [100.0]
    monkeypatch.setattr(whoosh_engine.time, "monotonic", lambda: now[0])
    opening, go_on = threading.Event(), threading.Event()
    opened = WhooshEngine._opened

    def slow(self: WhooshEngine) -> Any:
        opening.set()
        assert go_on.wait(30)
        return opened(self)

    monkeypatch.setattr(WhooshEngine, "_opened", slow)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(look, engine)
        assert opening.wait(30)
        assert look(engine) == 0
        now[0] += whoosh_engine.STALE
        late = threads.submit(look, engine)
        assert not first.done()
        assert not late.done()
        go_on.set()
        assert (first.result(30), late.result(30)) == (1, 1)


def test_a_state_that_goes_while_it_is_opened_is_not_missed(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = Segment.__init__
    tried: list[str] = []

    def gone(self: Segment, storage: Any, where: Path, entry: Any) -> None:
        if not tried:
            tried.append(entry.segment_id())
            with monkeypatch.context() as patch:
                patch.setattr(Segment, "__init__", begin)
                engine.delete(list(engine.ids()))
                engine.add(state(2))
                engine.commit()
        begin(self, storage, where, entry)

    monkeypatch.setattr(Segment, "__init__", gone)
    with open_engine("whoosh", folder) as other:
        assert look(other) == 2
    assert tried


def test_files_that_are_missing_for_good_are_damage(engine: Engine, folder: Path) -> None:
    engine.close()
    for file in folder.glob("*.pst"):
        file.unlink()
    with pytest.raises(DatelineError, match="damaged"):
        open_engine("whoosh", folder)


def test_one_writes_at_a_time(engine: Engine, folder: Path) -> None:
    with open_engine("whoosh", folder) as other:
        lock: Any = other._storage.lock("MAIN_WRITELOCK")  # type: ignore[attr-defined]
        assert lock.acquire()
        try:
            engine.add(state(1))
            with pytest.raises(ArchiveBusy, match="Another process is writing"):
                engine.commit()
        finally:
            lock.release()
    engine.commit()
    assert engine.count() == 2 * ARTICLES + 1
