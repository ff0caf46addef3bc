"""How every page looks: no wider than its window, in two colour schemes with contrast enough, and with targets that a finger hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.web.browser import DESK, PHONE, Reader
from tests.web.conftest import Readers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS = (PHONE, 1024, DESK)
SCHEMES = ("light", "dark")
ARTICLES = [f"/article/{'1':0>16}?q=harbour", f"/article/{'101':0>16}?q=zebra"]
CHOSEN = "/?q=harbour+AND&agency=Agency+1&not_place=Moscow&date=2022-06&participant=Assad&limit=x"
EXPLAINED = "/?q=harb*+quite+zebra&participant=Assad&explain=1"
SEARCHES = ["/", "/?q=harbour", CHOSEN, EXPLAINED, "/?q=zebra", "/?q=harbuor", "/?q=date:2021+reopened"]
PAGES = [*SEARCHES, *ARTICLES, "/people?q=harbour&find=a", "/facet/agency?q=harbour&not_agency=SANA&start=x", "/facet/people?find=zzz"]
CROWDED = ["/?date=2013-05", "/people", "/facet/participants?start=60"]


@dataclass(frozen=True, slots=True)
class Measured:
    """How a page looks: by how many pixels it is wider than windows of these widths, the lesser side of each target, and of each text, by scheme,
    how much it stands out from its background."""

    path: str
    wide: dict[int, int]
    targets: list[tuple[float, str]]
    contrasts: dict[str, list[tuple[float, str]]]


CONTRAST = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const opaque = (c) => c.length < 4 || c[3] > 0;
  const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (opaque(c)) return c; } };
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility() || e.closest(".off, svg")) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), e.className + " " + e.textContent.trim().slice(0, 30)]);
  }
  return found;
}"""

SIZES = """() => [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), [role=slider]")]
  .filter((e) => e.checkVisibility() && !e.closest("svg, .skip:not(:focus)"))
  .map((e) => [e, (e.closest("label") ?? e).getBoundingClientRect()])
  .map(([e, box]) => [Math.min(box.width, box.height), `${e.parentElement.className} ${e.tagName}.${e.className}#${e.id} ${e.innerText}`])"""
"""The lesser side of everything that can be hit. The drawings have a table beside them that leads to the same."""

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNFOLD = "document.querySelectorAll('details').forEach((details) => { details.open = true })"


@pytest.fixture(scope="module")
def measured(browser: Browser, address: str, crowd_address: str) -> list[Measured]:
    """Every page with all that can be unfolded."""
    found = []
    reader = Reader(browser, PHONE)
    for at, paths in ((address, PAGES), (crowd_address, CROWDED)):
        for path in paths:
            page = reader.arrive(at).open(path)
            page.evaluate(UNFOLD)
            small = page.evaluate(SIZES)
            contrasts = {}
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                contrasts[scheme] = page.evaluate(CONTRAST)
            wide = {}
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                wide[width] = page.evaluate(WIDE)
            found.append(Measured(path, wide, small, contrasts))
            reader.leave()
    reader.context.close()
    return found


def test_no_page_is_wider_than_the_window(measured: list[Measured]) -> None:
    assert {page.path: page.wide for page in measured} == {path: dict.fromkeys(WIDTHS, 0) for path in [*PAGES, *CROWDED]}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_stands_out_from_its_background_as_wcag_aa_asks(measured: list[Measured], scheme: str) -> None:
    assert min(len(page.contrasts[scheme]) for page in measured) > 20
    assert [(page.path, text) for page in measured for contrast, text in page.contrasts[scheme] if contrast < 4.5] == []


def test_targets_are_large_enough_for_a_finger(measured: list[Measured]) -> None:
    assert min(len(page.targets) for page in measured) >= 7
    assert [(page.path, target) for page in measured for size, target in page.targets if size < 24] == []


def test_targets_of_the_help_are_large_enough_for_a_finger(readers: Readers) -> None:
    page = readers(width=PHONE).open("/")
    page.click(".help summary")
    page.click("[data-keys]")
    targets = page.evaluate(SIZES)
    assert any("keys-on" in target for _, target in targets)
    assert [target for size, target in targets if size < 24] == []


def test_the_schemes_differ_and_the_page_has_the_readers(reader: Reader) -> None:
    page = reader.open()
    colours = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        colours[scheme] = [int(part) for part in page.evaluate("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g)")]
    assert min(colours["light"]) > 200
    assert max(colours["dark"]) < 55


def test_every_bar_and_every_line_of_the_drawings_has_its_equal_in_a_table(reader: Reader) -> None:
    """Targets may be small where another leads to the same (WCAG 2.2, 2.5.8)."""
    leads = "(all) => all.map((link) => link.getAttribute('href'))"
    page = reader.open("/?q=harbour")
    bars = page.eval_on_selector_all(".bars a", leads)
    assert len(bars) == 2
    assert set(bars) <= set(page.eval_on_selector_all(".dates table a", leads))
    page = reader.open("/people?q=harbour")
    drawn = page.eval_on_selector_all(".picture a", leads)
    assert len(drawn) == 4
    assert set(drawn) <= set(page.eval_on_selector_all(".pairs a, .persons a", leads))


COVERED = """() => {
  const { left, top, width, height } = document.activeElement.getBoundingClientRect();
  return !document.activeElement.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""


def test_what_has_the_focus_is_not_under_what_stands_fixed(readers: Readers) -> None:
    reader = readers(width=PHONE)
    page = reader.open("/?q=harbour")
    reader.filters()
    page.focus(".facet-place a.value >> nth=-1")
    for stop in range(40):
        page.keyboard.press("Shift+Tab")
        assert not page.evaluate(COVERED), f"{stop}: {page.evaluate('document.activeElement.textContent')}"
        if page.evaluate("document.activeElement.matches('#filters > summary')"):
            break
    else:
        pytest.fail("Tab does not come back to the button")
