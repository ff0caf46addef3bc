"""Does anything run? Pages with all payloads in a real browser, under our policy, and without it, since it would stop whatever slipped through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from search.request import MAX_LIMIT
from tests.web.browser import served
from tests.web.conftest import archive_of
from tests.web.harmless import ORIGINAL
from tests.web.hostile import ALL, DATED, GROUP, GROUPS, ONES
from tests.web.parameters import CHOICES, EXCLUDED, FOUND, LISTED, REFUSED, dealt, queries
from tests.web.payloads import PAYLOADS, RUNNERS, WAYS_OUT
from tests.web.witness import Witness, as_read, missing, watching
from web import params
from web.safety import HEADERS
from web.strings import shortened
from web.values import VALUES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Is the check itself worth anything?


@pytest.fixture
def unguarded(browser: Browser) -> Iterator[Witness]:
    with watching(browser, "http://page.invalid", policy=False) as witness:
        yield witness


def answer(witness: Witness, html: str, headers: dict[str, str]) -> None:
    """Have the witness open this page, which comes from nowhere."""
    sent = {"Content-Type": "text/html; charset=utf-8", **headers}
    witness.page.route("http://page.invalid/**", lambda route: route.fulfill(body=html, headers=sent))
    witness.page.goto("http://page.invalid/")


def test_the_payloads_run_where_they_stand_unescaped_and_the_check_sees_each(unguarded: Witness) -> None:
    opened = [(way, RUNNERS[0]) for way in WAYS_OUT] + [("", runner) for runner in RUNNERS[1:]]
    for way, runner in opened:
        answer(unguarded, f"<!doctype html><html><body>{WAYS_OUT[way].format(way + runner)}</body></html>", {})
        unguarded.page.wait_for_function("() => window.pwned")
        with pytest.raises(AssertionError, match=r"pwned in .*a dialog"):
            unguarded.nothing_ran()
        unguarded.dialogs.clear()


@pytest.mark.parametrize("payload", [RUNNERS[0], RUNNERS[1], '<p style="color: red">x</p>', "<script src=//evil.invalid/x.js></script>"])
def test_the_check_sees_what_our_policy_forbids(browser: Browser, payload: str) -> None:
    with watching(browser, "http://page.invalid", policy=True) as witness:
        answer(witness, f"<!doctype html><html><body>{payload}</body></html>", HEADERS)
        assert witness.page.evaluate("() => window.pwned") is None
        assert any("Content Security Policy" in message for message in witness.messages)
        with pytest.raises(AssertionError):
            witness.nothing_ran()


# In every field of an article.


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an archive is shown in which every field of every article is a payload."""
    with archive_of(tmp_path_factory.mktemp("web") / "hostile", [*ONES, ALL, *DATED]) as archive, served(archive) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["our policy", "no policy"])
def witness(browser: Browser, hostile: str, request: pytest.FixtureRequest) -> Iterator[Witness]:
    with watching(browser, hostile, policy=request.param) as witness:
        yield witness


@pytest.fixture
def bare(browser: Browser, hostile: str) -> Iterator[Witness]:
    """A window without any policy."""
    with watching(browser, hostile, policy=False) as witness:
        yield witness


def test_nothing_runs_on_the_pages_of_results(witness: Witness) -> None:
    said = []
    for page in (1, 2):
        witness.open(f"/?q=harbour&limit={MAX_LIMIT}&facet_limit=1000&page={page}")
        said.append(witness.said())
    assert missing("".join(said)) == []


def test_nothing_runs_on_articles(bare: Witness) -> None:
    for article in (*ONES[::90], ALL):
        bare.open(f"/article/{article.id}?q=harbour")
    assert missing(bare.said()) == []


def test_nothing_runs_on_the_lists_of_values(bare: Witness) -> None:
    for field in LISTED:
        said = []
        for start in range(0, 2 * len(PAYLOADS), VALUES):
            page = bare.open(f"/facet/{field}?start={start}")
            said.append(bare.said())
            if not page.query_selector("a[rel=next]"):
                break
        assert missing("".join(said)) == []


@pytest.mark.parametrize("of", ["participants", "people"])
def test_nothing_runs_in_the_picture_of_people_when_it_is_pointed_at(bare: Witness, of: str) -> None:
    said = []
    for group in GROUPS:
        page = bare.open(f"/people?q=group{group}&of={of}")
        said.append(bare.said())
    assert missing("".join(said)) == []
    page = bare.open(f"/people?q=group0&of={of}")
    dots = page.locator(".picture a.dot")
    assert dots.count() == GROUP + (1 if of == "participants" else 2)
    for dot in range(0, dots.count(), 3):
        dots.nth(dot).hover()
        assert page.locator(".picture a.dot.lit").count() >= 1
    page.locator(".picture a.line").first.dispatch_event("pointerover")
    assert page.locator(".picture a.dot.lit").count() == 2
    bare.nothing_ran()


def test_nothing_runs_in_what_is_no_page(bare: Witness) -> None:
    bare.page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    for path in (f"/feed.atom?q=harbour&limit={MAX_LIMIT}", f"/api/search?q=harbour&limit={MAX_LIMIT}", f"/api/article/{ALL.id}"):
        page = bare.open(path)
        assert page.evaluate("document.contentType") != "text/html" or page.evaluate("document.querySelectorAll('body > *').length") == 1


