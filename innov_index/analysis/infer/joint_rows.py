"""Rows from scores and ranks of the same units together.

Unit u has a score s_u between lo_u = Σ w_j c_uj⁻ and hi_u = Σ w_j c_uj⁺ as well as in [p_u⁻, p_u⁺], so from
max(lo_u, p_u⁻) to min(hi_u, p_u⁺). Such scores can stand in an order if and only if every interval has a
point (the rows of the scores) and, for each pair of a before b, the upper end of a is above the lower end of
b: hi_a > lo_b (a row of the order), hi_a > p_b⁻, p_a⁺ > lo_b and p_a⁺ > p_b⁻. Of the units after a the one
with the greatest p_b⁻ decides, of those before b the one with the smallest p_a⁺.

Where ranks are taken from scores R_u rounded to multiples of u (see `order_rows`), `printed` holds what is
known of these, and R_a - R_b ≥ d u compares the ends hi_a + u / 2, lo_b - u / 2 and those of `printed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from innov_index.analysis.infer.constraint_rows import UNKNOWNS, Scaling
from innov_index.analysis.infer.order_rows import OrderRows
from innov_index.analysis.infer.score_rows import ScoreRows
from innov_index.dataset.printed_figures import Intervals
from innov_index.dataset.printed_figures import exact as decimal
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints

CHILDREN_OF_BETTER, CHILDREN_OF_WORSE, SCORES_ONLY = 0, 1, 2
"""What a row between a score and an order compares: hi_a with p_b⁻, p_a⁺ with lo_b, or p_a⁺ with p_b⁻."""


@frozen
class JointRows:
    """Rows of scores, then rows between scores and ranks, then rows of the order.

    Of n units the figures 0 to n - 1 are the scores, those from n on the ranks. `printed` are the parent's
    scores that ranks are taken from, without what rounding in floating point adds to those of `scores`.
    """

    scores: ScoreRows
    order: OrderRows
    printed: Intervals

    def __len__(self) -> int:
        return len(self.scores) + len(self._between) + len(self.order)

    @property
    def children(self) -> int:
        return self.scores.children

    @property
    def child_figures(self) -> Intervals:
        return self.scores.child_figures

    @property
    def scaling(self) -> Scaling:
        return self.scores.scaling

    @property
    def strict(self) -> bool:
        return False

    @property
    def figures(self) -> int:
        return 2 * self._units

    @property
    def _units(self) -> int:
        return len(self.child_figures.low)

    def of_unit(self, figure: int) -> tuple[int, bool]:
        """The unit of a figure, and whether the figure is its rank."""
        return figure % self._units, figure >= self._units

    @property
    def about(self) -> Ints:
        return np.concatenate([self.scores.about, self.order.about + self._units])

    @cached_property
    def magnitude(self) -> float:
        return max(self.scores.magnitude, self.order.magnitude)

    @cached_property
    def _printed_ends(self) -> tuple[Floats, Floats]:
        return self.scores.transform(self.printed.low), self.scores.transform(self.printed.high)

    @cached_property
    def _between(self) -> Ints:
        """Rows between scores and order, (rows, 4): kind, better, worse, strict."""
        low, high = self._printed_ends
        scored = np.zeros(self._units, dtype=np.bool_)
        scored[self.scores.about] = True
        low = np.where(scored & np.isfinite(low), low, -np.inf)
        high = np.where(scored & np.isfinite(high), high, np.inf)
        rows: list[list[int]] = []
        for better, worse, leads in self.order.pairs_that_decide(low, high):
            strict = leads and not self.order.step
            above, below = np.isfinite(high[better]), np.isfinite(low[worse])
            rows += [[CHILDREN_OF_BETTER, better, worse, strict]] if below else []
            rows += [[CHILDREN_OF_WORSE, better, worse, strict]] if above else []
            rows += [[SCORES_ONLY, better, worse, strict]] if above and below else []
        found = np.array(rows, dtype=np.int64).reshape(-1, 4)
        return np.asarray(np.unique(found, axis=0))

    @cached_property
    def _between_matrix(self) -> Floats:
        kind, better, worse, strict = self._between.T
        low, high = self._printed_ends
        children_low, children_high = self.order.ends
        upper = np.where((kind == CHILDREN_OF_BETTER)[:, None], children_high[better], 0.0)
        lower = np.where((kind == CHILDREN_OF_WORSE)[:, None], children_low[worse], 0.0)
        factor = np.where(kind == CHILDREN_OF_BETTER, 0.0, high[better])
        factor = factor - np.where(kind == CHILDREN_OF_WORSE, 0.0, low[worse])
        rounded = [float(self._rounding_between(*row[:3])) for row in self._between.tolist()]
        factor = factor + np.array(rounded)
        upper = upper + np.where(strict, -self.order.noise, self.order.noise)[:, None]
        if self.scaling == "none":
            return np.asarray(upper - lower + factor[:, None])
        offset = np.choose(kind, [1.0, -1.0, 0.0])
        unknowns = np.stack([factor, offset], axis=1)[:, : UNKNOWNS[self.scaling]]
        return np.hstack([upper - lower, unknowns])

    def _split(self, keys: Ints) -> tuple[Ints, Ints, Ints]:
        """Keys of the scores, of the rows between, and of the order, each as its own rows count them."""
        first = len(self.scores)
        last = first + len(self._between)
        return keys[keys < first], keys[(keys >= first) & (keys < last)] - first, keys[keys >= last] - last

    def _joined(self, keys: Ints, scores: Floats, between: Floats, order: Floats) -> Floats:
        """What holds of the three kinds of rows, in the order of the keys."""
        first = len(self.scores)
        last = first + len(self._between)
        found = np.empty((len(keys), *scores.shape[1:]), dtype=scores.dtype)
        for mask, part in (
            (keys < first, scores),
            ((keys >= first) & (keys < last), between),
            (keys >= last, order),
        ):
            found[mask] = part
        return found

    def least(self, y: Floats, relief: Floats | None = None) -> tuple[Ints, Floats]:
        n, first = self._units, len(self.scores)
        of_scores, of_ranks = (None, None) if relief is None else (relief[:n], relief[n:] * self._unit)
        keys, slack = self.scores.least(y, of_scores)
        order_keys, order_slack = self.order.least(y, of_ranks)
        between = self._between_matrix @ y
        if relief is not None:
            owners = self._owners_between(np.arange(len(self._between)))
            between = between + self._unit * np.where(_repeated(owners), 0.0, relief[owners]).sum(axis=1)
        return (
            np.concatenate(
                [keys, first + np.arange(len(between)), first + len(between) + order_keys],
            ).astype(np.int64),
            np.concatenate([slack, between, order_slack]),
        )

    def within(self, y: Sequence[Fraction] | Floats, limit: float) -> Ints:
        y = np.asarray(y, dtype=np.float64)
        first = len(self.scores)
        between = np.flatnonzero(self._between_matrix @ y <= limit)
        order = self.order.within(y, limit)
        last = first + len(self._between)
        return np.concatenate([self.scores.within(y, limit), first + between, last + order]).astype(np.int64)

    def unattainable(self) -> int:
        return self.scores.unattainable()

    def matrix(self, keys: Ints) -> Floats:
        scores, between, order = self._split(keys)
        return self._joined(
            keys,
            self.scores.matrix(scores),
            self._between_matrix[between],
            self.order.matrix(order),
        )

    @cached_property
    def _unit(self) -> float:
        """What the slack of an order is counted in: a usual unit of the last decimal."""
        units = self.scores.units(np.arange(len(self.scores)))
        return float(np.median(units)) if len(units) else 1.0

    def units(self, keys: Ints) -> Floats:
        scores, between, order = self._split(keys)
        others = (np.full(len(part), self._unit) for part in (between, order))
        return self._joined(keys, self.scores.units(scores), *others)

    def strictly(self, keys: Ints) -> Bools:
        scores, between, order = self._split(keys)
        found = self._joined(
            keys,
            self.scores.strictly(scores).astype(np.float64),
            self._between[between, 3].astype(np.float64),
            self.order.strictly(order).astype(np.float64),
        )
        return np.asarray(found > 0)

    def exact(self, key: int, towards: int) -> list[Fraction]:
        scores, between, order = (part.tolist() for part in self._split(np.array([key])))
        if scores:
            return self.scores.exact(scores[0], towards)
        if order:
            return self.order.exact(order[0], towards)
        kind, better, worse, _ = self._between[between[0]].tolist()
        enclosure, away = self.scores.transform.enclosure, 1 - towards
        parent = self.printed
        upper = lower = [Fraction(0)] * self.children
        factor = self.rounding(key)
        if kind == CHILDREN_OF_BETTER:
            upper = [enclosure(figure)[towards] for figure in self.child_figures.high[better].tolist()]
        else:
            factor += enclosure(float(parent.high[better]))[towards]
        if kind == CHILDREN_OF_WORSE:
            lower = [enclosure(figure)[away] for figure in self.child_figures.low[worse].tolist()]
        else:
            factor -= enclosure(float(parent.low[worse]))[away]
        margin = self.margin(key)
        entries = [above - below + margin for above, below in zip(upper, lower, strict=True)]
        if self.scaling == "none":
            return [entry + factor for entry in entries]
        offset = Fraction({CHILDREN_OF_BETTER: 1, CHILDREN_OF_WORSE: -1}.get(kind, 0))
        return entries + [factor, offset][: UNKNOWNS[self.scaling]]

    def between(self, key: int) -> tuple[int, int, int] | None:
        """Kind, better and worse unit of a row between scores and ranks; None for another row."""
        _, found, _ = self._split(np.array([key]))
        return tuple(self._between[found[0], :3].tolist()) if len(found) else None

    def margin(self, key: int) -> Fraction:
        """What is added to every weight's entry of a row between scores and ranks on account of noise."""
        _, found, _ = self._split(np.array([key]))
        noise = decimal(self.order.noise)
        return -noise if self._between[found[0], 3] else noise

    def rounding(self, key: int) -> Fraction:
        """What is added to a row between scores and ranks, in points of the parent, as ranks are rounded."""
        _, found, _ = self._split(np.array([key]))
        return self._rounding_between(*self._between[found[0], :3].tolist())

    def _rounding_between(self, kind: int, better: int, worse: int) -> Fraction:
        if not self.order.step:
            return Fraction(0)
        equal = (better, worse) in self._equals
        apart = self.order.places_apart(np.array([better]), np.array([worse]))[0]
        half = Fraction(0) if kind == SCORES_ONLY else Fraction(1, 2)
        return decimal(self.order.step) * (half - (0 if equal else int(apart)))

    @cached_property
    def _equals(self) -> frozenset[tuple[int, int]]:
        return frozenset(self.order.equals)

    def own_key(self, key: int) -> tuple[ScoreRows | OrderRows, int]:
        """The rows of scores or of the order that a key belongs to, and its key there."""
        scores, _, order = self._split(np.array([key]))
        return (self.scores, int(scores[0])) if len(scores) else (self.order, int(order[0]))

    def owners(self, keys: Ints) -> Ints:
        """The figures that each row is about, (rows, 4); a row about fewer repeats one."""
        scores, between, order = self._split(keys)
        return self._joined(
            keys,
            np.repeat(self.scores.owners(scores), 4, axis=1).astype(np.float64),
            self._owners_between(between).astype(np.float64),
            np.tile(self.order.owners(order) + self._units, 2).astype(np.float64),
        ).astype(np.int64)

    def _owners_between(self, rows: Ints) -> Ints:
        kind, better, worse = self._between[rows, :3].T
        ranks = [better + self._units, worse + self._units]
        first = np.where(kind == CHILDREN_OF_BETTER, worse, better)
        second = np.where(kind == CHILDREN_OF_WORSE, better, worse)
        return np.stack([*ranks, first, second], axis=1)

    def only(self, figures: Iterable[int]) -> JointRows:
        kept = list(figures)
        scores = [figure for figure in kept if figure < self._units]
        ranks = [figure - self._units for figure in kept if figure >= self._units]
        return replace(self, scores=self.scores.only(scores), order=self.order.only(ranks))

    def complete(self) -> JointRows:
        return replace(self, order=self.order.complete())


def _repeated(owners: Ints) -> Bools:
    """Which entries of a row stand further left too."""
    same = owners[:, :, None] == owners[:, None, :]
    return np.asarray(np.tril(same, -1).any(axis=2))
