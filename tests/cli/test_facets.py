"""`facets` with --find and --start: any value of a facet is found and reached, however many there are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.make import article
from tests.web.conftest import archive_of


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of 130 people: one in two articles, the others in one each; the fifth article has nobody."""
    folder = tmp_path_factory.mktemp("archives") / "crowd"
    letters = "abcdefghijklm"
    people = [f"{a.upper()}nna {b.upper()}urg" for a in letters for b in letters[:10]]
    reports = [article(f"{n}", "Trade talks.", participants=[name]) for n, name in enumerate(people, 100)]
    with archive_of(folder, [article("1", "Trade.", participants=[people[7]]), article("2", "Nobody."), *reports]):
        return folder


def test_values_are_walked_to_the_last_with_an_exact_rest(run: Run, crowd: Path) -> None:
    seen, more = [], []
    for start in (0, 50, 100, 150):
        facet = json.loads(run("facets", "--index", crowd, "--field", "participant", "--start", str(start), "--limit", "50", "--json").stdout)
        seen += [(value["label"], value["count"]) for value in facet["values"]]
        more.append(facet["more"])
    assert more == [80, 30, 0, 0]
    assert seen[0] == ("Anna Hurg", 2)
    assert (len(seen), len(set(seen))) == (130, 130)


def test_a_part_of_the_values_says_where_the_next_begin(run: Run, crowd: Path) -> None:
    shown = run("facets", "trade", "--index", crowd, "--field", "participants", "--start", "50", "--limit", "2").stdout
    assert shown == "131 articles: trade\n\nParticipants\n    1  Fnna Aurg\n    1  Fnna Burg\n    78 more; --start 52 shows the next\n"


def test_a_value_is_found_by_the_beginnings_of_its_words_among_what_is_selected(run: Run, crowd: Path) -> None:
    shown = run("facets", "--index", crowd, "--field", "participants", "--find", "hur an", "--participant", "Anna Hurg")
    assert shown.stdout == "2 articles: participant Anna Hurg\n\nParticipants with “hur an”\n +  2  Anna Hurg\n"
    nobody = run("facets", "--index", crowd, "--field", "participants", "--find", "zz")
    assert (nobody.exit_code, nobody.stdout) == (1, "132 articles\n\nParticipants with “zz”\n    no values\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--find", "x"], "name it with --field"),
        (["--start", "5", "--field", "agency", "--field", "place"], "name it with --field"),
        (["--field", "date", "--find", "x"], "“date”"),
        (["--field", "colour", "--find", "x"], "colour"),
        (["--field", "agency", "--start", "0", "--limit", "5000"], "5000"),
        (["x" * 5000, "--field", "agency", "--find", "x"], "4,096"),
    ],
)
def test_what_cannot_be_looked_through_is_a_sentence_and_status_2(run: Run, crowd: Path, arguments: list[str], says: str) -> None:
    result = run("facets", "--index", crowd, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
