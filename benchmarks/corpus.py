"""Which articles are timed? Published ones where they lie beside the checkout, otherwise invented ones, the same in every run."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
REUTERS = SHARED / "reuters21578.jsonl.gz"
PAGES = SHARED / "html_articles"

_GIVEN = ["Anna", "Boris", "Carla", "David", "Elena", "Farid", "Greta", "Hassan", "Irina", "Jonas", "Karim", "Laila", "Marta", "Nikolai"]
_TITLES = ["President", "Foreign Minister", "Mayor", "Finance Minister", "company chairman", "army spokesman", "Judge", "Ambassador"]
_PLACES = ["LONDON", "MOSCOW", "GENEVA", "LISBON", "AMMAN", "BRASILIA", "TOKYO", "NAIROBI"]
_MONTHS = ["Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"]
_SYLLABLES = ["bar", "den", "kov", "li", "mar", "nor", "os", "pet", "ra", "sen", "tal", "ur", "vik", "zan", "mel", "gor"]
_SMALL = ["the", "a", "of", "to", "in", "and", "for", "on", "with", "by", "from", "that", "which", "after", "before"]
_NOUNS = [
    "agreement",
    "trade",
    "price",
    "talks",
    "company",
    "market",
    "government",
    "report",
    "share",
    "bank",
    "loan",
    "export",
    "harbour",
    "railway",
]
_WORDS = [*_SMALL, *_NOUNS]
_VERBS = ["said", "told reporters", "announced", "denied", "added"]


def plain() -> tuple[str, Iterator[str]]:
    """What the articles are, and their raw text: title, empty line, dateline and story. The iterator ends where the collection does."""
    if REUTERS.exists():
        return "Reuters-21578", _reuters()
    return "invented, of the size of Reuters-21578", invented()


def pages(number: int) -> tuple[str, list[bytes]]:
    """What the pages are, and at most so many of them as bytes."""
    files = sorted(PAGES.glob("*.html.gz"))[:number]
    if files:
        return "published web pages", [gzip.decompress(file.read_bytes()) for file in files]
    return "invented web pages", [_page(text) for text in islice(invented(), number)]


def invented(seed: int = 1987) -> Iterator[str]:
    """Articles without end, some 800 characters each, with new names all the time."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    while True:
        yield f"{_sentence(chance, 7).upper()}\n\n    {_dateline(chance)}{_body(chance)}\n Reuter\n"


def _reuters() -> Iterator[str]:
    with gzip.open(REUTERS, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            if item["text"]:
                yield f"{item['title']}\n\n{item['dateline'] or ''} {item['text']}"


def _dateline(chance: random.Random) -> str:
    return f"{chance.choice(_PLACES)}, {chance.choice(_MONTHS)} {chance.randint(1, 28)} - "


def _body(chance: random.Random) -> str:
    return "\n    ".join(_paragraph(chance) for _ in range(chance.randint(2, 8)))


def _paragraph(chance: random.Random) -> str:
    name = f"{chance.choice(_GIVEN)} {''.join(chance.choices(_SYLLABLES, k=3)).capitalize()}"
    return f"{_sentence(chance, 12)}, {chance.choice(_TITLES)} {name} {chance.choice(_VERBS)}. {_sentence(chance, 10)}."


def _sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize()


def _page(text: str) -> bytes:
    title, _, body = text.partition("\n\n")
    links = "".join(f'<li><a href="/{number}">Section {number}</a></li>' for number in range(60))
    menu = f"<nav><ul>{links}</ul></nav>"
    story = "".join(f"<p>{line.strip()}</p>" for line in body.splitlines())
    head = f'<title>{title} | The Quay</title><meta property="og:site_name" content="The Quay">'
    main = f"<main><article><h1>{title}</h1>{story}</article></main>"
    return f"<html><head>{head}</head><body>{menu}{main}<footer>{menu}</footer></body></html>".encode()
