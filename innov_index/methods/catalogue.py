"""The catalogue: every step and method by name, including those that other packages add by entry points."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from innov_index.methods import steps
from innov_index.methods.registry import Method, Step

_KNOWN = {known.name: known for known in vars(steps).values() if isinstance(known, Step)}

STEPS = tuple(known.name for known in _KNOWN.values() if known.of_handbook)
"""The steps of the handbook, in its order."""

WITHIN = tuple(known.name for known in _KNOWN.values() if not known.of_handbook)
"""Steps with methods of their own that are not steps of the handbook: of a node, or of the ranking."""

ENTRY_POINT_GROUP = "innov_index.methods"


def step(name: str) -> Step:
    """The step called `name`, with the built-in methods.

    Its methods are imported when the step is first used, so that start-up time does not grow with the
    catalogue.
    """
    import_module(f"innov_index.methods.{name}")
    return _KNOWN[name]


def method(step_name: str, name: str) -> Method:
    """The method called `name`; other packages are loaded only if no built-in method has that name."""
    methods = step(step_name)
    if name not in methods:
        load_plugins()
    return methods[name]


@cache
def load_plugins() -> None:
    """Import every module that an installed package names in the entry point group `innov_index.methods`.

    The import registers its methods, with the same decorator as the built-in ones.
    """
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINT_GROUP):
        entry.load()
