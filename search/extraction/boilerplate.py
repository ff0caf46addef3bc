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
_MOST_TEASERS = 3  # lines that a label in the middle of a story may lead to
_SHORTEST_PARAGRAPH, _SHORTEST_SENTENCE = 100, 30  # characters
_FULL_STOPS = (".", "!", "?", '."', ".”", '!"', "!”", '?"', "?”", ".’", ".'")
_LONGEST_LINE = 400  # a longer paragraph that begins with "Share this …" is a story on one line, not a line of furniture
_LAST_PART = 0.6  # the share of a file's text that must stand before a teaser list for the rest to be furniture
_SENTENCE_START = re.compile(r"[.!?…][\"”’')\]]{0,3}\s")
_LATER_FIRST_WORD = re.compile(_SENTENCE_START.pattern + r"(?=(\w+|[^\w\s]))")
_SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]{0,3}(?=\s|$)")
_ABBREVIATION = re.compile(r"(?:\b[A-Za-z]|\b(?:Mr|Mrs|Ms|Dr|St|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Jr|Sr|Inc|Corp|Co|Ltd|No|vs))\.$")
_ABBREVIATION_LENGTH = 5
_PICTURE_DESK = re.compile(
    r"(?:\s?/\s?(?:AP|AFP|Reuters|REUTERS|EPA|EFE|TASS|Xinhua|UPI|Bloomberg|Getty Images|Associated Press|AP Photo|Anadolu|PA Wire"
    r"|Shutterstock|Corbis|Sputnik)"
    r"|\s(?:AFP|AP|EPA|Bloomberg)\s?/\s?Getty(?: Images)?|\sGetty Images)(?:\s?[-/]\s?(?:Getty Images|AFP|Getty))?(?: via Getty Images)?"
)
_PICTURE_SIGNS = ("/", "Getty")  # no picture desk is named without either
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
        self._with_need: list[_Rule] = []
        self._others: list[_Rule] = []
        for entry in entries:
            if "pattern" in entry:
                rule = _rule(entry, entry["pattern"], whole=whole)
                self.all.append(rule)
                if rule.needs:
                    self._with_need.append(rule)
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
        self._any_other = _any_of(self._others)

    @property
    def first_words(self) -> frozenset[str]:
        """The words, in small letters, that the rules begin with which are given as words."""
        return frozenset(self._by_first_word)

    @property
    def others(self) -> list[_Rule]:
        """The rules that neither a first word nor a need tells apart."""
        return self._others

    def needed(self, text: str) -> list[_Rule]:
        """The rules whose need stands in a text."""
        return [rule for rule in self._with_need if rule.needs in text] if self._with_need else []

    def matching(self, text: str, at: int = 0, needed: list[_Rule] | None = None) -> _Rule | None:
        """The rule that matches the text at an offset, or None. `needed(text)` is given where a text is asked about often."""
        word = _FIRST_WORD.match(text, at)
        for rule in self._by_first_word.get(word[0].lower(), ()) if word else ():
            if rule.pattern.match(text, at):
                return rule
        for rule in self.needed(text) if needed is None else needed:
            if rule.pattern.match(text, at):
                return rule
        if self._any_other is None or not self._any_other.match(text, at):
            return None
        return next(rule for rule in self._others if rule.pattern.match(text, at))


def _rule(entry: dict[str, Any], pattern: str, *, whole: bool) -> _Rule:
    if whole:
        pattern = rf"(?:{pattern})\s?[.:…!>»]{{0,3}}$"
    return _Rule(entry["name"], re.compile(pattern), entry.get("credit", False), entry.get("needs", ""))


def _any_of(rules: list[_Rule]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{rule.pattern.pattern})" for rule in rules)) if rules else None


class _Signs:
    """Without which no rule can match in a paragraph: how it and its sentences begin, and some characters. Most paragraphs have none of them."""

    def __init__(self, rules: dict[str, _Rules]) -> None:
        lines = [rules["whole paragraph"], rules["paragraph beginning"]]
        sentences, anywhere = rules["sentence"], rules["anywhere"]
        self._first_words = frozenset().union(*(place.first_words for place in (*lines, sentences)))
        self._needs = sorted({rule.needs for place in (*lines, sentences, anywhere) for rule in place.all if rule.needs} | set(_PICTURE_SIGNS))
        self._line = _any_of([rule for place in lines for rule in place.others])
        self._anywhere = _any_of([*sentences.others, *anywhere.others])

    def none_in(self, text: str) -> bool:
        """Whether a paragraph is the story's by this one look."""
        return (
            self._first_words.isdisjoint(_first_words(text))
            and not any(needs in text for needs in self._needs)
            and not (self._line and self._line.match(text))
            and not (self._anywhere and self._anywhere.search(text))
        )


