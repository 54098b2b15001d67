"""What families of normalisation share: oriented values, linear maps, truncation, a check of options."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from innov_index.errors import ColumnsError
from innov_index.methods.kernels.preparation import constant_to_nan, oriented
from innov_index.methods.registry import Each
from innov_index.model.arrays import Floats

Truncate: TypeAlias = bool | Literal["low", "high"]


def oriented_pair(
    values: Floats, direction: Floats, reference: Floats | None = None
) -> tuple[Floats, Floats]:
    """The values and those from which statistics are learned (the reference, if any), both oriented."""
    x = oriented(np.asarray(values, dtype=np.float64), direction)
    return x, x if reference is None else oriented(np.asarray(reference, dtype=np.float64), direction)


def stretched(x: Floats, worst: Floats, best: Floats, low: Each, high: Each) -> Floats:
    """Linear map of `worst` to `low` and of `best` to `high`; NaN unless worst is below best."""
    scores: Floats = x - worst
    scores /= constant_to_nan(best - worst)
    scores *= high - low
    scores += low
    return scores


def truncated(scores: Floats, low: Each, high: Each, truncate: Truncate) -> Floats:
    """Scores kept within `low` and `high`, on the sides stated by `truncate`."""
    if truncate in (True, "low"):
        scores = np.maximum(scores, low)
    if truncate in (True, "high"):
        scores = np.minimum(scores, high)
    return scores


def require_positive(**numbers: Each) -> None:
    """Raise unless each number is positive for every indicator; otherwise more would not be better."""
    for name, number in numbers.items():
        stated = np.atleast_1d(number)
        wrong = np.flatnonzero(stated <= 0)
        if len(wrong):
            raise ColumnsError({int(c): f"{name} must be positive; got {stated[c]:g}" for c in wrong})
