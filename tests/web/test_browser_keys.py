"""By keyboard alone: single keys, the help that lists them and the switch that takes them away, and a way through with Tab, Enter and Space."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from search.archive import Archive
from tests.web.browser import Reader, expect, served
from tests.web.conftest import Readers
from web import strings

if TYPE_CHECKING:
    from playwright.sync_api import Page

ARTICLE = re.compile("/article/")


def test_the_box_has_the_focus_on_arrival_and_slash_brings_it_back(reader: Reader) -> None:
    page = reader.open()
    box = page.locator("#q")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.type("harbour")
    page.keyboard.press("Enter")
    reader.finds("36 articles found")
    expect(box).not_to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("zebra")
    expect(box).to_have_value("zebra")


def test_j_and_k_move_enter_opens_and_escape_returns(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    links = page.locator(".hit h2 a")
    titles = links.all_inner_texts()
    for key, at in (("j", 0), ("j", 1), ("k", 0), *(("j", min(at, 9)) for at in range(1, 12))):
        page.keyboard.press(key)
        expect(links.nth(at)).to_be_focused()
        expect(links.nth(at)).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_url(ARTICLE)
    expect(page.locator("h1")).to_have_text(titles[9], use_inner_text=True)
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/\?q=harbour#hit-"))
    expect(links.nth(9)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(8)).to_be_focused()


def test_brackets_turn_pages_and_j_goes_on_from_the_first_result(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    here = page.locator(".pages .here")
    for key, at in (("]", 2), ("]", 3), ("[", 2)):
        page.keyboard.press(key)
        expect(here).to_have_text(f"Page {at} of 4")
    page.keyboard.press("j")
    expect(page.locator(".hit h2 a").first).to_be_focused()
    page.go_back()
    expect(here).to_have_text("Page 3 of 4")
    assert len(reader.documents) == 1


def test_n_and_p_go_from_match_to_match(reader: Reader) -> None:
    page = reader.open(f"/article/{'1':0>16}?q=harbour")
    count = page.locator(".matches .count")
    for key, at in (("n", 1), ("n", 2), ("n", 3), ("n", 1), ("p", 3), ("p", 2)):
        page.keyboard.press(key)
        expect(count).to_have_text(f"{at} / 3 matches")
        expect(page.locator("mark:target")).to_have_id(f"match-{at}")


def test_t_goes_to_the_picture_of_dates(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    page.keyboard.press("t")
    expect(page.locator(".plot .handle")).to_be_focused()
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    reader.finds("9 articles found")
    expect(page.locator(".plot .handle")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".hit h2 a").first).to_be_focused()


def test_a_question_mark_opens_the_help_which_lists_every_key(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    dialog = page.locator("#keys")
    expect(dialog).to_be_hidden()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    assert set(dialog.locator("kbd").all_inner_texts()) == {key for keys, _ in strings.KEY_MAP for key in keys}
    page.keyboard.press("j")
    expect(page.locator(".hit h2 a").first).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("?")
    page.click("#keys button")
    expect(dialog).to_be_hidden()
    page.click(".help summary")
    page.click("[data-keys]")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-keys]")).to_be_focused()


def switch(page: Page, *, on: bool) -> None:
    """Open the help, see that the switch is as one left it, and turn it, all from the keyboard."""
    box = page.locator("#keys-on")
    page.keyboard.press("?")
    expect(page.locator("#keys button")).to_be_focused()
    expect(box).to_be_checked(checked=not on)
    page.keyboard.press("Shift+Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(box).to_be_checked(checked=on)
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_single_keys_can_be_switched_off_for_good_and_on_again(reader: Reader) -> None:
    page = reader.open("/?q=harbour")

    def nothing_happens() -> None:
        for key in ("j", "/", "t", "]"):
            page.keyboard.press(key)
        assert page.evaluate("document.activeElement.tagName") == "BODY"
        assert not [url for url in reader.asked if "cursor" in url]

    switch(page, on=False)
    nothing_happens()
    page.reload()
    nothing_happens()
    reader.open(f"/article/{'1':0>16}?q=harbour")
    page.keyboard.press("n")
    expect(page.locator(".matches .count")).to_have_text("3 matches")
    page.keyboard.press("Escape")
    reader.at(f"/?q=harbour#hit-{'1':0>16}")
    switch(page, on=True)
    for _ in range(2):
        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
        page.reload()


def test_keys_typed_into_a_box_are_text(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    page.click(".dates summary")
    for box in ("#q", ".facet-agency .find input[name=find]", ".range input[name=after]"):
        page.fill(box, "")
        page.type(box, "j/k?nt][p")
        expect(page.locator(box)).to_have_value("j/k?nt][p")
        expect(page.locator(box)).to_be_focused()
    expect(page.locator("#keys")).to_be_hidden()
    reader.at("/?q=harbour")


def test_keys_with_ctrl_or_alt_are_the_browsers_own(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    for key in ("Control+j", "Alt+j", "Control+]", "Alt+t"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    reader.at("/?q=harbour")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_from_the_box_to_an_article_and_back_with_tab_enter_and_space(readers: Readers, javascript: bool) -> None:
    reader = readers(javascript=javascript)
    page = reader.open()
    press = page.keyboard.press
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("harbour")
    press("Enter")
    reader.finds("36 articles found")
    press("/" if javascript else "Tab")
    reader.stepped_to(".facet-place a.value")
    press("Space" if javascript else "Enter")
    reader.finds("17 articles found")
    reader.stepped_to(".facet-place .exclude")
    assert page.evaluate("getComputedStyle(document.activeElement).opacity") == "1", "what excludes a value shows when it is reached"
    reader.stepped_to(".hit h2 a")
    title = page.evaluate("document.activeElement.textContent")
    press("Enter")
    page.wait_for_url(ARTICLE)
    reader.stepped_to(".matches .next" if javascript else ".matches a")
    press("Space" if javascript else "Enter")
    expect(page.locator("mark:target")).to_have_id("match-1")
    reader.stepped_to(".provenance summary")
    press("Enter")
    expect(page.locator(".removed, .provenance details[open] .quiet").first).to_be_visible()
    reader.stepped_to("#back")
    press("Enter")
    page.wait_for_url(re.compile(r"#hit-"))
    expect(page.locator(".hit h2 a:focus")).to_have_text(title)


def test_the_first_stop_skips_to_what_one_came_for(reader: Reader) -> None:
    for path, target in (
        ("/?q=harbour", "#results"),
        (f"/article/{'1':0>16}", "#text"),
        ("/facet/agency", "#values"),
        ("/people", "#pairs"),
    ):
        page = reader.open(path)
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator(target)).to_be_focused()
        expect(page.locator(target)).to_be_in_viewport()


def test_the_token_is_entered_once_and_leads_to_what_was_asked_for(readers: Readers, desk_archive: Archive) -> None:
    with served(desk_archive, token="correct-horse-battery") as address:
        reader = readers(address)
        page = reader.open("/?q=harbour&place=Moscow")
        expect(page.locator("#token")).to_be_focused()
        page.keyboard.type("another-horse-battery")
        page.keyboard.press("Enter")
        expect(page.locator("[role=alert]")).to_have_text(strings.WRONG_TOKEN)
        expect(page.locator("#token")).to_be_focused()
        page.keyboard.type("correct-horse-battery")
        page.keyboard.press("Enter")
        reader.at("/?q=harbour&place=Moscow")
        reader.finds("17 articles found")
        reader.value("place", "Moscow").click()
        reader.finds("36 articles found")
        reader.said(*["Failed to load resource: the server responded with a status of 401 (UNAUTHORIZED)"] * 2)
