"""A real browser, and what a reader does and hears in it. The fixtures stand in conftest.py."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from search.archive import Archive
from web import create_app

try:
    from playwright.sync_api import expect as expect
    from playwright.sync_api import sync_playwright
except ImportError:  # the fixture `browser`, which every test with a browser asks for, then says so
    expect = sync_playwright = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Request

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync"]
ARGUMENTS += ["--disable-background-networking"]

PHONE, DESK = 390, 1440
"""Widths of a window, in CSS pixels."""

NARROW = 864
"""Below this many CSS pixels the facets stand behind a button."""

PATIENCE = 10_000
"""Milliseconds until something that does not come counts as missing; what comes is not waited for."""

_WINDOWS = {
    "phone": (PHONE, True),
    "desk": (DESK, True),
    "phone without script": (PHONE, False),
    "desk without script": (DESK, False),
}
in_every_window = pytest.mark.parametrize(("width", "javascript"), _WINDOWS.values(), ids=_WINDOWS)
in_two_windows = pytest.mark.parametrize(("width", "javascript"), [(PHONE, True), (DESK, False)], ids=["phone", "desk without script"])
"""For what must work in each of them; two are enough where width and script have nothing to do with each other."""


def skip_without(reason: str) -> None:
    if os.environ.get("DATELINE_NO_SKIP") == "1":
        pytest.fail(f"{reason}, and DATELINE_NO_SKIP=1 forbids to skip")
    pytest.skip(reason)


def launched() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        skip_without(f"there is no browser at {CHROMIUM}: apt-get install chromium")
    if sync_playwright is None:
        skip_without("Playwright is not installed: pip install '.[test]'")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def served(archive: Archive, token: str | None = None) -> Iterator[str]:
    """The address at which an archive is shown."""
    server = make_server("127.0.0.1", 0, create_app(archive, token=token), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Reader:
    """A browser window, and what it had to say: console messages, errors, addresses asked for, of all its tabs."""

    def __init__(self, browser: Browser, width: int = DESK, javascript: bool = True, touch: bool = False) -> None:
        self.context = browser.new_context(java_script_enabled=javascript, has_touch=touch)
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.address, self.width, self.javascript = "", width, javascript
        self.messages: list[str] = []
        self.asked: list[str] = []
        self.documents: list[str] = []
        """The addresses of whole pages that were loaded; what changes in place is not among them."""
        self.context.on("console", lambda message: self.messages.append(message.text))
        self.context.on("weberror", lambda error: self.messages.append(str(error.error)))
        self.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)
        if request.is_navigation_request():
            self.documents.append(request.url)

    def arrive(self, address: str) -> Reader:
        """Come to an archive, with nothing left of what was seen and done before."""
        self.context.clear_cookies()
        self.page.set_viewport_size({"width": self.width, "height": 900})
        self.page.emulate_media(media="null", color_scheme="light")
        self.page.mouse.move(0, 0)
        self.address = address
        for heard in (self.messages, self.asked, self.documents):
            heard.clear()
        return self

    def leave(self) -> None:
        """Go from the archive, so that the window can be opened at another. It was silent, and asked nobody but its own host for anything."""
        for tab in self.context.pages:
            if tab != self.page:
                tab.close()
        self.page.unroute_all(behavior="ignoreErrors")
        if self.javascript and self.page.url.startswith(f"{self.address}/"):
            self.page.evaluate("localStorage.clear()")
        assert self.messages == []
        assert [url for url in self.asked if not url.startswith(f"{self.address}/")] == []

    def open(self, path: str = "/") -> Page:
        """Go to a page of the archive."""
        if "#" in path:  # else it may be a jump within the page that is there
            self.page.goto("about:blank")
        self.page.goto(self.address + path)
        return self.page

    def filters(self) -> None:
        """Have the facets before one's eyes, whatever the width."""
        if self.width < NARROW:
            button = self.page.locator(".filters > details > summary")
            expect(button).to_be_visible()
            if not self.page.locator(".facets").is_visible():
                button.click()

    def value(self, facet: str, label: str) -> Locator:
        """The value of a facet that is called so."""
        return self.page.locator(f".facet-{facet} a.value").filter(has=self.page.locator(f"bdi:text-is('{label}')"))

    def finds(self, heading: str) -> None:
        """The page comes to say that so much was found."""
        expect(self.page.locator("h1")).to_have_text(heading)

    def at(self, path: str) -> None:
        """The window comes to this address."""
        self.page.wait_for_url(self.address + path)

    def stepped_to(self, selector: str) -> None:
        """Press Tab until something like that has the focus."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        pytest.fail(f"Tab does not reach {selector}")

    def said(self, *messages: str) -> None:
        """The console has these messages and no others; from now on it is to be silent."""
        assert self.messages == [*messages]
        self.messages.clear()
