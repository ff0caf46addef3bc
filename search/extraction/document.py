"""What does a raw file say, before anything is concluded from it? The document text, its blocks, and what a page says about itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["paragraph", "heading"]

# Each becomes one space in a block, so that offsets in a block's text are offsets in the document text.
_SPACES = dict.fromkeys((code for code in range(0x3001) if chr(code).isspace()), " ")


def _spaced(text: str) -> str:
    """The text with a space for each character of white space."""
    spaced = text.replace("\n", " ")
    return spaced if spaced.isprintable() else spaced.translate(_SPACES)  # translating is slow, and rarely of use


class Block(NamedTuple):
    """A line or paragraph: `text` is as long as the document text from `start` to `end` and differs from it in white space only."""

    text: str
    start: int
    end: int
    kind: Kind = "paragraph"

    @classmethod
    def cut(cls, document: str, start: int, end: int, kind: Kind = "paragraph") -> Block | None:
        """The block from `start` to `end` without the white space around it, or None if nothing is left."""
        part = document[start:end]
        bare = part.strip()
        if not bare:
            return None
        start += part.index(bare[0])
        return cls(_spaced(bare), start, start + len(bare), kind)

    def part(self, start: int, end: int) -> Block | None:
        """The part between two offsets of `text`, without the white space around it."""
        part = self.text[start:end]
        bare = part.strip()
        if not bare:
            return None
        start += part.index(bare[0])
        return Block(bare, self.start + start, self.start + start + len(bare), self.kind)

    @property
    def clean(self) -> str:
        """The text with every run of white space as one space: what is stored and shown."""
        return " ".join(self.text.split()) if "  " in self.text else self.text


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that a page states about itself: the value, the rule that found it, and where in the document text it is shown, if it is."""

    value: str
    rule: str
    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Furniture:
    """Text of a page that is not its article, and the rule that says so."""

    block: Block
    rule: str


@dataclass(frozen=True, slots=True)
class Document:
    """A raw file as text. `text` is what all offsets count in; the rest of the facts are what HTML says about itself, null in plain text."""

    text: str
    blocks: tuple[Block, ...]
    furniture: tuple[Furniture, ...] = ()
    title: Fact | None = None
    standfirst: Fact | None = None
    publisher: Fact | None = None
    language: Fact | None = None
    url: str | None = None
    dates: tuple[Fact, ...] = ()
    authors: tuple[str, ...] = ()
    agencies: tuple[Fact, ...] = ()

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)
