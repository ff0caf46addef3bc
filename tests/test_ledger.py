"""What the ledger keeps, which of equal articles leads, and what is said of a ledger that cannot be used."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.errors import ArchiveBusy, ArchiveError, DamagedArchive, OutdatedArchive
from search.ledger import Duplicate, Entry, FileRecord, Ledger, Shift, database
from search.origin import Source


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "ledger.sqlite") as made:
        made.add_source(Source("desk", Path("/raw/desk")))
        made.add_source(Source("wire", Path("/raw/wire")))
        yield made


def place(ledger: Ledger, source: str, key: bytes, *articles: tuple[str, str]) -> Shift:
    entries = [Entry(str(at), id, content) for at, (id, content) in enumerate(articles)]
    return ledger.place(source, key, size=6, file_hash="f00d", version="1", articles=entries)


def shift(enter: str = "", leave: str = "") -> Shift:
    return Shift(frozenset(enter.split()), frozenset(leave.split()))


def states(ledger: Ledger) -> dict[str, str]:
    return {f"{file.source}/{file.path}": file.state for file in ledger.files()}


def test_a_source_is_remembered_with_the_names_of_its_fields(ledger: Ledger) -> None:
    source = Source("wire", Path("/raw/wire"), (("body", "Text"), ("date", "When")))
    ledger.add_source(source)
    assert ledger.sources()[1] == source


def test_a_source_is_remembered_and_can_move(ledger: Ledger) -> None:
    ledger.add_source(Source("desk", Path(os.fsdecode(b"/new/caf\xe9"))))
    assert ledger.sources() == (Source("desk", Path(os.fsdecode(b"/new/caf\xe9"))), Source("wire", Path("/raw/wire")))


def test_the_origin_of_an_article_is_its_file_with_what_was_read_of_it(ledger: Ledger) -> None:
    place(ledger, "desk", b"sub/\xff.txt", ("1", "A"))
    assert ledger.origin("1") == FileRecord("desk", b"sub/\xff.txt", Path(os.fsdecode(b"/raw/desk/sub/\xff.txt")), 6, "f00d", "1", "pending", None)
    assert ledger.origin("2") is None


def test_an_article_waits_until_the_index_holds_it(ledger: Ledger) -> None:
    assert place(ledger, "desk", b"a.txt", ("1", "A")) == shift(enter="1")
    assert (states(ledger), ledger.article_count()) == ({"desk/a.txt": "pending"}, 0)
    ledger.confirm(["1"], "g1")
    assert (states(ledger), ledger.article_count(), ledger.generation()) == ({"desk/a.txt": "indexed"}, 1, "g1")


def test_a_change_that_is_announced_leaves_the_generation_open_until_it_is_confirmed(ledger: Ledger) -> None:
    ledger.confirm([], "g1")
    ledger.announce()
    assert ledger.generation() is None


def test_of_equal_articles_the_first_by_source_path_and_place_leads(ledger: Ledger) -> None:
    assert place(ledger, "wire", b"a.txt", ("4", "A")) == shift(enter="4")
    assert place(ledger, "desk", b"z.txt", ("3", "A")) == shift(enter="3", leave="4")
    assert place(ledger, "desk", b"a.txt", ("1", "A"), ("2", "A")) == shift(enter="1", leave="3")
    ledger.confirm("1", "g1")
    assert states(ledger) == {"desk/a.txt": "indexed", "desk/z.txt": "duplicate", "wire/a.txt": "duplicate"}
    assert ledger.duplicate("4") == Duplicate("wire", "a.txt", "1", "desk", "a.txt")
    assert ledger.duplicate("1") is None
    assert ledger.duplicates("desk", b"a.txt") == (Duplicate("desk", "a.txt", "1", "desk", "a.txt"),)


def test_when_the_leader_goes_the_next_one_waits_to_take_its_place(ledger: Ledger) -> None:
    place(ledger, "desk", b"a.txt", ("1", "A"))
    place(ledger, "wire", b"b.txt", ("2", "A"))
    place(ledger, "wire", b"c.txt", ("3", "A"))
    ledger.confirm("1", "g1")
    assert ledger.withdraw("desk", b"a.txt", "gone") == shift(leave="1")
    assert ledger.pending(9) == [("wire", b"b.txt", "2")]
    assert states(ledger) == {"desk/a.txt": "gone", "wire/b.txt": "pending", "wire/c.txt": "duplicate"}


def test_a_file_read_again_replaces_its_articles(ledger: Ledger) -> None:
    place(ledger, "desk", b"a.txt", ("1", "A"), ("2", "B"))
    ledger.confirm("12", "g1")
    assert place(ledger, "desk", b"a.txt", ("1", "C"), ("3", "B")) == shift(enter="1 3", leave="1 2")
    assert ledger.origin("2") is None


def test_a_file_that_cannot_be_read_keeps_what_is_in_the_index_and_no_place_in_the_queue(ledger: Ledger) -> None:
    place(ledger, "desk", b"a.txt", ("1", "A"))
    place(ledger, "desk", b"b.txt", ("2", "A"), ("3", "B"))
    ledger.confirm("13", "g1")
    assert ledger.keep("desk", b"b.txt", "failed", "No permission.") == shift()
    record = ledger.file("desk", b"b.txt")
    assert record is not None
    assert (record.state, record.reason, record.file_hash) == ("failed", "No permission.", "f00d")
    assert ledger.article_count() == 2
    ledger.withdraw("desk", b"a.txt", "gone")
    assert ledger.pending(9) == []


def test_of_a_file_that_is_read_in_parts_what_is_not_met_again_goes_with_the_last(ledger: Ledger) -> None:
    place(ledger, "desk", b"a.txt", ("1", "A"), ("2", "B"), ("3", "C"))
    ledger.confirm("123", "g1")
    ledger.begin("desk", b"a.txt")
    assert ledger.add("desk", b"a.txt", [Entry("1", "2", "B"), Entry("x", "4", "D")]) == shift(enter="2 4", leave="2")
    record = ledger.file("desk", b"a.txt")
    assert record is not None
    assert record.file_hash is None, "a run that is killed now has to read the file again"
    last = ledger.place("desk", b"a.txt", size=6, file_hash="cafe", version="1", articles=[Entry("y", "5", "E")])
    assert last == shift(enter="5", leave="1 3")
    assert [id for _, id, _ in ledger.articles_of("desk", b"a.txt")] == ["2", "4", "5"]


def test_a_file_that_was_being_read_when_a_run_was_killed_waits(ledger: Ledger) -> None:
    ledger.begin("desk", b"a.txt")
    assert states(ledger) == {"desk/a.txt": "pending"}


def test_records_that_could_not_be_read_are_kept_until_the_file_is_read_again(ledger: Ledger) -> None:
    broken = [("line 7", "It is cut off."), ("line 9", "It says \udcff.")]
    ledger.place("desk", b"a.txt", size=6, file_hash="f00d", version="1", articles=[Entry("", "1", "A")], broken=broken)
    assert ledger.broken("desk", b"a.txt") == [("line 7", "It is cut off."), ("line 9", "It says \\udcff.")]
    place(ledger, "desk", b"a.txt", ("1", "A"))
    assert ledger.broken("desk", b"a.txt") == []


def test_states_are_counted_by_source(ledger: Ledger) -> None:
    place(ledger, "desk", b"a.txt", ("1", "A"))
    place(ledger, "wire", b"a.txt", ("2", "A"))
    place(ledger, "wire", b"b.txt", ("3", "B"))
    ledger.withdraw("wire", b"c.txt", "skipped", "It is empty.")
    ledger.withdraw("wire", b"d.txt", "failed", "Unreadable.")
    ledger.withdraw("wire", b"e.txt", "gone")
    ledger.confirm("13", "g1")
    assert ledger.states_by_source() == {"desk": {"indexed": 1}, "wire": {"duplicate": 1, "indexed": 1, "skipped": 1, "failed": 1, "gone": 1}}


def test_all_files_are_listed_in_order_however_many_there_are(ledger: Ledger) -> None:
    keys = [f"{number:04}.txt".encode() for number in range(1500)]
    for key in random.Random(1).sample(keys, len(keys)):
        ledger.withdraw("desk", key, "skipped", "It is empty.")
    ledger.withdraw("wire", b"0.txt", "skipped", "It is empty.")
    assert [(file.source, file.key) for file in ledger.files()] == [("desk", key) for key in keys] + [("wire", b"0.txt")]


def test_a_reason_that_is_not_unicode_is_kept_as_it_can_be(ledger: Ledger) -> None:
    ledger.withdraw("desk", b"a.txt", "failed", "It says \udcff.")
    record = ledger.file("desk", b"a.txt")
    assert record is not None
    assert record.reason == "It says \\udcff."


def test_comparing_finds_what_the_index_lacks_and_what_it_has_too_much(ledger: Ledger) -> None:
    place(ledger, "desk", b"same.txt", ("1", "A"))
    place(ledger, "desk", b"other text.txt", ("2", "B"))
    place(ledger, "desk", b"missing.txt", ("3", "C"))
    place(ledger, "wire", b"duplicate.txt", ("4", "A"))
    ledger.confirm("123", "g1")
    assert ledger.compare([("1", "A"), ("2", "X"), ("4", "A"), ("5", "E")]) == ["4", "5"]
    assert ledger.pending(9) == [("desk", b"missing.txt", "3"), ("desk", b"other text.txt", "2")]


def test_runs_are_kept_the_latest_first_and_one_without_an_end_says_so(ledger: Ledger) -> None:
    assert (ledger.runs(), ledger.last_run()) == ((), None)
    ledger.finish_run(ledger.start_run(), {"indexed": 2})
    ledger.start_run()
    killed, done = ledger.runs()
    assert (killed.finished, killed.counts) == (None, None)
    assert done.counts == {"indexed": 2}
    assert ledger.last_run() == done.finished


def test_what_is_rolled_back_never_was(ledger: Ledger) -> None:
    place(ledger, "desk", b"a.txt", ("1", "A"))
    ledger.rollback()
    assert states(ledger) == {}


def test_another_process_reads_the_last_state_while_a_batch_is_being_written(ledger: Ledger) -> None:
    place(ledger, "desk", b"a.txt", ("1", "A"))
    ledger.confirm("1", "g1")
    place(ledger, "desk", b"b.txt", ("2", "B"))
    with Ledger.open(ledger.database.path) as reader:
        assert states(reader) == {"desk/a.txt": "indexed"}
        ledger.confirm("2", "g2")
        assert states(reader) == {"desk/a.txt": "indexed", "desk/b.txt": "indexed"}


def test_a_reader_that_stops_half_way_does_not_hold_up_the_writer(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3000):
        ledger.withdraw("desk", b"%d.txt" % number, "skipped", "It is empty.")
    ledger.commit()
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.0)
    with Ledger.open(ledger.database.path) as reader, Ledger.open(ledger.database.path) as writer:
        listing = reader.files()
        next(listing)
        writer.add_source(Source("new", Path("/raw/new")))
        assert len(list(listing)) == 2999


def test_a_ledger_that_another_process_holds_is_busy(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    place(ledger, "desk", b"a.txt", ("1", "A"))
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.0)
    with Ledger.open(ledger.database.path) as second, pytest.raises(ArchiveBusy, match="Another process holds"):
        second.add_source(Source("new", Path("/raw/new")))


def test_a_missing_ledger_is_damage(tmp_path: Path) -> None:
    with pytest.raises(DamagedArchive, match=r"ledger\.sqlite is missing\."):
        Ledger.open(tmp_path / "ledger.sqlite")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no database" * 500, b"SQLite format 3\0" + bytes(range(256)) * 20])
def test_a_file_that_is_no_ledger_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(content)
    with pytest.raises(DamagedArchive, match=r"is damaged|is not a ledger"):
        Ledger.open(tmp_path / "ledger.sqlite")


def test_another_programs_database_is_not_a_ledger(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "ledger.sqlite")
    other.execute("PRAGMA user_version = 1")
    other.execute("CREATE TABLE files (name TEXT)")
    other.close()
    with pytest.raises(DamagedArchive, match="is not a ledger of Dateline's"):
        Ledger.open(tmp_path / "ledger.sqlite")


def test_damage_inside_is_said_when_it_is_met(ledger: Ledger) -> None:
    for number in range(2000):
        ledger.withdraw("desk", b"%d.txt" % number, "skipped", "It is empty.")
    ledger.commit()
    ledger.close()
    content = bytearray(ledger.database.path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    ledger.database.path.write_bytes(content)
    with Ledger.open(ledger.database.path) as damaged, pytest.raises(DamagedArchive, match="is damaged"):
        list(damaged.files())


@pytest.mark.parametrize(("layout", "age"), [(0, "an older"), (99, "a newer")])
def test_a_ledger_of_another_layout_is_outdated(ledger: Ledger, layout: int, age: str) -> None:
    ledger.database.change(f"PRAGMA user_version = {layout}")
    ledger.commit()
    with pytest.raises(OutdatedArchive, match=f"was written by {age} version of Dateline"):
        Ledger.open(ledger.database.path)


def test_a_ledger_is_not_made_over_another_file(ledger: Ledger) -> None:
    with pytest.raises(ArchiveError, match="exists already"):
        Ledger.create(ledger.database.path)


def test_a_folder_where_no_file_can_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be used"):
        Ledger.create(tmp_path / "nowhere" / "ledger.sqlite")
