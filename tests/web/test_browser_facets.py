"""All values of a facet: unfolded, looked for and chosen in their panel with script, on a page of their own without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.web.browser import PHONE, Reader, expect
from tests.web.conftest import Readers

if TYPE_CHECKING:
    from playwright.sync_api import Route

PEOPLE = ".facet-participants"


def test_more_values_unfold_in_place_to_the_last_and_fold_up_again(readers: Readers, crowd_address: str) -> None:
    reader = readers(crowd_address, width=PHONE)
    page = reader.open()
    reader.filters()
    reader.value("participants", "Person Number0").click()
    page.click(f"{PEOPLE} .modes a:text-is('any')")
    values, more = page.locator(f"{PEOPLE} a.value"), page.locator(f"{PEOPLE} .more a")
    expect(values).to_have_count(8)
    first = values.all_inner_texts()
    for role, expanded, label, count in (
        ("button", "false", "+136 more – Participants", 8),
        ("button", "true", "+84 more", 60),
        ("button", "true", "+24 more", 120),
        ("button", "true", "Fewer", 144),
    ):
        expect(more).to_have_text(label)
        expect(more).to_have_role(role)
        expect(more).to_have_attribute("aria-expanded", expanded)
        expect(values).to_have_count(count)
        if count < 144:
            more.click()
    assert len(set(values.all_inner_texts())) == 144
    expect(reader.value("participants", "Person Number0")).to_be_checked()
    more.focus()
    page.keyboard.press("Space")
    expect(values).to_have_text(first)
    expect(more).to_have_text("+136 more – Participants")
    expect(more).to_have_attribute("aria-expanded", "false")
    expect(more).to_be_focused()
    expect(reader.value("participants", "Person Number0")).to_be_checked()
    page.keyboard.press("Enter")
    expect(values).to_have_count(60)
    sixtieth = values.last.locator("bdi").inner_text()
    values.last.click()
    reader.finds("4 articles found")
    expect(more).to_have_attribute("aria-expanded", "true")
    expect(reader.value("participants", sixtieth)).to_be_focused()
    expect(reader.value("participants", sixtieth)).to_be_checked()
    assert len(reader.documents) == 1


def test_unfolding_twice_at_once_shows_each_value_once(readers: Readers, crowd_address: str) -> None:
    reader = readers(crowd_address)
    page = reader.open("/")
    page.dblclick(f"{PEOPLE} .more a")
    expect(page.locator(f"{PEOPLE} .more a")).to_have_text("+84 more")
    page.dblclick(f"{PEOPLE} .more a")
    expect(page.locator(f"{PEOPLE} .more a")).to_have_text("+24 more")
    assert len(set(page.locator(f"{PEOPLE} a.value").all_inner_texts())) == 120
    expect(page.locator(f"{PEOPLE} a.value")).to_have_count(120)


def test_values_that_cannot_be_fetched_are_shown_on_their_page(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    page.route(re.compile("/facet/"), lambda route: route.abort() if route.request.resource_type == "xhr" else route.continue_())
    page.fill(".facet-agency .find input[name=find]", "sana")
    page.wait_for_event("requestfailed")
    expect(page.locator(".facet-agency a.value")).to_have_count(8)
    page.click(".facet-agency .more a")
    reader.at("/facet/agency?q=harbour")
    expect(page.locator("h1")).to_have_text("Agency")
    reader.said(*["Failed to load resource: net::ERR_FAILED"] * 2)


def test_the_box_looks_for_a_value_while_one_types(reader: Reader) -> None:
    page = reader.open("/?q=harbour&place=Moscow")
    panel = page.locator(".facet-agency")
    values, box = panel.locator("a.value"), panel.locator("input[name=find]")
    first = values.all_inner_texts()
    box.press_sequentially("agency 10")
    expect(values).to_have_text(["Agency 10 1"])
    expect(page.locator("#status")).to_have_text("1 agency with a word that begins with “agency 10”")
    box.press_sequentially("x")
    expect(panel.locator("ul.values")).to_have_text("No agencies with a word that begins with “agency 10x”")
    expect(page.locator("#status")).to_have_text("No agencies with a word that begins with “agency 10x”")
    expect(values).to_have_count(0)
    box.fill("")
    expect(values).to_have_text(first)
    panel.locator(".more a").click()
    expect(panel.locator(".more a")).to_have_attribute("aria-expanded", "true")
    box.fill("agency 10")
    expect(values).to_have_count(1)
    expect(panel.locator(".more a")).to_have_attribute("aria-expanded", "false")
    values.focus()
    page.keyboard.press("Space")
    reader.finds("1 article found")
    expect(box).to_have_value("agency 10")
    expect(values).to_have_count(1)
    expect(values).to_be_focused()
    expect(values).to_be_checked()
    assert len(reader.documents) == 1


def test_the_values_that_are_shown_are_those_of_the_last_letter_typed(reader: Reader) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page = reader.open("/?q=harbour")
    page.route(re.compile("/facet/"), hold_the_first)
    values, box = page.locator(".facet-agency a.value"), page.locator(".facet-agency .find input[name=find]")
    with page.expect_request(re.compile("find=sana")):
        box.fill("sana")
    with page.expect_request(re.compile("find=agency")):
        box.fill("agency 10")
    expect(values).to_have_text(["Agency 10 3"])
    with page.expect_response(re.compile("find=sana")) as late:
        held[0].continue_()
    late.value.finished()
    page.evaluate("new Promise((resolve) => setTimeout(resolve))")
    assert values.all_inner_texts() == ["Agency 10\n3"]


def test_a_panel_that_is_folded_opens_by_keyboard_and_stays_open_once_used(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    asma = reader.value("people", "Asma al-Assad")
    expect(asma).to_be_hidden()
    page.focus(".facet-people summary")
    page.keyboard.press("Enter")
    asma.click()
    reader.finds("10 articles found")
    expect(asma).to_be_visible()
    page.click(".facet-people a.value >> nth=1")
    expect(page.locator(".chip")).to_have_count(2)
    expect(asma).to_be_visible()


def test_without_script_the_values_have_a_page_on_which_they_are_paged_found_and_chosen(readers: Readers, crowd_address: str) -> None:
    reader = readers(crowd_address, width=PHONE, javascript=False)
    page = reader.open("/?q=dispatch")
    reader.filters()
    page.click(f"{PEOPLE} .more a")
    expect(page.locator("h1")).to_have_text("Participants")
    seen = page.locator("a.value").all_inner_texts()
    for place in ("61 to 120 of 144", "121 to 144 of 144"):
        page.click(".pages a:text-is('Next')")
        expect(page.locator(".pages .here")).to_have_text(place)
        seen += page.locator("a.value").all_inner_texts()
    assert len(set(seen)) == 144
    page.fill(".tools .find input[name=find]", "number14")
    page.press(".tools .find input[name=find]", "Enter")
    expect(page.locator("main h2")).to_have_text("5 participants with a word that begins with “number14”")
    page.click(".value:has-text('Number143')")
    reader.finds("2 articles found")
    page.go_back()
    page.click(".tools a:text-is('All of them')")
    page.click("#back")
    reader.finds("144 articles found")
    reader.at("/?q=dispatch")


def test_from_the_search_page_without_script_the_box_leads_to_what_it_finds(readers: Readers) -> None:
    reader = readers(javascript=False)
    page = reader.open("/?q=harbour&place=Moscow")
    page.fill(".facet-agency .find input[name=find]", "agency 10")
    page.press(".facet-agency .find input[name=find]", "Enter")
    expect(page.locator("main h2")).to_have_text("1 agency with a word that begins with “agency 10”")
    page.hover(".row")
    page.click(".exclude")
    reader.finds("16 articles found")
    expect(page.locator(".chip")).to_have_text([re.compile("not agency Agency 10"), re.compile("place Moscow")])
