"""What families of imputation share."""

from __future__ import annotations

import numpy as np

from innov_index.model.arrays import Floats, doubles


def into_gaps(values: Floats, estimates: Floats) -> Floats:
    """Values with estimates where they are missing."""
    return np.where(np.isnan(values), estimates, doubles(values))
