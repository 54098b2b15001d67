"""What published figures and orders demand of the weights: linear rows g with g · y ≥ 0.

y holds the weights of the children and, where the parent is on a scale of its own, a factor and an offset.
Every row is homogeneous: with y all its multiples satisfy it.

Scores. A parent p printed as [p⁻, p⁺] is the mean of children c_j printed as [c_j⁻, c_j⁺] for some true
values if and only if  Σ w_j (p⁺ - c_j⁻) ≥ 0  and  Σ w_j (c_j⁺ - p⁻) ≥ 0,  the sums over the children that are
there. Proof: as the weights are not negative, Σ w_j c_j takes exactly the values from Σ w_j c_j⁻ to Σ w_j
c_j⁺ while the children run through their intervals; the two rows say that this range and [p⁻, p⁺] Σ w_j meet.

A scale. p = a + b Σ w_j c_j with b > 0 means Σ w_j c_j = t p - α with t = 1 / b and α = a / b, so the rows
are t p⁺ - α - Σ w_j c_j⁻ ≥ 0  and  Σ w_j c_j⁺ - t p⁻ + α ≥ 0.  A unit with a gap would need products of
unknowns here and is left out.

Order. Units may have scores s_i in [Σ w_j c_ij⁻, Σ w_j c_ij⁺] with s_a above s_b for every pair of a
(transitively closed) order if and only if Σ w_j (c_aj⁺ - c_bj⁻) > 0 for each pair. Neighbours alone are
enough only where the children are known exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Literal, Protocol, TypeAlias

import numpy as np

from innov_index.analysis.infer.dominance import BLOCK, never_behind
from innov_index.analysis.infer.intervals import Intervals
from innov_index.analysis.infer.powers import Transform
from innov_index.model.arrays import Bools, Floats, Ints

Scaling: TypeAlias = Literal["none", "ratio", "affine"]

UNKNOWNS: dict[Scaling, int] = {"none": 0, "ratio": 1, "affine": 2}
"""Unknowns beside the weights: t = 1/b, and α = a/b."""

LISTED = 20_000
"""A chain with more pairs than this is never listed pair by pair."""

TOWARDS_YES, TOWARDS_NO = 1, 0
"""Which end of an enclosure makes a row easier, or harder, to satisfy."""


class Rows(Protocol):
    """The rows of one question, made when asked for."""

    @property
    def children(self) -> int:
        """How many weights."""
        ...

    @property
    def child_figures(self) -> Intervals:
        """(units, children)"""
        ...

    @property
    def scaling(self) -> Scaling: ...

    @property
    def strict(self) -> bool:
        """Whether g · y > 0 is meant."""
        ...

    @property
    def about(self) -> Ints:
        """The units that any row is about."""
        ...

    @property
    def magnitude(self) -> float:
        """The largest number, at least 1, whose differences are entries of rows."""
        ...

    def __len__(self) -> int: ...

    def least(self, y: Floats, relief: Floats | None = None) -> tuple[Ints, Floats]:
        """Keys and slack g · y of rows, among them that with the least slack.

        `relief` is what the figure of each unit may change by: it adds to the slack of the unit's rows.
        """
        ...

    def within(self, y: Floats, limit: float) -> Ints:
        """Keys of all rows whose slack is at most `limit`."""
        ...

    def hopeless(self) -> int:
        """How many rows every child breaks by itself, so that no weights meet them."""
        ...

    def matrix(self, keys: Ints) -> Floats:
        """The rows asked for, one below the other."""
        ...

    def units(self, keys: Ints) -> Floats:
        """What the slack of a row is counted in: one unit of the parent's last decimal."""
        ...

    def exact(self, key: int, towards: int) -> list[Fraction]:
        """One row in rational numbers."""
        ...

    def owners(self, keys: Ints) -> Ints:
        """The units that each row is about: (rows, 1) or (rows, 2)."""
        ...

    def only(self, units: Iterable[int]) -> Rows:
        """What is asked of these units alone."""
        ...

    def complete(self) -> Rows:
        """With the rows that follow from others, but do no longer once figures are changed."""
        ...


