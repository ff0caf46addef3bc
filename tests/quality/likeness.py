"""How many of the articles shown as similar are about the same? Newswire articles with topics, on every engine."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from search.answering import similar
from search.article import Article
from search.engines import open_engine
from tests.make import article

ARTICLES, ASKED, SHOWN = 3_000, 100, 5
"""So many articles that have a topic are kept, and for so many of them so many similar ones are asked for."""


def same_topic(lines: Path, engine: str) -> tuple[float, float]:
    """The share of similar articles that have a topic of the article's, and the share that chance would give."""
    with gzip.open(lines, "rt", encoding="utf-8") as file, TemporaryDirectory() as folder:
        found = list(islice(_with_topics(file), ARTICLES))
        topics = {one.id: about for one, about in found}
        with open_engine(engine, Path(folder) / "index", create=True) as made:
            made.add(one for one, _ in found)
            made.commit()
            view = made.view()
            asked = [one.id for one, _ in found[:: ARTICLES // ASKED]]
            shown = [(id, hit.id) for id in asked for hit in similar(view, id, SHOWN)]
    right = sum(bool(topics[id] & topics[other]) for id, other in shown)
    chance = sum(bool(topics[id] & about) for id in asked for other, about in topics.items() if other != id)
    return right / len(shown), chance / (len(asked) * (len(topics) - 1))


def _with_topics(file: Iterator[str]) -> Iterator[tuple[Article, frozenset[str]]]:
    for number, line in enumerate(file, 1):
        found = json.loads(line)
        if found["topics"] and found["text"].strip():
            yield article(f"{number:x}", found["text"], title=found["title"]), frozenset(found["topics"])
