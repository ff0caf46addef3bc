"""What is asked, and of what kind of archive? One that answers everybody's searches all the time, but each of them for the first time.

The cluster has read its files and made its filters, and a point in time is there. But nobody has kept an answer: the cluster's cache of whole answers
is switched off, and what a view remembers is forgotten before each search. So the times are those of searches that have not been asked before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from benchmarks import corpus
from benchmarks.searches import HITS, SEARCHES, VALUES
from search.analysis import words
from search.archive import Archive
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.state import Storage
from search.engines.opensearch.view import OpenSearchView
from search.request import SearchRequest, ask

FACETS = ("date", "agency", "participants")
"""What is counted, as by the other engines that are compared; the date with all its days."""

WORDS = 100
"""Searches by which it is told how often values have to be counted again."""

REQUESTS = {label: ask(search.text, limit=HITS, facets=FACETS, facet_limit=VALUES) for label, search in SEARCHES.items()}
"""The searches by which engines are compared."""


def ordinary() -> list[SearchRequest]:
    """Searches for words of the articles, frequent ones more often, with all facets."""
    found = [word for article in corpus.articles(2_000) for word in words(article.body) if len(word) > 2]
    chosen = dict.fromkeys(Random(corpus.SEED).choices(found, k=10 * WORDS))  # noqa: S311 - not a secret
    return [ask(word) for word in list(chosen)[:WORDS]]


def keep_nothing(storage: Storage) -> None:
    """Let the cluster keep no answers of this archive."""
    storage.connection.ask("PUT", f"/{storage.read().index}/_settings", {"index.requests.cache.enable": False})


class Forgetful:
    """An archive that can be made to forget what it was asked."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        engine = archive._current()
        if not isinstance(engine, OpenSearchEngine):
            raise TypeError("only an engine on a cluster is measured here")
        self._engine = engine
        self._first = engine.view()  # gives the point in time back when it goes, which the others must not
        self._first.moment._released = None

    def forget(self) -> None:
        """Only the point in time stays."""
        self._engine._now = OpenSearchView(self._first.moment)


@contextmanager
def opened(archive: Archive) -> Iterator[Forgetful]:
    """An archive that has answered each search once."""
    with archive:
        forgetful = Forgetful(archive)
        for request in REQUESTS.values():
            archive.run(request)
        yield forgetful
