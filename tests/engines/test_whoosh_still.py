"""Is it still Whoosh, whatever is asked of it and done to it? Scores, finds, changes by plain Whoosh, columns and helping processes, by chance.

The hand-made cases of the same stand in test_whoosh_itself.py and test_whoosh_bm25f.py.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from whoosh import index, query
from whoosh.reading import SegmentReader
from whoosh.scoring import BM25F
from whoosh.util.numeric import byte_to_length, length_to_byte

from search import answering
from search.analysis import stem
from search.article import Article
from search.engines import open_engine
from search.engines.base import Engine, View
from search.engines.whoosh import committing
from search.engines.whoosh.columns import read_arrays, write_arrays
from search.engines.whoosh.merging import to_put_together
from search.engines.whoosh.schema import FACET_TERMS, NAME, stem_field
from search.engines.whoosh.segment import Segment, storage_of
from search.engines.whoosh.writing import build
from search.errors import ArchiveBusy, EngineError, UnknownArticle
from search.plan import Expansion, Having, Sequence, Term, plan
from search.query.parser import parse
from search.query.tree import WORD_FIELDS, Everything, Node
from search.request import SearchRequest
from tests.engines.chance import Chance
from tests.engines.harbour import harbour
from tests.make import article

ANYWHERE = ("title", "standfirst", "body")
"""The fields of a word that is typed without one."""

VOCABULARY = ["harbour", "harbours", "ship", "ships", "shipping", "port", "minister", "ministers", "talks", "talk", "camp", "the", "of", "grain"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    with open_engine("whoosh", folder, create=True) as made:
        yield made


def never(*_: object) -> list[int]:
    """In place of `to_put_together`: segments stay as they were committed."""
    return []


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "to_put_together", never)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Archives of several segments with articles of all kinds: by commits of which later ones replace and delete what earlier ones brought."""
    made: dict[int, Path] = {}

    def of(seed: int) -> Path:
        if seed not in made:
            made[seed] = tmp_path_factory.mktemp("prepared") / "index"
            with pytest.MonkeyPatch.context() as patch, open_engine("whoosh", made[seed], create=True) as engine:
                patch.setattr(committing, "to_put_together", never)
                for part in range(4):
                    Chance(10 * seed + part).fill(engine)
        return made[seed]

    return of


@pytest.fixture
def seed() -> int:
    """Of the archive, where a test does not name others."""
    return 12


@pytest.fixture
def filled(seed: int, prepared: Callable[[int], Path], folder: Path, apart: None) -> Iterator[Engine]:
    """Several segments with deleted articles."""
    shutil.copytree(prepared(seed), folder)
    with open_engine("whoosh", folder) as opened:
        assert len(segments(folder)) > 3
        assert any(entry.deleted_count() for entry in segments(folder))
        yield opened


def articles_of(engine: Engine) -> list[Article]:
    return list(engine.view().scan(Everything(), "oldest"))


def segments(folder: Path) -> list[Any]:
    """The segments as Whoosh's table of contents names them."""
    return list(index.TOC.read(storage_of(folder), NAME).segments)


# Scores


class Asked(NamedTuple):
    """A search as it is typed, and what it is in Whoosh's own words; `without` is what must not be in an article."""

    text: str
    whoosh: Any
    without: Any = None


def texts(luck: random.Random, most: int) -> str:
    return " ".join(luck.choices(VOCABULARY, k=luck.randint(1, most)))


def some(luck: random.Random, number: int, lengths: Iterable[int] = (8, 60, 400)) -> list[Article]:
    """Articles of few words, in which every word is frequent somewhere; with lengths that Whoosh's byte rounds."""
    return [
        article(
            f"{luck.getrandbits(60):x}",
            texts(luck, luck.choice(list(lengths))),
            title=texts(luck, 6) if luck.random() < 0.7 else None,
            standfirst=texts(luck, 9) if luck.random() < 0.5 else None,
            byline=[texts(luck, 2)] if luck.random() < 0.5 else [],
            url=f"https://example.org/{luck.choice(VOCABULARY)}" if luck.random() < 0.5 else None,
        )
        for _ in range(number)
    ]


