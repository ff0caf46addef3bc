"""Serving: the address is said once it answers, and what cannot be served is refused with a sentence."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from search.archive import Archive
from search.errors import UsageError
from web import create_app
from web.server import is_loopback, serve

PROGRAM = """
import sys, search, web
from web.server import serve
serve(web.create_app(search.open(sys.argv[1])), port=0, ready=lambda address: print(address, flush=True))
"""


def test_the_server_answers_at_the_address_it_gives_and_ends_quietly_when_interrupted(desk_archive: Archive) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", PROGRAM, str(desk_archive.path)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            address = server.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(f"{address}/?q=harbour", timeout=10) as response:
                assert response.status == 200
                assert "36 articles found" in response.read().decode()
            server.send_signal(signal.SIGINT)
            _, messages = server.communicate(timeout=10)
            assert (server.returncode, messages) == (0, "")
        finally:
            server.kill()


def refuse(address: str) -> None:
    """Ends a server that should never have begun to serve."""
    raise AssertionError(f"serving at {address}")


def test_a_port_in_use_is_named_with_the_option_that_changes_it(desk_archive: Archive) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"Port {port} is in use.*--port"):
            serve(create_app(desk_archive), port=port, ready=refuse)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "news.example"])
def test_a_host_that_others_can_reach_needs_an_explicit_word(desk_archive: Archive, host: str) -> None:
    with pytest.raises(UsageError, match="--no-auth"):
        serve(create_app(desk_archive), host=host, port=0, ready=refuse)


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
