"""The benchmarks run: their corpus is the same every time, and what they time is read. What they measure is asserted nowhere."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from benchmarks import corpus, engines, extraction, queries
from search.engines import ENGINES
from search.query.parser import MAX_LENGTH, parse
from tests.make import article
from tests.skipping import need_tantivy


def test_invented_articles_are_the_same_in_every_run_and_never_end_alike() -> None:
    first, again = (list(islice(corpus.invented(), 50)) for _ in range(2))
    assert first == again
    assert len(set(first)) == 50


def test_everything_that_is_timed_is_read() -> None:
    texts = list(islice(corpus.invented(), 20))
    assert extraction.read(map(extraction.text_document, texts)) == 20
    assert extraction.read([extraction.lines_document(texts)]) == 20


def test_invented_pages_stand_in_where_there_are_no_others(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setattr(corpus, "PAGES", tmp_path_factory.mktemp("empty"))
    kind, pages = corpus.pages(3)
    assert kind == "invented web pages"
    assert extraction.read(map(extraction.html_document, pages)) == 3


def test_the_table_of_growth_has_a_row_for_each_hostile_input() -> None:
    table = list(extraction.growth((50, 500)))
    assert len(table) == 2 + len(extraction.HOSTILE) + 3 + len(extraction.HOSTILE_RECORDS)
    assert {line.count("|") for line in table} == {5}


def test_the_tables_of_queries_have_a_row_for_each_query_and_one_for_all() -> None:
    for section, texts in ((queries.ordinary, queries.ORDINARY), (queries.worst, queries.HOSTILE)):
        table = list(section())
        assert len(table) == 2 + len(texts) + 1
        assert {line.count("|") for line in table} == {7}
    assert [line.count("|") for line in queries.random(100)] == [6, 6, 6]


def test_ordinary_queries_are_understood_and_hostile_ones_are_not_refused_unread() -> None:
    assert [text for text in queries.ORDINARY.values() if parse(text, queries.TODAY).problems] == []
    assert all(MAX_LENGTH / 50 < len(text) <= 2 * MAX_LENGTH for text in queries.HOSTILE.values())


def test_the_tables_of_engines_have_a_row_for_each_search_and_engines_that_agree(tmp_path: Path) -> None:
    need_tantivy()
    articles = [article(str(n), text) for n, text in enumerate(islice(corpus.invented(), 30), 1)]
    lines = list(engines.tables(articles, tuple(ENGINES), tmp_path))
    assert len(lines) == 5 + 1 + 2 + len(engines.SEARCHES)
    assert not [line for line in lines if "differs" in line]
