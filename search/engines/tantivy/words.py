"""Which words has a state of the index, and which of them does a pattern stand for? Asked again and again, and kept as long as the state is."""

from __future__ import annotations

from functools import lru_cache

import tantivy

from search.engines.base import too_broad
from search.expansion import LIMIT, fits, literal_prefix
from search.plan import Expansion

_BEGINNINGS = 200
"""Beginnings of words that are remembered: those of one letter are nearly all that are asked for, of all fields."""

_PATTERNS = 100
"""Patterns that are remembered, each with at most some ten thousand words."""


class Words:
    """The words of one state. For any number of threads; the lists are shared, and must not be changed."""

    def __init__(self, searcher: tantivy.Searcher, alive: tantivy.Query | None) -> None:
        """`alive` finds all articles that are not deleted, where any is: terms of deleted ones stay until their segment is merged."""
        self._searcher = searcher
        self._alive = alive
        self.beginning = lru_cache(_BEGINNINGS)(self._beginning)
        self.fitting = lru_cache(_PATTERNS)(self._fitting)

    def _beginning(self, field: str, prefix: str) -> list[str]:
        """The words of a field with a beginning, in their order."""
        return sorted(word for word, _ in self._searcher.terms_with_prefix(field, prefix, filter_query=self._alive))

    def _fitting(self, pattern: Expansion, field: str) -> list[str]:
        """The words of a field that a pattern stands for. Raises TooBroad."""
        fitting = fits(pattern)
        found = [word for word in self.beginning(field, literal_prefix(pattern)) if fitting(word)]
        if pattern.kind != "prefix" and len(found) > LIMIT:
            raise too_broad(pattern, len(found), LIMIT)
        return found
