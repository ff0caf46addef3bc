"""How is a correction written down? Each function changes corrections.toml in a folder, and leaves alone whatever it does not concern.

What is written has been read back first, so that a file that was understood before is understood afterwards. A file is replaced at once, and by one
writer at a time. Comments are never lost: where an entry goes, they stay.

All functions raise CorrectionsError for values that cannot be meant, for a contradiction with other entries or with those in `among` (the
corrections of the archive's other sources), and where the folder cannot be written to. What is there already is not written again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from search.analysis import person_key
from search.corrections import values, writing
from search.corrections.deciding import combined, keys, persons
from search.corrections.reading import content, decoded, parse
from search.corrections.records import FILE_NAME, NONE, Corrections, NameCorrection, NameKind
from search.corrections.sheet import Sheet, Value
from search.errors import CorrectionsError

NEW_FILE = """\
# What was put right by hand in the articles of this folder. It wins over whatever is read from them, and outlives the archive.
# Written by `dateline correct` and `dateline names`, or in an editor.
"""


@dataclass(frozen=True, slots=True)
class Edited:
    """What became of the file: whether it is another now, and sentences on what else had to give way."""

    file: Path
    changed: bool
    gave_way: tuple[str, ...] = ()


def correct_article(
    folder: Path,
    path: str,
    record: str = "",
    *,
    date: str | None = None,
    agencies: Iterable[str] | None = None,
    title: str | None = None,
    note: str | None = None,
    among: Iterable[Corrections] = (),
) -> Edited:
    """Put right what is given of one article; "none" says that it has none. What was put right before and is not given now stays."""
    path = values.path(path)
    date = None if date is None else values.date(date)
    names = None if agencies is None else values.agencies(agencies)
    title = None if title is None else values.text(title, "title")
    note = None if note is None else values.text(note, "note")
    if (date, names, title) == (None, None, None):
        raise CorrectionsError("There is nothing to put right: give a date, an agency or a title.")

    def change(sheet: Sheet) -> None:
        entry = sheet.corrections.of(path, record)
        fresh: dict[str, Value] = {}
        if date is not None and (entry is None or entry.date != date):
            fresh["date"] = date
        if names is not None and (entry is None or entry.agencies != names):
            fresh |= {"agency": None, "agencies": list(names)} if len(names) > 1 else {"agency": "".join(names) or NONE, "agencies": None}
        if title is not None and (entry is None or entry.title != title):
            fresh["title"] = title
        if note is not None and (entry is None or entry.note != note):
            fresh["note"] = note
        if entry is None:
            sheet.add("article", {"path": path, "record": record or None, **fresh})
        elif fresh:
            sheet.put(entry.line, fresh)

    return _edited(folder, change, among)


def undo_article(folder: Path, path: str, record: str = "") -> Edited:
    """Take back all that was put right in one article."""

    def change(sheet: Sheet) -> None:
        entry = sheet.corrections.of(path, record)
        if entry is not None:
            sheet.remove(entry.line)

    return _edited(folder, change)


def merge(folder: Path, names: Iterable[str], *, shown: str | None = None, among: Iterable[Corrections] = ()) -> Edited:
    """Say that names are one person's, perhaps with the name to show. An earlier split of them, or another name to show, gives way."""
    given = values.different(names)
    shown = None if shown is None else values.name(shown)
    wanted = {person_key(name) for name in given}

    def change(sheet: Sheet) -> None:
        while split := _first(sheet, "split", lambda entry: len(wanted & set(keys(entry))) > 1):
            held = [name for name in split.names if person_key(name) in wanted]
            _drop(sheet, split, {person_key(name) for name in held[1:]})
            gave_way.append(f"It had been said that {_and(held)} are different persons; that is taken back.")
        entry = _first(sheet, "merge", lambda entry: not wanted.isdisjoint(keys(entry)))
        if entry is None:
            sheet.add("names.merge", {"names": list(given)})
        elif missing := [name for name in given if person_key(name) not in keys(entry)]:
            sheet.put(entry.line, {"names": [*entry.names, *missing]})
        if shown is not None and not _show(sheet, given[0], shown):
            entry = _first(sheet, "merge", lambda entry: wanted <= set(keys(entry)))
            if entry is not None:
                sheet.put(entry.line, {"as": shown})

    gave_way: list[str] = []
    return _edited(folder, change, among, gave_way)


