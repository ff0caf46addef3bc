"""Everything that was found leaves the archive: whole, as it is found, and never half of it as if it were whole."""

from __future__ import annotations

import csv
import http.client
import io
import json
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import waitress
from flask.testing import FlaskClient

from search.archive import Archive
from search.article import Article
from search.errors import DamagedArchive
from search.export import COLUMNS
from search.request import ask
from tests.make import article
from tests.web.conftest import archive_of, client_of
from web import create_app
from web.exports import PIECE, file_name

FORMS = ["csv", "jsonl"]


def rows(data: bytes) -> list[dict[str, str]]:
    """The articles of a table."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def articles(data: bytes) -> list[Article]:
    """The articles of lines."""
    return [Article.from_dict(json.loads(line)) for line in data.decode("utf-8").splitlines()]


def test_the_table_has_everything_that_is_found_in_its_order(desk_client: FlaskClient, desk_archive: Archive) -> None:
    response = desk_client.get("/api/export.csv?q=harbour&not_place=Moscow&sort=oldest")
    assert response.content_type == "text/csv; charset=utf-8"
    expected = [found.id for found in desk_archive.scan(ask("harbour", {"not_place": ["Moscow"]}, sort="oldest"))]
    assert [row["id"] for row in rows(response.data)] == expected
    assert len(expected) == 19
    assert "Content-Length" not in response.headers


def test_the_table_begins_with_a_byte_order_mark_and_the_names_of_its_columns(desk_client: FlaskClient) -> None:
    first, *others = desk_client.get("/api/export.csv?q=zebra").data.split(b"\r\n")
    assert first == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode()
    assert others == [b""]


def test_the_lines_are_the_articles_whole(desk_client: FlaskClient, desk_archive: Archive) -> None:
    response = desk_client.get("/api/export.jsonl?participant=Putin")
    assert response.content_type == "application/x-ndjson"
    assert articles(response.data) == list(desk_archive.scan(ask("", {"participant": ["Putin"]})))
    assert len(articles(response.data)) == 18


@pytest.mark.parametrize("form", FORMS)
def test_half_of_a_surrogate_pair_breaks_nothing(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(article("1", "Text."), title="Half \ud800 of it", body="=\udfff")
    with archive_of(tmp_path / "a", [article("1", "Text.")]) as archive:
        monkeypatch.setattr(archive, "scan", lambda _, **__: iter([broken]))
        data = client_of(archive).get(f"/api/export.{form}").data
    if form == "jsonl":
        assert articles(data) == [broken]
    else:
        assert [row["title"] for row in rows(data)] == ["Half \\ud800 of it"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "dateline"),
        ("Refugees return", "dateline-refugees-return"),
        ('agency:SANA "oil & gas"', "dateline-agency-sana-oil-gas"),
        ("Čapek à Besançon", "dateline-capek-a-besancon"),
        ("Путин", "dateline"),
        ("../../etc/passwd\r\nSet-Cookie: a=b", "dateline-etc-passwd-set-cookie-a-b"),
        ("a" * 100, "dateline-" + "a" * 31),
        ("b" * 30 + " c", "dateline-" + "b" * 30),
        ('"; filename=evil.exe', "dateline-filename-evil-exe"),
    ],
)
def test_the_name_of_the_file_is_harmless(desk_client: FlaskClient, query: str, name: str) -> None:
    for form in FORMS:
        assert file_name(query, form) == f"{name}.{form}"
        assert re.fullmatch(r"[a-z0-9-]{1,40}\.[a-z]+", file_name(query, form))
        response = desk_client.get(f"/api/export.{form}", query_string={"q": query})
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}.{form}"'


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("limit=10", 400, "no “limit”"),
        ("page=2", 400, "no “page”"),
        ("cursor=x", 400, "no “cursor”"),
        ("facets=agency", 400, "no “facets”"),
        ("facet_limit=1", 400, "no “facet_limit”"),
        ("explain=1", 400, "no “explain”"),
        ("unheard=1", 400, "no parameter “unheard”"),
        ("sort=best", 400, "sorted"),
        ("sort=newest&sort=oldest", 400, "once only"),
        ("q=" + "(" * 30 + "a", 400, "Parentheses"),
    ],
)
def test_what_cannot_be_exported_is_said_before_anything_is_sent(desk_client: FlaskClient, form: str, query: str, status: int, says: str) -> None:
    response = desk_client.get(f"/api/export.{form}?{query}")
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert says in response.get_json(force=True)["detail"]
    assert "Content-Disposition" not in response.headers


@pytest.mark.parametrize("form", FORMS)
def test_an_error_at_the_first_article_is_a_problem(desk_archive: Archive, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def scan(_: object, **__: object) -> Iterator[Article]:
        raise DamagedArchive("A file is damaged.")
        yield

    monkeypatch.setattr(desk_archive, "scan", scan)
    response = client_of(desk_archive).get(f"/api/export.{form}")
    assert (response.status_code, response.content_type) == (503, "application/problem+json")


@pytest.mark.parametrize("form", FORMS)
def test_articles_are_sent_as_they_are_found(desk_archive: Archive, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    def scan(_: object, **__: object) -> Iterator[Article]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield article(str(number), "x" * 1000, title="t" * 1000)

    monkeypatch.setattr(desk_archive, "scan", scan)
    client = client_of(desk_archive)
    pieces = client.get(f"/api/export.{form}", buffered=False).iter_encoded()
    first = len(next(pieces))
    assert PIECE <= first < PIECE + 4000
    assert taken < 70
    assert first + sum(map(len, pieces)) > 1_000_000
    assert taken == 1000


@pytest.mark.parametrize("form", FORMS)
def test_the_articles_are_let_go_when_the_reader_leaves(desk_archive: Archive, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []

    def scan(_: object, **__: object) -> Iterator[Article]:
        try:
            for number in range(1000):
                yield article(str(number), "x" * 1000, title="t" * 1000)
        finally:
            ended.append(True)

    monkeypatch.setattr(desk_archive, "scan", scan)
    client = client_of(desk_archive)
    response = client.get(f"/api/export.{form}", buffered=False)
    next(response.iter_encoded())
    assert not ended
    response.close()
    assert ended


@contextmanager
def served(archive: Archive) -> Iterator[int]:
    """A server of an archive; its port."""
    server = waitress.create_server(create_app(archive), host="127.0.0.1", port=0, threads=2, ident="dateline")
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.trigger.pull_trigger(server.close)
        thread.join(timeout=30)
        assert not thread.is_alive()


def many(fails_at: int | None) -> Any:
    """Articles enough for several pieces, which break off at one of them."""

    def scan(_: object, **__: object) -> Iterator[Article]:
        for number in range(300):
            if number == fails_at:
                raise DamagedArchive("A file is damaged.")
            yield article(str(number), "x" * 1000, title="t" * 1000)

    return scan


@contextmanager
def fetched(port: int, path: str, method: str = "GET", encoding: str = "identity") -> Iterator[http.client.HTTPResponse]:
    """What a server answers, on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, headers={"Accept-Encoding": encoding})
        with connection.getresponse() as response:
            yield response


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("form", FORMS)
def test_an_error_on_the_way_breaks_the_transfer_and_is_in_the_log(
    desk_archive: Archive, form: str, encoding: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(desk_archive, "scan", many(fails_at=200))
    with served(desk_archive) as port:
        with fetched(port, f"/api/export.{form}", encoding=encoding) as response:
            assert (response.status, response.headers["Transfer-Encoding"]) == (200, "chunked")
            assert response.headers.get("Content-Encoding", "identity") == encoding
            with pytest.raises(http.client.IncompleteRead) as broken:
                response.read()
        assert len(broken.value.partial) > 0
        with fetched(port, "/healthz") as response:
            assert response.status == 200
    (line,) = [record for record in caplog.records if record.name == "web.exports"]
    assert line.levelno == logging.ERROR
    assert f"/api/export.{form} broke off after" in line.message
    assert "A file is damaged." in line.message


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_transfer_ends_as_one(desk_archive: Archive, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_archive, "scan", many(fails_at=None))
    with served(desk_archive) as port:
        with fetched(port, f"/api/export.{form}") as response:
            data = response.read()
        assert len(rows(data) if form == "csv" else articles(data)) == 300
        with fetched(port, f"/api/export.{form}", "HEAD") as response:
            assert (response.status, response.read()) == (200, b"")
            assert response.headers["Content-Disposition"] == f'attachment; filename="dateline.{form}"'