@dataclass(frozen=True)
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
    def about(self) -> Ints:
        return np.unique(self.row_unit)

    @cached_property
    def magnitude(self) -> float:
        children = (self.transform(self.child_figures.low), self.transform(self.child_figures.high))
        return _magnitude(*self._parent_ends, *children)

    @cached_property
    def _parent_ends(self) -> tuple[Floats, Floats]:
        return self.transform(self.parent.low), self.transform(self.parent.high)

    @cached_property
    def _rows(self) -> Floats:
        """All rows: twice the units times a few dozen children."""
        low, high = self._parent_ends
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

    def within(self, y: Floats, limit: float) -> Ints:
        return np.flatnonzero(self._rows @ y <= limit)

    def hopeless(self) -> int:
        return int((self._rows.max(axis=1, initial=-np.inf) < 0).sum()) if self.scaling == "none" else 0

    def matrix(self, keys: Ints) -> Floats:
        return self._rows[keys]

    def units(self, keys: Ints) -> Floats:
        low, high = self._parent_ends
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


@dataclass(frozen=True)
class OrderRows:
    """Rows from an order: of every pair of units, better and worse, of which it speaks.

    `chains` hold the order, groups of units from the best to the worst; a group may be empty. `every_pair`:
    there is a row for each pair that follows from it, not only for neighbours. The key of a row is
    better × units + worse. The pairs of a long chain are never listed: of the units before another one, that
    with the lowest upper end leaves it the least slack.
    """

    child_figures: Intervals
    transform: Transform
    chains: tuple[tuple[tuple[int, ...], ...], ...]
    every_pair: bool
    strict: bool = True
    scaling: Scaling = "none"

    def __len__(self) -> int:
        return self._chain.pairs if self._listed is None else len(self._listed)

    @property
    def children(self) -> int:
        return int(self.child_figures.low.shape[1])

    @cached_property
    def _chain(self) -> _Chain:
        return _Chain.of(self.chains[0])

    @cached_property
    def _listed(self) -> Ints | None:
        """The keys, or None for the pairs of a long chain."""
        if not self.every_pair:
            pairs = _neighbours(self.chains)
        elif len(self.chains) != 1:
            pairs = _closure(_neighbours(self.chains))
        elif self._chain.pairs > LISTED:
            return None
        else:
            pairs = self._chain.every_pair()
        return np.sort(pairs[:, 0] * len(self.child_figures.low) + pairs[:, 1])

    @property
    def about(self) -> Ints:
        return np.unique([unit for chain in self.chains for group in chain for unit in group]).astype(
            np.int64
        )

    @cached_property
    def magnitude(self) -> float:
        return _magnitude(*self._ends)

    @cached_property
    def _ends(self) -> tuple[Floats, Floats]:
        return self.transform(self.child_figures.low), self.transform(self.child_figures.high)

    def least(self, y: Floats, relief: Floats | None = None) -> tuple[Ints, Floats]:
        low, high = self._widened(y, relief)
        if self._listed is not None:
            better, worse = self.owners(self._listed).T
            return self._listed, high[better] - low[worse]
        better, worse = self._chain.hardest_before(high)
        return better * len(low) + worse, high[better] - low[worse]

    def within(self, y: Floats, limit: float) -> Ints:
        keys, slack = self.least(y)
        keys = keys[slack <= limit]
        if self._listed is not None:
            return keys
        low, high = self._widened(y, None)
        found = [np.empty(0, dtype=np.int64)]
        for worse in self.owners(keys)[:, 1].tolist():
            before = self._chain.before(worse)
            found.append(before[high[before] - low[worse] <= limit] * len(low) + worse)
        return np.concatenate(found)

    def hopeless(self) -> int:
        low, high = self._ends
        if not self.strict:  # then equal scores will do
            low = np.nextafter(low, -np.inf)
        if self._listed is not None:
            better, worse = self.owners(self._listed).T
            return int((low[worse] >= high[better]).all(axis=1).sum())
        return self._chain.count_pairs(low, high)

    def _widened(self, y: Floats, relief: Floats | None) -> tuple[Floats, Floats]:
        """Lowest and highest score of each unit."""
        low, high = (np.asarray(ends @ y) for ends in self._ends)
        return (low, high) if relief is None else (low - relief, high + relief)

    def matrix(self, keys: Ints) -> Floats:
        low, high = self._ends
        better, worse = self.owners(keys).T
        return np.asarray(high[better] - low[worse])

    def units(self, keys: Ints) -> Floats:
        return np.ones(len(keys))

    def exact(self, key: int, towards: int) -> list[Fraction]:
        better, worse = divmod(key, len(self.child_figures.low))
        highs = self.child_figures.high[better].tolist()
        lows = self.child_figures.low[worse].tolist()
        enclosure = self.transform.enclosure
        return [
            enclosure(high)[towards] - enclosure(low)[1 - towards]
            for high, low in zip(highs, lows, strict=True)
        ]

    def owners(self, keys: Ints) -> Ints:
        return np.stack(np.divmod(keys, len(self.child_figures.low)), axis=-1)

    def only(self, units: Iterable[int]) -> OrderRows:
        """The order of these units, with what follows from it by way of the units left out."""
        kept = set(units)
        if len(self.chains) != 1:
            closure = _closure(_neighbours(self.chains))
            pairs = closure[np.isin(closure, list(kept)).all(axis=1)]
            return replace(self, chains=tuple(((better,), (worse,)) for better, worse in pairs.tolist()))
        chain = tuple(tuple(unit for unit in group if unit in kept) for group in self.chains[0])
        return replace(self, chains=(chain,))

    def complete(self) -> OrderRows:
        return replace(self, every_pair=True)


