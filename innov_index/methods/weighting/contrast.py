"""Weights from the scores themselves: how far units differ, and how far children disagree.

A child whose scores do not vary carries no information and has weight 0. Missing values are left out of the
statistics of their child.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from innov_index.methods.kernels import column_statistics
from innov_index.methods.kernels.child_statistics import (
    correlations,
    count,
    deviation,
    highest,
    lowest,
    mean,
    rank_correlations,
    shares,
    unit_range,
    varies,
    zero_filled,
)
from innov_index.methods.kernels.exactness import ROUNDOFF, errors_of_sum
from innov_index.methods.kernels.preparation import of_usual_size, present
from innov_index.methods.steps import weighting
from innov_index.model.arrays import Floats


@weighting.method("standard_deviation", properties="common_scale shift unique alike")
def standard_deviation(values: Floats) -> Floats:
    """Weight by how widely units differ: by the standard deviation.

    Formula: w_j = s_j / sum(s), s_j the sample standard deviation

    Undefined: a child has fewer than two values, or no child varies.

    Remedy: use equal or given for this node, or leave the child out.

    Source: diakoulaki1995 section 2

    A missing value is left out of its child's standard deviation. The result depends on the scale of the
    scores, so normalise first.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    return shares(deviation(values))


@weighting.method("coefficient_of_variation", needs_zero=True, properties="scale common_scale unique alike")
def coefficient_of_variation(values: Floats) -> Floats:
    """Weight by how widely units differ relative to their mean: by the coefficient of variation.

    Formula: w_j = v_j / sum(v), v_j = s_j / mean_j, s_j the sample standard deviation

    Undefined: a child has a mean of zero or less, or fewer than two values, or no child varies.

    Remedy: normalise to a range above zero, e.g. min_max from 1 to 100.

    Source: sengul2026

    A missing value is left out of its child's mean and standard deviation.

    Where zero lies matters: meant for scores with a true zero, such as amounts or shares of the best value.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    centre = mean(values)
    return shares(deviation(values) / np.where(centre > 0, centre, np.nan))


@weighting.method("variance", properties="scale common_scale shift unique alike")
def variance(values: Floats) -> Floats:
    """Weight by the variance after stretching each child to 0..1 (statistical variance procedure).

    Formula: w_j = v_j / sum(v), v_j the sample variance of (x - min) / (max - min)

    Undefined: a child has fewer than two values, or no child varies.

    Remedy: use equal or given for this node, or leave the child out.

    Source: rao2010 section 2

    A missing value is left out of its child's variance.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    return shares(_relative_deviation(values) ** 2)


@weighting.method("entropy", needs_zero=True, properties="scale common_scale unique alike")
def entropy(values: Floats) -> Floats:
    """Weight by information: by one minus the Shannon entropy of the units' shares.

    Formula: p = x / sum(x); e_j = -sum(p ln p) / ln n; w_j = (1 - e_j) / sum(1 - e), with 0 ln 0 = 0

    Undefined: a child has a negative score, a sum of zero or fewer than two values, or no child varies.

    Remedy: normalise to a range above zero, e.g. min_max from 1 to 100.

    Source: hwang1981 chapter 3

    A missing value is left out; n counts the available values.

    Where zero lies matters: meant for scores with a true zero, such as amounts or shares of the best value.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    return shares(_entropy_divergence(values))


@weighting.method("gini", needs_zero=True, properties="scale common_scale unique alike")
def gini(values: Floats) -> Floats:
    """Weight by inequality between units: by the Gini coefficient.

    Formula: w_j = G_j / sum(G), G_j = sum_i sum_l |x_i - x_l| / (2 n^2 mean)

    Undefined: a child has a negative score or a sum of zero, or no child varies.

    Remedy: normalise to a range above zero, e.g. min_max from 1 to 100.

    Source: li2009 section 2

    A missing value is left out; n counts the available values.

    Where zero lies matters: meant for scores with a true zero, such as amounts or shares of the best value.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    number = count(values)
    ordered, _ = of_usual_size(zero_filled(np.sort(values, axis=-2)), -2)
    place = np.arange(1, values.shape[-2] + 1)[:, None]
    total = np.sum(ordered, axis=-2)
    spread = np.sum((2 * place - number[..., None, :] - 1) * ordered, axis=-2)
    coefficient = spread / np.where((total > 0) & (lowest(values) >= 0), number * total, np.nan)
    return shares(np.where(varies(values) | np.isnan(coefficient), coefficient, 0.0))


