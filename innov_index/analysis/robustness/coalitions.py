"""Rivals that cannot all be kept: found in floats, accepted when rounding cannot undo the proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np

from innov_index.analysis.robustness.certificates import SIGN, Sense, is_coalition
from innov_index.analysis.robustness.weight_space import NOISE, WeightSpace
from innov_index.model.arrays import Bools, Floats, Ints


def bits(mask: int) -> list[int]:
    """Positions of the ones of a mask, in order."""
    positions = []
    while mask:
        lowest = mask & -mask
        positions.append(lowest.bit_length() - 1)
        mask ^= lowest
    return positions


class Coalitions:
    """The coalitions known against one unit.

    Rivals are counted from 0 within `rivals` (positions of units); a set of rivals is a mask. `adjacent[r]`
    are the rivals with which r is a pair that cannot both be kept; `larger` are coalitions of three and more.
    """

    def __init__(self, space: WeightSpace, unit: int, sense: Sense, rivals: Ints) -> None:
        self.space = space
        self.unit = unit
        self.sense: Sense = sense
        self.rivals = rivals
        self.adjacent = [0] * len(rivals)
        self.larger: list[int] = []
        self._multipliers: dict[int, Sequence[float | Fraction]] = {}

    def __len__(self) -> int:
        return len(self.rivals)

    @cached_property
    def functions(self) -> Floats:
        """(rivals, columns): what must be ≤ 0 (best) or < 0 (worst) for a rival to be kept."""
        space = self.space
        return np.asarray(SIGN[self.sense] * (space.payoffs[self.rivals] - space.payoffs[self.unit]))

    def find_pairs(self, kept_together: Bools) -> None:
        """Find every pair that cannot both be kept, among those not seen together (rivals, rivals)."""
        first, second = np.nonzero(np.triu(~kept_together, 1))
        if not len(first):
            return
        shares, values = self.space.pairs(self.functions[first], self.functions[second])
        for pair in np.flatnonzero(values > -NOISE):
            members = (int(first[pair]), int(second[pair]))
            share = float(shares[pair])
            self.add(members, (share, 1.0 - share), float(values[pair]))

    def add(self, members: Sequence[int], multipliers: Sequence[float | Fraction], value: float) -> bool:
        """Add a coalition if its multipliers prove it; `value` is what floats make of the proof."""
        used = [(rival, share) for rival, share in zip(members, multipliers, strict=True) if share > 0]
        if value <= NOISE and not self._proved(used):
            return False
        mask = sum(1 << rival for rival, _ in used)
        if mask in self._multipliers:
            return True
        self._multipliers[mask] = [share for _, share in used]
        if len(used) == 2:
            (a, _), (b, _) = used
            self.adjacent[a] |= 1 << b
            self.adjacent[b] |= 1 << a
        else:
            self.larger.append(mask)
        return True

    def _proved(self, used: Sequence[tuple[int, float | Fraction]]) -> bool:
        exact = {int(self.rivals[rival]): Fraction(share) for rival, share in used}
        return is_coalition(self.space.linear, self.space.weights, self.unit, self.sense, exact)

    def certificate(self, mask: int) -> Mapping[int, Fraction]:
        """Multipliers of a coalition by unit."""
        shares = self._multipliers[mask]
        return {
            int(self.rivals[rival]): Fraction(share) for rival, share in zip(bits(mask), shares, strict=True)
        }

    def mixture_value(self, members: Sequence[int], multipliers: Floats) -> float:
        """Smallest value over the set of the mixture of some rivals' functions."""
        return float(self.space.least(multipliers @ self.functions[list(members)]))
