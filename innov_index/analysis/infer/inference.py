"""From intervals to the whole answer: the weights that agree, or why none do."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from innov_index.analysis.infer.constraint_rows import ConstraintRows, Scaling
from innov_index.analysis.infer.contradictions import (
    Contradiction,
    Correction,
    find_contradiction,
    smallest_correction,
)
from innov_index.analysis.infer.dominance import Dominance, dominance
from innov_index.analysis.infer.infeasibility import Certificate, decide, violated
from innov_index.analysis.infer.joint_rows import JointRows
from innov_index.analysis.infer.order_of_units import Order
from innov_index.analysis.infer.order_rows import OrderRows, order_rows
from innov_index.analysis.infer.polytope import EmptyError, Polytope
from innov_index.analysis.infer.power_means import PLAIN, Line, transform_for
from innov_index.analysis.infer.score_rows import ScoreRows, score_rows
from innov_index.analysis.infer.simple_weights import Weights, simple_weights
from innov_index.dataset.printed_figures import Intervals
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints

Range: TypeAlias = tuple[float, float]

THIN = 1e-13
"""A ball smaller than this has no centre that floating point can distinguish from its edge."""


@frozen
class WeightSet:
    """The weights that agree with every figure.

    Attributes
    ----------
    smallest, largest : (children,)
        Of each weight. True weights are never outside.
    centre : (children,)
        Centre of the largest ball inside the set (Chebyshev).
    radius : float
        Of that ball.
    factor, offset : ranges, optional
        Of b and a in parent = a + b × mean, where the parent has a scale of its own; infinite: unbounded.
    simple : tuples of fractions
        Weights inside the set that are multiples of 1/d, for the simplest d that has any.
    """

    smallest: Floats
    largest: Floats
    centre: Floats
    radius: float
    factor: Range | None
    offset: Range | None
    simple: tuple[Weights, ...]

    @property
    def width(self) -> float:
        """Greatest difference between the largest and smallest value of a weight."""
        return float((self.largest - self.smallest).max())


@frozen
class Disagreement:
    """Why no weights exist.

    `certificate` is the proof (multipliers of rows of `contradiction.rows`). `allowed` holds, for each unit
    of the contradiction, the range of scores that the others' figures leave it (a rank: without ends; empty
    for an order). `unattainable` counts the figures (for an order: pairs) that no weights give, whatever the
    other figures are. `correction` is None where floating point did not find the smallest.
    """

    contradiction: Contradiction
    allowed: tuple[Range, ...]
    unattainable: int
    correction: Correction | None

    @property
    def certificate(self) -> Certificate:
        return self.contradiction.certificate


@frozen
class Miss:
    """A figure that stated weights do not give: they give `low` to `high` (NaN: a place in an order).

    `unit` is the number of the figure: of its unit, or see `JointRows`.
    """

    unit: int
    low: float
    high: float


@frozen
class Inference:
    """What published figures say about the weights behind them.

    `weights` where some exist, `disagreement` where none do. `used` marks the units whose figures say
    something. `stated` is whether given weights agree (None: none given), `stated_misses` the units that they
    miss.
    """

    rows: ConstraintRows
    power: float
    used: Bools
    dominance: Dominance
    weights: WeightSet | None
    disagreement: Disagreement | None
    stated: bool | None
    stated_misses: tuple[Miss, ...]

    @property
    def exists(self) -> bool:
        return self.weights is not None


def infer_from_scores(
    children: Intervals,
    parent: Intervals,
    *,
    power: float = 1.0,
    line: Line = PLAIN,
    scaling: Scaling = "none",
    stated: Sequence[Fraction] | None = None,
    stated_scale: tuple[Fraction, Fraction] | None = None,
    margin: float = 0.0,
) -> Inference:
    """Find the weights with which the parent's scores are a mean of the children's.

    Parameters
    ----------
    children : Intervals of shape (units, children)
    parent : Intervals of shape (units,)
    power : float
        1 arithmetic, 0 geometric, -1 harmonic mean, or any other power mean.
    line : a and b
        Of the a + b x whose power mean is meant.
    scaling : "none", "ratio" or "affine"
        parent = mean, b × mean, or a + b × mean, with b > 0; only with power 1.
    stated : fractions, optional
        Weights to check against the figures; they need not sum to 1.
    stated_scale : fractions, optional
        b and a to check them with; by default the ones that suit the weights best.
    margin : float
        What a score may differ by on account of rounding in floating point.
    """
    parent = parent.widened(margin)
    if scaling != "none" and power != 1:
        raise ValueError("a scale of the parent can be recovered along with the arithmetic mean only")
    rows, used = score_rows(children, parent, transform_for(power, parent, children, line), scaling)
    return _infer(rows, used, power, stated, stated_scale)


def infer_jointly(
    children: Intervals,
    parent: Intervals,
    order: Order,
    *,
    power: float = 1.0,
    line: Line = PLAIN,
    scaling: Scaling = "none",
    stated: Sequence[Fraction] | None = None,
    stated_scale: tuple[Fraction, Fraction] | None = None,
    ranked: Intervals | None = None,
    noise: float = 0.0,
    margin: float = 0.0,
) -> Inference:
    """Find the weights that give the parent's scores and the order of the units at once.

    Parameters
    ----------
    children, parent, power, scaling, stated, stated_scale, margin
        As for `infer_from_scores`.
    order, noise
        As for `infer_from_order`.
    ranked : Intervals of shape (units,), optional
        Of the scores that ranks are taken from, where these are rounded first; by default `parent`.
    """
    if scaling != "none" and power != 1:
        raise ValueError("a scale of the parent can be recovered along with the arithmetic mean only")
    transform = transform_for(power, parent, children, line)
    scores, scored = score_rows(children, parent.widened(margin), transform, scaling)
    ordered, complete = order_rows(children, order, transform, scaling, noise=noise)
    rows = JointRows(scores, ordered, parent if ranked is None else ranked)
    used = scored | (complete & _named(len(complete), order))
    return _infer(rows, used, power, stated, stated_scale)


def infer_from_order(
    children: Intervals,
    order: Order,
    *,
    power: float = 1.0,
    line: Line = PLAIN,
    stated: Sequence[Fraction] | None = None,
    noise: float = 0.0,
) -> Inference:
    """Find the weights with which means of the children's scores stand in an order.

    Parameters
    ----------
    children : Intervals of shape (units, children)
    order : Order
        Units of one group of a chain are in no order, those of one group of equals have the same score.
        Without `strict` a better place may have the same score. Units with a gap are left out.
    noise : float
        What rounding may have done to the children's figures, as a share of the largest.
    """
    transform = transform_for(power, None, children, line)
    rows, used = order_rows(children, order, transform, noise=noise)
    return _infer(rows, used & _named(len(used), order), power, stated)


def _named(units: int, order: Order) -> Bools:
    """The units that stand in an order."""
    named = np.zeros(units, dtype=np.bool_)
    named[[unit for chain in order.chains for group in chain for unit in group]] = True
    named[[unit for group in order.equals for unit in group]] = True
    return named


def _infer(
    rows: ScoreRows | OrderRows | JointRows,
    used: Bools,
    power: float,
    stated: Sequence[Fraction] | None,
    stated_scale: tuple[Fraction, Fraction] | None = None,
) -> Inference:
    polytope = Polytope(rows)
    verdict = decide(rows, polytope)
    agrees, misses = (None, ()) if stated is None else _checked_against(rows, polytope, stated, stated_scale)
    weights, disagreement = None, None
    if verdict.certificate is None:
        weights = _weight_set(rows, polytope, verdict.witness or ())
    else:
        disagreement = _disagreement(rows, verdict.certificate)
    counted = dominance(rows.child_figures.of(used))
    return Inference(rows, power, used, counted, weights, disagreement, agrees, misses)


def _weight_set(rows: ConstraintRows, polytope: Polytope, witness: Sequence[Fraction]) -> WeightSet:
    k = polytope.k
    forms = np.eye(k, polytope.size)
    smallest = np.array([max(-polytope.highest(-form), 0.0) for form in forms])
    largest = np.array([min(polytope.highest(form), 1.0) for form in forms])
    centre, radius = _centre(polytope, witness)
    factor, offset = _scale(polytope)

    def inside(weights: Weights) -> bool:
        return _agrees(rows, polytope, weights)

    simple = simple_weights(smallest, largest, centre, inside)
    return WeightSet(smallest, largest, centre, radius, factor, offset, simple)


def weight_set(
    polytope: Polytope, smallest: Floats, largest: Floats, centre: Floats, *, scaled: bool
) -> WeightSet:
    """A set of weights with known ends; with the range of the parent's scale where it has one (`scaled`)."""
    factor, offset = _scale(polytope) if scaled else (None, None)
    return WeightSet(smallest, largest, centre, 0.0, factor, offset, ())


