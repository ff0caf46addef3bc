"""An archive on a cluster: articles in an index there, the ledger as a log beside the state document, and on each machine a copy of it.

Whoever opens the archive has the engine over the cluster, and where the ledger is asked, a copy of the ledger that is brought up to date first
(`search.ledger.replica`). Whoever changes the archive does so in turns (`search.engines.opensearch.state`): at the end of a turn, what engine and
ledger have committed in it becomes the archive's with one write of the state document, and a turn that comes to no end has changed nothing.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from search.engines import require
from search.engines.base import Engine
from search.errors import DamagedArchive, NotAnArchive, OutdatedArchive, UsageError
from search.homes.address import Address
from search.homes.base import CLUSTER_ENGINE, LAYOUT, Fresh, Home, Marker, Present, Purpose
from search.homes.credentials import certificates, credentials
from search.origin import Source

if TYPE_CHECKING:
    from search.engines.opensearch.engine import OpenSearchEngine
    from search.engines.opensearch.state import State, Storage, Turn
    from search.ledger import Ledger
    from search.ledger.replica import LogState, Part, Replica

_TRIES = 5
"""How often a log is read again that was put together anew while it was read."""


class ClusterHome(Home):
    """An address on a cluster, where an archive is or shall be made."""

    default_engine = CLUSTER_ENGINE

    def __init__(self, address: Address) -> None:
        """Nothing is asked yet. Raises UsageError for credentials that are not understood."""
        self.address = address
        self.name = str(address)
        self._credentials = credentials()
        self._ca = address.ca or certificates()
        if self._credentials is not None and any(map(_open_to_all, address.nodes)):
            raise UsageError(
                f"{self.name} is asked without TLS, and everybody on the way could read the password or token that the environment has. Use "
                "https://, or unset it."
            )
        self._opened: Storage | None = None
        self._turn: Turn | None = None

    @property
    def _storage(self) -> Storage:
        """The archive's documents. Raises EngineMissing where the library is not installed."""
        if self._opened is None:
            require(CLUSTER_ENGINE)
            from search.engines.opensearch.connection import Connection, Settings
            from search.engines.opensearch.state import Storage

            who = self._credentials
            settings = (
                Settings(self.address.nodes, self._ca) if who is None else Settings(self.address.nodes, self._ca, who.user, who.password, who.token)
            )
            self._opened = Storage(Connection(settings), self.address.name)
        return self._opened

    def exists(self) -> bool:
        """Whether there is a state document of this name, in whatever layout."""
        try:
            return self._storage.exists()
        except (OutdatedArchive, DamagedArchive):
            return True

    def stamp(self) -> object:
        """Always the same: the engine itself takes up the newest state at each question, also that of an archive built anew."""
        return self.name

    def marker(self, *, any_layout: bool = False) -> Marker:
        """What the state document says."""
        try:
            state = self._storage.read()
        except (OutdatedArchive, DamagedArchive):
            if not any_layout:
                raise
            return Marker(CLUSTER_ENGINE, "", _sources(self._storage.left_behind()), 0)
        return Marker(CLUSTER_ENGINE, state.index, _sources(state.values), LAYOUT)

    def remembered(self) -> Marker:
        """The sources that the state document names, in whatever layout."""
        marker = self.marker(any_layout=True)
        if not marker.sources:
            raise DamagedArchive(
                f"The archive {self.name} remembers no source. Name the folder of raw articles: dateline index FOLDER --index {self.name}"
            )
        return marker

    def occupied(self) -> int:
        """All indexes of the archive, with all copies."""
        return self._storage.occupied()

    def engine(self, marker: Marker) -> Engine:
        """The engine over the cluster; it does not matter which data the marker names, because it follows the state."""
        from search.engines.opensearch.engine import OpenSearchEngine

        return OpenSearchEngine(self._storage)

    @contextmanager
    def ledger(self, marker: Marker) -> Iterator[Ledger]:
        """A copy of the ledger, brought up to date."""
        with self._replica(self._storage.read()) as replica:
            self._caught_up(replica)
            with replica.ledger(writing=False) as ledger:
                yield ledger

    def check_engine(self, name: str) -> None:
        """The engine of clusters, and no other."""
        if name != CLUSTER_ENGINE:
            raise UsageError(f"The engine {name} keeps archives in folders, not on a cluster: name a folder, or leave --engine out.")
        require(name)

    @contextmanager
    def writing(self, purpose: Purpose) -> Iterator[None]:
        """For a run on the present data nothing is held: it takes turns. Who makes new data has one turn for all of it."""
        if purpose != "rebuild":
            self._storage.read()
        if purpose == "index":
            yield
            return
        with self._storage.turn(purpose) as turn:
            self._turn = turn
            try:
                yield
            finally:
                self._turn = None

    @contextmanager
    def changing(self, marker: Marker) -> Iterator[Present]:
        """Engine and ledger over all turns of a run."""
        from search.engines.opensearch.engine import OpenSearchEngine

        state = self._storage.read()
        with self._replica(state) as replica, ExitStack() as stack:
            self._caught_up(replica)
            engine = stack.enter_context(OpenSearchEngine(self._storage))
            ledger = stack.enter_context(replica.ledger(writing=True))
            yield Present(engine, ledger, _ClusterTurns(self._storage, engine, replica, ledger))
            with self._storage.turn() as turn:
                turn.note(updating=False)

    @contextmanager
    def fresh(self, engine: str) -> Iterator[Fresh]:
        """An index beside the present one, whose documents have the number of the turn."""
        if self._turn is None:
            raise RuntimeError("new data is made in a turn of its own")
        with _FreshIndex(self._storage, self._turn, self.address) as fresh:
            yield fresh

    @contextmanager
    def founding(self, engine: str) -> Iterator[Fresh]:
        """An index that no state document names yet."""
        if self.exists():
            raise NotAnArchive(f"There is an archive {self.name} already: open it, or choose another name.")
        with _FreshIndex(self._storage, None, self.address) as fresh:
            yield fresh

    def volume(self, marker: Marker) -> tuple[float, int]:
        """By what the cluster says of one copy of the index, and the size of the ledger's log."""
        log = _log_of(self._storage.read())
        packed = sum(part.size for part in (log.snapshot, *log.entries))
        return self._storage.occupied_by(marker.data), 3 * packed

    def check_room(self, engine: str, articles: float, ledger: int) -> None:
        """Nothing: a cluster whose disks fill up says so itself, and the copy is then given up."""

    def _replica(self, state: State) -> Replica:
        from search.ledger.replica import Replica

        return Replica.open(state.archive)

    def _caught_up(self, replica: Replica) -> None:
        """Bring a copy of the ledger up to date."""
        from search.ledger.replica import PartGone

        for _ in range(_TRIES):
            try:
                state = self._storage.read()
                replica.catch_up(_log_of(state), _Log(self._storage, state))
            except PartGone:
                continue
            return
        raise DamagedArchive(
            f"Parts of the ledger of the archive {self.name} are missing. Build it again: dateline index --rebuild --index {self.name}"
        )


