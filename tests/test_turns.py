"""Several writers side by side, in any order of their turns and with kills anywhere, leave what one writer would that indexes everything."""

from __future__ import annotations

import random
import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from search.errors import CorrectionsError, EngineError, SourceNameTaken
from search.ledger import Ledger
from search.ledger.recorded import RecordedDatabase
from search.sources import RawDocument
from tests.raw_folder import Desk, extract
from tests.sharing import Killed, Schedule, Shared, Writer
from tests.test_indexer_runs import CONTENTS, CORRECTIONS, FILES, PEOPLE

SOURCES = ("desk", "wire", "zone")
MORE_FILES = (*FILES, "wire/b.txt", "wire/c.txt", "zone/a.txt", "zone/m.jsonl")
FIRST, SECOND, THIRD = (f'[[names.rename]]\nname = "Ana Costa"\nto = "{to}"\n' for to in ("First", "Second", "Third"))
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


@pytest.fixture
def archive(tmp_path: Path, folder: Path) -> Shared:
    """desk/ with two files of one text, wire/ with two of their own, all indexed."""
    for path, content in (("desk/a.txt", ";one;A"), ("desk/b.txt", ";two;A"), ("wire/a.txt", ";one;W"), ("wire/b.txt", ";one;X")):
        write(folder, path, content)
    made = Shared(sound(tmp_path))
    run(made, tmp_path, folder / "desk", folder / "wire")
    return made


def run(archive: Shared, cache: Path, *paths: Path, turns: dict[int, Callable[[], None]] | None = None, **options: Any) -> Writer:
    """One run of one writer. `turns`: what happens while it waits for the first, second … of its turns, counted from 0."""
    at = iter(range(10**6))
    writer = Writer(archive, cache / "run", lambda: (turns or {}).get(next(at), lambda: None)())
    try:
        writer.report = writer.index(*paths, **options)
    finally:
        writer.close()
    return writer


def titles(archive: Shared) -> dict[str, str | None]:
    return {f"{article.source}/{article.path}": article.title for article in archive.articles.values()}


def test_files_are_read_outside_of_turns_and_written_in_as_many_as_there_are_batches(tmp_path: Path, folder: Path, archive: Shared) -> None:
    for number in range(7):
        write(folder, f"zone/{number}.txt", f";one;Z{number}")
    extracted: list[str] = []

    def noting(raw: RawDocument, fields: Any) -> Any:
        extracted.append(raw.path)
        return extract(raw, fields)

    def look() -> None:
        seen.append(len(extracted))

    seen: list[int] = []
    writer = run(archive, tmp_path, folder / "zone", batch=3, extract=noting, turns=dict.fromkeys(range(99), look))
    assert seen == [0, 0, 3, 6, 7, 7], "looking round, beginning, three batches, settling"
    assert (writer.turns, writer.report.indexed, writer.report.balanced) == (6, 7, True)


def test_files_that_are_as_they_were_need_no_turn(tmp_path: Path, folder: Path, archive: Shared) -> None:
    writer = run(archive, tmp_path, folder / "desk", folder / "wire", batch=1)
    assert (writer.turns, writer.report.unchanged, writer.report.nothing_changed) == (3, 4, True)


def test_a_file_of_more_articles_than_a_batch_is_read_once_and_written_in_one_turn(tmp_path: Path, folder: Path, archive: Shared) -> None:
    write(folder, "zone/many.jsonl", "\n".join(f"{number};one;many {number}" for number in range(7)))
    reads: list[str] = []

    def noting(raw: RawDocument, fields: Any) -> Any:
        for number, article in enumerate(extract(raw, fields)):
            reads.append(f"{raw.path} {number}")
            yield article

    writer = run(archive, tmp_path, folder / "zone", batch=2, extract=noting)
    assert (writer.turns, writer.report.articles, len(reads)) == (4, 10, 7)


