"""Cases for properties of methods: random ones, and the smallest that disproves a property.

`python -m tests.methods.property_cases` searches again: it prints what it claims of each method, and at the
end what `innov_index/methods/counterexamples.json` holds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from innov_index.methods import catalogue
from innov_index.methods.properties import OF_STEP, Call, Case, card, lacks
from innov_index.methods.registry import Method, Property, Trait
from innov_index.model.arrays import Floats
from innov_index.testing import example_of as kernel_options

FULL = 4
"""Children that examples are for."""
SIZES = {"small": (1, 6), "middle": (1, 20), "large": (1, 95)}


def call_of(method: Method, units: int) -> Call:
    """A method with the options of its example, for tables of these units."""

    def call(values: Floats, weights: Floats, rows: Sequence[int]) -> Floats:
        options = {}
        for name, value in kernel_options(method, units).items():
            resolved = method.options[name].resolved
            kind = "" if resolved is None else resolved.kind
            if kind == "unit":
                if value not in rows:
                    return np.full(values.shape, np.nan)
                value = list(rows).index(value)
            options[name] = value[list(rows)] if kind in ("column", "group") else value
        inputs = {
            "direction": np.ones(values.shape[1]),
            "weights": weights,
            "given": weights,
            "leaves": np.ones(values.shape[1]),
            "codes": tuple("abcdefgh"[: values.shape[1]]),
        }
        known = {name: value for name, value in inputs.items() if name in method.inputs}
        if Trait.ADDS_DRAWS in method.traits:
            options["draws"] = 2
        return np.asarray(method.function(values, **known, **options))

    return call


def takes_fewer_children(method: Method) -> bool:
    """Whether its example does for any number of children."""
    return not any(isinstance(value, list | str) for value in method.example.values())


def editions_of(method: Method) -> tuple[int, ...]:
    """The axis of editions of a table for a method, if it has one."""
    return (3,) if Trait.PANEL in method.traits else ()


def random_case(rng: np.random.Generator, method: Method, units: int, children: int, high: int) -> Case:
    values = rng.integers(1, high + 1, (*editions_of(method), units, children)).astype(float)
    if method.step == "imputation":
        values[rng.random(values.shape) < 0.2] = np.nan
    parts = rng.integers(1, 5, children).astype(float)
    child, other = (int(c) for c in rng.permutation(children)[:2]) if children > 1 else (0, 0)
    return Case(
        values,
        parts / parts.sum(),
        int(rng.integers(units)),
        child,
        other,
        float(rng.choice([0.5, 2.0, 3.0, 10.0])),
        str(rng.choice(["removed", "repeated"])),
    )


def disproofs(
    method: Method,
    known: Property,
    rng: np.random.Generator,
    tries: int,
    sizes: Sequence[tuple[int, int, int]],
) -> Iterator[Case]:
    for units, children, high in sizes:
        call = call_of(method, units)
        for _ in range(tries):
            case = random_case(rng, method, units, children, high)
            try:
                found = lacks(known, method, call, case)
            except (ValueError, IndexError):
                continue
            if found:
                yield case
                break


def smallest(method: Method, known: Property, *, tries: int) -> Case | None:
    """The smallest table found that shows that a method lacks a property."""
    rng = np.random.default_rng(2026)
    least = 2 if takes_fewer_children(method) else FULL
    shapes = [
        (u, c) for total in range(2 + least, 11) for c in range(least, FULL + 1) if (u := total - c) >= 2
    ]
    sizes = [(u, c, high) for u, c in shapes if u <= 6 for high in (4, 12, 60, 95)]
    return next(disproofs(method, known, rng, tries, sizes), None)


def main() -> None:
    found: dict[str, dict[str, Any]] = {}
    claims: dict[str, list[str]] = {}
    only = sys.argv[1:]
    for step in OF_STEP:
        for method in catalogue.step(step):
            key = f"{step}.{method.name}"
            if only and key not in only:
                continue
            tries = 4 if Trait.LOOPED in method.traits else 40
            for known in card(method):
                case = smallest(method, known, tries=tries)
                if case is None:
                    claims.setdefault(key, []).append(known.value)
                else:
                    found.setdefault(key, {})[known.value] = as_stated(case)
            print(key, claims.get(key), flush=True)
    print(json.dumps(found))


def _whole(values: Any) -> Any:
    """Nested lists of whole numbers, null for a gap."""
    if isinstance(values, list):
        return [_whole(part) for part in values]
    return None if np.isnan(values) else int(values)


def as_stated(case: Case) -> dict[str, Any]:
    return {
        "values": _whole(case.values.tolist()),
        "weights": [round(w) for w in case.weights / case.weights.min() * 12],
        "unit": case.unit,
        "child": case.child,
        "other": case.other,
        "by": case.by,
        "change": case.change,
    }


if __name__ == "__main__":
    main()
