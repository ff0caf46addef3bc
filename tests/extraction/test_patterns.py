"""Regular expressions that no text can make slow: what they are made of, and what they cost on hostile texts."""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._compiler as sre_compile  # type: ignore[import-not-found]
import re._parser as sre_parse  # type: ignore[import-not-found]
import string
import time
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

import search
from search.extraction import boilerplate, days, language

_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_MANY = 100  # a repetition that may go on longer than this counts as endless
_SAMPLES = string.printable + "é“”’–—·©年月日\u0301"
_HOSTILE = ["a", "A", " ", "1", "(", "[", "<a ", "/", "-", ".", "Aa ", "A. ", "1. ", "By A", '"', "a/", "\n", "(A", "Jan 1 ", "“A ”", "A, "]


def patterns(within: str = "search.") -> list[str]:
    """Every pattern that a module compiles when it is imported, the rules of boilerplate.toml, and those that extraction makes on first use."""
    found: set[str] = set()
    for module in pkgutil.walk_packages(search.__path__, "search."):
        if module.name.startswith(within) and not module.name.endswith("__main__") and ".engines." not in module.name:
            found.update(p.pattern for p in _compiled(vars(importlib.import_module(module.name)).values()) if isinstance(p.pattern, str))
    found.update(rule.pattern.pattern for rules in boilerplate._rules().values() for rule in rules.all)
    found.update(p.pattern for p in (*days._with_foreign_month(), *language._scripts().values()))
    return sorted(found)


def _compiled(values: Iterable[Any], depth: int = 0) -> Iterator[re.Pattern[Any]]:
    for value in values:
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, (tuple, list, frozenset)) and depth < 3:
            yield from _compiled(value, depth + 1)
        elif isinstance(value, dict) and depth < 3:
            yield from _compiled(value.values(), depth + 1)


EVERY = patterns()


def sequences(tree: Any) -> Iterator[Any]:
    """Every sequence of a parsed pattern: the whole, and what stands in its groups, branches and repetitions."""
    yield tree
    for operation, argument in tree:
        name = str(operation)
        if name in _REPEATS:
            yield from sequences(argument[2])
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from sequences(branch)
        elif name in ("SUBPATTERN", "ATOMIC_GROUP"):
            yield from sequences(argument[3] if name == "SUBPATTERN" else argument)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from sequences(argument[1])


def _endless(node: Any) -> bool:
    return str(node[0]) in _REPEATS and (node[1][1] == sre_parse.MAXREPEAT or node[1][1] > _MANY)


def nested(pattern: str) -> bool:
    """Whether something that may repeat without limit stands inside something that may repeat."""
    for tree in sequences(sre_parse.parse(pattern)):
        for node in tree:
            if str(node[0]) in _REPEATS and node[1][1] > 1:
                body = node[1][2]
                for part in sequences(body):
                    if any(_endless(inner) and not (part is body and _fenced(body, inner)) for inner in part):
                        return True
    return False


def _fenced(body: Any, inner: Any) -> bool:
    """Whether each round begins with a character that the endless repetition in it cannot take: (?:'\\w+)* has one way to match."""
    first = body[0]
    return first is not inner and not (_beginnings(body, [first]) & _beginnings(body, inner[1][2]))


def overlapping(pattern: str) -> bool:
    """Whether two endless repetitions may take the same character from each other, with nothing that must stand between them."""
    for tree in sequences(sre_parse.parse(pattern)):
        nodes = list(tree)
        for at, node in enumerate(nodes):
            if not _endless(node):
                continue
            for following in nodes[at + 1 :]:
                if _endless(following) and _beginnings(tree, node[1][2]) & _beginnings(tree, following[1][2]):
                    return True
                if not (str(following[0]) in _REPEATS and following[1][0] == 0):
                    break
    return False


def same_branches(pattern: str) -> bool:
    """Whether a repetition has alternatives of which one stands twice: (a|a)*."""
    for tree in sequences(sre_parse.parse(pattern)):
        for node in tree:
            if str(node[0]) in _REPEATS and node[1][1] > 1:
                for part in sequences(node[1][2]):
                    for operation, argument in part:
                        if str(operation) == "BRANCH" and len({repr(list(b)) for b in argument[1]}) < len(argument[1]):
                            return True
    return False


def _beginnings(tree: Any, nodes: Any) -> set[str]:
    """The sample characters that part of a pattern can begin with."""
    part = sre_compile.compile(sre_parse.SubPattern(tree.state, list(nodes)), tree.state.flags)
    return {character for character in _SAMPLES if part.match(character + "a") or part.match(character)}


@pytest.mark.parametrize(
    ("check", "bad", "good"),
    [
        (nested, r"(?:a+)+b", r"a+b*(?:cd){0,3}"),
        (nested, r"(?:'?\w+)*", r"(?:'\w+)*"),
        (nested, r"(?:x[^y]{0,500}){2,}", r"(?:x[^y]{0,50}){2,}"),
        (overlapping, r"\s*\s*x", r"\s*x\s*"),
        (overlapping, r".*,?.*x", r"[^,]*,[^,]*x"),
        (overlapping, r"\w+[a-z]*", r"\d+[a-z]*"),
        (same_branches, r"(?:ab|ab)*", r"(?:ab|cd)*"),
    ],
)
def test_each_check_finds_what_it_looks_for_and_nothing_else(check: Any, bad: str, good: str) -> None:
    assert (check(bad), check(good)) == (True, False)


def test_the_patterns_of_all_modules_are_looked_at() -> None:
    assert len(EVERY) > 150
    assert {boilerplate._SENTENCE_END.pattern, days._DIGIT.pattern} <= set(EVERY)


@pytest.mark.parametrize("check", [nested, overlapping, same_branches])
def test_no_pattern_repeats_what_repeats_or_what_its_neighbour_takes(check: Any) -> None:
    assert [pattern for pattern in EVERY if check(pattern)] == []


def test_no_pattern_of_extraction_is_slow_on_a_hostile_text() -> None:
    # A pattern whose cost grows with the square of the text needs half a second for 8,000 characters; a linear one, some milliseconds.
    slow = []
    for pattern in patterns("search.extraction."):
        compiled = re.compile(pattern)
        for piece in _HOSTILE:
            text = (piece * 8000)[:8000]
            before = time.process_time()
            for count, _ in enumerate(compiled.finditer(text)):
                if count > 1000:
                    break
            if time.process_time() - before > 0.25:
                slow.append((pattern, piece))
    assert slow == []
