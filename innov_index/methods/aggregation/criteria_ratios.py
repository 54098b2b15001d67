"""Decision analysis by ratios of criteria: to their best, their total, their norm or their range.

Children are criteria as normalisation `none` leaves them: scores of zero and more, or, where less is better,
of zero and less (a cost with its sign turned). Each method scales them itself, as published. A unit with a
missing child is missing, and left out of all extremes, sums and norms. A child of weight 0 adds nothing.
"""

from __future__ import annotations

import numpy as np

from innov_index.methods.kernels.column_statistics import count, maximum, mean, minimum, norm, total
from innov_index.methods.kernels.preparation import complete, constant_to_nan, weighed
from innov_index.methods.registry import Finding, Share, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Bools, Floats

COMPARES = (Trait.HIGH_IS_GOOD, Trait.COMPARES_UNITS)


def _costs_have_weight(
    values: Floats, weights: Floats, *, beta: Share = 0.5, power_of_costs: Share = 0.5
) -> Bools:
    """Whether a child with a weight is a cost, for each leading index."""
    _, costs = as_criteria(values)
    return np.asarray((costs & (weights[..., None, :] > 0)).any(axis=(-1, -2)))


COSTS_COUNT_AS_GOOD = Finding(
    _costs_have_weight,
    "as published, a higher cost raises the score",
    "nodes in which costs raise the score",
)


@aggregation.method(
    "weighted_product",
    *COMPARES,
    needs_zero=True,
    properties="monotone compensating scale common_scale unique independent alike",
)
def weighted_product(values: Floats, weights: Floats) -> Floats:
    """Weighted product: the criteria's shares of their totals, each to the power of its weight.

    Units are in the order of `geometric`.

    Formula: y = Π r^w, with r = x / Σ x, of costs r = (1/x) / Σ (1/x)

    Undefined: a criterion is zero, or has scores of both signs.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: fishburn1968

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    shares = _shares_of_total(*as_criteria(values))
    return np.asarray(np.exp(weighted_sum(np.log(shares), weights)))


@aggregation.method("aras", *COMPARES, needs_zero=True, properties="monotone scale common_scale unique alike")
def aras(values: Floats, weights: Floats) -> Floats:
    """ARAS: the weighted sum of a unit's shares, relative to that of a unit that is best in every criterion.

    Formula: y = Σ w r / Σ w r*, with r = x / (max x + Σ x), of costs of 1/x, and r* the best r

    Undefined: a criterion is zero, or has scores of both signs.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: zavadskas2010

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    parts = _without_zeros(*as_criteria(values))
    shares = parts / constant_to_nan(total(parts) + maximum(parts))
    best = weighted_sum(maximum(shares), weights)
    return weighted_sum(shares, weights) / constant_to_nan(best)


@aggregation.method(
    "copras", *COMPARES, needs_zero=True, properties="monotone compensating scale common_scale unique alike"
)
def copras(values: Floats, weights: Floats) -> Floats:
    """COPRAS: the benefits' shares, and a share of all costs in inverse proportion to the unit's own.

    Without a cost the score is the sum of the benefits' shares.

    Formula: y = Q / max Q, Q = S + Σ C / (C Σ (1/C)), with S and C the sums of w x / Σ x over benefits
    and over costs

    Undefined: a criterion has scores of both signs or only zeros, or the costs of a unit sum to zero.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: zavadskas1994

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    sizes, costs = as_criteria(values)
    parts = weighed(sizes / constant_to_nan(total(sizes)), weights)
    benefit, cost = (np.where(which, parts, 0.0).sum(axis=-1)[..., None] for which in (~costs, costs))
    charged = (costs & (weights[..., None, :] > 0)).any(axis=-1, keepdims=True)
    inverse = 1.0 / np.where(charged, constant_to_nan(cost), 1.0)
    relief = total(cost) * inverse / constant_to_nan(total(inverse + 0.0 * cost))
    quality = benefit + np.where(charged, relief, 0.0)
    return np.asarray((quality / constant_to_nan(maximum(quality)))[..., 0])


@aggregation.method(
    "moora", *COMPARES, needs_zero=True, properties="monotone scale common_scale unique alike"
)
def moora(values: Floats, weights: Floats) -> Floats:
    """MOORA, the ratio system: the benefits of a unit minus its costs, each over the norm of the criterion.

    Formula: y = Σ w x / √Σ x² over benefits minus the same over costs

    Undefined: a criterion has scores of both signs or only zeros.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: brauers2006

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    sizes, costs = as_criteria(values)
    return weighted_sum(over_norm(sizes, costs), weights)


