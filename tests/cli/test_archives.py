"""`index` and `status`: the report, what is left out, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search.cli import progress
from search.cli.archives import WHAT
from search.homes import LAYOUT
from search.report import OUTCOMES, Progress
from tests.cli.conftest import Run

STORY = "The harbour of {} opened on Monday, and ships came in from three countries to trade."


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder of two articles."""
    folder = tmp_path / "desk"
    folder.mkdir()
    for name in ("Oldport", "Newport"):
        (folder / f"{name}.txt").write_text(STORY.format(name), encoding="utf-8")
    return folder


def test_the_report_of_a_first_run(run: Run, tmp_path: Path, desk: Path) -> None:
    result = run("index", desk, "--index", tmp_path / "ix")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0].startswith("Indexed 2 files in desk, ")
    assert lines[1:] == ["  2  new", f"2 articles in the archive {tmp_path / 'ix'}"]
    assert not result.stderr


def test_a_second_run_says_that_nothing_had_changed(run: Run, tmp_path: Path, desk: Path) -> None:
    run("index", desk, "--index", tmp_path / "ix")
    result = run("index", desk, "--index", tmp_path / "ix")
    assert result.exit_code == 0
    assert result.stdout.startswith("Nothing changed in the archive: 2 files in desk, ")
    assert "  2  unchanged\n" in result.stdout


def test_what_is_left_out_stands_in_the_report_with_its_reason(run: Run, tmp_path: Path, desk: Path) -> None:
    (desk / "empty.txt").touch()
    (desk / "scan.pdf").write_bytes(b"%PDF")
    (desk / "noise.txt").write_bytes(bytes(range(256)) * 8)
    (desk / "README.md").write_text("About.")
    (desk / "copy.txt").write_text(STORY.format("Oldport"), encoding="utf-8")
    result = run("index", desk, "--index", tmp_path / "ix")
    assert result.exit_code == 1
    assert "Indexed 6 files" in result.stdout
    assert "  2  skipped\n  1  failed\n" in result.stdout
    assert "  desk/empty.txt: The file is empty (0 bytes).\n" in result.stdout
    assert "  desk/scan.pdf: " in result.stdout
    assert "  desk/noise.txt: " in result.stdout
    assert "  desk/copy.txt: the same text as desk/Oldport.txt\n" in result.stdout
    assert "Passed over (hidden, README, corrections.toml, archives): 1\n" in result.stdout


def test_duplicates_alone_are_status_0(run: Run, tmp_path: Path, desk: Path) -> None:
    (desk / "copy.txt").write_text(STORY.format("Oldport"), encoding="utf-8")
    assert run("index", desk, "--index", tmp_path / "ix").exit_code == 0


def test_the_report_as_json_balances(run: Run, tmp_path: Path, desk: Path) -> None:
    (desk / "empty.txt").touch()
    result = run("index", desk, "--index", tmp_path / "ix", "--source", "wire", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["balanced"], report["files"], report["sources"]) == (1, True, 3, ["wire"])
    assert report["left_out"][0]["path"] == "empty.txt"


def test_every_outcome_has_words() -> None:
    assert tuple(WHAT) == OUTCOMES


def test_most_of_a_source_vanishing_stops_the_run_until_it_is_allowed(run: Run, tmp_path: Path, desk: Path) -> None:
    run("index", desk, "--index", tmp_path / "ix")
    for file in desk.iterdir():
        file.unlink()
    stopped = run("index", desk, "--index", tmp_path / "ix")
    assert stopped.exit_code == 2
    assert "--allow-removal" in stopped.stderr
    allowed = run("index", desk, "--index", tmp_path / "ix", "--allow-removal")
    assert allowed.exit_code == 0
    assert "  2  gone: no longer there, and no longer in the archive\n0 articles in" in allowed.stdout


def test_a_rebuild_needs_no_path_and_takes_none(run: Run, tmp_path: Path, desk: Path) -> None:
    run("index", desk, "--index", tmp_path / "ix")
    rebuilt = run("index", "--rebuild", "--index", tmp_path / "ix")
    assert rebuilt.exit_code == 0
    assert rebuilt.stdout.startswith("Indexed 2 files in desk, ")
    refused = run("index", desk, "--rebuild", "--index", tmp_path / "ix")
    assert refused.exit_code == 2
    assert "give it no PATH" in refused.stderr


@pytest.mark.parametrize(("arguments", "says"), [([], "Name the files or folders"), (["nowhere"], "There is no file or folder")])
def test_nothing_to_index_is_a_sentence(run: Run, tmp_path: Path, arguments: list[str], says: str) -> None:
    result = run("index", *arguments, "--index", tmp_path / "ix")
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_folder_with_other_things_in_it_does_not_become_an_archive(run: Run, desk: Path) -> None:
    result = run("index", desk, "--index", desk)
    assert result.exit_code == 2
    assert result.stderr.startswith("dateline: ")
    assert sorted(file.name for file in desk.iterdir()) == ["Newport.txt", "Oldport.txt"]


def test_status_says_what_there_is(run: Run, tmp_path: Path, desk: Path) -> None:
    run("index", desk, "--index", tmp_path / "ix")
    lines = run("status", "--index", tmp_path / "ix").stdout.splitlines()
    assert lines[:2] == [f"Archive   {tmp_path / 'ix'} (whoosh, layout {LAYOUT})", "Articles  2"]
    assert lines[-2:] == ["Source    desk: 2 indexed", f"          {desk}"]
    desk.rename(tmp_path / "elsewhere")
    assert run("status", "--index", tmp_path / "ix").stdout.endswith(f"{desk} (not there now)\n")
    as_json = json.loads(run("status", "--index", tmp_path / "ix", "--json").stdout)
    assert (as_json["articles"], as_json["sources"][0]["present"]) == (2, False)


def test_a_long_run_says_how_far_it_is_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [
        (1.0, Progress("finding", 10)),
        (6.0, Progress("finding", 3000)),
        (10.0, Progress("reading", 0, 9000)),
        (16.0, Progress("reading", 600, 9000)),
        (17.0, Progress("reading", 700, 9000)),
        (22.0, Progress("reading", 1200, 9000)),
    ]
    clock = iter([0.0, *(seconds for seconds, _ in steps)])
    show = progress.lines(lambda: next(clock))
    for _, state in steps:
        show(state)
    assert capsys.readouterr().err == (
        "dateline: 3,000 files found so far\n"
        "dateline: 600 of 9,000 files, 100 a second, 1 min 24 s left\n"
        "dateline: 1,200 of 9,000 files, 100 a second, 1 min 18 s left\n"
    )


def test_a_folder_that_is_not_there_makes_no_archive(run: Run, tmp_path: Path) -> None:
    result = run("index", tmp_path / "nowhere", "--index", tmp_path / "new")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert not (tmp_path / "new").exists()
