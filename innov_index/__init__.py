"""Composite indices: scores and ranks from one YAML file, and evidence that they can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str

    from innov_index import datasets, testing
    from innov_index.api import Index, from_dict, from_frame, load
    from innov_index.engine.chosen import running_on
    from innov_index.errors import InnovIndexError
    from innov_index.model.result import Result
    from innov_index.model.scores import Scores

__all__ = [
    "Index",
    "InnovIndexError",
    "Result",
    "Scores",
    "__version__",
    "datasets",
    "from_dict",
    "from_frame",
    "load",
    "running_on",
    "testing",
]

_HOMES = {
    "Index": "innov_index.api",
    "InnovIndexError": "innov_index.errors",
    "Result": "innov_index.model.result",
    "Scores": "innov_index.model.scores",
    "from_dict": "innov_index.api",
    "from_frame": "innov_index.api",
    "load": "innov_index.api",
    "running_on": "innov_index.engine.chosen",
}


def __getattr__(name: str) -> Any:
    """Import public names on first use, so that the command line starts without numpy."""
    if name == "__version__":
        from importlib.metadata import version

        return version("innov-index")
    from importlib import import_module

    if name in ("datasets", "testing"):
        return import_module(f"innov_index.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'innov_index' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
