"""CSV: what the cells are, and that none of them is a formula."""

from __future__ import annotations

import csv
import io

import pytest

from search.cli.export import COLUMNS, cell, row, write_csv
from tests.make import article


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_never_begins_like_a_formula(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"
    assert cell(f"a{start}") == f"a{start}"


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
    write_csv([article("1", "Text.", title=title)])
    out.seek(0)
    (read,) = csv.DictReader(out)
    assert read["title"] == 'A "quoted", "plain"\nand broken title, e'
