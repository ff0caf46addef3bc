"""Which articles does a structured file hold? JSON, JSON Lines, CSV, TSV and Markdown with front matter ─▶ documents, each with its key.

A file is gone through twice: first to learn what only all its records tell together (which keys are taken more than once, in which order its
dates have day and month), then to give its articles one by one. No more than one record is in memory at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from search.errors import UnreadableFile
from search.extraction import csv_records, fields, front_matter, json_records, markdown, timestamps
from search.extraction.decode import decode
from search.extraction.document import Document
from search.extraction.fields import Parts
from search.extraction.keys import Keys
from search.extraction.pieces import Characters, in_bytes
from search.extraction.records import BrokenRecord, Record
from search.extraction.sheet import document_of
from search.sources import RawDocument

_TABLES = ("text/csv", "text/tab-separated-values")
_NAMES = 200  # of fields, that are remembered for a message

_log = logging.getLogger("search.indexer")  # whose log has the faults of ours in whole files, too


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of a structured file before it is read: its place ("" where the file is the article), its key in the file, and what it says."""

    where: str
    key: str
    document: Document


def entries(raw: RawDocument, given: Mapping[str, str]) -> Iterator[Entry | BrokenRecord]:
    """The articles of a structured file in its order. `given` names fields for parts of an article; they go before the usual names.

    Raises UnreadableFile where nothing in the file can be read, and UsageError for a part that articles do not have.
    """
    fields.check(given)
    if raw.media_type == "text/markdown":
        parted = front_matter.part(decode(raw.data))
        yield Entry("", "", document_of(fields.parts_of(parted.record, given), None, markdown.read(parted.text)))
        return
    data = in_bytes(raw.data)
    survey = _Survey()
    for item in _items(raw, data, given):
        try:
            survey.add(item)
        except Exception as error:
            if isinstance(item, BrokenRecord):
                raise
            survey.add(failed(raw, item[0].where, error))
    survey.check(raw.media_type)
    order = timestamps.only(survey.orders)
    for item in _items(raw, data, given):
        if isinstance(item, BrokenRecord):
            yield item
            continue
        where = item[0].where
        try:
            entry = _entry(*item, survey.keys, order)
        except UnreadableFile as error:
            if not where:
                raise
            entry = BrokenRecord(where, str(error))
        except Exception as error:
            if not where:
                raise
            entry = failed(raw, where, error)
        yield entry


def failed(raw: RawDocument, where: str, error: Exception) -> BrokenRecord:
    """The record at a place, where a mistake in a rule must cost this record and not the others. To be called where the error is handled."""
    _log.exception("Extraction failed on %s of %s in %s", where or "the record", raw.path, raw.source)
    return BrokenRecord(where, f"internal error: {type(error).__name__}: {error}")


def _entry(record: Record, parts: Parts, keys: Keys, order: timestamps.Order | None) -> Entry | BrokenRecord:
    """The article of a record. Raises UnreadableFile where it cannot be read."""
    where = record.where
    if not _has_text(parts):
        named = fields.listed(record.values) or "none"
        return BrokenRecord(where, f"It has no text in any field that is known to hold one. Its fields are {named}.")
    key, before = keys.of(parts, where) if where else ("", None)
    if before is not None:
        return BrokenRecord(where, f"The same article stands in {before} already.", duplicate=True)
    return Entry(where, key, document_of(parts, order))


class _Survey:
    """What the records of a file tell together."""

    def __init__(self) -> None:
        self.keys = Keys()
        self.orders: set[timestamps.Order] = set()
        self._names: dict[str, None] = {}
        self._first_broken: BrokenRecord | None = None
        self._readable = self._textless = self._broken = 0

    def add(self, item: tuple[Record, Parts] | BrokenRecord) -> None:
        """Take notice of a record."""
        if isinstance(item, BrokenRecord):
            self._broken += 1
            self._first_broken = self._first_broken or item
            return
        record, parts = item
        if not _has_text(parts):
            self._textless += 1
            if len(self._names) < _NAMES:
                self._names.update(dict.fromkeys(record.values))
            return
        self._readable += 1
        self.keys.add(parts)
        self.orders.update(order for stated in parts.get("date", ()) if (order := timestamps.order_in(stated.texts[0])))

    def check(self, media_type: str) -> None:
        """Raise UnreadableFile if there is no article among the records."""
        if self._readable:
            return
        if self._textless:
            header = " If the first row does not name the columns, add one that does." if media_type in _TABLES else ""
            raise UnreadableFile(
                f"No field is known to hold an article's text. There are {fields.listed(self._names) or 'none'}. "
                f"Say which one holds it: --map body=NAME{header}"
            )
        if self._first_broken and not self._first_broken.where:
            raise UnreadableFile(self._first_broken.reason)
        if self._first_broken:
            raise UnreadableFile(f"None of its {self._broken:,} records can be read. {self._first_broken.where}: {self._first_broken.reason}")
        raise UnreadableFile("There are no records in the file.")


def _items(raw: RawDocument, data: bytes, given: Mapping[str, str]) -> Iterator[tuple[Record, Parts] | BrokenRecord]:
    """The records of a file, and what they state."""
    for record in _records(raw.media_type, data, given):
        if isinstance(record, BrokenRecord):
            yield record
            continue
        try:
            parts = fields.parts_of(record, given)
        except UnreadableFile as error:
            yield BrokenRecord(record.where, str(error))
        except Exception as error:  # noqa: BLE001 - it is logged
            yield failed(raw, record.where, error)
        else:
            yield record, parts


def _records(media_type: str, data: bytes, given: Mapping[str, str]) -> Iterator[Record | BrokenRecord]:
    if media_type in _TABLES:
        return csv_records.records(data, Characters(data))
    return json_records.records(data, Characters(data), lambda record: _stated(record, given), lines=media_type == "application/x-ndjson")


def _stated(record: Record, given: Mapping[str, str]) -> Collection[str]:
    try:
        return fields.parts_of(record, given)
    except Exception:  # noqa: BLE001 - why it states nothing is told where the record is read
        return ()


def _has_text(parts: Parts) -> bool:
    return "body" in parts or "standfirst" in parts
