"""Where do archives live? In a folder or on a cluster; `home_of` finds the home that a path or an address names."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, TypeAlias

from search.errors import UsageError
from search.homes.base import CLUSTER_ENGINE, LAYOUT, Fresh, Home, Marker, Present, Purpose
from search.homes.folder import FolderHome

if TYPE_CHECKING:
    from search.homes.address import Address

__all__ = ["CLUSTER_ENGINE", "LAYOUT", "FolderHome", "Fresh", "Home", "Marker", "Place", "Present", "Purpose", "home_of"]

Place: TypeAlias = "str | os.PathLike[str] | Address | Home"
"""What names an archive: a folder, an address on a cluster (https://HOST:9200/NAME), or its home."""

_ADDRESS = re.compile(r"https?:/", re.IGNORECASE)
_NEARLY = re.compile(r"[a-z][a-z0-9+.-]+:/|[a-z0-9.-]+:[0-9]{2,5}(/|,|$)", re.IGNORECASE)
"""Another scheme, or a host with a port: an address whose beginning was forgotten makes no folder."""


def home_of(place: Place) -> Home:
    """The home that a path or an address names, whether an archive is there or not. Raises UsageError for an address that is not understood."""
    if isinstance(place, Home):
        return place
    if isinstance(place, str | os.PathLike) and not _ADDRESS.match(os.fspath(place)):
        if _NEARLY.match(os.fspath(place)) and not os.path.lexists(place):
            raise UsageError(
                f"“{os.fspath(place)}” looks like an address, which begins with https:// or http://, as in https://HOST:9200/NAME. For a folder of "
                f"that name write ./{os.fspath(place)}"
            )
        return FolderHome(place)
    from search.homes.address import parse
    from search.homes.cluster import ClusterHome

    return ClusterHome(parse(os.fspath(place)) if isinstance(place, str | os.PathLike) else place)
