"""What is an engine to write at its next commit?"""

from __future__ import annotations

from collections.abc import Iterable

from search.article import Article


class Changes:
    """Articles to put in and ids to take out; of an id that comes in both, the later counts."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}
        self.gone: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.articles or self.gone)

    @property
    def ids(self) -> list[str]:
        """The ids of everything that changes."""
        return [*self.articles, *self.gone]

    def add(self, articles: Iterable[Article]) -> None:
        """Put articles in."""
        for article in articles:
            self.articles[article.id] = article
            self.gone.discard(article.id)

    def delete(self, ids: Iterable[str]) -> None:
        """Take articles out."""
        for id in ids:
            self.articles.pop(id, None)
            self.gone.add(id)

    def clear(self) -> None:
        """Forget everything."""
        self.articles.clear()
        self.gone.clear()
