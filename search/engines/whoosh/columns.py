"""What does a segment say of its articles, read off at once? Columns of numbers and texts in one file beside the segment, mapped into memory.

Whoosh's postings say which articles have a word; columns say which words, values, lengths and days an article has. They are written with the
segment, and made again from it where they are missing or not what they should be (`segment.py`). A file is a line of JSON that names each array,
then the arrays as they stand in memory, so that opening it reads nothing but that line.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_MAGIC = b"Dateline columns 1\n"
_ALIGNED = 64


class UnusableColumns(Exception):
    """A file of columns that is missing, cut off, or of another version."""


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays into a file, which appears whole or not at all."""
    places: dict[str, tuple[str, list[int], int]] = {}
    end = 0
    for name, array in arrays.items():
        start = -(-end // _ALIGNED) * _ALIGNED
        places[name] = (array.dtype.str, list(array.shape), start)
        end = start + array.nbytes
    head = json.dumps({"arrays": places, "bytes": end}, separators=(",", ":")).encode() + b"\n"
    base = -(-(len(_MAGIC) + len(head)) // _ALIGNED) * _ALIGNED
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write((_MAGIC + head).ljust(base, b" "))
        for name, array in arrays.items():
            file.write(b"\0" * (base + places[name][2] - file.tell()))
            file.write(np.ascontiguousarray(array).data if array.size else b"")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read_arrays(path: Path) -> dict[str, Array]:
    """The arrays in a file, mapped into memory; they stay readable when the file is deleted. Raises UnusableColumns."""
    try:
        with path.open("rb") as file:
            if file.readline() != _MAGIC:
                raise UnusableColumns(f"{path} has another beginning")
            head = json.loads(file.readline())
            base = -(-file.tell() // _ALIGNED) * _ALIGNED
            size = os.fstat(file.fileno()).st_size
            if size != base + head["bytes"]:
                raise UnusableColumns(f"{path} has {size:,} bytes and should have {base + head['bytes']:,}")
            if any(np.dtype(kind).hasobject for kind, _, _ in head["arrays"].values()):
                raise UnusableColumns(f"{path} has an array that is not numbers or bytes")
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return {name: np.ndarray(shape, np.dtype(kind), mapped, base + start) for name, (kind, shape, start) in head["arrays"].items()}
    except UnusableColumns:
        raise
    except (OSError, ValueError, KeyError, TypeError, SyntaxError) as error:
        raise UnusableColumns(f"{path}: {error}") from error


class Strings(Sequence[bytes]):
    """Byte strings one after the other, as `offsets` (one more than there are strings) into `data`. Sorted where places are looked up."""

    __slots__ = ("_data", "_offsets", "data", "offsets")

    def __init__(self, offsets: Array, data: Array) -> None:
        self.offsets, self.data = offsets, data
        # A view of memory gives single elements several times faster than an array does.
        self._offsets, self._data = memoryview(cast(Any, offsets)), memoryview(cast(Any, data))

    @classmethod
    def of(cls, strings: Iterable[bytes]) -> Strings:
        """These strings."""
        found = list(strings)
        offsets = np.zeros(len(found) + 1, dtype=np.int64)
        np.cumsum(np.fromiter(map(len, found), dtype=np.int64, count=len(found)), out=offsets[1:])
        return cls(offsets, np.frombuffer(b"".join(found), dtype=np.uint8))

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: Any) -> Any:
        return self._data[self._offsets[index] : self._offsets[index + 1]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.between(0, len(self)))

    def between(self, start: int, end: int) -> list[bytes]:
        """The strings from one index to before another."""
        offsets = self.offsets[start : end + 1].tolist()
        if not offsets:
            return []
        base = offsets[0]
        data = self._data[base : offsets[-1]].tobytes()
        return [data[one - base : other - base] for one, other in pairwise(offsets)]

    def place(self, key: bytes, low: int = 0) -> int:
        """The index of the first string from `low` on that is not less than a key; quick where that is near."""
        offsets, data = self._offsets, self._data
        high, last = low, len(offsets) - 1
        step = 1 if low else last
        while high < last and data[offsets[high] : offsets[high + 1]].tobytes() < key:
            low, high, step = high + 1, min(last, high + step), step * 2
        while low < high:
            middle = (low + high) >> 1
            if data[offsets[middle] : offsets[middle + 1]].tobytes() < key:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, key: bytes) -> int | None:
        """The index of a string; None where it is not there."""
        place = self.place(key)
        return place if place < len(self) and self[place] == key else None

    def beginning(self, prefix: bytes) -> tuple[int, int]:
        """The index of the first string that begins so, and the one behind the last."""
        if not prefix:
            return 0, len(self)
        start = self.place(prefix)
        # Nothing that begins so is greater than the prefix with its last byte raised; in UTF-8 none is 255.
        return start, self.place(prefix[:-1] + bytes([prefix[-1] + 1]), start)


def mark(value: bytes) -> int:
    """A number that tells values apart, by which segments agree on them: of ten million values two are alike once in 370,000 archives."""
    return int.from_bytes(hashlib.blake2b(value, digest_size=8).digest(), "little")
