"""How is a segment written: from articles, and from other segments? Whoosh's files in bulk, and the columns beside them.

Whoosh's own writer takes one posting at a time through a pool that it sorts on disk. Here the postings of a segment are gathered by word, in memory
that the indexer's batches bound, and written word by word; segments are put together word by word. What stands on disk is what Whoosh writes.
"""

from __future__ import annotations

import os
import signal
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, STORED_COLUMN, W3Codec
from whoosh.columns import VarBytesColumn
from whoosh.system import pack_ushort

from search.analysis import words
from search.article import Article
from search.collecting import collecting_seldom
from search.engines.whoosh.blocks import Extent, Postings, frequency_values, length_bytes, postings_bytes, read_lists, term_bytes
from search.engines.whoosh.columns import Array, write_arrays
from search.engines.whoosh.gathering import Gathering, joined, relation, term_arrays
from search.engines.whoosh.inverting import Inversion
from search.engines.whoosh.schema import FACET_TERMS, NAME, stem_field, stored, texts
from search.engines.whoosh.segment import COLUMNS, Segment, storage_of
from search.query.tree import WORD_FIELDS

_PAIR = struct.Struct("!ii")
"""Length of key and entry, as `whoosh.filedb.filetables.HashWriter.add` writes them."""

_WRITTEN_AT_ONCE = 1000


class _Files:
    """The files of one new segment."""

    def __init__(self, storage: Any, schema: Any) -> None:
        self._storage, self._schema = storage, schema
        codec = W3Codec()
        self.segment: Any = codec.new_segment(storage, NAME)
        self._documents: Any = codec.per_document_writer(storage, self.segment)
        self._terms: Any = codec.field_writer(storage, self.segment)
        self._end = 0

    def store(self, doc: int, document: dict[str, str]) -> None:
        """Store what Whoosh gives back of an article."""
        self._documents.start_doc(doc)
        self._documents.add_column_value("_stored", STORED_COLUMN, document)
        self._documents.finish_doc()

    def store_raw(self, documents: Iterable[bytes]) -> None:
        """Store articles as they are stored in another segment."""
        column = self._documents._get_column("_stored")._child
        for doc, raw in enumerate(documents):
            VarBytesColumn.Writer.add(column, doc, raw)
            self._documents._doccount = doc + 1

    def field(self, name: str, postings: Iterable[Postings]) -> list[Extent]:
        """Write the terms of a field, in their order. Where their postings stand."""
        self._terms.start_field(name, self._schema[name])
        prefix = pack_ushort(self._terms._fieldid)
        index: Any = self._terms._tindex
        place = index.dbfile.tell()
        blocks: list[bytes] = []
        entries: list[bytes] = []
        extents: list[Extent] = []
        for found in postings:
            block, summary = postings_bytes(found)
            extents.append(Extent(self._end, len(block), len(found.docs)))
            blocks.append(block)
            key, entry = prefix + found.term, term_bytes(summary, self._end, len(block))
            self._end += len(block)
            entries.append(_PAIR.pack(len(key), len(entry)) + key + entry)
            index.index.append(place)
            hashed = index.hashfn(key)
            index.buckets[hashed & 255].append((hashed, place))
            place += len(entries[-1])
            if len(blocks) == _WRITTEN_AT_ONCE:
                self._write(blocks, entries)
        self._write(blocks, entries)
        self._terms.finish_field()
        return extents

    def _write(self, blocks: list[bytes], entries: list[bytes]) -> None:
        self._terms._postfile.write(b"".join(blocks))
        self._terms._tindex.dbfile.write(b"".join(entries))
        blocks.clear()
        entries.clear()

    def facets(self, arrays: Mapping[str, Array]) -> None:
        """Write the terms of the fields whose terms are whole values."""
        for name in FACET_TERMS:
            found = relation(arrays, name)
            starts, docs = found.by_value()
            self.field(name, _valued(found.values, starts, docs))
        ids = arrays["ids"]
        order = np.argsort(ids, kind="stable")
        self.field("id", _valued([bytes(id) for id in ids[order].tolist()], np.arange(len(ids) + 1), order))

    def finish(self, arrays: dict[str, Array], folder: Path) -> Any:
        """Write the rest, and make it lasting. The segment, as Whoosh's table of contents names it."""
        size = len(arrays["ids"])
        for name in WORD_FIELDS:
            lengths = arrays[f"lengths.{name}"]
            if lengths.any():
                for field in (name, stem_field(name)):
                    self._documents._create_column(f"_{field}_len", LENGTHS_COLUMN)
                    writer = self._documents._get_column(f"_{field}_len")
                    writer._dbfile.write(length_bytes(lengths))
                    writer._count = size
                    self._documents._fieldlengths[field] = int(lengths.sum())
        self._documents.close()
        self._terms.close()
        self.segment.set_doc_count(size)
        write_arrays(folder / self.segment.make_filename(COLUMNS), arrays)
        for file in self.segment.list_files(self._storage):
            sync(folder / file)
        return self.segment

    def abandon(self) -> None:
        """Close and delete what has been written."""
        for writer in (self._documents, self._terms):
            if not writer.is_closed:
                writer.close()
        for file in self.segment.list_files(self._storage):
            self._storage.delete_file(file)


