"""An index beside everything published about it: a verdict for each level of the tree."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from innov_index.analysis.reproduce.causes import Cause, likely_causes
from innov_index.analysis.reproduce.compared_figures import Cells
from innov_index.analysis.reproduce.input_bounds import input_bounds
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Bools, Ints
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import bind


class Verdict(StrEnum):
    """The finding about the figures of a level."""

    EXACT = "exact"
    ROUNDING = "to rounding"
    NOT = "not reproduced"
    CONSISTENT = "consistent, inputs unverified"
    INCONSISTENT = "not consistent, inputs unverified"

    @property
    def holds(self) -> bool:
        return self in (Verdict.EXACT, Verdict.ROUNDING, Verdict.CONSISTENT)


@frozen
class LevelResult:
    """One level of the tree against one announcement.

    `inside` counts scores that are printed as published, `within` those that are if the inputs are printed
    too; `undecided` counts ranks that differ within the places left open by ties and printed inputs; `tied`
    published scores that units share; `lacking` published figures that cannot be computed here; `excepted`
    figures that are not reproduced and stated as exceptions. `largest` is the largest difference of scores
    outside the exceptions, `where` says of which figure.
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
    """One result for each level with a published figure."""
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


@frozen
class Announcement:
    """One announcement, compared: every figure, a result for each level, and likely causes of differences."""

    cells: Cells
    levels: tuple[LevelResult, ...]
    causes: tuple[Cause, ...]
    unverified: bool

    @property
    def claims(self) -> str:
        return self.cells.published.block.claims

    @property
    def decides(self) -> bool:
        """Whether the exit code depends on it: the config claims something, about verified inputs."""
        return self.claims != "nothing" and not self.unverified

    @property
    def holds(self) -> bool:
        """Whether every level is as the config claims."""
        wanted = {"exact": (Verdict.EXACT,), "rounding": (Verdict.EXACT, Verdict.ROUNDING)}
        allowed = wanted.get(self.claims, tuple(Verdict))
        return all(level.verdict in allowed for level in self.levels)


@frozen
class Reproduction:
    """An index, its scores, and each announcement compared with them."""

    index: Index
    scores: Scores
    announcements: tuple[Announcement, ...]

    @property
    def holds(self) -> bool:
        """Whether every announcement that decides holds."""
        return all(announcement.holds for announcement in self.announcements if announcement.decides)


def compare_announcements(index: Index) -> Reproduction:
    """Compare the index with every announcement under `published:`.

    Raises
    ------
    InnovIndexError
        The config names no announcement, or none of its figures concerns this index.
    """
    if not index.published:
        raise InnovIndexError(
            f"{index.config.path}: nothing to reproduce; state published figures under `published:`"
        )
    scores = index.score()
    rounding = bind(index.config.recipe, index.dataset).rounding
    announcements = []
    for published in index.published:
        bounds = input_bounds(index, scores.scores, published.without_exceptions().printed)
        cells = Cells(published, scores.scores, scores.ranks, bounds, rounding, index.framework.direction)
        unverified = published.block.unverified or index.config.block.indicators.unverified
        levels = level_results(cells, scores, unverified)
        wanted = published.block.claims != "nothing" and any(not level.verdict.holds for level in levels)
        causes = likely_causes(index, scores, cells) if wanted else ()
        announcements.append(Announcement(cells, levels, causes, unverified))
    return Reproduction(index, scores, tuple(announcements))
