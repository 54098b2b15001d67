"""Limits of the weights that a unit chooses: of shares of its score or of weight, of sizes, of order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from innov_index.errors import OptionError
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats

ROUNDED = 1e-12
"""What a sum of stated limits may be away from 1."""

Stated: TypeAlias = float | Sequence[float] | None
"""One number for all children, or one for each."""


@frozen
class Limits:
    """What the weights of a unit must keep to: one number for each child, (children,).

    Attributes
    ----------
    lower_share, upper_share
        Of the child's contribution to the unit's score.
    lower_weight_share, upper_weight_share
        Of the child's weight in the sum of weights.
    lower_weight, upper_weight
        Of the weight itself; the upper one may be infinite.
    places
        Weights of a place are at least as large as those of later places; NaN: not compared.
    """

    lower_share: Floats
    upper_share: Floats
    lower_weight_share: Floats
    upper_weight_share: Floats
    lower_weight: Floats
    upper_weight: Floats
    places: Floats

    @property
    def of_score(self) -> bool:
        """Whether shares of the score are limited."""
        return bool((self.lower_share > 0).any() or (self.upper_share < 1).any())

    @property
    def of_weights(self) -> bool:
        """Whether weights are limited by themselves, whatever the unit's scores."""
        shares = (self.lower_weight_share > 0).any() or (self.upper_weight_share < 1).any()
        sizes = (self.lower_weight > 0).any() or np.isfinite(self.upper_weight).any()
        return bool(shares or sizes or self._before().any())

    def among(self, available: Bools) -> Limits:
        """The limits of some of the children, each also where their order implies it."""
        return Limits(
            self.lower_share[available],
            self.upper_share[available],
            self.lower_weight_share[available],
            self.upper_weight_share[available],
            self.lower_weight[available],
            self.upper_weight[available],
            self.places[available],
        )._through_order()

    def _through_order(self) -> Limits:
        later = self._before()

        def at_least(low: Floats) -> Floats:
            return np.asarray(np.maximum(low, np.where(later, low, 0.0).max(axis=1, initial=0.0)))

        def at_most(high: Floats) -> Floats:
            return np.asarray(np.minimum(high, np.where(later.T, high, np.inf).min(axis=1, initial=np.inf)))

        return Limits(
            self.lower_share,
            self.upper_share,
            at_least(self.lower_weight_share),
            at_most(self.upper_weight_share),
            at_least(self.lower_weight),
            at_most(self.upper_weight),
            self.places,
        )

    def rows(self) -> tuple[Floats, Floats]:
        """What weights w >= lower_weight hold: matrix (rows, children) times w is at most bounds (rows,)."""
        size = len(self.places)
        one = np.eye(size)
        low, high = self.lower_weight_share, self.upper_weight_share
        sized = np.isfinite(self.upper_weight)
        heavier, lighter = np.nonzero(self._next())
        parts = [
            (low[:, None] - one)[low > 0],
            (one - high[:, None])[high < 1],
            one[lighter] - one[heavier],
            one[sized],
        ]
        bounds = [np.zeros(sum(map(len, parts[:3]))), self.upper_weight[sized]]
        return np.concatenate(parts), np.concatenate(bounds)

    def _before(self) -> Bools:
        """(children, children): whether the first one's place is before the second one's."""
        return np.asarray(self.places[:, None] < self.places)

    def _next(self) -> Bools:
        """(children, children): whether the second one's place is the next one after that of the first."""
        before = self._before()
        between = (before.astype(np.int64) @ before.astype(np.int64)) > 0
        return np.asarray(before & ~between)


def limits_of(
    size: int,
    *,
    lower_share: Stated = None,
    upper_share: Stated = None,
    lower_weight_share: Stated = None,
    upper_weight_share: Stated = None,
    lower_weight: Stated = None,
    upper_weight: Stated = None,
    ranks: Sequence[float | None] | None = None,
) -> Limits:
    """The limits that a config states for this many children.

    Raises
    ------
    OptionError
        No weights hold them, whatever the scores.
    """
    stated = Limits(
        _of_each(size, "lower_share", lower_share, 0.0),
        _of_each(size, "upper_share", upper_share, 1.0),
        _of_each(size, "lower_weight_share", lower_weight_share, 0.0),
        _of_each(size, "upper_weight_share", upper_weight_share, 1.0),
        _of_each(size, "lower_weight", lower_weight, 0.0),
        _of_each(size, "upper_weight", upper_weight, np.inf),
        _of_each(size, "ranks", ranks, np.nan),
    )
    implied = stated.among(np.ones(size, dtype=np.bool_))
    _check_shares("shares", stated.lower_share, stated.upper_share)
    _check_shares("shares of weight", implied.lower_weight_share, implied.upper_weight_share)
    beyond = np.flatnonzero(implied.lower_weight > implied.upper_weight)
    if beyond.size:
        low, high = implied.lower_weight[beyond[0]], implied.upper_weight[beyond[0]]
        raise OptionError(f"no weight of child {beyond[0] + 1} lies between {low:g} and {high:g}")
    return stated


def _of_each(size: int, name: str, stated: Stated | Sequence[float | None], otherwise: float) -> Floats:
    if stated is None:
        return np.full(size, otherwise)
    if isinstance(stated, Sequence) and len(stated) != size:
        raise OptionError(
            f"{name} must give {size} numbers, one for each child, or one for all; got {len(stated)}"
        )
    parts = stated if isinstance(stated, Sequence) else [stated] * size
    return np.array([otherwise if part is None else part for part in parts], dtype=np.float64)


def _check_shares(what: str, lower: Floats, upper: Floats) -> None:
    """Refuse shares that cannot lie within their limits and sum to 1."""
    size = len(lower)
    for low, high in zip(lower.tolist(), upper.tolist(), strict=True):
        if not 0 <= low <= high <= 1:
            raise OptionError(f"limits of {what} must be 0 <= lower <= upper <= 1; got {low:g} and {high:g}")
    if lower.sum() > 1 + ROUNDED or upper.sum() < 1 - ROUNDED:
        if np.ptp(lower) == 0 and np.ptp(upper) == 0:
            raise OptionError(
                f"the {what} of {size} children cannot lie between {lower[0]:g} and {upper[0]:g} and sum to "
                f"1: the lower limit must be at most {1 / size:.4g}, the upper one at least that"
            )
        raise OptionError(
            f"the {what} of {size} children cannot sum to 1: their lower limits sum to {lower.sum():.4g}, "
            f"the upper ones to {upper.sum():.4g}"
        )
