"""The ranking as tables: one row a unit, one row a unit and node, one row a changed cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.model.arrays import Ints
from innov_index.model.scores import IMPUTED, Column, Scores
from innov_index.model.sheet import Cell, Cells, Sheet, part_cell, rank_cell, rank_cells


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
    number = scores.imputed_indicators
    imputed = any(number[edition, unit] for edition, unit in shown)
    rows = [
        [
            *_edition(scores, edition),
            rank_cell(scores.index_ranks[edition, unit]),
            scores.units.names[unit],
            float(scores.scores[edition, unit, 0]),
            *([part_cell(number[edition, unit], len(framework.leaves))] if imputed else []),
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
    chosen = _chosen(scores, editions, top)
    edition, unit = chosen
    marks = {IMPUTED: scores.imputed_indicators[edition, unit].tolist()} if scores.imputes else {}
    codes, names = _codes_and_names(scores, unit)
    return Sheet.of_columns(
        [
            ("unit", codes),
            *_edition_cells(scores, edition),
            ("name", names),
            ("rank", rank_cells(scores.index_ranks[edition, unit])),
            ("score", scores.scores[edition, unit, 0]),
            *marks.items(),
            *((name, _added(column, chosen)) for name, column in scores.columns.items()),
            *((scores.framework.codes[node], scores.scores[edition, unit, node]) for node in inner),
        ]
    )


def _chosen(scores: Scores, editions: Sequence[int], top: int | None) -> tuple[Ints, Ints]:
    """Edition and unit of each row of a ranking."""
    units = [scores.order(edition)[:top] for edition in editions]
    edition = np.repeat(np.array(editions, dtype=np.int64), [len(own) for own in units])
    return edition, np.concatenate([np.empty(0, dtype=np.int64), *units])


def _texts(texts: Sequence[str], positions: Ints) -> list[Cell]:
    return [texts[at] for at in positions.tolist()]


def _codes_and_names(scores: Scores, units: Ints) -> tuple[list[Cell], list[Cell]]:
    """Codes and names of units: one list where they are the same."""
    codes = _texts(scores.units.codes, units)
    same = scores.units.codes == scores.units.names
    return codes, codes if same else _texts(scores.units.names, units)


def _edition_cells(scores: Scores, editions: Ints) -> list[tuple[str, Cells]]:
    return [("edition", _texts(scores.editions, editions))] if scores.editions else []


def _added(column: Column, chosen: tuple[Ints, Ints]) -> list[Cell]:
    """The cells of a column that the config adds."""
    cells = (column[edition][unit] for edition, unit in zip(*(at.tolist() for at in chosen), strict=True))
    return [rank_cell(cell) if isinstance(cell, float) else cell for cell in cells]


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
    codes = [scores.framework.codes[leaf] for leaf in scores.framework.leaves]
    found: dict[str, list[Cells]] = {}
    for edition in editions:
        for changes in scores.changes(edition):
            number = len(changes.units)
            codes_here, names_here = _codes_and_names(scores, changes.units)
            columns: list[tuple[str, Cells]] = [
                ("unit", codes_here),
                *_edition_cells(scores, np.full(number, edition)),
                ("name", names_here),
                ("indicator", [codes[changes.leaf]] * number),
                ("before", changes.before),
                ("after", changes.after),
                ("step", [changes.step] * number),
                ("method", [changes.method] * number),
            ]
            for name, cells in columns:
                found.setdefault(name, []).append(cells)
    names = ["unit", *_edition_column(scores), "name", "indicator", "before", "after", "step", "method"]
    return Sheet.of_columns([(name, _joined(found.get(name, []))) for name in names])


def _joined(parts: Sequence[Cells]) -> Cells:
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    return np.concatenate(arrays) if arrays else [cell for part in parts for cell in part]


def _edition_column(scores: Scores) -> list[str]:
    return ["edition"] if scores.editions else []


def _edition(scores: Scores, edition: int) -> list[str]:
    return [scores.editions[edition]] if scores.editions else []
