"""The OpenSearch engine: articles go in by bulk requests and count when the state says so, answers come from points in time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import ClassVar

from search.article import Article
from search.engines.base import Engine
from search.engines.changes import Changes
from search.engines.opensearch.connection import BLOCKED, Answer, Gone
from search.engines.opensearch.moment import Moment, Released
from search.engines.opensearch.schema import article_of, document, line
from search.engines.opensearch.state import Draft, State, Storage, Turn, into
from search.engines.opensearch.view import OpenSearchView
from search.errors import ClusterBusy, ClusterError, ClusterRefused, DocumentsRefused

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


_BULK = {"require_alias": "true", "timeout": "10s"}
"""A part that is not there is waited for by trying again, and not for OpenSearch's own minute each time."""

_BEHIND = (0.0, 0.2, 0.5, 1.0)
"""Seconds before a state is looked at again of which a copy lags behind."""


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
        state = self._present()
        with self._reading:
            if self._now is None or not self._now.is_of(state, (self._turn or state).number, len(self._dead)):
                self._now = self._opened(state)
            return self._now

    def _opened(self, state: State) -> OpenSearchView:
        """A view on a state. A point in time shows what there is, and the state may have gone on before it was made: then both are taken anew."""
        behind = 0
        while True:
            moment = None
            try:
                dead = [*self._storage.dead(state), *self._dead]
                moment = Moment.open(self._storage, state, self._turn or state, dead, self._released)
                now = self._present()
                if (now.index, now.number, now.dead) == (state.index, state.number, state.dead):
                    if self._turn is not None or not moment.complete or moment.articles == state.articles:
                        return OpenSearchView(moment)
                    # A copy of a shard has not been brought up to date. Another may have been.
                    behind += 1
                    if behind > len(_BEHIND):
                        moment.complete = False
                        return OpenSearchView(moment)
                    threading.Event().wait(_BEHIND[behind - 1])
                moment.give_back()
            except Gone as error:
                now = self._present()
                if now == state:
                    raise ClusterError(
                        f"A part of the archive {self._storage.shown} is missing ({error.reason}). Build it again: {self._storage.rebuild}"
                    ) from None
            except BaseException:
                if moment is not None:
                    moment.give_back()
                raise
            state = now

    def _present(self) -> State:
        return self._storage.read() if self._turn is None else self._turn.state

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
                turn.publish(self.count(), dead=self.staged())

    def staged(self) -> tuple[str, ...]:
        """The documents whose places those of this turn have taken, for `Turn.publish`. They are taken to be published then."""
        dead = tuple(self._dead)
        self._dead.clear()
        self._now = None
        return dead

    def _write(self, turn: Turn | Draft) -> bool:
        """Send what has changed, as documents of the turn. Whether anything did."""
        there = {key for keys in self._there().values() for key in keys}
        if not (there or self._changes.articles):
            self._changes.clear()
            return False
        turn.written = True
        index = turn.state.index
        self._send(index, turn, self._changes.articles.values())
        self._refresh(index)
        if isinstance(turn, Draft):
            self._storage.bury(index, list(there))  # nobody reads there
        else:
            self._dead.update(dict.fromkeys(there))
            turn.number = turn.next()  # what is only taken away is a change too
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
        """Let everything written be seen, on every copy of every shard that readers may ask."""
        for pause in (*PAUSES, None):
            answer = self._storage.connection.ask("POST", f"/{index}/_refresh", seconds=300)
            there = self._storage.connection.ask("GET", f"/_cluster/health/{index}")["active_shards"]
            if not answer["_shards"]["failed"] and answer["_shards"]["successful"] >= there:
                return
            if pause is not None:
                threading.Event().wait(pause)
        raise ClusterBusy(f"Parts of the archive {self._storage.shown} could not be brought up to date. Run this again when the cluster is whole.")

    def _send(self, index: str, turn: Turn | Draft, articles: Iterable[Article]) -> None:
        """Send documents in requests of bounded size, a few at once; no more are made before one of them is through."""
        refused: dict[str, str] = {}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            waiting: list[Future[dict[str, str]]] = []
            try:
                for request in _requests(turn, articles):
                    if len(waiting) == AT_ONCE:
                        refused |= waiting.pop(0).result()
                    waiting.append(pool.submit(self._bulk, index, turn, request))
                for one in waiting:
                    refused |= one.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        if refused:
            raise DocumentsRefused(f"The cluster {self._storage.connection.settings.shown} refused {len(refused):,} articles.", refused)

    def _bulk(self, index: str, turn: Turn | Draft, request: _Request) -> dict[str, str]:
        """Send documents until each is taken or refused for good; the reasons for those, by article.

        A request that was not answered may be carried out at any time, also long after these documents have been replaced by others: what is sent
        again has another number, and that of the first never counts.
        """
        refused: dict[str, str] = {}
        connection = self._storage.connection
        for pause in (*PAUSES, None):
            try:
                path = f"/{into(index)}/_bulk"
                answer = connection.ask("POST", path, "".join(request.lines), seconds=120, passing=(413,), once=True, **_BULK)
            except (ClusterRefused, Gone):
                turn.abandon(request.number)
                raise
            except ClusterError:
                turn.abandon(request.number)
                if pause is None:
                    raise
                request = _request(turn, request.articles)
                threading.Event().wait(pause)
                continue
            if "items" not in answer:  # too large for the cluster
                if len(request.lines) > 1:
                    halves = (request.articles[::2], request.articles[1::2])
                    return refused | self._bulk(index, turn, _request(turn, halves[0])) | self._bulk(index, turn, _request(turn, halves[1]))
                return refused | {request.articles[0].id: f"it is larger than the cluster takes ({len(request.lines[0]):,} characters)"}
            again: list[Article] = []
            unknown = False
            problem: Answer = {}
            for item, article in zip(answer["items"], request.articles, strict=True) if answer["errors"] else ():
                done: Answer = item["index"]
                if "error" not in done:
                    continue
                kind = str(done["error"].get("type"))
                if done["status"] == 404 or kind == BLOCKED:
                    turn.abandon(request.number)
                    connection.raise_for(done["status"], done)
                if done["status"] in (429, 500, 502, 503, 504):
                    again.append(article)
                    unknown |= done["status"] != 429
                    problem = done
                else:
                    refused[article.id] = f"{kind}: {done['error'].get('reason')}"[:300]
            if not again:
                return refused
            if unknown:
                # A copy may have taken what another has not: all of the request is sent again.
                turn.abandon(request.number)
                again = [article for article in request.articles if article.id not in refused]
            if pause is None:
                connection.raise_for(429, problem)
            request = _request(turn, again)
            threading.Event().wait(pause or 0)
        raise AssertionError("unreachable")

    def rollback(self) -> None:
        self._changes.clear()

    def close(self) -> None:
        self.rollback()
        self._now = None
        with suppress(ClusterError):
            self._released.release()


