"""Is what we write in bulk what Whoosh writes, and is what is put together what would have been written at once?"""

from __future__ import annotations

import copy
import pickle
import random
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import is_dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher, W3TermInfo
from whoosh.filedb.structfile import StructFile
from whoosh.util.numeric import byte_to_length

from search import article as records
from search.analysis import stem
from search.article import Article, Considered, Evidence, Record, Removed
from search.engines.whoosh.blocks import Postings, frequency_values, places_value, postings_bytes, term_bytes
from search.engines.whoosh.columns import Strings, UnusableColumns, read_arrays, write_arrays
from search.engines.whoosh.committing import SEGMENT
from search.engines.whoosh.merging import AT_ONCE, LARGEST, SMALLEST, WORN, to_put_together
from search.engines.whoosh.schema import NAME, schema
from search.engines.whoosh.segment import Segment, storage_of
from search.engines.whoosh.writing import build, put_together
from tests.make import article, person


def again(protocol: int, value: object) -> Any:
    """What another process gets of a value."""
    return pickle.loads(pickle.dumps(value, protocol))


# Postings

FIELDS = ("body", "body_stem", "agency")
"""Fields whose postings note places, how often, and nothing."""


def noted(field: str, lists: dict[int, list[int]]) -> tuple[Postings, list[bytes]]:
    """The postings of a word that stands at these places in these articles, as we write them, and the value of each as Whoosh is given it."""
    if field == "body":
        values = [places_value(places) for places in lists.values()]
        return Postings(b"word", list(lists), [len(places) for places in lists.values()], values, lengths_of(lists)), values
    if field == "body_stem":
        often = [len(places) for places in lists.values()]
        return Postings(b"word", list(lists), often, frequency_values(often), lengths_of(lists)), [frequency_values([number]) for number in often]
    return Postings(b"word", list(lists), [1] * len(lists)), [b""] * len(lists)


def lengths_of(lists: dict[int, list[int]]) -> bytes:
    """Bytes for the lengths of the articles, of which no two neighbours are equal."""
    return bytes(20 + doc * 37 % 200 for doc in lists)


def as_whoosh_writes(field: str, postings: Postings, values: list[bytes]) -> tuple[bytes, Any]:
    """The blocks that Whoosh's own writer makes, and its summary."""
    stream = BytesIO()
    writer: Any = W3Codec().postings_writer(StructFile(stream))
    writer.start_postings(schema()[field].format, W3TermInfo())
    lengths = [byte_to_length(byte) for byte in postings.lengths] if postings.lengths else [None] * len(postings.docs)
    for doc, often, value, length in zip(postings.docs, postings.often, values, lengths, strict=True):
        writer.add_posting(doc, float(often), value, length)
    info = writer.finish_postings()
    return stream.getvalue(), info


def matcher_over(field: str, data: bytes) -> Any:
    """Whoosh's matcher over blocks that stand somewhere in a file."""
    matcher: Any = W3LeafMatcher  # which Whoosh calls abstract, and is not
    return matcher(StructFile(BytesIO(b"before" + data + b"behind")), 6, len(data), schema()[field].format, term=(field, b"word"))


def every_posting(matcher: Any) -> list[tuple[Any, ...]]:
    """Each posting, with what is said of its block, by which Whoosh leaves blocks out."""
    found = []
    while matcher.is_active():
        block = matcher.block_min_id(), matcher.block_max_id(), matcher.block_min_length(), matcher.block_max_length(), matcher.block_max_weight()
        found.append((matcher.id(), matcher.weight(), matcher.value(), *block))
        matcher.next()
    return found


