"""Which records does a JSON or JSON Lines file hold? Each is parsed alone: a broken one costs only itself, and memory holds one at a time.

The places of records are found by brackets and quotes among the bytes, which is quick and needs no parser for the whole file. What a file holds
is told by what is in it, not by its ending: lists in .jsonl files and lines in .json files are both common.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from search.errors import UnreadableFile
from search.extraction.fields import plain
from search.extraction.json_places import end_of, ink, next_in_layout
from search.extraction.knowledge import load
from search.extraction.pieces import Characters
from search.extraction.records import BrokenRecord, Record, mapping, record_of

Stating = Callable[[Record], Collection[str]]
"""Which parts of an article a record states: "body", "title" and so on."""

# A string without end goes to the end of the text, so that no text is gone through twice.
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|,(?=\s*[}\]])', re.DOTALL)
_TEXT = frozenset(("body", "standfirst"))
_CLOSING, _COMMA = b"],"
_LONGEST = 10_000_000  # bytes of one record; the longest article of our collections has 0.2 MB
_PATIENCE = 100  # broken records of a list, each of which is followed as far as its brackets lead
_TRIED = 20  # records of a list that are looked at to tell whether it holds articles
_CONTAINERS = 4  # objects in objects that are searched for the list of articles


def records(data: bytes, characters: Characters, stating: Stating, *, lines: bool) -> Iterator[Record | BrokenRecord]:
    """The records of a file in UTF-8 or an encoding like it, in order. A file that is one article has one record, whose place is "".

    `lines`: the file's ending says that it grows line by line, so that even a single record has a place. Raises UnreadableFile if it is not JSON.
    """
    start = ink(data, 0)
    if data[start : start + 1] == b"[":
        return _elements(data, start + 1, characters)
    if _has_lines(data):
        return _lines(data, characters)
    if data[start : start + 1] == b"{":
        return _objects(data, start, characters, stating, lines=lines)
    begin = plain(characters(data[start : start + 40]))
    raise UnreadableFile(f"This is not JSON: it begins with “{begin}”, not with a bracket.")


def _has_lines(data: bytes) -> bool:
    """Whether objects stand on a line each: most of the first lines are whole objects, and there are several."""
    whole = seen = 0
    for _, line in _each_line(data):
        seen += 1
        whole += line.startswith(b"{") and line.endswith(b"}")
        if seen == _TRIED:
            break
    return 2 * whole >= seen > 1


def _each_line(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, without white space around them, and their numbers."""
    at = number = 0
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        number += 1
        if line := data[at:end].strip():
            yield number, line
        at = end + 1


def _lines(data: bytes, characters: Characters) -> Iterator[Record | BrokenRecord]:
    for number, line in _each_line(data):
        yield _record(line, f"line {number:,}", characters)


def _record(data: bytes, where: str, characters: Characters) -> Record | BrokenRecord:
    try:
        value = parse(characters(data))
    except (ValueError, UnreadableFile) as error:
        return BrokenRecord(where, str(error))
    if not isinstance(value, dict):
        return BrokenRecord(where, "This is no JSON object: an article is “{…}” with names and values.")
    return record_of(where, value)


