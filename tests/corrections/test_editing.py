"""How corrections are written down: only what is said changes, comments stay, and what is written is always understood."""

from __future__ import annotations

import multiprocessing
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from search.corrections import FILE_NAME, Corrections, combined, editing, load, parse, writing
from search.errors import CorrectionsError

BY_HAND = """\
# The desk's corrections.

# about the first
[[article]]   # on the front page
path = "a.txt"
date = 2022-11-10   # as printed
agency = "SANA"   # not AP

# these two are one
[[names.merge]]
names = [
    "Yury Borisov",  # Reuters writes so
    "Yuri Borisov",
]

# another article
[[article]]
path = "b.txt"
title = 'Talks'
[article.person]  # only here
"X Y" = "Z"  # the brother

# brothers
[[names.split]]
names = ["Ali Hassan", "Ali Hasan"]
# the end
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with corrections written by hand."""
    (tmp_path / FILE_NAME).write_text(BY_HAND, encoding="utf-8")
    return tmp_path


def text(folder: Path) -> str:
    return (folder / FILE_NAME).read_text(encoding="utf-8")


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_new_file_says_what_it_is_and_holds_the_entry(tmp_path: Path) -> None:
    done = editing.correct_article(tmp_path, "2022/a.txt", date="2022-11-10", agencies=["SANA"], title="Talks  on “trade”", note="as printed")
    assert (done.file, done.changed) == (tmp_path / FILE_NAME, True)
    assert text(tmp_path) == (
        editing.NEW_FILE
        + '\n[[article]]\npath = "2022/a.txt"\ndate = "2022-11-10"\nagency = "SANA"\ntitle = "Talks on “trade”"\nnote = "as printed"\n'
    )
    assert files(tmp_path) == [FILE_NAME]


def test_a_value_is_changed_where_it_stands_and_nothing_else_is(desk: Path) -> None:
    editing.correct_article(desk, "a.txt", date="2022-11-11", title="New")
    assert text(desk) == BY_HAND.replace("date = 2022-11-10 ", 'date = "2022-11-11" ').replace(
        'agency = "SANA"   # not AP\n', 'agency = "SANA"   # not AP\ntitle = "New"\n'
    )


def test_what_is_said_already_is_not_written_again(desk: Path) -> None:
    before = (desk / FILE_NAME).stat().st_ino
    edits = [
        editing.correct_article(desk, "a.txt", date="2022-11-10", agencies=["SANA"]),
        editing.merge(desk, ["Yuri Borisov", "yury borisov"]),
        editing.split(desk, ["Ali Hasan", "Ali Hassan"]),
        editing.undo_article(desk, "c.txt"),
        editing.undo_names(desk, "hide", ["Nobody"]),
        editing.undo_line(desk, "No such line"),
    ]
    assert [edit.changed for edit in edits] == [False] * 6
    assert (text(desk), (desk / FILE_NAME).stat().st_ino) == (BY_HAND, before)


def test_a_comment_stays_when_what_it_stood_by_goes(desk: Path) -> None:
    editing.correct_article(desk, "a.txt", agencies=["SANA", "TASS"])
    assert '# not AP\n[[article]]   # on the front page\npath = "a.txt"\n' in text(desk)
    editing.undo_article(desk, "b.txt")
    assert "# another article\n# only here\n# the brother\n\n# brothers\n[[names.split]]" in text(desk)
    assert [entry.path for entry in load(desk).articles] == ["a.txt"]


def test_an_entry_without_comments_goes_with_its_blank_line(tmp_path: Path) -> None:
    for name in ("A B", "C D", "E F"):
        editing.rename(tmp_path, name, "X")
    editing.undo_names(tmp_path, "rename", ["C D"])
    assert text(tmp_path).endswith('.\n\n[[names.rename]]\nname = "A B"\nto = "X"\n\n[[names.rename]]\nname = "E F"\nto = "X"\n')


