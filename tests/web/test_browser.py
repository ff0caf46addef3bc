"""Searching and narrowing in a real browser: from the box to the last result, with and without script, on a phone and on a desk."""

from __future__ import annotations

import re

from tests.web.browser import expect, in_every_window, in_two_windows
from tests.web.conftest import Readers
from web import strings


@in_every_window
def test_search_narrow_open_return_and_widen(readers: Readers, width: int, javascript: bool) -> None:
    reader = readers(width=width, javascript=javascript)
    page = reader.open()
    page.fill("#q", "harbour")
    page.press("#q", "Enter")
    reader.finds("36 articles found")
    reader.filters()
    reader.value("agency", "Agency 1").click()
    reader.finds("4 articles found")
    expect(page).to_have_title("harbour, agency Agency 1 – Dateline")
    assert len(reader.documents) == (1 if javascript else 3), "with script all of this happens in place"
    page.click(".hit h2 a >> nth=0")
    expect(page.locator(".body mark").first).to_have_text("harbour")
    page.click("#back")
    page.click(".chip:has-text('Agency 1')")
    reader.finds("36 articles found")
    reader.at("/?q=harbour")
    page.click(".hit .with bdi:text-is('Bashar al-Assad') >> nth=0")
    reader.finds("18 articles found")


@in_every_window
def test_values_are_added_excluded_and_taken_back_one_by_one_and_all_at_once(
    readers: Readers, crowd_address: str, width: int, javascript: bool
) -> None:
    reader = readers(crowd_address, width=width, javascript=javascript)
    page = reader.open("/")
    chips = page.locator(".chip")
    for label, heading in (("Agency 0", "48 articles found"), ("Desk 0", "96 articles found")):
        reader.filters()
        reader.value("agency", label).click()
        reader.finds(heading)
    for mode, heading in (("all", "24 articles found"), ("any", "96 articles found"), ("all", "24 articles found")):
        reader.filters()
        page.click(f".facet-agency .modes a:text-is('{mode}')")
        reader.finds(heading)
        expect(page.locator(".facet-agency .modes [aria-current]")).to_have_text(mode)
    reader.filters()
    row = page.locator(".facet-participants li").first
    name = row.locator("bdi").inner_text()
    row.hover()
    row.locator(".exclude").click()
    expect(chips).to_have_text([re.compile("agency Agency 0"), re.compile("agency Desk 0"), re.compile(f"not with {name}")])
    reader.finds("23 articles found")
    reader.filters()
    expect(page.locator(".facet-participants .excluded .label")).to_have_text(f"not {name}")
    page.locator(".facet-participants .excluded .value").click()
    expect(chips).to_have_count(2)
    reader.finds("24 articles found")
    chips.first.click()
    expect(chips).to_have_count(1)
    reader.finds("72 articles found")
    reader.filters()
    reader.value("agency", "Agency 1").click()
    reader.finds("24 articles found")
    page.click(".clear")
    expect(chips).to_have_count(0)
    reader.finds("All 144 articles")


@in_two_windows
def test_paging_reaches_the_last_result_in_every_order_and_page_size(readers: Readers, width: int, javascript: bool) -> None:
    reader = readers(width=width, javascript=javascript)
    page = reader.open("/?q=report")
    last, here = page.locator(".hit h2").last, page.locator(".pages .here")
    page.click(".sort a:text-is('Oldest')")
    expect(page.locator(".sort [aria-current]")).to_have_text("Oldest")
    expect(page.locator(".hit time").first).to_have_text("2021")
    for number in (2, 3, 4):
        page.click(".pages a:text-is('Next')")
        expect(here).to_have_text(f"Page {number} of 4")
    expect(page.locator(".hits")).to_have_attribute("start", "31")
    assert page.evaluate("scrollY") == 0, "one begins to read at the top"
    expect(page.locator(".hit")).to_have_count(5)
    final = last.inner_text()
    expect(page.locator(".pages .off")).to_have_text(["Next", "Last"])
    page.click(".pages a:text-is('Previous')")
    expect(here).to_have_text("Page 3 of 4")
    page.click(".pages a:text-is('First')")
    expect(here).to_have_text("Page 1 of 4")
    expect(page.locator(".pages .off")).to_have_text(["First", "Previous"])
    page.click(".pages a:text-is('Last')")
    expect(here).to_have_text("Page 4 of 4")
    expect(last).to_have_text(final)
    page.click(".limits a:text-is('25')")
    expect(page.locator(".hit")).to_have_count(25)
    page.click(".pages a:text-is('Last')")
    expect(page.locator(".hit")).to_have_count(10)
    expect(last).to_have_text(final)
    page.click(".limits a:text-is('50')")
    expect(page.locator(".hit")).to_have_count(35)
    expect(last).to_have_text(final)
    assert "sort=oldest" in page.url


