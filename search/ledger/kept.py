"""What does an archive keep beside its articles? The corrections it was built with, and what articles no longer tell of how they were read.

An article in the index has what the archive made of it: names merged or hidden, repeated lines taken out. What is needed to undo that is here. It
is noted before the index changes, with the state of the article that it belongs to; what belongs to an earlier state is forgotten after. So a run
that is killed in between loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from search.ledger.database import Database

_TAKEN_UP = "taken_up (source TEXT NOT NULL, place TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (source, place)) WITHOUT ROWID"

SCHEMA = (
    "CREATE TABLE untold (article TEXT NOT NULL, state TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (article, state)) WITHOUT ROWID",
    "CREATE TABLE shown (person TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE corrections (source TEXT PRIMARY KEY, hash TEXT NOT NULL, content BLOB NOT NULL) WITHOUT ROWID",
    f"CREATE TABLE {_TAKEN_UP}",
)


class Kept:
    """The tables of that purpose. Everything happens in the open transaction of the ledger's file."""

    def __init__(self, database: Database) -> None:
        """Use an open file that has the tables of `SCHEMA`."""
        self._database = database

    def untold(self, article: str) -> dict[str, dict[str, Any]]:
        """What an article in the index may no longer tell of how it was read, as JSON values, by the state of the article to which it belongs."""
        rows = self._database.all("SELECT state, content FROM untold WHERE article = ?", (article,))
        return {state: json.loads(content) for state, content in rows}

    def keep(self, untold: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        """Note what articles will no longer tell: id, state and values of each."""
        rows = ((id, state, json.dumps(values)) for id, state, values in untold)
        self._database.change_many("INSERT OR REPLACE INTO untold VALUES (?, ?, ?)", rows)

    def forget(self, present: Iterable[tuple[str, str]]) -> None:
        """Of these articles only what belongs to their present state need be kept: nothing where that is empty."""
        self._database.change_many("DELETE FROM untold WHERE article = ? AND state <> ?", present)

    def shown(self) -> dict[str, str]:
        """The names under which people want persons shown, by the persons' keys, as the articles in the index have them; "" for a hidden one."""
        return dict(self._database.all("SELECT person, name FROM shown"))

    def show(self, names: Mapping[str, str]) -> None:
        """All articles in the index show these names, and no others that people have chosen."""
        self._database.change("DELETE FROM shown")
        self._database.change_many("INSERT INTO shown VALUES (?, ?)", names.items())

    def corrections(self) -> dict[str, tuple[str, bytes]]:
        """The hash and content of each source's corrections.toml as the archive has them, by source."""
        return {source: (hash_, content) for source, hash_, content in self._database.all("SELECT source, hash, content FROM corrections")}

    def keep_corrections(self, source: str, hash_: str, content: bytes) -> None:
        """The archive has been brought up to date with this corrections.toml; an empty one is none."""
        if content:
            self._database.change("INSERT OR REPLACE INTO corrections VALUES (?, ?, ?)", (source, hash_, content))
        else:
            self._database.change("DELETE FROM corrections WHERE source = ?", (source,))

    def taken_up(self, source: str, place: str) -> str:
        """The hash of the corrections.toml of a source that was last taken up from a place; empty where none ever was, or none was there.

        A place is a folder on a machine. Only for archives that several machines write to: others may lack the table.
        """
        row = self._database.one("SELECT hash FROM taken_up WHERE source = ? AND place = ?", (source, place))
        return row[0] if row else ""

    def take_up(self, source: str, place: str, hash_: str) -> None:
        """The archive's corrections of a source are those that a place has now."""
        self._database.change("INSERT OR REPLACE INTO taken_up VALUES (?, ?, ?)", (source, place, hash_))

    def complete(self) -> None:
        """Make the table that ledgers made before there were such archives lack. Lasting at once."""
        self._database.change(f"CREATE TABLE IF NOT EXISTS {_TAKEN_UP}")
        self._database.commit()
