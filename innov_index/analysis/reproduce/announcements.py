"""An index beside everything published about it: a verdict for each level of the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from innov_index.analysis.audit.audited import Audit
from innov_index.analysis.reproduce.causes import Cause, likely_causes
from innov_index.analysis.reproduce.compared_figures import Cells
from innov_index.analysis.reproduce.input_bounds import input_bounds
from innov_index.analysis.reproduce.named_tables import compute
from innov_index.analysis.reproduce.table_comparison import TableComparison, compared
from innov_index.analysis.reproduce.verdicts import Verdict
from innov_index.config.language import PublishedBlock
from innov_index.dataset.published import Published
from innov_index.dataset.published_tables import read_published_table
from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Bools, Ints
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import bind


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
    """One announcement, compared: every figure, a result for each level, and likely causes of differences.

    `scores` are those of the index, or of its scheme that the figures are of.
    """

    scores: Scores
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
    """An index, and each announcement and published table compared with it and with its schemes."""

    index: Index
    announcements: tuple[Announcement, ...]
    tables: tuple[TableComparison, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether everything that decides holds."""
        found: tuple[Announcement | TableComparison, ...] = (*self.announcements, *self.tables)
        return all(one.holds for one in found if one.decides)

    @property
    def files(self) -> tuple[Path, ...]:
        """Files of published figures that the index itself does not name."""
        announced = (announcement.cells.published.files for announcement in self.announcements)
        found = [*announced, *(table.published.files for table in self.tables)]
        return tuple(dict.fromkeys(file for files in found for file in files))


def compare_announcements(index: Index) -> Reproduction:
    """Compare the index, and its schemes, with everything under `published:`.

    Where a scheme is applied already, what is published about other schemes is left out.

    Raises
    ------
    InnovIndexError
        The config names no announcement, or none of its figures concerns this index.
    """
    stated = index.config.everything_published
    if not stated:
        raise InnovIndexError(
            f"{index.config.path}: nothing to reproduce; state published figures under `published:`"
        )
    announcements: list[Announcement] = []
    tables: list[TableComparison] = []
    for scheme in dict.fromkeys(block.scheme for block in stated):
        if index.config.scheme is not None and scheme not in (None, index.config.scheme):
            continue
        applied = scheme is None or scheme == index.config.scheme
        varied = index if applied else index.varied(scheme)
        blocks = [block for block in stated if block.scheme == scheme]
        announcements += _announcements(varied, [block for block in blocks if block.of is None])
        tables += _tables(varied, blocks)
    return Reproduction(index, tuple(announcements), tuple(tables))


def _announcements(index: Index, blocks: Sequence[PublishedBlock]) -> list[Announcement]:
    """What some blocks say about scores and ranks, beside those of the index."""
    if not blocks:
        return []
    scores = index.score()
    return [_announcement(index, scores, published) for published in index.published_in(blocks)]


def _announcement(index: Index, scores: Scores, published: Published) -> Announcement:
    rounding = bind(index.config.recipe, index.dataset).rounding
    bounds = input_bounds(index, scores.scores, published.without_exceptions().printed)
    cells = Cells(published, scores.scores, scores.ranks, bounds, rounding, index.framework.direction)
    unverified = published.block.unverified or index.config.block.indicators.unverified
    levels = level_results(cells, scores, unverified)
    wanted = published.block.claims != "nothing" and any(not level.verdict.holds for level in levels)
    causes = likely_causes(index, scores, cells) if wanted else ()
    return Announcement(scores, cells, levels, causes, unverified)


def _tables(index: Index, blocks: Sequence[PublishedBlock]) -> Iterator[TableComparison]:
    """The tables that some blocks name, of the last edition of the index."""
    for block in blocks:
        if block.of is None:
            continue
        scores = index.score()
        audit = Audit(index, scores, scores.edition_position(None))
        computed = compute(audit, block.of)
        published = read_published_table(index.config, block, block.of, tuple(computed.columns))
        unverified = block.unverified or index.config.block.indicators.unverified
        yield compared(published, computed, unverified)
