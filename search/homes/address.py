"""Where on a cluster is an archive? An address: the nodes to ask, and the archive's name there.

https://news.example:9200/wire
https://one.example:9200,two.example:9200,three.example:9200/wire
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path

from search.errors import UsageError

__all__ = ["Address", "check_name", "parse", "parse_nodes"]

_LIKE = "https://HOST:9200/NAME"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?", re.IGNORECASE)
_AGAIN = re.compile(r",\s*(https?)://", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """Where an archive is on a cluster: `nodes` as "https://host:port", all of one scheme, and the archive's `name` there.

    `ca` is a file with the certificates of those who vouch for the nodes, where these are not known to the system; it is no part of the address.
    """

    nodes: tuple[str, ...]
    name: str
    ca: Path | None = field(default=None, compare=False)
    shards: int | None = field(default=None, compare=False)
    replicas: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Raises UsageError for a name that none can have: it becomes part of what the cluster is asked for."""
        check_name(self.name)

    def __str__(self) -> str:
        """The address as it is written, always in the same form."""
        first, *others = self.nodes
        return f"{','.join((first, *(node.partition('://')[2] for node in others)))}/{self.name}"


def parse(text: str) -> Address:
    """The address that a text is. Raises UsageError, with a message that never repeats a password."""
    nodes, slash, name = _parts(text)
    if not slash or not name:
        raise UsageError(f"The address {_shown(nodes)} names no archive on the cluster: add its name, as in {_LIKE}")
    check_name(name)
    return Address(_nodes(nodes), name)


def parse_nodes(text: str) -> tuple[str, ...]:
    """The nodes that a text like “https://one:9200,two:9200” names. Raises UsageError as `parse` does, and where an archive is named as well."""
    nodes, _, name = _parts(text)
    if name:
        raise UsageError("--url names the cluster only, as https://HOST:9200; the archive there is named with --archive NAME.")
    return _nodes(nodes)


def check_name(name: str) -> None:
    """Raises UsageError for what cannot be the name of an archive on a cluster."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"“{name}” cannot be the name of an archive on a cluster: that has a to z, 0 to 9, “-” and “_”, at most 100 of them, and begins with a "
            "letter or digit."
        )


def _parts(text: str) -> tuple[str, str, str]:
    """An address as nodes with their scheme, the slash behind them and the name. Raises UsageError for what stands in none."""
    if not re.match(r"https?://", text, re.IGNORECASE):
        raise UsageError(f"An address on a cluster begins with https:// or http://, as in {_LIKE}")
    scheme, _, rest = text.partition("://")
    # What stands before an “@” may be a password with any sign in it, a slash too: none of it is shown.
    if "@" in rest:
        raise UsageError(
            "An address holds no user and no password: the list of processes and every log would show them. Put them into DATELINE_CLUSTER_USER and "
            "DATELINE_CLUSTER_PASSWORD, or into the file that DATELINE_CLUSTER_CREDENTIALS names."
        )
    if wrong := next((sign for sign in "?#" if sign in rest), None):
        raise UsageError(f"An address on a cluster has no “{wrong}”: it is no more than {_LIKE}")
    if {other.lower() for other in _AGAIN.findall(rest)} - {scheme.lower()}:
        raise UsageError("All nodes of a cluster are asked in one way: write https:// or http:// once, before the first of them.")
    nodes, slash, name = _AGAIN.sub(",", rest).partition("/")
    return f"{scheme.lower()}://{nodes}", slash, name.removesuffix("/")


def _nodes(text: str) -> tuple[str, ...]:
    scheme, _, hosts = text.partition("://")
    return tuple(dict.fromkeys(f"{scheme}://{_host(host.strip(), _PORTS[scheme])}" for host in hosts.split(",")))


def _host(text: str, port: int) -> str:
    """A host with its port, in lower case; a literal address of IPv6 keeps its brackets. Raises UsageError."""
    found = re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{0,9}))?", text)
    if found is None:
        hint = f" An address of IPv6 stands in brackets: [{text}]:9200" if text.count(":") > 1 and "[" not in text else ""
        raise UsageError(f"“{text}” is not a host with a port, such as news.example:9200.{hint}")
    host = found[1].lower()
    if host.startswith("["):
        try:
            literal = ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            literal = None
        if literal is None or literal.scope_id:
            raise UsageError(f"“{found[1]}” is not an address of IPv6.")
        host = f"[{literal}]"
    elif not host:
        raise UsageError(f"An address on a cluster names a host, as in {_LIKE}")
    elif not _HOST.fullmatch(host):
        raise UsageError(f"“{found[1]}” is not the name of a host.")
    if found[2] is None:
        return f"{host}:{port}"
    if not 1 <= int(found[2] or 0) <= 65_535:
        raise UsageError(f"There is no port “{found[2]}”, for {found[1]}: a port is a number from 1 to 65535; OpenSearch usually has 9200.")
    return f"{host}:{int(found[2])}"


def _shown(nodes: str) -> str:
    return nodes if len(nodes) <= 200 else f"{nodes[:200]}…"
