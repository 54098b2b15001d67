"""What is proved or disproved of a method: properties, and how a case shows that a method lacks one.

A method has what `Method.properties` names, with the options of its example; whatever else is asked of its
step it lacks, and `counterexamples.json` holds the smallest case found that shows it. The tests try every
property that is claimed on random tables, and replay every counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from innov_index.frozen import frozen
from innov_index.methods.registry import SEVERAL_ANSWERS, Method, Property
from innov_index.model.arrays import Floats

Call: TypeAlias = Callable[[Floats, Floats, Sequence[int]], Floats]
"""A method with its options: values (units, children), of a method over editions (editions, units, children),
weights (children,) and which units these are, which matters to options that name units or hold a number for
each."""

EQUAL = 1e-9
"""Results that differ by less, as a share of the largest, are equal."""

NOISE = 1e-13
"""Scores that differ by less are equal, however small all are: what cancels leaves rounding errors."""

FLAT = 1e-4
"""Columns whose range is a smaller share of their largest value tell nothing on a scale between extremes."""

LOWERED_BY = 1.01
MADE_UP_BY = (1.05, 1.5, 3.0, 10.0, 50.0, 1e3, 1e5)
"""What a child is divided by, and what the others are multiplied by to make up for it."""


@frozen
class Case:
    """A table, weights of its children, and a change to it, of which each property uses some parts.

    A table for an imputation has gaps; one for a method over editions has an axis of them in front.
    """

    values: Floats
    weights: Floats
    unit: int = 0
    child: int = 0
    other: int = 1
    by: float = 2.0
    change: str = "removed"


QUESTIONS: Mapping[Property, str] = {
    Property.MONOTONE: "a unit's score never falls where one of its children rises",
    Property.COMPENSATING: "rises of the other children can make up for the loss of a hundredth of one",
    Property.FULLY_COMPENSATING: "the weighted sum of the children decides",
    Property.SCALE: "the unit of measurement of a child does not matter",
    Property.COMMON_SCALE: "one factor for all children does not matter",
    Property.SHIFT: "where zero lies on a child's scale does not matter",
    Property.UNIQUE: "there is one answer, whatever the order of the children",
    Property.INDEPENDENT: "other units, added, removed or repeated, do not matter",
    Property.ALIKE: "units are treated alike, whatever their order",
}
"""What each property says. What does not matter leaves the order of the units as it is, or the weights, or
the scores of a normalisation; after an earlier step the values on a scale between their extremes, on which a
normalisation may put them."""

EARLIER = ("denomination", "imputation", "treatment")
"""Steps whose results are not compared as they are, as a scale follows."""

_OF_SCALES = (Property.MONOTONE, Property.SCALE, Property.SHIFT, Property.INDEPENDENT, Property.ALIKE)

OF_STEP: Mapping[str, tuple[Property, ...]] = {
    "denomination": _OF_SCALES,
    "imputation": (Property.SCALE, Property.SHIFT, Property.INDEPENDENT, Property.ALIKE),
    "treatment": _OF_SCALES,
    "aggregation": tuple(QUESTIONS),
    "weighting": (
        Property.SCALE,
        Property.COMMON_SCALE,
        Property.SHIFT,
        Property.UNIQUE,
        Property.INDEPENDENT,
        Property.ALIKE,
    ),
    "normalisation": _OF_SCALES,
}
"""What is asked of the methods of each step."""


def card(method: Method) -> dict[Property, bool]:
    """Whether a method has each property that is asked of its step."""
    return {known: known in method.properties for known in OF_STEP.get(method.step, ())}


def lacks(known: Property, method: Method, call: Call, case: Case) -> bool | None:
    """Whether a case shows that a method lacks a property; None where it has no result there."""
    with np.errstate(all="ignore"):
        return _CHECKS[known](method, call, case)


def _sign(differences: Floats, scores: Floats) -> Floats:
    """-1, 0 or 1 for each difference, 0 for those of rounding."""
    size = float(np.max(np.abs(scores), initial=0.0))
    return np.asarray(np.where(np.abs(differences) <= EQUAL * size + NOISE, 0.0, np.sign(differences)))


def _orders(scores: Floats) -> Floats:
    """For each pair of units which is ahead, (units, units)."""
    return _sign(scores[:, None] - scores, scores)


def _same(method: Method, before: Floats, after: Floats) -> bool | None:
    """Whether two results are the same in what matters; None where one is undefined."""
    if _is_undefined(method, before) or _is_undefined(method, after):
        return None
    if method.step == "aggregation":
        return bool((_orders(before) == _orders(after)).all())
    if method.step in EARLIER:
        if _is_flat(before) or _is_flat(after):
            return None
        before, after = _between_extremes(before), _between_extremes(after)
    return _equal(before, after)


def _is_undefined(method: Method, result: Floats) -> bool:
    """Whether a result is missing; gaps that an imputation leaves, and first editions, are no fault."""
    missing = np.isnan(result)
    partly = method.step == "imputation" or method.stands_on is not None
    return bool(missing.all() if partly else missing.any())


def _equal(before: Floats, after: Floats) -> bool:
    largest = float(np.nanmax(np.abs(before)))
    return np.allclose(before, after, rtol=0.0, atol=EQUAL * max(1.0, largest), equal_nan=True)


def _is_flat(values: Floats) -> bool:
    """Whether a curve has made the values of a column so alike that rounding tells them apart."""
    low, high = (f.reduce(values, axis=-2) for f in (np.fmin, np.fmax))
    spread, largest = high - low, np.fmax(np.abs(low), np.abs(high))
    return bool(((spread > 0) & (spread < FLAT * largest)).any())


def _between_extremes(values: Floats) -> Floats:
    """Values on a scale from 0 to 1 between the extremes of each column; 0 where all are the same."""
    low, high = (f.reduce(values, axis=-2, keepdims=True) for f in (np.fmin, np.fmax))
    return np.asarray((values - low) / np.where(high > low, high - low, 1.0))


def _changed(method: Method, call: Call, case: Case, values: Floats) -> bool | None:
    same = _same(method, _of(call, case), _of(call, case, values))
    return None if same is None else not same


def _of(call: Call, case: Case, values: Floats | None = None) -> Floats:
    """The result for the case's table, or another one of the same units."""
    return call(case.values if values is None else values, case.weights, range(case.values.shape[-2]))


