"""What does a typed query ask for? Text becomes a tree and a list of problems; whatever is typed, nothing raises.

Lenient: what cannot be meant is left out with a problem that says so, and the rest is searched. A query of which nothing is left finds nothing.
A query over a limit is not run on a part: its tree is `Nothing()` and its problem has the severity "error".

Normal form of the trees: `And` and `Or` have at least two children and none of their own kind; a group of one is that one; there is no `Not`
of `Not`; `NOT *` is `Nothing()`. `printer.canonical` prints exactly these.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from search.query.fields import FIELDS
from search.query.habits import remark
from search.query.leaves import DATE_FIELDS, MAX_DISTANCE, dates, leaf, number
from search.query.scanner import Problems, Token, scan, visible
from search.query.tree import And, Everything, Exact, Fuzzy, Near, Node, Not, Nothing, Or, Phrase, Prefix, Problem, Value, Wildcard, Word

MAX_LENGTH = 4096
"""Characters in all words and values of a query together; field names, operators and spaces do not count, so that the canonical text of a query
is never over the limit when the query was not."""

MAX_CLAUSES = 64
MAX_NESTING = 20

_ANY_TEXT = ("title", "standfirst", "body")
_LONGEST_DATE = 7
"""Words that a date without quotation marks can have: 15 June 2021 to 2 July 2022."""

_TOO_LONG = f"A query can be {MAX_LENGTH:,} characters long; this one is longer and was not run. Make it shorter."
_STARTS_OPERAND = ("word", "phrase", "field", "(", "NOT")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as a tree, and what was not understood of it."""

    query: Node
    problems: tuple[Problem, ...] = ()


class _OverLimit(Exception):
    """The query is too large to be run; the problem is already noted."""


def parse(text: str, today: dt.date | None = None) -> Parsed:
    """The tree of a typed query, and its problems in the order of the text.

    `today` is the day that relative dates count from; None is the present day. An empty text and `*` mean everything.
    """
    problems = Problems()
    if len(text) > 2 * MAX_LENGTH:  # more than the longest canonical text can have
        problems.add(_TOO_LONG, MAX_LENGTH, len(text), "error")
        return Parsed(Nothing(span=(0, len(text))), problems.all())
    text = visible(text)
    if not text.strip():
        return Parsed(Everything())
    try:
        query = _Parser(remark(scan(text, problems), problems), problems, today).disjunction(None)
    except _OverLimit:
        query = None
    return Parsed(query or Nothing(span=(0, len(text))), problems.all())


