"""Which names of an archive mean one human being? Carefully: a wrong merge is worse than a missed one.

    >>> from search.persons import persons
    >>> persons(["@yuri-borisov", "@yury-borisov", "@yury-barsov"])
    {'@yuri-borisov': '@yuri-borisov', '@yury-barsov': '@yury-barsov', '@yury-borisov': '@yuri-borisov'}

Names are known by their keys (`analysis.person_key`). Those whose given and family names are spellings of one another (reading.py, spelling.py) share
a block, and only within a block do other names matter: "Vladimir V. Putin" is "Vladimir Putin" while there is no Vladimir A. Putin. The result
depends on the set of names alone, never on their order or number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, permutations

from search.persons.reading import Name, read

__all__ = ["Decisions", "block", "persons", "united"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people have decided about names, as sets of keys: those in a set of `same` are one person, those in a set of `apart` all different ones.

    The names need not be in the archive. Where the two contradict each other, `same` wins; the corrections see to it that they do not.
    """

    same: tuple[frozenset[str], ...] = ()
    apart: tuple[frozenset[str], ...] = ()


_NOTHING_DECIDED = Decisions()


def block(key: str) -> str:
    """What all names that a rule may take for one person have in common. Only a decision joins names of different blocks."""
    return read(key).block


def persons(keys: Iterable[str], decisions: Decisions = _NOTHING_DECIDED) -> dict[str, str]:
    """The person of each key, for all names of one or more blocks.

    A person is known by the simplest key of its names: of two words or more if there is one, then with the fewest words, the shortest, the first.
    Names in `decisions` that are not among the keys still join and divide those that are.
    """
    present = set(keys)
    decided = frozenset().union(*decisions.same, *decisions.apart)
    found = {}
    for group in _decided(_by_rule(present | decided), decisions):
        members = group & present
        if members:
            found.update(dict.fromkeys(sorted(members), min(members, key=_simplicity)))
    return {key: found[key] for key in sorted(found)}


def _simplicity(key: str) -> tuple[bool, int, int, str]:
    words = key.count("-")
    return words == 0, words, len(key), key


def _by_rule(keys: Iterable[str]) -> list[set[str]]:
    """Groups of keys that are one person by the rules."""
    blocks: dict[str, dict[Name, set[str]]] = {}
    for key in keys:
        name = read(key)
        blocks.setdefault(name.block, {}).setdefault(name, set()).add(key)
    return [set().union(*(names[name] for name in group)) for names in blocks.values() for group in _by_middle(list(names))]


def _by_middle(names: Collection[Name]) -> list[list[Name]]:
    """Names of one block, grouped by what stands in the middle.

    Middles agree that are equal but for words of which one has the initial, unless the block has several such words for one initial.
    A name without a middle is the only one that has a middle people may leave out: George Bush is George W. Bush until the elder one is named.
    """
    by_initials: dict[str, list[Name]] = {}
    for name in names:
        by_initials.setdefault("".join(word[0] for word in name.middle), []).append(name)
    without = by_initials.pop("", [])
    groups = [group for alike in by_initials.values() for group in ([alike] if _agree(alike) else [[name] for name in alike])]
    if len(groups) == 1 and any(name.omissible for name in groups[0]):
        return [without + groups[0]]
    return [*([without] if without else []), *groups]


def _agree(names: Iterable[Name]) -> bool:
    return all(
        one == other or len(one) == 1 or len(other) == 1
        for first, second in combinations(names, 2)
        for one, other in zip(first.middle, second.middle, strict=True)
    )


def _decided(groups: Iterable[set[str]], decisions: Decisions) -> list[set[str]]:
    """Groups after decisions: joined where names in them are the same, then divided where they are apart."""
    joined = united([*groups, *decisions.same])
    place = {key: at for at, group in enumerate(joined) for key in group}
    same: list[list[frozenset[str]]] = [[] for _ in joined]
    apart: list[list[frozenset[str]]] = [[] for _ in joined]
    for all_decided, of_group in ((decisions.same, same), (decisions.apart, apart)):
        for keys in all_decided:
            for at in {place[key] for key in keys}:
                of_group[at].append(keys)
    found = []
    for group, as_one, parted in zip(joined, same, apart, strict=True):
        units = united([*({key} for key in sorted(group)), *as_one]) if parted else []
        pairs = _apart(units, parted)
        found += _divided(units, pairs) if pairs else [group]
    return found


def united(sets: Iterable[Collection[str]]) -> list[set[str]]:
    """Sets that have an element in common are one."""
    found: dict[str, set[str]] = {}
    for keys in sets:
        union = set(keys).union(*(found.get(key, ()) for key in keys))
        found.update(dict.fromkeys(union, union))
    return list({id(union): union for union in found.values()}.values())


def _apart(units: Sequence[set[str]], parted: Iterable[frozenset[str]]) -> set[tuple[int, int]]:
    """Which units must not meet, as pairs of their places in the list, both ways round."""
    place = {key: at for at, unit in enumerate(units) for key in unit}
    found: set[tuple[int, int]] = set()
    for keys in parted:
        found.update(permutations({place[key] for key in keys if key in place}, 2))
    return found


def _divided(units: Sequence[set[str]], apart: Collection[tuple[int, int]]) -> list[set[str]]:
    """A group divided: unit by unit, those that are apart from others first, each goes where the most similar name is of those it may meet."""
    parted = {one for one, _ in apart}
    places: list[list[int]] = []
    for at in sorted(range(len(units)), key=lambda at: (at not in parted, min(map(_simplicity, units[at])))):
        allowed = [place for place in places if not any((at, other) in apart for other in place)]
        if allowed:
            min(allowed, key=lambda place: min(_difference(key, other) for key in units[at] for unit in place for other in units[unit])).append(at)
        else:
            places.append([at])
    return [set().union(*(units[at] for at in place)) for place in places]


def _difference(key: str, other: str) -> tuple[bool, float, bool, int, int, str]:
    """How unlike two keys are; the keys themselves break ties."""
    first, second = sorted((key, other))
    return block(key) != block(other), 1 - SequenceMatcher(None, first, second).ratio(), *_simplicity(other)