@weighting.method("angle", needs_zero=True, properties="scale common_scale unique alike")
def angle(values: Floats) -> Floats:
    """Weight by the angle between a child's scores and constant scores.

    Formula: w_j = u_j / sum(u), u_j = arccos(sum(x) / sqrt(n sum(x^2))), which is arctan(s / mean(x)) in the
    half plane of the mean, s the standard deviation of the population

    Undefined: a child has no values other than zero, or no child varies.

    Remedy: use equal or given for this node, or leave the child out.

    Source: shuai2012 section 2

    A missing value is left out; n counts the available values.

    Where zero lies matters: meant for scores with a true zero, such as amounts or shares of the best value.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    centre = mean(values)
    spread = column_statistics.standard_deviation(values, population=True)[..., 0, :]
    # arccos would lose half of the digits of a small angle
    turned = np.where((spread > 0) | (centre != 0), np.arctan2(spread, centre), np.nan)
    return shares(np.where(varies(values) | np.isnan(turned), turned, 0.0))


@weighting.method("critic", properties="scale common_scale shift unique alike")
def critic(values: Floats, *, correlation: Literal["pearson", "spearman"] = "pearson") -> Floats:
    """Weight by contrast and conflict (CRITIC), with more being better for every child.

    Formula: w_j = c_j / sum(c), c_j = s_j sum_l (1 - r_jl), s_j the standard deviation after stretching to
    0..1, r_jl the correlation

    Undefined: a child has fewer than two values, two children share too few units for a correlation, or no
    child varies or differs from the others.

    Remedy: use standard_deviation or equal for this node.

    Source: diakoulaki1995 equations 1-6

    Directions count, as in the paper and in scikit-criteria: two indicators that agree once they have the
    same direction are redundant. critic_undirected ignores directions. A missing value is left out of its
    child's deviation; correlations are over the units with both scores.

    Parameters
    ----------
    values : (..., units, children)
    correlation : str
        "pearson", or "spearman" for the correlation of ranks.

    Returns
    -------
    (..., children)
    """
    related = rank_correlations(values) if correlation == "spearman" else correlations(values)
    varied = varies(values)
    pairs = varied[..., :, None] & varied[..., None, :]
    apart = 1.0 - related
    noise = 4.0 * errors_of_sum(values.shape[-2]) * ROUNDOFF  # children that say the same, but for rounding
    conflict = np.sum(np.where(pairs & ~(apart <= noise), apart, 0.0), axis=-1)
    return shares(_relative_deviation(values) * conflict)


@weighting.method("critic_undirected", properties="scale common_scale shift unique alike")
def critic_undirected(
    values: Floats, direction: Floats, *, correlation: Literal["pearson", "spearman"] = "pearson"
) -> Floats:
    """Weight by contrast and conflict (CRITIC), with indicators in their original directions.

    Formula: as critic, with r_jl multiplied by the directions of j and l

    Undefined: a child has fewer than two values, two children share too few units for a correlation, or no
    child varies or differs from the others.

    Remedy: use standard_deviation or equal for this node.

    Source: diakoulaki1995 equations 1-6

    This is what pymcdm computes: a less-is-better indicator that repeats a more-is-better one counts as a
    conflict. The result differs from critic only where directions differ. Missing values as in critic.

    Parameters
    ----------
    values : (..., units, children)
    direction : (children,)
        -1 for an indicator where less is better, else +1.
    correlation : str
        "pearson", or "spearman" for the correlation of ranks.

    Returns
    -------
    (..., children)
    """
    return critic(values * direction, correlation=correlation)


@weighting.method("merec", needs_zero=True, properties="scale common_scale unique alike")
def merec(values: Floats) -> Floats:
    """Weight by the effect of removing each child on the units' performance (MEREC).

    Formula: n_ij = min_j / x_ij; S_i = ln(1 + sum_j |ln n_ij| / k), S_ij the same without the term of j;
    w_j = E_j / sum(E), E_j = mean_i |S_ij - S_i|

    Undefined: a score is zero or negative, a child has no values, or no child varies.

    Remedy: normalise to a range above zero, e.g. min_max from 1 to 100.

    Source: keshavarz2021 section 2

    A missing value is left out of its unit's performance; k counts the available values.

    Where zero lies matters: meant for scores with a true zero, such as amounts or shares of the best value.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    least = lowest(values)[..., None, :]
    ratio = np.where(least > 0, values, np.nan) / np.where(least > 0, least, np.nan)
    logs = np.log(ratio)
    parts = zero_filled(logs)
    number = np.sum(present(values), axis=-1, keepdims=True)
    number = np.where(number > 0, number, np.nan)
    total = np.sum(parts, axis=-1, keepdims=True)
    effect = np.log1p(total / number) - np.log1p((total - parts) / number)
    return shares(mean(np.where(present(logs), effect, np.nan)))


