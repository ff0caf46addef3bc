"""Strangers stay out: headers, host names, methods, lengths. That text stays text is tested in test_payloads.py."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from search.archive import Archive
from tests.web.conftest import client_of
from tests.web.harmless import ORIGINAL, harmless
from web.safety import HEADERS, MAX_ADDRESS

PAGES = ["/", "/?q=zebra", f"/article/{'1':0>16}", "/article/0", "/nowhere"]
OTHERS = ["/api/search", "/api/search?x=1", "/api/status", "/healthz", "/readyz", "/static/dateline.css"]


@pytest.mark.parametrize("address", [*PAGES, *OTHERS])
def test_every_answer_carries_the_headers(desk_client: FlaskClient, address: str) -> None:
    headers = desk_client.get(address, buffered=True).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_the_headers_forbid_guessing_types_telling_addresses_and_other_windows() -> None:
    assert (HEADERS["X-Content-Type-Options"], HEADERS["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert HEADERS["Cross-Origin-Opener-Policy"] == HEADERS["Cross-Origin-Resource-Policy"] == "same-origin"
    assert HEADERS["X-Frame-Options"] == "DENY"


def test_the_headers_forbid_what_a_device_could_tell() -> None:
    features = HEADERS["Permissions-Policy"].split(", ")
    assert {"camera=()", "microphone=()", "geolocation=()", "usb=()", "display-capture=()"} <= set(features)
    assert [feature for feature in features if not re.fullmatch(r"[a-z-]+=\(\)", feature)] == []


def test_the_policy_allows_our_own_files_and_nothing_else() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    directives = dict(directive.split() for directive in policy.split("; "))
    assert {name for name, value in directives.items() if value == "'self'"} == {"style-src", "script-src", "img-src", "connect-src", "form-action"}
    assert {name for name, value in directives.items() if value == "'none'"} == {"default-src", "base-uri", "frame-ancestors", "trusted-types"}
    assert directives["require-trusted-types-for"] == "'script'"
    assert len(directives) == 10


OURS = ["127.0.0.1", "127.0.0.1:8765", "localhost:1", "LOCALHOST", "[::1]", "[::1]:8765", "news.example", "News.example:80"]
THEIRS = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8765", "evil.example:127.0.0.1", "", "::1", "127.0.0.1@evil.example"]


@pytest.mark.parametrize("host", OURS)
def test_loopback_and_allowed_names_are_served(desk_archive: Archive, host: str) -> None:
    client = client_of(desk_archive, allow_hosts=["news.example"])
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", THEIRS)
@pytest.mark.parametrize("address", ["/", "/api/search", "/static/dateline.css", "/nowhere"])
def test_other_names_are_refused_with_a_sentence(desk_client: FlaskClient, host: str, address: str) -> None:
    response = desk_client.get(address, headers={"Host": host})
    assert response.status_code == 400
    assert "--allow-host" in response.text
    assert "Harbour" not in response.text


ABSOLUTE = [("http://evil.example/", 400), ("HTTP://127.0.0.1@evil.example/", 400), ("file:///etc/passwd", 400), ("http://127.0.0.1:8765/?q=x", 200)]


@pytest.mark.parametrize(("target", "status"), ABSOLUTE)
def test_an_address_that_names_its_host_is_held_to_it(desk_client: FlaskClient, target: str, status: int) -> None:
    assert desk_client.get("/", environ_overrides={"REQUEST_URI": target}).status_code == status


FORWARDED = {"X-Forwarded-Host": "news.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.9.9.9", "X-Forwarded-Prefix": "/archive"}


def test_without_a_proxy_nobody_is_believed_who_writes_forwarding_headers(desk_archive: Archive) -> None:
    client = client_of(desk_archive, allow_hosts=["news.example"])
    assert client.get("/", headers={"Host": "evil.example", **FORWARDED, "Forwarded": "host=news.example"}).status_code == 400
    page = client.get("/", headers={"Host": "news.example", **FORWARDED, "X-Forwarded-Host": "evil.example"})
    assert page.status_code == 200
    assert "/archive" not in page.text


def test_behind_a_proxy_the_host_that_it_forwards_is_what_is_checked(desk_archive: Archive) -> None:
    client = client_of(desk_archive, allow_hosts=["news.example"], behind_proxy=True)
    for host, forwarded, status in (
        ("10.0.0.5:8765", "news.example", 200),
        ("10.0.0.5:8765", "news.example:8443", 200),
        ("127.0.0.1", "evil.example", 400),
        ("news.example", "news.example, evil.example", 400),
        ("news.example", "evil.example, news.example", 200),
        ("evil.example", "", 400),
        ("news.example", "", 200),
    ):
        assert client.get("/", headers={"Host": host, "X-Forwarded-Host": forwarded}).status_code == status, (host, forwarded)
    assert client.get("/healthz", headers={"Host": "10.0.0.5"}).status_code == 200


def test_behind_a_proxy_every_link_begins_with_its_prefix(desk_archive: Archive) -> None:
    client = client_of(desk_archive, allow_hosts=["news.example"], behind_proxy=True)
    for address in ("/?q=harbour", f"/article/{'1':0>16}?q=harbour", "/facet/agency", "/nowhere"):
        soup = BeautifulSoup(client.get(address, headers=FORWARDED).text, "html.parser")
        targets = [str(tag[name]) for name in ("href", "src", "action") for tag in soup.select(f"[{name}]")]
        assert len(targets) > 4
        assert [target for target in targets if not target.startswith(("/archive/", "#", ORIGINAL))] == []


@pytest.mark.parametrize("prefix", ["//evil.example", "https://evil.example", "/a//b", "/\\evil.example", "evil", "/a b", "/<b>", "/é", "/?", "/a;b"])
def test_a_prefix_that_could_lead_elsewhere_is_refused(desk_archive: Archive, prefix: str) -> None:
    response = client_of(desk_archive, behind_proxy=True).get("/", headers={"X-Forwarded-Prefix": prefix})
    assert response.status_code == 400
    assert "X-Forwarded-Prefix" in response.text
    harmless(response.text)


def test_a_scheme_that_is_none_of_the_webs_is_refused(desk_archive: Archive) -> None:
    client = client_of(desk_archive, behind_proxy=True)
    statuses = {scheme: client.get("/", headers={"X-Forwarded-Proto": scheme}).status_code for scheme in ("http", "https", "", "javascript", "ftp")}
    assert statuses == {"http": 200, "https": 200, "": 200, "javascript": 400, "ftp": 400}


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_probes_answer_under_any_name_and_say_nothing_of_the_archive(desk_client: FlaskClient, address: str) -> None:
    response = desk_client.get(address, headers={"Host": "10.0.0.1:8765"})
    assert response.status_code == 200
    assert response.get_json() in ({"status": "ok", "detail": None}, {"status": "ready", "detail": None})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("address", ["/", "/api/search", "/static/dateline.css", "/healthz"])
def test_only_reading_is_possible(desk_client: FlaskClient, method: str, address: str) -> None:
    response = desk_client.open(address, method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


def test_head_is_get_without_the_text(desk_client: FlaskClient) -> None:
    response = desk_client.head("/?q=harbour")
    assert (response.status_code, response.data) == (200, b"")


def test_an_address_without_end_is_refused_with_a_sentence(desk_client: FlaskClient) -> None:
    response = desk_client.get("/?q=" + "a" * MAX_ADDRESS)
    assert response.status_code == 414
    assert f"{MAX_ADDRESS:,}" in response.text


@pytest.mark.parametrize("query", ["q=%00%ff%fe", "q=%ED%A0%80", "=&&&=&q", "agency=%F0%9F%93%B0&agency=", "q=" + "(" * 500, "date=9999999&limit=١"])
def test_bytes_of_any_kind_give_a_page(desk_client: FlaskClient, query: str) -> None:
    response = desk_client.get(f"/?{query}")
    assert response.status_code == 200
    harmless(response.text)