def _centre(polytope: Polytope, witness: Sequence[Fraction]) -> tuple[Floats, float]:
    try:
        ball = polytope.centre()
        if ball.value > THIN:
            return ball.y[: polytope.k] / ball.y[: polytope.k].sum(), ball.value
    except EmptyError:
        pass
    weights = np.array([float(entry) for entry in witness[: polytope.k]])
    return weights / weights.sum(), 0.0


def _scale(polytope: Polytope) -> tuple[Range | None, Range | None]:
    """Ranges of b and a. With t = 1 the weights are b w, so their sum is b, and the last unknown is a."""
    if polytope.size == polytope.k:
        return None, None
    normal = polytope.factor
    factor = _range(polytope, polytope.sum_of_weights, normal)
    if polytope.size == polytope.k + 1:
        return factor, None
    return factor, _range(polytope, np.eye(polytope.size)[-1], normal)


def _range(polytope: Polytope, form: Floats, normal: Floats) -> Range:
    return -polytope.extreme(-form, normal).value, polytope.extreme(form, normal).value


def _checked_against(
    rows: ScoreRows | OrderRows | JointRows,
    polytope: Polytope,
    stated: Sequence[Fraction],
    scale: tuple[Fraction, Fraction] | None,
) -> tuple[bool, tuple[Miss, ...]]:
    """Whether weights agree with the figures, and the units that they miss, the worst first."""
    if scale is not None and polytope.size > polytope.k:
        exact_y = _on_scale(polytope, stated, scale)
        y = np.array([float(entry) for entry in exact_y])
        if violated(rows, exact_y) is None and _rounds_in_order(rows, y):
            return True, ()
    elif _agrees(rows, polytope, stated):
        return True, ()
    else:
        y = _completed(polytope, stated)
    keys, slack = rows.least(y)
    missed = keys[np.argsort(slack, kind="stable")[: int((slack < 0).sum())]]
    units = dict.fromkeys(rows.owners(missed).ravel().tolist())
    if isinstance(rows, OrderRows):
        return False, tuple(Miss(unit, np.nan, np.nan) for unit in units)
    scores = rows.scores if isinstance(rows, JointRows) else rows
    low, high = scores.implied(y)
    if isinstance(rows, JointRows):
        units = _blamed(rows, missed)
        nothing = np.full(len(low), np.nan)
        low, high = np.concatenate([low, nothing]), np.concatenate([high, nothing])
    return False, tuple(Miss(unit, float(low[unit]), float(high[unit])) for unit in units)


