"""A reproduction as tables: one row a level of the tree, one row a figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.analysis.reproduce.announcements import Announcement, LevelResult, Reproduction
from innov_index.analysis.reproduce.table_comparison import TableComparison
from innov_index.dataset.printed_figures import printed_rank
from innov_index.model.sheet import Cell, Sheet

LEVEL_COLUMNS = (
    "level",
    "nodes",
    "scores",
    "inside",
    "largest difference",
    "at",
    "ranks",
    "differ",
    "undecided",
    "verdict",
)

TABLE_COLUMNS = ("table", "figures", "inside", "largest difference", "at", "verdict")

CELL_COLUMNS = (
    "config",
    "announced by",
    "level",
    "node",
    "edition",
    "unit",
    "name",
    "computed score",
    "announced score",
    "difference",
    "score follows",
    "computed rank",
    "announced rank",
    "rank follows",
    "exception",
)


def levels_sheet(announcement: Announcement) -> Sheet:
    """One row a level of the tree."""
    return Sheet(LEVEL_COLUMNS, [_level_row(level) for level in announcement.levels])


def _level_row(level: LevelResult) -> list[Cell]:
    nodes = level.nodes[0] if len(level.nodes) == 1 else f"{len(level.nodes)} nodes"
    scores: list[Cell] = [None, None, None, None]
    if level.figures:
        scores = [level.figures, level.inside, f"{level.largest:.2g}", level.where]
    ranks: list[Cell] = [level.ranks, level.other_ranks, level.undecided] if level.ranks else [None] * 3
    return [level.level, nodes, *scores, *ranks, str(level.verdict)]


def cells_sheet(reproductions: Sequence[Reproduction]) -> Sheet:
    """Every compared figure, one row a node, unit and edition."""
    rows = [
        row
        for reproduction in reproductions
        for announcement in reproduction.announcements
        for row in _cell_rows(reproduction, announcement)
    ]
    rows += [row for own in reproductions for table in own.tables for row in _table_rows(own, table)]
    return Sheet(CELL_COLUMNS, rows)


def table_sheet(comparison: TableComparison) -> Sheet:
    """One row: how many figures of a table follow."""
    largest, where = comparison.largest
    figures: list[Cell] = [comparison.published.of.table, comparison.figures, comparison.following]
    return Sheet(TABLE_COLUMNS, [[*figures, f"{largest:.2g}", where, str(comparison.verdict)]])


def _table_rows(reproduction: Reproduction, comparison: TableComparison) -> list[list[Cell]]:
    """Each figure of a table: its column as the node, its row as the unit."""
    published = comparison.published
    rows: list[list[Cell]] = []
    for row, column in np.argwhere(comparison.there):
        at = (row, column)
        follows = "exact" if comparison.exact[at] else "to rounding" if comparison.follows[at] else "no"
        word = "not computed" if np.isnan(comparison.computed[at]) else follows
        names = (published.columns[column], None, published.rows[row], published.rows[row])
        figures = (comparison.computed[at], published.figures[at], comparison.difference[at])
        rows.append(
            [
                reproduction.index.config.path.name,
                published.name,
                None,
                *names,
                *map(float, figures),
                word,
                None,
                None,
                None,
                bool(published.excepted[at]),
            ]
        )
    return rows


def _cell_rows(reproduction: Reproduction, announcement: Announcement) -> list[list[Cell]]:
    scores, cells = announcement.scores, announcement.cells
    published = cells.published
    there = ~np.isnan(published.scores) | ~np.isnan(published.ranks)
    rows: list[list[Cell]] = []
    for edition, unit, node in np.argwhere(there):
        at = (edition, unit, node)
        rows.append(
            [
                reproduction.index.config.path.name,
                published.name,
                scores.framework.nodes[node].level,
                scores.framework.codes[node],
                scores.editions[edition] if scores.editions else None,
                scores.units.codes[unit],
                scores.units.names[unit],
                float(cells.scores[at]),
                float(published.scores[at]),
                float(cells.difference[at]),
                _score_word(announcement, at),
                float(cells.ranks[at]),
                _printed_rank(float(published.ranks[at]), float(published.last_ranks[at])),
                _rank_word(announcement, at),
                bool(published.excepted[at]),
            ]
        )
    return rows


def _printed_rank(best: float, last: float) -> Cell:
    """A number where one place is published, a text where it is a band of places."""
    return best if best == last or np.isnan(best) else printed_rank(best, last)


def _score_word(announcement: Announcement, at: tuple[int, int, int]) -> str | None:
    cells = announcement.cells
    if np.isnan(cells.published.scores[at]):
        return None
    if not cells.compared[at]:
        return "not computed"
    words = (
        (cells.exact, "exact"),
        (cells.inside, "to rounding"),
        (cells.within, "within the printed inputs"),
    )
    return next((word for mask, word in words if mask[at]), "no")


def _rank_word(announcement: Announcement, at: tuple[int, int, int]) -> str | None:
    cells = announcement.cells
    if np.isnan(cells.published.ranks[at]):
        return None
    if not cells.ranked[at]:
        return "not computed"
    if cells.failing_rank[at]:
        return "no"
    return "left open" if cells.other_rank[at] else "yes"
