"""Parts of an archive that do not answer, on the command line: refused with status 2, or taken with --partial and marked."""

from __future__ import annotations

import json

import pytest

from search.engines.whoosh.view import WhooshView
from search.wording import INCOMPLETE, UPDATING
from tests.cli.conftest import Run
from tests.partial import count_roughly, lose_parts


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("search", ("trade",)),
        ("search", ("trade", "--json")),
        ("search", ("trade", "--csv")),
        ("facets", ("trade",)),
        ("facets", ("trade", "--json")),
        ("facets", ("--field", "agency", "--find", "s")),
        ("similar", ("ID",)),
    ],
)
def test_it_is_refused_unless_what_there_is_will_do(on_seeds: Run, monkeypatch: pytest.MonkeyPatch, command: str, words: tuple[str, ...]) -> None:
    id = json.loads(on_seeds("search", "trade", "--json").stdout)["hits"][0]["id"]
    given = [id if word == "ID" else word for word in words]
    assert on_seeds(command, *given).exit_code == 0
    lose_parts(monkeypatch)
    refused = on_seeds(command, *given)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("dateline: Parts of the archive did not answer")
    assert "--partial" in refused.stderr
    taken = on_seeds(command, *given, "--partial")
    assert taken.exit_code == 0
    assert taken.stdout


def test_what_there_is_is_marked(on_seeds: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = on_seeds("facets", "trade", "--field", "agency")
    lose_parts(monkeypatch)
    found = on_seeds("search", "trade", "--partial", "--limit", "1")
    assert f"dateline: {INCOMPLETE}\n" in found.stderr
    assert found.stdout.startswith("At least ")
    assert "of at least" in found.stdout
    assert on_seeds("search", "xylophone", "--partial").stdout.startswith("At least 0 articles")
    assert json.loads(on_seeds("search", "trade", "--partial", "--json").stdout)["complete"] is False
    counts = [line.split()[0] for line in on_seeds("facets", "trade", "--field", "agency", "--partial").stdout.splitlines() if line.startswith("  ")]
    assert counts == [f"{line.split()[0]}+" for line in whole.stdout.splitlines() if line.startswith("  ")]
    assert counts
    assert "5 or more: parts of the archive do not answer" in on_seeds("status").stdout


def test_an_update_is_said(on_seeds: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WhooshView, "updating", True)
    assert f"dateline: {UPDATING}\n" in on_seeds("search", "trade").stderr
    assert UPDATING in on_seeds("status").stdout


def test_further_values_that_nobody_can_count_are_at_least_so_many(on_seeds: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = on_seeds("facets", "--field", "people", "--limit", "2").stdout
    count_roughly(monkeypatch)
    rough = on_seeds("facets", "--field", "people", "--limit", "2").stdout
    more = exact.splitlines()[-1].split()[0]
    assert rough.splitlines()[-1].strip() == f"at least {more} more; --limit shows them"
