"""Indicators that follow the size of a unit: they may need a denominator."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.compare.agreement import Kind, correlation_matrix
from innov_index.model.arrays import Floats


def correlations_with_denominators(values: Floats, denominators: Floats, kind: Kind = "pearson") -> Floats:
    """Correlation of every indicator with every denominator, over the units that have both.

    Source: coinr get_denom_corr.

    Parameters
    ----------
    values : (..., units, indicators)
    denominators : (..., units, denominators)

    Returns
    -------
    (..., indicators, denominators)
    """
    indicators = values.shape[-1]
    together = np.concatenate([values, denominators], axis=-1)
    return correlation_matrix(together, kind)[..., :indicators, indicators:]
