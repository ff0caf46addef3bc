"""To which source a path belongs, what a source is called, and what there is to walk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from search.errors import SourceError, SourceMissing, SourceNameTaken, UsageError
from search.origin import Source, Target, documents, resolve
from search.sources import PassedOver, RawDocument, SkippedFile


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """news/ with a.txt and sub/deep/b.txt; other/news/ with c.txt. The path has no links in it."""
    root = tmp_path.resolve()
    for name in ("news/a.txt", "news/sub/deep/b.txt", "other/news/c.txt"):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("Story.")
    return root


def test_a_folder_is_a_source_named_after_it(root: Path) -> None:
    assert resolve([root / "news"]) == (Target(Source("news", root / "news")),)


def test_the_folder_one_is_in_has_its_own_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "news")
    assert resolve([Path()]) == (Target(Source("news", root / "news")),)


def test_a_file_belongs_to_the_source_of_its_folder(root: Path) -> None:
    assert resolve([root / "news/a.txt"]) == (Target(Source("news", root / "news"), b"a.txt"),)


def test_what_lies_in_a_known_source_belongs_to_it(root: Path) -> None:
    known = [Source("desk", root / "news")]
    assert resolve([root / "news/sub/deep"], known) == (Target(known[0], b"sub/deep"),)
    assert resolve([root / "news/sub/deep/b.txt"], known) == (Target(known[0], b"sub/deep/b.txt"),)
    assert resolve([root / "news"], known) == (Target(known[0]),)


def test_a_path_is_walked_once_however_often_it_is_named_and_in_whatever_order(root: Path) -> None:
    news = Source("news", root / "news")
    given = [root / "news/sub/deep/b.txt", root / "news/sub", root / "news", root / "news/a.txt"]
    assert resolve(given) == resolve(given[::-1]) == (Target(news),)
    assert resolve([root / "news/sub", root / "news/sub/deep"], [news]) == (Target(news, b"sub"),)


def test_a_source_in_a_new_source_keeps_its_files(root: Path) -> None:
    deep = Source("deep", root / "news/sub/deep")
    assert resolve([root / "news"], [deep]) == (Target(deep), Target(Source("news", root / "news"), b"", frozenset({b"sub/deep"})))
    assert [d.source for d in documents([root / "news"], [deep]) if isinstance(d, RawDocument)] == ["deep", "news"]


def test_the_innermost_of_two_sources_has_what_lies_in_both(root: Path) -> None:
    known = [Source("deep", root / "news/sub/deep"), Source("news", root / "news")]
    assert resolve([root / "news/sub/deep/b.txt"], known) == (Target(known[0], b"b.txt"),)
    assert resolve([root / "news/a.txt"], known)[0].source == known[1]


def test_a_link_in_a_source_belongs_to_the_source_wherever_it_leads(root: Path) -> None:
    news = Source("news", root / "news")
    (root / "news/linked").symlink_to(root / "other")
    assert resolve([root / "news/linked"], [news]) == (Target(news, b"linked"),)
    assert resolve([root / "news/linked/news/c.txt"], [news]) == (Target(news, b"linked/news/c.txt"),)


def test_a_source_reached_over_a_link_to_it_is_the_same_source(root: Path) -> None:
    news = Source("news", root / "news")
    (root / "shortcut").symlink_to("news")
    assert resolve([root / "shortcut"], [news]) == (Target(news),)
    assert resolve([root / "shortcut/sub"], [news]) == (Target(news, b"sub"),)


def test_a_new_source_named_over_a_link_is_called_by_the_name_given(root: Path) -> None:
    (root / "today").symlink_to("news")
    assert resolve([root / "today"]) == (Target(Source("today", root / "news")),)


def test_a_name_can_be_given_and_must_be_for_a_second_folder_of_the_same_name(root: Path) -> None:
    known = [Source("news", root / "news")]
    with pytest.raises(SourceNameTaken, match=r"“news” belongs to .*/news in this archive\. Give .*/other/news a name of its own: --source NAME"):
        resolve([root / "other/news"], known)
    assert resolve([root / "other/news"], known, "elsewhere") == (Target(Source("elsewhere", root / "other/news")),)


def test_one_name_for_two_folders_is_refused(root: Path) -> None:
    with pytest.raises(SourceNameTaken):
        resolve([root / "news", root / "other"], (), "both")


def test_a_known_name_whose_folder_is_no_longer_there_has_moved(root: Path) -> None:
    known = [Source("news", root / "formerly/news")]
    assert resolve([root / "other/news"], known) == (Target(Source("news", root / "other/news")),)


def test_a_known_source_is_not_given_another_name(root: Path) -> None:
    known = [Source("news", root / "news")]
    with pytest.raises(UsageError, match="belongs to the source “news” already"):
        resolve([root / "news/sub"], known, "sub")
    assert resolve([root / "news/sub"], known, "news") == (Target(known[0], b"sub"),)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31m"])
def test_a_name_that_cannot_be_one_is_refused(root: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a source"):
        resolve([root / "news"], (), name)


def test_a_folder_whose_name_is_not_utf8_is_a_source_with_a_name_that_can_be_shown(root: Path) -> None:
    folder = root / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    assert resolve([folder]) == (Target(Source("caf\\xe9", folder)),)


def test_a_path_that_is_not_there_is_named(root: Path) -> None:
    with pytest.raises(SourceMissing, match=r"There is no file or folder .*/nowhere\."):
        resolve([root / "nowhere"])
    with pytest.raises(SourceMissing, match="There is no file or folder"):
        resolve([root / "news/a.txt/b.txt"])
    with pytest.raises(SourceMissing, match="There is no file or folder"):
        resolve([Path("a\0b")])


def test_a_folder_that_may_not_be_entered_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("search.origin.os.scandir", refuse)
    with pytest.raises(SourceMissing, match=r"/news cannot be read: permission denied\.$"):
        resolve([root / "news"])


def test_an_archive_is_not_taken_for_raw_files(root: Path) -> None:
    (root / "news/archive.json").write_text('{"format": "dateline-archive"}')
    with pytest.raises(SourceError, match="is an archive, not a folder of raw articles"):
        resolve([root / "news"])


def test_nothing_named_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="name at least one file or folder"):
        resolve([])


def test_a_link_that_leads_nowhere_or_round_can_be_named_and_is_reported(root: Path) -> None:
    (root / "news/broken.txt").symlink_to("nothing")
    (root / "news/round.txt").symlink_to("round.txt")
    found = list(documents([root / "news/broken.txt", root / "news/round.txt"]))
    assert [type(entry) for entry in found] == [SkippedFile, SkippedFile]


def test_documents_are_read_in_order_and_problems_stand_between_them(root: Path) -> None:
    (root / "news/empty.txt").touch()
    (root / "news/README.txt").touch()
    found = list(documents([root / "news"]))
    assert found == [
        PassedOver(b"README.txt"),
        RawDocument("news", "a.txt", b"a.txt", "text/plain", b"Story."),
        SkippedFile(b"empty.txt", "The file is empty (0 bytes)."),
        RawDocument("news", "sub/deep/b.txt", b"sub/deep/b.txt", "text/plain", b"Story."),
    ]


def test_a_document_that_cannot_be_opened_is_a_problem_of_its_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = Path.open

    def refusing(file: Path, *given: str) -> object:
        if file.name == "a.txt":
            raise PermissionError(13, "Permission denied", str(file))
        return original(file, *given)

    monkeypatch.setattr(Path, "open", refusing)
    first, second = documents([root / "news"])
    assert first == SkippedFile(b"a.txt", "The file cannot be read: permission denied.", unread=True)
    assert isinstance(second, RawDocument)
