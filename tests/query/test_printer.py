"""Canonical text: what it looks like, and that it means the tree it was made of."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.plan import Term
from search.query.parser import parse
from search.query.printer import canonical
from search.query.tree import (
    PEOPLE_FIELDS,
    VALUE_FIELDS,
    WORD_FIELDS,
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


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("refugees  return -camp", "refugees AND return AND NOT camp"),
        ("a b | c", "a AND b OR c"),
        ("(a|b) c", "(a OR b) AND c"),
        ("-(a b)", "NOT (a AND b)"),
        ("(a OR b) NEAR/3 c", "(a OR b) NEAR/3 c"),
        ("-a PRE/3 b", "NOT a PRE/3 b"),
        ("“a b”~2", '"a b"~2'),
        ("title:(a =b c* d~2)", "title:a AND title:=b AND title:c* AND title:d~2"),
        ("=a:b*", "=a:b*"),
        ('agency:"SANA" agency:"al Watan" agency:"none" agency:none', 'agency:SANA AND agency:"al Watan" AND agency:"none" AND agency:none'),
        ("participant:Putin person:@joe-biden", "participant:Putin AND person:@joe-biden"),
        ("date:2022 date:2022-02 date:today", "date:2022 AND date:2022-02 AND date:2022-06-15"),
        ("date:2021..2022 after:2021 before:2021-03", "date:2021-01-01..2022-12-31 AND date:2022-01-01.. AND date:..2021-02-28"),
        ("agency:*", "NOT agency:none"),
        ("a1~0 a1~2~0 a1~2~1 ~~0", "=a1 AND =a1 AND =a1~2~ AND =~"),
        ("", "*"),
        ("NOT *", "NOT *"),
    ],
)
def test_canonical_text(typed: str, text: str) -> None:
    assert canonical(parse(typed, TODAY).query) == text


def test_a_plan_has_no_canonical_text() -> None:
    with pytest.raises(TypeError, match="Term"):
        canonical(Term("a", False, ("title",)))


# Random trees in the parser's normal form.
_letters = st.text(alphabet="abéЖ0", min_size=1, max_size=4)
_words = st.one_of(_letters, st.sampled_from(["al-Assad", "Sana'a", "10:30", "a.b", "http://a/b:c", "a~b", "and", "NEARBY", "AND.", "U.S."]))
_raw = st.one_of(_words, st.sampled_from(["AND", "NOT", "NEAR/2", "title:a", "-a", "a-", "b:c"]))
_field = st.one_of(st.none(), st.sampled_from(WORD_FIELDS))
_phrase = st.lists(_raw, min_size=1, max_size=3).map(" ".join)
_value = st.one_of(_raw, _phrase, st.sampled_from(["none", "a*", "a (b)", "@joe-biden", "=a", "*", "a|b", "~"]))
_day = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
_range = st.one_of(
    st.tuples(_day, _day).map(lambda d: DateRange(min(d), max(d))),
    _day.map(lambda d: DateRange(d, None)),
    _day.map(lambda d: DateRange(None, d)),
    st.integers(1, 9999).map(lambda y: DateRange(dt.date(y, 1, 1), dt.date(y, 12, 31))),
)
_operand_word = st.one_of(st.builds(Word, _words, st.none()), st.builds(Exact, _raw, st.none()), st.builds(Phrase, _phrase, st.none()))
_operand = st.one_of(_operand_word, st.lists(_operand_word, min_size=2, max_size=3).map(lambda c: Or(tuple(c))))
_leaf = st.one_of(
    st.builds(Word, _words, _field),
    st.builds(Word, st.sampled_from(["AND", "NEAR/5"]), st.sampled_from(WORD_FIELDS)),
    st.builds(Exact, _raw, _field),
    st.builds(Phrase, _phrase, _field, st.integers(0, 50)),
    st.builds(Prefix, _raw, _field),
    st.builds(Wildcard, _raw.map(lambda w: f"{w}?{w}*x"), _field),
    st.builds(Fuzzy, _raw, st.integers(1, 2), _field),
    st.builds(Value, st.sampled_from(VALUE_FIELDS + PEOPLE_FIELDS), _value),
    st.builds(Missing, st.sampled_from(("date", *VALUE_FIELDS, *PEOPLE_FIELDS))),
    st.builds(Near, _operand, _operand, st.integers(1, 50), st.booleans()),
    st.just(Everything()),
    st.just(Nothing()),
    _range,
)


def _group(kind: type[And] | type[Or], children: list[Node]) -> Node:
    return kind(tuple(grandchild for child in children for grandchild in (child.children if isinstance(child, kind) else (child,))))


def _deeper(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=4)
    negated = nodes.filter(lambda n: not isinstance(n, Not | Everything | Nothing)).map(Not)
    return st.one_of(several.map(lambda c: _group(And, c)), several.map(lambda c: _group(Or, c)), negated)


@settings(max_examples=150)
@given(st.recursive(_leaf, _deeper, max_leaves=12))
def test_the_canonical_text_of_a_tree_is_that_tree_again(tree: Node) -> None:
    found = parse(canonical(tree))
    assert found.query == tree
    assert found.problems == ()


_OPERATORS = ["AND", "OR", "NOT", "NEAR/3", "PRE/2", "NEAR", "NEAR/x", "(", ")", "|", "-", "--", "~", "~2", "*", "?", "=", "==", '"', "“", "”"]
_FIELDS = ["title:", "url:", "agency:", "date:", "date:2022", "date:>2021", "after:x", "person:@a", "participant:none", "foo:", "foo:bar", "a:b:c"]
_WORDS = ["a", "b", "al-Assad", "Putin:", "a*", "w?n", "a~", "=a", "-a", "http://x", "10:30", '"a b"', '"a b"~2', "=-?", "=a:b*", "!"]
_pieces = st.sampled_from(_OPERATORS + _FIELDS + _WORDS + ["\x00", "\ud800"])


@settings(max_examples=250)
@given(st.lists(st.tuples(_pieces, st.sampled_from(["", " "])).map("".join), max_size=12).map("".join))
def test_the_canonical_text_of_any_query_is_that_query_without_problems(text: str) -> None:
    query = parse(text, TODAY).query
    again = parse(canonical(query))
    assert again.query == query
    assert again.problems == ()


@settings(max_examples=150)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from('()"-=*?~:|<> aAND')), max_size=60))
def test_the_canonical_text_of_any_characters_is_that_query_without_problems(text: str) -> None:
    query = parse(text, TODAY).query
    again = parse(canonical(query))
    assert again.query == query
    assert again.problems == ()


def test_the_canonical_text_of_a_query_at_the_limits_is_within_them() -> None:
    typed = "standfirst:(" + "-(a|(b c)) " * 21 + "=" + "d" * 4000 + ")"
    query = parse(typed).query
    assert isinstance(query, And)
    again = parse(canonical(query))
    assert again.query == query
    assert again.problems == ()
