"""What was measured? Seconds as they were taken, by number of articles; medians and ratios are made of them where they are shown."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Filled:
    """So many articles brought into an index that had `before`. Processor seconds are of our processes, and of the nodes where those are ours."""

    articles: int
    before: int
    seconds: float
    ours: float
    nodes: float | None = None

    @property
    def rate(self) -> float:
        """Articles a second."""
        return self.articles / self.seconds


@dataclass(slots=True)
class Space:
    """Bytes: one copy of the articles' index, all copies, the ledger's log as it is packed, the index that it lies in, the ledger itself."""

    articles: int
    index: int
    copies: int
    log: int
    log_index: int
    ledger: int


@dataclass(slots=True)
class Read:
    """Readers at once: the seconds of all their answers, by search, and the seconds that it took all of them."""

    readers: int
    processes: int
    seconds: float
    answers: dict[str, list[float]]

    @property
    def all(self) -> list[float]:
        """The seconds of all answers."""
        return [second for some in self.answers.values() for second in some]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.all) / self.seconds


@dataclass(slots=True)
class Replayed:
    """One search in turns: whole answers, of which `marks` were for marking; and the requests of each answer, sent bare."""

    total: int
    answers: list[float] = field(default_factory=list)
    marks: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)

    @property
    def unmarked(self) -> list[float]:
        """Answers without what marking took."""
        return [answer - marks for answer, marks in zip(self.answers, self.marks, strict=True)]


@dataclass(slots=True)
class Counted:
    """So many rounds of counting were needed by so many searches; `through_all` of them went through all values in the end."""

    rounds: dict[int, int] = field(default_factory=dict)
    requests: list[int] = field(default_factory=list)
    through_all: int = 0


@dataclass(slots=True)
class Size:
    """Everything that was measured of one number of articles; `extracted` and `bare` took turns."""

    articles: int
    extracted: list[Filled] = field(default_factory=list)
    bare: list[Filled] = field(default_factory=list)
    space: Space | None = None
    read: list[Read] = field(default_factory=list)
    replayed: dict[str, Replayed] = field(default_factory=dict)
    counted: Counted | None = None
    characters: float = 0.0
    """In the text of an article, on average."""
    ordinals: int = 0
    """Bytes of the nodes' memory, all together, for the numbers of values by which facets are counted; after all searches."""

    @property
    def ratio(self) -> float | None:
        """The rate with extraction over the bare one."""
        if not self.bare:
            return None
        return statistics.median(one.rate for one in self.extracted) / statistics.median(one.rate for one in self.bare)

    @property
    def over_bare(self) -> float | None:
        """The geometric mean over the searches of how often the bare time goes into ours, without marks."""
        return mean(statistics.median(one.unmarked) / statistics.median(one.bare) for one in self.replayed.values()) if self.replayed else None


@dataclass(slots=True)
class Measured:
    """A run: on which machine and cluster, and what it measured, the smallest number of articles first."""

    machine: dict[str, Any]
    sizes: list[Size] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def percentile(values: Iterable[float], hundredth: int = 95) -> float:
    """The value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(hundredth / 100 * len(ordered)) - 1]


def mean(ratios: Iterable[float]) -> float:
    """The geometric mean."""
    return math.exp(statistics.fmean(map(math.log, ratios)))


def power(small: tuple[float, float], large: tuple[float, float]) -> float:
    """The power of its number of articles that a figure grows with, from two pairs of both: 1 is in proportion, 0 not at all."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])
