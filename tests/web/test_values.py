"""The page that lists the values of a facet: found, paged and chosen without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.make import article
from tests.web.conftest import Page, archive_of, client_of
from web import strings


@pytest.fixture(scope="module")
def crowd_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """130 articles with a person of their own each, one of them with Ada Quay and one with nobody."""
    letters = "abcdefghijklm"
    names = [f"{a.upper()}nna {b.upper()}urg" for a in letters for b in letters[:10]]
    reports = [article(f"{n}", "Trade talks.", participants=[name], agency=f"Agency {n % 3}") for n, name in enumerate(names, 100)]
    others = [article("1", "Trade.", participants=["Ada Quay", "Anna Burg"]), article("2", "Trade in silence.")]
    with archive_of(tmp_path_factory.mktemp("web") / "crowd", [*others, *reports]) as archive:
        yield client_of(archive)


def test_a_facet_with_more_values_than_it_shows_leads_to_all_of_them(crowd_client: FlaskClient) -> None:
    page = Page(crowd_client, "/?q=trade&agency=Agency+1&page=2&sort=oldest")
    values = page.follow(".facet-participants .more a", "+36 more")
    assert values.one("h1") == "Participants"
    assert values.one("title") == "Participants – trade, agency Agency 1 – Dateline"
    assert values.one("main .aside") == "44 articles found · trade"
    assert values.all(".chip") == ["agency Agency 1 ×"]
    assert values.one("main h2") == "44 participants"
    assert len(values.all(".value")) == 44
    assert values.all(".pages") == []
    assert values.follow("#back", "Back").one("h1") == "44 articles found"
    assert "sort=oldest" in values.link("#back", "Back")


def test_paging_reaches_the_last_value(crowd_client: FlaskClient) -> None:
    page = Page(crowd_client, "/facet/participants")
    assert page.all(".value")[0] == "Anna Burg 2"
    assert page.all(".value")[-1] == "none given 1"
    seen = page.all(".value")[:-1]
    where = [page.one(".pages .here")]
    while page.all(".pages a[rel=next]"):
        page = page.follow(".pages a", "Next")
        seen += page.all(".value")
        where.append(page.one(".pages .here"))
    assert where == ["1 to 60 of 131", "61 to 120 of 131", "121 to 131 of 131"]
    assert (len(seen), len(set(seen))) == (131, 131)
    assert page.follow(".pages a", "Previous").one(".pages .here") == "61 to 120 of 131"
    assert Page(crowd_client, "/facet/participants").follow(".pages a", "Last").all(".value") == page.all(".value")


def test_a_place_behind_the_last_value_shows_the_last_ones(crowd_client: FlaskClient) -> None:
    page = Page(crowd_client, "/facet/participants?start=5000")
    assert page.one(".pages .here") == "121 to 131 of 131"
    assert page.one("main h2") == "131 participants"
    assert len(page.all(".value")) == 11


def test_what_must_be_known_of_the_search_is_said_here_too(crowd_client: FlaskClient) -> None:
    page = Page(crowd_client, "/facet/participants?q=trade+zebra+participant:Nobody+talks+OR+silence+zebra")
    assert page.all(".notice") == ["Nobody called “Nobody” takes part in any article."]
    assert Page(crowd_client, "/facet/agency?q=trade+zebra").one(".notice") == "No article matches the whole query; these have 1 of its 2 words."


def test_a_value_is_found_and_chosen_or_excluded(crowd_client: FlaskClient) -> None:
    page = Page(crowd_client, "/?q=trade")
    form = page.soup.select_one(".facet-participants form.find")
    assert form is not None
    assert form.select_one("[name=find]")["placeholder"] == "Find among 131"  # type: ignore[index]
    assert (form["action"], [(tag["name"], tag["value"]) for tag in form.select("[type=hidden]")]) == ("/facet/participants", [("q", "trade")])
    found = Page(crowd_client, "/facet/participants?q=trade&find=qua+ad")
    assert found.all(".value") == ["Ada Quay 1"]
    assert found.one("main h2") == "1 participant with a word that begins with “qua ad”"
    assert found.follow(".value", "Ada Quay").all(".chip") == ["with Ada Quay ×"]
    assert found.follow(".exclude", "Exclude").all(".chip") == ["not with Ada Quay ×"]
    assert found.follow(".tools a", strings.ALL_VALUES).one("main h2") == "131 participants"


def test_nothing_that_begins_so_is_said(crowd_client: FlaskClient) -> None:
    page = Page(crowd_client, "/facet/people?find=%3Cscript%3E")
    assert page.one("main h2") == "No people with a word that begins with “<script>”"
    assert page.all(".value") == []
    assert "<script>" not in page.html


def test_what_is_chosen_and_excluded_is_shown_as_such_and_can_be_taken_back(crowd_client: FlaskClient) -> None:
    chosen = "participant=Quay&not_participant=Lnna+Burg&not_agency=none&participant_mode=any"
    page = Page(crowd_client, f"/facet/participants?{chosen}&find=qua")
    assert page.all(".selected .label") == ["Ada Quay"]
    assert page.all(".chip") == ["not agency none given ×", "with Ada Quay ×", "not with Lnna Burg ×"]
    assert page.follow(".value", "Ada Quay").all(".chip") == ["not agency none given ×", "not with Lnna Burg ×"]
    assert Page(crowd_client, f"/facet/participants?{chosen}&find=lnna+burg").all(".excluded .label") == ["not Lnna Burg"]


@pytest.mark.parametrize(("name", "status"), [("date", 404), ("colour", 404), ("agency", 200)])
def test_only_facets_with_a_list_of_values_have_this_page(crowd_client: FlaskClient, name: str, status: int) -> None:
    assert crowd_client.get(f"/facet/{name}").status_code == status


@pytest.mark.parametrize("wrong", ["start=-1", "start=ten", "agent=x", "start=%C2%B2"])
def test_a_wrong_parameter_is_a_notice(crowd_client: FlaskClient, wrong: str) -> None:
    page = Page(crowd_client, f"/facet/agency?{wrong}")
    assert len(page.all(".notice")) == 1
    assert len(page.all(".value")) == 4


def test_a_query_that_cannot_be_run_is_a_sentence(crowd_client: FlaskClient) -> None:
    page = Page(crowd_client, f"/facet/agency?q={'x' * 5000}&not_place=none")
    assert "4,096" in page.one(".notice")
    assert page.one("main .aside").startswith("The search could not be carried out")
    assert (page.all(".value"), page.all("main h2"), page.all(".chip")) == ([], [], ["not place none given ×"])