def assert_alike(field: str, lists: dict[int, list[int]], targets: list[int]) -> None:
    postings, values = noted(field, lists)
    (ours, summary), (theirs, info) = postings_bytes(postings), as_whoosh_writes(field, postings, values)
    assert every_posting(matcher_over(field, ours)) == every_posting(matcher_over(field, theirs))
    read = W3TermInfo.from_bytes(term_bytes(summary, 6, len(ours)))
    about = ("weight", "doc_frequency", "min_length", "max_length", "max_weight", "min_id", "max_id")
    said = W3TermInfo.from_bytes(info.to_bytes())
    assert {name: getattr(read, name)() for name in about} == {name: getattr(said, name)() for name in about}
    start, size = read.extent()
    assert (start, size if isinstance(size, int) else size[0], read.is_inlined()) == (6, len(ours), False)  # Whoosh leaves the size in a tuple
    for target in targets:
        one, other = matcher_over(field, ours), matcher_over(field, theirs)
        one.skip_to(target)
        other.skip_to(target)
        assert every_posting(one) == every_posting(other)


PLACES = st.sets(st.integers(0, 2**31), min_size=1, max_size=5).map(sorted)
LISTS = st.dictionaries(st.integers(0, 2**31 - 1), PLACES, min_size=1, max_size=20).map(lambda found: dict(sorted(found.items())))


@pytest.mark.parametrize("field", FIELDS)
@settings(max_examples=50)
@given(lists=LISTS, targets=st.lists(st.integers(0, 2**31 - 1), max_size=5))
def test_whoosh_reads_the_same_of_our_blocks_as_of_its_own(field: str, lists: dict[int, list[int]], targets: list[int]) -> None:
    assert_alike(field, lists, targets)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("number", [1, 127, 128, 129, 255, 256, 257, 700])
def test_also_where_blocks_end(field: str, number: int) -> None:
    luck = random.Random(number)
    docs = sorted(luck.sample(range(5_000), number))
    often = (1, 1, 1, 5) if number % 2 else (3,)  # a block of equal frequencies notes but one
    lists = {doc: sorted(luck.sample(range(300), luck.choice(often))) for doc in docs}
    assert_alike(field, lists, [*docs[126:130], *docs[254:258], 4_999, 5_000])


def test_a_whole_index_is_read_by_whoosh_as_it_was_given(tmp_path: Path) -> None:
    """Words of as many articles as fill blocks, one that stands in an article more than a thousand times, one behind the 65,535th place."""
    often = {f"w{number}": number for number in (1, 2, 127, 128, 129, 256, 257)}
    texts = [" ".join(word * (1 + n % 3) for word in (f" {name}" for name, number in often.items() if n < number)).split() for n in range(260)]
    texts += [[], ["many"] * 1_001 + ["far"], ["filler"] * 70_000 + ["far"] + ["many"] * 3, ["many", "far"]]
    created: Any = index.create_in(str(tmp_path), schema(), indexname=NAME)
    contents = index.TOC.read(storage_of(tmp_path), NAME)
    segment = build(tmp_path, schema(), [article(f"{n:x}", " ".join(text)) for n, text in enumerate(texts)])
    index.TOC(contents.schema, [segment], 1).write(storage_of(tmp_path), NAME)
    with created.refresh().reader() as reader:
        assert sorted(reader.field_terms("body")) == sorted({word for text in texts for word in text})
        for word in (*often, "many", "far", "filler"):
            places = {doc: [at for at, other in enumerate(text) if other == word] for doc, text in enumerate(texts) if word in text}
            assert dict(reader.postings("body", word).items_as("positions")) == places, word
            assert dict(reader.postings("body_stem", stem(word)).items_as("frequency")) == {doc: len(at) for doc, at in places.items()}, word
    opened = Segment(storage_of(tmp_path), tmp_path, segment)
    strings = opened.strings("body.words")
    for word in (*often, "many", "far", "filler"):
        expected = [(doc << 32) + at for doc, text in enumerate(texts) for at, other in enumerate(text) if other == word]
        place = strings.find(word.encode())
        assert place is not None
        assert opened.blocks("body.words", place).places().tolist() == expected, word
    opened.close()


# Putting together

