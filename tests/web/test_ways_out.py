"""Does any address lead out of the folder of the page's own files, or to another host? Asked as no tidy client would, of the server as it runs."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import waitress

from search.archive import Archive
from tests.web.conftest import client_of
from tests.web.harmless import harmless
from web import create_app

ARTICLE = f"/article/{'1':0>16}"


@contextmanager
def listening(archive: Archive) -> Iterator[int]:
    """The port at which an archive is served as it is in earnest."""
    server = waitress.create_server(create_app(archive), host="127.0.0.1", port=0, threads=2, ident="dateline")
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.trigger.pull_trigger(server.close)
        thread.join(timeout=30)


@pytest.fixture(scope="module")
def port(desk_archive: Archive) -> Iterator[int]:
    with listening(desk_archive) as port:
        yield port


def fetched(port: int, target: str) -> tuple[http.client.HTTPResponse, bytes]:
    """What is answered to a first line with exactly this target, which no client has tidied up."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response, response.read()


UP = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%252f", "%252e%252e%252f", "..\\", "..%5c", "..%255c", "....//", "..;/", "..%00/", "%c0%ae%c0%ae/"]
UP += [".%2e/", "%u002e%u002e/", "..%ef%bc%8f", "%e2%80%a5/", "../../", "..%2f..%2f..%2f..%2f..%2f..%2f", "templates/../../"]
OUTSIDE = ["__init__.py", "safety.py", "templates/base.html", "etc/passwd"]
ABSOLUTE = ["/etc/passwd", "%2fetc%2fpasswd", "%5cetc%5cpasswd", "file:///etc/passwd", "C:%5cwindows%5cwin.ini", "~root/.profile", "%00/etc/passwd"]
INSIDE = ["dateline.css%00.html", "dateline.css%00", "dateline.css/..", "dateline.css%20", "DATELINE.CSS", "a" * 5_000]


@pytest.mark.parametrize("before", ["/static/", "/article/", "/facet/", "/api/article/", "/"])
def test_no_path_leads_out_of_the_folder(port: int, before: str) -> None:
    targets = [*(f"{up}{name}" for up in UP for name in OUTSIDE), *ABSOLUTE, *INSIDE]
    answers = {target: fetched(port, f"{before}{target}") for target in targets}
    assert {target: response.status for target, (response, _) in answers.items() if response.status != 404} == {}
    assert [target for target, (_, body) in answers.items() if b"create_app" in body or b"root:" in body or b"block title" in body] == []
    assert len(answers) > 90


def test_the_files_of_the_page_are_the_only_ones(port: int) -> None:
    static = Path(__file__).resolve().parents[2] / "web" / "static"
    names = sorted(file.name for file in static.iterdir())
    assert len(names) > 4
    for name in names:
        response, body = fetched(port, f"/static/{name}")
        assert (response.status, body) == (200, (static / name).read_bytes())
    assert fetched(port, "/static/")[0].status == 404


HOSTS = ["//evil.invalid", "/\\evil.invalid", "\\\\evil.invalid", "///evil.invalid", "/%2fevil.invalid", "/%5cevil.invalid", "/%09/evil.invalid"]
HOSTS += [
    "/.//evil.invalid",
    "/http://evil.invalid",
    "/@evil.invalid",
    "/;@evil.invalid",
    "/evil.invalid%2f..",
    "//evil.invalid%2f..",
    "//evil.invalid/%2e%2e",
]
ENDS = ["", "/", "//", "/people", "/people/", "/static", "/article/1/", "/..", "/%2e%2e/people"]
OURS = [
    "/",
    "/people/",
    "/people//",
    "/static",
    "/static//",
    "/facet",
    "/facet/agency/",
    f"{ARTICLE}/",
    f"{ARTICLE}/raw/",
    "//people",
    "/api//search",
]
ASKED = ["next", "url", "redirect", "return"]


def leads_away(location: str) -> bool:
    return not location.startswith("/") or location.startswith("//") or "\\" in location or "evil" in location


def test_nothing_leads_to_another_host(port: int) -> None:
    targets = [f"{host}{end}{query}" for host in HOSTS for end in ENDS for query in ("", "?next=//evil.invalid/")]
    targets += [f"{path}?{name}={host}" for path in OURS for name in ASKED for host in HOSTS[:3]]
    answers = {target: fetched(port, target)[0] for target in targets}
    locations = {target: response.headers["Location"] for target, response in answers.items() if response.headers["Location"] is not None}
    assert {target: location for target, location in locations.items() if leads_away(location)} == {}
    assert {target: response.status for target, response in answers.items() if response.status >= 500} == {}
    assert len(answers) > 300


def test_who_has_the_token_is_led_to_our_own_page_only(desk_archive: Archive) -> None:
    token = "a token of enough letters".replace(" ", "-")
    client = client_of(desk_archive, token=token)
    for name in ASKED:
        for host in HOSTS:
            response = client.get("/login", query_string={name: f"{host}/"}, headers={"Authorization": f"Bearer {token}"})
            assert (response.status_code, response.headers["Location"]) == (303, "/")
            asked = client.get("/", query_string={name: f"{host}/"})
            assert (asked.status_code, asked.headers.get("Location")) == (401, None)
            harmless(asked.text)
