"""How is the archive shown in a browser? `serve`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import click

from search.cli.options import index_option


@click.command(
    "serve",
    epilog="""\b
Examples:
  dateline serve
  dateline serve --index archives/syria --port 9000

Ctrl-C stops it. Without --host, only this computer can open the page.""",
)
@index_option
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="The address to listen on. Default: 127.0.0.1")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, metavar="N", help="The port; 0 takes a free one. Default: 8765")
@click.option("--allow-host", "allow_hosts", multiple=True, metavar="NAME", help="Also answer to this host name (localhost always works).")
@click.option("--no-auth", is_flag=True, help="With a --host beyond this computer: yes, everybody on the network may read the archive.")
def serve_command(folder: Path, host: str, port: int, allow_hosts: tuple[str, ...], no_auth: bool) -> None:
    """Show the archive in a browser.

    The same as JSON is under /api/.

    The page follows the archive: `dateline index` may run beside it.
    """
    from search.archive import Archive
    from search.errors import UsageError
    from web import create_app
    from web.server import serve

    if host in ("0.0.0.0", "::") and no_auth and not allow_hosts:  # noqa: S104 - what somebody asks for, not what we bind to
        raise UsageError(f"On {host} the page has no name of its own: add those under which people will open it, each with --allow-host NAME.")
    names = (*allow_hosts, f"[{host}]" if ":" in host else host)

    def ready(address: str) -> None:
        click.echo(f"Dateline is at {address}/ (Ctrl-C stops it)")
        sys.stdout.flush()

    with Archive.open(folder) as archive:
        # A server's log is for whoever runs it: warnings and errors, on stderr.
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
        serve(create_app(archive, allow_hosts=names), host, port, no_auth=no_auth, ready=ready)
