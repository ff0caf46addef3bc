"""What has been read outside of a turn, and is it still so when the turn comes?

Where several writers share an archive, a run reads files and extracts their articles before it has a turn, as many as fill a batch. Until it has one,
others may have read the same files, and later: what they found must not give way to what was seen before.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace

from search.article import Article
from search.engines.base import BATCH_LETTERS
from search.errors import UnreadableFile
from search.extraction.records import BrokenRecord
from search.intake import Content, Extract
from search.ledger import FileRecord, Ledger
from search.ledger.census import CensusEntry
from search.origin import Source
from search.sources import FoundFile, SkippedFile, locate, walk

Found = Iterable[Article | BrokenRecord]
"""What is read in a file."""

Reading = tuple[str | None, str | None, str]
"""Of which bytes and by which rules a file was read last, and whether it could be: other files' duplicates change its state, but not this."""

Read = tuple[CensusEntry, Content | None]
"""A file of the run, and its content where there was something to read."""


class Gathering:
    """Files that wait for a turn of their run: at most so many articles and bytes, and BATCH_LETTERS characters, or one file that has more."""

    def __init__(self, ledger: Ledger, extract: Extract, *, articles: int, size: int) -> None:
        """Begin with none."""
        self._ledger = ledger
        self._extract = extract
        self._most_articles, self._most_bytes = articles, size
        self._last_readings: dict[tuple[str, bytes], Reading | None] = {}
        self._drawn: dict[tuple[str, bytes], Iterator[Article | BrokenRecord]] = {}
        self._clear()

    def asked(self, source: str, key: bytes, known: FileRecord | None) -> None:
        """A file is about to be read, and this is what the ledger knows of it so far."""
        self._last_readings[source, key] = _reading(known)

    def done(self, source: str, key: bytes) -> None:
        """A file need not wait for a turn."""
        self._last_readings.pop((source, key), None)

    def add(self, entry: CensusEntry, content: Content | None, source: Source) -> None:
        """One more file."""
        self._waiting.append((entry, content))
        if content is not None:
            articles, letters = _extent(content.found) if content.document is None else self._draw(entry, content, source)
            self._articles += articles
            self._letters += letters
            self._bytes += content.size

    @property
    def is_full(self) -> bool:
        """Whether there is enough for a turn."""
        many = max(self._articles, len(self._waiting)) >= self._most_articles
        return many or self._bytes >= self._most_bytes or self._letters >= BATCH_LETTERS

    def __len__(self) -> int:
        """How many files wait."""
        return len(self._waiting)

    def taken(self, sources: dict[str, Source]) -> Iterator[Read]:
        """In the turn: the files that wait, each as it is. Those without content have to be read now."""
        waiting = self._waiting
        self._clear()
        for entry, content in waiting:
            yield self._as_it_is(entry, content, sources[entry.source])
        self._drawn.clear()

    def drawn(self, source: str, key: bytes) -> Iterator[Article | BrokenRecord] | None:
        """The articles of a file of many, of which some are extracted already; None where none are. Can be had once."""
        return self._drawn.pop((source, key), None)

    def _clear(self) -> None:
        self._waiting: list[Read] = []
        self._articles = self._bytes = self._letters = 0

    def _draw(self, entry: CensusEntry, content: Content, source: Source) -> tuple[int, int]:
        """Extract articles of a file of many, as many as may wait; the others when it is accounted for. How many, and their characters."""
        articles = content.articles(self._extract, source.fields)
        drawn: list[Article | BrokenRecord] = []
        letters = 0
        failure = None
        try:
            for article in articles:
                drawn.append(article)
                letters += _letters(article)
                if len(drawn) >= self._most_articles or letters >= BATCH_LETTERS:
                    break
        except UnreadableFile as error:
            failure = error
        self._drawn[entry.source, entry.key] = _continued(drawn, articles, failure)
        return len(drawn), letters

    def _as_it_is(self, entry: CensusEntry, content: Content | None, source: Source) -> Read:
        """A file is looked at once more where others have read it meanwhile, and where it seemed lost or of no use."""
        place = entry.source, entry.key
        was = self._last_readings.pop(place, None)
        if entry.kind == "found" and was == _reading(self._ledger.file(*place)):
            return entry, content
        if entry.kind == "unread":
            return entry, None  # what the archive has of it stays anyway
        self._drawn.pop(place, None)
        found = next(walk(source.path, entry.key), None) if os.path.lexists(locate(source.path, entry.key)) else None
        if isinstance(found, FoundFile) and found.key == entry.key:
            return replace(entry, kind="found", size=found.size), None
        if isinstance(found, SkippedFile) and found.key == entry.key:
            return replace(entry, kind="unread" if found.unread else "skipped", reason=found.reason), None
        return replace(entry, kind="lost"), None


def _reading(known: FileRecord | None) -> Reading | None:
    return None if known is None else (known.file_hash, known.version, known.state if known.state in ("skipped", "failed", "gone") else "")


def _continued(drawn: Found, rest: Found, failure: UnreadableFile | None) -> Iterator[Article | BrokenRecord]:
    """What was extracted already, then what comes of the rest, or why nothing does."""
    yield from drawn
    if failure is not None:
        raise failure
    yield from rest


def _extent(found: Found) -> tuple[int, int]:
    """How many articles there are, and their characters."""
    letters = [_letters(one) for one in found]
    return len(letters), sum(letters)


def _letters(found: Article | BrokenRecord) -> int:
    return len(found.body) if isinstance(found, Article) else 0
