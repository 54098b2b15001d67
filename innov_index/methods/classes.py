"""Classes: scores → a few tiers, counted from the best.

The best class is 1; a missing score has no class (NaN). Where less is better, scores come with the opposite
sign. They are first rounded to `digits` significant digits, as for ranks: a class that depended on the last
bits of a score would differ between machines. Equal scores are always in the same class.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Gt, Len, Lt

from innov_index.engine.loops import each_table
from innov_index.limits import Few
from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.ranks import round_significant
from innov_index.methods.registry import Trait
from innov_index.methods.steps import classes
from innov_index.model.arrays import Floats, Ints

TIED = 1e-11
"""Share of a sum of squares by which it must be smaller to be the better one."""


@classes.method("breaks", count=lambda *, breaks: len(breaks) + 1, example={"breaks": [40.0, 20.0]})
def by_breaks(
    scores: Floats, digits: int = 12, direction: float | Floats = 1, *, breaks: Annotated[list[float], Len(1)]
) -> Floats:
    """Cut classes at given scores: a score that reaches the best break is in the first class.

    Formula: class = 1 + number of breaks that the score does not reach

    Source: oecd2008 Step 5, "Categorical scale"

    Parameters
    ----------
    scores : (..., units, nodes)
    digits : int
        Significant digits to which scores and breaks are rounded; 0: no rounding.
    direction : float, or (nodes,)
        -1 where less is better: the breaks take the opposite sign, as the scores have it already.
    breaks : list of float
        In any order; a score equal to a break is in the better of its two classes.

    Returns
    -------
    (..., units, nodes)
    """
    cuts = np.multiply.outer(np.array(breaks, dtype=np.float64), direction)
    return _counted_from_above(round_significant(scores, digits), round_significant(cuts, digits))


@classes.method(
    "quantiles",
    count=lambda *, probabilities: len(probabilities) + 1,
    example={"probabilities": [0.25, 0.5, 0.75]},
)
def by_quantiles(
    scores: Floats,
    digits: int = 12,
    *,
    probabilities: Annotated[list[Annotated[float, Gt(0.0), Lt(1.0)]], Len(1)],
) -> Floats:
    """Cut classes at quantiles of the scores: [0.25, 0.5, 0.75] gives quarters.

    Formula: class = 1 + number of quantiles that the score does not reach

    Source: hyndman1996 definition 7

    Parameters
    ----------
    scores : (..., units, nodes)
    digits : int
        Significant digits to which scores are rounded; 0: no rounding.
    probabilities : list of float
        Shares of the units that are worse than each cut, in any order.

    Returns
    -------
    (..., units, nodes)
    """
    rounded = round_significant(scores, digits)
    cuts = np.stack(column_statistics.quantiles(rounded, probabilities))
    return _counted_from_above(rounded, round_significant(cuts, digits))


@classes.method("jenks", Trait.LOOPED, count=lambda *, number: number, example={"number": 3})
def jenks(scores: Floats, digits: int = 12, *, number: Few) -> Floats:
    """Natural breaks: the classes with the smallest sum of squared deviations from their means.

    Fisher's exact algorithm finds them, where Jenks searches from a starting partition. With fewer distinct
    scores than classes, each distinct score is a class. Time grows with the square of the number of units.

    Formula: the partition of the ordered scores that minimises sum over classes of sum (s - mean of class)^2

    Source: fisher1958 the exact algorithm

    Parameters
    ----------
    scores : (..., units, nodes)
    digits : int
        Significant digits to which scores are rounded; 0: no rounding.
    number : int
        Number of classes.

    Returns
    -------
    (..., units, nodes)
    """
    by_node = np.swapaxes(round_significant(scores, digits), -1, -2)

    def tiers_of(node: tuple[int, ...]) -> Floats:
        tiers, known = np.full(by_node.shape[-1], np.nan), ~np.isnan(by_node[node])
        if known.any():
            distinct, place, sizes = np.unique(-by_node[node][known], return_inverse=True, return_counts=True)
            tiers[known] = _fisher_classes(distinct, sizes, number)[place]
        return tiers

    return np.swapaxes(each_table(by_node.shape[:-1], by_node.shape[-1:], tiers_of), -1, -2)


def _counted_from_above(scores: Floats, cuts: Floats) -> Floats:
    """One more than the number of cuts that a score does not reach."""
    missed = np.zeros(scores.shape)
    for cut in cuts:
        missed += scores < cut
    return np.where(np.isnan(scores), np.nan, missed + 1)


def _fisher_classes(values: Floats, sizes: Ints, number: int) -> Floats:
    """Class (1, 2, …) of each of the ascending distinct `values`, which occur `sizes` times.

    cost[i] is the smallest sum of squares of the first i values in the classes so far. Each step adds a class
    and tries all its possible starts at once; of equally good starts it takes the first.
    """
    # a power of two is exact, and keeps squares of very large or very small scores from becoming inf or 0
    scaled = np.ldexp(values, -int(np.frexp(np.abs(values).max(initial=0.0))[1]))
    centred = scaled - scaled.mean()
    mass, moment, square = (
        np.concatenate([[0.0], np.cumsum(sizes * power)]) for power in (1.0, centred, centred**2)
    )
    cost = np.full(values.size + 1, np.inf)
    cost[0] = 0.0
    starts = []
    # scores have twelve digits, and so have their sums of squares about a centre at most
    noise = TIED * (square[-1] + np.abs(scaled).max(initial=0.0) * np.sqrt(mass[-1] * square[-1]))
    for _ in range(min(number, values.size)):
        extended, start = np.full_like(cost, np.inf), np.zeros(cost.size, dtype=np.intp)
        for end in range(1, cost.size):
            n, m = mass[end] - mass[:end], moment[end] - moment[:end]
            total = cost[:end] + np.maximum(square[end] - square[:end] - m**2 / n, 0.0)
            start[end] = np.argmax(total <= total.min() + noise)
            extended[end] = total[start[end]]
        cost = extended
        starts.append(start)
    first_of_class = np.zeros(values.size)
    end = values.size
    for start in reversed(starts):
        end = start[end]
        first_of_class[end] = 1.0
    return np.cumsum(first_of_class)