@aggregation.method(
    "ocra", *COMPARES, needs_zero=True, properties="monotone compensating scale common_scale unique alike"
)
def ocra(values: Floats, weights: Floats) -> Floats:
    """OCRA: how far a unit is above the lowest benefits and below the highest costs, as ratios.

    Formula: y = I + O, less the lowest such sum, with I = Σ w (max x - x) / min x over costs, O = Σ w (x
    - min x) / min x over benefits, each less its lowest

    Undefined: a criterion is zero, or has scores of both signs.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: madic2015

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    sizes, costs = as_criteria(values)
    least = constant_to_nan(minimum(sizes))
    ratings = weighed(np.where(costs, maximum(sizes) - sizes, sizes - least) / least, weights)
    sums = (np.where(which, ratings, 0.0).sum(axis=-1)[..., None] for which in (costs, ~costs))
    both = sum(one - minimum(one) for one in sums)
    return np.asarray((both - minimum(both))[..., 0])


@aggregation.method(
    "ram", *COMPARES, needs_zero=True, properties="monotone compensating scale common_scale unique alike"
)
def ram(values: Floats, weights: Floats) -> Floats:
    """RAM: a root of the benefits whose degree grows with the costs.

    Formula: y = (2 + S)^(1 / (2 + C)), with S and C the sums of w x / Σ x over benefits and over costs

    Undefined: a criterion has scores of both signs or only zeros.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: sotoudeh2023

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    sizes, costs = as_criteria(values)
    parts = weighed(sizes / constant_to_nan(total(sizes)), weights)
    benefit, cost = (np.where(which, parts, 0.0).sum(axis=-1) for which in (~costs, costs))
    return np.asarray((2.0 + benefit) ** (1.0 / (2.0 + cost)))


@aggregation.method(
    "marcos", *COMPARES, needs_zero=True, properties="monotone scale common_scale unique alike"
)
def marcos(values: Floats, weights: Floats) -> Floats:
    """MARCOS: utility relative to a unit that is best, and to one that is worst, in every criterion.

    Formula: y = (k⁺ + k⁻) / (1 + (1 - f⁺)/f⁺ + (1 - f⁻)/f⁻), with k⁺ and k⁻ the unit's S over that of the
    best and of the worst, f⁺ = k⁻/(k⁺ + k⁻), f⁻ = k⁺/(k⁺ + k⁻), S = Σ w r, r = x / max x, of costs min x
    / x. With k⁺/k⁻ the same for all, units are in the order of S

    Undefined: a criterion has scores of both signs, a cost is zero, or the worst unit's S is zero.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: stevic2020

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    ratios = of_best(*as_criteria(values))
    sums = weighted_sum(ratios, weights)
    best, worst = (weighted_sum(end(ratios), weights) for end in (maximum, minimum))
    above, below = sums / constant_to_nan(worst), sums / constant_to_nan(best)
    apart = constant_to_nan(worst) / constant_to_nan(best)
    return (above + below) / (1 + apart + 1 / apart)


@aggregation.method(
    "lmaw", *COMPARES, needs_zero=True, properties="monotone compensating scale common_scale unique alike"
)
def lmaw(values: Floats, weights: Floats) -> Floats:
    """LMAW: logarithmic shares of the criteria, combined by a ratio of their powers.

    Formula: y = Σ 2 φ^w / ((2 - φ)^w + φ^w), with φ = ln s / Σ ln s over the units, s = 1 + x / max x, of
    costs 1 + min x / x

    Undefined: a criterion has scores of both signs, or a cost is zero.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: pamucar2021

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    logs = np.log1p(of_best(*as_criteria(values)))
    shares = logs / constant_to_nan(total(logs))
    each = weights[..., None, :]
    own, other = shares**each, (2.0 - shares) ** each
    return np.asarray((2.0 * own / (other + own)).sum(axis=-1))


