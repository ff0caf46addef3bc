"""Which segments are put together? Those of about the same size, when there are several: an article is then written again a few times in all, however
large the archive grows, and a search goes through few segments.
"""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST = 500
"""Articles below which segments are put together whenever there are two: that takes a tenth of a second, and a search has few segments to look at."""

AT_ONCE = 12
"""Segments of about one size that become one. Each more takes a cold search some 3 ms longer, a warm one nothing; putting 100,000 articles
together takes as long as a third of all the writing."""

LARGEST = 200_000
"""Articles that become one segment at most, so that what it takes in memory is bounded, and Whoosh has room for stored articles of 4 GB in it. One
of half as many is not put together with others any more."""

WORN = 0.3
"""The share of deleted articles from which on a segment is written again without them."""


def _tier(size: int) -> int:
    """Sizes of one tier differ by less than AT_ONCE times."""
    tier = 0
    while size >= SMALLEST:
        size //= AT_ONCE
        tier += 1
    return tier


def to_put_together(sizes: Sequence[int], deleted: Sequence[int]) -> list[int]:
    """The indices of the segments that are to become one, none where all is well. `sizes` are numbers of articles, `deleted` how many have left."""
    left = [size - gone for size, gone in zip(sizes, deleted, strict=True)]
    worn: set[int] = set()
    for size, index in sorted((left[index], index) for index, gone in enumerate(deleted) if gone > WORN * sizes[index]):
        if not worn or sum(left[other] for other in worn) + size <= LARGEST:
            worn.add(index)  # the others have their turn at the next commit
    chosen = set(worn)
    for tier in range(_tier(LARGEST) + 1):
        # What becomes one moves up, and may be the last of its new size that was wanting.
        together = sum(left[index] for index in chosen)
        smaller = sorted((left[index], index) for index in range(len(left)) if index not in chosen and left[index] < LARGEST // 2)
        alike = sum(_tier(size) == tier for size, _ in smaller) + (1 if chosen and _tier(together) == tier else 0)
        if alike < (2 if tier == 0 else AT_ONCE):
            continue
        for size, index in smaller:
            if _tier(size) > tier or together + size > LARGEST:
                break
            chosen.add(index)
            together += size
    return sorted(chosen) if worn or len(chosen) > 1 else []
