"""What does a corrections.toml say, and is it all meant? Every mistake is a CorrectionsError with the file, the line and what to do."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from search.analysis import person_key
from search.corrections import values
from search.corrections.deciding import combined
from search.corrections.outline import Entry, entries
from search.corrections.records import FILE_NAME, ArticleCorrection, Corrections, LineCorrection, NameCorrection, NameKind, at
from search.errors import CorrectionsError

MAX_BYTES = 10_000_000
"""The largest file that is read. At 6 MB, 100,000 entries take 4 seconds to read."""

KEYS = {
    "article": ("path", "record", "date", "agency", "agencies", "title", "person", "hide", "note"),
    "names.merge": ("names", "as", "note"),
    "names.split": ("names", "note"),
    "names.rename": ("name", "to", "note"),
    "names.hide": ("names", "note"),
    "line": ("text", "boilerplate", "publisher", "note"),
}
"""The kinds of entries, and the keys that each may have."""

_LINE = re.compile(r"\(at line (\d+)")

Kept = TypeVar("Kept")


def load(folder: Path) -> Corrections:
    """The corrections in the folder of a source; none where there is no file. Raises CorrectionsError."""
    file = folder / FILE_NAME
    data = content(file)
    return Corrections(file) if data is None else parse(data, file)


def content(file: Path) -> bytes | None:
    """The bytes of a corrections.toml, of one that is too large a few more than `MAX_BYTES`; None where there is no file.

    Raises CorrectionsError for what cannot be read, and for what is no file: a folder, a pipe, a link that leads nowhere.
    """
    try:
        with open(file, "rb", opener=_without_waiting) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise CorrectionsError(f"{at(file, None)} is a pipe or a device. Put a file in its place, or take it away.")
            return stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        if file.is_symlink():
            # Perhaps its disk is away: what was put right there must not be forgotten, nor written to another file.
            raise CorrectionsError(f"{at(file, None)} is a link to a file that is not there. Bring the file back, or take the link away.") from error
        return None
    except OSError as error:
        raise CorrectionsError(f"{at(file, None)} cannot be read: {(error.strerror or str(error)).lower()}.") from error


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a named pipe too, whether or not anybody writes to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def parse(data: bytes, file: Path) -> Corrections:
    """What the bytes of a file say. Raises CorrectionsError, also where entries contradict each other."""
    corrections = entered(data, file)
    combined([corrections])
    return corrections


def entered(data: bytes, file: Path) -> Corrections:
    """What each entry of a file says by itself. Raises CorrectionsError."""
    if len(data) > MAX_BYTES:
        raise CorrectionsError(f"{at(file, None)} is too large: at most {MAX_BYTES / 1e6:.0f} MB of corrections are read. Is it the right file?")
    text = decoded(data, file)
    tables = _tables(text, file)
    found = entries(text)
    _check_headers(found, file)
    readers = {kind: iter(_listed(tables, kind)) for kind in KEYS}
    articles: list[ArticleCorrection] = []
    names: list[NameCorrection] = []
    lines: list[LineCorrection] = []
    for entry in found:
        given = _Given(entry, next(readers[entry.kind]), file)
        given.check_keys()
        if entry.kind == "article":
            articles.append(_article(given))
        elif entry.kind == "line":
            lines.append(_line(given))
        else:
            names.append(_names(given))
    _check_articles(articles, file)
    return Corrections(file, tuple(articles), tuple(names), tuple(lines), hashlib.sha256(data).hexdigest(), data)


def decoded(data: bytes, file: Path) -> str:
    """The text of a file, without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CorrectionsError(f"{at(file, line)}: these characters are not UTF-8. Save the file as UTF-8 in your editor.") from error


class _Given:
    """One entry: its values, and where each of them stands."""

    def __init__(self, entry: Entry, table: dict[str, Any], file: Path) -> None:
        self.entry = entry
        self.table = table
        self._file = file

    def wrong(self, message: str, key: str | None = None) -> CorrectionsError:
        """The error for this entry, or for the line of one of its keys."""
        return CorrectionsError(f"{at(self._file, self.entry.keys.get(key or '', self.entry.line))}: {message}")

    def check_keys(self) -> None:
        known = KEYS[self.entry.kind]
        for key in self.table:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                meant = f" Is “{near[0]}” meant?" if near else ""
                raise self.wrong(f"[[{self.entry.kind}]] knows no “{key}”.{meant} It may have {', '.join(known)}.", key)

    def get(self, key: str, check: Callable[[Any], Kept]) -> Kept | None:
        """A value as it is kept, None where it is not given."""
        if key not in self.table:
            return None
        try:
            return check(self.table[key])
        except CorrectionsError as error:
            raise self.wrong(str(error), key) from error

    def need(self, key: str, check: Callable[[Any], Kept]) -> Kept:
        """A value that must be given."""
        found = self.get(key, check)
        if found is None:
            raise self.wrong(f"[[{self.entry.kind}]] lacks “{key}”. Add it, or take the entry out.")
        return found

    def text(self, key: str) -> str | None:
        return self.get(key, lambda value: values.text(value, key))

    @property
    def note(self) -> str:
        return self.text("note") or ""


