"""Files read one after the other, or by several processes: the same contents in the same order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from search.article import Article
from search.errors import ArchiveError, UnreadableFile
from search.extraction.records import BrokenRecord
from search.intake import WORTH_IT, Request, each, processes_for, take_in
from search.sources import RawDocument
from tests.raw_folder import extract


def dying(raw: RawDocument, fields: Mapping[str, str]) -> Iterator[Article | BrokenRecord]:
    """The process that reads this file is ended from outside."""
    os._exit(9)


def requests(folder: Path, number: int) -> list[Request]:
    for at in range(number):
        (folder / f"{at}.txt").write_text(f";title {at};body {at}" if at % 7 else "fail")
    return [Request(folder / f"{at}.txt", "desk", b"%d.txt" % at) for at in range(number)]


def test_several_processes_give_what_one_gives_in_the_same_order(tmp_path: Path) -> None:
    asked = [*requests(tmp_path, 120), None, Request(tmp_path / "gone.txt", "desk", b"gone.txt")]
    alone = list(each(asked, lambda one: one, extract, 1))
    assert list(each(asked, lambda one: one, extract, 2)) == alone
    assert [content is None for _, content in alone].count(True) == 1
    assert len({content.found[0].id for _, content in alone if content is not None and content.found}) == 102  # type: ignore[union-attr]


def test_a_process_that_is_ended_from_outside_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="--workers 1"):
        list(each(requests(tmp_path, 3), lambda one: one, dying, 2))


def test_a_file_that_is_as_it_was_is_not_extracted(tmp_path: Path) -> None:
    (request,) = requests(tmp_path, 2)[1:]
    first = take_in(request, extract)
    again = take_in(Request(request.file, "desk", request.key, unless=first.file_hash), dying)
    assert (again.as_it_was, again.found, again.file_hash) == (True, (), first.file_hash)


def test_what_is_wrong_with_a_file_comes_when_its_articles_are_asked_for(tmp_path: Path) -> None:
    content = take_in(requests(tmp_path, 1)[0], extract)
    with pytest.raises(UnreadableFile, match="It says fail"):
        list(content.articles(extract, ()))


def test_few_files_are_read_by_one_process() -> None:
    assert processes_for(WORTH_IT - 1, None) == 1
    assert processes_for(WORTH_IT, None) >= 1
    assert processes_for(1, 3) == 3
