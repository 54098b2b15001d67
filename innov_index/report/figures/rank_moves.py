"""Ranks that move: from one computation or edition to another, and over all schemes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from innov_index.analysis.compare.schemes import Comparison
from innov_index.model.arrays import Floats, Ints
from innov_index.report.figures.layout import ROW
from innov_index.report.figures.picture import (
    BETTER,
    FAINT,
    INK,
    PALETTE,
    SMALL,
    TITLE,
    TWO_COLUMNS,
    WORSE,
    Box,
    Picture,
    axes,
    name_column,
    picture,
    shortened,
    styled,
    text_width,
)
from innov_index.wording import counted, listed

Dashes: TypeAlias = tuple[float, tuple[float, ...]] | str

SOLID: Dashes = "-"
DASHED: Dashes = (0, (4, 1.5))

GAP = 3.0
"""Points between the end of a line and its label."""


def figure_slope(
    title: str,
    names: Sequence[str],
    sides: tuple[str, str],
    ranks: tuple[Floats, Floats],
    *,
    top: int = 25,
    width: float = TWO_COLUMNS,
) -> Picture:
    """One line a unit from its rank on the left to its rank on the right.

    Parameters
    ----------
    names : names of the units
    sides : what is compared: two schemes, or two editions
    ranks : ranks of the units on the left and on the right; NaN where there is none
    top : how many ranks are shown; a line that leaves the chart ends at its foot
    """
    left, right = ranks
    shown = np.flatnonzero((left <= top) | (right <= top))
    lowest = float(np.fmax.reduce(np.concatenate([left[shown], right[shown]]), initial=1.0))
    beyond = lowest > top
    top = top if beyond else int(np.ceil(lowest))
    low = top + 1.6
    words = f"Ranks by {sides[0]} and by {sides[1]}."
    both = shown[~np.isnan(left[shown] - right[shown])]
    if len(both):
        words += f" {_largest_move(names, both, left, right, top)}"
    note = "Blue, solid: gains three places or more; red, dashed: loses as many; grey: moves less."
    if beyond:
        note += f" Lines that end at the foot: a rank beyond {top}."
    with styled():
        figure, box = picture(width, (top + 1.8) * ROW + 4, title, note, words)
        short, wide = name_column([names[int(unit)] for unit in shown], 0.34 * box.width)
        wide += 6.5
        plot = axes(figure, Box(box.left + wide, box.bottom, box.right - wide, box.top - 4))
        plot.set_axis_off()
        plot.set_xlim(0, 1)
        plot.set_ylim(low + 0.2, 0.4)
        for name, unit in zip(short, shown, strict=True):
            _line(plot, name, float(left[unit]), float(right[unit]), top, low)
        _labels(plot, short, left[shown], top, at=0.0)
        _labels(plot, short, right[shown], top, at=1.0)
        for x, words, side in ((0.0, sides[0], "right"), (1.0, sides[1], "left")):
            plot.text(x, 0.1, words, ha=side, va="bottom", size=TITLE, weight="bold", clip_on=False)
    return figure


def _largest_move(names: Sequence[str], units: Ints, left: Floats, right: Floats, top: int) -> str:
    moves = np.abs(left[units] - right[units])
    furthest = units[moves == moves.max()]
    everyone = len(units) == int((~np.isnan(left - right)).sum())
    among = "" if everyone else f" among the first {top}"
    if not moves.any():
        return f"No rank changes{among}."
    if len(furthest) > 1:
        moved = listed((names[int(unit)] for unit in furthest), 3)
        return f"The largest move{among} is {_places(moves.max())}: {moved}."
    (unit,) = furthest
    return f"The largest move{among}: {names[unit]}, from {left[unit]:g} to {right[unit]:g}."


def _places(number: float) -> str:
    return f"{number:g} {'place' if number == 1 else 'places'}"


def _line(plot: Axes, name: str, left: float, right: float, top: int, low: float) -> None:
    gain = left - right
    if np.isnan(gain):
        return
    ends = [rank if rank <= top else low for rank in (left, right)]
    colour, style, thick = FAINT, SOLID, 0.6
    if gain >= 3:
        colour, style, thick = BETTER, SOLID, 1.2
    elif gain <= -3:
        colour, style, thick = WORSE, DASHED, 1.2
    plot.plot([0.0, 1.0], ends, color=colour, linestyle=style, linewidth=thick, clip_on=False)


def _labels(plot: Axes, names: list[str], ranks: Floats, top: int, *, at: float) -> None:
    """Ranks and names beside a side; units that share a rank stand one below the other."""
    side = "right" if at == 0 else "left"
    taken: dict[float, int] = {}
    for name, rank in sorted(zip(names, ranks, strict=True), key=lambda pair: (pair[1], pair[0])):
        if not rank <= top:
            continue
        place = rank + taken.get(rank, 0)
        taken[rank] = taken.get(rank, 0) + 1
        text = f"{name}  {rank:g}" if at == 0 else f"{rank:g}  {name}"
        plot.annotate(
            text,
            (at, place),
            xytext=(-GAP if at == 0 else GAP, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            size=SMALL + 0.5,
            annotation_clip=False,
        )


SHIFTS = LinearSegmentedColormap.from_list("shifts", ["#D98A3A", "#FFFFFF", "#5B9BD5"])


def figure_rank_heatmap(comparison: Comparison, *, top: int = 25, width: float = TWO_COLUMNS) -> Picture:
    """One row a unit, one column a scheme; blue where it stands better than in the config, orange worse."""
    scores = comparison.base
    order = scores.order(comparison.edition)[:top]
    ranks, shifts = comparison.ranks[:, order].T, comparison.shifts[:, order].T
    names = [scores.units.names[unit] for unit in order]
    titles = [shortened(name, 26.0, SMALL) for name in comparison.names]
    head = max(text_width(title, SMALL) for title in titles) + 2.0
    largest = float(np.fmax.reduce(np.abs(shifts).ravel(), initial=0.0))
    limit = max(largest, 1.0)
    words = f"Ranks of {counted(len(order), 'unit')} under {counted(len(titles), 'way')} of computing. " + (
        f"The largest shift from the config itself is {_places(largest)}." if largest else "No rank changes."
    )
    note = "Blue: better than as the config stands (first column); orange: worse. Rank in each cell."
    with styled():
        figure, box = picture(
            width,
            len(order) * ROW + head,
            f"{scores.titled(comparison.edition)}: ranks by scheme",
            note,
            words,
        )
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
