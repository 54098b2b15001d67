"""Packages that only some file formats need: imported when such a file is met, never before."""

from __future__ import annotations

import importlib
from typing import Any

from innov_index.errors import MissingExtraError


def load_extra(package: str, feature: str, extra: str) -> Any:
    """Import `package`, or say which extra of innov-index brings it."""
    try:
        return importlib.import_module(package)
    except ImportError:
        raise MissingExtraError(feature, extra) from None
