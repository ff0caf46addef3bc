"""How well are articles ranked? Collections with relevance judgements, searched on every engine and scored with the scorer that lies beside them.

Each document becomes an article, each query an OR of its analysed words.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from search.analysis import words
from search.engines import open_engine
from search.engines.base import Engine, View
from search.plan import plan
from search.query.tree import Node, Nothing, Or, Word
from search.request import MAX_LIMIT, SearchRequest
from tests.make import article

COLLECTIONS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ranking"

DEPTH = 1000
"""Hits of a query that are scored."""


@contextmanager
def stored(name: str, engine: str) -> Iterator[tuple[Path, Engine, dict[str, str]]]:
    """A collection (`docs.jsonl.gz`, `queries.tsv`) in an engine: its folder, the engine, and the collection's name of each article."""
    collection = COLLECTIONS / name
    with TemporaryDirectory() as folder, open_engine(engine, Path(folder) / "index", create=True) as made:
        with gzip.open(collection / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
            documents = list(map(json.loads, lines))
        articles = [article(f"{n:x}", found["text"], title=found.get("title") or None) for n, found in enumerate(documents, 1)]
        made.add(articles)
        made.commit()
        yield collection, made, {one.id: found["id"] for one, found in zip(articles, documents, strict=True)}


def run_queries(collection: Path, view: View, names: dict[str, str], run: Path, depth: int = DEPTH) -> None:
    """Search all queries of a collection, and write what the scorer reads."""
    with run.open("w", encoding="utf-8") as lines:
        for line in (collection / "queries.tsv").read_text(encoding="utf-8").splitlines():
            query, text = line.split("\t", 1)
            lines.writelines(f"{query}\t{names[id]}\n" for id in _best(view, text, depth))


def _best(view: View, text: str, depth: int) -> Iterator[str]:
    """The ids of the best hits for an OR of a text's words, best first."""
    nodes = tuple(Word(word) for word in words(text))
    query: Node = Or(nodes) if len(nodes) > 1 else nodes[0] if nodes else Nothing()
    planned = plan(query).query
    cursor: str | None = None
    for _ in range(-(-depth // MAX_LIMIT)):
        page = view.page(planned, SearchRequest(limit=min(depth, MAX_LIMIT), facets=(), cursor=cursor))
        yield from (hit.id for hit, _ in page.hits)
        cursor = page.next
        if cursor is None:
            return
