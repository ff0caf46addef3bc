"""Which names stand in which articles, and whose are they? The memory that lets a run settle only those names that its changes can concern.

A name is noted as an article gives it. Names that differ in case, accents and the like have one key, and keys are what `search.persons` joins into
persons, block by block. A block is touched when a key enters or leaves the archive, or when somebody decides about one of its names.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from search.analysis import words
from search.article import Article
from search.ledger.database import Database, marks, portions
from search.persons import Decisions, block, persons, united

SCHEMA = (
    "CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, key TEXT NOT NULL)",
    "CREATE INDEX names_of_key ON names (key)",
    "CREATE TABLE people (key TEXT PRIMARY KEY, block TEXT NOT NULL, person TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX people_of_block ON people (block)",
    "CREATE INDEX keys_of_person ON people (person)",
    "CREATE TABLE naming (article INTEGER NOT NULL, name INTEGER NOT NULL, PRIMARY KEY (article, name)) WITHOUT ROWID",
    "CREATE INDEX naming_of_name ON naming (name, article)",
    "CREATE TABLE touched (block TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE renamed (article INTEGER PRIMARY KEY)",
    "CREATE TABLE decided (same TEXT NOT NULL, apart TEXT NOT NULL)",
    "INSERT INTO decided VALUES ('[]', '[]')",
)

_T = TypeVar("_T")

_ALL = "people JOIN names USING (key) JOIN naming ON naming.name = names.id"

_MIDDLE = 1 << 63
"""Ids are unsigned, SQLite's integers are not: an id less this keeps its place in the order."""


