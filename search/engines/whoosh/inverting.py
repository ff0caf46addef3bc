"""Which postings do the words of articles make? Words are numbered as they come, and sorted once, when all articles are there."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from search.analysis import stem
from search.engines.whoosh.blocks import Postings, frequency_values, places_value


class _Numbers(dict[str, int]):
    """Words, numbered as they are met."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class Inversion:
    """The words of one field of articles, one article after the other; four bytes for every place of a word."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._words = array("i")

    def add(self, words: Sequence[str]) -> None:
        """Add the words of the next article, which may have none."""
        self._words.extend(map(self._numbers.__getitem__, words))

    def postings(self, lengths: NDArray[np.int32], noted_lengths: bytes) -> tuple[list[Postings], list[Postings]]:
        """The postings of every word with its places, and of every stem with how often; in the order of their bytes.

        `lengths` has the number of words of every article that was added, `noted_lengths` Whoosh's byte for it.
        """
        terms, ranks = _ranked([word.encode("utf-8") for word in self._numbers])
        word_of = ranks[np.frombuffer(self._words, dtype=np.int32)]
        order = np.argsort(word_of, kind="stable")
        word_of = word_of[order]
        doc_of = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)[order]
        place_of = (np.arange(len(word_of)) - np.repeat(np.cumsum(lengths) - lengths, lengths))[order]
        begins = _changes(word_of, doc_of)
        docs, words = doc_of[begins], word_of[begins]
        often = np.diff([*begins, len(word_of)])
        each = place_of.tolist()
        values = [places_value(each[begin : begin + number]) for begin, number in zip(begins.tolist(), often.tolist(), strict=True)]
        by_length = np.frombuffer(noted_lengths, dtype=np.uint8)
        found = _sliced(terms, words, _Columns(docs.tolist(), often.tolist(), values, by_length[docs].tobytes()))

        stems, stem_ranks = _ranked_stems(terms)
        stem_of = stem_ranks[words]
        order = np.argsort(stem_of.astype(np.int64) << 32 | docs)
        stem_of, docs = stem_of[order], docs[order]
        begins = _changes(stem_of, docs)
        often = np.add.reduceat(often[order], begins) if len(begins) else often
        docs, numbers = docs[begins], often.tolist()
        return found, _sliced(stems, stem_of[begins], _Columns(docs.tolist(), numbers, frequency_values(numbers), by_length[docs].tobytes()))


def _ranked(terms: Sequence[bytes]) -> tuple[list[bytes], NDArray[np.int32]]:
    """Terms in their order, and the place of each in it."""
    order = sorted(range(len(terms)), key=terms.__getitem__)
    ranks = np.empty(len(terms), dtype=np.int32)
    ranks[order] = np.arange(len(terms), dtype=np.int32)
    return [terms[index] for index in order], ranks


def _ranked_stems(terms: Sequence[bytes]) -> tuple[list[bytes], NDArray[np.int32]]:
    """The stems of words in their order, and the place of each word's stem in it."""
    numbers = _Numbers()
    of_term = np.array([numbers[stem(term.decode("utf-8"))] for term in terms], dtype=np.int64)
    stems, ranks = _ranked([word.encode("utf-8") for word in numbers])
    return stems, ranks[of_term]


def _changes(terms: NDArray[np.int32], docs: NDArray[np.int32]) -> NDArray[np.int64]:
    """Where another term or article begins, in arrays sorted by both."""
    if not len(terms):
        return np.zeros(0, dtype=np.int64)
    changed: NDArray[np.int64] = np.flatnonzero((np.diff(terms) != 0) | (np.diff(docs) != 0)) + 1
    return np.concatenate(([0], changed))


class _Columns(NamedTuple):
    """The postings of all terms, one behind the other; as in `Postings`."""

    docs: list[int]
    often: list[int]
    values: list[bytes] | bytes
    lengths: bytes


def _sliced(terms: Sequence[bytes], term_of: NDArray[np.int32], every: _Columns) -> list[Postings]:
    """The postings of each term, of all of them in the order of terms; `term_of` has the place of each posting's term."""
    starts = np.searchsorted(term_of, np.arange(len(terms) + 1)).tolist()
    docs, often, values, lengths = every
    wide = 4 if isinstance(values, bytes) else 1
    return [
        Postings(term, docs[start:end], often[start:end], values[wide * start : wide * end], lengths[start:end])
        for term, start, end in zip(terms, starts, starts[1:], strict=False)
    ]
