"""How values are said in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.article import Article
from search.request import SearchRequest
from search.results import Results
from search.wording import about, count, date_in_words, origin, searched, size

PLAIN = Article("0" * 16, "desk", "a.txt", "Text.", "00")


@pytest.mark.parametrize(
    ("date", "words"), [("2022-06-05", "5 June 2022"), ("2022-12", "December 2022"), ("2022", "2022"), (None, "undated"), ("", "undated")]
)
def test_a_date_is_as_precise_as_it_is_known(date: str | None, words: str) -> None:
    assert date_in_words(date) == words


@pytest.mark.parametrize(
    ("agencies", "publisher", "words"),
    [
        (("SANA",), "The Coast", "SANA via The Coast"),
        (("AP", "AFP"), None, "AP, AFP"),
        ((), "The Coast", "The Coast"),
        (("SANA",), "SANA", "SANA"),
        ((), None, ""),
    ],
)
def test_origin_tells_agency_and_publisher_apart(agencies: tuple[str, ...], publisher: str | None, words: str) -> None:
    article = Article("0" * 16, "desk", "a.txt", "Text.", "00", agency=agencies[0] if agencies else None, agencies=agencies, publisher=publisher)
    assert origin(article) == words


def test_an_article_of_which_nothing_is_known_is_undated() -> None:
    assert about(PLAIN) == "undated"


def test_numbers_agree_with_their_nouns() -> None:
    assert [count(n, "article") for n in (0, 1, 2, 12345)] == ["0 articles", "1 article", "2 articles", "12,345 articles"]
    assert count(2, "child", "children") == "2 children"


@pytest.mark.parametrize(("number", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (3_140_000, "3.1 MB"), (5e15, "5000.0 TB")])
def test_sizes_have_units(number: float, words: str) -> None:
    assert size(number) == words


def test_a_query_of_which_nothing_is_left_is_not_shown_as_an_operator() -> None:
    results = Results(SearchRequest(), "NOT *", (), 0, (), (), "1")
    assert searched(results) == "nothing: no part of the query could be looked for"
    assert searched(replace(results, canonical="trade")) == "trade"
