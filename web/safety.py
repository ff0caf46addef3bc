"""Who may ask, and what may a browser do with the answer? Host names, methods and lengths before a request; headers after it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestURITooLarge

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
OPEN_PATHS = ("/healthz", "/readyz")
"""Answer whatever the Host header says: a probe comes by address. They tell nothing about the archive."""

MAX_ADDRESS = 32_768
"""Characters of path and parameters. A query has at most 4,096, which take up to twelve each where they are not ASCII: rarely all of them."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class WrongHost(HTTPException):
    """The Host header names none of the hosts served here: a page elsewhere may have pointed its own name at this machine."""

    code = 400


def guard(app: Flask, allow_hosts: Iterable[str]) -> None:
    """Have every request checked and every answer given its headers. `allow_hosts` are further names, without a port."""
    served = frozenset(name.lower() for name in (*LOOPBACK, *allow_hosts))

    @app.before_request
    def check() -> None:
        if request.path not in OPEN_PATHS and _name(request.headers.get("Host", "")) not in served:
            raise WrongHost
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(["GET", "HEAD"])
        if len(request.environ.get("QUERY_STRING", "")) + len(request.path) > MAX_ADDRESS:
            raise RequestURITooLarge

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response


def _name(host: str) -> str:
    """A Host header's name without its port; an IPv6 address keeps its brackets."""
    name, colon, port = host.strip().lower().rpartition(":")
    return name if colon and port.isdigit() else host.strip().lower()
