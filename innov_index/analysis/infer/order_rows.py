"""Rows from an order of units.

Units may have scores s_i in [Σ w_j c_ij⁻, Σ w_j c_ij⁺] with s_a above s_b for every pair of a
(transitively closed) order if and only if Σ w_j (c_aj⁺ - c_bj⁻) > 0 for each pair, and the same score where
this is ≥ 0 both ways. Neighbours alone are enough only where the children are known exactly.

Ranks from rounded scores. If R_a is s_a rounded to multiples of u, so that |s_a - R_a| ≤ u / 2, and a stands
d places before b, then R_a - R_b ≥ d u and s_a - s_b ≥ (d - 1) u: rounding can hide any lead below u, and
scores of one place (d = 0) differ by u at most. Numbers R_a (of any size, not multiples of u alone) with
these distances exist if and only if Σ w_j (c_aj⁺ - c_bj⁻) ≥ (d - 1) u for each pair, as a path of pairs loses
one u an edge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, permutations

import numpy as np

from innov_index.analysis.infer.constraint_rows import UNKNOWNS, Scaling, magnitude_of
from innov_index.analysis.infer.dominance import BLOCK, never_behind
from innov_index.analysis.infer.order_of_units import Order
from innov_index.analysis.infer.power_means import Transform
from innov_index.dataset.printed_figures import Intervals, exact
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints

LISTED = 20_000
"""A chain with more pairs than this is never listed pair by pair."""


@frozen
class OrderRows:
    """Rows from an order: one for each pair of units that it states, the better and the worse.

    `chains` hold the order, groups of units from the best to the worst; a group may be empty. `equals` are
    pairs of units with the same score, each pair both ways. `every_pair`: there is a row for each pair that
    follows from it, not only for neighbours. The key of a row is better × units + worse. `noise` is what
    rounding in floating point may have done to a difference of scores: less than that is no lead, and equals
    may differ by it. `step` is the unit that scores are rounded to, by `rule`, before ranks are taken (0: no
    row holds it); the place of a unit is that of its group in the chain. The pairs of a long chain are never
    listed: of the units before another one, the one with the lowest upper end leaves it the least slack.
    """

    child_figures: Intervals
    transform: Transform
    chains: tuple[tuple[tuple[int, ...], ...], ...]
    every_pair: bool
    strict: bool = True
    scaling: Scaling = "none"
    equals: tuple[tuple[int, int], ...] = ()
    noise: float = 0.0
    step: float = 0.0
    rule: Callable[[Floats], Floats] | None = None

    def __len__(self) -> int:
        ordered = sum(run.pairs for run in self._runs) if self._ordered is None else len(self._ordered)
        return ordered + len(self._equal)

    @property
    def children(self) -> int:
        return int(self.child_figures.low.shape[1])

    @cached_property
    def _apart(self) -> bool:
        """Whether no unit stands in two chains: then all that follows from them is their own pairs."""
        named = [{unit for group in chain for unit in group} for chain in self.chains]
        return len(set().union(*named)) == sum(map(len, named))

    @cached_property
    def _runs(self) -> tuple[Chain, ...]:
        return tuple(map(Chain.of, self.chains))

    @cached_property
    def _equal(self) -> Ints:
        """The keys of pairs of equals."""
        return np.array([a * len(self.child_figures.low) + b for a, b in self.equals], dtype=np.int64)

    def _between_equals(self, keys: Ints) -> Bools:
        if not self.equals:
            return np.zeros(len(keys), dtype=np.bool_)
        return np.isin(keys, self._equal)

    @cached_property
    def _listed(self) -> Ints | None:
        """All keys, or None where the order is a long chain."""
        return None if self._ordered is None else np.union1d(self._ordered, self._equal)

    @cached_property
    def _ordered(self) -> Ints | None:
        """The keys of pairs in an order, or None for those of a long chain."""
        if not self.every_pair:
            pairs = _neighbours(self.chains)
        elif not self._apart:
            pairs = _closure(_neighbours(self.chains), self.equals)
        elif sum(run.pairs for run in self._runs) > LISTED:
            return None
        else:
            none = np.empty((0, 2), dtype=np.int64)
            pairs = np.concatenate([none, *(run.every_pair() for run in self._runs)])
        return np.sort(pairs[:, 0] * len(self.child_figures.low) + pairs[:, 1])

    @property
    def figures(self) -> int:
        return len(self.child_figures.low)

    @property
    def about(self) -> Ints:
        return np.unique([unit for chain in self.chains for group in chain for unit in group]).astype(
            np.int64
        )

    @cached_property
    def magnitude(self) -> float:
        return magnitude_of(*self.ends)

    @cached_property
    def ends(self) -> tuple[Floats, Floats]:
        """Lowest and highest figure of each child, transformed; 0 for a unit without a mean."""
        low, high = self.transform(self.child_figures.low), self.transform(self.child_figures.high)
        usable = np.isfinite(low).all(axis=1, keepdims=True)
        return np.where(usable, low, 0.0), np.where(usable, high, 0.0)

    @cached_property
    def places(self) -> Ints:
        """(units,): the place of each unit in its chain; all the same where places are no distances."""
        places = np.zeros(self.figures, dtype=np.int64)
        if self.step and self.strict and self._apart:
            for chain in self.chains:
                for place, group in enumerate(chain):
                    places[list(group)] = place
        return places

    def places_apart(self, better: Ints, worse: Ints) -> Ints:
        """How many places, at least, the first units of pairs in an order stand before the second ones."""
        apart = self.places[worse] - self.places[better]
        return np.maximum(apart, 1) if self.strict else apart

    def _steps(self, keys: Ints) -> Floats:
        """What rounding adds to the slack of rows, in points of the parent."""
        if not self.step:
            return np.zeros(len(keys))
        return np.asarray(self.step * (1 - self.apart(keys)))

    def _point(self, y: Floats) -> float:
        """What a point of the parent's score counts as: all weights are 1 together, or t on a scale."""
        return float(y[: self.children].sum() if self.scaling == "none" else y[self.children])

    def least(self, y: Floats, relief: Floats | None = None) -> tuple[Ints, Floats]:
        low, high = self._widened(y, relief)
        keys = self._listed
        if keys is None:
            keys = self._hardest(high + self.places * self.step * self._point(y))
        return keys, self._slack(keys, low, high, y)

    def _hardest(self, high: Floats) -> Ints:
        """Keys of the pairs of equals, and of each unit with the one before it that has the lowest end."""
        found = [
            better * len(high) + worse for better, worse in (run.hardest_before(high) for run in self._runs)
        ]
        return np.concatenate([*found, self._equal])

    def _slack(self, keys: Ints, low: Floats, high: Floats, y: Floats) -> Floats:
        better, worse = self.owners(keys).T
        margins = self._margins(keys) * y[: self.children].sum() + self._steps(keys) * self._point(y)
        return np.asarray(high[better] - low[worse] + margins)

    def within(self, y: Sequence[Fraction] | Floats, limit: float) -> Ints:
        y = np.asarray(y, dtype=np.float64)
        keys, slack = self.least(y)
        keys = keys[slack <= limit]
        if self._listed is not None:
            return keys
        low, high = self._widened(y, None)
        equal = self._between_equals(keys)
        found = [keys[equal]]
        pairs = self.all_before(keys[~equal])
        return np.concatenate([*found, pairs[self._slack(pairs, low, high, y) <= limit]])

    def unattainable(self) -> int:
        low, high = self.ends
        if self.step:
            shift = (self.places * self.step)[:, None]
            low, high = low + shift - self.step, high + shift
        if not self.strict:  # then equal scores will do
            low = np.nextafter(low, -np.inf)
        if self._listed is not None:
            better, worse = self.owners(self._listed).T
            low = np.where(
                self.strictly(self._listed)[:, None], low[worse], np.nextafter(low[worse], -np.inf)
            )
            return int((low >= high[better]).all(axis=1).sum())
        return sum(run.count_pairs(low, high) for run in self._runs)

    def _widened(self, y: Floats, relief: Floats | None) -> tuple[Floats, Floats]:
        """Lowest and highest score of each unit."""
        low, high = (np.asarray(ends @ y[: self.children]) for ends in self.ends)
        return (low, high) if relief is None else (low - relief, high + relief)

    def matrix(self, keys: Ints) -> Floats:
        steps = self._steps(keys)[:, None]
        leads = self.leads(keys) + self._margins(keys)[:, None]
        if self.scaling == "none":
            return np.asarray(leads + steps)
        return np.hstack([leads, steps, np.zeros((len(keys), 1))][: 1 + UNKNOWNS[self.scaling]])

    def leads(self, keys: Ints) -> Floats:
        """By how much, at most, the better unit of each row is ahead in each child."""
        low, high = self.ends
        better, worse = self.owners(keys).T
        return np.asarray(high[better] - low[worse])

    def _margins(self, keys: Ints) -> Floats:
        """What is added to every entry of a row on account of noise."""
        return np.where(self.strictly(keys), -self.noise, self.noise)

    def margin(self, key: int) -> Fraction:
        """What is added to every entry of a row on account of noise, exactly."""
        return exact(float(self._margins(np.array([key]))[0]))

    def rounding(self, key: int) -> Fraction:
        """What is added on account of scores rounded before they are ranked, in points of the parent."""
        if not self.step:
            return Fraction(0)
        return exact(self.step) * round(float(self._steps(np.array([key]))[0]) / self.step)

    def strictly(self, keys: Ints) -> Bools:
        strict = self.strict & ~self._between_equals(keys)
        if self.step and self.strict:  # rounded scores that are two steps apart may be one step apart before
            strict &= self.places_apart(*self.owners(keys).T) == 1
        return np.asarray(strict)

    def decisive(self, high: Floats, point: float) -> Ints:
        """Keys of pairs among which is the one with the least slack; scores have the upper ends `high`."""
        if self._apart:
            return self._hardest(high + self.places * self.step * point)
        return np.array([]) if self._listed is None else self._listed

    def all_before(self, keys: Ints) -> Ints:
        """Keys of these pairs, and of all others with the same second unit."""
        equal = self._between_equals(keys)
        found = [keys[equal], np.empty(0, dtype=np.int64)]
        if not self._apart:
            return keys
        for worse in self.owners(keys[~equal])[:, 1].tolist():
            found += [run.before(worse) * self.figures + worse for run in self._runs if worse in run.units]
        return np.concatenate(found)

    def apart(self, keys: Ints) -> Ints:
        """How many places the units of each pair are apart; 0 for equals."""
        return np.where(self._between_equals(keys), 0, self.places_apart(*self.owners(keys).T))

    def implied(self, y: Floats) -> tuple[Floats, Floats]:
        """Lowest and highest score that y gives each unit."""
        low, high = self._widened(y, None)
        return self.transform.inverse(low), self.transform.inverse(high)

    def rounds_in_order(self, low: Floats, high: Floats, printed: Intervals | None = None) -> bool:
        """Whether scores between two ends, (units,), can stand in this order once they are rounded.

        `printed` is what is known of the rounded scores. Of intervals whose ends are multiples of the unit
        the pairs alone decide.
        """
        if self.rule is None or not len(self):
            return True
        low, high = self.rule(low), self.rule(high)
        if printed is not None:
            low, high = printed.narrowed(low, high)
        step = self.step or float(self.strict) * 1e-12
        keys = self._listed
        if keys is None:
            keys = self._hardest(high + self.places * step)
        better, worse = self.owners(keys).T
        return bool((high[better] - low[worse] >= (self.apart(keys) - 1e-6) * step).all())

    def units(self, keys: Ints) -> Floats:
        return np.ones(len(keys))

    def exact(self, key: int, towards: int) -> list[Fraction]:
        better, worse = divmod(key, len(self.child_figures.low))
        highs = self.child_figures.high[better].tolist()
        lows = self.child_figures.low[worse].tolist()
        enclosure, margin, rounding = self.transform.enclosure, self.margin(key), self.rounding(key)
        if self.scaling == "none":
            margin += rounding
        leads = [
            enclosure(high)[towards] - enclosure(low)[1 - towards] + margin
            for high, low in zip(highs, lows, strict=True)
        ]
        return leads + [rounding, Fraction(0)][: UNKNOWNS[self.scaling]]

    def owners(self, keys: Ints) -> Ints:
        return np.stack(np.divmod(keys, len(self.child_figures.low)), axis=-1)

    def pairs_that_decide(self, low: Floats, high: Floats) -> Iterator[tuple[int, int, bool]]:
        """Pairs (better, worse, whether strictly) among which are the hardest ones for scores.

        `low` and `high`, (units,), bound the scores; each unit comes with the one after it that has the
        greatest lower end and the one before it that has the smallest upper end. Of complete rows that can
        be listed, all pairs.
        """
        order = self.complete()
        listed = order._ordered
        yield from ((a, b, False) for a, b in self.equals)
        if listed is not None and (self.every_pair or not self._apart):
            yield from ((*pair, self.strict) for pair in order.owners(listed).tolist())
            return
        shift = self.places * self.step
        for run in self._runs:
            yield from ((*pair, self.strict) for pair in run.hardest_pairs(low + shift, high + shift))

    def only(self, units: Iterable[int]) -> OrderRows:
        """The order of these units, with what follows from it by way of the units left out."""
        kept = set(units)
        equals = tuple((a, b) for a, b in self.equals if a in kept and b in kept)
        if not self._apart:
            closure = _closure(_neighbours(self.chains), self.equals)
            pairs = closure[np.isin(closure, list(kept)).all(axis=1)]
            two = tuple(((better,), (worse,)) for better, worse in pairs.tolist())
            return replace(self, chains=two, equals=equals)
        chains = tuple(
            tuple(tuple(unit for unit in group if unit in kept) for group in chain) for chain in self.chains
        )
        return replace(self, chains=chains, equals=equals)

    def complete(self) -> OrderRows:
        return replace(self, every_pair=True)


