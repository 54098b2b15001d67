"""The ranking as tables: one row a unit, one row a unit and node, one row a changed cell."""

from __future__ import annotations

from collections.abc import Sequence

from innov_index.model.scores import IMPUTED, Scores
from innov_index.model.sheet import Cell, Sheet, part_cell, rank_cell


def selected_editions(scores: Scores, edition: str | None) -> tuple[int, ...]:
    """Positions of one edition by its name, or of all."""
    if edition is None:
        return tuple(range(len(scores.scores)))
    return (scores.edition_position(edition),)


def short_sheet(scores: Scores, editions: Sequence[int], top: int | None) -> Sheet:
    """Rank, name and score of each unit, and the scores of the dimensions just below the root.

    Where a unit shown rests on imputed values, a column says on how many.
    """
    framework = scores.framework
    dimensions = [int(node) for node in framework.children[0] if not framework.nodes[node].is_leaf]
    codes = [framework.codes[node] for node in dimensions]
    shown = [(edition, unit) for edition in editions for unit in scores.order(edition)[:top]]
    imputed = any(scores.imputed_below[edition, unit, 0] for edition, unit in shown)
    rows = [
        [
            *_edition(scores, edition),
            rank_cell(scores.ranks[edition, unit, 0]),
            scores.units.names[unit],
            float(scores.scores[edition, unit, 0]),
            *([part_cell(scores.imputed_below[edition, unit, 0], len(framework.leaves))] if imputed else []),
            *_added_cells(scores, edition, unit),
            *(float(scores.scores[edition, unit, node]) for node in dimensions),
        ]
        for edition, unit in shown
    ]
    marks = [IMPUTED] if imputed else []
    return Sheet([*_edition_column(scores), "rank", "name", "score", *marks, *scores.columns, *codes], rows)


def ranking_sheet(scores: Scores, editions: Sequence[int], top: int | None) -> Sheet:
    """One row a unit, best first: unit, (edition,) name, rank, score, then the inner nodes below the root.

    Where the index imputes, a column says how many indicators of the unit are imputed.
    """
    inner = [int(node) for node in scores.framework.inner[1:]]
    codes = [scores.framework.codes[node] for node in inner]
    marks = [IMPUTED] if scores.imputes else []
    rows = []
    for edition in editions:
        for unit in scores.order(edition)[:top]:
            start: list[Cell] = [
                scores.units.codes[unit],
                *_edition(scores, edition),
                scores.units.names[unit],
            ]
            index, *figures = [float(scores.scores[edition, unit, node]) for node in (0, *inner)]
            rank = rank_cell(scores.ranks[edition, unit, 0])
            imputed = [int(scores.imputed_below[edition, unit, 0])] if marks else []
            rows.append([*start, rank, index, *imputed, *_added_cells(scores, edition, unit), *figures])
    columns = ["unit", *_edition_column(scores), "name", "rank", "score", *marks, *scores.columns, *codes]
    return Sheet(columns, rows)


def _added_cells(scores: Scores, edition: int, unit: int) -> list[Cell]:
    """The cells of the columns that the config adds."""
    cells = (column[edition][unit] for column in scores.columns.values())
    return [rank_cell(cell) if isinstance(cell, float) else cell for cell in cells]


def full_sheet(scores: Scores, editions: Sequence[int], top: int | None) -> Sheet:
    """One row a unit and node: unit, (edition,) node, level, score, rank, coverage, note."""
    rows = []
    for edition in editions:
        for unit in scores.order(edition)[:top]:
            start: list[Cell] = [scores.units.codes[unit], *_edition(scores, edition)]
            for node, entry in enumerate(scores.framework.nodes):
                rows.append(
                    [
                        *start,
                        entry.code,
                        entry.level,
                        float(scores.scores[edition, unit, node]),
                        rank_cell(scores.ranks[edition, unit, node]),
                        float(scores.coverage[edition, unit, node]),
                        scores.note(edition, int(unit), node),
                    ]
                )
    columns = ["unit", *_edition_column(scores), "node", "level", "score", "rank", "coverage", "note"]
    return Sheet(columns, rows)


def changed_sheet(scores: Scores, editions: Sequence[int]) -> Sheet:
    """One row a cell that imputation filled or treatment changed: before, after, step and method."""
    leaves = scores.framework.leaves
    rows: list[list[Cell]] = [
        [
            scores.units.codes[cell.unit],
            *_edition(scores, edition),
            scores.units.names[cell.unit],
            scores.framework.codes[leaves[cell.leaf]],
            cell.before,
            cell.after,
            cell.step,
            cell.method,
        ]
        for edition in editions
        for cell in scores.changed_cells(edition)
    ]
    columns = ["name", "indicator", "before", "after", "step", "method"]
    return Sheet(["unit", *_edition_column(scores), *columns], rows)


def _edition_column(scores: Scores) -> list[str]:
    return ["edition"] if scores.editions else []


def _edition(scores: Scores, edition: int) -> list[str]:
    return [scores.editions[edition]] if scores.editions else []
