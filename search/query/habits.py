"""Which operators of other search programs stand among the words, and what is said of them? `w/5`, `near/5`, `Author: Smith`.

They are words all the same, since somebody may be looking for them, but seldom are meant so. Only what stands between two others without an
operator is remarked upon: the canonical text of a query has an operator everywhere, so nothing is remarked about that.
"""

from __future__ import annotations

import re

from search.query.fields import known_elsewhere, unknown_field
from search.query.scanner import Problems, Token

_OPERANDS = ("word", "phrase", "(", "field", "NOT")
_PROXIMITY = re.compile(r"(?:near|adj|onear)/?(\d{1,3})|(?:pre|w|n|p)?/(\d{1,3}|[sp])", re.IGNORECASE | re.ASCII)


def remark(tokens: list[Token], problems: Problems) -> list[Token]:
    """The tokens without names of fields that only others know and a space parts from their word; proximity as others write it is a problem."""
    kept: list[Token] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.kind == "word" and following and following.kind in _OPERANDS and not _in_field(tokens, index):
            if token.text.endswith(":") and known_elsewhere(token.text[:-1]):
                problems.add(unknown_field(token.text[:-1]), token.start, token.end)
                continue
            if kept and kept[-1].kind in ("word", "phrase", ")") and (found := _PROXIMITY.fullmatch(token.text)):
                problems.add(_proximity(token.text, found[1] or found[2]), token.start, token.end)
        kept.append(token)
    return kept


def _in_field(tokens: list[Token], index: int) -> bool:
    """Whether the colon of a field stands directly before a token."""
    return index > 0 and tokens[index - 1].kind == "field" and tokens[index - 1].end == tokens[index].start


def _proximity(text: str, number: str) -> str:
    if not number.isdecimal():
        number = "10"
    return f"“{text}” was searched as a word. Words near each other are asked for with NEAR/{number} (in this order: PRE/{number}), in capitals."
