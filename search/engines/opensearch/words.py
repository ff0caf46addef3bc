"""Which words has a state of the archive, and which of them does a pattern stand for? Asked again and again, and kept as long as the state is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from search.engines.base import too_broad
from search.engines.opensearch.listing import LONGEST_BEGINNING, beginning, each, few_beginning
from search.engines.opensearch.moment import Moment
from search.engines.opensearch.schema import LONGEST_TERM, words_field
from search.expansion import LIMIT, fits, literal_prefix
from search.plan import Expansion

_PATTERNS = 200
"""Patterns that are remembered, each with at most some ten thousand words."""


MOST_LETTERS = 5
"""`?` beside `*` in a pattern that the cluster is asked for as it stands; with more, what begins so is looked through here."""


class Words:
    """The words of one state. For any number of threads; the lists are shared, and must not be changed."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._of_all_fields = lru_cache(_PATTERNS)(self._fitting)
        self._few_of_all_fields = lru_cache(_PATTERNS)(self._few)

    def beginning(self, field: str, prefix: str) -> list[str]:
        """The words of a field with a beginning, in their order."""
        if not prefix:
            return [word for word, _ in each(self._moment, words_field(field), {"match_all": {}})]
        return self._beginning((field,), prefix, ".*")[0]

    def _beginning(self, fields: Sequence[str], prefix: str, shape: str) -> list[list[str]]:
        if len(prefix) > LONGEST_TERM:
            return [[] for _ in fields]
        if len(prefix) > LONGEST_BEGINNING:
            shape = ".*"
        return [[word for word, _ in found] for (found,) in beginning(self._moment, _having(fields), [prefix], shape)]

    def fitting(self, expansion: Expansion, field: str) -> list[str]:
        """The words of a field that a pattern stands for. Raises TooBroad where it stands for too many in any of its fields."""
        return self._of_all_fields(expansion)[field]

    def _fitting(self, expansion: Expansion) -> dict[str, list[str]]:
        prefix = literal_prefix(expansion)
        if prefix:
            words = self._beginning(expansion.fields, prefix, _shape(expansion, prefix))
        else:
            words = [self.beginning(field, "") for field in expansion.fields]
        found = {field: list(filter(fits(expansion), some)) for field, some in zip(expansion.fields, words, strict=True)}
        many = next((len(some) for some in found.values() if len(some) > LIMIT), 0)
        if many and expansion.kind != "prefix":
            raise too_broad(expansion, many, LIMIT)
        return found

    def few(self, expansion: Expansion, field: str, most: int) -> list[str] | None:
        """The words of a field that a pattern stands for; None where a prefix has more than `most` (others have a limit of their own)."""
        if expansion.kind != "prefix" or len(expansion.pattern) > LONGEST_BEGINNING:
            found = self.fitting(expansion, field)
            return found if expansion.kind != "prefix" or len(found) <= most else None
        return self._few_of_all_fields(expansion, most)[field]

    def _few(self, expansion: Expansion, most: int) -> dict[str, list[str] | None]:
        found = few_beginning(self._moment, _having(expansion.fields), expansion.pattern, most)
        return {field: None if pairs is None else [word for word, _ in pairs] for field, pairs in zip(expansion.fields, found, strict=True)}


def _having(fields: Sequence[str]) -> dict[str, Any]:
    """Of each field the values that are its words, and how articles are found that have a word with a beginning."""
    return {words_field(field): partial(_with_prefix, field) for field in fields}


def _with_prefix(field: str, prefix: str) -> dict[str, Any]:
    return {"prefix": {field: prefix}}


def _shape(expansion: Expansion, prefix: str) -> str:
    """A regular expression of what may follow the letters that every word of a pattern begins with."""
    if expansion.kind == "wildcard":
        rest = expansion.pattern[len(prefix) :]
        plain = rest.replace("?", "").replace("*", "")
        # Single letters behind a star make an automaton of every way to place them, which Lucene gives up on.
        simple = rest.count("?") <= MOST_LETTERS or "*" not in rest
        return rest.replace("?", ".").replace("*", ".*") if simple and len(rest) <= LONGEST_BEGINNING and (plain.isalnum() or not plain) else ".*"
    if expansion.kind == "fuzzy":
        length = len(expansion.pattern) - 1
        return f".{{{max(0, length - expansion.edits)},{length + expansion.edits}}}"
    return ".*"
