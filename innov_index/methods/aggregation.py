"""Aggregation: the scores of a node's children become the node's score.

Every kernel takes the children of one node, `values` (..., units, children), more is better, and `weights`
(..., children) that sum to 1, and returns (..., units). A method with the attribute `power` is a
quasi-arithmetic mean: the pipeline computes all nodes of one power in one call of `powers.power_means`.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le

from innov_index.errors import OptionError
from innov_index.methods import columns, ideal_points, kemeny, outranking, penalties
from innov_index.methods.expression import expression
from innov_index.methods.gaps import present_weights
from innov_index.methods.powers import power_means
from innov_index.methods.registry import Step, UnitPosition
from innov_index.model.arrays import Floats

aggregation = Step("aggregation")

ROUNDING = 1e-12
"""What sums of weights may be off by through rounding."""


@aggregation.method("arithmetic", power=1.0)
def arithmetic(values: Floats, weights: Floats) -> Floats:
    """Weighted arithmetic mean: a low score is fully compensated by a high one.

    Missing children are dropped and the weights of the others renormalised.

    Formula: y = Σ w x / Σ w

    Source: oecd2008 step 6 (weighting and aggregation)

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    return power_means(values, weights[..., None], 1.0)[..., 0]


@aggregation.method("geometric", power=0.0)
def geometric(values: Floats, weights: Floats) -> Floats:
    """Weighted geometric mean: a low score is compensated only in part.

    Missing children are dropped and the weights of the others renormalised.

    Formula: y = (Π x^w)^(1 / Σ w)

    Undefined: a child's score is zero or negative.

    Remedy: normalise to a range that begins above zero (e.g. min_max with low: 1), or use arithmetic.

    Source: oecd2008 step 6 (weighting and aggregation)

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    return power_means(values, weights[..., None], 0.0)[..., 0]


@aggregation.method("harmonic", power=-1.0)
def harmonic(values: Floats, weights: Floats) -> Floats:
    """Weighted harmonic mean: the lowest scores count most.

    Missing children are dropped and the weights of the others renormalised.

    Formula: y = Σ w / Σ (w / x)

    Undefined: a child's score is zero or negative.

    Remedy: normalise to a range that begins above zero (e.g. min_max with low: 1), or use arithmetic.

    Source: coinr a_hmean

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    return power_means(values, weights[..., None], -1.0)[..., 0]


@aggregation.method("power", power="p")
def power(values: Floats, weights: Floats, *, p: float) -> Floats:
    """Weighted power mean: the smaller p, the less a low score is compensated.

    Missing children are dropped and the weights of the others renormalised.

    Formula: y = (Σ w x^p / Σ w)^(1/p), and the geometric mean for p = 0

    Undefined: a child's score is negative (but for p = 1), or is zero and p is not positive.

    Remedy: normalise to a range that begins above zero (e.g. min_max with low: 1), or use arithmetic.

    Source: coinr a_genmean

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    p : float
        1 is the arithmetic, 0 the geometric, -1 the harmonic, 2 the quadratic mean.

    Returns
    -------
    (..., units)
    """
    return power_means(values, weights[..., None], p)[..., 0]


@aggregation.method("sum")
def total(values: Floats, given: Floats) -> Floats:
    """Sum of the children, each times the weight stated for it.

    A sum with a missing term is missing; a child of weight 0 is no term.

    Formula: y = Σ w x, with the weights as stated (1 where none is)

    Source: oecd2008 step 6 (weighting and aggregation)

    Parameters
    ----------
    values : (..., units, children)
    given : (..., children)
        Stated weights, not normalised.

    Returns
    -------
    (..., units)
    """
    return (np.where(given[..., None, :] == 0, 0.0, values) @ given[..., None])[..., 0]


@aggregation.method("waspas")
def waspas(
    values: Floats, weights: Floats, *, arithmetic_share: Annotated[float, Ge(0), Le(1)] = 0.5
) -> Floats:
    """WASPAS: between the arithmetic and the geometric mean of the children as parts of the best unit's.

    Missing children are dropped and the weights of the others renormalised.

    Formula: y = s Σ w r + (1 - s) Π r^w, with r = x / max x and s the arithmetic share

    Undefined: a child's score is zero or negative.

    Remedy: normalise to a range that begins above zero (e.g. min_max with low: 1).

    Source: zavadskas2012

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    arithmetic_share : float
        1 is the arithmetic, 0 the geometric mean.

    Returns
    -------
    (..., units)
    """
    parts = ideal_points.rescaled(values, "max")
    sums, products = (power_means(parts, weights[..., None], p)[..., 0] for p in (1.0, 0.0))
    return arithmetic_share * sums + (1 - arithmetic_share) * products