def _valued(values: Iterable[bytes], starts: Array, docs: Array) -> Iterator[Postings]:
    """The postings of values, from the articles of each."""
    places, every = starts.tolist(), docs.tolist()
    for value, start, end in zip(values, places, places[1:], strict=False):
        yield Postings(value, every[start:end], [1] * (end - start))


def sync(file: Path) -> None:
    """Let a file, or the names in a folder, outlast a loss of power."""
    if os.name != "posix":
        return  # other systems do so only with what is open for writing, and never with folders
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def leave_interrupts_to_the_parent() -> None:
    """A process that helps ends when its parent does: an interrupt from the keyboard reaches both."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def build(folder: Path, schema: Any, articles: Sequence[Article]) -> Any:
    """A segment of these articles, written into a folder; as Whoosh's table of contents names it."""
    builder = Builder(storage_of(folder), schema)
    with collecting_seldom():
        try:
            for article in articles:
                builder.add(article)
            return builder.finish(folder)
        except BaseException:
            builder.abandon()
            raise


class Builder:
    """Makes a segment of articles. Holds the postings of all of them in memory: some 4 kB for an article of 120 words."""

    def __init__(self, storage: Any, schema: Any) -> None:
        self._files = _Files(storage, schema)
        self._gathering = Gathering()
        self._inversions = {field: Inversion() for field in WORD_FIELDS}

    def add(self, article: Article) -> None:
        """Add an article."""
        doc = len(self._gathering)
        lengths: dict[str, int] = {}
        for field, text in texts(article).items():
            found = words(text)
            lengths[field] = len(found)
            self._inversions[field].add(found)
        self._files.store(doc, stored(article))
        self._gathering.add(article, lengths)

    def finish(self, folder: Path) -> Any:
        """Write the segment into a folder. It as Whoosh's table of contents names it."""
        arrays = self._gathering.arrays()
        for field in WORD_FIELDS:
            lengths = arrays[f"lengths.{field}"]
            of_words, of_stems = self._inversions.pop(field).postings(lengths, length_bytes(lengths))
            extents, stem_extents = self._files.field(field, of_words), self._files.field(stem_field(field), of_stems)
            arrays |= term_arrays(field, [p.term for p in of_words], extents, [p.term for p in of_stems], stem_extents)
        self._files.facets(arrays)
        return self._files.finish(arrays, folder)

    def abandon(self) -> None:
        """Give up, and leave nothing behind."""
        self._files.abandon()


def put_together(storage: Any, schema: Any, sources: Sequence[Segment], folder: Path) -> Any:
    """One segment of the articles of several that have not been deleted, in their order. It as Whoosh's table of contents names it."""
    numbers = _renumbered([source.deleted for source in sources])
    arrays = joined([source.columns for source in sources], numbers)
    files = _Files(storage, schema)
    try:
        files.store_raw(raw for source, new in zip(sources, numbers, strict=True) for raw in source.raw(np.flatnonzero(new >= 0)))
        for field in WORD_FIELDS:
            lengths = length_bytes(arrays[f"lengths.{field}"])
            terms: list[bytes] = []
            extents = files.field(field, _noted(_together(sources, numbers, f"{field}.words", lengths), terms))
            stems: list[bytes] = []
            of_stems = files.field(stem_field(field), _noted(_together(sources, numbers, f"{field}.stems", lengths), stems))
            arrays |= term_arrays(field, terms, extents, stems, of_stems)
        files.facets(arrays)
        return files.finish(arrays, folder)
    except BaseException:
        files.abandon()
        raise


def _renumbered(deleted: Sequence[NDArray[np.bool_]]) -> list[NDArray[np.int32]]:
    """The number in the new segment of every article of each, -1 for those that are deleted."""
    numbers, start = [], 0
    for gone in deleted:
        stays = ~gone
        numbers.append(np.where(stays, start + np.cumsum(stays) - 1, -1).astype(np.int32))
        start += int(stays.sum())
    return numbers


def _noted(postings: Iterable[Postings], terms: list[bytes]) -> Iterator[Postings]:
    """The same, with the terms noted on the way."""
    for found in postings:
        terms.append(found.term)
        yield found


def _together(sources: Sequence[Segment], numbers: Sequence[NDArray[np.int32]], name: str, lengths: bytes) -> Iterator[Postings]:
    """The postings of every term of some segments, of those articles that stay; `lengths` has Whoosh's byte for each of those."""
    tables = [new.tolist() for new in numbers]
    whole = [bool((new >= 0).all()) for new in numbers]
    firsts = [table[0] if table else 0 for table in tables]
    counted = name.endswith(".stems")
    each = [[(term, part, start, size) for term, start, size in source.extents(name)] for part, source in enumerate(sources)]
    for term, group in groupby(merge(*each), key=itemgetter(0)):
        docs: list[int] = []
        often: list[int] = []
        values: list[bytes] = []
        for _, part, start, size in group:
            found, numbers_there, noted = read_lists(sources[part].postings(start, size))
            if whole[part]:
                first = firsts[part]
                docs += [first + doc for doc in found] if first else found
                often += numbers_there
                values += noted
            else:
                table = tables[part]
                stays = [index for index, doc in enumerate(found) if table[doc] >= 0]
                docs += [table[found[index]] for index in stays]
                often += [numbers_there[index] for index in stays]
                values += [noted[index] for index in stays] if noted else ()
        if docs:
            yield Postings(term, docs, often, frequency_values(often) if counted else values, bytes(map(lengths.__getitem__, docs)))
