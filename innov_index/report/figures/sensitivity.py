"""Sensitivity bars: which choice has how much to do with the ranks."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.sensitivity.sobol import Sensitivity
from innov_index.report.figures.legend import LINE, legend
from innov_index.report.figures.picture import BAND, INK, PALETTE, TWO_COLUMNS, Picture, picture, styled
from innov_index.report.figures.unit_rows import height_of, name_scale, row_axes

ROW = 6.4


def figure_sensitivity(result: Sensitivity, *, width: float = TWO_COLUMNS) -> Picture:
    """First-order and total Sobol indices of the mean rank shift, with 95 % intervals."""
    shift = result.shift
    order = np.argsort(-np.nan_to_num(shift.total[:, 0]), kind="stable")
    names = [result.inputs[i] for i in order]
    words = (
        f"Sobol indices of {len(names)} inputs. The most important is {names[0]} with a total index of "
        f"{shift.total[order[0], 0]:.2f}."
    )
    note = (
        "How much of the movement of the ranks a choice causes, by itself and together with others (Sobol "
        "indices: share of the variance of the mean rank shift). Lines: 95 % intervals, "
        f"{result.evaluations:,} evaluations."
    )
    with styled():
        title = f"{result.model.index.name}: what moves the ranks"
        figure, box = picture(width, height_of(len(names), ROW) + LINE + 1, title, note, words)
        box = legend(figure, box, [(BAND, "by itself"), (PALETTE[0], "together with others")])
        plot = row_axes(figure, box, names)
        rows = np.arange(len(names))
        for place, (values, errors) in enumerate(
            ((shift.first, shift.first_error), (shift.total, shift.total_error))
        ):
            at, found = rows + (place - 0.5) * 0.38, np.nan_to_num(values[order, 0])
            plot.barh(at, np.maximum(found, 0), height=0.36, color=BAND if place == 0 else PALETTE[0])
            plot.errorbar(
                found,
                at,
                xerr=np.nan_to_num(errors[order, 0]),
                fmt="none",
                color=INK,
                elinewidth=0.7,
                capsize=1.5,
                capthick=0.7,
            )
        plot.set_xlim(0, max(1.0, plot.get_xlim()[1]))
        name_scale(plot, "share of the movement of the ranks")
    return figure
