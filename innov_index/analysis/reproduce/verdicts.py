"""From single figures to one verdict a level of the tree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from innov_index.analysis.reproduce.compared_figures import Cells
from innov_index.model.arrays import Bools, Ints
from innov_index.model.scores import Scores


class Verdict(StrEnum):
    """What can be said of the figures of a level."""

    EXACT = "exact"
    ROUNDING = "to rounding"
    NOT = "not reproduced"
    CONSISTENT = "consistent, inputs unverified"
    INCONSISTENT = "not consistent, inputs unverified"

    @property
    def holds(self) -> bool:
        return self in (Verdict.EXACT, Verdict.ROUNDING, Verdict.CONSISTENT)


@dataclass(frozen=True)
class LevelResult:
    """One level of the tree against one announcement.

    `inside` counts scores that print as announced, `within` those that do given that the inputs are printed
    too; `undecided` ranks that differ inside the places which ties and printed inputs leave open; `tied`
    announced scores that units share; `lacking` figures that were announced but cannot be computed here;
    `excepted` figures that do not follow and are stated as exceptions. `largest` is the largest difference
    of scores outside the exceptions, `where` says of what.
    """

    level: int
    nodes: tuple[str, ...]
    figures: int
    inside: int
    within: int
    largest: float
    where: str
    ranks: int
    other_ranks: int
    undecided: int
    tied: int
    lacking: int
    excepted: int
    verdict: Verdict


def level_results(cells: Cells, scores: Scores, unverified: bool) -> tuple[LevelResult, ...]:
    """One result for each level of which something was announced."""
    levels = scores.framework.levels
    announced = (~np.isnan(cells.published.scores) | ~np.isnan(cells.published.ranks)).any(axis=(0, 1))
    return tuple(
        _level_result(cells, scores, int(level), np.flatnonzero(announced & (levels == level)), unverified)
        for level in np.unique(levels[announced])
    )


def _level_result(cells: Cells, scores: Scores, level: int, nodes: Ints, unverified: bool) -> LevelResult:
    kept = ~cells.published.excepted[..., nodes]
    compared = cells.compared[..., nodes]
    ranked = cells.ranked[..., nodes]
    other = cells.other_rank[..., nodes]
    failing = cells.failing[..., nodes]
    lacking = cells.lacking[..., nodes]
    not_following = (compared & ~cells.within[..., nodes]) | other | lacking
    exact = not (compared & kept & ~cells.exact[..., nodes]).any() and not (other & kept).any()
    verdict = Verdict.NOT if failing.any() else Verdict.EXACT if exact else Verdict.ROUNDING
    if unverified:
        verdict = Verdict.INCONSISTENT if failing.any() else Verdict.CONSISTENT
    largest, where = _largest(cells, scores, nodes, compared & kept)
    return LevelResult(
        level=level,
        nodes=tuple(scores.framework.codes[node] for node in nodes),
        figures=int(compared.sum()),
        inside=int((compared & cells.inside[..., nodes]).sum()),
        within=int((compared & cells.within[..., nodes]).sum()),
        largest=largest,
        where=where,
        ranks=int(ranked.sum()),
        other_ranks=int(other.sum()),
        undecided=int(cells.open_rank[..., nodes].sum()),
        tied=int(cells.tied[..., nodes].sum()),
        lacking=int(lacking.sum()),
        excepted=int((not_following & ~kept).sum()),
        verdict=verdict,
    )


def _largest(cells: Cells, scores: Scores, nodes: Ints, compared: Bools) -> tuple[float, str]:
    if not compared.any():
        return float("nan"), ""
    size = np.where(compared, np.abs(cells.difference[..., nodes]), -1.0)
    edition, unit, column = np.unravel_index(int(np.argmax(size)), size.shape)
    names = [scores.framework.codes[nodes[column]], scores.units.names[unit]]
    if scores.editions:
        names.append(scores.editions[edition])
    return float(size[edition, unit, column]), ", ".join(names)
