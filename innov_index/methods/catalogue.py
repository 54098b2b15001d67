"""The catalogue: every step by name, its methods, and what third parties add through entry points."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from innov_index.methods import steps
from innov_index.methods.registry import Method, Step

_KNOWN = {known.name: known for known in vars(steps).values() if isinstance(known, Step)}

STEPS = tuple(known.name for known in _KNOWN.values() if known.of_handbook)
"""The steps of the handbook, in its order."""

WITHIN = tuple(known.name for known in _KNOWN.values() if not known.of_handbook)
"""What may be stated beside the steps, of a node or of the ranking: methods, but no step of the handbook."""

ENTRY_POINT_GROUP = "innov_index.methods"


def step(name: str) -> Step:
    """The step called `name`, with the methods that come with the engine.

    A step's methods are imported when it is first asked for, so that start-up stays flat.
    """
    import_module(f"innov_index.methods.{name}")
    return _KNOWN[name]


def method(step_name: str, name: str) -> Method:
    """The method called `name`; third-party packages are loaded only when no built-in one has that name."""
    methods = step(step_name)
    if name not in methods:
        load_plugins()
    return methods[name]


@cache
def load_plugins() -> None:
    """Import every module that another package names under the entry point group `innov_index.methods`.

    Importing it registers its methods, with the decorator that the built-in ones use.
    """
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINT_GROUP):
        entry.load()
