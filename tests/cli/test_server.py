"""`serve`: the address it announces, and what it refuses."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.conftest import Run

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_where_the_command_says(seeds_archive: Path) -> None:
    command = [sys.executable, "-m", "search", "serve", "--index", str(seeds_archive), "--port", "0"]
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as server:
        try:
            assert server.stdout is not None
            announced = server.stdout.readline()
            assert announced.startswith("Dateline is at http://127.0.0.1:")
            with urllib.request.urlopen(announced.split()[3] + "healthz", timeout=20) as reply:
                assert reply.status == 200
            server.send_signal(signal.SIGINT)
            _, messages = server.communicate(timeout=20)
        finally:
            server.kill()
    assert "Traceback" not in messages


@pytest.fixture
def unserved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not refused would run for ever: here, it fails the test."""
    monkeypatch.setattr("waitress.create_server", lambda *_, **__: pytest.fail("it was served"))


@pytest.mark.usefixtures("unserved")
def test_a_port_in_use_is_a_sentence(on_seeds: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = on_seeds("serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 2
    assert "is in use by another program" in result.stderr


@pytest.mark.usefixtures("unserved")
def test_the_network_is_not_served_unless_that_is_meant(on_seeds: Run) -> None:
    result = on_seeds("serve", "--host", "0.0.0.0", "--port", "0")
    assert result.exit_code == 2
    assert "--no-auth" in result.stderr
