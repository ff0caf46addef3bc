"""How fast are articles read, how much memory does it take, and how does time grow with hostile input?

python -m benchmarks.extraction [speed|start|memory|growth]...

Prints Markdown. Speed is counted in seconds of one core, the best of several runs, so that a busy machine matters less; growth as the ratio of
two times on the same machine, where ten times the input should take about ten times as long.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise, repeat
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import corpus
from benchmarks.memory import private_bytes
from search.errors import UnreadableFile
from search.extraction import extract
from search.sources import RawDocument

ARTICLES, PAGES, RUNS = 2_000, 60, 3
STARTS = 9
MEMORY_AT = (1_000, 10_000, 100_000)
LENGTHS = (10_000, 100_000, 1_000_000)
ENOUGH = 2.0
"""Seconds after which the next length of a hostile input is not tried."""

HOSTILE = {
    "one long word": "a",
    "small words": "is it so ",
    "capital letters": "A",
    "capitalised words": "Anna Borisov ",
    "titles": "President Dr. Mr. ",
    "initials": "J. R. ",
    "name particles": "van der al-bin de la ",
    "names and commas": "Anna Borisov, Mayor, ",
    "reported speech": "Anna Borisov said that Boris said ",
    "quotation marks": "“'\"”",
    "open parentheses": "(",
    "parentheses": "(AP) ",
    "credits": "(Reporting by Anna Borisov; ",
    "datelines": "MOSCOW, Nov 10 (Reuters) - ",
    "dates": "12 March 2020, 03/04/05 ",
    "digits": "1",
    "dashes": " - ",
    "full stops": ". ",
    "hyphens": "a-",
    "apostrophes": "l'a ",
    "spaces": " ",
    "line feeds": "\n",
    "lines of one word": "Share\n",
    "combining accents": "e\u0301\u0301",
}
"""Lines of one thing again and again: what nested or overlapping repetition in a pattern would take quadratic time or worse for."""


HOSTILE_RECORDS = {
    "CSV: quotation marks": ("a.csv", "text/csv", "title,text\n", 'a"a,"b\n'),
    "JSON: open objects": ("a.json", "application/json", "", '[{"text": '),
    "Markdown: open brackets": ("a.md", "text/markdown", "+++\ntitle = 'a'\n+++\n", "[a](b"),
}
"""The same for files with fields: path, media type, how they begin, and what they go on with."""


def text_document(text: str) -> RawDocument:
    return RawDocument("bench", "a.txt", b"a.txt", "text/plain", text.encode())


def html_document(page: bytes) -> RawDocument:
    return RawDocument("bench", "a.html", b"a.html", "text/html", page)


def lines_document(texts: Iterable[str]) -> RawDocument:
    """A file of JSON Lines with these articles."""
    lines = [json.dumps({"id": str(n), "title": text.partition("\n")[0], "body": text.partition("\n\n")[2]}) for n, text in enumerate(texts)]
    return RawDocument("bench", "a.jsonl", b"a.jsonl", "application/x-ndjson", "\n".join(lines).encode())


def read(documents: Iterable[RawDocument]) -> int:
    """Read them all; how many articles there were."""
    number = 0
    for document in documents:
        try:
            number += sum(1 for _ in extract(document))
        except UnreadableFile:
            continue
    return number


def best(documents: Sequence[RawDocument], runs: int = RUNS) -> float:
    """The least time of this core that reading them took, in seconds."""
    times = []
    for _ in range(runs):
        began = time.process_time()
        read(documents)
        times.append(time.process_time() - began)
    return min(times)


def speed() -> Iterator[str]:
    """Articles and pages a second and core."""
    name, articles = corpus.plain()
    texts = list(islice(articles, ARTICLES))
    kind, pages = corpus.pages(PAGES)
    plain = [text_document(text) for text in texts]
    one = lines_document(texts)
    web = [html_document(page) for page in pages]
    yield "| input | characters each | a second and core | MB a second |"
    yield "|---|--:|--:|--:|"
    for what, documents in ((f"plain text: {name}", plain), ("the same as one file of JSON Lines", [one]), (f"HTML: {kind}", web)):
        number = read(documents)
        seconds = best(documents)
        size = sum(len(document.data) for document in documents)
        yield f"| {what} | {size // number:,} | {number / seconds:,.0f} | {size / seconds / 1e6:.1f} |"


def start() -> Iterator[str]:
    """Seconds from the command to its end, for one file, in fresh processes."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.txt"
        file.write_text(next(corpus.invented()), encoding="utf-8")
        yield "| fresh process | median s | best s |"
        yield "|---|--:|--:|"
        for what, command in (
            ("`python -c pass`", ["-c", "pass"]),
            ("`dateline --help`", ["-m", "search", "--help"]),
            ("`dateline extract FILE`", ["-m", "search", "extract", str(file)]),
            ("`dateline explain FILE`", ["-m", "search", "explain", str(file)]),
        ):
            times = []
            for _ in range(STARTS):
                began = time.perf_counter()
                subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own commands
                times.append(time.perf_counter() - began)
            yield f"| {what} | {statistics.median(times):.3f} | {min(times):.3f} |"