def split(folder: Path, names: Iterable[str], *, among: Iterable[Corrections] = ()) -> Edited:
    """Say that names are those of different persons. Where some of them were merged by hand, those named later leave."""
    given = values.different(names)
    wanted = {person_key(name) for name in given}

    def change(sheet: Sheet) -> None:
        for number, name in enumerate(given[1:], 1):
            earlier = {person_key(one) for one in given[:number]}
            parted = False
            while not earlier.isdisjoint(_person(sheet, name)):
                merged = next(entry for entry in _entries(sheet, "merge") if person_key(name) in keys(entry))
                _drop(sheet, merged, {person_key(name)})
                parted = True
            if parted:
                gave_way.append(f"It had been said that {name} is the same person; that is taken back.")
        if _first(sheet, "split", lambda entry: wanted <= set(keys(entry))) is None:
            sheet.add("names.split", {"names": list(given)})

    gave_way: list[str] = []
    return _edited(folder, change, among, gave_way)


def rename(folder: Path, name: str, to: str, *, among: Iterable[Corrections] = ()) -> Edited:
    """Choose the name under which a person is shown, in the place of one chosen before."""
    name, to = values.name(name), values.name(to)

    def change(sheet: Sheet) -> None:
        if not _show(sheet, name, to):
            sheet.add("names.rename", {"name": name, "to": to})

    return _edited(folder, change, among)


def hide(folder: Path, names: Iterable[str], *, among: Iterable[Corrections] = ()) -> Edited:
    """Say that names are nobody's."""
    given = values.several(names)

    def change(sheet: Sheet) -> None:
        hidden = {key for entry in _entries(sheet, "hide") for key in keys(entry)}
        fresh = [name for name in given if person_key(name) not in hidden]
        if fresh:
            sheet.add("names.hide", {"names": fresh})

    return _edited(folder, change, among)


def undo_names(folder: Path, kind: NameKind, names: Iterable[str]) -> Edited:
    """Take back what was said of names: the entries that hold them all; of hidden names and of renamed persons, each of them.

    A person's chosen name is taken back under any of the names, the chosen one included, also where a merge has chosen it.
    """
    wanted = {person_key(name) for name in values.several(names)}

    def change(sheet: Sheet) -> None:
        if kind in ("merge", "split"):
            while entry := _first(sheet, kind, lambda entry: wanted <= set(keys(entry))):
                sheet.remove(entry.line)
        elif kind == "rename":
            while entry := _first(sheet, "merge", lambda entry: entry.shown is not None and not wanted.isdisjoint(keys(entry))):
                if len(entry.names) > 1:
                    sheet.put(entry.line, {"as": None})
                else:
                    sheet.remove(entry.line)
            while entry := _first(sheet, "rename", lambda entry: not wanted.isdisjoint({*keys(entry), person_key(entry.shown or "")})):
                sheet.remove(entry.line)
        else:
            while entry := _first(sheet, kind, lambda entry: not wanted.isdisjoint(keys(entry))):
                _drop(sheet, entry, wanted)

    return _edited(folder, change)


def set_line(
    folder: Path, text: str, *, boilerplate: bool, publisher: str | None = None, note: str | None = None, among: Iterable[Corrections] = ()
) -> Edited:
    """Say that a line that repeats is boilerplate or part of the stories: everywhere, or in what one publisher printed."""
    text = values.text(text, "The line")
    publisher = None if publisher is None else values.text(publisher, "publisher")
    note = None if note is None else values.text(note, "note")

    def change(sheet: Sheet) -> None:
        entry = next((entry for entry in sheet.corrections.lines if (entry.text, entry.publisher) == (text, publisher)), None)
        if entry is None:
            sheet.add("line", {"text": text, "boilerplate": boilerplate, "publisher": publisher, "note": note})
        elif entry.boilerplate != boilerplate:
            sheet.put(entry.line, {"boilerplate": boilerplate} | ({"note": note} if note else {}))
            gave_way.append("The opposite had been said of this line; that is taken back.")
        elif note not in (None, entry.note):
            sheet.put(entry.line, {"note": note})

    gave_way: list[str] = []
    return _edited(folder, change, among, gave_way)


