"""Stated weights: as numbers, as an order of importance, or as the points of a panel of experts."""

from __future__ import annotations

from typing import Literal

import numpy as np

from innov_index.errors import OptionError
from innov_index.methods.kernels.child_statistics import shares
from innov_index.methods.registry import Trait
from innov_index.methods.steps import weighting
from innov_index.model.arrays import Floats, Ints


@weighting.method(
    "given",
    Trait.AS_STATED,
    Trait.STATED,
    in_words="as the config gives them",
    properties="scale common_scale shift unique independent alike",
)
def given(values: Floats, given: Floats) -> Floats:
    """Use the stated weights, scaled to sum to 1.

    Formula: w_j = g_j / sum(g)

    Undefined: the stated weights sum to zero.

    Remedy: state at least one weight above zero, or use equal.

    Source: oecd2008 section 6

    Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    given : (children,)
        The stated weights.

    Returns
    -------
    (..., children)
    """
    return along(values, shares(given))


@weighting.method(
    "equal",
    Trait.STATED,
    in_words="equal among siblings",
    properties="scale common_scale shift unique independent alike",
)
def equal(
    values: Floats, leaves: Ints | None = None, *, per: Literal["dimension", "indicator"] = "dimension"
) -> Floats:
    """Give every child, or every indicator below, the same weight.

    Formula: w_j = 1 / k; per indicator: w_j = (indicators below j) / (indicators below the node)

    Source: oecd2008 section 6

    Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    leaves : (children,)
        Number of indicators below each child.
    per : str
        What has equal weight: "dimension" for the children, "indicator" for the indicators below them.

    Returns
    -------
    (..., children)
    """
    counts = leaves if per == "indicator" and leaves is not None else np.ones(values.shape[-1])
    return along(values, shares(counts))


@weighting.method(
    "rank_order_centroid", Trait.STATED, properties="scale common_scale shift unique independent alike"
)
def rank_order_centroid(values: Floats, given: Floats, *, ranks: list[float] | None = None) -> Floats:
    """Turn an order of importance into weights: the centroid of all weights in this order.

    Formula: weight at place r of k = (1 / k) sum_{i=r..k} 1 / i

    Source: barron1996 p. 1517

    Tied children share the mean of their places. Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    given : (children,)
        The stated weights: the largest is the most important.
    ranks : list of float
        The place of each child, instead of stated weights: 1 for the most important.

    Returns
    -------
    (..., children)
    """
    places = np.arange(1.0, values.shape[-1] + 1)
    return along(values, _at_places(np.cumsum(1 / places[::-1])[::-1], given, ranks))


@weighting.method("rank_sum", Trait.STATED, properties="scale common_scale shift unique independent alike")
def rank_sum(values: Floats, given: Floats, *, ranks: list[float] | None = None) -> Floats:
    """Turn an order of importance into weights that decrease in equal steps.

    Formula: weight at place r of k = 2 (k + 1 - r) / (k (k + 1))

    Source: stillwell1981

    Tied children share the mean of their places. Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    given : (children,)
        The stated weights: the largest is the most important.
    ranks : list of float
        The place of each child, instead of stated weights: 1 for the most important.

    Returns
    -------
    (..., children)
    """
    return along(values, _at_places(np.arange(values.shape[-1], 0.0, -1.0), given, ranks))


@weighting.method(
    "rank_reciprocal", Trait.STATED, properties="scale common_scale shift unique independent alike"
)
def rank_reciprocal(values: Floats, given: Floats, *, ranks: list[float] | None = None) -> Floats:
    """Turn an order of importance into weights that decrease as 1, 1/2, 1/3.

    Formula: weight at place r of k = (1 / r) / sum_{i=1..k} 1 / i

    Source: stillwell1981

    Tied children share the mean of their places. Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    given : (children,)
        The stated weights: the largest is the most important.
    ranks : list of float
        The place of each child, instead of stated weights: 1 for the most important.

    Returns
    -------
    (..., children)
    """
    return along(values, _at_places(1 / np.arange(1.0, values.shape[-1] + 1), given, ranks))


@weighting.method("rancom", Trait.STATED, properties="scale common_scale shift unique independent alike")
def rancom(values: Floats, given: Floats, *, ranks: list[float] | None = None) -> Floats:
    """Turn an order of importance into weights by comparing all pairs (RANCOM).

    Formula: w_j = a_j / sum(a), a_j = number of less important children + half the number of equally
    important ones, the child itself included

    Source: wieckowski2023

    Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    given : (children,)
        The stated weights: the largest is the most important.
    ranks : list of float
        The place of each child, instead of stated weights: 1 for the most important.

    Returns
    -------
    (..., children)
    """
    importance = _importance(given, ranks)
    difference = importance[:, None] - importance
    return along(values, shares(np.sum((np.sign(difference) + 1) / 2, axis=-1)))


@weighting.method(
    "budget_allocation",
    Trait.STATED,
    example={"experts": [[40.0, 30.0, 20.0, 10.0], [25.0, 25.0, 25.0, 25.0]]},
    properties="scale common_scale shift unique independent alike",
)
def budget_allocation(values: Floats, *, experts: list[list[float]]) -> Floats:
    """Average the weights of a panel of experts, each of whom allocates a budget of points.

    Formula: w_j = mean over experts of (points for j / all points of the expert)

    Source: oecd2008 section 6.5

    Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    experts : list of lists of float
        A list for each expert, with the points for each child in the order of the children.

    Returns
    -------
    (..., children)
    """
    panel = expert_shares(experts)
    _require_length("each expert of budget_allocation", panel.shape[-1], values.shape[-1])
    return along(values, np.mean(panel, axis=0))


def expert_shares(experts: list[list[float]]) -> Floats:
    """The weights of each expert, (experts, children)."""
    if not experts or len({len(points) for points in experts}) != 1:
        raise OptionError("budget_allocation needs a list of points for each expert, all of the same length")
    panel = np.asarray(experts, dtype=np.float64)
    if not (np.all(panel >= 0) and np.all(np.sum(panel, axis=-1) > 0)):
        raise OptionError("budget_allocation needs points of zero or more, not all zero for an expert")
    return np.asarray(panel / np.sum(panel, axis=-1, keepdims=True))


def along(values: Floats, weights: Floats) -> Floats:
    """The same `weights` (children,) for every leading axis of `values`."""
    return np.broadcast_to(weights, (*values.shape[:-2], weights.shape[-1])).copy()


def _importance(given: Floats, ranks: list[float] | None) -> Floats:
    """A number for each child, larger for a more important one, (children,)."""
    if ranks is None:
        return np.asarray(given, dtype=np.float64)
    _require_length("ranks", len(ranks), len(given))
    return -np.asarray(ranks, dtype=np.float64)


def _at_places(weights: Floats, given: Floats, ranks: list[float] | None) -> Floats:
    """Each child's share, given the weight at each place; tied children share the mean of their places."""
    importance = _importance(given, ranks)
    above = np.sum(importance > importance[:, None], axis=-1)
    tied = np.sum(importance == importance[:, None], axis=-1)
    upto = np.concatenate([[0.0], np.cumsum(weights)])
    return shares((upto[above + tied] - upto[above]) / tied)


def _require_length(what: str, found: int, needed: int) -> None:
    if found != needed:
        raise OptionError(f"{what} must give {needed} numbers, one for each child of the node; got {found}")
