"""Copies of a ledger that follow a log: what is recorded, what is taken up, and what becomes of a copy whose process was killed."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from search.errors import ArchiveBusy, ArchiveError, DamagedArchive, OutdatedArchive
from search.extraction.identity import article_id
from search.ledger import LAYOUT, Entry, Ledger, replica
from search.ledger.census import Census
from search.ledger.recorded import RecordedDatabase
from search.ledger.replica import LogState, Part, PartGone, Replica, worth_a_snapshot
from search.origin import Source
from search.persons import Decisions
from tests.log import Log, dump


@pytest.fixture
def log() -> Log:
    return Log(Replica.first())


@pytest.fixture
def copy(tmp_path: Path, log: Log) -> Iterator[Replica]:
    with Replica.open("one", tmp_path / "one") as made:
        made.catch_up(log.state, log)
        yield made


def reader(log: Log, folder: Path) -> dict[str, list[object]]:
    """What a copy says that is new in that folder, or is as an earlier one left it."""
    with Replica.open("other", folder) as other:
        other.catch_up(log.state, log)
        return dump(other.path)


def test_what_one_copy_changes_another_says_too_in_every_table(tmp_path: Path, log: Log, copy: Replica) -> None:
    chance = random.Random(7)
    reader(log, tmp_path / "b")
    with copy.ledger(writing=True) as ledger:
        for number in range(30):
            change(ledger, chance)
            ledger.confirm([id for _, _, id in ledger.pending(99)], f"g{number}")
            log.publish(copy)
            if number % 7 == 0:
                assert reader(log, tmp_path / "b") == dump(copy.path)
    assert reader(log, tmp_path / "b") == reader(log, tmp_path / "c") == dump(copy.path)
    filled = {table for table, rows in dump(copy.path).items() if rows}
    assert filled >= {"articles", "files", "sources", "broken", "engine", "decided", "names", "naming", "untold", "shown", "corrections", "taken_up"}


def change(ledger: Ledger, chance: random.Random) -> None:
    """Something of everything that a run may change."""
    source, key = chance.choice(["desk", "wire"]), chance.choice([b"a", b"b\xff", b"c"])
    ledger.add_source(Source(source, Path(os.fsdecode(b"/raw/\xff")), (("body", chance.choice(["Text", "Body"])),)))
    texts = chance.sample("ABCDE", chance.randint(1, 3))
    articles = [Entry(str(at), article_id(source, key, str(at)), text) for at, text in enumerate(texts)]
    broken = [("line 3", "It says \udcff.")] * chance.randint(0, 2)
    if chance.random() < 0.8:
        ledger.place(source, key, size=6, file_hash="f00d", version="1", articles=articles, broken=broken)
    else:
        ledger.withdraw(source, key, "failed", "It says \udcff.")
    some = articles[0].id
    ledger.database.change("INSERT OR IGNORE INTO names (name, key) VALUES (?, ?)", (chance.choice("XYZ"), chance.choice("xyz")))
    ledger.database.change("INSERT OR IGNORE INTO naming VALUES (?, ?)", (chance.randint(-3, 3), chance.randint(1, 3)))
    ledger.names.settle(Decisions((frozenset(chance.sample(["@a", "@b", "@c"], 2)),), ()))
    ledger.kept.keep([(some, chance.choice("st"), {"taken": {}})])
    ledger.kept.show({chance.choice(["@a", "@b"]): "A"})
    ledger.kept.keep_corrections(source, chance.choice("hk"), chance.choice([b"\xff", b"x"]))
    ledger.kept.take_up(source, "here", chance.choice("hk"))


def test_a_copy_that_is_up_to_date_has_nothing_to_take_up(log: Log, copy: Replica) -> None:
    assert copy.catch_up(log.state, log) is False
    assert log.fetched == [0]


def test_only_what_a_copy_lacks_is_fetched(tmp_path: Path, log: Log, copy: Replica) -> None:
    with copy.ledger(writing=True) as ledger:
        log_source(ledger, log, copy, "a")
        reader(log, tmp_path / "b")
        log_source(ledger, log, copy, "b")
        log_source(ledger, log, copy, "c")
    log.fetched.clear()
    assert reader(log, tmp_path / "b") == dump(copy.path)
    assert log.fetched == [2, 3]


def test_an_entry_without_anything_in_it_is_taken_up_too(log: Log, copy: Replica) -> None:
    log.state = LogState(log.state.snapshot, (Part(1, 0, 0),))
    assert copy.catch_up(log.state, log)
    assert copy.catch_up(log.state, log) is False


def log_source(ledger: Ledger, log: Log, copy: Replica, name: str) -> None:
    ledger.add_source(Source(name, Path("/raw")))
    log.publish(copy)


def test_temporary_tables_are_not_recorded_and_live_through_everything_that_is_taken_up(tmp_path: Path, log: Log, copy: Replica) -> None:
    with Replica.open("other", tmp_path / "b") as other, copy.ledger(writing=True) as ledger:
        census = Census(ledger.database)
        census.add("desk", b"a")
        ledger.commit()
        assert copy.changes() == []
        other.catch_up(log.state, log)
        with other.ledger(writing=True) as elsewhere:
            log_source(elsewhere, log, other, "wire")
            assert copy.catch_up(log.state, log)
            log_source(elsewhere, log, other, "desk")
            log.compact(other)
            assert copy.catch_up(log.state, log), "from the snapshot, while the ledger is open"
        assert [source.name for source in ledger.sources()] == ["desk", "wire"]
        assert census.has("desk", b"a")
        log_source(ledger, log, copy, "last")
    assert reader(log, tmp_path / "c") == dump(copy.path)


def test_those_who_read_see_what_is_taken_up(tmp_path: Path, log: Log, copy: Replica) -> None:
    with Replica.open("other", tmp_path / "b") as other:
        other.catch_up(log.state, log)
        with other.ledger(writing=False) as reading, copy.ledger(writing=True) as ledger:
            log_source(ledger, log, copy, "a")
            other.catch_up(log.state, log)
            assert [source.name for source in reading.sources()] == ["a"]
            log_source(ledger, log, copy, "b")
            log.compact(copy)
            other.catch_up(log.state, log)
            assert [source.name for source in reading.sources()] == ["a", "b"]


def test_a_turn_that_failed_leaves_the_copy_as_it_was(log: Log, copy: Replica) -> None:
    with copy.ledger(writing=True) as ledger:
        log_source(ledger, log, copy, "a")
        before = dump(copy.path)
        ledger.place("a", b"k", size=1, file_hash="f", version="1", articles=[Entry("", "00ff", "A")])
        ledger.confirm(["00ff"], "g")
        ledger.add_source(Source("a", Path("/elsewhere")))
        ledger.withdraw("a", b"k", "gone")  # not committed
        copy.discard()
        assert dump(copy.path) == before
        log.fetched.clear()
        assert copy.catch_up(log.state, log) is False
        assert log.fetched == []
        log_source(ledger, log, copy, "b")
    assert [source[0] for source in dump(copy.path)["sources"]] == ["a", "b"]


def test_a_copy_ahead_of_the_log_is_made_anew(tmp_path: Path, log: Log, copy: Replica) -> None:
    with copy.ledger(writing=True) as ledger:
        ledger.add_source(Source("lost", Path("/raw")))
    copy.close()
    with Replica.open("one", tmp_path / "one") as again:
        assert again.catch_up(log.state, log)
        assert dump(again.path)["sources"] == []


KILLED = """
import os, sys
from pathlib import Path
from search.ledger.replica import Replica
from search.origin import Source
from tests.log import Log

