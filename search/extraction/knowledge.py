"""Where does the knowledge come from? The TOML files in data/, each read once, when it is first needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "data"


@cache
def load(name: str) -> dict[str, Any]:
    """The contents of data/NAME.toml. Names of sections and keys are explained at the head of each file."""
    import tomllib

    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(name: str, *sections: str) -> frozenset[str]:
    """All entries of sections of a file; an entry is a list of texts, or one text in which white space separates the entries."""
    data = load(name)
    found: set[str] = set()
    for section in sections or tuple(data):
        entries = data[section]
        found.update(entries.split() if isinstance(entries, str) else entries)
    return frozenset(found)
