"""What can be set of the Whoosh engine? Two things, by variables of the environment, so that every command and the page go by them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from search.errors import UsageError

MEGABYTES = "DATELINE_CACHE_MB"
RANKING = "DATELINE_RANKING"
_DIGITS = 10
RANKINGS = ("archive", "whoosh-bm25f")


@dataclass(frozen=True, slots=True)
class Settings:
    """`cache_bytes`: decoded postings that are kept at most; `ranking`: "archive" (`search.ranking`) or "whoosh-bm25f", Whoosh's own formula."""

    cache_bytes: int = 256_000_000
    ranking: str = RANKINGS[0]

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings of an environment. Raises UsageError for a value that cannot be meant."""
        settings = cls()
        megabytes, ranking = environment.get(MEGABYTES, ""), environment.get(RANKING, "") or settings.ranking
        if not (megabytes.isascii() and megabytes.isdigit() and len(megabytes) < _DIGITS) and megabytes:
            raise UsageError(f"{MEGABYTES} is “{megabytes}”: give the megabytes of postings to be kept as a number, as in {MEGABYTES}=256.")
        if ranking not in RANKINGS:
            raise UsageError(f"{RANKING} is “{ranking}”: there are {' and '.join(RANKINGS)}.")
        return cls(int(megabytes) * 1_000_000 if megabytes else settings.cache_bytes, ranking)
