"""Which lines are learned to be furniture, and what must never be taken for it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from search.article import Article
from search.repeated import LONGEST_LINE, articles_needed, decided, places, removal, trace
from tests.furniture import FOOTER, HEADER, learned, sentence, story
from tests.make import article

MANY = range(1, 9)


def test_a_line_at_either_edge_of_five_different_stories_is_learned() -> None:
    pages = [story(n, before=[HEADER], after=[FOOTER]) for n in range(5)]
    assert learned(pages) == {"coast": {HEADER, FOOTER}}
    assert learned(pages[:4]) == {}


def with_line(page: Article, line: str, below: int) -> Article:
    """An article with one more paragraph, so many paragraphs above its end."""
    body = page.body.split("\n\n")
    body.insert(len(body) - below, line)
    return replace(page, body="\n\n".join(body))


@pytest.mark.parametrize(
    ("below", "found"), [(0, {"coast": {FOOTER}}), (4, {"coast": {FOOTER}}), (5, {}), (7, {}), (9, {}), (10, {"coast": {FOOTER}})]
)
def test_a_line_is_learned_at_the_edges_and_not_inside(below: int, found: dict[str, set[str]]) -> None:
    assert learned(with_line(story(n, paragraphs=12), FOOTER, below) for n in MANY) == found


def test_the_third_paragraph_is_an_edge_and_the_fourth_is_not() -> None:
    assert places(20) == {0: "first", 1: "first", 2: "first", 15: "last", 16: "last", 17: "last", 18: "last", 19: "last"}
    assert places(3) == {0: "first", 1: "first", 2: "last"}
    assert places(1) == {}


def test_one_story_in_many_versions_teaches_nothing() -> None:
    chance = random.Random(1)
    shared = [sentence(chance) for _ in range(3)]
    versions = [
        replace(story(n, paragraphs=3), body="\n\n".join([*shared, *story(n, paragraphs=2).body.split("\n\n"), "Nothing else is known."]))
        for n in MANY
    ]
    assert len({version.title for version in versions}) == len(versions)
    assert learned(versions) == {}
    others = [story(n, after=["Nothing else is known."]) for n in range(20, 24)]
    assert learned([*versions, *others]) == {"coast": {"Nothing else is known."}}, "the versions and four others are five stories"


def test_versions_that_follow_from_each_other_are_one_story_though_the_first_has_nothing_of_the_last() -> None:
    chance = random.Random(1)
    parts = [sentence(chance, 40) for _ in range(10)]
    versions = [replace(story(n), body="\n\n".join([*parts[n - 1 : n + 1], FOOTER])) for n in MANY]
    assert learned(versions) == {}


def test_furniture_that_is_longer_than_the_stories_does_not_make_them_one() -> None:
    terms = sentence(random.Random(0), 40)
    pages = [story(n, after=[terms], paragraphs=1) for n in range(1, 6)]
    spoken_of = [replace(page, title=" ".join(page.body.split()[:6])) for page in pages]
    assert learned(spoken_of) == {"coast": {terms}}


def test_articles_of_one_title_are_one_story() -> None:
    assert learned(story(n, after=[FOOTER], title="Corrections") for n in MANY) == {}
    assert learned(story(n, after=[FOOTER], title=None) for n in MANY) == {"coast": {FOOTER}}


def test_a_lead_that_speaks_of_its_story_is_not_learned_though_the_rest_differs() -> None:
    lead = "The minister resigned after parliament rejected reforms."
    followed = [replace(story(n, before=[lead]), title=f"Minister resigned: {story(n).title}") for n in MANY]
    assert learned(followed) == {}
    assert learned(story(n, before=[lead]) for n in MANY) == {"coast": {lead}}, "beside other titles it speaks of nothing"


def test_two_lines_of_furniture_with_the_same_words_do_not_protect_each_other() -> None:
    again = "The Harbour Gazette: news from the coast, daily."
    assert learned(story(n, before=[HEADER], after=[again]) for n in MANY) == {"coast": {HEADER, again}}


def test_a_line_must_stand_in_one_of_ten_articles_of_its_group() -> None:
    plain = [story(n) for n in range(100, 154)]
    having = [story(n, after=[FOOTER]) for n in range(6)]
    assert learned([*having, *plain]) == {"coast": {FOOTER}}
    assert learned([*having, *plain, story(99)]) == {}
    assert [articles_needed(size) for size in (1, 50, 51, 60, 61, 1000)] == [5, 5, 6, 6, 7, 100]


def test_what_one_publisher_repeats_is_not_learned_for_another() -> None:
    pages = [story(n, after=[FOOTER], publisher="Gazette") for n in range(5)] + [story(n, after=[FOOTER], publisher="Courier") for n in range(9, 13)]
    assert learned(pages) == {"Gazette": {FOOTER}}


def test_without_a_publisher_the_source_is_the_group() -> None:
    assert learned([story(n, after=[FOOTER], source="coast" if n % 2 else "hills") for n in range(8)]) == {}
    assert trace(story(1, publisher="Gazette")).group == "Gazette"


def test_a_standfirst_that_repeats_is_learned() -> None:
    assert learned(story(n, standfirst="All the news that matters.") for n in MANY) == {"coast": {"All the news that matters."}}


def test_the_only_paragraph_of_an_article_is_its_story() -> None:
    assert learned(article(str(n), "No further details were given.", title=sentence(random.Random(n)), source="coast") for n in MANY) == {}


@pytest.mark.parametrize("line", ["The results:", "x" * (LONGEST_LINE + 1)])
def test_what_introduces_something_or_is_as_long_as_a_story_is_not_learned(line: str) -> None:
    assert learned(story(n, before=[line]) for n in MANY) == {}


def test_spacing_makes_no_other_line() -> None:
    assert learned(story(n, after=["Write  to\tus." if n % 2 else "Write to us."]) for n in MANY) == {"coast": {"Write to us."}}


def test_text_that_is_no_unicode_is_compared_like_any_other() -> None:
    pages = [story(n) for n in MANY]
    assert learned(replace(page, body=f"{page.body}\n\nWrite to \ud800 us.") for page in pages) == {"coast": {"Write to \ud800 us."}}


def test_what_a_person_says_wins_and_what_is_said_of_a_group_outweighs_what_is_said_of_all() -> None:
    decisions = {("A", ""): True, ("A", "Gazette"): False, ("B", "Gazette"): True, ("C", ""): False}
    assert [decided(decisions, line, "Gazette") for line in "ABCD"] == [False, True, False, None]
    gazette, courier = (removal("ACD", decisions, group) for group in ("Gazette", "Courier"))
    assert (gazette.edges, gazette.anywhere) == ({"D"}, {"B"})
    assert (courier.edges, courier.anywhere) == ({"D"}, {"A"})