def test_line_ends_and_byte_order_mark_stay_what_they_were(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xef\xbb\xbf" + BY_HAND.replace("\n", "\r\n").encode())
    editing.merge(tmp_path, ["Yuri Borisov", "Jurij Borisow"], shown="Borisov")
    editing.hide(tmp_path, ["White House"])
    written = (tmp_path / FILE_NAME).read_bytes()
    assert written.startswith(b"\xef\xbb\xbf# The desk")
    assert not re.search(rb"(?<!\r)\n", written)
    assert b'as = "Borisov"\r\n' in written
    assert b'\r\n[[names.hide]]\r\nnames = ["White House"]\r\n' in written


def test_one_article_of_several_in_a_file_is_named_by_its_record(tmp_path: Path) -> None:
    editing.correct_article(tmp_path, "wire.jsonl", "7", date="none")
    editing.correct_article(tmp_path, "wire.jsonl", "8", agencies=["none"])
    editing.undo_article(tmp_path, "wire.jsonl", "7")
    (entry,) = load(tmp_path).articles
    assert (entry.record, entry.agencies) == ("8", ())


@pytest.mark.parametrize("path", ['we"ird\\x\n.txt', "Zürich/№ 5 #1.txt", "a\\xff.txt"])
def test_any_path_can_be_written(tmp_path: Path, path: str) -> None:
    editing.correct_article(tmp_path, path, date="2022")
    assert load(tmp_path).paths() == {path}


def test_a_merge_is_extended_and_takes_a_name_to_show(desk: Path) -> None:
    editing.merge(desk, ["Jurij Borisow", "Yuri Borisov"], shown="Yuri Borisov")
    merged = '    "Yury Borisov",  # Reuters writes so\n    "Yuri Borisov",\n    "Jurij Borisow",\n]\nas = "Yuri Borisov"\n'
    assert merged in text(desk)
    editing.merge(desk, ["Jurij Borisow", "Yuri Borisov"], shown="Borisov")
    assert set(combined([load(desk)]).shown.values()) == {"Borisov"}


def test_another_name_to_show_leaves_the_one_before_among_the_persons_names(tmp_path: Path) -> None:
    editing.merge(tmp_path, ["A One", "A Two"], shown="A Three")
    editing.rename(tmp_path, "A Two", "A Four")
    (entry,) = load(tmp_path).names
    assert (entry.names, entry.shown) == (("A One", "A Two", "A Three"), "A Four")


def test_a_merge_takes_the_place_of_a_split_and_says_so(desk: Path) -> None:
    done = editing.merge(desk, ["Ali Hasan", "Ali Hassan"])
    assert done.gave_way == ("It had been said that Ali Hassan and Ali Hasan are different persons; that is taken back.",)
    assert [entry.kind for entry in load(desk).names] == ["merge", "merge"]


def test_a_merge_of_two_leaves_a_split_of_three_between_the_others(tmp_path: Path) -> None:
    editing.split(tmp_path, ["A One", "A Two", "A Three"])
    editing.merge(tmp_path, ["A One", "A Two"])
    decided = combined([load(tmp_path)])
    assert decided.apart == (frozenset({"@a-one", "@a-three"}),)
    assert decided.same == (frozenset({"@a-one", "@a-two"}),)


def test_a_split_takes_the_later_names_out_of_what_was_merged(tmp_path: Path) -> None:
    editing.merge(tmp_path, ["A One", "A Two", "A Three"])
    done = editing.split(tmp_path, ["A One", "A Two"])
    decided = combined([load(tmp_path)])
    assert decided.same == (frozenset({"@a-one", "@a-three"}),)
    assert decided.apart == (frozenset({"@a-one", "@a-two"}),)
    assert done.gave_way == ("It had been said that A Two is the same person; that is taken back.",)


def test_a_split_parts_names_that_met_by_way_of_a_third(tmp_path: Path) -> None:
    editing.merge(tmp_path, ["A One", "A Three"])
    (tmp_path / FILE_NAME).write_text(text(tmp_path) + '[[names.merge]]\nnames = ["A Two", "A Four"]\nas = "A Three"\n', encoding="utf-8")
    editing.split(tmp_path, ["A One", "A Two"])
    assert combined([load(tmp_path)]).same == (frozenset({"@a-one", "@a-three", "@a-four"}),)


def test_a_rename_takes_the_place_of_the_one_before_also_where_a_merge_chose_the_name(desk: Path) -> None:
    editing.rename(desk, "Abu Mazen", "Mahmoud Abbas")
    editing.rename(desk, "Abu Mazen", "M. Abbas")
    editing.merge(desk, ["Yuri Borisov", "Yury Borisov"], shown="Yuri Borisov")
    editing.rename(desk, "Yury Borisov", "Y. Borisov")
    shown = combined([load(desk)]).shown
    assert (shown["@abu-mazen"], shown["@yury-borisov"]) == ("M. Abbas", "Y. Borisov")
    assert [entry.kind for entry in load(desk).names].count("rename") == 1


def test_hidden_names_are_added_once_and_taken_back_one_by_one(tmp_path: Path) -> None:
    editing.hide(tmp_path, ["White House", "Press Secretary"])
    editing.hide(tmp_path, ["white house", "News Desk"])
    assert [entry.names for entry in load(tmp_path).names] == [("White House", "Press Secretary"), ("News Desk",)]
    editing.undo_names(tmp_path, "hide", ["White House", "News Desk"])
    assert [entry.names for entry in load(tmp_path).names] == [("Press Secretary",)]


def test_merges_and_splits_are_taken_back(desk: Path) -> None:
    editing.undo_names(desk, "merge", ["Yuri Borisov", "Yury Borisov"])
    editing.undo_names(desk, "split", ["Ali Hassan", "Ali Hasan"])
    assert load(desk).names == ()
    assert "# Reuters writes so" in text(desk)


def test_a_line_is_said_to_be_boilerplate_and_then_not(tmp_path: Path) -> None:
    editing.set_line(tmp_path, "Follow us", boilerplate=True, note="footer")
    editing.set_line(tmp_path, "Follow us", boilerplate=True, publisher="Star")
    done = editing.set_line(tmp_path, " Follow  us", boilerplate=False)
    assert [(line.boilerplate, line.publisher, line.note) for line in load(tmp_path).lines] == [(False, None, "footer"), (True, "Star", "")]
    assert done.gave_way == ("The opposite had been said of this line; that is taken back.",)
    editing.undo_line(tmp_path, "Follow us ")
    assert load(tmp_path).lines == ()


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda desk: editing.correct_article(desk, "a.txt", date="15 June"), "“15 June” is no date"),
        (lambda desk: editing.correct_article(desk, "../a.txt", date="2022"), "is not written plainly"),
        (lambda desk: editing.correct_article(desk, "a.txt", note="x"), "nothing to put right"),
        (lambda desk: editing.merge(desk, ["Bashar al-Assad", "bashar assad"]), "are one name"),
        (lambda desk: editing.hide(desk, ["?"]), "has no word in it"),
        (lambda desk: editing.split(desk, ["Yury Borisov", "Y B"], among=[elsewhere()]), "one person by wire/corrections.toml, line 1"),
    ],
)
def test_what_cannot_be_said_is_refused_and_leaves_the_file_alone(desk: Path, edit: Callable[[Path], object], says: str) -> None:
    with pytest.raises(CorrectionsError) as caught:
        edit(desk)
    assert says in str(caught.value)
    assert text(desk) == BY_HAND


