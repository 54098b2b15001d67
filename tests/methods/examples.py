"""The options of each method's example, as its function takes them or as a config of a test states them."""

from __future__ import annotations

from typing import Any

import numpy as np

from innov_index.methods.kernels.formula import read_formula
from innov_index.methods.registry import Method, Option


def kernel_options(method: Method, units: int) -> dict[str, Any]:
    """Options for a table with this many units: names of the example become arrays, as in the pipeline."""
    return {name: _converted(method.options[name], value, units) for name, value in method.example.items()}


def _converted(option: Option, value: Any, units: int) -> Any:
    kind = option.resolved.kind if option.resolved else ""
    if kind == "column":
        bounds = {"lower": np.full((units, 1), 0.5), "upper": np.full((units, 1), 200.0)}
        return bounds.get(option.name, np.linspace(0.5, 3, units)[:, None])
    if kind == "group":
        return np.arange(units) % 2
    if kind == "unit":
        return min(3, units - 1)
    return read_formula(value) if kind == "formula" else value


def stated_options(method: Method, names: dict[str, str]) -> dict[str, Any]:
    """Options with the test's own names, given by kind or by option, in place of the example's."""
    return {name: _renamed(method.options[name], value, names) for name, value in method.example.items()}


def _renamed(option: Option, value: Any, names: dict[str, str]) -> Any:
    if option.resolved is None:
        return value
    kind = option.resolved.kind
    return names.get(f"{kind} {option.name}", names.get(kind, value))
