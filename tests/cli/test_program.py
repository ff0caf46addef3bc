"""How a run ends: sentences, exit statuses, encodings, and how quickly help comes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from search.cli import main
from search.cli.reference import reference
from search.errors import DatelineError
from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("flask", "whoosh", "numpy", "bs4", "rich", "waitress", "charset_normalizer", "dateutil")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> object:
    """`failing(error)` makes `dateline status` raise that error."""

    def arrange(error: BaseException) -> None:
        def fail(**_: object) -> None:
            raise error

        monkeypatch.setattr(main.commands["status"], "callback", fail)

    return arrange


def test_an_expected_error_is_a_sentence_and_status_2(run: Run, failing: object) -> None:
    failing(DatelineError("The disk is elsewhere. Bring it back."))  # type: ignore[operator]
    result = run("status")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "dateline: The disk is elsewhere. Bring it back.\n")


def test_an_unexpected_error_asks_for_a_report_and_shows_where_only_on_demand(run: Run, failing: object) -> None:
    failing(RuntimeError("boom"))  # type: ignore[operator]
    quiet = run("status")
    assert quiet.exit_code == 2
    assert "RuntimeError: boom" in quiet.stderr
    assert "report it" in quiet.stderr
    loud = run("status", env={"DATELINE_DEBUG": "1"})
    assert loud.exit_code == 2
    assert "Traceback" in loud.stderr


def test_an_error_of_the_system_names_the_file(run: Run, failing: object) -> None:
    failing(PermissionError(13, "Permission denied", "/secret"))  # type: ignore[operator]
    assert run("status").stderr == "dateline: Permission denied: /secret\n"


def test_an_interrupt_is_a_quiet_sentence_and_status_130(run: Run, failing: object) -> None:
    failing(KeyboardInterrupt())  # type: ignore[operator]
    result = run("status")
    assert result.exit_code == 130
    assert "interrupted" in result.stderr


def test_messages_do_not_steer_the_terminal(run: Run, failing: object) -> None:
    failing(DatelineError("a\x1b[2Jb"))  # type: ignore[operator]
    assert "\x1b" not in run("status").stderr


def test_without_a_command_there_is_help(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "Usage: dateline" in result.stderr


def test_an_unknown_command_is_a_sentence(run: Run) -> None:
    result = run("serach")
    assert result.exit_code == 2
    assert result.stderr.startswith("dateline: No such command")
    assert "“dateline --help” shows" in result.stderr


def test_the_version_is_one_line(run: Run) -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("dateline")
    assert result.stdout.count("\n") == 1


@pytest.mark.parametrize("name", ["index", "search", "show", "extract", "facets", "similar", "serve", "status"])
def test_the_help_of_every_command_has_an_example_of_it(run: Run, name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Examples:" in result.stdout
    assert f"  dateline {name}" in result.stdout.partition("Examples:")[2]
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


def test_these_are_all_commands() -> None:
    assert {"index", "search", "show", "extract", "facets", "similar", "serve", "status"} <= set(main.commands)
    assert not [p.name for command in main.commands.values() for p in command.params if isinstance(p, click.Option) and not p.help]


def test_the_reference_in_the_docs_is_up_to_date() -> None:
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python -m search.cli.reference > docs/commands.md"


def python(*arguments: str | bytes, **env: str) -> subprocess.CompletedProcess[bytes]:
    clean = {name: value for name, value in os.environ.items() if name not in ("DATELINE_INDEX", "DATELINE_DEBUG", "PYTHONIOENCODING")}
    return subprocess.run([sys.executable, *arguments], capture_output=True, check=False, cwd=ROOT, env={**clean, **env}, timeout=60)


def test_help_loads_nothing_heavy() -> None:
    script = f"import sys, search.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert python("-c", script).stdout == b"[]\n"


def test_python_m_search_is_the_command(seeds_archive: Path) -> None:
    result = python("-m", "search", "search", "trade", "--index", str(seeds_archive))
    assert result.returncode == 0
    assert b"trade" in result.stdout
    assert not result.stderr


def test_the_console_script_is_the_command(seeds_archive: Path) -> None:
    script = "import sys; from search.cli import main; sys.argv[0] = 'dateline'; sys.exit(main())"
    result = python("-c", script, "search", "xylophone", "--index", str(seeds_archive))
    assert (result.returncode, result.stdout) == (1, b"No articles: xylophone\n")


@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, {"PYTHONIOENCODING": "latin-1"}])
def test_no_encoding_of_the_terminal_is_an_error(seeds_archive: Path, env: dict[str, str]) -> None:
    shown = python("-m", "search", "search", "“trade” نفط é", "trade", "--index", str(seeds_archive), **env)
    assert shown.returncode in (0, 1)
    assert b"article" in shown.stdout
    assert b"Traceback" not in shown.stderr
    as_json = python("-m", "search", "search", "نفط OR trade OR 😀", "--json", "--index", str(seeds_archive), **env)
    assert json.loads(as_json.stdout)["query"] == "نفط OR trade OR 😀"


def test_an_argument_that_is_not_utf_8_is_no_error(seeds_archive: Path) -> None:
    result = python("-m", "search", "search", b"caf\xe9 OR trade", "--agency", b"\xff", "--index", str(seeds_archive))
    assert result.returncode == 1
    assert "caf� OR trade".encode() in result.stdout
    assert b"Traceback" not in result.stderr


def test_a_reader_who_has_seen_enough_ends_it_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        command = [sys.executable, "-m", "search", "extract", "seeds"]
        result = subprocess.run(command, stdout=gone, stderr=subprocess.PIPE, check=False, cwd=ROOT, timeout=60)
    assert (result.returncode, result.stderr) == (141, b"")
