"""Who has the token gets in, by header, form or cookie; everybody else learns nothing, and no form leads anywhere but here."""

from __future__ import annotations

import base64
import logging
import re
from dataclasses import replace
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from search.archive import Archive
from search.errors import UsageError
from tests.web.conftest import BASE, client_of
from web import create_app, strings
from web.access import LIFETIME, MAX_FORM, MAX_NEXT, MAX_TOKEN, MIN_TOKEN, Lock, local, new_token

TOKEN = "correct-horse-battery"
ARTICLE = f"/article/{'1':0>16}"


@pytest.fixture
def client(desk_archive: Archive) -> FlaskClient:
    return client_of(desk_archive, token=TOKEN)


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def log_in(client: FlaskClient, token: str = TOKEN, next: str = "/", **options: object) -> TestResponse:
    return client.post("/login", data={"token": token, "next": next}, base_url=BASE, **options)


def cookie_of(response: TestResponse) -> tuple[str, dict[str, str]]:
    """What the answer's only cookie holds, and its attributes, with lower-case names."""
    (header,) = response.headers.getlist("Set-Cookie")
    first, *others = header.split("; ")
    return first.partition("=")[2], {name.lower(): value for name, _, value in (other.partition("=") for other in others)}


# Without the token

CLOSED = ["/", "/?q=harbour", ARTICLE, f"{ARTICLE}/raw", "/facet/agency", "/nowhere", "/feed.atom", "/export.csv", "/opensearch.xml", "/login/x"]


@pytest.mark.parametrize("address", CLOSED)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_without_the_token_every_address_asks_for_it_and_tells_nothing(client: FlaskClient, address: str, method: str) -> None:
    response = client.open(address, method=method)
    assert response.status_code == 401
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["WWW-Authenticate"].startswith(("Bearer ", "Basic ") if address == "/feed.atom" else "Bearer ")
    assert "arbour report" not in response.text
    assert method == "HEAD" or strings.TOKEN_NEEDED in response.text


def test_addresses_that_exist_and_those_that_do_not_are_refused_alike(client: FlaskClient) -> None:
    known, unknown = (client.get(f"/article/{id:0>16}") for id in ("1", "f"))
    assert known.text.replace("0001", "000f") == unknown.text
    assert (known.status_code, unknown.status_code) == (401, 401)
    names = ("Date", "Content-Length")
    assert [h for h in known.headers if h[0] not in names] == [h for h in unknown.headers if h[0] not in names]


@pytest.mark.parametrize("address", ["/api/search", "/api/status", f"/api{ARTICLE}", "/api/nothing"])
def test_the_api_refuses_with_problem_details_and_says_how_to_send_a_token(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.content_type) == (401, "application/problem+json")
    assert response.get_json(force=True)["detail"] == strings.TOKEN_NEEDED_API
    assert response.headers.getlist("WWW-Authenticate") == ['Bearer realm="Dateline"', 'Basic realm="Dateline", charset="UTF-8"']


def test_only_programs_are_offered_a_name_and_a_password(client: FlaskClient) -> None:
    offered = {
        address: " ".join(client.get(address).headers.getlist("WWW-Authenticate")) for address in ("/", "/nowhere", "/feed.atom", "/api/search")
    }
    assert {address for address, ways in offered.items() if "Basic" in ways} == {"/feed.atom", "/api/search"}
    assert all("Bearer" in ways for ways in offered.values())


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/static/dateline.css"])
def test_probes_and_the_pages_own_files_need_no_token(client: FlaskClient, address: str) -> None:
    response = client.get(address, buffered=True)
    assert response.status_code == 200
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("address", ["/", "/api/search", "/login", "/nowhere"])
def test_answers_vary_with_what_opens_them(client: FlaskClient, desk_client: FlaskClient, address: str) -> None:
    for headers in ({}, {"Authorization": f"Bearer {TOKEN}"}):
        assert {"Cookie", "Authorization"} <= set(client.get(address, headers=headers).vary)
    assert "Cookie" not in desk_client.get(address).vary


