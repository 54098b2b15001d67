"""Names beside points, moved until they do not cover each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from innov_index.model.arrays import Floats
from innov_index.report.figures.picture import INK, POINT, Box, shortened, text_width
from innov_index.report.figures.svg import HALO

Area: TypeAlias = tuple[float, float, float, float]

SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
LONGEST = 32.0

CRUMB = 0.8

DISTANCES = (0.6, 3.5, 6.0, 9.0, 12.0, 16.0)
"""Millimetres between a circle and its name; beyond the first, a line leads to the name."""


def place_labels(
    plot: Axes, box: Box, points: Floats, radii: Floats, names: Sequence[str], *, size: float
) -> None:
    """Name the first points beside them, or at the end of a line; without room a name is left out."""
    (left, right), (bottom, top) = plot.get_xlim(), plot.get_ylim()
    scale = min(box.width / (right - left), box.height / (top - bottom))
    taken: list[Area] = []
    tall = size * POINT * 1.1
    centres = (points - (left, bottom)) * scale
    for position, name in enumerate(names):
        short = shortened(name, LONGEST, size)
        wide = text_width(short, size)
        x, y = centres[position]
        frame = (0.0, 0.0, (right - left) * scale, (top - bottom) * scale)
        found = _place(position, centres, radii, (wide, tall), taken, frame)
        if found is None:
            continue
        area, far = found
        taken += [area, *(_crumbs(area, centres[position]) if far else ())]
        plot.annotate(
            short,
            (left + x / scale, bottom + y / scale),
            xytext=(left + area[0] / scale, bottom + (area[1] + tall / 2) / scale),
            size=size,
            va="center",
            color=INK,
            gid=HALO,
            path_effects=[withStroke(linewidth=1.6, foreground="white", alpha=0.85)],
            arrowprops=_line_to(area, (x, y)) if far else None,
        )


def _place(
    own: int,
    centres: Floats,
    radii: Floats,
    size: tuple[float, float],
    taken: Sequence[Area],
    frame: Area,
) -> tuple[Area, bool] | None:
    """Where the name of a point may stand, and whether it is far enough to need a line."""
    for distance in DISTANCES:
        areas = [_area(centres[own], float(radii[own]) + distance, size, side) for side in SIDES]
        for area in areas:
            within = (
                frame[0] <= area[0] and frame[1] <= area[1] and area[2] <= frame[2] and area[3] <= frame[3]
            )
            if not within or any(_overlap(area, other) for other in taken):
                continue
            gaps = _gaps(area, centres, radii)
            nearest = int(np.argmin(gaps))
            if gaps.min() <= 0:
                continue
            if distance == DISTANCES[0] and nearest == own:
                return area, False
            if distance > DISTANCES[0] and _clear(own, area, centres, radii, taken):
                return area, True
    return None


def _clear(own: int, area: Area, centres: Floats, radii: Floats, taken: Sequence[Area]) -> bool:
    """Whether a line from a point to its name crosses no other name, line, or centre of a circle."""
    crumbs = _crumbs(area, centres[own])[2:]
    others = np.arange(len(centres)) != own
    for crumb in crumbs:
        if any(_overlap(crumb, other) for other in taken):
            return False
        if (_gaps(crumb, centres[others], 0.5 * radii[others]) <= 0).any():
            return False
    return True


def _crumbs(area: Area, point: Floats) -> list[Area]:
    """Small squares along the line from a point to its name."""
    end = np.clip(point, area[:2], area[2:])
    steps = max(int(np.hypot(*(end - point)) / CRUMB), 1)
    along = [point + (end - point) * step / steps for step in range(steps)]
    half = CRUMB / 4
    return [(float(x - half), float(y - half), float(x + half), float(y + half)) for x, y in along]


def _line_to(area: Area, point: tuple[float, float]) -> dict[str, object]:
    """A thin line from the side of the name that faces the point."""
    across = (min(max(point[0], area[0]), area[2]) - area[0]) / (area[2] - area[0])
    up = (min(max(point[1], area[1]), area[3]) - area[1]) / (area[3] - area[1])
    return {
        "arrowstyle": "-",
        "color": INK,
        "linewidth": 0.5,
        "relpos": (across, up),
        "shrinkA": 0,
        "shrinkB": 0,
    }


def _area(point: Floats, reach: float, size: tuple[float, float], side: tuple[int, int]) -> Area:
    """Where a name would stand on one side of a point."""
    (x, y), (wide, tall), (across, up) = point.tolist(), size, side
    left = x + across * reach - (wide if across < 0 else wide / 2 if across == 0 else 0.0)
    low = y + up * (reach + (tall / 2 if across == 0 else 0.0)) - tall / 2
    return left, low, left + wide, low + tall


def _gaps(area: Area, centres: Floats, radii: Floats) -> Floats:
    """Distance of a name from every circle; negative where it covers some of it."""
    nearest = np.clip(centres, area[:2], area[2:])
    return np.asarray(np.hypot(*(centres - nearest).T) - radii)


def _overlap(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
