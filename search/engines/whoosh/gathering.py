"""Which columns do articles make, and which do segments make that become one?

Names of arrays: `ids`, `first_day`, `last_day`; `lengths.FIELD` (words of a text field); `FIELD.values.*` with `FIELD.docs` and `FIELD.ordinals`
for each facet field, a pair for every value of an article, in the order of articles; `lookup.values.*` with `lookup.docs` and `lookup.starts`, the
articles of each term in the order of terms (`search.lookup`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from search.analysis import stem
from search.article import Article
from search.engines.paging import days_of
from search.engines.whoosh.blocks import Extent
from search.engines.whoosh.columns import Array, Strings, mark
from search.engines.whoosh.schema import FACET_TERMS
from search.lookup import facet_values, lookup_terms
from search.query.tree import WORD_FIELDS

UNDATED = -1
LOOKUP = "lookup"


@dataclass(frozen=True, slots=True)
class Relation:
    """Which articles have which values: `values` sorted, and pairs of an article and the index of a value, in the order of articles."""

    values: Strings
    docs: NDArray[np.int32]
    ordinals: NDArray[np.int32]

    @classmethod
    def of(cls, docs: Sequence[int], values: Iterable[str]) -> Self:
        """A relation of pairs in the order of articles."""
        met: dict[str, int] = {}
        places = [met.setdefault(value, len(met)) for value in values]
        encoded = [value.encode("utf-8") for value in met]
        order = sorted(range(len(encoded)), key=encoded.__getitem__)
        ranks = np.empty(len(order), dtype=np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return cls(Strings.of(map(encoded.__getitem__, order)), np.array(docs, dtype=np.int32), ranks[np.array(places, dtype=np.int64)])

    @classmethod
    def joined(cls, parts: Sequence[Relation], numbers: Sequence[NDArray[np.int32]]) -> Self:
        """Relations put behind each other; `numbers` has the new number of every article of each, -1 for those that are left out."""
        docs, ordinals, kept = [], [], []
        for part, new in zip(parts, numbers, strict=True):
            renumbered = new[part.docs] if len(part.docs) else part.docs
            stays = renumbered >= 0
            docs.append(renumbered[stays])
            kept.append(part.ordinals[stays])
        used = [np.unique(found) for found in kept]
        of_part = [_chosen(part.values, which) for part, which in zip(parts, used, strict=True)]
        values = sorted(set().union(*of_part))
        place = {value: index for index, value in enumerate(values)}
        for part, which, found, chosen in zip(parts, used, kept, of_part, strict=True):
            table = np.zeros(len(part.values), dtype=np.int32)
            table[which] = [place[value] for value in chosen]
            ordinals.append(table[found])
        return cls(Strings.of(values), _concatenated(docs), _concatenated(ordinals))

    def by_value(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Where the articles of each value start, and the articles, in the order of values."""
        starts = np.zeros(len(self.values) + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.ordinals, minlength=len(self.values)), out=starts[1:])
        return starts, self.docs[np.argsort(self.ordinals, kind="stable")]


def _chosen(values: Strings, which: Array) -> list[bytes]:
    if len(which) == len(values):
        return values.between(0, len(values))
    return [values[index] for index in which.tolist()]


def _concatenated(arrays: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate(arrays).astype(np.int32) if arrays else np.zeros(0, dtype=np.int32)


class Gathering:
    """Gathers the columns of articles, one article after the other."""

    def __init__(self) -> None:
        self._ids: list[bytes] = []
        self._days: list[tuple[int, int]] = []
        self._lengths: dict[str, list[int]] = {field: [] for field in WORD_FIELDS}
        self._pairs: dict[str, tuple[list[int], list[str]]] = {field: ([], []) for field in (*FACET_TERMS, LOOKUP)}

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, article: Article, lengths: Mapping[str, int]) -> None:
        """Add an article; `lengths` has the number of words of each text field that has any."""
        doc = len(self._ids)
        self._ids.append(article.id.encode("utf-8"))
        for field, found in self._lengths.items():
            found.append(lengths.get(field, 0))
        self._days.append(days_of(article.date) if article.date else (UNDATED, UNDATED))
        for field in FACET_TERMS:
            self._note(field, doc, facet_values(article, field))
        self._note(LOOKUP, doc, lookup_terms(article))

    def _note(self, field: str, doc: int, values: list[str]) -> None:
        docs, found = self._pairs[field]
        docs += [doc] * len(values)
        found += values

    def arrays(self) -> dict[str, Array]:
        """The columns."""
        days = np.array(self._days, dtype=np.int32).reshape(-1, 2)
        arrays: dict[str, Array] = {
            "ids": np.array(self._ids, dtype=np.bytes_),
            "first_day": days[:, 0],
            "last_day": days[:, 1],
            **{f"lengths.{field}": np.array(found, dtype=np.int32) for field, found in self._lengths.items()},
        }
        return arrays | _related({field: Relation.of(*pairs) for field, pairs in self._pairs.items()})