class _ClusterTurns:
    """The turns of one run: each ends with one write that makes everything in it the archive's."""

    shared = True

    def __init__(self, storage: Storage, engine: OpenSearchEngine, replica: Replica, ledger: Ledger) -> None:
        self._storage = storage
        self._engine = engine
        self._replica = replica
        self._ledger = ledger
        self._turn: Turn | None = None

    @contextmanager
    def turn(self) -> Iterator[bool]:
        with self._storage.turn() as turn, self._engine.within(turn):
            changed = self._replica.catch_up(_log_of(turn.state), _Log(self._storage, turn.state))
            self._turn = turn
            try:
                yield changed
                self.agree()
            except BaseException:
                self._engine.rollback()
                self._replica.discard()
                raise
            finally:
                self._turn = None

    def agree(self) -> None:
        from search.ledger.replica import worth_a_snapshot

        turn = self._turn
        if turn is None:
            raise RuntimeError("there is a turn to agree in")
        log = _log_of(turn.state)
        pieces = self._replica.changes()
        if not (pieces or turn.written):
            self._replica.published(log.number)
            return
        number = turn.number if turn.written else turn.next()
        new = _with_entry(log, _put(self._storage, _name(turn.state, "log", number), number, pieces))
        values = {**turn.state.values, "log": new.to_dict(), "sources": [source.to_list() for source in self._ledger.sources()]}
        if turn.written:
            turn.publish(self._engine.count(), dead=self._engine.staged(), values=values, updating=True)
        else:
            turn.note(values=values, updating=True)  # the articles are as they were
        self._replica.published(number)
        if worth_a_snapshot(new):
            self._put_together(turn, new)

    def _put_together(self, turn: Turn, log: LogState) -> None:
        """Put a snapshot in the place of the entries."""
        snapshot = _put(self._storage, _name(turn.state, "snapshot", log.number), log.number, self._replica.snapshot())
        turn.note(values={**turn.state.values, "log": _log(snapshot).to_dict()})
        _forget(self._storage, turn.state, log)


