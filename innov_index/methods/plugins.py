"""Methods of other packages, which name their modules in the entry point group `innov_index.methods`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache

from innov_index.methods.registry import Method, Step

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

    broken: dict[str, str] = {}
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: (entry.name, entry.value)):
        package = entry.value.partition(":")[0].partition(".")[0] if entry.dist is None else entry.dist.name
        try:
            with _unchanged_on_failure(steps):
                entry.load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: a package does not end the program
            reason = str(error).splitlines()[0] if str(error).strip() else "no reason given"
            broken[package] = f"{type(error).__name__}: {reason}"
    return broken


@contextmanager
def _unchanged_on_failure(steps: Sequence[Step]) -> Iterator[None]:
    """Take back what a module has registered before it failed."""
    before = [step.registered for step in steps]
    try:
        yield
    except BaseException:
        for step, methods in zip(steps, before, strict=True):
            step.registered = methods
        raise


def told(broken: Mapping[str, str]) -> tuple[str, ...]:
    """One sentence for each package that cannot be used."""
    return tuple(
        f"methods of the package {package} are left out, as it cannot be imported ({why})"
        for package, why in broken.items()
    )


def packages_of(methods: Iterable[Method]) -> tuple[str, ...]:
    """The packages that methods come from, apart from this one, as they are installed."""
    from importlib.metadata import packages_distributions

    modules = {method.function.__module__.partition(".")[0] for method in methods} - {_OWN}
    if not modules:
        return ()
    names = packages_distributions()
    return tuple(sorted({name for module in modules for name in names.get(module, [module])}))
