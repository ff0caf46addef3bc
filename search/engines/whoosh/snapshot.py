"""What does the index say at one moment? A frozen view of it as NumPy arrays, shared by all threads.

Articles are numbered 0 … size-1 over all segments. Whoosh readers are never used by two threads at once (threads that shared one gave silently
wrong counts): everything that touches the reader holds the snapshot's lock, and what comes out are arrays that nobody writes to.
"""

from __future__ import annotations

import threading
import weakref
from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from search.article import Article
from search.engines.paging import days_of
from search.engines.whoosh.schema import FACET_TERMS, LOOKUP, article_of

Docs = NDArray[np.int32]
Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]
Kept = TypeVar("Kept")

CACHE_BYTES = 64 * 1024 * 1024
"""Decoded postings that a snapshot keeps: a common word of 100,000 articles takes about 2 MB with its positions."""

UNDATED = -1


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a word stands in one field: article numbers, ascending, and how often in each."""

    docs: Docs
    frequencies: NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """The values of a facet field: `values` sorted, and pairs (article number, index of its value), one a value of an article."""

    values: tuple[str, ...]
    docs: Docs
    ordinals: NDArray[np.int32]
    missing: Mask

    def having(self, values: Iterable[str]) -> Mask:
        """The articles that have any of these values."""
        ordinals = [self.index[value] for value in values if value in self.index]
        chosen = np.zeros(len(self.values), dtype=bool)
        chosen[ordinals] = True
        mask = np.zeros(len(self.missing), dtype=bool)
        mask[self.docs[chosen[self.ordinals]]] = True
        return mask

    def counts(self, mask: Mask) -> NDArray[np.int64]:
        """How many articles of the mask have each value."""
        return np.bincount(self.ordinals[mask[self.docs]], minlength=len(self.values)).astype(np.int64)

    @cached_property
    def index(self) -> dict[str, int]:
        """The index of each value."""
        return {value: ordinal for ordinal, value in enumerate(self.values)}


class Snapshot:
    """One view of the index. Every method may be called by any thread."""

    def __init__(self, reader: Any, name: str, mapped: Callable[[], AbstractContextManager[None]]) -> None:
        """A view through a Whoosh reader, which is closed when nobody holds the view any more.

        `name` is that of the index; what `mapped` gives turns errors of reading into ours.
        """
        self._reader = reader
        self._mapped = mapped
        weakref.finalize(self, reader.close)
        self.size: int = reader.doc_count_all()
        # An empty index has a reader without a segment behind it.
        self._segments: list[tuple[Any, int]] = list(reader.leaf_readers()) if self.size else []
        self._lock = threading.RLock()
        self._cache: OrderedDict[tuple[str, str, str], tuple[Any, int]] = OrderedDict()
        self._cached_bytes = 0
        self.number: int = reader.generation() or 0
        self.generation = f"{name}-{self.number}"
        self.alive: Mask = np.ones(self.size, dtype=bool)
        for segment, offset in self._segments:
            if segment.has_deletions():
                self.alive[[offset + doc for doc in range(segment.doc_count_all()) if segment.is_deleted(doc)]] = False
        self.count = int(self.alive.sum())
        self.whole: bool = self.count == self.size
        self.ids, self.numbers = self._read_ids()
        self.rank = np.empty(self.size, dtype=np.int64)
        self.rank[np.array(sorted(range(self.size), key=lambda doc: self.ids[doc]), dtype=np.int64)] = np.arange(self.size)
        self.columns = {name: self._read_column(name) for name in FACET_TERMS}
        self.first_day, self.last_day = self._read_days()

    def _read_ids(self) -> tuple[list[str], dict[str, int]]:
        ids = [""] * self.size
        for term, docs in self._terms("id"):
            for doc in docs:
                ids[doc] = term
        return ids, {id: doc for doc, id in enumerate(ids) if self.alive[doc]}

    def _terms(self, field: str) -> Iterator[tuple[str, list[int]]]:
        """Every term of a field in a segment with its articles; a term of several segments comes several times."""
        for segment, offset in self._segments:
            for term in segment.lexicon(field):
                yield term.decode("utf-8"), [offset + doc for doc in segment.postings(field, term).all_ids()]

    def _read_column(self, field: str) -> Column:
        by_value: dict[str, list[int]] = defaultdict(list)
        for term, docs in self._terms(field):
            by_value[term] += docs
        values = tuple(sorted(value for value, docs in by_value.items() if docs))
        having = np.array([doc for value in values for doc in by_value[value]], dtype=np.int32)
        ordinals = np.repeat(np.arange(len(values), dtype=np.int32), [len(by_value[value]) for value in values])
        missing = self.alive.copy()
        missing[having] = False
        return Column(values, having, ordinals, missing)

    def _read_days(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        column = self.columns["date"]
        first, last = np.full(self.size, UNDATED, dtype=np.int32), np.full(self.size, UNDATED, dtype=np.int32)
        if column.values:
            spans = np.array([days_of(value) for value in column.values], dtype=np.int32)
            first[column.docs], last[column.docs] = spans[column.ordinals, 0], spans[column.ordinals, 1]
        return first, last

    def lookup_terms(self, prefix: str) -> list[tuple[str, int]]:
        """The terms of the lookup that begin so, each with its articles."""
        return self._cached(("lookup", prefix, ""), lambda: self._read_lookup(prefix))

    def _read_lookup(self, prefix: str) -> tuple[list[tuple[str, int]], int]:
        counts: dict[str, int] = defaultdict(int)
        start = prefix.encode("utf-8")
        with self._lock, self._mapped():
            for segment, _ in self._segments:
                # What Whoosh has noted beside a term counts deleted articles as well; only going through its articles leaves them out.
                deletions = segment.has_deletions()
                for term, info in segment.iter_prefix(LOOKUP, start):
                    found = sum(1 for _ in segment.postings(LOOKUP, term).all_ids()) if deletions else info.doc_frequency()
                    counts[term.decode("utf-8")] += found
        found = [(term, count) for term, count in sorted(counts.items()) if count]
        return found, 200 * len(found)

    def article(self, doc: int) -> Article:
        """The article of that number."""
        with self._lock, self._mapped():
            return article_of(self._reader.stored_fields(int(doc)))

    def vocabulary(self, field: str) -> list[str]:
        """Every word of a text field, sorted."""

        def read() -> tuple[list[str], int]:
            found = sorted({term.decode("utf-8") for segment, _ in self._segments for term in segment.lexicon(field)})
            return found, 80 * len(found)

        return self._cached(("vocabulary", field, ""), read)

    def words_with_prefix(self, field: str, prefix: str) -> list[str]:
        """The words of a text field that begin with `prefix`."""
        known = self.vocabulary(field)
        start = bisect_left(known, prefix)
        end = start
        while end < len(known) and known[end].startswith(prefix):
            end += 1
        return known[start:end]

    def postings(self, field: str, word: str) -> Postings:
        """Where a word stands in a field; empty where it does not."""

        def read() -> tuple[Postings, int]:
            docs: list[int] = []
            frequencies: list[float] = []
            for matcher, offset in self._matchers(field, word):
                while matcher.is_active():
                    docs.append(offset + matcher.id())
                    frequencies.append(matcher.weight())
                    matcher.next()
            return Postings(np.array(docs, dtype=np.int32), np.array(frequencies, dtype=np.float64)), 12 * len(docs)

        return self._cached(("postings", field, word), read)

    def positions(self, field: str, word: str) -> NDArray[np.int64]:
        """Every place of a word in a field as article number × 2**32 + position, ascending."""

        def read() -> tuple[NDArray[np.int64], int]:
            places: list[int] = []
            for matcher, offset in self._matchers(field, word):
                while matcher.is_active():
                    base = (offset + matcher.id()) << 32
                    places += [base + position for position in matcher.value_as("positions")]
                    matcher.next()
            return np.array(places, dtype=np.int64), 8 * len(places)

        return self._cached(("positions", field, word), read)

    def frequency(self, field: str, word: str) -> int:
        """In how many articles a word stands in a field, those deleted since the last merge of their segment included."""
        term = word.encode("utf-8")
        with self._lock, self._mapped():
            return sum(segment.doc_frequency(field, term) for segment, _ in self._segments if (field, term) in segment)

    def lengths(self, field: str) -> NDArray[np.float64]:
        """How many words the field has in each article."""

        def read() -> tuple[NDArray[np.float64], int]:
            found = np.zeros(self.size, dtype=np.float64)
            for segment, offset in self._segments:
                count = segment.doc_count_all()
                found[offset : offset + count] = [segment.doc_field_length(doc, field) or 0 for doc in range(count)]
            return found, 8 * self.size

        return self._cached(("lengths", field, ""), read)

    def _matchers(self, field: str, word: str) -> Iterator[tuple[Any, int]]:
        term = word.encode("utf-8")
        for segment, offset in self._segments:
            if (field, term) in segment:
                yield segment.postings(field, term), offset

    def _cached(self, key: tuple[str, str, str], read: Callable[[], tuple[Kept, int]]) -> Kept:
        """What `read` gives (a value and its size in bytes), kept while there is room; the least recently used goes first."""
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return cast(Kept, self._cache[key][0])
            with self._mapped():
                value, size = read()
            self._cache[key] = (value, size)
            self._cached_bytes += size
            while self._cached_bytes > CACHE_BYTES and len(self._cache) > 1:
                _, (_, freed) = self._cache.popitem(last=False)
                self._cached_bytes -= freed
            return value
