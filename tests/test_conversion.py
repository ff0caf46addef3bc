"""An archive moves to another engine: the same articles and answers, no raw file read, and whatever goes wrong leaves it as it was."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import search
from search import conversion, engines
from search.archive import Archive
from search.article import Article
from search.engines.whoosh.engine import WhooshEngine
from search.engines.whoosh.view import WhooshView
from search.errors import ArchiveBusy, ArchiveError, DamagedArchive, EngineMissing, NotAnArchive, OutdatedArchive, UsageError
from search.homes import CLUSTER_ENGINE, folder
from search.homes.folder import FolderHome
from search.ledger import Ledger
from search.report import Progress
from search.request import ask
from search.results import Results
from tests.other_engine import OtherEngine
from tests.skipping import need_tantivy, uninstall_tantivy

ROOT = Path(__file__).resolve().parent.parent
OTHER = engines.EngineEntry("tests.other_engine", "OtherEngine", "pip install other", 2.0)

SEARCHES: tuple[dict[str, Any], ...] = (
    {},
    {"text": "grain"},
    {"text": '"talks about grain" OR zeb*'},
    {"text": "participant:Borisov"},
    {"agency": "Reuters"},
    {"agency": "none", "sort": "oldest"},
    {"participant": "Yury Borisov", "sort": "newest"},
    {"date": "2022-06"},
)


@pytest.fixture(autouse=True)
def other(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is an engine “other”."""
    monkeypatch.setitem(engines.ENGINES, "other", OTHER)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A folder with raw articles: a duplicate, names that meet in one person, a correction."""
    made = tmp_path / "wire"
    made.mkdir()
    (made / "a.txt").write_text("MOSCOW, June 15, 2022 (Reuters) - Deputy Foreign Minister Yury Borisov said on Monday that grain was moving.\n")
    (made / "b.txt").write_text("Harbour strike ends\n\nDockers returned to work after talks about grain, minister Yuri Borisov told reporters.\n")
    (made / "c.txt").write_text("Zebra born in the city zoo\n\nThe zoo showed a young zebra to visitors.\n")
    (made / "d.txt").write_text("Zebra born in the city zoo\n\nThe zoo showed a young zebra to visitors.\n")
    (made / "corrections.toml").write_text('[[article]]\npath = "b.txt"\ndate = "2022-06"\n')
    return made


@pytest.fixture
def archive(tmp_path: Path, raw: Path) -> Archive:
    made = Archive.create(tmp_path / "index")
    assert made.index([raw]).articles == 3
    return made


def articles(archive: Archive) -> list[Article]:
    return list(archive.scan(ask("", sort="oldest")))


def told(results: Results) -> tuple[object, ...]:
    """What has to be the same on every engine: what is found, how often, and every count."""
    return results.total, sorted(hit.id for hit in results.hits), [facet.to_dict() for facet in results.facets], results.canonical


def answers(archive: Archive) -> list[tuple[object, ...]]:
    return [told(archive.search(**asked)) for asked in SEARCHES]


def data_folders(archive: Archive) -> list[Path]:
    return list(archive.path.glob("data-*"))


def agreed(archive: Archive) -> str | None:
    """The engine's state of which the ledger knows; null where a run was killed."""
    (data,) = data_folders(archive)
    with Ledger.open(data / "ledger.sqlite") as ledger:
        return ledger.generation()


@pytest.mark.parametrize("engine", ["other", "tantivy"])
def test_there_and_back_keeps_every_article_and_every_answer(archive: Archive, raw: Path, engine: str) -> None:
    if engine == "tantivy":
        need_tantivy()
    before, said = articles(archive), answers(archive)
    assert [results[0] for results in said] == [3, 2, 2, 2, 1, 2, 2, 2]
    shutil.move(raw, raw.with_name("elsewhere"))  # the raw files are not needed
    for there in (engine, "whoosh"):
        report = Archive.convert(archive.path, engine=there)
        assert (report.engine, report.articles, report.nothing_changed) == (there, 3, False)
        with Archive.open(archive.path) as opened:
            assert opened.status().engine == there
            assert articles(opened) == before
            assert answers(opened) == said
        assert answers(archive) == said, "who had it open goes on"
        assert len(data_folders(archive)) == 1
    shutil.move(raw.with_name("elsewhere"), raw)


