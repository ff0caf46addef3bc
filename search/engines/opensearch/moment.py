"""One state of the archive's documents: a point in time of the cluster, and which of what it shows counts."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from search.engines.base import TooBroad
from search.engines.opensearch.connection import OVERLOADED, Answer, Connection, Gone, TooManyParts
from search.engines.opensearch.schema import MOST_TERMS, SINCE
from search.engines.opensearch.state import Range, State, Storage, within
from search.errors import ClusterBusy, ClusterError, ViewLost
from search.query.tree import Problem

KEEP = "5m"
"""How long the cluster keeps a point in time that nobody asks."""

PATIENCE = "20s"
"""How long a shard may take for its part of an answer. Then the answer is what the others have found, and says so."""


class Released:
    """Points in time that nobody needs any more: told to the cluster when the next one is made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids: deque[str] = deque()

    def add(self, id: str) -> None:
        """One that has gone. For any thread, also while Python collects its garbage."""
        self._ids.append(id)

    def release(self) -> None:
        """Let the cluster forget them."""
        ids: list[str] = []
        with suppress(IndexError):
            while True:
                ids.append(self._ids.popleft())
        if ids:
            with suppress(Gone):
                self._connection.ask("DELETE", "/_search/point_in_time", {"pit_id": ids}, seconds=5, passing=(404,))


class Counts(Protocol):
    """Which documents count, by their numbers: a state says so, and to a writer its own turn."""

    @property
    def number(self) -> int:
        """The last that count."""

    @property
    def void(self) -> tuple[Range, ...]:
        """Those below that do not."""


class Moment:
    """A point in time with the number of the last change that counts in it. For any number of threads."""

    def __init__(self, storage: Storage, state: State, counts: Counts, dead: Sequence[str], answer: Answer) -> None:
        """`answer` is what the cluster said when the point was made. `Moment.open` makes one."""
        self.storage = storage
        self.state = state
        self.number, self.void = counts.number, counts.void
        self._point = str(answer["pit_id"])
        self._uncounted: list[Answer] = [{"range": {SINCE: {"gt": self.number}}}, *([within(self.void)] if self.void else [])]
        self._hidden = [*self._uncounted]
        self._hidden += [{"ids": {"values": list(dead[start : start + MOST_TERMS])}} for start in range(0, len(dead), MOST_TERMS)]
        self.shards, self._answered = int(answer["_shards"]["total"]), int(answer["_shards"]["successful"])
        """How many parts the articles are divided into."""
        self.dead = len(dead)
        self.articles = 0
        """How many articles count, as far as its shards have answered."""
        self.complete = self._answered == self.shards
        """Whether every shard has answered everything so far."""
        self._released: Released | None = None
        self.lost = False
        """Whether a part of it has gone since it was made: another copy of that part may be there."""

    @classmethod
    def open(cls, storage: Storage, state: State, counts: Counts, dead: Sequence[str], released: Released) -> Moment:
        """The documents of this moment; `counts` says which count. Raises Gone where the index is not there any more."""
        with suppress(ClusterError):
            released.release()
        # The same copies of the shards for everybody who reads this state: they may differ in what they still know of deleted documents, which
        # scores depend on a little.
        answer = storage.connection.ask(
            "POST", f"/{state.index}/_search/point_in_time", keep_alive=KEEP, preference=f"d{state.archive[:8]}-{counts.number}"
        )
        moment = cls(storage, state, counts, dead, answer)
        moment._released = released
        try:
            hidden = {"bool": {"should": moment._hidden, "minimum_should_match": 1}}
            (found,) = moment.ask([{"size": 0, "track_total_hits": True, "aggs": {"hidden": {"filter": hidden}}}])
        except BaseException:
            moment.give_back()
            raise
        left_out = int(found["aggregations"]["hidden"]["doc_count"])
        moment.articles = int(found["hits"]["total"]["value"]) - left_out
        if moment.complete and not left_out:
            moment._hidden = []  # everything there counts, and nothing need be left out
        return moment

    @property
    def generation(self) -> str:
        """The mark of the state."""
        return f"{self.state.index.rpartition('-')[2]}-{self.number}"

    def give_back(self) -> None:
        """Nobody asks any more."""
        if self._released is not None:
            self._released.add(self._point)

    def visible(self, query: Answer) -> Answer:
        """A query for what it finds among the articles that count."""
        if not self._hidden:
            return query
        return {"bool": {"filter": [query], "must_not": self._hidden}}

    def filter(self, query: Answer) -> Answer:
        """The parts of a `bool` query that find, without scores, what a query finds among the articles that count."""
        return {"filter": [query], **({"must_not": self._hidden} if self._hidden else {})}

    def of_ids(self, ids: Sequence[str], *, source: bool) -> list[Answer]:
        """The documents of articles: of each, those that count or whose place is taken within this change, the newest last."""
        body = {
            "query": {"bool": {"filter": [{"terms": {"id": list(ids)}}], "must_not": self._uncounted}},
            "size": 10_000,
            "sort": [{"id": "asc"}, {SINCE: "asc"}],
            "_source": ["article"] if source else False,
        }
        (answer,) = self.ask([body])
        hits: list[Answer] = answer["hits"]["hits"]
        return hits

    def ask(self, bodies: Iterable[dict[str, Any]], *, dfs: int = 0, **parameters: Any) -> list[Answer]:
        """The answers to searches at this moment, as `Connection.search` has them. Raises ViewLost where the cluster has forgotten (a part of) it."""
        point = {"id": self._point, "keep_alive": KEEP}
        try:
            answers = self.storage.connection.search(({"pit": point, "timeout": PATIENCE, **body} for body in bodies), dfs=dfs, **parameters)
        except TooManyParts as error:
            message = "The query has more parts than the cluster takes at once (indices.query.bool.max_clause_count). Leave some of them out."
            raise TooBroad(Problem(message, 0, 0, "error")) from error
        except Gone as error:
            self.lost = True
            raise ViewLost(f"The state of the archive {self.storage.shown} that was being read is not kept any longer. Start again.") from error
        for answer in answers:
            shards = answer.get("_shards")
            if shards is not None and (shards["failed"] or answer.get("timed_out")):
                self._part(answer)
        return answers

    def _part(self, answer: Answer) -> None:
        """An answer has come that is not whole. Raises ViewLost where a part has gone that was there when the moment was."""
        shards = answer["_shards"]
        for failure in shards.get("failures", ()):
            kind, reason = (str(failure.get("reason", {}).get(name) or "") for name in ("type", "reason"))
            if kind and kind not in _MISSING and not reason.startswith("no node found for id"):
                self.lost = True  # whatever it is, who asks again shall not meet it for ever
                raise ClusterError(f"The cluster refused a search ({kind}: {reason[:300]}).")
        if shards["successful"] < self._answered:
            self.lost = True
            raise ViewLost(f"A part of the archive {self.storage.shown} has gone while it was asked. Try again.")
        if not shards["successful"]:
            raise ClusterBusy(f"No part of the archive {self.storage.shown} answers. Try again later.")
        self.complete = False


_MISSING = frozenset({
    "search_context_missing_exception", "node_disconnected_exception", "node_not_connected_exception", "no_shard_available_action_exception",
    "receive_timeout_transport_exception", "shard_not_found_exception", "index_not_found_exception", "node_closed_exception",
    "illegal_index_shard_state_exception", "send_request_transport_exception", "connect_transport_exception", *OVERLOADED,
})  # fmt: skip
"""Why a shard may give no answer although nothing is wrong with the question."""
