"""The JSON twins: the records' own shapes, links and tags beside them, and problem details for what cannot be asked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from search.archive import Archive
from search.article import Article
from search.request import MAX_TOGETHER, ask
from search.results import Facet, Hit, Results, Together
from tests.make import article
from tests.web.conftest import archive_of, client_of
from web import api, freshness


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


def test_who_appears_with_whom_is_the_record(desk_client: FlaskClient, desk_archive: Archive) -> None:
    found = desk_client.get("/api/together?q=harbour&not_place=Moscow&of=people&people=2")
    assert Together.from_dict(found.json) == desk_archive.together(ask("harbour", {"not_place": ["Moscow"]}), "people", 2)
    assert len(found.json["people"]) == 2
    whole = desk_client.get("/api/together").json
    assert Together.from_dict(whole) == desk_archive.together(ask(), "participants", MAX_TOGETHER)
    assert [pair["count"] for pair in whole["pairs"]] == [9]
    assert desk_client.get("/api/together?of=person").json["field"] == "people"


def links(response: TestResponse) -> dict[str, str]:
    """The addresses in the Link header, by relation."""
    return {relation: address for address, relation in re.findall(r'<(/[^>]*)>; rel="(\w+)"', response.headers.get("Link", ""))}


def pages(client: FlaskClient, response: TestResponse, relation: str) -> Iterable[TestResponse]:
    """An answer and those that links of one relation lead to from it."""
    yield response
    while relation in links(response):
        response = client.get(links(response)[relation])
        yield response


SEARCHES = ["/api/search?q=harbour&limit=10&not_agency=SANA", "/api/search?limit=9&sort=newest&facets=&participant=Putin&participant=Bashar"]


@pytest.mark.parametrize("address", [*SEARCHES, "/api/facets/agency?q=report&limit=4"])
def test_links_lead_through_all_of_it_and_back(desk_client: FlaskClient, address: str) -> None:
    first = desk_client.get(address)
    there = [response.json for response in pages(desk_client, first, "next")]
    *_, end = pages(desk_client, first, "next")
    back = [response.json for response in pages(desk_client, end, "prev")]
    assert len(there) == (1 if "newest" in address else 4 if "search" in address else 3)
    key = "hits" if "hits" in first.json else "values"
    assert [page[key] for page in back] == [page[key] for page in reversed(there)]
    assert sum(len(page[key]) for page in there) == (9 if "newest" in address else 35 if "search" in address else 11)


def test_links_name_the_pages_that_there_are_and_keep_every_other_parameter(desk_client: FlaskClient) -> None:
    query = "q=%3Charbour%3E+%26+%C3%A9%2A&not_agency=SANA&place=none&place=Moscow&facets=&limit=10"
    middle = desk_client.get(f"/api/search?{query}&page=2")
    found = links(middle)
    assert list(found) == ["first", "prev", "next", "last"]
    assert found["first"] == f"/api/search?{query}"
    assert {name: address.rpartition("&cursor=")[0] for name, address in found.items() if name != "first"} == dict.fromkeys(
        ("prev", "next", "last"), f"/api/search?{query}"
    )
    start = desk_client.get(found["first"])
    end = desk_client.get(found["last"])
    assert list(links(start)) == ["next", "last"]
    assert list(links(end)) == ["first", "prev"]
    assert (start.json["page"], end.json["page"], end.json["pages"]) == (1, 4, 4)
    assert links(desk_client.get("/api/search?limit=0")) == links(desk_client.get("/api/search?q=" + "(" * 30 + "a")) == {}


def test_links_of_values_go_on_where_there_are_more(desk_client: FlaskClient) -> None:
    assert links(desk_client.get("/api/facets/participant?limit=2&find=a")) == {}
    assert links(desk_client.get("/api/facets/agency?limit=0")) == {}
    middle = links(desk_client.get("/api/facets/agency?start=3&find=a&limit=5"))
    assert middle == {
        "prev": "/api/facets/agency?find=a&limit=5&start=0",
        "next": "/api/facets/agency?find=a&limit=5&start=8",
    }


def test_links_begin_with_the_path_below_which_the_page_is_served(desk_client: FlaskClient) -> None:
    for address in ("/api/search?q=harbour", "/api/facets/agency?limit=1"):
        found = links(desk_client.get(address, environ_overrides={"SCRIPT_NAME": "/news"}))
        assert found["next"].startswith("/news/api/")


def test_links_that_no_client_would_read_are_left_out(desk_client: FlaskClient) -> None:
    long = "&".join(f"not_agency={'a' * 90}{number}" for number in range(80))
    response = desk_client.get(f"/api/search?{long}")
    assert response.json["cursors"]["next"]
    assert "Link" not in response.headers
    assert 0 < len(desk_client.get("/api/search").headers["Link"]) < api.MAX_LINKS


TAGGED = [
    "/api/search?q=harbour",
    "/api/facets/agency",
    "/api/together",
    f"/api/article/{'1':0>16}",
    f"/api/article/{'1':0>16}/similar",
    "/api/export.csv",
    "/api/export.jsonl?q=harbour",
]


@pytest.mark.parametrize("address", TAGGED)
def test_who_has_an_answer_is_told_so_without_its_being_made(desk_archive: Archive, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(desk_archive)
    first = client.get(address)
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    for method in ("run", "facet_values", "together", "get", "similar", "scan"):
        monkeypatch.setattr(desk_archive, method, None)
    for known in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Cache-Control"] == "private, no-cache"
        assert "Content-Type" not in again.headers
    assert client.head(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("address", TAGGED)
def test_a_tag_is_of_one_address_and_whatever_one_has_is_no_tag(desk_client: FlaskClient, address: str) -> None:
    tags = {desk_client.get(other).headers["ETag"] for other in TAGGED}
    assert len(tags) == len(TAGGED)
    (*_, other) = tags - {desk_client.get(address).headers["ETag"]}
    assert desk_client.get(address, headers={"If-None-Match": other}).status_code == 200
    assert desk_client.get(address, headers={"If-None-Match": "*"}).status_code == 304
    wrong = f"{address.partition('?')[0]}?unheard=1"
    for tag in (*tags, "*"):
        assert desk_client.get(wrong, headers={"If-None-Match": tag}).status_code == 400
        assert desk_client.get("/api/article/0000", headers={"If-None-Match": tag}).status_code == 404


class Tomorrow(dt.datetime):
    """A clock that is a day ahead."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
        return dt.datetime.now(tz) + dt.timedelta(days=1)


