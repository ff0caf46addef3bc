"""Which tokens does a typed query consist of? Words, quoted phrases, operators, parentheses and field names, each with its place.

One pass over the text, linear in its length. Nothing raises: what cannot be meant is reported to `Problems` and passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from search.query.fields import FIELDS, unknown_field
from search.query.tree import WORD_FIELDS, Problem

QUOTES = '"“”„‟«»＂'
"""Any of these opens a quotation and any closes it."""

_LISTED_PROBLEMS = 20
_LONGEST_NAME = 32
# Control characters, lone surrogates and marks of writing direction can stand anywhere in pasted text and are no part of a word.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_STOP = re.compile(rf"[\s()|{QUOTES}]")
_QUOTE = re.compile(f"[{QUOTES}]")
_SLOP = re.compile(r"~([0-9]*)")
_FIELD_NAME = re.compile(r"[A-Za-z_]{2,}")
_PROXIMITY = re.compile(r"(NEAR|PRE)(?:/(.*))?")

Kind = Literal["word", "phrase", "field", "(", ")", "AND", "OR", "NOT", "NEAR", "PRE"]


class Token(NamedTuple):
    """A token and where it stands. `number` is what follows `~` behind a phrase or `/` in an operator, as typed; None where nothing does."""

    kind: Kind
    text: str
    start: int
    end: int
    number: str | None = None


@dataclass(slots=True)
class Problems:
    """What was not understood so far. Only the first ones are kept, the rest are counted: nobody reads a thousand."""

    kept: list[Problem] = field(default_factory=list)
    further: int = 0
    over_limit: bool = False
    """Whether there is one of severity error: then the query is not to be run."""

    @property
    def full(self) -> bool:
        """Whether a further warning would only be counted: then its message need not be composed."""
        return len(self.kept) >= _LISTED_PROBLEMS

    def add(self, message: str, start: int, end: int, severity: Literal["warning", "error"] = "warning") -> None:
        """Report a problem; an error is always kept."""
        self.over_limit = self.over_limit or severity == "error"
        if not self.full or severity == "error":
            self.kept.append(Problem(message, start, end, severity))
        else:
            self.further += 1

    def all(self) -> tuple[Problem, ...]:
        """The problems in the order of the text, and one that says how many more there were."""
        listed = sorted(self.kept, key=lambda p: (p.start, p.end))
        if self.further:
            last = listed[-1]
            listed.append(Problem(f"{self.further} further parts of the query were not understood and were ignored.", last.start, last.end))
        return tuple(listed)


def visible(text: str) -> str:
    """The text with a space for every character that cannot be seen; the places of all others stay as they are."""
    return _INVISIBLE.sub(" ", text)


def scan(text: str, problems: Problems) -> list[Token]:
    """The tokens of a text without invisible characters."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if space := _SPACE.match(text, at):
            at = space.end()
        elif character in "()":
            found.append(Token("(" if character == "(" else ")", character, at, at + 1))
            at += 1
        elif character == "|":
            found.append(Token("OR", "|", at, at + (2 if text.startswith("||", at) else 1)))
            at = found[-1].end
        elif character in QUOTES:
            at = _quotation(text, at, found, problems)
        else:
            at = _chunk(text, at, found, problems)
    return _balanced(found, problems)


def _balanced(tokens: list[Token], problems: Problems) -> list[Token]:
    """The tokens without closing parentheses that close nothing."""
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind == "(":
            depth += 1
        elif token.kind == ")":
            if depth == 0:
                problems.add("There is no ( before this ): it was ignored.", token.start, token.end)
                continue
            depth -= 1
        kept.append(token)
    return kept


def _quotation(text: str, start: int, found: list[Token], problems: Problems) -> int:
    """Reads a quoted phrase from its opening mark; returns where to go on."""
    closing = _QUOTE.search(text, start + 1)
    if closing is None:
        problems.add("This quotation mark has no partner: it was ignored, and the words behind it are searched in any form.", start, start + 1)
        return start + 1
    end = closing.end()
    slop = _SLOP.match(text, end)
    found.append(Token("phrase", " ".join(text[start + 1 : closing.start()].split()), start, slop.end() if slop else end, slop[1] if slop else None))
    end = found[-1].end
    stars = end
    while text.startswith("*", stars):
        stars += 1
    if stars > end:
        problems.add("A star has no meaning behind quotation marks: it was ignored.", end, stars)
    return stars


def _chunk(text: str, start: int, found: list[Token], problems: Problems) -> int:
    """Reads what stands between spaces, quotation marks and parentheses: hyphens, field names, and a word or operator; returns its end."""
    stop = _STOP.search(text, start)
    end = stop.start() if stop else len(text)
    opens = end < len(text) and (text[end] == "(" or text[end] in QUOTES)
    at = start
    if text[at] == ":" and (parted := _parted_name(found)):
        found[-1] = Token("field", parted.text, parted.start, at + 1)
        at += 1
    while at < end:
        before = _field_before(found, at)
        if text[at] in "+!" and (text[at + 1].isalnum() if at + 1 < end else opens):  # +must is must, !without is -without
            if text[at] == "!":
                found.append(Token("NOT", "!", at, at + 1))
            at += 1
            continue
        word = at
        while word < end and text[word] == "-":
            word += 1
        if word > at and (word < end or opens):
            if word == at + 1:
                found.append(Token("NOT", "-", at, word))
            at = word  # more than one hyphen is a dash
            continue
        colon = text.find(":", at, min(end, at + _LONGEST_NAME))
        if colon > 0 and (before is None or (before in WORD_FIELDS and before != "url")):
            name = text[at:colon]
            if name.casefold() in FIELDS:
                found.append(Token("field", name, at, colon + 1))
                at = colon + 1
                continue
            if _FIELD_NAME.fullmatch(name) and (colon + 1 < end or opens) and not text.startswith("//", colon + 1):
                problems.add("" if problems.full else unknown_field(name), at, colon)
                at = colon + 1
                continue
        chunk = text[at:end]
        if chunk.strip("=") or not opens:  # ="…" is "…"
            found.append(Token("word", chunk, at, end) if before is not None else _word_or_operator(chunk, at, end))
        break
    return end


def _word_or_operator(chunk: str, start: int, end: int) -> Token:
    if proximity := _PROXIMITY.fullmatch(chunk):
        return Token("NEAR" if proximity[1] == "NEAR" else "PRE", chunk, start, end, proximity[2])
    match chunk:
        case "AND" | "OR" | "NOT":
            return Token(chunk, chunk, start, end)
        case "&&":
            return Token("AND", chunk, start, end)
        case _:
            return Token("word", chunk, start, end)


def _field_before(found: list[Token], start: int, last: int = -1) -> str | None:
    """The field whose colon ends just here (a hyphen for "not" may stand between): behind it no word is an operator.

    `last` is the token to look at first, counted from the end.
    """
    if len(found) >= -last and found[last].kind == "NOT" and found[last].end == start:
        start = found[last].start
        last -= 1
    if len(found) >= -last and found[last].kind == "field" and found[last].end == start:
        return FIELDS[found[last].text.casefold()]
    return None


def _parted_name(found: list[Token]) -> Token | None:
    """The name of a field whose colon is parted from it by a space (`title :talks`), if the last word is one."""
    if not found or found[-1].kind != "word" or found[-1].text.casefold() not in FIELDS:
        return None
    return found[-1] if _field_before(found, found[-1].start, -2) is None else None
