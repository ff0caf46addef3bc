"""What a reader and a program are told where parts of the archive do not answer: marks at every number, and no answer that could pass for a whole."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from search.engines.whoosh.view import WhooshView
from tests.partial import count_roughly, lose_parts
from tests.web.conftest import Page
from web import strings

ID = f"{'110':0>16}"
ANSWERS = [
    "/api/search?q=harbour",
    "/api/facets/agency?q=harbour",
    "/api/together?q=harbour",
    f"/api/article/{ID}/similar",
    "/api/export.csv?q=harbour",
    "/api/export.jsonl?q=harbour",
    "/feed.atom?q=harbour",
]


@pytest.mark.parametrize("address", ANSWERS)
def test_programs_get_503_unless_they_ask_for_what_there_is(desk_client: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert desk_client.get(address).status_code == 200
    joined = "&" if "?" in address else "?"
    assert "ETag" in desk_client.get(f"{address}{joined}partial=0").headers
    lose_parts(monkeypatch)
    refused = desk_client.get(address)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    if address.startswith("/api/"):
        assert refused.content_type == "application/problem+json"
        assert refused.get_json(force=True)["title"] == strings.NOT_WHOLE
        assert "partial=1" in refused.get_json(force=True)["detail"]
    taken = desk_client.get(f"{address}{joined}partial=1")
    assert taken.status_code == 200
    assert "ETag" not in taken.headers, "the tag would stand for the whole answer as well"
    assert desk_client.get(f"{address}{joined}partial=1", headers={"If-None-Match": "*"}).status_code == 200
    assert desk_client.get(f"{address}{joined}partial=yes").status_code == 400
    assert desk_client.get(f"{address}{joined}partial=1&partial=1").status_code == 400


def test_what_there_is_says_what_it_is(desk_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_parts(monkeypatch)
    assert desk_client.get("/api/search?q=harbour&partial=1").json["complete"] is False
    assert desk_client.get("/api/facets/agency?partial=1").json["complete"] is False
    assert desk_client.get("/api/together?partial=1").json["complete"] is False
    assert desk_client.get("/api/status").json["complete"] is False
    feed = desk_client.get("/feed.atom?q=harbour&partial=1").text
    assert f"<subtitle>{strings.INCOMPLETE}" in feed
    assert "partial=1" in re.search(r'rel="self"[^>]*', feed)[0]  # type: ignore[index]


def test_further_parts_of_an_answer_are_as_partial(desk_client: FlaskClient) -> None:
    for address in ("/api/search?limit=2&partial=1", "/api/facets/agency?limit=2&partial=1"):
        assert "partial=1" in desk_client.get(address).headers["Link"]


def test_the_page_shows_what_there_is_and_marks_every_number(desk_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Page(desk_client, "/?q=harbour&agency=Agency+1")
    assert strings.INCOMPLETE not in whole.all("p.notice")
    lose_parts(monkeypatch)
    page = Page(desk_client, "/?q=harbour&agency=Agency+1")
    assert strings.INCOMPLETE in page.all("p.notice")
    assert page.one("h1") == f"At least {whole.one('h1')}"
    assert [f"{count}+" for count in whole.all(".facet .count")] == page.all(".facet .count")
    assert [f"{count}+" for count in whole.all(".timeline .count") if count.isdigit()] == [c for c in page.all(".timeline .count") if "+" in c]
    assert len(page.all(".facet .count")) > 10
    assert "at least" in page.html.partition('<svg class="bars"')[2].partition("</svg>")[0]
    assert Page(desk_client, "/").one("h1").startswith("At least ")
    assert Page(desk_client, "/?q=zebras").one("h1") == strings.NOTHING_THERE
    assert re.search(r"Page 1 of at least \d", Page(desk_client, "/?q=harbour&partial=1").html)


@pytest.mark.parametrize("address", ["/facet/agency?q=harbour", "/people?q=harbour"])
def test_so_do_lists_of_values_and_the_picture_of_people(desk_client: FlaskClient, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    whole = Page(desk_client, address)
    lose_parts(monkeypatch)
    page = Page(desk_client, address)
    assert strings.INCOMPLETE in page.all("p.notice")
    assert strings.INCOMPLETE not in whole.all("p.notice")
    assert len(page.all(".count")) == len(whole.all(".count"))
    assert [count for count in page.all("a .count, td.count, .persons .count") if not count.endswith("+")] == []
    assert len(page.all("a .count, td.count, .persons .count")) > 1


def test_an_article_is_shown_with_what_is_like_it(desk_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_parts(monkeypatch)
    assert Page(desk_client, f"/article/{ID}").one("h1")


def test_an_update_that_is_under_way_is_said_quietly(desk_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert strings.UPDATING not in Page(desk_client, "/?q=harbour").all("p.aside")
    monkeypatch.setattr(WhooshView, "updating", True)
    assert strings.UPDATING in Page(desk_client, "/?q=harbour").all("p.aside")
    assert desk_client.get("/api/search?q=harbour").json["updating"] is True


def test_further_values_that_nobody_can_count_are_at_least_so_many(desk_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    more = Page(desk_client, "/?q=harbour").one(".facet-agency .more a").removeprefix("+").partition(" ")[0]
    count_roughly(monkeypatch)
    page = Page(desk_client, "/?q=harbour")
    assert page.one(".facet-agency .more a").startswith(f"at least {more} more")
    facet = next(f for f in desk_client.get("/api/search?q=harbour&facet_limit=2").json["facets"] if f["field"] == "agency")
    assert facet["more"]["at_least"] > int(more)


def test_a_list_without_an_end_has_no_last_page(desk_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from search.results import OrMore
    from web import values

    assert (values._last(121), values._last(OrMore(121))) == (120, None)