def leaf(luck: random.Random) -> Asked:
    """A word, phrase or pattern, in any text or in one field."""
    fields = luck.choice([ANYWHERE, ANYWHERE, ANYWHERE, *((field,) for field in WORD_FIELDS)])
    prefix = "" if fields == ANYWHERE else f"{fields[0]}:"

    def asked(text: str, make: Callable[[str], Any]) -> Asked:
        return Asked(prefix + text, query.Or([make(field) for field in fields]))

    run = luck.choices(VOCABULARY, k=luck.choice([2, 2, 3]))
    word = run[0]
    some_of_it = luck.choice([f"{word[:1]}*{word[-1]}", f"*{word[-2:]}", f"?{word[1:]}", f"{word[0]}?*"])
    return luck.choice([
        asked(word, lambda field: query.Term(stem_field(field), stem(word))),
        asked(word, lambda field: query.Term(stem_field(field), stem(word))),
        asked(f"={word}", lambda field: query.Term(field, word)),
        asked(f'="{" ".join(run)}"', lambda field: query.Phrase(field, run)),
        asked(f"{word[:3]}*", lambda field: query.Prefix(field, word[:3])),
        asked(some_of_it, lambda field: query.Wildcard(field, some_of_it)),
    ])  # fmt: skip


def any_of(asked: list[Asked]) -> Asked:
    return Asked(f"({' OR '.join(one.text for one in asked)})", query.Or([one.whoosh for one in asked])) if len(asked) > 1 else asked[0]


def all_of(asked: list[Asked]) -> Asked:
    return Asked(f"({' AND '.join(one.text for one in asked)})", query.And([one.whoosh for one in asked])) if len(asked) > 1 else asked[0]


def chance(luck: random.Random) -> Asked:
    """Words of which all, or any of a group, must be in an article, and now and then one that must not."""
    wanted = all_of([any_of([leaf(luck) for _ in range(luck.choice([1, 1, 2, 3]))]) for _ in range(luck.choice([1, 1, 2, 3]))])
    if luck.random() < 0.8:
        return wanted
    without = leaf(luck)
    return Asked(f"{wanted.text} NOT {without.text}", wanted.whoosh, without.whoosh)


def ours(view: View, text: str) -> dict[str, float]:
    parsed = parse(text)
    assert parsed.problems == ()
    page = view.page(plan(parsed.query).query, SearchRequest(text, parsed.query, limit=100))
    assert page.next is None
    return {hit.id: score for hit, score in page.hits}


def theirs(searcher: Any, asked: Asked) -> dict[str, float]:
    found = {hit["id"]: hit.score for hit in searcher.search(asked.whoosh, limit=None)}
    if asked.without is None:
        return found
    # Whoosh's AndNot lets an excluded article through now and then, and its Not adds 1: put together here.
    excluded = {hit["id"] for hit in searcher.search(asked.without, limit=None)}
    return {id: score for id, score in found.items() if id not in excluded}


def equal(found: dict[str, float]) -> Any:
    """Scores to be met, relatively, as they lie between 0.1 and 50. Both reckon with doubles from the same whole numbers; what is left for the
    tolerance is the order in which Whoosh adds, which is its own business."""
    return pytest.approx(found, rel=1e-6, abs=0)


def assert_scored_alike(engine: Engine, folder: Path, searches: Iterable[Asked], least: int) -> None:
    """`least` so many of the searches must find something for this to say anything."""
    view, finding = engine.view(), 0
    with index.open_dir(str(folder)).searcher(weighting=BM25F()) as searcher:
        for asked in searches:
            expected = theirs(searcher, asked)
            assert ours(view, asked.text) == equal(expected), asked.text
            finding += bool(expected)
    assert finding >= least


STATES = ("one segment", "several", "several with deleted articles", "put together again")
SEARCHES = 60


@pytest.fixture
def whooshs_ranking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_RANKING", "whoosh-bm25f")


