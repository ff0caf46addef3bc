"""What does a record look like as a document? Its title, standfirst and body one below the other, and facts that name the fields they stand in."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from search.errors import UnreadableFile
from search.extraction import outlets, plain, timestamps
from search.extraction.document import Block, Document, Fact, Furniture, Kind
from search.extraction.fields import Parts, Stated
from search.extraction.knowledge import load

# A text is markup if an element ends in it or one stands there that needs no end; "<P>" and "<A>" alone are what wires call companies by.
_MARKUP = re.compile(
    r"</(?:p|div|span|a|b|i|em|strong|h[1-6]|ul|ol|li|figure|blockquote|table|section|article)>|<(?:br|hr|img)(?:\s[^<>]{0,2000})?>|<br/>"
    r"|<(?-i:p|div)(?:\s[^<>]{0,2000})?>",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\s{0,100}(?:<\?xml[^>]{0,200}>\s{0,100})?(?:<!doctype[^>]{0,500}>\s{0,100})?<(?:html|head|body)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,10}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_NAMES_APART = re.compile(r"\s{0,5}(?:;|\||,(?!\s{0,3}(?:Jr|Sr|II|III|MD|PhD)\b)|\n|\band\b|&)\s{0,5}")
_BY = re.compile(r"(?:by|from)[:\s]\s{0,5}", re.IGNORECASE)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8}){0,3}$")
_LONGEST_NAME = 80  # characters of a publisher's or author's name
_CUT_OFF = re.compile(r"\s{0,3}(?:\[?(?:…|\.\.\.)\]?|\[\+\d{1,9} chars\])$")


def document_of(parts: Parts, order: timestamps.Order | None, text: Document | None = None) -> Document:
    """The document that a record is. `order` is that of day and month in the file's dates; `text` is the body where no field holds it.

    Raises UnreadableFile where no field holds a text, or only markup without words.
    """
    below = parts.get("standfirst", ())[:1]
    if text is None:
        text, below = _body(parts), below if "body" in parts else ()
    if not text.blocks:
        raise UnreadableFile("There is no text in it, only markup or nothing at all.")
    sheet = _Sheet()
    title = sheet.line(parts.get("title", ())[:1], "heading")
    standfirst = sheet.line([stated for stated in below if not _begins_with(text, stated.texts[0])], "paragraph")
    own_title = sheet.text(text)
    return replace(
        sheet.document(),
        title=title or own_title,
        standfirst=standfirst,
        publisher=_publisher(parts),
        language=_language(parts),
        url=next((text for stated in parts.get("url", ()) for text in stated.texts if text.startswith(("http://", "https://"))), None),
        dates=tuple(_dates(parts, order)),
        authors=_authors(parts),
    )


def _body(parts: Parts) -> Document:
    """The text of the surest field that has words; where none is the body, what else would stand above it is."""
    found = Document("", ())
    for stated in parts.get("body") or parts.get("standfirst", ()):
        found = _content("\n\n".join(stated.texts))
        if found.blocks:
            break
    return found


class _Sheet:
    """A document while it is put together, line by line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._at = 0
        self._blocks: list[Block] = []
        self._furniture: tuple[Furniture, ...] = ()

    def line(self, found: Sequence[Stated], kind: Kind) -> Fact | None:
        """Put what the first of some fields says on a line of its own."""
        for stated in found:
            said = _in_a_line(stated.texts[0])
            block = Block.cut(said, 0, len(said), kind)
            if block is not None:
                block = _moved(block, self._put(said))
                self._blocks.append(block)
                return Fact(said, stated.rule, said, block.start, block.end)
        return None

    def text(self, document: Document) -> Fact | None:
        """Put a text below what is there, and give the title that it has itself."""
        start = self._put(document.text)
        self._blocks += [_moved(block, start) for block in document.blocks]
        self._furniture = tuple(replace(item, block=_moved(item.block, start)) for item in document.furniture)
        title = document.title
        if title is None or title.start is None or title.end is None:
            return title
        return replace(title, start=title.start + start, end=title.end + start)

    def document(self) -> Document:
        """The text and its blocks."""
        return Document("\n".join(self._lines), tuple(self._blocks), self._furniture)

    def _put(self, text: str) -> int:
        start = self._at
        self._lines.append(text)
        self._at += len(text) + 1
        return start


def _moved(block: Block, by: int) -> Block:
    return block._replace(start=block.start + by, end=block.end + by)


def _content(text: str) -> Document:
    """The blocks of a field's text: a page, a piece of one, or plain text in which at most letters are written as entities."""
    if _PAGE.match(text):
        from search.extraction import html

        return html.read(text)
    if _MARKUP.search(text):
        from search.extraction import html

        return html.fragment(text)
    return plain.read(entities.unescape(text) if _ENTITY.search(text) else text)


def _in_a_line(text: str) -> str:
    """What a short field says, without markup and line ends."""
    if _MARKUP.search(text):
        text = _content(text).text
    elif _ENTITY.search(text):
        text = entities.unescape(text)
    return " ".join(text.split())


def _begins_with(text: Document, standfirst: str) -> bool:
    """Whether a standfirst is only the text's beginning, as feeds cut it off. What is the whole first paragraph is one of its own."""
    said = _CUT_OFF.sub("", _in_a_line(standfirst))
    first = next(iter(text.blocks), None)
    return bool(said) and first is not None and first.clean != said and text.text[: 2 * len(said) + 100].replace("\n", " ").strip().startswith(said)


def _dates(parts: Parts, order: timestamps.Order | None) -> Iterator[Fact]:
    for stated in parts.get("date", ()):
        value, how = timestamps.read(stated.texts[0], order)
        yield Fact(value, f"{stated.rule}, {how}" if how else stated.rule, stated.texts[0])


def _publisher(parts: Parts) -> Fact | None:
    """Who printed it, as a name; of an address, the site. What stands for an agency and is none that is known may be it, too."""
    unknown = [stated for stated in parts.get("agency", ()) if not any(_is_agency(name) for name in _names(parts, "agency"))]
    for stated in (*parts.get("publisher", ()), *unknown):
        said = " ".join(stated.texts[0].split())
        name = (_site(said) or "") if "://" in said else said
        if name and len(name) <= _LONGEST_NAME:
            return Fact(name, stated.rule, stated.texts[0])
    return None


def _site(address: str) -> str | None:
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _language(parts: Parts) -> Fact | None:
    for stated in parts.get("language", ()):
        said = stated.texts[0]
        match = _LANGUAGE.match(said)
        code = load("fields")["languages"].get(said.lower()) or (match[1].lower() if match else None)
        if code:
            return Fact(code, stated.rule, said)
    return None


def _authors(parts: Parts) -> tuple[str, ...]:
    """Names of authors, and of agencies whose report it is; these may stand in a field of their own."""
    agencies = [name for name in _names(parts, "agency") if _is_agency(name)]
    return tuple(dict.fromkeys((*agencies, *_names(parts, "author"))))


def _names(parts: Parts, part: str) -> list[str]:
    found = []
    for said in parts[part][0].texts if part in parts else ():
        found += [" ".join(name.split()) for name in _NAMES_APART.split(_BY.sub("", said, count=1))]
    return [name for name in found if 0 < len(name) <= _LONGEST_NAME]


def _is_agency(name: str) -> bool:
    outlet = outlets.known(name)
    return outlet is not None and outlet.kind == "agency"
