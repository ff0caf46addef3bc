"""The web page and the JSON API of an archive: `create_app(archive)` makes them, `web.server.serve(app)` serves them.

The web sees the archive and the records of `search`, never an engine. Everything is read with GET and HEAD, the token alone is posted; no state is
kept but the address and the token's cookie, and nobody else is asked for anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, url_for

from web import access, api, compression, failures, follow, pages, people, safety, streams, strings

if TYPE_CHECKING:
    from search.archive import Archive

__all__ = ["create_app"]


def create_app(archive: Archive, *, allow_hosts: Iterable[str] = (), token: str | None = None, behind_proxy: bool = False) -> Flask:
    """The application that shows `archive`. It answers to loopback names and to `allow_hosts` (names or addresses without a port).

    With a `token` (16 to 256 characters of ASCII) whoever asks must know it. `behind_proxy` believes the forwarding headers of one proxy in front.
    Raises UsageError for a token that is too short or cannot be sent.
    """
    app = Flask(__name__, static_url_path="/static")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000  # an address with the content's hash in it never goes stale
    app.url_map.merge_slashes = False  # "/api//search" is no address of ours, and is said to be none as every other is
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(s=strings, static=_static, amount=int)  # what makes a number a lower bound where one is: panels.marked
    compression.install(app)
    safety.guard(app, allow_hosts, behind_proxy=behind_proxy)
    failures.install(app)
    if token is not None:
        access.install(app, token)
    streams.install(app)
    app.register_blueprint(pages.blueprint(archive))
    app.register_blueprint(people.blueprint(archive))
    app.register_blueprint(follow.blueprint(archive))
    app.register_blueprint(api.blueprint(archive))
    return app


def _static(name: str) -> str:
    """The address of a file of `static/`, which changes with its content."""
    return url_for("static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    return hashlib.sha256((Path(__file__).parent / "static" / name).read_bytes()).hexdigest()[:12]
