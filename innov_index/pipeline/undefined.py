"""A result that is missing although its inputs are present.

A single score refuses it with one error that names indicator, unit and ways out. A simulation counts the
draws without a result, by cause.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from innov_index.errors import Problem, UndefinedError
from innov_index.methods.kernels import column_statistics
from innov_index.methods.registry import Method
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.pipeline.binding import Plan
from innov_index.pipeline.calls import Call, with_reference
from innov_index.wording import counted

_MOST = 10
_FILL = "impute the missing values, or leave out the unit"
_FILL_OR_LEAVE = (
    "impute the missing values, or state missing: propagate, which leaves the unit without a score"
)


class Undefined(Protocol):
    """What to do where a method has no result although its inputs are present."""

    def indicators(self, plan: Plan, call: Call, values: Floats, result: Floats) -> None:
        """A method over indicators: values and result, (..., units, indicators of the call)."""

    def node(
        self, plan: Plan, call: Call, node: int, undefined: Bools, children: Floats, culprits: Bools
    ) -> None:
        """An aggregation.

        Parameters
        ----------
        undefined : (..., units)
        children : (..., units, children)
        culprits : (..., units, children)
            The children to look at.
        """

    def weights(self, call: Call, values: Floats, weights: Floats) -> None:
        """A weighting method: values (..., units, children), weights (..., children)."""


class Refused:
    """Raises an `UndefinedError`."""

    def indicators(self, plan: Plan, call: Call, values: Floats, result: Floats) -> None:
        undefined = undefined_values(call, values, result)
        if not undefined.any():
            return
        leaves = plan.framework.leaves[call.columns]
        problems = []
        for column in np.flatnonzero(undefined.any(axis=tuple(range(undefined.ndim - 1)))):
            code = plan.framework.codes[leaves[column]]
            units = _units(plan, undefined[..., column], values[..., column])
            problems.append(Problem(f"{call.where} {call.method.name} has no result for '{code}' {units}"))
        raise UndefinedError(_with_reason(problems, call.method))

    def node(
        self, plan: Plan, call: Call, node: int, undefined: Bools, children: Floats, culprits: Bools
    ) -> None:
        if not undefined.any():
            return
        operands = plan.operands[int(np.searchsorted(plan.framework.inner, node))]
        codes = [plan.framework.codes[operand] for operand in operands]
        problems: list[Problem] = []
        gaps_at_fault = False
        gaps = np.isnan(children) & ~culprits
        if gaps[undefined].any():
            gaps &= ~_undefined_without_gaps(call, children)[..., None]
        for place in np.argwhere(undefined)[:_MOST]:
            here = tuple(place)
            found = [f"'{codes[c]}' is {children[(*here, c)]:.6g}" for c in np.flatnonzero(culprits[here])]
            # a gap is at fault only where nothing else is
            found = found or [f"'{codes[c]}' is missing" for c in np.flatnonzero(gaps[here])]
            gaps_at_fault |= bool(gaps[here].any())
            if not found:
                fault = _of_edition(plan, call, codes, undefined, children, here[:-1])
                gaps_at_fault |= fault.lies_in_gaps
                problems += fault.problems
                continue
            message = f"{call.where} {call.method.name} has no result for unit {_unit(plan, place)}"
            problems.append(Problem(f"{message}: {', '.join(found[:5])}"))
        if gaps.any() and not culprits[undefined].any() and gaps_at_fault:
            # where a gap takes the score from other units too, leaving the unit without one is no way out
            remedy = _FILL_OR_LEAVE if bool(gaps[undefined].any(axis=-1).all()) else _FILL
            raise UndefinedError([*dict.fromkeys(problems), Problem(f"Ways out: {remedy}")])
        raise UndefinedError(_with_reason(list(dict.fromkeys(problems)), call.method))

    def weights(self, call: Call, values: Floats, weights: Floats) -> None:
        if not _without_weights(values, weights).any():
            return
        problem = Problem(f"{call.where} {call.method.name} has no weights")
        raise UndefinedError(_with_reason([problem], call.method))


REFUSED = Refused()


class InEditions:
    """Passes on to another what is undefined in some of the editions alone: nobody asks for the others."""

    def __init__(self, passed_to: Undefined, editions: Bools) -> None:
        self.passed_to = passed_to
        self.editions = editions

    def indicators(self, plan: Plan, call: Call, values: Floats, result: Floats) -> None:
        self.passed_to.indicators(plan, call, self._here(values), result)

    def node(
        self, plan: Plan, call: Call, node: int, undefined: Bools, children: Floats, culprits: Bools
    ) -> None:
        self.passed_to.node(plan, call, node, undefined & self.editions[:, None], children, culprits)

    def weights(self, call: Call, values: Floats, weights: Floats) -> None:
        self.passed_to.weights(call, self._here(values), weights)

    def _here(self, values: Floats) -> Floats:
        """The values (..., editions, units, columns) of these editions; those of the others are missing."""
        return np.where(self.editions[:, None, None], values, np.nan)


def of_plan(plan: Plan, undefined: Undefined) -> Undefined:
    """For the rules of a plan: editions with rules of their own are left out."""
    if not (plan.editions and plan.editions_apart):
        return undefined
    editions = np.ones(len(plan.dataset.editions), dtype=np.bool_)
    editions[[position for position, _ in plan.editions]] = False
    return InEditions(undefined, editions)


def of_edition(plan: Plan, undefined: Undefined, position: int) -> Undefined:
    """For one edition of a plan's data: what is undefined in the others is left out if it cannot matter."""
    if not (plan.dataset.editions and plan.editions_apart):
        return undefined
    return InEditions(undefined, np.arange(max(len(plan.dataset.editions), 1)) == position)