def order_rows(
    children: Intervals,
    order: Order,
    transform: Transform,
    scaling: Scaling = "none",
    *,
    noise: float = 0.0,
) -> tuple[OrderRows, Bools]:
    """Rows of an order, and the units whose figures say something: those with every child.

    Parameters
    ----------
    order : Order
        Units of one group are in no order; those of one group of equals have the same score.
    scaling : "none", "ratio" or "affine"
        Of the parent; only the unit that scores are rounded to is counted on it.
    noise : float
        What rounding may have done to the children's figures, as a share of the largest.
    """
    usable = np.asarray(np.isfinite(transform(children.low)).all(axis=1))
    frozen = tuple(tuple(tuple(group) for group in chain) for chain in order.chains)
    pairs = tuple(sorted({pair for group in _joined(order.equals) for pair in permutations(group, 2)}))
    step, rule = (0.0, None) if order.rounding is None else (order.rounding.step, order.rounding.rule)
    every_pair = not children.known_exactly or bool(step)
    rows = OrderRows(
        children, transform, frozen, every_pair, order.strict, scaling, pairs, step=step, rule=rule
    )
    if noise:
        rows = replace(rows, noise=float(f"{noise * rows.magnitude:.0e}"))
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


def _joined(groups: Sequence[Sequence[int]]) -> list[set[int]]:
    """Groups that share a unit, as one."""
    joined: list[set[int]] = []
    for group in map(set, groups):
        touching = [other for other in joined if other & group]
        joined = [other for other in joined if not other & group] + [group.union(*touching)]
    return joined


