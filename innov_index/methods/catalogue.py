"""The catalogue: every step and method by name, including those that other packages add by entry points."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from innov_index.errors import InnovIndexError
from innov_index.methods import steps
from innov_index.methods.plugins import load, told
from innov_index.methods.registry import Method, Step

_KNOWN = {known.name: known for known in vars(steps).values() if isinstance(known, Step)}

STEPS = tuple(known.name for known in _KNOWN.values() if known.of_handbook)
"""The steps of the handbook, in its order."""

WITHIN = tuple(known.name for known in _KNOWN.values() if not known.of_handbook)
"""Steps with methods of their own that are not steps of the handbook: of a node, or of the ranking."""


def step(name: str) -> Step:
    """The step called `name`, with the built-in methods.

    Its methods are imported when the step is first used, so that start-up time does not grow with the
    catalogue.
    """
    import_module(f"innov_index.methods.{name}")
    return _KNOWN[name]


def method(step_name: str, name: str) -> Method:
    """The method called `name`; other packages are loaded only if no built-in method has that name.

    Raises
    ------
    InnovIndexError
        There is no such method.
    """
    methods = step(step_name)
    if name in methods:
        return methods[name]
    broken = load_plugins()
    try:
        return methods[name]
    except InnovIndexError as error:
        from innov_index.methods.elsewhere import told_of

        in_a_row = [f"{each[0].upper()}{each[1:]}" for each in told(broken)]
        more = ". ".join(sentence for sentence in (told_of(name), *in_a_row) if sentence)
        between = " " if str(error).endswith((".", "?")) else ". "
        raise InnovIndexError(f"{error}{between}{more}" if more else str(error)) from None


def every_step() -> tuple[Step, ...]:
    """All steps, with their built-in methods."""
    return tuple(map(step, _KNOWN))


def load_plugins() -> Mapping[str, str]:
    """Register the methods of other packages; the packages that cannot be used, and why."""
    return load(every_step())
