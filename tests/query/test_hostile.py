"""Whatever is typed gives a tree or a sentence: thousands of hostile texts, and worst cases found by hand.

DATELINE_HOSTILE=100000 sets how many random texts there are; `make quality` runs that many.
"""

from __future__ import annotations

import datetime as dt
import os

import pytest

from search.matching import Matcher
from search.plan import plan
from search.query.leaves import MAX_PARTS
from search.query.parser import MAX_CLAUSES, MAX_LENGTH, MAX_NESTING, parse
from search.query.printer import canonical
from search.query.tree import And, Near, Node, Not, Nothing, Or
from tests.make import article
from tests.query.hostile import Hostile

TODAY = dt.date(2022, 6, 15)
HOW_MANY = int(os.environ.get("DATELINE_HOSTILE", "600"))
BATCHES = 20
STORY = article("1", "a b c d a.b/a-a Putin and al-Assad met in Sana'a. " * 3, title="a b é İ ﷺ 漢")


def nodes(node: Node) -> list[Node]:
    """A node and all below it."""
    children = node.children if isinstance(node, And | Or) else (node.child,) if isinstance(node, Not) else ()
    if isinstance(node, Near):
        children = (node.left, node.right)
    return [node, *(below for child in children for below in nodes(child))]


def is_leaf(node: Node) -> bool:
    return not isinstance(node, And | Or | Not | Near)


def check(text: str) -> bool:
    """Hold a text to all that is promised of every text; whether its query was run."""
    parsed = parse(text, TODAY)
    tree = parsed.query
    errors = [p for p in parsed.problems if p.severity == "error"]
    for problem in parsed.problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.message
    assert len(errors) <= 1
    if errors:
        assert tree == Nothing()
    assert len([node for node in nodes(tree) if is_leaf(node)]) <= MAX_CLAUSES
    assert all(0 <= node.span[0] <= node.span[1] <= len(text) for node in nodes(tree) if node.span)
    written = canonical(tree)
    again = parse(written)
    assert again.query == tree
    assert again.problems == ()
    assert len(written) <= 2 * MAX_LENGTH
    written.encode()  # no lone surrogate is left, so that it can stand in a link
    planned = plan(tree)
    assert plan(again.query).query == planned.query
    assert all(0 <= problem.start <= problem.end <= len(text) and problem.severity == "warning" for problem in planned.problems)
    Matcher(planned.query).places(STORY)
    return not errors


@pytest.mark.parametrize("batch", range(BATCHES))
def test_any_text_is_a_tree_with_problems_inside_it_and_a_canonical_text(batch: int) -> None:
    hostile = Hostile(batch)
    texts = [hostile.text() for _ in range(HOW_MANY // BATCHES)]
    run = 0
    for text in texts:
        try:
            run += check(text)
        except Exception as error:
            raise AssertionError(f"{text!r} of batch {batch}") from error
    assert 0.5 * len(texts) < run < len(texts)  # of both kinds there are enough


def test_hostile_texts_are_the_same_in_every_run_and_differ_from_each_other() -> None:
    one, same, other = Hostile(1), Hostile(1), Hostile(2)
    texts = [one.text() for _ in range(100)]
    assert texts == [same.text() for _ in range(100)]
    assert texts != [other.text() for _ in range(100)]
    assert len(set(texts)) > 80


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a*-" * 1360, f"{MAX_PARTS} stars"),
        ("url:" + "a?/" * 1360, f"{MAX_PARTS} stars"),
        ("a-" * 2000 + "a~", f"{MAX_PARTS} parts"),
        ("ﷺ" * 20 + "~", f"{MAX_PARTS} parts"),
        ("sensible " + "a*-" * 100, f"{MAX_PARTS} stars"),
        ("a* " * 5000, "4,096 characters"),
        ("a* b* c* " * 100, f"{MAX_CLAUSES} words"),
        ("a OR " * 1000, f"{MAX_CLAUSES} words"),
        ("-(" * 1000, f"{MAX_NESTING} deep"),
    ],
)  # fmt: skip
def test_what_would_be_too_much_work_is_not_run_and_says_why(text: str, message: str) -> None:
    assert not check(text)
    (problem,) = [p for p in parse(text).problems if p.severity == "error"]
    assert message in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "a*-" * (MAX_PARTS - 1) + "a*", "a-" * (MAX_PARTS - 1) + "a~", "a" + "?" * 4000, "*" * 4096, "ﷺ" * 4096, '"' + "a " * 2000 + '"~50',
        "a'" * 2048, "é" * 4096, "e" + "\u0301" * 4000, "d'" * 2000, "al-" * 1300, "a" + "~" * 4000, "a NEAR/" + "9" * 4000 + " b",
        '"' * 128, "|" * 8192, ")" * 8192, "()" * 4096, "title:" * 1365, "title :a " * 64, "author: " * 1000, "!" * 4096, "+" * 4096,
        "NOT " * 2047 + "a", "-" * 8191 + "a", " ".join(['date:"jan jan jan jan jan jan 2022"'] * 64), "\x00" * 8192, "\ud800" * 8192,
    ],
    ids=lambda text: ascii(text[:12]),
)  # fmt: skip
def test_the_worst_texts_below_the_limits_are_run(text: str) -> None:
    assert check(text)
