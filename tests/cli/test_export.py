"""CSV: what the cells are, and that none of them is a formula. JSON Lines: that nothing breaks them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from search.article import Article
from search.cli.output import encodable
from search.export import COLUMNS, cell, csv_lines, json_lines, row
from tests.make import article


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", " =", "\ufeff=", "\xa0+"])
def test_a_cell_never_begins_like_a_formula(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell(f"a{start}") == f"a{start}"


@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r", "\r\n"])
def test_nor_does_what_a_spreadsheet_of_another_separator_takes_for_a_cell(separator: str) -> None:
    assert cell(f"a{separator}=1+1{separator} -5{separator}b") == f"a{separator}'=1+1{separator}' -5{separator}b"
    assert cell("a - b, 1+1; x=2; 3-2") == "a - b, 1+1; x=2; 3-2"


def test_nothing_is_an_empty_cell() -> None:
    assert cell(None) == ""


def test_a_row_has_a_cell_for_each_column() -> None:
    people = {"participants": ("Ada Quay", "Ben Pier"), "mentioned": ("Cy Dock",)}
    made = article("7", "Text.", title="=SUM(A1)", date="2022-06", agencies=("AP", "AFP"), place="Oldport", **people)
    assert dict(zip(COLUMNS, row(made), strict=True)) == {
        "id": "0000000000000007",
        "title": "'=SUM(A1)",
        "date": "2022-06",
        "date_precision": "month",
        "agency": "AP; AFP",
        "publisher": "",
        "place": "Oldport",
        "participants": "Ada Quay; Ben Pier",
        "mentioned": "Cy Dock",
        "url": "",
        "source": "tests",
        "path": "7.txt",
    }


def test_what_is_written_is_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    title = 'A “quoted”, "plain"\nand broken title, é'
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="")
    monkeypatch.setattr("sys.stdout", out)
    out.writelines(csv_lines([article("1", "Text.", title=title)], encodable, "\n"))
    out.seek(0)
    (read,) = csv.DictReader(out)
    assert read["title"] == 'A "quoted", "plain"\nand broken title, e'


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("break_", ["\r", "\n", "\r\n"])
def test_a_line_break_in_a_value_begins_no_row(end: str, break_: str) -> None:
    titles = [f"one{break_}two", "three"]
    lines = list(csv_lines([article(str(i), "Text.", title=title) for i, title in enumerate(titles)], end=end))
    assert [row["title"] for row in csv.DictReader(io.StringIO("".join(lines), newline=""))] == titles
    assert len(lines) == 3
    assert all(line.endswith(end) and not line.endswith(f"\r{end}") for line in lines)
    assert f'"{titles[0]}"' in lines[1]  # a spreadsheet takes a bare carriage return for the end of a row


def test_half_of_a_surrogate_pair_is_spelled_out_and_comes_back_from_json() -> None:
    broken = replace(article("1", "Text."), body="A \ud800 text.", title="Half \udfff of it\u2028")
    table = "".join(csv_lines([broken])).encode("utf-8").decode("utf-8")
    assert "Half \\udfff of it" in table
    (line,) = json_lines([broken])
    assert line.count("\n") == 1
    assert Article.from_dict(json.loads(line.encode("utf-8"))) == broken
