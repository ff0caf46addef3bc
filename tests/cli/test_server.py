"""`serve`: the address it announces, and what it refuses."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.cli.conftest import Run
from web.access import TOKEN_NEEDED
from web.safety import BEHIND_PROXY

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "correct-horse-battery"


@contextmanager
def serving(archive: Path, *options: str, **env: str) -> Iterator[tuple[str, str]]:
    """The address that the command says, and what it says after that."""
    command = [sys.executable, "-m", "search", "serve", "--index", str(archive), "--port", "0", *options]
    env = {**{name: value for name, value in os.environ.items() if name != "DATELINE_TOKEN"}, "PYTHONUNBUFFERED": "1", **env}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as server:
        try:
            assert server.stdout is not None
            announced = server.stdout.readline()
            assert announced.startswith("Dateline is at http://127.0.0.1:"), server.communicate()
            yield announced.split()[3], server.stdout.readline() if "--token" in options[-1:] else ""
            server.send_signal(signal.SIGINT)
            said, messages = server.communicate(timeout=20)
        finally:
            server.kill()
    assert said == ""
    assert "Traceback" not in messages


def status(address: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_page_is_where_the_command_says(seeds_archive: Path) -> None:
    with serving(seeds_archive) as (address, _):
        assert status(f"{address}healthz") == 200
        assert status(address) == 200


def test_a_token_that_is_made_is_said_once_and_opens_the_page(seeds_archive: Path) -> None:
    with serving(seeds_archive, "--token") as (address, said):
        token = said.split()[-1]
        assert len(token) >= 32
        assert status(f"{address}healthz") == 200
        assert status(address) == 401
        assert status(address, Authorization=f"Bearer {token}") == 200


def test_a_token_of_the_environment_is_not_said(seeds_archive: Path) -> None:
    with serving(seeds_archive, DATELINE_TOKEN=TOKEN) as (address, _):
        assert status(address) == 401
        assert status(address, Authorization=f"Bearer {TOKEN}") == 200


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Flask, str, dict[str, Any]]]:
    """What would be served: the app, the host, and how."""
    calls: list[tuple[Flask, str, dict[str, Any]]] = []

    def serve(app: Flask, host: str, port: int, **options: Any) -> None:
        options.pop("ready")(f"http://{host}:{port}")
        calls.append((app, host, options))

    monkeypatch.setattr("web.server.serve", serve)
    monkeypatch.delenv("DATELINE_TOKEN", raising=False)
    return calls


Calls = list[tuple[Flask, str, dict[str, Any]]]


def test_a_token_may_follow_its_option_or_an_equals_sign_or_stand_in_the_environment(on_seeds: Run, served: Calls) -> None:
    for arguments, env in ((["--token", TOKEN], {}), ([f"--token={TOKEN}"], {}), ([], {"DATELINE_TOKEN": TOKEN})):
        result = on_seeds("serve", *arguments, env=env)
        assert (result.exit_code, result.stdout) == (0, "Dateline is at http://127.0.0.1:8765/ (Ctrl-C stops it)\n")
        app, _, _ = served.pop()
        client = app.test_client()
        for given, expected in ((TOKEN, 200), (TOKEN + "x", 401)):
            response = client.get("/api/status", headers={"Host": "127.0.0.1", "Authorization": f"Bearer {given}"})
            assert response.status_code == expected


def test_the_option_goes_before_the_environment_and_makes_another_token_each_time(on_seeds: Run, served: Calls) -> None:
    tokens = set()
    for _ in range(2):
        result = on_seeds("serve", "--token", "--port", "0", env={"DATELINE_TOKEN": TOKEN})
        assert result.exit_code == 0
        (made,) = re.findall(r"^Its token, which is not shown again: (\S+)$", result.stdout, re.MULTILINE)
        headers = {"Host": "127.0.0.1", "Authorization": f"Bearer {made}"}
        assert served.pop()[0].test_client().get("/api/status", headers=headers).status_code == 200
        tokens.add(made)
    assert len(tokens) == 2
    assert TOKEN not in tokens


def test_without_the_options_nothing_is_asked_for_and_no_proxy_believed(on_seeds: Run, served: Calls) -> None:
    assert on_seeds("serve").exit_code == 0
    assert on_seeds("serve", "--behind-proxy").exit_code == 0
    (plain, host, options), (proxied, _, _) = served
    assert (host, options) == ("127.0.0.1", {"no_auth": False})
    assert (plain.config.get(TOKEN_NEEDED), plain.config[BEHIND_PROXY], proxied.config[BEHIND_PROXY]) == (None, False, True)


def test_a_host_beyond_this_computer_is_served_with_a_token(on_seeds: Run, served: Calls) -> None:
    assert on_seeds("serve", "--host", "10.0.0.5", "--token", TOKEN, "--allow-host", "news.example").exit_code == 0
    (app, host, options) = served.pop()
    assert (host, options["no_auth"]) == ("10.0.0.5", False)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    for name, expected in (("10.0.0.5:8765", 200), ("news.example", 200), ("evil.example", 400)):
        assert app.test_client().get("/", headers={"Host": name, **headers}).status_code == expected


@pytest.fixture
def unserved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not refused would run for ever: here, it fails the test."""
    monkeypatch.setattr("waitress.create_server", lambda *_, **__: pytest.fail("it was served"))
    monkeypatch.delenv("DATELINE_TOKEN", raising=False)


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
    assert "--token" in result.stderr


@pytest.mark.usefixtures("unserved")
@pytest.mark.parametrize("options", [["--token", TOKEN], ["--token"], ["--no-auth"]])
def test_on_all_addresses_the_page_needs_names(on_seeds: Run, options: list[str]) -> None:
    result = on_seeds("serve", "--host", "0.0.0.0", *options)
    assert result.exit_code == 2
    assert "--allow-host" in result.stderr


@pytest.mark.usefixtures("unserved")
@pytest.mark.parametrize(("arguments", "env"), [(["--token", TOKEN], {}), (["--token"], {}), ([], {"DATELINE_TOKEN": TOKEN})])
@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.5"])
def test_a_token_and_no_token_at_once_are_refused(on_seeds: Run, arguments: list[str], env: dict[str, str], host: str) -> None:
    result = on_seeds("serve", "--no-auth", "--host", host, "--port", "0", *arguments, env=env)
    assert result.exit_code == 2
    assert "leave one of them out" in result.stderr


@pytest.mark.usefixtures("unserved")
@pytest.mark.parametrize(
    ("arguments", "env"), [(["--token", "short"], {}), (["--token", ""], {}), (["--token="], {}), ([], {"DATELINE_TOKEN": "short"})]
)
def test_a_token_that_is_too_short_is_refused_on_this_computer_too(on_seeds: Run, arguments: list[str], env: dict[str, str]) -> None:
    result = on_seeds("serve", "--port", "0", *arguments, env=env)
    assert result.exit_code == 2
    assert "16 to 256 characters" in result.stderr
    assert "short" not in result.stderr


@pytest.mark.usefixtures("unserved")
def test_a_variable_that_was_never_filled_is_no_token_and_not_none(on_seeds: Run) -> None:
    result = on_seeds("serve", "--port", "0", env={"DATELINE_TOKEN": ""})
    assert result.exit_code == 2
    assert "DATELINE_TOKEN is set, but empty" in result.stderr


def test_the_help_says_how_to_keep_a_token_out_of_the_list_of_processes(run: Run) -> None:
    text = " ".join(run("serve", "--help").stdout.split())
    assert "DATELINE_TOKEN in the environment keeps it out of the list of processes" in text
