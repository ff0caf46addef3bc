"""What happens to a test for which something is not installed? It is skipped, with the command that installs it; in CI it fails."""

from __future__ import annotations

import importlib.util
import os

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
