"""Every page and state of a page is gone over by axe-core, by the rules for WCAG 2.2 A and AA and its best practices: no violation stands."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from search.archive import Archive
from search.article import Evidence, Removed
from tests.make import article
from tests.web.browser import DESK, PHONE, Reader, expect, served, skip_without
from tests.web.conftest import Readers, archive_of, crowd

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WINDOWS = [(PHONE, "light"), (DESK, "dark")]
"""Each state is seen in these. Places and sizes depend on the width alone and colours on the scheme alone, so that two of the four show all."""

AXE = """(tags) => axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], iframes: false }).then((found) => ({
  passes: found.passes.length,
  violations: found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${node.target} ${node.failureSummary}`)),
}))"""

TITLED, UNTITLED = f"/article/{'1':0>16}", f"/article/{'900':0>16}"
UNFOLD = "document.querySelectorAll('details').forEach((details) => { details.open = true })"

Act = Callable[["Page"], None]


def unfold(page: Page) -> None:
    page.evaluate(UNFOLD)


def press(*keys: str) -> Act:
    def act(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return act


def point(selector: str) -> Act:
    return lambda page: page.locator(selector).first.hover()


def narrow_in_place(page: Page) -> None:
    unfold(page)
    page.click(".facet-place a.value >> nth=0")
    expect(page.locator("#status")).to_have_text("17 articles found")


def unfold_values(page: Page) -> None:
    unfold(page)
    page.click(".facet-agency .more a")
    expect(page.locator(".facet-agency .more a")).to_have_attribute("aria-expanded", "true")


def look_for_nothing(page: Page) -> None:
    unfold(page)
    page.fill(".facet-agency .find input[name=find]", "zzz")
    expect(page.locator(".facet-agency ul.values li.quiet")).to_be_visible()


def enter_a_wrong_token(page: Page) -> None:
    page.fill("#token", "another-horse-battery")
    page.press("#token", "Enter")
    expect(page.locator("[role=alert]")).to_be_visible()


DESK_PAGES: list[tuple[str, list[Act]]] = [
    ("/?limit=2", [unfold]),
    ("/?limit=1&facets=agency", [unfold_values, look_for_nothing]),
    ("/?q=harbour&limit=2&facets=date,agency,place", [narrow_in_place, press("t", "ArrowRight", "Shift+ArrowRight"), press("?")]),
    ("/?q=harbour&limit=2&facets=date,agency,place&agency=Agency+1&agency=Agency+2&not_place=Moscow&date=2022-06", [unfold]),
    ("/?q=harbour+AND&facets=participants&participant=Assad&limit=x&agency=Agency+1", [point(".hit h2 a")]),
    ("/?q=harb*+quite+zebra&explain=1&limit=2&facets=agency", []),
    ("/?q=harbuor", []),
    ("/?q=date:2021+reopened", []),
    ("/?q=zebra&agency=SANA&seen=earlier", []),
    ("/?q=al", []),
    (f"{TITLED}?q=harbour", [unfold, press("n", "n")]),
    (TITLED, []),
    (f"/article/{'101':0>16}?q=zebra", []),
    ("/people?q=harbour", [point(".dot")]),
    ("/people?q=harbour&place=Moscow&of=people", []),
    ("/people?agency=SANA&participant=Putin&place=none", []),
    ("/facet/agency?q=harbour&agency=SANA&not_agency=Agency+1", [point(".row")]),
    ("/facet/people?find=zzz", []),
    ("/nowhere", []),
    ("/article/ffffffffffffffff", []),
    ("/feed.atom?limit=x", []),
]
CROWD_PAGES: list[tuple[str, list[Act]]] = [
    ("/?date=2013-05&limit=1&facets=date", []),
    ("/?date=2012-01-01..2014-12-31&date=2016&limit=1&facets=date", []),
    (f"{UNTITLED}?q=silence", [unfold]),
    ("/people?find=number1&date=2013-01..2015-12", [unfold]),
    ("/facet/participants?start=120&find=number", []),
]
STATES = sum(len(acts) or 1 for _, acts in [*DESK_PAGES, *CROWD_PAGES]) + 3


@dataclass
class Auditor:
    """Goes over pages and keeps what is wrong with them."""

    script: str
    passes: list[int] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def check(self, page: Page, what: str) -> None:
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(self.script)
        for width, scheme in WINDOWS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate("scrollTo(0, 0)")  # further down, what stands fixed lies over other things, from which one can scroll it away
            found: dict[str, Any] = page.evaluate(AXE, RULES)
            self.passes.append(found["passes"])
            self.violations += [f"{what}, {width} px, {scheme}: {violation}" for violation in found["violations"]]

    def visit(self, reader: Reader, path: str, *acts: Act) -> None:
        """Go over a page, and where things are done to it, after each of them."""
        page = reader.open(path)
        for number, act in enumerate(acts or [None]):
            if act:
                act(page)
            self.check(page, f"{path}, state {number}")


@pytest.fixture
def auditor() -> Auditor:
    try:
        from axe_playwright_python.base import AXE_SCRIPT
    except ImportError:
        skip_without("axe-core is not installed: pip install '.[test]'")
    return Auditor(AXE_SCRIPT)


@pytest.fixture(scope="module")
def addresses(desk_archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Archives of many people, of nothing, one that asks for a token, and one whose folder has gone."""
    folder = tmp_path_factory.mktemp("accessible")
    untitled = article(
        "900",
        "A report in silence.\n\nOf the harbour.",
        agency="SANA",
        removed=(Removed("Read also: more", "teaser line"),),
        evidence=(Evidence("agency", "SANA", "attribution", "according to SANA"), Evidence("date", "", "no date", "")),
    )
    with ExitStack() as stack:
        archives = {
            "crowd": stack.enter_context(archive_of(folder / "crowd", [*crowd(), untitled])),
            "nothing": stack.enter_context(archive_of(folder / "nothing", [])),
            "gone": stack.enter_context(archive_of(folder / "gone", [untitled])),
        }
        shutil.rmtree(folder / "gone")
        shown = {name: stack.enter_context(served(archive)) for name, archive in archives.items()}
        shown["locked"] = stack.enter_context(served(desk_archive, token="correct-horse-battery"))
        yield shown


def test_no_page_and_no_state_of_a_page_has_a_violation(readers: Readers, auditor: Auditor, addresses: dict[str, str]) -> None:
    desk = readers()
    for path, acts in DESK_PAGES:
        auditor.visit(desk, path, *acts)
    crowded = readers(addresses["crowd"])
    for path, acts in CROWD_PAGES:
        auditor.visit(crowded, path, *acts)
    auditor.visit(readers(addresses["nothing"]), "/")
    gone = readers(addresses["gone"])
    auditor.visit(gone, "/")
    locked = readers(addresses["locked"])
    auditor.visit(locked, "/", enter_a_wrong_token)
    assert auditor.violations == []
    assert len(auditor.passes) == len(WINDOWS) * STATES
    assert all(auditor.passes)
    refused = [(desk, ["404 (NOT FOUND)"] * 2 + ["400 (BAD REQUEST)"]), (gone, ["503 (SERVICE UNAVAILABLE)"]), (locked, ["401 (UNAUTHORIZED)"] * 2)]
    for reader, statuses in refused:
        reader.said(*[f"Failed to load resource: the server responded with a status of {status}" for status in statuses])


def test_the_audit_sees_what_is_wrong(reader: Reader, auditor: Auditor) -> None:
    page = reader.open("/nowhere")
    page.evaluate("document.querySelector('#q').removeAttribute('placeholder'); document.querySelector('label[for=q]').remove()")
    page.evaluate("document.querySelector('main p').style.color = 'gray'")
    auditor.check(page, "a page without a label and with too little contrast")
    assert {violation.split(": ")[1].split()[0] for violation in auditor.violations} == {"label", "color-contrast"}
    reader.said("Failed to load resource: the server responded with a status of 404 (NOT FOUND)")
