"""The contract of a home: where an archive lives, and who may change it there. What an archive does (search/archive.py, rebuilding.py,
conversion.py) is the same in every home.

An archive has a marker, which says what it is, and data: the engine's articles and the ledger. A rebuild or a conversion makes new data beside the
present ones and then lets the marker name them, so that readers see the old state or the new one, and nothing between.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from search.engines.base import Engine
from search.errors import DamagedArchive, OutdatedArchive
from search.origin import Source
from search.turns import ALONE, Turns

if TYPE_CHECKING:
    from search.ledger import Ledger

LAYOUT = 4
"""Raised whenever an archive written before can no longer be read; such an archive asks to be rebuilt."""

CLUSTER_ENGINE = "opensearch"
"""The engine that keeps archives on a cluster; all others keep files."""

Purpose = Literal["index", "rebuild", "convert"]
"""What somebody writes for: a run on the present data, or new data beside it."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What an archive says of itself: its engine, the name of its present data, the sources that it remembers, and the layout it was written in."""

    engine: str
    data: str
    sources: tuple[Source, ...] = ()
    layout: int = LAYOUT


@dataclass(frozen=True, slots=True)
class Present:
    """A writer's own handles on the present data of an archive."""

    engine: Engine
    ledger: Ledger
    turns: Turns = ALONE


class Fresh(ABC):
    """New data of an archive in the making, which nobody but its maker sees until `take_over`."""

    engine: Engine
    """A writer's handle on the new articles, of which there are none at first."""

    ledger: Ledger
    """The ledger beside them, empty at first."""

    @abstractmethod
    def copy_ledger(self, ledger: Ledger) -> None:
        """Let `ledger` say what another one says; it may be of another home."""

    @abstractmethod
    def reopen(self) -> None:
        """Open `engine` anew, as the next reader will; what was not committed is forgotten."""

    @abstractmethod
    def take_over(self) -> None:
        """Make this the present data, at once for all readers, with the sources that its ledger has. The handles are closed; the old data goes."""


class Home(ABC):
    """A place for one archive, which may not be there yet."""

    name: str
    """As people name it and as messages show it, a folder's path or an address, and never with credentials. What `--index` takes."""

    default_engine: str
    """The engine of a new archive for which none is named."""

    # What is there?

    @abstractmethod
    def exists(self) -> bool:
        """Whether an archive is there, in whatever state."""

    @abstractmethod
    def stamp(self) -> object:
        """Another value whenever the marker may be another; asked before each question, so it is cheap. Raises NotAnArchive where there is none."""

    @abstractmethod
    def marker(self, *, any_layout: bool = False) -> Marker:
        """What the archive says of itself. Raises NotAnArchive, DamagedArchive, OutdatedArchive."""

    @abstractmethod
    def remembered(self) -> Marker:
        """Engine and sources of an archive in any state, for a rebuild. Raises as `marker` does where no sources are known."""

    @abstractmethod
    def occupied(self) -> int:
        """How many bytes the archive takes."""

    # Reading

    @abstractmethod
    def engine(self, marker: Marker) -> Engine:
        """The articles that a marker names, opened for reading. Raises EngineMissing, and DamagedArchive also where they have just been replaced."""

    @abstractmethod
    def ledger(self, marker: Marker) -> AbstractContextManager[Ledger]:
        """The ledger that a marker names, for reading and for one thread. Raises as `engine` does."""

    # Writing

    @abstractmethod
    def check_engine(self, name: str) -> None:
        """Raise UsageError where there is no such engine or none of its archives can live here, EngineMissing where it is not installed."""

    @abstractmethod
    def writing(self, purpose: Purpose) -> AbstractContextManager[None]:
        """Hold the right to write, and clear up what killed runs left. Raises ArchiveBusy at once where another has it, NotAnArchive."""

    @abstractmethod
    def changing(self, marker: Marker) -> AbstractContextManager[Present]:
        """Handles on the present data, within `writing`; readers see what is committed. At the end the marker gets the ledger's sources."""

    @abstractmethod
    def fresh(self, engine: str) -> AbstractContextManager[Fresh]:
        """New data beside the present, within `writing`. Unless it takes over, it is removed at the end."""

    @abstractmethod
    def founding(self, engine: str) -> AbstractContextManager[Fresh]:
        """The first data of a new archive, which is there when they take over.

        Raises NotAnArchive where there is one already or other things are, ArchiveBusy where another process is making one, ArchiveError where
        none can be made.
        """

    @abstractmethod
    def volume(self, marker: Marker) -> tuple[float, int]:
        """How many bytes the articles that a marker names would take with Whoosh, about, and how many the ledger takes."""

    @abstractmethod
    def check_room(self, engine: str, articles: float, ledger: int) -> None:
        """Raise ArchiveError where new data of that engine with such a volume would hardly find room."""

    @contextmanager
    def advising(self) -> Iterator[None]:
        """Let what is said of damage or age say what to do as well."""
        try:
            yield
        except (DamagedArchive, OutdatedArchive) as error:
            if "dateline index" in str(error) or "Update Dateline" in str(error):
                raise
            raise type(error)(f"{error} Build it again from the raw files: dateline index --rebuild --index {self.name}") from error
