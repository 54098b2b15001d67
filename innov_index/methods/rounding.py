"""Rounding: the score of a node as it is printed.

Scores are rounded as decimal numbers: a score that is halfway between two decimals apart from binary rounding
noise (0.285 to two decimals) counts as halfway.
"""

from __future__ import annotations

import numpy as np

from innov_index.limits import Digits
from innov_index.methods.kernels.ranks import POWERS_OF_TEN, round_significant
from innov_index.methods.registry import Trait
from innov_index.methods.steps import rounding
from innov_index.model.arrays import Floats

NOISELESS_DIGITS = 14
"""Significant digits that the rounding noise of a few operations on doubles does not reach."""


@rounding.method("none", Trait.IDENTITY)
def none(scores: Floats) -> Floats:
    """Leave the scores as they are.

    Formula: s

    Source: ieee754 none

    Parameters
    ----------
    scores : (..., units)

    Returns
    -------
    (..., units)
    """
    return np.asarray(scores, dtype=np.float64)


@rounding.method("half_up", example={"decimals": 1})
def half_up(scores: Floats, *, decimals: Digits) -> Floats:
    """Round to decimals, halves away from zero: 0.25 becomes 0.3, and -0.25 becomes -0.3.

    Formula: sign(s) floor(|s| 10^d + 1/2) / 10^d

    Source: ieee754 roundTiesToAway

    Parameters
    ----------
    scores : (..., units)
    decimals : int
        Number of decimals.

    Returns
    -------
    (..., units)
        A missing score stays missing.
    """
    shifted = _shifted(scores, decimals)
    rounded = np.copysign(np.floor(np.abs(shifted) + 0.5), shifted)
    return np.asarray(rounded / POWERS_OF_TEN[decimals] + 0.0)


@rounding.method("half_even", example={"decimals": 1})
def half_even(scores: Floats, *, decimals: Digits) -> Floats:
    """Round to decimals, halves to the even neighbour: 0.25 becomes 0.2, and 0.35 becomes 0.4.

    Formula: the multiple of 10^-d nearest to s; the even one of two that are equally near

    Source: ieee754 roundTiesToEven

    Parameters
    ----------
    scores : (..., units)
    decimals : int
        Number of decimals.

    Returns
    -------
    (..., units)
        A missing score stays missing.
    """
    return np.asarray(np.rint(_shifted(scores, decimals)) / POWERS_OF_TEN[decimals] + 0.0)


def _shifted(scores: Floats, decimals: int) -> Floats:
    shifted = np.asarray(scores, dtype=np.float64) * POWERS_OF_TEN[decimals]
    return round_significant(shifted, NOISELESS_DIGITS)