@weighting.method("cilos", needs_zero=True, properties="scale common_scale unique alike")
def cilos(values: Floats) -> Floats:
    """Weight by the loss of the other children where each child is at its best (CILOS).

    Formula: a_lj = score of j for the unit that is best in l; p_lj = (a_jj - a_lj) / a_jj;
    w solves (P - diag(column sums of P)) w = 0, sum(w) = 1

    Undefined: a score is negative, a child does not vary, the best unit of a child has no score on another
    child, or one unit is best on every child.

    Remedy: use entropy or critic for this node.

    Source: zavadskas2016 section 2

    If several units are best on a child, their mean scores are used (pymcdm uses the first unit, so that its
    weights depend on the order of the units).

    Where zero lies matters: meant for scores with a true zero, such as amounts or shares of the best value.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    only = values.shape[-1] == 1
    return np.ones((*values.shape[:-2], 1)) if only else shares(_least_loss(values))


@weighting.method("idocriw", needs_zero=True, properties="scale common_scale unique alike")
def idocriw(values: Floats) -> Floats:
    """Weight by entropy and loss: by the product of entropy and cilos weights (IDOCRIW).

    Formula: w_j = e_j q_j / sum(e q), e from entropy, q from cilos

    Undefined: entropy or cilos is undefined.

    Remedy: normalise to a range above zero and leave out constant children, or use entropy.

    Source: zavadskas2016 section 3

    Missing values as in entropy and cilos.

    Where zero lies matters: meant for scores with a true zero, such as amounts or shares of the best value.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    return shares(entropy(values) * cilos(values))


@weighting.method("lopcow", properties="scale common_scale shift unique alike")
def lopcow(values: Floats) -> Floats:
    """Weight by the logarithm of the scores' magnitude relative to their spread (LOPCOW).

    Formula: r = (x - min) / (max - min); w_j = p_j / sum(p), p_j = |ln(sqrt(mean(r^2)) / s_j)|, s_j the
    sample standard deviation of r

    Undefined: a child has fewer than two values, no child varies, or there are only two units.

    Remedy: use equal or given for this node, or leave the child out.

    Source: ecer2022 section 3

    A missing value is left out of its child's statistics.

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., children)
    """
    stretched = unit_range(values)
    spread = _relative_deviation(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.abs(np.log(np.sqrt(mean(stretched**2)) / spread))
    # of two units the ratio is 1 whatever their scores: a logarithm of its rounding is no weight
    noise = errors_of_sum(values.shape[-2]) * ROUNDOFF
    return shares(np.where((spread == 0) | (power <= noise), 0.0, power))


def _relative_deviation(values: Floats) -> Floats:
    """Standard deviation as a share of the range, (..., children): 0 for a constant."""
    reach = highest(values) - lowest(values)
    return deviation(values) / np.where(reach > 0, reach, 1.0)


def _entropy_divergence(values: Floats) -> Floats:
    """One minus the relative entropy of each child, (..., children): 0 for a constant."""
    number = count(values)
    total = np.sum(zero_filled(values), axis=-2)
    usable = (lowest(values) >= 0) & (total > 0) & (number > 1)
    portion = zero_filled(values) / np.where(usable, total, np.nan)[..., None, :]
    logs = np.log(np.where(portion > 0, portion, 1.0))
    relative = -np.sum(portion * logs, axis=-2) / np.log(np.where(usable, number, np.nan))
    return np.where(varies(values) | ~usable, np.maximum(1.0 - relative, 0.0), 0.0)


def _least_loss(values: Floats) -> Floats:
    """The vector that balances the relative losses, (..., children), up to its scale."""
    top = highest(values)
    # which unit is best, and whether anything is lost, is not for a last digit to say
    noise = errors_of_sum(values.shape[-2]) * ROUNDOFF
    best = values >= top[..., None, :] * (1.0 - noise)
    portion = best / np.where(top > 0, np.sum(best, axis=-2), np.nan)[..., None, :]
    portion = np.swapaxes(portion, -1, -2)
    at_best = portion @ zero_filled(values)
    missing = ~present(values)
    if missing.any():
        # a missing score matters only if a best unit lacks it
        at_best = np.where(portion @ missing.astype(np.float64) > 0, np.nan, at_best)
    loss = 1.0 - at_best / np.where(top > 0, top, np.nan)[..., None, :]
    loss = np.where(loss <= noise, 0.0, loss)
    defined = np.all(varies(values) & (lowest(values) >= 0), axis=-1) & ~np.isnan(loss).any(axis=(-1, -2))
    size = loss.shape[-1]
    loss = np.where(defined[..., None, None], loss, np.eye(size))
    balance = loss - np.eye(size) * np.sum(loss, axis=-2)[..., None, :]
    _, singular, rows = np.linalg.svd(balance)
    unique = defined & (singular[..., -2] > 1e-12 * singular[..., 0])
    return np.where(unique[..., None], np.abs(rows[..., -1, :]), np.nan)
