"""Where an archive lives: which home a path or an address has, and that a search in a folder needs nothing that a cluster does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import search
from search.archive import Archive
from search.errors import ArchiveError, NotAnArchive, UsageError
from search.homes import FolderHome, Home, home_of
from search.homes.base import Present
from search.turns import ALONE

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / "a.txt").write_text("Harbour strike ends\n\nDockers returned to work after talks about grain.\n")
    made = Archive.create(tmp_path / "index")
    made.index([tmp_path / "wire"])
    return made


@pytest.mark.parametrize("place", ["archives/syria", Path("archives/syria"), "https", "http.old/x", "./https://x"])
def test_a_folder_is_the_home_of_whatever_is_no_address(place: str | Path) -> None:
    home = home_of(place)
    assert isinstance(home, FolderHome)
    assert (home.folder, home.name, home_of(home)) == (Path(place), str(Path(place)), home)


@pytest.mark.parametrize("place", ["127.0.0.1:9200/wire", "news.example:9200", "one:9200,two:9200/wire", "ftp://one/wire", Path("ftp://one/wire")])
def test_an_address_whose_beginning_was_forgotten_makes_no_folder(place: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"begins with https:// or http://.* write \./"):
        home_of(place)
    Path(place).mkdir(parents=True)
    assert isinstance(home_of(place), FolderHome)


@pytest.mark.parametrize("place", ["https://", "HTTPS://one/Name", Path("https://one.example/wire")])
def test_what_begins_like_an_address_is_never_a_folder(place: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        search.open(place)
    with pytest.raises(UsageError):
        Archive.create(place)
    assert list(tmp_path.iterdir()) == []


class Wrapped(FolderHome):
    """A home that is no plain folder, and tells what it was asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.name = "news.example/wire"
        self.written: list[str] = []

    def writing(self, purpose):  # type: ignore[no-untyped-def]
        self.written.append(purpose)
        return super().writing(purpose)


def test_an_archive_is_opened_written_and_rebuilt_through_its_home(archive: Archive, tmp_path: Path) -> None:
    home = Wrapped(archive.path)
    with Archive.open(home) as opened:
        assert (opened.name, opened.status().path, opened.search("grain").total) == ("news.example/wire", "news.example/wire", 1)
        assert opened.index([tmp_path / "wire"]).nothing_changed
        Archive.rebuild(home)
        Archive.convert(home, engine="whoosh")
        assert opened.search("grain").total == 1
    assert home.written == ["index", "rebuild", "convert"]


def test_messages_name_the_home(archive: Archive) -> None:
    for file in archive.path.glob("data-*/ledger.sqlite"):
        file.write_bytes(b"\x00nonsense" * 999)
    with pytest.raises(ArchiveError, match=r"dateline index --rebuild --index news\.example/wire$"):
        Archive.open(Wrapped(archive.path)).sources()


def test_an_archive_in_no_folder_has_no_path(archive: Archive) -> None:
    class Elsewhere:
        name = "https://news.example:443/wire"

    archive.home = Elsewhere()  # type: ignore[assignment]
    assert archive.name == "https://news.example:443/wire"
    with pytest.raises(UsageError, match=r"https://news\.example:443/wire is in no folder"):
        _ = archive.path


def test_new_data_that_does_not_take_over_is_removed(archive: Archive) -> None:
    home: Home = archive.home
    before = home.marker()
    with home.writing("rebuild"), home.fresh("whoosh") as fresh:
        assert (fresh.engine.count(), fresh.ledger.sources()) == (0, ())
        assert len(list(archive.path.glob("data-*"))) == 2
    assert len(list(archive.path.glob("data-*"))) == 1
    assert home.marker() == before


def test_new_data_takes_over_at_once_with_the_sources_of_its_ledger(archive: Archive) -> None:
    home = archive.home
    before, stamp = home.marker(), home.stamp()
    with home.writing("rebuild"), home.fresh("whoosh") as fresh:
        with home.ledger(before) as ledger:
            fresh.copy_ledger(ledger)
        fresh.reopen()
        assert home.marker() == before
        fresh.take_over()
    assert home.marker().data != before.data
    assert home.marker().sources == before.sources != ()
    assert home.stamp() != stamp
    assert len(list(archive.path.glob("data-*"))) == 1
    assert archive.search("grain").total == 0


def test_a_folder_is_changed_by_one_writer_alone(archive: Archive) -> None:
    with archive.home.writing("index"), archive.home.changing(archive.home.marker()) as present:
        assert isinstance(present, Present)
        assert present.turns is ALONE
        assert (present.engine.count(), len(present.ledger.sources())) == (1, 1)


def test_who_wants_to_write_where_there_is_nothing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive), home_of(tmp_path / "nowhere").writing("rebuild"):
        pass
    with pytest.raises(NotAnArchive), home_of(tmp_path).writing("convert"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_entered_is_a_sentence(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def refused(path: Path, **options: bool) -> os.stat_result:
        if path.name == "archive.json":
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refused)
    with pytest.raises(ArchiveError, match=r"archive\.json cannot be read: Permission denied\.$"):
        Archive.open(archive.path)


def test_a_search_in_a_folder_loads_nothing_of_a_cluster(archive: Archive) -> None:
    script = f"""
import sys
from search.cli import main
main(["search", "grain", "--index", {str(archive.path)!r}], standalone_mode=False)
heavy = ("search.homes.cluster", "search.homes.address", "search.homes.credentials", "search.engines.opensearch", "opensearchpy", "apsw", "filelock")
print([module for module in heavy if module in sys.modules])
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"
