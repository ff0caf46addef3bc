"""Which article is this? Ids that survive rebuilds, hashes that find exact duplicates, and the version of the rules that read it."""

from __future__ import annotations

import hashlib
from pathlib import Path


def article_id(source: str, key: bytes, record: str = "") -> str:
    """The id of an article: 16 hex digits of SHA-256 over source name, path in the source and record key, joined by NUL bytes.

    `key` is `RawDocument.key`; `record` is empty for a file that holds one article. Moving the folder keeps every id.
    """
    joined = b"\0".join((source.encode("utf-8", "surrogateescape"), key, record.encode("utf-8", "surrogateescape")))
    return hashlib.sha256(joined).hexdigest()[:16]


def content_hash(title: str | None, standfirst: str | None, body: str) -> str:
    """SHA-256 of what is read in an article: equal for exact duplicates, and for nothing else.

    A missing title differs from an empty one, and no text can move between the parts unseen: each is preceded by its length.
    """
    digest = hashlib.sha256()
    for part in (title, standfirst, body):
        data = b"" if part is None else part.encode("utf-8", "surrogatepass")
        digest.update(b"-" if part is None else b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def rules_version() -> str:
    """A hash over the extraction's own code and data files: files are read anew when a rule has changed. 16 hex digits."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for file in sorted((*folder.glob("*.py"), *folder.glob("data/*.toml"))):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
