"""Who has the token? A program says it in the Authorization header, a reader once at /login, and from then on by a cookie.

The cookie holds no token but a day until which it counts, signed with HMAC-SHA256 under the token: nothing is kept on the server, and every server
with the same token accepts it. A token never stands in an address, which browsers, proxies and logs remember.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from flask import Blueprint, Flask, Response, render_template, request
from werkzeug.exceptions import Forbidden, HTTPException, RequestEntityTooLarge, UnsupportedMediaType

from search.errors import UsageError
from web import strings
from web.failures import answer
from web.safety import OPEN_PATHS, host_name

log = logging.getLogger(__name__)

MIN_TOKEN, MAX_TOKEN = 16, 256
"""Characters. Fewer are refused on loopback too: from one signed cookie, a short token can be found by trying all of them, without asking us once."""

LIFETIME = 30 * 24 * 3600
"""Seconds for which a cookie counts."""

MAX_NEXT = 4_096
"""Characters of an address to go on to. Most searches take a tenth of it; behind a longer one, one goes on at the first page."""

MAX_FORM = 16_384
"""Bytes of what /login is sent: a token and an address, of which each character may take three."""

TOKEN_NEEDED = "DATELINE_TOKEN_NEEDED"  # noqa: S105 - the name of a setting
"""The app's setting that says whether it asks for a token."""

_FORM = "application/x-www-form-urlencoded"
_REALM = 'realm="Dateline"'
_IN_PATH = "!$&'()*+,;=:@"
_IN_QUERY = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"#<>\\')


class NoToken(HTTPException):
    """The request came without the token, or with another."""

    code = 401


