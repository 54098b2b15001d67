"""Benefit of the doubt: each unit is scored with the weights that favour it most.

The linear program of unit i is: maximise x_i·w such that no unit scores above 1 with the same w >= 0. All
units share the constraints and differ only in the objective. So one simplex tableau, solved once for the
average unit, is where every unit's program starts, and few pivots remain.
"""

from __future__ import annotations

import numpy as np

from innov_index.engine.loops import each, each_table
from innov_index.errors import OptionError
from innov_index.methods.kernels.exactness import FEW, ROUNDOFF
from innov_index.methods.kernels.preparation import present
from innov_index.model.arrays import Bools, Floats

TOLERANCE = 1e-11
AS_GOOD = 1e-9
"""Share by which weights may fall short of the best and count as equally good."""
ROUNDED = 1e-12
"""What a sum of stated limits may be away from 1."""
DANTZIG_PIVOTS = 2000
MAX_PIVOTS = 20000


class Simplex:
    """Linear programs over {y >= 0, A y <= b} with b >= 0, for one objective after another.

    The condensed tableau has a row for each basic and a column for each non-basic variable; the last column
    holds the values of the basic variables. Variables 0..n-1 are y, followed by the slacks of the rows.
    """

    def __init__(self, matrix: Floats, bounds: Floats) -> None:
        rows, self.size = matrix.shape
        self.tableau = np.column_stack([matrix, bounds]).astype(np.float64)
        self.free = np.arange(self.size)
        self.basic = np.arange(self.size, self.size + rows)

    def copy(self) -> Simplex:
        twin = object.__new__(Simplex)
        twin.size = self.size
        twin.tableau, twin.free, twin.basic = self.tableau.copy(), self.free.copy(), self.basic.copy()
        return twin

    def maximise(self, objective: Floats, then: Floats | None = None) -> Floats:
        """The y >= 0 that maximises objective·y, and of several the one that maximises then·y.

        NaN if the maximum is unbounded.
        """
        reduced = self._reduced(objective)
        closed = np.zeros(len(reduced), dtype=np.bool_)
        for pivot in range(MAX_PIVOTS):
            column = self._entering(np.where(closed, 0.0, reduced), first=pivot > DANTZIG_PIVOTS)
            if column < 0 and then is not None:
                # what would cost the first objective anything stays out
                closed, reduced, then = reduced > AS_GOOD, self._reduced(then), None
                continue
            if column < 0:
                return self.solution()
            row = self._leaving(column)
            if row < 0:
                break
            entered = reduced[column]
            self.exchange(row, column)
            reduced -= entered * self.tableau[row, :-1]
            reduced[column] = -entered * self.tableau[row, column]
        return np.full(self.size, np.nan)

    def _reduced(self, objective: Floats) -> Floats:
        """Costs of the free variables: negative where one improves the objective."""
        costs = np.concatenate([objective, np.zeros(len(self.basic))])
        return np.asarray(costs[self.basic] @ self.tableau[:, :-1] - costs[self.free])

    def exchange(self, row: int, column: int) -> None:
        """Pivot: the variable of `column` replaces that of `row` in the basis."""
        table = self.tableau
        pivot = table[row, column]
        pivot_row = table[row] / pivot
        pivot_column = table[:, column].copy()
        table -= pivot_column[:, None] * pivot_row
        table[row] = pivot_row
        table[:, column] = -pivot_column / pivot
        table[row, column] = 1.0 / pivot
        self.basic[row], self.free[column] = self.free[column], self.basic[row]

    def solution(self) -> Floats:
        """The current y."""
        found = np.zeros(self.size + len(self.basic))
        found[self.basic] = self.tableau[:, -1]
        return np.maximum(found[: self.size], 0.0)

    def _entering(self, reduced: Floats, *, first: bool) -> int:
        """Column that improves most, or (`first`) the first that does: Bland's rule, which cannot cycle."""
        if not first:
            column = int(np.argmin(reduced))
            return column if reduced[column] < -TOLERANCE else -1
        improving = np.flatnonzero(reduced < -TOLERANCE)
        return int(improving[np.argmin(self.free[improving])]) if improving.size else -1

    def _leaving(self, column: int) -> int:
        """Row that first limits the growth of `column`; of several, the one with the first variable."""
        slope = self.tableau[:, column]
        limit = np.divide(
            np.maximum(self.tableau[:, -1], 0.0),
            slope,
            out=np.full(len(slope), np.inf),
            where=slope > TOLERANCE,
        )
        least = limit.min()
        if np.isinf(least):
            return -1
        tied = np.flatnonzero(limit <= least)
        return int(tied[np.argmin(self.basic[tied])])