@pytest.mark.parametrize("engine", ["other", "tantivy"])
def test_the_next_runs_go_on_as_if_nothing_had_happened(archive: Archive, raw: Path, engine: str, tmp_path: Path) -> None:
    if engine == "tantivy":
        need_tantivy()
    Archive.convert(archive.path, engine=engine)
    generation = archive.status().generation
    assert agreed(archive) == generation, "nothing has to be reconciled"
    again = archive.index([raw])
    assert again.nothing_changed
    assert (again.unchanged, again.articles) == (4, 3)
    assert archive.status().generation == generation
    assert search.open(archive.path).status().last_run is not None

    (raw / "corrections.toml").write_text('[[article]]\npath = "b.txt"\ndate = "2021"\n[[names.hide]]\nnames = ["Yuri Borisov"]\n')
    (raw / "c.txt").unlink()
    (raw / "e.txt").write_text("Ferry sails\n\nThe ferry sailed again, said Ana Costa.\n")
    archive.index([raw])
    with Archive.create(tmp_path / "fresh") as fresh:
        fresh.index([raw])
        assert articles(archive) == articles(fresh)
        assert answers(archive) == answers(fresh)


def test_a_rebuild_keeps_the_engine_unless_another_is_named(archive: Archive) -> None:
    Archive.convert(archive.path, engine="other")
    Archive.rebuild(archive.path)
    assert archive.status().engine == "other"
    Archive.rebuild(archive.path, engine="whoosh")
    assert archive.status().engine == "whoosh"
    assert archive.search("grain").total == 2


def test_a_rebuild_with_a_damaged_marker_keeps_the_engine(archive: Archive) -> None:
    need_tantivy()
    Archive.convert(archive.path, engine="tantivy")
    (archive.path / "archive.json").write_text("{")
    Archive.rebuild(archive.path)
    assert search.open(archive.path).status().engine == "tantivy"


def test_an_engine_that_the_archive_has_already_changes_nothing(archive: Archive) -> None:
    before = sorted(archive.path.rglob("*"))
    report = Archive.convert(archive.path, engine="whoosh")
    assert (report.before, report.engine, report.nothing_changed, report.articles) == ("whoosh", "whoosh", True, 3)
    assert sorted(archive.path.rglob("*")) == before


def test_an_empty_archive_moves_too(tmp_path: Path, raw: Path) -> None:
    with Archive.create(tmp_path / "empty") as empty:
        assert Archive.convert(empty.path, engine="other").articles == 0
        assert empty.index([raw]).articles == 3


def test_articles_are_read_as_they_are_written_and_never_held_together(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion, "BATCH", 2)
    read: list[str] = []
    committed: list[tuple[int, int]] = []
    scan, commit = conversion._batches, OtherEngine.commit

    def counted(given: Iterable[Article]) -> Iterable[list[Article]]:
        return scan(read.append(article.id) or article for article in given)  # type: ignore[func-returns-value]

    def noted(engine: OtherEngine, processes: int = 1) -> None:
        committed.append((len(read), len(engine._changes.articles)))
        commit(engine, processes)

    monkeypatch.setattr(conversion, "_batches", counted)
    monkeypatch.setattr(OtherEngine, "commit", noted)
    Archive.convert(archive.path, engine="other")
    assert committed == [(2, 2), (3, 1)]


def test_long_articles_make_small_batches(monkeypatch: pytest.MonkeyPatch, archive: Archive) -> None:
    monkeypatch.setattr(conversion, "BATCH_LETTERS", 1)
    assert [len(batch) for batch in conversion._batches(articles(archive))] == [1, 1, 1]


# What goes wrong leaves the archive as it was


