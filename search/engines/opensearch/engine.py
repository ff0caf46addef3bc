"""The OpenSearch engine: articles go in by bulk requests and count when the state says so, answers come from points in time."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import ClassVar

from search.article import Article
from search.engines.base import Engine
from search.engines.changes import Changes
from search.engines.opensearch.connection import Answer, Gone
from search.engines.opensearch.moment import Moment, Released
from search.engines.opensearch.schema import article_of, document, line
from search.engines.opensearch.state import Draft, State, Storage, Turn
from search.engines.opensearch.view import OpenSearchView
from search.errors import ClusterBusy, ClusterError, ClusterRefused, DocumentsRefused, EngineError

__all__ = ["OpenSearchEngine"]

_log = logging.getLogger(__name__)

BULK_BYTES = 5_000_000
"""Bytes of one bulk request: large enough that its own cost does not count, small enough for any node's memory."""

AT_ONCE = 2
"""Bulk requests that are under way at once: one is written while the next one waits at the node's door."""

MOST_AT_ONCE = 2_000
"""Articles that are asked for by their ids in one request."""

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds to wait before what was not taken is sent again: together about the minute that a cluster needs to get over the loss of a machine."""


class OpenSearchEngine(Engine):
    """Keeps the articles of one archive on a cluster."""

    name: ClassVar[str] = "opensearch"

    def __init__(self, storage: Storage, draft: Draft | None = None) -> None:
        """Over an archive that is there; with a draft, over an index that is to become one: what is committed counts within that draft."""
        self._storage = storage
        self._changes = Changes()
        self._released = Released(storage.connection)
        self._reading = threading.Lock()
        self._now: OpenSearchView | None = None
        self._turn: Turn | Draft | None = draft
        self._dead: dict[str, None] = {}

    # Reading

    def view(self) -> OpenSearchView:
        return self._current()

    def _current(self) -> OpenSearchView:
        """A view on the newest state: the one there is, if it is of that."""
        turn = self._turn
        state = self._storage.read() if turn is None else turn.state
        with self._reading:
            if self._now is None or not self._now.is_of(state, self._number(state), len(self._dead)):
                self._now = self._opened(state)
            return self._now

    def _number(self, state: State) -> int:
        """The number of the newest change that counts; for a writer that is its own."""
        return state.number if self._turn is None or not self._turn.written else self._turn.number

    def _opened(self, state: State) -> OpenSearchView:
        """A view on a state. A point in time shows what there is, and the state may have gone on before it was made: then both are taken anew."""
        while True:
            try:
                dead = [*self._storage.dead(state), *self._dead]
                moment = Moment.open(self._storage, state, self._number(state), dead, self._released)
            except Gone as error:
                now = self._storage.read() if self._turn is None else self._turn.state
                if now == state:
                    raise ClusterError(
                        f"A part of the archive {self._storage.shown} is missing ({error.reason}). Build it again: {self._storage.rebuild}"
                    ) from None
                state = now
                continue
            now = self._storage.read() if self._turn is None else self._turn.state
            if (now.index, now.number, now.dead) == (state.index, state.number, state.dead):
                return OpenSearchView(moment)
            state = now

    # Writing

    def add(self, articles: Iterable[Article]) -> None:
        self._changes.add(articles)

    def delete(self, ids: Iterable[str]) -> None:
        self._changes.delete(ids)

    @contextmanager
    def within(self, turn: Turn) -> Iterator[None]:
        """Everything that is committed until the end belongs to a turn; whoever holds that publishes it (`published`)."""
        self._turn = turn
        try:
            yield
        finally:
            self._turn = None
            self._now = None
            self._dead.clear()

    def commit(self, processes: int = 1) -> None:
        if not self._changes:
            return
        if self._turn is not None:
            self._write(self._turn)
            return
        with self._storage.turn() as turn, self.within(turn):
            if self._write(turn):
                turn.publish(dead=self.staged())

    def staged(self) -> tuple[str, ...]:
        """The documents whose places those of this turn have taken, for `Turn.publish`. They are taken to be published then."""
        dead = tuple(self._dead)
        self._dead.clear()
        self._now = None
        return dead

    def _write(self, turn: Turn | Draft) -> bool:
        """Send what has changed, as documents of the turn. Whether anything did."""
        there = self._there()
        documents = {key for keys in there.values() for key in keys}
        own = f".{turn.number}"
        gone = [key for key in documents if key.endswith(own) and key.removesuffix(own) not in self._changes.articles]
        if not (documents or self._changes.articles):
            self._changes.clear()
            return False
        turn.written = True
        actions = (
            f'{{"index":{{"_id":"{article.id}{own}"}}}}\n{line(document(article, turn.number))}\n' for article in self._changes.articles.values()
        )
        self._send(turn.state.index, actions)
        if gone:
            self._storage.bury(turn.state.index, gone)
        self._refresh(turn.state.index)
        self._dead.update((key, None) for key in documents if not key.endswith(own))
        self._changes.clear()
        self._now = None
        return True

    def _there(self) -> dict[str, list[str]]:
        """The documents of the articles that change, as far as they count: by article."""
        ids = self._changes.ids
        moment = self._current().moment
        found: dict[str, list[str]] = {}
        for start in range(0, len(ids), MOST_AT_ONCE):
            for hit in moment.of_ids(ids[start : start + MOST_AT_ONCE], source=False):
                found.setdefault(hit["sort"][0], []).append(hit["_id"])
        return found

    def several(self, ids: Sequence[str]) -> dict[str, Article]:
        """Asked for some hundreds at once; in a turn, as it has left them."""
        moment = self._current().moment
        found: dict[str, Article] = {}
        for start in range(0, len(ids), MOST_AT_ONCE):
            for hit in moment.of_ids(ids[start : start + MOST_AT_ONCE], source=True):  # the newest last
                if hit["_id"] not in self._dead:
                    found[hit["sort"][0]] = article_of(hit)
        return found

    def _refresh(self, index: str) -> None:
        """Let everything written be seen, on every copy of every shard."""
        for pause in (*PAUSES, None):
            answer = self._storage.connection.ask("POST", f"/{index}/_refresh", seconds=300)
            if not answer["_shards"]["failed"] or pause is None:
                break
            threading.Event().wait(pause)
        if answer["_shards"]["failed"]:
            raise ClusterBusy(
                f"Parts of the archive {self._storage.shown} could not be brought up to date. Run this again when the cluster is whole."
            )

    def _send(self, index: str, actions: Iterable[str]) -> None:
        """Send documents in requests of bounded size, a few at once; no more are made before one of them is through."""
        refused: dict[str, str] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waiting: list[Future[dict[str, str]]] = []
            try:
                for request in _requests(actions):
                    if len(waiting) == AT_ONCE:
                        refused |= waiting.pop(0).result()
                    waiting.append(pool.submit(self._bulk, index, request))
                for one in waiting:
                    refused |= one.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        if refused:
            raise DocumentsRefused(f"The cluster {self._storage.connection.settings.shown} refused {len(refused):,} articles.", refused)

    def _bulk(self, index: str, request: list[str]) -> dict[str, str]:
        """Send documents until each is taken or refused for good; the reasons for those, by article.

        What a cut connection leaves unknown is sent again: a document has the same key each time.
        """
        refused: dict[str, str] = {}
        for pause in (*PAUSES, None):
            try:
                answer = self._storage.connection.ask("POST", f"/{index}/_bulk", "".join(request), seconds=120, passing=(413,))
            except (ClusterRefused, Gone):
                raise
            except EngineError:
                if pause is None:
                    raise
                threading.Event().wait(pause)
                continue
            if "items" not in answer:  # too large for the cluster
                if len(request) > 1:
                    return self._bulk(index, request[::2]) | self._bulk(index, request[1::2])
                return {_id_of(request[0]): f"it is larger than the cluster takes ({len(request[0]):,} characters)"}
            again = []
            reason = ""
            for item, action in zip(answer["items"], request, strict=True) if answer["errors"] else ():
                done: Answer = item["index"]
                if "error" not in done:
                    continue
                reason = f"{done['error'].get('type')}: {done['error'].get('reason')}"
                if done["status"] in (429, 500, 502, 503, 504) or "block" in reason:
                    again.append(action)
                else:
                    refused[done["_id"].partition(".")[0]] = reason[:300]
            request = again
            if not request:
                return refused
            if pause is None or "block" in reason:
                self._storage.connection._raise(429, {"error": {"type": "unavailable", "reason": reason}})
            threading.Event().wait(pause)
        raise AssertionError("unreachable")

    def rollback(self) -> None:
        self._changes.clear()

    def close(self) -> None:
        self.rollback()
        self._now = None
        with suppress(ClusterError):
            self._released.release()


def _requests(actions: Iterable[str]) -> Iterator[list[str]]:
    """Actions in lists of which each is a request."""
    request: list[str] = []
    size = 0
    for action in actions:
        request.append(action)
        size += len(action)
        if size >= BULK_BYTES:
            yield request
            request, size = [], 0
    if request:
        yield request


def _id_of(action: str) -> str:
    """The id of the article that an action is about."""
    key: str = json.loads(action.partition("\n")[0])["index"]["_id"]
    return key.partition(".")[0]
