"""Methods of other packages, which name their modules in the entry point group `innov_index.methods`.

What a package does when it is imported is tried in another process first (`plugin_trial.py`), because nothing
in this one survives a call of `os._exit`, a crash, or a loop without end. A command that needs no such method
does not look for them, and one that finds none starts no process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import cache
from traceback import walk_tb
from typing import TYPE_CHECKING

from innov_index.methods.registry import Method, Step

if TYPE_CHECKING:  # it takes a while to import, and few commands need it
    from importlib.metadata import EntryPoint

ENTRY_POINT_GROUP = "innov_index.methods"

_OWN = "innov_index"


@cache
def load(steps: Sequence[Step]) -> Mapping[str, str]:
    """Import every module that an installed package names; the import registers its methods.

    Parameters
    ----------
    steps : sequence of Step
        With their built-in methods, which none can replace.

    Returns
    -------
    mapping
        The packages of which a module cannot be used, and why. The others work without them.
    """
    from importlib.metadata import entry_points

    entries = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: (entry.name, entry.value))
    if not entries:
        return {}
    from innov_index.methods.plugin_trial import tried

    broken: dict[str, str] = {}
    for entry, failed in zip(entries, tried(entries), strict=True):
        if why := failed or failure_of(entry, steps):
            package = (
                entry.value.partition(":")[0].partition(".")[0] if entry.dist is None else entry.dist.name
            )
            broken[package] = why
    return broken


def _package_of(entry: EntryPoint) -> str:
    return _top_module(entry) if entry.dist is None else str(entry.dist.name)


def _top_module(entry: EntryPoint) -> str:
    return entry.value.partition(":")[0].partition(".")[0]


def failure_of(entry: EntryPoint, steps: Sequence[Step]) -> str:
    """Import one module here; why it cannot be used, in which case its methods are taken back.

    Raises
    ------
    KeyboardInterrupt
        Somebody stops the program, or the module does.
    """
    try:
        with _unchanged_on_failure(steps), redirect_stdout(sys.stderr):
            entry.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a package does not end the program
        return in_one_line(error)
    return ""


def in_one_line(error: BaseException) -> str:
    """What an error of a package is called, and the first line of its reason."""
    said = str(error).strip()
    return f"{type(error).__name__}: {said.splitlines()[0] if said else 'no reason given'}"


@contextmanager
def _unchanged_on_failure(steps: Sequence[Step]) -> Iterator[None]:
    """Take back what a module has registered before it failed, and what cannot be used."""
    before = [step.registered for step in steps]
    try:
        yield
        for step, methods in zip(steps, before, strict=True):
            _ensure_usable(step, methods)
    except BaseException:
        for step, methods in zip(steps, before, strict=True):
            step.registered = methods
        raise


def _ensure_usable(step: Step, before: Mapping[str, Method]) -> None:
    """Raise where a method that was there is not, or a new one does not state what a config needs of it."""
    now = step.registered
    changed = [name for name, method in before.items() if now.get(name) is not method]
    if changed:
        raise ValueError(f"it replaces the {step.name} method {changed[0]!r}")
    for name, method in now.items():
        if name not in before:
            _ensure_described(name, method)


def _ensure_described(name: str, method: Method) -> None:
    if not isinstance(name, str) or not name.strip():
        raise TypeError(f"a method is called {name!r}")
    if not method.inputs:
        raise TypeError(f"the method {name!r} takes no values")
    if not (method.summary and method.family):
        raise TypeError(f"the method {name!r} has no docstring")
    options = [option for option in method.options.values() if option.resolved is None]
    if options:
        from pydantic import TypeAdapter

        for option in options:
            TypeAdapter(option.annotation).json_schema()


def is_foreign(method: Method) -> bool:
    """Whether a method comes from another package."""
    return str(method.function.__module__).partition(".")[0] != _OWN


def package_in(error: Exception) -> str:
    """The package with methods in whose code an error arose; nothing where it arose in ours."""
    from importlib.metadata import entry_points

    modules = {_top_module(entry) for entry in entry_points(group=ENTRY_POINT_GROUP)}
    frames = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__)]
    within = [name.partition(".")[0] for name in frames if name.partition(".")[0] in {*modules, _OWN}]
    return within[-1] if within and within[-1] in modules else ""


def told(broken: Mapping[str, str]) -> tuple[str, ...]:
    """One sentence for each package that cannot be used."""
    return tuple(
        f"methods of the package {package} are left out, as it cannot be used ({why})"
        for package, why in broken.items()
    )


def packages_of(methods: Iterable[Method]) -> tuple[str, ...]:
    """The packages that methods come from, apart from this one, as they are installed."""
    from importlib.metadata import packages_distributions

    modules = {method.function.__module__.partition(".")[0] for method in methods if is_foreign(method)}
    if not modules:
        return ()
    names = packages_distributions()
    return tuple(sorted({name for module in modules for name in names.get(module, [module])}))
