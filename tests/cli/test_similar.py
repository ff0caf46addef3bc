"""`similar`: what is like an article, best first."""

from __future__ import annotations

import json

from tests.cli.conftest import Run


def ids(run: Run) -> dict[str, str]:
    return {hit["path"][:3]: hit["id"] for hit in json.loads(run("search", "--json").stdout)["hits"]}


def test_similar_articles_are_listed_best_first_without_the_article_itself(on_seeds: Run) -> None:
    known = ids(on_seeds)
    shown = on_seeds("similar", known["004"])
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Like: ")
    found = json.loads(on_seeds("similar", known["004"], "--json").stdout)
    assert found["id"] == known["004"]
    listed = [hit["id"] for hit in found["hits"]]
    assert 1 < len(listed) <= 4
    assert known["004"] not in listed
    assert [hit["score"] for hit in found["hits"]] == sorted((hit["score"] for hit in found["hits"]), reverse=True)
    places = [shown.stdout.index(id) for id in listed]
    assert places == sorted(places)
    one = json.loads(on_seeds("similar", known["004"], "--limit", "1", "--json").stdout)
    assert [hit["id"] for hit in one["hits"]] == listed[:1]


def test_an_unknown_id_and_a_limit_that_cannot_be_meant_are_sentences_and_status_2(on_seeds: Run) -> None:
    unknown = on_seeds("similar", "0123456789abcdef")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "There is no article “0123456789abcdef”" in unknown.stderr
    assert "--limit" in on_seeds("similar", "0123456789abcdef", "--limit", "0").stderr
