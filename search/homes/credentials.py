"""Who asks a cluster? Credentials come from the environment or from a file that it names, never from the command line, which everybody on a
computer may read.

    DATELINE_CLUSTER_USER and DATELINE_CLUSTER_PASSWORD
    DATELINE_CLUSTER_TOKEN                                   for a cluster that takes bearer tokens
    DATELINE_CLUSTER_CREDENTIALS                             a file of TOML with `user` and `password`, or with `token`
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from search.errors import UsageError

__all__ = ["CA", "FILE", "PASSWORD", "TOKEN", "USER", "Credentials", "certificates", "credentials"]

USER, PASSWORD, TOKEN, FILE = (f"DATELINE_CLUSTER_{name}" for name in ("USER", "PASSWORD", "TOKEN", "CREDENTIALS"))
CA = "DATELINE_CA"

_MOST = 65_536
"""Bytes of a file of credentials; tokens have a few thousand at most."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, or the bearer of a token. The secrets are in no message and no repr."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


def credentials(environment: Mapping[str, str] | None = None) -> Credentials | None:
    """The credentials that the environment has or names; None where it has none. Raises UsageError, which never repeats a secret."""
    given = os.environ if environment is None else environment
    values = {name: given[name] for name in (USER, PASSWORD, TOKEN, FILE) if name in given}
    if empty := next((name for name, value in values.items() if not value), None):
        raise UsageError(f"{empty} is set, but empty. Give it a value, or unset it.")
    if FILE not in values:
        return _checked(values.get(USER), values.get(PASSWORD), values.get(TOKEN), (USER, PASSWORD, TOKEN), "the environment")
    if others := [name for name in values if name != FILE]:
        raise UsageError(f"{FILE} and {others[0]} are both set: unset one of them, so that it is clear who asks.")
    file = Path(values[FILE])
    return _checked(*_read(file), ("user", "password", "token"), f"the file {file}")


def certificates() -> Path | None:
    """The file of certificates that the environment names, for who has named none. Raises UsageError where it is empty."""
    if (name := os.environ.get(CA)) == "":
        raise UsageError(f"{CA} is set, but empty. Name a file of certificates, or unset it.")
    return Path(name) if name else None


def _checked(user: str | None, password: str | None, token: str | None, names: tuple[str, str, str], where: str) -> Credentials | None:
    if token is not None and (user is not None or password is not None):
        raise UsageError(f"There are both {names[2]} and {names[0] if user is not None else names[1]} in {where}: leave a token or a user.")
    if (user is None) != (password is None):
        has, lacks = (names[1], names[0]) if user is None else (names[0], names[1])
        raise UsageError(f"There is {has} in {where}, but no {lacks}: a user has a password.")
    if user is not None and (":" in user or not user.isprintable()):
        raise UsageError(f"{names[0]} in {where} cannot be sent: a user's name has no “:” and no control characters.")
    if password is not None and not password.isprintable():
        raise UsageError(f"{names[1]} in {where} cannot be sent: it has control characters, perhaps the end of a line.")
    if token is not None and not re.fullmatch(r"[!-~]+", token):
        raise UsageError(f"{names[2]} in {where} cannot be sent: a token has no spaces and none but ASCII letters, digits and signs.")
    return None if user is None and token is None else Credentials(user, password, token)


def _read(file: Path) -> tuple[str | None, str | None, str | None]:
    """User, password and token of a file that only its owner may read."""
    import tomllib

    try:
        values = tomllib.loads(_content(file).decode())
    except OSError as error:
        raise UsageError(f"The file {file}, which {FILE} names, cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise UsageError(f"The file {file} is not UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        # Of the message only the place: the rest may be a piece of the password. For the same reason the error is not kept as the cause.
        place = re.search(r"at (line \d+, column \d+|end of document)", str(error))
        raise UsageError(f'The file {file} is not TOML{f" ({place[0]})" if place else ""}. It has lines such as user = "NAME"') from None
    if set(values) - {"user", "password", "token"} or not values:
        raise UsageError(f"The file {file} has user and password, or token, and nothing else.")
    if not all(isinstance(value, str) and value for value in values.values()):
        raise UsageError(f"The values in {file} are texts in quotes, and none is empty.")
    return values.get("user"), values.get("password"), values.get("token")


def _content(file: Path) -> bytes:
    # Not to wait for somebody to write into a pipe; and what is looked at is what is then read.
    opened = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        state = os.fstat(opened)
        if not stat.S_ISREG(state.st_mode):
            raise UsageError(f"{file}, which {FILE} names, is not a regular file.")
        if os.name != "nt" and stat.S_IMODE(state.st_mode) & 0o077:
            raise UsageError(f"Others on this computer may read the file {file}, in which a secret stands. Run: chmod 600 {file}")
        if state.st_size > _MOST:
            raise UsageError(f"The file {file} is too large for credentials.")
        return os.read(opened, _MOST)
    finally:
        os.close(opened)
