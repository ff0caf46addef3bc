"""Which parameters have the pages, by what they take, and which addresses have every payload in each of them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.request import FACETS, PARAMETERS
from tests.web.payloads import PAYLOADS
from web import params

LISTED = [field for field in FACETS if field != "date"]
"""The facets whose values have a page."""

NAMES = sorted({*params.OF_VALUES, *params.OF_TOGETHER, "seen", "unheard"})
CHOICES = [name for name in PARAMETERS if name != "date"]
EXCLUDED = [f"not_{name}" for name in CHOICES]
TYPED = ["q", "find", "cursor", "seen"]
REFUSED = [name for name in NAMES if name not in {*CHOICES, *EXCLUDED, *TYPED}]
"""All, with one that there is not; those that take any value, and several; any value, but one; and those that take no payload."""

FOUND = [("agency", "SANA"), ("publisher", "none"), ("place", "Damascus"), ("language", "none"), ("participant", "none"), ("person", "none")]
FOUND += [("publisher", "The Observer"), ("participant", "@vladimir-putin"), ("person", "@vladimir-putin")]
FOUND += [("participant_mode", "any"), ("person_mode", "any")]
"""What finds an article of the desk, whatever else is chosen."""

Pairs = list[tuple[str, str]]


def every(names: Sequence[str], *, most: int = params.MAX_PARAMETERS, as_name: bool = False) -> Iterator[Pairs]:
    """Every payload under each of these names, and itself as a name, as many at once as an address can have, or `most`."""
    pairs: Pairs = []
    length = 0
    for payload in PAYLOADS:
        more = [*((name, payload) for name in names), *([(payload, "1")] if as_name else [])]
        longer = len(params.query_string(more))
        if len(pairs) + len(more) > most or length + longer > 30_000:
            yield pairs
            pairs, length = [], 0
        pairs += more
        length += longer
    yield pairs


def queries() -> Iterator[str]:
    """Every payload as it may be typed: several one behind the other, in a query that is not too long to be run."""
    query = ""
    for payload in PAYLOADS:
        if len(query) + len(payload) > 4_000:
            yield query
            query = ""
        query += f"{payload} "
    yield query


def dealt(names: Sequence[str], most: int) -> Iterator[Pairs]:
    """Every payload once, under these names in turn, so many in an address."""
    for first in range(0, len(PAYLOADS), most):
        yield [(names[(first + n) % len(names)], payload) for n, payload in enumerate(PAYLOADS[first : first + most])]