def _closure(pairs: Ints, equals: Sequence[tuple[int, int]]) -> Ints:
    """Every pair that follows from the pairs in an order, also by way of equals."""
    equal = np.array(equals, dtype=np.int64).reshape(-1, 2)
    named, positions = np.unique(np.concatenate([pairs, equal]), return_inverse=True)
    places = positions.reshape(-1, 2)
    ordered, level = np.zeros((2, len(named), len(named)), dtype=np.bool_)
    ordered[tuple(places[: len(pairs)].T)] = True
    level[tuple(places[len(pairs) :].T)] = True
    np.fill_diagonal(level, val=True)
    reach = level @ ordered @ level
    for via in range(len(named)):
        reach |= reach[:, via, None] & reach[None, via, :]
    better, worse = np.nonzero(reach)
    return np.stack([named[better], named[worse]], axis=1)


@frozen
class Chain:
    """An order of groups: its units one after the other, and where each unit's group begins."""

    units: Ints
    start: Ints

    @classmethod
    def of(cls, groups: Sequence[Sequence[int]]) -> Chain:
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        units = np.array([unit for group in groups for unit in group], dtype=np.int64)
        return cls(units, np.repeat(np.cumsum(sizes) - sizes, sizes))

    @property
    def pairs(self) -> int:
        """The number of pairs in an order."""
        return int(self.start.sum())

    def every_pair(self) -> Ints:
        better, worse = np.nonzero(np.arange(len(self.units))[:, None] < self.start[None, :])
        return np.stack([self.units[better], self.units[worse]], axis=1)

    def before(self, unit: int) -> Ints:
        """The units before one."""
        return self.units[: self.start[np.flatnonzero(self.units == unit)[0]]]

    def hardest_before(self, high: Floats) -> tuple[Ints, Ints]:
        """For each unit with others before it: the one of them with the lowest upper end, and the unit."""
        ends = high[self.units]
        lowest = np.minimum.accumulate(ends)
        is_new = ends < np.concatenate([[np.inf], lowest[:-1]])
        at = np.maximum.accumulate(np.where(is_new, np.arange(len(ends)), 0))
        behind = self.start > 0
        return self.units[at[self.start[behind] - 1]], self.units[behind]

    def hardest_pairs(self, low: Floats, high: Floats) -> list[tuple[int, int]]:
        """Each unit with the one after it of greatest `low`, and with the one before it of least `high`."""
        better, worse = self.hardest_before(high)
        behind = Chain.of([group.tolist() for group in reversed(self._groups())])
        below, above = behind.hardest_before(-low)
        return [
            *zip(better.tolist(), worse.tolist(), strict=True),
            *zip(above.tolist(), below.tolist(), strict=True),
        ]

    def _groups(self) -> list[Ints]:
        return np.split(self.units, np.flatnonzero(np.diff(self.start)) + 1) if len(self.units) else []

    def count_pairs(self, low: Floats, high: Floats) -> int:
        """The number of pairs whose worse unit is no lower than the better one in every child."""
        low, high = low[self.units], high[self.units]
        count = 0
        for first in range(0, len(low), BLOCK):
            block = slice(first, first + BLOCK)
            ordered = np.arange(len(low))[block, None] < self.start[None, :]
            count += int((ordered & never_behind(low, high[block]).T).sum())
        return count
