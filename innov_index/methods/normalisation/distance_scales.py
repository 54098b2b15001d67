"""Normalisation by the distance to a target, a unit or the best value."""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels import column_statistics
from innov_index.methods.normalisation.scales import oriented_pair, require_positive, stretched, truncated
from innov_index.methods.registry import Each, Trait, UnitPosition
from innov_index.methods.steps import normalisation
from innov_index.model.arrays import Floats


@normalisation.method(
    "distance_to_target", Trait.AFFINE, example={"target": 30.0}, cut_by="cap", properties="monotone alike"
)
def distance_to_target(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    target: Each,
    cap: bool = False,
    scale: Each = 1.0,
) -> Floats:
    """Progress of each unit from the worst unit towards a target.

    Formula: s = scale (1 - (target - x) / (target - min)), with x and target multiplied by the direction
    first.

    Undefined: the target is not better than the worst unit.

    Remedy: state a target that is better than the worst value, or use goalposts.

    Source: coinr n_dist2targ

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the minimum comes from; the values themselves by default.
    target : float
        In the indicator's own units.
    cap : bool
        Whether better units score no more than `scale`.
    scale : float
        Score at the target.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    x, learned = oriented_pair(values, direction, reference)
    reached = stretched(x, column_statistics.minimum(learned), target * direction, 0.0, scale)
    return truncated(reached, 0.0, scale, "high" if cap else False)


@normalisation.method(
    "distance_to_reference",
    Trait.AFFINE,
    example={"unit": "SGP"},
    cut_by="cap",
    properties="monotone scale shift alike",
)
def distance_to_reference(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    unit: UnitPosition,
    cap: bool = False,
    scale: Each = 1.0,
) -> Floats:
    """Progress of each unit from the worst unit towards a chosen unit.

    Formula: s = scale (1 - (x of unit - x) / (x of unit - min)), with x multiplied by its direction first.

    Undefined: the chosen unit has no value, or is the worst.

    Remedy: choose another unit, or use distance_to_best for the indicator.

    Source: coinr n_dist2ref

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the minimum comes from; the values themselves by default.
    unit : int
        Position of the chosen unit.
    cap : bool
        Whether better units score no more than `scale`.
    scale : float
        Score of the chosen unit.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    x, learned = oriented_pair(values, direction, reference)
    chosen = x[..., unit, np.newaxis, :]
    reached = stretched(x, column_statistics.minimum(learned), chosen, 0.0, scale)
    return truncated(reached, 0.0, scale, "high" if cap else False)


@normalisation.method(
    "distance_to_best",
    Trait.AFFINE,
    in_words="taking the share of the best value",
    properties="monotone scale shift alike",
)
def distance_to_best(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Progress of each unit from the worst unit to the best: min_max from 0 to `scale`.

    Formula: s = scale (1 - (max - x) / (max - min)), with x multiplied by its direction first.

    Undefined: the indicator is constant (minimum = maximum).

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: coinr n_dist2max

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where minimum and maximum come from; the values themselves by default.
    scale : float
        Score of the best unit.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    x, learned = oriented_pair(values, direction, reference)
    return stretched(x, column_statistics.minimum(learned), column_statistics.maximum(learned), 0.0, scale)
