"""Who asks a cluster that is guarded: what is said to those whom it does not know or trust, and is the reader's role enough to read?"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from click.testing import CliRunner, Result

from cluster import Cluster
from cluster.security import READER, WRITER, Access
from search.archive import Archive
from search.cli import main
from search.homes.address import Address
from tests.cluster import papers
from tests.cluster.proxy import Proxy
from web import create_app

FEW = range(40)
NAME = "guarded"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def archive(running_secure_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Address, Path]]:
    """An archive that the writer has made, and its folder."""
    place = tmp_path_factory.mktemp("guarded")
    folder = papers.write(place / "wire", FEW, per_file=10)
    access = running_secure_cluster.access
    assert access is not None
    address = Address(tuple(running_secure_cluster.addresses), NAME, access.authority)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in as_user(access, WRITER).items():
            patch.setenv(name, value)
        patch.setenv("DATELINE_CACHE_DIR", str(place / "cache"))
        with Archive.create(address) as made:
            assert made.index([folder]).articles == len(FEW)
    yield address, folder
    assert running_secure_cluster.request("DELETE", f"/dateline-{NAME}.*").status == 200


@pytest.fixture
def access(secure_cluster: Cluster) -> Access:
    assert secure_cluster.access is not None
    return secure_cluster.access


def as_user(access: Access, user: str) -> dict[str, str]:
    return {"DATELINE_CLUSTER_USER": user, "DATELINE_CLUSTER_PASSWORD": access.password(user)}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("search", "trade", env=…)` in an environment that names no cluster."""
    for name in ("DATELINE_INDEX", "DATELINE_CA", "DATELINE_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATELINE_CACHE_DIR", str(tmp_path / "cache"))

    def call(*words: str | Path, env: dict[str, str] | None = None) -> Result:
        result = CliRunner().invoke(main, [str(word) for word in words], prog_name="dateline", env=env)
        assert "Traceback" not in result.output
        assert "inside Dateline" not in result.output
        return result

    return call


def refused(result: Result, *says: str) -> None:
    """A command has ended with a sentence."""
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    for part in says:
        assert part in result.stderr


def test_who_is_not_known_is_told_how_to_say_who_asks(
    access: Access, archive: tuple[Address, Path], run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    address, folder = archive
    secret = "not-the-password-4711"
    with caplog.at_level(logging.DEBUG):
        for words in (("search", "grain"), ("index", folder), ("status",), ("serve",)):
            wrong = {"DATELINE_CLUSTER_USER": READER, "DATELINE_CLUSTER_PASSWORD": secret}
            for env in ({}, wrong):
                result = run(*words, "--index", str(address), "--ca", access.authority, env=env)
                refused(result, "does not accept this name and password", "DATELINE_CLUSTER_USER")
                assert secret not in result.output
    assert caplog.records
    assert secret not in caplog.text


def test_a_password_is_in_no_log_no_repr_and_nowhere_in_the_archive(
    access: Access, secure_cluster: Cluster, archive: tuple[Address, Path], run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    address, folder = archive
    secret = access.password(WRITER)
    with caplog.at_level(logging.DEBUG), pytest.MonkeyPatch.context() as patch:
        for name in ("", "opensearch", "urllib3", "search"):
            caplog.set_level(logging.DEBUG, name)
        result = run("index", folder, "--index", str(address), "--ca", access.authority, env=as_user(access, WRITER))
        assert result.exit_code == 0, result.output
        for name, value in as_user(access, WRITER).items():
            patch.setenv(name, value)
        with Archive.open(address) as opened:
            client = create_app(opened).test_client()
            shown = [client.get(path).text for path in ("/", "/?q=grain", "/api/status", "/api/search")]
            connection = opened.home._storage.connection
            things = [
                opened,
                opened.home,
                connection,
                connection.settings,
                opened.home._credentials,
                connection._client,
                connection._client.transport,
            ]
            shown += [repr(thing) for thing in things]
    assert "POST" in caplog.text
    assert [text for text in (caplog.text, result.output, *shown) if secret in text] == []
    everything = secure_cluster.request("GET", f"/dateline-{NAME}.*/_search?size=1000").body
    assert everything["hits"]["total"]["value"] > len(FEW)
    assert secret not in json.dumps(everything)


def test_a_certificate_that_is_not_trusted_is_refused(
    access: Access, secure_cluster: Cluster, archive: tuple[Address, Path], run: Run, tmp_path: Path
) -> None:
    address, folder = archive
    other, none = tmp_path / "other.pem", tmp_path / "none.pem"
    trustme.CA().cert_pem.write_to_path(other)
    none.write_text("not a certificate\n")
    env = as_user(access, READER)
    for words in (("search", "grain"), ("index", folder)):
        refused(run(*words, "--index", str(address), env=env), "certificate", "is not trusted", "--ca FILE")
        refused(run(*words, "--index", str(address), "--ca", other, env=env), "certificate", "is not trusted", "--ca FILE")
        refused(run(*words, "--index", str(address), "--ca", none, env=env), f"{none} cannot be read as a file of certificates")
    # A name that the certificate does not have; the machine answers to all of 127.0.0.0/8.
    with Proxy(secure_cluster.ports[0], "127.0.0.2", blind=True) as proxy:
        refused(run("search", "grain", "--index", f"{proxy.address}/{NAME}", "--ca", access.authority, env=env), "is not for that name")
    with Proxy(secure_cluster.ports[0], blind=True) as proxy:
        assert run("search", "grain", "--index", f"{proxy.address}/{NAME}", "--ca", access.authority, env=env).exit_code == 0
    plain = f"http://127.0.0.1:{secure_cluster.ports[0]}/{NAME}"
    refused(run("search", "grain", "--index", plain, env=env), "http or https")


def test_the_reader_s_role_is_enough_for_every_page_and_command_that_reads(
    access: Access, archive: tuple[Address, Path], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, folder = archive
    paths = []
    for user in (WRITER, READER):
        for name, value in as_user(access, user).items():
            monkeypatch.setenv(name, value)
        with Archive.open(address) as opened:
            app = create_app(opened)
            id = opened.search("grain").hits[0].id
            client = app.test_client()
            rules = [str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "static" not in str(rule)]
            values = {"id": id, "field": "agency", "key": "@kofi-annan", "format": "csv", "name": "agency"}
            answers: dict[str, Any] = {}
            for rule in sorted(rules):
                path = rule
                for part in values:
                    for kind in ("", "string:", "path:"):
                        path = path.replace(f"<{kind}{part}>", values[part])
                for query in ("", "?q=grain"):
                    with client.get(path + query) as answer:
                        answers[path + query] = answer.status_code
            paths.append(answers)
    assert paths[0] == paths[1]
    assert set(paths[1].values()) <= {200, 302, 400, 404}
    assert [path for path, status in paths[1].items() if "<" in path] == []
    assert sum(status == 200 for status in paths[1].values()) > 20
    where = ("--index", str(address), "--ca", access.authority)
    for words in (("search", "grain"), ("status",), ("facets",), ("show", id), ("similar", id), ("names", "list"), ("boilerplate",), ("explain", id)):
        result = run(*words, *where)
        assert result.exit_code == (1 if words == ("boilerplate",) else 0), (words, result.output)
    for words in (("index", folder), ("index", "--rebuild"), ("correct", id, "--date", "2022")):
        result = run(*words, *where)
        refused(result, "does not allow", "dateline_writer")
        assert f"name={READER}" not in result.stderr
