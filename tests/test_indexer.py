"""What a run does with each kind of file, what it reports, and when it stops before it has changed anything."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from search import indexer
from search.article import Article
from search.errors import EngineError, SourceMissing, SourceNameTaken, TooManyRemoved
from search.extraction.identity import article_id
from search.indexer import index
from search.ledger import Duplicate, Ledger
from search.ledger.census import Census
from search.origin import Source
from search.report import IndexReport, LeftOut, Progress
from search.sources import RawDocument
from tests.memory_engine import MemoryEngine
from tests.raw_folder import Desk

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A folder wire/ with three articles that are indexed."""
    made = Desk(tmp_path.resolve())
    for name, content in (("a", ";one;A"), ("b", ";one;B"), ("c", ";one;C")):
        made.write(f"wire/{name}.txt", content)
    made.index("wire")
    yield made
    made.ledger.close()


def told(report: IndexReport) -> dict[str, int]:
    """The outcomes that any file had."""
    return {outcome: number for outcome, number in report.counts.items() if number}


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let no file of that name be opened. The tests may run as root, whom no permission stops."""
    original = Path.open

    def refusing(file: Path, *given: str) -> object:
        if file.name == name:
            raise PermissionError(13, "Permission denied", str(file))
        return original(file, *given)

    monkeypatch.setattr(Path, "open", refusing)


def test_the_seeds_are_indexed_and_the_second_run_does_nothing(tmp_path: Path) -> None:
    engine = MemoryEngine()
    with Ledger.create(tmp_path / "ledger.sqlite") as ledger:
        first = index(engine, ledger, [SEEDS])
        second = index(engine, ledger, [SEEDS])
    assert (told(first), first.articles, first.sources) == ({"indexed": 5}, 5, ("seeds",))
    assert (told(second), second.nothing_changed, engine.commits) == ({"unchanged": 5}, True, 1)
    assert first.balanced
    assert first.complete


def test_new_changed_removed_and_unchanged_files_are_told_apart(desk: Desk) -> None:
    desk.write("wire/a.txt", ";two;A2")
    (desk.folder / "wire/b.txt").unlink()
    desk.write("wire/d.txt", ";one;D")
    report = desk.index("wire")
    assert told(report) == {"indexed": 1, "changed": 1, "unchanged": 1, "gone": 1}
    assert (report.files, report.articles) == (4, 3)
    assert report.balanced
    assert desk.titles() == {"wire/a.txt": "two", "wire/c.txt": "one", "wire/d.txt": "one"}


def test_an_edit_that_keeps_size_and_time_is_seen(desk: Desk) -> None:
    file = desk.folder / "wire/a.txt"
    before = file.stat()
    desk.write("wire/a.txt", ";two;A")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert told(desk.index("wire")) == {"changed": 1, "unchanged": 2}


def test_a_file_that_was_only_touched_is_unchanged(desk: Desk) -> None:
    os.utime(desk.folder / "wire/a.txt", (0, 0))
    assert told(desk.index("wire")) == {"unchanged": 3}


def test_files_read_by_older_rules_are_read_again(desk: Desk) -> None:
    assert told(desk.index("wire", version="2")) == {"changed": 3}
    assert told(desk.index("wire", version="2")) == {"unchanged": 3}


def test_a_file_that_comes_back_is_new(desk: Desk) -> None:
    file = desk.folder / "wire/a.txt"
    content = file.read_text()
    file.unlink()
    desk.index("wire")
    assert told(desk.index("wire")) == {"unchanged": 2}
    file.write_text(content)
    assert told(desk.index("wire")) == {"indexed": 1, "unchanged": 2}


def test_duplicates_are_named_with_what_they_are_a_duplicate_of(desk: Desk) -> None:
    desk.write("wire/z.txt", ";another title;A")
    report = desk.index("wire")
    assert told(report) == {"duplicate": 1, "unchanged": 3}
    assert report.duplicates == (Duplicate("wire", "z.txt", article_id("wire", b"a.txt"), "wire", "a.txt"),)
    assert report.complete
    assert desk.states()["wire/z.txt"] == "duplicate"


def test_when_the_one_indexed_leaves_its_duplicate_takes_its_place_in_the_same_run(desk: Desk) -> None:
    desk.write("wire/z.txt", ";heir;A")
    desk.index("wire")
    (desk.folder / "wire/a.txt").unlink()
    report = desk.index("wire")
    assert told(report) == {"indexed": 1, "unchanged": 2, "gone": 1}
    assert desk.titles() == {"wire/b.txt": "one", "wire/c.txt": "one", "wire/z.txt": "heir"}


def test_a_duplicate_in_a_source_that_is_not_walked_is_read_to_take_the_place(desk: Desk) -> None:
    desk.write("zone/heir.txt", ";heir;A")
    desk.index("zone")
    desk.write("wire/a.txt", ";two;A2")
    report = desk.index("wire")
    assert told(report) == {"changed": 1, "indexed": 1, "unchanged": 2}
    assert report.balanced
    assert desk.titles()["zone/heir.txt"] == "heir"


def test_a_duplicate_that_cannot_be_read_leaves_the_place_to_the_next(desk: Desk) -> None:
    desk.write("zone/heir.txt", ";heir;A")
    desk.write("zone/second.txt", ";second;A")
    desk.index("zone")
    (desk.folder / "zone/heir.txt").unlink()
    (desk.folder / "wire/a.txt").unlink()
    report = desk.index("wire")
    assert [(line.path, line.outcome) for line in report.left_out] == [("heir.txt", "failed")]
    assert desk.titles() == {"wire/b.txt": "one", "wire/c.txt": "one", "zone/second.txt": "second"}
    assert report.balanced


def test_a_smaller_path_takes_the_place_of_a_larger_one(desk: Desk) -> None:
    desk.write("wire/0.txt", ";first;A")
    assert told(desk.index("wire")) == {"indexed": 1, "unchanged": 3}
    assert desk.titles() == {"wire/0.txt": "first", "wire/b.txt": "one", "wire/c.txt": "one"}
    assert desk.states()["wire/a.txt"] == "duplicate"


def test_every_problem_is_listed_with_its_reason_and_the_rest_is_indexed(desk: Desk) -> None:
    desk.write("wire/empty.txt", "")
    desk.write("wire/fail.txt", "fail")
    desk.write("wire/picture.jpg", "x")
    desk.write("wire/README", "x")
    desk.write("wire/d.txt", ";one;D")
    report = desk.index("wire")
    assert told(report) == {"indexed": 1, "unchanged": 3, "skipped": 2, "failed": 1}
    assert report.left_out == (
        LeftOut("wire", "empty.txt", "skipped", "The file is empty (0 bytes)."),
        LeftOut("wire", "fail.txt", "failed", "It says fail."),
        LeftOut(
            "wire",
            "picture.jpg",
            "skipped",
            "Files that end in .jpg are not supported. Supported are .txt, .html, .htm, .xhtml, .md, .markdown, .json, .jsonl, .ndjson, .csv, .tsv.",
        ),
    )
    assert (report.complete, report.balanced, report.passed_over) == (False, True, 1)
    assert desk.index("wire").left_out == report.left_out


def test_a_mistake_in_a_rule_costs_one_file_and_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.write("wire/bug.txt", "bug")
    with caplog.at_level(logging.ERROR):
        report = desk.index("wire")
    assert report.left_out == (LeftOut("wire", "bug.txt", "failed", "internal error: RuntimeError: a mistake in a rule"),)
    assert [record.getMessage() for record in caplog.records] == ["Extraction failed on bug.txt in wire"]
    assert caplog.records[0].exc_info is not None


def test_a_mistake_in_a_rule_prints_no_traceback_where_no_logging_is_set_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.write("wire/bug.txt", "bug")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    assert told(desk.index("wire")) == {"unchanged": 3, "failed": 1}
    assert capsys.readouterr().err == ""


def test_a_file_that_failed_is_tried_again_and_can_succeed(desk: Desk) -> None:
    desk.write("wire/fail.txt", "fail")
    desk.index("wire")

    def forgiving(raw: RawDocument, fields: Mapping[str, str]) -> tuple[Article, ...]:
        return (Article(article_id(raw.source, raw.key), raw.source, raw.path, "fail", "fail", title="healed"),)

    assert told(desk.index("wire", extract=forgiving)) == {"indexed": 1, "unchanged": 3}
    assert desk.titles()["wire/fail.txt"] == "healed"


@pytest.mark.parametrize(("content", "outcome"), [("fail", "failed"), ("bug", "failed"), ("", "skipped")])
def test_what_a_file_said_leaves_when_nothing_can_be_read_from_it_any_more(desk: Desk, content: str, outcome: str) -> None:
    desk.write("wire/a.txt", content)
    assert told(desk.index("wire")) == {outcome: 1, "unchanged": 2}
    assert desk.titles() == {"wire/b.txt": "one", "wire/c.txt": "one"}
    assert desk.states()["wire/a.txt"] == outcome


def test_what_a_file_said_stays_while_it_cannot_be_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        refuse(patch, "a.txt")
        report = desk.index("wire")
    reason = "The file cannot be read: permission denied. What the archive has of it stays."
    assert report.left_out == (LeftOut("wire", "a.txt", "failed", reason),)
    assert desk.titles()["wire/a.txt"] == "one"
    assert told(desk.index("wire")) == {"unchanged": 3}


def test_what_a_file_said_stays_while_it_cannot_be_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    original = os.stat

    def refusing(path: Any, *given: Any, **named: Any) -> Any:
        if isinstance(path, bytes) and path.endswith(b"/a.txt"):
            raise PermissionError(13, "Permission denied", path)
        return original(path, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr("search.sources.os.stat", refusing)
        report = desk.index("wire")
    assert report.left_out == (LeftOut("wire", "a.txt", "skipped", "The file cannot be looked at: permission denied."),)
    assert desk.titles()["wire/a.txt"] == "one"
    assert told(desk.index("wire")) == {"unchanged": 3}


def test_what_a_folder_held_stays_while_it_cannot_be_entered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write("wire/sub/x.txt", ";one;X")
    desk.write("wire/subway.txt", ";one;Y")
    desk.index("wire")
    (desk.folder / "wire/subway.txt").unlink()
    original = os.scandir

    def refusing(path: Any) -> Any:
        if os.fsdecode(path).endswith("/sub"):
            raise PermissionError(13, "Permission denied", path)
        return original(path)

    with monkeypatch.context() as patch:
        patch.setattr("search.sources.os.scandir", refusing)
        report = desk.index("wire")
    assert told(report) == {"skipped": 1, "unchanged": 3, "gone": 1}
    assert [line.path for line in report.left_out] == ["sub"]
    assert "wire/sub/x.txt" in desk.titles()


def test_several_articles_of_one_file_are_several_articles(desk: Desk) -> None:
    desk.write("wire/d.txt", "x;one;D\ny;two;E\nz;three;A")
    report = desk.index("wire")
    assert (told(report), report.articles) == ({"indexed": 1, "unchanged": 3}, 5)
    bodies = {record: desk.articles()[article_id("wire", b"d.txt", record)][2] for record in "xy"}
    assert bodies == {"x": "D", "y": "E"}
    desk.write("wire/d.txt", "y;two;E")
    assert desk.index("wire").articles == 4


def test_two_articles_with_one_id_are_refused_and_not_lost_silently(desk: Desk) -> None:
    desk.write("wire/d.txt", "x;one;D\nx;two;E")
    (line,) = desk.index("wire").left_out
    assert line.reason == "internal error: two articles of the file have one id"


def test_an_id_of_another_file_is_refused(desk: Desk) -> None:
    desk.write("wire/d.txt", ";one;D")

    def mistaken(raw: RawDocument, fields: Mapping[str, str]) -> tuple[Article, ...]:
        return (Article(article_id("wire", b"a.txt"), raw.source, raw.path, "D", "D"),)

    (line,) = desk.index("wire", extract=mistaken).left_out
    assert line.reason == f"internal error: the id {article_id('wire', b'a.txt')} belongs to another file"
    assert desk.titles()["wire/a.txt"] == "one"


def test_a_record_that_cannot_be_read_is_told_and_the_rest_of_its_file_is_read(desk: Desk) -> None:
    desk.write("wire/d.txt", "x;one;D\nbroken\ny;two;E")
    report = desk.index("wire")
    assert (report.indexed, report.broken, report.complete, report.balanced) == (1, 1, False, True)
    assert report.left_out == (LeftOut("wire", "d.txt", "broken", "line 2: It says so."),)
    assert report.articles == 5
    again = desk.index("wire")
    assert (again.unchanged, again.left_out, again.nothing_changed) == (4, report.left_out, True)
    desk.write("wire/d.txt", "x;one;D\ny;two;E")
    assert desk.index("wire").complete


def test_a_file_of_which_no_record_can_be_read_is_a_failure_that_names_the_first(desk: Desk) -> None:
    desk.write("wire/d.txt", "broken\nbroken")
    (line,) = desk.index("wire").left_out
    assert (line.outcome, line.reason) == ("failed", "No article could be read: line 1: It says so.")


def test_the_names_of_fields_are_remembered_with_the_source_and_can_be_given_anew(desk: Desk) -> None:
    desk.write("wire/d.txt", "x;one;D\nbad")
    assert desk.index("wire", fields={"broken": "bad"}).broken == 1
    assert desk.index("wire").unchanged == 4
    desk.write("wire/e.txt", "x;one;E\nbad")
    assert desk.index("wire").broken == 2
    (d, _) = desk.index("wire", fields={}).left_out
    assert "internal error" in d.reason


def test_a_file_of_more_articles_than_a_batch_is_read_in_several(desk: Desk) -> None:
    desk.write("wire/d.txt", "\n".join(f"{number};one;text {number}" for number in range(7)))
    commits = desk.engine.commits
    report = desk.index("wire", batch=3)
    assert (report.articles, desk.engine.commits - commits) == (10, 3)
    desk.write("wire/d.txt", "\n".join(f"{number};two;text {number}" for number in range(3, 9)))
    assert desk.index("wire", batch=2).articles == 9
    assert {title for path, title, _ in desk.articles().values() if path == "wire/d.txt"} == {"two"}


def test_a_file_without_any_article_is_a_failure(desk: Desk) -> None:
    desk.write("wire/d.txt", "\n")
    (line,) = desk.index("wire", extract=lambda raw, fields: ()).left_out
    assert (line.outcome, line.reason) == ("failed", "No article was found in the file.")


def test_more_than_half_of_a_source_gone_stops_the_run_before_anything_is_changed(desk: Desk) -> None:
    for name in "ab":
        (desk.folder / f"wire/{name}.txt").unlink()
    desk.write("wire/d.txt", ";one;D")
    before = (desk.articles(), desk.states(), desk.ledger.runs())
    with pytest.raises(TooManyRemoved, match=r"^2 of the 3 files of the source “wire” .* Nothing was changed\. .* --allow-removal\.$"):
        desk.index("wire")
    desk.reopen()
    assert (desk.articles(), desk.states(), desk.ledger.runs()) == before
    assert told(desk.index("wire", allow_removal=True)) == {"indexed": 1, "unchanged": 1, "gone": 2}


def test_half_of_a_source_may_go(desk: Desk) -> None:
    desk.write("wire/d.txt", ";one;D")
    desk.index("wire")
    for name in "ab":
        (desk.folder / f"wire/{name}.txt").unlink()
    assert told(desk.index("wire")) == {"unchanged": 2, "gone": 2}


def test_the_only_file_of_a_source_is_guarded_too(desk: Desk) -> None:
    desk.write("lone/a.txt", ";one;L")
    desk.index("lone")
    (desk.folder / "lone/a.txt").unlink()
    with pytest.raises(TooManyRemoved, match="1 of the 1 files of the source “lone”"):
        desk.index("lone")


def test_files_that_have_become_empty_count_as_removed(desk: Desk) -> None:
    for name in "abc":
        desk.write(f"wire/{name}.txt", "")
    with pytest.raises(TooManyRemoved, match="3 of the 3 files"):
        desk.index("wire")


def test_the_guard_counts_against_the_whole_source_and_only_what_was_walked(desk: Desk) -> None:
    desk.write("wire/sub/x.txt", ";one;X")
    desk.index("wire")
    (desk.folder / "wire/sub/x.txt").unlink()
    (desk.folder / "wire/a.txt").unlink()
    (desk.folder / "wire/b.txt").unlink()
    assert told(desk.index("wire/sub")) == {"gone": 1}
    assert told(desk.index("wire/c.txt")) == {"unchanged": 1}
    assert set(desk.titles()) == {"wire/a.txt", "wire/b.txt", "wire/c.txt"}


def test_only_what_lies_in_the_folder_walked_can_be_gone(desk: Desk) -> None:
    desk.write("wire/sub/x.txt", ";one;X")
    desk.write("wire/subway.txt", ";one;Y")
    desk.index("wire")
    (desk.folder / "wire/subway.txt").unlink()
    assert told(desk.index("wire/sub")) == {"unchanged": 1}
    assert "wire/subway.txt" in desk.titles()


def test_a_folder_that_has_moved_keeps_its_name_and_its_ids(desk: Desk) -> None:
    before = desk.articles()
    (desk.folder / "attic").mkdir()
    shutil.move(desk.folder / "wire", desk.folder / "attic/wire")
    assert told(desk.index("attic/wire")) == {"unchanged": 3}
    assert desk.articles() == before
    assert [source.path for source in desk.ledger.sources()] == [desk.folder / "attic/wire"]


def test_a_second_folder_of_the_same_name_is_refused_before_anything_is_changed(desk: Desk) -> None:
    desk.write("other/wire/a.txt", ";one;O")
    with pytest.raises(SourceNameTaken, match="--source"):
        desk.index("other/wire")
    report = desk.index("other/wire", source="second")
    assert (told(report), report.sources) == ({"indexed": 1}, ("second",))


def test_a_source_in_a_folder_that_is_indexed_later_keeps_its_ids(desk: Desk) -> None:
    before = desk.articles()
    desk.write("top.txt", ";one;T")
    report = desk.index("", source="everything")
    # The ledger of this test lies in the folder too, and is no article.
    assert told(report) == {"indexed": 1, "unchanged": 3, "skipped": 1}
    assert before.items() <= desk.articles().items()


def test_a_source_whose_folder_vanished_from_a_folder_that_is_walked_is_guarded(desk: Desk) -> None:
    desk.write("house/inner/a.txt", ";one;I")
    desk.write("house/b.txt", ";one;H")
    desk.index("house/inner")
    desk.index("house")
    shutil.rmtree(desk.folder / "house/inner")
    with pytest.raises(TooManyRemoved, match="source “inner”"):
        desk.index("house")
    assert told(desk.index("house", allow_removal=True)) == {"unchanged": 1, "gone": 1}


def test_a_path_that_is_not_there_changes_nothing(desk: Desk) -> None:
    with pytest.raises(SourceMissing):
        desk.index("wire", "nowhere")
    assert len(desk.ledger.runs()) == 1


def test_a_file_name_that_is_not_utf8_is_indexed(desk: Desk) -> None:
    (desk.folder / "wire" / os.fsdecode(b"caf\xe9.txt")).write_text(";one;É")
    assert told(desk.index("wire")) == {"indexed": 1, "unchanged": 3}
    assert desk.titles()["wire/caf\\xe9.txt"] == "one"


def test_files_are_written_in_batches_of_at_most_so_many_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    for number in range(7):
        desk.write(f"wire/{number}.txt", f";one;{number}")
    sizes = []
    original = MemoryEngine.add

    def measuring(engine: MemoryEngine, articles: Iterable[Article]) -> None:
        given = list(articles)
        sizes.append(len(given))
        original(engine, given)

    monkeypatch.setattr(MemoryEngine, "add", measuring)
    desk.index("wire", batch=3)
    assert sizes == [3, 3, 1]
    desk.ledger.close()


def test_long_articles_are_written_in_smaller_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexer, "BATCH_BYTES", 10)
    desk = Desk(tmp_path)
    for number in range(4):
        desk.write(f"wire/{number}.txt", f";one;{number}")
    desk.index("wire")
    assert desk.engine.commits == 2
    desk.ledger.close()


def test_files_of_many_articles_are_written_in_smaller_batches(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for number in range(3):
        desk.write(f"wire/{number}.txt", f"x;one;{number}x\ny;one;{number}y\nz;one;{number}z")
    desk.index("wire", batch=3)
    assert desk.engine.commits == 3
    desk.ledger.close()


def test_problems_are_written_down_in_batches_too_and_seen_by_others_at_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for number in range(6):
        desk.write(f"wire/{number}.txt", "")
    seen: list[int] = []

    def look(_: Progress) -> None:
        with Ledger.open(tmp_path / "ledger.sqlite") as other:
            seen.append(other.states_by_source().get("wire", {}).get("skipped", 0))

    desk.index("wire", batch=3, progress=look)
    assert seen == [0, 0, 0, 0, 3, 3, 3, 6]
    assert desk.engine.commits == 0
    desk.ledger.close()


def test_progress_goes_from_finding_to_reading_to_the_end(desk: Desk) -> None:
    seen: list[Progress] = []
    desk.index("wire", progress=seen.append)
    assert seen == [Progress("finding", 3), *(Progress("reading", n, 3, 6 * n, 18) for n in range(4))]


def test_an_engine_that_fails_loses_nothing_that_was_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.articles()
    desk.write("wire/a.txt", ";two;A2")

    def failing(_: int = 1) -> None:
        raise EngineError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(desk.engine, "commit", failing)
        with pytest.raises(EngineError, match="disk is full"):
            desk.index("wire")
    assert desk.articles() == before
    assert desk.ledger.runs()[0].finished is None
    desk.engine.commit()
    assert desk.articles() == before, "what was not committed must not be committed by the next one"
    desk.index("wire")
    assert desk.titles()["wire/a.txt"] == "two"


def test_a_failing_run_gives_the_ledger_back_to_others(desk: Desk) -> None:
    desk.write("wire/d.txt", ";one;D")

    def stopped(raw: RawDocument, fields: Mapping[str, str]) -> tuple[Article, ...]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.index("wire", extract=stopped)
    with Ledger.open(desk.folder / "ledger.sqlite") as other:
        other.add_source(Source("free", desk.folder))


def test_an_engine_restored_from_an_older_copy_is_brought_up_to_date(desk: Desk) -> None:
    good = desk.articles()
    first, second, third = sorted(good)
    strange = Article("ffff", "wire", "strange.txt", "S", "S")
    wrong = Article(second, "wire", "a.txt", "other text", "other hash")
    desk.engine.delete([first])
    desk.engine.add([strange, wrong])
    desk.engine.commit()
    desk.write("zone/n.txt", ";one;N")
    report = desk.index("zone")
    assert told(report) == {"indexed": 3}, "the new file, and the two that had to be read again"
    assert {key: value for key, value in desk.articles().items() if key in good} == good
    assert strange.id not in desk.articles()
    assert desk.ledger.generation() == desk.engine.generation()
    assert third in desk.articles()


def test_an_engine_that_has_lost_everything_is_filled_again(desk: Desk) -> None:
    good = desk.articles()
    desk.engine = MemoryEngine()
    desk.index("wire")
    assert desk.articles() == good


def test_a_report_is_the_same_after_a_round_trip(desk: Desk) -> None:
    desk.write("wire/z.txt", ";another title;A")
    desk.write("wire/empty.txt", "")
    report = desk.index("wire")
    assert report.duplicates
    assert report.left_out
    assert IndexReport.from_dict(report.to_dict()) == report
    assert report.to_dict()["balanced"] is True


def test_the_ledger_of_a_run_says_where_an_articles_raw_file_is(desk: Desk) -> None:
    record = desk.ledger.origin(article_id("wire", b"a.txt"))
    assert record is not None
    assert (record.file, record.size, record.version) == (desk.folder / "wire/a.txt", 6, "1")


def test_the_order_in_which_files_are_read_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    for name, content in (("a", ";one;A"), ("b", ";two;A"), ("c", "x;one;C\ny;two;A"), ("d", ";one;C")):
        desk.write(f"wire/{name}.txt", content)
    original = Census.entries
    monkeypatch.setattr(Census, "entries", lambda census: reversed(list(original(census))))
    desk.index("wire")
    assert {(path, body) for path, _, body in desk.articles().values()} == {("wire/a.txt", "A"), ("wire/c.txt", "C")}
    assert desk.states() == {"wire/a.txt": "indexed", "wire/b.txt": "duplicate", "wire/c.txt": "indexed", "wire/d.txt": "duplicate"}
    desk.ledger.close()


def test_a_changed_article_is_replaced_and_only_others_are_deleted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    deleted: list[str] = []
    original = desk.engine.delete

    def noting(ids: Iterable[str]) -> None:
        given = list(ids)
        deleted.extend(given)
        original(given)

    monkeypatch.setattr(desk.engine, "delete", noting)
    desk.write("wire/a.txt", ";two;A2")
    (desk.folder / "wire/b.txt").unlink()
    desk.index("wire")
    assert deleted == [article_id("wire", b"b.txt")]


def test_a_run_in_which_an_article_left_does_not_say_that_nothing_changed(desk: Desk) -> None:
    desk.write("wire/a.txt", "fail")
    assert not desk.index("wire").nothing_changed
    assert desk.index("wire").nothing_changed


def test_the_order_in_which_sources_are_indexed_makes_no_difference(tmp_path: Path) -> None:
    held = []
    for order in (("desk", "wire"), ("wire", "desk")):
        desk = Desk(tmp_path / order[0])
        desk.write("desk/z.txt", ";late;A")
        desk.write("wire/a.txt", ";early;A")
        for source in order:
            desk.index(source)
        held.append((desk.articles(), desk.states()))
        desk.ledger.close()
    assert held[0] == held[1]
    assert held[0][1] == {"desk/z.txt": "indexed", "wire/a.txt": "duplicate"}
