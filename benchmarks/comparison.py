"""How does Dateline compare with other engines? One run, one machine, one corpus, one list of searches; every engine in processes of its own.

python -m benchmarks.comparison [--articles N] [--warm N] [--cold N] [--growth N] [ENGINE]...

Prints a Markdown table, and one of whole commands (`benchmarks.commands`). A time is the median and the 95th percentile, in milliseconds, of a
whole answer: total, the ten best, three facets. Cold is the first answer of a fresh process over files in the system's cache; its start is timed
apart. Warm answers take turns between the engines, so that a busy machine slows all of them; no engine keeps results. Floors hold at 100,000
articles.
"""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import click

from benchmarks import commands, corpus
from benchmarks.peers import PEERS, peer
from benchmarks.searches import (
    COLD_OVER_WHOOSH,
    GROWTH,
    MEGABYTES,
    PREFIX_OVER_WHOOSH,
    SEARCHES,
    TANTIVY_OVER_BARE,
    WARM_OVER_SQLITE,
    WARM_OVER_WHOOSH,
    Floor,
)

ARTICLES, WARM, COLD = 100_000, 21, 5
GROWN = 5
ENOUGH = 20.0
"""Seconds of one search after which an engine is not asked for more than `FEWEST` warm answers."""
FEWEST = 5

RATIOS: dict[tuple[str, str], tuple[str, Floor | None, Floor | None]] = {
    ("whoosh-documented", "whoosh"): ("Whoosh as documented / Dateline", WARM_OVER_WHOOSH, COLD_OVER_WHOOSH),
    ("sqlite", "whoosh"): ("SQLite / Dateline", WARM_OVER_SQLITE, None),
    ("tantivy", "tantivy-bare"): ("Dateline, Tantivy / Tantivy bare", TANTIVY_OVER_BARE, None),
}
"""Which time is divided by which, how that is called, and the floors of the geometric mean warm and cold."""

Times = dict[tuple[str, str], list[float]]
"""Seconds of every run by engine and search."""