@dataclass(frozen=True)
class _Chain:
    """An order of groups: its units one after the other, and where each unit's group begins."""

    units: Ints
    start: Ints

    @classmethod
    def of(cls, groups: Sequence[Sequence[int]]) -> _Chain:
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        units = np.array([unit for group in groups for unit in group], dtype=np.int64)
        return cls(units, np.repeat(np.cumsum(sizes) - sizes, sizes))

    @property
    def pairs(self) -> int:
        """How many pairs stand in an order."""
        return int(self.start.sum())

    def every_pair(self) -> Ints:
        better, worse = np.nonzero(np.arange(len(self.units))[:, None] < self.start[None, :])
        return np.stack([self.units[better], self.units[worse]], axis=1)

    def before(self, unit: int) -> Ints:
        """The units that stand before one."""
        return self.units[: self.start[np.flatnonzero(self.units == unit)[0]]]

    def hardest_before(self, high: Floats) -> tuple[Ints, Ints]:
        """For each unit with others before it: the one of them with the lowest upper end, and the unit."""
        ends = high[self.units]
        lowest = np.minimum.accumulate(ends)
        is_new = ends < np.concatenate([[np.inf], lowest[:-1]])
        at = np.maximum.accumulate(np.where(is_new, np.arange(len(ends)), 0))
        behind = self.start > 0
        return self.units[at[self.start[behind] - 1]], self.units[behind]

    def count_pairs(self, low: Floats, high: Floats) -> int:
        """How many pairs have the worse unit no lower than the better one in every child."""
        low, high = low[self.units], high[self.units]
        count = 0
        for first in range(0, len(low), BLOCK):
            block = slice(first, first + BLOCK)
            ordered = np.arange(len(low))[block, None] < self.start[None, :]
            count += int((ordered & never_behind(low, high[block]).T).sum())
        return count


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


def order_rows(
    children: Intervals,
    chains: Sequence[Sequence[Sequence[int]]],
    transform: Transform,
    *,
    strict: bool = True,
) -> tuple[OrderRows, Bools]:
    """Rows of an order, and the units whose figures say something: those with every child.

    Parameters
    ----------
    chains : lists of groups of units
        Each chain runs from the best group to the worst; inside a group nothing is said.
    """
    usable = np.asarray(np.isfinite(transform(children.low)).all(axis=1))
    frozen = tuple(tuple(tuple(group) for group in chain) for chain in chains)
    rows = OrderRows(children, transform, frozen, every_pair=not children.known_exactly, strict=strict)
    return rows.only(np.flatnonzero(usable).tolist()), usable


def _neighbours(chains: Sequence[Sequence[Sequence[int]]]) -> Ints:
    pairs = {
        (better, worse)
        for chain in ([group for group in chain if group] for chain in chains)
        for above, below in pairwise(chain)
        for better in above
        for worse in below
    }
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _closure(pairs: Ints) -> Ints:
    """Every pair that follows from the pairs stated."""
    named, positions = np.unique(pairs, return_inverse=True)
    reach = np.zeros((len(named), len(named)), dtype=np.bool_)
    reach[tuple(positions.reshape(-1, 2).T)] = True
    for via in range(len(named)):
        reach |= reach[:, via, None] & reach[None, via, :]
    better, worse = np.nonzero(reach)
    return np.stack([named[better], named[worse]], axis=1)


def _magnitude(*ends: Floats) -> float:
    return max(1.0, *(float(np.abs(end[np.isfinite(end)]).max(initial=0.0)) for end in ends))
