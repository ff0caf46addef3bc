"""The command line in-process, and one archive over the seeds that all its tests read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from search.archive import Archive
from search.cli import main

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("search", "trade")` on a terminal of 80 columns that is none: the result has exit_code, stdout and stderr."""
    for name in ("DATELINE_INDEX", "DATELINE_CA", "DATELINE_DEBUG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str | Path, env: dict[str, str] | None = None, charset: str = "utf-8") -> Result:
        result = CliRunner(charset=charset).invoke(main, [str(a) for a in arguments], prog_name="dateline", env=env)
        assert "Traceback" not in result.output or (env or {}).get("DATELINE_DEBUG")
        return result

    return call


@pytest.fixture(scope="session")
def seeds_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive over the five seed articles. It is read by many tests: none may write to it."""
    folder = tmp_path_factory.mktemp("archives") / "seeds"
    with Archive.create(folder) as archive:
        report = archive.index([SEEDS])
    assert report.articles == 5
    return folder


@pytest.fixture
def on_seeds(run: Run, seeds_archive: Path) -> Run:
    """Like `run`, with the archive over the seeds."""

    def call(command: str, *arguments: str, **more: object) -> Result:
        return run(command, "--index", seeds_archive, *arguments, **more)

    return call
