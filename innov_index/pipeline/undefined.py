"""A result that is missing although its inputs are there → one error: indicator, unit, ways out."""

from __future__ import annotations

import numpy as np

from innov_index.errors import Problem, UndefinedError
from innov_index.methods.registry import Method
from innov_index.model.arrays import Bools, Floats
from innov_index.pipeline.binding import Call, Plan

_MOST = 10


def refuse_undefined(plan: Plan, call: Call, values: Floats, result: Floats) -> None:
    """Raise where a method over indicators has no result for a value that is there."""
    undefined = ~np.isfinite(result) & ~np.isnan(values)
    for stated in call.stated_columns:
        undefined &= ~np.isnan(stated)  # a missing denominator makes the result missing, not undefined
    if not undefined.any():
        return
    leaves = plan.framework.leaves[call.columns]
    problems = []
    for column in np.flatnonzero(undefined.any(axis=tuple(range(undefined.ndim - 1)))):
        code = plan.framework.codes[leaves[column]]
        units = _units(plan, undefined[..., column], values[..., column])
        problems.append(Problem(f"{call.where} {call.method.name} has no result for '{code}' {units}"))
    raise UndefinedError(_with_reason(problems, call.method))


def refuse_undefined_node(
    plan: Plan, call: Call, node: int, undefined: Bools, children: Floats, culprits: Bools
) -> None:
    """Raise where an aggregation has no result for a node although its children are there.

    Parameters
    ----------
    undefined : (..., units)
    children : (..., units, children)
    culprits : (..., units, children)
        The children that a person should look at.
    """
    if not undefined.any():
        return
    codes = [plan.framework.codes[child] for child in plan.framework.children[node]]
    problems = []
    for place in np.argwhere(undefined)[:_MOST]:
        here = tuple(place)
        found = [f"'{codes[c]}' is {children[(*here, c)]:.6g}" for c in np.flatnonzero(culprits[here])]
        detail = f": {', '.join(found[:5])}" if found else ""
        unit = plan.dataset.units.codes[place[-1]]
        problems.append(Problem(f"{call.where} {call.method.name} has no result for unit '{unit}'{detail}"))
    raise UndefinedError(_with_reason(problems, call.method))


def refuse_undefined_weights(call: Call, values: Floats, weights: Floats) -> None:
    """Raise where a weighting method has no weights although some children have values."""
    undefined = ~np.isfinite(weights).all(axis=-1)
    if not (undefined & ~np.isnan(values).all(axis=(-2, -1))).any():
        return
    raise UndefinedError(
        _with_reason([Problem(f"{call.where} {call.method.name} has no weights")], call.method)
    )


def _units(plan: Plan, undefined: Bools, values: Floats) -> str:
    there = ~np.isnan(values)
    if undefined.sum() == there.sum():
        return f"(all {there.shape[-1]} units)" if there.all() else f"(all {int(there.sum())} values)"
    places = np.argwhere(undefined)
    named = [f"'{plan.dataset.units.codes[p[-1]]}' (value {values[tuple(p)]:.6g})" for p in places[:5]]
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"of unit {', '.join(named)}{more}"


def _with_reason(problems: list[Problem], method: Method) -> list[Problem]:
    shown = problems[:_MOST]
    if len(problems) > _MOST:
        shown.append(Problem(f"… and {len(problems) - _MOST} more"))
    if method.undefined:
        shown.append(Problem(f"Undefined when: {method.undefined}"))
    if method.remedy:
        shown.append(Problem(f"Ways out: {method.remedy}"))
    return shown
