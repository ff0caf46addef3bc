"""Which blocks of text does an HTML page show, which of them are its article, and what does the page say about itself?

Beautiful Soup reads the page; it is walked without recursion, so that nesting cannot exhaust the stack. What stands outside the article, or
in an element that holds no story (navigation, forms, asides), is furniture: it is kept with the reason, and is not the story.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Comment, NavigableString, Tag

from search.errors import UnreadableFile
from search.extraction import knowledge, outlets
from search.extraction.document import Block, Document, Fact, Furniture, Kind

MOST_CHARACTERS = 20_000_000
"""Longer pages are refused: an article has some ten thousand characters, and reading 20 MB of markup takes most of a minute."""

_DEEPEST = 400  # open elements; browsers stop at 512, articles need some 40
_STORY_NAME = re.compile(
    r"(?:article|story|post|entry|content|main)[-_]?(?:body|text|content|main)|articleBody|(?:^|\s)(?:story|article|entry|post)(?:$|\s)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,20})[\s>/]|</([a-zA-Z][a-zA-Z0-9]{0,20})")
_NAME_PART = re.compile(r"[a-z0-9]+")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_OPEN_PARAGRAPH = re.compile(r"<p(?=[\s>])", re.IGNORECASE)
_SITE_SEPARATOR = re.compile(r"\s[|–—·»-]\s")
_STORY_SHARE = 0.5  # an element is the article's if it holds at least this part of all its paragraphs' text
_MOST = 0.8  # an element with so much of it is preferred to a smaller one
_TOO_MUCH = 0.4  # an element with so much of it is no furniture
_LINKED = 0.7  # a run whose characters are links to this part leads to other pages
_LONG_PARAGRAPH = 80


def read(text: str) -> Document:
    """The blocks of a decoded page. Raises UnreadableFile for pages too long or nested too deeply to be articles, and for pages without text."""
    if len(text) > MOST_CHARACTERS:
        raise UnreadableFile(
            f"The page has {len(text):,} characters, more than the {MOST_CHARACTERS:,} that are read. Save the article alone and index it again."
        )
    text = _OPEN_PARAGRAPH.sub("</p><p", text)  # unclosed paragraphs would nest; every browser closes them so
    if _depth(text) > _DEEPEST:
        raise UnreadableFile(f"The page's elements are nested more than {_DEEPEST} deep: no article is. Save its text as .txt and index it again.")
    try:
        soup = BeautifulSoup(text, "html.parser")
    except (RecursionError, AssertionError, ValueError) as error:
        raise UnreadableFile("The page's markup cannot be read. Save its text as .txt and index it again.") from error
    return _Page(soup).document()


def _depth(text: str) -> float:
    """How deeply elements are nested, counted before anything is built from them.

    Elements that need no end tag count a fifth: old pages leave hundreds of them open.
    """
    void, unclosed = knowledge.words("html", "void"), knowledge.words("html", "unclosed")
    deepest = depth = 0.0
    for match in _OPENING.finditer(text):
        if match[1]:
            name = match[1].lower()
            if name not in void:
                depth += 0.2 if name in unclosed else 1
                deepest = max(deepest, depth)
        elif match[2].lower() != "p":
            depth = max(0.0, depth - (0.2 if match[2].lower() in unclosed else 1))
    return deepest


class _Page:
    """One page while it is read."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self._soup = soup
        self._pieces: list[tuple[str, Kind, str]] = []  # text, kind, rule that makes it furniture or ""
        self._linked = _linked_data(soup)

    def document(self) -> Document:
        """Everything that the page says."""
        root = self._soup.body or self._soup
        runs = list(_walk(root))
        weights = _Weights(runs)
        article = weights.article()
        for run in runs:
            heading = any(tag.name in _HEADINGS for tag in run.chain)
            self._pieces.append((run.words, "heading" if heading else "paragraph", _furniture_rule(run, article, weights)))
        blocks: list[Block] = []
        furniture: list[Furniture] = []
        at = 0
        for words, kind, rule in self._pieces:
            block = Block(words, at, at + len(words), kind)
            at += len(words) + 1
            if rule:
                furniture.append(Furniture(block, rule))
            else:
                blocks.append(block)
        text = "\n".join(words for words, _, _ in self._pieces)
        if not any(c.isalnum() for block in blocks for c in block.text):
            raise UnreadableFile("The page shows no article text: it may be drawn by a script. Save the article as text and index it again.")
        title = self._title(blocks)
        kept = tuple(blocks)
        if title is not None and title.start is not None:
            # What stands above the headline is the site's, not the article's.
            above = [b for b in blocks if b.end <= (title.start or 0)]
            if sum(len(b.text) for b in above) < 0.3 * sum(len(b.text) for b in blocks):
                furniture += [Furniture(b, "above the headline") for b in above]
                kept = tuple(b for b in blocks if b not in above)
        return Document(
            text,
            kept,
            tuple(sorted(furniture, key=lambda f: f.block.start)),
            title,
            self._shown(self._meta("og:description", "description", "twitter:description"), kept),
            self._publisher(),
            self._language(),
            self._address(),
            self._dates(),
        )

    def _meta(self, *names: str) -> tuple[str, str] | None:
        for name in names:
            for attribute in ("property", "name", "itemprop"):
                tag = self._soup.find("meta", attrs={attribute: name})
                if isinstance(tag, Tag):
                    value = " ".join(str(tag.get("content") or "").split())
                    if value:
                        return value, f"meta {name}"
        return None

    def _title(self, blocks: list[Block]) -> Fact | None:
        stated = self._meta("og:title", "twitter:title") or self._linked_value("headline")
        shown = [b for b in blocks if b.kind == "heading"]
        tag = self._soup.find("title")
        title = " ".join(tag.get_text(" ").split()) if isinstance(tag, Tag) else ""
        for value, rule in ((stated or ("", "")), (title, "title element")):
            for block in shown:
                if value and (
                    block.clean == value
                    or _SITE_SEPARATOR.split(value)[0] == block.clean
                    or (value.startswith(block.clean) and len(block.clean) > 0.5 * len(value))
                ):
                    return Fact(block.clean, f"heading that is the page's {rule}", block.text, block.start, block.end)
        first = self._soup.find("h1")
        words = " ".join(first.get_text(" ").split()) if isinstance(first, Tag) else ""
        for block in shown:
            if words and block.clean == words:
                return Fact(block.clean, "first heading", block.text, block.start, block.end)
        if stated:
            return Fact(stated[0], stated[1], stated[0])
        if title:
            parts = _SITE_SEPARATOR.split(title)
            return Fact(max(parts, key=len), "title element", title)
        return None

    def _shown(self, stated: tuple[str, str] | None, blocks: tuple[Block, ...]) -> Fact | None:
        """The description as standfirst, only where the page shows it as a paragraph of its own above the story."""
        if stated is None:
            return None
        for block in blocks[:6]:
            if block.clean == stated[0] and block.kind == "paragraph" and block is not blocks[-1]:
                return Fact(block.clean, f"paragraph that is the page's {stated[1]}", block.text, block.start, block.end)
        return None

    def _publisher(self) -> Fact | None:
        stated = self._meta("og:site_name", "application-name", "publisher") or self._linked_value("publisher", "name")
        if stated:
            return Fact(stated[0], stated[1], stated[0])
        tag = self._soup.find("title")
        parts = _SITE_SEPARATOR.split(" ".join(tag.get_text(" ").split())) if isinstance(tag, Tag) else []
        name = parts[-1] if len(parts) > 1 else ""
        return Fact(name, "end of the title element", name) if outlets.known(name) or outlets.looks_like_outlet(name) else None

    def _language(self) -> Fact | None:
        tag = self._soup.find("html")
        code = str(tag.get("lang") or "") if isinstance(tag, Tag) else ""
        primary = code.strip().lower().replace("_", "-").split("-")[0]
        return Fact(primary, "lang of the page", code) if 2 <= len(primary) <= 3 and primary.isalpha() else None

    def _address(self) -> str | None:
        tag = self._soup.find("link", rel="canonical")
        value = str(tag.get("href") or "").strip() if isinstance(tag, Tag) else ""
        if not value:
            stated = self._meta("og:url")
            value = stated[0] if stated else ""
        return value if value.startswith(("http://", "https://")) else None

    def _dates(self) -> tuple[Fact, ...]:
        found: list[Fact] = []
        for value in (
            self._linked_value("datePublished"),
            self._meta(
                "article:published_time",
                "datePublished",
                "date",
                "pubdate",
                "publishdate",
                "dc.date",
                "DC.date.issued",
                "parsely-pub-date",
                "sailthru.date",
            ),
        ):
            if value:
                found.append(Fact(value[0], value[1], value[0]))
        for tag in self._soup.find_all("time", limit=4):
            if isinstance(tag, Tag):
                stamp = str(tag.get("datetime") or "") or " ".join(tag.get_text(" ").split())
                if stamp:
                    found.append(Fact(stamp, "time element", stamp))
        return tuple(found)

    def _linked_value(self, *keys: str) -> tuple[str, str] | None:
        for entry in self._linked:
            value: Any = entry
            for key in keys:
                value = value[0] if isinstance(value, list) and value else value
                value = value.get(key) if isinstance(value, dict) else None
            if isinstance(value, str) and value.strip():
                return " ".join(value.split()), f"JSON-LD {'.'.join(keys)}"
        return None


