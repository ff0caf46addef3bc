"""RawDocument ─▶ Article: what a raw file says, and how we know.

    >>> from search.extraction import extract
    >>> from search.sources import RawDocument
    >>> raw = RawDocument("desk", "a.txt", b"a.txt", "text/plain", b"MOSCOW (Reuters) - President Vladimir Putin met ministers on Monday.")
    >>> article, = extract(raw)
    >>> article.agency, article.place, [person.name for person in article.participants]
    ('Reuters', 'Moscow', ['Vladimir Putin'])

One module answers one question; the knowledge is TOML in `data/`, for everybody to read and extend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from search.article import Article
from search.errors import UnreadableFile
from search.extraction import plain
from search.extraction.decode import decode
from search.extraction.document import Document
from search.extraction.identity import article_id, rules_version
from search.extraction.reading import article_of
from search.extraction.records import BrokenRecord
from search.sources import STRUCTURED, RawDocument

__all__ = ["VERSION", "BrokenRecord", "article_id", "document_text", "extract"]

VERSION: str = rules_version()


def extract(raw: RawDocument, fields: Mapping[str, str] | None = None) -> Iterator[Article | BrokenRecord]:
    """The articles of a raw file and the records in it from which none can be read, one after the other, in the order of the file.

    `fields` says how a structured file calls parts of an article that it does not call by usual names: {"body": "Text", "date": "meta.when"}; the
    parts are `search.extraction.fields.PARTS`. Raises UnreadableFile with the reason where the file holds no article at all, and UsageError for
    `fields` that cannot be meant, both when the first article is asked for. A fault of ours in one record of several costs this record only: it is
    broken with its reason, and the log has the traceback.
    """
    if raw.media_type not in STRUCTURED:
        yield article_of(_document(raw), source=raw.source, key=raw.key, path=raw.path)
        return
    from search.extraction import structured

    for entry in structured.entries(raw, fields or {}):
        if isinstance(entry, BrokenRecord):
            yield entry
            continue
        try:
            yield article_of(entry.document, source=raw.source, key=raw.key, path=raw.path, record=entry.key)
        except UnreadableFile as error:
            if not entry.where:
                raise
            yield BrokenRecord(entry.where, str(error))
        except Exception as error:
            if not entry.where:
                raise
            yield structured.failed(raw, entry.where, error)


def document_text(raw: RawDocument, record: str = "", fields: Mapping[str, str] | None = None) -> str:
    """The text in which offsets of evidence and removals count: `document_text(raw, article.record)[e.start:e.end] == e.text`.

    Line ends are line feeds, a byte order mark is gone. `record` is the article's key in a file of several, `fields` as for `extract`. Raises
    UnreadableFile as `extract` does, and where the file has no such record.
    """
    if raw.media_type not in STRUCTURED:
        return _document(raw).text
    from search.extraction import structured

    for entry in structured.entries(raw, fields or {}):
        if not isinstance(entry, BrokenRecord) and entry.key == record:
            return entry.document.text
    raise UnreadableFile(f"{raw.path} holds no article with the key “{record}” now.")


def _document(raw: RawDocument) -> Document:
    if raw.media_type == "text/html":
        from search.extraction import html

        return html.read(decode(raw.data, html=True))
    return plain.read(decode(raw.data))
