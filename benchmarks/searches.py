"""What is every engine asked, and what is promised of the answers? Searches as data, for each engine to say in its own language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["all", "any", "phrase", "prefix", "fuzzy", "everything"]

HITS, VALUES = 10, 10
"""Articles, and values of a facet, that an answer has."""

FACETS = ("year", "agency", "participants")
"""What every answer counts. The date is counted by its year."""


@dataclass(frozen=True, slots=True)
class Search:
    """`words` that must all (or any) be in an article's title or text, side by side, or begin so, or be one letter off; `agency` narrows it."""

    text: str
    kind: Kind
    words: tuple[str, ...] = ()
    agency: str = ""


SEARCHES: dict[str, Search] = {
    "one rare word": Search("cocoa", "all", ("cocoa",)),
    "one common word": Search("said", "all", ("said",)),
    "two words": Search("trade government", "all", ("trade", "government")),
    "any of four common words": Search("market OR government OR people OR company", "any", ("market", "government", "people", "company")),
    "a phrase": Search('"prime minister"', "phrase", ("prime", "minister")),
    "a prefix": Search("inter*", "prefix", ("inter",)),
    "a fuzzy word": Search("londin~1", "fuzzy", ("londin",)),
    "a word and a field": Search("oil agency:Reuters", "all", ("oil",), "Reuters"),
    "everything": Search("*", "everything"),
}
"""The list that engines are compared by. `text` is Dateline's own language."""


@dataclass(frozen=True, slots=True)
class Floor:
    """A bound that is promised at 100,000 articles, and one that is aimed at. `most` says that less is better."""

    bound: float
    aim: float
    most: bool = False

    def beside(self, figure: float, shown: str) -> str:
        """A figure as it is shown, with its floor; bold where the floor is missed."""
        missed = figure > self.bound if self.most else figure < self.bound
        sign = "≤" if self.most else "≥"
        return f"{f'**{shown}**' if missed else shown} ({sign} {self.bound:g}, aim {self.aim:g})"


WARM_OVER_WHOOSH = Floor(30, 100)
COLD_OVER_WHOOSH = Floor(6, 15)
WARM_OVER_SQLITE = Floor(3, 10)
PREFIX_OVER_WHOOSH = Floor(50, 200)
TANTIVY_OVER_BARE = Floor(2.0, 1.3, most=True)
MEGABYTES = Floor(500, 300, most=True)
INDEXING = Floor(1.0, 1.6)
SEARCH_SEEDS = Floor(0.5, 0.3, most=True)
SEARCH_MANY = Floor(1.0, 0.5, most=True)
"""Seconds from a search typed to its answer, in the archive of the seeds and in one of 100,000 articles."""

GROWTH = Floor(5, 3, most=True)
"""Warm time at five times as many articles over that at these."""