class Counted:
    """Notes the draws (the first axis of every array) without a result, by cause."""

    def __init__(self, draws: int) -> None:
        self.draws: Bools = np.zeros(draws, dtype=np.bool_)
        self.causes: dict[str, Bools] = {}

    def indicators(self, plan: Plan, call: Call, values: Floats, result: Floats) -> None:
        self._note(call, undefined_values(call, values, result))

    def node(
        self, plan: Plan, call: Call, node: int, undefined: Bools, children: Floats, culprits: Bools
    ) -> None:
        self._note(call, undefined)

    def weights(self, call: Call, values: Floats, weights: Floats) -> None:
        self._note(call, _without_weights(values, weights))

    def note(self, cause: str, draws: Bools | Ints) -> None:
        """Note draws (a mask, or positions) without a result."""
        self.causes.setdefault(cause, np.zeros_like(self.draws))[draws] = True
        self.draws[draws] = True

    def include(self, part: Counted, start: int) -> None:
        """Take over the notes of a part whose first draw is `start`."""
        for cause, draws in part.causes.items():
            self.note(cause, start + np.flatnonzero(draws))

    def _note(self, call: Call, undefined: Bools) -> None:
        if undefined.any():
            self.note(
                f"{call.where} {call.method.name}",
                np.asarray(undefined.any(axis=tuple(range(1, undefined.ndim)))),
            )


class _Fault(NamedTuple):
    """What is at fault where a method has no result, and whether gaps are."""

    problems: list[Problem]
    lies_in_gaps: bool = False


def _of_edition(
    plan: Plan, call: Call, codes: Sequence[str], undefined: Bools, children: Floats, at: tuple[int, ...]
) -> _Fault:
    """What is at fault in an edition where it is no unit's own score: constant children, or gaps."""
    values = children[at]
    message = f"{call.where} {call.method.name} has no result"
    where = f" in {plan.dataset.editions[at[-1]]}" if plan.dataset.editions else ""
    constant = [
        f"'{codes[child]}' is {values[~np.isnan(values[:, child]), child][0]:.6g} for every unit"
        for child in _constant_at_fault(call, values)
    ]
    if constant:
        return _Fault([Problem(f"{message}{where}: {', '.join(constant[:5])}")])
    gaps = [
        f"'{codes[child]}' is missing for unit '{plan.dataset.units.codes[unit]}'"
        for unit, child in np.argwhere(np.isnan(values) & ~np.isnan(values).all(axis=-1, keepdims=True))
    ]
    if gaps and not _undefined_without_gaps(call, values[None])[0][undefined[at]].all():
        return _Fault([Problem(f"{message}{where}: {', '.join(gaps[:5])}")], lies_in_gaps=True)
    units = (_unit(plan, np.array([*at, unit])) for unit in np.flatnonzero(undefined[at]))
    return _Fault([Problem(f"{message} for unit {unit}") for unit in units])


