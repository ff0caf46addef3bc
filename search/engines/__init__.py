"""Which engines are there? A registry of names, modules and install hints; `open_engine` is the way to one."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from search.engines.base import Engine, View
from search.errors import EngineMissing, UsageError

__all__ = ["ENGINES", "Engine", "EngineEntry", "View", "open_engine"]


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """Where an engine is found (`module`, `class_name`) and the command that installs what it needs."""

    module: str
    class_name: str
    install: str


ENGINES: dict[str, EngineEntry] = {
    "whoosh": EngineEntry("search.engines.whoosh.engine", "WhooshEngine", "pip install ."),
}


def open_engine(name: str, folder: Path, *, create: bool = False) -> Engine:
    """The engine of that name over the files in `folder`; `create` makes a new, empty one there.

    Raises UsageError for an unknown name, EngineMissing where its packages are not installed, DamagedArchive where its files are unreadable.
    """
    entry = ENGINES.get(name)
    if entry is None:
        raise UsageError(f"There is no engine “{name}”. There are {', '.join(ENGINES)}.")
    try:
        module = importlib.import_module(entry.module)
    except ImportError as error:
        raise EngineMissing(f"The engine {name} needs packages that are not installed ({error}). In the checkout: {entry.install}") from error
    engine = getattr(module, entry.class_name)
    return cast(Engine, engine.create(folder) if create else engine.open(folder))
