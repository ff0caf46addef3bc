"""What does a long run say: how far it is while it runs, and what became of every file or article when it has ended?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from search.ledger import Duplicate

Outcome = Literal["indexed", "changed", "unchanged", "duplicate", "skipped", "failed", "gone"]

OUTCOMES: tuple[Outcome, ...] = ("indexed", "changed", "unchanged", "duplicate", "skipped", "failed", "gone")
"""What can become of a file in a run, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. While files are being looked for (`phase` "finding") `done` counts those found, and the totals are null.

    "reading" counts files, "copying" and "comparing" the articles of an archive that moves to another engine.
    """

    phase: Literal["finding", "reading", "copying", "comparing"]
    done: int
    total: int | None = None
    bytes_done: int = 0
    bytes_total: int | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not in the archive, or not as it is now, and why: a sentence. `broken` is one record of a file of which the rest was read."""

    source: str
    path: str
    outcome: Literal["skipped", "failed", "broken"]
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What became of every file in a run. `seconds` is how long it took.

    `files` is how many there were to account for; each had one outcome:
    `indexed`    new in the archive
    `changed`    other than before, or read by newer rules: replaced
    `unchanged`  same bytes, same rules: nothing was done
    `duplicate`  new or changed, and word for word an article that the archive has (`duplicates` says which)
    `skipped`    not a file that can be read; `failed`: no article could be read from it (`left_out` says why, for both)
    `gone`       no longer there: its articles have left

    `updated` counts articles that were not read again and yet changed, because names met in one person or lines proved to repeat across the archive.
    `broken` counts records from which no article could be read, in files where others could; each is a line of `left_out`. `notes` are sentences on
    what was odd and left nothing out, such as a correction of a file that is not there. `passed_over` counts what is no article by its name (hidden,
    README, corrections.toml, archives). `articles` is the number in the archive now; `nothing_changed` says that it is as it was before.
    """

    files: int
    indexed: int
    changed: int
    unchanged: int
    duplicate: int
    skipped: int
    failed: int
    gone: int
    passed_over: int
    articles: int
    nothing_changed: bool
    sources: tuple[str, ...]
    seconds: float
    left_out: tuple[LeftOut, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    broken: int = 0
    updated: int = 0
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many files had which outcome."""
        return {outcome: getattr(self, outcome) for outcome in OUTCOMES}

    @property
    def balanced(self) -> bool:
        """Whether every file is accounted for, once."""
        return self.files == sum(self.counts.values())

    @property
    def complete(self) -> bool:
        """Whether nothing was left out; duplicates are not."""
        return not (self.skipped or self.failed or self.broken)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "balanced": self.balanced, "complete": self.complete}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> IndexReport:
        """The report that `to_dict` wrote."""
        known = {name: value for name, value in values.items() if name not in ("balanced", "complete")}
        known["sources"] = tuple(known["sources"])
        known["left_out"] = tuple(LeftOut(**line) for line in known["left_out"])
        known["notes"] = tuple(known["notes"])
        known["duplicates"] = tuple(Duplicate(**line) for line in known["duplicates"])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class ConversionReport:
    """An archive has moved from one engine to another, or was copied. `path` is its folder or address, `articles` how many it has, `seconds` how long
    it took.

    `to` is where the copy is that was made; null where the archive itself has moved. `checksum` is that of all articles, of the archive and of the
    copy alike (`search.conversion.Checksum`). Where `engine` and `before` are the same and there is no copy, nothing was done, and there is no
    checksum.
    """

    path: str
    engine: str
    before: str
    articles: int
    seconds: float
    to: str | None = None
    checksum: str | None = None

    @property
    def nothing_changed(self) -> bool:
        """Whether the archive had the engine already."""
        return self.engine == self.before and self.to is None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "nothing_changed": self.nothing_changed}
