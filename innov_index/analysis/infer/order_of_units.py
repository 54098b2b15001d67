"""Orders of units: from published ranks, or as a person states them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise, product
from typing import TypeAlias

import numpy as np

from innov_index.errors import InnovIndexError, look_up
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats
from innov_index.model.dataset import Units

Groups: TypeAlias = tuple[tuple[int, ...], ...]


@frozen
class RoundedFirst:
    """How scores are rounded before ranks are taken from them: by `rule`, to multiples of `step`.

    `step` is 0 where differences of scores are not linear in the weights, so that no row can hold it.
    """

    step: float
    rule: Callable[[Floats], Floats]


@frozen
class Order:
    """Chains of groups of units, the best first; groups of equals; whether each place has a higher score.

    `rounding` where ranks are taken from rounded scores. `fault` says why no scores whatever give the places.
    """

    chains: tuple[Groups, ...] = ()
    equals: Groups = ()
    strict: bool = True
    rounding: RoundedFirst | None = None
    fault: str | None = None

    @property
    def says_nothing(self) -> bool:
        return not self.chains and not self.equals


def order_of_ranks(
    ranks: Floats, last: Floats | None = None, *, unranked_last: bool = False
) -> list[list[list[int]]]:
    """The units of each rank, best first; without a rank: none, or a last group.

    `last` holds the last places of ranks printed as bands. Bands that overlap leave the order of their units
    open: then there is one chain for each pair of bands that do not.
    """
    ends = ranks if last is None else last
    bands = sorted({pair for pair in zip(ranks.tolist(), ends.tolist(), strict=True) if pair[0] == pair[0]})
    groups = [np.flatnonzero((ranks == best) & (ends == end)).tolist() for best, end in bands]
    rest = [np.flatnonzero(np.isnan(ranks)).tolist()] if unranked_last else []
    if all(above[1] < below[0] for above, below in pairwise(bands)):
        return [[*groups, *rest]]
    pairs = [
        [above, below]
        for (band, above), (other, below) in product(zip(bands, groups, strict=True), repeat=2)
        if band[1] < other[0]
    ]
    return [*pairs, *([group, *rest] for group in groups if rest)]


def shared_ranks(ranks: Floats, last: Floats) -> Groups:
    """The units of each rank of one place that several have."""
    shared = [np.flatnonzero((ranks == rank) & (last == rank)) for rank in np.unique(ranks[ranks == last])]
    return tuple(tuple(group.tolist()) for group in shared if len(group) > 1)


def read_order(text: str, units: Units) -> Groups:
    """'A > B = C' as groups of unit positions.

    Raises
    ------
    InnovIndexError
        A unit is not known, or there is only one group.
    """
    known_units: Mapping[str, int] = {**{name: i for i, name in enumerate(units.names)}, **units.position}
    groups = [[unit.strip() for unit in group.split("=")] for group in text.split(">")]
    where = f"(--order '{text}')"
    found = tuple(tuple(look_up(known_units, unit, "unit", where) for unit in group) for group in groups)
    if len(groups) < 2:
        raise InnovIndexError(f"--order '{text}': name the units from best to worst, separated by >")
    return found
