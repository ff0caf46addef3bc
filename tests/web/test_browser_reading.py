"""Reading an article in a real browser: from match to match, back to where one was, what is folded below it, and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.archive import Archive
from search.article import Evidence, Removed
from tests.make import article
from tests.web.browser import DESK, PHONE, Reader, expect, in_two_windows, served
from tests.web.conftest import Readers, archive_of

LONG = article(
    "1",
    "\n\n".join(f"Paragraph {n} is about the {'harbour' if n % 10 == 0 else 'town'}." for n in range(41)),
    title="Harbour and town",
    agency="SANA",
    participants=[f"Person Number{n}" for n in range(17)],
    url="https://example.org/harbour",
    removed=(Removed("Read also: more", "teaser line"),),
    evidence=(Evidence("agency", "SANA", "attribution", "according to SANA"),),
)
PLAIN = article("2", "The harbour again.\n\nIt is near the town.", agency="SANA", participants=["Person Number3"])
OTHER = article("3", "Of something else.", title="Elsewhere")
MATCHES = 6
"""In the long article: one in its title, five in its text."""


@pytest.fixture(scope="module")
def long_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a long article is shown, and a short one without a title."""
    with archive_of(tmp_path_factory.mktemp("long") / "a", [LONG, PLAIN, OTHER]) as archive, served(archive) as address:
        yield address


@pytest.fixture
def long(readers: Readers, long_address: str) -> Reader:
    """A window at the long article, with its matches marked."""
    reader = readers(long_address)
    reader.open(f"/article/{LONG.id}?q=harbour")
    return reader


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_buttons_go_from_match_to_match_round_the_article_and_back_leads_to_the_results_at_once(
    readers: Readers, long_address: str, width: int
) -> None:
    reader = readers(long_address, width=width)
    page = reader.open("/?q=harbour")
    page.click(f"#hit-{LONG.id}")
    reader.at(f"/article/{LONG.id}?q=harbour")
    count, status = page.locator(".matches .count"), page.locator("#status")
    expect(count).to_have_text(f"{MATCHES} matches")
    expect(page.locator(".matches a")).to_have_count(0)
    for at in (1, 2, 3):
        page.click(".matches .next")
        expect(count).to_have_text(f"{at} / {MATCHES} matches")
        expect(status).to_have_text(f"{at} / {MATCHES} matches")
        expect(page.locator(f"#match-{at}")).to_be_in_viewport()
        expect(page.locator("mark:target")).to_have_id(f"match-{at}")
    assert page.evaluate("scrollY") > 0
    for at in (2, 1, MATCHES, MATCHES - 1):
        page.click(".matches .previous")
        expect(count).to_have_text(f"{at} / {MATCHES} matches")
    page.click(".matches .next")
    page.click(".matches .next")
    expect(count).to_have_text(f"1 / {MATCHES} matches")
    expect(page.locator(".steps:visible")).to_have_count(0)
    page.go_back()
    reader.at("/?q=harbour")


def test_the_buttons_keep_the_focus_for_a_keyboard(long: Reader) -> None:
    page = long.page
    page.focus(".matches .next")
    for at in (1, 2, 3):
        page.keyboard.press("Enter" if at % 2 else "Space")
        expect(page.locator(".matches .count")).to_have_text(f"{at} / {MATCHES} matches")
        expect(page.locator(".matches .next")).to_be_focused()


def test_an_address_with_a_match_goes_on_from_there(readers: Readers, long_address: str) -> None:
    page = readers(long_address).open(f"/article/{LONG.id}?q=harbour#match-3")
    expect(page.locator("#match-3")).to_be_in_viewport()
    page.click(".matches .next")
    expect(page.locator(".matches .count")).to_have_text(f"4 / {MATCHES} matches")


def test_without_script_each_match_leads_to_its_neighbours(readers: Readers, long_address: str) -> None:
    reader = readers(long_address, javascript=False)
    page = reader.open(f"/article/{LONG.id}?q=harbour")
    expect(page.locator(".matches button:visible")).to_have_count(0)
    expect(page.locator(".steps:visible")).to_have_count(0)
    page.click(".matches a:text-is('First match')")
    for at in (1, 2, 3):
        reader.at(f"/article/{LONG.id}?q=harbour#match-{at}")
        expect(page.locator("mark:target")).to_be_in_viewport()
        expect(page.locator(".steps:visible")).to_have_text(re.compile(f"{at} of {MATCHES}"))
        page.click("mark:target + .steps a[aria-label='Next match']")
    for at in (3, 2, 1, MATCHES):
        page.click("mark:target + .steps a[aria-label='Previous match']")
        reader.at(f"/article/{LONG.id}?q=harbour#match-{at}")


