"""The JSON twins: the records' own shapes, and problem details for what cannot be asked."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from search.archive import Archive
from search.article import Article
from search.request import ask
from search.results import Results


def test_a_search_is_the_results_record(desk_client: FlaskClient, desk_archive: Archive) -> None:
    response = desk_client.get("/api/search?q=harbour&agency=SANA&not_place=Moscow&limit=5")
    assert response.content_type == "application/json"
    expected = desk_archive.run(ask("harbour", {"agency": ["SANA"], "not_place": ["Moscow"]}, limit=5))
    assert expected.total == 1
    assert Results.from_dict(response.json) == expected


def test_problems_of_the_query_come_beside_the_results(desk_client: FlaskClient) -> None:
    response = desk_client.get("/api/search?q=harbour+AND&limit=0")
    assert response.status_code == 200
    assert [(p["start"], p["end"]) for p in response.json["problems"]] == [(8, 11)]
    assert response.json["total"] == 36


def test_cursors_page_to_the_end(desk_client: FlaskClient) -> None:
    first = desk_client.get("/api/search?q=harbour&limit=30").json
    second = desk_client.get("/api/search", query_string={"q": "harbour", "limit": 30, "cursor": first["cursors"]["next"]}).json
    assert len(first["hits"]) == 30
    assert len(second["hits"]) == 6
    assert second["cursors"]["next"] is None


def test_an_article_is_the_article_record(desk_client: FlaskClient, desk_archive: Archive) -> None:
    response = desk_client.get(f"/api/article/{'1':0>16}")
    assert Article.from_dict(response.json) == desk_archive.get(f"{'1':0>16}")


def test_status_is_the_status_record(desk_client: FlaskClient, desk_archive: Archive) -> None:
    assert desk_client.get("/api/status").json["articles"] == 36


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/api/search?agent=SANA", 400, "There is no parameter “agent”."),
        ("/api/search?more=agency", 400, "There is no parameter “more”."),
        ("/api/search?limit=ten", 400, "“limit” must be a whole number, not “ten”."),
        ("/api/search?cursor=nonsense", 400, "cursor"),
        ("/api/article/0000", 404, "There is no article “0000”"),
        ("/api/nothing", 404, "Nothing lives at this address."),
    ],
)
def test_what_cannot_be_asked_is_answered_with_problem_details(desk_client: FlaskClient, address: str, status: int, sentence: str) -> None:
    response = desk_client.get(address)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.get_json(force=True)
    assert problem["status"] == status
    assert sentence in problem["detail"]
    assert problem["title"]