def strip(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Cut, ...]]:
    """The blocks that are the story, and what was cut from them, both in the order of the text."""
    kept: list[Block] = []
    cuts: list[Cut] = []
    total = sum(len(block.text) for block in blocks)
    seen = 0
    ending = _rules()["rest of file"].matching
    until = 0
    for index, block in enumerate(blocks):
        if index < until:
            continue
        rule = ending(block.text) if index else None
        if rule and (until := _teased(blocks, index, late=seen > _LAST_PART * total)):
            for led in blocks[index:until]:
                # What a rule of its own takes out is cut by that: a notice of copyright tells who printed the story.
                cuts += [Cut(left, rule.name, rule.credit) for left in _stripped(led, cuts, first=False)]
            continue
        seen += len(block.text)
        kept += _stripped(block, cuts, first=index == 0)
    return tuple(kept), tuple(sorted(cuts, key=lambda cut: cut.block.start))


def _teased(blocks: tuple[Block, ...], label: int, *, late: bool) -> int:
    """Where ends what a label such as "See also" leads to: where the story goes on, or else with the file; 0 if nothing is led to.

    The story goes on where a line ends as a sentence does, if a long paragraph that does so follows. Before the last part of a file one must, within
    a few lines.
    """
    last = len(blocks) if late else min(label + 2 + _MOST_TEASERS, len(blocks))
    goes_on = 0
    for at in range(label + 1, last):
        text = blocks[at].text
        if len(text) > _SHORTEST_SENTENCE and text.endswith(_FULL_STOPS):
            goes_on = goes_on or at
            if len(text) > _SHORTEST_PARAGRAPH:
                return goes_on
    return len(blocks) if late else 0


def is_notice(text: str) -> bool:
    """Whether a whole line is furniture by the written rules."""
    return any(_rules()[where].matching(text) for where in ("whole paragraph", "paragraph beginning"))


def _stripped(block: Block, cuts: list[Cut], *, first: bool) -> list[Block]:
    """What is left of a block; the rest is added to `cuts`."""
    text = block.text
    if not first and _signs().none_in(text):
        return [block]
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
    if any(sign in text for sign in _PICTURE_SIGNS):
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
    rules = _rules()["sentence"]
    needed = rules.needed(text)
    found: list[_Span] = []
    mark = end = 0  # where the last sentence that was found ends: its full stop, and behind it
    for start in (0, *[m.end() for m in _SENTENCE_START.finditer(text)]):
        rule = rules.matching(text, start, needed)
        matched = rule.pattern.match(text, start) if rule else None
        if rule and matched:
            if matched.end() > mark:
                mark, end = _sentence_end(text, matched.end())
            found.append((start, end, rule.name, rule.credit))
    return found


def _first_words(text: str) -> list[str]:
    """The first word or mark of each sentence, in small letters."""
    first = _FIRST_WORD.match(text)
    return [word.lower() for word in ([first[0]] if first else []) + _LATER_FIRST_WORD.findall(text)]


def _sentence_end(text: str, at: int) -> tuple[int, int]:
    """Where the sentence ends that goes on at `at`: its full stop, and the place behind it and its closing marks."""
    for end in _SENTENCE_END.finditer(text, at):
        if not _ABBREVIATION.search(text, max(0, end.start() - _ABBREVIATION_LENGTH), end.start() + 1):
            return end.span()
    return len(text), len(text)


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


@cache
def _signs() -> _Signs:
    return _Signs(_rules())


def _as_pattern(words: str) -> str:
    """Words of a rule as a regular expression: "…" is up to 80 characters of the same sentence."""
    parts = [r"\s".join(map(re.escape, part.split())) for part in words.split("…")]
    pattern = r"\s?[^.!?]{1,80}?\s?".join(parts)
    return pattern + r"\b" if words[-1].isalnum() and not words[-1].isdigit() else pattern
