"""The picture of who appears with whom in a real browser: names and lines light up and lead to their articles, and so does the table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.web.browser import PHONE, Reader, expect, in_two_windows
from tests.web.conftest import Readers

if TYPE_CHECKING:
    from playwright.sync_api import Page

BASHAR, PUTIN, ASMA = "@bashar-assad", "@vladimir-putin", "@asma-assad"


def lit(page: Page) -> set[str]:
    """Whoever stands out in the picture."""
    return set(page.eval_on_selector_all(".dot.lit", "all => all.map((dot) => dot.dataset.person)"))


def test_who_is_pointed_at_stands_out_with_whom_they_appear(readers: Readers, crowd_address: str) -> None:
    reader = readers(crowd_address)
    page = reader.open("/people")
    person = page.locator(".dot").nth(1).get_attribute("data-person")
    pairs = page.eval_on_selector_all(".line", "(all) => all.map(({ dataset }) => [dataset.one, dataset.other])")
    near = {one for pair in pairs if person in pair for one in pair}
    assert len(near) > 1
    page.hover(f".dot[data-person='{person}'] text")
    expect(page.locator(".picture")).to_have_class(re.compile("lighting"))
    assert lit(page) == near
    expect(page.locator(".line.lit")).to_have_count(len(near) - 1)
    page.mouse.move(5, 5)
    expect(page.locator(".picture")).not_to_have_class(re.compile("lighting"))
    assert lit(page) == set()


def test_a_line_that_is_pointed_at_stands_out_with_its_two_ends_and_leads_to_both(reader: Reader) -> None:
    page = reader.open("/people?q=harbour")
    line = page.locator(".line")
    expect(line).to_have_count(1)
    expect(line.locator("title")).to_have_text("Bashar al-Assad and Vladimir Putin: 9 articles")
    x, y = line.locator("path.near").evaluate("""(path) => {
      const middle = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
      return [middle.x, middle.y];
    }""")
    page.mouse.move(x, y)
    expect(line).to_have_class(re.compile("lit"))
    assert lit(page) == {BASHAR, PUTIN}
    page.mouse.click(x, y)
    reader.finds("9 articles found")
    expect(page.locator(".chip")).to_have_text([re.compile("Bashar"), re.compile("Putin")])


@in_two_windows
def test_names_pairs_and_filters_lead_to_their_articles(readers: Readers, width: int, javascript: bool) -> None:
    reader = readers(width=width, javascript=javascript)
    page = reader.open("/?q=harbour&place=none")
    page.click(".keep a:text-is('Who with whom')")
    reader.at("/people?q=harbour&place=none")
    expect(page.locator(".picture")).to_be_visible()
    page.click(".modes a:text-is('Everybody named')")
    expect(page.locator(".modes [aria-current]")).to_have_text("Everybody named")
    page.click(".chip:has-text('none given')")
    expect(page.locator("main > .aside").first).to_have_text(re.compile("36 articles found"))
    page.click(".modes a:text-is('Who takes part')")
    page.click(f".dot[data-person='{ASMA}']")
    reader.finds("9 articles found")
    page.go_back()
    page.click(".pairs .count a >> nth=0")
    reader.finds("9 articles found")
    page.go_back()
    page.click(".pairs bdi:text-is('Vladimir Putin')")
    reader.finds("18 articles found")
    page.go_back()
    page.click("#back")
    reader.finds("36 articles found")


@in_two_windows
def test_a_name_that_is_not_in_the_picture_is_found_and_put_into_it(readers: Readers, crowd_address: str, width: int, javascript: bool) -> None:
    reader = readers(crowd_address, width=width, javascript=javascript)
    page = reader.open("/people?q=dispatch")
    expect(page.locator("h2", has_text="The 40 people of most articles, of 144")).to_be_visible()
    person = page.locator(".dot[data-person='@person-number99']")
    expect(person).to_have_count(0)
    page.fill(".find input[name=find]", "number99")
    page.press(".find input[name=find]", "Enter")
    expect(page.locator("#found")).to_have_text("1 participant with a word that begins with “number99”")
    page.click(".found bdi:text-is('Person Number99')")
    expect(person).to_have_class(re.compile("selected"))
    expect(page.locator(".pairs tbody tr")).to_have_count(2)
    page.click(".chip")
    expect(page.locator(".dot")).to_have_count(40)
    page.fill(".find input[name=find]", "zzz")
    page.click(".find button")
    expect(page.locator("#found")).to_have_text("No participants with a word that begins with “zzz”")


def test_pairs_beyond_the_first_unfold_below_them(readers: Readers, crowd_address: str) -> None:
    reader = readers(crowd_address, javascript=False)
    page = reader.open("/people")
    more = page.locator("main details")
    expect(more.locator("tbody tr").first).to_be_hidden()
    shown = page.locator("main section > .pairs tbody tr").count()
    assert shown == 30
    more.locator("summary").click()
    expect(more.locator("tbody tr").first).to_be_visible()
    said = int(page.locator("#pairs .count").inner_text())
    expect(page.locator(".pairs tbody tr")).to_have_count(said)


def test_the_picture_is_no_stop_for_the_keyboard_the_table_is(readers: Readers) -> None:
    reader = readers(width=PHONE)
    page = reader.open("/people?q=harbour")
    reader.stepped_to(".scroll")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.pairs') !== null")
    reader.stepped_to(".pairs .count a")
    page.keyboard.press("Enter")
    reader.finds("9 articles found")
