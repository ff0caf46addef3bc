"""Do the parts of the Whoosh engine do what they say? Blocks of postings, columns, merging, the cache."""

from __future__ import annotations

import copy
import gc
import pickle
import random
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import fields, index
from whoosh.analysis import SimpleAnalyzer
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.filedb.filestore import RamStorage
from whoosh.util.numeric import length_to_byte

from search.analysis import stem
from search.article import Article
from search.collecting import collecting_seldom
from search.engines import open_engine
from search.engines.whoosh.blocks import Blocks, Postings, frequency_values, length_bytes, places_value, postings_bytes, read_blocks, read_lists
from search.engines.whoosh.cache import Cache
from search.engines.whoosh.columns import Strings, UnusableColumns, read_arrays, write_arrays
from search.engines.whoosh.inverting import Inversion
from search.engines.whoosh.merging import AT_ONCE, LARGEST, SMALLEST, WORN, to_put_together
from search.engines.whoosh.schema import schema
from search.engines.whoosh.settings import Settings
from search.request import ask
from tests.engines.harbour import harbour, search

# Blocks


def placed(lists: dict[int, list[int]]) -> Postings:
    """The postings of a word that stands at these places in these articles."""
    often = [len(places) for places in lists.values()]
    return Postings(b"word", list(lists), often, [places_value(places) for places in lists.values()], bytes(doc % 200 for doc in lists))


def as_whoosh_reads(data: bytes, field: str) -> list[tuple[int, float, Any]]:
    """Article, weight, and places or frequency of each posting, by Whoosh's own matcher over the bytes."""
    storage = RamStorage()
    with storage.create_file("postings") as file:
        file.write(data)
    format_ = schema()[field].format
    matcher: Any = W3LeafMatcher(storage.open_file("postings"), 0, len(data), format_, term=(field, b"word"))
    found = []
    while matcher.is_active():
        value = matcher.value_as("positions") if field == "body" else matcher.value_as("frequency")
        found.append((matcher.id(), matcher.weight(), value))
        matcher.next()
    return found


PLACES = st.sets(st.integers(0, 70_000), min_size=1, max_size=6).map(sorted)
LISTS = st.dictionaries(st.integers(0, 5_000_000), PLACES, min_size=1, max_size=40).map(lambda found: dict(sorted(found.items())))


def assert_read_alike(lists: dict[int, list[int]]) -> None:
    postings = placed(lists)
    data, _ = postings_bytes(postings)
    assert as_whoosh_reads(data, "body") == [(doc, len(places), places) for doc, places in lists.items()]
    blocks = read_blocks(data)
    assert (blocks.docs.tolist(), blocks.often.tolist()) == (list(lists), postings.often)
    assert read_lists(data) == (list(lists), postings.often, postings.values)
    assert blocks.places().tolist() == [(doc << 32) + place for doc, places in lists.items() for place in places]


@given(LISTS)
def test_whoosh_and_we_read_what_we_write(lists: dict[int, list[int]]) -> None:
    assert_read_alike(lists)


@pytest.mark.parametrize("number", [1, 2, 127, 128, 129, 256, 257, 1000])
def test_also_at_the_borders_of_blocks(number: int) -> None:
    luck = random.Random(number)
    docs = sorted(luck.sample(range(10_000), number))
    assert_read_alike({doc: sorted(luck.sample(range(300), luck.choice([1, 1, 3]))) for doc in docs})


@pytest.mark.parametrize("places", [999, 1000, 1001, 2500])
def test_also_a_word_that_stands_in_an_article_a_thousand_times(places: int) -> None:
    assert_read_alike({3: list(range(0, 2 * places, 2)), 4: [7], 9: list(range(places))})


@given(st.dictionaries(st.integers(0, 100_000), st.integers(1, 5000), min_size=1, max_size=300).map(lambda found: dict(sorted(found.items()))))
def test_frequencies_without_places(often: dict[int, int]) -> None:
    numbers = list(often.values())
    data, _ = postings_bytes(Postings(b"word", list(often), numbers, frequency_values(numbers), bytes(len(often))))
    assert as_whoosh_reads(data, "body_stem") == [(doc, number, number) for doc, number in often.items()]
    blocks = read_blocks(data)
    assert dict(zip(blocks.docs.tolist(), blocks.often.tolist(), strict=True)) == often
    assert read_lists(data)[:2] == (list(often), numbers)


