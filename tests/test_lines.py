"""What the ledger knows of repeated lines: always what all articles together say, however it came about."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.article import Article
from search.ledger.database import Database
from search.ledger.lines import SCHEMA, Lines
from search.repeated import LearnedLine, Removal
from search.stripping import strip
from tests.furniture import FOOTER, HEADER, learned, story


@dataclass(frozen=True)
class Said:
    """What a person has said of a line."""

    line: str
    is_boilerplate: bool
    publisher: str | None = None


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.create(tmp_path / "ledger.sqlite", layout=1, schema=SCHEMA) as made:
        yield made


@pytest.fixture
def lines(database: Database) -> Lines:
    return Lines(database)


def page(number: int, **values: str | None) -> Article:
    return story(number, after=[FOOTER], **values)


def finished(lines: Lines, *decisions: Said) -> list[str]:
    """A run comes to its end. The articles that it changed."""
    lines.settle(decisions)
    changed = lines.concerned("", 1000)
    lines.confirm()
    return changed


def ids(*numbers: int) -> list[str]:
    return [f"{number:016x}" for number in numbers]


def test_the_fifth_story_makes_a_line_learned_and_all_its_articles_concerned(lines: Lines) -> None:
    for number in (1, 2, 3, 4, 9):
        lines.put(story(number) if number == 9 else page(number))
    assert (finished(lines), lines.lines_of(page(1))) == ([], Removal())
    lines.put(page(5))
    assert finished(lines) == ids(1, 2, 3, 4, 5)
    assert lines.lines_of(page(1)) == Removal(edges=frozenset({FOOTER}))
    lines.put(page(6))
    assert finished(lines) == [], "it enters without the line, and no other has to change"


def test_when_too_few_stories_are_left_they_get_their_line_back(lines: Lines) -> None:
    for number in range(1, 7):
        lines.put(page(number))
    finished(lines)
    lines.drop(ids(6))
    assert finished(lines) == []
    lines.drop([*ids(5), "00000000000000ff"])
    assert finished(lines) == ids(1, 2, 3, 4)
    assert (lines.lines_of(page(1)), lines.listed()) == (Removal(), ())


def test_a_group_that_grows_asks_for_more_and_one_that_shrinks_for_less(lines: Lines) -> None:
    for number in range(1, 6):
        lines.put(page(number))
    for number in range(101, 146):
        lines.put(story(number))
    assert finished(lines) == ids(1, 2, 3, 4, 5)
    lines.put(story(146))
    assert finished(lines) == ids(1, 2, 3, 4, 5)
    assert lines.listed() == ()
    lines.drop(ids(101))
    assert finished(lines) == ids(1, 2, 3, 4, 5)
    assert [line.text for line in lines.listed()] == [FOOTER]


def test_articles_stay_concerned_until_it_is_confirmed_even_if_the_line_is_as_before(database: Database, lines: Lines) -> None:
    for number in range(1, 6):
        lines.put(page(number))
    lines.settle()
    database.commit()
    again = Lines(database)
    again.drop(ids(5))
    again.settle()
    assert again.lines_of(page(1)) == Removal()
    assert again.concerned("", 9) == ids(1, 2, 3, 4), "some of them may have been written without the line"
    again.confirm()
    assert finished(again) == []


def test_a_line_stays_concerning_when_the_next_run_only_confirms_it(lines: Lines) -> None:
    for number in range(1, 6):
        lines.put(page(number))
    lines.settle()
    lines.put(page(6))
    assert finished(lines) == ids(1, 2, 3, 4, 5, 6)


def test_a_line_known_from_versions_of_one_story_is_learned_with_others(lines: Lines) -> None:
    for number in range(1, 7):
        lines.put(replace(page(1), id=ids(number)[0]))
    assert finished(lines) == []
    for number in range(7, 10):
        lines.put(page(number))
        assert finished(lines) == []
    lines.put(page(10))
    assert finished(lines) == ids(*range(1, 11))


def test_what_is_rolled_back_was_never_known(database: Database, lines: Lines) -> None:
    for number in range(1, 5):
        lines.put(page(number))
    finished(lines)
    database.commit()
    lines.put(page(5))
    lines.settle()
    database.rollback()
    assert finished(lines) == []
    assert lines.listed() == ()


def test_concerned_articles_come_in_pages(lines: Lines) -> None:
    numbers = [1, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1]
    for number in numbers:
        lines.put(page(number))
    lines.settle()
    first = lines.concerned("", 2)
    assert [first, lines.concerned(first[-1], 2), lines.concerned(ids(2**64 - 2)[0], 2)] == [ids(*numbers[:2]), ids(*numbers[2:4]), ids(numbers[4])]
    assert lines.concerned(ids(numbers[4])[0], 2) == []


def test_an_article_read_again_replaces_what_was_known_of_it(lines: Lines) -> None:
    for number in range(1, 6):
        lines.put(page(number))
    finished(lines)
    lines.put(story(5))
    assert finished(lines) == ids(1, 2, 3, 4)
    lines.put(page(5, publisher="Courier"))
    assert finished(lines) == []
    lines.put(page(5))
    assert finished(lines) == ids(1, 2, 3, 4, 5)


def test_a_line_that_is_marked_goes_anywhere_in_every_article_that_has_it(lines: Lines) -> None:
    body = story(1, paragraphs=12).body.split("\n\n")
    inside = replace(story(1), body="\n\n".join([*body[:5], "ADVERTISEMENT", *body[5:]]))
    courier = replace(inside, id=ids(2)[0], publisher="Courier")
    for article in (inside, courier, story(3)):
        lines.put(article)
    finished(lines)
    assert finished(lines, Said(" ADVERTISEMENT\n", True)) == ids(1, 2)
    assert strip(inside, lines.lines_of(inside)).article.body == "\n\n".join(body)
    assert finished(lines, Said("ADVERTISEMENT", True, "Courier")) == ids(1, 2)
    assert (lines.lines_of(inside), lines.lines_of(courier)) == (Removal(), Removal(anywhere=frozenset({"ADVERTISEMENT"})))
    assert finished(lines, Said("ADVERTISEMENT", True, "Courier")) == []
    assert finished(lines) == ids(2)
    assert lines.lines_of(courier) == Removal()


def test_a_mark_that_is_not_confirmed_keeps_its_articles_concerned(lines: Lines) -> None:
    lines.put(page(1))
    finished(lines)
    lines.settle([Said(FOOTER, True)])
    assert finished(lines) == ids(1)


def test_a_learned_line_that_is_kept_stays_in_its_stories(lines: Lines) -> None:
    for number in range(1, 6):
        lines.put(page(number))
    finished(lines)
    assert finished(lines, Said(FOOTER, False)) == ids(1, 2, 3, 4, 5)
    assert lines.lines_of(page(1)) == Removal()
    assert lines.listed() == (LearnedLine(FOOTER, "coast", "last", "kept", 5, tuple(ids(1, 2))),)


def test_of_two_contrary_words_the_one_that_keeps_the_line_counts(lines: Lines) -> None:
    for said in itertools.permutations([Said(FOOTER, True), Said(FOOTER, False)]):
        finished(lines, *said)
        assert lines.lines_of(page(1)) == Removal()


def test_lines_are_listed_by_group_and_number_with_two_examples(lines: Lines) -> None:
    for number in range(1, 8):
        lines.put(story(number, before=[HEADER], after=[FOOTER] if number > 1 else [], publisher="Gazette"))
    lines.put(story(8, after=["Sign up!"]))
    finished(lines, Said("Sign up!", True), Said("Nowhere", True), Said("Nowhere", True, "Gazette"))
    assert lines.listed() == (
        LearnedLine("Nowhere", None, "anywhere", "marked", 0),
        LearnedLine(HEADER, "Gazette", "first", "learned", 7, tuple(ids(1, 2))),
        LearnedLine(FOOTER, "Gazette", "last", "learned", 6, tuple(ids(2, 3))),
        LearnedLine("Nowhere", "Gazette", "anywhere", "marked", 0),
        LearnedLine("Sign up!", "coast", "anywhere", "marked", 1, tuple(ids(8))),
    )


def test_a_marked_line_is_not_listed_twice_though_it_was_learned(lines: Lines) -> None:
    for number in range(1, 6):
        lines.put(page(number))
    finished(lines, Said(FOOTER, True), Said(FOOTER, True, "coast"))
    assert lines.listed() == (LearnedLine(FOOTER, "coast", "anywhere", "marked", 5, tuple(ids(1, 2))),)


def test_nothing_is_left_of_articles_that_have_gone(database: Database, lines: Lines) -> None:
    for number in range(1, 9):
        lines.put(story(number, before=[HEADER], after=[FOOTER], paragraphs=14, standfirst="All the news."))
    finished(lines, Said("All the news.", False), Said(FOOTER, True))
    lines.drop(ids(*range(1, 9)))
    finished(lines)
    tables = ("line_groups", "line_articles", "line_places", "lines", "line_marks")
    assert [database.one(f"SELECT count(*) FROM {table}") for table in tables] == [(0,)] * 5


_KINDS = st.tuples(st.integers(1, 9), st.sampled_from(["both", "footer", "header", ""]), st.sampled_from(["Gazette", "Gazette", None]))


def made(number: int, furniture: str, publisher: str | None) -> Article:
    """One of few articles: with furniture or without, of a publisher or only of its source, in versions of one story from the seventh on."""
    before = [HEADER] if furniture in ("header", "both") else []
    after = [FOOTER] if furniture in ("footer", "both") else []
    text = story(min(number, 7), before=before, after=after, paragraphs=2, publisher=publisher)
    return replace(text, id=f"{number:016x}", title=story(number).title)


_STEPS = st.one_of(_KINDS, _KINDS, _KINDS, st.integers(1, 9), st.sampled_from(["run", "killed", "Gazette", "coast"]))


_BEGINNING = [(number, "both", "Gazette") for number in range(1, 6)]


@given(st.lists(_STEPS, max_size=30))
@settings(deadline=None, max_examples=60)
def test_whatever_has_happened_the_articles_alone_decide_and_the_index_follows(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str, str | None] | int | str]
) -> None:
    """An index is kept as the indexer does it: each article as stripped when it was last written."""
    known: dict[str, Article] = {}
    index: dict[str, Article] = {}
    said: set[Said] = set()
    with Database.create(tmp_path_factory.mktemp("lines") / "ledger.sqlite", layout=1, schema=SCHEMA) as database:
        lines = Lines(database)
        for step in [*_BEGINNING, *steps, "run"]:
            if isinstance(step, tuple):
                article = made(*step)
                lines.put(article)
                known[article.id] = article
                index[article.id] = strip(article, lines.lines_of(article)).article
            elif isinstance(step, int):
                lines.drop([f"{step:016x}"])
                known.pop(f"{step:016x}", None)
                index.pop(f"{step:016x}", None)
            elif step in ("Gazette", "coast"):
                said ^= {Said(FOOTER, step == "Gazette", step)}
            else:
                lines.settle(said)
                concerned = lines.concerned("", 1000)
                for id in concerned[:2] if step == "killed" else concerned:
                    index[id] = strip(known[id], lines.lines_of(known[id])).article
                if step == "run":
                    lines.confirm()
        expected = learned(known.values())
        for article in known.values():
            group = article.publisher or "coast"
            decided = {one.is_boilerplate for one in said if one.publisher == group}
            edges = {line for line in expected.get(group, ()) if line != FOOTER or not decided}
            removal = Removal(frozenset(edges), frozenset({FOOTER} if True in decided else ()))
            assert lines.lines_of(article) == removal
            assert index[article.id] == strip(article, removal).article
        found = {(line.group, line.text) for line in lines.listed() if line.state != "marked"}
        marked = {("Gazette", FOOTER) for one in said if one.is_boilerplate}
        assert found == {(group, text) for group, texts in expected.items() for text in texts} - marked