def memory() -> Iterator[str]:
    """Private memory of the process after so many articles; flat means that nothing is kept of what was read."""
    name, _ = corpus.plain()
    articles = chain.from_iterable(corpus.plain()[1] for _ in repeat(None))
    yield f"| articles ({name}) | private MB |"
    yield "|--:|--:|"
    done = 0
    for number in MEMORY_AT:
        read(text_document(text) for text in islice(articles, number - done))
        done = number
        yield f"| {number:,} | {private_bytes() / 1e6:.1f} |"


def growth(lengths: tuple[int, ...] = LENGTHS) -> Iterator[str]:
    """Time for one hostile thing again and again, in files of several lengths. A length is left out where a tenth of it took seconds."""
    yield f"| one thing again and again | {' | '.join(f'{length:,} characters: s' for length in lengths)} | times for 10 times more |"
    yield f"|---|{'--:|' * len(lengths)}---|"
    for what, unit in HOSTILE.items():
        yield _row(what, [text_document((unit * (length // len(unit) + 1))[:length]) for length in lengths])
    for what, (unit, close) in {
        "open elements": ("<div>", ""),
        "open and closed": ("<p>a<b>b</b></p>", ""),
        "unfinished tags": ("<a href=", ""),
    }.items():
        yield _row(f"HTML: {what}", [html_document((unit * (length // len(unit)) + close).encode()) for length in lengths])
    for what, (path, kind, begin, unit) in HOSTILE_RECORDS.items():
        files = [(begin + unit * (length // len(unit))).encode() for length in lengths]
        yield _row(what, [RawDocument("bench", path, path.encode(), kind, data) for data in files])


def _row(what: str, documents: list[RawDocument]) -> str:
    read(documents[:1])  # patterns and tables are made on first use
    times: list[float] = []
    for document in documents:
        if times and times[-1] > ENOUGH:
            break
        times.append(best([document], runs=RUNS if len(document.data) <= LENGTHS[0] else 1))
    ratios = ", ".join(f"{after / max(before, 1e-6):.0f}" for before, after in pairwise(times))
    shown = [f"{seconds:.3f}" for seconds in times] + ["not tried"] * (len(documents) - len(times))
    return f"| {what} | {' | '.join(shown)} | {ratios} |"


SECTIONS: dict[str, Callable[[], Iterator[str]]] = {"speed": speed, "start": start, "memory": memory, "growth": growth}


@click.command()
@click.argument("names", nargs=-1, metavar="[SECTION]...", type=click.Choice(list(SECTIONS)))
def main(names: tuple[str, ...]) -> None:
    """Measure, and print a table for each section named, or for all."""
    for name in names or SECTIONS:
        click.echo(f"## {name}\n\n{(SECTIONS[name].__doc__ or '').strip()}\n")
        for line in SECTIONS[name]():
            click.echo(line)
        click.echo()


if __name__ == "__main__":
    main()
