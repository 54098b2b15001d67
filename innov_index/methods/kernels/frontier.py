"""Benefit of the doubt: each unit is scored with the weights that favour it most.

The linear program of unit i is: maximise x_i·w such that no unit scores above 1 with the same w >= 0. All
units share the constraints and differ only in the objective. So one simplex tableau, solved once for the
average unit, is where every unit's program starts, and few pivots remain. Limits of the weights themselves
are shared, too; limits of shares of a unit's score are its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from innov_index.engine.loops import each, each_table
from innov_index.frozen import frozen
from innov_index.methods.kernels.exactness import FEW, ROUNDOFF
from innov_index.methods.kernels.preparation import present
from innov_index.methods.kernels.simplex import AS_GOOD, Simplex
from innov_index.methods.kernels.weight_limits import ROUNDED, Limits
from innov_index.model.arrays import Bools, Floats, Ints

DIFFERENT = 1e-7
"""Weights, of scores of at most 1, that differ by more than rounding."""
GOLDEN = 0.6180339887498949


@frozen
class Program:
    """The linear program of a unit in numbers y >= 0: the search for its weights starts at `start`.

    Attributes
    ----------
    start : Simplex
    gain : (columns,)
        What each y adds to the unit's score.
    columns : (columns,)
        The child of each y; the others have no weight.
    weights : callable
        Of the children in `columns`, given y.
    """

    start: Simplex
    gain: Floats
    columns: Ints
    weights: Callable[[Floats], Floats]

    def best(self, preferred: Floats | None) -> Floats:
        """The weights of the children in `columns`; of several, those that are `preferred` (children,)."""
        alone = preferred is None or self.gain.size < 2
        then = None if alone or preferred is None else self.gain * preferred[self.columns]
        return self.weights(self.start.copy().maximise(self.gain, then))

    def has_several(self) -> bool:
        """Whether other weights are as good: whether the best ones differ in the sum of odd multiples."""
        odd: Floats = 1.0 + np.arange(len(self.gain), dtype=np.float64) * GOLDEN % 1.0
        ends = (self.start.copy().maximise(self.gain, then) for then in (odd, -odd))
        high, low = map(self.weights, ends)
        return bool(np.abs(high - low).max() > DIFFERENT * np.abs(high).max())


Programs: TypeAlias = Callable[[int], Program | None]
"""The program of each unit; None where no weights hold its limits, so that it scores 0."""


class NoWeights(ArithmeticError):
    """No weights hold the limits of weights without letting a unit score above 1."""


def bod_scores(
    values: Floats, limits: Limits | None = None, preferred: Floats | None = None
) -> tuple[Floats, Floats]:
    """Benefit-of-the-doubt scores, and the weights that each unit chooses.

    Formula: score_i = max x_i·w such that x_r·w <= 1 for every unit r, w >= 0, within the limits.

    A missing value counts as zero: it earns nothing, limits no unit, and has no weight and no lower limit. A
    unit scores 0 where no weights hold the limits of its shares (`beyond_limits`). Where the best
    weights of a unit are not unique and none are `preferred`, the result is the one that the simplex method
    reaches from the best weights of the average unit, whatever the order of the units.

    Parameters
    ----------
    values : (..., units, children)
        Zero or more.
    limits : Limits, optional
    preferred : (..., units, children), optional
        Of equally good weights those with the largest sum of preferred_j w_j x_ij.

    Returns
    -------
    scores : (..., units)
        1 for units that no other unit surpasses with their own weights. NaN for a unit without values, or
        whose limits of weights let a unit score above 1, and for all units if a value is negative.
    weights : (..., units, children)
    """
    known = present(values)
    filled = np.where(known, values, 0.0).astype(np.float64)

    def weights_of(place: tuple[int, ...]) -> Floats:
        table, available = filled[place], known[place]
        if np.any(table < 0):
            return np.full(table.shape, np.nan)
        programs = _programs(table, available, limits)

        def of_unit(unit: int) -> Floats:
            found = np.zeros(table.shape[-1])
            try:
                program = programs(unit)
            except NoWeights:
                return np.full(table.shape[-1], np.nan)
            if program is not None:
                found[program.columns] = program.best(None if preferred is None else preferred[place][unit])
            return found

        found = np.stack(each(of_unit, range(len(table))))
        return np.where(available.any(axis=-1)[:, None], found, np.nan)

    weights = each_table(values.shape[:-2], values.shape[-2:], weights_of)
    return np.asarray(np.sum(filled * weights, axis=-1)), weights


def have_several_weights(values: Floats, limits: Limits) -> Bools:
    """Units to which other weights give the same score, (..., units)."""
    known = present(values)
    filled = np.where(known, values, 0.0).astype(np.float64)

    def several(place: tuple[int, ...]) -> Floats:
        table, available = filled[place], known[place]
        if np.any(table < 0):
            return np.zeros(len(table))
        programs = _programs(table, available, limits)

        def of_unit(unit: int) -> bool:
            try:
                program = programs(unit) if available[unit].any() else None
            except NoWeights:
                return False
            return program is not None and program.has_several()

        return np.array(each(of_unit, range(len(table))), dtype=np.float64)

    return each_table(values.shape[:-2], values.shape[-2:-1], several) > 0


def _programs(table: Floats, available: Bools, limits: Limits | None) -> Programs:
    """The programs of the units of a table, (units, children)."""
    if limits is None or not (limits.of_weights or limits.of_score):
        return _unlimited(table)
    if limits.of_weights:
        return _limited_in_weights(table, available, limits)
    return _limited_in_shares(table, available, limits)


def _unlimited(table: Floats) -> Programs:
    scale = column_scale(table)
    scaled = table / scale
    start, columns = started_at_average(scaled), np.arange(table.shape[-1])

    def weights(y: Floats) -> Floats:
        return unscaled(_feasible(scaled, y), scale)

    return lambda unit: Program(start, scaled[unit], columns, weights)


def _limited_in_shares(table: Floats, available: Bools, limits: Limits) -> Programs:
    """Programs with limits of the shares of each unit's score.

    With contributions u_j = w_j x_ij the program is: maximise sum(u) such that, for every unit r,
    sum_j (x_rj / x_ij) u_j <= 1 and lower_j sum(u) <= u_j <= upper_j sum(u). The surplus v = u - lower sum(u)
    needs no lower limit, since sum(u) = sum(v) / (1 - sum(lower)).
    """
    rivals = table[_undominated(table)]
    hopeless = beyond_limits(np.where(available, table, np.nan), limits)

    def program(unit: int) -> Program | None:
        profile = table[unit]
        used = np.flatnonzero(profile > 0)
        if hopeless[unit] or not used.size:
            return None
        ratios = rivals[:, used] / profile[used]
        lower, upper = limits.lower_share[used], limits.upper_share[used]
        for only in (lower, upper):
            if abs(only.sum() - 1.0) <= ROUNDED:
                return _of_one_mixture(ratios, only, used, profile[used])
        rest = 1.0 - lower.sum()

        def weights(surplus: Floats) -> Floats:
            parts = surplus + lower * np.sum(surplus) / rest
            return np.asarray(parts / np.max(ratios @ parts) / profile[used])

        rows = ratios + (ratios @ lower)[:, None] / rest
        bounds = np.ones(len(rows))
        limited = upper < 1
        if limited.any():
            shares = np.eye(used.size) - ((upper - lower) / rest)[:, None]
            rows = np.vstack([rows, shares[limited]])
            bounds = np.concatenate([bounds, np.zeros(np.count_nonzero(limited))])
        return Program(Simplex(rows, bounds), np.ones(used.size), used, weights)

    return program


def _of_one_mixture(ratios: Floats, shares: Floats, columns: Ints, profile: Floats) -> Program:
    """The program of a unit whose limits allow one set of shares: how large they are in sum."""
    row = np.array([[np.max(ratios @ shares)]])
    start = Simplex(row, np.ones(1))

    def weights(y: Floats) -> Floats:
        return np.asarray(shares * y[0] / profile)

    return Program(start, np.ones(1), columns, weights)


def _limited_in_weights(table: Floats, available: Bools, limits: Limits) -> Programs:
    """Programs with limits of weights, which units with the same children share, and perhaps of shares.

    With w = lower_weight + y no y has a lower limit.
    """
    scale = column_scale(table)
    rivals = (table / scale)[_undominated(table)]
    hopeless = beyond_limits(np.where(available, table, np.nan), limits)
    shared: dict[bytes, Simplex | None] = {}

    def polytope(used: Ints, own: Limits) -> tuple[Floats, Floats]:
        rows, bounds = own.rows()
        least = own.lower_weight * scale[used]
        reached = bounds - (rows / scale[used]) @ least if len(rows) else bounds
        rows, reached = _of_one_size(rows / scale[used], reached)
        matrix = np.vstack([rivals[:, used], rows])
        return matrix, np.concatenate([1.0 - rivals[:, used] @ least, reached])

    def started(used: Ints, own: Limits) -> Simplex | None:
        start = Simplex.started(*polytope(used, own))
        if start is not None:
            start.maximise(np.mean(table[:, used] / scale[used], axis=0))
        return start

    def program(unit: int) -> Program | None:
        used = np.flatnonzero(available[unit])
        if hopeless[unit] or not used.size:
            return None
        own = limits.among(available[unit])
        gain = table[unit, used] / scale[used]
        if own.of_score:
            matrix, bounds = polytope(used, own)
            shares, at_least = _share_rows(gain, own, own.lower_weight * scale[used])
            start = Simplex.started(np.vstack([matrix, shares]), np.concatenate([bounds, at_least]))
        else:
            key = available[unit].tobytes()
            if key not in shared:
                shared[key] = started(used, own)
            start = shared[key]
        if start is None:
            raise NoWeights

        def weights(y: Floats) -> Floats:
            found = own.lower_weight + unscaled(y, scale[used])
            return np.asarray(found / max(1.0, float(np.max(rivals[:, used] @ (found * scale[used])))))

        return Program(start, gain, used, weights)

    return program


def _share_rows(own: Floats, limits: Limits, least: Floats) -> tuple[Floats, Floats]:
    """What holds the shares of a unit's score: matrix (rows, children) times y, and its bounds (rows,)."""
    one = np.diag(own)
    low, high = limits.lower_share, limits.upper_share
    rows = np.vstack([(low[:, None] * own - one)[low > 0], (one - high[:, None] * own)[high < 1]])
    return _of_one_size(rows, -rows @ least)


def _of_one_size(rows: Floats, bounds: Floats) -> tuple[Floats, Floats]:
    """Rows whose largest number is 1, since tolerances of the search are absolute."""
    size = np.max(np.abs(rows), axis=1, initial=0.0)
    size = np.where(size > 0, size, 1.0)
    return rows / size[:, None], bounds / size


def beyond_limits(values: Floats, limits: Limits) -> Bools:
    """Units whose shares no weights hold within the limits, (..., units): zero contributes nothing.

    Parameters
    ----------
    values : (..., units, children)
        A missing child has no lower limit.
    """
    some = (values > 0).any(axis=-1)
    short = ((values > 0) * limits.upper_share).sum(axis=-1) < 1 - ROUNDED
    empty = ((values == 0) & (limits.lower_share > 0)).any(axis=-1)
    weightless = np.zeros(some.shape, dtype=np.bool_)
    if (limits.upper_weight_share < 1).any():
        known = present(values)
        for available in np.unique(known.reshape(-1, known.shape[-1]), axis=0):
            if limits.among(available).upper_weight_share.sum() < 1 - ROUNDED:
                weightless |= (known == available).all(axis=-1)
    return np.asarray((short | empty | weightless) & some)


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
