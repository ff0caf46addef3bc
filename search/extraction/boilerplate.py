"""Which words of a file are not its story? Written rules, read from data/boilerplate.toml, and photo credits; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from search.extraction import outlets
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
_FIRST_WORD = re.compile(r"\w+|[^\w\s]")
_CAPITALISED = re.compile(r"[A-ZÀ-ÝŁŠŽ][\w.'’-]*$")
_Span = tuple[int, int, str, bool]  # start, end, name of the rule, whether it is a credit
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
    needs: str = ""


class _Rules:
    """The rules of one place. Most lines begin with the first word of none of them, and are done with after one look."""

    def __init__(self, entries: list[dict[str, Any]], *, whole: bool) -> None:
        self.all: list[_Rule] = []
        self._by_first_word: dict[str, list[_Rule]] = {}
        self._with_need: list[tuple[str, _Rule]] = []
        self._others: list[_Rule] = []
        for entry in entries:
            if "pattern" in entry:
                rule = _rule(entry, entry["pattern"], whole=whole)
                self.all.append(rule)
                if rule.needs:
                    self._with_need.append((rule.needs, rule))
                else:
                    self._others.append(rule)
                continue
            by_word: dict[str, list[str]] = {}
            for words in entry["words"]:
                by_word.setdefault(_FIRST_WORD.findall(words)[0].lower(), []).append(words)
            for first, alike in by_word.items():
                rule = _rule(entry, "(?i:" + "|".join(map(_as_pattern, alike)) + ")", whole=whole)
                self.all.append(rule)
                self._by_first_word.setdefault(first, []).append(rule)
        self._any_other = re.compile("|".join(f"(?:{rule.pattern.pattern})" for rule in self._others)) if self._others else None

    def matching(self, text: str, at: int = 0) -> _Rule | None:
        """The rule that matches the text at an offset, or None."""
        word = _FIRST_WORD.match(text, at)
        for rule in self._by_first_word.get(word[0].lower(), ()) if word else ():
            if rule.pattern.match(text, at):
                return rule
        for needs, rule in self._with_need:
            if needs in text and rule.pattern.match(text, at):
                return rule
        if self._any_other is None or not self._any_other.match(text, at):
            return None
        return next(rule for rule in self._others if rule.pattern.match(text, at))


def _rule(entry: dict[str, Any], pattern: str, *, whole: bool) -> _Rule:
    if whole:
        pattern = rf"(?:{pattern})\s?[.:…!>»]{{0,3}}$"
    return _Rule(entry["name"], re.compile(pattern), entry.get("credit", False), entry.get("needs", ""))


def strip(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Cut, ...]]:
    """The blocks that are the story, and what was cut from them, both in the order of the text."""
    kept: list[Block] = []
    cuts: list[Cut] = []
    total = sum(len(block.text) for block in blocks)
    seen = 0
    ending = _rules()["rest of file"].matching
    for index, block in enumerate(blocks):
        rule = ending(block.text) if seen > _LAST_PART * total else None
        if rule:
            cuts += [Cut(b, rule.name, rule.credit) for b in blocks[index:]]
            break
        seen += len(block.text)
        kept += _stripped(block, cuts, first=index == 0)
    return tuple(kept), tuple(sorted(cuts, key=lambda cut: cut.block.start))


def is_notice(text: str) -> bool:
    """Whether a whole line is furniture by the written rules."""
    return any(_rules()[where].matching(text) for where in ("whole paragraph", "paragraph beginning"))


def _stripped(block: Block, cuts: list[Cut], *, first: bool) -> list[Block]:
    """What is left of a block; the rest is added to `cuts`."""
    text = block.text
    rules = _rules()
    rule = rules["whole paragraph"].matching(text) or (rules["paragraph beginning"].matching(text) if len(text) <= _LONGEST_LINE else None)
    if rule:
        cuts.append(Cut(block, rule.name, rule.credit))
        return []
    spans = _sentences(text)
    if first:
        spans += [(m.start(), m.end(), r.name, r.credit) for r in rules["first words"].all if (m := r.pattern.match(text))]
    for rule in rules["anywhere"].all:
        if rule.needs in text:
            spans += [(m.start(), m.end(), rule.name, rule.credit) for m in rule.pattern.finditer(text)]
    if "/" in text or "Getty" in text:  # no picture desk is named without either
        spans += _picture_credits(text)
    return _without(block, sorted(spans), cuts) if spans else [block]


def _without(block: Block, spans: list[_Span], cuts: list[Cut]) -> list[Block]:
    """What is left of a block without some parts of it, which are added to `cuts`."""
    left: list[Block] = []
    at = 0
    for start, end, name, credit in spans:
        if start < at:
            continue
        cut, before = block.part(start, end), block.part(at, start)
        if before is not None:
            left += _unless_whole(before, cuts)
        if cut is not None:
            cuts.append(Cut(cut, name, credit))
        at = end
    after = block.part(at, len(block.text))
    if after is not None and any(c.isalnum() for c in after.text):
        left += _unless_whole(after, cuts)
    elif after is not None:
        cuts.append(Cut(after, "left over", False))
    return left


def _unless_whole(block: Block, cuts: list[Cut]) -> list[Block]:
    """The rest of a paragraph that has been cut, unless it is furniture itself ("By Jane Doe | AP" behind a photo credit)."""
    rule = _rules()["whole paragraph"].matching(block.text)
    if rule:
        cuts.append(Cut(block, rule.name, rule.credit))
        return []
    return [block]


def _sentences(text: str) -> list[_Span]:
    """The sentences that a rule of that kind takes out."""
    matching = _rules()["sentence"].matching
    found: list[_Span] = []
    for start in (0, *[m.end() for m in _SENTENCE_START.finditer(text)]):
        rule = matching(text, start)
        if rule:
            found.append((start, _sentence_end(text, start, rule), rule.name, rule.credit))
    return found


def _sentence_end(text: str, start: int, rule: _Rule) -> int:
    matched = rule.pattern.match(text, start)
    for end in _SENTENCE_END.finditer(text, matched.end() if matched else start):
        if not _ABBREVIATION.search(text, 0, end.start() + 1):
            return end.end()
    return len(text)


def _picture_credits(text: str) -> Iterator[_Span]:
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
        if outlets.known(text[start : match.start()].strip(" (")) and text.startswith((")", " via "), match.end()):
            continue  # "(BBC/AFP)": two that share a report
        if start < match.start() or start == 0:
            yield start, end, "photo credit", True


@cache
def _rules() -> dict[str, _Rules]:
    by_place: dict[str, list[dict[str, Any]]] = {place: [] for place in PLACES}
    for entry in load("boilerplate")["rule"]:
        by_place[entry["where"]].append(entry)
    return {place: _Rules(entries, whole=place in ("whole paragraph", "rest of file")) for place, entries in by_place.items()}


def _as_pattern(words: str) -> str:
    """Words of a rule as a regular expression: "…" is up to 80 characters of the same sentence."""
    parts = [r"\s".join(map(re.escape, part.split())) for part in words.split("…")]
    pattern = r"\s?[^.!?]{1,80}?\s?".join(parts)
    return pattern + r"\b" if words[-1].isalnum() and not words[-1].isdigit() else pattern
