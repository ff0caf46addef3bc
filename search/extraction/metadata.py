"""What does a page say about itself? JSON-LD, meta elements, OpenGraph and time elements first; htmldate where these say no date."""

from __future__ import annotations

import html as entities
import json
import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag

from search.extraction import days, knowledge, outlets
from search.extraction.document import Block, Fact

_SITE_SEPARATOR = re.compile(r"\s[|–—·»-]\s")
_ADDRESS = re.compile(r"(?:https?:)?//|www\.|@")
_FIRST_DAY, _LAST_DAY = "1990-01-01", "2100-01-01"  # htmldate's own last day is today, with which the result would change
_LONGEST_NAME = 60
_LONGEST_STAMP = 100  # characters of a line that dates a page: "By Jane Doe | Updated June 3, 2019, 8:15 p.m. EDT"
_LONGEST_REST = 12  # letters behind the day in such a line; "on 3 June 2019 in a local newspaper" is said of something else
_MOST_OBJECTS = 2000  # of a page's JSON-LD

logging.getLogger("htmldate").addHandler(logging.NullHandler())


class Metadata:
    """What a page states in its head and markup. Reads the tree once, when it is made."""

    def __init__(self, soup: BeautifulSoup, text: str) -> None:
        tags = _by_name(soup)
        self._meta = _meta(tags["meta"])
        self._title = _text_of(tags["title"])
        self._linked = _linked_data(tags["script"], self._first("og:title"))
        self._canonical = next((_attribute(tag, "href") for tag in tags["link"] if "canonical" in _attribute(tag, "rel").lower().split()), "")
        self._lang = next((_attribute(tag, "lang") or _attribute(tag, "xml:lang") for tag in tags["html"]), "")
        self._headline = _text_of(tags["h1"])
        self._marked = tuple(_marked_dates(tags))
        self._text = text

    def article_text(self) -> str:
        """The article's text as the page's JSON-LD gives it, or ""."""
        found = self._linked_value("articleBody")
        return found[0] if found else ""

    def title(self, headings: Sequence[Block], others: Sequence[Block]) -> Fact | None:
        """The headline: the heading, or other line, that says what the page states as its title; else the first heading; else what is stated."""
        stated = self._first("og:title", "twitter:title") or self._linked_value("headline")
        for value, rule in (stated or ("", ""), (self._title, "title element")):
            for block in headings:
                if value and _is_title(block.clean, value):
                    return Fact(block.clean, f"heading that is the page's {rule}", block.text, block.start, block.end)
            for block in others:
                if value and block.clean == value:
                    return Fact(block.clean, f"line that is the page's {rule}", block.text, block.start, block.end)
        for block in headings:
            if self._headline and block.clean == self._headline:
                return Fact(block.clean, "first heading", block.text, block.start, block.end)
        if stated:
            return Fact(stated[0], stated[1], stated[0])
        return Fact(max(_SITE_SEPARATOR.split(self._title), key=len), "title element", self._title) if self._title else None

    def standfirst(self, blocks: Sequence[Block]) -> Fact | None:
        """The page's description, only where the page shows it as one of these lines."""
        stated = self._first("og:description", "description", "twitter:description") or self._linked_value("description")
        for block in blocks if stated else ():
            if stated and block.clean == stated[0]:
                return Fact(block.clean, f"paragraph that is the page's {stated[1]}", block.text, block.start, block.end)
        return None

    def publisher(self) -> Fact | None:
        """Who printed it: the site's name; the end of the title element only where that is plainly an outlet."""
        stated = self._first("og:site_name") or self._linked_value("publisher", "name") or self._first("application-name", "publisher")
        if stated:
            return Fact(stated[0], stated[1], stated[0])
        parts = _SITE_SEPARATOR.split(self._title)
        name = parts[-1] if len(parts) > 1 else ""
        return Fact(name, "end of the title element", name) if outlets.known(name) or outlets.looks_like_outlet(name) else None

    def authors(self) -> tuple[str, ...]:
        """Who wrote it, by JSON-LD, else by meta elements; addresses and the site's own name are no authors."""
        site = fact.value if (fact := self.publisher()) else ""
        names = list(self._linked_names("author"))
        if not names:
            stated = self._first("author", "article:author", "parsely-author", "sailthru.author", "dc.creator")
            names = [stated[0]] if stated else []
        wanted = (name for name in names if len(name) <= _LONGEST_NAME and not _ADDRESS.search(name) and name != site)
        return tuple(dict.fromkeys(wanted))

    def language(self) -> Fact | None:
        """The language of the page's markup, as two or three letters."""
        primary = self._lang.strip().lower().replace("_", "-").split("-")[0]
        return Fact(primary, "lang of the page", self._lang) if 2 <= len(primary) <= 3 and primary.isalpha() and primary.isascii() else None

    def url(self) -> str | None:
        """The page's own address: rel=canonical, else og:url."""
        stated = self._first("og:url")
        for value in (self._canonical, stated[0] if stated else ""):
            if value.startswith(("http://", "https://")):
                return value
        return None

    def dates(self, near: Sequence[tuple[Block, bool]], elsewhere: Sequence[Block]) -> tuple[Fact, ...]:
        """Days of publication, strongest evidence first.

        `near` are the lines about the headline, and whether each holds a time element; `elsewhere` are lines of the page that lead nowhere else.
        """
        found: list[Fact] = []
        for stated in (self._linked_value("datePublished"), self._first(*knowledge.load("html")["date_meta"].split())):
            if stated:
                found.append(Fact(stated[0], stated[1], stated[0]))
        found += self._marked
        for timed, rule in ((True, "time element at the headline"), (False, "line with a date at the headline")):
            stamps = [fact for block, holds in near if holds is timed and (fact := _stamp(block, rule)) is not None]
            found += sorted(stamps, key=lambda fact: fact.rule != rule)
        return tuple(found or self._by_htmldate(elsewhere))

    def _first(self, *names: str) -> tuple[str, str] | None:
        for name in names:
            if value := self._meta.get(name.lower()):
                return value, f"meta {name}"
        return None

    def _linked_value(self, *keys: str) -> tuple[str, str] | None:
        for entry in self._linked:
            value: Any = entry
            for key in keys:
                value = value[0] if isinstance(value, list) and value else value
                value = value.get(key) if isinstance(value, dict) else None
            if isinstance(value, str) and value.strip():
                words = entities.unescape(value)
                return words if keys == ("articleBody",) else " ".join(words.split()), f"JSON-LD {'.'.join(keys)}"
        return None

    def _linked_names(self, key: str) -> Iterator[str]:
        for entry in self._linked:
            values = entry.get(key)
            for value in values if isinstance(values, list) else [values]:
                name = value.get("name") if isinstance(value, dict) else value
                if isinstance(name, str) and name.strip():
                    yield " ".join(entities.unescape(name).split())

    def _by_htmldate(self, lines: Sequence[Block]) -> Iterator[Fact]:
        """What htmldate finds, only where the page shows that day in just one line of its own.

        Alone it is too often wrong: on 14 pages whose day it read otherwise than their markup and headline say, or that say none, it was right on 3.
        """
        stamps = [fact for block in lines if (fact := _stamp(block, "htmldate, and one line with that day")) is not None]
        if not stamps:
            return
        from htmldate import find_date

        try:
            found = find_date(self._text, extensive_search=False, original_date=True, min_date=_FIRST_DAY, max_date=_LAST_DAY)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            return  # a page that breaks htmldate has no date by it
        same = [fact for fact in stamps if (day := days.find(fact.value)) is not None and day.value == found]
        if len(same) == 1:
            yield same[0]


