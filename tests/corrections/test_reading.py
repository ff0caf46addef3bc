"""What a corrections.toml says, and that every mistake in one is told with file, line and advice."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from search.archive import Archive
from search.corrections import FILE_NAME, ArticleCorrection, Corrections, LineCorrection, NameCorrection, editing, load, parse
from search.corrections import __doc__ as guide
from search.corrections.reading import KEYS, MAX_BYTES
from search.errors import CorrectionsError

FILE = Path("desk/corrections.toml")

WHOLE = """\
# what the desk found
[[article]]
path = "2022/a.txt"   # the first
date = 2022-11-10
agencies = ["SANA", "TASS", "SANA"]
title = "Talks  in Damascus"
note = "as printed"
hide = ["Press Secretary"]
[article.person]
"Yuri Borisov" = "Yuri Borisov (actor)"

[[names.merge]]
names = [
    "Yury Borisov",  # Reuters
    "Yuri Borisov",
]
as = "Yuri Borisov"

[[article]]
path = "wire.jsonl"
record = "77"
date = "none"
agency = "none"

[[names.split]]
names = ["Ali Hassan", "Ali Hasan"]
[[names.rename]]
name = "Abu Mazen"
to = "Mahmoud Abbas"
[[names.hide]]
names = ["White House"]
[[line]]
text = "Follow us"
boilerplate = true
publisher = "The Daily Star"
"""


def says(text: str | bytes) -> str:
    """The error that a file makes."""
    with pytest.raises(CorrectionsError) as caught:
        parse(text.encode() if isinstance(text, str) else text, FILE)
    return str(caught.value)


def test_every_kind_of_entry_is_read_with_the_line_where_it_begins() -> None:
    corrections = parse(WHOLE.encode(), FILE)
    assert corrections.articles == (
        ArticleCorrection(
            "2022/a.txt",
            2,
            date="2022-11-10",
            agencies=("SANA", "TASS"),
            title="Talks in Damascus",
            people=(("Yuri Borisov", "Yuri Borisov (actor)"),),
            hidden=("Press Secretary",),
            note="as printed",
        ),
        ArticleCorrection("wire.jsonl", 19, record="77", date="none", agencies=()),
    )
    assert corrections.names == (
        NameCorrection("merge", ("Yury Borisov", "Yuri Borisov"), 12, "Yuri Borisov"),
        NameCorrection("split", ("Ali Hassan", "Ali Hasan"), 25),
        NameCorrection("rename", ("Abu Mazen",), 27, "Mahmoud Abbas"),
        NameCorrection("hide", ("White House",), 30),
    )
    assert corrections.lines == (LineCorrection("Follow us", True, 32, "The Daily Star"),)


def test_a_folder_without_the_file_has_no_corrections(tmp_path: Path) -> None:
    assert load(tmp_path) == Corrections(tmp_path / FILE_NAME)
    assert load(tmp_path / "nowhere").hash == ""


def test_a_file_is_known_by_the_hash_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"# nothing yet\n")
    found = load(tmp_path)
    assert (found.content, found.articles) == (b"# nothing yet\n", ())
    assert found.hash == hashlib.sha256(b"# nothing yet\n").hexdigest()


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm() -> None:
    plain, windows = parse(WHOLE.encode(), FILE), parse(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode(), FILE)
    assert (windows.articles, windows.names, windows.lines) == (plain.articles, plain.names, plain.lines)


@pytest.mark.parametrize(("written", "kept"), [("2022", "2022"), ('"2022-06"', "2022-06"), ("2022-06-15T10:00:00", "2022-06-15"), ('"none"', "none")])
def test_a_date_may_be_written_in_several_ways(written: str, kept: str) -> None:
    (entry,) = parse(f'[[article]]\npath = "a"\ndate = {written}'.encode(), FILE).articles
    assert entry.date == kept


def test_headers_inside_of_texts_are_no_headers() -> None:
    text = '[[article]]\npath = "a"\nnote = """\n[[line]]\n# """\ntitle = "[[article]]"\n\n[[article]]\npath = "b"\ntitle = \'\'\'\n[[line]]\'\'\'\n'
    entries = parse(text.encode(), FILE).articles
    assert [(entry.path, entry.line) for entry in entries] == [("a", 1), ("b", 8)]


