"""Tables: separators, headers, cells with line breaks, and rows that do not fit."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UnreadableFile
from search.extraction import csv_records
from search.extraction.csv_records import records
from search.extraction.pieces import Characters, in_bytes
from search.extraction.records import BrokenRecord, Record


def found(content: str | bytes) -> list[tuple[str, dict[str, str] | str]]:
    """The places of rows, with their cells by column, or the reason for which they are broken."""
    data = in_bytes(content.encode() if isinstance(content, str) else content)
    return [(item.where, item.reason if isinstance(item, BrokenRecord) else dict(item.values)) for item in records(data, Characters(data))]


@pytest.mark.parametrize("separator", ["\t", ",", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_separator_is_told_by_the_first_row(separator: str, end: str) -> None:
    rows = [["id", "title", "text"], ["1", "A", "One, two; three | four"], ["2", "B", "Five."]]
    rows = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
    content = end.join(separator.join(row) for row in rows)
    assert found(content) == [
        ("row 2", {"id": "1", "title": "A", "text": "One, two; three | four"}),
        ("row 3", {"id": "2", "title": "B", "text": "Five."}),
    ]


def test_the_separator_that_excel_states_is_heeded() -> None:
    assert found("sep=|\r\ntitle, original|text\r\nA|B\r\n") == [("row 2 (line 3)", {"title, original": "A", "text": "B"})]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1252"])
def test_the_encodings_of_spreadsheets_are_read(encoding: str) -> None:
    content = "title\ttext\r\nCafé\tThe café in the Rue de l’Été opened on Monday, “at last”, said its owner\r\n"
    places = found(content.encode(encoding))
    assert places == [("row 2", {"title": "Café", "text": "The café in the Rue de l’Été opened on Monday, “at last”, said its owner"})]


def test_a_cell_may_hold_line_ends_quotation_marks_and_separators() -> None:
    content = 'title,text\n"A ""b"", c","First.\n\nSecond, and last."\nD,E\n'
    assert found(content) == [
        ("row 2", {"title": 'A "b", c', "text": "First.\n\nSecond, and last."}),
        ("row 3 (line 5)", {"title": "D", "text": "E"}),
    ]


def test_rows_that_do_not_fit_the_header_are_broken_and_the_others_are_read() -> None:
    places = found("id,title,text\n1,A,B\n2,C\n3,D,E,F\n4,G,H\n")
    assert [where for where, value in places if isinstance(value, str)] == ["row 3", "row 4"]
    assert places[1][1] == "The row has 2 cells, but the first row names 3 columns: which cell is which cannot be told."
    assert [value["id"] for _, value in places if isinstance(value, dict)] == ["1", "4"]


def test_empty_cells_behind_the_last_column_shift_nothing() -> None:
    assert found("title,text,,\nA,B,,\nC,D\nE,F,,,\n") == [
        ("row 2", {"title": "A", "text": "B"}),
        ("row 3", {"title": "C", "text": "D"}),
        ("row 4", {"title": "E", "text": "F"}),
    ]


def test_columns_without_a_name_are_no_fields() -> None:
    assert found(",title,text\n0,A,B\n") == [("row 2", {"title": "A", "text": "B"})]


def test_blank_lines_are_no_rows() -> None:
    assert [where for where, _ in found("\n\ntitle,text\n\nA,B\n  \nC,D\n\n")] == ["row 2 (line 5)", "row 3 (line 7)"]


def test_a_quotation_mark_that_is_never_closed_costs_its_row_only() -> None:
    places = found('id,title,text\n1,A,B\n2,C,"D\n' + "".join(f"{n},E,F\n" for n in range(3, 50)))
    assert places[1] == ("row 3", "A quotation mark in it is not closed where its cell ends.")
    assert [value["id"] for _, value in places if isinstance(value, dict)] == ["1", *map(str, range(3, 50))]


def test_a_quotation_mark_that_another_row_closes_costs_these_rows_only() -> None:
    rows = "".join(f"{n},E,F\n" for n in range(3, 20))
    places = found(f'id,title,text\n1,A,B\n2,C,"D\n{rows}20,G,"H"\n21,I,J\n')
    assert [value["id"] for _, value in places if isinstance(value, dict)] == ["1", *map(str, range(3, 22))]


def test_the_lines_of_a_long_cell_in_a_broken_row_are_not_taken_for_rows() -> None:
    places = found('id,title,text\n1,A,"One, two, three.\n\nFour.\nFive, six.",more\n2,B,C\n')
    assert [where for where, _ in places] == ["row 2", "row 3 (line 6)"]
    assert str(places[0][1]).endswith("It goes on until line 5.")
    assert places[1][1] == {"id": "2", "title": "B", "text": "C"}


def test_cells_longer_than_the_standard_limit_are_read_and_endless_ones_are_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "word " * 100_000
    assert found(f'title,text\nA,"{long}"\n') == [("row 2", {"title": "A", "text": long})]
    limit = csv.field_size_limit(1000)
    try:
        places = found(f'title,text\nA,"{long}"\nB,C\n')
    finally:
        csv.field_size_limit(limit)
    assert limit == csv_records._LONGEST_CELL
    assert [where for where, _ in places] == ["row 2", "row 3"]
    assert "field larger than field limit" in str(places[0][1])


def test_columns_of_one_name_that_differ_are_known() -> None:
    data = b"title,text,text\nA,B,B\nA,B,C\n"
    first, second = records(data, Characters(data))
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (sorted(first.conflicting), sorted(second.conflicting)) == ([], ["text"])


@pytest.mark.parametrize("content", ["", "\n \n", ",,,\nA,B,C,D\n", ",".join("x" * 1 for _ in range(1001))])
def test_a_table_without_names_of_columns_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFile, match="names no columns"):
        found(content)


CELL = st.text(alphabet=' ab,;|\t"\n.é', max_size=12)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6), st.sampled_from(",;\t|"))
def test_every_table_is_read_as_it_was_written(rows: list[tuple[str, str, str]], separator: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(["title", "text", "date"])
    writer.writerows(rows)
    full = [row for row in rows if any(cell.strip() for cell in row)]
    assert [value if isinstance(value, str) else tuple(value.values()) for _, value in found(out.getvalue())] == full


@given(st.text(alphabet='a,;"\n\r\té\x00', max_size=60))
def test_any_text_is_rows_or_a_reason(content: str) -> None:
    try:
        reasons = [value for _, value in found(content) if isinstance(value, str)]
    except UnreadableFile as error:
        reasons = [str(error)]
    assert [reason for reason in reasons if not reason.endswith(".")] == []


def test_where_very_many_rows_have_swallowed_others_each_line_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_records, "_PATIENCE", 2)
    content = "title,text\n" + 'a"a,"b\n' * 6 + 'C,"D\nE"\nF,G\nH,"I\n'
    read = found(content)
    assert [where for where, _ in read] == [f"row {n}" for n in range(2, 12)]
    assert [value for _, value in read[:7]] == [csv_records._NOT_CLOSED] * 7
    assert "cells" in str(read[7][1])
    assert [value for _, value in read[8:]] == [{"title": "F", "text": "G"}, csv_records._NOT_CLOSED]


@pytest.mark.parametrize(("name", "limit"), [("_PATIENCE", 3), ("_MOST_AGAIN", 3_000)])
def test_reading_goes_back_so_often_only(name: str, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = csv_records._swallows_rows

    def counted(begin: csv_records._Lines, end: csv_records._Lines, separator: str, columns: int) -> bool:
        asked.append(end.number - begin.number)
        return real(begin, end, separator, columns)

    monkeypatch.setattr(csv_records, "_swallows_rows", counted)
    monkeypatch.setattr(csv_records, name, limit)
    assert len(found("title,text\n" + 'a"a,"b\n' * 300)) == 300
    assert 0 < len(asked) <= 5


@pytest.mark.parametrize(("name", "limit"), [("_MOST_LINES", 5), ("_LONGEST_ROW", 60)])
def test_a_row_that_goes_on_for_too_long_is_broken_and_reading_goes_on_behind_it(name: str, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = 'title,text\nA,"' + "One, two, three.\n" * 3 + '"\nB,"' + "Four, five, six.\n" * 20 + '"\nC,D\n'
    monkeypatch.setattr(csv_records, name, limit)
    read = found(content)
    assert read[0] == ("row 2", {"title": "A", "text": "One, two, three.\n" * 3})
    assert "it is longer than" in str(read[1][1])
    assert read[-1][1] == {"title": "C", "text": "D"}


def test_a_line_too_long_to_be_a_row_costs_this_row_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_records, "_LONGEST_ROW", 60)
    read = found(f"title,text\nA,{'x' * 100}\nB,C\n")
    assert "its line is longer than" in str(read[0][1])
    assert read[1:] == [("row 3", {"title": "B", "text": "C"})]


def test_a_line_that_is_no_text_inside_a_swallowed_row_is_a_broken_row() -> None:
    read = found(b'title,text\nA,"B\n' + b"C,D\n" * 5 + b"\x00\x01\x02\xff\xfe\n" + b"E,F\n")
    assert [value for _, value in read if isinstance(value, dict)] == [{"title": "C", "text": "D"}] * 5 + [{"title": "E", "text": "F"}]
