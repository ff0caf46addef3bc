"""How are the records of one file told apart? Keys that depend on the set of records, never on their order or on line numbers.

A record's key is its own id, else its address, else a hash of its title, standfirst and body. Where records that differ share a key, all of
them get a hash of what they say behind it. Records that say the same in everything that is read of them are one, of which the first counts.
"""

from __future__ import annotations

import hashlib
from array import array

from search.extraction.fields import Parts

_LONGEST = 500  # characters; a longer id or address is hashed
_TEXTS = ("title", "standfirst", "body")


class Keys:
    """The keys of a file's records. All records are shown to it first (`add`); then each has its key (`of`).

    Of each record it keeps 16 bytes, so that millions can be told apart.
    """

    def __init__(self) -> None:
        self._bases = array("Q")
        self._stamps = array("Q")
        self._shared: dict[int, set[int]] | None = None
        self._seen: dict[tuple[int, int], str] = {}

    def add(self, parts: Parts) -> None:
        """Take notice of a record."""
        base, stamp = _number(_base(parts)), _number(_everything(parts))
        self._bases.append(base)
        self._stamps.append(stamp)

    def of(self, parts: Parts, where: str) -> tuple[str, str | None]:
        """The key of the record at a place, and the place of an earlier record that says the same, if there is one."""
        if self._shared is None:
            self._shared = self._share()
        base = _base(parts)
        number = _number(base)
        if number not in self._shared:
            return base, None
        stamp = _number(_everything(parts))
        before = self._seen.setdefault((number, stamp), where)
        key = base if len(self._shared[number]) == 1 else f"{base}#{stamp:016x}"
        return key, before if before != where else None

    def _share(self) -> dict[int, set[int]]:
        """For the keys that several records have, what these say."""
        last = None
        shared: dict[int, set[int]] = {}
        for base in sorted(self._bases):
            if base == last:
                shared[base] = set()
            last = base
        for base, stamp in zip(self._bases, self._stamps, strict=True) if shared else ():
            if base in shared:
                shared[base].add(stamp)
        return shared


def _base(parts: Parts) -> str:
    for part in ("id", "url"):
        if part in parts:
            key = " ".join(parts[part][0].texts[0].split())
            return key if len(key) <= _LONGEST else hashlib.sha256(key.encode()).hexdigest()
    return hashlib.sha256(repr([_first(parts, part) for part in _TEXTS]).encode()).hexdigest()[:32]


def _everything(parts: Parts) -> str:
    """All that is read of a record, but for the names of the fields."""
    return repr([(part, [stated.texts for stated in found]) for part, found in sorted(parts.items()) if part != "id"])


def _first(parts: Parts, part: str) -> tuple[str, ...]:
    return parts[part][0].texts if part in parts else ()


def _number(text: str) -> int:
    """64 bits of a hash: among ten million records, two have the same by chance once in 370,000 files."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