@aggregation.method("median")
def median(values: Floats, weights: Floats) -> Floats:
    """Weighted median: half of the weight lies on lower scores, half on higher ones.

    Where exactly half of the weight ends at a child, the result is the middle between it and the next one, so
    that equal weights give the ordinary median. Missing children are dropped and the weights of the others
    renormalised.

    Formula: y = (x_a + x_b) / 2, x ascending, a and b the first places where Σ w ≥ 1/2 and Σ w > 1/2

    Source: edgeworth1888

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)

    Returns
    -------
    (..., units)
    """
    shares = present_weights(values, weights)
    values = np.broadcast_to(np.asarray(values, dtype=np.float64), shares.shape)
    order = np.argsort(values, axis=-1)
    reached = np.cumsum(np.take_along_axis(shares, order, axis=-1), axis=-1) - 0.5
    lower, upper = (
        np.take_along_axis(values, np.take_along_axis(order, place, axis=-1), axis=-1)[..., 0]
        for place in (
            np.argmax(reached >= -ROUNDING, axis=-1, keepdims=True),
            np.argmax(reached > ROUNDING, axis=-1, keepdims=True),
        )
    )
    return np.where(np.isnan(reached[..., 0]), np.nan, (lower + upper) / 2)


@aggregation.method("minimum", "ignores_weights")
def minimum(values: Floats) -> Floats:
    """Lowest score among the children: no compensation at all.

    Missing children are dropped.

    Formula: y = min x

    Source: tarabusi2013

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., units)
    """
    return np.asarray(np.fmin.reduce(values, axis=-1), dtype=np.float64)


@aggregation.method("maximum", "ignores_weights")
def maximum(values: Floats) -> Floats:
    """Highest score among the children: one strength is enough.

    Missing children are dropped.

    Formula: y = max x

    Source: yager1988 (the weight 1 on the first place)

    Parameters
    ----------
    values : (..., units, children)

    Returns
    -------
    (..., units)
    """
    return np.asarray(np.fmax.reduce(values, axis=-1), dtype=np.float64)


@aggregation.method("owa", "ignores_weights")
def owa(values: Floats, *, order_weights: list[Annotated[float, Ge(0)]]) -> Floats:
    """Ordered weighted average: weights belong to places, not to children.

    A unit with a missing child is missing, since its places would be others.

    Formula: y = Σ v x, x sorted from the highest to the lowest, v the order weights divided by their sum

    Source: yager1988

    Parameters
    ----------
    values : (..., units, children)
    order_weights : list of float
        Weight of the highest score, of the second highest, …: one for each child of the node.

    Returns
    -------
    (..., units)
    """
    by_place = np.asarray(order_weights, dtype=np.float64)
    if len(by_place) != values.shape[-1]:
        raise OptionError(f"owa has {len(by_place)} order_weights for {values.shape[-1]} children")
    if not by_place.sum() > 0:
        raise OptionError("the order_weights of owa are all zero")
    descending = np.sort(values, axis=-1)[..., ::-1]
    return np.asarray(descending @ (by_place / by_place.sum()), dtype=np.float64)


@aggregation.method("owa_quantifier")
def owa_quantifier(values: Floats, weights: Floats, *, exponent: Annotated[float, Gt(0)]) -> Floats:
    """Ordered weighted average whose order weights follow from the children's weights and a quantifier.

    Missing children are dropped and the weights of the others renormalised.

    Formula: y = Σ (Q(T_j) - Q(T_j-1)) x_j, x sorted from the highest to the lowest, T_j the weight of the
    first j children, Q(T) = T^exponent

    Source: yager1996

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    exponent : float
        1 is the arithmetic mean; above 1 the low scores count more ("most" must be good), below 1 the high.

    Returns
    -------
    (..., units)
    """
    shares = present_weights(values, weights)
    filled = np.broadcast_to(np.where(np.isnan(values), 0.0, values), shares.shape)
    order = np.argsort(-filled, axis=-1)
    reached = np.minimum(np.cumsum(np.take_along_axis(shares, order, axis=-1), axis=-1), 1.0)
    by_place = np.diff(reached**exponent, axis=-1, prepend=0.0)
    average: Floats = np.sum(by_place * np.take_along_axis(filled, order, axis=-1), axis=-1)
    return average


