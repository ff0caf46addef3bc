"""How do the postings of a word stand on disk? Whoosh's blocks, written and read many postings at a time.

A word's postings are blocks of at most `BLOCK`, each a line of statistics and a pickle of three tuples, perhaps compressed (`whoosh.codec.whoosh3`):
differences of article numbers, weights, and values, which hold the places of the word. What Whoosh does posting by posting is done here for a
block at once; the bytes are those that Whoosh writes and reads.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import accumulate, chain, pairwise
from operator import sub
from pickle import dumps, load, loads
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3TermInfo
from whoosh.util.numeric import byte_to_length

BLOCK = 128
"""Postings of a block, as Whoosh has it."""

COMPRESSION = 1
"""Of zlib: the lowest level takes a third less time to write than Whoosh's 3, for 4 % more bytes."""

_WORTH_IT = 250
"""Bytes of a block from which on it is compressed. Smaller ones are many and hold little: from 80 on, writing took a tenth longer, for 2 % less."""

_INT = struct.Struct("!i")
_UINT = struct.Struct("!I")
_EXTENT = struct.Struct("!qi")
_PICKLED = 2  # the protocol that Whoosh writes


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the postings of a word stand in the file, first byte and number of bytes, and in how many articles it is."""

    start: int
    size: int
    articles: int


# Writing


class Postings(NamedTuple):
    """A term and its postings in one segment.

    `docs`: article numbers, ascending; `often`: how often in each; `values`: what is noted for each, as a list or four bytes for each, or nothing;
    `lengths`: Whoosh's byte for the length of the field in each, nothing for fields without lengths.
    """

    term: bytes
    docs: Sequence[int]
    often: Sequence[int]
    values: Sequence[bytes] | bytes | None = None
    lengths: bytes | None = None


def places_value(places: Sequence[int]) -> bytes:
    """What Whoosh notes of the ascending places of a word in one article (`whoosh.formats.Positions`)."""
    if len(places) == 1:
        return _single_place(places[0])
    return _UINT.pack(len(places)) + dumps([places[0], *(other - one for one, other in pairwise(places))], _PICKLED)


@lru_cache(4096)  # most words stand in an article once, most of those near its beginning
def _single_place(place: int) -> bytes:
    return _UINT.pack(1) + dumps([place], _PICKLED)


def postings_bytes(postings: Postings) -> tuple[bytes, bytes]:
    """The blocks of a term, and Whoosh's summary of them up to the place in the file (`summary`)."""
    _, docs, often, values, lengths = postings
    total = len(docs)
    if total == 1:
        return _single(docs[0], often[0], values, lengths)
    pieces = [WHOOSH3_HEADER_MAGIC]
    shortest, longest, most = 255, 0, 0
    for first in range(0, total, BLOCK):
        ids, counts = docs[first : first + BLOCK], often[first : first + BLOCK]
        greatest = max(counts)
        single = None if greatest == 1 else float(greatest)
        weights = single if greatest == min(counts) else tuple(map(float, counts))
        of_block = lengths[first : first + BLOCK] if lengths else _NO_LENGTHS
        low, high = min(of_block), max(of_block)
        noted: Any = values
        if isinstance(values, bytes):
            noted = values[4 * first : 4 * (first + BLOCK)]
        elif values is not None:
            noted = tuple(values[first : first + BLOCK])
        data = dumps(((ids[0], *map(sub, ids[1:], ids)), weights, noted), _PICKLED)
        compressed = COMPRESSION if len(data) >= _WORTH_IT else 0
        if compressed:
            data = zlib.compress(data, compressed)
        info = dumps((len(ids), ids[-1], float(greatest), compressed, low, high), _PICKLED)
        size = len(info) + len(data)
        pieces += (_INT.pack(-size if first + BLOCK >= total else size), info, data)
        shortest, longest, most = min(shortest, low), max(longest, high), max(most, greatest)
    summary: bytes = W3TermInfo._struct.pack(0, sum(often), total, shortest, longest, most, docs[0], docs[-1])
    return b"".join(pieces), summary


_NO_LENGTHS = b"\0"


def _single(doc: int, often: int, values: Sequence[bytes] | bytes | None, lengths: bytes | None) -> tuple[bytes, bytes]:
    """The same for a word that stands in one article, as most do."""
    length = lengths[0] if lengths else 0
    data = dumps(((doc,), None if often == 1 else float(often), values if isinstance(values, bytes | None) else tuple(values)), _PICKLED)
    compressed = COMPRESSION if len(data) >= _WORTH_IT else 0
    if compressed:
        data = zlib.compress(data, compressed)
    info = dumps((1, doc, float(often), compressed, length, length), _PICKLED)
    summary: bytes = W3TermInfo._struct.pack(0, often, 1, length, length, often, doc, doc)
    return WHOOSH3_HEADER_MAGIC + _INT.pack(-len(info) - len(data)) + info + data, summary


