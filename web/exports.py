"""How does everything that was found leave the archive? As a table or as lines of JSON, article by article, however many there are."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from flask import Response, request

from search.article import Article
from search.export import csv_lines, json_lines
from web import params

if TYPE_CHECKING:
    from search.archive import Archive

log = logging.getLogger(__name__)

CSV = "text/csv"
JSON_LINES = "application/x-ndjson"
"""The lines have no registered type, and go by this one and application/jsonl. This is what Elasticsearch, OpenSearch and Meilisearch call what they
take in, so that an export can be handed on as it is."""

MARK = "\ufeff"
"""Before the table: without a byte order mark a spreadsheet takes UTF-8 for the encoding of its country, and every accent for two letters."""

PIECE = 65_536
"""Characters that are sent at once. Less makes a transfer slower (each piece is a write of its own), more only memory."""

MAX_NAME = 40
"""Characters of a file's name, without its ending."""


def table(archive: Archive) -> Response:
    """Everything that the present address asks for, as CSV. Raises UsageError where the query cannot be run."""
    return _answer(archive, lambda found: _marked(csv_lines(found)), f"{CSV}; charset=utf-8", "csv")


def lines(archive: Archive) -> Response:
    """Everything that the present address asks for, an article a line. Raises UsageError where the query cannot be run."""
    return _answer(archive, json_lines, JSON_LINES, "jsonl")


def file_name(text: str, ending: str) -> str:
    """What a browser is told to call the file: of the query its ASCII letters and digits, so that nothing in it can be more than a name."""
    bare = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode("ascii").casefold()
    words = re.sub(r"[^a-z0-9]+", "-", f"dateline {bare}").strip("-")
    return f"{words[:MAX_NAME].rstrip('-')}.{ending}"


def _answer(archive: Archive, write: Callable[[Iterable[Article]], Iterator[str]], content_type: str, ending: str) -> Response:
    given = list(request.args.items(multi=True))
    wanted = params.read_export(given)
    pieces = _pieces(write(archive.scan(wanted, partial=params.partial(given))))
    # The first piece is made here, while an error can still be an answer of its own.
    first = next(pieces, b"")
    response = Response(_to_the_end(first, pieces, request.path), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(wanted.text, ending)}"'
    return response


def _marked(written: Iterator[str]) -> Iterator[str]:
    yield MARK
    yield from written


def _pieces(written: Iterator[str]) -> Iterator[bytes]:
    """Lines put together to pieces worth sending."""
    held: list[str] = []
    size = 0
    for line in written:
        held.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(held).encode("utf-8")
            held, size = [], 0
    if held:
        yield "".join(held).encode("utf-8")


def _to_the_end(first: bytes, others: Iterator[bytes], path: str) -> Iterator[bytes]:
    """All pieces. An error goes on to the server, which breaks the connection off: half an export must not look like a whole one."""
    sent = len(first)
    yield first
    try:
        for piece in others:
            sent += len(piece)
            yield piece
    except Exception as error:
        log.error("GET %s broke off after %d bytes: %s", path, sent, error)  # noqa: TRY400 - the server adds the traceback
        raise
