"""Best and worst ranks over a set of weights, and who is always ahead, beside linear programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

import innov_index
from innov_index.analysis.robustness.run import robustness
from innov_index.analysis.robustness.weight_sets import Statements
from innov_index.errors import InnovIndexError
from tests.campaign.second_opinion import REFUSED
from tests.indices import rows_of, write_index

POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0, "power, p: 2": 2.0}

ZERO = 1e-8
"""Values are whole numbers or have three digits, weights are simple fractions: a smaller lead is none."""


@dataclass(frozen=True)
class RanksCase:
    """Two levels of weights over some columns, and what is said of the weights that may vary.

    Attributes
    ----------
    values : (units, columns)
    groups : tuple of int
        How many columns each child of the root has: one is an indicator, more are a dimension.
    weights : (children,)
    inner : (columns,)
        Weight of each column in its dimension.
    falling : (columns,)
        Columns with a direction other than the index's; only where they are normalised.
    mean : str
        The aggregation of the root, as stated.
    normalised, less, leaves : bool
        By min-max; less of the index is better; the weights of the leaves vary, not those of the children.
    said : Statements
    """

    values: np.ndarray
    groups: tuple[int, ...]
    weights: np.ndarray
    inner: np.ndarray
    falling: np.ndarray
    mean: str
    normalised: bool
    less: bool
    leaves: bool
    said: Statements

    def write(self, folder: Path) -> Path:
        codes = [f"c{j}" for j in range(self.values.shape[1])]
        turned = "higher_is_better" if self.less else "lower_is_better"
        children, column = [], 0
        for child, size in enumerate(self.groups):
            leaves = [
                f"{{indicator: {codes[j]}, weight: {self.inner[j]}"
                + (f", direction: {turned}}}" if self.falling[j] else "}")
                for j in range(column, column + size)
            ]
            column += size
            weight = f"weight: {self.weights[child]}"
            if size == 1:
                children.append(leaves[0].replace(f"weight: {self.inner[column - 1]}", weight))
            else:
                children.append(f"{{code: D{child}, {weight}, children: [{', '.join(leaves)}]}}")
        root = f"code: I, aggregation: {{method: {self.mean}}}" + (
            ", direction: lower_is_better" if self.less else ""
        )
        scale = "min_max, low: 1, high: 101" if self.normalised else "none"
        config = f"""\
