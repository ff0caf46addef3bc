"""Which articles of a cluster's archive count, and who may change them? The archive's state document, and the turns of its writers.

An archive NAME has two indexes: `dateline-NAME.articles-…`, where each document is an article as it came with some change, and
`dateline-NAME.archive` with the state document and what belongs to it. A change has a number. Its documents carry it, and they count for nobody
until the state document says that this number is the archive's present one: one small write makes a change the archive's, however many documents on
however many machines it has. Documents whose place others have taken are named beside it until they are deleted, which is after.

So whoever reads the state and then sees the documents of that moment (a point in time) has one whole state of the archive; and a writer that dies
leaves documents that never count, which the next one deletes.

Writers take turns. A turn is held by an entry in the state document that its holder renews; one that is not renewed for `PATIENCE` seconds, by the
clock of whoever waits, is taken over. Every write of the state document names the state that it replaces, so that a holder who was only asleep can
change nothing any more, and the number of his change is one that never counts.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
import os
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from search.engines.opensearch.connection import Answer, Conflict, Connection, Gone
from search.engines.opensearch.schema import MOST_TERMS, SINCE, mappings, settings
from search.errors import ArchiveBusy, ClusterBusy, ClusterError, ClusterUnreachable, DamagedArchive, NotAnArchive, OutdatedArchive

__all__ = ["LAYOUT", "Draft", "Purpose", "State", "Storage", "Turn"]

LAYOUT = 1
"""Raised whenever an archive written before can no longer be read."""

PATIENCE = 30.0
"""Seconds after which a turn that nobody renews is taken over."""

BEAT = 5.0
"""Seconds between two renewals."""

SHARDS, REPLICAS = 3, 1
"""Parts that the articles of a new archive are divided into, and further copies of each. Three parts serve to about fifty million articles; with one
copy any one machine may fail."""

BLOCK = 10_000
"""Numbers that a writer is given at once."""

Range = tuple[int, int]
"""The first and the last of numbers in a row."""

Purpose = Literal["index", "rebuild", "convert"]

_PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0)
"""Seconds before the state is asked for again where it is not to be had."""

_LONGEST = 5.0
"""Seconds after which it is not asked for again: everything waits for it, and an answer that says so is better than none."""

_FORMAT = "dateline-archive"
_STATE = "state"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """Whose turn it is: `owner` is a name made up for the turn, `beat` counts its renewals; the rest is for people."""

    owner: str
    purpose: Purpose
    host: str
    process: int
    since: str
    beat: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """What the state document says.

    `number` is that of the last documents that count, `counter` the last that was given away; `open` is the first of those that the writer has whose
    turn it is. `void` are ranges of numbers whose documents never count, `left` those of them that still have to be deleted. `dead` is how many
    documents that others have replaced still have to be deleted; they are named beside the state. `articles` is how many documents count, by which
    a copy of a shard that lags behind is known. `updating` says that a run has written a part of what it will write. `values` is what the archive
    keeps here besides (its sources, where its ledger is); the engine does not look at it.
    """

    archive: str
    index: str
    number: int = 0
    counter: int = 0
    open: int | None = None
    void: tuple[Range, ...] = ()
    left: tuple[Range, ...] = ()
    dead: int = 0
    articles: int = 0
    lease: Lease | None = None
    updating: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def generation(self) -> str:
        """The mark of what counts."""
        return f"{self.index.rpartition('-')[2]}-{self.number}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"format": _FORMAT, "layout": LAYOUT, **asdict(self)}


class Storage:
    """The documents of one archive on a cluster."""

    def __init__(self, connection: Connection, name: str) -> None:
        """`name` is the archive's, of small letters, digits, "-" and "_"."""
        self.connection = connection
        self.name = name
        self.shown = f"{connection.settings.shown}/{name}"
        self._home = f"dateline-{name}.archive"
        self._into = f"dateline-{name}.state"

    # The state

    def exists(self) -> bool:
        """Whether there is an archive of this name."""
        try:
            self.read()
        except NotAnArchive:
            return False
        return True

    def read(self) -> State:
        """The present state. Raises NotAnArchive, OutdatedArchive, DamagedArchive."""
        return self._read()[0]

    def _read(self, *, anew: bool = False, **parameters: Any) -> tuple[State, tuple[int, int]]:
        """The state, and what a write of it has to name to replace this one and no later one. `anew` is as in `_understood`."""
        began = time.monotonic()
        for pause in (*_PAUSES, None):
            try:
                answer = self.connection.ask("GET", f"/{self._home}/_doc/{_STATE}", seconds=min(5.0, self.connection.settings.seconds), **parameters)
                break
            except Gone as error:
                # A node may not have heard yet of an index that another has made.
                if pause is None or pause > _PAUSES[1]:
                    url = self.connection.settings.shown
                    raise NotAnArchive(
                        f"There is no archive {self.shown}. Make one: dateline index FOLDER --engine opensearch --url {url} --archive {self.name}"
                    ) from error
            except ClusterBusy:
                # A copy of the document that is just being made gives no answer; nor does one whose machine has just gone.
                if pause is None or time.monotonic() - began > _LONGEST:
                    raise
            time.sleep(pause or 0)
        return self._understood(answer["_source"].get("state"), anew=anew), (answer["_seq_no"], answer["_primary_term"])

    def _understood(self, said: object, *, anew: bool) -> State:
        """What a state document says. With `anew`, for who builds the archive again, a state to begin with where it says nothing of use."""
        if not isinstance(said, dict) or said.get("format") != _FORMAT:
            raise self._foreign()
        layout = said.get("layout")
        if isinstance(layout, int) and layout > LAYOUT:
            raise OutdatedArchive(f"The archive {self.shown} was written by a newer version of Dateline. Update Dateline.")
        begun = State(uuid.uuid4().hex, "", values=_kept(said))
        if layout != LAYOUT:
            if anew:
                return begun
            raise OutdatedArchive(f"The archive {self.shown} was written by an older version of Dateline. Build it again: {self.rebuild}")
        try:
            values = {name: said[name] for name in State.__dataclass_fields__}
            lease = Lease(**values["lease"]) if values["lease"] else None
            state = State(**{**values, "void": _ranges(values["void"]), "left": _ranges(values["left"]), "lease": lease})
        except (KeyError, TypeError, ValueError) as error:
            if anew:
                return begun
            raise DamagedArchive(f"The state of the archive {self.shown} is damaged ({error}). Build it again: {self.rebuild}") from error
        if state.index and not re.fullmatch(rf"dateline-{self.name}\.articles-[0-9a-f]{{12}}", state.index):
            raise DamagedArchive(f"The state of the archive {self.shown} names an index that is not its own. Build it again: {self.rebuild}")
        if not (state.index or anew):
            raise DamagedArchive(f"The archive {self.shown} is being built again. If that was broken off: {self.rebuild}")
        return state

    def _foreign(self) -> NotAnArchive:
        return NotAnArchive(f"The index {self._home} is not Dateline's: choose another name for the archive.")

    @property
    def rebuild(self) -> str:
        """The command that builds the archive again."""
        return f"dateline index --rebuild --index {self.shown}"

    def create(self, *, shards: int = SHARDS, replicas: int = REPLICAS, values: Mapping[str, Any] | None = None) -> State:
        """A new, empty archive. Raises NotAnArchive where there is one of this name."""
        state = State(uuid.uuid4().hex, self.new_index(shards=shards, replicas=replicas))
        try:
            self.found(state, values or {})
        except NotAnArchive:
            self.delete_index(state.index)
            raise
        return state

    def left_behind(self) -> Mapping[str, Any]:
        """What the archive keeps besides, of one in whatever layout; nothing where that cannot be told."""
        try:
            said = self.connection.ask("GET", f"/{self._home}/_doc/{_STATE}")["_source"]["state"]
        except (Gone, KeyError):
            return {}
        return _kept(said)

    def delete(self) -> None:
        """Delete the archive with everything in it."""
        for pattern in (f"/{self._home}", f"/dateline-{self.name}.articles-*"):
            with suppress(Gone):
                self.connection.ask("DELETE", pattern)

    def new_index(self, *, shards: int = SHARDS, replicas: int = REPLICAS) -> str:
        """The name of a new, empty index for articles."""
        name = f"dateline-{self.name}.articles-{uuid.uuid4().hex[:12]}"
        self._make(name, {"settings": settings(shards, replicas), "mappings": mappings(), "aliases": {into(name): {}}})
        return name

    def _make(self, index: str, body: Answer) -> bool:
        """Make an index, unless it is there: the answer to a first try may have been lost. Whether it was not there."""
        answer = self.connection.ask("PUT", f"/{index}", body, passing=(400,))
        if "error" in answer and "already_exists" not in str(answer["error"].get("type")):
            raise ClusterError(f"The archive {self.shown} cannot be made ({answer['error'].get('reason')}).")
        return "error" not in answer

    def delete_index(self, name: str) -> None:
        """Delete an index of articles, if it is there."""
        with suppress(Gone):
            self.connection.ask("DELETE", f"/{name}")

    def indexes(self) -> list[str]:
        """All indexes of articles: the present one, and those that have been left by who was killed while making or replacing one."""
        return list(self.connection.ask("GET", f"/dateline-{self.name}.articles-*/_alias"))

    def shape(self, index: str) -> tuple[int, int]:
        """Shards and further copies of an index; of one that is not there any more, those of a new one."""
        try:
            answer = self.connection.ask("GET", f"/{index}/_settings/index.number_of_*")
        except Gone:
            return SHARDS, REPLICAS
        found = answer[index]["settings"]["index"]
        return int(found["number_of_shards"]), int(found["number_of_replicas"])

    def occupied(self) -> int:
        """Bytes on all disks together."""
        answer = self.connection.ask("GET", f"/dateline-{self.name}.*/_stats/store")
        return int(answer["_all"]["total"].get("store", {}).get("size_in_bytes", 0))

    def occupied_by(self, index: str) -> int:
        """Bytes of one copy of an index."""
        answer = self.connection.ask("GET", f"/{index}/_stats/store")
        return int(answer["_all"]["primaries"].get("store", {}).get("size_in_bytes", 0))

    def _point(self, index: str, before: str | None) -> None:
        """Let the alias `dateline-NAME` name the present index, for other tools; Dateline itself goes by the state."""
        actions: list[Answer] = [{"add": {"index": index, "alias": f"dateline-{self.name}"}}]
        if before:
            actions.append({"remove": {"index": before, "alias": f"dateline-{self.name}", "must_exist": False}})
        try:
            self.connection.ask("POST", "/_aliases", {"actions": actions})
        except Gone:
            _log.debug("the index %s has gone before its alias", before)

    # Data beside the state

    def put_data(self, name: str, pieces: Iterable[bytes]) -> int:
        """Keep data under a name, piece by piece. How many pieces there are."""
        number = 0
        for number, piece in enumerate(pieces, 1):
            document = f"{name}-{number}"
            self.connection.ask("PUT", f"/{self._into}/_doc/{document}", {"data": base64.b64encode(piece).decode()}, require_alias="true")
        return number

    def get_data(self, name: str, pieces: int) -> Iterator[bytes]:
        """The pieces of data under a name. Raises Gone where one is not there any more."""
        for number in range(1, pieces + 1):
            answer = self.connection.ask("GET", f"/{self._home}/_doc/{name}-{number}")
            yield base64.b64decode(answer["_source"]["data"])

    def delete_data(self, name: str, pieces: int) -> None:
        """Forget data."""
        for number in range(1, pieces + 1):
            with suppress(Gone):
                self.connection.ask("DELETE", f"/{self._home}/_doc/{name}-{number}")

    def dead(self, state: State) -> list[str]:
        """The documents of the present index whose places others have taken and that are not deleted yet."""
        if not state.dead:
            return []
        data = b"".join(self.get_data(f"{state.archive}-dead-{state.number}", 1))
        return data.decode().split()

    # Turns

    @contextmanager
    def turn(self, purpose: Purpose = "index") -> Iterator[Turn]:
        """A turn to change the archive: waits until those of others are over. Raises ArchiveBusy while it is being rebuilt or converted.

        What was not published at the end never counts.
        """
        turn = Turn(self, purpose)
        turn.begin()
        try:
            yield turn
        finally:
            turn.end()

    def found(self, state: State, values: Mapping[str, Any]) -> None:
        """Let an index with articles be a new archive. Raises NotAnArchive where there is one of this name."""
        self.make_home()
        founded = replace(state, values=json.loads(json.dumps(values)), lease=None, open=None)
        try:
            self.connection.ask("PUT", f"/{self._into}/_create/{_STATE}", {"state": founded.to_dict()}, refresh="true", require_alias="true")
        except Conflict as error:
            if self.read().archive != founded.archive:  # else it has come to be, and the answer was lost
                raise NotAnArchive(f"There is an archive {self.shown} already: open it, or choose another name.") from error
        self._point(state.index, None)

    def make_home(self) -> None:
        """The index for the state document and what belongs to it, where it is not there yet. Raises NotAnArchive where it is somebody else's."""
        body = {
            "settings": {"number_of_shards": 1, "number_of_replicas": REPLICAS},
            "mappings": {"dynamic": "strict", "properties": {"state": {"type": "object", "enabled": False}, "data": {"type": "binary"}}},
            "aliases": {self._into: {}},
        }
        if not self._make(self._home, body):
            with suppress(Gone):  # the node that is asked has not heard of it yet
                (found,) = self.connection.ask("GET", f"/{self._home}/_mapping").values()
                if found["mappings"] != body["mappings"]:
                    raise self._foreign()

    def write(self, state: State, replacing: tuple[int, int]) -> tuple[int, int]:
        """Replace the state. Raises Conflict where it is not the one that is to be replaced."""
        answer = self.connection.ask(
            "PUT",
            f"/{self._into}/_doc/{_STATE}",
            {"state": state.to_dict()},
            if_seq_no=replacing[0],
            if_primary_term=replacing[1],
            require_alias="true",
        )
        return answer["_seq_no"], answer["_primary_term"]

    def discard(self, index: str, numbers: Sequence[Range]) -> None:
        """Delete the documents of changes that never counted."""
        if numbers:
            self.connection.ask("POST", f"/{index}/_refresh", seconds=120)
            self._delete_where(index, within(numbers))

    def bury(self, index: str, dead: Sequence[str]) -> None:
        """Delete documents whose places others have taken."""
        for start in range(0, len(dead), MOST_TERMS // 2):
            self._delete_where(index, {"ids": {"values": list(dead[start : start + MOST_TERMS // 2])}})

    def _delete_where(self, index: str, query: Answer) -> None:
        """Delete what a query finds, until nothing is left of it."""
        for pause in (*_PAUSES, None):
            try:
                answer = self.connection.ask(
                    "POST",
                    f"/{index}/_delete_by_query",
                    {"query": query},
                    refresh="true",
                    conflicts="proceed",
                    seconds=600,
                    passing=(409,),
                    once=True,
                )
                if answer.get("failures"):
                    raise ClusterBusy(f"The cluster could not delete documents ({str(answer['failures'])[:200]}). Run this again.")
                if not answer.get("version_conflicts"):
                    return
            except (ClusterBusy, ClusterUnreachable):
                if pause is None:
                    raise
            time.sleep(pause or 0)
        raise ClusterBusy(f"Documents of the archive {self.shown} change while they are deleted. Run this again.")


def into(index: str) -> str:
    """The name under which documents are put into an index: an alias, so that one that was deleted is not made anew by whoever writes on."""
    return index.replace(".articles-", ".into-")


def within(ranges: Iterable[Range]) -> Answer:
    """The query for the documents of these numbers."""
    return {"bool": {"should": [{"range": {SINCE: {"gte": first, "lte": last}}} for first, last in ranges], "minimum_should_match": 1}}


def _ranges(values: Iterable[Iterable[int]]) -> tuple[Range, ...]:
    """Ranges in their order, those that meet as one."""
    merged: list[Range] = []
    for first, last in sorted((first, last) for first, last in values):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _kept(said: object) -> Mapping[str, Any]:
    """What an archive keeps besides, by a state document of whatever layout."""
    values = said.get("values") if isinstance(said, dict) and said.get("format") == _FORMAT else None
    return values if isinstance(values, dict) else {}


class Turn:
    """One writer's turn. `state` is the archive's, `number` that of the change which is being made."""

    def __init__(self, storage: Storage, purpose: Purpose) -> None:
        self._storage = storage
        self._purpose = purpose
        self._owner = uuid.uuid4().hex
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._lost: BaseException | None = None
        self._at = (0, 0)
        self._beating: threading.Thread | None = None
        self._next = 0
        self._abandoned: list[Range] = []
        self.state = State("", "")
        self.number = 0
        """The number of the newest documents that count for this writer."""
        self.written = False
        """Whether documents may be on the cluster that do not count yet for others."""

    @property
    def void(self) -> tuple[Range, ...]:
        """Numbers whose documents count for nobody, nor for this writer."""
        return _ranges((*self.state.void, *self._abandoned))

    def next(self) -> int:
        """A number that nobody has had. Raises ArchiveBusy where the turn has been taken over."""
        with self._lock:
            if self._next > self.state.counter:
                self._replace(replace(self.state, counter=self.state.counter + BLOCK))
            self._next += 1
            return self._next - 1

    def abandon(self, number: int) -> None:
        """What was sent under a number may or may not arrive, and when, nobody knows: it shall never count."""
        self._abandoned.append((number, number))

    def begin(self) -> None:
        """Wait until it is this writer's turn. Raises ArchiveBusy where somebody rebuilds or converts the archive."""
        seen: tuple[str, int] | None = None
        since = time.monotonic()
        while True:
            state, at = self._storage._read(anew=self._purpose == "rebuild", preference="_primary")
            lease = state.lease
            if lease is not None:
                if (lease.owner, lease.beat) != seen:
                    if seen is not None and seen[0] == lease.owner and lease.purpose != "index":
                        raise self._busy(lease)  # it is alive, and takes long
                    seen, since = (lease.owner, lease.beat), time.monotonic()
                if time.monotonic() - since < PATIENCE:
                    self._over.wait(0.2)
                    continue
                _log.warning("the turn of process %s on %s is taken over: it has not been renewed", lease.process, lease.host)
            if self._take(state, at):
                break
        self._beating = threading.Thread(target=self._beat, name="dateline-turn", daemon=True)
        self._beating.start()
        try:
            self._clear_up()
        except BaseException:
            self.end()
            raise

    def _busy(self, lease: Lease) -> ArchiveBusy:
        doing = {"index": "being written to", "rebuild": "being rebuilt", "convert": "being converted"}[lease.purpose]
        return ArchiveBusy(
            f"The archive {self._storage.shown} is {doing} by process {lease.process} on {lease.host}, since {lease.since}. Wait until it has "
            "finished, then run this again."
        )

    def _take(self, state: State, at: tuple[int, int]) -> bool:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        lease = Lease(self._owner, self._purpose, socket.gethostname(), os.getpid(), now)
        unfinished = () if state.open is None else ((state.number + 1, state.counter),)
        void, left = _ranges((*state.void, *unfinished)), _ranges((*state.left, *unfinished))
        taken = replace(state, lease=lease, counter=state.counter + BLOCK, open=state.counter + 1, void=void, left=left)
        try:
            self._at = self._storage.write(taken, at)
        except Conflict:
            return False
        self.state, self.number, self._next = taken, taken.number, state.counter + 1
        return True

    def _clear_up(self) -> None:
        """Finish what a writer that died has left: documents that never counted, and those that do not count any more."""
        if self._purpose == "rebuild":
            return  # new documents take the place of all
        if self.state.left:
            self._storage.discard(self.state.index, self.state.left)
            with self._lock:
                self._replace(replace(self.state, left=()))
        self.bury()

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            with self._lock:
                lease = self.state.lease
                if self._lost is not None or lease is None:
                    return
                renewed = replace(self.state, lease=replace(lease, beat=lease.beat + 1))
                try:
                    self._at = self._storage.write(renewed, self._at)
                    self.state = renewed
                except Conflict as error:
                    self._settle_conflict(renewed, error)
                except (ClusterError, Gone) as error:
                    _log.debug("a turn was not renewed", exc_info=error)  # it is tried again, and lasts for several beats

    def _settle_conflict(self, wanted: State, error: BaseException) -> None:
        """A write may have come through although its answer did not: then the state is the one that was wanted."""
        try:
            state, at = self._storage._read(preference="_primary")
        except (ClusterError, Gone):
            return
        if state == wanted:
            self.state, self._at = state, at
        elif state == self.state:
            self._at = at
        else:
            self._lost = error

    def publish(
        self,
        articles: int,
        *,
        dead: Sequence[str] = (),
        values: Mapping[str, Any] | None = None,
        updating: bool | None = None,
        draft: Draft | None = None,
    ) -> None:
        """Make what was written the archive's, at once: from now on its documents count, `articles` in all, and the dead do not. The turn goes on.

        A draft takes the place of the articles that there are. Raises ArchiveBusy where the turn has been taken over.
        """
        number = self.number if draft is None else draft.number
        if dead:
            self._storage.put_data(f"{self.state.archive}-dead-{number}", ["\n".join(dead).encode()])
        others = [] if draft is None else self._storage.indexes()
        with self._lock:
            before = self.state
            new = replace(
                before,
                number=number,
                open=self._next,
                articles=articles,
                dead=len(dead),
                void=_ranges((*before.void, *self._abandoned)),
                left=_ranges((*before.left, *self._abandoned)),
                updating=before.updating if updating is None else updating,
                values=before.values if values is None else json.loads(json.dumps(values)),
            )
            if draft is not None:
                new = replace(new, index=draft.state.index, void=draft.void, left=draft.void)
            self._replace(new)
        self._abandoned.clear()
        self.written = False
        if draft is not None:
            self.number = number
            self._storage._point(new.index, before.index)
            # None that was made since: it is not this writer's.
            for other in others:
                if other != new.index:
                    self._storage.delete_index(other)
        self.bury()

    def note(self, *, values: Mapping[str, Any] | None = None, updating: bool | None = None) -> None:
        """Change what the state says besides, without a change of articles."""
        with self._lock:
            now = self.state
            updating = now.updating if updating is None else updating
            self._replace(replace(now, updating=updating, values=now.values if values is None else json.loads(json.dumps(values))))

    def _replace(self, new: State) -> None:
        """Write the state, once more where the answer was lost. The lock is held."""
        for attempt in range(6):
            if self._lost is not None:
                break
            try:
                self._at = self._storage.write(new, self._at)
            except Conflict as error:
                self._settle_conflict(new, error)
                if self.state == new:
                    return
            except ClusterBusy:
                if attempt == 5:
                    raise
                self._over.wait(0.5 * 2**attempt)
            else:
                self.state = new
                return
        raise ArchiveBusy(
            f"Another process has taken over the archive {self._storage.shown}, because this one was not heard of for {PATIENCE:.0f} s. Nothing "
            "has been lost or done twice: run this again."
        ) from self._lost

    def bury(self) -> None:
        """Delete the documents that do not count any more, and say so."""
        state = self.state
        if not state.dead:
            return
        self._storage.bury(state.index, self._storage.dead(state))
        with self._lock:
            self._replace(replace(self.state, dead=0))
        self._storage.delete_data(f"{state.archive}-dead-{state.number}", 1)

    def end(self) -> None:
        """Give the turn to the next. Of what was not published, documents that may be there are left for the next to delete."""
        self._over.set()
        if self._beating is not None:
            self._beating.join()
        with self._lock:
            if self._lost is None and self.state.lease is not None:
                unfinished = ((self.state.number + 1, self.state.counter),) if self.written else ()
                void, left = _ranges((*self.state.void, *unfinished)), _ranges((*self.state.left, *unfinished))
                done = replace(self.state, lease=None, open=None, void=void, left=left)
                try:
                    self._storage.write(done, self._at)
                except (Conflict, ClusterError, Gone) as error:
                    _log.debug("a turn was not given back; the next writer takes it over", exc_info=error)


class Draft:
    """What an index is filled with that no state names yet: nobody else writes there, and nobody reads."""

    def __init__(self, index: str, turn: Turn | None) -> None:
        """In a turn the documents have the turn's numbers; without one they are the first of a new archive."""
        self._turn = turn
        self._abandoned: list[Range] = []
        self._next = 1
        base = State(uuid.uuid4().hex, "") if turn is None else turn.state
        self.state = replace(base, index=index, void=(), left=(), dead=0)
        self.number = base.number
        self.written = True

    @property
    def void(self) -> tuple[Range, ...]:
        """As `Turn.void`."""
        return _ranges(self._abandoned)

    def next(self) -> int:
        """As `Turn.next`."""
        if self._turn is not None:
            return self._turn.next()
        self._next += 1
        return self._next - 1

    def abandon(self, number: int) -> None:
        """As `Turn.abandon`."""
        self._abandoned.append((number, number))

    def founded(self, articles: int) -> State:
        """The state of a new archive that has these articles."""
        return replace(self.state, number=self.number, counter=self._next, articles=articles, void=self.void, left=self.void)