@aggregation.method(
    "aroman",
    *COMPARES,
    needs_zero=True,
    findings=(COSTS_COUNT_AS_GOOD,),
    properties="monotone scale common_scale unique alike",
)
def aroman(values: Floats, weights: Floats, *, beta: Share = 0.5, power_of_costs: Share = 0.5) -> Floats:
    """AROMAN: the mean of two scalings, summed over benefits and over costs, each sum to a power.

    As published and as in pymcdm, a higher sum of costs raises the score.

    Formula: y = C^λ + S^(1 - λ), with C and S the sums of w t over costs and over benefits, t = (β (x -
    min x)/(max x - min x) + (1 - β) x / √Σ x²) / 2

    Undefined: a criterion with a weight is constant, or has scores of both signs.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: boskovic2023

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    beta : float
        Share of the scaling by the range; the rest is that by the norm.
    power_of_costs : float
        λ of the formula.

    Returns
    -------
    (..., units)
    """
    sizes, costs = as_criteria(values)
    lowest = minimum(sizes)
    stretched = (sizes - lowest) / constant_to_nan(maximum(sizes) - lowest)
    scaled = (beta * stretched + (1 - beta) * sizes / constant_to_nan(norm(sizes))) / 2
    parts = weighed(scaled, weights)
    benefit, cost = (np.where(which, parts, 0.0).sum(axis=-1) for which in (~costs, costs))
    charged = (costs & (weights[..., None, :] > 0)).any(axis=-1)
    return np.asarray(np.where(charged, cost**power_of_costs, 0.0 * cost) + benefit ** (1 - power_of_costs))


@aggregation.method("cocoso", *COMPARES, properties="monotone scale common_scale shift unique alike")
def cocoso(values: Floats, weights: Floats, *, balance: Share = 0.5) -> Floats:
    """CoCoSo: three compromises between the sum and the product of the criteria over their ranges.

    Formula: y = (a b c)^(1/3) + (a + b + c)/3, a = (P + S)/Σ (P + S), b = S/min S + P/min P, c = (λ S +
    (1 - λ) P) / (λ max S + (1 - λ) max P), with S = Σ w r, P = Σ r^w, r = (x - min x)/(max x - min x)

    Undefined: a criterion with a weight is constant, or a unit is worst in all.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: yazdani2019

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    balance : float
        λ of the formula: the weight of sums, 1 minus that of products.

    Returns
    -------
    (..., units)
    """
    known = complete(values)
    ratios = _stretched(known)
    each = weights[..., None, :]
    sums = weighted_sum(ratios, weights)[..., None]
    powers = np.where(each == 0, 1.0 + 0.0 * known, ratios**each).sum(axis=-1)[..., None]
    first = (powers + sums) / constant_to_nan(total(powers + sums))
    second = sums / constant_to_nan(minimum(sums)) + powers / constant_to_nan(minimum(powers))
    third = balance * sums + (1 - balance) * powers
    third = third / constant_to_nan(balance * maximum(sums) + (1 - balance) * maximum(powers))
    return np.asarray((np.cbrt(first * second * third) + (first + second + third) / 3)[..., 0])


@aggregation.method("mabac", *COMPARES, properties="monotone scale common_scale shift unique alike")
def mabac(values: Floats, weights: Floats) -> Floats:
    """MABAC: the distance of a unit's criteria from their geometric means over the units.

    Formula: y = Σ (v - g), with v = w (1 + (x - min x)/(max x - min x)) and g the geometric mean of v
    over the units

    Undefined: a criterion with a weight is constant.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: pamucar2015

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    raised = 1.0 + _stretched(complete(values))
    border = np.exp(mean(np.log(raised)))
    return weighted_sum(raised - border, weights)


@aggregation.method("mairca", *COMPARES, properties="monotone scale common_scale shift unique alike")
def mairca(values: Floats, weights: Floats) -> Floats:
    """MAIRCA: the gap between a unit's real and its theoretical rating.

    Minus the gap of the source, so that more is better.

    Formula: y = -Σ (w / n) (1 - (x - min x)/(max x - min x)), n the number of units

    Undefined: a criterion with a weight is constant.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: pamucar2014

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    known = complete(values)
    gaps = weighted_sum(_stretched(known) - 1.0, weights)
    return gaps / constant_to_nan(count(known)[..., 0])