VOCABULARY = ["talks", "talk", "ship", "ships", "Élysée", "al-Assad", *(f"w{n}" for n in range(30))]
NAMES = ["Lena Ostrow", "Mara Ostrow", "Jan de Wit", "Al Gas"]


def some(luck: random.Random, number: int) -> list[Article]:
    """Articles that have nothing, something or all that can be looked for."""

    def text(most: int) -> str:
        return " ".join(luck.choices(VOCABULARY, k=luck.randint(0, most)))

    return [
        article(
            f"{luck.getrandbits(64):x}",
            text(30),
            title=text(5) or None,
            date=luck.choice([None, "2022", "2022-06", "2022-06-15"]),
            agency=luck.choice([None, "SANA", "TASS", "Élan"]),
            participants=luck.sample(NAMES, luck.randint(0, 2)),
            byline=luck.sample(NAMES, luck.randint(0, 1)),
        )
        for _ in range(number)
    ]


def opened(folder: Path, entry: Any) -> Segment:
    return Segment(storage_of(folder), folder, entry)


def all_of(folder: Path, entry: Any) -> dict[str, Any]:
    """All that a segment has, but for the places in its files: columns, stored articles, every term with its postings, lengths as Whoosh has them."""
    segment = opened(folder, entry)
    found: dict[str, Any] = {}
    for name, array in segment.columns.items():
        if not name.endswith((".at", ".bytes")):  # an equal list of places may take fewer bytes where it is the same object
            found[name] = array.dtype, array.tolist()
    found["stored"] = list(segment.raw(range(segment.size)))
    reader: Any = entry.codec().terms_reader(storage_of(folder), entry)
    for (field, term), info in reader.items():
        whoosh = info.weight(), info.doc_frequency(), info.min_length(), info.max_length(), info.max_weight(), info.min_id(), info.max_id()
        found[f"term {field} {term!r}"] = whoosh, every_posting(reader.matcher(field, term, schema()[field].format))
    for name in ("body.words", "body.stems", "byline.words"):
        for place, term in enumerate(segment.strings(name)):
            blocks = segment.blocks(name, place)
            found[f"{name} {term!r}"] = blocks.docs.tolist(), blocks.often.tolist(), blocks.values
    for file in folder.glob(f"*{segment.name.removeprefix(f'{NAME}_')}*_len.col"):
        found[file.name.partition(".")[2]] = file.read_bytes()
    reader.close()
    segment.close()
    return found


@pytest.mark.parametrize("seed", range(6))
def test_what_is_put_together_is_what_would_have_been_written_at_once(seed: int, tmp_path: Path) -> None:
    luck = random.Random(seed)
    parts = [some(luck, luck.randint(1, 90)) for _ in range(luck.randint(1, 4))]
    entries = [build(tmp_path, schema(), part) for part in parts]
    left = []
    for part, entry in zip(parts, entries, strict=True):
        share = luck.choice([0, 0.1, 0.9])
        for doc, one in enumerate(part):
            if luck.random() < share:
                entry.delete_document(doc)
            else:
                left.append(one)
    sources = [opened(tmp_path, entry) for entry in entries]
    together = put_together(storage_of(tmp_path), schema(), sources, tmp_path)
    for source in sources:
        source.close()
    found = all_of(tmp_path, together)
    assert len([name for name in found if name.endswith("_len.col")]) >= 4
    assert found == all_of(tmp_path, build(tmp_path, schema(), left))


COMMITS: dict[str, list[int]] = {
    "few articles each": [64] * 3_200,
    "somewhat more": [700] * 1_000,
    "a few thousand each": [1_400] * 1_000,
    "whole segments": [SEGMENT] * 100,
    "large segments that stand beside small ones": [8_333] * 12 + [SEGMENT] * 90,
    "an archive that is written once, then every day": [2 * SEGMENT] * 30 + [100] * 1_500,
    "what comes": [random.Random(4).choice([1, 5, 50, 300, 2_000, 9_000, 2 * SEGMENT]) for _ in range(300)],
    "as many as may be in one": [LARGEST] * 5,
}


