"""How is the archive shown in a browser? `serve`."""

from __future__ import annotations

import logging
import os
import sys

import click

from search.cli.options import Where, index_option

TOKEN = "DATELINE_TOKEN"  # noqa: S105 - the name of the variable
NEW_TOKEN = "(a new one)"  # noqa: S105
"""What `--token` without a value stands for; no token has spaces."""


@click.command(
    "serve",
    epilog="""\b
Examples:
  dateline serve
  dateline serve --index archives/syria --port 9000
  dateline serve --host 10.0.0.5 --token
  dateline serve --host 0.0.0.0 --allow-host news.example --token

Ctrl-C stops it. Without --host, only this computer can open the page. With a
--host beyond it, either --token or --no-auth is needed. docs/serving.md tells
how to serve a newsroom.""",
)
@index_option
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="The address to listen on. Default: 127.0.0.1")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, metavar="N", help="The port; 0 takes a free one. Default: 8765")
@click.option("--allow-host", "allow_hosts", multiple=True, metavar="NAME", help="Also answer to this host name (localhost always works).")
@click.option(
    "--token",
    is_flag=False,
    flag_value=NEW_TOKEN,
    envvar=TOKEN,
    metavar="[TOKEN]",
    help=f"Only for those who have this token, at least 16 characters; alone, make one and say it. {TOKEN} in the environment keeps it out of the "
    "list of processes, which everybody on this computer may read.",
)
@click.option("--no-auth", is_flag=True, help="With a --host beyond this computer: yes, everybody on the network may read the archive.")
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="Believe the X-Forwarded-For, -Proto, -Host and -Prefix headers of the one proxy in front. Only where nobody can go past it.",
)
def serve_command(*, at: Where, host: str, port: int, allow_hosts: tuple[str, ...], token: str | None, no_auth: bool, behind_proxy: bool) -> None:
    """Show the archive in a browser.

    The same as JSON is under /api/.

    The page follows the archive: `dateline index` may run beside it.
    """
    from search.archive import Archive
    from search.errors import UsageError
    from web import create_app
    from web.access import new_token
    from web.server import serve

    if token is None and os.environ.get(TOKEN) == "":
        raise UsageError(f"{TOKEN} is set, but empty. Give it a token, or unset it.")
    made = new_token() if token == NEW_TOKEN else None
    if host in ("0.0.0.0", "::") and (token or no_auth) and not allow_hosts:  # noqa: S104 - what somebody asks for, not what we bind to
        raise UsageError(f"On {host} the page has no name of its own: add those under which people will open it, each with --allow-host NAME.")
    names = (*allow_hosts, f"[{host}]" if ":" in host else host)

    def ready(address: str) -> None:
        click.echo(f"Dateline is at {address}/ (Ctrl-C stops it)")
        if made:
            click.echo(f"Its token, which is not shown again: {made}")
        sys.stdout.flush()

    with Archive.open(at) as archive:
        # A server's log is for whoever runs it: warnings and errors, on stderr.
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
        app = create_app(archive, allow_hosts=names, token=made or token, behind_proxy=behind_proxy)
        serve(app, host, port, no_auth=no_auth, ready=ready)