def test_a_copy_that_lacks_an_article_is_refused(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    add = WhooshEngine.add
    monkeypatch.setattr(OtherEngine, "add", lambda engine, given: add(engine, list(given)[1:]))
    with pytest.raises(ArchiveError, match=r"The copy has 2 articles and the archive 3\. The archive was left as it was"):
        Archive.convert(archive.path, engine="other")
    assert (archive.status().engine, archive.search("grain").total, len(data_folders(archive))) == ("whoosh", 2, 1)


def test_a_copy_in_which_one_word_differs_is_refused(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    add = WhooshEngine.add

    def garbling(engine: WhooshEngine, given: Iterable[Article]) -> None:
        add(engine, [replace(article, body=article.body.replace("young", "yonug")) for article in given])

    monkeypatch.setattr(OtherEngine, "add", garbling)
    with pytest.raises(ArchiveError, match=r"The article wire/c\.txt .* is not the same in the copy\. The archive was left"):
        Archive.convert(archive.path, engine="other")
    assert (archive.status().engine, archive.search("young").total, len(data_folders(archive))) == ("whoosh", 1, 1)


def test_a_disk_without_room_for_a_second_copy_is_a_sentence(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    (data,) = data_folders(archive)
    index, ledger = sum(file.stat().st_size for file in (data / "index").iterdir()), (data / "ledger.sqlite").stat().st_size
    usage = shutil.disk_usage(archive.path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2 * index + ledger - 1))
    with pytest.raises(ArchiveError, match=rf"The disk of {archive.path} has .* free, and the copy takes about .*Make room"):
        Archive.convert(archive.path, engine="other")
    assert archive.status().engine == "whoosh"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2 * index + ledger))
    assert Archive.convert(archive.path, engine="other").articles == 3


def test_what_a_killed_conversion_left_takes_no_room_from_the_next(archive: Archive) -> None:
    left = archive.path / "data-0123456789ab"
    left.mkdir()
    there: list[bool] = []
    Archive.convert(archive.path, engine="other", progress=lambda _: there.append(left.exists()))
    assert there == [False] * 4


def test_a_damaged_archive_says_what_helps(archive: Archive) -> None:
    archive.close()
    for file in archive.path.glob("data-*/ledger.sqlite"):
        file.write_bytes(b"\x00nonsense" * 999)
    with pytest.raises(DamagedArchive, match="dateline index --rebuild"):
        Archive.convert(archive.path, engine="other")
    assert len(data_folders(archive)) == 1


def test_there_is_no_archive_to_move(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="dateline index FOLDER"):
        Archive.convert(tmp_path / "nowhere", engine="other")
    assert not (tmp_path / "nowhere").exists()


class Killed(BaseException):
    """The process ends here."""


STEPS = (
    (OtherEngine, ("add", "commit", "close")),
    (Ledger, ("copy", "announce", "confirm")),
    (conversion, ("_compare",)),
    (folder, ("open_engine", "write_marker", "sweep")),
    (FolderHome, ("check_room",)),
    (os, ("fsync",)),
    (Path, ("replace",)),
)
"""Calls that a conversion makes: it is killed before and after each."""


def convert_until(path: Path, steps: int) -> bool:
    """Convert, and be killed after so many steps, without a chance to clear up. Whether it came to its end."""
    left = steps

    def step() -> None:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1

    def around(call: Callable[..., Any]) -> Callable[..., Any]:
        def tripping(*given: Any, **named: Any) -> Any:
            step()
            result = call(*given, **named)
            step()
            return result

        return tripping

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        for home, names in STEPS:
            for name in names:
                patch.setattr(home, name, around(getattr(home, name)))
        try:
            Archive.convert(path, engine="other")
        except Killed:
            return False
        return True


def test_killed_at_any_step_it_leaves_one_archive_or_the_other_and_the_next_run_finds_nothing_to_do(
    tmp_path: Path, archive: Archive, raw: Path
) -> None:
    before, said = articles(archive), answers(archive)
    archive.close()
    steps, finished, had = 0, False, []
    while not finished:
        path = shutil.copytree(archive.path, tmp_path / f"{steps}")
        finished = convert_until(path, steps)
        with Archive.open(path) as killed:
            had.append(killed.status().engine)
            assert articles(killed) == before
            assert answers(killed) == said
            assert killed.index([raw]).nothing_changed
            assert len(data_folders(killed)) == 1, "what the killed one left is swept"
        steps += 1
    assert had == sorted(had, reverse=True), "the old one until the swap, and the new one from then on"
    assert had.count("whoosh") > 20
    assert had.count("other") > 2


