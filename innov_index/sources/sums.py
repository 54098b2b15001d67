"""Counts, exact sums and extremes by indicator and unit: what partial results of valued records hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.exact import exact_ratio, exact_sums, nearest_float

Key = tuple[str, str]
"""Indicator, unit."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """Records of one unit that count for one indicator.

    `numbers` of them have a number; `total` and `over` are exact sums (see `exact`) of the two columns.
    """

    records: int = 0
    numbers: int = 0
    total: int = 0
    over: int = 0
    highest: float = -np.inf
    lowest: float = np.inf

    def __add__(self, other: Tallied) -> Tallied:
        return Tallied(
            self.records + other.records,
            self.numbers + other.numbers,
            self.total + other.total,
            self.over + other.over,
            max(self.highest, other.highest),
            min(self.lowest, other.lowest),
        )

    def value(self, measure: str) -> float:
        """The measure; NaN where the numbers for it are lacking."""
        if measure == "count":
            return float(self.records)
        if not self.numbers:
            return float("nan")
        if measure == "ratio":
            ratio = exact_ratio(self.total, self.over)
            return float("nan") if ratio is None else float(ratio)
        if measure == "mean":
            return float(exact_ratio(self.total, self.numbers << 1127) or 0)
        return {"sum": nearest_float(self.total), "max": self.highest, "min": self.lowest}[measure]


def tallied(
    indicator: str,
    units: Ints,
    names: Sequence[str],
    mask: Bools,
    of: Floats | None = None,
    over: Floats | None = None,
) -> dict[Key, Tallied]:
    """Tally the records of a batch for one indicator.

    Parameters
    ----------
    indicator : str
    units : (records,)
        Unit of each record as a position in `names`; -1 for none.
    names : sequence of str
    mask : (records,)
        Which records count.
    of, over : (records,), optional
        The numbers; NaN is no number, and such a record counts for nothing but the number of records.
    """
    mask = mask & (units >= 0)
    records = np.bincount(units[mask], minlength=len(names))
    there = mask.copy()
    for column in (of, over):
        if column is not None:
            there &= np.isfinite(column)
    at = units[there]
    numbers = (
        np.bincount(at, minlength=len(names)) if of is not None else np.zeros(len(names), dtype=np.int64)
    )
    totals = exact_sums(at, of[there], len(names)) if of is not None else [0] * len(names)
    overs = exact_sums(at, over[there], len(names)) if over is not None else [0] * len(names)
    highest, lowest = np.full(len(names), -np.inf), np.full(len(names), np.inf)
    if of is not None:
        np.maximum.at(highest, at, of[there])
        np.minimum.at(lowest, at, of[there])
    return {
        (indicator, names[unit]): Tallied(
            int(records[unit]),
            int(numbers[unit]),
            totals[unit],
            overs[unit],
            float(highest[unit]),
            float(lowest[unit]),
        )
        for unit in np.flatnonzero(records).tolist()
    }


def added(one: Mapping[Key, Tallied], other: Mapping[Key, Tallied]) -> dict[Key, Tallied]:
    """The tallies of two separate sets of records, taken together."""
    total = dict(one)
    for key, tally in other.items():
        mine = total.get(key)
        total[key] = tally if mine is None else mine + tally
    return total
