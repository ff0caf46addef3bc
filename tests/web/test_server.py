"""Serving: the address is said once it answers, what cannot be served is refused with a sentence, and no request, whole or half, disturbs others."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from search.archive import Archive
from search.errors import UsageError
from tests.web.conftest import archive_of, desk
from web import create_app
from web.server import MAX_BODY, MAX_HEADERS, THREADS, is_loopback, serve
from web.streams import MOST

ROOT = Path(__file__).resolve().parents[2]
PATIENT = 30
"""Seconds to wait for an answer that never comes; one that comes needs none of them."""

PROGRAM = """
import sys, search, web
from web import server
app = web.create_app(search.open(sys.argv[1]), token=None if sys.argv[2] == "-" else sys.argv[2], behind_proxy=sys.argv[3] == "proxy")

def endless():
    while True:
        yield b"x" * 1_000_000

app.add_url_rule("/endless", "endless", lambda: app.response_class(endless(), content_type="text/plain"))
app.add_url_rule("/large", "large", lambda: app.response_class("x" * 4_000_000, content_type="text/plain"))
server.PATIENCE = float(sys.argv[4])
server.serve(app, port=0, ready=lambda address: print(address, flush=True))
"""


class Served:
    """A server of its own process, asked in bytes."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process, self.address = process, address
        self.port = int(address.rpartition(":")[2])

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENT)

    def say(self, request: bytes, *, half: bool = False) -> bytes:
        """All that is answered until the server closes; `half` says that nothing more will come."""
        with self.connect() as connection:
            with suppress(OSError):  # it may close before it has been sent all, and has answered then
                connection.sendall(request)
                if half:
                    connection.shutdown(socket.SHUT_WR)
            answer = b""
            with suppress(ConnectionError):
                while part := connection.recv(65_536):
                    answer += part
            return answer

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """The status and the text of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENT)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@contextmanager
def serving(archive: Path, *, token: str = "-", proxy: str = "-", patience: float = 30) -> Iterator[Served]:
    """A server over an archive that must end well: with nothing to say on stderr."""
    command = [sys.executable, "-c", PROGRAM, str(archive), token, proxy, str(patience)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield Served(process, process.stdout.readline().strip())
            process.send_signal(signal.SIGINT)
            _, messages = process.communicate(timeout=PATIENT)
            assert (process.returncode, messages) == (0, "")
        finally:
            process.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with archive_of(tmp_path_factory.mktemp("served") / "desk", desk()) as archive, serving(archive.path) as served:
        yield served


def test_the_server_answers_at_the_address_it_gives_and_ends_quietly_when_interrupted(desk_archive: Archive) -> None:
    with serving(desk_archive.path) as server:
        assert server.address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{server.address}/?q=harbour", timeout=PATIENT) as response:
            assert response.status == 200
            assert "36 articles found" in response.read().decode()


OK = '{"status": "ok", "detail": null}'
"""What /healthz answers."""

HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"
GET = b"GET / HTTP/1.1\r\n" + HOST
LOGIN = b"POST /login HTTP/1.1\r\n" + HOST

REFUSED = {
    "a header without end": (GET + b"X: " + b"a" * MAX_HEADERS + b"\r\n\r\n", 431),
    "headers without end": (GET + b"X-Header: y\r\n" * (MAX_HEADERS // 13 + 1) + b"\r\n", 431),
    "a first line without end": (b"GET /?" + b"a" * MAX_HEADERS + b" HTTP/1.1\r\n" + HOST + b"\r\n", 431),
    "an address without end": (b"GET /?" + b"a" * (MAX_HEADERS - 200) + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
    "a body without end": (LOGIN + b"Content-Length: 99999999999\r\n\r\n" + b"a" * 70_000, 413),
    "a body that is too long": (LOGIN + b"Content-Length: %d\r\n\r\n" % MAX_BODY + b"a" * MAX_BODY, 413),
    "a chunk without end": (LOGIN + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n" + b"a" * 70_000, 413),
    "chunks without end": (LOGIN + b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n%b\r\n" % (b"a" * 1024) * 100, 413),
    "a chunk of no size": (LOGIN + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "a length below nothing": (GET + b"Content-Length: -5\r\n\r\n", 400),
    "two lengths": (GET + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400),
    "a length and chunks": (LOGIN + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "chunks and a length": (LOGIN + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400),
    "chunks in a version without": (b"POST / HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "an unknown encoding": (GET + b"Transfer-Encoding: xchunked\r\n\r\n", 501),
    "a greeting of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "a line of nothing known": (b"hello\r\n\r\n", 400),
    "zeros": (b"\0\0\0\0\r\n\r\n", 400),
    "the preface of HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "a method in small letters": (b"get / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a header without a colon": (GET + b"X a\r\n\r\n", 400),
    "a space before the colon": (GET + b"Host : evil.example\r\n\r\n", 400),
    "a line that ends oddly": (GET + b"X: a\nHost: evil.example\r\n\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
    "no host in an old version": (b"GET / HTTP/1.0\r\n\r\n", 400),
    "the oldest version": (b"GET /\r\n\r\n", 400),
    "two hosts": (GET + b"Host: evil.example\r\n\r\n", 400),
    "one host twice": (GET + b"Host: 127.0.0.1\r\n\r\n", 400),
    "another host's address": (b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "another host's header": (b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 400),
    "an address that is none": (b"GET http://[::1/ HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a proxy's work": (b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "a question to all": (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "an echo": (b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    "a relative path": (b"GET nowhere HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    "ranges without end": (b"GET /static/dateline.css HTTP/1.1\r\n" + HOST + b"Range: bytes=0-" + b",0-" * 2_000 + b"\r\n\r\n", 416),
}
"""Requests that are no requests, and the status of the only answer."""

ACCEPTED = {
    "letters of other languages": ("GET /?q=Häfen HTTP/1.1\r\n".encode() + HOST + b"\r\n", "Häfen"),
    "an address with its host": (b"GET http://127.0.0.1/?q=harbour HTTP/1.1\r\n" + HOST + b"\r\n", "36 articles found"),
    "a body that nobody asked for": (GET + b"Content-Length: 5\r\n\r\nabcde", "All 36 articles"),
    "many slashes": (b"GET ///?q=harbour HTTP/1.1\r\n" + HOST + b"\r\n", "36 articles found"),
}

FOREIGN = [
    "/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc/passwd", "/static/..%5c..%5cetc/passwd",
    "/static/%252e%252e%252fetc/passwd", "/static/....//....//etc/passwd", "/static/..%c0%af..%c0%afetc/passwd", "/static/..;/..;/etc/passwd",
    "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/static/%00", "/static/dateline.css%00.txt", "/static/", "/static/.",
    "/static/..", "/static/../__init__.py", "/static/../templates/base.html", "/static/C:%5cWindows%5cwin.ini", "/static/" + "a" * 5_000,
    "/article/..%2f..%2fetc%2fpasswd", "/article/../../etc/passwd/raw", "/article/%2fetc%2fpasswd/raw", "/facet/../../etc/passwd",
    "/api/article/..%2f..%2f..%2fetc%2fpasswd",
]  # fmt: skip


@pytest.mark.parametrize("half", [False, True], ids=["open", "half"])
@pytest.mark.parametrize(("request_", "status"), REFUSED.values(), ids=REFUSED)
def test_a_request_that_is_none_gets_one_short_answer_and_the_end(server: Served, request_: bytes, status: int, half: bool) -> None:
    answer = server.say(request_, half=half)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == b"%d" % status
    assert len(re.findall(rb"HTTP/1\.[01] [0-9]{3} ", answer)) == 1
    assert len(body) < 10_000
    assert b"Traceback" not in answer
    assert b"arbour report" not in answer
    assert server.get("/healthz") == (200, OK)


@pytest.mark.parametrize(("request_", "words"), ACCEPTED.values(), ids=ACCEPTED)
def test_a_request_that_is_odd_and_clear_is_answered(server: Served, request_: bytes, words: str) -> None:
    answer = server.say(request_).decode()
    assert answer.startswith("HTTP/1.1 200 ")
    assert words in answer


@pytest.mark.parametrize("path", FOREIGN)
def test_no_path_leads_out_of_the_pages_own_files(server: Served, path: str) -> None:
    answer = server.say(b"GET %b HTTP/1.1\r\n%b\r\n" % (path.encode(), HOST))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"root:" not in answer
    assert b"create_app" not in answer
    redirected = server.say(b"GET /static/%%2f%b HTTP/1.1\r\n%b\r\n" % (path.encode(), HOST))
    assert redirected.split()[1] in (b"308", b"404")
    assert b"root:" not in redirected


def test_what_stands_behind_a_refused_request_is_not_taken_for_another(server: Served) -> None:
    """A second request that only one of two servers would see is never answered."""
    for first in ("a length and chunks", "chunks and a length", "chunks in a version without", "two lengths"):
        smuggled = REFUSED[first][0].replace(b"Connection: close\r\n", b"") + b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
        assert OK.encode() not in server.say(smuggled), first


def test_half_requests_keep_nobody_waiting(server: Served) -> None:
    with ExitStack() as held:
        for start in (b"", b"G", b"GET / HTTP/1.1\r\n", GET, LOGIN + b"Content-Length: 100\r\n\r\na", b"\r\n") * (5 * THREADS):
            held.enter_context(server.connect()).sendall(start)
        for _ in range(3):
            assert server.get("/?q=harbour")[0] == 200


def test_a_connection_that_says_nothing_is_closed(desk_archive: Archive) -> None:
    with serving(desk_archive.path, patience=0) as server:
        assert server.say(b"GET / HTTP/1.1\r\n") == b""


def test_readers_who_take_nothing_of_an_export_leave_threads_for_others(server: Served) -> None:
    with ExitStack() as held:
        for number in range(MOST + THREADS):
            connection = held.enter_context(server.connect())
            connection.sendall(b"GET /endless HTTP/1.1\r\n" + HOST + b"\r\n")
            assert connection.recv(12) == (b"HTTP/1.1 200" if number < MOST else b"HTTP/1.1 503")
        assert server.get("/?q=harbour")[0] == 200


@pytest.mark.parametrize("address", ["/large", "/endless"])
def test_readers_who_ask_on_and_on_and_take_nothing_leave_threads_for_others(server: Served, address: str) -> None:
    with ExitStack() as held:
        for _ in range(2 * THREADS):
            connection = held.enter_context(server.connect())
            connection.sendall(b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % address.encode() * 50)
            assert connection.recv(5) == b"HTTP/"
        assert server.get("/?q=harbour")[0] == 200


def test_of_several_requests_at_once_the_first_is_answered(server: Served) -> None:
    answer = server.say(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 3)
    assert answer.count(b"HTTP/1.1 200 ") == 1
    assert b"Connection: close" in answer


def test_one_request_after_the_other_is_answered_on_one_connection(server: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENT)
    connection.connect()
    socket_ = connection.sock
    for address in ("/?q=harbour", "/healthz", "/nowhere", "/static/dateline.css"):
        connection.request("GET", address)
        connection.getresponse().read()
        assert connection.sock is socket_
    connection.close()


def test_forwarding_headers_count_where_a_proxy_is_said_to_be_in_front(desk_archive: Archive) -> None:
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/archive"}
    with serving(desk_archive.path) as server:
        status, text = server.get("/", **forwarded)
        assert (status, 'href="/archive/' in text) == (200, False)
    with serving(desk_archive.path, proxy="proxy") as server:
        assert server.get("/", **forwarded)[0] == 400
        status, text = server.get("/", **{**forwarded, "X-Forwarded-Host": "localhost"})
        assert (status, 'href="/archive/' in text) == (200, True)


def test_the_token_is_asked_for_by_the_real_server(desk_archive: Archive) -> None:
    token = "x" * 16
    with serving(desk_archive.path, token=token) as server:
        assert server.get("/")[0] == 401
        assert server.get("/healthz") == (200, OK)
        assert server.get("/", Authorization=f"Bearer {token}")[0] == 200
        form = f"token={token}&next=/%3Fq=harbour".encode()
        answer = server.say(LOGIN + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%b" % (len(form), form))
        assert answer.startswith(b"HTTP/1.1 303 ")
        assert b"\r\nLocation: /?q=harbour\r\n" in answer
        chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(form), form)
        answer = server.say(LOGIN + b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked)
        assert answer.startswith(b"HTTP/1.1 303 ")


STORIES = 40
MOST_ASKED = 5_000
"""Requests of one reader; far more than are made while an archive is built again."""


def write(raw: Path, word: str) -> None:
    """Raw articles that all have a word."""
    for number in range(STORIES):
        text = f"The harbour {word} on Monday after {number} years of work by many hands, its pilots said.\n"
        (raw / f"{number}.txt").write_text(text, "utf-8")


class Reader(threading.Thread):
    """Asks one address after the other until it has seen the last state, and remembers what it got."""

    def __init__(self, server: Served, addresses: list[str], last: str) -> None:
        super().__init__(daemon=True)
        self.server, self.addresses, self.last = server, addresses, last
        self.begun = threading.Event()
        self.statuses: set[int] = set()
        self.states: list[str] = []

    def run(self) -> None:
        for number in range(MOST_ASKED):
            status, text = self.server.get(self.addresses[number % len(self.addresses)])
            self.statuses.add(status)
            found = re.search(r"harbour(?:</mark>)? (closed|opened|burnt)", text)
            if found and found[1] not in self.states[-1:]:
                self.states.append(found[1])
            self.begun.set()
            if self.states[-1:] == [self.last] and number % len(self.addresses) == 0:
                break


def test_an_archive_is_built_again_under_the_server_and_every_request_is_answered(tmp_path: Path) -> None:
    raw, folder = tmp_path / "raw", tmp_path / "archive"
    raw.mkdir()
    write(raw, "closed")
    with Archive.create(folder) as archive:
        archive.index([raw])
        story = f"/article/{archive.search('harbour').hits[0].id}?q=harbour"
    with serving(folder) as server:
        addresses = ["/?q=harbour", story, "/api/search?q=harbour", "/facet/agency?q=harbour", "/readyz"]
        readers = [Reader(server, addresses[start:] + addresses[:start], "burnt") for start in range(3)]
        for reader in readers:
            reader.start()
        assert all(reader.begun.wait(PATIENT) for reader in readers)
        for word in ("opened", "burnt"):
            write(raw, word)
            assert Archive.rebuild(folder).articles == STORIES
        for reader in readers:
            reader.join(2 * PATIENT)
        assert [reader.is_alive() for reader in readers] == [False] * 3
        assert [reader.statuses for reader in readers] == [{200}] * 3
        for reader in readers:
            assert reader.states in (["closed", "opened", "burnt"], ["closed", "burnt"])
        for address in addresses:
            assert server.get(address)[0] == 200


def refuse(address: str) -> None:
    """Ends a server that should never have begun to serve."""
    raise AssertionError(f"serving at {address}")


def test_a_port_in_use_is_named_with_the_option_that_changes_it(desk_archive: Archive) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"Port {port} is in use.*--port"):
            serve(create_app(desk_archive), port=port, ready=refuse)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "news.example"])
def test_a_host_that_others_can_reach_needs_a_token_or_an_explicit_word(desk_archive: Archive, host: str) -> None:
    with pytest.raises(UsageError, match=r"--token.*--no-auth"):
        serve(create_app(desk_archive), host=host, port=0, ready=refuse)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_token_and_none_contradict_each_other(desk_archive: Archive, host: str) -> None:
    with pytest.raises(UsageError, match="leave one of them out"):
        serve(create_app(desk_archive, token="x" * 16), host=host, port=0, no_auth=True, ready=refuse)


@pytest.mark.parametrize(("options", "no_auth"), [({"token": "x" * 16}, False), ({}, True)])
def test_with_a_token_or_that_word_others_are_served(desk_archive: Archive, options: dict[str, str], no_auth: bool) -> None:
    class Begun(Exception):
        pass

    def begin(address: str) -> None:
        raise Begun

    with pytest.raises(Begun):
        serve(create_app(desk_archive, **options), host="0.0.0.0", port=0, no_auth=no_auth, ready=begin)


IMPOSSIBLE = [("127.0.0.1", 70_000, "no port 70000"), ("192.0.2.1", 0, "--host"), ("no such host", 0, "--host")]


@pytest.mark.parametrize(("host", "port", "sentence"), IMPOSSIBLE)
def test_an_address_that_cannot_be_had_is_refused_with_a_sentence(desk_archive: Archive, host: str, port: int, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        serve(create_app(desk_archive), host=host, port=port, no_auth=True, ready=refuse)


def test_loopback_is_what_only_this_machine_reaches() -> None:
    assert [h for h in ("127.0.0.1", "127.8.8.8", "::1", "localhost", "0.0.0.0", "10.0.0.1", "localhost.example") if is_loopback(h)] == [
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "localhost",
    ]
