"""What the documents promise: their examples run."""

from __future__ import annotations

import doctest
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import search
from search.cli import main
from search.engines import DEFAULT, ENGINES
from search.query.parser import parse
from tests.skipping import need_tantivy
from web import create_app

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


COMMANDS = [
    (page, re.split(r"\s+# ", line)[0])
    for page in ("README.md", "docs/indexing.md", "docs/reading.md", "docs/corrections.md", "docs/engines.md", "docs/searching.md")
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
    if line.startswith("dateline ")
]


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_every_command_of_the_documents_runs(page: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "tantivy" in command:
        need_tantivy()
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copytree(ROOT / "seeds", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with search.Archive.create("index") as archive:
        archive.index(["seeds"])
    words = [str(Path(word).expanduser()) if word.startswith("~") else word for word in shlex.split(command.split(" > ")[0])][1:]
    if words[0] == "serve":
        words = ["serve", "--help"]  # it would serve until it is stopped
    outcome = CliRunner().invoke(main, words)
    assert (outcome.exit_code, outcome.exception) == (0, None), outcome.output
    assert outcome.stdout


def test_the_commands_were_found() -> None:
    assert len(COMMANDS) >= 8


def test_every_picture_and_page_that_the_readme_names_is_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(links) > 4
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_table_of_engines_has_each_and_the_command_that_installs_it() -> None:
    page = (ROOT / "docs" / "engines.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \| `(.+)` \|$", page, re.MULTILINE)
    assert {(name, install) for name, _, install in rows} == {(name, entry.install) for name, entry in ENGINES.items()}
    assert [name for name, purpose, _ in rows if "the default" in purpose] == [DEFAULT]


def python_in_engines() -> dict[str, str]:
    """The programs in docs/engines.md, by what they import first of all that is particular to them."""
    found = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "engines.md").read_text(encoding="utf-8"), re.DOTALL)
    return {"whoosh" if "whoosh" in program else "hashlib": program for program in found}


def test_the_program_for_the_checksum_has_the_one_that_convert_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with search.Archive.create(tmp_path / "index") as archive:
        archive.index([ROOT / "seeds"])
        export = create_app(archive).test_client().get("/api/export.jsonl").text
    report = search.Archive.convert(tmp_path / "index", engine=DEFAULT, to=tmp_path / "copy")
    monkeypatch.setattr("sys.stdin", io.StringIO(export))
    exec(python_in_engines()["hashlib"], {})
    assert capsys.readouterr().out == f"{report.checksum}\n"


def test_the_example_for_plain_whoosh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    with search.Archive.create("index") as archive:
        archive.index([ROOT / "seeds"])
        expected = sorted(f"{hit.id} {archive.get(hit.id).agency}" for hit in archive.search("body:refugee").hits)
    example = python_in_engines()["whoosh"]
    exec(compile(example, "docs/engines.md", "exec"), {})
    assert expected
    assert sorted(capsys.readouterr().out.splitlines()) == expected


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_query_language_is_understood(example: str) -> None:
    assert parse(example).problems == ()


def test_the_examples_were_found() -> None:
    assert len(EXAMPLES) > 35


def test_public_names_are_what_all_says() -> None:
    assert sorted(search.__all__) == sorted({"open", *(name for names in search._HOMES.values() for name in names)})
    assert all(getattr(search, name).__doc__ for name in search.__all__)


def test_the_parameters_of_the_api_are_those_that_are_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    table = page[page.index("## Parameters") : page.index("## What comes back")]
    named = [name for row in table.splitlines() if row.startswith("| `") for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    with search.Archive.create(tmp_path / "index") as archive:
        client = create_app(archive).test_client()
        values = {
            "date": "2022",
            "not_date": "2021",
            "after": "2020",
            "before": "2030",
            "sort": "newest",
            "limit": "1",
            "page": "1",
            "facets": "agency",
            "explain": "1",
            "partial": "1",
        }
        values |= {"facet_limit": "1"}
        for name in named:
            value = "all" if name.endswith("_mode") else values.get(name, "x")
            expected = 400 if name == "cursor" else 200
            assert client.get("/api/search", query_string={name: value}).status_code == expected, name
        assert client.get("/api/search?unheard_of=1").status_code == 400
    assert len(named) == 31
