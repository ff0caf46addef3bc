"""`convert`, and `index --engine`: which engine an archive gets, has, and moves to; what is said, and the exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from search import engines
from search.archive import Archive
from search.cli import main, progress
from search.homes.base import CLUSTER_ENGINE
from search.report import Progress
from tests.cli.conftest import Run
from tests.skipping import need_tantivy, uninstall_tantivy

SUM = "SHA-256 of the articles, the same in both: [0-9a-f]{64}\n"
STORY = "The harbour of {} opened on Monday, and ships came in from three countries to trade."


@pytest.fixture(autouse=True)
def other(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is an engine “other”."""
    monkeypatch.setitem(engines.ENGINES, "other", engines.EngineEntry("tests.other_engine", "OtherEngine", "pip install other", 1.0))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder of two articles."""
    folder = tmp_path / "desk"
    folder.mkdir()
    for name in ("Oldport", "Newport"):
        (folder / f"{name}.txt").write_text(STORY.format(name), encoding="utf-8")
    return folder


@pytest.fixture
def ix(run: Run, tmp_path: Path, desk: Path) -> Path:
    """An archive of them."""
    assert run("index", desk, "--index", tmp_path / "ix").exit_code == 0
    return tmp_path / "ix"


def test_an_archive_moves_and_says_what_it_has(run: Run, ix: Path, desk: Path) -> None:
    moved = run("convert", "--engine", "other", "--index", ix)
    assert (moved.exit_code, moved.stderr) == (0, "")
    assert re.fullmatch(rf"The archive {ix} has moved from whoosh to other: 2 articles, each compared, \d+\.\d s\n{SUM}", moved.stdout)
    assert f"{ix} (other, layout" in run("status", "--index", ix).stdout
    assert run("index", desk, "--index", ix).stdout.startswith("Nothing changed in the archive: 2 files in desk, ")
    assert run("search", "harbour", "--index", ix).exit_code == 0


def test_the_report_as_json(run: Run, ix: Path) -> None:
    report = json.loads(run("convert", "--engine", "other", "--index", ix, "--json").stdout)
    assert report.pop("seconds") > 0
    assert re.fullmatch("[0-9a-f]{64}", report.pop("checksum"))
    assert report == {"path": str(ix), "engine": "other", "before": "whoosh", "articles": 2, "to": None, "nothing_changed": False}
    assert json.loads(run("convert", "--engine", "other", "--index", ix, "--json").stdout)["nothing_changed"] is True


def test_a_copy_elsewhere_says_that_the_archive_stays_and_how_the_copy_is_asked(run: Run, ix: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    copied = run("convert", "--engine", "other", "--index", ix, "--to", there)
    assert (copied.exit_code, copied.stderr) == (0, "")
    first, second, third = copied.stdout.splitlines(keepends=True)
    assert re.fullmatch(rf"The archive {ix} \(whoosh\) was copied to {there} \(other\): 2 articles, each compared, \d+\.\d s\n", first)
    assert second == f"It is as it was. The copy is asked with --index {there}\n"
    assert re.fullmatch(SUM, third)
    assert f"{ix} (whoosh, layout" in run("status", "--index", ix).stdout
    assert f"{there} (other, layout" in run("status", "--index", there).stdout
    taken = run("convert", "--engine", "other", "--index", ix, "--to", there)
    assert (taken.exit_code, taken.stdout) == (2, "")
    assert f"There is an archive in {there} already" in taken.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--engine", "opensearch"), "keeps archives on a cluster: say where the new one shall be, with --to https://HOST:9200/NAME"),
        (("--engine", "opensearch", "--to", "there"), "keeps an archive on a cluster: name it by its address, --to https://HOST:9200/NAME"),
        (
            ("--engine", "whoosh", "--to", "https://news.example:9200/wire"),
            "has the engine opensearch, not whoosh: for whoosh, name a folder with --to.",
        ),
        (("--engine", "whoosh", "--to", "https://news.example:9200"), "names no archive on the cluster"),
    ],
)
def test_an_engine_and_a_place_that_do_not_go_together_say_what_does(run: Run, ix: Path, words: tuple[str, ...], says: str) -> None:
    result = run("convert", *words, "--index", ix)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_an_engine_that_it_has_already_is_nothing_to_do(run: Run, ix: Path) -> None:
    result = run("convert", "--engine", "whoosh", "--index", ix)
    assert (result.exit_code, result.stdout) == (0, f"Nothing to do: the archive {ix} has the engine whoosh already.\n")


@pytest.mark.parametrize("command", [("convert",), ("index", "DESK"), ("index", "--rebuild")])
def test_an_unknown_engine_says_which_there_are(run: Run, ix: Path, desk: Path, command: tuple[str, ...]) -> None:
    words = [str(desk) if word == "DESK" else word for word in command]
    result = run(*words, "--engine", "lucene", "--index", ix)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("dateline: There is no engine “lucene”. There are whoosh")
    assert run(*words, "--engine", "", "--index", ix).exit_code == 2


def test_no_engine_and_no_archive_are_sentences(run: Run, ix: Path, tmp_path: Path) -> None:
    none = run("convert", "--index", ix)
    assert (none.exit_code, none.stdout) == (2, "")
    assert "--engine" in none.stderr
    nowhere = run("convert", "--engine", "other", "--index", tmp_path / "nowhere")
    assert nowhere.exit_code == 2
    assert nowhere.stderr.startswith(f"dateline: There is no archive in {tmp_path / 'nowhere'}.")
    assert not (tmp_path / "nowhere").exists()


def test_a_new_archive_gets_the_engine_that_is_named(run: Run, tmp_path: Path, desk: Path) -> None:
    assert run("index", desk, "--engine", "other", "--index", tmp_path / "new").exit_code == 0
    assert json.loads(run("status", "--index", tmp_path / "new", "--json").stdout)["engine"] == "other"
    assert run("index", desk, "--index", tmp_path / "new").exit_code == 0, "whose engine it is need not be said again"
    assert run("index", desk, "--engine", "lucene", "--index", tmp_path / "newer").exit_code == 2
    assert not (tmp_path / "newer").exists()


def test_indexing_into_an_archive_of_another_engine_names_the_way(run: Run, ix: Path, desk: Path) -> None:
    result = run("index", desk, "--engine", "other", "--index", ix)
    assert result.exit_code == 2
    assert result.stderr == f"dateline: The archive in {ix} has the engine whoosh. To move it: dateline convert --engine other --index {ix}\n"
    assert run("index", desk, "--engine", "whoosh", "--index", ix).exit_code == 0


def test_a_rebuild_keeps_the_engine_or_takes_another(run: Run, ix: Path) -> None:
    run("convert", "--engine", "other", "--index", ix)
    for arguments, has in (((), "other"), (("--engine", "whoosh"), "whoosh")):
        assert run("index", "--rebuild", "--index", ix, *arguments).exit_code == 0
        with Archive.open(ix) as archive:
            assert archive.status().engine == has


def test_what_is_not_installed_is_one_sentence_with_the_command(run: Run, ix: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_tantivy()
    fast = ix.with_name("fast")
    assert run("index", desk, "--engine", "tantivy", "--index", fast).exit_code == 0
    uninstall_tantivy(monkeypatch)
    for command in (
        ("convert", "--engine", "tantivy", "--index", ix),
        ("index", desk, "--engine", "tantivy", "--index", ix.with_name("new")),
        ("search", "harbour", "--index", fast),
        ("status", "--index", fast),
        ("index", desk, "--index", fast),
        ("index", "--rebuild", "--index", fast),
        ("convert", "--engine", "whoosh", "--index", fast),
    ):
        result = run(*command)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), command
        assert result.stderr.startswith("dateline: The engine tantivy needs a package that is not installed ("), command
        assert "In Dateline's folder: pip install '.[fast]'" in result.stderr, command


def test_the_help_has_examples_and_fits_the_terminal(run: Run) -> None:
    shown = run("convert", "--help").stdout
    assert "  dateline convert --engine tantivy" in shown.partition("Examples:")[2]
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_the_help_names_every_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(engines.ENGINES, "other")
    for name in ("index", "convert"):
        (option,) = [parameter for parameter in main.commands[name].params if parameter.name == "engine"]
        shown = getattr(option, "help", "")
        assert re.findall(r"\b(?:whoosh|tantivy|opensearch)\b", shown) == list(dict.fromkeys([*engines.ENGINES, CLUSTER_ENGINE]))


def test_a_long_conversion_says_what_it_is_at(capsys: pytest.CaptureFixture[str]) -> None:
    steps = [
        (1.0, Progress("copying", 0, 9000)),
        (7.0, Progress("copying", 600, 9000)),
        (20.0, Progress("comparing", 0, 9000)),
        (26.0, Progress("comparing", 6000, 9000)),
    ]
    clock = iter([0.0, *(seconds for seconds, _ in steps)])
    show = progress.lines(lambda: next(clock))
    for _, state in steps:
        show(state)
    assert capsys.readouterr().err == (
        "dateline: copying: 600 of 9,000 articles, 100 a second, 1 min 24 s left\n"
        "dateline: comparing: 6,000 of 9,000 articles, 1,000 a second, 3 s left\n"
    )
