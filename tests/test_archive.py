"""An archive as a folder: made, opened, written by one at a time, rebuilt; and a sentence for every folder that is not one."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path

import pytest
from filelock import FileLock

import search
from search import indexer, intake
from search.archive import Archive
from search.engines.whoosh.engine import WhooshEngine
from search.errors import (
    ArchiveBusy,
    ArchiveError,
    DamagedArchive,
    NotAnArchive,
    OutdatedArchive,
    SourceError,
    SourceMissing,
    TooManyRemoved,
    UnknownArticle,
    UnreadableFile,
    UsageError,
)
from search.homes import LAYOUT, Marker
from search.homes import folder as in_folder
from search.request import ask
from search.sources import RawDocument


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A folder with three raw articles."""
    folder = tmp_path / "wire"
    folder.mkdir()
    (folder / "a.txt").write_text("MOSCOW (Reuters) - Ministers met on Monday and spoke about grain.\n")
    (folder / "b.txt").write_text("Harbour strike ends\n\nDockers returned to work after talks about grain.\n")
    (folder / "c.txt").write_text("Zebra born in the city zoo\n\nThe zoo showed a young zebra to visitors.\n")
    return folder


@pytest.fixture
def archive(tmp_path: Path, raw: Path) -> Archive:
    made = Archive.create(tmp_path / "index")
    made.index([raw])
    return made


def change_marker(archive: Archive, **values: object) -> None:
    file = archive.path / "archive.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_a_folder_becomes_an_archive_that_answers(archive: Archive) -> None:
    assert archive.search("grain").total == 2
    assert archive.search("grain", agency="Reuters").total == 1
    assert search.open(archive.path).search("zebra").total == 1


def test_a_second_run_changes_nothing(archive: Archive, raw: Path) -> None:
    before = archive.status().generation
    report = archive.index([raw])
    assert (report.unchanged, report.indexed, report.articles) == (3, 0, 3)
    assert archive.status().generation == before


def test_an_open_archive_sees_what_another_process_committed(archive: Archive, raw: Path) -> None:
    reader = search.open(archive.path)
    assert reader.search("giraffe").total == 0
    (raw / "d.txt").write_text("A giraffe escaped\n\nThe giraffe was found in the evening.\n")
    archive.index([raw])
    assert reader.search("giraffe").total == 1


def test_a_file_that_leaves_takes_its_article_along(archive: Archive, raw: Path) -> None:
    (raw / "c.txt").unlink()
    assert archive.index([raw]).gone == 1
    assert archive.search("zebra").total == 0


def test_one_writer_at_a_time(archive: Archive, raw: Path) -> None:
    with FileLock(archive.path / "write.lock"):
        failure: list[BaseException] = []

        def write() -> None:
            try:
                archive.index([raw])
            except ArchiveBusy as error:
                failure.append(error)

        other = threading.Thread(target=write)
        other.start()
        other.join()
        assert "Another process is writing" in str(failure[0])
        assert archive.search("grain").total == 2, "readers go on"


def test_a_rebuild_reads_the_remembered_sources_anew(archive: Archive) -> None:
    ids = sorted(hit.id for hit in archive.search("").hits)
    reader = search.open(archive.path)
    assert reader.search("grain").total == 2
    report = Archive.rebuild(archive.path)
    assert report.articles == 3
    assert sorted(hit.id for hit in reader.search("").hits) == ids, "a rebuild keeps every id, and open readers go on"
    assert len(list(archive.path.glob("data-*"))) == 1


def test_a_rebuild_that_fails_leaves_the_archive_as_it_was(archive: Archive, raw: Path) -> None:
    shutil.move(raw, raw.with_name("elsewhere"))
    with pytest.raises(SourceMissing, match="wire"):
        Archive.rebuild(archive.path)
    assert search.open(archive.path).search("grain").total == 2
    assert len(list(archive.path.glob("data-*"))) == 1


