"""A second engine that is always installed, for tests of what moves between two: Whoosh under another name, with files of the same kind."""

from __future__ import annotations

from typing import ClassVar

from search.engines.whoosh.engine import WhooshEngine


class OtherEngine(WhooshEngine):
    name: ClassVar[str] = "other"
