"""Where was an article read, and what does its raw file say now?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from search.errors import UnreadableFile

if TYPE_CHECKING:
    from search.article import Article
    from search.ledger import Ledger
    from search.sources import RawDocument

Place = tuple[str, Path, str, str]
"""Where an article was read: its source, the source's folder, the path in it, and its record in the file."""


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


def place_of_file(ledger: Ledger, file: Path) -> tuple[Place, list[str]]:
    """Where a raw file stands in the archive's sources, and the ids of its articles; none for a file that the archive does not know."""
    from search.origin import place_of
    from search.sources import shown

    place = place_of(file, ledger.sources())
    if place is None:
        return ("", file, "", ""), []
    source, key = place
    return (source.name, source.path, shown(key), ""), [id for _, id, _ in ledger.articles_of(source.name, key)]


def articles_of_file(ledger: Ledger, file: Path) -> list[str]:
    """The ids of the articles of a raw file that are in the index."""
    _, ids = place_of_file(ledger, file)
    return [id for id in ids if ledger.duplicate(id) is None]


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