def _linked_data(soup: BeautifulSoup) -> list[dict[str, Any]]:
    """The objects of the page's JSON-LD that describe an article, in order."""
    found: list[dict[str, Any]] = []
    for script in soup.find_all("script", type="application/ld+json"):
        try:
            queue: list[Any] = [json.loads(script.get_text() or "null")]
        except (ValueError, RecursionError):
            continue
        while queue:
            value = queue.pop(0)
            if isinstance(value, list):
                queue += value
            elif isinstance(value, dict):
                kinds = value.get("@type")
                names = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(n, str) and ("Article" in n or "Posting" in n or n == "Report") for n in names):
                    found.append(value)
                graph = value.get("@graph")
                queue += graph if isinstance(graph, list) else []
    return found


@dataclass(frozen=True, slots=True)
class _Run:
    """Text between two breaks, the elements it stands in (outermost first), and the number of its characters that are links."""

    chain: tuple[Tag, ...]
    words: str
    linked: int


def _walk(root: Tag) -> Iterator[_Run]:
    """The page's runs of text in order. No recursion."""
    chain: list[Tag] = []
    words: list[str] = []
    owner: tuple[Tag, ...] = ()
    linked = links = 0
    silent, breaks = knowledge.words("html", "silent"), knowledge.words("html", "breaks")
    stack: list[tuple[Tag | NavigableString | None, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if isinstance(node, Tag):
            if node.name in silent:
                continue
            if node.name in breaks and words:
                yield _Run(owner, " ".join("".join(words).split()), linked)
                words, linked = [], 0
            if leaving:
                links -= node.name == "a"
                chain.pop()
                continue
            links += node.name == "a"
            chain.append(node)
            stack.append((node, True))
            stack += [(child, False) for child in reversed(node.contents) if isinstance(child, (Tag, NavigableString))]
        elif isinstance(node, NavigableString) and not isinstance(node, Comment) and type(node) is NavigableString and (words or not node.isspace()):
            if not words:
                owner = tuple(chain)
            words.append(str(node))
            linked += len(node.strip()) if links else 0
    if words:
        yield _Run(owner, " ".join("".join(words).split()), linked)


class _Weights:
    """How much of the page's paragraphs each element holds."""

    def __init__(self, runs: list[_Run]) -> None:
        self._held: dict[int, int] = {}
        self._tags: dict[int, tuple[int, Tag]] = {}
        self._total = 0
        for run in runs:
            if len(run.words) < _LONG_PARAGRAPH or run.linked > _LINKED * len(run.words) or any(tag.name in ("nav", "footer") for tag in run.chain):
                continue
            self._total += len(run.words)
            for depth, tag in enumerate(run.chain):
                self._held[id(tag)] = self._held.get(id(tag), 0) + len(run.words)
                self._tags[id(tag)] = depth, tag

    def share(self, tag: Tag) -> float:
        """The part of all long paragraphs that stands in an element."""
        return self._held.get(id(tag), 0) / self._total if self._total else 0.0

    def article(self) -> Tag | None:
        """The smallest element that holds the article: what its markup calls so, or where most long paragraphs stand."""
        holding = [
            (depth, tag)
            for depth, tag in self._tags.values()
            if self.share(tag) >= _STORY_SHARE and tag.name not in ("p", "li", "td", "blockquote", *_HEADINGS)
        ]
        named = [(depth, tag) for depth, tag in holding if tag.name in ("article", "main") or _STORY_NAME.search(_names(tag))]
        best = max(named or holding, key=lambda pair: (self.share(pair[1]) >= _MOST, pair[0]), default=None)
        return best[1] if best else None


def _furniture_rule(run: _Run, article: Tag | None, weights: _Weights) -> str:
    """Why a run of text is no story, or "". An element that holds much of the page's text is no furniture, whatever its name."""
    chain = run.chain
    for tag in chain:
        if weights.share(tag) >= _TOO_MUCH:
            continue
        if tag.name in knowledge.words("html", "furniture"):
            return f"{tag.name} of the page"
        if tag.get("hidden") is not None or str(tag.get("aria-hidden")) == "true":
            return "hidden on the page"
        if tag.name not in ("html", "body", "article", "main", "p") and not _name_words(tag).isdisjoint(knowledge.words("html", "furniture_names")):
            return "furniture by its name in the markup"
    if run.linked > _LINKED * len(run.words) and not any(tag.name in _HEADINGS or (tag.name == "p" and run.words.endswith(".")) for tag in chain):
        return "links to other pages"
    if article is not None and article not in chain and not any(tag.name == "h1" for tag in chain):
        return "outside the article"
    return ""


def _names(tag: Tag) -> str:
    classes = tag.get("class")
    joined = " ".join(classes) if isinstance(classes, list) else str(classes or "")
    return f"{joined} {tag.get('id') or ''} {tag.get('itemprop') or ''}".strip()


def _name_words(tag: Tag) -> frozenset[str]:
    """The words of an element's class and id, whole and split at hyphens and underscores."""
    whole = _names(tag).lower().split()
    return frozenset(whole).union(*(_NAME_PART.findall(name) for name in whole))
