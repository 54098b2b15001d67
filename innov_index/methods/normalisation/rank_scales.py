"""Normalisation by rank: only the order of the units counts."""

from __future__ import annotations

from typing import Literal

import numpy as np

from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.preparation import constant_to_nan
from innov_index.methods.kernels.ranks import SharedTies, ascending_ranks, ranks_in_reference
from innov_index.methods.normalisation.scales import oriented_pair, require_positive
from innov_index.methods.registry import Each, Trait
from innov_index.methods.steps import normalisation
from innov_index.model.arrays import Floats


@normalisation.method(
    "rank",
    Trait.COUNTS,
    Trait.ORDER_KEEPING,
    in_words="taking ranks",
    properties="monotone scale shift alike",
)
def rank(
    values: Floats, direction: Floats, reference: Floats | None = None, *, ties: SharedTies = "min"
) -> Floats:
    """Replace each value by its rank, counted upwards: the worst unit scores 1.

    Formula: s = 1 + number of units with a lower x (ties: min), with x multiplied by its direction first.

    Source: oecd2008 Step 5, "Ranking"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Values among which units are ranked; the values themselves by default.
    ties : "min", "average", "max" or "dense"
        Which of their ranks equal values share.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing and is not counted.
    """
    x, learned = oriented_pair(values, direction, reference)
    return _upward_ranks(x, learned, ties)


@normalisation.method(
    "percentile_rank", Trait.COUNTS, Trait.ORDER_KEEPING, properties="monotone scale shift alike"
)
def percentile_rank(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    ties: SharedTies = "min",
    scale: Each = 1.0,
    of: Literal["others", "all"] = "others",
) -> Floats:
    """Share of the other units that a unit surpasses: 0 for the worst, `scale` for the best.

    A value better than the whole reference scores as the best of it. The handbook has `of: all`.

    Formula: s = scale (rank - 1) / (n - 1), with ranks counted upwards and n the number of values; of all: s
    = scale rank / n

    Undefined: the indicator has a single value (of others).

    Remedy: use goalposts, which need no other units.

    Source: coinr n_prank

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Values among which units are ranked; the values themselves by default.
    ties : "min", "average", "max" or "dense"
        Which of their ranks equal values share.
    scale : float
        Score of the best unit.
    of : "others" or "all"
        Whether the share is of the other units, or of all, the unit itself counted among those it surpasses.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    x, learned = oriented_pair(values, direction, reference)
    if of == "all":
        share = _upward_ranks(x, learned, ties) / column_statistics.count(learned)
        return scale * np.minimum(share, 1.0)
    others = constant_to_nan(column_statistics.count(learned) - 1.0)
    position = (_upward_ranks(x, learned, ties) - 1) / others
    return scale * np.minimum(position, 1.0)


@normalisation.method(
    "borda",
    Trait.COUNTS,
    Trait.ORDER_KEEPING,
    formerly={"ties": "min"},
    properties="monotone scale shift alike",
)
def borda(
    values: Floats, direction: Floats, reference: Floats | None = None, *, ties: SharedTies = "average"
) -> Floats:
    """Borda points: the number of units that a unit surpasses, and half a point for each that it equals.

    With these ties the points of all units have the same sum whatever is tied, as in the aggregation borda.
    COINr's n_borda is `ties: min`.

    Formula: s = rank - 1, with ranks counted upwards.

    Source: borda1781

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Values among which units are ranked; the values themselves by default.
    ties : "min", "average", "max" or "dense"
        Which of their ranks equal values share.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    x, learned = oriented_pair(values, direction, reference)
    return _upward_ranks(x, learned, ties) - 1


def _upward_ranks(x: Floats, learned: Floats, ties: SharedTies) -> Floats:
    """Ranks among the learned values, the lowest first; computed directly if these are the values."""
    return ascending_ranks(x, ties) if learned is x else ranks_in_reference(x, learned, ties)