@aggregation.method("choquet")
def choquet(values: Floats, weights: Floats, *, interactions: list[float]) -> Floats:
    """Choquet integral of a 2-additive capacity: a weighted mean that knows which children belong together.

    A unit with a missing child is missing.

    Formula: y = Σ w x - 1/2 Σ I_ij |x_i - x_j| over the pairs i < j, with the weights as Shapley values

    Undefined: a child's weight is less than half the sum of its absolute interactions (the score could fall
    when the child rises).

    Remedy: make the interactions smaller, or the child's weight larger.

    Source: grabisch1997

    Parameters
    ----------
    values : (..., units, children)
    weights : (..., children)
    interactions : list of float
        Interaction of each pair of children, in the order 1-2, 1-3, …, 2-3, …: positive where both must be
        good (complements), negative where one will do (substitutes).

    Returns
    -------
    (..., units)
    """
    values = np.asarray(values, dtype=np.float64)
    left, right = np.triu_indices(values.shape[-1], 1)
    strength = np.asarray(interactions, dtype=np.float64)
    if len(strength) != len(left):
        raise OptionError(
            f"choquet has {len(strength)} interactions; {values.shape[-1]} children have {len(left)} pairs"
        )
    claimed = np.bincount(np.concatenate([left, right]), np.tile(np.abs(strength), 2), values.shape[-1]) / 2
    monotone = (weights >= claimed - ROUNDING).all(axis=-1, keepdims=True)
    mean = np.matmul(values, weights[..., None])[..., 0]
    integral: Floats = mean - np.abs(values[..., left] - values[..., right]) @ strength / 2
    return np.where(monotone, integral, np.nan)


@aggregation.method("bod", "looped", "ignores_weights")
def bod(
    values: Floats,
    *,
    lower_share: Annotated[float, Ge(0), Le(1)] | None = None,
    upper_share: Annotated[float, Ge(0), Le(1)] | None = None,
) -> Floats:
    """Benefit of the doubt: each unit is scored with the weights that favour it most.

    A missing child counts as zero: it earns nothing. A unit without any child is missing.

    Formula: y_i = max Σ v x_i such that Σ v x ≤ 1 for every unit, v ≥ 0, and, where limits are stated,
    lower_share ≤ v_j x_ij / y_i ≤ upper_share

    Undefined: a child's score is negative.

    Remedy: normalise to a range of zero and more, e.g. min_max.

    Source: cherchye2007

    Parameters
    ----------
    values : (..., units, children)
    lower_share, upper_share : float, optional
        Limits of the part that each child contributes to the unit's own score.

    Returns
    -------
    (..., units)
        1 for units that no other surpasses with their own weights.
    """
    from innov_index.methods.bod import bod_scores

    return bod_scores(values, lower_share, upper_share)[0]


@aggregation.method("directional_bod", "looped", "ignores_weights")
def directional_bod(values: Floats, *, steps: list[Annotated[float, Ge(0)]]) -> Floats:
    """Directional benefit of the doubt: how far a unit is from the best mixtures of units along a direction.

    A missing child counts as zero. A unit without any child is missing.

    Formula: y = 1 / (1 + b), b the largest number such that some mixture of units reaches x + b g

    Undefined: a child's score is negative.

    Remedy: normalise to a range of zero and more, e.g. min_max.

    Source: fusco2015

    Parameters
    ----------
    values : (..., units, children)
    steps : list of float
        The direction g: for each child how far to go in it, in the unit of the scores.

    Returns
    -------
    (..., units)
    """
    from innov_index.methods import bod as frontier

    return frontier.directional_bod(values, np.asarray(steps, dtype=np.float64))


@aggregation.method("geometric_bod", "looped", "ignores_weights")
def geometric_bod(
    values: Floats,
    *,
    base: UnitPosition | None = None,
    lower_share: Annotated[float, Ge(0), Le(1)] | None = None,
    upper_share: Annotated[float, Ge(0), Le(1)] | None = None,
) -> Floats:
    """Geometric mean relative to a base unit, weighted by each unit's own benefit-of-the-doubt shares.

    A missing child has share zero. A unit without any child is missing.

    Formula: y = Π (x / b)^s, with b the base unit's children and s the shares of the children in bod

    Undefined: a child's score is zero or negative.

    Remedy: normalise to a range that begins above zero (e.g. min_max with low: 1).

    Source: vanpuyenbroeck2017

    Parameters
    ----------
    values : (..., units, children)
    base : unit, optional
        The unit that scores 1; by default the average of all units.
    lower_share, upper_share : float, optional
        As in bod.

    Returns
    -------
    (..., units)
    """
    from innov_index.methods import bod as frontier

    compared = columns.mean(values)[..., 0, :] if base is None else base
    return frontier.geometric_bod(values, compared, lower_share, upper_share)


aggregation.method("mpi")(penalties.mpi)
aggregation.method("ampi")(penalties.ampi)
aggregation.method("mean_min")(penalties.mean_min)
aggregation.method("cv_penalty")(penalties.cv_penalty)
aggregation.method("hellwig")(ideal_points.hellwig)
aggregation.method("wroclaw")(ideal_points.wroclaw)
aggregation.method("topsis")(ideal_points.topsis)
aggregation.method("vikor")(ideal_points.vikor)
aggregation.method("edas")(ideal_points.edas)
aggregation.method("borda")(outranking.borda)
aggregation.method("copeland")(outranking.copeland)
aggregation.method("promethee_ii")(outranking.promethee_ii)
aggregation.method("kemeny_young", "looped", "order_dependent")(kemeny.kemeny_young)
aggregation.method("expression", "ignores_weights", "needs_all")(expression)
