"""An archive on a cluster: not in this version yet; `home_of` comes here with every address."""

from __future__ import annotations

from search.errors import UsageError
from search.homes.address import Address
from search.homes.base import Home

__all__ = ["ClusterHome"]


def ClusterHome(address: Address) -> Home:  # noqa: N802 - the class of this name takes its place
    """The home at an address. Raises UsageError: this version keeps archives in folders only."""
    raise UsageError(f"{address} is an address on a cluster, and this version of Dateline keeps archives in folders only: name a folder.")
