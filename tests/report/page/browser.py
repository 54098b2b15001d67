"""A browser without a window, as the selftest uses it."""

from __future__ import annotations

import os
import shutil

import pytest

from innov_index.report.page.recomputation import PROGRAMS

REQUIRE = "INNOV_INDEX_REQUIRE_BROWSER"


def require_browser() -> None:
    """The test is skipped without a browser, and fails where one is required."""
    if any(map(shutil.which, PROGRAMS)):
        return
    reason = f"none of {', '.join(PROGRAMS)} is installed"
    if os.environ.get(REQUIRE):
        pytest.fail(reason)
    pytest.skip(reason)
