"""The ranking as tables: one row a unit, one row a unit and node, one row a changed cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from innov_index.analysis.ranking.unit_figures import Figures, figure_cells
from innov_index.model.arrays import Floats, Ints
from innov_index.model.scores import IMPUTED, Column, Scores
from innov_index.model.sheet import Cell, Cells, Picked, Sheet, part_cell, rank_cell, rank_cells


def selected_editions(scores: Scores, edition: str | None) -> tuple[int, ...]:
    """Positions of one edition by its name, or of all."""
    if edition is None:
        return tuple(range(len(scores.scores)))
    return (scores.edition_position(edition),)


def short_sheet(scores: Scores, editions: Sequence[int], top: int | None, figures: Figures) -> Sheet:
    """Rank, name and score of each unit, and the scores of the dimensions just below the root.

    Where a unit shown rests on imputed values, a column says on how many. Figures of the index stand beside
    its score.
    """
    framework = scores.framework
    dimensions = [int(node) for node in framework.children[0] if not framework.nodes[node].is_leaf]
    codes = [framework.codes[node] for node in dimensions]
    shown = [(edition, unit) for edition in editions for unit in scores.order(edition)[:top]]
    number = scores.imputed_indicators
    imputed = any(number[edition, unit] for edition, unit in shown)
    further = _beside_scores(figures, editions)
    rows = [
        [
            *_edition(scores, edition),
            rank_cell(scores.index_ranks[edition, unit]),
            scores.units.names[unit],
            float(scores.scores[edition, unit, 0]),
            *(found[edition][unit] for found in further.values()),
            *([part_cell(number[edition, unit], len(framework.leaves))] if imputed else []),
            *_added_cells(scores, edition, unit),
            *(float(scores.scores[edition, unit, node]) for node in dimensions),
        ]
        for edition, unit in shown
    ]
    marks = [IMPUTED] if imputed else []
    columns = ["rank", "name", "score", *further, *marks, *scores.columns, *codes]
    return Sheet([*_edition_column(scores), *columns], rows)


def _beside_scores(figures: Figures, editions: Sequence[int]) -> dict[str, dict[int, Cells]]:
    """Figures of the index by name and edition, one a unit; none where an edition's method tells none."""
    if not figures.of_index:
        return {}
    found = {edition: figures.beside_score(edition) for edition in editions}
    none = [None] * len(figures.scores.units)
    names = dict.fromkeys(name for own in found.values() for name in own)
    return {name: {edition: own.get(name, none) for edition, own in found.items()} for name in names}


def ranking_sheet(scores: Scores, editions: Sequence[int], top: int | None, figures: Figures) -> Sheet:
    """One row a unit, best first: unit, (edition,) name, rank, score, then the inner nodes below the root.

    Where the index imputes, a column says how many indicators of the unit are imputed. Figures of the index
    stand beside its score.
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
            *((name, _picked(found, chosen)) for name, found in _beside_scores(figures, editions).items()),
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


def _picked(found: Mapping[int, Cells], chosen: tuple[Ints, Ints]) -> Floats:
    """A figure of the edition and unit of each row."""
    rows = zip(*(at.tolist() for at in chosen), strict=True)
    return np.array([found[edition][unit] for edition, unit in rows], dtype=np.float64)


def _codes_and_names(scores: Scores, units: Ints) -> tuple[Picked, Picked]:
    """Codes and names of units: one column where they are the same."""
    codes = Picked(scores.units.codes, units)
    same = scores.units.codes == scores.units.names
    return codes, codes if same else Picked(scores.units.names, units)


def _edition_cells(scores: Scores, editions: Ints) -> list[tuple[str, Cells]]:
    return [("edition", Picked(scores.editions, editions))] if scores.editions else []


def _added(column: Column, chosen: tuple[Ints, Ints]) -> list[Cell]:
    """The cells of a column that the config adds."""
    cells = (column[edition][unit] for edition, unit in zip(*(at.tolist() for at in chosen), strict=True))
    return [rank_cell(cell) if isinstance(cell, float) else cell for cell in cells]


def _added_cells(scores: Scores, edition: int, unit: int) -> list[Cell]:
    """The cells of the columns that the config adds."""
    cells = (column[edition][unit] for column in scores.columns.values())
    return [rank_cell(cell) if isinstance(cell, float) else cell for cell in cells]


def full_sheet(scores: Scores, editions: Sequence[int], top: int | None, figures: Figures) -> Sheet:
    """One row a unit and node: unit, (edition,) node, level, score, rank, coverage, figures, note."""
    rows = []
    by_edition = {edition: figures.of_nodes(edition) if figures.of_units else {} for edition in editions}
    names = list(dict.fromkeys(name for found in by_edition.values() for name in found))
    for edition in editions:
        found = {name: by_edition[edition].get(name, {}) for name in names}
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
                        *figure_cells(found, int(unit), node),
                        scores.note(edition, int(unit), node),
                    ]
                )
    columns = ["node", "level", "score", "rank", "coverage", *names, "note"]
    return Sheet(["unit", *_edition_column(scores), *columns], rows)


def changed_sheet(scores: Scores, editions: Sequence[int]) -> Sheet:
    """One row a cell that imputation filled or treatment changed: before, after, step and method."""
    codes = [scores.framework.codes[leaf] for leaf in scores.framework.leaves]
    found = [(edition, changes) for edition in editions for changes in scores.changes(edition)]
    together = [changes for _, changes in found]
    units = np.concatenate([np.empty(0, dtype=np.int64), *(changes.units for changes in together)])
    numbers = np.array([len(changes.units) for changes in together], dtype=np.int64)
    of = np.repeat(np.arange(len(together)), numbers)
    unit_codes, names = _codes_and_names(scores, units)
    return Sheet.of_columns(
        [
            ("unit", unit_codes),
            *_edition_cells(scores, np.repeat(np.array([at for at, _ in found], dtype=np.int64), numbers)),
            ("name", names),
            ("indicator", Picked([codes[changes.leaf] for changes in together], of)),
            ("before", np.concatenate([np.empty(0), *(changes.before for changes in together)])),
            ("after", np.concatenate([np.empty(0), *(changes.after for changes in together)])),
            ("step", Picked([changes.step for changes in together], of)),
            ("method", Picked([changes.method for changes in together], of)),
        ]
    )


def _edition_column(scores: Scores) -> list[str]:
    return ["edition"] if scores.editions else []


def _edition(scores: Scores, edition: int) -> list[str]:
    return [scores.editions[edition]] if scores.editions else []
