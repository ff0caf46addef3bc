"""What is put right by hand in articles and lines? `correct`: it writes corrections.toml and brings the archive up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search.cli.options import Name, Where, Words, index_option
from search.cli.output import printable, say
from search.errors import DatelineError, UsageError
from search.wording import count, date_in_words

if TYPE_CHECKING:
    from search.archive import Archive
    from search.corrections import Corrections
    from search.corrections.editing import Edited
    from search.report import IndexReport

source_option = click.option("--source", type=Name(), metavar="NAME", help="The source in whose folder it is written down, where there are several.")
undo_option = click.option("--undo", is_flag=True, help="Take back what was said.")


@click.command(
    "correct",
    epilog="""\b
Examples:
  dateline correct seeds/sana-1.txt --date 2022-11-10 --agency SANA
  dateline correct 3f2a9c0d1e4b5a67 --title 'Talks in Damascus' --note 'as printed'
  dateline correct seeds/sana-1.txt --undo
  dateline correct --boilerplate 'Follow us on social media'

Exit status: 0 all well, also when nothing had to be changed; 2 error.""",
)
@click.argument("target", required=False, type=Words(), metavar="[FILE|ID]")
@index_option
@click.option("--record", type=Name(), metavar="KEY", help="Which article, in a file of several.")
@click.option("--date", type=Name(), metavar="DATE", help="When it was published: 2022-06-15, 2022-06, 2022 or none.")
@click.option("--agency", "agencies", multiple=True, type=Name(), metavar="NAME", help="Whose report it is, or none.")
@click.option("--title", type=Name(), metavar="TEXT", help="Its title, or none.")
@click.option("--boilerplate", multiple=True, type=Name(), metavar="LINE", help="A line that is no part of any story.")
@click.option("--not-boilerplate", multiple=True, type=Name(), metavar="LINE", help="A line that is part of the stories it stands in.")
@click.option("--note", type=Name(), metavar="TEXT", help="Why; kept beside the correction.")
@undo_option
@source_option
def correct_command(
    *,
    target: str | None,
    at: Where,
    record: str | None,
    date: str | None,
    agencies: tuple[str, ...],
    title: str | None,
    boilerplate: tuple[str, ...],
    not_boilerplate: tuple[str, ...],
    note: str | None,
    undo: bool,
    source: str | None,
) -> None:
    """Put right what was read in an article, or what counts as boilerplate.

    FILE is a raw file of the archive, ID an article's id. What is put right stands in corrections.toml, in the folder of the raw articles:
    it wins over whatever is read, and outlives the archive. A line needs no FILE.
    """
    from search.archive import Archive
    from search.corrections import editing

    lines = [*((line, True) for line in boilerplate), *((line, False) for line in not_boilerplate)]
    values = bool(date or agencies or title)
    if undo and (values or note):
        raise click.UsageError("--undo takes back all that was put right in the article: give it no values.")
    if (record is not None or values) and target is None:
        raise click.UsageError("Name the article: its raw file, or its id.")
    if not (values or lines or undo) or (undo and target is None and not lines):
        raise click.UsageError("There is nothing to put right: give --date, --agency, --title, --boilerplate or --not-boilerplate.")
    with Archive.open(at) as archive:
        path, key = "", ""
        if target is not None and (values or not lines):
            name, where, path, key = archive.locate(target, record)
        else:
            name, where = source_of(archive, source, target)
        among = others(archive, name)
        edits: list[tuple[Edited, str]] = []
        if undo and not lines:
            edits.append((editing.undo_article(where, path, key), f"{path}: as it is read, nothing is put right by hand"))
        elif values:
            known = [_as_listed(agency) for agency in agencies]
            done = editing.correct_article(where, path, key, date=date, agencies=known or None, title=title, note=note, among=among)
            edits.append((done, f"{path}: {_told(date, known, title)}"))
        for line, is_boilerplate in lines:
            if undo:
                edits.append((editing.undo_line(where, line), f"“{line}”: nothing is said of it by hand any more"))
            else:
                done = editing.set_line(where, line, boilerplate=is_boilerplate, note=note, among=among)
                edits.append((done, f"“{line}” is {'' if is_boilerplate else 'not '}boilerplate"))
        tell(archive, edits, path, undo=undo)


@click.command(
    "corrections",
    epilog="""\b
