"""Which decoded postings are kept? Those used last, while there is room: a budget in bytes, shared by all threads of a snapshot."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

Kept = TypeVar("Kept")

_ENTRY = 500
"""Bytes that an entry takes beside what is in its arrays."""


class Cache:
    """Values by key. What two threads want at once, both may read: nobody waits while another reads from disk."""

    def __init__(self, budget: int) -> None:
        """`budget` in bytes; a value larger than that is given and not kept."""
        self.bytes = 0
        self._budget = budget
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable, read: Callable[[], tuple[Kept, int]]) -> Kept:
        """The value under a key, or what `read` gives: a value and its size in bytes."""
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
                return cast(Kept, found[0])
        value, size = read()
        size += _ENTRY
        with self._lock:
            if size <= self._budget and key not in self._entries:
                self._entries[key] = (value, size)
                self.bytes += size
                while self.bytes > self._budget:
                    _, (_, freed) = self._entries.popitem(last=False)
                    self.bytes -= freed
        return value
