"""Plans: what the text of a query becomes, and what is said where nothing is left of it."""

from __future__ import annotations

import pytest

from search.article import TEXT_FIELDS
from search.plan import Expansion, Planned, Sequence, Term, plan
from search.query.parser import parse
from search.query.tree import And, Near, Node, Not, Nothing, Or


def term(word: str, *fields: str, exact: bool = False) -> Term:
    return Term(word, exact, fields or TEXT_FIELDS)


def sequence(*words: str, exact: bool = False, slop: int = 0) -> Sequence:
    return Sequence(words, exact, TEXT_FIELDS, slop)


def expansion(kind: str, pattern: str, edits: int = 0) -> Expansion:
    return Expansion(kind, pattern, TEXT_FIELDS, edits)


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("Returned", term("return")),
        ("title:returned", term("return", "title")),
        ("al-Assad's", term("assad")),
        ("cross-Border", sequence("cross", "border")),
        ("=Returned", term("returned", exact=True)),
        ("=cross-borders", sequence("cross", "borders", exact=True)),
        ('"returned"', term("returned", exact=True)),
        ('"al-Assad"', term("assad", exact=True)),
        ('"Return of refugees"', sequence("return", "of", "refugees", exact=True)),
        ('"oil gases"~3', sequence("oil", "gases", exact=True, slop=3)),
        ("Réfug*", expansion("prefix", "refug")),
        ("al-Ass*", expansion("prefix", "ass")),
        ("al*", expansion("prefix", "al")),
        ("as-Su*", expansion("prefix", "su")),
        ("Sana'*", expansion("prefix", "sana")),
        ("W?men", expansion("wildcard", "w?men")),
        ("al-*ssad", expansion("wildcard", "*ssad")),
        ("east-*", term("east")),
        ("Lavréntyev~2", expansion("fuzzy", "lavrentyev", 2)),
        ("al-Lavrentyev~", expansion("fuzzy", "lavrentyev", 1)),
        ("a NEAR/5 (b OR returned)", Near(term("a"), Or((term("b"), term("return"))), 5)),
        ("eastern-Ghou*", Near(term("eastern"), expansion("prefix", "ghou"), 1, True)),
        ("a-b-c?-d", Near(sequence("a", "b"), Near(expansion("wildcard", "c?"), term("d"), 1, True), 1, True)),
        ("d'Estaing~", Near(expansion("fuzzy", "d", 1), expansion("fuzzy", "estaing", 1), 1, True)),
    ],
)
def test_what_a_text_is_planned_as(text: str, planned: Node) -> None:
    found = plan(parse(text).query)
    assert found.query == planned
    assert found.problems == ()


@pytest.mark.parametrize("text", ["*", "agency:SANA", "participant:none", "date:2022", "-agency:SANA date:none", "NOT *"])
def test_what_is_no_text_stays_as_it_is(text: str) -> None:
    query = parse(text).query
    assert plan(query).query == query


@pytest.mark.parametrize("text", ["al", '"—"', "=al", "al al", "al OR al", "-al", "al-*", "/~", "al NEAR/3 al", '""'])
def test_a_query_of_which_nothing_is_left_finds_nothing_with_a_problem(text: str) -> None:
    parsed = parse(text)
    found = plan(parsed.query)
    assert found.query == Nothing()
    assert parsed.problems + found.problems


@pytest.mark.parametrize(
    ("text", "planned", "ignored"),
    [
        ("Damascus - SANA", And((term("damascus"), term("sana"))), "-"),
        ("(al) OR refugee", term("refuge"), "al"),
        ("refugee -al", term("refuge"), "al"),
        ("(al OR camp) -refugee", And((term("camp"), Not(term("refuge")))), "al"),
        ("al NEAR/3 camp", term("camp"), "al"),
    ],
)
def test_a_part_of_which_nothing_is_left_is_left_out_and_named(text: str, planned: Node, ignored: str) -> None:
    found = plan(parse(text).query)
    assert found.query == planned
    (problem,) = found.problems
    assert text[problem.start : problem.end] == ignored
    assert problem.severity == "warning"


def test_planned_words_keep_their_places_in_the_typed_text() -> None:
    found = plan(parse("camp w?rd* x").query).query
    assert isinstance(found, And)
    assert [child.span for child in found.children] == [(0, 4), (5, 10), (11, 12)]


def test_an_article_beside_another_word_is_left_out_without_a_word() -> None:
    assert plan(parse("al refugee").query) == Planned(term("refuge"))
    assert [problem.message[:5] for problem in plan(parse("al al").query).problems] == ["“al” ", "“al” "]
