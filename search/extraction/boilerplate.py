"""Which words of a file are not its story? Written rules, read from data/boilerplate.toml, and photo credits; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from search.extraction.document import Block
from search.extraction.knowledge import load

PLACES = ("whole paragraph", "paragraph beginning", "sentence", "anywhere", "first words", "rest of file")
_LONGEST_LINE = 400  # a longer paragraph that begins with "Share this …" is a story on one line, not a line of furniture
_LAST_PART = 0.6  # the share of a file's text that must stand before a teaser list for the rest to be furniture
_SENTENCE_START = re.compile(r"[.!?…][\"”’')\]]{0,3}\s")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]{0,3}(?=\s|$)")
_ABBREVIATION = re.compile(r"(?:\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|St|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Jr|Sr|Inc|Corp|Co|Ltd|No|vs))\.$")
_PICTURE_DESK = re.compile(
    r"(?:\s?/\s?(?:AP|AFP|Reuters|REUTERS|EPA|EFE|TASS|Xinhua|UPI|Bloomberg|Getty Images|Associated Press|AP Photo|Anadolu|PA Wire"
    r"|Shutterstock|Corbis|Sputnik)"
    r"|\s(?:AFP|AP|EPA|Bloomberg)\s?/\s?Getty(?: Images)?|\sGetty Images)(?:\s?[-/]\s?(?:Getty Images|AFP|Getty))?(?: via Getty Images)?"
)
_CAPITALISED = re.compile(r"[A-ZÀ-ÝŁŠŽ][\w.'’-]*$")
_NAME_LENGTH = 4  # words of a photographer's name at most


@dataclass(frozen=True, slots=True)
class Cut:
    """Words that a rule took out. `credit`: they say who reported, edited or photographed."""

    block: Block
    rule: str
    credit: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    pattern: re.Pattern[str]
    credit: bool


def strip(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Cut, ...]]:
    """The blocks that are the story, and what was cut from them, both in the order of the text."""
    kept: list[Block] = []
    cuts: list[Cut] = []
    total = sum(len(block.text) for block in blocks)
    seen = 0
    for index, block in enumerate(blocks):
        rule = _matching("rest of file", block.text) if seen > _LAST_PART * total else None
        if rule:
            cuts += [Cut(b, rule.name, rule.credit) for b in blocks[index:]]
            break
        seen += len(block.text)
        left = list(_stripped(block, cuts, first=index == 0))
        kept += left
    return tuple(kept), tuple(sorted(cuts, key=lambda cut: cut.block.start))


def is_notice(text: str) -> bool:
    """Whether a whole line is furniture by the written rules."""
    return any(_matching(where, text) for where in ("whole paragraph", "paragraph beginning"))


def _stripped(block: Block, cuts: list[Cut], *, first: bool) -> Iterator[Block]:
    text = block.text
    rule = _matching("whole paragraph", text) or (_matching("paragraph beginning", text) if len(text) <= _LONGEST_LINE else None)
    if rule:
        cuts.append(Cut(block, rule.name, rule.credit))
        return
    spans: list[tuple[int, int, str, bool]] = []
    if first:
        spans += [(m.start(), m.end(), r.name, r.credit) for r in _rules("first words") if (m := r.pattern.match(text))]
    spans += _sentences(text)
    for rule in _rules("anywhere"):
        spans += [(m.start(), m.end(), rule.name, rule.credit) for m in rule.pattern.finditer(text)]
    spans += _picture_credits(text)
    if not spans:
        yield block
        return
    at = 0
    for start, end, name, credit in sorted(spans):
        if start < at:
            continue
        cut, before = block.part(start, end), block.part(at, start)
        if before is not None:
            yield from _unless_whole(before, cuts)
        if cut is not None:
            cuts.append(Cut(cut, name, credit))
        at = end
    after = block.part(at, len(text))
    if after is not None and any(c.isalnum() for c in after.text):
        yield from _unless_whole(after, cuts)
    elif after is not None:
        cuts.append(Cut(after, "left over", False))


def _unless_whole(block: Block, cuts: list[Cut]) -> Iterator[Block]:
    """The rest of a paragraph that has been cut, unless it is furniture itself ("By Jane Doe | AP" behind a photo credit)."""
    rule = _matching("whole paragraph", block.text)
    if rule:
        cuts.append(Cut(block, rule.name, rule.credit))
    else:
        yield block


def _sentences(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """The sentences that a rule of that kind takes out."""
    starts = [0, *(m.end() for m in _SENTENCE_START.finditer(text))]
    for start in starts:
        rule = _matching("sentence", text, start)
        if rule:
            yield start, _sentence_end(text, start, rule), rule.name, rule.credit


def _sentence_end(text: str, start: int, rule: _Rule) -> int:
    matched = rule.pattern.match(text, start)
    for end in _SENTENCE_END.finditer(text, matched.end() if matched else start):
        if not _ABBREVIATION.search(text, 0, end.start() + 1):
            return end.end()
    return len(text)


def _picture_credits(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """ "JANE DOE / AFP - Getty Images": the words before the picture desk's name are the photographer's."""
    for match in _PICTURE_DESK.finditer(text):
        if match.end() < len(text) and text[match.end()].isalnum():
            continue
        start = match.start()
        for _ in range(_NAME_LENGTH):
            word = _CAPITALISED.search(text[:start].rstrip())
            if not word or (text[word.start() : start].strip().endswith(".") and len(word.group()) > 2):
                break
            start = word.start()
        end = match.end()
        if start > 0 and text[start - 1] == "(" and text[end : end + 1] == ")":
            start, end = start - 1, end + 1
        if start < match.start() or start == 0:
            yield start, end, "photo credit", True


def _matching(where: str, text: str, at: int = 0) -> _Rule | None:
    if not _any_rule(where).match(text, at):
        return None
    return next((rule for rule in _rules(where) if rule.pattern.match(text, at)), None)


@lru_cache(maxsize=1)
def _by_place() -> dict[str, tuple[_Rule, ...]]:
    found: dict[str, list[_Rule]] = {place: [] for place in PLACES}
    for entry in load("boilerplate")["rule"]:
        where = entry["where"]
        pattern = entry.get("pattern") or "(?i:" + "|".join(map(_as_pattern, entry["words"])) + ")"
        if where in ("whole paragraph", "rest of file"):
            pattern = rf"(?:{pattern})\s?[.:…!>»]{{0,3}}$"
        found[where].append(_Rule(entry["name"], re.compile(pattern), entry.get("credit", False)))
    return {place: tuple(rules) for place, rules in found.items()}


@lru_cache(maxsize=len(PLACES))
def _any_rule(where: str) -> re.Pattern[str]:
    """All rules of a place as one pattern: most lines match none, and are done with after one look."""
    return re.compile("|".join(f"(?:{rule.pattern.pattern})" for rule in _rules(where)))


def _rules(where: str) -> tuple[_Rule, ...]:
    return _by_place()[where]


def _as_pattern(words: str) -> str:
    """Words of a rule as a regular expression: "…" is up to 80 characters of the same sentence."""
    parts = [r"\s".join(map(re.escape, part.split())) for part in words.split("…")]
    pattern = r"\s?[^.!?]{1,80}?\s?".join(parts)
    return pattern + r"\b" if words[-1].isalnum() and not words[-1].isdigit() else pattern
