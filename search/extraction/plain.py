"""Which blocks of text does a plain text file consist of?

A line is a block, unless the file is hard-wrapped: then blocks are what blank lines or indents set apart.
"""

from __future__ import annotations

import itertools

from search.extraction.document import Block, Document

_SENTENCE_END = tuple(".!?:;”\"'’)]…-–—")
_LAST_LINE_END = (".", "!", "?", "”", '"')
# Wire copy is set at 60 to 80 columns; the longest line of a file that is not wrapped is far longer.
_WRAP_MAXIMUM = 100
_WRAP_MINIMUM = 45
_HEADING_LENGTH = 90


def read(text: str) -> Document:
    """The blocks of a decoded plain text file."""
    lines = _lines(text)
    blocks: list[Block] = []
    for start, end in _unwrapped(lines) if _wrapped(lines) else [(start, start + len(line)) for start, line in lines]:
        block = Block.cut(text, start, end)
        if block is not None:
            short = len(block.text) <= _HEADING_LENGTH and not block.text.endswith(_SENTENCE_END)
            blocks.append(block._replace(kind="heading") if short else block)
    return Document(text, tuple(blocks))


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines that hold more than white space, each with its place in the text."""
    found: list[tuple[int, str]] = []
    at = 0
    for line in text.split("\n"):
        if line and not line.isspace():
            found.append((at, line))
        at += len(line) + 1
    return found


def _wrapped(lines: list[tuple[int, str]]) -> bool:
    """Whether line ends stand inside sentences: no line is long, and most lines but the last of each paragraph are nearly full."""
    if len(lines) < 3:
        return False
    longest = max([len(line) for _, line in lines])
    if not _WRAP_MINIMUM <= longest <= _WRAP_MAXIMUM:
        return False
    inner = [line for (start, line), (following, _) in itertools.pairwise(lines) if following == start + len(line) + 1]
    full = sum([len(line) > 0.7 * longest and not line.rstrip().endswith(_LAST_LINE_END) for line in inner])
    return bool(inner) and full >= 0.6 * len(inner)


def _unwrapped(lines: list[tuple[int, str]]) -> list[tuple[int, int]]:
    """Where wrapped lines, joined to paragraphs, begin and end; a blank line or a deeper indent begins a new one."""
    indents = [len(line) - len(line.lstrip()) for _, line in lines]
    margin = min(indents)
    spans: list[tuple[int, int]] = []
    end = -1
    for (start, line), indent in zip(lines, indents, strict=True):
        if start == end + 1 and indent <= margin and spans:
            spans[-1] = (spans[-1][0], start + len(line))
        else:
            spans.append((start, start + len(line)))
        end = start + len(line)
    return spans
