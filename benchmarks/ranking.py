"""What does each part of the ranking give? Collections with relevance judgements, ranked with one part left out at a time.

python -m benchmarks.ranking

Prints Markdown: nDCG@10 on the Whoosh engine. With some 80 and 225 queries, differences below 0.005 are noise. The collections are no part of this
repository; where they do not lie beside it, that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import click

from tests.quality.ranking import run_queries, stored
from tests.quality.sets import RANKING, scored_run, why_not

COLLECTIONS = [name for name in RANKING if name.endswith("/whoosh")]

LEFT_OUT: dict[str, dict[str, Any]] = {
    "all of it": {},
    "function words count like others": {"search.ranking.FUNCTION_STEMS": frozenset()},
    "forms do not matter": {"search.engines.whoosh.ranking.TYPED": 0.0},
    "no bursts": {"search.engines.whoosh.ranking.burst": lambda _occurrences, _articles: 1.0},
    "no pairs": {"search.ranking.PAIR": 0.0},
    "a title's word counts once": {"search.engines.whoosh.ranking.WEIGHTS": dict.fromkeys(("title", "standfirst", "body", "byline", "url"), 1)},
}
"""What is left out, and what takes its place in the program."""


def table(collections: list[str], score: Callable[[str], float]) -> Iterator[str]:
    """A line for each part left out, and one for plain BM25, which leaves out all; `score` gives a collection's figure."""
    yield f"| | {' | '.join(collections)} |"
    yield f"|---|{'--:|' * len(collections)}"
    everything = {name: value for replaced in LEFT_OUT.values() for name, value in replaced.items()}
    for label, replaced in {**LEFT_OUT, "plain BM25": everything}.items():
        with ExitStack() as stack:
            for name, value in replaced.items():
                stack.enter_context(patch(name, value))
            yield f"| {label} | {' | '.join(f'{score(name):.3f}' for name in collections)} |"


@click.command()
def main() -> None:
    """Print the table."""
    reason = next((reason for reason in map(why_not, COLLECTIONS) if reason), None)
    if reason is not None:
        click.echo(f"Nothing to rank: {reason}.")
        return
    with ExitStack() as stack:
        run = Path(stack.enter_context(TemporaryDirectory())) / "run.tsv"

        def score(name: str) -> float:
            # Opened anew each time: what an engine keeps of weights and lengths is not to outlive what is replaced.
            with stored(*RANKING[name]) as (collection, engine, names):
                run_queries(collection, engine.view(), names, run, depth=10)
            return next(figure.value for figure in scored_run(name, run) if figure.what == "nDCG@10")

        for line in table(COLLECTIONS, score):
            click.echo(line)


if __name__ == "__main__":
    main()
