"""Limits of the language, and that nothing typed raises or takes long."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query.parser import MAX_CLAUSES, MAX_LENGTH, MAX_NESTING, parse
from search.query.tree import And, Nothing, Phrase, Word


@pytest.mark.parametrize(
    ("at_limit", "over", "message"),
    [
        ("a" * MAX_LENGTH, "a" * (MAX_LENGTH + 1), "4,096 characters"),
        ('"' + "a " * (MAX_LENGTH // 2 - 1) + 'aa"', '"' + "a " * (MAX_LENGTH // 2) + 'a"', "4,096 characters"),
        ("a " * MAX_CLAUSES, "a " * (MAX_CLAUSES + 1), "64 words"),
        ("(" * MAX_NESTING + "a" + ")" * MAX_NESTING, "(" * (MAX_NESTING + 1) + "a" + ")" * (MAX_NESTING + 1), "20 deep"),
        ("a" + " " * (2 * MAX_LENGTH - 1), "a" + " " * 2 * MAX_LENGTH, "4,096 characters"),
    ],
)
def test_a_query_over_a_limit_is_not_run_and_says_so(at_limit: str, over: str, message: str) -> None:
    within = parse(at_limit)
    assert within.problems == ()
    assert within.query != Nothing()
    found = parse(over)
    assert found.query == Nothing()
    (problem,) = [p for p in found.problems if p.severity == "error"]
    assert message in problem.message
    assert 0 <= problem.start < problem.end <= len(over)


def test_operators_and_names_of_fields_do_not_count_as_characters() -> None:
    words = ["a" * 64] * 64
    text = " AND ".join(f"standfirst:{word}" for word in words)
    assert len(text) > MAX_LENGTH
    assert parse(text).query == And(tuple(Word(word, "standfirst") for word in words))


# Each of these was a way to make a parser slow: quotes without partner, prefixes of prefixes, long runs, deep nesting.
@pytest.mark.parametrize(
    "piece",
    ["(", ")", '"', "“", "-", "--", "a:", "ab:", "title:", "-title:", "=", "*", "?", "~", "a~", "|", "a ", "a* ", "NOT ", "a NEAR/2 ", "a* NEAR/2 (",
     "OR ", "date:x ", "agancy:a ", '"" ', "() ", "\x00", "\ud800", "\u202e", "é", "<", ".."],
)  # fmt: skip
def test_parsing_is_linear(piece: str) -> None:
    def calls(text: str) -> int:
        """How many functions are called, Python's own included: the same on every machine, however busy."""
        number = 0

        def count(_: object, event: str, __: object) -> None:
            nonlocal number
            number += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            parse(text)
        finally:
            sys.setprofile(before)
        return number

    small, large = (piece * (size // len(piece)) for size in (MAX_LENGTH // 2, 2 * MAX_LENGTH))
    parse(small)  # what is only done once
    # Four times the text; quadratic growth would be sixteen times.
    assert calls(large) < 6 * calls(small) + 500


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_is_parsed(text: str) -> None:
    found = parse(text)
    assert all(0 <= problem.start <= problem.end <= len(text) for problem in found.problems)


def test_a_quotation_of_any_length_below_the_limit_is_one_clause() -> None:
    assert parse('"' + "word " * 500 + '"').query == Phrase(" ".join(["word"] * 500))
