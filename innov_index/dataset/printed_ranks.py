"""Ranks as rankings print them: `=2`, `4th`, `101-152`, `501+`; and lists of ranks that no ranking gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.wording import counted, listed

_ORDINAL = r"(?:st|nd|rd|th)?\.?"
_PRINTED = re.compile(
    rf"(?P<before>=|t-?(?=\d)|joint\s)?\s*[#№]?\s*(?P<best>\d+(?:[.,]5)?){_ORDINAL}\s*(?P<after>=|\+)?"
    rf"(?:\s*(?:[-–—]|to)\s*(?P<last>\d+){_ORDINAL}\s*=?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PrintedRank:
    """The best and the last place that a printed rank stands for; `shared`: printed as one of several."""

    best: float
    last: float
    shared: bool = False


def printed_rank(best: float, last: float) -> str:
    """A rank as rankings print it: `4`, `101-152`, `501+`."""
    if best == last:
        return f"{best:g}"
    return f"{best:g}+" if np.isinf(last) else f"{best:g}-{last:g}"


def read_rank(text: str) -> PrintedRank | None:
    """Read one printed rank; None where the text is none, or a band that ends before it begins."""
    found = _PRINTED.fullmatch(text.strip())
    if found is None or (found["after"] == "+" and found["last"]):
        return None
    best = float(found["best"].replace(",", "."))
    shared = bool(found["before"]) or found["after"] == "="
    if found["after"] == "+":
        return PrintedRank(best, np.inf)
    last = float(found["last"]) if found["last"] else best
    return PrintedRank(best, last, shared) if 1 <= best <= last else None


def no_ranking(ranks: Floats, ties: str) -> str | None:
    """Say why no ranking gives these ranks under a rule for ties; None where one may.

    Other units may stand anywhere between those listed, so a list is refused only for what no other unit can
    explain: a place that the units of a shared rank take up themselves. Under "min" k units of rank r take
    the places r to r + k - 1, under "max" those from r - k + 1 to r, under "average" those around r.
    """
    fault = _fault(ranks, ties)
    if fault is None:
        return None
    shared, units, other = fault
    reason = f"{counted(units, 'unit')} share rank {shared:g}, yet another has rank {other:g}"
    if ties == "ordinal":
        reason = f"{counted(units, 'unit')} share rank {shared:g}"
    allowed = [rule for rule in ("min", "max", "average", "dense") if _fault(ranks, rule) is None]
    hint = f"; ties: {listed(allowed)} would allow it" if allowed else ""
    return f"the published ranks are no ranking under ties: {ties} ({reason}){hint}"


def _fault(ranks: Floats, ties: str) -> tuple[float, int, float] | None:
    """A rank, how many units share it, and another rank that stands on one of their places."""
    values, counts = np.unique(ranks[~np.isnan(ranks)], return_counts=True)
    for rank, count in zip(values.tolist(), counts.tolist(), strict=True):
        if count == 1:
            continue
        if ties == "ordinal":
            return rank, count, rank
        first, last = _places(rank, count, ties)
        if first < 1:
            return rank, count, first
        taken = values[(values != rank) & (values >= first) & (values <= last)]
        if len(taken):
            return rank, count, float(taken[0])
    return None


def _places(rank: float, count: int, ties: str) -> tuple[float, float]:
    if ties == "min":
        return rank, rank + count - 1
    if ties == "max":
        return rank - count + 1, rank
    if ties == "average":
        return rank - (count - 1) / 2, rank + (count - 1) / 2
    return rank, rank


def faults_of(
    ranks: Floats, last: Floats, ties: str, nodes: Sequence[str], editions: Sequence[str]
) -> list[str]:
    """The lists of (editions, units, nodes) that are no ranking; ranks printed as bands are not looked at."""
    single = np.where(ranks == last, ranks, np.nan)
    found = []
    for edition, node in np.argwhere((~np.isnan(single)).any(axis=1)):
        fault = no_ranking(single[edition, :, node], ties)
        if fault is not None:
            where = [nodes[node], *([editions[edition]] if editions else [])]
            found.append(f"{', '.join(where)}: {fault}")
    return found
