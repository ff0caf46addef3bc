"""Whatever happened before, in whatever order, and wherever a run was killed: the archive ends as if the folder were indexed for the first time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.ledger import Ledger
from search.settling import Settling, in_force
from tests.memory_engine import MemoryEngine
from tests.raw_folder import Desk, extract

FILES = ("desk/a.txt", "desk/b.txt", "desk/sub/a.txt", "wire/a.txt", "wire/z.txt")
CONTENTS = (";one;A", ";two;A", ";one;B", ";one;C", "x;one;A\ny;one;B", "x;two;B\ny;two;A", "x;one;C\ny;two;C", "fail", "bug", "")
PEOPLE = (
    ";Yury Borisov;P¶footer",
    ";Yuri Borisov;Q¶footer",
    "x;Yuriy Borisov;R¶footer\ny;Ana Costa;S¶footer\nz;Yury Borisov and Ana Costa;T¶footer",
    "x;Ana Costa;S¶footer\nbroken",
)
CORRECTIONS = (
    "",
    '[[names.merge]]\nnames = ["Ana Costa", "Yury Borisov"]\n',
    '[[names.merge]]\nnames = ["Ana Costa", "Yury Borisov"]\nas = "Dame Ana"\n[[line]]\ntext = "footer"\nboilerplate = true\n',
    '[[names.hide]]\nnames = ["Yuri Borisov"]\n',
    '[[names.split]]\nnames = ["Yuri Borisov", "Yury Borisov"]\n[[names.rename]]\nname = "Yury Borisov"\nto = "Somebody Else"\n',
    '[[article]]\npath = "a.txt"\ntitle = "Put right"\nperson = { "Yury Borisov" = "Yury Borisov (actor)" }\n',
)
ALL = ("desk", "wire")

STEPS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(FILES), st.sampled_from(CONTENTS)),
    st.tuples(st.just("write"), st.sampled_from(FILES), st.sampled_from(CONTENTS)),
    st.tuples(st.just("write"), st.sampled_from(FILES), st.sampled_from(PEOPLE)),
    st.tuples(st.just("write"), st.just("desk/corrections.toml"), st.sampled_from(CORRECTIONS)),
    st.tuples(st.just("remove"), st.sampled_from(FILES)),
    st.tuples(st.just("correct")),
    st.tuples(st.just("index"), st.sampled_from([ALL, ("desk",), ("wire",), ("desk/sub",), ("desk/sub", "wire")]), st.sampled_from("12")),
    st.tuples(st.just("kill"), st.sampled_from([ALL, ("desk",), ("wire",), ("desk/sub", "wire")]), st.integers(0, 40)),
)


class Killed(BaseException):
    """The process ends here."""


class Tripwire:
    """Lets a run go on for a number of steps: calls that change the archive, before and after each."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self) -> None:
        if self.left == 0:
            raise Killed
        self.left -= 1

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def tripping(*given: Any, **named: Any) -> Any:
            self.step()
            result = call(*given, **named)
            self.step()
            return result

        return tripping


def run_until(desk: Desk, steps: int, *paths: str) -> int | None:
    """Index, and be killed after so many steps; the steps left over where the run came to its end, else None."""
    wire = Tripwire(steps)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("add", "delete", "commit"):
            patch.setattr(desk.engine, name, wire.around(getattr(desk.engine, name)))
        for name in ("start_run", "announce", "confirm", "commit", "finish_run"):
            patch.setattr(desk.ledger, name, wire.around(getattr(desk.ledger, name)))
        try:
            desk.index(*paths, allow_removal=True, batch=2, extract=wire.around(extract))
        except Killed:
            left = None
        else:
            left = wire.left
    desk.reopen()
    return left


def assert_as_fresh(desk: Desk) -> None:
    """Archive and ledger are what a new archive of the same sources would be."""
    with TemporaryDirectory() as folder:
        new = Desk(Path(folder))
        for source in desk.ledger.sources():
            new.ledger.add_source(source)
        new.folder = desk.folder
        new.index(*(source.name for source in desk.ledger.sources()))
        assert desk.whole() == new.whole()
        assert desk.states() == new.states()
        new.ledger.close()