def test_a_tag_changes_with_the_archive_the_day_and_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with archive_of(tmp_path / "a", [article("1", "harbour")]) as archive:
        client = client_of(archive)

        def tag() -> str:
            return client.get("/api/search").headers["ETag"]

        assert tag() == tag()
        tags = [tag()]
        engine = archive._current()
        engine.add([article("2", "harbour")])
        engine.commit()
        tags.append(tag())
        assert client.get("/api/search", headers={"If-None-Match": tags[0]}).json["total"] == 2
        monkeypatch.setattr(freshness, "version", lambda: "another")
        tags.append(tag())
        monkeypatch.setattr(freshness, "dt", SimpleNamespace(datetime=Tomorrow))
        tags.append(tag())
    assert len(set(tags)) == 4


def test_a_change_while_an_answer_is_made_makes_its_reader_ask_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with archive_of(tmp_path / "a", [article("1", "harbour")]) as archive:
        run = archive.run

        def meanwhile(request: object, **_: object) -> Results:
            engine = archive._current()
            engine.add([article("2", "harbour")])
            engine.commit()
            return run(request)  # type: ignore[arg-type]

        client = client_of(archive)
        with monkeypatch.context() as patch:
            patch.setattr(archive, "run", meanwhile)
            made = client.get("/api/search")
        assert made.json["total"] == 2
        assert client.get("/api/search", headers={"If-None-Match": made.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("address", ["/api/status", "/api/openapi.json", "/healthz", "/readyz"])
def test_what_does_not_come_from_the_archive_alone_has_no_tag(desk_client: FlaskClient, address: str) -> None:
    response = desk_client.get(address, headers={"If-None-Match": "*"})
    assert response.status_code == 200
    assert "ETag" not in response.headers


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
        (f"/api/article/{'1':0>16}?q=x", 400, "There is no parameter “q”."),
        ("/api/status?x=1", 400, "There is no parameter “x”."),
        ("/api/openapi.json?x=1", 400, "There is no parameter “x”."),
        ("/api/together?of=agency", 400, "“agency”"),
        ("/api/together?people=0", 400, "“people” must be 1 to 40."),
        ("/api/together?people=x", 400, "“people” must be a whole number"),
        ("/api/together?of=people&of=people", 400, "“of” can be given once only."),
        ("/api/search?find=x", 400, "There is no parameter “find”."),
        ("/api/search?date_mode=any", 400, "There is no parameter “date_mode”."),
        ("/api/search?q=a&q=b", 400, "“q” can be given once only."),
        ("/api/search?limit=1&limit=1", 400, "“limit” can be given once only."),
        ("/api/search?after=2020&after=2021", 400, "“after” can be given once"),
        ("/api/search?agency_mode=any&agency_mode=all", 400, "“agency_mode” can be given once"),
        ("/api/search?agency=SANA&not_agency=SANA", 400, "both asked for and excluded"),
        ("/api/search?after=2022&before=2020", 400, "exchange the two"),
        ("/api/search?page=99999999999999999999", 400, "whole number"),
        ("/api/search?limit=-1", 400, "whole number"),
        ("/api/search?limit=%D9%A1", 400, "whole number"),
        ("/api/search?limit=201", 400, "0 to 200"),
        ("/api/search?" + "agency=a&" * 201, 400, "at most 200 parameters"),
        ("/api/search?%FF=1", 400, "There is no parameter"),
        ("/api/search?=1", 400, "There is no parameter “”."),
        ("/api/search?q%5B%5D=1", 400, "There is no parameter “q[]”."),
        ("/api/search?q=" + "a" * 40_000, 414, "at most 32,768 characters"),
        ("/api/nothing", 404, "Nothing lives at this address."),
        ("/api/search/", 404, "Nothing lives at this address."),
        ("/api//search", 404, "Nothing lives at this address."),
        ("/api/export.tsv", 404, "Nothing lives at this address."),
        ("/api/article/", 404, "Nothing lives at this address."),
        ("/api/article/..%2f..%2fetc%2fpasswd", 404, "Nothing lives at this address."),
        ("/api/", 404, "Nothing lives at this address."),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else None,
)
def test_what_cannot_be_asked_is_answered_with_problem_details(desk_client: FlaskClient, address: str, status: int, sentence: str) -> None:
    response = desk_client.get(address)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.get_json(force=True)
    assert problem["status"] == status
    assert sentence in problem["detail"]
    assert problem["title"]
    head = desk_client.head(address)
    assert (head.status_code, head.content_type, head.data) == (status, "application/problem+json", b"")


@pytest.mark.parametrize("address", [*TAGGED, "/api/status", "/api/openapi.json", "/healthz", "/readyz"])
def test_head_is_get_without_the_text(desk_client: FlaskClient, address: str) -> None:
    got, head = desk_client.get(address), desk_client.head(address)
    assert (head.status_code, head.data) == (200, b"")
    assert {name: head.headers.get(name) for name in ("Content-Type", "ETag", "Link", "Content-Disposition")} == {
        name: got.headers.get(name) for name in ("Content-Type", "ETag", "Link", "Content-Disposition")
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("address", ["/api/search", "/api/export.csv", "/api/nothing"])
def test_nothing_can_be_sent(desk_client: FlaskClient, method: str, address: str) -> None:
    response = desk_client.open(address, method=method)
    assert (response.status_code, response.content_type) == (405, "application/problem+json")
    assert response.headers["Allow"] == "GET, HEAD"


QUERIES = [
    "q=%00%FF%FE",
    "q=%ED%A0%80&agency=%ED%A0%80",
    "limit=&page=&q=&cursor=",
    "agency=&agency=&agency=SANA",
    "q=" + "(" * 500,
    "q=" + "a " * 2000,
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:20])
def test_bytes_of_any_kind_are_answered(desk_client: FlaskClient, query: str) -> None:
    assert isinstance(Results.from_dict(desk_client.get(f"/api/search?{query}").json), Results)
    assert desk_client.get(f"/api/search?{query}").status_code == 200
    if "limit" not in query:
        assert desk_client.get(f"/api/export.jsonl?{query}").status_code == (400 if "((" in query or "a a" in query else 200)