def test_we_read_what_whoosh_writes(tmp_path: Path) -> None:
    luck = random.Random(4)
    texts = [" ".join(luck.choices(["harbour", "ship", "rare" if n % 90 == 0 else "port"], k=luck.randint(1, 40))) for n in range(400)]
    made = index.create_in(str(tmp_path), fields.Schema(text=fields.TEXT(analyzer=SimpleAnalyzer())))
    writer = made.writer()
    writer.compound = False
    for text in texts:
        writer.add_document(text=text)
    writer.commit()
    (file,) = tmp_path.glob("*.pst")
    with made.reader() as reader:
        for word in ("harbour", "ship", "rare"):
            info: Any = reader.term_info("text", word)
            start, size = info.extent()
            data = file.read_bytes()[start : start + (size if isinstance(size, int) else size[0])]
            expected = [(doc << 32) + place for doc, text in enumerate(texts) for place, other in enumerate(text.split()) if other == word]
            assert read_blocks(data).places().tolist() == expected


@pytest.mark.parametrize("data", [b"", b"no postings", b"\x00" * 40])
def test_bytes_that_are_no_blocks_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no postings"):
        read_blocks(data)


def test_places_of_no_postings() -> None:
    assert Blocks(np.zeros(0, np.int32), np.zeros(0, np.int32), []).places().tolist() == []


def test_lengths_are_whooshs_bytes() -> None:
    lengths = [*range(3000), *range(3000, 200_000, 97), 10_000_000]
    assert list(length_bytes(np.array(lengths, dtype=np.int32))) == [length_to_byte(length) for length in lengths]


@given(st.lists(st.lists(st.sampled_from(["talks", "talk", "ship", "ships", "être", "的"]), max_size=12), max_size=12))
def test_an_inversion_has_the_postings_of_words_and_stems(texts: list[list[str]]) -> None:
    inversion = Inversion()
    for words in texts:
        inversion.add(words)
    lengths = np.array([len(words) for words in texts], dtype=np.int32)
    noted = bytes(range(100, 100 + len(texts)))
    of_words, of_stems = inversion.postings(lengths, noted)
    every = sorted({word.encode() for words in texts for word in words})
    assert [found.term for found in of_words] == every
    for found in of_words:
        places = {doc: [at for at, word in enumerate(words) if word.encode() == found.term] for doc, words in enumerate(texts)}
        there = {doc: at for doc, at in places.items() if at}
        assert (list(found.docs), list(found.values or ())) == (list(there), [places_value(at) for at in there.values()])
        assert (list(found.often), found.lengths) == ([len(at) for at in there.values()], bytes(noted[doc] for doc in there))
    assert [found.term for found in of_stems] == sorted({stem(word).encode() for words in texts for word in words})
    for found in of_stems:
        counts = {doc: Counter(stem(word).encode() for word in words)[found.term] for doc, words in enumerate(texts)}
        assert dict(zip(found.docs, found.often, strict=True)) == {doc: number for doc, number in counts.items() if number}
        assert found.values == frequency_values(found.often)


# Columns


@given(st.lists(st.binary(max_size=6)).map(lambda found: sorted(set(found))), st.binary(max_size=6))
def test_strings_are_found_as_in_a_sorted_list(strings: list[bytes], key: bytes) -> None:
    found = Strings.of(strings)
    assert list(found) == strings
    assert found.place(key) == bisect_left(strings, key)
    assert found.find(key) == (strings.index(key) if key in strings else None)
    if not key.endswith(b"\xff"):  # no word or value ends so: they are UTF-8
        start, end = found.beginning(key)
        assert found.between(start, end) == [one for one in strings if one.startswith(key)]


