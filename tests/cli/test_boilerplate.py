"""`boilerplate`: which lines are listed, and how. The archive is a stand-in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search.archive import Archive
from search.repeated import LearnedLine
from tests.cli.conftest import Run

FOOTER = LearnedLine("Don't miss our letter", "Harbour Gazette", "last", "learned", 1204, ("00000000000000a1", "00000000000000a2"))
KEPT = LearnedLine("All times are local.", "Harbour Gazette", "first", "kept", 1, ("00000000000000a1",))
MARKED = LearnedLine("ADVERTISEMENT", None, "anywhere", "marked", 0)


class StandIn:
    """An archive that has learned these lines."""

    def __init__(self, *lines: LearnedLine) -> None:
        self.lines = lines

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to close."""

    def boilerplate(self) -> tuple[LearnedLine, ...]:
        return self.lines


def opens(monkeypatch: pytest.MonkeyPatch, *lines: LearnedLine) -> None:
    monkeypatch.setattr(Archive, "open", lambda _folder: StandIn(*lines))


def test_lines_are_listed_by_group_with_what_to_type_to_keep_one(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opens(monkeypatch, MARKED, FOOTER, KEPT)
    result = run("boilerplate", "--index", tmp_path)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Everywhere",
        "  ADVERTISEMENT",
        "    0 articles, anywhere, marked as boilerplate by hand",
        "",
        "Harbour Gazette",
        "  Don't miss our letter",
        "    1,204 articles, at the end; for example 00000000000000a1 and",
        "    00000000000000a2",
        "  All times are local.",
        "    1 article, at the beginning, kept by hand; for example 00000000000000a1",
        "",
        "To keep a line in its stories:  dateline correct --not-boilerplate ADVERTISEMENT",
    ]


def test_the_command_that_is_proposed_can_be_typed_as_it_stands(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opens(monkeypatch, FOOTER)
    assert run("boilerplate", "--index", tmp_path).stdout.splitlines()[-1].endswith("""--not-boilerplate 'Don'"'"'t miss our letter'""")
    opens(monkeypatch, KEPT)
    assert run("boilerplate", "--index", tmp_path).stdout.splitlines()[-1].endswith(" --boilerplate 'All times are local.'")


def test_an_archive_without_such_lines_says_so_and_ends_in_1(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opens(monkeypatch)
    result = run("boilerplate", "--index", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "No line repeats across the articles of this archive.\n")


def test_as_json_it_is_one_object(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opens(monkeypatch, FOOTER)
    result = run("boilerplate", "--index", tmp_path, "--json")
    assert json.loads(result.stdout) == {
        "lines": [
            {
                "text": "Don't miss our letter",
                "group": "Harbour Gazette",
                "place": "last",
                "state": "learned",
                "articles": 1204,
                "examples": ["00000000000000a1", "00000000000000a2"],
            }
        ]
    }
