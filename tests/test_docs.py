"""What the documents promise: their examples run."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import pytest

import search
from search.query.parser import parse

ROOT = Path(__file__).resolve().parent.parent
ROWS = [line.split(" | ")[0] for line in (ROOT / "docs" / "searching.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
EXAMPLES = [example.replace("\\|", "|") for row in ROWS for example in re.findall(r"`([^`]+)`", row)]


def test_the_worked_example_for_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    with search.Archive.create("index") as archive:
        archive.index(["seeds"])
    outcome = doctest.testfile(str(ROOT / "docs" / "python.md"), module_relative=False, optionflags=doctest.REPORT_NDIFF)
    assert outcome.attempted > 10
    assert outcome.failed == 0


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_query_language_is_understood(example: str) -> None:
    assert parse(example).problems == ()


def test_the_examples_were_found() -> None:
    assert len(EXAMPLES) > 35


def test_public_names_are_what_all_says() -> None:
    assert sorted(search.__all__) == search.__all__ or set(search.__all__) == {name for name in search.__all__ if hasattr(search, name)}
    assert all(getattr(search, name).__doc__ for name in search.__all__)
