"""The JSON twins: the records' own shapes, and problem details for what cannot be asked."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from search.archive import Archive
from search.article import Article
from search.request import ask
from search.results import Facet, Hit, Results


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


def test_an_explanation_comes_with_the_results_where_it_is_asked_for(desk_client: FlaskClient, desk_archive: Archive) -> None:
    explained = desk_client.get("/api/search?q=harb*+talks&participant=Assad&explain=1").json
    assert Results.from_dict(explained) == desk_archive.run(ask("harb* talks", {"participant": ["Assad"]}, explain=True))
    assert [(word["part"], word["words"]) for word in explained["explanation"]["words"]] == [("harb*", ["harbour", "harbours"]), ("talks", ["talks"])]
    assert len(explained["hits"][0]["scores"]) > 1
    assert desk_client.get("/api/search?q=harb*&explain=0").json["explanation"] is None


def test_any_and_all_are_parameters(desk_client: FlaskClient) -> None:
    address = "/api/search?participant=Putin&participant=Bashar&limit=0&participant_mode="
    assert [desk_client.get(address + mode).json["total"] for mode in ("any", "all")] == [27, 9]


def test_what_may_have_been_meant_and_what_was_searched_instead_are_in_the_results(desk_client: FlaskClient) -> None:
    found = desk_client.get("/api/search?q=harbuor+quiet").json
    assert (found["corrected"], found["most_words"]) == ("harbour quiet", {"least": 1, "of": 2})
    assert found["suggestions"][0] == {"word": "harbuor", "start": 0, "end": 7, "instead": ["harbour", "harbours"]}


def test_the_values_of_a_facet_are_found_and_paged(desk_client: FlaskClient, desk_archive: Archive) -> None:
    first = desk_client.get("/api/facets/agency?q=harbour&limit=5&not_place=Moscow")
    assert first.content_type == "application/json"
    assert Facet.from_dict(first.json) == desk_archive.facet_values(ask("harbour", {"not_place": ["Moscow"]}), "agency", limit=5)
    assert (len(first.json["values"]), first.json["more"]) == (5, 7)
    rest = desk_client.get("/api/facets/agency?q=harbour&limit=5&start=10&not_place=Moscow").json
    assert (len(rest["values"]), rest["more"]) == (2, 0)
    found = desk_client.get("/api/facets/participant?find=al-as").json
    assert (found["field"], [value["label"] for value in found["values"]]) == ("participants", ["Bashar al-Assad", "Asma al-Assad"])


def test_similar_articles_are_hits(desk_client: FlaskClient, desk_archive: Archive) -> None:
    id = f"{'110':0>16}"
    found = desk_client.get(f"/api/article/{id}/similar?limit=3").json
    assert found["id"] == id
    assert tuple(map(Hit.from_dict, found["hits"])) == desk_archive.similar(id, 3)
    assert len(found["hits"]) == 3
    assert len(desk_client.get(f"/api/article/{id}/similar").json["hits"]) == 5


def test_status_is_the_status_record(desk_client: FlaskClient, desk_archive: Archive) -> None:
    assert desk_client.get("/api/status").json["articles"] == 36


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/api/search?agent=SANA", 400, "There is no parameter “agent”."),
        ("/api/search?more=agency", 400, "There is no parameter “more”."),
        ("/api/search?limit=ten", 400, "“limit” must be a whole number, not “ten”."),
        ("/api/search?cursor=nonsense", 400, "cursor"),
        ("/api/search?explain=yes", 400, "“explain” must be 1 or 0, not “yes”."),
        ("/api/facets/date", 400, "no list of values to search for “date”"),
        ("/api/facets/colour?find=x", 400, "“colour”"),
        ("/api/facets/agency?start=x", 400, "“start” must be a whole number"),
        ("/api/facets/agency?limit=1001", 400, "1001"),
        ("/api/facets/agency?unheard=1", 400, "There is no parameter “unheard”."),
        ("/api/article/0000/similar", 404, "There is no article “0000”"),
        (f"/api/article/{'1':0>16}/similar?limit=0", 400, "“limit” must be 1 to 100."),
        (f"/api/article/{'1':0>16}/similar?q=x", 400, "There is no parameter “q”."),
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
