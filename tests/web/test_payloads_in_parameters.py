"""Text stays text: every payload in every parameter and in the path of every page, of the feed and of the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote
from xml.etree.ElementTree import fromstring

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.conftest import archive_of, client_of, desk
from tests.web.harmless import ORIGINAL, Seen, harmless
from tests.web.parameters import CHOICES, EXCLUDED, FOUND, LISTED, NAMES, REFUSED, TYPED, Pairs, dealt, every, queries
from tests.web.payloads import PAYLOADS
from tests.web.test_payloads import ATOM, HTML, in_xml, missing
from web import params
from web.strings import shortened

JSON = ("application/json", "application/problem+json")

PAGES = ["/", "/facet/", "/people", f"/article/{'1':0>16}"]
"""Of which "/facet/" stands for each facet in turn."""

STRICT = ["/api/search", "/api/facets/agency", "/api/together", "/api/export.csv", f"/api/article/{'1':0>16}", f"/api/article/{'1':0>16}/similar"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """The first articles of the desk: a page of them is quickly made and read."""
    with archive_of(tmp_path_factory.mktemp("web") / "small", desk()[:3]) as archive:
        yield client_of(archive)


def shown(client: FlaskClient, address: str, pairs: Pairs) -> Seen:
    """The page, which nothing in these parameters can harm or hinder."""
    facet = LISTED[sum(map(len, pairs[0])) % len(LISTED)] if address == "/facet/" else ""
    response = client.get(address + facet + params.query_string(pairs))
    assert (response.status_code, response.content_type) == (200, HTML), (address, pairs)
    return harmless(response.text, ORIGINAL)


def test_every_parameter_of_the_page_is_tried() -> None:
    assert set(NAMES) >= {*CHOICES, *EXCLUDED, *TYPED, "date", "not_date", "after", "before", "agency_mode", "sort", "limit", "start", "of", "seen"}
    assert len(NAMES) == len(CHOICES) + len(EXCLUDED) + len(TYPED) + len(REFUSED)
    for names in (CHOICES, EXCLUDED, REFUSED):
        assert {pair for pairs in every(names) for pair in pairs} == set(product(names, PAYLOADS))


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("names", "besides"), [(CHOICES, FOUND), (EXCLUDED, [])], ids=["chosen", "excluded"])
def test_what_is_chosen_is_shown_as_text(small: FlaskClient, address: str, names: list[str], besides: Pairs) -> None:
    # Every value stands in the address of every other: a few at a time, and on the page of results nothing else. The pages of values and of people
    # read and name what is chosen as that does, and have every payload once.
    bare = [("facets", ""), ("limit", "0")] if address == "/" else []
    once = address in ("/facet/", "/people")
    for pairs in dealt(names, 24) if once else every(names, most=24):
        found = shown(small, address, [*pairs, *besides, *bare])
        values = {value for _, value in pairs}
        assert values <= found.values
        # On an article's page it stands in the form only, from where it goes on with the next query. "@" begins the key of a person.
        assert address.startswith("/article") or missing(found.text, payloads=[value.removeprefix("@") for value in values]) == []


def test_what_is_chosen_is_text_among_the_values_of_its_facet(small: FlaskClient) -> None:
    for pairs in dealt(CHOICES, 24):
        found = shown(small, "/", [*pairs, *FOUND])
        # In the title, on its chip, in its facet, and there in the words that exclude it.
        assert missing(found.text, 2, [value.removeprefix("@") for _, value in pairs]) == []


def test_what_could_be_left_out_of_a_search_is_shown_as_text(small: FlaskClient) -> None:
    for payload in PAYLOADS[::3]:
        found = shown(small, "/", [("q", "harbour"), ("place", payload)])
        assert f"without the filter “place {payload}”" in found.text


@pytest.mark.parametrize("address", PAGES)
def test_what_is_refused_is_named_as_text(small: FlaskClient, address: str) -> None:
    for pairs in every(REFUSED, as_name=True):
        found = shown(small, address, pairs)
        said = [f"“{shortened(name)}={shortened(value)}” was ignored" for name, value in pairs]
        assert missing(found.text, payloads=said) == []


@pytest.mark.parametrize("address", PAGES)
def test_what_is_typed_is_shown_as_text(small: FlaskClient, address: str) -> None:
    for query in queries():
        found = shown(small, address, [(name, query) for name in TYPED])
        assert query in found.values


def told(response: TestResponse) -> None:
    """An answer to a program in which the payload is a value: whole JSON, a table, a feed, or a page that cannot harm."""
    assert response.status_code in (200, 400, 404)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if response.content_type in JSON:
        json.loads(response.data)
    elif response.content_type == HTML:
        harmless(response.text)
    else:
        assert response.content_type in ("text/csv; charset=utf-8", "application/atom+xml; charset=utf-8")


@pytest.mark.parametrize("address", STRICT)
def test_the_api_answers_in_json_whatever_stands_in_its_parameters(small: FlaskClient, address: str) -> None:
    for number, payload in enumerate(PAYLOADS):
        # One at a time, for the first that is wrong ends it: each name with a part of the payloads, all of which one function reads.
        told(small.get(address + params.query_string([(NAMES[number % len(NAMES)], payload)])))
    for pairs in dealt([*CHOICES, *EXCLUDED], 24):
        told(small.get(address + params.query_string(pairs)))


def test_a_feed_says_what_it_cannot_understand_on_a_page_that_cannot_harm(small: FlaskClient) -> None:
    refused = (*REFUSED, "cursor", "seen", "find")
    for number, payload in enumerate(PAYLOADS):
        # One at a time here, too.
        for name in (refused[number % len(refused)], payload):
            response = small.get("/feed.atom" + params.query_string([(name, payload)]))
            assert (response.status_code, response.content_type) == (400, HTML)
            said = harmless(response.text).text
            assert name != payload or shortened(payload) in said


@pytest.mark.parametrize("names", [CHOICES, EXCLUDED], ids=["chosen", "excluded"])
def test_a_feed_of_any_choice_is_xml(small: FlaskClient, names: list[str]) -> None:
    for pairs in dealt(names, 4 * len(names)):
        response = small.get("/feed.atom" + params.query_string(pairs))
        assert response.status_code == 200
        title = fromstring(response.data).findtext(f"{ATOM}title") or ""
        assert in_xml(pairs[0][1][:40]) in title


IN_PATHS = ["/{}", "/facet/{}", "/article/{}", "/article/{}/raw", "/static/{}", "/api/facets/{}", "/api/article/{}/similar"]


@pytest.mark.parametrize("path", IN_PATHS)
def test_a_payload_in_the_path_is_shown_as_text_or_not_at_all(small: FlaskClient, path: str) -> None:
    for payload in PAYLOADS:
        response = small.get(path.format(quote(payload, safe="")))
        assert response.status_code in (400, 404)
        told(response)