class _Parser:
    """Recursive descent over the tokens of one query: or, and, not, near, operand, from loose to tight."""

    def __init__(self, tokens: list[Token], problems: Problems, today: dt.date | None) -> None:
        self.tokens = tokens
        self.problems = problems
        self.today = today
        self.at = 0
        self.depth = 0
        self.clauses = 0
        self.length = 0
        # An operand that was read as the right one of a NEAR and turned out to be none: the next one to come.
        self.pending: Node | None = None

    def peek(self, *kinds: str) -> Token | None:
        """The next token if it is of one of these kinds."""
        if self.at < len(self.tokens) and self.tokens[self.at].kind in kinds:
            return self.tokens[self.at]
        return None

    def disjunction(self, field: str | None) -> Node | None:
        parts: list[Node] = []
        waiting: Token | None = None  # the OR whose right side is still to come
        while True:
            found = self.conjunction(field)
            following = self.peek("OR")
            if found is not None:
                parts.append(found)
            elif operator := waiting or following:
                self.stray(operator)
            if following is None:
                return _joined(Or, parts)
            waiting = following if parts else None
            self.at += 1

    def conjunction(self, field: str | None) -> Node | None:
        parts: list[Node] = []
        waiting: Token | None = None  # the AND whose right side is still to come
        while True:
            if self.pending is not None or self.peek(*_STARTS_OPERAND):
                found = self.negation(field)
                parts.extend([found] if found is not None else [])
                waiting = None
                continue
            if waiting is not None:
                self.stray(waiting)
                waiting = None
            operator = self.peek("AND", "NEAR", "PRE")
            if operator is None:
                return _joined(And, parts)
            if operator.kind == "AND" and parts:
                waiting = operator
            else:
                self.stray(operator)
            self.at += 1

    def negation(self, field: str | None) -> Node | None:
        negated = False
        operator: Token | None = None
        while self.pending is None and (token := self.peek("NOT")):
            negated, operator = not negated, token
            self.at += 1
        if operator is not None and not self.peek(*_STARTS_OPERAND):
            self.stray(operator)
            return None
        found = self.proximity(field)
        return _negation(found, operator) if negated and found is not None and operator else found

    def proximity(self, field: str | None) -> Node | None:
        left = self.operand(field)
        while left is not None and self.pending is None and (operator := self.peek("NEAR", "PRE")):
            following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else None
            if following is None or following.kind not in _STARTS_OPERAND:
                return left  # the operator is stray, as conjunction will say
            self.at += 1
            distance = self.distance(operator)
            if distance is None:
                return left
            if following.kind == "NOT":
                self.no_operand(operator)
                return left
            right = self.operand(field)
            if right is None:
                return left
            if not (_words(left) and _words(right)):
                self.no_operand(operator)
            elif not _fields(left) & _fields(right):
                message = f"{operator.kind} looks inside one field, and its two sides are in different ones: it was read as AND."
                self.problems.add(message, operator.start, operator.end)
            else:
                left = Near(left, right, distance, operator.kind == "PRE", span=_span((left, right)))
                continue
            self.pending = right
        return left

    def operand(self, field: str | None) -> Node | None:
        """A word, a phrase or a group, with the field before it; None where it had to be left out."""
        if self.pending is not None:
            waiting, self.pending = self.pending, None
            return waiting
        name: Token | None = None
        while token := self.peek("field"):
            if name is not None:
                self.problems.add(f"{name.text}: has another field behind it and was ignored.", name.start, name.end)
            name, field = token, FIELDS[token.text.casefold()]
            self.at += 1
        operator = self.peek("NOT")
        if operator and name and operator.start == name.end:  # title:-talks
            self.at += 1
        else:
            operator = None
        opening = self.peek("word", "phrase", "(")
        if opening is None:
            if name is not None:
                self.problems.add(f"There is nothing behind {name.text}: and it was ignored.", name.start, name.end)
            return None
        self.at += 1
        if opening.kind == "word" and field in DATE_FIELDS:
            opening = self.date(opening, field)
        found = self.group(opening, field) if opening.kind == "(" else self.leaf(opening, field)
        return _negation(found, operator) if operator and found is not None else found

    def date(self, first: Token, field: str) -> Token:
        """The token of a date, with the words behind it that are part of it: date:last 30 days, date:15 June 2022."""
        if dates(first.text, field, self.today):
            return first
        following = list(itertools.takewhile(lambda token: token.kind in ("word", "phrase"), self.tokens[self.at : self.at + _LONGEST_DATE - 1]))
        for length in range(len(following), 0, -1):
            text = " ".join(token.text for token in (first, *following[:length])).rstrip(",;")
            if dates(text, field, self.today):
                self.at += length
                return Token("word", text, first.start, following[length - 1].end)
        return first

    def group(self, opening: Token, field: str | None) -> Node | None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            message = f"Parentheses can stand {MAX_NESTING} deep in each other, not deeper: the query was not run. Write it flatter."
            self.problems.add(message, opening.start, opening.end, "error")
            raise _OverLimit
        reported = len(self.problems.kept) + self.problems.further
        found = self.disjunction(field)
        self.depth -= 1
        closing = self.peek(")")
        if closing:
            self.at += 1
        else:
            self.problems.add("This ( is never closed: it was read as closed at the end.", opening.start, opening.end)
        if found is None and reported == len(self.problems.kept) + self.problems.further:
            self.problems.add("There is nothing inside these parentheses: they were ignored.", opening.start, closing.end if closing else opening.end)
        return found

    def leaf(self, token: Token, field: str | None) -> Node | None:
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            message = f"A query can have {MAX_CLAUSES} words, phrases and filters; this one has more and was not run. Make it shorter."
            self.problems.add(message, token.start, self.tokens[-1].end, "error")
            raise _OverLimit
        found = leaf(token, field, self.today, self.problems)
        if self.problems.over_limit:
            raise _OverLimit
        if isinstance(found, Word | Exact | Phrase | Prefix | Wildcard | Fuzzy):
            self.length += len(found.text)
        elif isinstance(found, Value):
            self.length += len(found.value)
        if self.length > MAX_LENGTH:
            self.problems.add(_TOO_LONG, token.start, token.end, "error")
            raise _OverLimit
        return found

    def distance(self, operator: Token) -> int | None:
        """The words between the two sides of NEAR or PRE; None where no number is given."""
        name = operator.kind
        if not operator.number or not re.fullmatch("[0-9]+", operator.number):
            self.problems.add(f"{name} wants a number of words, as in {name}/5: it was read as AND.", operator.start, operator.end)
            return None
        words = number(operator.number)
        if not 1 <= words <= MAX_DISTANCE:
            words = min(max(words, 1), MAX_DISTANCE)
            self.problems.add(f"{name} looks from 1 to {MAX_DISTANCE} words far: {name}/{words} was searched.", operator.start, operator.end)
        return words

    def no_operand(self, operator: Token) -> None:
        message = f"{operator.kind} stands between words, exact forms, phrases or (… OR …) of these, and nothing else: it was read as AND."
        self.problems.add(message, operator.start, operator.end)

    def stray(self, operator: Token) -> None:
        what = "The hyphen" if operator.text == "-" else operator.text[:20]
        self.problems.add(f"{what} has nothing to work on at this place: it was ignored.", operator.start, operator.end)


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node | None:
    """The parts as one node of that kind, flat; one part is itself."""
    children = [child for part in parts for child in (part.children if isinstance(part, kind) else (part,))]
    if len(children) < 2:
        return children[0] if children else None
    return kind(tuple(children), span=_span(children))


def _negation(node: Node, operator: Token) -> Node:
    span = (operator.start, node.span[1] if node.span else operator.end)
    if isinstance(node, Not):
        return node.child
    if isinstance(node, Everything):
        return Nothing(span=span)
    if isinstance(node, Nothing):
        return Everything(span=span)
    return Not(node, span=span)


def _words(node: Node) -> list[Word | Exact | Phrase]:
    """What an operand of NEAR consists of: a word, an exact form, a phrase, or some of these joined by OR; nothing for any other node."""
    if isinstance(node, Or):
        parts = [_words(child) for child in node.children]
        return [word for part in parts for word in part] if all(parts) else []
    return [node] if isinstance(node, Word | Exact) or (isinstance(node, Phrase) and node.slop == 0) else []


def _fields(node: Node) -> set[str]:
    """The fields in which an operand of NEAR can be found."""
    return {name for word in _words(node) for name in ((word.field,) if word.field else _ANY_TEXT)}


def _span(nodes: Iterable[Node]) -> tuple[int, int] | None:
    spans = [node.span for node in nodes if node.span]
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None
