"""What a reader sees when something is broken: a sentence and the right status, never a traceback."""

from __future__ import annotations

import logging
import re
import shutil
from pathlib import Path

import pytest

from search.archive import Archive
from search.errors import DamagedArchive, EngineError
from tests.make import article
from tests.web.conftest import Page, archive_of, client_of
from web import strings


def test_an_archive_that_has_gone_is_a_page_with_status_503_and_a_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    archive = archive_of(tmp_path / "a", [article("1", "harbour")])
    client = client_of(archive)
    assert Page(client, "/").one("h1") == "1 article"
    archive.close()
    shutil.rmtree(tmp_path / "a")
    page = Page(client, "/?q=harbour", 503)
    assert page.one("h1") == strings.NO_ARCHIVE
    assert "There is no archive in" in page.one("main")
    assert [(record.levelno, record.getMessage().partition(": ")[0]) for record in caplog.records] == [(logging.ERROR, "GET '/'")]
    assert str(tmp_path / "a") in caplog.records[0].getMessage()
    problem = client.get("/api/search")
    assert (problem.status_code, problem.content_type) == (503, "application/problem+json")
    assert client.get("/readyz").status_code == 503
    assert "archive" not in client.get("/readyz").text
    assert client.get("/readyz").get_json() == {"status": "not ready", "detail": strings.NOT_READY}
    assert "There is no archive in" in caplog.records[-1].getMessage(), "the reason is for the log"
    assert (client.get("/healthz").status_code, client.get("/healthz").get_json()) == (200, {"status": "ok", "detail": None})
    waits = [client.get(address).headers.get("Retry-After", "") for address in ("/", "/api/search", "/readyz", "/healthz", "/nowhere")]
    assert [bool(re.fullmatch(r"[1-9][0-9]*", wait)) for wait in waits] == [True, True, True, False, False]


def test_an_address_cannot_write_lines_of_its_own_into_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with archive_of(tmp_path / "a", [article("1", "harbour")]) as archive:
        client = client_of(archive)
        shutil.rmtree(tmp_path / "a")
        assert client.get("/article/x%0a2022 ERROR all is lost%1b[31m").status_code == 503
    (line,) = [record.getMessage() for record in caplog.records]
    assert r"'/article/x\n2022 ERROR all is lost\x1b[31m'" in line
    assert "\n" not in line
    assert "\x1b" not in line


def test_an_archive_that_was_away_is_shown_again_when_it_is_back(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "a", tmp_path / "b"
    with archive_of(folder, [article("1", "harbour")]) as archive:
        client = client_of(archive)
        assert Page(client, "/").one("h1") == "1 article"
        folder.rename(elsewhere)
        for address in ("/", "/?q=harbour", f"/article/{'1':0>16}", "/facet/agency"):
            assert Page(client, address, 503).one("h1") == strings.NO_ARCHIVE
        elsewhere.rename(folder)
        assert Page(client, "/?q=harbour").one("h1") == "1 article found"
        shutil.copytree(folder, elsewhere)
        shutil.rmtree(folder)
        assert Page(client, "/", 503)
        elsewhere.rename(folder)
        assert Page(client, "/?q=harbour").one("h1") == "1 article found"
        assert Page(client, f"/article/{'1':0>16}").one("article h1")
        shutil.rmtree(folder)
        assert Page(client, "/", 503)
        archive_of(folder, [article("2", "pilots"), article("3", "pilots")]).close()
        assert Page(client, "/?q=pilots").one("h1") == "2 articles found"
        assert (client.get("/readyz").status_code, client.get("/readyz").get_json()) == (200, {"status": "ready", "detail": None})


@pytest.mark.parametrize("error", [DamagedArchive("A file is damaged."), EngineError("The engine failed.")])
def test_a_damaged_archive_is_a_page_with_its_sentence(desk_archive: Archive, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(desk_archive, "run", fail)
    assert str(error) in Page(client_of(desk_archive), "/", 503).one("main")


def test_what_nobody_expected_is_a_page_without_details_and_a_traceback_in_the_log(
    desk_archive: Archive, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(desk_archive, "run", fail)
    client = client_of(desk_archive)
    page = Page(client, "/", 500)
    assert page.one("h1") == strings.BROKEN
    assert "secret" not in page.html
    assert "Traceback" not in page.html
    assert "a secret detail" in caplog.text
    problem = client.get("/api/search")
    assert (problem.status_code, problem.get_json(force=True)["detail"]) == (500, strings.BROKEN_TEXT)


def test_an_unknown_article_is_a_page_that_offers_a_search(desk_archive: Archive) -> None:
    page = Page(client_of(desk_archive), "/article/ffffffffffffffff", 404)
    assert page.one("h1") == strings.NO_ARTICLE
    assert page.link("main a", strings.SEARCH_INSTEAD) == "/"
    assert page.soup.select_one("input#q")["value"] == ""  # type: ignore[index]


def test_an_archive_that_changes_is_shown_as_it_is_now(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.txt").write_text("A harbour reopened on Monday after two years of work by many hands.\n", "utf-8")
    with Archive.create(tmp_path / "archive") as shown, Archive.open(tmp_path / "archive") as written:
        client = client_of(shown)
        written.index([raw])
        assert Page(client, "/").one("h1") == "1 article"
        (raw / "b.txt").write_text("Another harbour closed on Tuesday, to the regret of all its pilots.\n", "utf-8")
        written.index([raw])
        assert Page(client, "/").one("h1") == "All 2 articles"


def test_a_probe_of_the_server_asks_no_archive(desk_archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(desk_archive, token="correct-horse-battery")

    def fail(*_: object, **__: object) -> None:
        raise EngineError("The cluster at https://news.example:9200 does not answer.")

    for name in ("run", "generation", "status", "_current"):
        monkeypatch.setattr(desk_archive, name, fail)
    assert client.get("/healthz", headers={"Host": "10.0.0.5"}).status_code == 200
    refused = client.get("/readyz", headers={"Host": "10.0.0.5"})
    assert (refused.status_code, refused.content_type) == (503, "application/json")
    assert "news.example" not in refused.text
