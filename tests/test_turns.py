"""Several writers side by side, in any order of their turns and with kills anywhere, leave what one writer would that indexes everything."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search.ledger import Ledger
from search.ledger.recorded import RecordedDatabase
from tests.raw_folder import Desk, extract
from tests.sharing import Killed, Schedule, Shared, Writer
from tests.test_indexer_runs import CONTENTS, CORRECTIONS, FILES, PEOPLE

SOURCES = ("desk", "wire", "zone")
MORE_FILES = (*FILES, "wire/b.txt", "wire/c.txt", "zone/a.txt", "zone/m.jsonl")
TEXTS = (*CONTENTS[:7], *PEOPLE[:3])


def says(ledger: Ledger) -> dict[str, Any]:
    """Everything that a ledger says of what is there; numbers by which it knows names and lines may differ."""
    query = ledger.database.all
    return {
        "sources": ledger.sources(),
        "files": [file for file in ledger.files() if file.state != "gone"],
        "articles": query("SELECT * FROM articles ORDER BY id"),
        "broken": query("SELECT * FROM broken ORDER BY 1, 2, 3"),
        "persons": sorted(ledger.names.listed(), key=lambda person: person.person),
        "decided": ledger.names.decided(),
        "naming": query("SELECT article, name.name FROM naming JOIN names AS name ON name.id = naming.name ORDER BY 1, 2"),
        "to do": query("SELECT * FROM touched") + query("SELECT * FROM renamed") + query("SELECT 1 FROM lines WHERE touched OR dirty"),
        "lines": ledger.lines.listed(),
        "places": query("SELECT name, line, article, place FROM line_places JOIN line_groups ON grp = id ORDER BY 1, 2, 3"),
        "untold": query("SELECT * FROM untold ORDER BY 1, 2"),
        "shown": ledger.kept.shown(),
        "corrections": ledger.kept.corrections(),
    }


def assert_as_one_writer(archive: Shared, folder: Path, cache: Path) -> None:
    """Articles and ledger are those of a new archive into which one writer has put everything."""
    shutil.rmtree(cache / "fresh", ignore_errors=True)
    new = Desk(cache / "fresh")
    new.folder = folder
    new.index(*SOURCES)
    with archive.ledger(cache / "reader") as ledger:
        assert archive.articles == new.whole()
        for what, said in says(new.ledger).items():
            assert says(ledger)[what] == said, what
        assert ledger.generation() == str(archive.commits)
    new.ledger.close()


def sound(cache: Path) -> Callable[[Shared], None]:
    """A check of what a turn has published: engine and ledger agree, no text is there twice, and nothing is half read."""

    def check(archive: Shared) -> None:
        with archive.ledger(cache / "reader") as ledger:
            held = {id: article.content_hash for id, article in archive.articles.items()}
            assert len(set(held.values())) == len(held)
            assert dict(ledger.database.all("SELECT id, content_hash FROM articles WHERE state = 'indexed'")) == held
            assert ledger.database.all("SELECT 1 FROM articles WHERE fresh") == []
            assert ledger.database.all("SELECT 1 FROM files WHERE state = 'read' AND file_hash IS NULL") == []
            assert ledger.generation() in (None, str(archive.commits))

    return check


def write(folder: Path, path: str, content: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(content)


def scatter(chance: random.Random, folder: Path) -> None:
    """Files come, change and go."""
    for path in MORE_FILES:
        if chance.random() < 0.7:
            write(folder, path, chance.choice(TEXTS))
        elif chance.random() < 0.5:
            (folder / path).unlink(missing_ok=True)
    many = "\n".join(f"{number};one;text {chance.randint(1, 9)}{number}" for number in range(chance.randint(3, 9)))
    write(folder, "zone/many.jsonl", many)
    for source in SOURCES:
        write(folder, f"{source}/left.txt", f";left;{source}")  # so that no source is ever empty


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of the ledger need not outlive a failure of the power here: waiting for the disk takes nine tenths of the time."""
    original = RecordedDatabase._connect

    def quick(database: RecordedDatabase, mode: str) -> Any:
        connection = original(database, mode)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    monkeypatch.setattr(RecordedDatabase, "_connect", quick)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path.resolve() / "raw"
    made.mkdir()
    return made