def test_the_example_in_the_guide_is_a_file_that_is_understood() -> None:
    assert guide is not None
    example = "\n".join(line[4:] for line in guide.splitlines() if line.startswith("    "))
    corrections = parse(example.encode(), FILE)
    assert [len(part) for part in (corrections.articles, corrections.names, corrections.lines)] == [1, 4, 1]


ARTICLE = '[[article]]\npath = "a.txt"\n'


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ('x = "', 1, "this is not TOML"),
        ("\n\nx = [1,\n", 3, "this is not TOML"),
        ("a = " + "9" * 5000, 1, "this is not TOML"),
        (b"# ok\n[[article]]\npath = '\xff'", 3, "Save the file as UTF-8"),
        ("a = 1", 1, "“a =” stands before the first header"),
        ("[names]\nhide = ['X Y']", 1, "Is [[names.hide]] meant?"),
        ("\n[[artikel]]\npath = 'a'", 2, "Is [[article]] meant?"),
        ("article = [{ path = 'a', title = 'b' }]", 1, "Every entry begins with one of the headers"),
        (ARTICLE + "title = 'b'\n[names]\n[article.person]\n'X' = 'Y'", 4, "[names] cannot stand here"),
        ("[[article]]\ntitle = 'b'", 1, "[[article]] lacks “path”"),
        (ARTICLE, 1, "nothing is put right in a.txt"),
        (ARTICLE + "dat = 2022", 3, "Is “date” meant?"),
        (ARTICLE + "date = '15 June'", 3, "Write 2022-06-15, 2022-06 or 2022"),
        (ARTICLE + "date = '2022-02-30'", 3, "is no date"),
        (ARTICLE + "date = 20222", 3, "is no date"),
        (ARTICLE + "date = '0922-02-28'", 3, "Check the year"),
        (ARTICLE + "date = true", 3, "is no date"),
        (ARTICLE + "agency = ['SANA']", 3, "agency must be a text in quotation marks"),
        (ARTICLE + "agencies = 'SANA'", 3, "agencies must be a list of texts"),
        (ARTICLE + "agencies = []", 3, "agencies is empty"),
        (ARTICLE + "agencies = ['SANA', 'none']", 3, "agency is “none” beside others"),
        (ARTICLE + "agency = 'SANA'\nagencies = ['SANA']", 4, "both agency and agencies are given"),
        (ARTICLE + "agencies = [\n[['SANA']],\n]", 3, "agency must be a text"),
        (ARTICLE + "title = ' '", 3, "title is empty"),
        (ARTICLE + 'title = "a\\u0000b"', 3, "control character"),
        (ARTICLE + "person = 'X'", 3, "person must be pairs of names"),
        (ARTICLE + "person = { 'X' = 3 }", 3, "The name for “X” must be a text"),
        (ARTICLE + "person = { 'al-Assad' = 'X', 'Assad' = 'Y' }", 3, "is given twice in person"),
        (ARTICLE + "person = { 'X' = 'Y' }\nhide = ['x']", 4, "stands in person and in hide"),
        (ARTICLE + "hide = ['al']", 3, "has no word in it to know a person by"),
        (ARTICLE + "title = 'b'\nrecord = ''", 4, "record must be a text"),
        ("[[article]]\npath = '../a.txt'\ntitle = 'b'", 2, "without “..”"),
        ("[[article]]\npath = 'x//a.txt'\ntitle = 'b'", 2, "doubled slashes"),
        ("[[article]]\npath = '/a.txt'\ntitle = 'b'", 2, "Write it from this folder on"),
        ("[[article]]\npath = 'C:\\a.txt'\ntitle = 'b'", 2, "Write it from this folder on"),
        (ARTICLE + "title = 'b'\n\n" + ARTICLE + "title = 'c'", 5, "is corrected in line 1 already"),
        ("[[names.merge]]\nnames = ['X Y']", 2, "Name at least two"),
        ("[[names.merge]]\nnames = ['Bashar al-Assad', 'Bashar Assad']", 2, "are one name"),
        ("[[names.merge]]\nnames = 'X Y'", 2, "names must be a list of texts"),
        ("[[names.hide]]\nnames = []", 2, "names is empty"),
        ("[[names.rename]]\nname = 'X'", 1, "lacks “to”"),
        ("[[line]]\ntext = 'x'\nboilerplate = 'yes'", 3, "true or false, without quotation marks"),
        ("[[names.merge]]\nnames = ['A B', 'C D']\n[[names.split]]\nnames = ['C D', 'a b']", 3, "one person by line 1"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_do(text: str | bytes, line: int, advice: str) -> None:
    message = says(text)
    assert message.startswith(f"desk/corrections.toml, line {line}: ")
    assert advice in message


def test_what_is_far_too_large_or_too_deep_is_no_corrections_file() -> None:
    assert "too large" in says(b"#" * (MAX_BYTES + 1))
    assert "nested too deeply" in says("a = " + "[" * 100_000)


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(CorrectionsError, match=r"corrections\.toml cannot be read: "):
        load(tmp_path)


def test_a_digest_tells_of_what_concerns_one_file_and_of_nothing_else() -> None:
    corrections = parse(WHOLE.encode(), FILE)
    moved = parse(("# more\n\n" + WHOLE.replace("Ali Hasan", "Ali Hassoun")).encode(), FILE)
    other = parse(WHOLE.replace("as printed", "as heard").encode(), FILE)
    assert corrections.digest("b.txt") == ""
    assert corrections.digest("2022/a.txt") == moved.digest("2022/a.txt") != ""
    assert corrections.digest("2022/a.txt") != other.digest("2022/a.txt")
    assert corrections.digest("wire.jsonl") == other.digest("wire.jsonl")


def test_what_corrects_no_article_is_told() -> None:
    corrections = parse(WHOLE.encode(), FILE)
    assert corrections.paths() == {"2022/a.txt", "wire.jsonl"}
    assert corrections.unmatched("2022/a.txt", [""]) == ()
    assert corrections.unmatched("wire.jsonl", ["76", "77"]) == ()
    (gone,) = corrections.unmatched("2022/a.txt", [])
    assert gone.startswith("desk/corrections.toml, line 2: there is no article in 2022/a.txt")
    assert "say which one is meant" in corrections.unmatched("2022/a.txt", ["1", "2"])[0].lower()
    assert "Take out record" in corrections.unmatched("wire.jsonl", [""])[0]
    assert "no article with the record “77”" in corrections.unmatched("wire.jsonl", ["76"])[0]


def test_the_example_in_the_documents_is_a_file_that_is_understood() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "corrections.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    corrections = parse(example.encode(), FILE)
    assert [len(part) for part in (corrections.articles, corrections.names, corrections.lines)] == [2, 4, 1]
    assert all(f"{key} = " in example for keys in KEYS.values() for key in keys)


@pytest.mark.parametrize("ask", [load, lambda folder: editing.rename(folder, "A B", "C D")])
def test_a_pipe_or_a_link_that_leads_nowhere_is_a_sentence_and_nobody_waits(tmp_path: Path, ask: Callable[[Path], object]) -> None:
    file = tmp_path / FILE_NAME
    os.mkfifo(file)
    with pytest.raises(CorrectionsError, match=r"corrections\.toml is a pipe or a device\. Put a file in its place"):
        ask(tmp_path)
    file.unlink()
    file.symlink_to(tmp_path / "away" / "real.toml")
    with pytest.raises(CorrectionsError, match="is a link to a file that is not there"):
        ask(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE_NAME]


def test_an_archive_tells_that_its_corrections_are_no_file_and_does_not_wait_for_them(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / "a.txt").write_text("Rain\n\nIt rained all the day in the north.")
    with Archive.create(tmp_path / "index") as archive:
        archive.index([desk])
        os.mkfifo(desk / FILE_NAME)
        assert [source.corrections_changed for source in archive.status().sources] == [True]
        (desk / FILE_NAME).unlink()
        assert [source.corrections_changed for source in archive.status().sources] == [False]
