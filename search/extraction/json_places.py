"""Where do the values of a JSON file begin and end? Told by brackets and quotation marks among its bytes, without parsing anything."""

from __future__ import annotations

import re

DEEPEST = 200
"""Brackets in brackets that are followed; the parser would give up at about a thousand."""

_DEEPEST_INDENT = 100  # blanks before a record
_INK = re.compile(rb"[^ \t\r\n]")
_BRACKET = re.compile(rb'["{}\[\]]')
_SCALAR_END = re.compile(rb"[,\]}\s]")


def ink(data: bytes, at: int) -> int:
    """Where the next byte that is not white space stands, or the end."""
    match = _INK.search(data, at)
    return match.start() if match else len(data)


def end_of(data: bytes, at: int, limit: int | None = None) -> int:
    """Where the value that begins at `at` ends. Raises ValueError if it does not end before the limit, or is nested too deeply."""
    limit = len(data) if limit is None else limit
    first = data[at : at + 1]
    if first not in (b"{", b"[", b'"'):
        match = _SCALAR_END.search(data, at, limit)
        return max(match.start() if match else limit, at + 1)
    depth = 0
    while True:
        match = _BRACKET.search(data, at, limit)
        if match is None:
            raise ValueError("It has no end: a bracket is not closed.")
        at = match.end()
        if match[0] == b'"':
            at = _string_end(data, at, limit)
        else:
            depth += 1 if match[0] in b"{[" else -1
        if depth > DEEPEST:
            raise ValueError(f"Its brackets are nested more than {DEEPEST} deep.")
        if depth <= 0:
            return at


def _string_end(data: bytes, at: int, limit: int) -> int:
    """Where a string ends whose first letter is at `at`."""
    while (quote := data.find(b'"', at, limit)) >= 0:
        slashes = quote
        while data[slashes - 1] == 0x5C and slashes > at:
            slashes -= 1
        if (quote - slashes) % 2 == 0:
            return quote + 1
        at = quote + 1
    raise ValueError("It has no end: a quotation mark is not closed.")


def next_in_layout(data: bytes, at: int) -> int | None:
    """Where the next record begins if each stands on lines of its own, indented like the one at `at`; a broken one cannot tell where it ends."""
    begin = data.rfind(b"\n", max(0, at - _DEEPEST_INDENT), at) + 1
    indent = data[begin:at]
    if (begin == 0 and at > _DEEPEST_INDENT) or indent.strip():
        return None  # it does not begin its line
    mark = b"\n" + indent + b"{"
    found = data.find(mark, at)
    return found + len(mark) - 1 if found >= 0 else None
