"""How much of the data is there, by unit and by node."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.model.arrays import Floats


@dataclass(frozen=True)
class Availability:
    """Counts and shares of each unit, all of shape (..., units).

    `non_zero_share` is among the values that are there; NaN for a unit without any.
    """

    missing: Floats
    zeros: Floats
    available_share: Floats
    non_zero_share: Floats


def unit_availability(values: Floats) -> Availability:
    """Count what is missing and what is zero. Source: coinr get_data_avail.

    Parameters
    ----------
    values : (..., units, indicators)
    """
    gaps = np.isnan(values)
    missing = np.sum(gaps, axis=-1, dtype=np.float64)
    zeros = np.sum(values == 0, axis=-1, dtype=np.float64)
    there = values.shape[-1] - missing
    return Availability(
        missing=np.asarray(missing),
        zeros=np.asarray(zeros),
        available_share=np.asarray(there / values.shape[-1]),
        non_zero_share=np.asarray(1 - zeros / np.where(there > 0, there, np.nan)),
    )


def node_availability(values: Floats, leaf_matrix: Floats) -> Floats:
    """Share of the indicators below each node that a unit has.

    Parameters
    ----------
    values : (..., units, indicators)
    leaf_matrix : (indicators, nodes)
        1 where the indicator stands below the node.

    Returns
    -------
    (..., units, nodes)
    """
    there = (~np.isnan(values)).astype(np.float64)
    return np.asarray(there @ leaf_matrix / leaf_matrix.sum(axis=0))
