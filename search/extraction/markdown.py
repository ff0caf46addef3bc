"""Which blocks of text does Markdown consist of? It is made a page as every browser would show it, and that is read."""

from __future__ import annotations

from dataclasses import replace

from search.errors import UnreadableFile
from search.extraction.document import Document, Fact

_LONGEST = 2_000_000  # characters: the longest article of our collections has 0.2 million, and the worst Markdown of this length takes 40 seconds


def read(text: str) -> Document:
    """The blocks of Markdown without front matter (CommonMark, and tables); a heading that it begins with is its title.

    Raises UnreadableFile for what is too long for one article.
    """
    if len(text) > _LONGEST:
        raise UnreadableFile(f"The file has {len(text):,} characters; one article is read up to {_LONGEST:,}. Split it into articles.")
    from markdown_it import MarkdownIt

    from search.extraction import html

    document = html.fragment(MarkdownIt("commonmark").enable("table").render(text))
    first = next(iter(document.blocks), None)
    if first is None or first.kind != "heading":
        return document
    return replace(document, title=Fact(first.clean, "first heading", first.text, first.start, first.end))