@pytest.mark.usefixtures("whooshs_ranking")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("seed", range(2))
def test_scores_of_any_search_are_whooshs_own(seed: int, state: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    luck = random.Random(seed)
    articles = [*some(luck, 60), *harbour()]
    luck.shuffle(articles)
    step = len(articles) if state == "one segment" else 15
    with monkeypatch.context() as patch, open_engine("whoosh", folder, create=True) as engine:
        patch.setattr(committing, "to_put_together", never)
        for start in range(0, len(articles), step):
            engine.add(articles[start : start + step])
            engine.commit()
        if state in STATES[2:]:
            engine.delete([one.id for one in luck.sample(articles, 20)])
            engine.commit()
        if state == STATES[3]:
            patch.undo()
            engine.add(some(luck, 3))
            engine.commit()
        with index.open_dir(str(folder)).reader() as reader:
            leaves = reader.leaf_readers()
            assert (len(leaves) > 1, reader.has_deletions()) == (state in STATES[1:3], state == STATES[2])
        assert_scored_alike(engine, folder, [chance(luck) for _ in range(SEARCHES)], SEARCHES // 2)


@pytest.mark.usefixtures("whooshs_ranking", "apart")
def test_what_the_parts_add_is_the_score(engine: Engine) -> None:
    luck = random.Random(1)
    for _ in range(2):
        engine.add(some(luck, 20))
        engine.commit()
    view = engine.view()
    for asked in (chance(luck) for _ in range(20)):
        found = plan(parse(asked.text).query).query
        for id, score in ours(view, asked.text).items():
            assert sum(part.value for part in view.scores(found, id)) == pytest.approx(score), asked.text


@pytest.mark.usefixtures("whooshs_ranking")
def test_of_a_group_only_what_the_article_has_all_of_is_scored(engine: Engine, folder: Path) -> None:
    luck = random.Random(0)
    engine.add(some(luck, 60, (8,)))
    engine.commit()
    word = {text: Asked(text, query.Or([query.Term(stem_field(field), stem(text)) for field in ANYWHERE])) for text in ("camp", "talks", "grain")}
    assert_scored_alike(engine, folder, [any_of([all_of([word["camp"], word["talks"]]), word["grain"]])], 1)


def exact_lengths(most: int) -> list[int]:
    return [length for length in range(1, most) if byte_to_length(length_to_byte(length)) == length]


@pytest.mark.usefixtures("whooshs_ranking", "apart")
def test_scores_are_whooshs_own_where_it_has_put_segments_together(engine: Engine, folder: Path) -> None:
    luck = random.Random(2)
    short = max(length for length in range(1, 100) if exact_lengths(length + 1) == list(range(1, length + 1)))
    assert short >= 9
    for _ in range(3):
        engine.add(some(luck, 20, (short,)))
        engine.commit()
    engine.delete(list(engine.ids())[::6])
    engine.commit()
    index.open_dir(str(folder)).optimize()
    assert_scored_alike(engine, folder, [chance(luck) for _ in range(SEARCHES)], SEARCHES // 2)


@pytest.mark.usefixtures("whooshs_ranking")
def test_also_where_lengths_are_rounded(engine: Engine, folder: Path) -> None:
    engine.add([article("1", "ship " * 700), article("2", "ship"), article("3", "grain")])
    engine.commit()
    index.open_dir(str(folder)).optimize()
    ship = Asked("body:ship", query.Term("body_stem", "ship"))
    assert_scored_alike(engine, folder, [ship], 1)


# What plain Whoosh finds


def found_by(view: View, asked: Node) -> list[str]:
    return sorted(one.id for one in view.scan(asked, "oldest"))


@pytest.mark.parametrize("seed", [4, 7])
def test_plain_whoosh_finds_the_same_in_several_segments_with_deleted_articles(seed: int, filled: Engine, folder: Path) -> None:
    every, view = articles_of(filled), filled.view()
    with index.open_dir(str(folder)).searcher() as searcher:
        reader = searcher.reader()
        assert len(searcher.leaf_searchers()) == len(segments(folder))

        def same(whoosh: Any, plan: Node) -> int:
            """How many articles both find."""
            found = sorted(hit["id"] for hit in searcher.search(whoosh, limit=None))
            assert found == found_by(view, plan), whoosh
            return len(found)

        assert same(query.Every(), Everything()) == len(every)
        for hit in searcher.search(query.Every(), limit=None):
            assert hit.fields().keys() == {"id", "article"}
            assert view.get(hit["id"]) in every
        numbers = set()
        for field in WORD_FIELDS:
            there = [*reader.field_terms(field), "nowhere"]
            numbers |= {same(query.Term(field, word), Term(word, True, (field,))) for word in there}
            for word in [*reader.field_terms(stem_field(field)), "nowhere"]:
                same(query.Term(stem_field(field), word), Term(word, False, (field,)))
            for start in sorted({word[:2] for word in there}):
                same(query.Prefix(field, start), Expansion("prefix", start, (field,)))
        assert 0 in numbers, "of some words every article is deleted"
        assert len(numbers) > 3
        pairs = list(product(reader.field_terms("body"), repeat=2))
        numbers = {same(query.Phrase("body", list(run)), Sequence(run, True, ("body",))) for run in pairs}
        assert numbers >= {0, 1}
        three = [(one, other, third) for one, other in pairs for third in ("talks", "talk", "sanaa")]
        for run in (run for run in three if found_by(view, Sequence(run[:2], True, ("body",)))):
            same(query.Phrase("body", list(run)), Sequence(run, True, ("body",)))
        for field in (*FACET_TERMS, "id"):
            for value in [*reader.field_terms(field), "nowhere"]:
                if field == "id":
                    found = [hit["id"] for hit in searcher.search(query.Term(field, value), limit=None)]
                    assert found == [id for id in view.ids() if id == value]
                else:
                    same(query.Term(field, value), Having(field, (value,)))


# What plain Whoosh writes


def answers(view: View, chance: Chance, number: int = 10) -> list[Any]:
    """What is answered to random searches, with all counts and scores; and all articles."""
    found: list[Any] = [sorted(view.ids()), list(view.scan(Everything(), "oldest")), view.terms("", "a", "bo")]
    for request in [chance.request() for _ in range(number)]:
        results = answering.search(view, request)
        hits = [(hit.id, pytest.approx(hit.score, rel=1e-9)) for hit in results.hits]
        found.append((request, results.total, results.left_out, hits, [facet.to_dict() for facet in results.facets], results.people))
    return found


def writer(folder: Path, **settings: Any) -> Any:
    return index.open_dir(str(folder)).writer(**settings)


def optimise(folder: Path) -> None:
    index.open_dir(str(folder)).optimize()


def optimise_loosely(folder: Path) -> None:
    writer(folder, compound=False).commit(optimize=True)


def put_two_together(folder: Path) -> None:
    """So that a segment of Whoosh's stands beside some of ours."""

    def two(writing: Any, there: list[Any]) -> list[Any]:
        *others, one, other = sorted(there, key=lambda entry: entry.doc_count())
        for entry in (one, other):
            with SegmentReader(writing.storage, writing.schema, entry) as reader:
                writing.add_reader(reader)
        return others

    writer(folder).commit(mergetype=two)


def files(folder: Path, kind: str) -> list[str]:
    return sorted(file.name for file in folder.glob(f"*.{kind}"))


CHANGES = (optimise, optimise_loosely, put_two_together)
"""What plain Whoosh does with its segments."""


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", [4, 12])
def test_what_plain_whoosh_puts_together_is_answered_as_before(seed: int, change: Callable[[Path], None], filled: Engine, folder: Path) -> None:
    every = articles_of(filled)
    with open_engine("whoosh", folder) as asked, open_engine("whoosh", folder) as unasked:
        before, generation = answers(asked.view(), Chance(seed)), asked.generation()
        old, untouched = asked.view(), unasked.view()
        there = files(folder, "columns")
        change(folder)
        assert len(segments(folder)) == (len(there) - 1 if change is put_two_together else 1)
        assert len(files(folder, "columns")) == len(segments(folder)) - 1, "Whoosh has written a segment, without columns"
        assert len(files(folder, "seg")) == (0 if change is optimise_loosely else 1)
        assert asked.count() == len(every)
        assert answers(asked.view(), Chance(seed)) == before
        assert asked.generation() != generation
        assert answers(old, Chance(seed)) == before, "who has begun goes on with the state before, though its files are gone"
        assert answers(untouched, Chance(seed)) == before
        assert (old.generation, untouched.generation) == (generation, generation)
    made = {name: (folder / name).stat().st_mtime_ns for name in files(folder, "columns")}
    assert len(made) == len(segments(folder))
    with open_engine("whoosh", folder) as anew:
        assert answers(anew.view(), Chance(seed)) == before
    assert {name: (folder / name).stat().st_mtime_ns for name in made} == made, "columns are made again once"


@pytest.mark.parametrize("change", CHANGES)
def test_we_put_together_what_plain_whoosh_has_written(
    change: Callable[[Path], None], filled: Engine, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What becomes of Whoosh's segment and of ours, each with deleted articles, is what would have been written at once."""
    every = articles_of(filled)
    change(folder)
    filled.delete([every[0].id])
    filled.add([article("f1", "talks of the harbour", title="al-Assad talks", agency="TASS"), article("f2", "talks")])
    filled.commit()
    filled.delete(["f2".zfill(16)])
    filled.commit()
    assert len(segments(folder)) > 1
    assert sum(entry.deleted_count() > 0 for entry in segments(folder)) > 1
    monkeypatch.setattr(committing, "to_put_together", to_put_together)
    filled.add([article("f3", "refugees")])
    filled.commit()
    assert len(segments(folder)) == 1
    assert sorted(filled.ids()) == sorted([*(one.id for one in every[1:]), "f1".zfill(16), "f3".zfill(16)])
    with at_once(filled, tmp_path) as other:
        assert contents(folder, exactly=False) == contents(tmp_path / "at once", exactly=False)
        assert answers(filled.view(), Chance(4)) == answers(other.view(), Chance(4))


@contextmanager
def at_once(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """The articles of an engine in the order that they have there, written anew by one commit."""
    with open_engine("whoosh", tmp_path / "at once", create=True) as other:
        other.add(engine.get(id) for id in list(engine.ids()))
        other.commit()
        yield other


def contents(folder: Path, *, exactly: bool = True) -> list[Any]:
    """The segments: their columns, articles, and postings. Whoosh stores articles and postings in other bytes: not exactly, these are left out."""
    opened = [Segment(storage_of(folder), folder, entry) for entry in segments(folder)]
    try:
        return [
            (
                {name: (a.dtype, a.tolist()) for name, a in one.columns.items() if exactly or not name.endswith((".at", ".bytes"))},
                [one.article(doc) for doc in range(one.size)],
                (list(one.raw(range(one.size))), bytes(one._postings)) if exactly else None,
            )
            for one in opened
        ]
    finally:
        for one in opened:
            one.close()


@pytest.mark.parametrize("then", [None, optimise], ids=["", "and optimises"])
def test_what_plain_whoosh_deletes_is_as_if_it_had_never_been(
    then: Callable[[Path], None] | None, filled: Engine, folder: Path, tmp_path: Path
) -> None:
    every = articles_of(filled)
    generation = filled.generation()
    gone = every[1::3]
    deleting = writer(folder)
    for one in gone:
        assert deleting.delete_by_term("id", one.id) == 1
    deleting.commit(merge=False)
    if then:
        then(folder)
    assert filled.generation() != generation
    with open_engine("whoosh", tmp_path / "without", create=True) as other:
        other.add(one for one in every if one not in gone)
        other.commit()
        expected = answers(other.view(), Chance(7))
    assert answers(filled.view(), Chance(7)) == expected
    with open_engine("whoosh", folder) as anew:
        assert answers(anew.view(), Chance(7)) == expected
    for one in gone:
        with pytest.raises(UnknownArticle):
            filled.get(one.id)
    filled.add(gone)
    filled.commit()
    assert sorted(filled.ids()) == sorted(one.id for one in every)


def without_any(engine: Engine, folder: Path) -> None:
    engine.add(harbour())
    engine.commit()
    deleting = writer(folder)
    for id in list(engine.ids()):
        deleting.delete_by_term("id", id)
    deleting.commit(merge=False)


def test_plain_whoosh_may_delete_everything(engine: Engine, folder: Path) -> None:
    without_any(engine, folder)
    assert (engine.count(), list(engine.ids()), engine.view().terms("")) == (0, [], [[]])
    engine.add(harbour()[:2])
    engine.commit()
    assert engine.count() == 2


def test_and_optimise_what_is_left(engine: Engine, folder: Path) -> None:
    without_any(engine, folder)
    optimise(folder)
    assert engine.count() == 0


def test_plain_whoosh_may_do_so_where_nothing_ever_was(engine: Engine, folder: Path) -> None:
    optimise(folder)
    writer(folder).commit()
    assert engine.count() == 0
    engine.add(harbour()[:2])
    engine.commit()
    assert engine.count() == 2


def test_plain_whoosh_and_we_do_not_write_at_once(engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.add(harbour()[:3])
    engine.commit()
    plain = writer(folder)
    engine.add(harbour()[3:])
    with pytest.raises(ArchiveBusy):
        engine.commit()
    plain.cancel()
    assert engine.count() == 3
    refused: list[str] = []

    def while_we_write(*given: Any) -> Any:
        with pytest.raises(index.LockError):
            writer(folder)
        refused.append("LockError")
        return build(*given)

    monkeypatch.setattr(committing, "build", while_we_write)
    engine.commit()
    assert (refused, engine.count()) == (["LockError"], 8)


# Columns


def test_columns_are_made_again_a_part_at_a_time(filled: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a segment of more articles than are taken at once."""
    before = contents(folder)
    most = max(len(articles) for _, articles, _ in before)
    assert most > 3
    for at_once in (1, 3, most):
        monkeypatch.setattr("search.engines.whoosh.segment._AT_ONCE", at_once)
        for name in files(folder, "columns"):
            (folder / name).unlink()
        assert contents(folder) == before
    assert len(files(folder, "columns")) == len(before)


def test_columns_of_whooshs_segment_are_those_that_we_would_have_written(filled: Engine, folder: Path, tmp_path: Path) -> None:
    with at_once(filled, tmp_path):
        optimise(folder)
        assert contents(folder, exactly=False) == contents(tmp_path / "at once", exactly=False)


DAMAGE: dict[str, Callable[[bytes, bytes], bytes | None]] = {
    "missing": lambda data, other: None,
    "empty": lambda data, other: b"",
    "cut short by a byte": lambda data, other: data[:-1],
    "too long": lambda data, other: data + b"\0",
    "garbage": lambda data, other: random.Random(1).randbytes(5_000),
    "of another version": lambda data, other: data.replace(b"columns 1\n", b"columns 0\n", 1),
    "of another segment": lambda data, other: other,
    "without the last array": lambda data, other: data.replace(b'"url.stems.words"', b'"url.stems.wordz"', 1),
}
"""What becomes of the bytes of one of several files of columns."""


def without(file: Path, name: str) -> None:
    arrays = {other: array.copy() for other, array in read_arrays(file).items() if other != name}
    write_arrays(file, arrays)


def two_files(folder: Path) -> tuple[Path, Path]:
    """The columns of two segments of different sizes."""
    sizes = {entry.segment_id(): entry.doc_count_all() for entry in segments(folder)}
    one, *others = sorted(sizes, key=lambda name: sizes[name])
    (other,) = [name for name in others if sizes[name] != sizes[one]][:1]
    return folder / f"{other}.columns", folder / f"{one}.columns"


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_columns_of_one_segment_are_made_again(damage: Callable[[bytes, bytes], bytes | None], filled: Engine, folder: Path) -> None:
    before = answers(filled.view(), Chance(3), 5)
    whole = contents(folder)
    file, other = two_files(folder)
    untouched = {name: (folder / name).stat().st_ino for name in files(folder, "columns") if name != file.name}
    data = file.read_bytes()
    damaged = damage(data, other.read_bytes())
    assert damaged != data
    file.unlink()  # and not written over: the engine has it mapped
    if damaged is not None:
        file.write_bytes(damaged)
    file.with_name(f"{file.name}.new").write_bytes(data[:100])  # what a process leaves that is killed while it writes
    with open_engine("whoosh", folder) as anew:
        assert answers(anew.view(), Chance(3), 5) == before
    assert contents(folder) == whole
    assert file.read_bytes() == data
    assert {name: (folder / name).stat().st_ino for name in untouched} == untouched, "the others are left alone"
    assert files(folder, "new") == []
    assert answers(filled.view(), Chance(3), 5) == before


def test_columns_without_ids_are_made_again(filled: Engine, folder: Path) -> None:
    before = answers(filled.view(), Chance(3), 1)
    without(two_files(folder)[0], "ids")
    with open_engine("whoosh", folder) as anew:
        assert answers(anew.view(), Chance(3), 1) == before


def test_a_folder_that_may_only_be_read_is_answered_whenever_it_is_opened(filled: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answers(filled.view(), Chance(3), 5)
    optimise(folder)
    refused: list[Path] = []

    def read_only(path: Path, _: object) -> None:
        refused.append(path)
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr("search.engines.whoosh.segment.write_arrays", read_only)
        for _ in range(2):
            with open_engine("whoosh", folder) as anew:
                assert answers(anew.view(), Chance(3), 5) == before
        assert answers(filled.view(), Chance(3), 5) == before
    assert len(refused) == 3
    assert files(folder, "columns") == []
    with open_engine("whoosh", folder) as anew:
        assert answers(anew.view(), Chance(3), 5) == before
    assert files(folder, "columns") == [refused[0].name], "they are kept as soon as they can be"


def test_who_has_columns_open_does_not_need_their_file(filled: Engine, folder: Path) -> None:
    with open_engine("whoosh", folder) as opened:
        for name in files(folder, "columns"):
            (folder / name).unlink()
        assert answers(opened.view(), Chance(3), 5) == answers(filled.view(), Chance(3), 5)
        opened.add([article("f1", "talks")])
        opened.commit()
        assert (opened.count(), filled.count()) == (len(list(filled.ids())),) * 2
    with open_engine("whoosh", folder) as anew:
        assert answers(anew.view(), Chance(3), 5) == answers(filled.view(), Chance(3), 5)


# Helping processes

PART = 20
"""Articles of a segment here, so that several processes have something to do."""


def test_the_index_is_the_same_however_many_processes_write_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "SEGMENT", PART)
    first, second = some(random.Random(5), 3 * PART - 5), [*some(random.Random(6), PART + 3), *harbour()]
    found = {}
    for processes in (1, 3):
        folder = tmp_path / str(processes)
        with open_engine("whoosh", folder, create=True) as engine, monkeypatch.context() as patch:
            patch.setattr(committing, "to_put_together", never)
            engine.add(first)
            engine.commit(processes)
            assert len(segments(folder)) == 3
            apart, before = contents(folder), answers(engine.view(), Chance(5))
            patch.undo()
            engine.add(second)
            engine.delete([first[3].id])
            engine.commit(processes)
            assert len(segments(folder)) == 1
            found[processes] = apart, before, contents(folder), answers(engine.view(), Chance(5))
    assert found[1] == found[3]
    assert [len(articles) for _, articles, _ in found[1][0]] == [PART, PART, PART - 5]


def dies(folder: Path, schema: Any, articles: Any) -> Any:
    """In place of `build`: whoever helps is killed, as where there is no memory left."""
    if multiprocessing.parent_process() is not None:
        os._exit(9)
    return build(folder, schema, articles)


def full(folder: Path, schema: Any, articles: Any) -> Any:
    """In place of `build`: whoever helps finds the disk full."""
    if multiprocessing.parent_process() is not None:
        raise OSError(errno.ENOSPC, "No space left on device")
    return build(folder, schema, articles)


@pytest.mark.parametrize(("broken", "said"), [(dies, "BrokenProcessPool"), (full, "No space left on device")])
def test_a_helper_that_fails_is_a_sentence_and_the_next_commit_works(
    broken: Callable[..., Any], said: str, engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "SEGMENT", PART)
    engine.add(harbour())
    engine.commit()
    before, generation = answers(engine.view(), Chance(5), 3), engine.generation()
    with monkeypatch.context() as patch:
        patch.setattr(committing, "build", broken)
        engine.add(some(random.Random(5), 2 * PART + 1))
        engine.delete([harbour()[0].id])
        for _ in range(2):
            with pytest.raises(EngineError, match=rf"could not be written \({said}.*The state before is kept"):
                engine.commit(2)
    assert (engine.generation(), answers(engine.view(), Chance(5), 3)) == (generation, before)
    with open_engine("whoosh", folder) as other:
        assert (other.generation(), answers(other.view(), Chance(5), 3)) == (generation, before)
    engine.commit(2)
    assert engine.count() == len(harbour()) - 1 + 2 * PART + 1
    names = {entry.segment_id() for entry in segments(folder)}
    assert {file.name.partition(".")[0] for file in folder.glob(f"{NAME}_*.*")} == names, "nothing of what failed is left"