def _stamp(block: Block, rule: str) -> Fact | None:
    """The day of a short line that says little else; the rule tells a day of an update apart."""
    text = block.text
    day = days.find(text) if len(text) <= _LONGEST_STAMP else None
    if day is None or not day.day:
        return None
    updated = any(word in text.lower() for word in knowledge.words("html", "updated"))
    if not updated and sum(map(str.isalpha, text[day.end :])) > _LONGEST_REST:
        return None
    words = text[day.start : day.end]
    late = updated and any(word in text[: day.start].lower() for word in knowledge.words("html", "updated"))
    return Fact(words, f"{rule} (update)" if late else rule, words, block.start + day.start, block.start + day.end)


def _is_title(shown: str, stated: str) -> bool:
    """Whether a heading says what the page states as its title, perhaps without the site's name behind it."""
    return shown == stated or _SITE_SEPARATOR.split(stated)[0] == shown or (stated.startswith(shown) and len(shown) > 0.5 * len(stated))


def _by_name(soup: BeautifulSoup) -> dict[str, list[Tag]]:
    """The elements that state something about the page, by name, and those marked as the day of publication, in one pass over the tree."""
    found: dict[str, list[Tag]] = {name: [] for name in ("meta", "title", "script", "link", "html", "h1", "time", "datePublished")}
    for node in soup.descendants:
        if isinstance(node, Tag):
            if node.name in found:
                found[node.name].append(node)
            if _attribute(node, "itemprop") == "datePublished":
                found["datePublished"].append(node)
    return found


def _text_of(tags: Sequence[Tag]) -> str:
    return " ".join(tags[0].get_text(" ").split()) if tags else ""


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name) or ""
    return (value if isinstance(value, str) else " ".join(value)).strip()


def _meta(tags: Sequence[Tag]) -> dict[str, str]:
    """The first non-empty content of each meta element, by its name, property or itemprop in small letters."""
    found: dict[str, str] = {}
    for tag in tags:
        value = " ".join(_attribute(tag, "content").split())
        for attribute in ("property", "name", "itemprop"):
            name = _attribute(tag, attribute).lower()
            if name and value:
                found.setdefault(name, value)
    return found


def _marked_dates(tags: dict[str, list[Tag]]) -> Iterator[Fact]:
    """Elements that say in their markup that they hold the day of publication."""
    marked = [(tag, "itemprop datePublished") for tag in tags["datePublished"] if tag.name != "meta"][:2]
    marked += [(tag, "time element with pubdate") for tag in tags["time"] if tag.has_attr("pubdate")][:2]
    for tag, rule in marked:
        if stamp := _attribute(tag, "datetime") or _attribute(tag, "content") or _text_of([tag]):
            yield Fact(stamp, rule, stamp)


def _linked_data(scripts: Sequence[Tag], title: tuple[str, str] | None) -> list[dict[str, Any]]:
    """The objects of the page's JSON-LD that describe an article, in order; where there are several, those that have the page's title first."""
    found: list[dict[str, Any]] = []
    for script in scripts:
        if _attribute(script, "type").lower() != "application/ld+json":
            continue
        try:
            queue: list[Any] = [json.loads(script.get_text() or "null", strict=False)]
        except (ValueError, RecursionError):
            continue
        at = 0
        while at < min(len(queue), _MOST_OBJECTS):
            value = queue[at]
            at += 1
            if isinstance(value, list):
                queue += value
            elif isinstance(value, dict):
                kinds = value.get("@type")
                names = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(n, str) and ("Article" in n or "Posting" in n or n == "Report") for n in names):
                    found.append(value)
                for key in ("@graph", "mainEntity"):
                    inner = value.get(key)
                    queue += inner if isinstance(inner, list) else [inner] if isinstance(inner, dict) else []
    return sorted(found, key=lambda entry: title is None or entities.unescape(str(entry.get("headline"))).strip() != title[0])
