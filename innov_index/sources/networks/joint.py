"""Joint documents of units: counts of separate sets of documents add up, though each knows other units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.model.arrays import Ints
from innov_index.sources.networks.pairs import PairCounts, merge, pair_counts


@dataclass(frozen=True)
class Joint:
    """The units on some documents, sorted, and the documents that pairs of them share."""

    names: tuple[str, ...]
    counts: PairCounts

    @classmethod
    def of(cls, names: tuple[str, ...], document: Ints, unit: NDArray[np.signedinteger[Any]]) -> Joint:
        """Count documents; `unit` is a position in the sorted names, -1 for none."""
        there = np.flatnonzero(np.bincount(unit[unit >= 0], minlength=len(names)))
        number_of = np.full(len(names) + 1, -1, dtype=np.int64)
        number_of[there] = np.arange(len(there))
        counts = pair_counts(document, number_of[unit], len(there))
        return cls(tuple(names[at] for at in there.tolist()), counts)

    def __add__(self, other: Joint) -> Joint:
        names = self.names if self.names == other.names else tuple(sorted({*self.names, *other.names}))
        return Joint(names, merge([self._among(names), other._among(names)]))

    def _among(self, names: tuple[str, ...]) -> PairCounts:
        """The counts with the units numbered among more of them; their order stays."""
        if names == self.names:
            return self.counts
        position = {name: at for at, name in enumerate(names)}
        number = np.array([position[name] for name in self.names], dtype=np.int64)
        first, second = (
            (number[self.counts.first], number[self.counts.second]) if len(number) else (number,) * 2
        )
        return PairCounts(len(names), first * len(names) + second, self.counts.size, self.counts.documents)
