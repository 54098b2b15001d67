"""Normalisation: indicators in their own units → scores on one scale, more is better.

Parameters that are values of an indicator (goalposts, targets, breaks) are in the indicator's own units,
whatever its direction. A missing value stays missing and takes no part in any statistic. Statistics come from
`reference` where it is given (another edition, all editions pooled), otherwise from the values themselves.
"""

from __future__ import annotations

from innov_index.methods.normalisation import (
    class_scales,
    distance_scales,
    range_scales,
    rank_scales,
    ratio_scales,
    spread_scales,
)
from innov_index.methods.steps import normalisation

__all__ = [
    "class_scales",
    "distance_scales",
    "normalisation",
    "range_scales",
    "rank_scales",
    "ratio_scales",
    "spread_scales",
]
