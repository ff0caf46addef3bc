"""Which blocks of text does a plain text file consist of?

A line is a block, unless the file is hard-wrapped: then blocks are what blank lines or indents set apart.
"""

from __future__ import annotations

import itertools
import re

from search.extraction.document import Block, Document

_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = tuple(".!?:;”\"'’)]…-–—")
# Wire copy is set at 60 to 80 columns; the longest line of a file that is not wrapped is far longer.
_WRAP_MAXIMUM = 100
_WRAP_MINIMUM = 45
_HEADING_LENGTH = 90


def read(text: str) -> Document:
    """The blocks of a decoded plain text file."""
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text) if not m.group().isspace()]
    spans = _unwrapped(text, lines) if _wrapped(text, lines) else lines
    blocks: list[Block] = []
    for start, end in spans:
        block = Block.cut(text, start, end)
        if block is not None:
            short = len(block.text) <= _HEADING_LENGTH and not block.text.endswith(_SENTENCE_END)
            blocks.append(Block(block.text, block.start, block.end, "heading") if short else block)
    return Document(text, tuple(blocks))


def _wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Whether line ends stand inside sentences: no line is long, and most lines but the last of each paragraph are nearly full."""
    if len(lines) < 3:
        return False
    longest = max(end - start for start, end in lines)
    if not _WRAP_MINIMUM <= longest <= _WRAP_MAXIMUM:
        return False
    inner = [(a, b) for (a, b), (c, _) in itertools.pairwise(lines) if c == b + 1]
    full = sum(b - a > 0.7 * longest and not text[a:b].rstrip().endswith((".", "!", "?", "”", '"')) for a, b in inner)
    return bool(inner) and full >= 0.6 * len(inner)


def _unwrapped(text: str, lines: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Wrapped lines joined to paragraphs; a blank line or a deeper indent begins a new one."""
    margin = min(_indent(text, start, end) for start, end in lines)
    spans: list[tuple[int, int]] = []
    for start, end in lines:
        if spans and start == spans[-1][1] + 1 and _indent(text, start, end) <= margin:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _indent(text: str, start: int, end: int) -> int:
    return end - start - len(text[start:end].lstrip())
