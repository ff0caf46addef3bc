"""How is a picture of people who appear together laid out, so that every name can be read?

The names stand on a ring, half of them down its right side and half up its left, each on a line of its own; lines across the ring join who
appears together. Persons who share many articles are neighbours, so that most lines are short.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.results import FacetValue, Together

LINE, MARGIN = 26.0, 20.0
"""The height of a name's line and the space above the first, in units of the picture (pixels where there is room)."""

LONGEST, LETTER = 30, 8.2
"""Letters of a name that are shown, and how much room one takes on average."""

MOST_LINES = 120
"""Lines that are drawn, the strongest; beyond, the picture turns grey. The table has all pairs."""

_BOW, _WAIST = 120.0, 50.0
_THINNEST, _THICKEST = 0.75, 7.0
_SMALLEST, _LARGEST = 2.5, 9.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A person's place: the middle of the dot and its radius, and where the name begins ("start") or ends ("end")."""

    person: FacetValue
    x: float
    y: float
    radius: float
    text: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """Two persons and their articles: the line between their dots as an SVG path, and its width."""

    one: FacetValue
    other: FacetValue
    count: int
    path: str
    width: float


@dataclass(frozen=True, slots=True)
class Picture:
    """The dots and lines of a picture of `width` and `height` units; lines are drawn in this order, the strongest last."""

    width: float
    height: float
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]


def picture(together: Together) -> Picture | None:
    """The picture of who appears with whom; None where no two persons do."""
    if not together.pairs:
        return None
    persons = {person.value: person for person in together.people}
    shares = {frozenset((pair.one, pair.other)): _likeness(pair.count, persons[pair.one].count, persons[pair.other].count) for pair in together.pairs}
    order = ring(list(persons), shares)
    rows = math.ceil(len(order) / 2)
    height = 2 * MARGIN + LINE * (rows - 1)
    middle = _WAIST + _BOW + _LARGEST + 6 + LETTER * max(min(LONGEST, len(person.label)) for person in together.people)
    most = max(person.count for person in together.people)
    dots = {}
    for place, key in enumerate(order):
        right = place < rows
        row = place if right else len(order) - 1 - place
        y = MARGIN + row * LINE
        side = 1 if right else -1
        x = middle + side * (_WAIST + _BOW * math.sqrt(max(0.0, 1 - (2 * (row + 0.5) / rows - 1) ** 2)))
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * math.sqrt(persons[key].count / most)
        dots[key] = Dot(persons[key], round(x, 1), y, round(radius, 1), round(x + side * (_LARGEST + 6), 1), "start" if right else "end")
    strongest = together.pairs[:MOST_LINES]
    widest = strongest[0].count
    lines = [
        Line(
            persons[pair.one],
            persons[pair.other],
            pair.count,
            _path(dots[pair.one], dots[pair.other], middle, height / 2),
            round(_THINNEST + (_THICKEST - _THINNEST) * (pair.count - 1) / max(1, widest - 1), 2),
        )
        for pair in reversed(strongest)
    ]
    return Picture(2 * middle, height, tuple(dots.values()), tuple(lines))


def _likeness(both: int, one: int, other: int) -> float:
    """The share of their articles that two persons have together (Jaccard's coefficient)."""
    return both / max(1, one + other - both)


def _path(one: Dot, other: Dot, x: float, y: float) -> str:
    """A curve that bends towards the middle of the ring, at `x` and `y`; the longer, the further, so that lines of neighbours stay at its edge."""
    pull = 0.25 + 0.55 * min(1.0, math.hypot(one.x - other.x, one.y - other.y) / (2 * y))
    half_x, half_y = (one.x + other.x) / 2, (one.y + other.y) / 2
    return f"M{one.x} {one.y}Q{half_x + (x - half_x) * pull:.1f} {half_y + (y - half_y) * pull / 2:.1f} {other.x} {other.y}"


def ring(keys: Sequence[str], shares: Mapping[frozenset[str], float]) -> list[str]:
    """The keys in an order that puts those with large shares next to each other, whatever the order they come in.

    Average-linkage clustering: the two most alike chains are joined, end to end in the way that puts the most alike ends together, until one is left.
    """
    chains: list[list[str]] = [[key] for key in sorted(keys)]

    def share(one: str, other: str) -> float:
        return shares.get(frozenset((one, other)), 0.0)

    between = {(a, b): share(chains[a][0], chains[b][0]) for a in range(len(chains)) for b in range(a + 1, len(chains))}
    alive = set(range(len(chains)))
    while len(alive) > 1:
        a, b = min(between, key=lambda pair: (-between[pair], pair))
        first, second = chains[a], chains[b]
        ways = [(first, second), (first, second[::-1]), (first[::-1], second), (first[::-1], second[::-1])]
        left, right = max(ways, key=lambda way: share(way[0][-1], way[1][0]))
        alive.discard(b)
        for other in alive - {a}:
            to_a, to_b = (min(a, other), max(a, other)), (min(b, other), max(b, other))
            between[to_a] = (between[to_a] * len(first) + between.pop(to_b) * len(second)) / (len(first) + len(second))
        del between[a, b]
        chains[a] = [*left, *right]
    return chains[alive.pop()]
