"""Normalisation by classes: cut at quantiles, at given values or around the mean."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from annotated_types import Len

from innov_index.errors import OptionError
from innov_index.limits import Several
from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.exactness import FEW, ROUNDOFF, errors_of_sum
from innov_index.methods.normalisation.rank_scales import percentile_rank
from innov_index.methods.normalisation.scales import oriented_pair
from innov_index.methods.registry import NonNegative, Share, Trait
from innov_index.methods.steps import normalisation
from innov_index.model.arrays import Floats

# handbook, Step 5, "Categorical scale"
PERCENTILES_OF_THE_HANDBOOK = [0.15, 0.25, 0.65, 0.85, 0.95]


@normalisation.method("above_below_mean", Trait.COUNTS, properties="monotone scale shift alike")
def above_below_mean(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    threshold: NonNegative = 0.0,
) -> Floats:
    """Score 1 clearly above the mean, -1 clearly below it, and 0 near it.

    Formula: s = 1 if x > mean + threshold |mean|, -1 if x < mean - threshold |mean|, otherwise 0, with x
    multiplied by its direction first.

    Source: oecd2008 Step 5, "Indicators above or below the mean"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the mean comes from; the values themselves by default.
    threshold : float
        Half-width of the band around the mean that scores 0, as a share of the mean.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    x, learned = oriented_pair(values, direction, reference)
    mean = column_statistics.mean(learned)
    distance = x - mean
    noise = errors_of_sum(learned.shape[-2]) * ROUNDOFF * _largest(learned)
    return np.where(np.abs(distance) <= threshold * np.abs(mean) + noise, 0.0, np.sign(distance))


@normalisation.method("classes", Trait.COUNTS, properties="monotone scale shift alike")
def classes(
    values: Floats,
    direction: Floats,
    reference: Floats | None = None,
    *,
    quantiles: Several | list[Share] = PERCENTILES_OF_THE_HANDBOOK,
    scores: list[float] | None = None,
    of: Literal["values", "ranks"] = "values",
) -> Floats:
    """Score by class, with classes cut at quantiles of the indicator.

    Formula: s = score of the class, which is the number of quantiles that x reaches, with x multiplied by its
    direction first; of ranks: the number of the stated shares that rank / n reaches, ranks counted upwards

    Undefined: the indicator is constant (minimum = maximum).

    Remedy: leave the indicator out, or use a method that needs no spread (goalposts, rank).

    Source: oecd2008 Step 5, "Categorical scale"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the quantiles come from; the values themselves by default.
    quantiles : int or list of float
        Where classes are cut, counted from the worst unit (0.95 cuts off the best twentieth); or the number
        of classes of equal size.
    scores : list of float, optional
        A score for each class, from the worst to the best; by default evenly spaced from 0 to 100.
    of : "values" or "ranks"
        Whether a unit is placed by its value among quantiles of the values, or by the share of the units that
        it is not below, itself included (table 15 of the source); equal units share the lowest rank.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    x, learned = oriented_pair(values, direction, reference)
    cuts = _cuts(quantiles)
    varies = column_statistics.maximum(learned) > column_statistics.minimum(learned)
    if of == "ranks":
        shares = percentile_rank(values, direction, reference, of="all")
        return _scored_by_class(np.where(varies, shares, np.nan), list(map(np.asarray, cuts)), scores)
    # a quantile lies between two values, and a value that equals it but for rounding reaches it
    noise = FEW * ROUNDOFF * _largest(learned)
    limits = [cut - noise for cut in column_statistics.quantiles(learned, cuts)]
    return _scored_by_class(np.where(varies, x, np.nan), limits, scores)


@normalisation.method(
    "breaks", Trait.COUNTS, example={"breaks": [5.0, 15.0, 30.0]}, properties="monotone independent alike"
)
def breaks(
    values: Floats,
    direction: Floats,
    *,
    breaks: Annotated[list[float], Len(1)],
    scores: list[float] | None = None,
) -> Floats:
    """Score by class, with classes cut at stated values.

    Formula: s = score of the class, which is the number of breaks that x reaches (x >= break, or x <= break
    where less is better).

    Source: oecd2008 Step 5, "Categorical scale"

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    breaks : list of float
        Where classes are cut, in the indicator's own units, ascending.
    scores : list of float, optional
        A score for each class, from the worst to the best; by default evenly spaced from 0 to 100.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    _require_ascending("breaks", breaks)
    x, _ = oriented_pair(values, direction)
    return _scored_by_class(x, [cut * direction for cut in breaks], scores)


def _cuts(quantiles: int | list[float]) -> list[float]:
    """Probabilities at which classes are cut; classes of equal size if their number is given."""
    if isinstance(quantiles, int):
        return [cut / quantiles for cut in range(1, quantiles)]
    _require_ascending("quantiles", quantiles)
    return quantiles


def _scored_by_class(x: Floats, cuts: Sequence[Floats], scores: list[float] | None) -> Floats:
    """The score of each value's class: the number of cuts that it reaches."""
    if scores is None:
        scores = [100 * reached / len(cuts) for reached in range(len(cuts) + 1)]
    if len(scores) != len(cuts) + 1:
        raise OptionError(
            f"{len(cuts)} cuts give {len(cuts) + 1} classes, but {len(scores)} scores are stated."
        )
    _require_ascending("scores", scores)
    reached = np.zeros(x.shape, dtype=np.intp)
    for cut in cuts:
        reached += x >= cut
    return np.where(np.isnan(x), np.nan, np.asarray(scores, dtype=np.float64)[reached])


def _largest(values: Floats) -> Floats:
    """The largest absolute value of each column, (..., 1, columns)."""
    ends = column_statistics.minimum(values), column_statistics.maximum(values)
    return np.asarray(np.fmax(*map(np.abs, ends)))


def _require_ascending(name: str, numbers: Sequence[float]) -> None:
    """Raise unless each number is greater than the one before it."""
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise OptionError(f"{name} must ascend; got {', '.join(map(str, numbers))}.")
