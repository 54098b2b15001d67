"""Units at their places: circles sized by score, and ties between them."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle

from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Floats, Ints
from innov_index.model.scores import Scores
from innov_index.report.figures.geography import shape_of, world
from innov_index.report.figures.labels import place_labels
from innov_index.report.figures.picture import (
    FAINT,
    PALETTE,
    SMALL,
    TWO_COLUMNS,
    Picture,
    axes,
    picture,
    styled,
)
from innov_index.report.figures.svg import MARK
from innov_index.wording import counted, listed

LARGEST = 5.0
"""Diameter of the circle of the highest score, in millimetres, at a width of 174."""


def figure_map(
    scores: Scores, edition: int, points: Floats, *, named: int = 10, width: float = TWO_COLUMNS
) -> Picture:
    """Units at their places, areas in proportion to scores; the first ones named.

    Parameters
    ----------
    points : (units, 2)
        Equal-area coordinates; NaN where a place is not known.
    """
    values = scores.scores[edition, :, 0]
    order = [
        int(u) for u in scores.order(edition) if not np.isnan(points[u]).any() and values[u] == values[u]
    ]
    first = listed(scores.units.names[unit] for unit in order[:3])
    leaders = f" The first three: {first}." if len(order) > 3 else f" In order: {first}."
    words = f"Map of {counted(len(order), 'unit')}, circles sized by score.{leaders}"
    note = "Area of a circle: score. Equal Earth projection; outlines: Natural Earth."
    with styled():
        figure, box = picture(
            width, (width - 4) * shape_of(points), f"{scores.titled(edition)}: map", note, words
        )
        plot = axes(figure, box)
        world(plot, points, box.width)
        radii = LARGEST / 2 * (width / TWO_COLUMNS) ** 0.5 * np.sqrt(_shares(values[order]))
        scale = np.ptp(plot.get_xlim()) / box.width
        for unit, radius in zip(order, radii, strict=True):
            looks: dict[str, Any] = {"facecolor": to_rgba(PALETTE[0], 0.65), "edgecolor": "white"}
            circle = Circle(points[unit], radius * scale, linewidth=0.5, clip_on=False, zorder=2, **looks)
            circle.set_gid(f"{MARK}{unit}")
            plot.add_artist(circle)  # not add_patch, which looks for the limits of each
        names = [scores.units.names[unit] for unit in order[:named]]
        place_labels(plot, box, points[order], radii, names, size=SMALL)
    return figure


def _shares(values: Floats) -> Floats:
    """Areas of the circles as shares of the largest; none is too small to be seen."""
    low = min(float(values.min(initial=0.0)), 0.0)
    span = float(values.max(initial=0.0)) - low
    return np.maximum((values - low) / span if span > 0 else np.ones(len(values)), 0.02)


MOST_TIES = 250
EDGES = ".edges.csv"


@frozen
class Ties:
    """Ties between units: positions of both ends, and weights; `title` says what is tied."""

    title: str
    first: Ints
    second: Ints
    weight: Floats


def ties_of(index: Index) -> Ties | None:
    """The first network of the config's sources that has ties between units of the index."""
    for source in index.derived.sources if index.derived else ():
        for name, content in source.exports.items():
            found = _read(index, source.title, content()) if name.endswith(EDGES) else None
            if found is not None:
                return found
    return None


def _read(index: Index, title: str, content: bytes) -> Ties | None:
    position = index.dataset.units.position
    rows = [
        (position[row["source"]], position[row["target"]], float(row["weight"]))
        for row in csv.DictReader(io.StringIO(content.decode()))
        if row["source"] in position and row["target"] in position
    ]
    if not rows:
        return None
    first, second, weight = zip(*rows, strict=True)
    return Ties(title, np.array(first), np.array(second), np.array(weight))


def figure_network(
    scores: Scores,
    edition: int,
    ties: Ties,
    points: Floats | None,
    *,
    named: int = 10,
    width: float = TWO_COLUMNS,
) -> Picture:
    """The strongest ties between units; circles sized by the sum of a unit's ties.

    Parameters
    ----------
    points : (units, 2), optional
        Equal-area coordinates; without them units stand on a circle, in the order of the ranking.
    """
    strength = np.bincount(ties.first, ties.weight, len(scores.units))
    strength = strength + np.bincount(ties.second, ties.weight, len(scores.units))
    on_map = points is not None and _any_tie_has_places(ties, points)
    places = points if points is not None and on_map else _circle(scores, edition)
    by_weight = np.argsort(-ties.weight, kind="stable")
    known = np.asarray(~np.isnan(places).any(axis=1))
    strongest = [int(t) for t in by_weight if known[ties.first[t]] and known[ties.second[t]]][:MOST_TIES]
    order = [int(unit) for unit in np.argsort(-strength, kind="stable") if known[unit]]
    best = int(strongest[0])
    pair = " and ".join(scores.units.names[int(end[best])] for end in (ties.first, ties.second))
    words = f"Network of {counted(len(order), 'unit')} by {ties.title}. The strongest tie is between {pair}."
    note = (
        f"The {len(strongest)} strongest ties of {len(ties.weight):,}; width: weight of the tie; "
        "circle: sum of a unit's ties."
    )
    with styled():
        ratio = shape_of(places) if on_map else 0.8
        title = f"{scores.titled(edition)}: {ties.title}"
        figure, box = picture(width, (width - 4) * ratio, title, note, words)
        plot = axes(figure, box)
        if on_map:
            world(plot, places, box.width)
        else:
            _open(plot)
        _draw(plot, ties, places, strongest, width)
        sizes = (
            4.4 * (width / TWO_COLUMNS) ** 0.5 * np.sqrt(strength[order] / strength.max()) * 72 / 25.4
        ) ** 2
        looks: dict[str, Any] = {"color": PALETTE[0], "edgecolors": "white", "linewidths": 0.5, "zorder": 3}
        plot.scatter(places[order, 0], places[order, 1], s=sizes, **looks)
        names = [scores.units.names[unit] for unit in order[:named]]
        place_labels(plot, box, places[order], np.sqrt(sizes) / 2 * 25.4 / 72, names, size=SMALL)
    return figure


def _draw(plot: Axes, ties: Ties, places: Floats, strongest: list[int], width: float) -> None:
    most = float(ties.weight[strongest[0]])
    for tie in reversed(strongest):
        ends = places[[ties.first[tie], ties.second[tie]]]
        share = float(ties.weight[tie]) / most
        thick = (0.2 + 2.6 * share) * (width / TWO_COLUMNS) ** 0.5
        plot.plot(
            *ends.T, color=FAINT, alpha=0.18 + 0.5 * share, linewidth=thick, solid_capstyle="round", zorder=2
        )


def _any_tie_has_places(ties: Ties, points: Floats) -> bool:
    known = np.asarray(~np.isnan(points).any(axis=1))
    return bool((known[ties.first] & known[ties.second]).any())


def _circle(scores: Scores, edition: int) -> Floats:
    order = scores.order(edition)
    places = np.full((len(scores.units), 2), np.nan)
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(order)) / max(len(order), 1)
    places[order] = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    return places


def _open(plot: Axes) -> None:
    plot.set_xlim(-1.6, 1.6)
    plot.set_ylim(-1.15, 1.15)
    plot.set_aspect("equal", adjustable="box")
    plot.set_axis_off()
