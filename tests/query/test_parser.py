"""What queries are parsed to, row by row of the language, and what is said of those that are not understood."""

from __future__ import annotations

import datetime as dt

import pytest

from search.query.parser import parse
from search.query.tree import (
    And,
    DateRange,
    Everything,
    Exact,
    Fuzzy,
    Missing,
    Near,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Prefix,
    Value,
    Wildcard,
    Word,
)

TODAY = dt.date(2022, 6, 15)
A, B, C, D = Word("a"), Word("b"), Word("c"), Word("d")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("refugees return", And((Word("refugees"), Word("return")))),
        ('"return of refugees"', Phrase("return of refugees")),
        ('"returned"', Phrase("returned")),
        ("=returned", Exact("returned")),
        ('="a  b"', Phrase("a b")),
        ("a OR b", Or((A, B))),
        ("a | b|c", Or((A, B, C))),
        ("a || b", Or((A, B))),
        ("a -b", And((A, Not(B)))),
        ("a NOT b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("-a", Not(A)),
        ("-(a b)", Not(And((A, B)))),
        ('-"a b"', Not(Phrase("a b"))),
        ("NOT NOT a", A),
        ("NOT (-a)", A),
        ("-title:-a", Word("a", "title")),
        ("NOT -a b", And((A, B))),
        ("a and or not b", And((A, Word("and"), Word("or"), Word("not"), B))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("refuge*", Prefix("refuge")),
        ("refuge**", Prefix("refuge")),
        ("wom?n", Wildcard("wom?n")),
        ("*ref*", Wildcard("*ref*")),
        ("r*f**e?", Wildcard("r*f*e?")),
        ("=refuge*", Prefix("refuge")),
        ("Lavrentyev~", Fuzzy("Lavrentyev", 1)),
        ("Lavrentyev~2", Fuzzy("Lavrentyev", 2)),
        ("a~0", Exact("a")),
        ("Assad NEAR/5 Putin", Near(Word("Assad"), Word("Putin"), 5)),
        ("Assad PRE/3 Putin", Near(Word("Assad"), Word("Putin"), 3, True)),
        ('=a NEAR/5 "b c"', Near(Exact("a"), Phrase("b c"), 5)),
        ("(a OR =b) NEAR/5 (c | d)", Near(Or((A, Exact("b"))), Or((C, D)), 5)),
        ("title:(a NEAR/5 b)", Near(Word("a", "title"), Word("b", "title"), 5)),
        ('"oil gas"~3', Phrase("oil gas", None, 3)),
        ("title:talks standfirst:talks", And((Word("talks", "title"), Word("talks", "standfirst")))),
        ('body:"a b"~2 byline:=a', And((Phrase("a b", "body", 2), Exact("a", "byline")))),
        ("url:https://a.org/b:c*", Prefix("https://a.org/b:c", "url")),
        ("url:ab:c", Word("ab:c", "url")),
        ("https://a.org/b", Word("https://a.org/b")),
        ("10:30", Word("10:30")),
        ("TITLE:a", Word("a", "title")),
        ("title: a b", And((Word("a", "title"), B))),
        ("title:-a", Not(Word("a", "title"))),
        ("title:(a OR (b -c))", Or((Word("a", "title"), And((Word("b", "title"), Not(Word("c", "title"))))))),
        ("title:(a agency:SANA)", And((Word("a", "title"), Value("agency", "SANA")))),
        ("title:OR", Word("OR", "title")),
        ("agency:SANA", Value("agency", "SANA")),
        ('agency:"al-Watan  al Arabi"', Value("agency", "al-Watan al Arabi")),
        ("publisher:x place:Moscow language:en", And((Value("publisher", "x"), Value("place", "Moscow"), Value("language", "en")))),
        ("agency:(SANA OR TASS)", Or((Value("agency", "SANA"), Value("agency", "TASS")))),
        ("agency:a:b", Value("agency", "a:b")),
        ("participant:Putin person:@joe-biden", And((Value("participants", "Putin"), Value("people", "@joe-biden")))),
        ("date:2022-06", DateRange(dt.date(2022, 6, 1), dt.date(2022, 6, 30))),
        ("date:2021..2022-06", DateRange(dt.date(2021, 1, 1), dt.date(2022, 6, 30))),
        ("date:>=2021-05", DateRange(dt.date(2021, 5, 1), None)),
        ("after:2021-05", DateRange(dt.date(2021, 6, 1), None)),
        ("before:2022", DateRange(None, dt.date(2021, 12, 31))),
        ('after:"June 2021"', DateRange(dt.date(2021, 7, 1), None)),
        ("date:today", DateRange(TODAY, TODAY)),
        ('date:"last 30 days"', DateRange(dt.date(2022, 5, 17), TODAY)),
        ("date:none agency:None", And((Missing("date"), Missing("agency")))),
        ("participant:none person:none", And((Missing("participants"), Missing("people")))),
        ('agency:"none"', Value("agency", "none")),
        ("title:none", Word("none", "title")),
        ("agency:*", Not(Missing("agency"))),
        ("date:*", Not(Missing("date"))),
        ("*", Everything()),
        ("", Everything()),
        (" \t\n", Everything()),
        ("* a", And((Everything(), A))),
        ("-*", Nothing()),
        ("a -- b--c --d", And((A, Word("--"), Word("b--c"), D))),
        ("al-Assad", Word("al-Assad")),
        ("AT&T", Word("AT&T")),
        ("Putin: a", And((Word("Putin:"), A))),
    ],
)
def test_what_is_understood(text: str, tree: Node) -> None:
    found = parse(text, TODAY)
    assert found.query == tree
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a b OR c d", Or((And((A, B)), And((C, D))))),
        ("a OR b NOT c", Or((A, And((B, Not(C)))))),
        ("NOT a OR b", Or((Not(A), B))),
        ("NOT a b", And((Not(A), B))),
        ("NOT a NEAR/2 b", Not(Near(A, B, 2))),
        ("-a NEAR/2 b c", And((Not(Near(A, B, 2)), C))),
        ("a OR b NEAR/2 c d", Or((A, And((Near(B, C, 2), D))))),
    ],
)
def test_near_binds_tightest_then_not_and_or(text: str, tree: Node) -> None:
    assert parse(text).query == tree


