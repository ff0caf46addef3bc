"""What one keeps of a search: feeds that readers take, the browser's search engine, and links that find the same again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, fromstring

import pytest
from flask.testing import FlaskClient

from search.archive import Archive
from search.query.parser import parse
from search.request import ask
from tests.make import article
from tests.web.conftest import BASE, Page, archive_of, client_of
from web import permalink, strings

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: FlaskClient, query: str = "") -> Element:
    response = client.get(f"/feed.atom{query}", base_url=BASE)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/atom+xml; charset=utf-8"
    return fromstring(response.data)


def texts(root: Element, path: str) -> list[str | None]:
    return [found.text for found in root.findall(path.replace("a:", ATOM))]


def links(root: Element) -> dict[str, str]:
    return {found.attrib["rel"]: found.attrib["href"] for found in root.findall(f"{ATOM}link")}


def test_a_feed_has_the_newest_articles_of_its_search(desk_client: FlaskClient) -> None:
    found = feed(desk_client, "?q=harbour&agency=Agency+1")
    assert texts(found, "a:title") == ["harbour, agency Agency 1 – Dateline"]
    assert len(texts(found, "a:entry")) == 4
    assert len(set(texts(found, "a:entry/a:id"))) == 4
    assert links(found)["alternate"] == f"{BASE}/?q=harbour&agency=Agency+1&sort=newest"
    assert Page(desk_client, links(found)["alternate"].removeprefix(BASE)).one("h1") == "4 articles found"
    entry = found.findall(f"{ATOM}entry/{ATOM}link")[0].attrib["href"]
    assert entry.startswith(f"{BASE}/article/")


def test_a_feed_is_what_rfc_4287_asks_of_one(desk_client: FlaskClient) -> None:
    found = feed(desk_client)
    assert [len(texts(found, f"a:{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
    for entry in found.findall(f"{ATOM}entry"):
        assert [len(texts(entry, f"a:{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert texts(entry, "a:author/a:name")[0]
        assert (texts(entry, "a:id")[0] or "").startswith("urn:uuid:")
        for moment in [*texts(entry, "a:updated"), *texts(entry, "a:published")]:
            assert dt.datetime.fromisoformat(moment or "").tzinfo is not None
    assert len(texts(found, "a:entry")) == 36


def test_a_vague_date_never_becomes_the_first_of_january(tmp_path: Path) -> None:
    dates = ["2022-06-15", "2022-06", "2022", None]
    with archive_of(tmp_path / "a", [article(f"{n}", "Text.", title=f"{date}", date=date) for n, date in enumerate(dates, 1)]) as archive:
        found = feed(client_of(archive))
    published = {texts(entry, "a:title")[0]: texts(entry, "a:published") for entry in found.findall(f"{ATOM}entry")}
    assert published == {"2022-06-15": ["2022-06-15T00:00:00Z"], "2022-06": [], "2022": [], "None": []}
    assert len({*texts(found, "a:entry/a:updated")}) == 2
    assert [summary.split("\n")[0] for summary in texts(found, "a:entry/a:summary") if summary] == ["15 June 2022", "June 2022", "2022", "undated"]


def test_a_feed_leads_to_the_articles_behind_its_last_one(desk_client: FlaskClient) -> None:
    seen: list[str | None] = []
    address = "/feed.atom?q=harbour&limit=10"
    for _ in range(4):
        found = fromstring(desk_client.get(address, base_url=BASE).data)
        seen += texts(found, "a:entry/a:id")
        address = links(found).get("next", "").removeprefix(BASE)
    assert (len(seen), len(set(seen)), address) == (36, 36, "")


def test_an_indexed_archive_says_when_it_was_filled(seeds_client: FlaskClient) -> None:
    updated = texts(feed(seeds_client), "a:updated")[0] or ""
    assert updated > "2026-01-01T00:00:00"


@pytest.mark.parametrize("query", ["?q=a~2*~&sort=best", "?agent=SANA", "?limit=ten", "?q=" + "(" * 30 + "a", "?q=a&q=b"])
def test_a_feed_of_what_cannot_be_searched_is_refused(desk_client: FlaskClient, query: str) -> None:
    assert desk_client.get(f"/feed.atom{query}").status_code == 400


def test_characters_that_xml_cannot_write_are_left_out(tmp_path: Path) -> None:
    hostile = article("1", "a\x00b\x0b\ufffec ]]> <x> & é 📰", title="<b>\x1b[31m&amp;</b>", agency="\x07")
    with archive_of(tmp_path / "a", [hostile]) as archive:
        found = feed(client_of(archive), "?q=%00%0b")
        assert texts(found, "a:entry/a:title") in ([], ["<b>[31m&amp;</b>"])
        assert texts(feed(client_of(archive)), "a:entry/a:title") == ["<b>[31m&amp;</b>"]


def test_the_browser_is_told_how_to_search(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/")
    link = page.soup.select_one("link[rel=search]")
    assert link is not None
    response = desk_client.get(str(link["href"]), base_url=BASE)
    assert response.content_type == "application/opensearchdescription+xml; charset=utf-8"
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    urls = {url.attrib["type"]: url.attrib["template"] for url in fromstring(response.data).findall(f"{space}Url")}
    assert urls["text/html"] == f"{BASE}/?q={{searchTerms}}"
    for template in urls.values():
        assert desk_client.get(template.replace("{searchTerms}", "harbour").removeprefix(BASE), base_url=BASE).status_code == 200


def permalink_of(page: Page) -> str:
    return page.link(".keep a", strings.PERMALINK)


def test_a_permalink_finds_the_same_page_again(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour&participant=Bashar&sort=oldest&limit=10&explain=1").follow(".pages a", "Next")
    again = Page(desk_client, permalink_of(page))
    assert again.all(".hit h2") == page.all(".hit h2")
    assert again.all(".chip") == page.all(".chip") == ["with Bashar al-Assad ×"]
    assert again.one(".pages .here") == "Page 2 of 2"
    assert again.all(".notice") == [strings.PERMALINK_HERE]
    assert "seen=" not in again.link(".sort a", "Newest"), "only the link itself is of that moment"


def test_a_permalink_says_that_the_archive_has_changed_since(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text("A harbour reopened on Monday after two years of work by many hands.\n", "utf-8")
    with Archive.create(tmp_path / "archive") as archive:
        archive.index([raw])
        client = client_of(archive)
        link = permalink_of(Page(client, "/?q=harbour"))
        assert Page(client, link).all(".notice") == [strings.PERMALINK_HERE]
        (raw / "b.txt").write_text("Another harbour closed on Tuesday, to the regret of all its pilots.\n", "utf-8")
        archive.index([raw])
        page = Page(client, link)
    assert page.all(".notice") == [strings.CHANGED_SINCE]
    assert page.one("h1") == "2 articles found"


def test_a_permalink_has_days_in_place_of_words_that_mean_another_day_tomorrow() -> None:
    today = dt.date(2022, 6, 15)
    text = 'harbour date:"last 30 days"'
    moved = permalink.fixed(ask(text, {"date": ["yesterday"]}, today=today))
    assert moved.text.startswith("harbour AND date:2022-05-")
    assert parse(moved.text, dt.date(2030, 1, 1)).query == parse(text, today).query
    assert moved.selection("date").include == ("2022-06-14..2022-06-14",)
    plain = ask("harbour AND date:2022", today=today)
    assert permalink.fixed(plain) is plain, "what does not depend on the day stays as it was typed"


def test_what_is_kept_is_what_is_found(desk_client: FlaskClient) -> None:
    page = Page(desk_client, "/?q=harbour&agency=Agency+1&limit=25&page=1&sort=oldest")
    table = desk_client.get(page.link(".keep a", strings.EXPORT_CSV), base_url=BASE)
    assert len(table.text.splitlines()) == 5
    lines = desk_client.get(page.link(".keep a", strings.EXPORT_JSONL), base_url=BASE)
    assert len(lines.text.splitlines()) == 4
    assert dict(parse_qsl(urlsplit(page.link(".keep a", strings.EXPORT_CSV)).query)) == {"q": "harbour", "agency": "Agency 1", "sort": "oldest"}
    assert len(texts(feed(desk_client, page.link(".keep a", strings.FEED).removeprefix("/feed.atom")), "a:entry")) == 4