class _FreshIndex(Fresh):
    """An index that the state document does not name yet, and a ledger in a file on this machine."""

    def __init__(self, storage: Storage, turn: Turn | None, address: Address) -> None:
        """`turn` is that of an archive that is there; without one, this is the first data of an archive."""
        self._storage = storage
        self._address = address
        self._turn = turn
        self._done = False
        self._stack = ExitStack()

    def __enter__(self) -> _FreshIndex:
        from search.engines.opensearch.state import REPLICAS, SHARDS, Draft
        from search.ledger import Ledger

        # What is built anew keeps its shape where none is given.
        shards, replicas = self._storage.shape(self._turn.state.index) if self._turn is not None and self._turn.state.index else (SHARDS, REPLICAS)
        given = self._address
        index = self._storage.new_index(
            shards=shards if given.shards is None else given.shards, replicas=replicas if given.replicas is None else given.replicas
        )
        self._draft = Draft(index, self._turn)
        try:
            folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="dateline-")))
            self._file = folder / "ledger.sqlite"
            self.ledger = Ledger.create(self._file)
            self.engine = self._opened()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if not self._done:
            with suppress(Exception):
                self._storage.delete_index(self._draft.state.index)
        for handle in (getattr(self, "engine", None), getattr(self, "ledger", None)):
            if handle is not None:
                handle.close()
        self._stack.close()

    def copy_ledger(self, ledger: Ledger) -> None:
        self.ledger.close()
        self._file.unlink()
        self.ledger = ledger.copy(self._file)

    def reopen(self) -> None:
        self.engine.close()
        self.engine = self._opened()

    def take_over(self) -> None:
        from search.ledger.replica import Replica

        sources = [source.to_list() for source in self.ledger.sources()]
        self.ledger.close()
        state, articles = self._draft.state, self.engine.count()
        # Not the articles' own number, which no later entry may have either.
        number = self._draft.next()
        if self._turn is None:
            self._storage.make_home()
        snapshot = _put(self._storage, _name(state, "snapshot", number), number, Replica.first(self._file))
        values = {"log": _log(snapshot).to_dict(), "sources": sources}
        if self._turn is None:
            self._done = True  # where the answer is lost it may have come to be, and name the index
            try:
                self._storage.found(self._draft.founded(articles), values)
            except NotAnArchive:
                self._done = False
                raise
            return
        before = self._turn.state
        self._done = True  # from here on nobody knows from outside which index the state names
        self._turn.publish(articles, draft=self._draft, values=values, updating=False)
        if before.index:  # else it was of no use, and its numbers may be those of now
            with suppress(DamagedArchive):
                _forget(self._storage, before, _log_of(before))

    def _opened(self) -> OpenSearchEngine:
        from search.engines.opensearch.engine import OpenSearchEngine

        return OpenSearchEngine(self._storage, self._draft)


class _Log:
    """Where the pieces of the ledger's log lie: with the state document."""

    def __init__(self, storage: Storage, state: State) -> None:
        self._storage = storage
        self._state = state
        self._snapshot = _log_of(state).snapshot

    def read(self, part: Part) -> Iterable[bytes]:
        from search.engines.opensearch.connection import Gone
        from search.ledger.replica import PartGone

        # An entry of the snapshot's number may lie there as well: whoever was to delete it has been killed.
        name = "snapshot" if part == self._snapshot else "log"
        try:
            yield from self._storage.get_data(_name(self._state, name, part.number), part.pieces)
        except Gone as error:
            raise PartGone from error


def _open_to_all(node: str) -> bool:
    """Whether what is sent to a node can be read on its way: without TLS, unless it never leaves this machine."""
    host = node.removeprefix("http://").rpartition(":")[0].strip("[]")
    if not node.startswith("http:") or host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def _name(state: State, kind: str, number: int) -> str:
    """What a part of the log is called beside the state document: who makes an archive of the same name at the same time has another id."""
    return f"{state.archive}-{kind}-{number}"


def _put(storage: Storage, name: str, number: int, pieces: Iterable[bytes]) -> Part:
    """Keep pieces, and say what there is of them."""
    from search.ledger.replica import Part

    size = 0

    def measured() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            size += len(piece)
            yield piece

    return Part(number, storage.put_data(name, measured()), size)


def _log(snapshot: Part) -> LogState:
    from search.ledger.replica import LogState

    return LogState(snapshot)


def _with_entry(log: LogState, entry: Part) -> LogState:
    from search.ledger.replica import LogState

    return LogState(log.snapshot, (*log.entries, entry))


def _log_of(state: State) -> LogState:
    from search.ledger.replica import LogState

    try:
        return LogState.from_dict(state.values["log"])
    except (KeyError, TypeError) as error:
        raise DamagedArchive(f"The state of the archive names no ledger ({error}).") from error


def _forget(storage: Storage, state: State, log: LogState) -> None:
    """Delete the parts of a log that another has taken the place of."""
    storage.delete_data(_name(state, "snapshot", log.snapshot.number), log.snapshot.pieces)
    for entry in log.entries:
        storage.delete_data(_name(state, "log", entry.number), entry.pieces)


def _sources(values: Mapping[str, Any]) -> tuple[Source, ...]:
    return tuple(map(Source.from_list, values.get("sources", ())))