def elsewhere() -> Corrections:
    """The corrections of another source."""
    return parse(b'[[names.merge]]\nnames = ["Yury Borisov", "Y B"]\n', Path("wire/corrections.toml"))


def test_a_file_with_a_mistake_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("[[article]]\npath = 3\n", encoding="utf-8")
    with pytest.raises(CorrectionsError, match="line 2: path must be a text"):
        editing.hide(tmp_path, ["White House"])
    assert text(tmp_path) == "[[article]]\npath = 3\n"


def test_the_permissions_stay_and_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "ours.toml"
    real.write_text("# ours\n", encoding="utf-8")
    real.chmod(0o640)
    (tmp_path / FILE_NAME).symlink_to(real)
    editing.hide(tmp_path, ["White House"])
    assert (tmp_path / FILE_NAME).is_symlink()
    assert real.read_text(encoding="utf-8") == '# ours\n\n[[names.hide]]\nnames = ["White House"]\n'
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert files(tmp_path / "real") == ["ours.toml"]


def test_a_folder_that_cannot_be_written_to_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(writing.os, "fsync", refuse)
    with pytest.raises(CorrectionsError, match=r"cannot be written: permission denied\. Corrections are kept beside the raw articles"):
        editing.hide(tmp_path, ["White House"])
    assert not (tmp_path / FILE_NAME).exists()
    with pytest.raises(CorrectionsError, match="There is no folder"):
        editing.hide(tmp_path / "nowhere", ["White House"])
    assert not (tmp_path / "nowhere").exists()


def test_a_writer_that_takes_too_long_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "WAIT_SECONDS", 0.0)
    with FileLock(tmp_path / ".corrections.lock"), pytest.raises(CorrectionsError, match="Another process is writing to"):
        editing.hide(tmp_path, ["White House"])


