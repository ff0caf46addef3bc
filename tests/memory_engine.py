"""An engine that keeps articles in a dictionary and cannot search: for tests of what writes to engines.

With a `store` it keeps what is committed in that file, so that a process can be killed and another go on.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from search.article import Article
from search.engines.base import Engine, View
from search.errors import UnknownArticle


class MemoryEngine(Engine):
    name: ClassVar[str] = "memory"

    def __init__(self, store: Path | None = None) -> None:
        self.commits = 0
        self._store = store
        self._articles: dict[str, Article] = {}
        if store is not None and store.exists():
            self.commits, self._articles = pickle.loads(store.read_bytes())
        self._pending = dict(self._articles)

    def add(self, articles: Iterable[Article]) -> None:
        self._pending.update((article.id, article) for article in articles)

    def delete(self, ids: Iterable[str]) -> None:
        for article in ids:
            self._pending.pop(article, None)

    def commit(self, processes: int = 1) -> None:
        if self._pending == self._articles:
            return
        self._articles = dict(self._pending)
        self.commits += 1
        if self._store is not None:
            fresh = self._store.with_suffix(".new")
            fresh.write_bytes(pickle.dumps((self.commits, self._articles)))
            fresh.replace(self._store)

    def rollback(self) -> None:
        self._pending = dict(self._articles)

    def view(self) -> View:
        raise NotImplementedError

    def several(self, ids: Sequence[str]) -> dict[str, Article]:
        return {id: self.get(id) for id in ids}

    def get(self, id: str) -> Article:
        if id not in self._articles:
            raise UnknownArticle(f"There is no article {id}.")
        return self._articles[id]

    def ids(self) -> Iterator[str]:
        return iter(tuple(self._articles))

    def count(self) -> int:
        return len(self._articles)

    def generation(self) -> str:
        return f"{self.commits}"

    def close(self) -> None:
        self.rollback()