log = Log.load(Path(sys.argv[1]))
copy = Replica.open("one", Path(sys.argv[2]))
copy.catch_up(log.state, log)
at = sys.argv[3]
if at == "in place":
    ledger = copy.ledger(writing=True)
    ledger.add_source(Source("lost", Path("/raw")))
    os._exit(9)
if at == "uncommitted":
    ledger = copy.ledger(writing=True)
    ledger.database.change("PRAGMA cache_spill = 1")
    for n in range(20_000):
        ledger.database.change("INSERT INTO shown VALUES (?, ?)", (f"{n}" * 20, "x" * 500))
    os._exit(9)
if at == "fetching":
    log.read = lambda part: iter([b"x", os._exit(9)])
    Path(copy.path).unlink()
    copy.catch_up(log.state, log)
"""


@pytest.mark.parametrize("at", ["in place", "uncommitted", "fetching"])
def test_a_process_that_is_killed_leaves_a_slot_that_the_next_one_can_use(tmp_path: Path, log: Log, copy: Replica, at: str) -> None:
    with copy.ledger(writing=True) as ledger:
        log_source(ledger, log, copy, "kept")
    copy.close()
    log.save(tmp_path / "log")
    root = Path(__file__).parent.parent
    given = [sys.executable, "-c", KILLED, str(tmp_path / "log"), str(tmp_path / "one"), at]
    assert subprocess.run(given, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False).returncode == 9
    with Replica.open("one", tmp_path / "one") as again:
        again.catch_up(log.state, log)
        assert again.path == copy.path
        assert [source[0] for source in dump(again.path)["sources"]] == ["kept"]
        assert dump(again.path)["shown"] == []
    assert reader(log, tmp_path / "b") == dump(copy.path)


def test_a_copy_of_another_line_of_the_log_is_made_anew(tmp_path: Path, log: Log, copy: Replica) -> None:
    with copy.ledger(writing=True) as ledger:
        log_source(ledger, log, copy, "a")
    log.begin_anew(Replica.first())
    assert copy.catch_up(log.state, log)
    assert dump(copy.path)["sources"] == []


def test_a_copy_that_is_not_what_it_should_be_is_found_out_and_made_anew(
    tmp_path: Path, log: Log, copy: Replica, caplog: pytest.LogCaptureFixture
) -> None:
    with Replica.open("other", tmp_path / "b") as other:
        other.catch_up(log.state, log)
        with other.ledger(writing=True) as ledger:
            log_source(ledger, log, other, "a")
        with sqlite3.connect(copy.path) as meddling:
            meddling.execute("INSERT INTO sources (name, path) VALUES ('a', x'00')")
        meddling.close()
        assert copy.catch_up(log.state, log)
        assert dump(copy.path) == dump(other.path)
    assert "is made anew" in caplog.text
    assert "a row of sources is there already" in caplog.text


def test_a_change_in_a_table_that_is_not_there_is_not_passed_over(tmp_path: Path, copy: Replica) -> None:
    with copy.ledger(writing=True) as ledger:
        ledger.kept.take_up("a", "here", "h")
        ledger.commit()
        assert isinstance(ledger.database, RecordedDatabase)
        changes = ledger.database.changes()
    old = Ledger.create(tmp_path / "old.sqlite")
    old.database.change("DROP TABLE taken_up")
    old.commit()
    old.close()
    with RecordedDatabase(tmp_path / "old.sqlite", layout=LAYOUT, recording=False) as database:
        database.stand_at(0)
        with pytest.raises(DamagedArchive, match="has no table taken_up"):
            database.apply(changes, 1)
        assert database.number == 0


def test_a_ledger_from_before_there_were_replicas_is_completed(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "old.sqlite") as old:
        old.database.change("DROP TABLE taken_up")
        old.add_source(Source("a", Path("/raw")))
    log = Log(Replica.first(tmp_path / "old.sqlite"))
    with Replica.open("one", tmp_path) as copy:
        copy.catch_up(log.state, log)
        with copy.ledger(writing=True) as ledger:
            assert ledger.sources() == (Source("a", Path("/raw")),)
            assert ledger.kept.taken_up("a", "here") == ""


@pytest.mark.parametrize("damage", ["cut", "flipped", "missing", "longer"])
def test_a_part_that_is_not_whole_is_refused_and_the_copy_stays(tmp_path: Path, log: Log, copy: Replica, damage: str) -> None:
    with copy.ledger(writing=True) as ledger:
        log_source(ledger, log, copy, "a")
    with Replica.open("other", tmp_path / "b") as other:
        other.catch_up(LogState(log.state.snapshot), log)
        whole = log.parts[1]
        (piece,) = whole
        log.parts[1] = {"cut": [piece[:-5]], "flipped": [piece[:-5] + bytes([piece[-5] ^ 1]) + piece[-4:]], "missing": [], "longer": [piece, b"x"]}[
            damage
        ]
        with pytest.raises(DamagedArchive, match="Part 1 of the ledger's log is"):
            other.catch_up(log.state, log)
        assert dump(other.path)["sources"] == []
        log.parts[1] = whole
        assert other.catch_up(log.state, log)
        assert dump(other.path) == dump(copy.path)


def test_a_part_that_was_put_away_meanwhile_is_said_to_be_gone(tmp_path: Path, log: Log, copy: Replica) -> None:
    stale = log.state
    with copy.ledger(writing=True) as ledger:
        log_source(ledger, log, copy, "a")
        log.compact(copy)
    with Replica.open("other", tmp_path / "b") as other:
        with pytest.raises(PartGone):
            other.catch_up(stale, log)
        other.catch_up(log.state, log)
        assert dump(other.path) == dump(copy.path)


def test_a_log_of_another_version_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(Replica.first())
    monkeypatch.setattr(replica, "LAYOUT", LAYOUT + 1)
    with Replica.open("one", tmp_path) as copy, pytest.raises(OutdatedArchive, match="an older version of Dateline"):
        copy.catch_up(log.state, log)


def test_large_snapshots_and_entries_lie_in_pieces(tmp_path: Path, log: Log, copy: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "PIECE_BYTES", 1000)
    monkeypatch.setattr(replica, "_READ_BYTES", 700)
    chance = random.Random(1)
    with copy.ledger(writing=True) as ledger:
        ledger.kept.keep_corrections("a", "h", chance.randbytes(5500))
        ledger.commit()
        log.publish(copy)
        log_source(ledger, log, copy, "a")
    assert [entry.pieces for entry in log.state.entries] == [6, 1]
    assert all(len(piece) <= 1000 for number in (1, 2) for piece in log.parts[number])
    assert reader(log, tmp_path / "b") == dump(copy.path)
    log.compact(copy)
    assert log.state.snapshot.pieces > 5
    assert reader(log, tmp_path / "c") == dump(copy.path)


def test_each_process_has_a_slot_and_the_next_one_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Replica.open("one", tmp_path) as first, Replica.open("one", tmp_path) as second:
        assert first.path != second.path
        assert stat.S_IMODE(first.path.parent.parent.stat().st_mode) == 0o700
        monkeypatch.setattr(replica, "SLOTS", 2)
        with pytest.raises(ArchiveBusy, match="2 processes of this machine"):
            Replica.open("one", tmp_path)
        Replica.open("another", tmp_path).close()
        path = first.path
    with Replica.open("one", tmp_path) as again:
        assert again.path == path


def test_a_copy_is_nobody_elses_to_read(copy: Replica) -> None:
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("variables", "folder"), [({"DATELINE_CACHE_DIR": "d"}, "d"), ({"XDG_CACHE_HOME": "x"}, "x/dateline"), ({}, ".cache/dateline")]
)
def test_copies_lie_in_the_users_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: str) -> None:
    for name in ("DATELINE_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    with Replica.open("one") as made:
        assert made.path.is_relative_to(tmp_path / folder)


def test_a_cache_folder_that_cannot_be_used_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="DATELINE_CACHE_DIR"):
        Replica.open("one", tmp_path / "file")


def test_a_state_is_the_same_after_a_round_trip() -> None:
    state = LogState(Part(3, 2, 5_000_000), (Part(4, 1, 10), Part(6, 1, 20)))
    assert LogState.from_dict(state.to_dict()) == state
    assert (state.number, LogState(Part(3, 1, 1)).number) == (6, 3)


@pytest.mark.parametrize(
    ("snapshot", "entries", "worth"),
    [
        (1, [16_000_000], False),
        (1, [16_000_000, 1], True),
        (20_000_000, [20_000_000], False),
        (20_000_000, [20_000_001], True),
        (1, [1] * 200, False),
        (1, [1] * 201, True),
        (1, [], False),
    ],
)
def test_a_snapshot_is_made_where_entries_are_many_or_large(snapshot: int, entries: Iterable[int], worth: bool) -> None:
    state = LogState(Part(0, 1, snapshot), tuple(Part(at, 1, size) for at, size in enumerate(entries, 1)))
    assert worth_a_snapshot(state) is worth


@pytest.mark.parametrize(("entries", "worth"), [(500, False), (501, True)])
def test_a_large_snapshot_is_not_made_anew_for_a_few_small_entries(entries: int, worth: bool) -> None:
    state = LogState(Part(0, 4_000, 16_000_000_000), tuple(Part(at, 1, 1) for at in range(1, entries + 1)))
    assert worth_a_snapshot(state) is worth
