"""How is a query tree written? The canonical text: one for each tree, in full and with no more parentheses than needed.

For every tree that `parser.parse` can give (its docstring has the normal form), parse(canonical(tree)) is that tree again, without problems.
Dates are written as days (or as the year or month they fill), so that a canonical text means the same tomorrow.
"""

from __future__ import annotations

import calendar
import re

from search.query.tree import (
    And,
    DateRange,
    Everything,
    Exact,
    Fuzzy,
    Missing,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Value,
    Wildcard,
    Word,
)

_TYPED_NAMES = {"participants": "participant", "people": "person"}
_PLAIN_VALUE = re.compile(r"@?\w[\w.-]*")
_PLAIN_PATTERN = re.compile(r"[\w*?][\w*?'’.-]*")


def canonical(node: Node) -> str:
    """The text of a tree. Raises TypeError for a node that the language has no words for (those of a plan)."""
    match node:
        case And():
            return " AND ".join(_grouped(child, Or) for child in node.children)
        case Or():
            return " OR ".join(canonical(child) for child in node.children)
        case Not():
            return f"NOT {_grouped(node.child, And, Or)}"
        case Near():
            return f"{_grouped(node.left, Or)} {'PRE' if node.ordered else 'NEAR'}/{node.distance} {_grouped(node.right, Or)}"
        case Everything():
            return "*"
        case Nothing():
            return "NOT *"
        case Missing():
            return f"{_name(node.field)}none"
        case DateRange():
            return f"date:{_dates(node)}"
        case Value():
            plain = _PLAIN_VALUE.fullmatch(node.value) and node.value.casefold() != "none"
            return _name(node.field) + (node.value if plain else f'"{node.value}"')
        case Word():
            return _name(node.field) + node.text
        case Exact():
            return f"{_name(node.field)}={node.text}"
        case Phrase():
            return f'{_name(node.field)}"{node.text}"' + (f"~{node.slop}" if node.slop else "")
        case Prefix():
            return f"{_name(node.field)}{_pattern(node.text)}*"
        case Wildcard():
            return _name(node.field) + _pattern(node.text)
        case Fuzzy():
            return f"{_name(node.field)}{_pattern(node.text)}~" + (str(node.edits) if node.edits > 1 else "")
        case _:
            raise TypeError(f"the query language has no words for {type(node).__name__}")


def _grouped(node: Node, *looser: type[Node]) -> str:
    """The node's text, in parentheses where it binds less tightly than what stands around it."""
    return f"({canonical(node)})" if isinstance(node, looser) else canonical(node)


def _name(field: str | None) -> str:
    return f"{_TYPED_NAMES.get(field, field)}:" if field else ""


def _pattern(text: str) -> str:
    """The text of a word with wildcards; `=` before it keeps a colon or hyphen in it from being read as a field or "not"."""
    return text if _PLAIN_PATTERN.fullmatch(text) else f"={text}"


def _dates(node: DateRange) -> str:
    first, last = node.start, node.end
    if first is not None and last is not None and first.year == last.year:
        if first == last:
            return first.isoformat()
        if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            return f"{first.year:04}"
        if first.month == last.month and first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]:
            return first.isoformat()[:7]
    return f"{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"