class Process:
    """An engine that is opened in a fresh process. `started` is the seconds from its start until it was ready."""

    def __init__(self, name: str, folder: Path) -> None:
        began = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks.peers", name, str(folder), "serve"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT)  # noqa: S603 - our own
        self._read()
        self.started = time.perf_counter() - began

    def ask(self, line: str) -> dict[str, Any]:
        """The answer to the name of a search, or to "memory"."""
        if self._process.stdin is not None:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise click.ClickException("An engine's process ended; what it said stands above.")
        return dict(json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and wait for it."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()


_ROOT = Path(__file__).resolve().parents[1]


@dataclass(slots=True)
class Measured:
    """What was measured of some engines over one number of articles."""

    names: tuple[str, ...]
    rate: dict[str, float] = field(default_factory=dict)
    size: dict[str, int] = field(default_factory=dict)
    private: dict[str, int] = field(default_factory=dict)
    started: dict[str, list[float]] = field(default_factory=dict)
    cold: Times = field(default_factory=dict)
    warm: Times = field(default_factory=dict)
    snippets: Times = field(default_factory=dict)
    answers: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def geometric_mean(self, times: Times, over: str, under: str) -> float | None:
        """The mean ratio of two engines' medians over the searches that both can do."""
        found = [ratio for label in SEARCHES if (ratio := _ratio(times, over, under, label)) is not None]
        return math.exp(statistics.fmean(map(math.log, found))) if found else None


def measure(names: tuple[str, ...], number: int, folder: Path, warm: int, cold: int) -> Measured:
    """Index so many articles with each engine, then ask all of them."""
    measured = Measured(names)
    for name in names:
        index(measured, name, number, folder / name)
    ask(measured, folder, warm, cold)
    return measured


def ask(measured: Measured, folder: Path, warm: int, cold: int) -> None:
    """Ask engines whose indexes are in `folder`: `cold` fresh processes for each search, then `warm` times processes that stay."""
    names = measured.names
    for label in SEARCHES:
        for _ in range(cold):
            for name in names:
                with Process(name, folder / name) as process:
                    measured.started.setdefault(name, []).append(process.started)
                    _note(measured, measured.cold, name, label, process.ask(label))
    processes: dict[str, Process] = {}
    try:
        for name in names:
            processes[name] = Process(name, folder / name)
            measured.started.setdefault(name, []).append(processes[name].started)
        for label in SEARCHES:
            for turn in range(-1, warm):
                for name, process in processes.items():
                    spent = measured.warm.get((name, label), [])
                    if turn < 0:
                        process.ask(label)  # what is kept of postings is read here
                    elif len(spent) < FEWEST or sum(spent) < ENOUGH:
                        _note(measured, measured.warm, name, label, process.ask(label))
        measured.private = {name: process.ask("memory")["bytes"] for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.close()


def index(measured: Measured, name: str, number: int, folder: Path) -> None:
    """Write an engine's index, and note its rate and size."""
    command = [sys.executable, "-m", "benchmarks.peers", name, str(folder), "index", str(number)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=_ROOT).stdout  # noqa: S603 - our own
    measured.rate[name] = number / json.loads(said)["seconds"]
    measured.size[name] = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _note(measured: Measured, times: Times, name: str, label: str, answer: dict[str, Any]) -> None:
    measured.answers[name, label] = answer
    if "cannot" not in answer:
        times.setdefault((name, label), []).append(answer["seconds"])
        if times is measured.warm:
            measured.snippets.setdefault((name, label), []).append(answer["snippets"])


def table(measured: Measured) -> Iterator[str]:
    """The lines of the table."""
    names = measured.names
    ratios = [pair for pair in RATIOS if set(pair) <= set(names)]
    yield _row("", "found", [PEERS[name].title for name in names], [RATIOS[pair][0] for pair in ratios])
    yield f"|---|--:|{'--:|' * (len(names) + len(ratios))}"

    def compared(figures: dict[str, float]) -> list[str]:
        return [f"{figures[over] / figures[under]:.2f}" for over, under in ratios]

    memory = {name: f"{size / 1e6:.0f}" for name, size in measured.private.items()}
    for name in ("whoosh", "tantivy"):
        if name in memory:
            memory[name] = MEGABYTES.beside(measured.private[name] / 1e6, memory[name])
    started = {name: statistics.median(seconds) for name, seconds in measured.started.items()}
    yield _row("articles indexed a second", "", [f"{measured.rate[name]:,.0f}" for name in names], compared(measured.rate))
    yield _row("index, MB", "", [f"{measured.size[name] / 1e6:.1f}" for name in names], compared({n: float(s) for n, s in measured.size.items()}))
    yield _row("private memory, MB", "", [memory[name] for name in names], compared({n: float(s) for n, s in measured.private.items()}))
    yield _row("fresh process to ready, ms", "", [_spread(measured.started[name]) for name in names], compared(started))
    for what, times in (("warm", measured.warm), ("cold", measured.cold), ("snippets", measured.snippets)):
        for label in SEARCHES:
            cells = [_spread(times[name, label]) if (name, label) in times else measured.answers[name, label]["cannot"] for name in names]
            shown = [_shown(_ratio(times, *pair, label), _floor_of(pair, what, label)) for pair in ratios]
            yield _row(f"{what}: {label}", _totals(measured, label), cells, shown)
        means = [_shown(measured.geometric_mean(times, *pair), _floor_of(pair, what)) for pair in ratios]
        yield _row(f"**{what}, geometric mean**", "", ["" for _ in names], means)


def _row(label: str, found: str, cells: Sequence[str], ratios: Sequence[str]) -> str:
    return f"| {' | '.join((label, found, *cells, *ratios))} |"


def _floor_of(pair: tuple[str, str], what: str, label: str = "") -> Floor | None:
    """The floor of a ratio: those of the means, and the one of a prefix."""
    _, warm, cold = RATIOS[pair]
    if label:
        prefix = SEARCHES[label].kind == "prefix" and what == "warm"
        return PREFIX_OVER_WHOOSH if prefix and pair == ("whoosh-documented", "whoosh") else None
    return {"warm": warm, "cold": cold}.get(what)


def differences(measured: Measured) -> Iterator[str]:
    """In which searches do engines not find, or count, the same? A line for each. Analysis differs: other stemmers, stop words, unstemmed phrases."""
    for label in SEARCHES:
        done = {name: answer for name in measured.names if "cannot" not in (answer := measured.answers[name, label])}
        first: dict[str, Any] = next(iter(done.values()), {"total": 0})
        other = {name: answer["total"] - first["total"] for name, answer in done.items() if answer["total"] != first["total"]}
        if other:
            yield f"- {label}: total {first['total']:,}; {', '.join(f'{PEERS[name].title} {by:+,}' for name, by in other.items())}"
        for facet in first.get("facets", {}):
            counted = [name for name, answer in done.items() if name not in other and answer["facets"][facet] != first["facets"][facet]]
            if counted:
                yield f"- {label}: the same articles, but {facet} counted otherwise by {', '.join(PEERS[name].title for name in counted)}"


def _totals(measured: Measured, label: str) -> str:
    totals = {answer["total"] for name in measured.names if "cannot" not in (answer := measured.answers[name, label])}
    return " to ".join(f"{total:,}" for total in sorted({min(totals), max(totals)})) if totals else ""


def _ratio(times: Times, over: str, under: str, label: str) -> float | None:
    if (over, label) not in times or (under, label) not in times:
        return None
    return statistics.median(times[over, label]) / statistics.median(times[under, label])


def _shown(ratio: float | None, floor: Floor | None) -> str:
    if ratio is None:
        return "–"
    shown = f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}"
    return floor.beside(ratio, shown) if floor is not None else shown


def _spread(seconds: list[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    high = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return f"{statistics.median(ordered) * 1000:.1f} · {high * 1000:.1f}"


def growth(small: Measured, large: Measured) -> Iterator[str]:
    """Our engines at two sizes: the warm times of the larger over those of the smaller."""
    yield f"| warm time, {GROWN} times as many articles | {' | '.join(PEERS[name].title for name in large.names)} |"
    yield f"|---|{'--:|' * len(large.names)}"
    ratios: dict[str, list[float]] = {name: [] for name in large.names}
    for label in SEARCHES:
        for name in large.names:
            ratios[name].append(statistics.median(large.warm[name, label]) / statistics.median(small.warm[name, label]))
        yield f"| {label} | {' | '.join(f'{ratios[name][-1]:.2f}' for name in large.names)} |"
    means = [math.exp(statistics.fmean(map(math.log, ratios[name]))) for name in large.names]
    yield f"| **geometric mean** | {' | '.join(_shown(mean, GROWTH) for mean in means)} |"


def installed() -> tuple[str, ...]:
    """The engines whose packages are there; of the others it is said."""
    found = []
    for name in PEERS:
        try:
            peer(name)
            found.append(name)
        except ImportError as error:
            click.echo(f"{PEERS[name].title} is left out: {error}", err=True)
    return tuple(found)


@click.command()
@click.argument("names", nargs=-1, metavar="[ENGINE]...", type=click.Choice(list(PEERS)))
@click.option("--articles", "number", default=ARTICLES, show_default=True, type=click.IntRange(1), metavar="N", help="So many articles.")
@click.option("--warm", default=WARM, show_default=True, type=click.IntRange(1), metavar="N", help="Warm answers to each search.")
@click.option("--cold", default=COLD, show_default=True, type=click.IntRange(1), metavar="N", help="Fresh processes for each search.")
@click.option("--growth", "grown", is_flag=True, help=f"Also our engines with {GROWN} times as many articles.")
def main(names: tuple[str, ...], number: int, warm: int, cold: int, grown: bool) -> None:  # noqa: FBT001 - a flag of the command line
    """Compare the engines named, or all of them."""
    chosen = names or installed()
    click.echo(f"{corpus.described(corpus.articles(number))}. {warm} warm and {cold} cold runs.\n")
    with TemporaryDirectory() as folder:
        measured = measure(chosen, number, Path(folder) / "compared", warm, cold)
        for line in (*table(measured), "", *differences(measured)):
            click.echo(line)
        waited = commands.wait(corpus.articles(number), Path(folder) / "commands")
        for line in ("", *commands.table(waited, measured.rate.get("whoosh-documented"))):
            click.echo(line)
        ours = tuple(name for name in ("whoosh", "tantivy") if name in chosen)
        if grown and ours:
            larger = measure(ours, GROWN * number, Path(folder) / "grown", warm, 1)
            for line in ("", *growth(measured, larger)):
                click.echo(line)


if __name__ == "__main__":
    main()