units: {{id: unit}}
indicators: {{file: data.csv}}
normalisation: {{method: {scale}}}
index: {{{root}, children: [{", ".join(children)}]}}
"""
        return write_index(folder, config, rows_of(self.values, codes))

    def smaller(self) -> Iterator[RanksCase]:
        """Without a unit; with whatever weights."""
        for unit in range(len(self.values)):
            if len(self.values) > 2 and not self.normalised:
                yield replace(self, values=np.delete(self.values, unit, axis=0))
        if self.said != Statements():
            yield replace(self, said=Statements())

    @property
    def nodes(self) -> list[str]:
        """Codes of the nodes whose weights vary."""
        starts = np.cumsum([0, *self.groups])
        if self.leaves:
            return [f"c{j}" for j in range(self.values.shape[1])]
        return [f"D{child}" if size > 1 else f"c{starts[child]}" for child, size in enumerate(self.groups)]

    @cached_property
    def shares(self) -> np.ndarray:
        """The stated weights of these nodes, which sum to 1."""
        if not self.leaves:
            return self.weights / self.weights.sum()
        children = np.repeat(self.weights / self.weights.sum(), self.groups)
        return children * self._within_dimensions

    @property
    def _within_dimensions(self) -> np.ndarray:
        starts = np.cumsum([0, *self.groups[:-1]])
        return self.inner / np.repeat(np.add.reduceat(self.inner, starts), self.groups)

    @cached_property
    def scores(self) -> np.ndarray:
        """What is weighted, (units, nodes), the more the better: the index rises with its weighted sum."""
        values = self.values
        if self.normalised:
            low, high = values.min(axis=0), values.max(axis=0)
            up = (values - low) / (high - low)
            values = 1 + 100 * np.where(self.falling, 1 - up, up)
        if not self.leaves:
            starts = np.cumsum([0, *self.groups[:-1]])
            values = np.add.reduceat(values * self._within_dimensions, starts, axis=1)
        p = POWERS[self.mean]
        if p != 1:
            values = np.log(values) if p == 0 else np.sign(p) * values**p
        return -values if self.less else values


def random_ranks(rng: np.random.Generator) -> RanksCase:
    """Up to six units and four weights: whole numbers with many ties, or three digits."""
    leaves = bool(rng.random() < 0.3)
    groups = tuple(int(size) for size in rng.choice([1, 1, 2], 2 if leaves else int(rng.integers(2, 5))))
    columns, units = sum(groups), int(rng.integers(2, 7))
    whole = rng.random() < 0.6
    values = (
        rng.integers(1, 8, (units, columns)).astype(float) if whole else rng.uniform(1, 9, (units, columns))
    )
    values = values.round(3)
    if units > 2 and rng.random() < 0.3:
        values[1] = values[0]
    normalised = bool(rng.random() < 0.4 and (values.max(axis=0) > values.min(axis=0)).all())
    case = RanksCase(
        values=values,
        groups=groups,
        weights=rng.integers(1, 6, len(groups)).astype(float),
        inner=rng.integers(1, 4, columns).astype(float),
        falling=(rng.random(columns) < 0.4) & normalised,
        mean=str(rng.choice([*POWERS])) if not leaves else "arithmetic",
        normalised=normalised,
        less=bool(rng.random() < 0.2),
        leaves=leaves,
        said=Statements(),
    )
    return replace(case, said=_statements(rng, case.nodes))


def _statements(rng: np.random.Generator, nodes: list[str]) -> Statements:
    first, second = rng.choice(nodes, 2, replace=False)
    kinds = [
        Statements(),
        Statements(within=str(rng.choice(["10%", "25%", "50%"]))),
        Statements(bounds=[f"{first}={rng.choice(['0..0.4', '0.1..0.5', '0.25..1'])}"]),
        Statements(orders=[f"{first}>={second}"]),
        Statements(orders=[">=".join(rng.permutation(nodes))]),
        Statements(ratios=[f"{first}/{second}={rng.choice(['1..2', '0.5..3'])}"]),
        Statements(within="50%", orders=[f"{first}>={second}"]),
    ]
    return kinds[int(rng.integers(len(kinds)))]


class Programs:
    """Linear programs over the weights that a case allows."""

    def __init__(self, case: RanksCase) -> None:
        self.case = case
        self.size = len(case.nodes)
        self.bounds = [(0.0, 1.0)] * self.size
        rows: list[np.ndarray] = []
        at = {code: np.eye(self.size)[k] for k, code in enumerate(case.nodes)}
        if case.said.within:
            part = float(case.said.within.rstrip("%")) / 100
            self.bounds = [(share * (1 - part), min(share * (1 + part), 1)) for share in case.shares]
        for code, low, high in map(_range, case.said.bounds):
            place = case.nodes.index(code)
            self.bounds[place] = (max(self.bounds[place][0], low), min(self.bounds[place][1], high))
        for order in case.said.orders:
            codes = order.split(">=")
            rows += [at[low] - at[high] for high, low in pairwise(codes)]
        for pair, low, high in map(_range, case.said.ratios):
            one, other = (at[code] for code in pair.split("/"))
            rows += [low * other - one, one - high * other]
        self.rows = np.array(rows).reshape(-1, self.size)

    def smallest_maximum(self, gaps: np.ndarray) -> float:
        """The weights at which the largest of gaps · w is as small as it gets; NaN where there are none."""
        size = self.size
        above = np.hstack([gaps, np.full((len(gaps), 1), -1.0)])
        stated = np.hstack([self.rows, np.zeros((len(self.rows), 1))])
        found = linprog(
            [*[0.0] * size, 1.0],
            A_ub=np.vstack([above, stated]),
            b_ub=np.zeros(len(above) + len(stated)),
            A_eq=[[*[1.0] * size, 0.0]],
            b_eq=[1.0],
            bounds=[*self.bounds, (None, None)],
        )
        return float(found.fun) if found.status == 0 else np.nan

    def ends(self, unit: int) -> tuple[int, int]:
        """Best and worst rank: every set of rivals is tried, from the fewest and from the most."""
        rivals = np.delete(self.case.scores, unit, axis=0) - self.case.scores[unit]
        everyone = range(len(rivals))
        best = next(
            ahead
            for ahead in range(len(rivals) + 1)
            if ahead == len(rivals)
            or any(
                self.smallest_maximum(np.delete(rivals, list(chosen), axis=0)) <= ZERO
                for chosen in combinations(everyone, ahead)
            )
        )
        worst = next(
            ahead
            for ahead in range(len(rivals), -1, -1)
            if ahead == 0
            or any(
                self.smallest_maximum(-rivals[list(chosen)]) < -ZERO
                for chosen in combinations(everyone, ahead)
            )
        )
        return 1 + best, 1 + worst

    def relation(self, one: int, other: int) -> str:
        """What holds between two units whatever the weights are."""
        gap = self.case.scores[one] - self.case.scores[other]
        least, most = self.smallest_maximum(gap[None]), -self.smallest_maximum(-gap[None])
        if least > ZERO:
            return "always ahead"
        if least >= -ZERO:
            return "always level" if most <= ZERO else "never behind"
        return "never ahead" if most <= ZERO else "depends on the weights"


def _range(stated: str) -> tuple[str, float, float]:
    name, _, ends = stated.partition("=")
    low, _, high = ends.partition("..")
    return name, float(low), float(high)


def fault_of_ranks(case: RanksCase, folder: Path) -> str:
    """In what `robustness` and the linear programs differ, in a few words."""
    programs = Programs(case)
    possible = not np.isnan(programs.smallest_maximum(np.zeros((1, programs.size))))
    index = innov_index.load(case.write(folder))
    try:
        result = robustness(index, case.said, level=2 if case.leaves and max(case.groups) > 1 else None)
    except InnovIndexError as error:
        known = not possible and "no weights are" in str(error)
        return REFUSED if known else f"unexpected refusal: {str(error)[:60]}"
    if not possible:
        return "weights in an empty set"
    columns = ("unit", "rank", "best", "worst", "exact")
    sheet = result.table("ranks")
    for row in sheet.rows:
        unit, _, best, worst, exact = (row[sheet.columns.index(name)] for name in columns)
        if not exact or (best, worst) != programs.ends(int(str(unit)[1:])):
            return "ranks" if exact else "not exact"
    for one, other, relation, *_ in result.table("preferences").rows:
        if relation != programs.relation(int(str(one)[1:]), int(str(other)[1:])):
            return f"relation: {relation}"
    return ""
