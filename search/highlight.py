"""Where does an article match, and which passages show it? Article and plan become a marked headline, snippets and marked text.

The same for every engine. Marked is only what really matches: a phrase where its words stand in sequence, a word under NOT never.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heapreplace
from typing import NamedTuple

from search.analysis import words
from search.article import Article
from search.matching import Matcher, Place
from search.query.tree import Node
from search.results import Marked

SNIPPET = 200
"""Characters that a snippet aims at; with whole words and sentences it has a few more or less."""

# Space with a line break in it. It begins where no space is before it: long space without a break is then looked at once only.
_BREAK = re.compile(r"(?<!\s)[^\S\r\n\v\f\u2028\u2029]*[\r\n\v\f\u2028\u2029]\s*")
# Where the next sentence or paragraph begins; a single line break inside a sentence is only where its lines were wrapped.
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]?[A-Z0-9])|\n[ \t\r]*\n\s*")
_REACH = SNIPPET // 2

_Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """The text of an article with all its matches marked; `title` and `standfirst` are None where the article has none."""

    title: Marked | None
    standfirst: Marked | None
    body: Marked


class Highlighter:
    """Marks what a plan finds. One serves any number of articles: it remembers which words of the language match."""

    def __init__(self, plan: Node) -> None:
        self._matcher = Matcher(plan)
        # Headline, snippets and marked text of one article are asked for one after the other: its words are looked at once.
        self._last: tuple[Article, dict[str, list[Place]], dict[str, _Marks]] | None = None

    def _found(self, article: Article) -> tuple[dict[str, list[Place]], dict[str, _Marks]]:
        """The article's places by field, and the marks that they make."""
        if self._last is None or self._last[0] is not article:
            places = self._matcher.places(article)
            self._last = (article, places, {field: _marks(found) for field, found in places.items()})
        return self._last[1:]

    def headline(self, article: Article) -> Marked:
        """The title, or what `Article.lead` gives in its place, with its matches."""
        _, found = self._found(article)
        if article.title:
            return Marked("title", article.title, found["title"])
        field, text = ("standfirst", article.standfirst) if article.standfirst else ("body", article.body)
        lead = article.lead
        # The lead has the text's words with single spaces between them: each of its words is found again behind the one before.
        marks: list[tuple[int, int]] = []
        at, source = 0, 0
        for word in lead.removesuffix(" …").split(" ") if lead else ():
            source = text.index(word, source)
            marks.extend(
                (at + max(start, source) - source, at + min(end, source + len(word)) - source)
                for start, end in found[field]
                if start < source + len(word) and end > source
            )
            at, source = at + len(word) + 1, source + len(word)
        return Marked(field, lead, tuple(marks), after=bool(text[source:].strip()))

    def snippets(self, article: Article, limit: int = 3) -> tuple[Marked, ...]:
        """At most `limit` passages of standfirst and body around the matches, the best ones, in reading order; without any, the beginning."""
        places, found = self._found(article)
        texts = [(field, text) for field, text in (("standfirst", article.standfirst), ("body", article.body)) if text and not text.isspace()]
        windows: list[_Window] = []
        for order, (field, _) in enumerate(texts):
            windows += _windows(order, places[field], len(windows))
        heapify(windows)
        chosen: list[_Passage] = []
        tried = [bytearray(len(text)) for _, text in texts]  # 1 for each character that a passage had, chosen or not
        seen = 0
        while windows and len(chosen) < limit:
            # What a window has that is new can only become less: the first one is the best if it still has as much as was thought.
            best = windows[0]
            new = -(best.kinds & ~seen).bit_count()
            if new > best.new:
                heapreplace(windows, best._replace(new=new))
                continue
            heappop(windows)
            if tried[best.order].find(1, best.start, best.end) >= 0:
                continue
            seen |= best.kinds
            passage = _passage(best, *texts[best.order], chosen)
            tried[best.order][passage.start : passage.end] = b"\1" * (passage.end - passage.start)
            # A story often begins with its standfirst, a word more or less.
            if not any(passage.words <= other.words for other in chosen):
                chosen.append(passage)
        if not chosen and limit and texts:
            field, text = texts[0]
            start = len(text) - len(text.lstrip())
            chosen.append(_Passage(0, field, text, start, _right(text, start, start, len(text))))
        return tuple(p.marked(found[p.field]) for p in sorted(chosen, key=lambda p: (p.order, p.start)))

    def marked(self, article: Article) -> MarkedArticle:
        """All of the article's text with its matches."""
        _, found = self._found(article)
        return MarkedArticle(
            Marked("title", article.title, found["title"]) if article.title is not None else None,
            Marked("standfirst", article.standfirst, found["standfirst"]) if article.standfirst is not None else None,
            Marked("body", article.body, found["body"]),
        )


class _Window(NamedTuple):
    """Matches of one text that stand close enough together for one snippet. Of several, the least is the best to show.

    That is the one with most kinds of matches not shown before, then with most kinds, then with most matches (all these are counted
    downwards from 0), then the one that comes first. `kinds` has a bit for each kind.
    """

    new: int
    different: int
    matches: int
    number: int
    order: int
    start: int
    end: int
    kinds: int


