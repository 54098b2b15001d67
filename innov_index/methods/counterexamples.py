"""The smallest cases found that show which properties methods lack, and what happens in them, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from innov_index.methods.properties import Case
from innov_index.methods.registry import Method, Property
from innov_index.model.arrays import Floats


def counterexample(method: Method, known: Property) -> Case | None:
    """The case that shows that a method lacks a property; None where none is known."""
    stated = _all().get(f"{method.step}.{method.name}", {}).get(known.value)
    if stated is None:
        return None
    weights = np.asarray(stated["weights"], dtype=np.float64)
    values = np.asarray(stated["values"], dtype=np.float64)
    rest = {name: stated[name] for name in ("unit", "child", "other", "by", "change")}
    return Case(values, weights / weights.sum(), **rest)


@cache
def _all() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    text = files("innov_index.methods").joinpath("counterexamples.json").read_text("utf-8")
    return {str(key): value for key, value in json.loads(text).items()}


def in_words(method: Method, known: Property, case: Case) -> str:
    """A case on one line: units A, B and so on with their children a, b and so on, and what happens."""
    editions = case.values.reshape(-1, *case.values.shape[-2:])
    units = [
        f"{chr(65 + unit)} ({' then '.join(_row(edition[unit]) for edition in editions)})"
        for unit in range(editions.shape[1])
    ]
    smallest = case.weights / case.weights.min()
    weights = " : ".join(f"{weight:.3g}" for weight in smallest)
    table = f"{', '.join(units)}, weights {weights}" if "weights" in method.inputs else ", ".join(units)
    return f"{table}: {_what_happens(method, known, case)}"


def _row(values: Floats) -> str:
    return ", ".join("–" if np.isnan(value) else f"{value:g}" for value in values)


def _what_happens(method: Method, known: Property, case: Case) -> str:
    unit, child, other = chr(65 + case.unit), chr(97 + case.child), chr(97 + case.other)
    changes = {
        "aggregation": "the order of the units changes",
        "weighting": "the weights change",
        "normalisation": "scores change",
    }.get(method.step, "values on a scale between the extremes change")
    more = f"{case.by * case.weights[case.child] / case.weights[case.other]:.3g}"
    rest = {"aggregation": "others change places", "weighting": changes, "normalisation": changes}.get(
        method.step, "values of others change"
    )
    falls = "value" if method.step == "denomination" else "score"
    return {
        Property.MONOTONE: f"{child} of {unit} rises by {case.by:g}, and its {falls} falls",
        Property.COMPENSATING: f"{child} of {unit} falls by a hundredth, and no rise of others makes up",
        Property.FULLY_COMPENSATING: f"{child} of {unit} falls by {case.by:g} and {other} rises by {more}, "
        "which leaves the weighted sum as it is, but not its score",
        Property.SCALE: f"{child} times {case.by:g}, and {changes}",
        Property.COMMON_SCALE: f"all times {case.by:g}, and {changes}",
        Property.SHIFT: f"{child} plus {case.by:g}, and {changes}",
        Property.UNIQUE: "there are several answers",
        Property.INDEPENDENT: f"without {unit} {rest}"
        if case.change == "removed"
        else f"with a second {unit} {rest}",
        Property.ALIKE: "with the units in the reverse order the result is another one",
    }[known]
