"""Where was an article read, and what does its raw file say now?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from search.errors import UnreadableFile, UsageError

if TYPE_CHECKING:
    from search.article import Article
    from search.ledger import Ledger
    from search.sources import RawDocument

Place = tuple[str, Path, str, str]
"""Where an article was read: its source, the source's folder, the path in it, and its record in the file."""


_MOST_RECORDS = 5
"""Records that are named where one must be chosen."""


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where a raw file stands: its source, the source's folder, and the path in it. `articles`: the ids of its articles by their records."""

    source: str
    folder: Path
    path: str
    articles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of an article's raw file, as it is now. `changed` says that the file is no longer the one that was indexed."""

    path: str
    text: str
    changed: bool


def place_of_article(ledger: Ledger, id: str) -> Place:
    """Where the article of an id was read, which the ledger knows."""
    from search.sources import shown

    source, key = ledger.holder(id) or ("", b"")
    folder = next(known.path for known in ledger.sources() if known.name == source)
    record = next(record for record, other, _ in ledger.articles_of(source, key) if other == id)
    return source, folder, shown(key), record


def place_of_file(ledger: Ledger, file: Path) -> FilePlace | None:
    """Where a raw file stands in the archive's sources, and its articles; None for a file that is in none of them."""
    from search.origin import place_of
    from search.sources import shown

    place = place_of(file, ledger.sources())
    if place is None:
        return None
    source, key = place
    return FilePlace(source.name, source.path, shown(key), {record: id for record, id, _ in ledger.articles_of(source.name, key)})


def articles_of_file(ledger: Ledger, file: Path, record: str | None = None) -> list[str] | None:
    """The ids of the articles of a raw file that are in the index, or of the one with a record; None where there is no article of the file."""
    place = place_of_file(ledger, file)
    if place is None or not place.articles:
        return None
    if record is not None:
        return [place.articles[record]] if record in place.articles else []
    return [id for id in place.articles.values() if ledger.duplicate(id) is None] or None


def chosen_record(target: str, records: Sequence[str], wanted: str | None) -> str:
    """The record that is meant among those of a file: the one wanted, or the only one. Raises UsageError."""
    if wanted is not None and wanted in records:
        return wanted
    if wanted is None and len(records) == 1:
        return records[0]
    if records == [""]:
        raise UsageError(f"{target} is one article and has no record “{wanted}”. Leave the record out.")
    some = ", ".join(f"“{record}”" for record in records[:_MOST_RECORDS])
    more = f" and {len(records) - _MOST_RECORDS:,} more" if len(records) > _MOST_RECORDS else ""
    if wanted is None:
        raise UsageError(f"{target} holds several articles. Say with --record which is meant. It has {some}{more}.")
    raise UsageError(f"{target} has no article with the record “{wanted}”. It has {some}{more}.")


def raw_text(ledger: Ledger, article: Article) -> RawText:
    """The raw file of an article as text. Raises UnreadableFile."""
    from search.extraction import document_text
    from search.extraction.decode import decode
    from search.sources import STRUCTURED

    document, file_hash, fields = _document(ledger, article)
    if document.media_type in STRUCTURED:
        text = document_text(document, article.record, fields)
    else:
        text = decode(document.data, html=document.media_type == "text/html")
    return RawText(document.path, text, hashlib.sha256(document.data).hexdigest() != file_hash)


def evidence_text(ledger: Ledger, article: Article) -> str:
    """The text in which the offsets of an article's evidence count, from its raw file as it is now. Raises UnreadableFile."""
    from search.extraction import document_text

    document, _, fields = _document(ledger, article)
    return document_text(document, article.record, fields)


def _document(ledger: Ledger, article: Article) -> tuple[RawDocument, str | None, dict[str, str]]:
    """The raw document of an article as it is now, the hash that it had when it was read, and how its fields are called."""
    from search.sources import read

    origin = ledger.origin(article.id)
    if origin is None:
        raise UnreadableFile(f"This archive does not know the raw file of {article.path}.")
    fields = next((dict(source.fields) for source in ledger.sources() if source.name == article.source), {})
    return read(origin.file, source=origin.source, key=origin.key), origin.file_hash, fields