@dataclass(frozen=True, slots=True)
class _Request:
    """Articles that are sent together, under one number, and the lines that are sent."""

    number: int
    articles: tuple[Article, ...]
    lines: tuple[str, ...]


def _request(turn: Turn | Draft, articles: Iterable[Article]) -> _Request:
    number, chosen = turn.next(), tuple(articles)
    turn.number = max(turn.number, number)
    return _Request(number, chosen, tuple(_line(article, number) for article in chosen))


def _line(article: Article, number: int) -> str:
    return f'{{"index":{{"_id":"{article.id}.{number}"}}}}\n{line(document(article, number))}\n'


def _requests(turn: Turn | Draft, articles: Iterable[Article]) -> Iterator[_Request]:
    """Articles in requests of bounded size."""
    number, size = turn.next(), 0
    chosen: list[Article] = []
    lines: list[str] = []
    for article in articles:
        chosen.append(article)
        lines.append(_line(article, number))
        size += len(lines[-1])
        if size >= BULK_BYTES:
            turn.number = max(turn.number, number)
            yield _Request(number, tuple(chosen), tuple(lines))
            number, size, chosen, lines = turn.next(), 0, [], []
    if chosen:
        turn.number = max(turn.number, number)
        yield _Request(number, tuple(chosen), tuple(lines))