def test_a_file_that_fails_in_the_middle_fails_in_a_turn_too(tmp_path: Path, folder: Path, archive: Shared) -> None:
    write(folder, "zone/many.jsonl", "x;one;many\nno record at all")
    writer = run(archive, tmp_path, folder / "zone")
    assert [line.reason for line in writer.report.left_out] == ["internal error: ValueError: not enough values to unpack (expected 3, got 1)"]
    assert not any(path.startswith("zone") for path in titles(archive))


@pytest.mark.parametrize("path", ["wire/a.txt", "wire/many.jsonl"])
def test_what_was_read_before_others_does_not_replace_what_they_found_after(tmp_path: Path, folder: Path, archive: Shared, path: str) -> None:
    """A writer had read the old bytes, waited for its turn, and put them back over the new ones."""
    write(folder, path, ";old;W1")

    def others() -> None:
        write(folder, path, ";new;W2")
        run(archive, tmp_path / "others", folder / "wire")

    run(archive, tmp_path, folder / "wire", turns={2: others})
    assert titles(archive)[path] == "new"
    assert_as_one_writer_of(archive, folder, tmp_path, "desk", "wire")


@pytest.mark.parametrize("path", ["wire/a.txt", "wire/many.jsonl"])
def test_a_file_that_has_to_be_read_once_more_is_read_as_it_is_then(tmp_path: Path, folder: Path, archive: Shared, path: str) -> None:
    """Of a file of many, the articles that had been extracted before were put under the hash of the new bytes."""
    write(folder, path, ";old;W1")

    def others() -> None:
        write(folder, path, ";new;W2")
        run(archive, tmp_path / "others", folder / "wire")
        write(folder, path, ";newest;W3")

    run(archive, tmp_path, folder / "wire", turns={2: others})
    assert titles(archive)[path] == "newest"


def test_a_file_that_came_back_meanwhile_is_not_lost(tmp_path: Path, folder: Path, archive: Shared) -> None:
    (folder / "wire/a.txt").unlink()

    def others() -> None:
        write(folder, "wire/a.txt", ";back;W2")
        run(archive, tmp_path / "others", folder / "wire")

    run(archive, tmp_path, folder / "wire", turns={2: others})
    assert titles(archive)["wire/a.txt"] == "back"


def test_a_file_that_went_meanwhile_does_not_come_back(tmp_path: Path, folder: Path, archive: Shared) -> None:
    write(folder, "wire/a.txt", ";changed;W1")

    def others() -> None:
        (folder / "wire/a.txt").unlink()
        run(archive, tmp_path / "others", folder / "wire")

    writer = run(archive, tmp_path, folder / "wire", turns={2: others})
    assert "wire/a.txt" not in titles(archive)
    assert writer.report.gone == 1


def test_a_source_that_others_brought_in_meanwhile_keeps_its_files_and_its_name(tmp_path: Path, folder: Path, archive: Shared) -> None:
    write(folder, "house/inner/a.txt", ";one;I")
    write(folder, "house/b.txt", ";one;H")
    run(archive, tmp_path, folder / "house", turns={1: lambda: run(archive, tmp_path / "others", folder / "house/inner") and None})
    assert {"inner/a.txt", "house/b.txt"} <= titles(archive).keys()
    assert "house/inner/a.txt" not in titles(archive)
    write(folder, "one/new/a.txt", ";one;N1")
    write(folder, "two/new/a.txt", ";one;N2")
    with pytest.raises(SourceNameTaken):
        run(archive, tmp_path, folder / "one/new", turns={1: lambda: run(archive, tmp_path / "others", folder / "two/new") and None})


def test_files_that_two_read_at_once_are_written_by_one(tmp_path: Path, folder: Path, archive: Shared) -> None:
    write(folder, "zone/a.txt", ";one;Z")
    commits: list[int] = []

    def others() -> None:
        run(archive, tmp_path / "others", folder / "zone")
        commits.append(archive.commits)

    writer = run(archive, tmp_path, folder / "zone", turns={2: others})
    assert (writer.report.indexed, writer.report.unchanged) == (0, 1)
    assert commits == [archive.commits]


