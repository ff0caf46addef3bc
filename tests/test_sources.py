"""Which files a walk finds, in which order, what it says of those it cannot take, and how a file is read."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import sources
from search.errors import UnreadableFile
from search.sources import FoundFile, PassedOver, RawDocument, SkippedFile, locate, media_type, read, shown, walk

SUPPORTED = "Supported are .txt, .html, .htm, .xhtml, .md, .markdown, .json, .jsonl, .ndjson, .csv, .tsv."


def put(folder: Path, *names: str, content: bytes = b"Story.") -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def found(folder: Path, start: bytes = b"", apart: tuple[bytes, ...] = ()) -> list[bytes]:
    return [entry.key for entry in walk(folder, start, apart) if isinstance(entry, FoundFile)]


def skipped(folder: Path, start: bytes = b"") -> dict[bytes, str]:
    return {entry.key: entry.reason for entry in walk(folder, start) if isinstance(entry, SkippedFile)}


def passed_over(folder: Path, start: bytes = b"") -> list[bytes]:
    return [entry.key for entry in walk(folder, start) if isinstance(entry, PassedOver)]


def refuse(monkeypatch: pytest.MonkeyPatch, name: str, refused: str) -> None:
    """Let a function of `os` refuse paths that end so. The tests may run as root, whom no permission stops."""
    original = getattr(os, name)

    def refusing(path: Any, *given: Any, **named: Any) -> Any:
        if os.fsdecode(path).endswith(refused):
            raise PermissionError(13, "Permission denied", path)
        return original(path, *given, **named)

    monkeypatch.setattr(sources.os, name, refusing)


def test_the_order_is_that_of_the_bytes_of_the_whole_path(tmp_path: Path) -> None:
    put(tmp_path, "b.txt", "a/z.txt", "a.txt", "a-b/a.txt", "a0.txt", "a/a/a.txt", "Z.txt", "é.txt")
    keys = found(tmp_path)
    assert keys == sorted(keys)
    assert keys == [b"Z.txt", b"a-b/a.txt", b"a.txt", b"a/a/a.txt", b"a/z.txt", b"a0.txt", b"b.txt", "é.txt".encode()]


def test_the_endings_are_read_in_any_case_and_say_what_a_file_holds(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "b.TXT", "c.html", "d.Htm", "e.xhtml", "f.md", "g.markdown", "h.json", "i.JSONL", "j.ndjson", "k.csv", "l.tsv")
    assert {key: media_type(key) for key in found(tmp_path)} == {
        b"a.txt": "text/plain",
        b"b.TXT": "text/plain",
        b"c.html": "text/html",
        b"d.Htm": "text/html",
        b"e.xhtml": "text/html",
        b"f.md": "text/markdown",
        b"g.markdown": "text/markdown",
        b"h.json": "application/json",
        b"i.JSONL": "application/x-ndjson",
        b"j.ndjson": "application/x-ndjson",
        b"k.csv": "text/csv",
        b"l.tsv": "text/tab-separated-values",
    }


def test_a_found_file_says_its_size(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", content=b"12345")
    assert list(walk(tmp_path)) == [FoundFile(b"a.txt", 5)]


def test_files_that_are_no_articles_by_their_name_are_passed_over_without_a_line(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "README.md", "README", "sub/README-first.txt", ".hidden.txt", ".git/a.txt", "corrections.toml", "READMES/b.txt")
    assert found(tmp_path) == [b"READMES/b.txt", b"a.txt"]
    assert passed_over(tmp_path) == [b".git", b".hidden.txt", b"README", b"README.md", b"corrections.toml", b"sub/README-first.txt"]
    assert skipped(tmp_path) == {}


def test_an_archive_among_the_raw_files_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "index/archive.json", "index/notes.txt")
    (tmp_path / "index" / "archive.json").write_text('{"format": "dateline-archive", "layout": 1}')
    assert found(tmp_path) == [b"a.txt"]
    assert passed_over(tmp_path) == [b"index"]


def test_a_folder_with_somebody_elses_archive_json_is_read(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "archive.json")
    assert found(tmp_path) == [b"a.txt", b"archive.json"]
    assert passed_over(tmp_path) == []


def test_a_kind_that_is_not_supported_is_named_with_those_that_are(tmp_path: Path) -> None:
    put(tmp_path, "scan.PDF", "notes", "archive.tar.gz")
    assert skipped(tmp_path) == {
        b"scan.PDF": f"Files that end in .pdf are not supported. {SUPPORTED}",
        b"notes": f"Files without an ending are not supported. {SUPPORTED}",
        b"archive.tar.gz": f"Files that end in .gz are not supported. {SUPPORTED}",
    }


def test_empty_and_huge_files_are_skipped_with_a_sentence(tmp_path: Path) -> None:
    put(tmp_path, "empty.txt", content=b"")
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    assert skipped(tmp_path) == {
        b"empty.txt": "The file is empty (0 bytes).",
        b"huge.txt": "The file is too large (200 MB; at most 50 MB are read). Split it into articles.",
    }
    assert found(tmp_path) == []


def test_a_file_of_many_articles_may_be_larger_than_one_of_one_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 5)
    monkeypatch.setattr(sources, "MAX_BYTES_OF_MANY", 6_000_000)
    put(tmp_path, "a.jsonl", "b.json", "c.csv", "d.tsv", "e.md", "f.txt", content=b"123456")
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(6_000_001)
    assert found(tmp_path) == [b"a.jsonl", b"b.json", b"c.csv", b"d.tsv"]
    assert read(tmp_path / "a.jsonl", source="s", key=b"a.jsonl").data == b"123456"
    assert skipped(tmp_path)[b"huge.csv"] == "The file is too large (6 MB; at most 6 MB are read). Split it into smaller files."
    assert skipped(tmp_path)[b"e.md"].endswith("Split it into articles.")


def test_a_file_of_exactly_the_limit_is_found_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 5)
    put(tmp_path, "a.txt", content=b"12345")
    put(tmp_path, "b.txt", content=b"123456")
    assert found(tmp_path) == [b"a.txt"]
    assert read(tmp_path / "a.txt", source="s", key=b"a.txt").data == b"12345"


def test_links_to_files_and_folders_are_followed(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/a.txt", "elsewhere/sub/b.txt")
    root = tmp_path / "root"
    root.mkdir()
    (root / "file.txt").symlink_to("../elsewhere/a.txt")
    (root / "folder").symlink_to("../elsewhere")
    assert found(root) == [b"file.txt", b"folder/a.txt", b"folder/sub/b.txt"]


def test_links_that_lead_back_up_lead_nowhere_or_in_a_circle_are_skipped_with_a_sentence(tmp_path: Path) -> None:
    put(tmp_path, "a/b/c.txt")
    (tmp_path / "a/b/up").symlink_to("../../a")
    (tmp_path / "a/b/root").symlink_to(tmp_path)
    (tmp_path / "broken.txt").symlink_to("nothing.txt")
    (tmp_path / "circle.txt").symlink_to("circle.txt")
    back = "This link leads back to a folder that it lies in. What is there is read where it really is."
    assert skipped(tmp_path) == {
        b"a/b/up": back,
        b"a/b/root": back,
        b"broken.txt": "This link leads to nothing. Delete it, or bring back the file that it leads to.",
        b"circle.txt": "This link leads round in a circle. Delete it, or let it lead to a file.",
    }
    assert found(tmp_path) == [b"a/b/c.txt"]


def test_a_walk_that_starts_below_knows_the_folders_above_it(tmp_path: Path) -> None:
    put(tmp_path, "a/b/c.txt")
    (tmp_path / "a/b/up").symlink_to("../../a")
    assert list(skipped(tmp_path, b"a/b")) == [b"a/b/up"]
    assert found(tmp_path, b"a/b") == [b"a/b/c.txt"]


def test_folders_that_link_to_each_other_are_read_once_on_every_way(tmp_path: Path) -> None:
    put(tmp_path, "a/1.txt", "b/2.txt")
    (tmp_path / "a/to-b").symlink_to("../b")
    (tmp_path / "b/to-a").symlink_to("../a")
    assert found(tmp_path) == [b"a/1.txt", b"a/to-b/2.txt", b"b/2.txt", b"b/to-a/1.txt"]
    assert list(skipped(tmp_path)) == [b"a/to-b/to-a", b"b/to-a/to-b"]


def test_things_that_are_no_files_are_skipped_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "null.txt").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as unix:
        here = Path.cwd()
        os.chdir(tmp_path)  # a socket's path has at most 107 bytes
        try:
            unix.bind("socket.txt")
        finally:
            os.chdir(here)
    assert skipped(tmp_path) == {
        b"null.txt": "This is a device, not a file.",
        b"pipe.txt": "This is a named pipe, not a file.",
        b"socket.txt": "This is a socket, not a file.",
    }


def test_a_folder_that_may_not_be_entered_is_reported_and_the_rest_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.txt", "closed/b.txt", "z.txt")
    refuse(monkeypatch, "scandir", "closed")
    reason = "The folder cannot be entered: permission denied. What was read in it earlier is kept."
    assert list(walk(tmp_path)) == [FoundFile(b"a.txt", 6), SkippedFile(b"closed", reason, unread=True), FoundFile(b"z.txt", 6)]


def test_a_file_that_may_not_be_looked_at_is_reported_as_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.txt", "b.txt")
    refuse(monkeypatch, "stat", "a.txt")
    assert list(walk(tmp_path)) == [SkippedFile(b"a.txt", "The file cannot be looked at: permission denied.", unread=True), FoundFile(b"b.txt", 6)]


def test_names_that_are_not_utf8_are_found_shown_and_read(tmp_path: Path) -> None:
    key = b"sub\xff/caf\xe9.txt"
    folder = tmp_path / os.fsdecode(b"sub\xff")
    folder.mkdir()
    locate(tmp_path, key).write_bytes(b"Story.")
    assert found(tmp_path) == [key]
    document = read(locate(tmp_path, key), source="s", key=key)
    assert document == RawDocument("s", "sub\\xff/caf\\xe9.txt", key, "text/plain", b"Story.")
    assert RawDocument.from_dict(document.to_dict()) == document


def test_only_the_file_or_folder_asked_for_is_walked(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "sub/b.txt", "sub/deep/c.txt", "subway.txt")
    assert found(tmp_path, b"a.txt") == [b"a.txt"]
    assert found(tmp_path, b"sub") == [b"sub/b.txt", b"sub/deep/c.txt"]
    assert found(tmp_path, b"sub/deep/c.txt") == [b"sub/deep/c.txt"]


def test_what_is_hidden_stays_passed_over_when_it_is_asked_for(tmp_path: Path) -> None:
    put(tmp_path, ".drafts/a.txt", "sub/.b.txt", "README.txt")
    assert passed_over(tmp_path, b".drafts/a.txt") == [b".drafts/a.txt"]
    assert passed_over(tmp_path, b"sub/.b.txt") == [b"sub/.b.txt"]
    assert passed_over(tmp_path, b"README.txt") == [b"README.txt"]


def test_folders_that_are_sources_of_their_own_are_left_to_them(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "own/b.txt", "sub/own/c.txt")
    assert found(tmp_path, apart=(b"own",)) == [b"a.txt", b"sub/own/c.txt"]


def test_a_root_that_does_not_exist_holds_nothing(tmp_path: Path) -> None:
    assert list(walk(tmp_path / "nowhere")) == []


def test_folders_too_deep_for_a_path_are_reported(tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(300):  # longer than a path may be
            Path("twenty letters long").mkdir()
            os.chdir("twenty letters long")
    finally:
        os.chdir(here)
    (reason,) = skipped(tmp_path).values()
    assert reason == "The folder cannot be entered: file name too long. What was read in it earlier is kept."


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"^The file cannot be read: no such file or directory\.$"):
        read(tmp_path / "a.txt", source="s", key=b"a.txt")


def test_a_file_that_has_grown_past_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 5)
    put(tmp_path, "a.txt", content=b"123456")
    with pytest.raises(UnreadableFile, match="too large"):
        read(tmp_path / "a.txt", source="s", key=b"a.txt")


def test_a_file_of_another_kind_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, "a.pdf")
    with pytest.raises(UnreadableFile, match=r"Files that end in \.pdf are not supported"):
        read(tmp_path / "a.pdf", source="s", key=b"a.pdf")


@given(st.binary())
def test_any_path_can_be_shown_and_stored(path: bytes) -> None:
    assert shown(path).encode("utf-8").decode("utf-8") == shown(path)


def test_a_path_in_utf8_is_shown_as_it_is() -> None:
    assert shown("Übersee/naïve “x”.txt".encode()) == "Übersee/naïve “x”.txt"
