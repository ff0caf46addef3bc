"""How well are articles ranked? Collections with relevance judgements, searched on every engine and scored with the scorer that lies beside them.

Each document becomes an article, each query an OR of its analysed words.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from search.analysis import words
from search.engines import open_engine
from search.engines.base import View
from search.plan import plan
from search.query.tree import Node, Nothing, Or, Word
from search.request import MAX_LIMIT, SearchRequest
from tests.make import article

DEPTH = 1000
"""Hits of a query that are scored."""


def write_run(collection: Path, engine: str, run: Path) -> None:
    """Search all queries of a collection (`docs.jsonl.gz`, `queries.tsv`) on an engine, and write what the scorer reads."""
    with TemporaryDirectory() as folder, open_engine(engine, Path(folder) / "index", create=True) as made:
        names = {}
        with gzip.open(collection / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
            articles = []
            for number, line in enumerate(lines, 1):
                found = json.loads(line)
                articles.append(article(f"{number:x}", found["text"], title=found.get("title") or None))
                names[articles[-1].id] = found["id"]
        made.add(articles)
        made.commit()
        view = made.view()
        with run.open("w", encoding="utf-8") as lines_out:
            for line in (collection / "queries.tsv").read_text(encoding="utf-8").splitlines():
                query, text = line.split("\t", 1)
                lines_out.writelines(f"{query}\t{names[id]}\n" for id in _best(view, text))


def _best(view: View, text: str) -> Iterator[str]:
    """The ids of the best hits for an OR of a text's words, best first."""
    nodes = tuple(Word(word) for word in words(text))
    query: Node = Or(nodes) if len(nodes) > 1 else nodes[0] if nodes else Nothing()
    cursor: str | None = None
    planned = plan(query).query
    for _ in range(DEPTH // MAX_LIMIT):
        page = view.page(planned, SearchRequest(limit=MAX_LIMIT, facets=(), cursor=cursor))
        yield from (hit.id for hit, _ in page.hits)
        cursor = page.next
        if cursor is None:
            return
