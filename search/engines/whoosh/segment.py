"""What is in a segment? Its columns, its postings as bytes, its stored articles; and nothing that has a place in a file of its own, so that any
number of threads may ask at once.

Columns that are missing, as when Whoosh itself has put segments together, are made again from the stored articles and Whoosh's list of terms.
"""

from __future__ import annotations

import logging
import mmap
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from pickle import loads
from typing import Any
from zlib import decompress

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import STORED_COLUMN
from whoosh.columns import VarBytesColumn
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage, OverlayStorage

from search.analysis import words
from search.article import Article
from search.engines.whoosh.blocks import Blocks, Extent, read_blocks
from search.engines.whoosh.columns import Array, Strings, UnusableColumns, read_arrays, write_arrays
from search.engines.whoosh.gathering import Gathering, joined, strings, term_arrays
from search.engines.whoosh.schema import article_of, stem_field, texts
from search.query.tree import WORD_FIELDS

_log = logging.getLogger(__name__)

COLUMNS = ".columns"
"""How the file of columns is called behind a segment's name. Whoosh deletes it with the other files of its segment."""

_AT_ONCE = 10_000
"""Articles whose columns are made at once where they have to be made again."""


def storage_of(folder: Path) -> Any:
    """Whoosh's access to a folder, without memory maps: a reader over them copies every file into memory (21 MB of index, 18 MB of it)."""
    open_storage: Any = FileStorage
    return open_storage(str(folder), supports_mmap=False)


@contextmanager
def opening(storage: Any) -> Iterator[Any]:
    """Access to the same folder while an index is opened. Where that fails Whoosh leaves its files open: here they are closed."""
    access = _Opening(storage)
    try:
        yield access
    except BaseException:
        for file in access.files:
            if not file.is_closed:
                file.close()
        raise
    finally:
        access.files.clear()


class _Opening:
    """Whoosh's access to a folder, which remembers what it has opened."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self.files: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._storage)

    def open_file(self, name: str, **options: Any) -> Any:
        file = self._storage.open_file(name, **options)
        self.files.append(file)
        return file


class Segment:
    """A segment, opened. It stays readable when its files are deleted."""

    def __init__(self, storage: Any, folder: Path, segment: Any) -> None:
        """`segment` is the entry in Whoosh's table of contents. Raises OSError, and what a damaged file leads to."""
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self.deleted: NDArray[np.bool_] = np.zeros(self.size, dtype=bool)
        self.deleted[list(segment.deleted_docs())] = True
        self._postings = _mapped(folder, segment)
        self._reading = threading.Lock()
        self._known: dict[str, Strings] = {}
        self._open = ExitStack()  # what is closed in the end: files that have a place of their own
        with self._open:
            files = storage
            if segment.is_compound():
                files = OverlayStorage(self._open.enter_context(closing(segment.open_compound_file(storage))), storage)
            documents: Any = self._open.enter_context(closing(segment.codec().per_document_reader(files, segment)))
            self._stored: Any = documents._cached_reader("_stored", STORED_COLUMN)._child
            self.total_lengths = {name: int(documents.field_length(name)) for field in WORD_FIELDS for name in (field, stem_field(field))}
            self.columns = self._columns(folder / segment.make_filename(COLUMNS), files, segment)
            self._open = self._open.pop_all()

    def close(self) -> None:
        """Give back the file of stored articles; everything else goes with the last who holds it."""
        self._open.close()

    def strings(self, name: str) -> Strings:
        """The strings of that name among the columns."""
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = strings(self.columns, name)
        return found

    def postings(self, start: int, size: int) -> bytes:
        """The bytes of an extent."""
        return bytes(self._postings[start : start + size])

    def blocks(self, name: str, index: int) -> Blocks:
        """The postings of a term: `name` is "FIELD.words" or "FIELD.stems"."""
        return read_blocks(self.postings(int(self.columns[f"{name}.at"][index]), int(self.columns[f"{name}.bytes"][index])))

    def extents(self, name: str) -> Iterator[tuple[bytes, int, int]]:
        """Every term of that name with the first byte and the number of bytes of its postings."""
        at, size = self.columns[f"{name}.at"].tolist(), self.columns[f"{name}.bytes"].tolist()
        return zip(self.strings(name), at, size, strict=True)

    def raw(self, docs: Iterable[int]) -> Iterator[bytes]:
        """The stored articles of these numbers as they stand in the file."""
        for doc in docs:
            with self._reading:
                raw: bytes = VarBytesColumn.Reader.__getitem__(self._stored, int(doc))
            yield raw

    def article(self, doc: int) -> Article:
        """The article of that number."""
        (raw,) = self.raw((doc,))
        return article_of(loads(decompress(raw)))  # noqa: S301 - Whoosh's own format; the guides say whose archives to open

    def _columns(self, path: Path, files: Any, segment: Any) -> Mapping[str, Array]:
        try:
            arrays = read_arrays(path)
            if "ids" in arrays and len(arrays["ids"]) == self.size and f"{WORD_FIELDS[-1]}.stems.words" in arrays:
                return arrays
        except UnusableColumns as error:
            _log.info("the columns of %s are made again: %s", self.name, error)
        arrays = self._made_again(files, segment)
        with suppress(OSError):  # an archive that may only be read is answered all the same
            write_arrays(path, arrays)
        return arrays

    def _made_again(self, files: Any, segment: Any) -> dict[str, Array]:
        """The columns, from what Whoosh has."""
        parts, numbers = [], []
        for start in range(0, max(1, self.size), _AT_ONCE):
            gathering = Gathering()
            for doc in range(start, min(start + _AT_ONCE, self.size)):
                article = self.article(doc)
                gathering.add(article, {field: len(words(text)) for field, text in texts(article).items()})
            parts.append(gathering.arrays())
            numbers.append(np.arange(start, start + len(gathering), dtype=np.int32))
        arrays = joined(parts, numbers)
        terms = segment.codec().terms_reader(files, segment)
        try:
            for field in WORD_FIELDS:
                arrays |= term_arrays(field, *_terms(terms, field), *_terms(terms, stem_field(field)))
        finally:
            terms.close()
        return arrays


def _terms(reader: Any, field: str) -> tuple[list[bytes], list[Extent]]:
    """The terms of a field, and where their postings stand."""
    terms: list[bytes] = []
    extents: list[Extent] = []
    if field in reader.indexed_field_names():
        for (name, term), info in reader.items_from(field, b""):
            if name != field:
                break
            if info.is_inlined():
                raise ValueError(f"the postings of {field}:{term!r} stand in the list of terms, as Whoosh writes them only when it is told to")
            start, size = info.extent()
            terms.append(term)
            extents.append(Extent(start, size if isinstance(size, int) else size[0], info.doc_frequency()))  # Whoosh leaves the size in a tuple
    return terms, extents


def _mapped(folder: Path, segment: Any) -> memoryview:
    """The file of postings, in a compound file the part that is it."""
    name = segment.make_filename(segment.codec().POSTS_EXT)
    path = folder / (segment.make_filename(segment.COMPOUND_EXT) if segment.is_compound() else name)
    with path.open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    if not segment.is_compound():
        return whole
    start, size = _range(path, name)
    return whole[start : start + size]


def _range(compound: Path, name: str) -> tuple[int, int]:
    """Where a file stands in a compound file, and how long it is."""
    from whoosh.filedb.structfile import StructFile

    with compound.open("rb") as file:
        inside = CompoundStorage(StructFile(file), use_mmap=False)
        start, size = inside.range(name)
    return start, size
