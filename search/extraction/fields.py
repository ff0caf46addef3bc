"""Which field of a record is which part of an article? The names that exports use, from data/fields.toml, and those that a person gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from search.errors import UnreadableFile, UsageError
from search.extraction.knowledge import load
from search.extraction.records import Record

PARTS = ("title", "standfirst", "body", "date", "author", "agency", "publisher", "url", "language", "id")
"""The parts of an article that a field may hold: what `fields` of `extract` and `--map` may name."""

_LINE_END = re.compile(r"\r\n?")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NOT_IN_NAMES = re.compile(r"[\W_]+")
# How programs write that there is no value where only text can stand.
_NOTHING = frozenset(("nan", "nat", "none", "null", "n/a", "undefined", "\\n"))
_LONGEST_NOTHING = max(map(len, _NOTHING))
_DEEPEST = 8  # fields in fields that are looked into


@dataclass(frozen=True, slots=True)
class Stated:
    """What a field says: its name as the file has it, and its texts, at least one and none of them empty."""

    name: str
    texts: tuple[str, ...]

    @property
    def rule(self) -> str:
        """How evidence names the field."""
        return f"field “{self.name}”"


Parts = Mapping[str, tuple[Stated, ...]]
"""For each part of an article that a record states, the fields that state it, the surest first."""


def check(given: Mapping[str, str]) -> None:
    """Raise UsageError if a mapping of parts to the names of fields has a part that articles do not have, or an empty name."""
    for part, name in given.items():
        if part not in PARTS:
            raise UsageError(f"Articles have no “{part}”. What a field may be mapped to: {', '.join(PARTS)}.")
        if not name.strip():
            raise UsageError(f"The name of the field that holds the {part} is missing: {part}=NAME")


def parts_of(record: Record, given: Mapping[str, str]) -> Parts:
    """What a record states. `given` names fields for parts of the article; they go before the usual names.

    Raises UnreadableFile where a field that is needed stands in the record twice with different values.
    """
    wrappers = [name for name in _wrappers() if isinstance(record.values.get(name), Mapping)]
    levels = [record.values, *(record.values[name] for name in wrappers)]
    ranked: dict[str, list[tuple[int, int, Stated]]] = {}
    for part, path in given.items():
        if texts := tuple(dict.fromkeys(text for values in levels for value in _at(values, path) for text in _texts(value))):
            ranked[part] = [(-1, 0, Stated(path, texts))]
    taken = frozenset((*given.values(), *wrappers))
    for level, values in enumerate(levels):
        seen: set[str] = set()
        for name, value in values.items():
            key = _key(name)
            uses = _usual().get(key, ()) if name not in taken and key not in seen else ()
            if uses and (texts := tuple(_texts(value))):
                seen.add(key)
                for part, rank in uses:
                    ranked.setdefault(part, []).append((level, rank, Stated(name, texts)))
    found: dict[str, tuple[Stated, ...]] = {}
    for part, candidates in ranked.items():
        candidates.sort(key=lambda candidate: candidate[:2])
        found[part] = tuple(stated for _, _, stated in candidates)
        if found[part][0].name in record.conflicting:
            raise UnreadableFile(f"The field “{found[part][0].name}” stands in it more than once, with different values.")
    return found


def plain(text: str) -> str:
    """Text as it is stored: line ends are line feeds; control characters and halves of characters, which cannot be written, are replaced."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if not text.isascii():
        text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return _UNPRINTABLE.sub(" ", text).strip()


def listed(names: Iterable[str]) -> str:
    """Names of fields for a message: the first twenty."""
    shown = [f"“{plain(name)[:40]}”" for name in names]
    return ", ".join(shown[:20]) + (f" and {len(shown) - 20} more" if len(shown) > 20 else "")


@lru_cache(maxsize=10_000)
def _key(name: str) -> str:
    """What is compared: "pubDate", "pub_date" and "Pub Date" are one name."""
    return _NOT_IN_NAMES.sub("", name).lower()


@cache
def _usual() -> dict[str, list[tuple[str, int]]]:
    """For what is compared of a name, the parts of an article that it usually stands for, and how sure a sign of each it is: 0 is the surest."""
    found: dict[str, list[tuple[str, int]]] = {}
    for part in PARTS:
        for rank, key in enumerate(load("fields")["names"][part]):
            found.setdefault(key, []).append((part, rank))
    return found


@cache
def _wrappers() -> tuple[str, ...]:
    return tuple(load("fields")["wrappers"]["names"])


@cache
def _inside() -> tuple[str, ...]:
    return tuple(load("fields")["inside"]["value"])


def _by_key(values: Mapping[str, object]) -> dict[str, str]:
    """For what is compared, the name as it stands; the first of names that are one counts."""
    found: dict[str, str] = {}
    for name in values:
        found.setdefault(_key(name), name)
    return found


def _at(value: object, path: str) -> Iterator[object]:
    """The values that a name or a path ("source.name") leads to, through every item of the lists on its way."""
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
    elif isinstance(value, Mapping):
        if path in value:
            yield value[path]
            return
        head, dot, rest = path.partition(".")
        if dot and head in value:
            yield from _at(value[head], rest)
        elif not dot and (name := _by_key(value).get(_key(path))) is not None:
            yield value[name]


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    """The texts in a value, in order: of a list those of its items, of fields in it those of the one that is the value."""
    if isinstance(value, str):
        text = plain(value)
        if text and (len(text) > _LONGEST_NOTHING or text.lower() not in _NOTHING):
            yield text
    elif depth == _DEEPEST:
        return
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)
    elif isinstance(value, Mapping):
        by_key = _by_key(value)
        for key in _inside():
            if key in by_key and (texts := tuple(_texts(value[by_key[key]], depth + 1))):
                yield from texts
                return
