"""Which records does a table hold? CSV and TSV, row by row: the first row names the columns, a row that does not fit them is broken.

Separators are told by the first row; tabs, commas, semicolons and bars are known, and Excel's own line "sep=;" is heeded.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from search.errors import UnreadableFile
from search.extraction.pieces import Characters
from search.extraction.records import BrokenRecord, Record

_SEPARATORS = "\t,;|"
_STATED_SEPARATOR = re.compile(rb"\s{0,4}\"?sep=([\t,;|:^~])\"?\s{0,4}$", re.IGNORECASE)
_LONGEST_CELL = 10_000_000  # characters; a cell that goes on for longer has a quotation mark that is never closed
_LONGEST_ROW, _MOST_LINES = 10_000_000, 10_000  # bytes and lines of one row, which a quotation mark that is never closed exceeds
_PATIENCE = 100  # rows that have swallowed others, behind each of which reading goes back
_MOST_AGAIN = 30_000_000  # bytes that are read again for them, with _LINE more for each line
_LINE = 300
_LONGEST_HEADER = 100_000  # bytes
_MOST_COLUMNS = 1_000
_FITTING = 0.5  # of the lines inside a broken row: so many are whole rows where a quotation mark has swallowed them

_NOT_CLOSED = "A quotation mark in it is not closed where its cell ends."

# The limit is the whole process's; the standard one of 131,072 is less than a long article.
csv.field_size_limit(_LONGEST_CELL)


@dataclass(slots=True)
class _Lines:
    """The lines of a table from the byte `at` on, decoded one by one, each with its line end. `number` counts those that were given.

    `row` and `row_number` are where the present row begins, which has its limits.
    """

    data: bytes
    characters: Characters
    at: int = 0
    number: int = 0
    row: int = 0
    row_number: int = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.data):
            raise StopIteration
        end = self.data.find(b"\n", self.at) + 1 or len(self.data)
        too_long = end - self.row > _LONGEST_ROW
        if self.number > self.row_number and (too_long or self.number - self.row_number >= _MOST_LINES):
            raise UnreadableFile(f"it is longer than {_LONGEST_ROW:,} bytes or {_MOST_LINES:,} lines")
        begin, self.at = self.at, end
        self.number += 1
        if too_long:
            raise UnreadableFile(f"its line is longer than {_LONGEST_ROW:,} bytes")
        return self.characters(self.data[begin:end])

    def begin_row(self) -> _Lines:
        """Note that a row begins here. Gives the lines from here on, to be read again."""
        self.row, self.row_number = self.at, self.number
        return replace(self)

    def go_to(self, other: _Lines) -> None:
        """Go on where other lines of the same table are."""
        self.at, self.number = other.at, other.number


def records(data: bytes, characters: Characters) -> Iterator[Record | BrokenRecord]:
    """The records of a table in UTF-8 or an encoding like it, in order. Raises UnreadableFile if the first row does not name columns."""
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")  # as old Macintoshes wrote
    start, before = _first_line(data)
    lines = _Lines(data, characters, start, before)
    lines.begin_row()
    separator = _separator(data, start, characters)
    reader = csv.reader(lines, delimiter=separator)
    header = _header(reader)
    row = 1
    swallowing = again = 0
    while True:
        begin = lines.begin_row()
        # Where very many rows have swallowed others, each line is read as a row of its own.
        alone = swallowing > _PATIENCE or again > _MOST_AGAIN
        try:
            cells, reason = _line_alone(lines, separator) if alone else (next(reader, None), "")
        except (csv.Error, UnreadableFile) as error:
            cells, reason = [], f"The row cannot be read: {error}."
        if cells is None:
            return
        if not reason and not any(cell.strip() for cell in cells):
            continue  # a blank line, or a row of a table that is empty
        row += 1
        where = f"row {row:,}" if row == begin.number + 1 else f"row {row:,} (line {begin.number + 1:,})"
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        if not reason and len(cells) != len(header):
            reason = f"The row has {len(cells):,} cells, but the first row names {len(header):,} columns: which cell is which cannot be told."
        if lines.number > begin.number + 1 and (reason or not _is_well_quoted(begin, lines, separator)):
            # It goes over several lines: has a quotation mark made one row of many?
            if _swallows_rows(begin, lines, separator, len(header)):
                reason = _NOT_CLOSED
                swallowing += 1
                again += lines.at - begin.at + _LINE * (lines.number - begin.number)
                next(begin)
                lines.go_to(begin)
                reader = csv.reader(lines, delimiter=separator)
            elif reason:
                reason += f" It goes on until line {lines.number:,}."
        yield BrokenRecord(where, reason) if reason else _record(where, header, cells)


def _header(reader: Iterator[list[str]]) -> list[str]:
    """The names of the columns. Raises UnreadableFile where there are none."""
    try:
        header = [name.strip() for name in next(reader, [])]
    except (csv.Error, UnreadableFile) as error:
        raise UnreadableFile(f"The first row cannot be read, which should name the columns: {error}.") from error
    while header and not header[-1]:
        header.pop()
    if not header or len(header) > _MOST_COLUMNS:
        raise UnreadableFile("The first row names no columns. Add a first row with a name for each column, such as title, date and text.")
    return header


def _record(where: str, header: list[str], cells: list[str]) -> Record:
    values: dict[str, str] = {}
    conflicting: set[str] = set()
    for name, cell in zip(header, cells, strict=True):
        if values.setdefault(name, cell) != cell:
            conflicting.add(name)
    values.pop("", None)
    return Record(where, values, frozenset(conflicting))


def _first_line(data: bytes) -> tuple[int, int]:
    """Where the first row begins, behind blank lines and a line that states the separator, and how many lines stand before it."""
    at = number = 0
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        if data[at:end].strip() and not (number == 0 and _STATED_SEPARATOR.match(data[at:end])):
            break
        at, number = end, number + 1
    return at, number


def _separator(data: bytes, start: int, characters: Characters) -> str:
    """What stands between the cells: what the file states, or what divides the first row into most."""
    stated = _STATED_SEPARATOR.match(data[: data.find(b"\n") + 1])
    if stated:
        return stated[1].decode("latin-1")
    end = data.find(b"\n", start, start + _LONGEST_HEADER)
    if end < 0:
        end = min(len(data), start + _LONGEST_HEADER)
    header = characters(data[start:end]).replace("\r", "")
    return max(_SEPARATORS, key=lambda mark: _cells(header, mark))


def _cells(line: str, separator: str) -> int:
    """How many cells a line has; none where it cannot be read."""
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return 0


def _line_alone(lines: _Lines, separator: str) -> tuple[list[str] | None, str]:
    """The cells of the next line, and why they are none of a row; None at the end of the table. Raises csv.Error and UnreadableFile."""
    line = next(lines, None)
    if line is None:
        return None, ""
    cells = next(csv.reader([line], delimiter=separator), [])
    return cells, _NOT_CLOSED if cells and cells[-1].endswith("\n") else ""  # only inside quotation marks does a line's end belong to a cell


def _is_well_quoted(begin: _Lines, end: _Lines, separator: str) -> bool:
    """Whether the row between two lines has its quotation marks where they belong."""
    lines = replace(begin)
    try:
        next(csv.reader((next(lines) for _ in range(end.number - begin.number)), delimiter=separator, strict=True), None)
    except csv.Error:
        return False
    return True


def _swallows_rows(begin: _Lines, end: _Lines, separator: str, columns: int) -> bool:
    """Whether the lines of a row but the first are rows themselves: as many cells as columns, and no quotation mark open at their end."""
    lines = replace(begin)
    next(lines)
    number = end.number - lines.number
    fitting = 0
    for _ in range(number):
        try:
            text = next(lines)
        except UnreadableFile:
            continue  # a line that is not text
        fitting += not text.count('"') % 2 and _cells(text, separator) == columns
    return columns > 1 and fitting > _FITTING * number
