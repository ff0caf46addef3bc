"""How many exports may be under way? Few enough that readers who take theirs slowly, or not at all, leave threads for the others."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from flask import Flask, Response

from web import strings
from web.failures import answer

MOST = 4
"""Of the server's eight threads. An answer with a length is handed over whole and holds none; a stream holds one until its reader has taken it."""


def install(app: Flask) -> None:
    """Have further streams refused with status 503 while so many are under way."""
    places = threading.BoundedSemaphore(MOST)

    @app.after_request
    def limit(response: Response) -> Response:
        if not response.is_streamed or "Content-Length" in response.headers:
            return response
        if not places.acquire(blocking=False):
            response.close()
            return answer(503, strings.BUSY, strings.BUSY_TEXT)
        response.response = _Stream(response.iter_encoded(), response.response, places)
        return response


class _Stream:
    """A stream that holds a place until it has ended, is closed, or nobody remembers it."""

    def __init__(self, chunks: Iterable[bytes], made: object, places: threading.BoundedSemaphore) -> None:
        self._chunks, self._made, self._places = iter(chunks), made, places
        self._holds = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._chunks)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give the place back, and close what the stream was made of."""
        if self._holds:
            self._holds = False
            self._places.release()
            if hasattr(self._made, "close"):
                self._made.close()

    def __del__(self) -> None:
        self.close()
