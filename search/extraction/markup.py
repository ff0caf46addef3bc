"""Which runs of text does an HTML page consist of, and in which elements do they stand?

Beautiful Soup reads the page. It is walked without recursion, so that nesting cannot exhaust the stack, and pages that no newspaper sends
(hundreds of thousands of elements, elements nested hundreds deep) are refused before a tree is built from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from search.errors import UnreadableFile
from search.extraction import knowledge

MOST_CHARACTERS = 20_000_000
"""Longer pages are refused, embedded images not counted: an article has some ten thousand characters."""
MOST_ELEMENTS = 300_000
"""Pages with more elements are refused: reading 300,000 takes some 5 seconds and 250 MB, and a long live blog has 20,000."""
DEEPEST = 400
"""Pages with elements nested deeper are refused; browsers stop at 512, articles need some 40."""

MOST_ATTRIBUTES = 1_000
"""Pages with a tag of more are refused: lxml compares each with all before it, and takes 10 seconds for 40,000."""
MOST_PLACES = 5_000_000
"""Pages are refused where the elements that each run of text stands in are more, taken together: a long live blog has some 500,000."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

_OPENING = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s>/])|</([a-zA-Z][a-zA-Z0-9]{0,20})|<!--")
_ATTRIBUTE = re.compile(r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+""")
_VERBATIM = {"script": re.compile("</script", re.IGNORECASE), "style": re.compile("</style", re.IGNORECASE), "": re.compile("-->")}
"""What ends the elements, and comments, in which there are no tags."""
_EMBEDDED = re.compile(r"data:[a-zA-Z0-9.+/-]{1,60}(?:;[a-zA-Z0-9=-]{1,40}){0,3};base64,[A-Za-z0-9+/=%]*")
_PROLOG = re.compile(r"^\s*<\?xml[^>]{0,200}>")


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Text between two breaks, the elements it stands in (outermost first), its pieces, and the number of its characters that are links."""

    words: str
    chain: tuple[Tag, ...]
    pieces: tuple[NavigableString, ...]
    linked: int

    @property
    def linked_share(self) -> float:
        """The part of its characters that are links."""
        return self.linked / len(self.words)

    @property
    def heading(self) -> bool:
        """Whether it stands in a heading of any level."""
        return any(tag.name in HEADINGS for tag in self.chain)

    def inside(self, *names: str) -> bool:
        """Whether it stands in an element of one of these names."""
        return any(tag.name in names for tag in self.chain)


def parse(text: str) -> BeautifulSoup:
    """The tree of a decoded page.

    Raises UnreadableFile for pages too long, of too many elements or attributes, or nested too deeply to be articles.
    """
    if "base64," in text:
        text = _EMBEDDED.sub("", text)  # a page saved with its images is as large as they are
    if len(text) > MOST_CHARACTERS:
        raise UnreadableFile(
            f"The page has {len(text):,} characters, more than the {MOST_CHARACTERS:,} that are read. Save the article alone and index it again."
        )
    elements, depth = _measure(text)
    if elements > MOST_ELEMENTS:
        raise UnreadableFile(
            f"The page has {elements:,} elements, more than the {MOST_ELEMENTS:,} that are read. Save its text as .txt and index it again."
        )
    if depth > DEEPEST:
        raise UnreadableFile(f"The page's elements are nested more than {DEEPEST} deep: no article is. Save its text as .txt and index it again.")
    try:
        # Beautiful Soup warns of markup without an angle bracket: it could be a file's name.
        return BeautifulSoup(_PROLOG.sub("", text) if "<" in text else f"<body>{text}</body>", "lxml")
    except (RecursionError, AssertionError, ValueError) as error:
        raise UnreadableFile("The page's markup cannot be read. Save its text as .txt and index it again.") from error


def runs(soup: BeautifulSoup) -> tuple[Run, ...]:
    """The runs of text that a page shows, in order. Scripts, styles and comments are no text.

    Raises UnreadableFile where very many runs stand very deep.
    """
    found = []
    places = 0
    for run in _walk(soup.body or soup):
        found.append(run)
        places += len(run.chain)
        if places > MOST_PLACES:
            raise UnreadableFile("The page has too many lines that are nested too deeply: no article has. Save its text as .txt and index it again.")
    return tuple(found)


def _measure(text: str) -> tuple[int, float]:
    """The number of elements, and how deeply they are nested, counted before anything is built from them.

    Elements that need no end tag count a fifth: old pages leave hundreds of them open. Raises UnreadableFile for a tag with too many attributes.
    """
    void, unclosed = knowledge.words("html", "void"), knowledge.words("html", "unclosed")
    count = 0
    deepest = depth = 0.0
    checked = 0  # up to here tags are known to be small
    for match in _OPENING.finditer(text):
        if match.start() >= checked and not match[2]:
            checked = _end_of_tag(text, match)
        if match[1]:
            count += 1
            name = match[1].lower()
            if name not in void:
                depth += 0.2 if name in unclosed else 1
                deepest = max(deepest, depth)
        elif match[2] and match[2].lower() not in void:
            depth = max(0.0, depth - (0.2 if match[2].lower() in unclosed else 1))
    return count, deepest


def _end_of_tag(text: str, match: re.Match[str]) -> int:
    """Where a tag ends, or what no tag can stand in: a comment, a script. Raises UnreadableFile for a tag with too many attributes."""
    name = (match[1] or "").lower()
    at = match.end()
    if name:
        number = 0
        while attribute := _ATTRIBUTE.match(text, at):
            number += 1
            if number > MOST_ATTRIBUTES:
                raise UnreadableFile(
                    f"The page has a tag “<{name}” with more than {MOST_ATTRIBUTES:,} attributes: no article has. Save its text as .txt."
                )
            at = attribute.end()
    if name and name not in _VERBATIM:
        return at
    end = _VERBATIM[name].search(text, at)
    return end.end() if end else len(text)


def _walk(root: Tag) -> Iterator[Run]:
    chain: list[Tag] = []
    pieces: list[NavigableString] = []
    owner: tuple[Tag, ...] = ()
    linked = links = 0
    silent, breaks = knowledge.words("html", "silent"), knowledge.words("html", "breaks")
    stack: list[tuple[Tag | NavigableString, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if isinstance(node, Tag):
            if node.name in silent:
                continue
            if node.name in breaks and pieces:
                yield from _run(owner, pieces, linked)
                pieces, linked = [], 0
            if leaving:
                links -= node.name == "a"
                chain.pop()
                continue
            links += node.name == "a"
            chain.append(node)
            stack.append((node, True))
            stack += [(child, False) for child in reversed(node.contents) if isinstance(child, (Tag, NavigableString))]
        elif type(node) is NavigableString and (pieces or not node.isspace()):  # its subclasses are comments, declarations, scripts
            if not pieces and (not owner or owner[-1] is not chain[-1]):
                owner = tuple(chain)  # which runs in one element share
            pieces.append(node)
            linked += len(" ".join(node.split())) if links else 0
    if pieces:
        yield from _run(owner, pieces, linked)


def _run(chain: tuple[Tag, ...], pieces: list[NavigableString], linked: int) -> Iterator[Run]:
    words = " ".join("".join(pieces).split())
    if words:
        yield Run(words, chain, tuple(pieces), min(linked, len(words)))