def assert_sound(desk: Desk) -> None:
    """Engine and ledger agree, and no text is in the engine twice."""
    held = [desk.engine.get(article).content_hash for article in desk.engine.ids()]
    assert len(held) == len(set(held)) == desk.ledger.article_count()
    assert desk.ledger.pending(1) == []
    assert desk.ledger.generation() == desk.engine.generation()
    # What was read can be had back, and gives once more what is there: nothing that the archive added is lost or added twice.
    _, decided = in_force(desk.ledger.sources(), desk.ledger)
    settling = Settling(desk.ledger, decided)
    read = {id: settling.as_read(stored) for id, stored in desk.whole().items()}
    assert {id: settling.settled(article)[0].article for id, article in read.items() if article is not None} == desk.whole()


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_any_history_of_changes_runs_and_kills_ends_as_a_first_run_would(steps: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as name:
        desk = Desk(Path(name).resolve())
        for folder in ("desk/sub", "wire"):
            (desk.folder / folder).mkdir(parents=True)
        desk.index(*ALL)
        for step in steps:
            match step:
                case "write", path, content:
                    desk.write(path, content)
                case "remove", path:
                    (desk.folder / path).unlink(missing_ok=True)
                case "index", paths, version:
                    report = desk.index(*paths, allow_removal=True, batch=2, version=version)
                    assert report.balanced
                    assert_sound(desk)
                    if paths == ALL:
                        assert_as_fresh(desk)
                case ("correct",):
                    desk.index()
                    assert_sound(desk)
                case "kill", paths, after:
                    run_until(desk, after, *paths)
        desk.index(*ALL, allow_removal=True)
        assert_sound(desk)
        assert_as_fresh(desk)
        again = desk.index(*ALL)
        assert again.nothing_changed
        assert again.unchanged + again.skipped + again.failed == again.files
        desk.ledger.close()


def eventful(folder: Path) -> Desk:
    """An archive, and changes to its files that need every kind of step: new, changed, removed, a duplicate that rises and one that falls."""
    desk = Desk(folder)
    for path, content in zip(FILES, (";one;A", ";one;B", ";one;A", ";one;B", ";one;C"), strict=True):
        desk.write(path, content)
    desk.write("wire/m.txt", ";one;D")
    desk.index(*ALL)
    desk.write("desk/0.txt", ";new;C")  # wire/z.txt falls
    (desk.folder / "desk/a.txt").unlink()  # desk/sub/a.txt rises
    desk.write("desk/b.txt", ";two;E")  # wire/a.txt rises
    desk.write("wire/m.txt", ";two;D")
    desk.write("wire/n.txt", "fail")
    return desk


def test_a_run_killed_at_any_step_leaves_a_readable_archive_and_the_next_one_finishes_the_work(tmp_path: Path) -> None:
    steps, finished = 0, False
    while not finished:
        desk = eventful(tmp_path / f"{steps}")
        left = run_until(desk, steps, *ALL)
        finished = left is not None
        assert set(desk.ledger.states_by_source()) == set(ALL)
        assert all(desk.engine.get(article).id == article for article in desk.engine.ids())
        desk.index(*ALL, batch=2, allow_removal=True)
        assert_sound(desk)
        assert_as_fresh(desk)
        desk.ledger.close()
        steps += 1
    assert steps > 30


def test_a_file_put_back_after_a_kill_does_not_keep_what_the_killed_run_wrote(tmp_path: Path) -> None:
    """The engine had committed the new title, the ledger had not confirmed it, and the file got its old bytes back: it looked unchanged."""
    for steps in range(12):
        desk = Desk(tmp_path / f"{steps}")
        desk.write("wire/a.txt", ";one;A")
        desk.index("wire")
        desk.write("wire/a.txt", ";two;A")
        run_until(desk, steps, "wire")
        desk.write("wire/a.txt", ";one;A")
        desk.index("wire")
        assert desk.titles() == {"wire/a.txt": "one"}
        desk.ledger.close()


def test_a_file_removed_after_a_kill_does_not_leave_its_old_article_behind(tmp_path: Path) -> None:
    """The ledger had noted the new reading, the engine still held the old one: nobody took it out when the file went."""
    for steps in range(12):
        desk = Desk(tmp_path / f"{steps}")
        desk.write("wire/a.txt", ";one;A")
        desk.write("wire/b.txt", ";one;B")
        desk.index("wire")
        file = desk.write("wire/a.txt", ";two;A2")
        run_until(desk, steps, "wire")
        file.unlink()
        desk.index("wire")
        assert desk.titles() == {"wire/b.txt": "one"}
        desk.ledger.close()


KILLED_RUN = """
import os, sys
from pathlib import Path
from search.indexer import index
from search.ledger import Ledger
from tests.memory_engine import MemoryEngine
from tests.raw_folder import extract

folder, seen = Path(sys.argv[1]), []

def killing(raw, fields):
    seen.append(raw)
    if len(seen) == 6:
        os._exit(9)
    return extract(raw, fields)

index(MemoryEngine(folder / "engine"), Ledger.open(folder / "ledger.sqlite"), [folder / "wire"], extract=killing, version="1", batch=2)
"""


def test_a_process_that_is_killed_loses_at_most_its_last_batch(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for number in range(9):
        desk.write(f"wire/{number}.txt", f";one;{number}")
    root = Path(__file__).parent.parent
    ended = subprocess.run([sys.executable, "-c", KILLED_RUN, str(tmp_path)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False)
    assert ended.returncode == 9

    desk.ledger.close()
    desk.engine, desk.ledger = MemoryEngine(tmp_path / "engine"), Ledger.open(tmp_path / "ledger.sqlite")
    assert desk.ledger.states_by_source() == {"wire": {"indexed": 4}}
    assert [run.finished for run in desk.ledger.runs()] == [None]
    report = desk.index("wire")
    assert (report.unchanged, report.indexed) == (4, 5)
    assert_as_fresh(desk)
    desk.ledger.close()
