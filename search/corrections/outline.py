"""Where does each entry of a corrections.toml stand? Found in its text, because a TOML parser gives values without their lines.

Every entry is a table under a header of its own, `[[article]]` or `[[names.merge]]`: so an entry can be changed or taken out while the rest of the
file stays as it is, byte for byte.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

_TOKEN = re.compile(
    r'''(?P<long>"""(?:\\[\s\S]|[^\\])*?"{3,5}|\'\'\'[\s\S]*?'{3,5})'''
    r"""|(?P<string>"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
    r"""|(?P<comment>\#[^\r\n]*)|(?P<end>\n)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<blank>[ \t\r]+)|(?P<other>[^\s"'\#\[\]{}]+)"""
)
_KEY = re.compile(r"""[ \t]*(?:"((?:\\.|[^"\\\n])*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*[.=]""")


@dataclass(slots=True)
class Entry:
    """A table under its header. `kind` is the header's name ("names.merge"), `line` its line, `begin` and `end` offsets in the text.

    What follows the last value (blank lines, comments on the next entry) is not in it. `keys`: the line of each key.
    What is no entry has a kind that says so: "[names]" for a header in single brackets that opens no part of the entry before it, "names =" for
    a value that stands before all headers.
    """

    kind: str
    line: int
    begin: int
    end: int
    keys: dict[str, int] = field(default_factory=dict)


def entries(text: str) -> list[Entry]:
    """The entries of a text that is valid TOML, in their order."""
    found: list[Entry] = []
    depth, line, fresh = 0, 1, True
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if fresh and depth == 0 and kind in ("open", "other", "string"):
            header = _header(text, token.start()) if kind == "open" else None
            key = _KEY.match(text, token.start())
            if header and not (found and header.startswith(f"[{found[-1].kind}.")):
                found.append(Entry(header, line, token.start(), token.end()))
            elif key and not found:
                found.append(Entry(f"{_first(key)} =", line, token.start(), token.end()))
            elif key:
                found[-1].keys.setdefault(_first(key), line)
        depth += (kind == "open") - (kind == "close")
        # A comment belongs to the entry if a value follows it there, or stands before it on its line.
        if found and kind not in ("blank", "end") and not (kind == "comment" and fresh):
            found[-1].end = token.end()
        line += token.group().count("\n")
        fresh = kind == "end" or (fresh and kind in ("blank", "comment"))
    return found


def comments(text: str) -> list[str]:
    """All comments of a text that is valid TOML, in their order."""
    return [token.group() for token in _TOKEN.finditer(text) if token.lastgroup == "comment"]


def _header(text: str, start: int) -> str:
    """The name in a header; one in single brackets keeps them."""
    end = text.find("\n", start)
    return _header_name(text[start : len(text) if end < 0 else end].rstrip("\r"))


@lru_cache(maxsize=1000)
def _header_name(line: str) -> str:
    table: object = tomllib.loads(line)
    parts = []
    while isinstance(table, Mapping) and table:
        part, value = next(iter(table.items()))
        parts.append(part)
        table = value[0] if isinstance(value, list) else value
    name = ".".join(parts)
    return name if line.startswith("[[") else f"[{name}]"


def _first(key: re.Match[str]) -> str:
    return key[1] or key[2] or key[3]
