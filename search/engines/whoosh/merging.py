"""Which segments are put together? Those of about the same size, when there are several: an article is then written again a few times in all, however
large the archive grows, and a search goes through few segments.
"""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST = 64
"""Articles below which segments are put together whenever there are two."""

AT_ONCE = 12
"""Segments of about one size that become one. Each more takes a cold search some 3 ms longer, a warm one nothing; putting 100,000 articles
together takes as long as a third of all the writing."""

LARGEST = 200_000
"""Articles of a segment that is not put together with others any more: what that takes in memory is bounded so, and Whoosh has room for stored
articles of 4 GB in a segment."""

WORN = 0.3
"""The share of deleted articles from which on a segment is written again without them."""


def _tier(size: int) -> int:
    tier = 0
    while size >= SMALLEST:
        size //= AT_ONCE
        tier += 1
    return tier


def to_put_together(sizes: Sequence[int], deleted: Sequence[int]) -> list[int]:
    """The indices of the segments that are to become one, none where all is well. `sizes` are numbers of articles, `deleted` how many have left."""
    left = [size - gone for size, gone in zip(sizes, deleted, strict=True)]
    worn = [index for index, gone in enumerate(deleted) if gone > WORN * sizes[index]]
    chosen: set[int] = set(worn)
    for tier in range(_tier(LARGEST) + 1):
        # What becomes one moves up, and may be the last of its new size that was wanting.
        together = sum(left[index] for index in chosen)
        same = [index for index, size in enumerate(left) if index not in chosen and size < LARGEST and _tier(size) <= tier]
        if (
            len(same) + (1 if chosen and _tier(together) <= tier else 0) >= (2 if tier == 0 else AT_ONCE)
            and together + sum(map(left.__getitem__, same)) <= LARGEST
        ):
            chosen.update(same)
    return sorted(chosen)
