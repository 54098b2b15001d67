"""Normalisation by ratios: to the best value, the total or the norm."""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.preparation import constant_to_nan, oriented
from innov_index.methods.normalisation.scales import require_positive
from innov_index.methods.registry import Each, Trait
from innov_index.methods.steps import normalisation
from innov_index.model.arrays import Floats


@normalisation.method("share_of_best", Trait.AFFINE)
def share_of_best(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Divide each value by the best one; where less is better, the best one by each value.

    Formula: s = scale x / max of x; where less is better, s = scale (min of x) / x.

    Undefined: the maximum is not positive, or less is better and a value is not positive.

    Remedy: use min_max or rank for an indicator that can be zero or negative.

    Source: hwang1981 linear scale transformation

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where maximum or minimum comes from; the values themselves by default.
    scale : float
        Score of the best unit.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    x, learned = _reciprocal_pair(values, direction, reference)
    return scale * (x / _positive_or_nan(column_statistics.maximum(learned)))


@normalisation.method("share_of_total", Trait.AFFINE, in_words="taking the share of the total")
def share_of_total(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Share of the sum over all units; where less is better, of the sum of reciprocals.

    Formula: s = scale x / sum of x; where less is better, s = scale (1 / x) / sum of (1 / x).

    Undefined: the sum is not positive, or less is better and a value is not positive.

    Remedy: use min_max or rank for an indicator that can be zero or negative.

    Source: pymcdm2023 sum_normalization

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the sum comes from; the values themselves by default.
    scale : float
        Sum of the scores.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    x, learned = _reciprocal_pair(values, direction, reference)
    return scale * x / _positive_or_nan(column_statistics.total(learned))


@normalisation.method("vector", Trait.AFFINE)
def vector(
    values: Floats, direction: Floats, reference: Floats | None = None, *, scale: Each = 1.0
) -> Floats:
    """Divide by the Euclidean norm; where less is better, take the complement to 1, which keeps distances.

    Formula: s = scale x / sqrt(sum of x²); where less is better, s = scale (1 - x / sqrt(sum of x²)).

    Undefined: every value is 0.

    Remedy: leave the indicator out.

    Source: pymcdm2023 vector_normalization

    Parameters
    ----------
    values : (..., units, indicators)
    direction : (indicators,)
        +1 where more is better, -1 where less is better.
    reference : (..., other units, indicators), optional
        Where the norm comes from; the values themselves by default.
    scale : float
        Factor of all scores.

    Returns
    -------
    (..., units, indicators)
        A missing value stays missing.
    """
    require_positive(scale=scale)
    plain = np.asarray(values, dtype=np.float64)
    learned = plain if reference is None else np.asarray(reference, dtype=np.float64)
    norm = constant_to_nan(column_statistics.norm(learned))
    complement_of = np.where(direction > 0, 0.0, 1.0)
    return scale * (complement_of + oriented(plain, direction) / norm)


def _reciprocal_pair(
    values: Floats, direction: Floats, reference: Floats | None = None
) -> tuple[Floats, Floats]:
    """As `oriented_pair`, but with reciprocals where less is better: ratios do not survive a change of sign.

    A column becomes NaN if its reciprocals are meaningless, because a value is not positive.
    """
    x = _reciprocal_if_less_is_better(np.asarray(values, dtype=np.float64), direction)
    if reference is None:
        return x, x
    return x, _reciprocal_if_less_is_better(np.asarray(reference, dtype=np.float64), direction)


def _reciprocal_if_less_is_better(values: Floats, direction: Floats) -> Floats:
    if np.all(direction > 0):
        return values
    reciprocal = 1.0 / _positive_or_nan(values)
    meaningful = column_statistics.minimum(values) > 0
    return np.where(direction > 0, values, np.where(meaningful, reciprocal, np.nan))


def _positive_or_nan(values: Floats) -> Floats:
    return np.where(values > 0, values, np.nan)