def _with(case: Case, cells: Mapping[tuple[int, int], float]) -> Floats:
    values = case.values.copy()
    for (unit, child), value in cells.items():
        values[..., unit, child] = value
    return values


def _falls(method: Method, call: Call, case: Case) -> bool | None:
    """A unit's child rises, and its score falls; where one scale holds for all units, two change places."""
    if method.step in ("normalisation", "treatment") and method.stands_on is None:
        scores = _of(call, case)[:, case.child]
        order, sizes = _orders(scores), _orders(case.values[:, case.child])
        return None if np.isnan(scores).any() else bool((order * sizes < 0).any())
    raised = case.values.copy()
    latest = raised if raised.ndim == 2 else raised[-1]
    latest[case.unit, case.child] += case.by
    place = (case.unit,) if method.step == "aggregation" else (..., case.unit, case.child)
    before, after = (float(_of(call, case, values)[place].flat[-1]) for values in (case.values, raised))
    if np.isnan(before + after):
        return None
    return bool(_sign(np.array(after - before), np.array([before, after])) < 0)


def _is_not_made_up(method: Method, call: Call, case: Case) -> bool | None:
    """A unit's child is lower, and no rise of its other children gives it its score again."""
    before = float(_of(call, case)[case.unit])
    found = []
    for factor in MADE_UP_BY:
        values = case.values.copy()
        values[case.unit] *= factor
        values[case.unit, case.child] = case.values[case.unit, case.child] / LOWERED_BY
        found.append(float(_of(call, case, values)[case.unit]))
    if np.isnan(before) or np.isnan(found).all():
        return None
    best = float(np.nanmax(found))
    return bool(_sign(np.array(best - before), np.array([best, before])) < 0)