Examples:
  dateline corrections
  dateline corrections --source seeds > corrections.toml

Exit status: 0 all well, also where nothing was corrected; 2 error.""",
)
@index_option
@source_option
def corrections_command(*, at: Where, source: str | None) -> None:
    """Print the corrections.toml of a source as the archive has taken it up.

    Where several machines index one archive, each may have a corrections.toml of the source; this is the one that counts.
    """
    from search.archive import Archive

    with Archive.open(at) as archive:
        content = archive.corrections(source_of(archive, source)[0])
    click.echo(printable(content.decode("utf-8", "replace")), nl=False)
    if not content:
        say("Nothing has been put right by hand in that source.")


def source_of(archive: Archive, wanted: str | None, target: str | None = None) -> tuple[str, Path]:
    """Name and folder of the source whose corrections are to be changed; where a raw file or an article is named, the one it was read from."""
    if target is not None:
        from search.origin import place_of

        place = place_of(Path(target), archive.sources())
        return (place[0].name, Path(place[0].path)) if place else archive.locate(target)[:2]
    sources = {source.name: Path(source.path) for source in archive.sources()}
    if wanted is not None and wanted not in sources:
        raise UsageError(f"The archive has no source “{wanted}”. It has {listed(sorted(sources))}.")
    if not sources:
        raise UsageError("The archive has no source yet: index a folder of raw articles first, and then put them right.")
    if wanted is None and len(sources) > 1:
        raise UsageError(f"The archive has several sources: {listed(sorted(sources))}. Say with --source in whose corrections.toml it is to stand.")
    name = wanted or next(iter(sources))
    return name, sources[name]


def others(archive: Archive, name: str) -> list[Corrections]:
    """The corrections of all other sources: the ones of an archive must not contradict each other."""
    from search.corrections import load

    return [load(Path(source.path)) for source in archive.sources() if source.name != name]


def tell(archive: Archive, edits: Sequence[tuple[Edited, str | Callable[[], str]]], path: str = "", *, undo: bool = False) -> None:
    """Bring the archive up to date with what was written, and say what is true now; also what the run notes of corrections of a raw file."""
    from search.corrections.records import at

    file = edits[0][0].file
    report = _brought_up_to_date(archive, file)
    for edited, outcome in edits:
        said = outcome if isinstance(outcome, str) else outcome()
        if undo and not edited.changed:
            click.echo(printable(f"There was nothing to take back: {edited.file} says nothing of that"))
            continue
        click.echo(printable(said if edited.changed else f"{said} (corrections.toml said so before)"))
        for sentence in edited.gave_way:
            click.echo(printable(f"  {sentence}"))
    changed = sum(edited.changed for edited, _ in edits)
    touched = report.changed + report.updated
    updated = f"{count(touched, 'article')} of the archive updated" if touched else "nothing had to be updated in the archive"
    click.echo(printable(f"{'Written to' if changed else 'Nothing to write to'} {file}; {updated}"))
    for note in report.notes:
        if path and note.startswith(f"{at(file, None)}, ") and path in note:
            say(note)


def _brought_up_to_date(archive: Archive, file: Path) -> IndexReport:
    from search.cli.progress import progress

    try:
        with progress() as show:
            return archive.apply_corrections(progress=show)
    except DatelineError as error:
        # The correction is safe in its file; what has failed is only that the archive follows.
        raise type(error)(f"The correction stands in {file}; the archive does not have it yet, and takes it up with its next run: {error}") from error


def _as_listed(agency: str) -> str:
    """An agency under the name that the archive shows for all its spellings."""
    from search.extraction.outlets import known

    listed = known(agency)
    return listed.name if listed else agency


def _told(date: str | None, agencies: Sequence[str], title: str | None) -> str:
    parts = [f"date {date_in_words(date)}"] if date else []
    parts += [f"agency {listed(agencies)}"] if agencies else []
    return ", ".join([*parts, *([f"title “{title}”"] if title else [])])


def listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
