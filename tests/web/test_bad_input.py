"""What does the page make of an address that nobody can mean? It shows what it understood, says what it ignored."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from search.archive import Archive
from search.request import FACETS, MAX_FIND
from tests.web.conftest import Page, client_of
from tests.web.harmless import ORIGINAL, harmless
from tests.web.parameters import NAMES
from web import params, strings
from web.safety import MAX_ADDRESS

ARTICLE = f"/article/{'1':0>16}"
PAGES = ["/", "/facet/agency", "/people", ARTICLE]
WHOLE = [page for page in PAGES if page != ARTICLE]
"""The pages that show a search; an article's page only leads back to it."""


@pytest.fixture(scope="module")
def client(desk_archive: Archive) -> FlaskClient:
    return client_of(desk_archive)


def ignored(page: Page) -> list[str]:
    """The parameters that the page says it has ignored, as name=value."""
    return [sentence.partition("” was ignored: ")[0].removeprefix("“") for sentence in page.all(".notice") if "” was ignored: " in sentence]


CURSOR = "cursor=WyJsYXN0IiwicmVsZXZhbmNlIiwiIiwwLjAsMCwiIiwwXQ"
"""The last page, by relevance."""

ODD = {
    # Given again where there can be one
    "q=zebra": ["q=zebra"],
    "q=&q=": ["q=", "q="],
    "sort=newest&sort=oldest": ["sort=oldest"],
    "sort=newest&sort=newest": ["sort=newest"],
    "limit=5&limit=6&limit=7": ["limit=6", "limit=7"],
    "agency_mode=any&agency_mode=all": ["agency_mode=all"],
    "after=2021&after=2022": ["after=2022"],
    # Contradictory
    "agency=SANA&not_agency=SANA": ["not_agency=SANA"],
    "not_agency=SANA&agency=SANA": ["agency=SANA"],
    "participant=Assad&not_participant=Assad": ["not_participant=Assad"],
    "language=none&not_language=None": ["not_language=None"],
    "date=2022&not_date=2022": ["not_date=2022"],
    "after=2022&before=2021": ["before=2021"],
    "before=2021&after=2022": ["after=2022"],
    f"page=3&{CURSOR}": ["page=3"],
    # Of a wrong kind
    "limit=ten": ["limit=ten"],
    "limit=-1": ["limit=-1"],
    "limit=5.0": ["limit=5.0"],
    "limit=1e2": ["limit=1e2"],
    "limit=0x10": ["limit=0x10"],
    "limit=201": ["limit=201"],
    "limit=99999999999999999999": ["limit=99999999999999999999"],
    "page=0": ["page=0"],
    "facet_limit=1001": ["facet_limit=1001"],
    "explain=true": ["explain=true"],
    "sort=best": ["sort=best"],
    "sort=NEWEST": ["sort=NEWEST"],
    "facets=agency,colour": ["facets=agency,colour"],
    "agency_mode=some": ["agency_mode=some"],
    "date_mode=any": ["date_mode=any"],
    "date=2022-13": ["date=2022-13"],
    "date=0000": ["date=0000"],
    "date=2022-02-30": ["date=2022-02-30"],
    "date=..": ["date=.."],
    "date=2022..2021": ["date=2022..2021"],
    "after=someday": ["after=someday"],
    "after=9999": ["after=9999"],
    # Numbers and dates in other scripts
    "limit=%D9%A1%D9%A2": ["limit=١٢"],
    "page=%C2%B2": ["page=²"],
    "facet_limit=%EF%BC%95": ["facet_limit=５"],
    "date=%E0%A5%A8%E0%A5%A6%E0%A5%A8%E0%A5%A8": ["date=२०२२"],
    # Unknown, empty or broken names
    "agent=SANA": ["agent=SANA"],
    "Q=zebra": ["Q=zebra"],
    "q%5B%5D=zebra": ["q[]=zebra"],
    "agency%20=SANA": ["agency =SANA"],
    "%00=%00": ["\0=\0"],
    "q%00=zebra": ["q\0=zebra"],
    "=zebra": ["=zebra"],
    "=&=": ["=", "="],
    "%zz=%zz": ["%zz=%zz"],
    # No UTF-8, which stays as it was written: halves of surrogate pairs, a lone byte
    "%ED%A0%80=%ED%BF%BF": ["%ED%A0%80=%ED%BF%BF"],
    "limit=%FF": ["limit=%FF"],
    "__proto__=1": ["__proto__=1"],
    # Nothing to ignore
    "&&&": [],
    "sort=&limit=&page=&cursor=&date=&after=&explain=&agency=&facets=": [],
    "limit=00005": [],
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("path", PAGES)
def test_what_cannot_be_meant_is_named_and_the_rest_is_shown(client: FlaskClient, path: str, odd: str) -> None:
    page = Page(client, f"{path}?q=harbour&place=Moscow&{odd}")
    assert ignored(page) == ODD[odd]
    assert page.soup.select_one("#q")["value"] == "harbour"  # type: ignore[index]
    assert ("place", "Moscow") in [(tag["name"], tag["value"]) for tag in page.soup.select(".box input[type=hidden]")]
    assert path == ARTICLE or "place Moscow ×" in page.all(".chip")
    harmless(page.html, ORIGINAL)


OWN = {
    ("/facet/agency", "find=sana&find=tass"): ["find=tass"],
    ("/facet/agency", "start=0&start=5"): ["start=5"],
    ("/facet/agency", "start=%D9%A1"): ["start=١"],
    ("/facet/agency", "start=-5"): ["start=-5"],
    ("/facet/agency", "start=9999999999"): ["start=9999999999"],
    ("/facet/agency", "start=999999999"): [],
    ("/facet/agency", "of=people&seen=1"): ["of=people", "seen=1"],
    ("/people", "of=agency"): ["of=agency"],
    ("/people", "of=people&of=participants"): ["of=participants"],
    ("/people", "start=5&people=3"): ["start=5", "people=3"],
    ("/", "seen=a&seen=b"): ["seen=b"],
    ("/", "find=a&start=1&of=people"): ["find=a", "start=1", "of=people"],
    (ARTICLE, "find=a&start=1&of=people&seen=1"): ["find=a", "start=1", "of=people", "seen=1"],
    ("/", "cursor=zzz"): ["cursor=zzz"],
    ("/", "cursor=zzz&page=2"): ["page=2", "cursor=zzz"],
}


@pytest.mark.parametrize(("path", "odd"), OWN)
def test_so_it_is_with_the_parameters_that_one_page_has(client: FlaskClient, path: str, odd: str) -> None:
    assert sorted(ignored(Page(client, f"{path}?q=harbour&{odd}"))) == sorted(OWN[path, odd])


@pytest.mark.parametrize("path", [*WHOLE[1:], ARTICLE])
def test_a_cursor_that_is_none_is_no_matter_where_there_are_no_results_to_page_through(client: FlaskClient, path: str) -> None:
    assert Page(client, f"{path}?q=harbour&cursor=zzz&agency=SANA").all(".notice") == []


def test_in_place_of_a_page_behind_the_last_the_last_is_shown(client: FlaskClient) -> None:
    for number in (5, 999_999_999):
        page = Page(client, f"/?q=harbour&page={number}")
        assert page.all(".notice") == [f"“page={number}” was ignored: There are 4 pages."]
        assert page.one(".pages .here") == "Page 4 of 4"
        assert len(page.all(".hit")) == 6
    assert Page(client, "/?q=harbour&page=4").all(".notice") == []
    assert Page(client, "/?q=quiet&page=2").one(".notice") == "“page=2” was ignored: There is one page."
    assert Page(client, "/?q=nowhere&agency=SANA&page=2").all(".notice")[0] == "“page=2” was ignored: There is one page."


# Enormous


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("query", ["x" * 30_000, "(" * 2_000 + "x", "x " * 2_040 + "OR", '"' * 2_001, "*" * 300 + "x"])
def test_a_query_that_cannot_be_run_is_said_to_be_none(client: FlaskClient, path: str, query: str) -> None:
    page = Page(client, f"{path}?agency=SANA&q={query.replace(' ', '+')}")
    assert page.soup.select_one("#q")["value"] == query  # type: ignore[index]
    if len(query) > 4_096:
        assert any("4,096" in sentence for sentence in page.all(".notice"))
        assert path == ARTICLE or page.all(".chip") == ["agency SANA ×"]
        assert path == ARTICLE or "0 articles" not in page.one("main")
    harmless(page.html, ORIGINAL)


@pytest.mark.parametrize("path", [*PAGES, "/article/none", "/facet/none", "/nowhere", "/feed.atom", "/api/search"])
def test_an_address_that_is_too_long_is_refused_with_its_limit(client: FlaskClient, path: str) -> None:
    fits = MAX_ADDRESS - len(path) - len("q=")
    assert client.get(f"{path}?q={'x' * fits}").status_code != 414
    response = client.get(f"{path}?q={'x' * (fits + 1)}")
    assert response.status_code == 414
    assert f"{MAX_ADDRESS:,}" in response.text


@pytest.mark.parametrize("path", PAGES)
def test_two_hundred_parameters_are_read_and_the_one_behind_them_is_said_not_to_be(client: FlaskClient, path: str) -> None:
    # Every one stands in every link, so nothing else is asked for.
    given = [("facets", ""), ("limit", "0"), *(("not_place", f"Town {n}") for n in range(params.MAX_PARAMETERS - 2))]
    for more, notices in (([], []), ([("agency", "SANA")], [strings.too_many(params.MAX_PARAMETERS)])):
        page = Page(client, path + params.query_string([*given, *more]))
        assert [sentence for sentence in page.all(".notice") if "parameters" in sentence] == notices
        kept = [(tag["name"], tag["value"]) for tag in page.soup.select(".box input[type=hidden]")]
        assert sorted(kept) == sorted(given)


@pytest.mark.parametrize("path", ["/facet/agency", "/people"])
def test_of_words_to_find_the_beginning_is_read(client: FlaskClient, path: str) -> None:
    page = Page(client, f"{path}?find={'y' * 10_000}")
    assert len(ignored(page)) == 1
    assert f"{MAX_FIND} characters" in page.one(".notice")
    if path != "/people":
        assert page.soup.select_one("main input[name=find]")["value"] == "y" * MAX_FIND  # type: ignore[index]


@pytest.mark.parametrize("path", ["/article/none", "/article/", "/facet/none", "/facet/date", "/facet/", "/people/none", "/none"])
@pytest.mark.parametrize("odd", ["", "?q=%00&agent=x", "?=%zz"])
def test_what_is_not_there_is_said_whatever_the_parameters(client: FlaskClient, path: str, odd: str) -> None:
    harmless(Page(client, path + odd, 404).html)


# Anything

MEANT = ["1", "0", "2022", "2021..2022-06", "none", "any", "all", "newest", "SANA", "@vladimir-putin", "Assad", "people", "harbour", "har*"]
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=12), st.sampled_from(MEANT) | st.text(max_size=24)), max_size=12)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(PAIRS, st.sampled_from(FACETS[1:]))
def test_any_parameters_give_a_page(client: FlaskClient, pairs: list[tuple[str, str]], field: str) -> None:
    for path in ("/", "/people", f"/facet/{field}"):
        response = client.get(path + params.query_string(pairs))
        assert response.status_code == 200
        harmless(response.text, ORIGINAL)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.text(st.sampled_from('%&=+;[]#?/\\.0aF8\0\n "<q'), max_size=40))
def test_any_signs_behind_the_question_mark_give_a_page(client: FlaskClient, sent: str) -> None:
    response = client.get("/people", environ_overrides={"QUERY_STRING": sent})
    assert response.status_code == 200
    harmless(response.text)


@pytest.mark.parametrize("path", [*PAGES, "/feed.atom", "/api/search", "/article/none"])
@pytest.mark.parametrize("sent", ["q=\xff", "\xe9=1", "q=\xc3", "q=%\xff", "q=\xed\xa0\x80"])
def test_bytes_that_are_no_text_are_refused_with_a_sentence(client: FlaskClient, path: str, sent: str) -> None:
    response = client.get(path, environ_overrides={"QUERY_STRING": sent})
    assert response.status_code == 400
    assert "UTF-8" in response.text
