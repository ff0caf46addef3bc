"""What became of every input file? The ledger of an archive: a SQLite file beside the index, which follows the index and never goes before it.

A file is in one of these states: `indexed`, `duplicate` (each of its articles is word for word another's), `skipped` or `failed` (with the reason),
`gone`; and `pending` while an article of it waits for the index, which lasts from one commit of the indexer to the next, or from a run that
was killed to the following one. Of the articles with one text, the first by source name, path and key in the file leads: it is
the one indexed. A unique index holds the ledger to that, so no text can ever have two.

What the archive learns from all its articles is kept in the same file, so that both change together: names.py, lines.py, kept.py.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from search.ledger import kept, lines, names
from search.ledger.database import Database, Row, marks
from search.ledger.kept import Kept
from search.ledger.lines import Lines
from search.ledger.names import Names
from search.ledger.records import Duplicate, Entry, FileRecord, Run, Shift, State
from search.origin import Source
from search.sources import locate, shown

__all__ = ["LAYOUT", "Duplicate", "Entry", "FileRecord", "Ledger", "Run", "Shift", "State"]

LAYOUT = 2
"""Raised whenever a ledger written before can no longer be used as it is."""

_SCHEMA = (
    "CREATE TABLE sources (name TEXT PRIMARY KEY, path BLOB NOT NULL, fields TEXT NOT NULL DEFAULT '[]') WITHOUT ROWID",
    """CREATE TABLE files (
        source TEXT NOT NULL, key BLOB NOT NULL, size INTEGER, file_hash TEXT, version TEXT,
        state TEXT NOT NULL CHECK (state IN ('read', 'skipped', 'failed', 'gone')), reason TEXT,
        PRIMARY KEY (source, key)) WITHOUT ROWID""",
    """CREATE TABLE articles (
        source TEXT NOT NULL, key BLOB NOT NULL, record TEXT NOT NULL, id TEXT NOT NULL UNIQUE, content_hash TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'indexed', 'duplicate')), fresh INTEGER NOT NULL,
        PRIMARY KEY (source, key, record)) WITHOUT ROWID""",
    "CREATE INDEX texts ON articles (content_hash, source, key, record)",
    "CREATE UNIQUE INDEX leaders ON articles (content_hash) WHERE state <> 'duplicate'",
    "CREATE INDEX added ON articles (source, key) WHERE fresh",
    "CREATE INDEX waiting ON articles (source, key) WHERE state = 'pending'",
    "CREATE TABLE broken (source TEXT NOT NULL, key BLOB NOT NULL, number INTEGER NOT NULL, place TEXT NOT NULL, reason TEXT NOT NULL, "
    "PRIMARY KEY (source, key, number)) WITHOUT ROWID",
    "CREATE TABLE runs (id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, counts TEXT)",
    "CREATE TABLE engine (generation TEXT)",
    "INSERT INTO engine VALUES (NULL)",
    *names.SCHEMA,
    *lines.SCHEMA,
    *kept.SCHEMA,
)

# In the order of the alphabet duplicate < indexed < pending, so that max() is the state of a file with several articles.
# A file of which no article is known yet was being read when a run was killed.
_STATE = (
    "CASE f.state WHEN 'read' THEN coalesce((SELECT max(a.state) FROM articles a WHERE a.source = f.source AND a.key = f.key), 'pending') "
    "ELSE f.state END"
)
_FILE = f"SELECT f.source, f.key, s.path, f.size, f.file_hash, f.version, {_STATE}, f.reason FROM files f JOIN sources s ON s.name = f.source"  # noqa: S608
_STATES = f"SELECT source, state, count(*) FROM (SELECT f.source, {_STATE} AS state FROM files f) GROUP BY source, state"  # noqa: S608
_DUPLICATE = """SELECT d.source, d.key, l.id, l.source, l.key FROM articles d
    JOIN articles l ON l.content_hash = d.content_hash AND l.state <> 'duplicate' WHERE d.state = 'duplicate'"""
_OLD = "SELECT id, content_hash, state FROM articles WHERE source = ? AND key = ?"
_DELETE = "DELETE FROM articles WHERE source = ? AND key = ?"
_NOT_INDEXED = " AND state <> 'indexed'"
_NOT_FRESH = " AND NOT fresh"


class Ledger:
    """The ledger of an archive. For one thread: opening is quick, so each use opens its own. Methods raise as `Database` does.

    `names`, `lines` and `kept` are what the archive knows of its articles together.
    """

    def __init__(self, database: Database) -> None:
        """Use an open file; `Ledger.open` and `Ledger.create` take a path."""
        self.database = database
        self.names = Names(database)
        self.lines = Lines(database)
        self.kept = Kept(database)

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new ledger."""
        return cls(Database.create(path, layout=LAYOUT, schema=_SCHEMA))

    @classmethod
    def open(cls, path: Path) -> Self:
        """The ledger in a file. Raises DamagedArchive, also where there is no file, or OutdatedArchive."""
        return cls(Database(path, layout=LAYOUT))

    def copy(self, path: Path) -> Self:
        """The ledger of a copy of the archive: a new file that says the same."""
        self.database.copy(path)
        return type(self).open(path)

    # Reading

    def sources(self) -> tuple[Source, ...]:
        """The sources that the archive remembers, by name."""
        rows = self.database.all("SELECT name, path, fields FROM sources ORDER BY name")
        return tuple(Source(name, Path(os.fsdecode(path)), _pairs(fields)) for name, path, fields in rows)

    def file(self, source: str, key: bytes) -> FileRecord | None:
        """What is known of a file."""
        row = self.database.one(f"{_FILE} WHERE f.source = ? AND f.key = ?", (source, key))
        return _record(row) if row else None

    def find(self, source: str, path: str) -> FileRecord | None:
        """What is known of the file with a path as it is shown, in which bytes that are not UTF-8 stand as "\\xff"."""
        key = path.encode("utf-8", "surrogateescape")
        return self.file(source, key) or self.file(source, re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes([int(match[1], 16)]), key))

    def files(self) -> Iterator[FileRecord]:
        """Every file ever met, by source and key. A few at a time, so that a slow reader holds no lock."""
        rows = self.database.all(f"{_FILE} ORDER BY f.source, f.key LIMIT 1000")
        while rows:
            yield from map(_record, rows)
            rows = self.database.all(f"{_FILE} WHERE (f.source, f.key) > (?, ?) ORDER BY f.source, f.key LIMIT 1000", rows[-1][:2])

    def states_by_source(self) -> dict[str, dict[str, int]]:
        """How many files of each source are in which state; states that no file is in are left out."""
        found: dict[str, dict[str, int]] = {}
        for source, state, number in self.database.all(_STATES):
            found.setdefault(source, {})[state] = number
        return found

    def article_count(self) -> int:
        """How many articles are in the index, as far as the ledger knows."""
        return _number(self.database.one("SELECT count(*) FROM articles WHERE state = 'indexed'"))

    def origin(self, id: str) -> FileRecord | None:
        """The file that an article was read from, with its hash then; None for an id that is in no file."""
        row = self.database.one(f"{_FILE} JOIN articles o ON o.source = f.source AND o.key = f.key WHERE o.id = ?", (id,))
        return _record(row) if row else None

    def holder(self, id: str) -> tuple[str, bytes] | None:
        """Source and key of the file that an id belongs to."""
        row = self.database.one("SELECT source, key FROM articles WHERE id = ?", (id,))
        return (row[0], row[1]) if row else None

    def duplicate(self, id: str) -> Duplicate | None:
        """Of which article this one is a duplicate; None where it is none."""
        row = self.database.one(f"{_DUPLICATE} AND d.id = ?", (id,))
        return _duplicate(row) if row else None

    def duplicates(self, source: str, key: bytes) -> tuple[Duplicate, ...]:
        """The articles of a file that are duplicates, and of which."""
        return tuple(map(_duplicate, self.database.all(f"{_DUPLICATE} AND d.source = ? AND d.key = ? ORDER BY d.record", (source, key))))

    def broken(self, source: str, key: bytes) -> list[tuple[str, str]]:
        """The records of a file from which no article could be read: where each stands ("line 17"), and why."""
        return self.database.all("SELECT place, reason FROM broken WHERE source = ? AND key = ? ORDER BY number", (source, key))

    def broken_by_source(self) -> dict[str, int]:
        """How many records could not be read in the files of each source that has any."""
        return dict(self.database.all("SELECT source, count(*) FROM broken GROUP BY source"))

    def articles_of(self, source: str, key: bytes) -> list[tuple[str, str, State]]:
        """The articles of a file: record key, id and state of each, by record key."""
        return self.database.all("SELECT record, id, state FROM articles WHERE source = ? AND key = ? ORDER BY record", (source, key))

    def runs(self) -> tuple[Run, ...]:
        """All runs, the latest first."""
        rows = self.database.all("SELECT started, finished, counts FROM runs ORDER BY id DESC")
        return tuple(Run(started, finished, json.loads(counts) if counts else None) for started, finished, counts in rows)

    def last_run(self) -> str | None:
        """When the last run ended that came to its end, as an ISO time in UTC."""
        return _text(self.database.one("SELECT max(finished) FROM runs"))  # of runs side by side the one that began first may end last

    def generation(self) -> str | None:
        """The engine's generation when the two last agreed; None while changes are under way, or were when a run was killed."""
        return _text(self.database.one("SELECT generation FROM engine"))

    # Writing: everything up to the next `commit` is one step

    def add_source(self, source: Source) -> None:
        """Remember a source, where it is now, and how the fields of its files are called. Lasting at once."""
        self.database.change(
            "INSERT INTO sources VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET path = excluded.path, fields = excluded.fields",
            (source.name, os.fsencode(source.path), json.dumps(source.fields)),
        )
        self.database.commit()

    def start_run(self) -> int:
        """Note that a run begins, at once. Its number."""
        self.database.change("INSERT INTO runs (started) VALUES (?)", (_now(),))
        self.database.change("UPDATE articles SET fresh = 0 WHERE fresh")  # of files that were being read when a run was killed
        number = _number(self.database.one("SELECT max(id) FROM runs"))
        self.database.commit()
        return number

    def finish_run(self, number: int, counts: Mapping[str, Any]) -> None:
        """Note that a run has come to its end, at once."""
        self.database.change("UPDATE runs SET finished = ?, counts = ? WHERE id = ?", (_now(), json.dumps(counts), number))
        self.database.commit()

    def begin(self, source: str, key: bytes) -> None:
        """A file is being read of which not all articles are known yet. Until `place`, its hash is null, so that a killed run reads it again."""
        self._put(source, key, "read", None, (None, None, None))

    def add(self, source: str, key: bytes, articles: Sequence[Entry]) -> Shift:
        """Some of the articles of a file that is being read."""
        return self._replace(source, key, articles, self._take_ids(source, key, articles), fresh=True)

    def place(
        self,
        source: str,
        key: bytes,
        *,
        size: int,
        file_hash: str,
        version: str,
        articles: Sequence[Entry],
        broken: Iterable[tuple[str, str]] = (),
    ) -> Shift:
        """A file was read: these are its articles, besides those that were added since `begin`; and where there was none to be read, and why."""
        self._put(source, key, "read", None, (size, file_hash, version))
        rows = [(source, key, number, where, _clean(reason)) for number, (where, reason) in enumerate(broken)]
        if rows:
            self.database.change_many("INSERT INTO broken VALUES (?, ?, ?, ?, ?)", rows)
        shift = self._replace(source, key, articles, self._take(source, key, _NOT_FRESH), fresh=False)
        self.database.change("UPDATE articles SET fresh = 0 WHERE source = ? AND key = ? AND fresh", (source, key))
        return shift

    def withdraw(self, source: str, key: bytes, state: Literal["skipped", "failed", "gone"], reason: str | None = None) -> Shift:
        """A file has no articles, or none any more."""
        self._put(source, key, state, reason, (None, None, None))
        old = self._take(source, key)
        return Shift(frozenset(), self._lead([content for _, content, _ in old]) | _known(old))

    def keep(self, source: str, key: bytes, state: Literal["skipped", "failed"], reason: str) -> Shift:
        """A file cannot be read, and nothing is known of what is in it now: its articles in the index stay.

        Those that are not in the index are forgotten until it can be read again; they cannot take another's place.
        """
        known = self.file(source, key)
        of_last_reading = (known.size, known.file_hash, known.version) if known else (None,) * 3
        self._put(source, key, state, reason, of_last_reading)
        old = self._take(source, key, _NOT_INDEXED)
        return Shift(frozenset(), self._lead([content for _, content, _ in old]) | _known(old))

    def refuse(self, id: str, reason: str) -> Shift:
        """The index does not take an article: it counts as a record that could not be read; a file without any other has failed."""
        ((source, key, record),) = self.database.all("SELECT source, key, record FROM articles WHERE id = ?", (id,))
        old = self._take_ids(source, key, [Entry(record, id, "")])
        if not self.articles_of(source, key):
            self._put(source, key, "failed", reason, (None, None, None))
        else:
            values = (source, key, source, key, record or "article", _clean(reason))
            self.database.change(
                "INSERT INTO broken VALUES (?, ?, (SELECT coalesce(max(number), -1) + 1 FROM broken WHERE source = ? AND key = ?), ?, ?)", values
            )
        return Shift(frozenset(), self._lead([content for _, content, _ in old]))

    def compare(self, held: Iterable[tuple[str, str]]) -> list[str]:
        """Compare with what the index holds, as ids and content hashes. Articles that it lacks, or has with another text, wait for it again.

        Gives the ids that it should not hold.
        """
        self.database.change("CREATE TEMP TABLE held (id TEXT PRIMARY KEY, content_hash TEXT NOT NULL) WITHOUT ROWID")
        self.database.change_many("INSERT INTO held VALUES (?, ?)", held)
        self.database.change(
            "UPDATE articles SET state = 'pending' WHERE state = 'indexed' AND (id, content_hash) NOT IN (SELECT id, content_hash FROM held)"
        )
        surplus = self.database.all("SELECT id FROM held WHERE id NOT IN (SELECT id FROM articles WHERE state <> 'duplicate') ORDER BY id")
        self.database.change("DROP TABLE held")
        return [row[0] for row in surplus]

    def wait(self, id: str) -> None:
        """An article has to be read again, though its file is as it was."""
        self.database.change("UPDATE articles SET state = 'pending' WHERE id = ? AND state = 'indexed'", (id,))

    def pending(self, limit: int, without: Collection[str] = ()) -> list[tuple[str, bytes, str]]:
        """Articles that wait for the index: source, key and id of each. `without`: sources that are left out."""
        condition = f" AND source NOT IN ({marks(without)})" if without else ""
        select = f"SELECT source, key, id FROM articles WHERE state = 'pending'{condition} ORDER BY source, key, record LIMIT ?"  # noqa: S608
        return self.database.all(select, (*without, limit))

    def commit(self) -> None:
        """Make the changes since the last commit lasting; the index stays as it is."""
        self.database.commit()

    def announce(self) -> None:
        """Make the changes lasting, and note that the index is about to change: until `confirm`, the two are taken to differ."""
        self.database.change("UPDATE engine SET generation = NULL")
        self.database.commit()

    def confirm(self, ids: Iterable[str], generation: str) -> None:
        """The index holds these articles now, and this is its generation. Lasting at once."""
        self.database.change_many("UPDATE articles SET state = 'indexed' WHERE id = ?", ((article,) for article in ids))
        self.database.change("UPDATE engine SET generation = ?", (generation,))
        self.database.commit()

    def rollback(self) -> None:
        """Forget the changes since the last commit."""
        self.database.rollback()

    def close(self) -> None:
        """Give the file back."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _put(self, source: str, key: bytes, state: str, reason: str | None, reading: Sequence[object]) -> None:
        self.database.change(
            "INSERT OR REPLACE INTO files (source, key, size, file_hash, version, state, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (source, key, *reading, state, None if reason is None else _clean(reason)),
        )
        self.database.change("DELETE FROM broken WHERE source = ? AND key = ?", (source, key))

    def _replace(self, source: str, key: bytes, articles: Sequence[Entry], old: Sequence[Row], *, fresh: bool) -> Shift:
        """Put articles of a file in the place of old ones."""
        rows = ((source, key, article.record, article.id, article.content_hash, fresh) for article in articles)
        self.database.change_many("INSERT INTO articles VALUES (?, ?, ?, ?, ?, 'duplicate', ?)", rows)
        leave = self._lead([content for _, content, _ in old] + [article.content_hash for article in articles])
        waiting = (self.database.one("SELECT id FROM articles WHERE id = ? AND state = 'pending'", (article.id,)) for article in articles)
        return Shift(frozenset(row[0] for row in waiting if row), leave | _known(old))

    def _take_ids(self, source: str, key: bytes, articles: Iterable[Entry]) -> list[Row]:
        """Remove those articles of a file that are about to be put there anew. What they were: id, content hash, state."""
        return [row for article in articles for row in self._take(source, key, " AND id = ?", (article.id,))]

    def _take(self, source: str, key: bytes, condition: str = "", values: tuple[str, ...] = ()) -> list[Row]:
        """Remove articles of a file. What they were: id, content hash, state."""
        old = self.database.all(_OLD + condition, (source, key, *values))
        if old:
            self.database.change(_DELETE + condition, (source, key, *values))
        return old

    def _lead(self, texts: Iterable[str]) -> frozenset[str]:
        """Let the first article of each text lead. The ids of those that led so far and have to leave the index."""
        leave = set()
        for text in set(texts):
            first = self.database.one("SELECT id, state FROM articles WHERE content_hash = ? ORDER BY source, key, record LIMIT 1", (text,))
            leader = self.database.one("SELECT id FROM articles WHERE content_hash = ? AND state <> 'duplicate'", (text,))
            if first is None or (leader is not None and leader[0] == first[0]):
                continue
            if leader is not None:
                self.database.change("UPDATE articles SET state = 'duplicate' WHERE id = ?", leader)
                leave.add(leader[0])
            self.database.change("UPDATE articles SET state = 'pending' WHERE id = ?", first[:1])
        return frozenset(leave)


def _known(old: Iterable[Row]) -> frozenset[str]:
    """The ids among removed articles that the index has, or may have where a run was killed."""
    return frozenset(article for article, _, state in old if state != "duplicate")


def _pairs(fields: str) -> tuple[tuple[str, str], ...]:
    return tuple((field, column) for field, column in json.loads(fields))


def _clean(reason: str) -> str:
    """A reason may quote a name or a text that is not Unicode, which SQLite would refuse."""
    return reason.encode("utf-8", "backslashreplace").decode()


def _record(row: Row) -> FileRecord:
    source, key, root, size, file_hash, version, state, reason = row
    return FileRecord(source, key, locate(Path(os.fsdecode(root)), key), size, file_hash, version, state, reason)


def _duplicate(row: Row) -> Duplicate:
    source, key, of, of_source, of_key = row
    return Duplicate(source, shown(key), of, of_source, shown(of_key))


def _text(row: Row | None) -> str | None:
    return None if row is None or row[0] is None else str(row[0])


def _number(row: Row | None) -> int:
    return int(row[0]) if row else 0


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