def frequency_values(often: Sequence[int]) -> bytes:
    """What Whoosh notes of how often a word stands in each article (`whoosh.formats.Frequency`)."""
    return struct.pack(f"!{len(often)}I", *often)


_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)])


def length_bytes(lengths: NDArray[np.int32]) -> bytes:
    """Whoosh's byte for each length (`whoosh.util.numeric.length_to_byte`)."""
    return np.minimum(np.searchsorted(_LENGTHS, lengths), 255).astype(np.uint8).tobytes()


def term_bytes(summary: bytes, start: int, size: int) -> bytes:
    """Whoosh's entry for a word whose blocks stand at a place in the file."""
    return summary + _EXTENT.pack(start, size)


# Reading


@dataclass(frozen=True, slots=True)
class Blocks:
    """The postings of a word in one segment: article numbers, ascending, how often in each, and what is noted beside them (bytes, or nothing)."""

    docs: NDArray[np.int32]
    often: NDArray[np.int32]
    values: list[bytes]

    def places(self) -> NDArray[np.int64]:
        """Every place of the word, article by article, as article number × 2**32 + place; for fields that note places."""
        # A value is the number of places and a pickled list of differences. The numbers inside of all lists, put together, are one tuple.
        # Pickles, as all of Whoosh's: the guides say whose archives to open.
        inside = [value[10:-2] if value[9] == _LIST else value[9:-2] for value in self.values]
        most = int(self.often.max(initial=0))
        differences = loads(b"\x80\x02(" + b"".join(inside) + b"t.") if most <= _AT_ONCE else ()  # noqa: S301
        if len(differences) != int(self.often.sum()):
            differences = tuple(chain.from_iterable(loads(value[4:]) for value in self.values))  # noqa: S301
        running = np.cumsum(np.array(differences, dtype=np.int64))
        ends = np.cumsum(self.often)
        before = np.concatenate(([0], running[ends[:-1] - 1]))
        places: NDArray[np.int64] = running + np.repeat((self.docs.astype(np.int64) << 32) - before, self.often)
        return places


_LIST = ord("(")
_AT_ONCE = 1000
"""Elements after which a pickled list begins another part."""


def _each(data: bytes) -> Iterator[tuple[int, tuple[int, ...], Any, Any]]:
    """The blocks in the bytes of an extent: number of postings, differences, weights, values.

    Raises ValueError where they are no blocks, and what pickle and zlib raise.
    """
    if not data.startswith(WHOOSH3_HEADER_MAGIC):
        raise ValueError("no postings at their place in the file")
    stream = BytesIO(data)
    place = len(WHOOSH3_HEADER_MAGIC)
    size = 0
    while size >= 0:  # that of the last block is negative
        (size,) = _INT.unpack_from(data, place)
        stream.seek(place + 4)
        number, _, _, compressed, _, _ = load(stream)  # noqa: S301 - Whoosh's own format; the guides say whose archives to open
        place += 4 + abs(size)
        block = data[stream.tell() : place]
        yield (number, *loads(zlib.decompress(block) if compressed else block))  # noqa: S301 - as above


def read_blocks(data: bytes) -> Blocks:
    """The postings in the bytes of an extent. Raises as `_each` does."""
    differences: list[int] = []
    starts: list[int] = []
    often: list[float] = []
    values: list[bytes] = []
    for number, ids, weights, noted in _each(data):
        starts.append(len(differences))
        differences += ids
        if type(weights) is tuple:
            often += weights
        else:
            often += [1.0 if weights is None else weights] * number
        if type(noted) is tuple:
            values += noted
    running = np.cumsum(np.array(differences, dtype=np.int64))
    if len(starts) > 1:  # the first number of a block is the article itself, not a difference
        before = np.concatenate(([0], running[np.array(starts[1:]) - 1]))
        running -= np.repeat(before, np.diff([*starts, len(differences)]))
    return Blocks(running.astype(np.int32), np.array(often, dtype=np.float32).astype(np.int32), values)


def read_lists(data: bytes) -> tuple[list[int], list[int], list[bytes]]:
    """The same as plain lists: articles, how often in each, and what is noted beside. Most words have few postings, for which arrays are slow."""
    docs: list[int] = []
    often: list[int] = []
    values: list[bytes] = []
    for number, ids, weights, noted in _each(data):
        docs += accumulate(ids)
        often += map(int, weights) if type(weights) is tuple else [1 if weights is None else int(weights)] * number
        if type(noted) is tuple:
            values += noted
    return docs, often, values