def bod_scores(
    values: Floats,
    lower_share: float | None = None,
    upper_share: float | None = None,
    preferred: Floats | None = None,
) -> tuple[Floats, Floats]:
    """Benefit-of-the-doubt scores, and the weights that each unit chooses.

    Formula: score_i = max x_i·w such that x_r·w <= 1 for every unit r, w >= 0, and, with limits,
    lower_share <= w_j x_ij / (x_i·w) <= upper_share.

    A missing value counts as zero: it earns nothing, limits no unit, and has no lower limit. A unit scores 0
    where no weights hold its limits (`beyond_limits`). Where the best
    weights of a unit are not unique and none are `preferred`, the result is the one that the simplex method
    reaches from the best weights of the average unit, whatever the order of the units.

    Parameters
    ----------
    values : (..., units, children)
        Zero or more.
    lower_share, upper_share : float, optional
        Limits of the share that each child contributes to the unit's own score.
    preferred : (..., units, children), optional
        Of equally good weights those with the largest sum of preferred_j w_j x_ij.

    Returns
    -------
    scores : (..., units)
        1 for units that no other unit surpasses with their own weights. NaN for a unit without values, and
        for all units if a value is negative.
    weights : (..., units, children)
    """
    bounded = lower_share is not None or upper_share is not None
    if bounded:
        _check_limits(lower_share or 0.0, 1.0 if upper_share is None else upper_share, values.shape[-1])
    known = present(values)
    filled = np.where(known, values, 0.0).astype(np.float64)

    def weights_of(place: tuple[int, ...]) -> Floats:
        table, available = filled[place], known[place]
        if np.any(table < 0):
            return np.full(table.shape, np.nan)
        then = None if preferred is None else preferred[place]
        found = (
            _limited_weights(table, available, lower_share or 0.0, upper_share, then)
            if bounded
            else _favourable_weights(table, then)
        )
        return np.where(available.any(axis=-1)[:, None], found, np.nan)

    weights = each_table(values.shape[:-2], values.shape[-2:], weights_of)
    return np.asarray(np.sum(filled * weights, axis=-1)), weights


def _favourable_weights(table: Floats, preferred: Floats | None) -> Floats:
    """Weights of each unit's own program, (units, children)."""
    scale = column_scale(table)
    scaled = table / scale
    start = started_at_average(scaled)

    def weights_of(unit: int) -> Floats:
        then = None if preferred is None else scaled[unit] * preferred[unit]
        return _feasible(scaled, start.copy().maximise(scaled[unit], then))

    return unscaled(np.stack(each(weights_of, range(len(table)))), scale)


def _limited_weights(
    table: Floats, available: Bools, lower: float, upper: float | None, preferred: Floats | None
) -> Floats:
    """As `_favourable_weights`, with limits of the shares.

    With contributions u_j = w_j x_ij the program is: maximise sum(u) such that, for every unit r,
    sum_j (x_rj / x_ij) u_j <= 1 and lower sum(u) <= u_j <= upper sum(u). The surplus v = u - lower sum(u)
    needs no lower limit, since sum(u) = sum(v) / (1 - m lower) for m contributions.
    """
    rivals = table[_undominated(table)]

    hopeless = beyond_limits(np.where(available, table, np.nan), lower, upper)

    def weights_of(unit: int) -> Floats:
        profile, found = table[unit], np.zeros(table.shape[-1])
        used = np.flatnonzero(profile > 0)
        if used.size and not hopeless[unit]:
            ratios = rivals[:, used] / profile[used]
            then = None if preferred is None else preferred[unit, used]
            found[used] = _limited_parts(ratios, lower, upper, then) / profile[used]
        return found

    return np.stack(each(weights_of, range(len(table))))


def beyond_limits(values: Floats, lower: float | None, upper: float | None) -> Bools:
    """Units whose shares no weights hold within the limits, (..., units): zero contributes nothing.

    Parameters
    ----------
    values : (..., units, children)
        A missing child has no lower limit.
    """
    count = (values > 0).sum(axis=-1)
    short = np.maximum(count, 1) * (np.inf if upper is None else upper) < 1 - ROUNDED
    empty = (values == 0).any(axis=-1) & ((lower or 0.0) > 0)
    return np.asarray((short | empty) & (count > 0))


