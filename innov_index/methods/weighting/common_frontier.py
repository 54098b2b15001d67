"""Common weights that maximise the sum of all units' benefit-of-the-doubt scores."""

from __future__ import annotations

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.methods.kernels.child_statistics import shares
from innov_index.methods.kernels.frontier import (
    DIFFERENT,
    column_scale,
    least_weights,
    started_at_average,
    unscaled,
)
from innov_index.methods.registry import SEVERAL_ANSWERS, Finding, Trait
from innov_index.methods.steps import weighting
from innov_index.model.arrays import Bools, Floats, doubles


def _are_several(values: Floats) -> Bools:
    """Whether other weights are as good, for each leading index."""
    filled = _filled(values)

    def several(place: tuple[int, ...]) -> Floats:
        table = filled[place]
        if np.any(table < 0):
            return np.zeros(())
        scaled = table / column_scale(table)
        vertex = started_at_average(scaled).solution()
        return np.asarray(np.abs(least_weights(scaled, vertex) - vertex).max() > DIFFERENT)

    return each_table(values.shape[:-2], (), several) > 0


@weighting.method(
    "bod_common",
    Trait.HIGH_IS_GOOD,
    Trait.LOOPED,
    findings=(
        Finding(
            _are_several,
            "several sets of weights are best for all units; shown are the most even of them",
            SEVERAL_ANSWERS,
        ),
    ),
    properties="common_scale alike",
)
def bod_common(values: Floats) -> Floats:
    """Choose the common weights that are best for all units together, as in benefit of the doubt.

    Formula: maximise sum_i x_i·w such that x_i·w <= 1 for every unit, w >= 0; then w / sum(w)

    Undefined: a score is negative, or all are zero.

    Remedy: normalise to a range of zero and more, e.g. min_max.

    Source: despotis2005 (t = 1)

    A missing value counts as zero. Weights of zero are common: at most as many children have weight as units
    reach the limit. If several sets of weights are best, the result is the one with the least sum of squares,
    each weight times the largest score of its child: the order of units and children changes nothing.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    filled = _filled(values)

    def weights_of(place: tuple[int, ...]) -> Floats:
        table = filled[place]
        if np.any(table < 0):
            return np.full(table.shape[-1], np.nan)
        scale = column_scale(table)
        return unscaled(_best(table / scale), scale)

    return shares(each_table(values.shape[:-2], values.shape[-1:], weights_of))


def _filled(values: Floats) -> Floats:
    return np.where(np.isnan(values), 0.0, doubles(values))


def _best(table: Floats) -> Floats:
    """The best weights; of several, those with the least sum of squares."""
    vertex = started_at_average(table).solution()
    least = least_weights(table, vertex)
    return least if np.abs(least - vertex).max() > DIFFERENT else vertex
