"""Which engines are compared, and what is each asked for? The same of every one: `Peer`. Each module is one engine as its manual shows it.

python -m benchmarks.peers NAME FOLDER index ARTICLES | serve     one engine in a process of its own (`__main__`)
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmarks.searches import Search

if TYPE_CHECKING:
    # Not at run time: an engine that is not ours is not to be charged with our modules.
    from search.article import Article

Values = list[tuple[str, int]]
"""Values of a facet with the number of their articles, the most frequent first."""


class CannotSearch(Exception):
    """An engine has no such search."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`total` articles found, the ten best as (id, title, body), and the most frequent values of each facet.

    `kept` is what the engine's own snippets are made of.
    """

    total: int
    hits: list[tuple[str, str, str]]
    facets: dict[str, Values]
    kept: Any = field(default=None, compare=False)


class Peer(ABC):
    """An engine over the files in a folder, opened for searching."""

    @staticmethod
    @abstractmethod
    def index(folder: Path, batches: Iterator[list[Article]]) -> None:
        """Write an index of these articles into an empty folder."""

    @abstractmethod
    def __init__(self, folder: Path) -> None:
        """Open the index in a folder, ready to answer."""

    @abstractmethod
    def search(self, search: Search) -> Answer:
        """Total, ten best and facets. Raises CannotSearch."""

    @abstractmethod
    def snippets(self, search: Search, answer: Answer) -> list[str]:
        """A passage of each hit with its matches marked."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an engine is found, and how tables call it."""

    module: str
    class_name: str
    title: str


PEERS: dict[str, Entry] = {
    "whoosh": Entry("benchmarks.peers.dateline", "DatelineWhoosh", "Dateline, Whoosh"),
    "whoosh-documented": Entry("benchmarks.peers.whoosh_documented", "DocumentedWhoosh", "Whoosh as documented"),
    "sqlite": Entry("benchmarks.peers.sqlite_fts5", "SqliteFts5", "SQLite FTS5"),
    "tantivy-bare": Entry("benchmarks.peers.tantivy_bare", "BareTantivy", "Tantivy bare"),
    "tantivy": Entry("benchmarks.peers.dateline", "DatelineTantivy", "Dateline, Tantivy"),
}


def peer(name: str) -> type[Peer]:
    """The engine of that name. Raises ImportError where its package is not installed."""
    entry = PEERS[name]
    return cast(type[Peer], getattr(importlib.import_module(entry.module), entry.class_name))
