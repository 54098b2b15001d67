"""Scores with the weights that favour each unit most (benefit of the doubt); the programs are in `bod`."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Le

from innov_index.methods.kernels import column_statistics
from innov_index.methods.registry import Trait, UnitPosition
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats


@aggregation.method("bod", Trait.COMPARES_UNITS, Trait.LOOPED, Trait.IGNORES_WEIGHTS)
def bod(
    values: Floats,
    *,
    lower_share: Annotated[float, Ge(0), Le(1)] | None = None,
    upper_share: Annotated[float, Ge(0), Le(1)] | None = None,
) -> Floats:
    """Benefit of the doubt: each unit is scored with the weights that favour it most.

    A missing child counts as zero: it earns nothing. A unit without any child is missing.

    Formula: y_i = max Σ v x_i such that Σ v x ≤ 1 for every unit, v ≥ 0, and, where limits are stated,
    lower_share ≤ v_j x_ij / y_i ≤ upper_share

    Undefined: a child's score is negative.

    Remedy: normalise to a range of zero and more, e.g. min_max.

    Source: cherchye2007

    Parameters
    ----------
    values : (..., units, children)
    lower_share, upper_share : float, optional
        Limits of the part that each child contributes to the unit's own score.

    Returns
    -------
    (..., units)
        1 for units that no other surpasses with their own weights.
    """
    from innov_index.methods.kernels.frontier import bod_scores

    return bod_scores(values, lower_share, upper_share)[0]


@aggregation.method("directional_bod", Trait.COMPARES_UNITS, Trait.LOOPED, Trait.IGNORES_WEIGHTS)
def directional_bod(values: Floats, *, steps: list[Annotated[float, Ge(0)]]) -> Floats:
    """Directional benefit of the doubt: how far a unit is from the best mixtures of units along a direction.

    A missing child counts as zero. A unit without any child is missing.

    Formula: y = 1 / (1 + b), b the largest number such that some mixture of units reaches x + b g

    Undefined: a child's score is negative.

    Remedy: normalise to a range of zero and more, e.g. min_max.

    Source: fusco2015

    Parameters
    ----------
    values : (..., units, children)
    steps : list of float
        The direction g: for each child how far to go in it, in the unit of the scores.

    Returns
    -------
    (..., units)
    """
    from innov_index.methods.kernels import frontier as frontier

    return frontier.directional_bod(values, np.asarray(steps, dtype=np.float64))


@aggregation.method("geometric_bod", Trait.COMPARES_UNITS, Trait.LOOPED, Trait.IGNORES_WEIGHTS)
def geometric_bod(
    values: Floats,
    *,
    base: UnitPosition | None = None,
    lower_share: Annotated[float, Ge(0), Le(1)] | None = None,
    upper_share: Annotated[float, Ge(0), Le(1)] | None = None,
) -> Floats:
    """Geometric mean relative to a base unit, weighted by each unit's own benefit-of-the-doubt shares.

    A missing child has share zero. A unit without any child is missing.

    Formula: y = Π (x / b)^s, with b the base unit's children and s the shares of the children in bod

    Undefined: a child's score is zero or negative.

    Remedy: normalise to a range that begins above zero (e.g. min_max with low: 1).

    Source: vanpuyenbroeck2017

    Parameters
    ----------
    values : (..., units, children)
    base : unit, optional
        The unit that scores 1; by default the average of all units.
    lower_share, upper_share : float, optional
        As in bod.

    Returns
    -------
    (..., units)
    """
    from innov_index.methods.kernels import frontier as frontier

    compared = column_statistics.mean(values)[..., 0, :] if base is None else base
    return frontier.geometric_bod(values, compared, lower_share, upper_share)
