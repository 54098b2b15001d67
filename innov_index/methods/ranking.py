"""Ranking: scores → ranks, the highest score first.

Methods differ in the ranks of equal scores. Scores are rounded to `digits` significant digits before they are
compared, so that noise in the last bits (the order of columns, another processor) never decides a rank. A
missing score has no rank.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from innov_index.limits import Digits
from innov_index.methods.kernels.ranks import Ties, ascending_ranks, round_significant
from innov_index.methods.registry import Trait
from innov_index.methods.steps import ranking
from innov_index.model.arrays import Floats, Ints


@ranking.method("min", in_words="share the better rank")
def ties_min(scores: Floats, *, digits: Digits = 12) -> Floats:
    """Equal scores share the first of their places, and the places after it stay empty (1, 2, 2, 4).

    Formula: rank = 1 + number of higher scores

    Source: scipy2020 rankdata, method "min"

    Parameters
    ----------
    scores : (..., units, nodes)
    digits : int
        Significant digits to which scores are rounded before they are compared; 0: no rounding.

    Returns
    -------
    (..., units, nodes)
        A missing score has no rank (NaN).
    """
    return descending_ranks(scores, "min", digits)


@ranking.method("max", in_words="share the worse rank")
def ties_max(scores: Floats, *, digits: Digits = 12) -> Floats:
    """Equal scores share the last of their places, and the places before it stay empty (1, 3, 3, 4).

    Formula: rank = number of scores at least as high

    Source: scipy2020 rankdata, method "max"

    Parameters
    ----------
    scores : (..., units, nodes)
    digits : int
        Significant digits to which scores are rounded before they are compared; 0: no rounding.

    Returns
    -------
    (..., units, nodes)
        A missing score has no rank (NaN).
    """
    return descending_ranks(scores, "max", digits)


@ranking.method("average", Trait.HALF_RANKS, in_words="share the mean of their ranks")
def ties_average(scores: Floats, *, digits: Digits = 12) -> Floats:
    """Equal scores share the mean of their places, which preserves the sum of ranks (1, 2.5, 2.5, 4).

    Formula: rank = number of higher scores + (1 + number of equal scores, itself included) / 2

    Source: kendall1945 mid-rank method

    Parameters
    ----------
    scores : (..., units, nodes)
    digits : int
        Significant digits to which scores are rounded before they are compared; 0: no rounding.

    Returns
    -------
    (..., units, nodes)
        A missing score has no rank (NaN).
    """
    return descending_ranks(scores, "average", digits)


@ranking.method("dense", in_words="share a rank, with no gap after it")
def ties_dense(scores: Floats, *, digits: Digits = 12) -> Floats:
    """Equal scores share a place, and the next place follows without a gap (1, 2, 2, 3).

    Formula: rank = 1 + number of distinct higher scores

    Source: scipy2020 rankdata, method "dense"

    Parameters
    ----------
    scores : (..., units, nodes)
    digits : int
        Significant digits to which scores are rounded before they are compared; 0: no rounding.

    Returns
    -------
    (..., units, nodes)
        A missing score has no rank (NaN).
    """
    return descending_ranks(scores, "dense", digits)


@ranking.method("ordinal", Trait.ORDER_DEPENDENT, in_words="are ranked in the order of the data")
def ties_ordinal(scores: Floats, *, digits: Digits = 12) -> Floats:
    """Every unit has its own place: equal scores are ranked in the order of the units (1, 2, 3, 4).

    Formula: rank = 1 + number of higher scores + number of equal scores of earlier units

    Source: scipy2020 rankdata, method "ordinal"

    Parameters
    ----------
    scores : (..., units, nodes)
    digits : int
        Significant digits to which scores are rounded before they are compared; 0: no rounding.

    Returns
    -------
    (..., units, nodes)
        A missing score has no rank (NaN).
    """
    return descending_ranks(scores, "ordinal", digits)


def descending_ranks(scores: Floats, ties: Ties, digits: int = 12) -> Floats:
    """Ranks over the units, highest score first, after rounding to `digits` significant digits."""
    return ascending_ranks(-round_significant(np.asarray(scores, dtype=np.float64), digits), ties)


def group_ranks(scores: Floats, groups: Ints, ranks: Callable[[Floats], Floats]) -> Floats:
    """Ranks of the units within their groups.

    Parameters
    ----------
    scores : (..., units, nodes)
    groups : (units,)
        Codes; a negative code is a unit without a group.
    ranks : function
        The rule without groups: ranks scores (..., units, nodes) over the units.

    Returns
    -------
    (..., units, nodes)
        NaN where the score is missing or the unit has no group.
    """
    found = np.full(np.shape(scores), np.nan)
    for group in np.unique(groups[groups >= 0]):
        members = groups == group
        alone = np.where(members[:, None], scores, np.nan)
        found[..., members, :] = ranks(alone)[..., members, :]
    return found