def test_other_names_and_methods_are_refused_before_anybody_is_asked_for_a_token(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.post("/", data={"token": TOKEN}).status_code == 405
    assert client.put("/login").status_code == 405


def test_without_a_token_to_ask_for_there_is_nothing_to_log_in_to(desk_client: FlaskClient) -> None:
    assert desk_client.get("/login").status_code == 404
    assert log_in(desk_client).status_code == 404


# By header

GOOD = [f"Bearer {TOKEN}", f"bearer   {TOKEN} ", basic("reader", TOKEN), basic("", TOKEN), basic("ünï", TOKEN)]
BAD = [
    "",
    "Bearer",
    "Bearer ",
    f"Bearer {TOKEN[:-1]}",
    f"Bearer {TOKEN}x",
    f"Bearer {TOKEN.upper()}",
    f"Token {TOKEN}",
    TOKEN,
    f"Bearer \xe9{TOKEN}",
    "Basic",
    "Basic !!!",
    "Basic " + base64.b64encode(TOKEN.encode()).decode(),
    "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
    basic(TOKEN, ""),
    basic("reader", TOKEN + ":"),
    f'Digest username="x", response="{TOKEN}"',
]


@pytest.mark.parametrize("authorization", GOOD)
@pytest.mark.parametrize("address", ["/", "/api/search", ARTICLE])
def test_a_program_with_the_token_reads_everything(client: FlaskClient, authorization: str, address: str) -> None:
    response = client.get(address, headers={"Authorization": authorization})
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("authorization", BAD)
def test_a_program_with_anything_else_reads_nothing(client: FlaskClient, authorization: str) -> None:
    assert client.get("/api/search", headers={"Authorization": authorization}).status_code == 401
    assert client.get("/", headers={"Authorization": authorization}).status_code == 401


@pytest.mark.parametrize("address", ["/?token={}", "/api/search?token={}", "/login?token={}&next=/", "/?access_token={}"])
def test_a_token_in_an_address_opens_nothing(client: FlaskClient, address: str) -> None:
    response = client.get(address.format(TOKEN))
    assert response.status_code == 401
    assert "Set-Cookie" not in response.headers


# By the form


def test_the_page_has_one_labelled_field_and_no_search_box(client: FlaskClient) -> None:
    soup = BeautifulSoup(client.get("/?q=harbour").text, "html.parser")
    (form,) = soup.select("main form")
    assert (form["method"], form["action"]) == ("post", "/login")
    fields = form.select("input:not([hidden], [type=hidden])")
    assert [(field["type"], field["autocomplete"], field["name"]) for field in fields] == [("password", "current-password", "token")]
    assert soup.select_one(f"label[for={fields[0]['id']}]").get_text() == strings.TOKEN  # type: ignore[union-attr]
    assert not soup.select("[role=search], input[type=search]")
    assert soup.select_one("link[rel=stylesheet]")


ADDRESSES = [
    "/",
    "/?q=harbour",
    f"{ARTICLE}?q=%22two+words%22&agency=SANA",
    "/facet/agency?find=%C3%A9",
    "/?q=a%26b%3Dc%23d&x=%22%3E%3Ci%3E",
    "/nowhere",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_from_the_form_one_goes_on_to_where_one_wanted_to_go(client: FlaskClient, address: str) -> None:
    soup = BeautifulSoup(client.get(address).text, "html.parser")
    hidden = soup.select_one("input[name=next]")["value"]  # type: ignore[index]
    response = log_in(client, next=str(hidden))
    assert (response.status_code, response.headers["Location"]) == (303, address)
    assert client.get(address, base_url=BASE).status_code == (404 if address == "/nowhere" else 200)


def test_a_wrong_token_shows_the_form_again_with_a_sentence_and_keeps_the_way(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    response = log_in(client, "not-the-right-one!", f"{ARTICLE}?q=harbour")
    assert response.status_code == 401
    assert "Set-Cookie" not in response.headers
    soup = BeautifulSoup(response.text, "html.parser")
    assert soup.select_one("[role=alert]").get_text() == strings.WRONG_TOKEN  # type: ignore[union-attr]
    assert soup.select_one("input[name=next]")["value"] == f"{ARTICLE}?q=harbour"  # type: ignore[index]
    assert "not-the-right-one!" not in response.text
    assert [(record.levelno, "127.0.0.1" in record.getMessage()) for record in caplog.records] == [(logging.WARNING, True)]
    assert "not-the-right-one!" not in caplog.text


def test_spaces_that_were_copied_along_do_not_matter(client: FlaskClient) -> None:
    assert log_in(client, f" {TOKEN}\r\n").status_code == 303


def test_who_is_in_is_not_asked_again(client: FlaskClient) -> None:
    assert client.get("/login", base_url=BASE).status_code == 401
    log_in(client)
    response = client.get("/login", base_url=BASE)
    assert (response.status_code, response.headers["Location"]) == (303, "/")


HOSTILE = [
    "//evil.example", "///evil.example", "////evil.example/x", "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example",
    "//evil.example/%2f..", "https://evil.example", "http:evil.example", "https:/evil.example", "HTTPS:\\\\evil.example", "javascript:alert(1)",
    "data:text/html,x", "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example", "\x00//evil.example",
    "/\r\nSet-Cookie: a=b", "/?q=a\r\nSet-Cookie: a=b", "/%09/evil.example", "/%0d%0aSet-Cookie:a=b", "/%5cevil.example", "/%2fevil.example",
    "/%2f%2fevil.example", "/%2F/evil.example", "/.//evil.example", "/..//evil.example", "/../evil", "/./x", "/a/../../x", "/%2e%2e/x",
    "/%2e%2e//evil.example", "/.%2e/x", "evil.example", "@evil.example", ".evil.example", ":80", "?q=x", "#x", "", "/é", "/\u2028",
    "/\uff0f\uff0fevil.example", "/x#//evil.example", "/?q=<script>", '/?q="', "/?q=é", "/?q= x", "/?q=\\\\evil", "/a//b", "/" + "a" * MAX_NEXT,
    "/?" + "a" * MAX_NEXT,
]  # fmt: skip


@pytest.mark.parametrize("next", HOSTILE)
def test_the_way_on_never_leaves_the_host(client: FlaskClient, next: str) -> None:
    assert local(next) == "/"
    response = log_in(client, next=next)
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert len(response.headers.getlist("Set-Cookie")) == 1
    wrong = BeautifulSoup(log_in(client, "x" * 20, next).text, "html.parser")
    assert wrong.select_one("input[name=next]")["value"] == "/"  # type: ignore[index]


def test_whatever_characters_the_way_on_has_a_browser_stays_here() -> None:
    odd = [chr(code) for code in range(0x80)] + ["\x85", "\xa0", "é", "%2f", "%5c", "%2e", "\u2215", "\uff0f", "\uff3c", "\u3002", "\ud800"]
    ways = [
        f"{before}{a}{b}{after}"
        for a in odd
        for b in odd
        for before, after in (("", "evil.example"), ("/", "/evil.example"), ("/?", "//evil.example"))
    ]
    left = [way for way in ways if urlsplit(urljoin("http://here.example/login", local(way).replace("\\", "/"))).netloc != "here.example"]
    assert len(ways) > 50_000
    assert left == []
    assert sum(local(way) == way for way in ways) > 1_000


LOCAL = [
    "/",
    "/x/",
    "/?",
    "/?q=a+b%20c&d=[1|2]{}^`'",
    "/facet/agency?find=x",
    "/?q=//evil.example",
    "/?next=https://evil.example",
    "/a:b@c;d,e=f~g(h)*!'$&",
]


@pytest.mark.parametrize("next", LOCAL)
def test_every_usual_address_is_kept_as_it_is(next: str) -> None:
    assert local(next) == next
    assert urlsplit(urljoin("http://here.example/login", next)).netloc == "here.example"


@pytest.mark.parametrize("address", ["//evil.example/%2e%2e", "///evil.example", "/%5cevil.example", "//evil.example?q=x", "//facet//agency"])
def test_no_address_redirects_to_another_host(client: FlaskClient, address: str) -> None:
    for headers in ({}, {"Authorization": f"Bearer {TOKEN}"}):
        response = client.open(environ_overrides={"PATH_INFO": address.partition("?")[0], "HTTP_HOST": "127.0.0.1"}, headers=headers)
        target = response.headers.get("Location", "/")
        assert urlsplit(urljoin(BASE, target)).netloc == "127.0.0.1"
        for field in BeautifulSoup(response.text, "html.parser").select("input[name=next]"):
            assert urlsplit(urljoin(BASE, str(field["value"]))).netloc == "127.0.0.1"


# What may be sent

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "", "application/xml"])
def test_only_a_form_is_read(client: FlaskClient, kind: str) -> None:
    response = client.post("/login", data=f"token={TOKEN}", content_type=kind)
    assert response.status_code == 415
    assert "Set-Cookie" not in response.headers


def test_a_form_without_end_is_refused(client: FlaskClient) -> None:
    fits = urlencode({"token": TOKEN, "next": "/", "x": ""})
    for length, status in ((MAX_FORM, 303), (MAX_FORM + 1, 413)):
        response = client.post("/login", data=fits.ljust(length, "x"), content_type=FORM)
        assert response.status_code == status
    assert strings.LOGIN_TOO_LONG in response.text


def test_the_longest_way_on_fits_into_the_form(client: FlaskClient) -> None:
    longest = ("/?" + "%C3%A9" * MAX_NEXT)[:MAX_NEXT]
    assert len(urlencode({"token": "%" * MAX_TOKEN, "next": longest})) < MAX_FORM
    assert log_in(client, next=longest).headers["Location"] == longest


@pytest.mark.parametrize("body", ["", "token", "token=", "next=/", "token=%ff%fe", "token=%00", "&&==", "token=" + "a" * 9000, "token[]=x", "%"])
def test_odd_forms_are_wrong_tokens(client: FlaskClient, body: str) -> None:
    response = client.post("/login", data=body, content_type=FORM)
    assert response.status_code == 401
    assert "Set-Cookie" not in response.headers


OURS: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": BASE},
    {"Origin": f"{BASE}:8765"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
]
THEIRS: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": BASE},
    {"Sec-Fetch-Site": "odd"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Origin": "http://[broken"},
]


@pytest.mark.parametrize("headers", OURS)
def test_our_own_form_is_read(client: FlaskClient, headers: dict[str, str]) -> None:
    assert log_in(client, headers=headers).status_code == 303


@pytest.mark.parametrize("headers", THEIRS)
def test_a_form_of_another_site_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    response = log_in(client, headers=headers)
    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers
    assert strings.FOREIGN_LOGIN in response.text


def test_browsers_may_tell_the_form_where_it_comes_from_and_nothing_else(client: FlaskClient) -> None:
    assert client.get("/", base_url=BASE).headers["Referrer-Policy"] == "same-origin"
    log_in(client)
    assert client.get("/", base_url=BASE).headers["Referrer-Policy"] == "no-referrer"


# The cookie


def test_the_cookie_is_for_this_server_only_and_holds_no_token(client: FlaskClient) -> None:
    held, attributes = cookie_of(log_in(client))
    assert re.fullmatch(r"[0-9]{10}\.[0-9a-f]{64}", held)
    assert TOKEN not in held
    assert set(attributes) == {"expires", "max-age", "httponly", "path", "samesite"}
    assert (attributes["path"], attributes["samesite"], attributes["max-age"]) == ("/", "Lax", str(LIFETIME))


def test_the_cookie_stays_on_https_where_one_came_by_https(client: FlaskClient) -> None:
    response = client.post("/login", data={"token": TOKEN}, base_url="https://127.0.0.1")
    assert "secure" in cookie_of(response)[1]


def test_behind_a_proxy_the_cookie_and_the_way_on_stay_below_its_prefix(desk_archive: Archive) -> None:
    client = client_of(desk_archive, token=TOKEN, behind_proxy=True, allow_hosts=["news.example"])
    forwarded = {"X-Forwarded-Host": "news.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/archive"}
    soup = BeautifulSoup(client.get("/?q=harbour", headers=forwarded).text, "html.parser")
    assert soup.select_one("main form")["action"] == "/archive/login"  # type: ignore[index]
    assert soup.select_one("input[name=next]")["value"] == "/?q=harbour"  # type: ignore[index]
    response = log_in(client, next="/?q=harbour", headers={**forwarded, "Origin": "https://news.example"})
    assert response.headers["Location"] == "/archive/?q=harbour"
    _, attributes = cookie_of(response)
    assert attributes["path"] == "/archive"
    assert "secure" in attributes
    assert log_in(client, headers={**forwarded, "Origin": "https://127.0.0.1"}).status_code == 403


def test_any_server_with_the_same_token_accepts_the_cookie(client: FlaskClient, desk_archive: Archive) -> None:
    held, _ = cookie_of(log_in(client))
    name = Lock(TOKEN).cookie_name
    for token, status in ((TOKEN, 200), (TOKEN + "!", 401)):
        other = client_of(desk_archive, token=token)
        other.set_cookie(name, held, domain="127.0.0.1")
        other.set_cookie(Lock(token).cookie_name, held, domain="127.0.0.1")
        assert other.get("/", base_url=BASE).status_code == status


def test_servers_with_different_tokens_leave_each_others_cookies_alone() -> None:
    assert Lock(TOKEN).cookie_name != Lock(TOKEN + "!").cookie_name


def test_a_cookie_counts_until_its_day_and_no_longer() -> None:
    lock = Lock(TOKEN, now=lambda: 1_000_000_000.5)
    cookie = lock.cookie()
    assert cookie.startswith(f"{1_000_000_000 + LIFETIME}.")
    for later, counts in ((0, True), (LIFETIME - 1, True), (LIFETIME, False), (10 * LIFETIME, False)):
        assert replace(lock, now=lambda later=later: 1_000_000_000.0 + later).accepts(cookie) is counts  # type: ignore[misc]


def test_a_cookie_that_was_not_signed_here_opens_nothing() -> None:
    lock = Lock(TOKEN)
    cookie = lock.cookie()
    until, _, signature = cookie.partition(".")
    forged = [
        "",
        ".",
        "x",
        until,
        f"{until}.",
        f".{signature}",
        f"{int(until) + 1}.{signature}",
        f"0{cookie}",
        f"-{cookie}",
        f" {cookie}",
        f"{cookie}0",
    ]
    forged += [
        cookie.upper(),
        f"{until}.{'0' * 64}",
        f"{until}..{signature}",
        f"{until}.{signature[::-1]}",
        f"{until}.é",
        f"{'9' * 5000}.{signature}",
    ]
    forged += [f"\u0661{until[1:]}.{signature}", f"{until}.\ud800", Lock(TOKEN + "!").cookie(), TOKEN]
    assert lock.accepts(cookie)
    assert [one for one in forged if lock.accepts(one)] == []


def test_a_forged_cookie_is_asked_for_the_token(client: FlaskClient) -> None:
    client.set_cookie(Lock(TOKEN).cookie_name, f"9999999999.{'0' * 64}", domain="127.0.0.1")
    assert client.get("/", base_url=BASE).status_code == 401


def test_tokens_and_signatures_are_compared_in_constant_time(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return False

    monkeypatch.setattr("web.access.hmac.compare_digest", compare)
    client.set_cookie(Lock(TOKEN).cookie_name, Lock(TOKEN).cookie(), domain="127.0.0.1")
    assert client.get("/", base_url=BASE, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401
    assert client.get("/", headers={"Authorization": basic("x", TOKEN)}).status_code == 401
    assert log_in(client).status_code == 401
    assert [len(a) for a, _ in compared][:2] == [64, len(TOKEN)]
    assert len(compared) >= 4
    assert all(isinstance(value, bytes) for pair in compared for value in pair)


# The token itself


@pytest.mark.parametrize(
    "token",
    [
        "",
        "short",
        "x" * (MIN_TOKEN - 1),
        "x" * (MAX_TOKEN + 1),
        "with some spaces in it",
        "tab\tand newline\nin it",
        "ünicode-is-no-header",
        "x" * 20 + "\x7f",
    ],
)
def test_a_token_that_is_guessed_or_cannot_be_sent_is_refused_with_a_sentence_that_does_not_repeat_it(desk_archive: Archive, token: str) -> None:
    with pytest.raises(UsageError, match="--token alone makes one") as raised:
        create_app(desk_archive, token=token)
    assert not token or token not in str(raised.value)


@pytest.mark.parametrize("token", ["x" * MIN_TOKEN, "x" * MAX_TOKEN, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"])
def test_tokens_of_any_signs_work_everywhere(desk_archive: Archive, token: str) -> None:
    client = client_of(desk_archive, token=token)
    assert client.get("/", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    assert client.get("/", headers={"Authorization": basic("x", token)}).status_code == 200
    assert log_in(client, token).status_code == 303
    assert client.get("/", base_url=BASE).status_code == 200


def test_a_made_token_is_long_different_each_time_and_no_option(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({new_token() for _ in range(50)}) == 50
    made = iter(["-dash" * 9, "_line" * 9, "fine" * 11])
    monkeypatch.setattr("web.access.secrets.token_urlsafe", lambda size: next(made) if size >= 32 else pytest.fail("too short"))
    assert new_token() == "fine" * 11


def test_a_token_is_not_shown_by_accident() -> None:
    assert TOKEN not in repr(Lock(TOKEN))
