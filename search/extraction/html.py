"""Which blocks of text does an HTML page show, which of them are its article, and what does the page say about itself?"""

from __future__ import annotations

from bs4 import BeautifulSoup

from search.extraction.document import Block, Document


def read(text: str) -> Document:
    """The blocks of a decoded page."""
    soup = BeautifulSoup(text, "html.parser")
    parts = [p.get_text(" ", strip=True) for p in soup.find_all(["h1", "h2", "p"])]
    joined = "\n".join(parts)
    blocks, at = [], 0
    for part in parts:
        block = Block.cut(joined, at, at + len(part))
        if block:
            blocks.append(block)
        at += len(part) + 1
    return Document(joined, tuple(blocks))
