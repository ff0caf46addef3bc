"""How fast are matches marked: in headline and snippets of an article of 500 words, and in all of its text?

python -m benchmarks.snippets [QUERY]...

Prints Markdown. Times are milliseconds of one core for an article: medians over pages of ten articles, each page with a highlighter of its own
as in a search, and the least of several runs. What is promised is 0.5 ms for headline and snippets; 0.3 ms are aimed at.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator

import click

from benchmarks import corpus
from search.article import Article
from search.highlight import Highlighter
from search.plan import plan
from search.query.parser import parse

PAGES, PAGE, RUNS = 20, 10, 5
_LONG_ENOUGH = re.compile(r"\s*+(?:\S++\s++){499}\S++")

QUERIES = (
    "oil",
    "the",
    "oil price",
    "government trade deficit",
    "japan trade deficit said",
    '"trade deficit"',
    "oil NEAR/5 price",
    "agree*",
    "goverment~2",
)


def articles(number: int = PAGES * PAGE) -> list[Article]:
    """Articles of 500 words, each put together from shorter ones and cut."""
    _, texts = corpus.plain()
    found: list[Article] = []
    while len(found) < number:
        title, _, body = next(texts).partition("\n\n")
        while (cut := _LONG_ENOUGH.match(body)) is None:
            body += "\n\n" + next(texts).partition("\n\n")[2]
        found.append(Article(f"{len(found):016x}", "benchmark", f"{len(found)}.txt", cut[0], "", title=title))
    return found


def table(read: list[Article], queries: tuple[str, ...] = QUERIES) -> Iterator[str]:
    """The lines of the table; the last one has the medians."""
    yield f"{len(read):,} articles of {statistics.median(len(article.body.split()) for article in read):.0f} words, of {corpus.plain()[0]}\n"
    yield "| query | matches an article | headline and snippets: ms | all the text: ms |"
    yield "|---|--:|--:|--:|"
    pages = [read[start : start + PAGE] for start in range(0, len(read), PAGE)]
    rows = []
    for query in queries:
        highlighter = Highlighter(plan(parse(query).query).query)
        marks = statistics.mean(len(highlighter.marked(article).body.marks) for article in read)
        rows.append([min(_timed(query, pages, work) for _ in range(RUNS)) for work in (_snippets, Highlighter.marked)])
        yield f"| `{query}` | {marks:.1f} | {' | '.join(f'{each:.3f}' for each in rows[-1])} |"
    yield f"| **median** | | {' | '.join(f'{statistics.median(column):.3f}' for column in zip(*rows, strict=True))} |"


def _timed(query: str, pages: list[list[Article]], work: Callable[[Highlighter, Article], object]) -> float:
    """Milliseconds for an article, the median over the pages."""
    planned = plan(parse(query).query).query
    times = []
    for page in pages:
        began = time.process_time()
        highlighter = Highlighter(planned)
        for article in page:
            work(highlighter, article)
        times.append((time.process_time() - began) / len(page) * 1e3)
    return statistics.median(times)


def _snippets(highlighter: Highlighter, article: Article) -> None:
    highlighter.headline(article)
    highlighter.snippets(article)


@click.command()
@click.argument("queries", nargs=-1, metavar="[QUERY]...")
def main(queries: tuple[str, ...]) -> None:
    """Measure marking for the queries given, or for a list of ordinary ones, and print a table."""
    for line in table(articles(), queries or QUERIES):
        click.echo(line)


if __name__ == "__main__":
    main()
