"""Rounding: the score of a node as it is printed.

Scores are rounded as decimal numbers: a score that is halfway between two decimals apart from binary rounding
noise (0.285 to two decimals) counts as halfway.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.limits import Digits
from innov_index.methods.kernels.ranks import POWERS_OF_TEN, round_significant
from innov_index.methods.registry import Trait
from innov_index.methods.steps import rounding
from innov_index.model.arrays import Floats

NOISELESS_DIGITS = 14
"""Significant digits that the rounding noise of a few operations on doubles does not reach."""
WITHOUT_DECIMALS = 2.0**53
"""From here on doubles are whole numbers."""


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
    return _rounded(scores, decimals, lambda shifted: np.copysign(np.floor(np.abs(shifted) + 0.5), shifted))


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
    return _rounded(scores, decimals, np.rint)


def _rounded(scores: Floats, decimals: int, to_whole: Callable[[Floats], Floats]) -> Floats:
    """Scores to decimals by a rounding to whole numbers; those that are too large for decimals stay."""
    given = np.asarray(scores, dtype=np.float64)
    large = np.abs(given) >= WITHOUT_DECIMALS
    shifted = np.where(large, 0.0, given) * POWERS_OF_TEN[decimals]
    has_tenths = np.abs(shifted) < POWERS_OF_TEN[NOISELESS_DIGITS - 1]
    shifted = np.where(has_tenths, round_significant(shifted, NOISELESS_DIGITS), shifted)
    return np.where(large, given, to_whole(shifted) / POWERS_OF_TEN[decimals] + 0.0)
