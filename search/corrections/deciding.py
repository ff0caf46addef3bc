"""What do the corrections of all sources say together? Who is one person and who is not, who is shown how, and which lines are boilerplate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from search.analysis import person_key
from search.corrections.records import Corrections, LineCorrection, NameCorrection, at
from search.corrections.values import key as key_of
from search.errors import CorrectionsError

Placed = tuple[Path, NameCorrection]
"""An entry on names, and the file that it stands in."""


@dataclass(frozen=True, slots=True)
class LineDecision:
    """That a line is boilerplate, or is not; without a `publisher`, in the whole archive."""

    line: str
    is_boilerplate: bool
    publisher: str | None


@dataclass(frozen=True, slots=True)
class ArchiveCorrections:
    """What was decided for a whole archive, whatever the order of the files and entries. People are known by their keys (`analysis.person_key`).

    `same`   sets of keys that are one person each; no key is in two of them
    `apart`  sets of keys that are all different persons
    `shown`  the name to show, by key; the same for all keys of a set in `same`
    `hidden` keys that are nobody's; with one key of a set in `same`, all of them
    `lines`  lines that are or are not boilerplate
    """

    same: tuple[frozenset[str], ...] = ()
    apart: tuple[frozenset[str], ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    lines: tuple[LineDecision, ...] = ()


def combined(corrections: Iterable[Corrections]) -> ArchiveCorrections:
    """What several files say together. Raises CorrectionsError where two entries contradict each other, and names both."""
    files = list(corrections)
    entries = [(file.file, entry) for file in files for entry in file.names]
    groups = persons(entries)
    return ArchiveCorrections(
        same=tuple(sorted({frozenset(group) for group in groups.values()}, key=sorted)),
        apart=_split(entries, groups),
        shown=_shown(entries, groups),
        hidden=frozenset().union(*(groups.get(key, {key}) for _, e in entries if e.kind == "hide" for key in keys(e))),
        lines=_lines((file.file, entry) for file in files for entry in file.lines),
    )


def keys(entry: NameCorrection) -> tuple[str, ...]:
    """The keys of the names that an entry speaks of; the name chosen for a merged person is one of that person's names."""
    chosen = [entry.shown] if entry.kind == "merge" and entry.shown else []
    return tuple(dict.fromkeys(key_of(name) for name in (*entry.names, *chosen)))


def persons(entries: Iterable[Placed]) -> dict[str, set[str]]:
    """For each key that was merged, all keys of that person."""
    groups: dict[str, set[str]] = {}
    for _, entry in entries:
        if entry.kind == "merge":
            joined = set().union(*(groups.get(key, {key}) for key in keys(entry)))
            groups.update(dict.fromkeys(joined, joined))
    return groups


def _split(entries: list[Placed], groups: dict[str, set[str]]) -> tuple[frozenset[str], ...]:
    found = set()
    for file, entry in entries:
        if entry.kind != "split":
            continue
        for one, other in combinations(entry.names, 2):
            if person_key(other) in groups.get(person_key(one), ()):
                pair = (person_key(other), person_key(one))
                merges = [(f, e) for f, e in entries if e.kind == "merge" and pair[0] in keys(e)]
                where, merge = next((placed for placed in merges if pair[1] in keys(placed[1])), merges[0])
                raise CorrectionsError(
                    f"{at(file, entry.line)}: “{one}” and “{other}” are two persons here, and one person by "
                    f"{_elsewhere(where, merge.line, file)}. Take one of the two out."
                )
        found.add(frozenset(keys(entry)))
    return tuple(sorted(found, key=sorted))


def _shown(entries: list[Placed], groups: dict[str, set[str]]) -> dict[str, str]:
    chosen: dict[str, tuple[str, Path, int]] = {}
    for file, entry in entries:
        if entry.shown is None:
            continue
        for key in sorted(groups.get(person_key(entry.names[0]), {person_key(entry.names[0])})):
            name, where, line = chosen.setdefault(key, (entry.shown, file, entry.line))
            if name != entry.shown:
                raise CorrectionsError(
                    f"{at(file, entry.line)}: “{entry.names[0]}” is to be shown as “{entry.shown}” here, and as “{name}” by "
                    f"{_elsewhere(where, line, file)}. Take one of the two out."
                )
    return {key: name for key, (name, _, _) in sorted(chosen.items())}


def _lines(entries: Iterable[tuple[Path, LineCorrection]]) -> tuple[LineDecision, ...]:
    found: dict[tuple[str, str], tuple[Path, LineCorrection]] = {}
    for file, entry in entries:
        where, first = found.setdefault((entry.text, entry.publisher or ""), (file, entry))
        if first.boilerplate != entry.boilerplate:
            raise CorrectionsError(
                f"{at(file, entry.line)}: “{entry.text}” is {'boilerplate' if entry.boilerplate else 'no boilerplate'} here, and the opposite by "
                f"{_elsewhere(where, first.line, file)}. Take one of the two out."
            )
    return tuple(LineDecision(entry.text, entry.boilerplate, entry.publisher) for _, (_, entry) in sorted(found.items(), key=lambda item: item[0]))


def _elsewhere(where: Path, line: int, here: Path) -> str:
    return f"line {line}" if where == here else at(where, line)
