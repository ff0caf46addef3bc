"""Text goes as gzip to whoever takes it, and says the same; streams are not held back, and end only where they have ended."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator

import pytest
from flask import Response
from flask.testing import FlaskClient

from search.archive import Archive
from tests.web.conftest import client_of
from web import strings
from web.compression import LEAST
from web.streams import MOST

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("address", ["/?q=harbour", f"/article/{'1':0>16}", "/nowhere", "/api/search?q=harbour", "/static/dateline.css"])
def test_who_takes_gzip_gets_the_same_in_fewer_bytes(desk_client: FlaskClient, address: str) -> None:
    plain, packed = (desk_client.get(address, headers=headers, buffered=True) for headers in ({}, GZIP))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.content_length == len(packed.data) < len(plain.data) / 2
    assert (packed.status_code, packed.content_type) == (plain.status_code, plain.content_type)


UNWILLING = ["", "identity", "br", "gzip;q=0", "gzip;q=0, *", "*;q=0", "gzipped", "gzip;q=x", ",", "\x00"]


@pytest.mark.parametrize("accept", UNWILLING)
def test_who_does_not_take_gzip_gets_text(desk_client: FlaskClient, accept: str) -> None:
    response = desk_client.get("/?q=harbour", headers={"Accept-Encoding": accept})
    assert "Content-Encoding" not in response.headers
    assert "harbour" in response.text


@pytest.mark.parametrize("accept", ["gzip", "GZIP", "*", "br;q=1, gzip;q=0.1", "identity;q=0, gzip"])
def test_every_way_of_saying_so_is_understood(desk_client: FlaskClient, accept: str) -> None:
    assert desk_client.get("/?q=harbour", headers={"Accept-Encoding": accept}).headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("address", ["/healthz", "/static/icon.svg", "/api/article/x"])
def test_what_fits_into_a_packet_stays_as_it_is(desk_client: FlaskClient, address: str) -> None:
    response = desk_client.get(address, headers=GZIP, buffered=True)
    assert len(response.data) < LEAST
    assert "Content-Encoding" not in response.headers
    assert response.vary.as_set() == {"accept-encoding"}


@pytest.mark.parametrize("address", ["/?q=harbour", "/static/dateline.css"])
def test_head_says_what_get_says(desk_client: FlaskClient, address: str) -> None:
    get, head = desk_client.get(address, headers=GZIP, buffered=True), desk_client.head(address, headers=GZIP, buffered=True)
    assert head.data == b""
    assert [header for header in head.headers if header[0] != "Date"] == [header for header in get.headers if header[0] != "Date"]


def test_a_file_that_is_known_is_not_sent_again_in_either_form(desk_client: FlaskClient) -> None:
    for first in ({}, GZIP):
        tag = desk_client.get("/static/dateline.css", headers=first, buffered=True).headers["ETag"]
        assert tag.startswith("W/") == bool(first)
        for second in ({}, GZIP):
            again = desk_client.get("/static/dateline.css", headers={**second, "If-None-Match": tag}, buffered=True)
            assert (again.status_code, again.data) == (304, b"")
            assert "Content-Encoding" not in again.headers


def test_a_part_of_a_file_is_a_part_of_its_text(desk_client: FlaskClient) -> None:
    response = desk_client.get("/static/dateline.css", headers={**GZIP, "Range": "bytes=3-10"}, buffered=True)
    assert response.status_code == 206
    assert response.data == desk_client.get("/static/dateline.css", buffered=True).data[3:11]
    assert "Accept-Ranges" not in desk_client.get("/static/dateline.css", headers=GZIP, buffered=True).headers


LINES = [f"{hashlib.sha256(bytes([number % 256, number // 256])).hexdigest()}\n".encode() for number in range(5_000)]


class Streams:
    """Views that stream, and which of them have been closed."""

    def __init__(self, archive: Archive) -> None:
        self.client = client_of(archive)
        self.made = self.closed = 0
        rules = {"/lines": self.lines, "/broken": self.broken, "/packed": self.packed, "/weak": self.weak, "/picture": self.picture}
        for address, view in rules.items():
            self.client.application.add_url_rule(address, address, view)

    def _lines(self, *, whole: bool = True) -> Iterator[bytes]:
        try:
            for line in LINES:
                self.made += 1
                yield line
            if not whole:
                raise ZeroDivisionError
        finally:
            self.closed += 1

    def lines(self) -> Response:
        return Response(self._lines(), content_type="text/csv; charset=utf-8")

    def broken(self) -> Response:
        return Response(self._lines(whole=False), content_type="application/x-ndjson")

    def packed(self) -> Response:
        return Response(gzip.compress(b"".join(LINES)), content_type="text/plain", headers={"Content-Encoding": "gzip"})

    def weak(self) -> Response:
        response = Response("a" * 5_000, content_type="application/atom+xml")
        response.set_etag("tag", weak=True)
        return response

    def picture(self) -> Response:
        return Response("a" * 5_000, content_type="image/png")


@pytest.fixture
def streams(desk_archive: Archive) -> Streams:
    return Streams(desk_archive)


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_a_stream_comes_while_it_is_made(streams: Streams, headers: dict[str, str]) -> None:
    response = streams.client.get("/lines", headers=headers)
    chunks = response.iter_encoded()
    first = next(chunks) + next(chunks)
    text = zlib.decompressobj(31).decompress(first) if headers else first
    assert text
    assert b"".join(LINES).startswith(text)
    assert streams.made < len(LINES)
    data = first + b"".join(chunks)
    assert (zlib.decompress(data, 31) if headers else data) == b"".join(LINES)
    assert streams.closed == 1


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_a_stream_that_breaks_off_is_not_brought_to_an_end(streams: Streams, headers: dict[str, str]) -> None:
    came: list[bytes] = []
    with pytest.raises(ZeroDivisionError):
        came.extend(streams.client.get("/broken", headers=headers).iter_encoded())
    assert came
    unpacker = zlib.decompressobj(31)
    assert unpacker.decompress(b"".join(came)) if headers else came == LINES
    assert not unpacker.eof
    assert streams.closed == 1


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_a_stream_that_nobody_takes_is_closed(streams: Streams, headers: dict[str, str]) -> None:
    response = streams.client.get("/lines", headers=headers)
    next(response.iter_encoded())
    response.close()
    assert streams.closed == 1
    assert streams.client.head("/lines", headers=headers, buffered=True).data == b""


def test_what_is_packed_already_or_no_text_is_left_alone(streams: Streams) -> None:
    packed = streams.client.get("/packed", headers=GZIP)
    assert packed.headers.getlist("Content-Encoding") == ["gzip"]
    assert len(packed.data) > LEAST
    assert gzip.decompress(packed.data) == b"".join(LINES)
    assert streams.client.get("/picture", headers=GZIP).data == b"a" * 5_000
    assert "Vary" not in streams.client.get("/picture", headers=GZIP).headers


def test_a_weak_tag_stays_as_it_is(streams: Streams) -> None:
    for headers in ({}, GZIP):
        assert streams.client.get("/weak", headers=headers).headers["ETag"] == 'W/"tag"'


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_more_streams_than_leave_threads_for_others_are_refused_until_one_ends(streams: Streams, headers: dict[str, str]) -> None:
    def lines() -> int:
        under_way.append(streams.client.get("/lines", headers=headers))
        return under_way[-1].status_code

    under_way: list[Response] = []
    assert [lines() for _ in range(MOST + 2)] == [200] * MOST + [503, 503]
    refused = under_way.pop()
    assert strings.BUSY_TEXT in (gzip.decompress(refused.data).decode() if headers else refused.text)
    assert re.fullmatch(r"[1-9][0-9]*", refused.headers["Retry-After"])
    assert streams.client.get("/?q=harbour").status_code == 200
    under_way[0].close()  # a reader who has gone
    assert [lines(), lines()] == [200, 503]
    for _ in under_way[1].iter_encoded():  # a reader who has everything
        pass
    assert [lines(), lines()] == [200, 503]
    under_way.clear()  # readers of whom nothing is known any more
    assert [lines() for _ in range(MOST + 1)] == [200] * MOST + [503]
    for response in under_way:
        response.close()
    for _ in range(2 * MOST):
        assert streams.client.head("/lines", headers=headers).status_code == 200
        assert streams.client.get("/static/dateline.css", buffered=True).status_code == 200
