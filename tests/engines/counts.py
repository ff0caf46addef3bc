"""Values in the order in which they are counted."""

from __future__ import annotations

from collections.abc import Mapping


def ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The most frequent first, equal ones by value."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
