"""A folder of raw files that is quick to change, and an extraction that is quick to foresee.

A file holds records, one a line: "record;title;body", with "¶" between paragraphs; two words with capitals in a title are a participant. Its
content hash covers the body only, as the real one leaves out dates and agencies: files may differ while their texts are equal. "fail" cannot be
read, "bug" raises what no extraction should raise, a line "broken" is no record.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from search.article import Article
from search.errors import UnreadableFile
from search.extraction.identity import article_id
from search.extraction.records import BrokenRecord
from search.indexer import Extract, index
from search.ledger import Ledger
from search.report import IndexReport
from search.sources import RawDocument
from tests.make import person
from tests.memory_engine import MemoryEngine


def extract(raw: RawDocument, fields: Mapping[str, str]) -> Iterator[Article | BrokenRecord]:
    """The articles of a file; `fields` may name another word for “broken”."""
    text = raw.data.decode()
    if text == "fail":
        raise UnreadableFile("It says fail.")
    if text == "bug":
        raise RuntimeError("a mistake in a rule")
    for number, line in enumerate(text.splitlines(), 1):
        if line == fields.get("broken", "broken"):
            yield BrokenRecord(f"line {number}", "It says so.")
            continue
        record, title, body = line.replace("¶", "\n\n").split(";")
        content_hash = hashlib.sha256(body.encode()).hexdigest()
        people = tuple(person(name) for name in re.findall(r"[A-Z][a-z]+ [A-Z][a-z]+", title))
        yield Article(
            article_id(raw.source, raw.key, record), raw.source, raw.path, body, content_hash, record=record, title=title, participants=people
        )


class Desk:
    """A folder for raw files beside an archive that is kept in memory, but for its ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = MemoryEngine()
        folder.mkdir(exist_ok=True)
        self.ledger = Ledger.create(folder / "ledger.sqlite")

    def write(self, path: str, content: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        return file

    def index(self, *paths: str, extract: Extract = extract, version: str = "1", **options: Any) -> IndexReport:
        return index(self.engine, self.ledger, [self.folder / path for path in paths], extract=extract, version=version, **options)

    def reopen(self) -> None:
        """Go on as another process would after this one has ended."""
        self.ledger.close()
        self.engine.rollback()
        self.ledger = Ledger.open(self.folder / "ledger.sqlite")

    def articles(self) -> dict[str, tuple[str, str | None, str]]:
        """What the engine holds: path in the folder, title and body, by id."""
        found = map(self.engine.get, self.engine.ids())
        return {a.id: (f"{a.source}/{a.path}", a.title, a.body) for a in found}

    def whole(self) -> dict[str, Article]:
        """What the engine holds, by id."""
        return {id: self.engine.get(id) for id in self.engine.ids()}

    def titles(self) -> dict[str, str | None]:
        """What the engine holds: the title of each file's article. For files of one article."""
        return {path: title for path, title, _ in self.articles().values()}

    def states(self) -> dict[str, str]:
        """The state of each file that is there."""
        return {f"{file.source}/{file.path}": file.state for file in self.ledger.files() if file.state != "gone"}
