"""What all tests share."""

from __future__ import annotations

import pytest
from hypothesis import settings

pytest_plugins = ("tests.cluster.fixtures", "tests.cluster.together")

# The contract's assertions explain themselves like those of a test file.
pytest.register_assert_rewrite("tests.engines.answers", "tests.engines.contract", "tests.reference", "tests.web.browser")

# How long an example takes is a matter of what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