@dataclass(frozen=True)
class _Passage:
    """A piece of one text that is to be shown."""

    order: int
    field: str
    text: str
    start: int
    end: int

    @cached_property
    def words(self) -> set[str]:
        """The different words in it."""
        return set(words(self.text[self.start : self.end]))

    def marked(self, marks: _Marks) -> Marked:
        """The piece with line breaks folded and the marks that lie in it."""
        shown: list[str] = []
        moved: list[tuple[int, int]] = []
        at, length = self.start, 0
        for start, end in marks[bisect_left(marks, (self.start, 0)) :]:
            if start >= self.end:
                break
            if end > self.end:
                continue
            before, match = _fold(self.text[at:start]), _fold(self.text[start:end])
            shown += before, match
            moved.append((length + len(before), length + len(before) + len(match)))
            at, length = end, length + len(before) + len(match)
        shown.append(_fold(self.text[at : self.end]))
        return Marked(self.field, "".join(shown), tuple(moved), bool(self.text[: self.start].strip()), bool(self.text[self.end :].strip()))


def _fold(text: str) -> str:
    """The text with one space for every line break and the space around it."""
    return _BREAK.sub(" ", text)


def _marks(places: list[Place]) -> _Marks:
    """Ascending places, those that overlap as one."""
    marks: list[tuple[int, int]] = []
    last = 0
    for start, end, _ in places:
        if start < last:
            last = max(last, end)
            marks[-1] = (marks[-1][0], last)
        else:
            marks.append((start, end))
            last = end
    return tuple(marks)


def _windows(order: int, places: list[Place], number: int) -> list[_Window]:
    """For each place where matches begin, these and those behind that fit into one snippet, numbered from `number` on."""
    windows: list[_Window] = []
    inside: Counter[int] = Counter()
    furthest: deque[int] = deque()  # the ends of the matches inside that none behind them reaches
    kinds = end = 0
    before = -1
    for index, (start, own, kind) in enumerate(places):
        included = index < end
        while end <= index or (end < len(places) and places[end].end - start <= SNIPPET * 4 // 5):
            reached, added = places[end].end, places[end].kind
            while furthest and furthest[-1] < reached:
                furthest.pop()
            furthest.append(reached)
            inside[added] += 1
            kinds |= 1 << added
            end += 1
        # A match that begins where the one before it began has nothing inside that was not inside that one's window.
        if start != before or not included:
            different = -kinds.bit_count()
            windows.append(_Window(different, different, index - end, number + len(windows), order, start, furthest[0], kinds))
        before = start
        if furthest[0] == own:
            furthest.popleft()
        inside[kind] -= 1
        if not inside[kind]:
            kinds &= ~(1 << kind)
    return windows


def _passage(window: _Window, field: str, text: str, chosen: list[_Passage]) -> _Passage:
    """The window widened to a readable piece that overlaps none of those chosen before."""
    beside = [p for p in chosen if p.order == window.order]
    lowest = max((p.end for p in beside if p.end <= window.start), default=0)
    highest = min((p.start for p in beside if p.start >= window.end), default=len(text))
    start = _left(text, window.start, lowest)
    return _Passage(window.order, field, text, start, _right(text, start, window.end, highest))


def _left(text: str, start: int, lowest: int) -> int:
    """Where a piece begins that shows the match at `start`: at its sentence, if that begins near enough, else at a word."""
    reach = max(lowest, start - _REACH)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, reach, start)]
    if ends:
        return ends[-1]
    if reach <= lowest:
        return _skip_space(text, lowest, start)
    space = _search(text, reach, start, str.isspace)
    return start if space is None else _skip_space(text, space, start)


def _right(text: str, start: int, end: int, highest: int) -> int:
    """Where a piece from `start` ends that shows the match up to `end`: behind a sentence, if it is then long enough, else behind a word."""
    goal = min(highest, max(end, start + SNIPPET))
    if highest - goal <= SNIPPET // 8:
        goal = highest
    if goal < highest:
        enough = max(end, start + SNIPPET * 3 // 5)
        sentence = list(_SENTENCE_END.finditer(text, enough, min(highest, goal + 1)))
        if sentence:
            goal = sentence[-1].start() + len(sentence[-1].group().rstrip())
        else:
            while goal > end and not text[goal].isspace():
                goal -= 1
            if goal == end:
                goal = _word_end(text, end, highest)
    while goal > end and text[goal - 1].isspace():
        goal -= 1
    return goal


def _skip_space(text: str, at: int, limit: int) -> int:
    found = _search(text, at, limit, lambda c: not c.isspace())
    return limit if found is None else found


def _word_end(text: str, at: int, limit: int) -> int:
    found = _search(text, at, min(limit, at + _REACH), str.isspace)
    return min(limit, at + _REACH) if found is None else found


def _search(text: str, at: int, limit: int, wanted: Callable[[str], bool]) -> int | None:
    """The first place from `at` to before `limit` whose character is wanted."""
    return next((index for index in range(at, limit) if wanted(text[index])), None)
