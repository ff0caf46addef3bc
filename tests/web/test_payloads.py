"""Text stays text: every payload in every field of an article, on every page, in the feed, the exports and the API."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient

from search.archive import Archive
from search.article import Article
from search.export import cell
from search.request import MAX_LIMIT, ask
from tests.web.conftest import archive_of, client_of
from tests.web.harmless import ORIGINAL, Seen, faults, harmless, seen
from tests.web.hostile import ALL, DATED, GROUPS, ONES
from tests.web.parameters import LISTED
from tests.web.payloads import DO, PAYLOADS, RUNNERS
from web.values import VALUES

HTML = "text/html; charset=utf-8"
ATOM = "{http://www.w3.org/2005/Atom}"


def test_there_are_more_than_two_hundred_payloads_all_different_and_all_that_run_do_the_same() -> None:
    assert len(PAYLOADS) >= 200
    assert len(set(PAYLOADS)) == len(PAYLOADS)
    assert len([payload for payload in PAYLOADS if DO in payload]) >= 200
    assert [payload for payload in PAYLOADS if "alert" in payload and DO not in payload] == []


PLAIN = "quite plain"


def test_the_check_sees_every_payload_that_stands_unescaped(desk_client: FlaskClient) -> None:
    html = desk_client.get("/", query_string={"q": "zebra", "agency": PLAIN}).text
    assert PLAIN in harmless(html).text
    markup = [payload for payload in PAYLOADS if re.search('[<][a-zA-Z/!?]|"', payload)]
    pages = {payload: seen(html.replace(PLAIN, payload)) for payload in markup}
    assert [payload for payload, found in pages.items() if not faults(found.elements) and payload in found.text] == []
    assert len(markup) > 150


LEADING = ["<a href='//e'>", "<a href='/\\e'>", "<a href='/\t/e'>", "<a href=https://e/>", "<form action=//e>", "<script src=/static/e.js></script>"]


@pytest.mark.parametrize("markup", [*LEADING, f"<a href={ORIGINAL}>", "<img src=/x>", "<p style=x>", "<input type=image>", "<!-- -->", "<?x?>"])
def test_the_check_sees_what_leads_elsewhere_and_what_is_none_of_ours(desk_client: FlaskClient, markup: str) -> None:
    html = desk_client.get("/").text
    harmless(html, ORIGINAL)
    with pytest.raises(AssertionError):
        harmless(html.replace("</main>", f"{markup}</main>"), ORIGINAL)


# In every field of an article.


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with archive_of(tmp_path_factory.mktemp("web") / "hostile", [*ONES, ALL, *DATED]) as archive:
        yield client_of(archive)


def page(client: FlaskClient, address: str, original: str | None = None) -> Seen:
    response = client.get(address)
    assert (response.status_code, response.content_type) == (200, HTML)
    return harmless(response.text, original)


def missing(text: str, times: int = 1, payloads: Iterable[str] = PAYLOADS) -> list[str]:
    """The payloads that do not stand so often in a text."""
    return [payload for payload in payloads if text.count(payload) < times]


PLACES = 22
"""Where an article's payload stands on its page at least: ten fields of one value, an agency and an event day, who takes part with role and other
name, two for what was removed, and of the evidence five, since a reader gets the names of fields with spaces for underscores."""


def test_an_articles_page_shows_every_field_as_text(hostile: FlaskClient) -> None:
    few = {}
    for payload, article in zip(PAYLOADS, ONES, strict=True):
        shown = page(hostile, f"/article/{article.id}?q=harbour", payload if re.match("https?://", payload) else None)
        if missing(shown.text, PLACES, [payload]):
            few[payload] = shown.text.count(payload)
    assert few == {}


def test_an_article_with_all_payloads_shows_each_as_text(hostile: FlaskClient) -> None:
    assert missing(page(hostile, f"/article/{ALL.id}?q=harbour").text, 12) == []


def test_the_results_show_every_payload_as_text(hostile: FlaskClient) -> None:
    # In the title, the snippets of standfirst and text, the agencies, the publisher, the place, and two of those who take part.
    shown = [page(hostile, f"/?q=group{group}&limit={MAX_LIMIT}").text for group in GROUPS]
    assert missing("".join(shown), 7) == []


@pytest.mark.parametrize("field", LISTED)
def test_the_values_of_a_facet_are_text(hostile: FlaskClient, field: str) -> None:
    shown = []
    for start in count(0, VALUES):
        found = page(hostile, f"/facet/{field}?start={start}")
        shown.append(found.text)
        if ("rel", "next") not in [pair for _, attributes, _ in found.elements for pair in attributes]:
            break
    # Label, and what excludes it: title and words.
    assert missing("".join(shown), 2) == []


@pytest.mark.parametrize("of", ["participants", "people"])
def test_the_picture_of_people_has_their_names_as_text(hostile: FlaskClient, of: str) -> None:
    shown = [page(hostile, f"/people?q=group{group}&of={of}").text for group in GROUPS]
    # On the dot, on a line, and twice in the table.
    assert missing("".join(shown), 3) == []


def in_xml(text: str) -> str:
    """A text as it is read from XML, which cannot write some characters and has one line end."""
    kept = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    return kept.replace("\r\n", "\n").replace("\r", "\n")


FEED = "feed id title updated link generator entry published author name category summary"


def test_a_feed_is_xml_in_which_every_payload_is_text(hostile: FlaskClient) -> None:
    titles, names, terms = [], [], []
    for group in GROUPS:
        response = hostile.get(f"/feed.atom?q=group{group}")
        assert (response.status_code, response.content_type) == (200, "application/atom+xml; charset=utf-8")
        feed = fromstring(response.data)
        assert {element.tag.removeprefix(ATOM) for element in feed.iter()} <= set(FEED.split())
        assert [link.get("href") for link in feed.iter(f"{ATOM}link") if not str(link.get("href")).startswith("http://localhost/")] == []
        titles += [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
        names += [name.text for name in feed.iter(f"{ATOM}name")]
        terms += [category.get("term") for category in feed.iter(f"{ATOM}category")]
    assert {f"harbour {in_xml(payload)}" for payload in PAYLOADS} == set(titles)
    assert {in_xml(payload) for payload in PAYLOADS} == set(names)
    assert {re.sub("[\r\n]+", "\n", term or "") for term in terms} >= {re.sub("\n+", "\n", in_xml(payload)) for payload in PAYLOADS}


def test_exports_and_the_api_have_every_payload_as_it_is(hostile: FlaskClient) -> None:
    written = {article.id: article for article in [*ONES, ALL]}
    table = hostile.get("/api/export.csv?q=harbour&not_agency=none")
    assert table.content_type == "text/csv; charset=utf-8"
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"), newline=""))}
    assert {id: (row["title"], row["place"], row["path"]) for id, row in rows.items()} == {
        id: (cell(article.title), cell(article.place), cell(article.path)) for id, article in written.items()
    }
    assert [value for row in rows.values() for value in row.values() if re.match(r"\s*[=+\-@]", value)] == [], "no cell is a formula"
    lines = hostile.get("/api/export.jsonl?q=harbour&not_agency=none")
    assert lines.content_type == "application/x-ndjson"
    exported = [Article.from_dict(json.loads(line)) for line in lines.data.decode().rstrip("\n").split("\n")]
    assert {article.id: article for article in exported} == written
    for address in (f"article/{ALL.id}", f"article/{ALL.id}/similar", "search?limit=200", "facets/agency?limit=1000", "together"):
        answer = hostile.get(f"/api/{address}")
        assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert Article.from_dict(hostile.get(f"/api/article/{ALL.id}").get_json()) == ALL
    values = hostile.get("/api/facets/agency?limit=1000").get_json()["values"]
    assert {value["label"] for value in values} == set(PAYLOADS)


def test_a_raw_file_is_shown_as_plain_text_whatever_its_name_and_words_are(tmp_path: Path) -> None:
    folder, name = tmp_path / "<svg onload=alert(top.pwned=1)>", RUNNERS[1]
    folder.mkdir()
    text = "The harbour\n\n" + "\n\n".join(payload for payload in PAYLOADS if payload.isprintable())
    (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
    with Archive.create(tmp_path / "a") as archive:
        assert archive.index([folder]).articles == 1
        client = client_of(archive)
        (found,) = archive.scan(ask())
        raw = client.get(f"/article/{found.id}/raw")
        assert name in page(client, f"/article/{found.id}").text
    assert raw.content_type == "text/plain; charset=utf-8"
    assert raw.headers["X-Content-Type-Options"] == "nosniff"
    assert raw.text == text
