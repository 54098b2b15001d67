"""Distribution of one indicator before and after treatment."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import MaxNLocator

from innov_index.methods.kernels.moments import skewness_and_kurtosis
from innov_index.model.arrays import Bools, Floats
from innov_index.model.scores import Scores
from innov_index.report.figures.picture import (
    BAND,
    FAINT,
    INK,
    SMALL,
    TEXT,
    TWO_COLUMNS,
    WORSE,
    Box,
    Picture,
    axes,
    picture,
    shortened,
    styled,
)
from innov_index.report.figures.unit_rows import name_scale

PANEL = 34.0

FEW = 0.34
"""Up to this share of changed values each is ringed; more of them is a transformation of the column."""


def figure_distribution(scores: Scores, edition: int, column: int, *, width: float = TWO_COLUMNS) -> Picture:
    """Histogram and values of an indicator (a column of the leaves) before and after treatment."""
    framework = scores.framework
    node = framework.nodes[int(framework.leaves[column])]
    before, after = (scores.steps[step][edition, :, column] for step in ("screened", "treated"))
    changed = scores.treated[edition, :, column]
    panels = [("before treatment", before), ("after treatment", after)]
    told = [f"{words}: {_moments(values)}" for words, values in panels]
    words = f"{node.name}, {'; '.join(told)}. Values changed: {int(changed.sum())}."
    capped = changed.mean() <= FEW
    note = "Bars: number of units. Ticks: single units; orange rings: values that treatment changed."
    if not capped:
        note = "Bars: number of units. Ticks: single units. Treatment transformed the whole column."
    wide = width >= 120
    with styled():
        height = PANEL if wide else 2 * PANEL
        figure, box = picture(width, height + 4, f"{node.code} {node.name}", note, words)
        for place, (title, values) in enumerate(panels):
            part = (
                Box(
                    box.left + place * box.width / 2,
                    box.bottom,
                    box.left + (place + 1) * box.width / 2,
                    box.top,
                )
                if wide
                else Box(
                    box.left,
                    box.top - (place + 1) * box.height / 2,
                    box.right,
                    box.top - place * box.height / 2,
                )
            )
            unit = (
                node.unit if place == 0 or np.nanmax(np.abs(values)) > 0.2 * np.nanmax(np.abs(before)) else ""
            )
            _panel(figure, part, title, values, changed & capped, unit)
    return figure


def _panel(figure: Picture, box: Box, title: str, values: Floats, changed: Bools, unit: str) -> None:
    plot = axes(figure, Box(box.left + 6, box.bottom + 8, box.right - 3, box.top - 8))
    there = values[~np.isnan(values)]
    plot.hist(
        there,
        bins=min(20, max(8, int(np.sqrt(len(there)) * 2))),
        color=BAND,
        edgecolor="white",
        linewidth=0.4,
    )
    tallest = plot.get_ylim()[1]
    level = -0.11 * tallest
    known = ~np.isnan(values)
    plot.plot(values[known], np.full(known.sum(), level), "|", color=FAINT, markersize=5, markeredgewidth=0.6)
    marked = known & changed
    plot.plot(
        values[marked], np.full(marked.sum(), level), "o", markerfacecolor="none", color=WORSE, markersize=5
    )
    plot.set_ylim(-0.22 * tallest, tallest)
    ticks = MaxNLocator(nbins=4, integer=True).tick_values(0, tallest)
    plot.set_yticks([tick for tick in ticks if 0 <= tick <= tallest])
    plot.tick_params(axis="y", labelsize=SMALL, labelcolor=FAINT)
    plot.spines["left"].set_visible(False)
    plot.grid(axis="y")
    plot.set_title(title, fontsize=TEXT, loc="left", color=INK, pad=11, weight="bold")
    plot.text(0, 1.03, _moments(values), transform=plot.transAxes, size=SMALL, color=FAINT, va="bottom")
    if unit:
        name_scale(plot, shortened(unit, box.width - 10, SMALL))


def _moments(values: Floats) -> str:
    skewness, kurtosis = skewness_and_kurtosis(values[:, None])
    return f"skewness {skewness[0]:.1f}, excess kurtosis {kurtosis[0]:.1f}"
