"""Common weights that maximise the sum of all units' benefit-of-the-doubt scores."""

from __future__ import annotations

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.methods.kernels.child_statistics import shares
from innov_index.methods.kernels.frontier import column_scale, started_at_average
from innov_index.methods.registry import Trait
from innov_index.methods.steps import weighting
from innov_index.model.arrays import Floats


@weighting.method("bod_common", Trait.LOOPED)
def bod_common(values: Floats) -> Floats:
    """Choose the common weights that are best for all units together, as in benefit of the doubt.

    Formula: maximise sum_i x_i·w such that x_i·w <= 1 for every unit, w >= 0; then w / sum(w)

    Undefined: a score is negative, or all are zero.

    Remedy: normalise to a range of zero and more, e.g. min_max.

    Source: despotis2005 (t = 1)

    A missing value counts as zero. Weights of zero are common: at most as many children have weight as units
    reach the limit.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    filled = np.where(np.isnan(values), 0.0, values)

    def weights_of(place: tuple[int, ...]) -> Floats:
        table = np.asarray(filled[place], dtype=np.float64)
        if np.any(table < 0):
            return np.full(table.shape[-1], np.nan)
        scale = column_scale(table)
        return np.asarray(started_at_average(table / scale).solution() / scale)

    return shares(each_table(values.shape[:-2], values.shape[-1:], weights_of))