def _hide_many(folder: Path, first: str) -> None:
    for number in range(10):
        editing.hide(folder, [f"{first} Number{number}"])


def test_of_two_writers_at_once_neither_loses_anything(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_hide_many, args=(tmp_path, first)) for first in ("One", "Two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    hidden = combined([load(tmp_path)]).hidden
    assert hidden == {f"@{first}-number{number}" for first in ("one", "two") for number in range(10)}


NAMES = st.sampled_from(["A One", "A Two", "A Three", "al-A Two", "B “Four”", 'B "Five"'])
SEVERAL = st.lists(NAMES, min_size=1, max_size=3)
EDITS = st.one_of(
    st.builds(lambda n, s: lambda f: editing.merge(f, n, shown=s), SEVERAL, st.none() | NAMES),
    st.builds(lambda n: lambda f: editing.split(f, n), SEVERAL),
    st.builds(lambda n, t: lambda f: editing.rename(f, n, t), NAMES, NAMES),
    st.builds(lambda n: lambda f: editing.hide(f, n), SEVERAL),
    st.builds(lambda k, n: lambda f: editing.undo_names(f, k, n), st.sampled_from(["merge", "split", "rename", "hide"]), SEVERAL),
    st.builds(
        lambda p, d, a, t: lambda f: editing.correct_article(f, p, date=d, agencies=a, title=t),
        st.sampled_from(["a.txt", "b.txt", "c.txt"]),
        st.none() | st.sampled_from(["2022", "none"]),
        st.none() | st.lists(st.sampled_from(["SANA", "AP"]), min_size=1, max_size=2),
        st.none() | st.sampled_from(["Talks", "none", "[[line]]", '"""', "it's", "\x00", "Москва"]),
    ),
    st.builds(lambda p: lambda f: editing.undo_article(f, p), st.sampled_from(["a.txt", "b.txt", "c.txt"])),
    st.builds(lambda t, b: lambda f: editing.set_line(f, t, boilerplate=b), st.sampled_from(["one", "ONE", "two\ttwo"]), st.booleans()),
    st.builds(lambda t: lambda f: editing.undo_line(f, t), st.sampled_from(["one", "two two"])),
)


@given(st.lists(EDITS, max_size=8), st.booleans())
@settings(max_examples=120, deadline=None)
def test_after_any_edits_the_file_is_understood_and_every_comment_is_there(edits: list[Callable[[Path], object]], windows: bool) -> None:
    comments = sorted(re.findall(r"#.*", BY_HAND))
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / FILE_NAME).write_bytes((BY_HAND.replace("\n", "\r\n") if windows else BY_HAND).encode())
        for edit in edits:
            try:
                edit(folder)
                after = (folder / FILE_NAME).read_bytes()
                edit(folder)
            except CorrectionsError:
                continue  # refused: what was there stays
            assert (folder / FILE_NAME).read_bytes() == after, "the same said twice changes nothing"
        corrections = load(folder)
        combined([corrections])
        left = (folder / FILE_NAME).read_bytes().decode()
    assert sorted(re.findall(r"#[^\r\n]*", left)) == comments
    assert {entry.path for entry in corrections.articles} <= {"a.txt", "b.txt", "c.txt"}


@pytest.mark.parametrize("before", [BY_HAND, BY_HAND.replace("\n", "\r\n"), BY_HAND + "\n", "# mine\n"])
def test_what_is_said_and_taken_back_leaves_the_file_as_it_was(tmp_path: Path, before: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(before.encode())
    for _ in range(2):
        editing.rename(tmp_path, "Somebody New", "X")
        editing.undo_names(tmp_path, "rename", ["Somebody New"])
        assert (tmp_path / FILE_NAME).read_bytes() == before.encode()


def test_links_that_lie_in_wait_under_a_foreseen_name_are_not_written_through(desk: Path) -> None:
    other = desk.parent / f"{desk.name}-other.txt"
    other.write_text("somebody else's")
    (desk / f".{FILE_NAME}.new").symlink_to(other)
    editing.rename(desk, "Somebody New", "X")
    assert (other.read_text(), "Somebody New" in text(desk)) == ("somebody else's", True)


def test_what_could_not_be_written_leaves_nothing_behind(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(desk)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CorrectionsError, match="cannot be written: no space left"):
        editing.rename(desk, "Somebody New", "X")
    assert (files(desk), text(desk)) == (before, BY_HAND)
