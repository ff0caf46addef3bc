"""Which of a page's runs of text are its article? trafilatura decides; the page's own structure puts right what it misses.

Each piece of text is marked with two characters of braille before trafilatura sees the page; the marks that come out again say exactly which runs
it took for the article, however it joined or cut them. What stays out is furniture, with the reason.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from search.extraction import knowledge
from search.extraction.markup import HEADINGS, Run

_BRAILLE = 0x2800  # 256 characters that are printable, which trafilatura asks for, and no letters, which its patterns would stumble over
_MARK = re.compile("[\u2800-\u28ff]")
_MARKED = re.compile("([\u2800-\u28ff])([\u2800-\u28ff])([^\u2800-\u28ff]*)")
_MOST_RUNS, _MOST_NODES, _MOST_CHARACTERS = 10_000, 100_000, 5_000_000
"""Larger pages are read without trafilatura, which compares lines with each other: 19,000 lines between breaks took it 24 seconds."""
_KEPT = 0.5  # a run is taken if at least this part of its words came out
_LITTLE = 250  # characters; trafilatura itself calls less a doubtful result
_ALIKE = 3  # so many long paragraphs of one shape show what the article's paragraphs look like
_STORY_NAME = re.compile(
    r"(?:article|story|post|entry|content|main)[-_]?(?:body|text|content|main)|articleBody|(?:^|\s)(?:story|article|entry|post)(?:$|\s)",
    re.IGNORECASE,
)
_NAME_PART = re.compile(r"[a-z0-9]+")
_STORY_SHARE = 0.5  # an element is the article's if it holds at least this part of all its paragraphs' text
_MOST = 0.8  # an element with so much of it is preferred to a smaller one
_TOO_MUCH = 0.4  # an element with so much of it is no furniture
_LINKED = 0.7  # a run whose characters are links to this part leads to other pages
_TEASER = 0.8  # inside the article, where sentences may hold long links
_TEASER_WORDS = 4  # shorter links there are names of sources and addresses
_LONG_PARAGRAPH = 80
_STATEMENT_END = (".", "!", "…", "。", "”", '"', "»", ":", "।")
_OUTSIDE = "outside the article"
_NAMED = "furniture by its name in the markup"
_LINKS = "links to other pages"

Shape = tuple[tuple[str, str], ...]

logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # what it found doubtful stands in `furniture`, not on the terminal


def find(soup: BeautifulSoup, runs: Sequence[Run], stated: str = "") -> tuple[str, ...]:
    """For each run why it is not the article, or "" if it is.

    `stated` is the article's text as the page's own data give it, or "". The tree is used up: its text is marked, its scripts are gone.
    """
    weights = _Weights(runs)
    article = weights.article()
    places = _Places(article, weights)
    structure = [_furniture_rule(run, places.of(run.chain), article) for run in runs]
    large = len(runs) > _MOST_RUNS or sum(len(run.words) for run in runs) > _MOST_CHARACTERS or sum(1 for _ in soup.descendants) > _MOST_NODES
    taken = None if large else _taken(soup, runs)
    if taken is None or not any(taken):
        why = "too large for trafilatura" if large else "trafilatura found no article"
        return tuple(rule and f"{rule} ({why})" for rule in structure)
    kept = _completed(runs, taken, structure, stated)
    rules = ["" if keep else rule or _OUTSIDE for keep, rule in zip(kept, structure, strict=True)]
    _take_out_teasers(runs, rules, structure)
    _take_out_closing_headings(runs, rules)
    return tuple(rules)


def _taken(soup: BeautifulSoup, runs: Sequence[Run]) -> list[bool] | None:
    """Which runs trafilatura takes for the article; None where it fails on the page."""
    from lxml import etree
    from lxml import html as lxml_html
    from trafilatura import bare_extraction

    page = _marked(soup, runs)
    best: list[bool] | None = None
    for fast in (True, False):  # the slower way asks two more algorithms: worth it where the quick one finds next to nothing
        try:
            # A parser of its own for each page: nothing is shared between threads. No network, no comments that would hide in the text.
            parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True, no_network=True)
            tree = lxml_html.document_fromstring(page, parser=parser)
            # `deduplicate` would compare the page with those read before it; `with_metadata` would look for what `metadata` reads.
            found = bare_extraction(tree, fast=fast, include_comments=False, deduplicate=False, with_metadata=False)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError, etree.LxmlError):
            continue
        body = getattr(found, "body", None)
        taken = _unmarked(runs, "".join(body.itertext()) if body is not None else "")
        if best is None or _length(runs, taken) > _length(runs, best):
            best = taken
        if _length(runs, best) >= _LITTLE:
            break
    return best


def _marked(soup: BeautifulSoup, runs: Sequence[Run]) -> bytes:
    """The page with the mark of its run before each piece of text."""
    places: dict[int, int] = {}  # of pieces in their elements: Beautiful Soup's replace_with would count through all the siblings for each
    for parent in {id(piece.parent): piece.parent for run in runs for piece in run.pieces}.values():
        places.update((id(child), place) for place, child in enumerate(parent.contents if parent else ()))
    for index, run in enumerate(runs):
        mark = chr(_BRAILLE + index // 256) + chr(_BRAILLE + index % 256)
        for piece in run.pieces:
            if piece.parent and not piece.isspace():
                marked = NavigableString(mark + _MARK.sub(" ", piece))
                marked.setup(piece.parent, piece.previous_element, piece.next_element, piece.previous_sibling, piece.next_sibling)
                piece.parent.contents[places[id(piece)]] = marked
    for node in [node for node in soup.descendants if isinstance(node, Tag) and node.name in ("script", "style")]:
        node.extract()
    return bytes(soup.encode("utf-8", errors="replace"))


def _unmarked(runs: Sequence[Run], text: str) -> list[bool]:
    """Whether at least half of the words of each run are in a marked text."""
    words: Counter[int] = Counter()
    for match in _MARKED.finditer(text):
        words[256 * (ord(match[1]) - _BRAILLE) + ord(match[2]) - _BRAILLE] += len(match[3].split())
    return [words[index] >= _KEPT * len(run.words.split()) for index, run in enumerate(runs)]


def _length(runs: Sequence[Run], taken: Sequence[bool]) -> int:
    return sum(len(run.words) for run, take in zip(runs, taken, strict=True) if take)


def _completed(runs: Sequence[Run], taken: Sequence[bool], structure: Sequence[str], stated: str) -> list[bool]:
    """What trafilatura took, and what plainly belongs to it: paragraphs of the same make, quoted posts between them, and what the page's data say."""
    made: dict[int, Shape] = {}
    shaped = [made.get(id(run.chain[-1])) or made.setdefault(id(run.chain[-1]), _shape(run)) for run in runs]
    shapes = Counter(shape for shape, run, take in zip(shaped, runs, taken, strict=True) if take and len(run.words) >= _LONG_PARAGRAPH)
    inside = [index for index, take in enumerate(taken) if take]
    holders = {id(tag) for index in inside for tag in runs[index].chain if tag.name == "article"}
    said = _letters(stated)
    kept = list(taken)
    for index, run in enumerate(runs):
        if kept[index]:
            continue
        plain = run.linked_share < _LINKED and structure[index] in ("", _OUTSIDE)
        long = len(run.words) >= _LONG_PARAGRAPH
        quoted = inside[0] < index < inside[-1] and run.inside("blockquote") and not run.inside("aside", "figure", "nav", "footer")
        # A page that goes on with other stories has each in an article element of its own.
        same = shapes[shaped[index]] >= _ALIKE and all(id(tag) in holders for tag in run.chain if tag.name == "article")
        beside = (index > 0 and kept[index - 1]) or (index + 1 < len(kept) and kept[index + 1])
        kept[index] = quoted or (plain and ((same and (long or beside)) or (long and _letters(run.words) in said)))
    return kept


