"""An index beside everything that was published about it."""

from __future__ import annotations

from dataclasses import dataclass

from innov_index.analysis.reproduce.causes import Cause, likely_causes
from innov_index.analysis.reproduce.compared_figures import Cells
from innov_index.analysis.reproduce.precision import input_spread
from innov_index.analysis.reproduce.verdicts import LevelResult, Verdict, level_results
from innov_index.errors import InnovIndexError
from innov_index.index import Index
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import bind


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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
    spread = input_spread(index)
    rounded = bind(index.config.recipe, index.dataset).ranking.rounded
    announcements = []
    for published in index.published:
        cells = Cells(published, scores.scores, scores.ranks, spread, rounded)
        unverified = published.block.unverified or index.config.block.indicators.unverified
        levels = level_results(cells, scores, unverified)
        wanted = published.block.claims != "nothing" and any(not level.verdict.holds for level in levels)
        causes = likely_causes(index, scores, cells) if wanted else ()
        announcements.append(Announcement(cells, levels, causes, unverified))
    return Reproduction(index, scores, tuple(announcements))
