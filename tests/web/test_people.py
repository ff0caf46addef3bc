"""Who with whom: every name, pair and filter leads to the articles that it counts; names stand apart and the alike together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from search.archive import Archive
from search.request import SearchRequest
from search.results import FacetValue, Pair, Together
from tests.make import article, person
from tests.web.conftest import Page, archive_of, client_of
from web import strings
from web.picture import LINE, MOST_LINES, picture, ring

TEAMS = {"A": ["Ada One", "Ada Two", "Ada Three"], "B": ["Bo One", "Bo Two", "Bo Three"]}


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Two teams whose people appear together, one article with one of each, one with nobody, and many people who are alone."""
    articles = [
        article(f"{number}{letter}", f"Team {letter}, day {number}.", agency=letter, participants=[person(name) for name in names])
        for letter, names in TEAMS.items()
        for number in range(1, 4)
    ]
    articles.append(article("41", "A meeting.", participants=[person("Ada One"), person("Bo One")], mentioned=[person("Cy Alone")]))
    articles.append(article("42", "Nobody."))
    articles += [article(f"9{number:02}", "Alone.", participants=[person(f"Zed Number{number}")]) for number in range(50)]
    with archive_of(tmp_path_factory.mktemp("people") / "a", articles) as archive:
        yield archive


def test_every_pair_is_in_the_table_and_leads_to_its_articles(teams: Archive) -> None:
    page = Page(client_of(teams), "/people?q=team")
    assert page.all("main > .aside")[0] == "6 articles found · team"
    assert page.all(".pairs tbody tr")[0] == "Ada One Ada Three 3"
    assert len(page.all(".pairs tbody tr")) == 6
    assert page.follow(".pairs tr:first-child .count a", "3").one("h1") == "3 articles found"
    assert page.follow(".pairs tbody tr:first-child td:first-child a", "Ada One").all(".chip") == ["with Ada One ×"]


def test_every_name_and_line_of_the_picture_leads_to_its_articles(teams: Archive) -> None:
    page = Page(client_of(teams), "/people?q=team+OR+meeting")
    dots = [(str(tag["href"]), tag.title.get_text()) for tag in page.soup.select(".dot") if tag.title]
    lines = [(str(tag["href"]), tag.title.get_text()) for tag in page.soup.select(".line") if tag.title]
    assert len(dots) == 6
    assert len(lines) == 7
    for href, said in [*dots, *lines]:
        assert Page(client_of(teams), href).one("h1").split()[0] == said.split(": ")[1].split()[0], said
    assert "Ada One and Bo One: 1 article" in [said for _, said in lines]


def test_filters_stay_and_are_taken_back_on_the_picture(teams: Archive) -> None:
    page = Page(client_of(teams), "/people?agency=A&participant=Ada+Two")
    assert page.all(".chip") == ["agency A ×", "with Ada Two ×"]
    assert page.follow(".chip", "agency").all(".chip") == ["with Ada Two ×"]
    assert page.follow(".clear", "Clear").all("main > .aside")[0] == "All 58 articles"
    assert page.follow("#back", "Back").one("h1") == "3 articles found"


def test_at_most_forty_are_in_the_picture_and_the_others_are_found_by_name(teams: Archive) -> None:
    page = Page(client_of(teams), "/people")
    assert page.one("main > h2") == "The 40 people of most articles, of 56"
    assert len(page.soup.select(".dot")) == 40
    found = Page(client_of(teams), "/people?find=number49")
    assert found.all(".found li") == ["Zed Number49 1"]
    chosen = found.follow(".found a", "Zed Number49")
    assert chosen.all(".chip") == ["with Zed Number49 ×"]
    assert chosen.one("#pairs") == strings.PICTURE_NOBODY
    many = Page(client_of(teams), "/people?find=zed")
    assert many.all(".found li")[-1] == "and 26 more"
    assert many.follow(".found a", "and 26 more").one("main h2") == "50 participants with a word that begins with “zed”"