@dataclass(frozen=True, slots=True)
class ListedName:
    """A name as articles give it, its key, and how many articles have it so."""

    name: str
    key: str
    articles: int


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person of the archive: the key, how many articles name that person, and the names they use, most frequent first."""

    person: str
    articles: int
    names: tuple[ListedName, ...]


class Names:
    """The tables of that purpose. Everything happens in the open transaction of the ledger's file."""

    def __init__(self, database: Database) -> None:
        """Use an open file that has the tables of `SCHEMA`."""
        self._database = database

    def put(self, *articles: Article) -> None:
        """Note who is named in articles as they were read, in place of what was known of them. Many at once are quicker."""
        old = self._named_in(_number(article.id) for article in articles)
        keys = {person.name: person.person for article in articles for person in article.people}
        ids = self._ids(keys)
        new = {(_number(article.id), ids[person.name]) for article in articles for person in article.people}
        self._forget(old - new)
        self._database.change_many("INSERT INTO naming VALUES (?, ?)", sorted(new - old))

    def drop(self, ids: Iterable[str]) -> None:
        """Forget articles."""
        numbers = [_number(id) for id in ids]
        self._forget(self._named_in(numbers))
        self._database.change_many("DELETE FROM renamed WHERE article = ?", [(number,) for number in numbers])

    def settle(self, decisions: Decisions) -> None:
        """Decide anew who is who, as far as names have come or gone or decisions have changed since the last time."""
        self._take_up(decisions)
        touched = {block for (block,) in self._database.all("SELECT block FROM touched")}
        if not touched:
            return
        self._forget_unnamed()
        touched = _linked(touched, decisions)
        joined = {block(key) for keys in decisions.same for key in keys}
        concerning = _Concerning(decisions)
        for blocks in (sorted(touched & joined), *portions(sorted(touched - joined))):
            self._settle(blocks, concerning.blocks(blocks))
        self._database.change("DELETE FROM touched")

    def concerned(self, after: str, limit: int) -> list[str]:
        """Ids above `after` ("" for all), ascending, of articles that name somebody who has become another person since the last `confirm`."""
        rows = self._database.all("SELECT article FROM renamed WHERE article > ? ORDER BY article LIMIT ?", (_after(after), limit))
        return [_id(article) for (article,) in rows]

    def concern(self, persons: Iterable[str]) -> None:
        """Articles that name one of these persons have to change, for another reason than names: they are `concerned` until `confirm`."""
        self._database.change_many(
            f"INSERT OR IGNORE INTO renamed SELECT article FROM {_ALL} WHERE person = ?",  # noqa: S608
            [(person,) for person in sorted(persons)],
        )

    def decided(self) -> Decisions:
        """The decisions that were taken up last."""
        return self._decisions()

    def persons(self, keys: Iterable[str]) -> dict[str, str]:
        """The person of each key. A key that no article has (any more) stands for the person who would have it, or else for itself."""
        asked = sorted(set(keys))
        found: dict[str, str] = {}
        for some in portions(asked):
            found.update(self._database.all(f"SELECT key, person FROM people WHERE key IN ({marks(some)})", some))  # noqa: S608
        unknown = [key for key in asked if key not in found]
        if unknown:
            found |= self._persons_of_unknown(unknown)
        return {key: found[key] for key in asked}

    def confirm(self) -> None:
        """All articles in the index have the persons decided by `settle`."""
        self._database.change("DELETE FROM renamed")

    def listed(self, text: str | None = None, limit: int | None = None) -> list[ListedPerson]:
        """The persons of the archive, most articles first; with a text, those with a name that has all its words, or with that key."""
        condition, values = ("", []) if text is None else self._matching(text)
        counted = self._database.all(
            f"SELECT person, count(DISTINCT article) AS articles FROM {_ALL} {condition} "  # noqa: S608
            "GROUP BY person ORDER BY articles DESC, person LIMIT ?",
            (*values, -1 if limit is None else limit),
        )
        names: dict[str, list[ListedName]] = {person: [] for person, _ in counted}
        for some in portions(list(names)):
            rows = self._database.all(
                f"SELECT person, names.name, key, count(*) AS articles FROM {_ALL} WHERE person IN ({marks(some)}) "  # noqa: S608
                "GROUP BY names.id ORDER BY articles DESC, names.name",
                some,
            )
            for person, *name in rows:
                names[person].append(ListedName(*name))
        return [ListedPerson(person, articles, tuple(names[person])) for person, articles in counted]

    def _matching(self, text: str) -> tuple[str, list[str]]:
        """A condition for persons one of whose names has all words of a text, or the key that it is."""
        if text.startswith("@"):
            return "WHERE person = ?", [self.persons([text])[text]]
        wanted = words(text)
        # In a key every word stands between signs, once it ends with one.
        has_all = " AND ".join(["instr('-' || substr(found.key, 2) || '-', ?)"] * len(wanted)) or "1"
        return f"WHERE person IN (SELECT person FROM people AS found WHERE {has_all})", [f"-{word}-" for word in wanted]  # noqa: S608

    def _ids(self, keys: dict[str, str]) -> dict[str, int]:
        """The numbers of names, given their keys; names never met are entered."""
        known = self._known(list(keys))
        missing = sorted(keys.keys() - known)
        if missing:
            blocks = {keys[name]: block(keys[name]) for name in missing}
            self._database.change_many("INSERT INTO names (name, key) VALUES (?, ?)", [(name, keys[name]) for name in missing])
            self._database.change_many("INSERT OR IGNORE INTO people VALUES (?, ?, ?)", [(key, block, key) for key, block in blocks.items()])
            self._database.change_many("INSERT OR IGNORE INTO touched VALUES (?)", [(block,) for block in blocks.values()])
            known |= self._known(missing)
        return known

    def _known(self, names: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in portions(names):
            found.update(self._database.all(f"SELECT name, id FROM names WHERE name IN ({marks(some)})", some))  # noqa: S608
        return found

    def _named_in(self, articles: Iterable[int]) -> set[tuple[int, int]]:
        """What stands of articles in `naming`."""
        found: set[tuple[int, int]] = set()
        for some in portions(list(articles)):
            found.update(self._database.all(f"SELECT article, name FROM naming WHERE article IN ({marks(some)})", some))  # noqa: S608
        return found

    def _forget(self, namings: Collection[tuple[int, int]]) -> None:
        """Articles no longer have these names. Those that no article has now are about to leave."""
        self._database.change_many("DELETE FROM naming WHERE article = ? AND name = ?", sorted(namings))
        self._database.change_many(
            "INSERT OR IGNORE INTO touched SELECT block FROM names JOIN people USING (key) "
            "WHERE names.id = ? AND NOT EXISTS (SELECT 1 FROM naming WHERE naming.name = names.id)",
            [(name,) for name in sorted({name for _, name in namings})],
        )

    def _forget_unnamed(self) -> None:
        """Names in touched blocks that no article has, and keys that no name has, leave."""
        in_touched = "block IN (SELECT block FROM touched)"
        self._database.change(
            f"DELETE FROM names WHERE key IN (SELECT key FROM people WHERE {in_touched}) "  # noqa: S608
            "AND NOT EXISTS (SELECT 1 FROM naming WHERE naming.name = names.id)"
        )
        self._database.change(f"DELETE FROM people WHERE {in_touched} AND NOT EXISTS (SELECT 1 FROM names WHERE names.key = people.key)")  # noqa: S608

    def _take_up(self, decisions: Decisions) -> None:
        """Keep the decisions; the blocks of names on which they have changed are touched."""
        before = self._decisions()
        changed = ({*before.same} ^ {*decisions.same}) | ({*before.apart} ^ {*decisions.apart})
        if changed:
            rows = sorted({block(key) for keys in changed for key in keys})
            self._database.change_many("INSERT OR IGNORE INTO touched VALUES (?)", [(one,) for one in rows])
            # What somebody has decided stands in the evidence, also where it only confirms what the rules found.
            self._database.change_many(
                f"INSERT OR IGNORE INTO renamed SELECT article FROM {_ALL} WHERE key = ?",  # noqa: S608
                [(key,) for key in sorted(frozenset().union(*changed))],
            )
            self._database.change("UPDATE decided SET same = ?, apart = ?", (_written(decisions.same), _written(decisions.apart)))

    def _decisions(self) -> Decisions:
        """The decisions taken up last."""
        ((same, apart),) = self._database.all("SELECT same, apart FROM decided")
        return Decisions(_read(same), _read(apart))

    def _keys_in(self, blocks: Sequence[str]) -> dict[str, str]:
        """The keys in some blocks, and the person that each has."""
        found: dict[str, str] = {}
        for some in portions(blocks):
            found.update(self._database.all(f"SELECT key, person FROM people WHERE block IN ({marks(some)})", some))  # noqa: S608
        return found

    def _settle(self, blocks: Sequence[str], decisions: Decisions) -> None:
        before = self._keys_in(blocks)
        changed = [(person, key) for key, person in persons(before, decisions).items() if person != before[key]]
        self._database.change_many("UPDATE people SET person = ? WHERE key = ?", changed)
        self._database.change_many(
            f"INSERT OR IGNORE INTO renamed SELECT article FROM {_ALL} WHERE key = ?",  # noqa: S608
            [(key,) for _, key in changed],
        )

    def _persons_of_unknown(self, keys: Collection[str]) -> dict[str, str]:
        """Whose name each key would be if an article had it, and none of the others."""
        decisions = self._decisions()
        concerning = _Concerning(decisions)
        blocks = united([*({block(key)} for key in keys), *({block(key) for key in same} for same in decisions.same)])
        group_of = {one: at for at, group in enumerate(blocks) for one in group}
        asked: dict[int, list[str]] = {}
        for key in keys:
            asked.setdefault(group_of[block(key)], []).append(key)
        known: dict[int, dict[str, str]] = {at: {} for at in asked}
        for key, person in sorted(self._keys_in(sorted(set().union(*(blocks[at] for at in asked)))).items()):
            known[group_of[block(key)]][key] = person
        found: dict[str, str] = {}
        for at, unknown in asked.items():
            some = concerning.blocks(sorted(blocks[at]))
            # Names of decisions count with or without articles, so that these keys can be settled in one go.
            decided = frozenset().union(*some.same, *some.apart)
            for together in filter(None, ([key for key in unknown if key in decided], *([key] for key in unknown if key not in decided))):
                settled = persons([*known[at], *together], some)
                bearers: dict[str, str] = {}
                for key, person in known[at].items():
                    bearers.setdefault(settled[key], person)
                found |= {key: bearers.get(settled[key], key) for key in together}
        return found


class _Concerning:
    """Decisions by the blocks of their names: a few blocks are settled without a look at all that was ever decided."""

    def __init__(self, decisions: Decisions) -> None:
        self._same, self._apart = _by_block(decisions.same), _by_block(decisions.apart)

    def blocks(self, blocks: Iterable[str]) -> Decisions:
        """The decisions on names in these blocks."""
        asked = list(blocks)
        return Decisions(_of(self._same, asked), _of(self._apart, asked))


def _by_block(sets: Iterable[frozenset[str]]) -> dict[str, list[frozenset[str]]]:
    found: dict[str, list[frozenset[str]]] = {}
    for keys in sets:
        for one in {block(key) for key in keys}:
            found.setdefault(one, []).append(keys)
    return found


def _of(sets: Mapping[str, list[frozenset[str]]], blocks: Iterable[str]) -> tuple[frozenset[str], ...]:
    return tuple(dict.fromkeys(keys for one in blocks for keys in sets.get(one, ())))


def _linked(blocks: Collection[str], decisions: Decisions) -> set[str]:
    """Blocks, and those that decisions join them with."""
    found = set(blocks)
    joined = [{block(key) for key in keys} for keys in decisions.same]
    while more := [others for others in joined if not others.isdisjoint(found) and not others <= found]:
        found.update(*more)
    return found


def _number(id: str) -> int:
    return int(id, 16) - _MIDDLE


def _id(number: int) -> str:
    return f"{number + _MIDDLE:016x}"


def _after(id: str) -> float:
    return _number(id) if id else float("-inf")


def _written(sets: Iterable[Collection[str]]) -> str:
    return json.dumps(sorted(sorted(keys) for keys in sets))


def _read(sets: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(keys) for keys in json.loads(sets))