def _blamed(rows: JointRows, missed: Ints) -> dict[int, None]:
    """The figures that weights do not give: scores, and ranks of pairs whose scores do not explain it."""
    of_scores = missed[missed < len(rows.scores)]
    units = dict.fromkeys(rows.owners(of_scores).ravel().tolist())
    for owners in rows.owners(missed[missed >= len(rows.scores)]).tolist():
        if not any(rows.of_unit(figure)[0] in units for figure in owners):
            units.update(dict.fromkeys(figure for figure in owners if rows.of_unit(figure)[1]))
    return units


def _on_scale(
    polytope: Polytope, stated: Sequence[Fraction], scale: tuple[Fraction, Fraction]
) -> list[Fraction]:
    """The weights and the unknowns t = 1/b, α = a/b of a known scale."""
    total, (factor, offset) = sum(stated), scale
    return [*(weight / total for weight in stated), 1 / factor, offset / factor][: polytope.size]


def _agrees(rows: ConstraintRows, polytope: Polytope, weights: Sequence[Fraction]) -> bool:
    """Whether weights meet every row, for some scale where the parent has one."""
    y = _completed(polytope, weights)
    if polytope.size == polytope.k:
        return violated(rows, weights) is None and _rounds_in_order(rows, y)
    _, slack = rows.least(y)
    met = y[polytope.k] > 0 and slack.min(initial=0.0) >= -1e-12 * rows.magnitude
    return bool(met and _rounds_in_order(rows, y))


def _rounds_in_order(rows: ConstraintRows, y: Floats) -> bool:
    """Whether the scores that y gives, rounded as they are before they are ranked, stand as published.

    Rows say so of rounded scores of any size; these are multiples of one unit.
    """
    if isinstance(rows, OrderRows):
        return rows.rounds_in_order(*rows.implied(y))
    if not isinstance(rows, JointRows) or rows.order.rule is None:
        return True
    low, high = rows.scores.implied(y)
    return rows.order.rounds_in_order(*rows.scores.parent.narrowed(low, high), rows.printed)


def _completed(polytope: Polytope, weights: Sequence[Fraction]) -> Floats:
    """The weights, and the scale that suits them best."""
    total = sum(weights)
    fixed = np.array([float(weight / total) for weight in weights])
    return fixed if polytope.size == polytope.k else polytope.greatest_slack(weights=fixed).y


def _disagreement(rows: ScoreRows | OrderRows | JointRows, certificate: Certificate) -> Disagreement:
    contradiction = find_contradiction(rows, certificate)
    allowed: tuple[Range, ...] = ()
    if not isinstance(rows, OrderRows):
        allowed = tuple(_allowed(rows, contradiction.units, unit) for unit in contradiction.units)
    complete = rows.complete()
    try:
        correction = smallest_correction(complete)
    except EmptyError:
        correction = None
    return Disagreement(contradiction, allowed, complete.unattainable(), correction)


def _allowed(rows: ScoreRows | JointRows, units: Sequence[int], unit: int) -> Range:
    """The range of scores that the other figures leave to one score."""
    scores = rows.scores if isinstance(rows, JointRows) else rows
    if unit >= scores.figures:
        return -np.inf, np.inf
    polytope = Polytope(rows.only(set(units) - {unit}))
    low, high, normal = scores.range_of(unit)
    ends = np.array([-polytope.extreme(-low, normal).value, polytope.extreme(high, normal).value])
    return tuple(scores.transform.inverse(ends).tolist())
