"""In what terms does the ledger speak of files, articles and runs?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from search.sources import shown

State = Literal["indexed", "pending", "duplicate", "skipped", "failed", "gone"]


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the ledger knows of one file.

    `path` is for people, `key` the same as raw bytes, `file` where it lies. `size` in bytes, `file_hash` (SHA-256 in hex) and `version`
    (of the extraction) are of the last reading, null where it was never read. `reason` is a sentence where it was skipped or failed.
    """

    source: str
    key: bytes
    file: Path
    size: int | None
    file_hash: str | None
    version: str | None
    state: State
    reason: str | None

    @property
    def path(self) -> str:
        """The path in the source, with bytes that are not UTF-8 as "\\xff"."""
        return shown(self.key)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An article that is word for word another one: whose article it is, and the id and file of the one that is indexed."""

    source: str
    path: str
    of: str
    of_source: str
    of_path: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the indexer: ISO times in UTC. `finished` and `counts` are null where it did not come to its end."""

    started: str
    finished: str | None
    counts: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Shift:
    """What the index has to do after a change of the ledger: ids that now wait for their article, and ids that have to leave."""

    enter: frozenset[str]
    leave: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a file as the ledger keeps it: its key in the file ("" where the file is one article), its id, the hash of its text."""

    record: str
    id: str
    content_hash: str