def _undefined_without_gaps(call: Call, children: Floats) -> Bools:
    """Units that would have no result either if every gap held the mean of its child, (..., units)."""
    filled = np.where(np.isnan(children), column_statistics.mean(children), children)
    if "direction" in call.method.inputs or np.isnan(filled).any():
        return np.zeros(children.shape[:-1], dtype=np.bool_)
    with np.errstate(all="ignore"):
        return ~np.isfinite(with_reference(call, filled, _equal_weights(children.shape[-1])))


def _equal_weights(children: int) -> dict[str, Any]:
    return {"weights": np.full(children, 1 / children), "given": np.ones(children)}


def _constant_at_fault(call: Call, values: Floats) -> list[int]:
    """Constant children, (units, children), each of which alone leaves a method without a result.

    Each is tried beside children that differ: a constant that is harmless to the method is no fault.
    """
    if "direction" in call.method.inputs:
        return []  # a rescaling has no children beside the node's own scores
    units, children = values.shape
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spread = np.nanmax(values, axis=0) - np.nanmin(values, axis=0)
    differing = np.repeat(np.arange(1.0, units + 1)[:, None], children, axis=1)
    equal = _equal_weights(children)
    found = []
    for child in np.flatnonzero(spread == 0):
        tried = np.where(np.arange(children) == child, values, differing)
        with np.errstate(all="ignore"):
            if not np.isfinite(with_reference(call, tried[None], equal)).any():
                found.append(int(child))
    return found


def undefined_values(call: Call, values: Floats, result: Floats) -> Bools:
    """Where a method over indicators, or a rescaling, has no result although its inputs are present."""
    undefined = ~np.isfinite(result) & ~np.isnan(values)
    for stated in call.stated_columns:
        undefined &= ~np.isnan(stated)  # a missing denominator makes the result missing, not undefined
    if call.method.stands_on is not None:
        undefined &= ~np.isnan(call.method.stands_on(values, **call.options))
    return np.asarray(undefined)


def _without_weights(values: Floats, weights: Floats) -> Bools:
    undefined = ~np.isfinite(weights).all(axis=-1)
    return np.asarray(undefined & ~np.isnan(values).all(axis=(-2, -1)))


def _all_of(there: Bools) -> str:
    number, noun = (there.shape[-1], "unit") if there.all() else (int(there.sum()), "value")
    return f"(the only {noun})" if number == 1 else f"(all {counted(number, noun)})"


def _units(plan: Plan, undefined: Bools, values: Floats) -> str:
    there = ~np.isnan(values)
    if undefined.sum() == there.sum():
        return _all_of(there)
    places = np.argwhere(undefined)
    named = [f"{_unit(plan, place)} (value {values[tuple(place)]:.6g})" for place in places[:5]]
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"of unit {', '.join(named)}{more}"


def _unit(plan: Plan, place: Ints) -> str:
    """The unit at a place (..., edition, unit), with its edition where the data have editions."""
    editions = plan.dataset.editions
    return f"'{plan.dataset.units.codes[place[-1]]}'" + (f" in {editions[place[-2]]}" if editions else "")


def _with_reason(problems: list[Problem], method: Method) -> list[Problem]:
    shown = problems[:_MOST]
    if len(problems) > _MOST:
        shown.append(Problem(f"… and {len(problems) - _MOST} more"))
    if method.undefined:
        shown.append(Problem(f"Undefined when: {method.undefined}"))
    if method.remedy:
        shown.append(Problem(f"Ways out: {method.remedy}"))
    return shown
