"""The pages in a real browser: clicks, keys, widths, schemes, and nothing that a reader's machine would be asked to fetch from elsewhere."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server

from search.archive import Archive
from tests.make import article
from tests.web.conftest import archive_of
from web import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync"]
ARGUMENTS += ["--disable-background-networking"]
WIDTHS = (390, 1440)
SCHEMES = ("light", "dark")


def skip_without(reason: str) -> None:
    if os.environ.get("DATELINE_NO_SKIP") == "1":
        pytest.fail(f"{reason}, and DATELINE_NO_SKIP=1 forbids to skip")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        skip_without(f"there is no browser at {CHROMIUM}: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        skip_without("Playwright is not installed: pip install '.[test]'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def served(archive: Archive) -> Iterator[str]:
    """The address at which an archive is shown."""
    server = make_server("127.0.0.1", 0, create_app(archive), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def address(desk_archive: Archive) -> Iterator[str]:
    with served(desk_archive) as address:
        yield address


class Reader:
    """A browser window at the search page, and what it had to say: console messages, errors, addresses asked for."""

    def __init__(self, browser: Browser, address: str, width: int = 1440, scheme: str = "light", javascript: bool = True) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=javascript,
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(5000)
        self.messages: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.address = address

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.address + path)
        return self.page


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Reader]:
    reader = Reader(browser, address)
    yield reader
    reader.context.close()


def heading(page: Page) -> str:
    return page.inner_text("h1")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", WIDTHS)
def test_search_narrow_open_return_and_widen(browser: Browser, address: str, width: int, javascript: bool) -> None:
    reader = Reader(browser, address, width, javascript=javascript)
    page = reader.open()
    page.fill("#q", "harbour")
    page.press("#q", "Enter")
    assert heading(page) == "36 articles found"
    if width == 390:
        assert not page.is_visible(".facet-agency")
        page.click(".filters summary")
    page.click(".facet-agency .value:has-text('Agency 1')")
    assert heading(page) == "4 articles found"
    page.click(".hit h2 a >> nth=0")
    assert page.inner_text(".body mark >> nth=0") == "harbour"
    page.click("#back")
    page.click(".chip:has-text('Agency 1')")
    assert heading(page) == "36 articles found"
    reader.context.close()


@pytest.mark.parametrize("width", [*WIDTHS, 1024])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_page_is_wider_than_the_window_says_a_word_on_the_console_or_asks_elsewhere(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    reader = Reader(browser, address, width, scheme)
    pages = ["/", "/?q=harbour+AND&agency=Agency+1&participant=Assad&limit=x", "/?q=zebra", f"/article/{'1':0>16}?q=harbour"]
    pages += ["/?q=harb*+quite+zebra&participant=Assad&explain=1", "/facet/agency?q=harbour&not_place=Moscow&start=x", "/facet/people?find=zzz"]
    wide = []
    for path in pages:
        page = reader.open(path)
        for details in page.query_selector_all("details"):
            details.evaluate("element => { element.open = true }")
        wide.append(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
    assert wide == [0] * 7
    assert reader.messages == []
    assert {urlsplit(url).netloc for url in reader.asked} == {urlsplit(address).netloc}
    reader.context.close()


CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const opaque = (c) => c.length < 4 || c[3] > 0;
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (opaque(c)) return c; } };
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility() || e.closest(".off")) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), e.className + " " + e.textContent.trim().slice(0, 30)]);
  }
  return found.sort((x, y) => x[0] - y[0]);
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_stands_out_from_its_background_as_wcag_aa_asks(browser: Browser, address: str, scheme: str) -> None:
    reader = Reader(browser, address, scheme=scheme)
    explained = "/?q=harb*+quite+zebra&participant=Assad&explain=1"
    for path in ("/?q=harbour+AND&agency=Agency+1&not_place=Moscow", f"/article/{'1':0>16}?q=harbour", explained, "/facet/agency?not_agency=SANA"):
        found = reader.open(path).evaluate(CONTRAST)
        assert len(found) > 20
        assert found[0][0] >= 4.5, found[0]
    reader.context.close()


def test_the_schemes_differ(browser: Browser, address: str) -> None:
    colours = []
    for scheme in SCHEMES:
        reader = Reader(browser, address, scheme=scheme)
        colours.append(reader.open().evaluate("getComputedStyle(document.documentElement).backgroundColor"))
        reader.context.close()
    assert len(set(colours)) == 2


def await_focus(page: Page) -> None:
    """A browser gives the focus when it first draws the page, which may be after it has loaded."""
    page.wait_for_function("document.activeElement.id === 'q'")


def test_the_box_has_the_focus_on_arrival_and_slash_brings_it_back(reader: Reader) -> None:
    page = reader.open()
    await_focus(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == ""
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.input_value("#q") == ""


def test_j_and_k_move_enter_opens_and_escape_returns(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    titles = page.locator(".hit h2").all_inner_texts()
    focused = "document.activeElement.textContent"
    seen = []
    for key in "jjk":
        page.keyboard.press(key)
        seen.append(page.evaluate(focused))
    assert seen == [titles[0], titles[1], titles[0]]
    for _ in range(12):
        page.keyboard.press("j")
    assert page.evaluate(focused) == titles[9], "j stays at the last headline"
    for _ in range(12):
        page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/article/"))
    assert heading(page) == titles[0]
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/\?q=harbour#hit-"))
    assert page.evaluate(focused) == titles[0], "one is back where one was"
    page.keyboard.press("j")
    assert page.evaluate(focused) == titles[1]


def test_letters_typed_into_the_box_are_text(reader: Reader) -> None:
    page = reader.open()
    await_focus(page)
    page.keyboard.type("j/k")
    assert page.input_value("#q") == "j/k"


def test_an_empty_field_of_the_date_range_is_left_out_of_the_address(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    page.fill(".range input[name=before]", "2022")
    page.click(".range button")
    assert heading(page) == "9 articles found"
    assert page.url.endswith("/?q=harbour&before=2022")
    page.go_back()
    assert page.is_enabled(".range input[name=after]"), "coming back finds the form as it was"


def test_coming_back_from_an_article_goes_on_from_its_result_without_script_too(browser: Browser, address: str) -> None:
    reader = Reader(browser, address, javascript=False)
    page = reader.open("/?q=harbour")
    page.click(".hit h2 a >> nth=8")
    page.click("#back")
    top = page.locator(".hit >> nth=8").bounding_box()
    assert top is not None
    assert -50 < top["y"] < 900
    assert page.evaluate("scrollY") > 0
    assert page.evaluate("document.activeElement.textContent") == page.inner_text(".hit h2 a >> nth=8")
    reader.context.close()


def test_a_folded_facet_opens_by_keyboard_and_stays_open_once_used(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    assert not page.is_visible(".facet-people .value >> nth=0")
    page.focus(".facet-people summary")
    page.keyboard.press("Enter")
    page.click(".facet-people .value:has-text('Asma al-Assad')")
    assert heading(page) == "10 articles found"
    assert page.is_visible(".facet-people .value:has-text('Asma al-Assad')")


def test_a_question_mark_opens_the_help_and_folds_it_up(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    for shown in (True, False):
        page.keyboard.press("?")
        assert page.is_visible(".help dl") is shown


def test_words_without_end_stay_inside_the_page(browser: Browser, tmp_path: Path) -> None:
    endless = article("1", "x" * 900, title="W" * 400, agency="A" * 200, publisher="B" * 200, place="C" * 150, participants=["D" * 180])
    wide = []
    with archive_of(tmp_path / "a", [endless]) as archive, served(archive) as address:
        for width in WIDTHS:
            reader = Reader(browser, address, width)
            for path in ("/?agency=" + "A" * 200, f"/article/{endless.id}"):
                wide.append(reader.open(path).evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
            reader.context.close()
    assert wide == [0] * 4


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_value_is_found_among_all_by_typing_and_enter(browser: Browser, address: str, javascript: bool) -> None:
    reader = Reader(browser, address, javascript=javascript)
    page = reader.open("/?q=harbour&place=Moscow")
    page.fill(".facet-agency .find input[name=find]", "agency 10")
    page.press(".facet-agency .find input[name=find]", "Enter")
    assert page.inner_text("h2") == "1 agency with a word that begins with “agency 10”"
    page.click(".value:has-text('Agency 10')")
    assert heading(page) == "1 article found"
    page.go_back()
    page.click(".tools a")
    assert page.url.endswith("/facet/agency?q=harbour&place=Moscow")
    reader.context.close()


def test_targets_are_large_enough_to_be_hit(browser: Browser, address: str) -> None:
    reader = Reader(browser, address, 390)
    page = reader.open("/?q=harbuor+quite&participant=Assad&explain=1")
    heights = page.eval_on_selector_all(".meant a, .persons li", "all => all.map((e) => e.getBoundingClientRect().height)")
    assert len(heights) >= 4
    assert min(heights) >= 24
    reader.context.close()


def test_a_keyboard_alone_reaches_what_excludes_a_value(reader: Reader) -> None:
    page = reader.open("/?q=harbour")
    page.focus(".facet-place .value >> nth=0")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.title") == "Exclude Moscow"
    assert page.evaluate("getComputedStyle(document.activeElement).opacity") == "1"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("not_place=Moscow"))
    assert heading(page) == "19 articles found"
