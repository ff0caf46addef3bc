"""What the page says besides the results: most of the words, what may have been meant, who was meant, how it was searched, and what is similar."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.make import article
from tests.web.conftest import Page, archive_of, client_of
from web import strings


def test_most_of_the_words_are_said_to_be_searched(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=quiet+zebra+harbour")
    assert page.one("h1") == "1 article found"
    assert page.one(".notice") == "No article matches the whole query; these have 2 of its 3 words."
    filtered = Page(desk_client, "/?q=quiet+zebra+harbour&agency=Agency+1")
    assert filtered.one("h1") == strings.NOTHING_FOUND
    assert filtered.one(".notice") == "No article matches the whole query; those with 2 of its 3 words were searched instead."
    assert Page(desk_client, "/?q=quiet+harbour").all(".notice") == []


def test_what_may_have_been_meant_is_a_link_with_the_new_words_marked_and_the_filters_kept(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbuor+quite&agency=SANA&page=3")
    assert page.all(".meant a") == ["harbour quiet", "harbours quiet"]
    assert page.all(".meant li:first-child b") == ["harbour", "quiet"]
    meant = page.follow(".meant a", "harbour quiet")
    assert (meant.one("h1"), meant.all(".chip"), meant.all(".meant")) == ("1 article found", ["agency SANA ×"], [])


def test_of_several_words_that_may_have_been_meant_each_is_offered(tmp_path: Path) -> None:
    with archive_of(tmp_path / "a", [article("1", "<b>trade</b> talks trade"), article("2", "traded talks")]) as archive:
        page = Page(client_of(archive), "/?q=%3Cb%3Etradd")
        assert page.all(".meant a") == ["<b> trade", "<b> traded"]
        assert page.follow(".meant a", "<b> traded").soup.select_one("#q")["value"] == "<b>traded"  # type: ignore[index]


def test_a_misspelled_name_is_offered_right(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=participant:Putni")
    assert page.all(".meant a") == ["participant: Putin"]
    assert page.follow(".meant a", "Putin").one("h1") == "18 articles found"


def test_a_name_of_very_many_leads_to_a_list_of_them_all(tmp_path: Path) -> None:
    crowd = [article(f"{n}", "Body.", participants=[f"{chr(65 + n)}nton Borisov", "Ada Quay"]) for n in range(20)]
    with archive_of(tmp_path / "a", crowd) as archive:
        client = client_of(archive)
        for address in ("/?participant=Borisov", "/?q=participant:Borisov"):
            page = Page(client, address)
            assert page.one(".notice > p") == "“Borisov” is the name of 20 people. Did you mean one of them?"
            assert page.all(".persons a")[-2:] == ["Lnton Borisov", "and 8 more"]
            everybody = page.follow(".persons a", "and 8 more")
            assert everybody.one("main h2") == "20 participants with a word that begins with “Borisov”"
            one = everybody.follow(".value", "Tnton Borisov 1")
            assert (one.one("h1"), one.all(".chip")) == ("1 article found", ["with Tnton Borisov ×"]), "the person stands in the name's place"


def test_how_it_was_searched_unfolds_and_folds_up_without_script(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harb*+reopened&sort=newest")
    assert (page.all(".explained"), page.all(".score")) == ([], [])
    explained = page.follow(".explain a", strings.EXPLAIN)
    assert explained.all(".explained dt") == ["Searched for", "harb*", "reopened"]
    assert explained.all(".explained dd") == ["harb* AND reopened", "with any ending: harbour, harbours", "in any form: reopened, reopens"]
    assert explained.one(".score").startswith("Score ")
    assert " + " in explained.one(".score")
    assert "explain=1" in explained.link(".sort a", "Oldest")
    assert explained.follow(".explained a", strings.HIDE).html == page.html


def test_a_person_is_explained_with_every_form_of_the_name(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?participant=Bashar&explain=1")
    assert page.all(".explained dd")[1:] == ["with Bashar al-Assad", "Bashar al-Assad, also as Assad"]
    assert page.all(".score") == []


def test_where_nothing_was_asked_there_is_nothing_to_explain(desk_client: FlaskClient) -> None:
    assert Page(desk_client, "/").all(".explain") == []


@pytest.mark.parametrize("query", ["explain=2", "explain=yes"])
def test_explain_is_yes_or_no(desk_client: FlaskClient, query: str) -> None:
    assert query in Page(desk_client, f"/?q=harbour&{query}").one(".notice")


def test_similar_articles_stand_below_an_article_and_lead_on(desk_client: FlaskClient) -> None:
    page = Page(desk_client, f"/article/{'110':0>16}?q=harbour")
    assert page.all(".similar h2") == [strings.SIMILAR]
    titles = page.all(".similar li > a")
    assert len(titles) == 5
    assert "Harbour report 10" not in titles
    assert all(page.all(".similar .meta"))
    other = page.follow(".similar li:first-child > a", "")
    assert other.one("h1") == titles[0]
    assert other.all("h1 mark") == ["Harbour"], "the query goes along"


def test_an_article_like_no_other_has_no_such_section(tmp_path: Path) -> None:
    with archive_of(tmp_path / "a", [article("1", "Alone."), article("2", "Different entirely.")]) as archive:
        assert Page(client_of(archive), f"/article/{'1':0>16}").all(".similar") == []