def test_an_interruption_just_after_the_swap_of_a_rebuild_loses_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = in_folder.write_marker

    def interrupted(folder: Path, marker: Marker) -> None:
        whole(folder, marker)
        raise KeyboardInterrupt

    monkeypatch.setattr(in_folder, "write_marker", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Archive.rebuild(archive.path)
    monkeypatch.undo()
    assert search.open(archive.path).search("grain").total == 2


def test_a_rebuild_never_empties_an_archive_because_a_disk_is_not_mounted(archive: Archive, raw: Path) -> None:
    for file in raw.iterdir():
        file.unlink()
    with pytest.raises(TooManyRemoved, match=r"3 of the 3 files.*--allow-removal"):
        Archive.rebuild(archive.path)
    assert search.open(archive.path).search("grain").total == 2
    assert Archive.rebuild(archive.path, allow_removal=True).articles == 0


def test_a_rebuild_keeps_the_archive_where_a_file_cannot_be_read(archive: Archive, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = intake.read

    def refusing(file: Path, *, source: str, key: bytes) -> RawDocument:
        if key == b"c.txt":
            raise UnreadableFile("The file cannot be read: permission denied.")
        return whole(file, source=source, key=key)

    monkeypatch.setattr(intake, "read", refusing)
    monkeypatch.setattr(indexer, "read", refusing)
    with pytest.raises(TooManyRemoved, match=r"c\.txt .*cannot be read now.*--allow-removal"):
        Archive.rebuild(archive.path)
    assert search.open(archive.path).search("zebra").total == 1


@pytest.mark.parametrize("name", [b"c.txt", b"caf\xe9.txt"])
def test_a_rebuild_keeps_what_the_archive_has_of_a_file_that_could_not_be_read_for_long(
    archive: Archive, raw: Path, monkeypatch: pytest.MonkeyPatch, name: bytes
) -> None:
    (raw / "c.txt").rename(raw / os.fsdecode(name))
    archive.index([raw])
    whole = intake.read

    def refusing(file: Path, *, source: str, key: bytes) -> RawDocument:
        if key == name:
            raise UnreadableFile("The file cannot be read: permission denied.")
        return whole(file, source=source, key=key)

    monkeypatch.setattr(intake, "read", refusing)
    monkeypatch.setattr(indexer, "read", refusing)
    assert archive.index([raw]).failed == 1
    assert archive.search("zebra").total == 1
    with pytest.raises(TooManyRemoved, match="cannot be read now"):
        Archive.rebuild(archive.path)
    assert search.open(archive.path).search("zebra").total == 1


def test_a_rebuild_after_a_killed_run_still_guards_what_is_in_the_archive(archive: Archive, raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in raw.iterdir():
        file.write_text(file.read_text() + "\nA line more.\n")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(WhooshEngine, "commit", killed)
    with pytest.raises(KeyboardInterrupt):
        archive.index([raw])
    monkeypatch.undo()
    (raw / "a.txt").unlink()
    (raw / "b.txt").unlink()
    with pytest.raises(TooManyRemoved, match="2 of the 3 files"):
        Archive.rebuild(archive.path)


def test_opening_while_the_archive_is_rebuilt_never_looks_like_damage(archive: Archive) -> None:
    done = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                with Archive.open(archive.path) as reader:
                    found = reader.search("grain").total
            except Exception as error:  # noqa: BLE001 - whatever goes wrong in a thread is for the assertion below
                found = error  # type: ignore[assignment]
            if found != 2:
                wrong.append(found)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    for _ in range(6):
        Archive.rebuild(archive.path)
    done.set()
    for thread in readers:
        thread.join()
    assert wrong == []


def test_rebuilding_nothing_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive):
        Archive.rebuild(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_rebuild_goes_on_without_a_source_only_when_told_to(archive: Archive, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "d.txt").write_text("A giraffe escaped\n\nThe giraffe was found in the evening.\n")
    archive.index([other])
    shutil.rmtree(other)
    with pytest.raises(SourceMissing, match=r"“other”.*--source other.*--allow-removal"):
        Archive.rebuild(archive.path)
    assert Archive.rebuild(archive.path, allow_removal=True).articles == 3
    assert [source.name for source in search.open(archive.path).status().sources] == ["wire"]


def test_a_first_run_that_was_killed_is_no_obstacle(tmp_path: Path, raw: Path) -> None:
    """A killed run can leave a data folder and no marker: the next one makes the archive and clears up."""
    folder = tmp_path / "index"
    (folder / "data-0123456789ab" / "index").mkdir(parents=True)
    (folder / "archive.json.new").write_text("{")
    with Archive.open_or_create(folder) as made:
        assert made.index([raw]).articles == 3
    assert len(list(folder.glob("data-*"))) == 1


def test_what_a_killed_rebuild_left_goes_with_the_next_run(archive: Archive, raw: Path) -> None:
    (archive.path / "data-0123456789ab").mkdir()
    archive.index([raw])
    assert len(list(archive.path.glob("data-*"))) == 1


def test_two_that_make_an_archive_at_once_do_not_undo_each_other(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    with FileLock(tmp_path / "index" / "write.lock"), pytest.raises(ArchiveBusy):
        Archive.create(tmp_path / "index")
    assert not (tmp_path / "index" / "archive.json").exists()


def test_readers_get_whole_answers_while_the_archive_is_rebuilt(archive: Archive) -> None:
    reader = search.open(archive.path)
    done = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                results = reader.search("grain")
                found = (results.total, len(list(reader.scan(ask("grain")))), reader.status().articles, reader.raw(results.hits[0].id).changed)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong in a thread is for the assertion below
                found = error  # type: ignore[assignment]
            if found != (2, 2, 3, False):
                wrong.append(found)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for thread in readers:
        thread.start()
    for _ in range(5):
        Archive.rebuild(archive.path)
    done.set()
    for thread in readers:
        thread.join()
    assert wrong == []


def test_a_folder_that_may_have_moved_is_asked_about(archive: Archive, raw: Path) -> None:
    moved = raw.rename(raw.with_name("cable"))
    with pytest.raises(SourceError, match=r"“wire”.*--source wire.*--source cable"):
        archive.index([moved])
    ids = sorted(hit.id for hit in archive.search("").hits)
    assert archive.index([moved], source="wire").unchanged == 3
    assert sorted(hit.id for hit in archive.search("").hits) == ids


def test_an_archive_of_another_layout_asks_to_be_rebuilt_and_can_be(archive: Archive) -> None:
    change_marker(archive, layout=LAYOUT + 1)
    with pytest.raises(OutdatedArchive, match=r"newer version.*Update Dateline"):
        search.open(archive.path)
    change_marker(archive, layout=LAYOUT - 1)
    with pytest.raises(OutdatedArchive, match=rf"older version.*dateline index --rebuild --index {archive.path}"):
        search.open(archive.path)
    Archive.rebuild(archive.path)
    assert search.open(archive.path).search("grain").total == 2


def test_a_damaged_index_says_so_and_can_be_rebuilt(archive: Archive) -> None:
    archive.close()
    damaged = 0
    for file in archive.path.glob("data-*/index/*"):
        if file.suffix in {".toc", ".pst"}:
            file.write_bytes(b"\x00nonsense" * 9)
            damaged += 1
    assert damaged >= 2
    with pytest.raises(DamagedArchive, match="dateline index --rebuild"):
        search.open(archive.path).search("grain")
    Archive.rebuild(archive.path)
    assert search.open(archive.path).search("grain").total == 2


def test_a_damaged_ledger_says_so_and_can_be_rebuilt(archive: Archive, raw: Path) -> None:
    for file in archive.path.glob("data-*/ledger.sqlite*"):
        file.write_bytes(b"\x00nonsense" * 999)
    with pytest.raises(DamagedArchive):
        search.open(archive.path).index([raw])
    Archive.rebuild(archive.path)
    assert search.open(archive.path).index([raw]).unchanged == 3


OUTSIDE = '{"format": "dateline-archive", "layout": 1, "engine": "whoosh", "data": "../..", "sources": []}'


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "{}", OUTSIDE])
def test_a_damaged_marker_says_so(archive: Archive, text: str) -> None:
    (archive.path / "archive.json").write_text(text)
    with pytest.raises(DamagedArchive, match=r"archive\.json"):
        search.open(archive.path)


def test_a_damaged_marker_can_be_rebuilt_from_what_the_ledger_remembers(archive: Archive) -> None:
    (archive.path / "archive.json").write_text("{")
    assert Archive.rebuild(archive.path).articles == 3
    assert search.open(archive.path).search("zebra").total == 1


def test_an_archive_that_remembers_nothing_says_so(archive: Archive) -> None:
    (archive.path / "archive.json").write_text("{")
    for data in archive.path.glob("data-*"):
        shutil.rmtree(data)
    with pytest.raises(DamagedArchive, match="is damaged"):
        Archive.rebuild(archive.path)


def test_an_archive_without_sources_has_nothing_to_be_rebuilt_from(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index"), pytest.raises(DamagedArchive, match="remembers no source"):
        Archive.rebuild(tmp_path / "index")


def test_the_archive_of_another_program_is_not_ours(archive: Archive) -> None:
    change_marker(archive, format="somebody else's")
    with pytest.raises(NotAnArchive):
        search.open(archive.path)


def test_what_is_no_archive_says_how_to_make_one(tmp_path: Path, raw: Path) -> None:
    for path in (tmp_path / "nowhere", raw, raw / "a.txt"):
        with pytest.raises(NotAnArchive, match="dateline index FOLDER"):
            search.open(path)


def test_an_archive_is_never_made_in_a_folder_that_holds_other_things(raw: Path) -> None:
    with pytest.raises(NotAnArchive, match=r"a\.txt"):
        Archive.create(raw)
    assert sorted(file.name for file in raw.iterdir()) == ["a.txt", "b.txt", "c.txt"]


def test_a_readme_and_hidden_files_are_no_obstacle(tmp_path: Path, raw: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "README.md").write_text("Archives are built here.")
    (tmp_path / "index" / ".gitkeep").write_text("")
    with Archive.open_or_create(tmp_path / "index") as made:
        assert made.index([raw]).articles == 3


def test_a_file_is_no_place_for_an_archive(raw: Path) -> None:
    with pytest.raises(ArchiveError, match="name a folder"):
        Archive.create(raw / "a.txt")


def test_the_raw_file_of_an_article(archive: Archive, raw: Path) -> None:
    (hit,) = archive.search("zebra").hits
    assert archive.raw(hit.id).text == (raw / "c.txt").read_text()
    assert not archive.raw(hit.id).changed
    (raw / "c.txt").write_text("something else")
    assert archive.raw(hit.id).changed
    (raw / "c.txt").unlink()
    with pytest.raises(UnreadableFile):
        archive.raw(hit.id)


def test_an_unknown_id_says_so(archive: Archive) -> None:
    for id in ("0000000000000000", "", "../../etc/passwd", "x" * 10_000):
        with pytest.raises(UnknownArticle):
            archive.get(id)


def test_the_id_of_a_duplicate_leads_to_the_article_that_stands_for_it(archive: Archive, raw: Path) -> None:
    (hit,) = archive.search("zebra").hits
    shutil.copy(raw / "c.txt", raw / "aa.txt")
    archive.index([raw])
    (first,) = archive.search("zebra").hits
    assert first.path == "aa.txt"
    with pytest.raises(UnknownArticle, match=first.id):
        archive.get(hit.id)


def test_values_that_cannot_be_meant_say_what_can(archive: Archive) -> None:
    with pytest.raises(UsageError, match="2022-06-15"):
        archive.search("grain", date="yesteryear")
    with pytest.raises(UsageError, match="relevance, newest, oldest"):
        archive.search("grain", sort="best")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="pages count from 1"):
        archive.search("grain", page=0)
    with pytest.raises(UsageError, match="There are date, agency"):
        ask("grain", {"author": ["me"]})


def test_status_accounts_for_every_source(archive: Archive, raw: Path) -> None:
    status = archive.status()
    assert (status.articles, status.engine, status.layout) == (3, "whoosh", LAYOUT)
    (source,) = status.sources
    assert (source.name, source.path, source.present, source.states) == ("wire", str(raw), True, {"indexed": 3})
    assert status.bytes > 1000
    assert json.loads(json.dumps(status.to_dict()))["articles"] == 3


def test_an_archive_whose_folder_vanishes_says_so(archive: Archive) -> None:
    reader = search.open(archive.path)
    shutil.rmtree(archive.path)
    with pytest.raises(NotAnArchive):
        reader.search("grain")


def test_who_appears_with_whom_is_asked_of_the_archive(archive: Archive, raw: Path) -> None:
    (raw / "d.txt").write_text("MOSCOW (Reuters) - President Ines Valdo met Prime Minister Karim Haddad on Monday and spoke about grain.\n")
    archive.index([raw])
    found = archive.together(ask("grain"))
    assert (found.field, found.total, [person.label for person in found.people]) == ("participants", 3, ["Ines Valdo", "Karim Haddad"])
    assert [(pair.one, pair.other, pair.count) for pair in found.pairs] == [("@ines-valdo", "@karim-haddad", 1)]
    alone = archive.together(ask("grain"), "people", 1)
    assert (alone.field, len(alone.people), alone.pairs, alone.more) == ("people", 1, (), 1)
    with pytest.raises(UsageError, match="1 to 40"):
        archive.together(ask("grain"), limit=41)


def test_results_show_themselves_in_a_notebook(archive: Archive) -> None:
    html = archive.search("zebra <script>alert(1)</script>")._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert "<mark>zebra</mark>" in archive.search("zebra")._repr_html_()


def test_keywords_exclude_set_any_or_all_and_ask_for_an_explanation(archive: Archive) -> None:
    everything = archive.search(explain=True)
    agency = next(value for value in everything.facet("agency").values)
    assert archive.search(not_agency=agency.value).total == (everything.total or 0) - agency.count
    assert archive.search(agency=[agency.value, "nobody at all"]).total == agency.count
    assert archive.search(agency=[agency.value, "nobody at all"], agency_mode="all").total == 0
    assert everything.explanation is not None
    assert archive.search().explanation is None


def test_a_keyword_that_there_is_not_and_an_empty_value_are_refused(archive: Archive) -> None:
    with pytest.raises(UsageError, match="no parameter “limits”"):
        archive.search("grain", limits=5)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="not_agency"):
        archive.search(not_agency="")
