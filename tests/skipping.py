"""What happens to a test for which something is not installed? It is skipped, with the command that installs it; in CI it fails."""

from __future__ import annotations

import importlib.util
import os
import sys

import pytest

from search.engines import ENGINES


def skip_without(reason: str) -> None:
    """Skip the test, visibly; `DATELINE_NO_SKIP=1` says that nothing may be missing, and lets it fail."""
    if os.environ.get("DATELINE_NO_SKIP") == "1":
        pytest.fail(f"{reason}, and DATELINE_NO_SKIP=1 forbids to skip")
    pytest.skip(reason)


def need_tantivy() -> None:
    """Skip the test where the fast engine is not installed."""
    if importlib.util.find_spec("tantivy") is None:
        skip_without(f"Tantivy is not installed: {ENGINES['tantivy'].install}")


def uninstall_tantivy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the fast engine be one that is not installed, until the test ends."""
    import search.engines
    import search.engines.tantivy.engine

    # A package keeps its modules as attributes as well: a second import would leave others there than in the table of modules.
    monkeypatch.setattr(search.engines, "tantivy", search.engines.tantivy)
    for module in [name for name in sys.modules if name.startswith("search.engines.tantivy")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "tantivy", None)
