"""How is the page served? By waitress, on loopback unless told otherwise, with bounds on threads, connections and what a request may bring."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import select
import socket
from collections.abc import Callable

from flask import Flask

from search.errors import UsageError
from web.access import MAX_FORM, TOKEN_NEEDED
from web.safety import BEHIND_PROXY

THREADS = 8
"""Searches that run at once; more wait in a queue."""

CONNECTIONS = 500
"""Open at once. One with half a request costs no thread, only a place here. A process may usually have 1,024 files, those of the index among them."""

PATIENCE = 30
"""Seconds for which a connection may say nothing, between requests or within one, before it is closed."""

MAX_HEADERS = 65_536
"""Bytes. The longest address that is answered takes half of it."""

MAX_BODY = 2 * MAX_FORM
"""Bytes. The only body that is read is that of /login, which has the tighter limit and says so on a page."""


MAX_AHEAD = 1_048_576
"""Bytes that an export is made ahead of its reader. Waitress's own 16 MB a connection are memory that a process keeps."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(app: Flask, host: str = "127.0.0.1", port: int = 8765, *, no_auth: bool = False, ready: Callable[[str], None] | None = None) -> None:
    """Serve until interrupted. `ready` gets the address once the socket listens; port 0 takes a free one.

    A host beyond loopback lets everybody on the network read the archive. It is refused unless the app asks for a token or `no_auth` says that this
    is meant; both together contradict each other. Raises UsageError for that, for a port that is taken or not allowed, and for a host that this
    machine does not have.
    """
    import waitress

    from web.wire import Channel

    guarded = bool(app.config.get(TOKEN_NEEDED))
    if guarded and no_auth:
        raise UsageError("--no-auth lets everybody read and --token those who have it: leave one of them out. DATELINE_TOKEN counts as --token.")
    if not (is_loopback(host) or guarded or no_auth):
        raise UsageError(
            f"Serving on {host} would let everybody on the network read the archive. Add --token, and those who have it can; or if everybody may, "
            "--no-auth."
        )
    if not 0 <= port <= 65_535:
        raise UsageError(f"There is no port {port}: choose one from 1 to 65535 with --port.")
    listener = _listen(host, port)
    # That a request waits a moment for a free thread is no news to the person at the terminal.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server = waitress.create_server(
            app,
            sockets=[listener],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=PATIENCE,
            cleanup_interval=PATIENCE // 3,
            max_request_header_size=MAX_HEADERS,
            max_request_body_size=MAX_BODY,
            outbuf_high_watermark=MAX_AHEAD,
            # Waitress takes forwarding headers away from an app that may believe them; the app alone decides whose it believes.
            clear_untrusted_proxy_headers=not app.config.get(BEHIND_PROXY),
            asyncore_use_poll=hasattr(select, "poll"),  # the alternative knows no file beyond the 1,024th
            ident="dateline",
        )
        server.channel_class = Channel
    except BaseException:
        listener.close()
        raise
    try:
        if ready:
            shown = f"[{host}]" if ":" in host else host
            ready(f"http://{shown}:{listener.getsockname()[1]}")
        server.run()
    finally:
        server.close()


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"“{host}” is not a name or address of this machine ({error.strerror}). Choose another with --host.") from error
    try:
        if os.name == "posix":  # elsewhere the option would let two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UsageError(_why(error, host, port)) from error
    return listener


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Choose another with --port, for example --port {port + 1 if port < 65_535 else 8765}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs administrator rights. Choose one above 1023 with --port."
    return f"Cannot serve on {host}, port {port} ({error.strerror}). Choose another address with --host, another port with --port."
