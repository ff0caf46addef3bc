"""What does the index say at one moment? A frozen view of its segments as arrays, shared by all threads.

Articles are numbered 0 … size-1 over all segments. Columns are those of the segments, mapped into memory; where there are several segments they
are put behind each other when they are first asked for. Postings are decoded when they are first asked for, and kept while there is room.
"""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length

from search.article import Article
from search.engines.whoosh.blocks import length_bytes
from search.engines.whoosh.cache import Cache
from search.engines.whoosh.columns import Array
from search.engines.whoosh.facets import FacetColumn, Mask
from search.engines.whoosh.gathering import LOOKUP
from search.engines.whoosh.schema import stem_field
from search.engines.whoosh.segment import Segment
from search.plan import Expansion

Docs = NDArray[np.int32]
Places = NDArray[np.int64]
"""Places of words: article number × 2**32 + place, ascending."""
Made = TypeVar("Made")


class Term(NamedTuple):
    """A term of a segment: the segment, the number of its first article, the column of terms, the place in it."""

    segment: Segment
    first: int
    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a word stands in one field: article numbers, ascending, and how often in each."""

    docs: Docs
    often: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Weighted:
    """Where a word stands in any of some fields: article numbers, ascending, the sum of how often times the field's weight, and what that is in
    all."""

    docs: Docs
    often: NDArray[np.float64]
    total: float


class Snapshot:
    """One state of the index. Every method may be called by any thread."""

    def __init__(
        self, segments: Sequence[Segment], generation: str, number: int, budget: int, mapped: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """A state of these segments, which are closed when nobody holds it any more.

        `number` is Whoosh's for the state, `budget` the bytes of decoded postings that are kept; what `mapped` gives turns errors of reading into
        ours.
        """
        firsts = np.concatenate(([0], np.cumsum([segment.size for segment in segments]))).astype(np.int64)
        self.segments: tuple[tuple[Segment, int], ...] = tuple(zip(segments, firsts.tolist(), strict=False))
        self.size = int(firsts[-1])
        self.generation, self.number = generation, number
        self._firsts = firsts
        self._mapped = mapped
        self._cache = Cache(budget)
        self._made: dict[tuple[str, ...], object] = {}
        self._making = threading.RLock()
        self.alive: Mask = ~np.concatenate([segment.deleted for segment in segments] or [np.zeros(0, dtype=bool)])
        self.count = int(np.count_nonzero(self.alive))
        self.whole: bool = self.count == self.size
        for segment in segments:
            weakref.finalize(self, segment.close)

    def _once(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
        """What is made once for all who ask."""
        if key not in self._made:
            with self._making, self._mapped():
                if key not in self._made:
                    self._made[key] = make()
        return cast(Made, self._made[key])

    def _column(self, name: str) -> Array:
        """A column of all articles."""
        parts = [segment.columns[name] for segment, _ in self.segments]
        return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)

    @property
    def ids(self) -> NDArray[np.bytes_]:
        """The ids of all articles, as bytes."""
        return self._once(("ids",), lambda: self._column("ids"))

    @property
    def ranks(self) -> NDArray[np.int64]:
        """The place of each article in the order of ids."""

        def make() -> NDArray[np.int64]:
            ranks = np.empty(self.size, dtype=np.int64)
            ranks[self._order[0]] = np.arange(self.size)
            return ranks

        return self._once(("ranks",), make)

    @property
    def _order(self) -> tuple[NDArray[np.int64], NDArray[np.bytes_]]:
        """The articles in the order of ids, and their ids."""

        def make() -> tuple[NDArray[np.int64], NDArray[np.bytes_]]:
            order = np.argsort(self.ids, kind="stable")
            return order, self.ids[order]

        return self._once(("order",), make)

    @property
    def first_day(self) -> NDArray[np.int32]:
        """The first day that the date of each article may mean, -1 where it has none."""
        return self._once(("first_day",), lambda: self._column("first_day"))

    @property
    def last_day(self) -> NDArray[np.int32]:
        """The last day that the date of each article may mean, -1 where it has none."""
        return self._once(("last_day",), lambda: self._column("last_day"))

    def lengths(self, field: str) -> NDArray[np.int32]:
        """How many words a text field has in each article."""
        return self._once(("lengths", field), lambda: self._column(f"lengths.{field}"))

    def total_length(self, field: str, *, exact: bool) -> int:
        """How many words a text field has in all articles, as Whoosh knows it: it adds up rounded lengths where it has put segments together."""
        return sum(segment.total_lengths[field if exact else stem_field(field)] for segment, _ in self.segments)

    def rounded_lengths(self, field: str) -> NDArray[np.int32]:
        """The same as Whoosh knows it: it keeps a length in a byte."""

        def make() -> NDArray[np.int32]:
            known = np.frombuffer(length_bytes(self.lengths(field)), dtype=np.uint8)
            return np.array([byte_to_length(byte) for byte in range(256)], dtype=np.int32)[known]

        return self._once(("rounded lengths", field), make)

    def made(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
        """Something that follows from columns, kept with them."""
        return self._once(("made", *key), make)

    def facet(self, field: str) -> FacetColumn:
        """The column of a facet field."""
        return self._once(("facet", field), lambda: FacetColumn(field, self.segments, self.size))

    def number_of(self, id: str) -> int | None:
        """The number of the article of that id; None where there is none."""
        order, ids = self._order
        key = id.encode("utf-8", "replace")
        start, end = np.searchsorted(ids, key, "left"), np.searchsorted(ids, key, "right")
        return next((int(doc) for doc in order[start:end] if self.alive[doc]), None)

    def article(self, doc: int) -> Article:
        """The article of that number."""
        part = int(np.searchsorted(self._firsts, doc, "right")) - 1
        segment, first = self.segments[part]
        with self._mapped():
            return segment.article(doc - first)

    def lookup_terms(self, prefix: str) -> list[tuple[str, int]]:
        """The terms of the lookup that begin so, each with the number of its articles."""
        return self._cache.get((LOOKUP, prefix), lambda: self._read_lookup(prefix.encode("utf-8", "replace")))

    def _read_lookup(self, key: bytes) -> tuple[list[tuple[str, int]], int]:
        counts: Counter[bytes] = Counter()
        with self._mapped():
            for segment, first in self.segments:
                terms = segment.strings(f"{LOOKUP}.values")
                start, end = terms.beginning(key)
                if start == end:
                    continue
                starts = segment.columns[f"{LOOKUP}.starts"][start : end + 1]
                if self.whole:
                    often = np.diff(starts)
                else:
                    there = self.alive[segment.columns[f"{LOOKUP}.docs"][starts[0] : starts[-1]] + first]
                    often = np.diff(np.concatenate(([0], np.cumsum(there)))[starts - starts[0]])
                for term, count in zip(terms.between(start, end), often.tolist(), strict=True):
                    counts[term] += count
        found = [(term.decode("utf-8"), count) for term, count in sorted(counts.items()) if count]
        return found, 200 * len(found)

    def vocabulary(self, field: str, prefix: str) -> list[str]:
        """The words of a text field that begin so, sorted; words of deleted articles may be among them."""
        key = prefix.encode("utf-8", "replace")
        found: set[bytes] = set()
        with self._mapped():
            for segment, _ in self.segments:
                there = segment.strings(f"{field}.words")
                found.update(there.between(*there.beginning(key)))
        return [word.decode("utf-8") for word in sorted(found)]

    def frequency(self, field: str, word: str, *, exact: bool) -> int:
        """In how many articles a word (or a stem) stands in a field, those deleted since the last merge of their segment included."""
        name, key = f"{field}.{'words' if exact else 'stems'}", word.encode("utf-8", "replace")
        with self._mapped():
            places = [(segment, segment.strings(name).find(key)) for segment, _ in self.segments]
            return sum(int(segment.columns[f"{name}.articles"][place]) for segment, place in places if place is not None)

    def postings(self, field: str, word: str, *, exact: bool) -> Postings:
        """In which articles a word stands in a field, or a stem; those of deleted articles are left out."""
        return self._cache.get(
            ("postings", field, exact, word), lambda: self._read_postings(self._terms(field, "words" if exact else "stems", (word,)))
        )

    def positions(self, field: str, word: str, *, exact: bool) -> Places:
        """Every place of a word in a field, or of the words with a stem; those in deleted articles are left out."""

        def read() -> tuple[Places, int]:
            return self._read_places(self._terms(field, "words", (word,)) if exact else self._with_stem(field, word))

        return self._cache.get(("positions", field, exact, word), read)

    def union(self, field: str, expansion: Expansion, fitting: Callable[[str], list[Term]]) -> Postings:
        """In which articles the words of a pattern stand in a field, and how often all of them. `fitting` gives the words."""
        return self._cache.get(("union", field, expansion), lambda: self._read_postings(fitting(field), one=False))

    def union_positions(self, field: str, expansion: Expansion, fitting: Callable[[str], list[Term]]) -> Places:
        """Every place of the words of a pattern in a field."""
        return self._cache.get(("union positions", field, expansion), lambda: self._read_places(fitting(field)))

    def weighted(self, key: tuple[Hashable, ...], make: Callable[[], Weighted]) -> Weighted:
        """Postings of several fields put together, kept as postings are."""

        def read() -> tuple[Weighted, int]:
            made = make()
            return made, made.docs.nbytes + made.often.nbytes

        return self._cache.get(("weighted", *key), read)

    def beginning(self, field: str, prefix: str) -> Iterator[tuple[Term, bytes]]:
        """The words of a field that begin so, segment by segment, each with its place in the segment."""
        name, key = f"{field}.words", prefix.encode("utf-8", "replace")
        for segment, first in self.segments:
            words = segment.strings(name)
            start, end = words.beginning(key)
            for place, word in enumerate(words.between(start, end), start):
                yield Term(segment, first, name, place), word

    def has_articles(self, term: Term) -> bool:
        """Whether any of a term's articles has not been deleted."""
        with self._mapped():
            return bool(self.alive[term.segment.blocks(term.name, term.place).docs + np.int32(term.first)].any())

    def _terms(self, field: str, kind: str, words: Iterable[str]) -> list[Term]:
        name = f"{field}.{kind}"
        keys = [word.encode("utf-8", "replace") for word in words]
        return [
            Term(segment, first, name, place)
            for segment, first in self.segments
            for key in keys
            if (place := segment.strings(name).find(key)) is not None
        ]

    def _with_stem(self, field: str, stem: str) -> list[Term]:
        """The words of a stem."""
        found = []
        for segment, first, name, place in self._terms(field, "stems", (stem,)):
            start, end = segment.columns[f"{name}.starts"][place : place + 2].tolist()
            found += [Term(segment, first, f"{field}.words", word) for word in segment.columns[f"{name}.words"][start:end].tolist()]
        return found

    def _read_postings(self, terms: Sequence[Term], *, one: bool = True) -> tuple[Postings, int]:
        """The postings of terms put together; `one` says that they are the same word in different segments."""
        with self._mapped():
            read = [(term.segment.blocks(term.name, term.place), term.first) for term in terms]
        if not read:
            return Postings(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)), 0
        docs = np.concatenate([blocks.docs + np.int32(first) for blocks, first in read])
        often = np.concatenate([blocks.often for blocks, _ in read])
        if not one and len(read) > 1:
            each = np.bincount(docs, often)
            docs = np.flatnonzero(each).astype(np.int32)
            often = each[docs].astype(np.int32)
        if not self.whole:
            there = self.alive[docs]
            docs, often = docs[there], often[there]
        return Postings(docs, often), docs.nbytes + often.nbytes

    def _read_places(self, terms: Sequence[Term]) -> tuple[Places, int]:
        with self._mapped():
            found = [term.segment.blocks(term.name, term.place).places() + (np.int64(term.first) << 32) for term in terms]
        places = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
        if len(found) > 1:
            places.sort()
        if not self.whole:
            places = places[self.alive[places >> 32]]
        return places, places.nbytes
