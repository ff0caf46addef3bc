"""How long does one engine take, in a process of its own? It is told what to do by lines and answers by lines of JSON.

`index` writes an index and says how many seconds that took, the making of the articles not counted. `serve` opens it, says so, and answers each line
that is the name of a search with the seconds for the answer and for its snippets, with total and facets; "memory" with its private bytes.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.memory import private_bytes
from benchmarks.peers import CannotSearch, Peer, peer
from benchmarks.searches import SEARCHES

if TYPE_CHECKING:
    from search.article import Article


class _Batches:
    """Articles in batches; `seconds` is what it took to make them."""

    def __init__(self, number: int) -> None:
        from benchmarks.corpus import articles
        from search.engines.base import BATCH

        self._articles = articles(number)
        self._most = BATCH
        self.seconds = 0.0

    def __iter__(self) -> Iterator[list[Article]]:
        while True:
            began = time.perf_counter()
            batch = list(islice(self._articles, self._most))
            self.seconds += time.perf_counter() - began
            if not batch:
                return
            yield batch


def indexed(name: str, folder: Path, number: int) -> float:
    """Write an index of so many articles; the seconds that the engine took."""
    engine, batches = peer(name), _Batches(number)
    began = time.perf_counter()
    engine.index(folder, iter(batches))
    return time.perf_counter() - began - batches.seconds


def measured(engine: Peer, name: str) -> dict[str, Any]:
    """One search: seconds for the answer and for its snippets, total, facets; or why the engine cannot search so."""
    search = SEARCHES[name]
    try:
        began = time.perf_counter()
        answer = engine.search(search)
        answered = time.perf_counter()
        passages = engine.snippets(search, answer)
        ended = time.perf_counter()
    except CannotSearch as reason:
        return {"cannot": str(reason)}
    return {
        "seconds": answered - began,
        "snippets": ended - answered,
        "hits": len(answer.hits),
        "passages": len(passages),
        "total": answer.total,
        "facets": answer.facets,
    }


def main(name: str, folder: Path, task: str, *rest: str) -> None:
    """Do what was asked for."""
    if task == "index":
        _say({"seconds": indexed(name, folder, int(rest[0]))})
        return
    engine = peer(name)(folder)
    _say({"ready": True})
    for line in sys.stdin:
        asked = line.strip()
        _say({"bytes": private_bytes()} if asked == "memory" else measured(engine, asked))


def _say(values: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
