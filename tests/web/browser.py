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

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync"]
ARGUMENTS += ["--disable-background-networking"]


def skip_without(reason: str) -> None:
    if os.environ.get("DATELINE_NO_SKIP") == "1":
        pytest.fail(f"{reason}, and DATELINE_NO_SKIP=1 forbids to skip")
    pytest.skip(reason)


def launched() -> Iterator[Browser]:
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
