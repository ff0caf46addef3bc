"""What does one word, phrase or value mean, given the field it stands in? A token becomes a leaf of the tree, or a problem."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from search.query.dates import date_range
from search.query.scanner import Problems, Token
from search.query.tree import (
    PEOPLE_FIELDS,
    VALUE_FIELDS,
    DateRange,
    Everything,
    Exact,
    Fuzzy,
    Missing,
    Node,
    Not,
    Phrase,
    Prefix,
    Value,
    Wildcard,
    Word,
)

MAX_DISTANCE = 50
"""How many words apart two words can be looked for."""

MAX_PARTS = 16
"""How many stars and question marks (a run of them is one) a word can have, and how many parts a fuzzy word (`al-Watan~` has two)."""

DATE_FIELDS = ("date", "after", "before")
"""The names that dates stand behind; the last two want a bound."""

_DATE_HELP = "write 2022, 2022-06, 2022-06-15, 2021..2022-06 (the earlier first) or “last 30 days”"
_STARS = re.compile(r"\*+")
_WILD = re.compile(r"[*?]+")
_PART = re.compile(r"[^\W_]+")


def leaf(token: Token, field: str | None, today: dt.date | None, problems: Problems) -> Node | None:
    """The node for a word or phrase in a field (None: in any text); None where it can't be meant, which is then a problem.

    A problem of severity error is a limit: the query is not to be run.
    """
    if token.kind == "phrase" and not token.text:
        problems.add("There is nothing between these quotation marks: they were ignored.", token.start, token.end)
        return None
    if field in DATE_FIELDS or field in VALUE_FIELDS or field in PEOPLE_FIELDS:
        return _value(token, field, today, problems)
    return (_phrase if token.kind == "phrase" else _word)(token, field, problems)


def number(digits: str) -> int:
    """The number these digits write; any beyond a million is a million."""
    digits = digits.lstrip("0")
    return (int(digits) if len(digits) < 7 else 1_000_000) if digits else 0


def _word(token: Token, field: str | None, problems: Problems) -> Node | None:
    span = (token.start, token.end)
    text = token.text.lstrip("=") or token.text
    base, tilde, edits = text.rpartition("~")
    fuzzy = bool(base and tilde and re.fullmatch("[0-9]*", edits))
    # Where a wildcard or ~0 is, no ~ counts, however many stand at the end.
    tail = text.find("~", len(text.rstrip("0123456789~"))) if fuzzy else -1
    pattern = _STARS.sub("*", text[:tail] if tail > 0 else text)
    if pattern == "*" or (any(c in "*?" for c in pattern) and any(c.isalnum() for c in pattern)):
        if fuzzy:
            problems.add("A word with * or ? can't be fuzzy as well: the ~ was ignored.", token.start, token.end)
        return _pattern(pattern, token, field, problems)
    if fuzzy:
        wanted = number(edits) if edits else 1
        if wanted > 2:
            problems.add(f"A fuzzy word can be one or two letters off, not {edits[:6]}: ~2 was searched.", token.start, token.end)
        # One character can stand for several words (ﷺ): its parts are counted as they are when it is written out.
        if len(_PART.findall(unicodedata.normalize("NFKC", base))) > MAX_PARTS:
            message = f"A fuzzy word can have {MAX_PARTS} parts, as al-Watan has two; this one has more, and the query was not run. Leave its ~ away."
            problems.add(message, token.start, token.end, "error")
            return None
        return Fuzzy(base, min(wanted, 2), field, span=span) if wanted else Exact(text[: max(tail, 1)], field, span=span)
    return Word(text, field, span=span) if text == token.text else Exact(text, field, span=span)


def _pattern(pattern: str, token: Token, field: str | None, problems: Problems) -> Node | None:
    span = (token.start, token.end)
    if pattern == "*":
        if field is None:
            return Everything(span=span)
        problems.add(f"{field}:* is not possible, a word or its beginning must be given: it was ignored.", token.start, token.end)
        return None
    if pattern.find("*") == len(pattern) - 1 and "?" not in pattern:
        return Prefix(pattern[:-1], field, span=span)
    if len(_WILD.findall(pattern)) > MAX_PARTS:
        message = f"A word can have {MAX_PARTS} stars or question marks; this one has more, and the query was not run. Make it shorter."
        problems.add(message, token.start, token.end, "error")
        return None
    return Wildcard(pattern, field, span=span)


def _phrase(token: Token, field: str | None, problems: Problems) -> Node | None:
    text, slop = token.text, number(token.number or "")
    if "*" in text:
        problems.add("Words between quotation marks are searched as they stand: a star is no wildcard there and was ignored.", token.start, token.end)
        text = " ".join(text.replace("*", " ").split())
        if not text:
            return None
    if token.number == "":
        problems.add('Behind a phrase ~ wants a number of words, as in "oil gas"~3: it was ignored.', token.start, token.end)
    if slop > MAX_DISTANCE:
        slop = MAX_DISTANCE
        problems.add(f"Words can be looked for {MAX_DISTANCE} words apart, not more: ~{MAX_DISTANCE} was searched.", token.start, token.end)
    return Phrase(text, field, slop, span=(token.start, token.end))


def _value(token: Token, field: str, today: dt.date | None, problems: Problems) -> Node | None:
    span, text = (token.start, token.end), token.text
    if token.kind == "word":
        text = text.rstrip(",;") or text
        text = text.lstrip("=") if field not in DATE_FIELDS and text.strip("=") else text
        if text.casefold() == "none" and field not in ("after", "before"):
            return Missing(field, span=span)
        if not text.strip("*") and field not in ("after", "before"):
            return Not(Missing(field, span=span), span=span)
    if token.number is not None:
        problems.add("~ has no meaning behind a value: it was ignored.", token.start, token.end)
    if field in DATE_FIELDS:
        found = dates(text, field, today)
        if found is None:
            problems.add(f"“{text[:40]}” is not a date that can be meant here and was ignored: {_DATE_HELP}.", token.start, token.end)
            return None
        return DateRange(found.start, found.end, span=span)
    if token.kind == "word" and ("*" in text or "?" in text or text.endswith("~")):
        problems.add(f"Values are compared as a whole, without wildcards: “{text[:40]}” was searched as it stands.", token.start, token.end)
    if token.kind == "word" and ("," in text or ";" in text):
        message = f"“{text[:40]}” was searched as one value. Several are asked for with … OR … in parentheses, as in agency:(SANA OR TASS)."
        problems.add(message, token.start, token.end)
    return Value(field, text, span=span)


def dates(text: str, field: str, today: dt.date | None) -> DateRange | None:
    """The range of `date:`, of `after:` (from the day after the date ends) or of `before:` (to the day before it begins); None for no date."""
    found = date_range(text, today)
    if found is None or field == "date":
        return found
    try:
        if field == "after":
            return DateRange(found.end + dt.timedelta(days=1), None) if found.end else None
        return DateRange(None, found.start - dt.timedelta(days=1)) if found.start else None
    except OverflowError:
        return None
