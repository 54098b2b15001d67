"""A computed table beside a published one, figure by figure."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from innov_index.analysis.reproduce.named_tables import Computed
from innov_index.analysis.reproduce.verdicts import Verdict
from innov_index.dataset.printed_figures import EXACT
from innov_index.dataset.published_tables import PublishedTable
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints


@frozen
class TableComparison:
    """One published table against the computed one.

    `computed` has the shape of the published figures: NaN where the table has no such row. `told` says how
    the two were laid beside each other.
    """

    published: PublishedTable
    computed: Floats
    unverified: bool
    told: tuple[str, ...] = ()

    @property
    def there(self) -> Bools:
        """Figures that were printed."""
        return ~np.isnan(self.published.figures)

    @cached_property
    def difference(self) -> Floats:
        return np.asarray(self.computed - self.published.figures)

    @cached_property
    def exact(self) -> Bools:
        return np.abs(self.difference) <= EXACT

    @cached_property
    def follows(self) -> Bools:
        """Whether each figure is printed as the computed one is."""
        printed = self.published.printed
        return (printed.low - EXACT <= self.computed) & (self.computed <= printed.high + EXACT)

    @property
    def figures(self) -> int:
        return int(self.there.sum())

    @property
    def following(self) -> int:
        return int((self.there & self.follows).sum())

    @property
    def excepted(self) -> int:
        """Figures that do not follow and are stated as exceptions."""
        return int((self.there & ~self.follows & self.published.excepted).sum())

    @property
    def verdict(self) -> Verdict:
        kept = self.there & ~self.published.excepted
        failing = bool((kept & ~self.follows).any())
        if self.unverified:
            return Verdict.INCONSISTENT if failing else Verdict.CONSISTENT
        if failing:
            return Verdict.NOT
        return Verdict.ROUNDING if (kept & ~self.exact).any() else Verdict.EXACT

    @property
    def claims(self) -> str:
        return self.published.block.claims

    @property
    def decides(self) -> bool:
        """Whether the exit code depends on it."""
        return self.claims != "nothing" and not self.unverified

    @property
    def holds(self) -> bool:
        """Whether the table is as the config claims."""
        wanted = {"exact": (Verdict.EXACT,), "rounding": (Verdict.EXACT, Verdict.ROUNDING)}
        return self.verdict in wanted.get(self.claims, tuple(Verdict))

    @property
    def largest(self) -> tuple[float, str]:
        """The largest difference outside the exceptions, and where it is."""
        size = np.where(self.there & ~self.published.excepted, np.abs(self.difference), np.nan)
        if np.isnan(size).all():
            return float("nan"), ""
        row, column = np.unravel_index(int(np.nanargmax(size)), size.shape)
        return float(size[row, column]), f"{self.published.rows[row]}, {self.published.columns[column]}"


def compared(published: PublishedTable, computed: Computed, unverified: bool) -> TableComparison:
    """The computed figures of the published rows and columns, factors and labels as they fit best."""
    row_at = {name: at for at, name in enumerate(computed.rows)}
    rows = np.array([row_at.get(name, -1) for name in published.rows], dtype=np.int64)
    known = rows >= 0
    figures = np.full((len(rows), len(computed.columns)), np.nan)
    figures[known] = computed.figures[rows[known]]
    column_at = {name: at for at, name in enumerate(computed.columns)}
    columns = np.array([column_at[name] for name in published.columns], dtype=np.int64)
    chosen, told = figures[:, columns], []
    if computed.labels:
        chosen = _renamed(chosen, published.figures)
        told.append("groups are compared by their members, whatever they are called")
    elif computed.factors:
        chosen = _fitted(chosen, published, computed, figures, columns)
        told.append("factors are compared in the order and with the signs that fit best: they have none")
    return TableComparison(published, chosen, unverified, tuple(told))


def _fitted(
    chosen: Floats, published: PublishedTable, computed: Computed, figures: Floats, columns: Ints
) -> Floats:
    """Factors in the order and with the signs in which they are nearest to the published ones."""
    from scipy.optimize import linear_sum_assignment

    at = np.flatnonzero(columns < computed.factors)
    signed = np.array([row in computed.signed for row in published.rows], dtype=np.bool_)
    running = np.array([row in computed.running for row in published.rows], dtype=np.bool_)
    # rows without a sign are compared, too, where none has one
    rows = signed if signed.any() else ~running
    theirs = np.nan_to_num(published.figures[np.ix_(rows, at)])
    mine = np.nan_to_num(figures[rows, : computed.factors])
    apart = [((mine[:, :, None] - sign * theirs[:, None]) ** 2).sum(axis=0) for sign in (1.0, -1.0)]
    factor, place = linear_sum_assignment(np.minimum(*apart))
    result = chosen.copy()
    for mine_at, theirs_at in zip(factor, place, strict=True):
        flipped = bool(signed.any()) and apart[1][mine_at, theirs_at] < apart[0][mine_at, theirs_at]
        sign = np.where(signed, -1.0 if flipped else 1.0, 1.0)
        result[:, at[theirs_at]] = figures[:, mine_at] * sign
    result[np.ix_(running, at)] = result[np.ix_(running, at)].cumsum(axis=1)
    return result


def _renamed(mine: Floats, theirs: Floats) -> Floats:
    """Labels under the published names with which they have most rows in common."""
    from scipy.optimize import linear_sum_assignment

    result = np.full(mine.shape, np.nan)
    for column in range(mine.shape[1]):
        there = ~np.isnan(mine[:, column]) & ~np.isnan(theirs[:, column])
        own, own_at = np.unique(mine[there, column], return_inverse=True)
        names, name_at = np.unique(theirs[there, column], return_inverse=True)
        shared = np.zeros((len(own), len(names)))
        np.add.at(shared, (own_at, name_at), 1)
        label, name = linear_sum_assignment(-shared)
        called = np.full(len(own), np.nan)
        called[label] = names[name]
        result[there, column] = called[own_at]
    return result
