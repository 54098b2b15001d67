"""The steps over indicators, in the handbook's order: denomination to normalisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from innov_index.config.settings import TESTED_BY
from innov_index.frozen import frozen
from innov_index.methods.kernels.exactness import ColumnBounds, without_doubtful_zeros
from innov_index.methods.kernels.preparation import present
from innov_index.methods.registry import Trait
from innov_index.methods.treatment.caps import passes
from innov_index.model.arrays import Bools, Floats
from innov_index.pipeline.binding import Plan
from innov_index.pipeline.bounds import before_normalisation, of_scaled, settled_before
from innov_index.pipeline.calls import Call, with_reference
from innov_index.pipeline.undefined import REFUSED, Undefined, of_edition, of_plan


@frozen
class IndicatorSteps:
    """Values after each step, (..., units, indicators), and what the steps did.

    `kept` (..., units) is False for a unit without a row and for one that screening removed: its values are
    missing in every later step. `imputed_cells` and `treated_cells` mark the cells that a step filled or
    changed, `fallen_back` (..., indicators) the indicators that got the second treatment. `bounds`: how
    far rounding can have moved the normalised values; `doubts` (..., indicators): at most how far those
    before, which decides their ties.
    """

    denominated: Floats
    imputed: Floats
    screened: Floats
    treated: Floats
    normalised: Floats
    bounds: ColumnBounds
    doubts: Floats
    kept: Bools
    imputed_cells: Bools
    treated_cells: Bools
    fallen_back: Bools


def run_indicator_steps(plan: Plan, values: Floats, undefined: Undefined = REFUSED) -> IndicatorSteps:
    """Take raw values to normalised ones.

    Parameters
    ----------
    plan : Plan
    values : (..., editions, units, indicators)
        Raw values in the order of the leaves.
    undefined : Undefined
        What to do where a method has no result for values that are present: refuse by default.

    Raises
    ------
    UndefinedError
        From `undefined`.
    """
    steps = _run_all(plan, values, of_plan(plan, undefined))
    for edition, own in plan.editions:
        others = run_indicator_steps(own, values, of_edition(plan, undefined, edition))
        steps = _with_edition(steps, others, edition)
    return steps


def _with_edition(steps: IndicatorSteps, others: IndicatorSteps, edition: int) -> IndicatorSteps:
    """The steps, with one edition replaced by that of others."""
    replaced: dict[str, Any] = {"bounds": _bounds_with_edition(steps.bounds, others.bounds, edition)}
    for name, values in vars(steps).items():
        if name == "bounds":
            continue
        after = 1 if name in ("kept", "fallen_back", "doubts") else 2
        editions = values.shape[-1 - after]
        here = (np.arange(editions) == edition).reshape(-1, *(1,) * after)
        replaced[name] = np.where(here, getattr(others, name), values)
    return IndicatorSteps(**replaced)


def _bounds_with_edition(bounds: ColumnBounds, others: ColumnBounds, edition: int) -> ColumnBounds:
    here = (np.arange(bounds.low.shape[-2]) == edition)[:, None]
    pairs = zip(vars(bounds).values(), vars(others).values(), strict=True)
    return ColumnBounds(*(np.where(here, other, own) for own, other in pairs))


def _run_all(plan: Plan, values: Floats, undefined: Undefined) -> IndicatorSteps:
    """All steps, by the same rules in each edition."""
    measured = present(values)
    denominated = _run(plan, "denomination", values, undefined)
    imputed = _run(plan, "imputation", denominated, undefined)
    if not plan.present.all():
        imputed = np.where(plan.present[..., None], imputed, np.nan)
    kept, screened = _screen(plan, imputed, measured)
    treated, fallen_back = _treat(plan, screened, undefined)
    available = present(screened)
    imputed_cells = available & ~present(denominated)
    estimated = imputed_cells.copy()
    for call in plan.leaf_steps["imputation"]:
        traits = call.method.traits
        if Trait.CHOOSES in traits or not {Trait.COMPARES_UNITS, Trait.PANEL} & traits:
            # stated or copied, not computed from other values
            estimated[..., call.columns] = False
    treated_cells = available & (treated != screened)
    computed = None if denominated is values else _of_changed_columns(values, denominated)
    treatments = plan.leaf_steps["treatment"]
    doubts = before_normalisation(treatments, computed, screened, treated, estimated, treated_cells)
    normalised, bounds = _normalise(plan, treated, doubts, treated == values, undefined)
    return IndicatorSteps(
        denominated=denominated,
        imputed=imputed,
        screened=screened,
        treated=treated,
        normalised=normalised,
        bounds=bounds,
        doubts=np.broadcast_to(doubts, fallen_back.shape),
        kept=kept,
        imputed_cells=imputed_cells,
        treated_cells=treated_cells,
        fallen_back=fallen_back,
    )


def _of_changed_columns(before: Floats, after: Floats) -> Floats:
    """Values after a step that changed some of the columns; 0 in the others, which are exact."""
    different = ((after != before) & present(before)).any(axis=-2, keepdims=True)
    return np.where(different, after, 0.0)


def _normalise(
    plan: Plan, values: Floats, doubts: Floats, read: Bools, undefined: Undefined
) -> tuple[Floats, ColumnBounds]:
    """Normalised values and their bounds: no scale is learned from differences that are noise.

    `read` (..., units, indicators) marks the values that stand as they were read.
    """
    calls = plan.leaf_steps["normalisation"]
    if len(calls) == 1:
        return _normalised(plan, calls[0], values, doubts, read, undefined)
    normalised = np.empty(values.shape)
    columns = (*values.shape[:-2], values.shape[-1])
    bounds = ColumnBounds(np.empty(columns), np.empty(columns), np.empty(columns))
    for call in calls:
        own = doubts[..., call.columns] if doubts.ndim else doubts
        cells = (values[..., call.columns], own, read[..., call.columns])
        result, found = _normalised(plan, call, *cells, undefined)
        normalised[..., call.columns] = result
        for whole, part in zip(vars(bounds).values(), vars(found).values(), strict=True):
            whole[..., call.columns] = part
    return normalised, bounds


def _normalised(
    plan: Plan, call: Call, values: Floats, doubts: Floats, read: Bools, undefined: Undefined
) -> tuple[Floats, ColumnBounds]:
    """The same for the indicators of one call, (..., units, indicators of the call)."""
    values = settled_before(call, values, doubts, read)
    result = _apply(plan, call, values, undefined)
    bounds = of_scaled(call, values, result, doubts, _inputs(plan, call, values))
    return without_doubtful_zeros(result, bounds.absolute[..., None, :]), bounds


def _run(plan: Plan, step: str, values: Floats, undefined: Undefined) -> Floats:
    """Apply the calls of a step, each to its indicators."""
    calls = plan.leaf_steps[step]
    if len(calls) == 1:
        return _apply(plan, calls[0], values, undefined)
    result = np.empty_like(values)
    for call in calls:
        result[..., call.columns] = _apply(plan, call, values[..., call.columns], undefined)
    return result


def _apply(plan: Plan, call: Call, values: Floats, undefined: Undefined) -> Floats:
    """Apply one call to its indicators; what has no result is reported."""
    if call.method.is_identity and "direction" not in call.method.inputs:
        return values
    result = with_reference(call, values, _inputs(plan, call, values))
    undefined.indicators(plan, call, values, result)
    return result


def _inputs(plan: Plan, call: Call, values: Floats) -> dict[str, Any]:
    inputs = {"direction": plan.framework.directions[call.columns], "years": plan.years}
    learned_from = plan.learned_from(values)
    return inputs if learned_from is None else {**inputs, "reference": learned_from}


def _screen(plan: Plan, values: Floats, measured: Bools) -> tuple[Bools, Floats]:
    """Units and indicators with too little data become missing."""
    kept = np.broadcast_to(plan.present, values.shape[:-1])
    screened = values
    for call in plan.screening.values():
        seen = values
        if call.step_options["count"] == "measured":
            seen = np.where(measured, values, np.nan)
        codes = [plan.framework.codes[leaf] for leaf in plan.framework.leaves]
        mask = call(seen, codes=tuple(codes))
        if Trait.SCREENS_UNITS in call.method.traits:
            kept = kept & mask
        else:
            screened = np.where(mask[..., None, :], screened, np.nan)
    return kept, screened if kept.all() else np.where(kept[..., None], screened, np.nan)


def _treat(plan: Plan, values: Floats, undefined: Undefined) -> tuple[Floats, Bools]:
    """Treatment; indicators that still fail its test get the fallback instead, where one is stated."""
    treated = _run(plan, "treatment", values, undefined)
    fallen_back = np.zeros((*values.shape[:-2], values.shape[-1]), dtype=np.bool_)
    for call in plan.leaf_steps["treatment"]:
        if call.fallback is None or call.options.get("force") is not None:
            continue
        before, after = values[..., call.columns], treated[..., call.columns]
        test = {name: call.options[name] for name in TESTED_BY}
        failing = ~passes(after, **test)
        if not failing.any():
            continue
        if not treated.flags.writeable or treated is values:
            treated = treated.copy()
        start = after if call.step_options["fallback_on"] == "treated" else before
        tried = np.where(failing[..., None, :], start, np.nan)
        second = with_reference(call.fallback, tried, _inputs(plan, call, tried))
        undefined.indicators(plan, call.fallback, tried, second)
        treated[..., call.columns] = np.where(failing[..., None, :], second, after)
        fallen_back[..., call.columns] = failing
    return treated, fallen_back
