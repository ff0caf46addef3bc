"""Which words has a state of the archive, and which of them does a pattern stand for? Asked again and again, and kept as long as the state is."""

from __future__ import annotations

from functools import lru_cache

from search.engines.base import too_broad
from search.engines.opensearch.counting import LONGEST_BEGINNING, Counting
from search.engines.opensearch.schema import LONGEST_TERM, words_field
from search.expansion import LIMIT, fits, literal_prefix
from search.plan import Expansion

_PATTERNS = 200
"""Patterns that are remembered, each with at most some ten thousand words."""


class Words:
    """The words of one state. For any number of threads; the lists are shared, and must not be changed."""

    def __init__(self, counting: Counting) -> None:
        self._counting = counting
        self.fitting = lru_cache(_PATTERNS)(self._fitting)

    def beginning(self, field: str, prefix: str, shape: str = ".*") -> list[str]:
        """The words of a field with a beginning, in their order; `shape` is a regular expression of what may follow."""
        if not prefix:
            return [word for word, _ in self._counting.each(words_field(field), {"match_all": {}})]
        if len(prefix) > LONGEST_TERM:
            return []
        if len(prefix) > LONGEST_BEGINNING:
            shape = ".*"
        (found,) = self._counting.beginning(words_field(field), [prefix], lambda beginning: {"prefix": {field: beginning}}, shape)
        return [word for word, _ in found]

    def _fitting(self, expansion: Expansion, field: str) -> list[str]:
        """The words of a field that a pattern stands for. Raises TooBroad."""
        prefix = literal_prefix(expansion)
        found = list(filter(fits(expansion), self.beginning(field, prefix, _shape(expansion, prefix))))
        if expansion.kind != "prefix" and len(found) > LIMIT:
            raise too_broad(expansion, len(found), LIMIT)
        return found

    def few(self, expansion: Expansion, field: str, most: int) -> list[str] | None:
        """The words of a field that a pattern stands for; None where a prefix has more than `most` (others have a limit of their own)."""
        found = self.fitting(expansion, field)
        return found if expansion.kind != "prefix" or len(found) <= most else None


def _shape(expansion: Expansion, prefix: str) -> str:
    """A regular expression of what may follow the letters that every word of a pattern begins with."""
    if expansion.kind == "wildcard":
        rest = expansion.pattern[len(prefix) :]
        plain = "".join(rest.replace("?", "").replace("*", ""))
        return rest.replace("?", ".").replace("*", ".*") if len(rest) <= LONGEST_BEGINNING and (plain.isalnum() or not plain) else ".*"
    if expansion.kind == "fuzzy":
        length = len(expansion.pattern) - 1
        return f".{{{max(0, length - expansion.edits)},{length + expansion.edits}}}"
    return ".*"
