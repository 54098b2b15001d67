"""Imputation of each incomplete indicator by linear regression on the complete ones."""

from __future__ import annotations

import numpy as np

from innov_index.engine.loops import each_table
from innov_index.limits import AtLeastOne
from innov_index.methods.kernels import column_statistics
from innov_index.methods.registry import Trait
from innov_index.methods.steps import imputation
from innov_index.model.arrays import Bools, Floats, Ints, doubles


@imputation.method("regression", Trait.COMPARES_UNITS, Trait.LOOPED, properties="scale shift alike")
def regression(values: Floats, *, predictors: AtLeastOne | None = None) -> Floats:
    """Predict the gaps of each incomplete indicator from the complete indicators.

    The incomplete indicator is regressed, by least squares with an intercept over the units that have it, on
    the complete indicators that vary. Collinear predictors share their effect (minimum norm).

    Formula: x = b0 + Σ b_k x_k over the complete indicators k

    Undefined: no indicator is complete, or there are no more units with the indicator than coefficients.

    Remedy: state a smaller number of predictors, or use em, which needs no complete indicator.

    Source: oecd2008 section 1.3

    Parameters
    ----------
    values : (..., units, indicators)
    predictors : int, optional
        Use only this many predictors: those with the largest absolute correlation with the indicator.

    Returns
    -------
    (..., units, indicators)
    """
    x = doubles(values)
    return each_table(x.shape[:-2], x.shape[-2:], lambda place: filled_by_regression(x[place], predictors))


def filled_by_regression(values: Floats, predictors: int | None) -> Floats:
    """Fill the gaps of one table (units, indicators); with too few units to learn from they stay missing."""
    gaps = np.isnan(values)
    spread = column_statistics.standard_deviation(values)[0]
    complete = ~gaps.any(axis=0) & (spread > 0)
    scores = ((values - column_statistics.mean(values)) / np.where(spread > 0, spread, 1.0))[:, complete]
    filled = values.copy()
    for indicator in np.flatnonzero(gaps.any(axis=0)):
        lacking = gaps[:, indicator]
        known = values[~lacking, indicator]
        chosen = _most_correlated(scores[~lacking], known, predictors)
        filled[lacking, indicator] = _predicted(scores[:, chosen], known, lacking)
    return filled


def _most_correlated(scores: Floats, known: Floats, number: int | None) -> Ints:
    """Positions of the predictors with the largest absolute correlation; of all if no number is given."""
    if number is None or number >= scores.shape[1] or not known.size:
        return np.arange(scores.shape[1])
    centred = scores - scores.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    strength = np.abs(centred.T @ (known - known.mean())) / np.where(size > 0, size, 1.0)
    return np.sort(np.argsort(-np.round(strength, 12), kind="stable")[:number])


def _predicted(predictors: Floats, known: Floats, lacking: Bools) -> Floats:
    """Least-squares prediction with an intercept; NaN without predictors or degrees of freedom."""
    parameters = predictors.shape[1] + 1
    if parameters == 1 or len(known) <= parameters:
        return np.full(np.count_nonzero(lacking), np.nan)
    # of equally good slopes the smallest are taken: a predictor that does not vary here says nothing
    learned = predictors[~lacking]
    spread = learned.std(axis=0)
    scaled = (predictors - learned.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    scaled[:, spread == 0] = 0.0
    slopes = np.linalg.lstsq(scaled[~lacking], known - known.mean(), rcond=None)[0]
    return np.asarray(known.mean() + scaled[lacking] @ slopes)
