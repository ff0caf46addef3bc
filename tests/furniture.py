"""Articles with furniture, and the slow and obvious way to say which of their lines are learned."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from search.article import Article
from search.repeated import SAMPLE, Trace, articles_needed, enough_stories, trace
from tests.make import article

HEADER = "THE HARBOUR GAZETTE: news from the coast"
FOOTER = "Write to the newsroom with comments and corrections."
_SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "so", "te", "vi", "zu", "dar", "fen", "gol", "hin")


def sentence(chance: random.Random, length: int = 14) -> str:
    """A sentence of long words that nothing else has."""
    return " ".join("".join(chance.choices(_SYLLABLES, k=4)) for _ in range(length)).capitalize() + "."


def story(number: int, *, before: Sequence[str] = (), after: Sequence[str] = (), paragraphs: int = 4, **values: str | None) -> Article:
    """An article about something else for each number, between lines of furniture."""
    chance = random.Random(number)
    title, *body = (sentence(chance) for _ in range(paragraphs + 1))
    return replace(
        article(f"{number:x}", "\n\n".join([*before, *body, *after]), **{"title": title, "source": "coast", **values}),
        publisher=values.get("publisher"),
    )


def learned(articles: Iterable[Article]) -> dict[str, set[str]]:
    """What an archive of these articles learns, by group: all of them looked at, nothing remembered."""
    groups: dict[str, list[tuple[str, Trace]]] = {}
    for one in sorted(articles, key=lambda one: one.id):
        known = trace(one)
        groups.setdefault(known.group, []).append((one.id, known))
    found: dict[str, set[str]] = {}
    for group, traces in groups.items():
        for line in {line for _, known in traces for line, candidate in known.candidates.items() if candidate.apart}:
            having = [known for _, known in traces if line in known.candidates and known.candidates[line].apart]
            if len(having) >= articles_needed(len(traces)) and enough_stories(
                (known.story for known in having[:SAMPLE]), having[0].candidates[line].text
            ):
                found.setdefault(group, set()).add(having[0].candidates[line].text)
    return found
