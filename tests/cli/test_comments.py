"""What is said besides the results: most of the words, what may have been meant, who was meant, and how it was searched."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from search.cli import main
from tests.cli.conftest import Run
from tests.make import article
from tests.web.conftest import archive_of

FIRST_NAMES = ["Adam", "Boris", "Carl", "David", "Erik", "Fedor", "Georg", "Hans", "Ivan", "Jakob", "Karl", "Lars"]


@pytest.fixture(scope="module")
def borisovs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of twelve Borisovs, of whom Adam has two articles, and of one report on harbours and trade."""
    folder = tmp_path_factory.mktemp("archives") / "borisovs"
    crowd = [article(f"{n}", "He spoke.", participants=[f"{name} Borisov"]) for n, name in enumerate(FIRST_NAMES, 10)]
    trade = article("1", "Harbours reopened for trade.", title="Harbours reopen", agency="SANA", participants=["Adam Borisov"], date="2022-06-15")
    with archive_of(folder, [trade, *crowd]):
        return folder


@pytest.fixture
def asking(run: Run, borisovs: Path) -> Callable[..., tuple[str, list[str]]]:
    """What a command prints, and the lines of its messages."""

    def call(command: str, *arguments: str) -> tuple[str, list[str]]:
        result = run(command, "--index", borisovs, *arguments)
        assert result.exit_code in (0, 1)
        return result.stdout, result.stderr.splitlines()

    return call


def test_most_of_the_words_are_said_to_be_searched(asking: Callable[..., tuple[str, list[str]]]) -> None:
    shown, said = asking("search", "zebra harbour trade", "--limit", "0")
    assert said[0] == "dateline: No article matches the whole query; these have 2 of its 3 words."
    assert shown == "1 article: zebra AND harbour AND trade\n"
    assert asking("search", "zebra harbour trade", "--agency", "none")[1] == [
        "dateline: No article matches the whole query; those with 2 of its 3 words were searched instead."
    ]
    assert asking("search", "harbour trade")[1] == []


def test_a_word_that_no_article_has_is_offered_right_with_a_command_to_copy(run: Run, borisovs: Path) -> None:
    result = run("search", "--index", borisovs, "-zebra Harbuors tarde", "--agency", "SANA", "--date", "2022")
    said = result.stderr.splitlines()
    assert said[0] == "dateline: No article has “Harbuors”. Did you mean “Harbours”?"
    assert said[1] == "dateline: No article has “tarde”. Did you mean “trade”?"
    start = "dateline: To search for that: dateline "
    assert said[2].startswith(start)
    command = shlex.split(said[2].removeprefix(start))
    assert command == ["search", "--agency", "SANA", "--date", "2022", "--index", str(borisovs), "--", "-zebra Harbours trade"]
    copied = run(*command)
    assert (copied.exit_code, copied.stderr) == (0, "")
    assert copied.stdout.startswith("1 article: ")


def test_an_archive_from_the_environment_need_not_be_named_in_the_command_to_copy(run: Run, borisovs: Path) -> None:
    result = run("search", "tarde", env={"DATELINE_INDEX": str(borisovs)})
    assert result.stderr.splitlines()[-1] == "dateline: To search for that: dateline search trade"


def test_a_misspelled_name_of_a_query_is_offered_right(asking: Callable[..., tuple[str, list[str]]]) -> None:
    assert asking("search", "participant:Borisof trade", "--limit", "0")[1][:2] == [
        "dateline: Nobody called “Borisof” takes part in any article.",
        "dateline: No article has “Borisof”. Did you mean “Borisov” or “Boris”?",
    ]


def test_a_name_of_many_offers_the_most_frequent_and_says_how_to_see_all(asking: Callable[..., tuple[str, list[str]]], borisovs: Path) -> None:
    said = asking("search", "--participant", "Borisov", "--limit", "0")[1]
    assert said[0].startswith("dateline: “Borisov” stands for 12 persons: Adam Borisov (@adam-borisov, 2), Boris Borisov (@boris-borisov, 1), ")
    assert said[0].endswith(" and 2 more. To choose one: --participant @adam-borisov")
    assert said[1] == f"dateline: All of them: dateline facets --field participants --find Borisov --index {borisovs}"
    assert asking("facets", "--field", "participants", "--find", "Borisov", "--limit", "20")[0].count("Borisov") == 13


def test_any_widens_what_all_narrows(asking: Callable[..., tuple[str, list[str]]]) -> None:
    two = ("search", "--participant", "@adam-borisov", "--participant", "@boris-borisov", "--limit", "0")
    assert asking(*two)[0].startswith("No articles")
    assert asking(*two, "--participant-mode", "any")[0].startswith("3 articles")
    assert asking("search", "--agency", "SANA", "--agency", "TASS", "--agency-mode", "all", "--limit", "0")[0].startswith("No articles")


def test_every_filter_but_the_date_has_a_mode_and_every_filter_an_exclusion() -> None:
    options = {option for parameter in main.commands["search"].params for option in parameter.opts}
    names = {"agency", "publisher", "participant", "person", "place", "language"}
    assert {option for option in options if option.endswith("-mode")} == {f"--{name}-mode" for name in names}
    assert {option for option in options if option.startswith("--not-")} == {f"--not-{name}" for name in (*names, "date")}


def test_a_mode_is_given_once_and_is_any_or_all(on_seeds: Run) -> None:
    assert "given once" in on_seeds("search", "--agency-mode", "any", "--agency-mode", "all").stderr
    assert "any" in on_seeds("search", "--agency-mode", "some").stderr


def test_none_given_can_be_asked_for_and_excluded(asking: Callable[..., tuple[str, list[str]]]) -> None:
    assert asking("search", "--agency", "none", "--limit", "0")[0].startswith("12 articles")
    assert asking("search", "--not-agency", "none", "--limit", "0")[0].startswith("1 article:")


def test_explain_shows_what_each_part_stands_for_and_how_each_article_was_scored(asking: Callable[..., tuple[str, list[str]]]) -> None:
    shown, _ = asking("search", 'harbour reop* "for trade" (=zebra OR traed~)', "--participant", "Adam Borisov", "--explain")
    lines = shown[shown.index("  query ") :].splitlines()
    assert lines[:7] == [
        '  query                     harbour AND reop* AND "for trade" AND (=zebra OR',
        "                            traed~)",
        "  harbour                   in any form: harbours",
        "  reop*                     with any ending: reopen, reopened",
        '  "for trade"               as it stands',
        "  =zebra                    as it stands: nothing in this archive",
        "  traed~                    spelled like it: trade",
    ]
    assert lines[7] == "  participant Adam Borisov  Adam Borisov"
    scored = lines[-1].split()
    assert scored[:1] == ["score"]
    parts = [float(scored[n + 1]) for n in range(3, len(scored)) if scored[n] in {"harbour", "reop*", 'trade"', "traed~", "other"}]
    assert len(parts) >= 4
    assert sum(parts) == pytest.approx(float(scored[1]), abs=0.03)


def test_explain_is_in_the_json_and_not_in_csv(on_seeds: Run) -> None:
    found = json.loads(on_seeds("search", "refug* trade", "--explain", "--json").stdout)
    assert [(word["part"], word["kind"]) for word in found["explanation"]["words"]] == [("refug*", "prefix"), ("trade", "forms")]
    assert [len(hit["scores"]) > 1 for hit in found["hits"]] == [True]
    assert json.loads(on_seeds("search", "trade", "--json").stdout)["explanation"] is None
    assert "choose one" in on_seeds("search", "trade", "--explain", "--csv").stderr