def _is_not_the_sum(method: Method, call: Call, case: Case) -> bool | None:
    """A unit's children change, their weighted sum does not, and its score does."""
    own = case.values[case.unit]
    lower = own[case.child] - case.by
    higher = own[case.other] + case.by * case.weights[case.child] / case.weights[case.other]
    values = _with(case, {(case.unit, case.child): lower, (case.unit, case.other): higher})
    before, after = (_of(call, case, table)[case.unit] for table in (case.values, values))
    if np.isnan(before + after) or lower <= 0:
        return None
    return bool(_sign(after - before, np.array([before, after])) != 0)


def _scaled(method: Method, call: Call, case: Case) -> bool | None:
    values = case.values.copy()
    values[..., case.child] *= case.by
    return _changed(method, call, case, values)


def _all_scaled(method: Method, call: Call, case: Case) -> bool | None:
    return _changed(method, call, case, case.values * case.by)


def _shifted(method: Method, call: Call, case: Case) -> bool | None:
    values = case.values.copy()
    values[..., case.child] += case.by
    return _changed(method, call, case, values)


def _has_several(method: Method, call: Call, case: Case) -> bool | None:
    """The method itself finds that it has several answers, or has another one with the children reversed."""
    result = _of(call, case)
    if np.isnan(result).any():
        return None
    of_children = any(isinstance(stated, list | str) for stated in method.example.values())
    if not of_children:
        mirrored = replace(case, values=case.values[:, ::-1], weights=case.weights[::-1])
        other = _of(call, mirrored)
        other = other if method.step == "aggregation" else other[..., ::-1]
        if not np.abs(other - result).max() <= EQUAL * max(1.0, float(np.abs(result).max())):
            return True
    several = [finding for finding in method.findings if finding.kind == SEVERAL_ANSWERS]
    options = {name: option.default for name, option in method.options.items()} | dict(method.example)
    inputs = [case.weights] if "weights" in method.inputs else []
    return any(bool(np.any(finding.holds(case.values, *inputs, **options))) for finding in several)


def _others_matter(method: Method, call: Call, case: Case) -> bool | None:
    """Another unit is added, removed or repeated, and the rest change."""
    units = list(range(case.values.shape[-2]))
    rest = [unit for unit in units if unit != case.unit]
    others = rest if case.change == "removed" else [*units, case.unit]
    before, after = _of(call, case), call(case.values[..., others, :], case.weights, others)
    if method.step == "aggregation":
        before, after = before[rest], after[[others.index(unit) for unit in rest]]
    elif method.step != "weighting":
        before, after = before[..., rest, :], after[..., [others.index(unit) for unit in rest], :]
    if method.step not in EARLIER:
        same = _same(method, before, after)
    else:
        same = None if _is_undefined(method, before) or np.isnan(after).all() else _equal(before, after)
    return None if same is None else not same


def _order_matters(method: Method, call: Call, case: Case) -> bool | None:
    """The units stand in the reverse order, and fare otherwise."""
    backwards = range(case.values.shape[-2])[::-1]
    before, after = _of(call, case), call(case.values[..., ::-1, :], case.weights, backwards)
    if method.step == "aggregation":
        after = after[::-1]
    elif method.step != "weighting":
        after = after[..., ::-1, :]
    if _is_undefined(method, before) or _is_undefined(method, after):
        return None
    return not _equal(before, after)


_CHECKS: Mapping[Property, Callable[[Method, Call, Case], bool | None]] = {
    Property.MONOTONE: _falls,
    Property.COMPENSATING: _is_not_made_up,
    Property.FULLY_COMPENSATING: _is_not_the_sum,
    Property.SCALE: _scaled,
    Property.COMMON_SCALE: _all_scaled,
    Property.SHIFT: _shifted,
    Property.UNIQUE: _has_several,
    Property.INDEPENDENT: _others_matter,
    Property.ALIKE: _order_matters,
}
