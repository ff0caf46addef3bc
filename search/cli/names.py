"""Who is who in the archive, as people say it? `names list`, `merge`, `split`, `rename` and `hide`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.cli.corrections import listed, others, source_of, source_option, tell, undo_option
from search.cli.options import Name, Where, Words, index_option, json_option
from search.cli.output import print_json, printable, say
from search.errors import UsageError
from search.wording import count

if TYPE_CHECKING:
    from search.archive import Archive, NamedPerson
    from search.corrections import Corrections

FOUND, NOTHING_FOUND = 0, 1
_ALIKE = 0.75
"""How like a name another one must be to be proposed in its place (difflib's ratio): "Borisow" and "Borisov" are 0.86 alike."""
_COMPARED = 5000
"""Persons among whom a name that is alike is looked for, most articles first: some tens of milliseconds."""
_MOST_BEARERS = 200


@click.group("names")
def names_command() -> None:
    """Say who is who in the archive: one person or two, shown under which name, or nobody at all.

    What is said stands in corrections.toml, in the folder of the raw articles, and wins over the archive's own rules.
    """


@names_command.command(
    "list",
    epilog="""\b
Examples:
  dateline names list
  dateline names list Borisov

Exit status: 0 found, 1 nothing found, 2 error.""",
)
@click.argument("text", nargs=-1, type=Words(), metavar="[TEXT]...")
@index_option
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, metavar="N", help="At most so many.")
@json_option
def list_command(*, text: tuple[str, ...], at: Where, limit: int, as_json: bool) -> int:
    """List the archive's people, with the forms of their names and how many articles have each.

    Those of most articles come first. With TEXT, only people with a name that has all its words.
    """
    from search.archive import Archive

    with Archive.open(at) as archive:
        found = list(archive.names(" ".join(text) or None, limit + 1))
    people, more = found[:limit], len(found) > limit
    if as_json:
        print_json({"names": [asdict(person) for person in people], "more": more})
    else:
        width = max((len(f"{person.articles:,}") for person in people), default=1)
        for person in people:
            others = ", ".join(f"{form} {number:,}" for form, number in person.forms if form != person.name)
            hidden = " (hidden)" if person.hidden else ""
            click.echo(printable(f"{person.articles:>{width},}  {person.name}{hidden}" + (f" (also {others})" if others else "")))
        if more:
            say(f"these are the first {limit:,}; --limit shows more, a word of a name fewer.")
        if not people:
            say(f"no person with the name “{' '.join(text)}” in the archive {at}." if text else f"no people in the archive {at}.")
    return FOUND if people else NOTHING_FOUND


@names_command.command(
    "merge",
    epilog="""\b
Examples:
  dateline names merge 'Yury Borisov' 'Yuri Borisov'
  dateline names merge 'Yury Borisov' 'Yuri Borisov' --as 'Yuri Borisov'
  dateline names merge 'Yury Borisov' 'Yuri Borisov' --undo""",
)
@click.argument("names", nargs=-1, required=True, type=Name(), metavar="NAME NAME...")
@index_option
@click.option("--as", "shown", type=Name(), metavar="NAME", help="The name to show.")
@undo_option
@source_option
def merge_command(*, names: tuple[str, ...], at: Where, shown: str | None, undo: bool, source: str | None) -> None:
    """Say that names are one person's."""
    from search.corrections import editing

    with _names(at, source, names, undo=undo) as (archive, where, among):
        if undo:
            tell(
                archive,
                [(editing.undo_names(where, "merge", names), f"{listed(names)}: whether they are one person is up to the archive")],
                undo=True,
            )
            return
        done = editing.merge(where, names, shown=shown, among=among)

        def outcome() -> str:
            person = _bearer(archive, shown or names[0]) or _bearer(archive, names[0])
            of = f": {person.name} ({count(person.articles, 'article')})" if person else ""
            return f"{len(names)} names are one person now{of}"

        tell(archive, [(done, outcome)])


@names_command.command(
    "split",
    epilog="""\b
Examples:
  dateline names split 'Ali Hassan' 'Ali Hasan'
  dateline names split 'Ali Hassan' 'Ali Hasan' --undo""",
)
@click.argument("names", nargs=-1, required=True, type=Name(), metavar="NAME NAME...")
@index_option
@undo_option
@source_option
def split_command(*, names: tuple[str, ...], at: Where, undo: bool, source: str | None) -> None:
    """Say that names are those of different persons."""
    from search.corrections import editing

    with _names(at, source, names, undo=undo) as (archive, where, among):
        if undo:
            tell(
                archive,
                [(editing.undo_names(where, "split", names), f"{listed(names)}: whether they are one person is up to the archive")],
                undo=True,
            )
            return
        done = editing.split(where, names, among=among)
        tell(archive, [(done, lambda: f"{_counted(archive, names)} are different persons now")])


