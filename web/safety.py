"""Under which name, how and how long may be asked, and what may a browser do with the answer? Checks before a request; headers after it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, RequestURITooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from web import strings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
OPEN_PATHS = ("/healthz", "/readyz")
"""Answer whatever the Host header says, and without a token: a probe comes by address and has none. That is safe as long as they tell nothing about
the archive, not even why it cannot be read: a page elsewhere that points its own name here, or a stranger, learns that Dateline runs, and no more."""

POST_PATHS = ("/login",)
"""All that may be sent anything; everything else is only read."""

MAX_ADDRESS = 32_768
"""Characters of path and parameters. A query has at most 4,096, which take up to twelve each where they are not ASCII: rarely all of them."""

RETRY_AFTER = 30
"""Seconds after which to ask again for an archive that could not be read: a disk that is mounted again, a run that ends."""

BEHIND_PROXY = "DATELINE_BEHIND_PROXY"
"""The app's setting that says whether the forwarding headers of one proxy are believed."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
            "hid", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock",
            "serial", "usb", "xr-spatial-tracking",
        )
    ),
}  # fmt: skip

_UNSOUND = "dateline.unsound_forwarding"


class WrongHost(HTTPException):
    """The Host header names none of the hosts served here: a page elsewhere may have pointed its own name at this machine."""

    code = 400


def guard(app: Flask, allow_hosts: Iterable[str], *, behind_proxy: bool = False) -> None:
    """Have every request checked and every answer given its headers. `allow_hosts` are further names, without a port.

    `behind_proxy` says that one proxy stands in front: the last value of its X-Forwarded-For, -Proto, -Host and -Prefix counts then, before any
    check. Otherwise these headers say nothing: anybody may write them.
    """
    served = frozenset(name.lower() for name in (*LOOPBACK, *allow_hosts))
    app.config[BEHIND_PROXY] = behind_proxy
    if behind_proxy:
        app.wsgi_app = ProxyFix(_sound(app.wsgi_app), x_for=1, x_proto=1, x_host=1, x_prefix=1)  # type: ignore[method-assign]

    @app.before_request
    def check() -> None:
        if request.path not in OPEN_PATHS and not _names_asked() <= served:
            raise WrongHost
        if _UNSOUND in request.environ:
            raise BadRequest(strings.WRONG_FORWARDING)
        methods = ("GET", "HEAD", "POST") if request.path in POST_PATHS else ("GET", "HEAD")
        if request.method not in methods:
            raise MethodNotAllowed(methods)
        if len(request.environ.get("QUERY_STRING", "")) + len(request.path) > MAX_ADDRESS:
            raise RequestURITooLarge
        try:
            request.query_string.decode()
        except UnicodeDecodeError as error:
            raise BadRequest(strings.NOT_UTF8) from error

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            if name != "Referrer-Policy" or name not in response.headers:  # the one page with a form that is sent says more, to ourselves
                response.headers[name] = value
        if response.status_code == 503:
            response.headers.setdefault("Retry-After", str(RETRY_AFTER))
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response


def _sound(app: WSGIApplication) -> WSGIApplication:
    """Mark requests with a forwarded scheme or prefix that is none, and take it away: the page that says so has links as well."""

    def forwarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        prefix, scheme = environ.get("SCRIPT_NAME", ""), environ["wsgi.url_scheme"]
        if scheme not in ("http", "https") or not re.fullmatch(r"(/[\w.~-]+)*/?", prefix, re.ASCII):
            environ.update({"SCRIPT_NAME": "", "wsgi.url_scheme": "http", _UNSOUND: True})
        return app(environ, start_response)

    return forwarded


def host_name(host: str) -> str:
    """A Host header's name without its port; an IPv6 address keeps its brackets."""
    name, colon, port = host.strip().lower().rpartition(":")
    return name if colon and port.isdigit() else host.strip().lower()


def _names_asked() -> set[str]:
    """The host names of a request: the header's, and that of an address which gives its own (RFC 9112, 3.2.2)."""
    whole = re.match(r"[a-z][a-z0-9+.-]*://([^/?#]*)", request.environ.get("REQUEST_URI", ""), re.IGNORECASE)
    return {host_name(host) for host in (request.headers.get("Host", ""), *([whole[1]] if whole else []))}
