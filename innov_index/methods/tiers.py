"""Tiers: scores → a few classes, tier 1 the highest. A missing score has no tier (NaN).

Scores are rounded to `digits` significant digits first, as for ranks: a tier that hangs on the last bits of a
score would change from machine to machine. Equal scores are always in one tier.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.errors import OptionError
from innov_index.methods import columns
from innov_index.methods.ranks import round_significant
from innov_index.model.arrays import Floats, Ints


def tiers_by_breaks(scores: Floats, breaks: Sequence[float], *, digits: int = 12) -> Floats:
    """Tiers cut at given scores: a score that reaches the highest break is in tier 1.

    Parameters
    ----------
    scores : (..., units, nodes)
    breaks : sequence of float
        In any order; a score equal to a break is in the upper of the two tiers.
    digits : int
        Significant digits that scores are rounded to; 0: not rounded.

    Returns
    -------
    (..., units, nodes)
    """
    return _counted_from_above(
        round_significant(scores, digits), round_significant(np.array(breaks, dtype=np.float64), digits)
    )


def tiers_by_quantiles(scores: Floats, probabilities: Sequence[float], *, digits: int = 12) -> Floats:
    """Tiers cut at quantiles of each node's scores: [0.25, 0.5, 0.75] makes quarters.

    Parameters
    ----------
    scores : (..., units, nodes)
    probabilities : sequence of float
        Between 0 and 1, in any order.
    digits : int
        Significant digits that scores are rounded to; 0: not rounded.

    Returns
    -------
    (..., units, nodes)
    """
    rounded = round_significant(scores, digits)
    cuts = np.stack(columns.quantiles(rounded, probabilities))
    return _counted_from_above(rounded, round_significant(cuts, digits))


def tiers_jenks(scores: Floats, number: int, *, digits: int = 12) -> Floats:
    """Natural breaks: the tiers with the least sum of squared deviations from their means.

    Found by Fisher's exact algorithm (fisher1958), where Jenks searches from a start. With fewer distinct
    scores than tiers, each distinct score is a tier. Time grows with the square of the number of units, one
    node after the other.

    Parameters
    ----------
    scores : (..., units, nodes)
    number : int
        Number of tiers.
    digits : int
        Significant digits that scores are rounded to; 0: not rounded.

    Returns
    -------
    (..., units, nodes)
    """
    if number < 1:
        raise OptionError(f"the number of tiers must be at least 1; got {number}.")
    by_node = np.swapaxes(round_significant(scores, digits), -1, -2)
    tiers = np.full(by_node.shape, np.nan)
    for node in np.ndindex(by_node.shape[:-1]):
        known = ~np.isnan(by_node[node])
        if known.any():
            distinct, place, sizes = np.unique(-by_node[node][known], return_inverse=True, return_counts=True)
            tiers[node][known] = _fisher_classes(distinct, sizes, number)[place]
    return np.swapaxes(tiers, -1, -2)


def _counted_from_above(scores: Floats, cuts: Floats) -> Floats:
    """One more than the number of cuts that a score does not reach."""
    missed = np.zeros(scores.shape)
    for cut in cuts:
        missed += scores < cut
    return np.where(np.isnan(scores), np.nan, missed + 1)


def _fisher_classes(values: Floats, sizes: Ints, number: int) -> Floats:
    """Class (1, 2, …) of each of the ascending distinct `values`, which occur `sizes` times.

    cost[i] is the least sum of squares of the first i values in the classes so far. The next class is tried
    from every start at once; of equally good starts the first is taken.
    """
    centred = values - values.mean()
    mass, moment, square = (
        np.concatenate([[0.0], np.cumsum(sizes * power)]) for power in (1.0, centred, centred**2)
    )
    cost = np.full(values.size + 1, np.inf)
    cost[0] = 0.0
    starts = []
    for _ in range(min(number, values.size)):
        extended, start = np.full_like(cost, np.inf), np.zeros(cost.size, dtype=np.intp)
        for end in range(1, cost.size):
            n, m = mass[end] - mass[:end], moment[end] - moment[:end]
            total = cost[:end] + np.maximum(square[end] - square[:end] - m**2 / n, 0.0)
            start[end] = np.argmin(total)
            extended[end] = total[start[end]]
        cost = extended
        starts.append(start)
    first_of_class = np.zeros(values.size)
    end = values.size
    for start in reversed(starts):
        end = start[end]
        first_of_class[end] = 1.0
    return np.cumsum(first_of_class)
