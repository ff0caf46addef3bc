"""What is a figure, and where do the floors stand?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

FLOORS = Path(__file__).with_name("floors.toml")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that a set of labelled articles gives, and the counts behind it in words."""

    set: str
    what: str
    value: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure may not fall below, and what it is to become; where `most` is true, what it may not exceed.

    `held` is what the suite holds it to where the floor itself is not reached, and `because` says why it is not.
    """

    set: str
    what: str
    floor: float
    aim: float
    most: bool = False
    held: float | None = None
    because: str = ""

    @property
    def lowest(self) -> Floor:
        """The floor that the suite holds."""
        return self if self.held is None else replace(self, floor=self.held, held=None)

    def holds(self, value: float) -> bool:
        """Whether a figure is good enough. Figures are compared as they are printed, to three places."""
        return round(value, 3) <= self.floor if self.most else round(value, 3) >= self.floor

    def reached(self, value: float) -> bool:
        """Whether the aim is reached."""
        return round(value, 3) <= self.aim if self.most else round(value, 3) >= self.aim


def floors() -> tuple[Floor, ...]:
    """The floors as `floors.toml` has them, in its order."""
    sets = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    return tuple(Floor(name, what, **values) for name, figures in sets.items() for what, values in figures.items())
