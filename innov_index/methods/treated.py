"""What families of treatment share."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Floats, doubles


def reference_or_own(values: Floats, reference: Floats | None) -> Floats:
    """What statistics are learned from."""
    return doubles(values if reference is None else reference)


def logarithm(values: Floats) -> Floats:
    """Natural logarithms; NaN of what has none."""
    return np.asarray(np.log(np.where(values > 0, values, np.nan)))