def test_an_article_of_a_source_that_others_brought_in_meanwhile_takes_the_place_of_one_that_left(
    tmp_path: Path, folder: Path, archive: Shared
) -> None:
    write(folder, "zone/a.txt", ";follows;W")
    write(folder, "wire/corrections.toml", FIRST)
    (folder / "wire/a.txt").unlink()
    write(folder, "wire/b.txt", "fail")
    run(archive, tmp_path, folder / "wire", turns={2: lambda: run(archive, tmp_path / "others", folder / "zone") and None})
    assert titles(archive)["zone/a.txt"] == "follows"
    assert_as_one_writer_of(archive, folder, tmp_path, "desk", "wire", "zone")


def test_an_article_whose_file_is_on_another_machine_waits_for_a_run_there(tmp_path: Path, folder: Path) -> None:
    """The machine without the file said that it cannot be read, and forgot what the other machine had brought in."""
    archive = Shared()
    write(folder, "desk/a.txt", ";leads;A")
    write(folder, "wire/a.txt", ";follows;A")
    run(archive, tmp_path, folder / "desk", folder / "wire")
    shutil.move(folder / "wire", folder / "away")
    write(folder, "desk/a.txt", ";other;B")
    run(archive, tmp_path, folder / "desk")
    with archive.ledger(tmp_path / "reader") as ledger:
        assert ledger.states_by_source() == {"desk": {"indexed": 1}, "wire": {"pending": 1}}
    shutil.move(folder / "away", folder / "wire")
    run(archive, tmp_path, folder / "desk")
    assert titles(archive) == {"desk/a.txt": "other", "wire/a.txt": "follows"}


def test_a_turn_that_fails_publishes_nothing_and_the_copy_goes_on(tmp_path: Path, folder: Path, archive: Shared) -> None:
    before, state = dict(archive.articles), archive.log.state
    write(folder, "wire/a.txt", ";two;W")

    def failing(_: int = 1) -> None:
        raise EngineError("The cluster is full.")

    writer = Writer(archive, tmp_path / "run")
    writer.engine.commit = failing  # type: ignore[method-assign]
    with pytest.raises(EngineError):
        writer.index(folder / "wire")
    assert (archive.articles, len(archive.log.state.entries)) == (before, len(state.entries) + 1), "only that a run began"
    archive.log.fetched.clear()
    writer.engine = type(writer.engine)()
    writer.index(folder / "wire")
    writer.close()
    assert 0 not in archive.log.fetched, "what was changed was taken back: no need for the snapshot"
    assert titles(archive)["wire/a.txt"] == "two"


def assert_as_one_writer_of(archive: Shared, folder: Path, cache: Path, *sources: str) -> None:
    new = Desk(cache / "fresh")
    new.folder = folder
    new.index(*sources)
    assert archive.articles == new.whole()
    new.ledger.close()