# What the page's own scripts do with payloads.


def await_said(page: Page, words: str) -> None:
    """Until the page has told a screen reader these words."""
    page.wait_for_function("words => document.querySelector('#status').textContent.includes(words)", arg=words)


def test_nothing_runs_when_values_are_chosen_and_taken_back_in_place(bare: Witness) -> None:
    page = bare.open("/?q=harbour")
    page.evaluate("window.here = true")
    for details in page.query_selector_all(".filters details"):
        details.evaluate("element => { element.open = true }")
    selector = '"],*,[data-key="'
    page.fill(".facet-agency input[name=find]", selector)
    await_said(page, f"“{selector}”")
    # The languages before much is chosen: of one that is left there is nothing to choose.
    for number, field in enumerate(sorted(LISTED, key=lambda field: field not in ("agency", "language"))):
        values = page.locator(f".facet-{field} a.value:not([aria-checked=true])")
        value = values.first if number else values.filter(has_text=selector)
        key = value.get_attribute("data-key")
        value.click()
        page.wait_for_selector(f".chips .chip >> nth={number}")
        # The focus is found again by its name, whatever that is.
        page.wait_for_function("key => document.activeElement.dataset.key === key", arg=key)
        bare.nothing_ran()
    for left in range(len(LISTED) - 1, -1, -1):
        page.locator(".chips .chip").first.click()
        page.wait_for_function("left => document.querySelectorAll('.chips .chip').length === left", arg=left)
    assert page.evaluate("window.here"), "all of it in the same page"
    bare.nothing_ran()


def test_nothing_runs_when_further_values_unfold_and_are_looked_for(witness: Witness) -> None:
    page = witness.open("/?q=harbour")
    panel = page.locator(".facet-publisher")
    shown = panel.locator("a.value")
    for _ in range(-(-len(PAYLOADS) // VALUES)):
        before = shown.count()
        panel.locator(".more a").click()
        page.wait_for_function("before => document.querySelectorAll('.facet-publisher a.value').length > before", arg=before)
    assert missing(witness.said()) == []
    assert panel.locator(".more a").inner_text() == "Fewer"
    witness.nothing_ran()
    for typed in (RUNNERS[1], '"],*,[data-key="', "zebra<svg onload=alert(top.pwned=1)>"):
        panel.locator("input[name=find]").fill(typed)
        await_said(page, f"“{shortened(typed)}”")
        witness.nothing_ran()
    assert panel.locator("li").all_inner_texts() == [f"No publishers with a word that begins with “{typed}”"]


def test_nothing_runs_when_dates_are_pointed_at_and_marked_in_a_search_for_a_payload(bare: Witness) -> None:
    for payload in (RUNNERS[0], '"],*,[data-key="'):
        page = bare.open("/" + params.query_string([("q", f"quiet OR {payload}"), ("not_agency", payload), ("not_place", "</title><script>")]))
        bars = page.locator(".plot .bars a")
        for bar in range(bars.count()):
            bars.nth(bar).hover()
            assert page.inner_text(".readout")
        page.focus(".plot .handle")
        for key in ("Home", "Shift+ArrowRight", "Enter"):
            page.keyboard.press(key)
        page.wait_for_selector(".chip >> nth=2")
        assert payload in page.inner_text(".chips")
        assert payload in page.input_value("#q")
        bare.nothing_ran()


def test_nothing_runs_when_one_goes_by_keyboard_from_a_search_to_its_matches_and_back(bare: Witness) -> None:
    typed = f"{RUNNERS[1]} OR alert"
    page = bare.open("/?q=harbour")
    page.fill("#q", typed)
    page.press("#q", "Enter")
    page.wait_for_function("typed => document.title.includes(typed)", arg=typed)
    bare.nothing_ran()
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/article/**")
    for key in "nnp":
        page.keyboard.press(key)
    assert " / " in page.inner_text(".matches .count")
    bare.nothing_ran()
    page.keyboard.press("Escape")
    page.wait_for_selector(".hits")
    assert page.input_value("#q") == typed
    bare.nothing_ran()


# In every parameter.

PAGES = ["/", "/facet/agency", "/people", f"/article/{'1':0>16}"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_whatever_stands_in_the_parameters(browser: Browser, address: str, path: str) -> None:
    # That every parameter takes every payload is tried without a browser.
    chosen = [[*pairs, *FOUND] for pairs in dealt([*CHOICES, *EXCLUDED], 45)]
    refused = [*dealt(REFUSED, 140), *([(payload, "1") for payload in PAYLOADS[first : first + 140]] for first in range(0, len(PAYLOADS), 140))]
    typed = [[("q", query), ("find", query[:200]), ("cursor", query[:200])] for query in queries()]
    assert len(typed) > 2
    with watching(browser, address, policy=False) as witness:
        for pairs in (*chosen, *refused, *typed):
            witness.open(path + params.query_string(pairs), ORIGINAL)
            said = witness.said()
            if pairs not in typed:
                payloads = {*PAYLOADS} & {part for pair in pairs for part in pair}
                assert [one for one in payloads if as_read(one) not in said and as_read(shortened(one)) not in said] == []
