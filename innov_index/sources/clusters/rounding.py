"""Comparing sums of weights without their rounding errors."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Floats

DIGITS = 12
"""Significant digits that are compared: the order in which weights were added up decides nothing."""


def comparable(totals: Floats) -> Floats:
    """Return the totals rounded to so many significant digits that equal sums are equal numbers."""
    return np.array([float(f"{total:.{DIGITS}g}") for total in totals.tolist()])
