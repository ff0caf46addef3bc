"""The picture of dates under a mouse, a finger and a keyboard, and its table: each narrows to a bar or to a range of several."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.browser import PHONE, Reader, expect, in_every_window, in_two_windows
from tests.web.conftest import Readers

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

THREE_YEARS = "/?date=2012-01-01..2014-12-31"


@pytest.fixture
def years(readers: Readers, crowd_address: str) -> Reader:
    """A window at an archive with twelve articles in each of twelve years."""
    reader = readers(crowd_address)
    reader.open()
    return reader


def bar(page: Page, name: str) -> Locator:
    return page.locator(f".bars a[data-name='{name}']")


def middle(page: Page, name: str) -> tuple[float, float]:
    """Where the column of a bar is in the window."""
    box = bar(page, name).locator(".column").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def marked(page: Page) -> list[str]:
    """The bars that lie under what is marked."""
    return page.evaluate("""() => {
      const brush = document.querySelector(".brush").getBoundingClientRect();
      const inside = (box) => box.left >= brush.left - 1 && box.right <= brush.right + 1;
      const bars = [...document.querySelectorAll(".bars a")].filter((bar) => inside(bar.querySelector(".column").getBoundingClientRect()));
      return bars.map((bar) => bar.dataset.name);
    }""")


@in_two_windows
def test_bars_lead_from_years_to_months_to_days_and_back(readers: Readers, crowd_address: str, width: int, javascript: bool) -> None:
    reader = readers(crowd_address, width=width, javascript=javascript)
    page = reader.open("/?q=dispatch")
    bars, crumbs = page.locator(".bars a"), page.locator(".crumbs")
    expect(bars).to_have_count(12)
    bar(page, "2013").click()
    reader.finds("12 articles found")
    expect(bars).to_have_count(12)
    expect(bars.first).to_have_attribute("data-name", "January 2013")
    page.click(".crumbs .step >> nth=1")
    expect(page.locator(".chip")).to_have_text(re.compile("date 2014"))
    page.click(".crumbs .step >> nth=0")
    expect(page.locator(".chip")).to_have_text(re.compile("date 2013"))
    bar(page, "May 2013").click()
    reader.finds("1 article found")
    expect(bars).to_have_count(31)
    bar(page, "15 May 2013").click()
    expect(page.locator(".chip")).to_have_text(re.compile("date 15 May 2013"))
    expect(crumbs.locator("b")).to_have_text("15")
    for crumb, heading in (("May", "1 article found"), ("2013", "12 articles found"), ("All years", "144 articles found")):
        crumbs.locator(f"a:text-is('{crumb}')").click()
        reader.finds(heading)
    reader.at("/?q=dispatch")
    assert len(reader.documents) == (1 if javascript else 9)


def test_pointing_at_a_bar_reads_it_out(years: Reader) -> None:
    page = years.page
    readout = page.locator(".readout")
    page.mouse.move(*middle(page, "2013"))
    expect(readout).to_have_text("2013: 12")
    page.mouse.move(*middle(page, "2014"))
    expect(readout).to_have_text("2014: 12")
    expect(bar(page, "2014").locator("title")).to_have_text("2014: 12 articles")
    page.mouse.move(5, 5)
    expect(readout).to_be_empty()


@pytest.mark.parametrize(("begin", "end"), [("2012", "2014"), ("2014", "2012")])
def test_dragging_over_bars_narrows_to_their_days(years: Reader, begin: str, end: str) -> None:
    page = years.page
    page.mouse.move(*middle(page, begin))
    page.mouse.down()
    page.mouse.move(*middle(page, "2013"))
    page.mouse.move(*middle(page, end))
    assert marked(page) == ["2012", "2013", "2014"]
    expect(page.locator(".readout")).to_have_text("2012 – 2014: 36")
    page.mouse.up()
    years.finds("36 articles found")
    years.at(THREE_YEARS)
    expect(page.locator(".bars a")).to_have_count(36)
    expect(page.locator(".crumbs b")).to_have_text("2012 to 2014")
    page.mouse.move(*middle(page, "March 2013"))
    page.mouse.down()
    page.mouse.move(*middle(page, "May 2013"), steps=3)
    page.mouse.up()
    years.finds("3 articles found")
    years.at("/?date=2013-03-01..2013-05-31")
    assert len(years.documents) == 1


def test_a_drag_that_ends_where_it_began_is_a_click_on_that_bar(years: Reader) -> None:
    page = years.page
    page.mouse.move(*middle(page, "2013"))
    page.mouse.down()
    page.mouse.move(*middle(page, "2015"))
    page.mouse.move(*middle(page, "2013"))
    page.mouse.up()
    years.finds("12 articles found")
    years.at("/?date=2013")
    page.go_back()
    years.finds("All 144 articles")
    years.at("/")


def test_the_mouse_marks_bars_where_the_keyboard_was_last(years: Reader) -> None:
    page = years.page
    page.focus(".plot .handle")
    for key in ("End", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    page.mouse.move(*middle(page, "2012"))
    page.mouse.down()
    page.mouse.move(*middle(page, "2014"))
    assert marked(page) == ["2012", "2013", "2014"]
    page.mouse.up()
    years.at(THREE_YEARS)
    years.finds("36 articles found")


def test_a_finger_taps_a_bar_and_draws_over_several(readers: Readers, crowd_address: str) -> None:
    reader = readers(crowd_address, width=PHONE, touch=True)
    page = reader.open()
    finger = reader.context.new_cdp_session(page)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]})

    bar(page, "2013").tap()
    reader.finds("12 articles found")
    page.locator(".chip").tap()
    reader.finds("All 144 articles")
    bar(page, "2012").scroll_into_view_if_needed()
    touch("touchStart", middle(page, "2012"))
    touch("touchMove", middle(page, "2013"))
    touch("touchMove", middle(page, "2014"))
    expect(page.locator(".readout")).to_have_text("2012 – 2014: 36")
    touch("touchCancel")
    expect(page.locator(".readout")).to_be_empty()
    assert marked(page) == []
    touch("touchStart", middle(page, "2012"))
    touch("touchMove", middle(page, "2014"))
    touch("touchEnd")
    reader.finds("36 articles found")
    reader.at(THREE_YEARS)
    assert len(reader.documents) == 1


def test_the_keyboard_marks_and_narrows_as_the_mouse_does(years: Reader) -> None:
    page = years.page
    handle, readout = page.locator(".plot .handle"), page.locator(".readout")
    expect(handle).to_have_role("slider")
    expect(handle).to_have_accessible_name("Articles by year")
    expect(handle).to_have_attribute("aria-valuetext", "2010 – 2021: 144")
    handle.focus()
    for key, said in (
        ("ArrowRight", "2010: 12"),
        ("ArrowRight", "2011: 12"),
        ("ArrowUp", "2012: 12"),
        ("End", "2021: 12"),
        ("ArrowDown", "2020: 12"),
        ("PageDown", "2010: 12"),
        ("ArrowLeft", "2010: 12"),
        ("PageUp", "2020: 12"),
        ("Home", "2010: 12"),
        ("ArrowRight", "2011: 12"),
        ("ArrowRight", "2012: 12"),
        ("Shift+ArrowRight", "2012 – 2013: 24"),
        ("Shift+ArrowRight", "2012 – 2014: 36"),
    ):
        page.keyboard.press(key)
        expect(readout).to_have_text(said)
        expect(handle).to_have_attribute("aria-valuetext", said)
    expect(handle).to_have_attribute("aria-valuenow", "5")
    assert marked(page) == ["2012", "2013", "2014"]
    page.keyboard.press("Escape")
    expect(readout).to_be_empty()
    assert marked(page) == []
    page.keyboard.press("Enter")
    for key in ("Home", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    years.finds("36 articles found")
    years.at(THREE_YEARS)
    expect(handle).to_be_focused()
    page.keyboard.press("End")
    expect(readout).to_have_text("December 2014: 1")
    page.keyboard.press("Space")
    years.finds("1 article found")
    expect(page.locator(".chip")).to_have_text(re.compile("date December 2014"))
    expect(handle).to_be_focused()
    assert len(years.documents) == 1


@in_every_window
def test_the_table_chooses_and_excludes_dates_and_takes_a_range(readers: Readers, width: int, javascript: bool) -> None:
    reader = readers(width=width, javascript=javascript)
    page = reader.open("/?q=harbour")
    table = page.locator(".dates table")

    def unfold() -> None:
        if not table.is_visible():
            page.click(".dates summary")

    def value(label: str) -> Locator:
        return table.locator("a.value").filter(has=page.locator(f".label:text-is('{label}')"))

    expect(page.locator(".plot .handle")).to_be_visible(visible=javascript)
    expect(table).to_be_hidden()
    unfold()
    value("2022").click()
    reader.finds("19 articles found")
    unfold()
    value("June").click()
    expect(page.locator(".chip")).to_have_text(re.compile("date June 2022"))
    unfold()
    value("15").click()
    reader.finds("10 articles found")
    page.click(".chip")
    reader.finds("36 articles found")
    unfold()
    page.hover(".dates tbody tr >> nth=0")
    page.click(".dates .exclude[title='Exclude 2022']")
    reader.finds("17 articles found")
    expect(page.locator(".chip")).to_have_text(re.compile("not date 2022"))
    page.click(".beside a:text-is('undated')")
    reader.finds("8 articles found")
    page.click(".clear")
    reader.finds("36 articles found")
    unfold()
    page.fill(".range input[name=before]", "2022")
    page.click(".range button")
    reader.finds("9 articles found")
    expect(page.locator("#results .aside").last).to_have_text(re.compile("more articles may match"))
    if javascript:
        reader.at("/?q=harbour&before=2022")
        expect(table).to_be_visible()
        assert len(reader.documents) == 1
