"""`show` and `extract`: one article to read, and raw files as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search import extraction
from tests.cli.conftest import SEEDS, Run

UNKNOWN = "0" * 16


@pytest.fixture
def summit(on_seeds: Run) -> str:
    """The id of the seed article from TASS."""
    return str(json.loads(on_seeds("search", "--agency", "TASS", "--json").stdout)["hits"][0]["id"])


def test_an_article_is_shown_with_what_a_query_matches(on_seeds: Run, summit: str) -> None:
    result = on_seeds("show", summit, "--query", "dinner")
    assert result.exit_code == 0
    assert "«dinner»" in result.stdout
    assert f"{summit}  seeds/003_10d979d26903145c.txt\n" in result.stdout
    assert "\nHow we know\n" in result.stdout
    assert "«" not in on_seeds("show", summit).stdout


def test_an_article_as_json_is_the_record(on_seeds: Run, summit: str) -> None:
    result = on_seeds("show", summit, summit, "--json")
    first, second = map(json.loads, result.stdout.splitlines())
    assert first == second
    assert (first["id"], first["agency"]) == (summit, "TASS")


def test_the_raw_text_is_the_file(on_seeds: Run, summit: str) -> None:
    result = on_seeds("show", summit, "--raw")
    assert result.stdout.strip() == (SEEDS / "003_10d979d26903145c.txt").read_text(encoding="utf-8").strip()


def test_a_raw_file_that_changed_since_is_said_to_have(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "desk" / "a.txt"
    file.parent.mkdir()
    file.write_text("The harbour opened on Monday to ships from three countries.")
    run("index", file.parent, "--index", tmp_path / "ix")
    found = json.loads(run("search", "--index", tmp_path / "ix", "--json").stdout)["hits"][0]["id"]
    file.write_text("It closed again.")
    changed = run("show", found, "--raw", "--index", tmp_path / "ix")
    assert changed.stdout == "It closed again.\n"
    assert "a.txt has changed since it was indexed" in changed.stderr
    file.unlink()
    gone = run("show", found, "--raw", "--index", tmp_path / "ix")
    assert (gone.exit_code, gone.stdout) == (2, "")
    assert gone.stderr.startswith("dateline: ")


def test_an_unknown_id_is_a_sentence_and_keeps_no_other_back(on_seeds: Run, summit: str) -> None:
    result = on_seeds("show", UNKNOWN, summit, "--json")
    assert result.exit_code == 2
    assert UNKNOWN in result.stderr
    assert json.loads(result.stdout)["id"] == summit


def test_ways_of_showing_exclude_each_other(on_seeds: Run, summit: str) -> None:
    result = on_seeds("show", summit, "--raw", "--json")
    assert result.exit_code == 2
    assert "choose one" in result.stderr


def test_extract_prints_one_record_a_line_with_the_ids_of_the_archive(run: Run, on_seeds: Run, summit: str) -> None:
    result = run("extract", SEEDS, "--json")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(records) == 5
    shown = json.loads(on_seeds("show", summit, "--json").stdout)
    assert [record for record in records if record["id"] == summit] == [shown]


def test_extract_names_what_it_leaves_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("The harbour opened on Monday to ships from three countries.")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "blank.txt").write_text(" \n ")
    result = run("extract", tmp_path)
    assert result.exit_code == 1
    assert [json.loads(line)["path"] for line in result.stdout.splitlines()] == ["good.txt"]
    assert "dateline: empty.txt: The file is empty (0 bytes).\n" in result.stderr
    assert "dateline: blank.txt: " in result.stderr


def test_a_fault_in_one_file_keeps_no_other_back(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("The harbour opened.")

    def fail(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("search.extraction.extract", fail)
    result = run("extract", tmp_path)
    assert result.exit_code == 1
    assert "a.txt: internal error (ZeroDivisionError: by zero)" in result.stderr


def test_extract_of_nothing_says_so(run: Run, tmp_path: Path) -> None:
    (tmp_path / "README.txt").write_text("About.")
    result = run("extract", tmp_path)
    assert result.stdout == ""
    assert "no files to read" in result.stderr
    assert "1 passed over" in result.stderr
    missing = run("extract", tmp_path / "nowhere")
    assert missing.exit_code == 2
    assert "There is no file or folder" in missing.stderr


STORY = "The council approved the new bridge on Monday after a debate of four hours."


def test_extract_prints_the_articles_of_an_export_and_names_its_broken_records(run: Run, tmp_path: Path) -> None:
    (tmp_path / "export.jsonl").write_text(f'{{"id": "a", "text": "{STORY}"}}\n{{"id": \n{{"id": "b", "text": "{STORY} Or two."}}\n')
    result = run("extract", tmp_path)
    assert result.exit_code == 1
    assert [json.loads(line)["record"] for line in result.stdout.splitlines()] == ["a", "b"]
    assert result.stderr == "dateline: export.jsonl, line 2: This is not valid JSON: expecting value (line 1, column 7 of it).\n"


def test_extract_of_a_record_that_stands_there_twice_leaves_nothing_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "export.jsonl").write_text(f'{{"id": "a", "text": "{STORY}"}}\n' * 2)
    result = run("extract", tmp_path)
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    assert result.stderr == "dateline: export.jsonl, line 2: The same article stands in line 1 already.\n"


def test_extract_reads_the_fields_that_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(f"Nr;Inhalt;wann\n1;{STORY};2022-06-15\n")
    unnamed = run("extract", tmp_path)
    assert (unnamed.exit_code, unnamed.stdout) == (1, "")
    assert "There are “Nr”, “Inhalt”, “wann”. Say which one holds it: --map body=NAME" in unnamed.stderr
    named = run("extract", tmp_path, "--map", "body=Inhalt", "--map", "Date = wann", "--map", "body=Inhalt")
    assert (named.exit_code, named.stderr) == (0, "")
    article = json.loads(named.stdout)
    assert (article["body"], article["date"]) == (STORY, "2022-06-15")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["inhalt=body"], "Articles have no “inhalt”. What a field may be mapped to: title,"),
        (["body"], "“body” is not of the form PART=NAME"),
        (["body="], "The name of the field that holds the body is missing"),
        (["body=a", "body=b"], "body cannot be read from both “a” and “b”"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_a_sentence(run: Run, tmp_path: Path, given: list[str], sentence: str) -> None:
    result = run("extract", tmp_path, *(word for pair in given for word in ("--map", pair)))
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


def test_what_was_read_before_a_fault_is_printed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    original = extraction.extract

    def fail(*given: Any) -> Iterator[Any]:
        yield from original(*given)
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("search.extraction.extract", fail)
    result = run("extract", tmp_path)
    assert (result.exit_code, len(result.stdout.splitlines())) == (1, 1)
    assert "a.txt: internal error (ZeroDivisionError: by zero)" in result.stderr
