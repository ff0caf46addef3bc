"""Raw documents for the extraction's tests, made from texts of our own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from search.article import Article
from search.extraction import extract
from search.sources import RawDocument, media_type

Read = Callable[..., Article]


def raw_document(content: str | bytes, path: str = "a.txt") -> RawDocument:
    data = content.encode() if isinstance(content, str) else content
    key = path.encode()
    return RawDocument("desk", path, key, media_type(key) or "text/plain", data)


@pytest.fixture
def read() -> Read:
    """The one article of a file with this content and path."""

    def read_one(content: str | bytes, path: str = "a.txt") -> Article:
        (article,) = extract(raw_document(content, path))
        assert isinstance(article, Article)
        return article

    return read_one
