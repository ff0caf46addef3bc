"""Where does an article match, and which passages show it? Article and plan become a marked headline, snippets and marked text.

The same for every engine. Marked is only what really matches: a phrase where its words stand in sequence, a word under NOT never.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from search.analysis import words
from search.article import Article
from search.matching import Matcher, Place
from search.query.tree import Node
from search.results import Marked

SNIPPET = 200
"""Characters that a snippet aims at; with whole words and sentences it has a few more or less."""

_SPACES = re.compile(r"\s+")
_BREAK = re.compile(r"[\r\n\v\f\u2028\u2029]")
# Where the next sentence or paragraph begins; a single line break inside a sentence is only where its lines were wrapped.
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]?[A-Z0-9])|\n[ \t\r]*\n\s*")
_REACH = SNIPPET // 2


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
        self._last: tuple[Article, dict[str, list[Place]]] | None = None

    def _places(self, article: Article) -> dict[str, list[Place]]:
        if self._last is None or self._last[0] is not article:
            self._last = (article, self._matcher.places(article))
        return self._last[1]

    def headline(self, article: Article) -> Marked:
        """The title, or what `Article.lead` gives in its place, with its matches."""
        places = self._places(article)
        if article.title:
            return Marked("title", article.title, _marks(places["title"]))
        field, text = ("standfirst", article.standfirst) if article.standfirst else ("body", article.body)
        lead = article.lead
        # The lead has the text's words with single spaces between them: each of its words is found again behind the one before.
        marks: list[tuple[int, int]] = []
        at, source = 0, 0
        limits = _marks(places[field])
        for word in lead.removesuffix(" …").split(" ") if lead else ():
            source = text.index(word, source)
            marks.extend(
                (at + max(start, source) - source, at + min(end, source + len(word)) - source)
                for start, end in limits
                if start < source + len(word) and end > source
            )
            at, source = at + len(word) + 1, source + len(word)
        return Marked(field, lead, tuple(marks), after=bool(text[source:].strip()))

    def snippets(self, article: Article, limit: int = 3) -> tuple[Marked, ...]:
        """At most `limit` passages of standfirst and body around the matches, the best ones, in reading order; without any, the beginning."""
        places = self._places(article)
        texts = [(field, text) for field, text in (("standfirst", article.standfirst), ("body", article.body)) if text and not text.isspace()]
        windows = [window for order, (field, text) in enumerate(texts) for window in _windows(order, field, text, places[field])]
        chosen: list[_Passage] = []
        seen: set[int] = set()
        while windows and len(chosen) < limit:
            best = max(windows, key=lambda w: (len(w.kinds - seen), len(w.kinds), w.matches, -w.order, -w.start))
            seen |= best.kinds
            passage = _passage(best, chosen)
            if not any(_says_again(passage, other) for other in chosen):
                chosen.append(passage)
            windows = [w for w in windows if w.order != passage.order or w.end <= passage.start or w.start >= passage.end]
        if not chosen and limit and texts:
            field, text = texts[0]
            start = len(text) - len(text.lstrip())
            chosen.append(_Passage(0, field, text, start, _right(text, start, start, len(text))))
        return tuple(p.marked(places[p.field]) for p in sorted(chosen, key=lambda p: (p.order, p.start)))

    def marked(self, article: Article) -> MarkedArticle:
        """All of the article's text with its matches."""
        places = self._places(article)
        return MarkedArticle(
            Marked("title", article.title, _marks(places["title"])) if article.title is not None else None,
            Marked("standfirst", article.standfirst, _marks(places["standfirst"])) if article.standfirst is not None else None,
            Marked("body", article.body, _marks(places["body"])),
        )


@dataclass(frozen=True, slots=True)
class _Window:
    """Matches of one text that stand close enough together for one snippet."""

    order: int
    field: str
    text: str
    start: int
    end: int
    kinds: frozenset[int]
    matches: int


@dataclass(frozen=True, slots=True)
class _Passage:
    """A piece of one text that is to be shown."""

    order: int
    field: str
    text: str
    start: int
    end: int

    def marked(self, places: list[Place]) -> Marked:
        """The piece with line breaks folded and the matches that lie in it."""
        shown: list[str] = []
        marks: list[tuple[int, int]] = []
        at, length = self.start, 0
        for start, end in _marks(places):
            if start < self.start or end > self.end:
                continue
            before, match = _fold(self.text[at:start]), _fold(self.text[start:end])
            shown += before, match
            marks.append((length + len(before), length + len(before) + len(match)))
            at, length = end, length + len(before) + len(match)
        shown.append(_fold(self.text[at : self.end]))
        return Marked(self.field, "".join(shown), tuple(marks), bool(self.text[: self.start].strip()), bool(self.text[self.end :].strip()))


def _fold(text: str) -> str:
    """The text with one space for every line break and the space around it."""
    return _SPACES.sub(lambda found: " " if _BREAK.search(found[0]) else found[0], text)


def _marks(places: list[Place]) -> tuple[tuple[int, int], ...]:
    """Places in ascending order, those that overlap as one."""
    marks: list[tuple[int, int]] = []
    for place in sorted(places, key=lambda p: (p.start, p.end)):
        if marks and place.start < marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], place.end))
        else:
            marks.append((place.start, place.end))
    return tuple(marks)


def _windows(order: int, field: str, text: str, places: list[Place]) -> list[_Window]:
    """For each match, itself and those behind it that fit into one snippet."""
    ordered = sorted(places, key=lambda p: (p.start, p.end))
    windows: list[_Window] = []
    end = 0
    for index, place in enumerate(ordered):
        end = max(end, index + 1)
        while end < len(ordered) and ordered[end].end - place.start <= SNIPPET * 4 // 5:
            end += 1
        inside = ordered[index:end]
        windows.append(_Window(order, field, text, place.start, max(p.end for p in inside), frozenset(p.kind for p in inside), len(inside)))
    return windows


def _passage(window: _Window, chosen: list[_Passage]) -> _Passage:
    """The window widened to a readable piece that overlaps none of those chosen before."""
    text = window.text
    beside = [p for p in chosen if p.order == window.order]
    lowest = max((p.end for p in beside if p.end <= window.start), default=0)
    highest = min((p.start for p in beside if p.start >= window.end), default=len(text))
    start = _left(text, window.start, lowest)
    return _Passage(window.order, window.field, text, start, _right(text, start, window.end, highest))


def _says_again(passage: _Passage, other: _Passage) -> bool:
    """Whether a passage says what another one says: a story often begins with its standfirst, a word more or less."""
    return set(words(passage.text[passage.start : passage.end])) <= set(words(other.text[other.start : other.end]))


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