KILLED = """
import os, sys
from search import conversion, engines
from search.archive import Archive
engines.ENGINES["other"] = engines.EngineEntry("tests.other_engine", "OtherEngine", "", 1.0)
conversion._compare = lambda *_: os._exit(9)
Archive.convert(sys.argv[1], engine="other")
"""


def test_a_process_that_is_killed_leaves_no_lock_and_can_be_run_again(archive: Archive) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, archive.path], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == 9
    assert (archive.status().engine, len(data_folders(archive))) == ("whoosh", 2)
    assert Archive.convert(archive.path, engine="other").articles == 3
    assert len(data_folders(archive)) == 1


def test_what_a_killed_run_left_undone_is_finished_by_the_next_one(archive: Archive, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (raw / "b.txt").write_text("Harbour strike goes on\n\nDockers did not return to work.\n")
    (raw / "c.txt").unlink()
    (raw / "d.txt").unlink()

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(WhooshEngine, "commit", killed)
    with pytest.raises(Killed):
        archive.index([raw])
    monkeypatch.undo()
    monkeypatch.setitem(engines.ENGINES, "other", OTHER)
    assert Archive.convert(archive.path, engine="other").articles == 3, "what the engine has"
    assert agreed(archive) is None
    archive.index([raw])
    assert (archive.search("=returned").total, archive.search("grain").total, archive.search("zebra").total) == (0, 1, 0)
    assert archive.index([raw]).nothing_changed


# To another place


@pytest.mark.parametrize("engine", ["other", "whoosh"])
def test_a_copy_elsewhere_is_the_same_archive_and_the_archive_stays(archive: Archive, raw: Path, tmp_path: Path, engine: str) -> None:
    there = tmp_path / "new" / "copy"
    before, said, files = articles(archive), answers(archive), sorted(archive.path.rglob("*"))
    report = Archive.convert(archive.path, engine=engine, to=there)
    assert (report.path, report.to, report.before, report.engine) == (str(archive.path), str(there), "whoosh", engine)
    assert (report.articles, report.nothing_changed) == (3, False)
    assert sorted(archive.path.rglob("*")) == files
    assert archive.status().engine == "whoosh"
    with Archive.open(there) as copy:
        assert copy.status().engine == engine
        assert (articles(copy), answers(copy)) == (before, said)
        assert [(s.name, s.path) for s in copy.sources()] == [(s.name, s.path) for s in archive.sources()]
        assert agreed(copy) == copy.status().generation
        assert copy.index([raw]).nothing_changed


def test_a_place_that_is_taken_is_left_alone(archive: Archive, raw: Path, tmp_path: Path) -> None:
    with Archive.create(tmp_path / "taken") as taken, pytest.raises(NotAnArchive, match=r"There is an archive in .*taken already"):
        Archive.convert(archive.path, engine="other", to=taken.path)
    with pytest.raises(NotAnArchive, match=r"There is an archive in .*already"):
        Archive.convert(archive.path, engine="other", to=archive.path)
    with pytest.raises(NotAnArchive, match="holds other things"):
        Archive.convert(archive.path, engine="other", to=raw)
    assert (archive.search("grain").total, Archive.open(tmp_path / "taken").status().articles) == (2, 0)


def test_what_goes_wrong_leaves_no_archive_in_the_other_place(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add = WhooshEngine.add
    there = tmp_path / "copy"
    with monkeypatch.context() as patch:
        patch.setattr(OtherEngine, "add", lambda engine, given: add(engine, list(given)[1:]))
        with pytest.raises(ArchiveError, match="The copy has 2 articles"):
            Archive.convert(archive.path, engine="other", to=there)
    assert not Archive.exists(there)
    assert list(there.glob("data-*")) == []
    assert Archive.convert(archive.path, engine="other", to=there).articles == 3


def test_the_room_that_counts_is_that_of_the_other_place(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage, asked = shutil.disk_usage(tmp_path), []

    def full(path: Path) -> object:
        asked.append(path)
        return usage._replace(free=10)

    monkeypatch.setattr(shutil, "disk_usage", full)
    with pytest.raises(ArchiveError, match=r"The disk of .*new/copy has 10 bytes free"):
        Archive.convert(archive.path, engine="other", to=tmp_path / "new" / "copy")
    assert asked == [tmp_path], "the nearest folder that is there"
    assert not (tmp_path / "new").exists()


class Elsewhere(FolderHome):
    """A home of archives with the engine “opensearch”, and no other."""

    default_engine = CLUSTER_ENGINE

    def check_engine(self, name: str) -> None:
        if name != CLUSTER_ENGINE:
            raise UsageError(f"The engine {name} keeps archives in folders.")


def test_an_engine_of_another_kind_of_place_needs_one(archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"engine opensearch keeps archives on a cluster: say where .* --to https://HOST:9200/NAME$"):
        Archive.convert(archive.path, engine=CLUSTER_ENGINE)
    with pytest.raises(UsageError, match=r"engine whoosh keeps archives in folders: say where .* --to FOLDER$"):
        Archive.convert(Elsewhere(archive.path), engine="whoosh")
    with pytest.raises(UsageError, match="engine whoosh keeps archives in folders"):
        Archive.convert(archive.path, engine="whoosh", to=Elsewhere(tmp_path / "there"))
    with pytest.raises(UsageError, match="engine opensearch keeps archives on a cluster, not in a folder"):
        Archive.convert(archive.path, engine=CLUSTER_ENGINE, to=tmp_path / "there")
    assert not (tmp_path / "there").exists()
    monkeypatch.setitem(engines.ENGINES, CLUSTER_ENGINE, replace(OTHER))
    monkeypatch.setattr(OtherEngine, "name", CLUSTER_ENGINE)
    there = Elsewhere(tmp_path / "there")
    assert Archive.convert(archive.path, engine=CLUSTER_ENGINE, to=there).articles == 3
    back = Archive.convert(there, engine="whoosh", to=tmp_path / "back")
    assert (back.path, back.to, back.articles) == (str(tmp_path / "there"), str(tmp_path / "back"), 3)
    assert answers(Archive.open(tmp_path / "back")) == answers(archive)


def test_parts_that_do_not_answer_end_it(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WhooshView, "complete", False)
    with pytest.raises(ArchiveError, match=r"Parts of the archive did not answer.*left as it was"):
        Archive.convert(archive.path, engine="other")
    assert len(data_folders(archive)) == 1


# The checksum


def test_the_checksum_is_what_the_documents_say(archive: Archive) -> None:
    lines = [
        f"{article.id} {hashlib.sha256(json.dumps(article.to_dict(), sort_keys=True, separators=(',', ':')).encode()).hexdigest()}\n"
        for article in archive.scan(ask(""))
    ]
    expected = hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()
    assert [Archive.convert(archive.path, engine=engine).checksum for engine in ("other", "whoosh")] == [expected, expected]
    assert Archive.convert(archive.path, engine="whoosh").checksum is None


def test_the_checksum_depends_on_every_value_and_on_no_order(archive: Archive) -> None:
    def checksum(given: Iterable[Article]) -> str:
        one = conversion.Checksum()
        for article in given:
            one.add(article)
        return one.value()

    found = articles(archive)
    assert checksum(found) == checksum(reversed(found))
    others = {checksum([replace(found[0], **{name: "x"}), *found[1:]]) for name in ("id", "body", "title", "place", "content_hash")}
    assert len({checksum(found), checksum(found[1:]), *others}) == 7


# Who is at it meanwhile


def test_nobody_writes_meanwhile_and_readers_go_on(archive: Archive, raw: Path) -> None:
    said, during, refused = answers(archive), [], []

    def write() -> None:
        try:
            archive.index([raw])
        except ArchiveBusy as error:
            refused.append(str(error))

    def show(_: Progress) -> None:
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        during.append(answers(archive))

    Archive.convert(archive.path, engine="other", progress=show)
    assert len(during) >= 4
    assert during == [said] * len(during)
    assert len(refused) == len(during)
    assert answers(archive) == said


def test_readers_get_whole_answers_while_the_archive_moves_to_and_fro(archive: Archive) -> None:
    reader = search.open(archive.path)
    done = threading.Event()
    wrong: list[object] = []
    met: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        while not done.is_set():
            try:
                results, status = reader.search("grain"), reader.status()
                met.put(status.engine)
                found = (results.total, len(list(reader.scan(ask("")))), status.articles, reader.raw(results.hits[0].id).changed)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong in a thread is for the assertion below
                found = error  # type: ignore[assignment]
            if found != (2, 3, 3, False):
                wrong.append(found)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    try:
        for engine in ("other", "whoosh") * 3:
            Archive.convert(archive.path, engine=engine)
            while met.get(timeout=30) != engine:
                pass
    finally:
        done.set()
        for thread in readers:
            thread.join()
    assert wrong == []


def test_progress_counts_every_article_twice(archive: Archive) -> None:
    seen: list[Progress] = []
    Archive.convert(archive.path, engine="other", progress=seen.append)
    assert [state.phase for state in seen] == sorted((state.phase for state in seen), reverse=True)
    assert {(state.phase, state.done) for state in seen} >= {("copying", 0), ("copying", 3), ("comparing", 3)}
    assert {state.total for state in seen} == {3}


# Which engine


def test_an_engine_that_is_not_installed_names_the_command_that_installs_it(archive: Archive, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_tantivy()
    with Archive.create(archive.path.with_name("fast"), "tantivy") as fast:
        fast.index([raw])
    uninstall_tantivy(monkeypatch)
    command = r"In Dateline's folder: pip install '\.\[fast\]'$"
    with pytest.raises(EngineMissing, match=command):
        Archive.convert(archive.path, engine="tantivy")
    with pytest.raises(EngineMissing, match=command):
        Archive.create(archive.path.with_name("new"), "tantivy")
    assert not archive.path.with_name("new").exists()
    with pytest.raises(EngineMissing, match=r"pip install '\.\[fast\]' Or build the archive again: dateline index --rebuild --engine whoosh"):
        search.open(fast.path)
    with pytest.raises(EngineMissing, match=command):
        Archive.rebuild(fast.path)
    assert Archive.rebuild(fast.path, engine="whoosh").articles == 3, "the raw files are a way out"


def test_an_unknown_engine_says_which_there_are(archive: Archive, tmp_path: Path) -> None:
    says = r"There is no engine “lucene”\. There are whoosh, tantivy, opensearch"
    for call in (Archive.convert, Archive.rebuild):
        with pytest.raises(UsageError, match=says):
            call(archive.path, engine="lucene")
    for make in (Archive.create, Archive.open_or_create):
        with pytest.raises(UsageError, match=says):
            make(tmp_path / "new", "lucene")
    assert not (tmp_path / "new").exists()
    with pytest.raises(UsageError, match=says):
        Archive.open_or_create(archive.path, "lucene")


def test_an_archive_with_an_engine_of_a_later_version_says_so(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    Archive.convert(archive.path, engine="other")
    monkeypatch.delitem(engines.ENGINES, "other")
    with pytest.raises(OutdatedArchive, match=r"“other”.*Update Dateline, or .*dateline index --rebuild --engine whoosh --index"):
        search.open(archive.path)
    Archive.rebuild(archive.path, engine="whoosh")
    assert search.open(archive.path).search("grain").total == 2


def test_an_archive_is_opened_with_its_engine_or_not_at_all(archive: Archive) -> None:
    assert Archive.open_or_create(archive.path, "whoosh").search("grain").total == 2
    with pytest.raises(UsageError, match=rf"has the engine whoosh.*dateline convert --engine other --index {archive.path}$"):
        Archive.open_or_create(archive.path, "other")
    assert Archive.open_or_create(archive.path).status().engine == "whoosh"