@names_command.command(
    "rename",
    epilog="""\b
Examples:
  dateline names rename 'Abu Mazen' 'Mahmoud Abbas'
  dateline names rename 'Abu Mazen' --undo""",
)
@click.argument("name", type=Name(), metavar="NAME")
@click.argument("new", required=False, type=Name(), metavar="[NEW]")
@index_option
@undo_option
@source_option
def rename_command(*, name: str, new: str | None, at: Where, undo: bool, source: str | None) -> None:
    """Choose the name that a person is shown under."""
    from search.analysis import person_key
    from search.corrections import editing, load

    if (new is None) != undo:
        raise click.UsageError("Give the person's name and the one to show. --undo takes only the person's name.")
    with _names(at, source, (name,), undo=undo) as (archive, where, among):
        if new is None:
            person = _bearer(archive, name)
            forms = [form for form, _ in person.forms] if person else []
            done = editing.undo_names(where, "rename", [name, *forms])
            tell(archive, [(done, f"{name}: shown as the archive does by itself")], undo=True)
            return
        person, other = _bearer(archive, name), _bearer(archive, new)
        if person and other and person.key != other.key:
            raise UsageError(
                f"“{new}” is another person of this archive ({count(other.articles, 'article')}). If both are one: "
                f"dateline names merge '{name}' '{new}' --as '{new}'"
            )
        if person:
            # The one of the person's names for which a name was chosen before; else the one that was given, if articles give it.
            known = {person_key(form): form for form, _ in person.forms}
            chosen = {person_key(one) for entry in load(where).names if entry.shown for one in entry.names}
            name = next((form for key, form in known.items() if key in chosen), name if person_key(name) in known else person.forms[0][0])
        done = editing.rename(where, name, new, among=among)
        tell(archive, [(done, f"{name} is shown as {new} now" + (f" ({count(person.articles, 'article')})" if person else ""))])


@names_command.command(
    "hide",
    epilog="""\b
Examples:
  dateline names hide 'Press Secretary'
  dateline names hide 'Press Secretary' --undo""",
)
@click.argument("names", nargs=-1, required=True, type=Name(), metavar="NAME...")
@index_option
@undo_option
@source_option
def hide_command(*, names: tuple[str, ...], at: Where, undo: bool, source: str | None) -> None:
    """Say that names are nobody's: an office, a company, a place."""
    from search.corrections import editing

    with _names(at, source, names, undo=undo) as (archive, where, among):
        if undo:
            tell(archive, [(editing.undo_names(where, "hide", names), lambda: f"{_counted(archive, names)}: hidden no more")], undo=True)
            return
        was = _counted(archive, names)
        tell(archive, [(editing.hide(where, names, among=among), f"{was}: hidden, among the people no more")])


@contextmanager
def _names(at: Where, source: str | None, names: Sequence[str], *, undo: bool) -> Iterator[tuple[Archive, Path, list[Corrections]]]:
    """The archive, the folder whose corrections are to be changed, and those of the other sources. Raises UsageError for names that nobody has."""
    from search.archive import Archive
    from search.corrections import load

    with Archive.open(at) as archive:
        name, where = source_of(archive, source)
        among = others(archive, name)
        if not undo:
            _check_known(archive, names, [load(where), *among])
        yield archive, where, among


def _check_known(archive: Archive, names: Iterable[str], corrections: Iterable[Corrections]) -> None:
    """Raise UsageError for a name that neither the archive nor its corrections know: a slip of the keyboard must not become a correction."""
    from search.analysis import person_key

    said = {person_key(name) for file in corrections for entry in file.names for name in (*entry.names, *([entry.shown] if entry.shown else []))}
    for name in names:
        if person_key(name) not in said and _bearer(archive, name) is None and not _is_other_form(archive, name):
            near = _alike(archive, name)
            proposal = f" Is one of these meant: {', '.join(near)}?" if near else " “dateline names list” shows the names that it has."
            raise UsageError(f"Nobody in the archive has the name “{name}”.{proposal}")


def _is_other_form(archive: Archive, name: str) -> bool:
    """Whether some article has a whole name as another form of one that it gives: the archive's list of names has only the latter."""
    from search.analysis import person_key

    key = person_key(name)
    hits = archive.search("", person=name, limit=_MOST_BEARERS).hits if "-" in key else ()
    return any(key == person_key(form) for hit in hits for person in (*hit.participants, *hit.mentioned) for form in person.aliases)


def _alike(archive: Archive, name: str) -> list[str]:
    """Names in the archive that are like a name, the likest first."""
    import difflib

    from search.analysis import person_key

    forms = {person_key(form): form for person in archive.names(None, _COMPARED) for form, _ in person.forms}
    return [forms[key] for key in difflib.get_close_matches(person_key(name), forms, 3, _ALIKE)]


def _bearer(archive: Archive, name: str) -> NamedPerson | None:
    """The person who has a name, whole: in one of its forms, or as it is shown."""
    from search.analysis import person_key

    key = person_key(name)
    for person in archive.names(name, _MOST_BEARERS):
        if key in {person.key, *(person_key(form) for form in (person.name, *(form for form, _ in person.forms)))}:
            return person
    return None


def _counted(archive: Archive, names: Iterable[str]) -> str:
    """The names with the number of articles of each."""
    bearers = [(name, _bearer(archive, name)) for name in names]
    return listed([f"{name} ({count(person.articles, 'article')})" if person else name for name, person in bearers])
