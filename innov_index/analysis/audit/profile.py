"""One unit: where it stands best, where worst."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.methods.kernels.ranks import ascending_ranks
from innov_index.model.arrays import Floats, Ints


@dataclass(frozen=True)
class Profile:
    """Positions of indicators: strengths (best first), weaknesses (worst first); the unit's rank in each."""

    strengths: Ints
    weaknesses: Ints
    ranks: Floats


def profile(
    values: Floats,
    directions: Floats,
    unit: int,
    *,
    most: int = 5,
    smallest_unique_share: float = 0.0,
    last_may_count: bool = False,
) -> Profile:
    """Indicators in which a unit ranks highest and lowest among the units. Source: coinr get_str_weak.

    Ties go by the order of the indicators. An indicator that the unit does not have is left out.

    Parameters
    ----------
    values : (units, indicators)
    directions : (indicators,)
        +1 where more is better, -1 where less is better.
    unit : int
        Row of the unit.
    most : int
        Number of strengths, and of weaknesses.
    smallest_unique_share : float
        Indicators with fewer different values than this share of the units are left out: yes or no says
        little of a strength.
    last_may_count : bool
        Keep indicators in which the unit shares the lowest rank; by default they are left out, as in COINr:
        where half of the units have zero, a shared last place is neither strength nor weakness.
    """
    oriented = values * directions
    ranks = ascending_ranks(-oriented, "min")
    own = ranks[unit]
    units = max(len(values), 1)
    different = np.nan_to_num(ascending_ranks(values, "dense")).max(axis=0, initial=0.0)
    counts = ~np.isnan(own) & (different / units >= smallest_unique_share)
    if not last_may_count:
        counts &= own != np.nan_to_num(ranks).max(axis=0, initial=0.0)
    chosen = np.flatnonzero(counts)
    order = chosen[np.argsort(own[chosen], kind="stable")]
    return Profile(order[:most], order[::-1][:most], own)
