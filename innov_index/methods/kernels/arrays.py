"""Arrays of values as every step sees them: present, oriented, with a spread to divide by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from innov_index.model.arrays import Bools, Floats


def oriented(values: Floats, direction: Floats) -> Floats:
    """Values times direction, so that more is better in every column."""
    return values if np.all(direction > 0) else values * direction


def constant_to_nan(spread: NDArray[np.float64]) -> Floats:
    """Zero spreads become NaN: what is divided by one has no result, and must not become infinite."""
    return np.where(spread > 0, spread, np.nan)


def present(values: Floats) -> Bools:
    """True where a value is there; missing is NaN and only NaN."""
    return ~np.isnan(values)
