"""How is a corrections.toml changed by one entry? As text: what is not concerned stays as it is, byte for byte, and no comment is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import Array

from search.corrections.outline import comments, entries
from search.corrections.reading import entered
from search.corrections.records import Corrections

Value = str | bool | list[str] | None


class Sheet:
    """The text of a file while it is being changed. Lines are those of `corrections` as it is at that moment; every change makes it anew."""

    def __init__(self, text: str, corrections: Corrections) -> None:
        """`corrections` are what the text says."""
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self.text = text
        self.corrections = corrections

    def add(self, kind: str, values: Mapping[str, Value]) -> None:
        """Add an entry at the end; values that are None are left out."""
        gap = "" if not self.text else "\n" if self.text.endswith("\n") else "\n\n"
        pairs = "".join(f"{key} = {tomlkit.item(value).as_string()}\n" for key, value in values.items() if value is not None)
        self._change(len(self.text), len(self.text), f"{gap}[[{kind}]]\n{pairs}")

    def put(self, line: int, values: Mapping[str, Value]) -> None:
        """Set values of the entry that begins in a line; None takes a value out."""
        begin, end = self._span(line)
        document = tomlkit.parse(self.text[begin:end])
        table: Any = document
        while isinstance(table, Mapping) and len(table) == 1 and not isinstance(table, tomlkit.items.AoT):
            table = next(iter(table.values()))
        table = table[0]
        for key, value in values.items():
            if value is None:
                table.pop(key, None)
            elif isinstance(value, list) and isinstance(table.get(key), Array):
                _fill(table[key], value)
            else:
                table[key] = value
        fresh = document.as_string().rstrip("\r\n")
        self._change(begin, end, self._kept(begin, end, fresh) + fresh)

    def remove(self, line: int) -> None:
        """Take out the entry that begins in a line; its comments stay."""
        begin, end = self._span(line)
        kept = self._kept(begin, end, "")
        end = self._line_end(end)
        before = self.text[:begin]
        if not kept and (not before or before.endswith(("\n\n", "\n\r\n"))):
            fresh_end = self._line_end(end)  # one blank line is enough between those before and after
            if fresh_end == end == len(self.text) and before:
                begin -= 2 if before.endswith("\r\n") else 1  # and none is needed at the end: what `add` put there goes again
            end = fresh_end
        self._change(begin, end, kept)

    def _line_end(self, at: int) -> int:
        """The place behind a line end, where there is one."""
        return next((at + len(end) for end in ("\r\n", "\n") if self.text.startswith(end, at)), at)

    def _kept(self, begin: int, end: int, fresh: str) -> str:
        """The comments that stand in a part of the text and would not stand in a fresh one, each on a line of its own."""
        lost = Counter(comments(self.text[begin:end])) - Counter(comments(fresh))
        return "".join(f"{comment}\n" for comment in lost.elements())

    def _span(self, line: int) -> tuple[int, int]:
        return next((entry.begin, entry.end) for entry in entries(self.text) if entry.line == line)

    def _change(self, begin: int, end: int, fresh: str) -> None:
        fresh = fresh.replace("\r\n", "\n").replace("\n", self._newline)
        self.text = self.text[:begin] + fresh + self.text[end:]
        self.corrections = entered(self.text.encode(), self.corrections.file)


def _fill(array: Array, wanted: list[str]) -> None:
    """Let an array have the values wanted, those that it has already staying where they are."""
    for at in range(len(array) - 1, -1, -1):
        if array[at] not in wanted:
            del array[at]
    for value in wanted:
        if value not in array:
            array.append(value)