@in_two_windows
def test_coming_back_from_an_article_goes_on_from_its_result(readers: Readers, width: int, javascript: bool) -> None:
    reader = readers(width=width, javascript=javascript)
    page = reader.open("/?q=harbour")
    result = page.locator(".hit h2 a").nth(8)
    title, anchor = result.inner_text(), result.get_attribute("id")
    result.click()
    expect(page.locator("h1")).to_have_text(title, use_inner_text=True)
    page.click("#back")
    reader.at(f"/?q=harbour#{anchor}")
    expect(result).to_have_text(title)
    expect(result).to_be_focused()
    expect(result).to_be_in_viewport()


@in_two_windows
def test_what_stands_beside_and_below_an_article_opens_and_leads_on(readers: Readers, long_address: str, width: int, javascript: bool) -> None:
    reader = readers(long_address, width=width, javascript=javascript)
    page = reader.open(f"/article/{LONG.id}?q=harbour")
    for summary, inside in (
        ("What was removed", ".removed dd:text-is('Read also: more')"),
        ("How do we know?", ".evidence q:text-is('according to SANA')"),
        ("+2 more", ".people details bdi:text-is('Person Number16')"),
    ):
        expect(page.locator(inside)).to_be_hidden()
        page.click(f"summary:has-text('{summary}')")
        expect(page.locator(inside)).to_be_visible()
    original = page.locator(".elsewhere a:text-is('Original page')")
    expect(original).to_have_attribute("href", "https://example.org/harbour")
    expect(original).to_have_attribute("rel", "noopener noreferrer")
    page.click(".similar li > a")
    expect(page.locator("h1.untitled")).to_have_text("The harbour again. It is near the town.")
    page.click("#back")
    reader.at(f"/?q=harbour#hit-{LONG.id}")
    page.go_back()
    page.go_back()
    page.click(".people bdi:text-is('Person Number3')")
    reader.at("/?participant=@person-number3")
    reader.finds("2 articles found")


@in_two_windows
def test_the_raw_text_of_an_article_is_text(readers: Readers, seeds_archive: Archive, width: int, javascript: bool) -> None:
    with served(seeds_archive) as address:
        reader = readers(address, width=width, javascript=javascript)
        page = reader.open("/?q=refugees+return")
        page.click(".hit h2 a >> nth=0")
        page.click("summary:has-text('How do we know?')")
        expect(page.locator(".evidence td q").first).to_be_visible()
        with page.expect_response(re.compile("/raw$")) as raw:
            page.click(".elsewhere a:text-is('Raw text')")
        assert raw.value.headers["content-type"] == "text/plain; charset=utf-8"
        expect(page.locator("body")).to_contain_text(raw.value.text()[:40])


def test_an_article_on_paper_is_the_article_and_nothing_else(long: Reader) -> None:
    page = long.page
    page.keyboard.press("?")
    page.emulate_media(media="print")
    for furniture in (".top", ".wayback", ".similar", ".provenance", ".elsewhere a:text-is('Raw text')", "dialog", ".skip", ".steps"):
        assert page.locator(furniture).count(), furniture
        expect(page.locator(furniture).first).to_be_hidden()
    for kept in ("h1", "article .meta", ".body p >> nth=40", ".margin", ".path", ".elsewhere a[rel]"):
        expect(page.locator(kept).first).to_be_visible()
    colours = "e => [getComputedStyle(e).color, getComputedStyle(document.documentElement).backgroundColor]"
    for scheme in ("light", "dark"):
        page.emulate_media(media="print", color_scheme=scheme)
        assert page.eval_on_selector("article h1", colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


def test_results_on_paper_say_what_was_searched_and_have_no_furniture(reader: Reader) -> None:
    page = reader.open("/?q=harbour&place=Moscow")
    expect(page.locator(".echo")).to_be_hidden()
    page.emulate_media(media="print")
    for furniture in (".top", ".filters", ".timeline", ".keep", ".sort", ".limits", ".pages a", ".explain", ".chips .cross", "dialog"):
        assert page.locator(furniture).count(), furniture
        expect(page.locator(furniture).first).to_be_hidden()
    for kept in ("h1", ".echo", ".chip", ".hit h2", ".hit .meta", ".snippet", ".pages .here"):
        expect(page.locator(kept).first).to_be_visible()


def test_words_without_end_stay_inside_the_page(readers: Readers, tmp_path: Path) -> None:
    endless = article("1", "x" * 900, title="W" * 400, agency="A" * 200, publisher="B" * 200, place="C" * 150, participants=["D" * 180])
    wide = []
    with archive_of(tmp_path / "a", [endless]) as archive, served(archive) as address:
        for width in (PHONE, DESK):
            reader = readers(address, width=width)
            for path in ("/?agency=" + "A" * 200, f"/article/{endless.id}"):
                wide.append(reader.open(path).evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
    assert wide == [0] * 4
