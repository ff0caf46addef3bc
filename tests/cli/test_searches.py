"""`search` and `facets`: what is found, what is printed where, and the exit status."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import Result

from search.cli.options import FILTERS
from search.request import PARAMETERS
from tests.cli.conftest import Run


def ids(result: Result) -> list[str]:
    """The ids of the hits of `--json`."""
    return [hit["id"] for hit in json.loads(result.stdout)["hits"]]


def test_every_filter_of_a_request_is_an_option() -> None:
    assert set(FILTERS) == set(PARAMETERS)


def test_filters_and_clauses_find_the_same_article(on_seeds: Run) -> None:
    by_filter = on_seeds("search", "trade", "--agency", "SANA", "--participant", "Putin", "--json")
    by_clause = on_seeds("search", "trade agency:SANA participant:Putin", "--json")
    assert ids(by_filter) == ids(by_clause)
    assert len(ids(by_filter)) == 1
    assert json.loads(by_filter.stdout)["hits"][0]["path"] == "004_352e889539e42c71.txt"


def test_the_total_stands_first_and_messages_go_to_stderr(on_seeds: Run) -> None:
    result = on_seeds("search", "refugees", "nofield:camp", "--after", "2021")
    assert result.exit_code in (0, 1)
    assert "article" in result.stdout.splitlines()[0]
    assert "nofield" in result.stderr
    assert "nofield" not in result.stdout.splitlines()[0]


def test_articles_that_are_too_vaguely_dated_are_counted_on_stderr(on_seeds: Run) -> None:
    result = on_seeds("search", "--after", "2000")
    assert result.stdout.startswith("2 articles: after 2000\n")
    assert result.stderr == "dateline: 3 more articles may match: undated, or dated too vaguely to say.\n"


def test_nothing_found_is_status_1(on_seeds: Run) -> None:
    result = on_seeds("search", "xylophone")
    assert (result.exit_code, result.stdout) == (1, "No articles: xylophone\n")


def test_a_query_that_cannot_be_run_is_status_2_and_says_why(on_seeds: Run) -> None:
    result = on_seeds("search", "x" * 5000)
    assert result.exit_code == 2
    assert "4,096" in result.stderr
    assert not result.stdout


def test_a_word_with_one_dash_is_left_out_and_is_no_option(on_seeds: Run) -> None:
    everything, without = on_seeds("search", "--json"), on_seeds("search", "-refugees", "--json")
    assert len(ids(everything)) == 5
    assert ids(without) == ids(on_seeds("search", "NOT refugees", "--json"))
    assert 0 < len(ids(without)) < 5


def test_an_unknown_option_is_no_query_unless_it_is_said_so(on_seeds: Run) -> None:
    refused = on_seeds("search", "--agncy", "SANA")
    assert refused.exit_code == 2
    assert "“--agncy”" in refused.stderr
    assert "--agency" in refused.stderr
    assert on_seeds("search", "--", "--agncy").stdout.startswith("No articles: ")


def test_an_empty_filter_is_refused(on_seeds: Run) -> None:
    result = on_seeds("search", "--agency", "")
    assert result.exit_code == 2
    assert "it is empty" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--date", "yesteryear"], "“yesteryear” is not a date"),
        (["--agency", "SANA", "--not-agency", "SANA"], "both asked for and excluded"),
        (["--after", "2021", "--after", "2022"], "given once"),
        (["--limit", "500"], "A page of 500 results is not possible"),
        (["--page", "0"], "--page"),
        (["--json", "--csv"], "choose one"),
        (["--csv", "--page", "2"], "--page needs --limit"),
        (["--sort", "best"], "best"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_and_status_2(on_seeds: Run, arguments: list[str], says: str) -> None:
    result = on_seeds("search", *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("dateline: ")
    assert says in result.stderr
    assert not result.stdout


def test_pages_walk_through_everything_once(on_seeds: Run) -> None:
    pages = [ids(on_seeds("search", "--limit", "2", "--page", str(page), "--sort", "newest", "--json")) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [hit for page in pages for hit in page] == ids(on_seeds("search", "--sort", "newest", "--json"))
    beyond = on_seeds("search", "--limit", "2", "--page", "9")
    assert "there is no page 9; the last one is 3" in beyond.stderr


def test_json_is_one_object_with_facets(on_seeds: Run) -> None:
    result = on_seeds("search", "trade", "--json")
    found = json.loads(result.stdout)
    assert result.stdout.count("\n") == 1
    assert found["total"] == len(found["hits"])
    assert {facet["field"] for facet in found["facets"]} == set(PARAMETERS.values())


def test_csv_has_everything_found_or_as_much_as_was_asked_for(on_seeds: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(on_seeds("search", "--csv", "--sort", "newest").stdout)))
    assert [row["id"] for row in rows] == ids(on_seeds("search", "--sort", "newest", "--json"))
    newest = rows[0]
    assert (newest["date"], newest["date_precision"], newest["publisher"], newest["source"]) == ("2022-06-15", "day", "The Syrian Observer", "seeds")
    second = list(csv.DictReader(io.StringIO(on_seeds("search", "--csv", "--sort", "newest", "--limit", "2", "--page", "2").stdout)))
    assert second == rows[2:4]


def test_csv_honours_filters(on_seeds: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(on_seeds("search", "--agency", "TASS", "--csv").stdout)))
    assert [row["agency"] for row in rows] == ["TASS"]
    nothing = on_seeds("search", "xylophone", "--csv")
    assert (nothing.exit_code, nothing.stdout.count("\n")) == (1, 1)


def test_facets_are_counted_for_what_was_found(on_seeds: Run) -> None:
    result = on_seeds("facets", "--field", "agency", "--agency", "TASS")
    assert result.exit_code == 0
    assert result.stdout.startswith("1 article: agency TASS\n\nAgency\n")
    assert " +  1  TASS\n" in result.stdout
    assert "SANA" in result.stdout, "the other values of the facet stay visible"
    assert "Publisher" not in result.stdout


def test_facets_take_the_names_of_filters_too(on_seeds: Run) -> None:
    found = json.loads(on_seeds("facets", "--field", "participant", "--field", "date", "--json").stdout)
    assert [facet["field"] for facet in found["facets"]] == ["participants", "date"]
    refused = on_seeds("facets", "--field", "colour")
    assert refused.exit_code == 2
    assert "There is no facet “colour”" in refused.stderr


def test_facets_of_nothing_are_status_1(on_seeds: Run) -> None:
    assert on_seeds("facets", "xylophone").exit_code == 1


def test_no_archive_is_a_sentence_that_says_how_to_make_one(run: Run, tmp_path: Path) -> None:
    for command in ("search", "facets", "status", "serve"):
        result = run(command, "--index", tmp_path / "nowhere")
        assert result.exit_code == 2
        assert "There is no archive in" in result.stderr
        assert "dateline index" in result.stderr


def test_the_environment_chooses_the_archive(run: Run, seeds_archive: Path) -> None:
    assert run("search", "--json", env={"DATELINE_INDEX": str(seeds_archive)}).exit_code == 0