def test_everybody_named_is_another_picture(teams: Archive) -> None:
    page = Page(client_of(teams), "/people?q=meeting").follow(".modes a", strings.PICTURE_OF["people"])
    assert page.all(".pairs tbody tr") == ["Ada One Bo One 1", "Ada One Cy Alone 1", "Bo One Cy Alone 1"]
    assert "person=" in page.link(".pairs tbody tr:first-child .count a", "1")


def test_a_pair_within_any_of_several_people_finds_just_its_articles(teams: Archive) -> None:
    page = Page(client_of(teams), "/people?participant=@ada-two&participant=@bo-two&participant_mode=any&q=day+OR+meeting")
    href = next(str(tag["href"]) for tag in page.soup.select(".line") if tag.title and tag.title.get_text().startswith("Ada One and Ada Two"))
    assert Page(client_of(teams), href).one("h1") == "3 articles found"
    first = page.all(".pairs tbody tr")[0]
    assert first.endswith(" 3")


@pytest.mark.parametrize(("query", "said"), [("q=zebra", strings.NOTHING_FOUND), ("q=nobody", "1 article found")])
def test_where_nobody_appears_together_it_is_said(teams: Archive, query: str, said: str) -> None:
    page = Page(client_of(teams), f"/people?{query}")
    assert page.all("main > .aside")[0].startswith(said)
    assert page.one("#pairs") == strings.PICTURE_NOBODY


def test_a_query_that_cannot_be_run_is_said_and_draws_nothing(teams: Archive) -> None:
    page = Page(client_of(teams), "/people?q=" + "(" * 30 + "a")
    assert page.all(".notice")
    assert page.all(".picture") == []


@pytest.mark.parametrize("wrong", ["of=everybody", "of=participants&of=people", "find=" + "x" * 300, "sort=best"])
def test_what_cannot_be_meant_is_ignored_with_a_sentence(teams: Archive, wrong: str) -> None:
    page = Page(client_of(teams), f"/people?q=team&{wrong}")
    assert len(page.all(".notice")) == 1
    assert "was ignored" in page.one(".notice") or "was not read" in page.one(".notice")
    assert len(page.all(".pairs tbody tr")) == 6


def people_of(pairs: dict[tuple[str, str], int], persons: int) -> Together:
    names = [f"@{number:02}" for number in range(persons)]
    values = tuple(FacetValue(name, f"Person {name}", 10) for name in names)
    found = tuple(Pair(one, other, count) for (one, other), count in sorted(pairs.items(), key=lambda item: -item[1]))
    return Together("participants", SearchRequest(), 100, values, found, 0, (), "g")


@pytest.mark.parametrize("persons", [2, 3, 5, 17, 40])
def test_no_two_names_are_on_top_of_each_other_or_outside(persons: int) -> None:
    keys = [f"@{number:02}" for number in range(persons)]
    drawn = picture(people_of({pair: 1 + place % 7 for place, pair in enumerate(combinations(keys, 2))}, persons))
    assert drawn
    assert len(drawn.dots) == persons
    for anchor in ("start", "end"):
        heights = sorted(dot.y for dot in drawn.dots if dot.anchor == anchor)
        assert all(lower - upper >= LINE for upper, lower in pairwise(heights))
    assert all(0 < dot.x < drawn.width and 0 < dot.y < drawn.height for dot in drawn.dots)
    assert len(drawn.lines) == min(MOST_LINES, persons * (persons - 1) // 2)
    assert [line.count for line in drawn.lines] == sorted(line.count for line in drawn.lines), "the strongest lie on top"


def test_those_who_appear_together_are_neighbours_whatever_the_order_they_come_in() -> None:
    shares = {frozenset(pair): 0.9 for team in ("abcd", "wxyz") for pair in combinations(team, 2)} | {frozenset("dw"): 0.1}
    order = "".join(ring("azbycxdw", shares))
    assert {frozenset(order[:4]), frozenset(order[4:])} == {frozenset("abcd"), frozenset("wxyz")}
    assert order == "".join(ring("wdxcybza", shares))
    assert "dw" in order or "wd" in order, "the two chains meet where they are alike"


def test_a_picture_of_nobody_is_none(tmp_path: Path) -> None:
    assert picture(people_of({}, 3)) is None
