"""What all tests share."""

from __future__ import annotations

import pytest

# The contract's assertions explain themselves like those of a test file.
pytest.register_assert_rewrite("tests.engines.answers", "tests.engines.contract", "tests.reference", "tests.web.browser")