@aggregation.method("cradis", *COMPARES, needs_zero=True, properties="scale common_scale unique alike")
def cradis(values: Floats, weights: Floats) -> Floats:
    """CRADIS: nearness to the highest of all weighted ratios, and distance from the lowest.

    Both are relative to a unit that is best in every criterion.

    Formula: y = (Σ (v⁺ - v*) / Σ (v⁺ - v) + Σ (v - v⁻) / Σ (v* - v⁻)) / 2, v = w r, r = x / max x, of costs
    min x / x, v* the best v of a criterion, v⁺ and v⁻ the highest and the lowest of all

    Undefined: a cost is zero, a criterion has scores of both signs, or a unit has v⁺ in every criterion.

    Remedy: normalise to scores above zero, or use arithmetic.

    Source: puska2022

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    parts = weighed(of_best(*as_criteria(values)), weights)
    counted = np.broadcast_to(weights[..., None, :] > 0, parts.shape)
    found, best = np.where(counted, parts, np.nan), maximum(parts)
    highest = np.fmax.reduce(found, axis=(-1, -2), keepdims=True)
    lowest = np.fmin.reduce(found, axis=(-1, -2), keepdims=True)

    def summed(gaps: Floats) -> Floats:
        return np.asarray(np.where(counted, gaps, 0.0).sum(axis=-1))

    near = summed(highest - best) / constant_to_nan(summed(highest - parts))
    return (near + summed(parts - lowest) / constant_to_nan(summed(best - lowest))) / 2


def weighted_sum(parts: Floats, weights: Floats) -> Floats:
    """Σ w part, (..., units)."""
    return np.asarray(weighed(parts, weights).sum(axis=-1))


def as_criteria(values: Floats) -> tuple[Floats, Bools]:
    """Sizes of the criteria over the largest of each, (..., units, children), and which are costs.

    NaN where a criterion has scores of both signs. Costs are (..., 1, children).
    """
    known = complete(values)
    lowest, highest = minimum(known), maximum(known)
    mixed = (lowest < 0) & (highest > 0)
    largest = np.maximum(np.abs(lowest), np.abs(highest))
    scaled = known / np.where(largest > 0, largest, 1.0)
    return np.where(mixed, np.nan, np.abs(scaled)), np.asarray((lowest < 0) & ~mixed)


def _inverted(sizes: Floats, costs: Bools) -> Floats:
    """The sizes, of costs their reciprocals; NaN for a cost of zero."""
    return np.where(costs, 1.0 / constant_to_nan(sizes), sizes)


def _shares_of_total(sizes: Floats, costs: Bools) -> Floats:
    """x / Σ x, of costs (1/x) / Σ (1/x); NaN for a criterion with a zero."""
    parts = _without_zeros(sizes, costs)
    return parts / constant_to_nan(total(parts))


def _without_zeros(sizes: Floats, costs: Bools) -> Floats:
    """The sizes, of costs their reciprocals; NaN for a criterion with a zero."""
    return _inverted(np.where((sizes == 0).any(axis=-2, keepdims=True), np.nan, sizes), costs)


def of_best(sizes: Floats, costs: Bools) -> Floats:
    """x / max x, of costs min x / x."""
    parts = _inverted(sizes, costs)
    return parts / constant_to_nan(maximum(parts))


def over_norm(sizes: Floats, costs: Bools) -> Floats:
    """x / √Σ x², of costs with the sign turned."""
    return np.where(costs, -sizes, sizes) / constant_to_nan(norm(sizes))


def _stretched(known: Floats) -> Floats:
    """(x - min x) / (max x - min x): of costs, whose sign is turned, the best is 1 too."""
    lowest = minimum(known)
    return (known - lowest) / constant_to_nan(maximum(known) - lowest)