def _article(given: _Given) -> ArticleCorrection:
    path = given.need("path", values.path)
    one = given.get("agency", lambda value: values.agencies([value]))
    more = given.get("agencies", lambda value: values.agencies(_list(value, "agencies")))
    if one is not None and more is not None:
        raise given.wrong("both agency and agencies are given. Give all in agencies.", "agencies")
    entry = ArticleCorrection(
        path,
        given.entry.line,
        record=given.get("record", _record) or "",
        date=given.get("date", values.date),
        agencies=one if more is None else more,
        title=given.text("title"),
        people=given.get("person", _people) or (),
        hidden=given.get("hide", lambda value: values.several(_list(value, "hide"))) or (),
        note=given.note,
    )
    if (entry.date, entry.agencies, entry.title) == (None, None, None) and not (entry.people or entry.hidden):
        raise given.wrong(f"nothing is put right in {path}. Add date, agency, title, person or hide, or take the entry out.")
    both = {person_key(name) for name, _ in entry.people} & {person_key(name) for name in entry.hidden}
    if both:
        name = next(name for name in entry.hidden if person_key(name) in both)
        raise given.wrong(f"“{name}” stands in person and in hide. Take one of the two out.", "hide")
    return entry


def _names(given: _Given) -> NameCorrection:
    kind = cast("NameKind", given.entry.kind.partition(".")[2])
    if kind == "rename":
        names: tuple[str, ...] = (given.need("name", values.name),)
        shown: str | None = given.need("to", values.name)
    else:
        check = values.several if kind == "hide" else values.different
        names = given.need("names", lambda value: check(_list(value, "names")))
        shown = given.get("as", values.name)
    return NameCorrection(kind, names, given.entry.line, shown, given.note)


def _line(given: _Given) -> LineCorrection:
    text = given.need("text", lambda value: values.text(value, "text"))
    return LineCorrection(text, given.need("boilerplate", _yes_or_no), given.entry.line, given.text("publisher"), given.note)


def _list(value: object, key: str) -> list[object]:
    if not isinstance(value, list):
        raise CorrectionsError(f"{key} must be a list of texts: [“…”, “…”].")
    if not value:
        raise CorrectionsError(f"{key} is empty. Give it a value, or leave it out.")
    return value


def _record(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise CorrectionsError("record must be a text in quotation marks: the article's key in its file.")
    return value


def _people(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not value:
        raise CorrectionsError("person must be pairs of names: { “name in the article” = “who is meant” }.")
    found: dict[str, tuple[str, str]] = {}
    for name, meant in value.items():
        pair = values.name(name), values.name(meant, f"The name for “{name}”")
        if person_key(name) in found:
            raise CorrectionsError(f"“{name}” is given twice in person. Take one of the two out.")
        found[person_key(name)] = pair
    return tuple(found.values())


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise CorrectionsError("boilerplate must be true or false, without quotation marks.")
    return value


def _tables(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise CorrectionsError(f"{at(file, None)} has brackets nested too deeply to be corrections. Is it the right file?") from error
    except ValueError as error:
        match = _LINE.search(str(error))
        line = int(match[1]) if match else text.count("\n") + (not text.endswith("\n"))
        why = str(error).partition(" (at ")[0]
        advice = "Put the line right: a key, an equals sign, and a value, texts in straight quotation marks."
        raise CorrectionsError(f"{at(file, line)}: this is not TOML ({why}). {advice}") from error


def _check_headers(found: list[Entry], file: Path) -> None:
    """Raise where something stands outside of the entries, or under a header that there is not."""
    strange = next((entry for entry in found if entry.kind not in KEYS), None)
    if strange is None:
        return
    near = difflib.get_close_matches(strange.kind.strip("[]"), KEYS, 1)
    meant = f" Is [[{near[0]}]] meant?" if near else ""
    what = f"“{strange.kind}” stands before the first header" if strange.kind.endswith("=") else f"there is no [[{strange.kind}]]"
    if strange.kind.startswith("["):
        what = f"{strange.kind} cannot stand here"
    headers = ", ".join(f"[[{kind}]]" for kind in KEYS)
    raise CorrectionsError(f"{at(file, strange.line)}: {what}.{meant} Every entry begins with one of the headers {headers}, in double brackets.")


def _listed(tables: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    for part in kind.split("."):
        tables = tables.get(part, {})
    return cast("list[dict[str, Any]]", tables)


def _check_articles(articles: list[ArticleCorrection], file: Path) -> None:
    seen: dict[tuple[str, str], int] = {}
    for entry in articles:
        first = seen.setdefault((entry.path, entry.record), entry.line)
        if first != entry.line:
            raise CorrectionsError(f"{at(file, entry.line)}: {entry.path} is corrected in line {first} already. Make one entry of the two.")
