"""Benefit of the doubt beside few others: a frontier that no single unit can set (order m)."""

from __future__ import annotations

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.errors import OptionError
from innov_index.limits import AtLeastOne
from innov_index.methods.kernels.preparation import present
from innov_index.methods.registry import Positive, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats

BLOCK = 2**15
"""Ratios that are computed at once: few enough for the processor's cache."""


@aggregation.method(
    "order_m",
    Trait.HIGH_IS_GOOD,
    Trait.COMPARES_UNITS,
    Trait.IGNORES_WEIGHTS,
    example={"m": 3},
    properties="monotone compensating scale common_scale unique alike",
)
def order_m(values: Floats, *, m: AtLeastOne, steps: list[Positive] | None = None) -> Floats:
    """Order-m score: how a unit compares with the best of m units that are drawn at random.

    A drawn unit surpasses another by the factor that it does in every child. The expectation over all draws
    is exact, so that nothing is drawn. A missing child counts as zero for others, and is left out of the
    unit's own comparisons, as is a child at zero. A unit without children above zero scores 0.

    Formula: y_i = 1 / Σ_k r_k [(k / n)^m - ((k - 1) / n)^m], r the n units' min_j x_rj / (g_j x_ij) in rising
    order: the expectation of the largest of m of them, drawn with replacement

    Undefined: a child's score is negative.

    Remedy: normalise to a range of zero and more, e.g. min_max.

    Source: cazals2002 (section 2)

    Parameters
    ----------
    values : (..., units, children)
    m : int
        Number of units that are drawn. The larger it is, the nearer are scores to those beside all units.
    steps : list of float, optional
        The direction g: what each child of the unit is multiplied by. All 1 by default.

    Returns
    -------
    (..., units)
        1 for units that the best of m units equals on average, more for better ones.
    """
    size = values.shape[-1]
    if steps is not None and len(steps) != size:
        raise OptionError(f"steps must give {size} numbers, one for each child; got {len(steps)}")
    step = np.ones(size) if steps is None else np.asarray(steps, dtype=np.float64)

    def scores_of(place: tuple[int, ...]) -> Floats:
        return _scores(np.asarray(values[place], dtype=np.float64), m, step)

    return each_table(values.shape[:-2], values.shape[-2:-1], scores_of)


def _scores(table: Floats, m: int, step: Floats) -> Floats:
    """Scores of one table, (units,)."""
    if np.any(table < 0):
        return np.full(len(table), np.nan)
    there = np.asarray(present(table).any(axis=1))
    filled = np.where(np.isnan(table), 0.0, table)
    rivals, scores = filled[there], np.where(there, 0.0, np.nan)
    places = np.arange(len(rivals) + 1) / max(len(rivals), 1)
    chances = np.diff(places**m)
    units = np.flatnonzero((filled > 0).any(axis=1))
    rows = max(1, BLOCK // max(len(rivals), 1))
    for start in range(0, len(units), rows):
        block = units[start : start + rows]
        ratios = np.sort(_least_ratios(rivals, filled[block] * step), axis=1)
        scores[block] = 1.0 / (ratios @ chances)
    return scores


def _least_ratios(rivals: Floats, own: Floats) -> Floats:
    """For each unit and rival the least ratio of a child, (units, rivals): those to 0 do not count."""
    found = np.full((len(own), len(rivals)), np.inf)
    ratios = np.empty(found.shape)
    with np.errstate(over="ignore"):
        for of_rivals, of_own in zip(np.ascontiguousarray(rivals.T), own.T, strict=True):
            if (of_own > 0).all():
                np.divide(of_rivals, of_own[:, None], out=ratios)
                np.minimum(found, ratios, out=found)
            else:
                held = np.flatnonzero(of_own > 0)
                found[held] = np.minimum(found[held], of_rivals / of_own[held, None])
    return found
