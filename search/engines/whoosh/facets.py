"""Which values of a facet field do articles have, and how many articles each? The columns of all segments as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from search.engines.whoosh.columns import Strings
from search.engines.whoosh.segment import Segment

Mask = NDArray[np.bool_]

_DENSE = 40
"""Values for each article found from which on it is quicker to go through all pairs than to look up those of each article."""

_FEW_VALUES = 5_000
"""Values up to which all are kept as texts: those of dates and agencies, not those of names."""


class FacetColumn:
    """Pairs of an article and a value. A value has one number in the whole archive: with one segment its place among the sorted values."""

    def __init__(self, field: str, segments: Sequence[tuple[Segment, int]], size: int) -> None:
        """`segments` with the number of the first article of each; `size` is how many articles there are in all."""
        self._size = size
        self._values: list[Strings] = [segment.strings(f"{field}.values") for segment, _ in segments]
        columns = [segment.columns for segment, _ in segments]
        self._tables: list[NDArray[np.int64]] | None = None
        if len(segments) == 1:
            self._number = len(self._values[0])
            self.docs, self.ordinals = columns[0][f"{field}.docs"], columns[0][f"{field}.ordinals"]
            return
        marks, places = np.unique(np.concatenate([column[f"{field}.marks"] for column in columns] or [np.zeros(0, np.uint64)]), return_inverse=True)
        ends = np.cumsum([len(values) for values in self._values])[:-1]
        self._tables = np.split(places, ends) if columns else []
        self._number = len(marks)
        self.docs = np.concatenate([c[f"{field}.docs"] + first for c, (_, first) in zip(columns, segments, strict=True)] or [np.zeros(0, np.int32)])
        ordinals = [table[column[f"{field}.ordinals"]] for table, column in zip(self._tables, columns, strict=True)]
        self.ordinals = np.concatenate(ordinals or [np.zeros(0, np.int32)]).astype(np.int32)
        self._homes = np.zeros((self._number, 2), dtype=np.int32)
        for part, table in enumerate(self._tables):
            self._homes[table, 0], self._homes[table, 1] = part, np.arange(len(table))

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Where the pairs of each article start."""
        return np.searchsorted(self.docs, np.arange(self._size + 1))

    def value(self, ordinal: int) -> str:
        """The value of a number."""
        return self._texts[ordinal] if self._number <= _FEW_VALUES else self._read(ordinal)

    @cached_property
    def _texts(self) -> list[str]:
        return [self._read(ordinal) for ordinal in range(self._number)]

    def _read(self, ordinal: int) -> str:
        if self._tables is None:
            found: bytes = self._values[0][ordinal]
        else:
            part, place = self._homes[ordinal].tolist()
            found = self._values[part][place]
        return found.decode("utf-8")

    def ordinals_of(self, values: Iterable[str]) -> list[int]:
        """The numbers of those of these values that there are."""
        found = set()
        for value in values:
            key = value.encode("utf-8", "replace")
            for part, strings in enumerate(self._values):
                place = strings.find(key)
                if place is not None:
                    found.add(place if self._tables is None else int(self._tables[part][place]))
        return sorted(found)

    def having(self, values: Iterable[str]) -> Mask:
        """The articles that have any of these values."""
        mask = np.zeros(self._size, dtype=bool)
        for ordinal in self.ordinals_of(values):
            mask[self.docs[self.ordinals == ordinal]] = True
        return mask

    def missing(self) -> Mask:
        """The articles without a value."""
        mask = np.ones(self._size, dtype=bool)
        mask[self.docs] = False
        return mask

    def counts(self, mask: Mask, found: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The numbers of the values that the articles of a mask have, ascending, and how many of them have each. `found` is how many they are."""
        if found == self._size:
            return self._totals
        if found * _DENSE < len(self.docs):
            docs = np.flatnonzero(mask)
            starts = self._starts[docs]
            often = self._starts[docs + 1] - starts
            ends = np.cumsum(often)
            places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + often, often)
            ordinals, counts = np.unique(self.ordinals[places], return_counts=True)
            return ordinals.astype(np.int64), counts
        return _counted(self.ordinals[mask[self.docs]], self._number)

    @cached_property
    def _totals(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The same for all articles."""
        return _counted(self.ordinals, self._number)

    def best(self, ordinals: NDArray[np.int64], counts: NDArray[np.int64], limit: int | None) -> list[tuple[str, int]]:
        """The values with most articles, equals by value; `limit` None is all."""
        number = len(ordinals) if limit is None else min(limit, len(ordinals))
        if number == 0:
            return []
        least = 0
        if number < len(ordinals):
            # How many values have at least so many articles; quicker than a partial sort, for which most counts are too much alike.
            at_least = np.cumsum(np.bincount(counts)[::-1])[::-1]
            least = int(np.count_nonzero(at_least >= number)) - 1
        surely = np.flatnonzero(counts > least)
        found = [(self.value(ordinal), count) for ordinal, count in zip(ordinals[surely].tolist(), counts[surely].tolist(), strict=True)]
        found.sort(key=lambda item: (-item[1], item[0]))
        wanted = number - len(found)
        if wanted:
            equal = ordinals[np.flatnonzero(counts == least)]
            if self._tables is None:  # their numbers are in the order of the values
                found += [(self.value(ordinal), least) for ordinal in equal[:wanted].tolist()]
            else:
                found += [(value, least) for value in nsmallest(wanted, map(self.value, equal.tolist()))]
        return found


def _counted(ordinals: NDArray[np.int32], number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    every = np.bincount(ordinals, minlength=number)
    having = np.flatnonzero(every)
    return having, every[having]
