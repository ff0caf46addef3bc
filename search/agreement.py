"""Which corrections.toml counts, where several machines may have one for the same source? An archive in one folder need not ask.

The archive keeps a copy of each, and for every place, a folder on a machine, what was last taken up from there. A file that differs from the copy was
edited if the copy is what was last taken up from its place. Otherwise the copy was changed from elsewhere, and taking up this file would undo that
without anybody having said so: then somebody has to decide.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from search import corrections
from search.corrections import ArchiveCorrections, Corrections
from search.errors import CorrectionsError
from search.ledger import Ledger
from search.origin import Source
from search.sources import shown

_LETTERS = 100  # of a line that is quoted


@dataclass(frozen=True, slots=True)
class InForce:
    """The corrections of each source, what they decide together, and the places of those that were read from a file here (or found to have none)."""

    corrections: Mapping[str, Corrections]
    decided: ArchiveCorrections
    places: Mapping[str, str]


def agreed(sources: Iterable[Source], ledger: Ledger) -> InForce:
    """What is in force: from each source's folder, or where that is not here, empty or never had a corrections.toml, as the archive has it.

    Raises CorrectionsError, also where a file here and the archive's copy were changed independently.
    """
    kept = ledger.kept.corrections()
    found: dict[str, Corrections] = {}
    places: dict[str, str] = {}
    for source in sources:
        file = Path(source.path, corrections.FILE_NAME)
        hash_, content = kept.get(source.name, ("", b""))
        place = place_of(source.path)
        before = ledger.kept.taken_up(source.name, place)
        here = corrections.load(source.path) if not content or holds_something(source.path) else None
        if here is None or (content and not here.content and not before):
            found[source.name] = corrections.parse(content, file)
            continue
        if here.content != content and before != hash_:
            raise CorrectionsError(_conflict(source.name, file, here.content, content))
        found[source.name] = here
        places[source.name] = place
    return InForce(found, corrections.combined(found.values()), places)


def take_up(in_force: InForce, ledger: Ledger) -> None:
    """Note that the archive has what is in force, and from where."""
    for source, place in in_force.places.items():
        taken = in_force.corrections[source]
        hash_ = taken.hash if taken.content else ""
        if ledger.kept.taken_up(source, place) != hash_:
            ledger.kept.take_up(source, place, hash_)


def place_of(folder: Path) -> str:
    """A folder on this machine, as other machines know it."""
    return f"{socket.gethostname()}:{shown(os.fsencode(folder))}"


def holds_something(folder: Path) -> bool:
    """Whether anything is in a folder: an empty one may be where a disk is mounted at other times."""
    try:
        return any(True for _ in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # reading it says what is wrong


def _conflict(source: str, file: Path, here: bytes, there: bytes) -> str:
    number, mine, archives = _first_difference(here, there)
    return (
        f"{shown(os.fsencode(file))} differs from what the archive has for the source “{source}”, and that was put there from elsewhere. Here, line "
        f"{number}: {mine}. In the archive, line {number}: {archives}. Put the archive's in the place of this file (`dateline corrections --source "
        f"{source}` prints it), run this again, and then put into it what was only here."
    )


def _first_difference(here: bytes, there: bytes) -> tuple[int, str, str]:
    """The number of the first line in which two files differ, and how each has it."""
    lines = [data.decode("utf-8", "backslashreplace").splitlines() for data in (here, there)]
    pairs = enumerate(zip_longest(*lines), 1)
    number, pair = next(((number, pair) for number, pair in pairs if pair[0] != pair[1]), (1, ("another end of line", "another end of line")))
    mine, archives = (_quoted(line) for line in pair)
    return number, mine, archives


def _quoted(line: str | None) -> str:
    if line is None:
        return "nothing"
    return f"“{line if len(line) <= _LETTERS else line[:_LETTERS] + '…'}”"
