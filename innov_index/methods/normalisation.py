"""Normalisation: indicators in their own units → scores on one scale, more is better.

Parameters that are values of an indicator (goalposts, targets, breaks) are in the indicator's own units,
whatever its direction. A missing value stays missing and takes no part in any statistic. Statistics come from
`reference` where it is given (another edition, all editions pooled), otherwise from the values themselves.
"""

from __future__ import annotations

from innov_index.methods import (
    class_scales,
    distance_scales,
    range_scales,
    rank_scales,
    ratio_scales,
    spread_scales,
)
from innov_index.methods.registry import Step

normalisation = Step("normalisation")

normalisation.method("none")(ratio_scales.none)
normalisation.method("min_max")(range_scales.min_max)
normalisation.method("z_score")(spread_scales.z_score)
normalisation.method("robust_z")(spread_scales.robust_z)
normalisation.method("rank")(rank_scales.rank)
normalisation.method("percentile_rank")(rank_scales.percentile_rank)
normalisation.method("borda")(rank_scales.borda)
normalisation.method("goalposts")(range_scales.goalposts)
normalisation.method("goalposts_by_unit")(range_scales.goalposts_by_unit)
normalisation.method("distance_to_target")(distance_scales.distance_to_target)
normalisation.method("distance_to_reference")(distance_scales.distance_to_reference)
normalisation.method("distance_to_best")(distance_scales.distance_to_best)
normalisation.method("share_of_best")(ratio_scales.share_of_best)
normalisation.method("share_of_total")(ratio_scales.share_of_total)
normalisation.method("vector")(ratio_scales.vector)
normalisation.method("logistic")(spread_scales.logistic)
normalisation.method("tanh")(spread_scales.tanh)
normalisation.method("above_below_mean")(class_scales.above_below_mean)
normalisation.method("classes")(class_scales.classes)
normalisation.method("breaks")(class_scales.breaks)
normalisation.method("linear")(ratio_scales.linear)