def task(
    archive: Shared, cache: Path, schedule: Schedule, name: str, paths: list[Path], *, kills: list[tuple[int, bool]], **options: Any
) -> Callable[[], None]:
    """A writer that indexes, and is killed so often: after so many steps, and with or without the time to clean up."""

    def carry_out() -> None:
        left = list(kills)
        while True:
            steps, cleans_up = left.pop() if left else (10**9, True)

            def step(_: str = "") -> None:
                nonlocal steps
                steps -= 1
                if steps < 0:
                    raise Killed

            writer = Writer(archive, cache, lambda: schedule.wait(name), step)
            writer.cleans_up = cleans_up
            for method in ("add", "delete", "commit"):
                setattr(writer.engine, method, _stepping(getattr(writer.engine, method), step))
            try:
                writer.index(*paths, extract=_stepping(extract, step), **options)
            except Killed:
                continue
            finally:
                writer.close()
            return

    return carry_out


def _stepping(call: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
    def stepping(*given: Any, **named: Any) -> Any:
        step()
        return call(*given, **named)

    return stepping


def side_by_side(
    chance: random.Random, archive: Shared, folder: Path, cache: Path, *, kills: int = 0, between: Callable[[], None] = lambda: None
) -> None:
    """Two or three writers, who together index everything."""
    schedule = Schedule(chance, between)
    shares = chance.choice([(["desk"], ["wire", "zone"]), (["desk", "wire"], ["zone", "wire"]), (["zone"], ["wire"], ["desk"]), (SOURCES, SOURCES)])
    tasks = {}
    for number, share in enumerate(shares):
        ends = [(chance.randint(0, 40), chance.random() < 0.5) for _ in range(kills)]
        paths = [folder / source for source in share]
        tasks[f"{number}"] = task(archive, cache / f"{number}", schedule, f"{number}", paths, kills=ends, batch=chance.randint(1, 4))
    schedule.run(tasks)


@pytest.mark.parametrize("seed", range(10))
def test_writers_side_by_side_leave_what_one_would(tmp_path: Path, folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    archive = Shared(sound(tmp_path))
    for _ in range(3):
        scatter(chance, folder)
        side_by_side(chance, archive, folder, tmp_path)
        assert_as_one_writer(archive, folder, tmp_path)


@pytest.mark.parametrize("seed", range(10))
def test_writers_that_are_killed_anywhere_lose_and_double_nothing(tmp_path: Path, folder: Path, seed: int) -> None:
    chance = random.Random(1000 + seed)
    archive = Shared(sound(tmp_path))
    for _ in range(2):
        scatter(chance, folder)
        if chance.random() < 0.5:
            write(folder, "desk/corrections.toml", chance.choice(CORRECTIONS))
        side_by_side(chance, archive, folder, tmp_path, kills=2)
        assert_as_one_writer(archive, folder, tmp_path)


@pytest.mark.parametrize("seed", range(10))
def test_files_that_change_while_writers_are_at_work_are_as_the_last_run_finds_them(tmp_path: Path, folder: Path, seed: int) -> None:
    chance = random.Random(2000 + seed)
    archive = Shared(sound(tmp_path))

    def between() -> None:
        path = chance.choice(MORE_FILES)
        if chance.random() < 0.3:
            (folder / path).unlink(missing_ok=True)
        elif chance.random() < 0.5:
            write(folder, path, chance.choice(TEXTS))
        elif chance.random() < 0.1:
            write(folder, "desk/corrections.toml", chance.choice(CORRECTIONS))

    scatter(chance, folder)
    side_by_side(chance, archive, folder, tmp_path, between=between)
    side_by_side(chance, archive, folder, tmp_path, kills=1, between=between)
    side_by_side(chance, archive, folder, tmp_path)
    assert_as_one_writer(archive, folder, tmp_path)