def _shape(run: Run) -> Shape:
    """The names and classes of the three innermost elements that are more than a stretch of a line."""
    breaks = knowledge.words("html", "breaks")
    return tuple((tag.name, _names(tag, "class")) for tag in islice((tag for tag in reversed(run.chain) if tag.name in breaks), 3))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _take_out_teasers(runs: Sequence[Run], rules: list[str], structure: Sequence[str]) -> None:
    """Inside the article: lines that lead to other pages, and elements that say in their names what they are."""
    for index, run in enumerate(runs):
        if rules[index]:
            continue
        teaser = run.linked_share >= _TEASER and len(run.words.split()) >= _TEASER_WORDS and not run.words.endswith(_STATEMENT_END)
        label = _teaser_label().match(run.words)
        if teaser or (label and run.linked >= _LINKED * (len(run.words) - label.end())):
            rules[index] = _LINKS
        elif structure[index] == _NAMED and not run.inside("blockquote"):
            rules[index] = _NAMED


def _take_out_closing_headings(runs: Sequence[Run], rules: list[str]) -> None:
    """Headings below which nothing of the article is left: "You may also like"."""
    for index in reversed([index for index, rule in enumerate(rules) if not rule]):
        if not runs[index].heading and not _teaser_label().fullmatch(runs[index].words):
            return
        rules[index] = "heading without text"