def undo_line(folder: Path, text: str) -> Edited:
    """Take back whatever was said of a line."""
    text = values.text(text, "The line")

    def change(sheet: Sheet) -> None:
        while entry := next((entry for entry in sheet.corrections.lines if entry.text == text), None):
            sheet.remove(entry.line)

    return _edited(folder, change)


def _edited(folder: Path, change: Callable[[Sheet], None], among: Iterable[Corrections] = (), gave_way: Iterable[str] = ()) -> Edited:
    """Change the file in a folder, if it is another one afterwards. `gave_way` is read when the change has been made."""
    file = folder / FILE_NAME
    with writing.only_writer(folder):
        data = content(file) or b""
        mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
        before = decoded(data, file)
        sheet = Sheet(before, parse(data, file))
        change(sheet)
        if sheet.text == before:
            return Edited(file, changed=False)
        _check(sheet.corrections, among)
        writing.replace(file, mark + ("" if before else NEW_FILE + "\n").encode() + sheet.text.encode())
    return Edited(file, changed=True, gave_way=tuple(gave_way))


def _check(corrections: Corrections, among: Iterable[Corrections]) -> None:
    try:
        combined([corrections, *among])
    except CorrectionsError as error:
        raise CorrectionsError(f"Nothing was written, because it contradicts what was said before. With it: {error}") from error


def _entries(sheet: Sheet, kind: NameKind) -> list[NameCorrection]:
    return [entry for entry in sheet.corrections.names if entry.kind == kind]


def _first(sheet: Sheet, kind: NameKind, condition: Callable[[NameCorrection], bool]) -> NameCorrection | None:
    return next((entry for entry in _entries(sheet, kind) if condition(entry)), None)


def _person(sheet: Sheet, name: str) -> set[str]:
    """All keys that were merged with a name's, its own included."""
    key = person_key(name)
    return persons((sheet.corrections.file, entry) for entry in sheet.corrections.names).get(key, {key})


def _drop(sheet: Sheet, entry: NameCorrection, unwanted: set[str]) -> None:
    """Take names out of an entry, and the entry where too few are left to say anything."""
    left = [name for name in entry.names if person_key(name) not in unwanted]
    shown = entry.shown if entry.shown and person_key(entry.shown) not in unwanted else None
    if entry.kind == "merge" and len(left) == 1 and shown and person_key(shown) != person_key(left[0]):
        left.append(shown)
    if len(left) < (1 if entry.kind in ("hide", "rename") else 2):
        sheet.remove(entry.line)
    else:
        sheet.put(entry.line, {"names": left, **({"as": shown} if entry.kind == "merge" and shown != entry.shown else {})})


def _show(sheet: Sheet, name: str, shown: str) -> bool:
    """Let every entry that chooses another name for a person choose this one; whether there is one that does."""

    def chosen(condition: Callable[[NameCorrection], bool]) -> NameCorrection | None:
        person = _person(sheet, name)
        choosing = (entry for entry in sheet.corrections.names if entry.shown and not person.isdisjoint(keys(entry)))
        return next((entry for entry in choosing if condition(entry)), None)

    while other := chosen(lambda entry: entry.shown != shown):
        if other.kind == "rename":
            sheet.put(other.line, {"to": shown})
        else:
            # The name that was shown before is one of the person's names, and remains one.
            listed = {person_key(one) for one in other.names}
            before = [other.shown] if other.shown and person_key(other.shown) not in listed else []
            sheet.put(other.line, {"names": [*other.names, *before], "as": shown})
    return chosen(lambda _: True) is not None


def _and(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
