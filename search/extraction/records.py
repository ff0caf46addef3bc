"""What stands in a file of several articles? Records, and those that are broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

Name = TypeVar("Name")


@dataclass(frozen=True)
class BrokenRecord:
    """A record from which no article is read.

    `where` is its place in the file as a person counts: "line 17", "record 3 (line 12)", "row 5"; `reason` is a sentence. `duplicate` says that
    nothing is lost: another record of the file says the same.
    """

    where: str
    reason: str
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in its file: where it stands, and its values by name, as JSON has them, with every number as its digits.

    `conflicting` are names that stand in it more than once with different values, so that none of these can be trusted.
    """

    where: str
    values: Mapping[str, Any]
    conflicting: frozenset[str] = field(default=frozenset())


def record_of(where: str, values: Mapping[str, Any]) -> Record:
    """The record with the values of an object, which `mapping` has made."""
    return Record(where, values, values.conflicting if isinstance(values, _Conflicting) else frozenset())


def mapping(pairs: Iterable[tuple[Name, Any]]) -> dict[Name, Any]:
    """An object of names and values, the last value of each name, that knows which names had different ones."""
    pairs = list(pairs)
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Conflicting(pairs)


class _Conflicting(dict[Name, Any]):
    """An object in which names stand more than once."""

    def __init__(self, pairs: list[tuple[Name, Any]]) -> None:
        super().__init__(pairs)
        self.conflicting = frozenset(name for name, value in pairs if self[name] != value)
