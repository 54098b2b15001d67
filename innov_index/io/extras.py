"""Optional packages that only some formats or features need, imported when first used."""

from __future__ import annotations

import importlib
from typing import Any

from innov_index.errors import MissingExtraError


def load_extra(package: str, feature: str, extra: str) -> Any:
    """Import `package`, or raise an error that names the extra of innov-index to install."""
    try:
        return importlib.import_module(package)
    except ImportError:
        raise MissingExtraError(feature, extra) from None