@dataclass(frozen=True, slots=True)
class Lock:
    """A token and what opens with it. `now` gives the seconds since 1970."""

    token: str = field(repr=False)
    now: Callable[[], float] = time.time

    def opens_with(self, given: str) -> bool:
        """Whether this is the token, found out in the same time whichever characters are wrong."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    @property
    def cookie_name(self) -> str:
        """Differs with the token: cookies do not know ports, and two archives on one machine must not log each other's readers out."""
        return f"dateline_{self._signed('name of the cookie')[:8]}"

    def cookie(self) -> str:
        """A cookie that counts from now on: "UNTIL.SIGNATURE"."""
        until = str(int(self.now()) + LIFETIME)
        return f"{until}.{self._signed(f'reads until {until}')}"

    def accepts(self, cookie: str) -> bool:
        """Whether the cookie was signed under this token and still counts."""
        until, _, signature = cookie.partition(".")
        if not re.fullmatch(r"[0-9]{1,12}", until):
            return False
        ours = hmac.compare_digest(signature.encode("utf-8", "replace"), self._signed(f"reads until {until}").encode())
        return ours and self.now() < int(until)

    def _signed(self, text: str) -> str:
        return hmac.new(self.token.encode(), f"dateline: {text}".encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    """A token that nobody guesses: 256 bits. It begins like a word, so that it can stand behind an option."""
    while not (token := secrets.token_urlsafe(32))[0].isalnum():
        pass
    return token


def check_token(token: str) -> None:
    """Raises UsageError where a token is easily guessed or cannot be sent in a header. The message does not repeat it."""
    if not MIN_TOKEN <= len(token) <= MAX_TOKEN:
        raise UsageError(
            f"A token has {MIN_TOKEN} to {MAX_TOKEN} characters; this one has {len(token)}. --token alone makes one that nobody guesses."
        )
    if not re.fullmatch(r"[!-~]+", token):
        raise UsageError("A token has no spaces and none but ASCII letters, digits and signs. --token alone makes one.")


def install(app: Flask, token: str) -> None:
    """Have everything but the probes, the page's own files and /login ask for the token. Raises UsageError for one that `check_token` refuses."""
    check_token(token)
    lock = Lock(token)
    app.config[TOKEN_NEEDED] = True
    app.register_error_handler(NoToken, _refused)
    app.register_blueprint(_login(lock))

    @app.before_request
    def check() -> None:
        if not _open() and not _may_read(lock):
            raise NoToken

    @app.after_request
    def vary(response: Response) -> Response:
        if not _open() or request.endpoint == "access.login":
            response.vary.update(("Cookie", "Authorization"))
        return response


def local(address: str) -> str:
    """An address of this server as path and parameters; "/" for whatever could lead anywhere else or is longer than any that is meant."""
    path, _, query = address.partition("?")
    inside = unquote(path)
    harmless = (
        len(address) <= MAX_NEXT
        and re.fullmatch(rf"(/[\w.~%{re.escape(_IN_PATH)}-]*)+", path, re.ASCII)
        and not re.search(r"//|\\|[\x00-\x1f\x7f-\x9f]|/\.\.?(/|$)", inside)
        and not set(query) - set(_IN_QUERY)
    )
    return address if harmless else "/"


def _open() -> bool:
    """Whether the address answers everybody: it tells nothing of the archive."""
    return request.path in OPEN_PATHS or request.endpoint in ("static", "access.login")


def _may_read(lock: Lock) -> bool:
    if lock.accepts(request.cookies.get(lock.cookie_name, "")):
        return True
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return lock.opens_with(given.strip())
    # Feed readers know only names and passwords; whatever the name, the password is the token.
    named = request.authorization
    return named is not None and named.type == "basic" and lock.opens_with(named.password or "")


def _login(lock: Lock) -> Blueprint:
    access = Blueprint("access", __name__)

    @access.route("/login", methods=["GET", "POST"])
    def login() -> Response:
        if request.method != "POST":
            return _gone_on("/") if _may_read(lock) else _form("/")
        if _from_elsewhere():
            raise Forbidden(strings.FOREIGN_LOGIN)
        if request.mimetype != _FORM:
            raise UnsupportedMediaType(strings.LOGIN_TYPE)
        if (request.content_length or 0) > MAX_FORM:
            raise RequestEntityTooLarge(strings.LOGIN_TOO_LONG)
        target = local(request.form.get("next", "/"))
        if not lock.opens_with(request.form.get("token", "").strip()):
            log.warning("a wrong token at /login, from %a", request.remote_addr)
            return _form(target, wrong=True)
        going_on = _gone_on(target)
        going_on.set_cookie(
            lock.cookie_name,
            lock.cookie(),
            max_age=LIFETIME,
            path=request.script_root or "/",
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
        return going_on

    return access


def _from_elsewhere() -> bool:
    """Whether a page of another host has sent the form, as far as the browser says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    # Only https and loopback get that header. A proxy may have left out the port, so names are compared.
    origin = request.headers.get("Origin")
    try:
        return origin is not None and host_name(urlsplit(origin).netloc) != host_name(request.headers["Host"])
    except ValueError:
        return True


def _gone_on(target: str) -> Response:
    return Response(status=303, headers={"Location": request.script_root + target}, content_type="text/plain; charset=utf-8")


def _refused(_: NoToken) -> Response:
    if request.path.startswith("/api/"):
        response = answer(401, strings.TOKEN_NEEDED, strings.TOKEN_NEEDED_API)
        response.headers["WWW-Authenticate"] = f"Bearer {_REALM}"
    else:
        query = quote(request.query_string, safe=_IN_QUERY)
        response = _form(local(quote(request.path, safe=f"/{_IN_PATH}") + (f"?{query}" if query else "")))
    if request.path.startswith("/api/") or request.path == "/feed.atom":
        # Pages do not offer this: browsers would show a box of their own.
        response.headers.add("WWW-Authenticate", f'Basic {_REALM}, charset="UTF-8"')
    return response


def _form(target: str, *, wrong: bool = False) -> Response:
    """The page that asks for the token and then leads to `target`; `wrong` where another one was given."""
    sentence = strings.WRONG_TOKEN if wrong else strings.TOKEN_NEEDED_TEXT
    page = render_template("login.html", title=strings.TOKEN_NEEDED, sentence=sentence, wrong=wrong, next=target, longest=MAX_TOKEN)
    response = Response(page, 401, content_type="text/html; charset=utf-8")
    response.headers["WWW-Authenticate"] = f"Bearer {_REALM}"
    # Under "no-referrer" a browser says that its form comes from nowhere ("Origin: null"), as a form of another site may.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
