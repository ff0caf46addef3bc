"""The benchmarks run: their corpus is the same every time, and what they time is read. What they measure is asserted nowhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from benchmarks import commands, comparison, corpus, extraction, pages, queries
from benchmarks.peers import PEERS, peer
from benchmarks.peers import __main__ as serving
from benchmarks.searches import SEARCHES
from search.article import Article
from search.query.parser import MAX_LENGTH, parse
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


@pytest.fixture
def fifty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Article]:
    """Fifty invented articles, also for `indexed`."""
    monkeypatch.setattr(corpus, "REUTERS", tmp_path / "none")
    return list(corpus.articles(50))


def test_articles_are_all_different_and_a_larger_number_begins_with_a_smaller(fifty: list[Article]) -> None:
    assert len({a.content_hash for a in fifty}) == len({a.id for a in fifty}) == 50
    assert list(corpus.articles(60))[:50] == fifty
    assert corpus.described(fifty).startswith("50 articles (invented): ")


def test_published_stories_come_first_then_new_ones_of_their_paragraphs_without_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    stories = [corpus.Story(f"Title {n}", f"Paragraph {n} by Anna.\n    No name here", "2022-01-01", None, None, None) for n in "abc"]
    monkeypatch.setattr(corpus, "_published", lambda _chance: stories)
    found = [article.body for article in corpus.articles(200)]
    assert found[:3] == [story.text for story in stories]
    assert len(set(found)) == 200
    paragraphs = [line for body in found[3:] for line in body.split("\n    ")]
    assert len(paragraphs) == 197 * 3
    assert not [line for line in paragraphs if line == "No name here"]


def test_a_few_names_are_frequent_and_most_are_rare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(corpus, "REUTERS", tmp_path / "none")
    counted = Counter(person.person for article in corpus.articles(400) for person in article.participants)
    ranked = [count for _, count in counted.most_common()]
    assert ranked[0] > 25
    assert sum(count == 1 for count in ranked) > len(ranked) / 2


@pytest.mark.parametrize("name", list(PEERS))
def test_every_engine_finds_and_counts_what_is_there(name: str, fifty: list[Article], tmp_path: Path) -> None:
    if "tantivy" in name:
        need_tantivy()
    assert serving.indexed(name, tmp_path / name, 50) > 0
    engine = peer(name)(tmp_path / name)
    answers = {label: serving.measured(engine, label) for label in SEARCHES}
    said = [article for article in fifty if " said " in f" {article.title} {article.body} ".lower().replace(".", " ").replace("\n", " ")]
    assert 0 < len(said) < 50
    for label, articles in (("everything", fifty), ("one common word", said)):
        answer = answers[label]
        assert (answer["total"], answer["hits"], answer["passages"]) == (len(articles), 10, 10)
        assert dict(answer["facets"]["year"]) == Counter(article.date[:4] for article in articles if article.date)
        agencies = Counter(article.agency for article in articles if article.agency)
        assert [count for _, count in answer["facets"]["agency"]] == [count for _, count in agencies.most_common(10)]
        people = Counter(person.name for article in articles for person in article.participants)
        assert [count for _, count in answer["facets"]["participants"]] == [count for _, count in people.most_common(10)]
    assert [label for label, answer in answers.items() if "cannot" in answer] == (["a fuzzy word"] if name == "sqlite" else [])
    assert 0 < answers["two words"]["total"] < answers["any of four common words"]["total"]
    assert 0 < answers["a phrase"]["total"] < 50
    assert 0 < answers["a prefix"]["total"] < 50


def test_a_process_answers_and_the_table_has_a_row_for_each_figure(fifty: list[Article], tmp_path: Path) -> None:
    assert len(fifty) == 50
    measured = comparison.Measured(("sqlite",), rate={"sqlite": 5.0}, size={"sqlite": 1000})
    serving.indexed("sqlite", tmp_path / "sqlite", 50)
    comparison.ask(measured, tmp_path, warm=1, cold=1)
    lines = list(comparison.table(measured))
    assert len(lines) == 2 + 4 + 3 * (len(SEARCHES) + 1)
    assert {line.count("|") for line in lines} == {lines[0].count("|")}
    assert sum("no fuzzy search" in line for line in lines) == 3
    assert list(comparison.differences(measured)) == []


def test_ratios_are_of_medians_with_their_floors_and_what_was_not_measured_is_shown_as_that() -> None:
    names = ("whoosh", "whoosh-documented")
    answer = {"seconds": 0.0, "total": 7, "facets": {"year": [["2022", 7]]}}
    measured = comparison.Measured(names, *(dict.fromkeys(names, 1) for _ in range(3)), started={name: [1.0] for name in names})
    for label in SEARCHES:
        measured.answers |= {("whoosh", label): answer, ("whoosh-documented", label): answer | {"facets": {"year": [["2022", 6]]}}}
        for times in (measured.warm, measured.cold, measured.snippets):
            times |= {("whoosh", label): [0.001, 0.001, 9.0], ("whoosh-documented", label): [0.02]}
    lines = list(comparison.table(measured))
    (mean,) = [line for line in lines if line.startswith("| **warm, geometric mean**")]
    assert "**20.0** (≥ 30, aim 100)" in mean
    (prefix,) = [line for line in lines if line.startswith("| warm: a prefix")]
    assert "1.0 · 9000.0" in prefix
    assert "**20.0** (≥ 50, aim 200)" in prefix
    (cold,) = [line for line in lines if line.startswith("| **cold, geometric mean**")]
    assert "| 20.0 (≥ 6, aim 15) |" in cold
    assert len(list(comparison.differences(measured))) == len(SEARCHES)
    measured.answers["whoosh-documented", "everything"] = answer | {"total": 9}
    assert "- everything: total 7; Whoosh as documented +2" in list(comparison.differences(measured))


def test_commands_run_over_raw_files_and_their_table_has_a_row_for_each(fifty: list[Article], tmp_path: Path) -> None:
    waited = commands.wait(fifty, tmp_path)
    assert waited.files == 50 == len(list((tmp_path / "raw").rglob("*.txt")))
    assert len(waited.seeds) == len(waited.many) == commands.RUNS
    lines = list(commands.table(replace(waited, indexing=10.0), documented=4.0))
    assert len(lines) == 2 + 3
    assert "10.0 s, 5 a second | 1.25 (≥ 1, aim 1.6) of Whoosh as documented" in lines[2]
    assert list(commands.table(waited, documented=None))[2].endswith("| – |")


def test_the_table_of_pages_has_a_row_for_each_and_what_is_sent_besides() -> None:
    with pages.filled(300) as archive:
        lines = list(pages.table(archive, warm=1))
    rows = [line.split(" | ") for line in lines if line.startswith("| `/")]
    assert len(rows) == len(SEARCHES) + 6
    assert all(len(row) == 5 for row in rows)
    assert lines[-1].startswith("\nScripts and styles: ")