@cache
def _teaser_label() -> re.Pattern[str]:
    """ "Read more:", "Related stories:"."""
    labels, kinds = (sorted(knowledge.words("html", section), key=len, reverse=True) for section in ("teaser_labels", "teaser_kinds"))
    return re.compile(rf"\W{{0,3}}(?:{'|'.join(map(re.escape, labels))})\b(?: (?:{'|'.join(map(re.escape, kinds))})\b)?\W{{0,4}}", re.IGNORECASE)


class _Weights:
    """How much of the page's paragraphs each element holds."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._held: dict[int, int] = {}
        self._tags: dict[int, tuple[int, Tag]] = {}
        self._total = 0
        chains: dict[int, tuple[Tag, ...]] = {}  # by the innermost element, so that each is gone through once
        weights: Counter[int] = Counter()
        for run in runs:
            if len(run.words) >= _LONG_PARAGRAPH and run.linked_share <= _LINKED:
                chains.setdefault(id(run.chain[-1]), run.chain)
                weights[id(run.chain[-1])] += len(run.words)
        for innermost, chain in chains.items():
            if any(tag.name in ("nav", "footer") for tag in chain):
                continue
            self._total += weights[innermost]
            for depth, tag in enumerate(chain):
                self._held[id(tag)] = self._held.get(id(tag), 0) + weights[innermost]
                self._tags[id(tag)] = depth, tag

    def share(self, tag: Tag) -> float:
        """The part of all long paragraphs that stands in an element."""
        return self._held.get(id(tag), 0) / self._total if self._total else 0.0

    def article(self) -> Tag | None:
        """The smallest element that holds the article: what its markup calls so, or where most long paragraphs stand."""
        holding = [
            (depth, tag)
            for depth, tag in self._tags.values()
            if self.share(tag) >= _STORY_SHARE and tag.name not in ("p", "li", "td", "blockquote", *HEADINGS)
        ]
        named = [(depth, tag) for depth, tag in holding if tag.name in ("article", "main") or _STORY_NAME.search(_names(tag))]
        best = max(named or holding, key=lambda pair: (self.share(pair[1]) >= _MOST, pair[0]), default=None)
        return best[1] if best else None


@dataclass(frozen=True, slots=True)
class _Place:
    """What an element and those around it say: why they hold no story, or "", which headings and paragraphs, whether the article is among them."""

    rule: str = ""
    names: frozenset[str] = frozenset()
    inside: bool = False


class _Places:
    """What the elements of a page say of the text in them. Each is looked at once, however many runs stand in it."""

    def __init__(self, article: Tag | None, weights: _Weights) -> None:
        self._article, self._weights = article, weights
        self._known: dict[int, _Place] = {}

    def of(self, chain: Sequence[Tag]) -> _Place:
        """The place that a chain of elements leads to, which begins at the root of the page."""
        depth = len(chain)
        while depth and id(chain[depth - 1]) not in self._known:
            depth -= 1
        place = self._known[id(chain[depth - 1])] if depth else _Place()
        for tag in chain[depth:]:
            names = place.names | {tag.name} if tag.name == "p" or tag.name in HEADINGS else place.names
            place = _Place(place.rule or self._rule(tag), names, place.inside or tag is self._article)
            self._known[id(tag)] = place
        return place

    def _rule(self, tag: Tag) -> str:
        """Why an element holds no story, or "". One that holds much of the page's text is no furniture, whatever its name."""
        if self._weights.share(tag) >= _TOO_MUCH:
            return ""
        if tag.name in knowledge.words("html", "furniture"):
            return f"{tag.name} of the page"
        if tag.get("hidden") is not None or str(tag.get("aria-hidden")) == "true":
            return "hidden on the page"
        if tag.name not in ("html", "body", "article", "main", "p") and not _name_words(tag).isdisjoint(knowledge.words("html", "furniture_names")):
            return _NAMED
        return ""


def _furniture_rule(run: Run, place: _Place, article: Tag | None) -> str:
    """Why a run of text is no story, or ""."""
    if place.rule:
        return place.rule
    if run.linked_share > _LINKED and place.names.isdisjoint(HEADINGS) and not ("p" in place.names and run.words.endswith(".")):
        return _LINKS
    if article is not None and not place.inside and "h1" not in place.names:
        return _OUTSIDE
    return ""


def _names(tag: Tag, *attributes: str) -> str:
    values = (tag.get(attribute) for attribute in attributes or ("class", "id", "itemprop"))
    return " ".join(value if isinstance(value, str) else " ".join(value) for value in values if value)


def _name_words(tag: Tag) -> frozenset[str]:
    """The words of an element's class and id, whole and split at hyphens and underscores."""
    whole = _names(tag).lower().split()
    return frozenset(whole).union(*(_NAME_PART.findall(name) for name in whole))
