"""Can anything in a page run, or lead away? What our pages consist of, and a check that finds all else.

The check goes over elements, so that a page can be held to it as it is sent (`harmless`) and as a browser has understood it (`faults` of `DOM`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

TAGS = """
    html head meta title link script body header main nav aside section article footer dialog details summary form label input button output
    div p h1 h2 h3 a ul ol li dl dt dd table caption thead tbody tr th td span b bdi code kbd mark q time svg rect circle path text
"""
ATTRIBUTES = """
    action autocapitalize autocomplete autofocus charset checked class content cx cy d datetime defer dir download enterkeyhint focusable for height
    hidden href id lang maxlength method name open placeholder r rel required role scope spellcheck src start stroke-width tabindex text-anchor title
    type value viewbox width x y
"""
VALUES = {
    "method": {"get", "post", "dialog"},
    "type": {"search", "hidden", "checkbox", "password", "button", "image/svg+xml", "application/atom+xml", "application/opensearchdescription+xml"},
}
"""What our templates use, with aria-… and data-…, which run nothing. Whatever else is in a page was somebody's text; whoever puts something new into
a template adds it here."""

_TAGS, _ATTRIBUTES = frozenset(TAGS.split()), frozenset(ATTRIBUTES.split())

ORIGINAL = "https://example.org/harbour"
"""Where the one article of the desk that has an address says that it comes from, which is where its page may lead."""

OUR_SCRIPT = re.compile(r"/static/[a-z]+\.js\?v=[0-9a-f]{12}")
OUR_ADDRESS = re.compile(r"/(?![/\\])[!-~]*|#[!-~]*")
"""A browser drops tabs and line ends from an address and takes a backslash for a slash: ours are printable ASCII, and the second sign is no slash."""

Element = tuple[str, list[tuple[str, str]], str]
"""An element: its name, its attributes, and of a script what stands in it. Comments and declarations have names that begin with “!” or “?”."""

DOM = """() => {
  const checked = ["href", "src", "action", "method", "type", "rel"];
  const short = (value) => (/^\\/[!-~]{30,}$/.test(value) ? value.slice(0, 12) : value);
  const kinds = new Set();
  for (const element of document.querySelectorAll("*")) {
    const script = element.localName === "script";
    const said = ({ name, value }) => (!checked.includes(name) ? "" : script ? value : short(value));
    const attributes = [...element.attributes].map((attribute) => [attribute.name.toLowerCase(), said(attribute)]);
    kinds.add(JSON.stringify([element.localName, attributes, script ? element.textContent : ""]));
  }
  return [...kinds].map(JSON.parse);
}"""
"""The elements of a page as a browser has understood it, each kind once, with the values that are checked; of long addresses here the beginning."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The elements of a page and all its text, title included."""

    elements: list[Element]
    text: str

    @property
    def values(self) -> set[str]:
        """The values of all attributes."""
        return {value for _, attributes, _ in self.elements for _, value in attributes}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, [(name, value or "") for name, value in attrs], ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self.pieces.append(data)
        else:
            tag, attributes, text = self.elements[-1]
            self.elements[-1] = (tag, attributes, text + data)

    def handle_decl(self, decl: str) -> None:
        if decl != "doctype html":
            self.elements.append((f"!{decl}", [], ""))

    def handle_pi(self, data: str) -> None:
        self.elements.append((f"?{data}", [], ""))

    def unknown_decl(self, data: str) -> None:
        self.elements.append((f"![{data}", [], ""))


def seen(html: str) -> Seen:
    """A page as it is sent, read by a parser that mends nothing."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    # A comment that nothing ends hides all that follows from a browser, and not from this parser.
    comments: list[Element] = [("!--", [], "")] if "<!--" in html else []
    return Seen(reader.elements + comments, "".join(reader.pieces))


def faults(elements: Iterable[Element], original: str | None = None) -> list[str]:
    """What of these elements is none of ours, could run, or leads elsewhere than to `original`, the one address that an article may give."""
    return [fault for element in elements for fault in _faults(*element, original)]


def _faults(tag: str, attributes: list[tuple[str, str]], inside: str, original: str | None) -> Iterator[str]:
    if tag not in _TAGS:
        yield f"<{tag}>"
    if tag == "script" and (inside or not any(name == "src" for name, _ in attributes)):
        yield f"<script> {inside}"
    for name, value in attributes:
        if name not in _ATTRIBUTES and not re.fullmatch("(aria|data)-[a-z]+", name):
            yield f"<{tag} {name}>"
        elif value not in VALUES.get(name, {value}):
            yield f"<{tag} {name}={value}>"
        elif name in ("href", "src", "action"):
            leads = OUR_SCRIPT if tag == "script" else OUR_ADDRESS
            if not leads.fullmatch(value) and not (tag == "a" and value == original and ("rel", "noopener noreferrer") in attributes):
                yield f"<{tag} {name}={value}>"


def harmless(html: str, original: str | None = None) -> Seen:
    """The page, when nothing in it can run: our elements and attributes, our script files, and no link that leaves but the one to `original`."""
    found = seen(html)
    wrong = faults(found.elements, original)
    assert not wrong, f"none of ours: {wrong}"
    return found
