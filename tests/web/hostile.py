"""An archive in which every field of every article was written to be run: one article for each payload, and one that has them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from search.article import Article, Considered, Evidence, Person, Removed
from tests.make import article
from tests.web.payloads import PAYLOADS

GROUP = 38
"""Articles with a word of their own, "group3": the people of so many, and one at either end, fit into the picture of who appears with whom."""

GROUPS = range(-(-len(PAYLOADS) // GROUP))


def people(names: Iterable[str]) -> tuple[Person, ...]:
    return tuple(Person(name, f"@{name}", name, (name,)) for name in names)


def written(number: int, text: str, payloads: Sequence[str], mentioned: Sequence[str]) -> Article:
    """An article with these payloads in every field of several values, the first in every field of one; undated, so that its dateline shows."""
    first, *_ = payloads = tuple(payloads)
    return replace(
        article(str(number), text, title=f"harbour {first}", standfirst=f"harbour {first}"),
        source=first,
        path=first,
        record=first,
        url=first,
        dateline_day=first,
        event_days=payloads,
        agency=first,
        agencies=payloads,
        publisher=f"P {first}",
        place=first,
        language=first,
        participants=people(payloads),
        mentioned=people(mentioned),
        byline=payloads,
        removed=tuple(Removed(name, name) for name in payloads),
        evidence=tuple(Evidence(name, name, name, name, considered=(Considered(name, name),)) for name in payloads),
    )


ONES = [
    # With the payloads before and behind it, so that every two neighbours appear together.
    written(1000 + n, f"harbour group{n // GROUP} {payload}", (payload, PAYLOADS[n - 1]), PAYLOADS[n + 1 : n + 2])
    for n, payload in enumerate(PAYLOADS)
]
"""The articles of one payload each, in the order of `PAYLOADS`."""

ALL = written(500, "harbour\n\n" + "\n\n".join(f"{payload} harbour" for payload in PAYLOADS), PAYLOADS, PAYLOADS)
"""The article that has them all."""

DATED = [article(f"{year}", "A quiet harbour.", title="A harbour", date=f"{year}-06-15") for year in range(2001, 2007)]
"""Articles that mean no harm, for the picture of dates."""
