"""Rows from scores of the parent.

A parent p printed as [p⁻, p⁺] is the mean of children c_j printed as [c_j⁻, c_j⁺] for some true
values if and only if  Σ w_j (p⁺ - c_j⁻) ≥ 0  and  Σ w_j (c_j⁺ - p⁻) ≥ 0,  the sums over the children that are
there. Proof: as the weights are not negative, Σ w_j c_j takes exactly the values from Σ w_j c_j⁻ to Σ w_j
c_j⁺ while the children run through their intervals; the two rows say that this range and [p⁻, p⁺] Σ w_j meet.

A scale. p = a + b Σ w_j c_j with b > 0 means Σ w_j c_j = t p - α with t = 1 / b and α = a / b, so the rows
are t p⁺ - α - Σ w_j c_j⁻ ≥ 0  and  Σ w_j c_j⁺ - t p⁻ + α ≥ 0.  A unit with a gap would need products of
unknowns here and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from innov_index.analysis.infer.constraint_rows import UNKNOWNS, Scaling, magnitude_of
from innov_index.analysis.infer.power_means import Transform
from innov_index.dataset.printed_figures import Intervals
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints


@frozen
class ScoreRows:
    """Rows from scores of the parent: each has its unit (`row_unit`), and which end it is about (`upper`)."""

    child_figures: Intervals
    parent: Intervals
    transform: Transform
    scaling: Scaling
    row_unit: Ints
    upper: Bools
    strict: bool = False

    def __len__(self) -> int:
        return len(self.row_unit)

    @property
    def children(self) -> int:
        return int(self.child_figures.low.shape[1])

    @property
    def figures(self) -> int:
        return len(self.child_figures.low)

    @property
    def about(self) -> Ints:
        return np.unique(self.row_unit)

    @cached_property
    def magnitude(self) -> float:
        children = (self.transform(self.child_figures.low), self.transform(self.child_figures.high))
        return magnitude_of(*self.parent_ends, *children)

    @cached_property
    def parent_ends(self) -> tuple[Floats, Floats]:
        """Lowest and highest score of each unit, transformed."""
        return self.transform(self.parent.low), self.transform(self.parent.high)

    @cached_property
    def _rows(self) -> Floats:
        """All rows: twice the units times a few dozen children."""
        low, high = self.parent_ends
        children_low = self.transform(self.child_figures.low)[self.row_unit]
        children_high = self.transform(self.child_figures.high)[self.row_unit]
        sign = np.where(self.upper, 1.0, -1.0)[:, None]
        end = np.where(self.upper, high[self.row_unit], low[self.row_unit])[:, None]
        child = np.where(self.upper[:, None], children_low, children_high)
        if self.scaling == "none":
            return np.where(np.isnan(child), 0.0, sign * (end - child))
        unknowns = [sign * end, -sign][: UNKNOWNS[self.scaling]]
        return np.hstack([-sign * child, *unknowns])

    def least(self, y: Floats, relief: Floats | None = None) -> tuple[Ints, Floats]:
        keys = np.arange(len(self))
        slack = np.asarray(self._rows @ y)
        return keys, slack if relief is None else slack + relief[self.row_unit] * self.units(keys)

    def within(self, y: Sequence[Fraction] | Floats, limit: float) -> Ints:
        return np.flatnonzero(self._rows @ np.asarray(y, dtype=np.float64) <= limit)

    def unattainable(self) -> int:
        return int((self._rows.max(axis=1, initial=-np.inf) < 0).sum()) if self.scaling == "none" else 0

    def strictly(self, keys: Ints) -> Bools:
        return np.zeros(len(keys), dtype=np.bool_)

    def matrix(self, keys: Ints) -> Floats:
        return self._rows[keys]

    def units(self, keys: Ints) -> Floats:
        low, high = self.parent_ends
        unit = self.row_unit[keys]
        # where the lower end has no power (it is not positive), the upper end's distance from the figure
        middle = self.transform((self.parent.low[unit] + self.parent.high[unit]) / 2)
        width = np.where(np.isfinite(low[unit]), high[unit] - low[unit], 2 * (high[unit] - middle))
        return np.where(np.isfinite(width) & (width > 0), width, 1.0)

    def exact(self, key: int, towards: int) -> list[Fraction]:
        unit, upper = int(self.row_unit[key]), bool(self.upper[key])
        sign, away = (1, towards) if upper else (-1, 1 - towards)
        ends = self.parent.high if upper else self.parent.low
        figures = self.child_figures.low if upper else self.child_figures.high
        end = self.transform.enclosure(float(ends[unit]))[away]
        if self.scaling == "none":
            return [
                Fraction(0) if np.isnan(figure) else sign * (end - self.transform.enclosure(figure)[1 - away])
                for figure in figures[unit].tolist()
            ]
        row = [-sign * self.transform.enclosure(figure)[1 - away] for figure in figures[unit].tolist()]
        return row + [sign * end, Fraction(-sign)][: UNKNOWNS[self.scaling]]

    def implied(self, y: Floats) -> tuple[Floats, Floats]:
        """Lowest and highest score of the parent that y gives each unit."""
        return self._implied(y, self.child_figures.low), self._implied(y, self.child_figures.high)

    def _implied(self, y: Floats, ends: Floats) -> Floats:
        figures, weights = self.transform(ends), y[: self.children]
        there = ~self.child_figures.missing & (weights > 0)
        with np.errstate(all="ignore"):
            total = np.where(there, figures * weights, 0.0).sum(axis=1)
            if self.scaling != "none":
                return np.asarray((total + y[self.children + 1 :].sum()) / y[self.children])
            return self.transform.inverse(total / np.where(there, weights, 0.0).sum(axis=1))

    def range_of(self, unit: int) -> tuple[Floats, Floats, Floats]:
        """Linear forms (lowest, highest, normal): score = form · y for y with normal · y = 1, transformed."""
        low, high = (
            self.transform(self.child_figures.low[unit]),
            self.transform(self.child_figures.high[unit]),
        )
        if self.scaling == "none":
            there = ~self.child_figures.missing[unit]
            return np.where(there, low, 0.0), np.where(there, high, 0.0), there.astype(np.float64)
        offset = [0.0, 1.0][: UNKNOWNS[self.scaling]]
        normal = np.zeros(self.children + len(offset))
        normal[self.children] = 1.0
        return np.append(low, offset), np.append(high, offset), normal

    def owners(self, keys: Ints) -> Ints:
        return self.row_unit[keys][:, None]

    def only(self, units: Iterable[int]) -> ScoreRows:
        kept = np.isin(self.row_unit, list(units))
        return replace(self, row_unit=self.row_unit[kept], upper=self.upper[kept])

    def complete(self) -> ScoreRows:
        return self


def score_rows(
    children: Intervals, parent: Intervals, transform: Transform, scaling: Scaling
) -> tuple[ScoreRows, Bools]:
    """Two rows a unit, and the units whose figures say something.

    Units without figures, and those whose figures have no mean (not positive for a geometric one), say
    nothing. Where only the lower end of a figure has no power, the row that it would stand in is always
    satisfied.
    """
    gaps = children.missing
    without = gaps.all(axis=1) if scaling == "none" else gaps.any(axis=1)
    there = ~parent.missing & ~without
    highest = np.where(gaps, 0.0, transform(children.high))
    usable = there & np.isfinite(highest).all(axis=1) & np.isfinite(transform(parent.high))
    lowest = np.where(gaps, 0.0, transform(children.low))
    upper = np.flatnonzero(usable & np.isfinite(lowest).all(axis=1))
    lower = np.flatnonzero(usable & np.isfinite(transform(parent.low)))
    rows = ScoreRows(
        children,
        parent,
        transform,
        scaling,
        row_unit=np.concatenate([upper, lower]),
        upper=np.repeat([True, False], [len(upper), len(lower)]),
    )
    return rows, usable
