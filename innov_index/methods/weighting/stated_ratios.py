"""Weights from stated ratios of importance: to the next child in order, to the best child, to the worst."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge

from innov_index.errors import OptionError
from innov_index.methods.kernels.child_statistics import shares
from innov_index.methods.registry import NonNegative, Trait
from innov_index.methods.steps import weighting
from innov_index.methods.weighting.stated import along
from innov_index.model.arrays import Floats

AtLeastOne = Annotated[float, Ge(1)]

ACCEPTABLE = {
    2: (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    3: (0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667, 0.1667),
    4: (0.1121, 0.1529, 0.1898, 0.2206, 0.2527, 0.2577, 0.2683),
    5: (0.1354, 0.1994, 0.2306, 0.2546, 0.2716, 0.2844, 0.2960),
    6: (0.1330, 0.1990, 0.2643, 0.3044, 0.3144, 0.3221, 0.3262),
    7: (0.1294, 0.2457, 0.2819, 0.3029, 0.3144, 0.3251, 0.3403),
    8: (0.1309, 0.2521, 0.2958, 0.3154, 0.3408, 0.3620, 0.3657),
    9: (0.1359, 0.2681, 0.3062, 0.3337, 0.3517, 0.3620, 0.3662),
}
"""Largest consistency ratio that is acceptable, by the best child's ratio to the worst, for 3 to 9 children
(Liang, Brunelli and Rezaei 2020, table 3)."""


@weighting.method(
    "swara",
    Trait.STATED,
    example={"ranks": [2.0, 1.0, 3.0, 4.0], "steps": [0.2, 0.35, 0.1]},
    properties="scale common_scale shift unique independent alike",
)
def swara(values: Floats, *, ranks: list[float], steps: list[NonNegative]) -> Floats:
    """Turn an order of importance and the steps between neighbours into weights (SWARA).

    Formula: q_1 = 1, q_k = q_{k-1} / (1 + s_k), s_k how much more important the child before is; w_j = q_j /
    sum(q)

    Source: kersuliene2010

    Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    ranks : list of float
        The place of each child: 1 for the most important.
    steps : list of float
        For each child after the first in this order, by which share the one before it is more important: 0.2
        for a fifth, 0 for equally.

    Returns
    -------
    (..., children)
    """
    size = values.shape[-1]
    if sorted(ranks) != list(range(1, size + 1)):
        raise OptionError(f"ranks must give each of the {size} children a place of its own, 1 to {size}")
    if len(steps) != size - 1:
        raise OptionError(
            f"steps must give {size - 1} numbers, one for each place after the first; got {len(steps)}"
        )
    by_place = 1.0 / np.cumprod(np.concatenate([[1.0], 1.0 + np.asarray(steps, dtype=np.float64)]))
    return along(values, shares(by_place[np.asarray(ranks, dtype=np.int64) - 1]))


@weighting.method(
    "fucom",
    Trait.STATED,
    example={"priorities": [1.0, 2.5, 3.0, 4.5]},
    properties="scale common_scale shift unique independent alike",
)
def fucom(values: Floats, *, priorities: list[AtLeastOne]) -> Floats:
    """Turn comparisons with the most important child into weights (FUCOM).

    The source minimises how far ratios of weights are from those of the priorities; with one number a child
    they are never apart, so that the weights are in inverse proportion to the priorities.

    Formula: w_j = (1 / p_j) / sum(1 / p)

    Source: pamucar2018

    Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    priorities : list of float
        For each child how many times as important the most important one is: 1 for that one itself.

    Returns
    -------
    (..., children)
    """
    stated = np.asarray(priorities, dtype=np.float64)
    _require_each("priorities", priorities, values.shape[-1])
    if min(priorities) != 1:
        raise OptionError(
            f"priorities must be 1 for the most important child; the least is {min(priorities):g}"
        )
    return along(values, shares(1.0 / stated))


def _consistency_ratio(
    *, best_to_others: list[int], others_to_worst: list[int], max_ratio: float | None
) -> float:
    return contradiction(np.asarray(best_to_others, np.float64), np.asarray(others_to_worst, np.float64))


@weighting.method(
    "best_worst",
    Trait.STATED,
    consistency=_consistency_ratio,
    example={
        "best_to_others": [1.0, 2.0, 4.0, 8.0],
        "others_to_worst": [8.0, 4.0, 3.0, 1.0],
    },
    properties="scale common_scale shift unique independent alike",
)
def best_worst(
    values: Floats,
    *,
    best_to_others: list[AtLeastOne],
    others_to_worst: list[AtLeastOne],
    max_ratio: NonNegative | None = None,
) -> Floats:
    """Turn comparisons with the most and the least important child into weights (best-worst method, linear).

    Formula: minimise ξ such that |w_B - a_Bj w_j| ≤ ξ and |w_j - a_jW w_W| ≤ ξ for every child j, sum(w) = 1;
    consistency ratio = max |a_Bj a_jW - a_BW| / (a_BW² - a_BW)

    Source: rezaei2016

    There is one such set of weights. The consistency ratio, and the largest that is acceptable, are those of
    liang2020. Missing values have no effect.

    Parameters
    ----------
    values : (..., units, children)
    best_to_others : list of float
        For each child how many times as important the most important one is: 1 for that one itself.
    others_to_worst : list of float
        For each child how many times as important it is as the least important one: 1 for that one itself.
    max_ratio : float, optional
        Largest consistency ratio that is accepted; by default the source's for a_BW and the number of
        children, beyond its table that of 9.

    Returns
    -------
    (..., children)
    """
    size = values.shape[-1]
    _require_each("best_to_others", best_to_others, size)
    _require_each("others_to_worst", others_to_worst, size)
    to_others, to_worst = (np.asarray(a, dtype=np.float64) for a in (best_to_others, others_to_worst))
    best, worst = int(np.argmin(to_others)), int(np.argmin(to_worst))
    _check_ends(to_others, to_worst, best, worst)
    ratio = contradiction(to_others, to_worst)
    limit = acceptable(float(to_others[worst]), size) if max_ratio is None else max_ratio
    if ratio > limit:
        raise OptionError(
            f"the comparisons contradict each other: consistency ratio {ratio:.4f}, which exceeds "
            f"{'max_ratio' if max_ratio is not None else 'what is acceptable'} ({limit:g})"
        )
    return along(values, shares(_nearest(to_others, to_worst, best, worst)))


def contradiction(to_others: Floats, to_worst: Floats) -> float:
    """The consistency ratio of comparisons with the best and the worst child: 0 where they agree."""
    whole = float(np.max(to_others))
    apart = float(np.max(np.abs(to_others * to_worst - whole)))
    return apart / (whole * (whole - 1)) if apart else 0.0


def acceptable(whole: float, children: int) -> float:
    """The largest acceptable ratio, where the best child is `whole` times as important as the worst."""
    return ACCEPTABLE[int(min(max(whole, 2), 9))][min(max(children, 3), 9) - 3]


def _nearest(to_others: Floats, to_worst: Floats, best: int, worst: int) -> Floats:
    """The weights, times a number, (children,).

    With ξ = 1 in place of sum(w) = 1 the weights are those of the largest sum. Given the best child's b and
    the worst child's c, others are largest at min((b + 1) / a_Bj, a_jW c + 1), and some are possible where
    |b - a_Bj a_jW c| ≤ 1 + a_Bj. These bands around lines through zero meet in a tip, which has the largest b
    and the largest c.
    """
    slopes = to_others * to_worst
    widths = 1.0 + to_others
    slopes[best] = slopes[worst] = to_others[worst]
    widths[best] = widths[worst] = 1.0
    steeper = slopes[:, None] - slopes
    if not (steeper > 0).any():
        return np.asarray(1.0 / to_others)
    gaps = np.divide(widths[:, None] + widths, steeper, out=np.full(steeper.shape, np.inf), where=steeper > 0)
    of_worst = float(np.min(gaps))
    of_best = float(np.min(slopes * of_worst + widths))
    found = np.minimum((of_best + 1.0) / to_others, to_worst * of_worst + 1.0)
    found[best], found[worst] = of_best, of_worst
    return np.asarray(found)


def _check_ends(to_others: Floats, to_worst: Floats, best: int, worst: int) -> None:
    """That both lists name a best and a worst child, and agree how far apart these are."""
    for name, ratios, end in (("best_to_others", to_others, best), ("others_to_worst", to_worst, worst)):
        if ratios[end] != 1:
            raise OptionError(
                f"{name} must be 1 for the child that is compared; the least is {ratios[end]:g}"
            )
    if len(to_others) > 1 and not to_others[worst] == to_worst[best] == to_others.max() == to_worst.max():
        raise OptionError(
            "best_to_others of the least important child and others_to_worst of the most important one are "
            f"the same comparison, and the largest of their lists; got {to_others[worst]:g} of "
            f"{to_others.max():g} and {to_worst[best]:g} of {to_worst.max():g}"
        )


def _require_each(name: str, stated: list[float], children: int) -> None:
    if len(stated) != children:
        raise OptionError(
            f"{name} must give {children} numbers, one for each child of the node; got {len(stated)}"
        )
