"""Who reported, edited and photographed? The names in credit lines, which are no persons of the story."""

from __future__ import annotations

import re

from search.article import Evidence
from search.extraction import knowledge, lexicon, outlets
from search.extraction.boilerplate import Cut

_CREDIT_SPLIT = re.compile(r"[;,()|/]|\b(?:and|by|in|from|for|at|on|with|via|to)\b|[-–—](?=\s)|\s[-–—]")

_NO_NAME = lexicon.Kind.COMMON | lexicon.Kind.ORGANISATION | lexicon.Kind.PLACE
_LONGEST_NOTE = 300  # characters of a note about the author
_PARTICLES = frozenset(("de", "van", "von", "al", "bin", "el", "la", "da"))


def names_in(cuts: tuple[Cut, ...]) -> list[str]:
    """Names in credit lines: reporters, editors, photographers."""
    found: dict[str, None] = {}
    for cut in cuts:
        if cut.credit:
            for part in _CREDIT_SPLIT.split(cut.block.text):
                name = _credited(part)
                if name:
                    found[name] = None
    return list(found)


def is_bare_name(line: str) -> bool:
    """Whether a line is a name in full and nothing else, as columns sign below their headline: "Jane Doe"."""
    words = line.split()
    if not 2 <= len(words) <= 4 or _credited(line) != line or any(word.isupper() and len(word) > 2 for word in words):
        return False
    first = lexicon.kind(words[0])
    return bool(first & lexicon.Kind.GIVEN) and not first & lexicon.Kind.PLACE and not any(lexicon.kind(word) & _NO_NAME for word in words[1:])


def is_about(line: str, author: str) -> bool:
    """Whether a paragraph at the end says who wrote the column: "Jane Doe is a writer in York"."""
    return len(line) <= _LONGEST_NOTE and line.startswith((f"{author} is a", f"{author} is the "))


def _credited(part: str) -> str | None:
    noise = knowledge.words("people", "credit_words")
    words = part.replace("’s", "").replace("'s", "").replace("’", "'").strip(" .:'\"“”").split()
    while words and (words[0].lower().strip(":'.") in noise or not words[0][:1].isupper()):
        words = words[1:]
    while words and words[-1].lower().strip(":'.") in noise:
        words = words[:-1]
    if not 2 <= len(words) <= 4 or not all(w[:1].isupper() or w.lower() in _PARTICLES for w in words):
        return None
    name = " ".join(words)
    return None if outlets.known(name) or outlets.looks_like_outlet(name) or any(c.isdigit() for c in name) else name


def evidence_of(byline: list[str], cuts: tuple[Cut, ...]) -> list[Evidence]:
    """For each name, the credit line that it was read from."""
    found: list[Evidence] = []
    for name in byline:
        for cut in cuts:
            at = cut.block.text.find(name) if cut.credit else -1
            if at >= 0:
                found.append(Evidence("byline", name, cut.rule, name, cut.block.start + at, cut.block.start + at + len(name)))
                break
    return found