def _limited_parts(ratios: Floats, lower: float, upper: float | None, then: Floats | None) -> Floats:
    """Contributions u (children,) for the ratios x_rj / x_ij of all units r to one unit."""
    size = ratios.shape[-1]
    if lower * size >= 1 or (upper is not None and upper * size <= 1):
        return _equal_parts(ratios)
    rest = 1.0 - lower * size
    matrix = ratios + lower * np.sum(ratios, axis=-1, keepdims=True) / rest
    rows, bounds = matrix, np.ones(len(matrix))
    if upper is not None and upper < 1:
        rows = np.vstack([matrix, np.eye(size) - (upper - lower) / rest])
        bounds = np.concatenate([bounds, np.zeros(size)])
    surplus = Simplex(rows, bounds).maximise(np.ones(size), then)
    parts = surplus + lower * np.sum(surplus) / rest
    return np.asarray(parts / np.max(ratios @ parts))


def _equal_parts(ratios: Floats) -> Floats:
    """The only contributions that limits of 1 / children allow."""
    return np.full(ratios.shape[-1], 1.0 / np.max(np.sum(ratios, axis=-1)))


def least_weights(table: Floats, weights: Floats) -> Floats:
    """Of all weights that are as good for the units together, those with the least sum of squares.

    Formula: minimise w·w such that table·w <= 1, w >= 0 and sum(table·w) is what `weights` reach. It has one
    solution, which the order of units and children does not change (Lawson and Hanson 1974, problem LDP).

    Parameters
    ----------
    table : (units, children)
        Zero or more.
    weights : (children,)
        Optimal.
    """
    from scipy.optimize import nnls

    size, gain = table.shape[1], table.mean(axis=0)
    rivals = table[_undominated(table)]
    # no weights reach more, so that "at least as much" is "as much", and holds for some in spite of rounding
    rows = np.vstack([-rivals, np.eye(size), gain])
    reached = float(gain @ weights)
    limits = np.concatenate([-np.ones(len(rivals)), np.zeros(size), [reached * (1 - FEW * ROUNDOFF)]])
    system = np.vstack([rows.T, limits])
    multipliers, _ = nnls(system, np.append(np.zeros(size), 1.0), maxiter=100 * system.shape[1])
    rest = system @ multipliers - np.append(np.zeros(size), 1.0)
    if not rest[-1] < 0:
        return weights
    found = np.maximum(-rest[:-1] / rest[-1], 0.0)
    fits = np.max(rivals @ found, initial=0.0) <= 1 + AS_GOOD and gain @ found >= reached * (1 - AS_GOOD)
    return np.asarray(found if fits else weights)


def started_at_average(table: Floats) -> Simplex:
    """The tableau of {table·w <= 1} at the weights that maximise the sum over all units."""
    rivals = table[_undominated(table)]
    start = Simplex(rivals, np.ones(len(rivals)))
    start.maximise(np.mean(table, axis=0))
    return start


def _undominated(table: Floats) -> Bools:
    """Units that no other unit equals or surpasses on every child, (units,): only they can limit weights."""
    kept = np.zeros(len(table), dtype=bool)
    kept[np.unique(table, axis=0, return_index=True)[1]] = True
    for unit in np.flatnonzero(kept):
        kept[unit] = np.count_nonzero(np.all(table[kept] >= table[unit], axis=-1)) == 1
    return kept


def column_scale(table: Floats) -> Floats:
    """Largest value of each child, 1 if it is zero: scaled by it, tolerances are free of units."""
    top = np.max(table, axis=0)
    return np.where(top > 0, top, 1.0)


def unscaled(weights: Floats, scale: Floats) -> Floats:
    """Weights of the children as they are; without a number where a child is too small for any."""
    with np.errstate(over="ignore"):
        raw = weights / scale
    return np.where(np.isfinite(raw), raw, np.nan)


def _feasible(table: Floats, weights: Floats) -> Floats:
    """`weights` scaled down by the rounding error that would let a unit score above 1."""
    return np.asarray(weights / max(1.0, float(np.max(table @ weights))))


def _check_limits(lower: float, upper: float, size: int) -> None:
    if not 0 <= lower <= upper <= 1:
        raise OptionError(f"share limits must be 0 <= lower <= upper <= 1; got {lower:g} and {upper:g}")
    if lower * size > 1 + ROUNDED or upper * size < 1 - ROUNDED:
        raise OptionError(
            f"the shares of {size} children cannot lie between {lower:g} and {upper:g} and sum to 1: "
            f"the lower limit must be at most {1 / size:.4g}, the upper one at least that"
        )
