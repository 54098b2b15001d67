"""What moves the ranks, in tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.analysis.sensitivity.estimators import Indices
from innov_index.analysis.sensitivity.sobol import Sensitivity
from innov_index.analysis.sensitivity.tornado import Line
from innov_index.analysis.uncertainty.model import Model
from innov_index.model.sheet import Cell, Sheet, rank_cell


def shares_table(result: Sensitivity) -> Sheet:
    """For a screen: one row an input, the most important first, with its indices of the mean rank shift."""
    shift = result.shift
    rows: list[list[Cell]] = [
        [
            result.inputs[i],
            round(float(shift.first[i, 0]), 3),
            round(float(shift.first_error[i, 0]), 3),
            round(float(shift.total[i, 0]), 3),
            round(float(shift.total_error[i, 0]), 3),
        ]
        for i in np.argsort(-np.nan_to_num(shift.total[:, 0]), kind="stable")
    ]
    return Sheet(["input", "alone", "±", "with all else", "± "], rows)


def indices_table(result: Sensitivity) -> Sheet:
    """One row an output and input: first and total order, each with half the width of its 95 % interval."""
    rows = list(_rows("mean absolute rank shift", "", result.shift, result.inputs, 0))
    codes = [result.model.base.units.codes[result.model.units[unit]] for unit in result.units]
    for column, code in enumerate(codes):
        rows += _rows("score", code, result.scores, result.inputs, column)
        rows += _rows("rank", code, result.ranks, result.inputs, column)
    return Sheet(["output", "unit", "input", "first", "first error", "total", "total error"], rows)


def pairs_table(result: Sensitivity) -> Sheet:
    """One row a pair of inputs: second order of the mean absolute rank shift."""
    shift = result.shift
    count = len(result.inputs)
    rows: list[list[Cell]] = [
        [
            result.inputs[j],
            result.inputs[k],
            float(shift.second[j, k, 0]),
            float(shift.second_error[j, k, 0]),
        ]
        for j in range(count)
        for k in range(j + 1, count)
    ]
    return Sheet(["input", "other input", "second", "second error"], rows)


def units_table(result: Sensitivity, top: int | None) -> Sheet:
    """For a screen: one row a unit, and the total index of its rank by input."""
    order = np.argsort(np.nan_to_num(result.model.base_ranks[result.units], nan=np.inf), kind="stable")
    rows: list[list[Cell]] = [
        [result.names[unit], *(round(float(total), 2) for total in result.ranks.total[:, unit])]
        for unit in order[:top]
    ]
    return Sheet(["rank of", *result.inputs], rows)


def settings_table(lines: Sequence[Line]) -> Sheet:
    """For a screen: one row a setting, and how far it alone moves the ranks."""
    rows: list[list[Cell]] = [
        [line.name, line.setting, round(line.mean_shift, 2), line.problem or None] for line in lines
    ]
    return Sheet(["one at a time", "setting", "mean shift", "no result"], rows)


def tornado_table(model: Model, lines: Sequence[Line]) -> Sheet:
    """One row a setting and unit: the rank as stated, and with this setting alone changed."""
    units = model.base.units
    rows: list[list[Cell]] = [
        [
            line.name,
            line.setting,
            units.codes[unit],
            units.names[unit],
            rank_cell(model.base_ranks[position]),
            rank_cell(line.best[position]),
            rank_cell(line.worst[position]),
        ]
        for line in lines
        for position, unit in enumerate(model.units)
    ]
    return Sheet(["variation", "setting", "unit", "name", "rank", "best", "worst"], rows)


def _rows(output: str, unit: str, indices: Indices, inputs: Sequence[str], column: int) -> list[list[Cell]]:
    parts = (indices.first, indices.first_error, indices.total, indices.total_error)
    return [
        [output, unit, name, *(float(part[i, column]) for part in parts)] for i, name in enumerate(inputs)
    ]
