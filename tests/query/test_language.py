"""The language, row by row: what each example of docs/searching.md is parsed to, and what is made of the habits of other search programs."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from search.plan import plan
from search.query.parser import parse
from search.query.printer import canonical
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

TODAY = dt.date(2022, 6, 15)  # a Wednesday
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "searching.md"


def w(text: str, field: str | None = None) -> Word:
    return Word(text, field)


def days(first: str, last: str) -> DateRange:
    return DateRange(dt.date.fromisoformat(first) if first else None, dt.date.fromisoformat(last) if last else None)


LANGUAGE: dict[str, Node] = {
    "refugees return": And((w("refugees"), w("return"))),
    '"return of refugees"': Phrase("return of refugees"),
    "=returned": Exact("returned"),
    "refugees OR displaced": Or((w("refugees"), w("displaced"))),
    "refugees | displaced": Or((w("refugees"), w("displaced"))),
    "refugees -camp": And((w("refugees"), Not(w("camp")))),
    "refugees NOT camp": And((w("refugees"), Not(w("camp")))),
    "(refugees OR displaced) Damascus": And((Or((w("refugees"), w("displaced"))), w("Damascus"))),
    "refuge*": Prefix("refuge"),
    "wom?n": Wildcard("wom?n"),
    "Lavrentyev~": Fuzzy("Lavrentyev", 1),
    "Lavrentyev~2": Fuzzy("Lavrentyev", 2),
    "Assad NEAR/5 Putin": Near(w("Assad"), w("Putin"), 5),
    "Assad PRE/3 Putin": Near(w("Assad"), w("Putin"), 3, ordered=True),
    '"oil gas"~3': Phrase("oil gas", None, 3),
    "title:talks": w("talks", "title"),
    "standfirst:refugees": w("refugees", "standfirst"),
    "body:vaccine": w("vaccine", "body"),
    "byline:Smith": w("Smith", "byline"),
    "url:politics": w("politics", "url"),
    "agency:SANA": Value("agency", "SANA"),
    'agency:"al-Watan"': Value("agency", "al-Watan"),
    'publisher:"The Syrian Observer"': Value("publisher", "The Syrian Observer"),
    "place:Moscow": Value("place", "Moscow"),
    "language:en": Value("language", "en"),
    "participant:Putin": Value("participants", "Putin"),
    "person:Biden": Value("people", "Biden"),
    "date:2022": days("2022-01-01", "2022-12-31"),
    "date:2022-06": days("2022-06-01", "2022-06-30"),
    "date:2022-06-15": days("2022-06-15", "2022-06-15"),
    "date:2021..2022-06": days("2021-01-01", "2022-06-30"),
    "date:>=2021-05": days("2021-05-01", ""),
    "after:2021-05": days("2021-06-01", ""),
    "before:2022": days("", "2021-12-31"),
    "date:today": days("2022-06-15", "2022-06-15"),
    "date:yesterday": days("2022-06-14", "2022-06-14"),
    'date:"last 30 days"': days("2022-05-17", "2022-06-15"),
    'date:"last month"': days("2022-05-01", "2022-05-31"),
    "date:none": Missing("date"),
    "agency:none": Missing("agency"),
    "participant:none": Missing("participants"),
    "*": Everything(),
}


@pytest.mark.parametrize("typed", LANGUAGE)
def test_a_row_of_the_language_is_this_tree_and_nothing_is_said(typed: str) -> None:
    found = parse(typed, TODAY)
    assert found.query == LANGUAGE[typed]
    assert found.problems == ()
    assert plan(found.query).problems == ()


def test_every_example_of_the_documents_has_its_tree_here() -> None:
    rows = [line.split(" | ")[0] for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    examples = [example.replace("\\|", "|") for row in rows for example in re.findall(r"`([^`]+)`", row)]
    assert len(examples) > 35
    assert [example for example in examples if example not in LANGUAGE] == []


# Both sides of every pair of neighbours in the order of precedence: NEAR and PRE, NOT, AND (written or not), OR.
@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a NEAR/2 b c", "(a NEAR/2 b) AND c"),
        ("c a PRE/2 b", "c AND (a PRE/2 b)"),
        ("-a PRE/2 b", "NOT (a PRE/2 b)"),
        ("NOT a NEAR/2 b OR c", "(NOT (a NEAR/2 b)) OR c"),
        ("NOT a b", "(NOT a) AND b"),
        ("a b OR c", "(a AND b) OR c"),
        ("a OR b AND c", "a OR (b AND c)"),
        ("a OR -b c | d", "a OR ((NOT b) AND c) OR d"),
        ("a NEAR/2 b OR c NEAR/2 d", "(a NEAR/2 b) OR (c NEAR/2 d)"),
    ],
)
def test_precedence_is_that_of_these_parentheses(typed: str, written: str) -> None:
    assert parse(typed).query == parse(written).query
    assert parse(typed).problems == parse(written).problems == ()


@pytest.mark.parametrize("typed", ["oil and gas", "oil or gas", "not oil", "And Or Not", "oil Near gas", "pre war"])
def test_operators_in_small_letters_are_words(typed: str) -> None:
    assert parse(typed).query == And(tuple(map(w, typed.split())))
    assert parse(typed).problems == ()


# Read as they are meant, without a word.
@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("title :talks", "title:talks"),
        ("title : talks", "title:talks"),
        ("agency: SANA", "agency:SANA"),
        ('title :"peace talks" b', 'title:"peace talks" AND b'),
        ("Title :(a OR b)", "title:a OR title:b"),
        ("+must b", "must AND b"),
        ('+"peace deal" +(a b)', '"peace deal" AND a AND b'),
        ("title:+a", "title:a"),
        ("a && b", "a AND b"),
        ("a || b", "a OR b"),
        ("!a b", "NOT a AND b"),
        ('b !"a c" !(d e)', 'b AND NOT "a c" AND NOT (d AND e)'),
        ("agency:!SANA", "NOT agency:SANA"),
        ("“peace deal”", '"peace deal"'),
        ("agency:SANA, talks", "agency:SANA AND talks"),
        ("date:2022, talks", "date:2022 AND talks"),
        ("participants:Putin people:Biden", "participant:Putin AND person:Biden"),
        ("date:2021-2022", "date:2021-01-01..2022-12-31"),
        ("date:last 30 days", "date:2022-05-17..2022-06-15"),
        ("date:last month talks", "date:2022-05 AND talks"),
        ("date:15 June 2022 talks", "date:2022-06-15 AND talks"),
        ("after:June 2021 talks", "date:2021-07-01.. AND talks"),
        ("-date:March 2022", "NOT date:2022-03"),
        ("date:(March 2022 OR 2021)", "date:2022-03 OR date:2021"),
        ("date:June 2021 to 2 July 2022", "date:2021-06-01..2022-07-02"),
        ("date:[2021 TO 2022]", "date:2021-01-01..2022-12-31"),
        ("date:> 2021", "date:2022-01-01.."),
        ('date:>="June 2022"', "date:2022-06-01.."),
        ("before:yesterday", "date:..2022-06-13"),
    ],
)
def test_what_is_written_otherwise_elsewhere_is_read_as_it_is_meant(typed: str, written: str) -> None:
    found = parse(typed, TODAY)
    assert canonical(found.query) == written
    assert found.problems == ()


# Not possible, or not surely meant: searched without it, and said with what to write.
@pytest.mark.parametrize(
    ("typed", "written", "place", "message"),
    [
        ("Putin near/5 Assad", "Putin AND near/5 AND Assad", "near/5", "NEAR/5"),
        ("Putin w/12 Assad", "Putin AND w/12 AND Assad", "w/12", "NEAR/12"),
        ("Putin pre/3 Assad", "Putin AND pre/3 AND Assad", "pre/3", "PRE/3"),
        ('"Putin" /s (Assad)', '"Putin" AND /s AND Assad', "/s", "NEAR/10"),
        ("(Putin) adj5 title:Assad", "Putin AND adj5 AND title:Assad", "adj5", "NEAR/5"),
        ("Putin NEAR5 Assad", "Putin AND NEAR5 AND Assad", "NEAR5", "NEAR/5"),
        ("author:Smith", "Smith", "author", "Did you mean byline:?"),
        ("Author: Smith", "Smith", "Author:", "Did you mean byline:?"),
        ("site:bbc.com", "bbc.com", "site", "Did you mean publisher:?"),
        ("from:2021", "2021", "from", "Did you mean date:>=…?"),
        ("until:2021", "2021", "until", "Did you mean date:<=…?"),
        ("tilte:a", "a", "tilte", "Did you mean title:?"),
        ("foo:a", "a", "foo", "The fields are title, standfirst"),
        ("participant:Putin,Assad", 'participant:"Putin,Assad"', "Putin,Assad", "… OR …"),
        ("date:March b", "b", "March", "not a date"),
        ("date:2022-13", "NOT *", "2022-13", "not a date"),
        ("AND AND", "NOT *", "AND", "nothing to work on"),
        ("! a", "! AND a", "!", "no word in it"),
    ],
)
def test_what_others_write_and_we_do_not_is_said(typed: str, written: str, place: str, message: str) -> None:
    found = parse(typed, TODAY)
    assert canonical(found.query) == written
    problem = (*found.problems, *plan(found.query).problems)[0]
    assert typed[problem.start : problem.end] == place
    assert message in problem.message


@pytest.mark.parametrize(
    "typed",
    [
        "near/5",
        "Putin near/5",
        "near/5 Assad",
        "Putin AND near/5 AND Assad",
        "title:near/5 b",
        '"near/5" b',
        "author:",
        "title:author: b",
        "a AND near/5 b",
        "AC/DC song",
        "24/7 a",
        "Putin: a",
    ],
)
def test_what_may_well_be_a_word_is_not_remarked_upon(typed: str) -> None:
    assert parse(typed).problems == ()


def test_a_name_of_a_field_keeps_to_itself_where_no_colon_follows_or_it_is_a_word_of_a_field() -> None:
    assert parse("title talks").query == And((w("title"), w("talks")))
    assert parse("title:body :a").query == And((w("body", "title"), w(":a")))
    assert parse("title :").query == Nothing()
    assert parse("=title :a").query == And((Exact("title"), w(":a")))