# Corrections


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Go on on another machine."""

    def go(name: str) -> None:
        monkeypatch.setattr(socket, "gethostname", lambda: name)

    go("a")
    return go


def corrections_of(archive: Shared, cache: Path) -> bytes:
    with archive.ledger(cache / "reader") as ledger:
        return ledger.kept.corrections().get("wire", ("", b""))[1]


def test_corrections_follow_whoever_edits_what_the_archive_has(tmp_path: Path, folder: Path, archive: Shared, machine: Callable[[str], None]) -> None:
    for name, content in (("a", FIRST), ("b", FIRST), ("b", SECOND), ("a", SECOND), ("a", THIRD)):
        machine(name)
        write(folder, "wire/corrections.toml", content)
        run(archive, tmp_path, folder / "wire")
        assert corrections_of(archive, tmp_path) == content.encode()
    (folder / "wire/corrections.toml").unlink()
    run(archive, tmp_path)
    assert corrections_of(archive, tmp_path) == b"", "taken away where it was taken up"


def test_corrections_that_would_undo_what_came_from_elsewhere_are_refused(
    tmp_path: Path, folder: Path, archive: Shared, machine: Callable[[str], None]
) -> None:
    for name, content in (("a", FIRST), ("b", FIRST), ("a", SECOND)):
        machine(name)
        write(folder, "wire/corrections.toml", content)
        run(archive, tmp_path)
    machine("b")
    state = archive.log.state
    for mine in (FIRST, THIRD):
        write(folder, "wire/corrections.toml", mine)
        words = re.escape('“to = "' + ("First" if mine == FIRST else "Third"))
        with pytest.raises(
            CorrectionsError,
            match=rf"wire.*Here, line 3: {words}.”\. In the archive, line 3: “to = .Second.”\. .* dateline corrections".replace(" dat", ".dat"),
        ):
            run(archive, tmp_path)
    assert archive.log.state == state
    write(folder, "wire/corrections.toml", SECOND)
    run(archive, tmp_path)
    write(folder, "wire/corrections.toml", THIRD)
    run(archive, tmp_path)
    assert corrections_of(archive, tmp_path) == THIRD.encode()


def test_where_there_never_was_a_file_the_archives_corrections_hold(
    tmp_path: Path, folder: Path, archive: Shared, machine: Callable[[str], None]
) -> None:
    write(folder, "wire/corrections.toml", FIRST)
    run(archive, tmp_path)
    machine("b")
    (folder / "wire/corrections.toml").unlink()
    for _ in range(2):
        run(archive, tmp_path, folder / "wire")
        assert corrections_of(archive, tmp_path) == FIRST.encode()
    write(folder, "wire/corrections.toml", SECOND)
    with pytest.raises(CorrectionsError, match="wire"):
        run(archive, tmp_path)


def test_corrections_that_change_in_a_run_of_another_hold_for_files_read_before(tmp_path: Path, folder: Path, archive: Shared) -> None:
    write(folder, "wire/a.txt", ";mine;W1")

    def others() -> None:
        write(folder, "wire/corrections.toml", '[[article]]\npath = "a.txt"\ntitle = "Put right"\n[[article]]\npath = "b.txt"\ntitle = "Right"\n')
        run(archive, tmp_path / "others", folder / "desk")

    for at in (2, 3):
        run(archive, tmp_path, folder / "wire", turns={at: others})
        assert (titles(archive)["wire/a.txt"], titles(archive)["wire/b.txt"]) == ("Put right", "Right")
        write(folder, "wire/corrections.toml", "")
        run(archive, tmp_path)
        assert titles(archive)["wire/a.txt"] == "mine"
        write(folder, "wire/a.txt", ";mine;W2")


def test_corrections_that_are_taken_back_in_a_run_do_not_stay_in_files_read_before(tmp_path: Path, folder: Path, archive: Shared) -> None:
    write(folder, "wire/corrections.toml", '[[article]]\npath = "a.txt"\ntitle = "Put right"\n')
    write(folder, "wire/a.txt", ";mine;W1")

    def others() -> None:
        (folder / "wire/corrections.toml").unlink()
        run(archive, tmp_path / "others", folder / "desk")

    run(archive, tmp_path, folder / "wire", turns={3: others})
    assert titles(archive)["wire/a.txt"] == "mine"


def test_an_article_that_enters_after_others_have_settled_is_as_they_have_settled(tmp_path: Path, folder: Path, archive: Shared) -> None:
    """A writer went on with the names and lines that it knew when it began, and nobody looked at its articles again."""
    write(folder, "desk/c.txt", ";Ana Costa;C¶footer")
    write(folder, "wire/c.txt", ";Ana Costa;D¶footer")
    run(archive, tmp_path, folder / "wire")

    def others() -> None:
        write(folder, "wire/corrections.toml", FIRST + '[[line]]\ntext = "footer"\nboilerplate = true\n')
        run(archive, tmp_path / "others", folder / "wire")

    # What it knows of lines it has asked for already, for another article of the same source.
    write(folder, "desk/0.txt", ";one;first")
    run(archive, tmp_path, folder / "desk", batch=1, turns={3: others})
    assert_as_one_writer_of(archive, folder, tmp_path, "desk", "wire")
