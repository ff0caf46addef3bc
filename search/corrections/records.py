"""What does one corrections.toml say? Its entries as plain values, each with the line where it stands."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

FILE_NAME = "corrections.toml"
NONE = "none"
"""What is written for a value that an article does not have."""

NameKind = Literal["merge", "split", "rename", "hide"]


@dataclass(frozen=True, slots=True)
class ArticleCorrection:
    """What was put right in one article. None is a value that stays as it was read; "none" and an empty `agencies` say that it has none.

    `line` is where the entry begins, counted from 1. `people`: pairs of a name in the article and the name of who is meant. `hidden`: names in
    it that are nobody's.
    """

    path: str
    line: int
    record: str = ""
    date: str | None = None
    agencies: tuple[str, ...] | None = None
    title: str | None = None
    people: tuple[tuple[str, str], ...] = ()
    hidden: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class NameCorrection:
    """What was decided on names, for the whole archive. `shown` is the name to show: always given with rename, sometimes with merge."""

    kind: NameKind
    names: tuple[str, ...]
    line: int
    shown: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LineCorrection:
    """What was decided on a line that repeats; without a `publisher`, for the whole archive. White space in `text` is single spaces."""

    text: str
    boilerplate: bool
    line: int
    publisher: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Corrections:
    """Everything that one corrections.toml says. `content` are the file's bytes, `hash` their SHA-256; both are empty where there is no file."""

    file: Path
    articles: tuple[ArticleCorrection, ...] = ()
    names: tuple[NameCorrection, ...] = ()
    lines: tuple[LineCorrection, ...] = ()
    hash: str = ""
    content: bytes = field(default=b"", repr=False)

    @cached_property
    def _by_path(self) -> dict[str, tuple[ArticleCorrection, ...]]:
        found: dict[str, tuple[ArticleCorrection, ...]] = {}
        for entry in self.articles:
            found[entry.path] = (*found.get(entry.path, ()), entry)
        return found

    def of(self, path: str, record: str = "") -> ArticleCorrection | None:
        """What concerns one article, or None."""
        return next((entry for entry in self._by_path.get(path, ()) if entry.record == record), None)

    def digest(self, path: str) -> str:
        """A hash over what concerns the articles of one file, empty where nothing does. Where an entry stands does not count."""
        entries = sorted(self._by_path.get(path, ()), key=lambda entry: entry.record)
        if not entries:
            return ""
        says = [(e.record, e.date, e.agencies, e.title, e.people, e.hidden, e.note) for e in entries]
        return hashlib.sha256(json.dumps(says).encode()).hexdigest()[:16]

    def paths(self) -> frozenset[str]:
        """The files that are spoken of."""
        return frozenset(self._by_path)

    def unmatched(self, path: str, records: Iterable[str]) -> tuple[str, ...]:
        """Sentences on the entries for a file that correct none of its articles. `records` are those articles' keys; none: it is not there."""
        there = frozenset(records)
        return tuple(f"{at(self.file, entry.line)}: {_unmatched(entry, there)}" for entry in self._by_path.get(path, ()) if entry.record not in there)


def at(file: Path, line: int | None) -> str:
    """Where something stands, for messages."""
    where = os.fsencode(file).decode("utf-8", "backslashreplace")
    return f"{where}, line {line}" if line else where


def _unmatched(entry: ArticleCorrection, there: frozenset[str]) -> str:
    if not there:
        return f"there is no article in {entry.path}. If the file was renamed, put its path right; else take the entry out."
    if not entry.record:
        return f"{entry.path} holds several articles. Say which one is meant: record = “…”, as `dateline show` gives it."
    if there == {""}:
        return f"{entry.path} is one article. Take out record = “{entry.record}”."
    return f"{entry.path} has no article with the record “{entry.record}”. `dateline extract` prints the records that it has."