@pytest.mark.parametrize("commits", COMMITS.values(), ids=COMMITS)
def test_an_article_is_written_again_a_few_times_whatever_the_commits(commits: list[int]) -> None:
    """What has `SMALLEST` articles is written again only to become `AT_ONCE` times as many: there are three such steps up to `LARGEST`."""
    steps = 1 + 3  # the first is the one in which so few become `SMALLEST`
    luck = random.Random(4)
    segments: list[tuple[int, int]] = []  # articles, and how often any of them has been written again among `SMALLEST` or more
    for articles in commits:
        segments += [(min(SEGMENT, articles - start), 0) for start in range(0, articles, SEGMENT)]
        luck.shuffle(segments)
        sizes = [size for size, _ in segments]
        chosen = to_put_together(sizes, [0] * len(sizes))
        assert chosen == sorted(set(chosen))
        if chosen:
            together = sum(sizes[at] for at in chosen)
            assert len(chosen) > 1, "one that is whole need not be written again"
            assert together <= LARGEST
            often = max(segments[at][1] for at in chosen) + (together >= SMALLEST)
            segments = [one for at, one in enumerate(segments) if at not in chosen] + [(together, often)]
        sizes = [size for size, _ in segments]
        assert to_put_together(sizes, [0] * len(sizes)) == [], "what is put together at a commit is enough"
        assert max(often for _, often in segments) <= steps
        assert sum(size < LARGEST // 2 for size in sizes) < 3 * AT_ONCE
    assert sum(size for size, _ in segments) == sum(commits)


SIZES = st.lists(st.tuples(st.integers(1, LARGEST), st.floats(0, 1)), max_size=30)


@given(SIZES)
def test_whatever_is_worn_is_written_again_and_what_is_large_and_whole_is_not(found: list[tuple[int, float]]) -> None:
    sizes = [size for size, _ in found]
    deleted = [int(size * share) for size, share in found]
    chosen = to_put_together(sizes, deleted)
    worn = {at for at, size in enumerate(sizes) if deleted[at] > WORN * size}
    left = {at: sizes[at] - deleted[at] for at in range(len(sizes))}
    if sum(left[at] for at in worn) <= LARGEST:
        assert worn <= set(chosen)
        assert sum(left[at] for at in chosen) <= LARGEST
    assert not worn or chosen, "those that do not fit come later"
    assert [at for at in chosen if at not in worn and left[at] >= LARGEST // 2] == []


def test_worn_segments_do_not_become_one_that_is_too_large() -> None:
    sizes, deleted = [LARGEST] * 5, [int(WORN * LARGEST) + 1] * 5
    chosen = to_put_together(sizes, deleted)
    assert chosen
    assert len(chosen) == 1 or sum(sizes[at] - deleted[at] for at in chosen) <= LARGEST


# Columns


def test_a_place_is_looked_for_from_any_other_on() -> None:
    luck = random.Random(4)
    strings = sorted({bytes(luck.choices(b"\x00ab\xc3\xbf\xff", k=luck.randint(0, 4))) for _ in range(200)})
    found = Strings.of(strings)
    for key in {*strings, *(bytes(luck.choices(b"\x00ab\xc3\xbf\xff", k=luck.randint(0, 5))) for _ in range(50))}:
        for low in range(0, len(strings) + 1, 7):
            assert found.place(key, low) == bisect_left(strings, key, low)


def test_strings_between_two_places() -> None:
    strings = [b"", b"a", b"ab", b"b", b"\xff"]
    found = Strings.of(strings)
    assert all(found.between(start, end) == strings[start:end] for start in range(6) for end in range(start, 6))
    assert list(found) == [found[at] for at in range(5)] == strings
    none = Strings.of([])
    assert (list(none), none.find(b""), none.place(b"a"), none.beginning(b"a"), none.beginning(b"")) == ([], None, 0, (0, 0), (0, 0))


def test_what_begins_with_a_text_of_any_letters() -> None:
    """Also with letters whose last byte is the greatest that there is in UTF-8."""
    letters = ("a", "b", "\x7f", "\x80", "\xbf", "\xff", "\u07ff", "\U0010ffff")
    texts = sorted({(one + other + third).encode() for one in ("", *letters) for other in ("", *letters) for third in ("", "a")})
    found = Strings.of(texts)
    for prefix in texts:
        assert found.between(*found.beginning(prefix)) == [text for text in texts if text.startswith(prefix)]


ARRAYS = {"ids": np.array([b"a", b"bb"]), "none": np.zeros(0, np.int32), "days": np.arange(6, dtype=np.int32).reshape(3, 2)[:, 1]}


def changed(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return change


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "longer": lambda data: data + b"\0",
    "another version": changed(b"columns 1", b"columns 2"),
    "not JSON": changed(b'{"arrays"', b"{ arrays }"),
    "not a mapping": changed(b'{"arrays"', b'["arrays"'),
    "no arrays": changed(b'"arrays"', b'"arrows"'),
    "a place beyond the end": changed(b'"none":["<i4",[0],64]', b'"none":["<i4",[9],64]'),
    "an unknown kind": changed(b'"<i4"', b'"<?4"'),
    "a kind of objects": changed(b'"<i4"', b'"|O8"'),
    "not Unicode": changed(b"arrays", b"arr\xffys"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_columns_that_are_damaged_are_said_to_be(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    file = tmp_path / "columns"
    write_arrays(file, ARRAYS)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(UnusableColumns, match="columns"):
        read_arrays(file)


def test_columns_of_a_kind_that_numpy_cannot_parse_are_said_to_be_damaged(tmp_path: Path) -> None:
    file = tmp_path / "columns"
    write_arrays(file, ARRAYS)
    file.write_bytes(changed(b'"<i4"', b'",i4"')(file.read_bytes()))
    with pytest.raises(UnusableColumns):
        read_arrays(file)


def test_columns_cut_off_anywhere_are_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "columns"
    write_arrays(file, ARRAYS)
    whole = file.read_bytes()
    for end in range(len(whole)):
        file.write_bytes(whole[:end])
        with pytest.raises(UnusableColumns):
            read_arrays(file)


# Records

FULL = replace(
    article("1", "A body.", title="A title", date="2022-06-15", agency="SANA", participants=[person("Mara Ostrow", "minister", "Ostrow")]),
    event_days=("2022-06-14",),
    mentioned=(person("Jan de Wit"),),
    removed=(Removed("Footer", "repeated line", 3, 9), Removed("Header", "repeated line")),
    evidence=(Evidence("date", "2022-06-15", "dateline", "June 15", 0, 7, (Considered("2022", "less exact"), Considered("2021", "a year before"))),),
)


@pytest.mark.parametrize("same", [copy.copy, copy.deepcopy, *(partial(again, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1))])
def test_an_article_with_all_that_can_be_in_it_is_copied_whole(same: Callable[[Any], Any]) -> None:
    assert {name for name in FULL.to_dict() if getattr(FULL, name) != getattr(article(), name)} >= {"participants", "removed", "evidence"}
    for record in (FULL, FULL.participants[0], FULL.removed[0], FULL.evidence[0], FULL.evidence[0].considered[0]):
        copied = same(record)
        assert type(copied) is type(record)
        assert copied == record
        assert repr(copied) == repr(record)


def test_every_record_goes_the_short_way() -> None:
    kinds = [kind for kind in vars(records).values() if isinstance(kind, type) and is_dataclass(kind)]
    assert len(kinds) == 5
    assert all(issubclass(kind, Record) for kind in kinds)
