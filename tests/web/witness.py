"""Has anything run in a browser's window? The window that notes it, and what the page in it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.web.harmless import DOM, faults
from tests.web.payloads import PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(drawn))))"
"""Until the page has been drawn twice: what runs by itself when it is shown has run then."""

SAID = """() => [
  document.documentElement.textContent,
  ...[...document.querySelectorAll("input")].map((input) => input.value),
].join("\\n")"""
"""All that a page says, in its text and in its fields."""


class Witness:
    """A window that notes whatever runs, is asked for or is complained about in it. `policy` says whether the pages' own policy holds."""

    def __init__(self, browser: Browser, address: str, *, policy: bool = True) -> None:
        self.address = address
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=not policy)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.dialogs: list[str] = []
        self.messages: list[str] = []
        self.asked: list[str] = []
        self.page.on("dialog", self._dismiss)
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.context.on("request", lambda request: self.asked.append(request.url))

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, path: str, original: str | None = None) -> Page:
        """The page at this path, in which nothing ran and which consists of our elements; `original` is where else it may lead."""
        self.page.goto(self.address + path)
        self.nothing_ran(original)
        return self.page

    def nothing_ran(self, original: str | None = None) -> None:
        """Fails where something ran, opened, was asked for elsewhere or was complained about, and where the page has an element of somebody else."""
        self.page.evaluate(DRAWN)
        strange = [f"pwned in {frame.url}" for frame in self.page.frames if frame.evaluate("() => window.pwned") is not None]
        strange += [f"a dialog: {message}" for message in self.dialogs]
        strange += [f"the browser says: {message}" for message in self.messages]
        strange += [f"asked for {url}" for url in (*self.asked, self.page.url) if not url.startswith(f"{self.address}/")]
        strange += [f"opened {page.url}" for page in self.context.pages if page is not self.page]
        if self.page.evaluate("document.contentType") == "text/html":
            # What a script has set may have the whole address.
            elements = self.page.evaluate(DOM)
            ours = [(tag, [(name, value.removeprefix(self.address)) for name, value in pairs], text) for tag, pairs, text in elements]
            strange += faults(ours, original)
        assert not strange, strange

    def said(self) -> str:
        """All that the page says, as `as_read` gives a text."""
        return as_read(self.page.evaluate(SAID))


@contextmanager
def watching(browser: Browser, address: str, *, policy: bool) -> Iterator[Witness]:
    """A window at this address, as long as it is needed."""
    witness = Witness(browser, address, policy=policy)
    yield witness
    witness.context.close()


def as_read(text: str) -> str:
    """A text as a browser has it: one line end, and nothing where a null byte stood."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("\ufffd", "")


def missing(said: str, payloads: Iterable[str] = PAYLOADS) -> list[str]:
    """The payloads that a page does not say."""
    return [payload for payload in payloads if as_read(payload) not in said]