def parse(text: str) -> Any:
    """A JSON value; numbers stay text, NaN and the infinities are null, a comma before a closing bracket is passed over.

    Raises ValueError with a sentence.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"It has {len(text) / 1e6:,.0f} MB: no article is so long.")
    try:
        try:
            return _decoder.decode(text)
        except json.JSONDecodeError:
            return _decoder.decode(_STRING_OR_COMMA.sub(lambda match: "" if match[0] == "," else match[0], text))
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        raise ValueError(f"This is not valid JSON: {what} (line {error.lineno}, column {error.colno} of it).") from error
    except RecursionError as error:
        raise ValueError("Its brackets are nested too deeply.") from error


_decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=lambda _: None, object_pairs_hook=mapping, strict=False)


def _elements(data: bytes, at: int, characters: Characters, *, in_list: bool = True, first: int = 1) -> Iterator[Record | BrokenRecord]:
    """The records that begin at or behind `at`: up to the end of the list that they stand in, or of the file."""
    number, line, counted, broken = first - 1, 1, 0, 0
    alone = ink(data, 0) == at - 1  # the list is the whole file
    at = ink(data, at)
    while at < len(data) and not (in_list and data[at] == _CLOSING):
        if data[at] == _COMMA:
            at = ink(data, at + 1)
            continue
        number += 1
        line += data.count(b"\n", counted, at)
        counted = at
        where = f"record {number:,} (line {line:,})"
        end: int | None = None
        try:
            # Where very many are broken, none is followed beyond the line where the next one begins.
            end = end_of(data, at, next_in_layout(data, at) if broken > _PATIENCE else None)
            record = _record(data[at:end], where, characters)
        except ValueError as error:
            record = BrokenRecord(where, str(error))
        following = None
        if isinstance(record, BrokenRecord):
            broken += 1
            following = next_in_layout(data, at)
            if following is None and end is None:
                yield BrokenRecord(where, f"{record.reason} What follows it in the file could not be read either.")
                return
        yield record
        at = following or ink(data, end or len(data))
    if in_list and at >= len(data):
        yield BrokenRecord("end of the file", "The list of articles is not closed: the file may have been cut off.")
    elif alone and in_list and ink(data, at + 1) < len(data):
        yield BrokenRecord("end of the file", "There is more behind the end of the list, which is not read.")


def _objects(data: bytes, start: int, characters: Characters, stating: Stating, *, lines: bool) -> Iterator[Record | BrokenRecord]:
    """The records of a file that begins with an object: that one, the articles in it, or one object behind the other."""
    lists, held = _articles_in(data, start, characters, stating)
    number = 0
    for at in lists:
        for record in _elements(data, at + 1, characters, first=number + 1):
            number += 1
            yield record
    for name, at, end in _members(data, start, characters) if held else ():
        record = _record(data[at:end], f"“{plain(name)[:80]}”", characters)
        yield replace(record, values={"key": name, **record.values}) if isinstance(record, Record) else record
    if lists or held:
        return
    try:
        end = end_of(data, start)
    except ValueError as error:
        raise UnreadableFile(f"This is not valid JSON. {error}") from error
    if ink(data, end) < len(data):
        yield from _elements(data, start, characters, in_list=False)
        return
    record = _record(data[start:end], "line 1" if lines else "", characters)
    if isinstance(record, BrokenRecord):
        raise UnreadableFile(record.reason)
    yield record


def _articles_in(data: bytes, start: int, characters: Characters, stating: Stating, depth: int = 0) -> tuple[list[int], bool]:
    """Where lists of articles begin in the object at `start`, the one with a usual name or else all that hold articles; and, where there is none,
    whether its values are articles themselves. An object that has a story is an article, whatever else stands in it."""
    members: dict[str, Any] = {}
    lists: dict[str, int] = {}
    objects: dict[str, int] = {}
    for name, at, end in _members(data, start, characters):
        if data[at : at + 1] == b"[" and data[(inside := ink(data, at + 1)) : inside + 1] == b"{":
            lists.setdefault(name, at)
        elif data[at : at + 1] == b"{" and len(objects) < _TRIED:
            objects.setdefault(name, at)
        if end is not None and end - at < _LONGEST and len(members) < _TRIED:
            record = _record(b'{"":' + data[at:end] + b"}", "", characters)
            if isinstance(record, Record):
                members[name] = record.values[""]
    if "body" in stating(Record("", members)):
        return [], False
    usual = [name for name in load("fields")["lists"]["names"] if name in lists]
    full = [name for name in lists if _holds_articles(_elements(data, lists[name] + 1, characters), stating)]
    if chosen := [name for name in usual if name in full][:1] or full or usual[:1]:
        return [lists[name] for name in chosen], False
    for at in objects.values() if depth < _CONTAINERS and len(objects) < _TRIED else ():
        if inner := _articles_in(data, at, characters, stating, depth + 1)[0]:
            return inner, False
    values = (Record("", value) for value in members.values() if isinstance(value, dict))
    return [], not depth and _holds_articles(values, stating)


def _members(data: bytes, start: int, characters: Characters) -> Iterator[tuple[str, int, int | None]]:
    """Name, begin and end of each value in the object at `start`; the end is None, and the value the last, where it cannot be told."""
    at = ink(data, start + 1)
    while data[at : at + 1] in (b'"', b","):
        if data[at : at + 1] == b",":
            at = ink(data, at + 1)
            continue
        try:
            end = end_of(data, at)
            name = parse(characters(data[at:end]))
        except ValueError:
            return
        at = ink(data, end)
        if data[at : at + 1] != b":":
            return
        at = ink(data, at + 1)
        try:
            end = end_of(data, at)
        except ValueError:
            yield name, at, None
            return
        yield name, at, end
        at = ink(data, end)


def _holds_articles(records: Iterator[Record | BrokenRecord], stating: Stating) -> bool:
    """Whether one of the first records has an article's text."""
    return any(isinstance(record, Record) and not _TEXT.isdisjoint(stating(record)) for record in islice(records, _TRIED))
