"""A question about one node (which figures, published by whom) and its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from innov_index.analysis.infer.constraint_rows import Scaling
from innov_index.analysis.infer.inference import (
    Inference,
    infer_from_order,
    infer_from_scores,
    infer_jointly,
)
from innov_index.analysis.infer.order_of_units import Groups, Order
from innov_index.analysis.infer.order_rows import Dominance, dominance
from innov_index.analysis.infer.polytope import EmptyError, Polytope
from innov_index.analysis.infer.power_means import NAMED, transform_for
from innov_index.analysis.infer.score_rows import score_rows
from innov_index.dataset.printed_figures import EXACT, Intervals, one_below_the_other
from innov_index.errors import InnovIndexError
from innov_index.wording import listed

BOUNDS = (-5.0, 5.0)
STEP = 0.5
"""Powers of the mean are searched in these bounds, in these steps first."""

PRECISION = 1e-6
"""To which the ends of a range of powers are found."""

GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class Question:
    """Which weights of `children` explain the figures of `node`?

    Scores of the parent, or an `order` of the units, or both. `ranked` holds what is known of the scores that
    ranks are taken from, where these are rounded. `noise` is what rounding may have done to the children's
    figures, as a share of the largest. `weightless` says that the config states no weights of the children.
    `power` None: to be searched. `stated_scale` holds b and a of parent = a + b × mean where the config
    states them; stated weights are judged with it. `editions` is the number of lists of units that stand one
    below the other. `remarks` say where the figures come from.
    """

    source: str
    edition: str | None
    node: str
    children: tuple[str, ...]
    names: tuple[str, ...]
    units: tuple[str, ...]
    figures: Intervals
    parent: Intervals | None
    order: Order
    power: float | None
    scaling: Scaling
    stated: tuple[Fraction, ...]
    remarks: tuple[str, ...]
    stated_scale: tuple[Fraction, Fraction] | None = None
    ranked: Intervals | None = None
    noise: float = 0.0
    weightless: bool = False
    editions: int = 1

    @property
    def kind(self) -> str:
        """The figures that are asked about, in words."""
        if self.parent is None:
            return "order"
        return "scores" if self.order.says_nothing else "scores and ranks"

    @property
    def fault(self) -> str | None:
        """Why no scores whatever give the published places."""
        return self.order.fault

    def has_weights_of(self, other: Question) -> bool:
        """Whether both ask for the same weights: of the same children, on a scale that they share."""
        same = (
            (one.children, one.power, one.scaling, one.stated, one.stated_scale, one._rule_of_ranks)
            for one in (self, other)
        )
        own_scale = self.scaling != "none" and self.stated_scale is None
        return len(set(same)) == 1 and (not own_scale or self is other)

    @property
    def _rule_of_ranks(self) -> tuple[bool, float | None]:
        rounding = self.order.rounding
        return self.order.strict, None if rounding is None else rounding.step


def joined(questions: Sequence[Question]) -> Question:
    """One question about the units of several editions, which have the same weights."""
    first, count = questions[-1], len(questions[0].units)

    def moved(groups: Groups, by: int) -> Groups:
        return tuple(tuple(unit + by * count for unit in group) for group in groups)

    def stacked(tables: Sequence[Intervals | None]) -> Intervals | None:
        there = [table for table in tables if table is not None]
        return one_below_the_other(there) if there else None

    order = replace(
        first.order,
        chains=tuple(moved(chain, by) for by, one in enumerate(questions) for chain in one.order.chains),
        equals=tuple(group for by, one in enumerate(questions) for group in moved(one.order.equals, by)),
        fault=next((f"{one.edition}: {one.fault}" for one in questions if one.fault is not None), None),
    )
    return replace(
        first,
        edition=listed([one.edition or "" for one in questions]),
        units=tuple(f"{unit}, {one.edition}" for one in questions for unit in one.units),
        figures=one_below_the_other([one.figures for one in questions]),
        parent=stacked([one.parent for one in questions]),
        ranked=stacked([one.parent if one.ranked is None else one.ranked for one in questions]),
        order=order,
        remarks=tuple(dict.fromkeys(remark for one in questions for remark in one.remarks)),
        noise=max(one.noise for one in questions),
        editions=len(questions),
    )


@dataclass(frozen=True)
class Answer:
    """The answer to one question; `search` where the power was searched."""

    question: Question
    inference: Inference
    search: PowerSearch | None

    @property
    def exists(self) -> bool:
        return self.inference.exists and self.question.fault is None


def answer(question: Question) -> Answer:
    """Answer one question.

    Raises
    ------
    InnovIndexError
        A power or a scale is asked for that these figures cannot determine.
    """
    power, search = question.power, None
    if question.parent is None:
        if power is None:
            raise InnovIndexError("the power of a mean can be found from scores only, not from an order")
        inference = infer_from_order(
            question.figures,
            question.order,
            power=power,
            stated=question.stated,
            noise=question.noise,
        )
        return Answer(question, _within_editions(question, inference), None)
    if question.scaling != "none" and power != 1:
        raise InnovIndexError(
            f"{question.node}: a scale of its own is recovered along with the arithmetic mean only; "
            "give --scaling none or --power arithmetic"
        )
    if power is None:
        search = search_power(question.figures, question.parent)
        power = search.simplest
    inference = _from_scores(question, question.parent, power)
    return Answer(question, _within_editions(question, inference), search)


def _within_editions(question: Question, inference: Inference) -> Inference:
    """The inference with pairs of units counted within each edition."""
    if question.editions == 1:
        return inference
    parts = np.split(np.arange(len(question.units)), question.editions)
    used = question.figures.of(inference.used)
    counts = [dominance(used.of(np.isin(np.arange(len(question.units)), part))) for part in parts]
    pairs, decided = sum(one.pairs for one in counts), sum(one.decided for one in counts)
    return replace(inference, dominance=Dominance(pairs, decided))


def _from_scores(question: Question, parent: Intervals, power: float) -> Inference:
    if question.order.says_nothing:
        return infer_from_scores(
            question.figures,
            parent,
            power=power,
            scaling=question.scaling,
            stated=question.stated,
            stated_scale=question.stated_scale,
            margin=EXACT if question.noise else 0.0,
        )
    return infer_jointly(
        question.figures,
        parent,
        question.order,
        power=power,
        scaling=question.scaling,
        stated=question.stated,
        stated_scale=question.stated_scale,
        ranked=question.ranked,
        noise=question.noise,
        margin=EXACT if question.noise else 0.0,
    )


@dataclass(frozen=True)
class PowerSearch:
    """Powers of the mean with which weights exist.

    `ranges` are intervals of powers, found from steps of 0.5 by bisection; a range that lies between two
    steps is found only where the fit rises towards it. `best` is the power that fits best, `slack` how well:
    the number of units of its last decimal by which every figure could move (negative: some must).
    """

    ranges: tuple[tuple[float, float], ...]
    best: float
    slack: float

    @property
    def simplest(self) -> float:
        """1, 0 or -1 if weights exist with it, or the best power."""
        fitting = (p for p in NAMED.values() if any(low <= p <= high for low, high in self.ranges))
        return next(fitting, self.best)


def search_power(children: Intervals, parent: Intervals, bounds: tuple[float, float] = BOUNDS) -> PowerSearch:
    """Search the powers between two bounds."""
    known: dict[float, float] = {}

    def slack(power: float) -> float:
        if power not in known:
            known[power] = _slack(children, parent, power)
        return known[power]

    low, high = bounds
    grid = np.linspace(low, high, round((high - low) / STEP) + 1).tolist()
    _climb(slack, grid)
    powers = sorted(known)
    best = max(powers, key=lambda p: known[p])
    ranges = tuple(_ranges(slack, powers))
    return PowerSearch(ranges, best, known[best])


def _slack(children: Intervals, parent: Intervals, power: float) -> float:
    rows, _ = score_rows(children, parent, transform_for(power, parent, children), "none")
    try:
        return Polytope(rows).greatest_slack().value if len(rows) else -np.inf
    except EmptyError:
        return -np.inf


def _climb(slack: Callable[[float], float], grid: list[float]) -> None:
    """Golden-section search for the best power, between the neighbours of the best step."""
    best = max(range(len(grid)), key=lambda i: slack(grid[i]))
    left, right = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    while right - left > PRECISION and slack(grid[best]) < 0:
        inner, outer = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
        if max(slack(inner), slack(outer)) >= 0:
            return
        if slack(inner) >= slack(outer):
            right = outer
        else:
            left = inner


def _ranges(slack: Callable[[float], float], powers: list[float]) -> list[tuple[float, float]]:
    """Runs of powers that fit, their ends moved out as far as powers fit."""
    fits = [slack(power) >= 0 for power in powers]
    ranges = []
    for i in range(len(powers)):
        if not fits[i] or (i and fits[i - 1]):
            continue
        last = next((j - 1 for j in range(i + 1, len(powers)) if not fits[j]), len(powers) - 1)
        start = _edge(slack, powers[i], powers[i - 1]) if i else powers[0]
        end = _edge(slack, powers[last], powers[last + 1]) if last + 1 < len(powers) else powers[-1]
        ranges.append((start, end))
    return ranges


def _edge(slack: Callable[[float], float], fitting: float, failing: float) -> float:
    while abs(failing - fitting) > PRECISION:
        middle = (fitting + failing) / 2
        if slack(middle) >= 0:
            fitting = middle
        else:
            failing = middle
    return fitting
