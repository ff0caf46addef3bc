"""How do answers travel in fewer bytes? Text goes as gzip to whoever takes it: whole pages at once, exports piece by piece as they are made.

The standard library does it: the package for Flask brings two compiled encoders along, Brotli and Zstandard, 7 MB.
No answer holds a secret beside what somebody typed, so that its size gives nothing away.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator

from flask import Flask, Response, request

LEVEL = 6
"""Of zlib's 1 to 9. A page of results, 23,572 bytes, becomes 3,727 bytes at 1 (0.10 ms), 3,204 at 6 (0.23 ms), 3,184 at 9 (0.39 ms); making the page
takes 11 ms."""

LEAST = 1_024
"""Bytes. What is shorter fits into one packet as it is."""

_GZIP = 16 + zlib.MAX_WBITS
_TEXT = re.compile(r"text/.+|application/(json|x-ndjson|javascript|xml)|.+\+(json|xml)")


def install(app: Flask) -> None:
    """Have answers compressed. To be called before anything else that changes answers, so that it comes after them."""

    @app.after_request
    def compress(response: Response) -> Response:
        # What has no text of its own (304), is a part (206) or has an encoding stays as it is.
        if not _TEXT.fullmatch(response.mimetype or "") or response.status_code in (204, 206, 304) or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        length = response.headers.get("Content-Length", type=int)  # an export has none
        if request.accept_encodings["gzip"] <= 0 or (length is not None and length < LEAST):
            return response
        response.direct_passthrough = False
        if length is None:
            made = response.response
            response.response = _pieces(response.iter_encoded())
            if hasattr(made, "close"):
                response.call_on_close(made.close)
        else:
            response.set_data(zlib.compress(response.get_data(), LEVEL, _GZIP))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)
        tag, _ = response.get_etag()
        if tag:  # the bytes are others than those of the uncompressed answer, their meaning is the same
            response.set_etag(tag, weak=True)
        return response


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The stream, compressed as it comes. What goes wrong in it goes on to the server, and the end is missing then."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()
