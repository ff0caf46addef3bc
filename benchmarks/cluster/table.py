"""How are the figures shown? As Markdown, with the floors that are promised."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from itertools import pairwise

from benchmarks.cluster.figures import Filled, Measured, Size, mean, percentile, power
from benchmarks.searches import Floor

INDEXING_OVER_BARE = Floor(0.5, 0.8)
"""The rate of indexing raw files over that of ready documents sent bare."""

SEARCH_OVER_BARE = Floor(1.5, 1.2, most=True)
"""The time of the engine over that of the same requests sent bare, at 100,000 articles."""


def table(measured: Measured) -> Iterator[str]:
    """All lines."""
    machine = measured.machine
    where = "of its own, on the same machine" if machine["own"] else "that was there"
    yield (
        f"OpenSearch {machine['opensearch']}, a cluster {where}: {machine['nodes']} nodes, {machine['heap'] / 1e9:.1f} GB of heap each; "
        f"{machine['shards']} shards, {machine['replicas']} further copy of each. {machine['cores']} cores here."
    )
    yield from ("", "## Indexing", "", *indexing(measured.sizes))
    yield from ("", "## Bytes an article", "", *space(measured.sizes))
    yield from ("", "## Searches: ten hits and three facets", "", *readers(measured.sizes))
    for size in measured.sizes:
        if size.replayed:
            yield from ("", f"### {size.articles:,} articles", "", *searches(size))
    yield from ("", "## Growth", "", *growth(measured.sizes))


def indexing(sizes: Sequence[Size]) -> Iterator[str]:
    """Rates, and where the processors' time goes."""
    yield "| articles | were there | raw files: articles a second | bare: documents a second | of bare | ms of processors, ours + nodes | bare |"
    yield "|--:|--:|--:|--:|--:|--:|--:|"
    for size in sizes:
        if size.extracted:
            ratio = "–" if size.ratio is None else INDEXING_OVER_BARE.beside(size.ratio, f"{size.ratio:.2f}")
            first = size.extracted[0]
            cells = [f"{first.articles:,}", f"{first.before:,}", _rates(size.extracted), _rates(size.bare), ratio]
            yield _row(*cells, _processor(size.extracted), _processor(size.bare))


def _rates(filled: Sequence[Filled]) -> str:
    return " · ".join(f"{one.rate:,.0f}" for one in filled) or "–"


def _processor(filled: Sequence[Filled]) -> str:
    """Milliseconds an article."""
    if not filled:
        return "–"
    ours = statistics.median(one.ours / one.articles for one in filled) * 1000
    nodes = [one.nodes / one.articles for one in filled if one.nodes is not None]
    return f"{ours:.2f} + {statistics.median(nodes) * 1000:.2f}" if nodes else f"{ours:.2f}"


def space(sizes: Sequence[Size]) -> Iterator[str]:
    """Where the bytes are."""
    yield "| articles | their characters | index, one copy | all copies | ledger's log, packed | its index | ledger on this machine | nodes' memory |"
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|"
    for size in sizes:
        if found := size.space:
            each = (found.index, found.copies, found.log, found.log_index, found.ledger, size.ordinals)
            yield _row(f"{found.articles:,}", f"{size.characters:,.0f}", *(f"{bytes_ / found.articles:,.0f}" for bytes_ in each))


def readers(sizes: Sequence[Size]) -> Iterator[str]:
    """Many at once."""
    yield "| articles | readers | answers a second | median, ms | 95 of 100 within, ms |"
    yield "|--:|--:|--:|--:|--:|"
    for size in sizes:
        for read in size.read:
            cells = (f"{read.rate:.1f}", f"{statistics.median(read.all) * 1000:.0f}", f"{percentile(read.all) * 1000:.0f}")
            yield _row(f"{size.articles:,}", str(read.readers), *cells)


def searches(size: Size) -> Iterator[str]:
    """Each search by itself."""
    alone = next((read for read in size.read if read.readers == 1), None)
    yield "| search | found | one reader, ms: median · 95 of 100 | in turns: answer | marks | bare | less marks, over bare | requests: mean · most |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for label, one in size.replayed.items():
        over = statistics.median(one.unmarked) / statistics.median(one.bare)
        times = alone.answers[label] if alone is not None else []
        yield _row(
            label,
            f"{one.total:,}",
            f"{_ms(statistics.median(times))} · {_ms(percentile(times))}" if times else "–",
            *(_ms(statistics.median(some)) for some in (one.answers, one.marks, one.bare)),
            f"{over:.2f}",
            f"{statistics.fmean(one.requests):.1f} · {max(one.requests)}",
        )
    if size.over_bare is not None:
        yield _row("**geometric mean**", "", "", "", "", "", SEARCH_OVER_BARE.beside(size.over_bare, f"{size.over_bare:.2f}"), "")
    if counted := size.counted:
        number = sum(counted.rounds.values())
        said = ", ".join(f"{rounds} in {searches}" for rounds, searches in sorted(counted.rounds.items()))
        yield ""
        yield (
            f"{number} searches for words of the articles, all facets: rounds of counting: {said}; through all values in {counted.through_all}; "
            f"{statistics.fmean(counted.requests):.1f} requests each, {max(counted.requests)} at most."
        )


def growth(sizes: Sequence[Size]) -> Iterator[str]:
    """Which power of the number of articles each figure grows with: 1 is in proportion to it, 0 is not at all."""
    steps = list(pairwise(sizes))
    if not steps:
        return
    yield _row("with the power … of the articles", *(f"{small.articles:,} to {large.articles:,}" for small, large in steps))
    yield f"|---|{'--:|' * len(steps)}"
    rows = [_figures(size) for size in sizes]
    for label in dict.fromkeys(label for row in rows for label in row):
        cells = []
        for (small, large), (before, after) in zip(steps, pairwise(rows), strict=True):
            both = label in before and label in after
            cells.append(f"{power((small.articles, before[label]), (large.articles, after[label])):.2f}" if both else "–")
        yield _row(label, *cells)


def _figures(size: Size) -> dict[str, float]:
    """What is compared with other numbers of articles."""
    found: dict[str, float] = {}
    if size.extracted:
        found["seconds to index an article"] = statistics.median(one.seconds / one.articles for one in size.extracted)
    if size.space:
        found["bytes of one copy"], found["bytes of the log, packed"] = size.space.index, size.space.log
        found["bytes of the ledger"] = size.space.ledger
    for read in size.read:
        if read.readers == 1:
            times = {label: statistics.median(some) for label, some in read.answers.items()}
            found |= {f"search: {label}": seconds for label, seconds in times.items()}
            found["**search, geometric mean**"] = mean(times.values())
    return found


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
