"""Which engines are there? A registry of names, modules and install hints; `open_engine` is the way to one."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from search.engines.base import Engine, View
from search.errors import EngineMissing, UsageError

__all__ = ["DEFAULT", "ENGINES", "Engine", "EngineEntry", "View", "open_engine", "require"]


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """Where an engine is found (`module`, `class_name`) and the command that installs what it needs.

    `relative_size` is how large its files are, those of Whoosh being 1: measured on 100,000 news items. `local` says that it keeps files in a folder.
    """

    module: str
    class_name: str
    install: str
    relative_size: float
    local: bool = True


ENGINES: dict[str, EngineEntry] = {
    "whoosh": EngineEntry("search.engines.whoosh.engine", "WhooshEngine", "pip install .", 1.0),
    "tantivy": EngineEntry("search.engines.tantivy.engine", "TantivyEngine", "pip install '.[fast]'", 0.5),
    "opensearch": EngineEntry("search.engines.opensearch.engine", "OpenSearchEngine", "pip install '.[cluster]'", 1.0, local=False),
}

DEFAULT = "whoosh"
"""The engine of a new archive for which none is named: it is always installed."""


def open_engine(name: str, folder: Path, *, create: bool = False) -> Engine:
    """The engine of that name over the files in `folder`; `create` makes a new, empty one there.

    Raises UsageError for an unknown name and for an engine that keeps no files, EngineMissing where its packages are not installed, DamagedArchive
    where its files are unreadable.
    """
    engine = require(name)
    if not ENGINES[name].local:
        raise UsageError(f"The engine {name} keeps no files in a folder.")
    return cast(Engine, engine.create(folder) if create else engine.open(folder))


def require(name: str) -> Any:
    """The class of the engine of that name. Raises UsageError for an unknown name, EngineMissing where its packages are not installed."""
    entry = ENGINES.get(name)
    if entry is None:
        raise UsageError(f"There is no engine “{name}”. There are {', '.join(ENGINES)}.")
    try:
        module = importlib.import_module(entry.module)
    except ImportError as error:
        raise EngineMissing(f"The engine {name} needs a package that is not installed ({error}). In Dateline's folder: {entry.install}") from error
    return getattr(module, entry.class_name)
