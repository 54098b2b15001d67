"""Heat map of ranks: units by schemes, each rank printed in its cell."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from innov_index.analysis.compare.run import Comparison
from innov_index.report.figures.picture import (
    INK,
    PALETTE,
    SMALL,
    TWO_COLUMNS,
    Box,
    Picture,
    axes,
    name_column,
    picture,
    shortened,
    styled,
    text_width,
)
from innov_index.report.figures.unit_rows import ROW

SHIFTS = LinearSegmentedColormap.from_list("shifts", ["#D98A3A", "#FFFFFF", "#5B9BD5"])


def figure_rank_heatmap(comparison: Comparison, *, top: int = 25, width: float = TWO_COLUMNS) -> Picture:
    """One row a unit, one column a scheme; blue where it stands better than in the config, orange worse."""
    scores = comparison.base
    order = scores.order(comparison.edition)[:top]
    ranks, shifts = comparison.ranks[:, order].T, comparison.shifts[:, order].T
    names = [scores.units.names[unit] for unit in order]
    titles = [shortened(name, 26.0, SMALL) for name in comparison.names]
    head = max(text_width(title, SMALL) for title in titles) + 2.0
    limit = max(float(np.nanmax(np.abs(shifts))), 1.0)
    words = (
        f"Ranks of {len(order)} units under {len(titles)} ways of computing. The largest shift from the "
        f"config itself is {limit:.0f} places."
    )
    note = "Blue: better than as the config stands (first column); orange: worse. Rank in each cell."
    with styled():
        figure, box = picture(width, len(order) * ROW + head, f"{scores.name}: ranks by scheme", note, words)
        short, wide = name_column(names, 0.32 * box.width)
        plot = axes(figure, Box(box.left + wide, box.bottom, box.right, box.top - head))
        plot.imshow(np.nan_to_num(shifts), cmap=SHIFTS, vmin=-limit, vmax=limit, aspect="auto")
        for (row, column), rank in np.ndenumerate(ranks):
            if rank == rank:
                plot.text(column, row, f"{rank:g}", ha="center", va="center", size=SMALL, color=INK)
        plot.set_yticks(range(len(order)), short)
        plot.set_xticks(range(len(titles)), titles, rotation=90, fontsize=SMALL)
        plot.tick_params(axis="x", top=False, labeltop=True, bottom=False, labelbottom=False, labelcolor=INK)
        plot.axvline(0.5, color=PALETTE[7], linewidth=0.8)
        for spine in plot.spines.values():
            spine.set_visible(False)
    return figure
