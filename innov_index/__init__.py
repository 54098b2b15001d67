"""Composite indices: scores and ranks from one YAML file, and evidence that they can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str

    from innov_index.engine.chosen import running_on
    from innov_index.errors import InnovIndexError
    from innov_index.index import Index, load
    from innov_index.model.scores import Scores

__all__ = ["Index", "InnovIndexError", "Scores", "__version__", "load", "running_on"]

_HOMES = {
    "Index": "innov_index.index",
    "InnovIndexError": "innov_index.errors",
    "Scores": "innov_index.model.scores",
    "load": "innov_index.index",
    "running_on": "innov_index.engine.chosen",
}


def __getattr__(name: str) -> Any:
    """Import public names on first use, so that the command line starts without numpy."""
    if name == "__version__":
        from importlib.metadata import version

        return version("innov-index")
    if name not in _HOMES:
        raise AttributeError(f"module 'innov_index' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