def _related(relations: Mapping[str, Relation]) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    for field, relation in relations.items():
        arrays |= strings_arrays(f"{field}.values", relation.values)
        if field == LOOKUP:
            arrays[f"{field}.starts"], arrays[f"{field}.docs"] = relation.by_value()
        else:
            arrays[f"{field}.marks"] = np.fromiter(map(mark, relation.values), dtype=np.uint64, count=len(relation.values))
            arrays[f"{field}.docs"], arrays[f"{field}.ordinals"] = relation.docs, relation.ordinals
    return arrays


def strings_arrays(name: str, strings: Strings) -> dict[str, Array]:
    """Strings as the arrays that `strings` reads."""
    return {f"{name}.offsets": strings.offsets, f"{name}.data": strings.data}


def strings(arrays: Mapping[str, Array], name: str) -> Strings:
    """The strings of that name among the columns."""
    return Strings(arrays[f"{name}.offsets"], arrays[f"{name}.data"])


def relation(arrays: Mapping[str, Array], field: str) -> Relation:
    """The relation of that field among the columns."""
    values, docs = strings(arrays, f"{field}.values"), arrays[f"{field}.docs"]
    if field != LOOKUP:
        return Relation(values, docs, arrays[f"{field}.ordinals"])
    return Relation(values, docs, np.repeat(np.arange(len(values), dtype=np.int32), np.diff(arrays[f"{field}.starts"])))


def joined(parts: Sequence[Mapping[str, Array]], numbers: Sequence[NDArray[np.int32]]) -> dict[str, Array]:
    """The columns of segments put behind each other; `numbers` has the new number of every article of each, -1 for those that are left out."""
    kept = [np.flatnonzero(new >= 0) for new in numbers]
    plain = ("ids", "first_day", "last_day", *(f"lengths.{field}" for field in WORD_FIELDS))
    arrays = {name: np.concatenate([part[name][which] for part, which in zip(parts, kept, strict=True)]) for name in plain}
    return arrays | _related({field: Relation.joined([relation(part, field) for part in parts], numbers) for field in (*FACET_TERMS, LOOKUP)})


def term_arrays(
    field: str, words_there: Sequence[bytes], extents: Sequence[Extent], stems: Sequence[bytes], of_stems: Sequence[Extent]
) -> dict[str, Array]:
    """The columns of a text field's words and stems, sorted: where their postings stand, and which words have each stem.

    `FIELD.words.*`, `FIELD.stems.*`; with `.at`, `.bytes` (place in the file of postings) and `.articles`; `FIELD.stems.starts` and
    `FIELD.stems.words`: the indices of the words of each stem.
    """
    arrays: dict[str, Array] = {}
    for name, terms, found in ((f"{field}.words", words_there, extents), (f"{field}.stems", stems, of_stems)):
        arrays |= strings_arrays(name, Strings.of(terms))
        arrays[f"{name}.at"] = np.array([extent.start for extent in found], dtype=np.int64)
        arrays[f"{name}.bytes"] = np.array([extent.size for extent in found], dtype=np.int32)
        arrays[f"{name}.articles"] = np.array([extent.articles for extent in found], dtype=np.int32)
    place = {term: index for index, term in enumerate(stems)}
    of_word = np.array([place[stem(word.decode("utf-8")).encode("utf-8")] for word in words_there], dtype=np.int32)
    starts = np.zeros(len(stems) + 1, dtype=np.int32)
    np.cumsum(np.bincount(of_word, minlength=len(stems)), out=starts[1:])
    return arrays | {f"{field}.stems.starts": starts, f"{field}.stems.words": np.argsort(of_word, kind="stable").astype(np.int32)}