def test_arrays_are_read_as_they_were_written(tmp_path: Path) -> None:
    arrays = {
        "numbers": np.arange(10, dtype=np.int32),
        "none": np.zeros(0, dtype=np.int64),
        "texts": np.array([b"a", b"bcd"], dtype=np.bytes_),
        "pairs": np.arange(6, dtype=np.uint64).reshape(3, 2),
    }
    write_arrays(tmp_path / "columns", arrays)
    found = read_arrays(tmp_path / "columns")
    assert {name: (array.dtype, array.tolist()) for name, array in found.items()} == {n: (a.dtype, a.tolist()) for n, a in arrays.items()}
    assert [file.name for file in tmp_path.iterdir()] == ["columns"]
    with pytest.raises(ValueError, match="read-only"):
        found["numbers"][0] = 1
    with pytest.raises(UnusableColumns):
        read_arrays(tmp_path / "none")


# Merging


@pytest.mark.parametrize("batch", [1, 37, 500, 10_000])
def test_few_segments_are_left_and_an_article_is_written_again_a_few_times(batch: int) -> None:
    sizes: list[int] = []
    added = written = 0
    luck = random.Random(batch)
    for _ in range(600):
        sizes.append(luck.randint(1, 2 * batch))
        added += sizes[-1]
        chosen = to_put_together(sizes, [0] * len(sizes))
        if chosen:
            together = sum(sizes[at] for at in chosen)
            assert together <= LARGEST
            written += together
            sizes = [size for at, size in enumerate(sizes) if at not in chosen] + [together]
        assert sum(size < LARGEST // 2 for size in sizes) < 3 * AT_ONCE
    assert sum(sizes) == added
    small = SMALLEST / batch  # those below SMALLEST are put together each time there are two
    assert written / added < 4 + small


def test_a_worn_segment_is_written_again_and_others_are_left_alone() -> None:
    assert to_put_together([1000, 3000], [0, int(WORN * 3000)]) == []
    assert to_put_together([1000, 3000], [0, int(WORN * 3000) + 1]) == [1]
    assert to_put_together([], []) == []
    assert to_put_together([5], [5]) == [0], "nothing is left in it"


# What is kept


def test_a_cache_keeps_what_was_used_last_while_there_is_room() -> None:
    cache = Cache(3000)
    read: list[str] = []

    def get(key: str, size: int = 500) -> str:
        return cache.get(key, lambda: (read.append(key) or f"value of {key}", size))  # type: ignore[func-returns-value]

    for key in ("a", "b", "c", "a"):
        assert get(key) == f"value of {key}"
    assert read == ["a", "b", "c"]
    get("d")
    assert cache.bytes <= 3000
    assert (get("a"), get("b")) == ("value of a", "value of b")
    assert read == ["a", "b", "c", "d", "b"], "b was not used for longest"
    assert get("large", 5000) == get("large", 5000) == "value of large"
    assert read[-2:] == ["large", "large"], "what is larger than all room is not kept, and drives nothing out"
    get("b")
    assert read[-1] == "large"


def test_nothing_kept_changes_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_engine("whoosh", tmp_path / "index", create=True) as engine:
        engine.add(harbour())
        engine.commit()
        texts = ("refugees", "refuge*", '"return of refugees"', "camp~", "* NOT camp")
        answers = [search(engine, ask(text)).to_dict() for text in texts for _ in range(2)]
        monkeypatch.setenv("DATELINE_CACHE_MB", "0")
        with open_engine("whoosh", tmp_path / "index") as other:
            assert [search(other, ask(text)).to_dict() | {"seconds": 0} for text in texts for _ in range(2)] == [a | {"seconds": 0} for a in answers]


def test_settings() -> None:
    assert Settings.of({}) == Settings() == Settings(256_000_000, "archive")
    assert Settings.of({"DATELINE_CACHE_MB": "7", "DATELINE_RANKING": "whoosh-bm25f"}) == Settings(7_000_000, "whoosh-bm25f")
    assert Settings.of({"DATELINE_CACHE_MB": "", "DATELINE_RANKING": ""}) == Settings()


def test_records_go_from_process_to_process_as_they_are() -> None:
    for article in harbour():
        for same in (pickle.loads(pickle.dumps(article)), copy.copy(article), copy.deepcopy(article)):
            assert isinstance(same, Article)
            assert same == article
            assert same.to_dict() == article.to_dict()


def test_collecting_is_as_before_afterwards() -> None:
    before = gc.get_threshold()
    with collecting_seldom():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before
    with pytest.raises(KeyError), collecting_seldom():
        raise KeyError
    assert gc.get_threshold() == before
