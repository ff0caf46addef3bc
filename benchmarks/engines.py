"""How fast are the engines: to index, to open, to answer? All of them on the same articles, beside each other in one run.

python -m benchmarks.engines [--articles N] [ENGINE]...

Prints Markdown. A search is everything that an answer needs: plan, hits with snippets, all facets. Its time is the median of several runs in
milliseconds; the runs of the engines take turns, so that a busy machine slows all of them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks import corpus
from benchmarks.extraction import text_document
from search import answering
from search.article import Article
from search.engines import ENGINES, Engine, open_engine, require
from search.errors import EngineMissing
from search.extraction import extract
from search.request import SearchRequest, ask

ARTICLES, BATCH, RUNS = 20_000, 2_000, 7

SEARCHES: dict[str, SearchRequest] = {
    "a word": ask("cocoa"),
    "a frequent word": ask("the"),
    "three words": ask("oil price agreement"),
    "either of three": ask("oil OR cocoa OR wheat"),
    "a phrase": ask('"trade deficit"'),
    "proximity": ask("oil NEAR/5 price"),
    "a prefix": ask("agree*"),
    "a fuzzy word": ask("goverment~2"),
    "a word that is in no article": ask("govermnent minister"),
    "a person's name": ask("person:Reagan"),
    "everything": ask("*"),
    "a word and two facets": ask("trade", {"agency": ["Reuters"], "place": ["none"]}),
    "the newest, page 100": ask("said", sort="newest", page=100),
    "without facets": ask("oil price", facets=()),
}


@click.command()
@click.argument("names", nargs=-1, metavar="[ENGINE]...", type=click.Choice(list(ENGINES)))
@click.option("--articles", "number", default=ARTICLES, show_default=True, metavar="N", help="So many articles.")
def main(names: tuple[str, ...], number: int) -> None:
    """Time the engines named, or all of them, and print tables."""
    kind, texts = corpus.plain()
    read = (found for text in islice(texts, number) for found in extract(text_document(text)) if isinstance(found, Article))
    articles = [replace(article, id=f"{place:016x}", agency="Reuters", agencies=("Reuters",)) for place, article in enumerate(read)]
    click.echo(f"{len(articles):,} articles: {kind}\n")
    with TemporaryDirectory() as folder:
        for line in tables(articles, names or tuple(_installed()), Path(folder)):
            click.echo(line)


def _installed() -> Iterator[str]:
    """The engines whose packages are there; of the others it is said how to install them."""
    for name in ENGINES:
        try:
            require(name)
            yield name
        except EngineMissing as error:
            click.echo(str(error), err=True)


def tables(articles: list[Article], names: tuple[str, ...], folder: Path) -> Iterator[str]:
    """The lines of both tables."""
    yield f"| | {' | '.join(names)} |"
    yield f"|---|{'--:|' * len(names)}"
    indexed = [_indexed(name, folder / name, articles) for name in names]
    yield f"| articles indexed a second | {' | '.join(f'{len(articles) / seconds:,.0f}' for seconds in indexed)} |"
    sizes = [sum(file.stat().st_size for file in (folder / name).rglob("*") if file.is_file()) for name in names]
    yield f"| size, kB an article | {' | '.join(f'{size / len(articles) / 1000:.1f}' for size in sizes)} |"
    began = [_opened(name, folder / name) for name in names]
    yield f"| opening, ms | {' | '.join(f'{seconds * 1000:.0f}' for _, seconds in began)} |"
    yield ""
    yield f"| a search, ms | found | {' | '.join(names)} |"
    yield f"|---|--:|{'--:|' * len(names)}"
    engines = [engine for engine, _ in began]
    try:
        for label, request in SEARCHES.items():
            totals = [answering.search(engine.view(), request).total for engine in engines]
            found = f"{totals[0]:,}" if len(set(totals)) == 1 else f"differs: {totals}"
            times = [[_timed(engine, request) for engine in engines] for _ in range(RUNS)]
            medians = [statistics.median(column) for column in zip(*times, strict=True)]
            yield f"| {label} | {found} | {' | '.join(f'{median * 1000:.1f}' for median in medians)} |"
    finally:
        for engine in engines:
            engine.close()


def _indexed(name: str, folder: Path, articles: list[Article]) -> float:
    began = time.perf_counter()
    with open_engine(name, folder, create=True) as engine:
        for start in range(0, len(articles), BATCH):
            engine.add(articles[start : start + BATCH])
            engine.commit()
    return time.perf_counter() - began


def _opened(name: str, folder: Path) -> tuple[Engine, float]:
    began = time.perf_counter()
    engine = open_engine(name, folder)
    engine.view()
    return engine, time.perf_counter() - began


def _timed(engine: Engine, request: SearchRequest) -> float:
    began = time.perf_counter()
    answering.search(engine.view(), request)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
