"""Results and counts that change in place: where the page, the focus and the window's history are afterwards, and what happens when it fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.browser import NARROW, PHONE, Reader, expect
from tests.web.conftest import Readers
from web import strings

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

SEARCHES = re.compile(r"/\?")
"""The addresses of searches, of pages and of what is fetched for one."""


def scrolled(page: Page, by: int) -> None:
    """The window has come to stand so many pixels down the page."""
    page.wait_for_function("by => Math.abs(scrollY - by) < 2", arg=by)


def top(part: Locator) -> float:
    """Where it begins in the window, in pixels."""
    box = part.bounding_box()
    assert box is not None
    return box["y"]


def is_fetched(route: Route) -> bool:
    return route.request.resource_type == "xhr"


def test_the_focus_and_the_place_on_the_page_stay_with_the_value_and_only_the_new_count_is_said(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    status = page.locator("#status")
    expect(status).to_have_role("status")
    expect(status).to_be_empty()
    moscow = reader.value("place", "Moscow")
    page.evaluate("scrollTo(0, 300)")
    place = top(moscow)
    moscow.click()
    expect(status).to_have_text("17 articles found")
    expect(moscow).to_be_focused()
    expect(moscow).to_have_role("checkbox")
    expect(moscow).to_be_checked()
    assert abs(top(moscow) - place) < 2, "it is still under the pointer"
    page.keyboard.press("Space")
    expect(status).to_have_text("36 articles found")
    expect(moscow).to_be_focused()
    expect(moscow).not_to_be_checked()
    page.locator(".facet-place li").first.hover()
    page.locator(".facet-place .exclude").first.click()
    expect(status).to_have_text("19 articles found")
    expect(moscow).to_be_focused()
    page.click(".chip")
    expect(status).to_have_text("36 articles found")
    expect(page.locator("#results")).to_be_focused()
    assert len(reader.documents) == 1


def test_back_and_forward_bring_back_each_page_its_address_the_focus_and_the_place(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    page.evaluate("scrollTo(0, 250)")
    moscow = reader.value("place", "Moscow")
    moscow.click()
    reader.finds("17 articles found")
    page.locator(".pages a:text-is('Next')").scroll_into_view_if_needed()
    down = page.evaluate("scrollY")
    assert down > 250
    page.click(".pages a:text-is('Next')")
    expect(page.locator(".pages .here")).to_have_text("Page 2 of 2")
    scrolled(page, 0)
    titles = page.locator(".hit h2").all_inner_texts()
    second = page.url
    page.go_back()
    expect(page.locator(".pages .here")).to_have_text("Page 1 of 2")
    scrolled(page, down)
    moscow.focus()
    page.go_back()
    reader.at("/?q=harbour")
    reader.finds("36 articles found")
    scrolled(page, 250)
    expect(moscow).to_be_focused()
    expect(moscow).not_to_be_checked()
    page.go_forward()
    reader.finds("17 articles found")
    expect(moscow).to_be_checked()
    page.go_forward()
    expect(page.locator(".hit h2")).to_have_text(titles)
    assert page.url == second
    assert len(reader.documents) == 1


@pytest.mark.parametrize("arrival", ["#results", f"#hit-{'1':0>16}"], ids=["the skip link", "an article"])
def test_going_back_to_a_search_with_a_place_on_its_page_shows_that_search(reader: Reader, arrival: str) -> None:
    page = reader.open(f"/?q=harbour{arrival}")
    reader.value("place", "Moscow").click()
    reader.finds("17 articles found")
    page.go_back()
    reader.at(f"/?q=harbour{arrival}")
    reader.finds("36 articles found")
    expect(page.locator(".chip")).to_have_count(0)
    page.go_forward()
    reader.finds("17 articles found")


def test_a_jump_within_the_page_asks_for_nothing(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    page.focus(".skip")
    page.keyboard.press("Enter")
    reader.at("/?q=harbour#results")
    expect(page.locator("#results")).to_be_focused()
    page.go_back()
    reader.at("/?q=harbour")
    assert len([url for url in reader.asked if SEARCHES.search(url)]) == 1


def test_ctrl_and_a_click_open_a_tab_and_leave_the_page_as_it_is(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    for link, heading in ((".facet-place a.value >> nth=0", "17 articles found"), (".bars a[data-name='2021']", "9 articles found")):
        with reader.context.expect_page() as opened:
            page.click(link, modifiers=["Control"])
        expect(opened.value.locator("h1")).to_have_text(heading)
        opened.value.close()
    with reader.context.expect_page() as opened:
        page.click(".facet-agency .more a", modifiers=["Control"])
    expect(opened.value.locator("h1")).to_have_text("Agency")
    reader.at("/?q=harbour")
    reader.finds("36 articles found")


@pytest.mark.parametrize("failure", ["no answer", "an error", "another page"])
def test_what_cannot_be_fetched_is_loaded_as_an_ordinary_page(reader: Reader, failure: str) -> None:
    def fail(route: Route) -> None:
        if not is_fetched(route):
            route.continue_()
        elif failure == "no answer":
            route.abort()
        else:
            status = 500 if failure == "an error" else 200
            route.fulfill(status=status, content_type="text/html", body="<!doctype html><h1>Another page</h1>")

    page = reader.open("/?q=harbour")
    page.route(SEARCHES, fail)
    reader.value("place", "Moscow").click()
    reader.finds("17 articles found")
    reader.at("/?q=harbour&place=Moscow")
    assert len(reader.documents) == 2
    page.unroute(SEARCHES)
    reader.value("place", "Moscow").click()
    reader.finds("36 articles found")
    assert len(reader.documents) == 2
    page.route(SEARCHES, fail)
    page.go_back()
    reader.at("/?q=harbour&place=Moscow")
    reader.finds("17 articles found")
    assert len(reader.documents) == 3
    failed = {
        "no answer": "Failed to load resource: net::ERR_FAILED",
        "an error": "Failed to load resource: the server responded with a status of 500 (Internal Server Error)",
    }
    reader.said(*[failed[failure]] * 2 if failure in failed else [])


def test_a_slow_answer_does_not_take_the_place_of_a_later_one(reader: Reader) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page = reader.open("/?q=harbour")
    page.route(SEARCHES, hold_the_first)
    with page.expect_request(re.compile("agency")):
        reader.value("agency", "Agency 1").click()
    expect(page.locator("body")).to_have_class(re.compile("waiting"))
    expect(page.locator("#status")).to_have_text(strings.SEARCHING)
    reader.finds("36 articles found")
    with page.expect_event("requestfailed", lambda request: "agency" in request.url):
        reader.value("place", "Moscow").click()
    reader.finds("17 articles found")
    expect(page.locator("body")).not_to_have_class(re.compile("waiting"))
    expect(page.locator("#status")).to_have_text("17 articles found")
    held[0].continue_()
    reader.at("/?q=harbour&place=Moscow")
    reader.finds("17 articles found")


def test_on_a_phone_the_filters_and_what_is_unfolded_in_them_stay_open(readers: Readers) -> None:
    reader = readers(width=PHONE)
    assert PHONE < NARROW
    page = reader.open("/?q=harbour")
    expect(page.locator(".facets")).to_be_hidden()
    button = page.locator(".filters > details > summary")
    expect(button).to_have_text("Filters 36 articles")
    button.click()
    page.click(".facet-people summary")
    reader.value("people", "Asma al-Assad").click()
    reader.finds("10 articles found")
    expect(button).to_have_text("Filters (1) 10 articles")
    expect(reader.value("people", "Asma al-Assad")).to_be_visible()
    reader.value("place", "Damascus").click()
    reader.finds("1 article found")
    expect(reader.value("people", "Asma al-Assad")).to_be_checked()
    button.click()
    expect(page.locator(".facets")).to_be_hidden()
    assert len(reader.documents) == 1


def test_the_box_goes_to_the_first_result_and_shows_what_was_searched(reader: Reader) -> None:
    page = reader.open("/?q=harbour&place=Moscow")
    page.evaluate("scrollTo(0, 400)")
    page.fill("#q", "report")
    page.press("#q", "Enter")
    reader.at("/?q=report&place=Moscow")
    scrolled(page, 0)
    expect(page.locator("#results")).to_be_focused()
    page.click(".chip")
    reader.at("/?q=report")
    page.fill("#q", "reopens")
    page.press("#q", "Enter")
    reader.at("/?q=reopens")
    reader.finds("1 article found")
    page.go_back()
    reader.finds("35 articles found")
    expect(page.locator("#q")).to_have_value("report")