@in_two_windows
def test_explanation_suggestions_and_what_to_loosen(readers: Readers, width: int, javascript: bool) -> None:
    reader = readers(width=width, javascript=javascript)
    page = reader.open("/?q=harb*")
    page.click(".explain a")
    expect(page.locator(".explained dt").first).to_have_text("Searched for")
    expect(page.locator(".hit .score").first).to_be_visible()
    page.click(".explained-head a:text-is('Hide')")
    expect(page.locator(".explained")).to_have_count(0)
    page.fill("#q", "harbuor")
    page.click(".box button")
    page.click(".meant a:has-text('harbour')")
    reader.finds("36 articles found")
    expect(page.locator("#q")).to_have_value("harbour")
    page.fill("#q", "date:2021 reopened")
    page.press("#q", "Enter")
    reader.finds("Nothing found")
    offers = ["without searching for reopened 9", "without searching for date:2021 1"]
    expect(page.locator(".nothing li")).to_have_text([re.compile(offer) for offer in offers])
    page.click(".nothing li a >> nth=1")
    reader.finds("1 article found")
    page.fill("#q", "zebra")
    page.press("#q", "Enter")
    reader.finds("Nothing found")
    page.click(".nothing a:text-is('Show every article')")
    reader.finds("All 36 articles")


@in_two_windows
def test_one_of_several_people_of_a_name_is_chosen(readers: Readers, width: int, javascript: bool) -> None:
    reader = readers(width=width, javascript=javascript)
    page = reader.open("/?participant=Assad")
    reader.finds("27 articles found")
    page.click(".notice .persons bdi:text-is('Bashar al-Assad')")
    reader.finds("18 articles found")
    expect(page.locator(".chip")).to_have_text(re.compile("with Bashar al-Assad"))


@in_two_windows
def test_a_permalink_opens_what_one_saw_and_says_when_the_archive_has_changed(readers: Readers, width: int, javascript: bool) -> None:
    reader = readers(width=width, javascript=javascript)
    page = reader.open("/?q=harbour&agency=SANA")
    page.click(".keep a:text-is('Link')")
    page.wait_for_url(re.compile("seen="))
    reader.finds("1 article found")
    assert len(reader.documents) == 2, "it is opened as a page of its own, so that its address can be copied"
    expect(page.locator(".notice")).to_have_text(strings.PERMALINK_HERE)
    page.goto(re.sub("seen=[^&]*", "seen=earlier", page.url))
    expect(page.locator(".notice")).to_have_text(strings.CHANGED_SINCE)


def test_what_one_keeps_is_downloaded_or_opened_and_the_page_stays(readers: Readers) -> None:
    reader = readers()
    page = reader.open("/?q=harbour&agency=SANA")
    for name, ending in (("CSV", ".csv"), ("JSON Lines", ".jsonl")):
        with page.expect_download() as download:
            page.click(f".keep a:text-is('{name}')")
        assert download.value.suggested_filename.endswith(ending)
    reader.at("/?q=harbour&agency=SANA")
    feed = page.locator("link[rel=alternate]")
    expect(feed).to_have_js_property("href", f"{reader.address}/feed.atom?q=harbour&agency=SANA")
    page.click(".clear, .chip")
    reader.finds("36 articles found")
    expect(feed).to_have_js_property("href", f"{reader.address}/feed.atom?q=harbour")
    expect(page.locator(".keep a:text-is('CSV')")).to_have_attribute("href", re.compile(r"q=harbour$"))