def test_groups_are_flat_and_never_of_one() -> None:
    assert parse("(a (b)) ((c))").query == And((A, B, C))
    assert parse("(a OR (b OR c)) OR d").query == Or((A, B, C, D))


@pytest.mark.parametrize("opening", '"“”„‟«»＂')
@pytest.mark.parametrize("closing", '"“”„‟«»＂')
def test_typographic_quotation_marks_are_quotation_marks(opening: str, closing: str) -> None:
    assert parse(f"x {opening}a b{closing} y").query == And((Word("x"), Phrase("a b"), Word("y")))


@pytest.mark.parametrize(
    ("text", "tree", "message", "place"),
    [
        ('a "b c', And((A, B, C)), "no partner", '"'),
        ("a) b", And((A, B)), "no ( before", ")"),
        ("a OR b) c", Or((A, And((B, C)))), "no ( before", ")"),
        ("(a b", And((A, B)), "never closed", "("),
        ("a () b", And((A, B)), "nothing inside", "()"),
        ('a ""', A, "nothing between", '""'),
        ("AND a", A, "AND has nothing", "AND"),
        ("a AND", A, "AND has nothing", "AND"),
        ("a AND AND b", And((A, B)), "AND has nothing", "AND"),
        ("a OR AND b", Or((A, B)), "AND has nothing", "AND"),
        ("a AND OR b", Or((A, B)), "AND has nothing", "AND"),
        ("OR a", A, "OR has nothing", "OR"),
        ("a |", A, "| has nothing", "|"),
        ("a OR | b", Or((A, B)), "OR has nothing", "OR"),
        ("a NOT", A, "NOT has nothing", "NOT"),
        ("(a NOT) b", And((A, B)), "NOT has nothing", "NOT"),
        ("NEAR/3 a", A, "NEAR/3 has nothing", "NEAR/3"),
        ("a NEAR/3", A, "NEAR/3 has nothing", "NEAR/3"),
        ("a NEAR b", And((A, B)), "wants a number", "NEAR"),
        ("a PRE/x b", And((A, B)), "wants a number", "PRE/x"),
        ("a NEAR/0 b", Near(A, B, 1), "NEAR/1 was searched", "NEAR/0"),
        ("a NEAR/51 b", Near(A, B, 50), "NEAR/50 was searched", "NEAR/51"),
        ("a NEAR/" + "9" * 3000 + " b", Near(A, B, 50), "NEAR/50 was searched", "NEAR/" + "9" * 3000),
        ("a* NEAR/3 b", And((Prefix("a"), B)), "read as AND", "NEAR/3"),
        ("a NEAR/3 (b c)", And((A, B, C)), "read as AND", "NEAR/3"),
        ("a NEAR/3 NOT b", And((A, Not(B))), "read as AND", "NEAR/3"),
        ("a NEAR/3 (b OR (c d))", And((A, Or((B, And((C, D)))))), "read as AND", "NEAR/3"),
        ('"a b"~2 PRE/3 c', And((Phrase("a b", None, 2), C)), "read as AND", "PRE/3"),
        ("agency:a NEAR/3 b", And((Value("agency", "a"), B)), "read as AND", "NEAR/3"),
        ("NOT a NEAR/2 b NEAR/3 c", And((Not(Near(A, B, 2)), C)), "read as AND", "NEAR/3"),
        ("title:a NEAR/2 body:b", And((Word("a", "title"), Word("b", "body"))), "different ones", "NEAR/2"),
        ("author:a", A, "no field “author”", "author"),
        ("agancy:(a b)", And((A, B)), "Did you mean agency:?", "agancy"),
        ("title:author:a", Word("a", "title"), "no field “author”", "author"),
        ("title:agency:a", Value("agency", "a"), "title: has another field", "title:"),
        ("a agency:", A, "nothing behind agency:", "agency:"),
        ("title:* a", A, "title:* is not possible", "*"),
        ("a date:2022-13", A, "“2022-13” is not a date", "2022-13"),
        ("a after:..2022", DateRange(dt.date(2023, 1, 1), None), "", ""),
        ("a after:2022..", A, "is not a date", "2022.."),
        ("a after:9999", A, "is not a date", "9999"),
        ("a before:none", A, "is not a date", "none"),
        ("agency:Reut*", Value("agency", "Reut*"), "without wildcards", "Reut*"),
        ('agency:"a"~2', Value("agency", "a"), "~ has no meaning", '"a"~2'),
        ('"a b"~', Phrase("a b"), "wants a number", '"a b"~'),
        ('"a b"~99', Phrase("a b", None, 50), "~50 was searched", '"a b"~99'),
        ('"a b"* c', And((Phrase("a b"), C)), "no meaning behind", "*"),
        ('"a b*" c', And((Phrase("a b"), C)), "no wildcard there", '"a b*"'),
        ("a~5", Fuzzy("a", 2), "~2 was searched", "a~5"),
        ("a*~", Prefix("a"), "can't be fuzzy", "a*~"),
    ],
)
def test_what_is_not_understood_is_said_and_the_rest_is_searched(text: str, tree: Node, message: str, place: str) -> None:
    found = parse(text, TODAY)
    if not message:
        assert found.query == And((A, tree))
        assert found.problems == ()
        return
    assert found.query == tree
    (problem,) = found.problems
    assert message in problem.message
    assert text[problem.start : problem.end] == place
    assert problem.severity == "warning"


@pytest.mark.parametrize("text", ["AND", "()", '""', ")", '"', "OR NOT", "date:x", "NEAR/3", "((", "title:", "-()"])
def test_a_query_of_which_nothing_is_left_finds_nothing_and_says_why(text: str) -> None:
    found = parse(text)
    assert found.query == Nothing()
    assert len(found.problems) >= 1


def test_problems_stand_in_the_order_of_the_text() -> None:
    starts = [problem.start for problem in parse('a) author:b OR OR date:x "c').problems]
    assert starts == sorted(starts)
    assert len(starts) == 5


def test_a_thousand_problems_are_counted() -> None:
    problems = parse("a " + ") " * 1000).problems
    assert len(problems) == 21
    assert "980 further" in problems[-1].message


def test_every_leaf_has_its_place_in_the_typed_text() -> None:
    text = "title:talks “of peace” -agency:SANA"
    query = parse(text).query
    assert isinstance(query, And)
    assert [text[slice(*child.span)] for child in query.children if child.span] == ["talks", "“of peace”", "-agency:SANA"]


def test_invisible_characters_are_spaces() -> None:
    assert parse("\ufeff\u202ba\x00b\ud800c\u200f").query == And((A, B, C))
