"""How long does a person wait for a command? `dateline index` over raw files, on all cores; `dateline search` from the typed line to its answer.

Commands run as from a shell, and Python may keep what it has compiled, as it does on a person's machine. The first run of each is not counted.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.searches import INDEXING, SEARCH_MANY, SEARCH_SEEDS
from search.article import Article

_ROOT = Path(__file__).resolve().parents[1]
_DATELINE = Path(sys.executable).with_name("dateline")
_IN_A_FOLDER = 1000
RUNS = 7
WORD = "minister"


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds: to index so many raw files, and for each search of the archive of the seeds and of that of the raw files."""

    files: int
    indexing: float
    seeds: list[float]
    many: list[float]


def write_raw(folder: Path, articles: Iterable[Article]) -> int:
    """Articles as raw text files, a thousand in a folder. How many there are."""
    number = 0
    for number, article in enumerate(articles, 1):
        inside = folder / f"{number // _IN_A_FOLDER:04}"
        inside.mkdir(parents=True, exist_ok=True)
        head = [line for line in (article.title, article.date) if line]
        (inside / f"{number:07}.txt").write_text("\n\n".join((*head, article.body)) + "\n", encoding="utf-8")
    return number


def wait(articles: Iterable[Article], folder: Path) -> Waited:
    """Run the commands in an empty folder."""
    files = write_raw(folder / "raw", articles)
    run = _Commands(folder)
    run("index", _ROOT / "seeds", "--index", folder / "seeds")
    began = time.perf_counter()
    run("index", folder / "raw", "--index", folder / "many")
    indexing = time.perf_counter() - began
    seeds, many = ([run("search", WORD, "--index", folder / name) for _ in range(RUNS + 1)][1:] for name in ("seeds", "many"))
    return Waited(files, indexing, seeds, many)


class _Commands:
    """Runs `dateline`, and gives the seconds that it took. Raises CalledProcessError."""

    def __init__(self, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._environment = kept | {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}

    def __call__(self, *words: str | Path) -> float:
        began = time.perf_counter()
        done = subprocess.run([_DATELINE, *words], env=self._environment, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - our own
        if done.returncode not in (0, 1):  # 1: nothing was found
            done.check_returncode()
        return time.perf_counter() - began


def table(waited: Waited, documented: float | None) -> Iterator[str]:
    """The lines of the table; `documented`: articles that Whoosh as documented indexes in a second, from texts that are ready."""
    rate = waited.files / waited.indexing
    beside = f"{INDEXING.beside(rate / documented, f'{rate / documented:.2f}')} of Whoosh as documented" if documented else "–"
    yield "| command | articles | takes | floor |"
    yield "|---|--:|--:|--:|"
    yield f"| `dateline index`, reading raw files | {waited.files:,} | {waited.indexing:.1f} s, {rate:,.0f} a second | {beside} |"
    for number, seconds, floor in (("the seeds", waited.seeds, SEARCH_SEEDS), (f"{waited.files:,}", waited.many, SEARCH_MANY)):
        middle = statistics.median(seconds)
        yield f"| `dateline search {WORD}` | {number} | {middle:.2f} s, at most {max(seconds):.2f} s | {floor.beside(middle, f'{middle:.2f}')} |"
