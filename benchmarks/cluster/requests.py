"""What does the engine send for a search, and how long does the same take when it is sent bare?

The requests of an answer are noted on their way; then opensearch-py alone sends them, in the same order, over a point in time of its own, in turns
with the engine. What the engine takes beyond that is its own: understanding and compiling, writing JSON, making articles of answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from benchmarks.cluster.asking import REQUESTS, Forgetful, ordinary
from benchmarks.cluster.figures import Counted, Replayed
from search import answering
from search.archive import Archive
from search.engines.base import ValueCounts
from search.engines.opensearch.connection import Answer, Connection, Settings
from search.engines.opensearch.counting import Counting, Round
from search.engines.opensearch.moment import KEEP
from search.engines.opensearch.state import Storage
from search.highlight import Highlighter
from search.homes.cluster import ClusterHome
from search.request import SearchRequest

ENOUGH, FEWEST = 30.0, 5
"""Seconds of one search after which it is asked no more, if it was so often."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as opensearch-py is given it."""

    method: str
    path: str
    parameters: dict[str, Any]
    body: Answer | str | None


class Noting(Connection):
    """A connection that notes what it sends."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.sent: list[Sent] = []

    def _ask(
        self,
        method: str,
        path: str,
        body: Answer | str | None = None,
        *,
        seconds: float | None = None,
        passing: Sequence[int] = (),
        once: bool = False,
        **parameters: Any,
    ) -> Answer:
        self.sent.append(Sent(method, path, {**parameters, "request_timeout": seconds or self.settings.seconds}, body))
        return super()._ask(method, path, body, seconds=seconds, passing=passing, once=once, **parameters)

    def bare(self, requests: Sequence[Sent]) -> float:
        """Send requests without the engine; the seconds that it took."""
        send = self._client.transport.perform_request
        began = time.perf_counter()
        for one in requests:
            send(one.method, one.path, params=dict(one.parameters), body=one.body)
        return time.perf_counter() - began


class Replay:
    """An archive whose requests are noted and sent again."""

    def __init__(self, home: ClusterHome) -> None:
        self._connection = Noting(home._storage.connection.settings)
        home._opened = Storage(self._connection, home.address.name)
        self.archive = Archive(home)
        self._forgetful = Forgetful(self.archive)
        moment = self._forgetful._first.moment
        self._point = moment._point
        state = moment.state
        preference = f"d{state.archive[:8]}-{moment.number}"
        other = self._connection.ask("POST", f"/{state.index}/_search/point_in_time", keep_alive=KEEP, preference=preference)
        self._other = str(other["pit_id"])

    def close(self) -> None:
        self._connection.ask("DELETE", "/_search/point_in_time", {"pit_id": [self._other, self._point]}, passing=(404,))
        self.archive.close()

    def _answer(self, request: SearchRequest) -> tuple[float, int, list[Sent]]:
        """An answer that nobody has kept: its seconds, what it found, and what was sent for it."""
        self._forgetful.forget()
        self._connection.sent.clear()
        began = time.perf_counter()
        found = self.archive.run(request, partial=False)
        seconds = time.perf_counter() - began
        return seconds, found.total or 0, list(self._connection.sent)

    def replayed(self, request: SearchRequest, warm: int) -> Replayed:
        """One search and its bare requests in turns; the first round is not counted."""
        replayed = Replayed(self._answer(request)[1])
        with _marks_timed() as marks:
            for turn in range(warm + 1):
                marks.clear()
                seconds, _, sent = self._answer(request)
                bare = self._connection.bare([self._elsewhere(one) for one in sent])
                if turn:
                    replayed.answers.append(seconds)
                    replayed.marks.append(sum(marks))
                    replayed.bare.append(bare)
                    replayed.requests.append(len(sent))
                if len(replayed.bare) >= FEWEST and sum(replayed.answers) + sum(replayed.bare) > ENOUGH:
                    break
        return replayed

    def all(self, warm: int) -> dict[str, Replayed]:
        """All searches of the list."""
        return {label: self.replayed(request, warm) for label, request in REQUESTS.items()}

    def counted(self) -> Counted:
        """How often values were counted for ordinary searches with all facets."""
        counted = Counted()
        rounds = through_all = 0
        take, recount, go_through = Round.take, Counting._recount, Counting._all

        def taking(round_: Round, answers: Sequence[Any]) -> list[int]:
            nonlocal rounds
            rounds += 1
            return take(round_, answers)

        def recounting(counting: Counting, asked: Sequence[Any]) -> None:
            nonlocal rounds
            rounds += bool(asked)
            recount(counting, asked)

        def going_through(counting: Counting, *given: Any) -> ValueCounts:
            nonlocal through_all
            through_all = 1
            return go_through(counting, *given)

        with (
            patch.object(Round, "take", taking),
            patch.object(Counting, "_recount", recounting),
            patch.object(Counting, "_all", going_through),
        ):
            for request in ordinary():
                rounds = through_all = 0
                counted.requests.append(len(self._answer(request)[2]))
                counted.rounds[rounds] = counted.rounds.get(rounds, 0) + 1
                counted.through_all += through_all
        return counted

    def _elsewhere(self, sent: Sent) -> Sent:
        """A request over the other point in time."""
        body = sent.body.replace(self._point, self._other) if isinstance(sent.body, str) else sent.body
        return Sent(sent.method, sent.path, sent.parameters, body)


@contextmanager
def _marks_timed() -> Iterator[list[float]]:
    """The seconds of everything that is marked."""
    times: list[float] = []

    class Timed(Highlighter):
        def __init__(self, *given: Any) -> None:
            with _timing():
                super().__init__(*given)

        def headline(self, *given: Any) -> Any:
            with _timing():
                return super().headline(*given)

        def snippets(self, *given: Any) -> Any:
            with _timing():
                return super().snippets(*given)

    @contextmanager
    def _timing() -> Iterator[None]:
        began = time.perf_counter()
        yield
        times.append(time.perf_counter() - began)

    with patch.object(answering, "Highlighter", Timed):
        yield times
