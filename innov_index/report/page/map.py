"""The units on an equal-area map: outlines of land, a circle a unit, sized by its score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.index import Index
from innov_index.model.arrays import Floats, Ints
from innov_index.model.scores import Scores
from innov_index.report.page.geography import equal_earth, land
from innov_index.report.page.markup import Markup, join, tag
from innov_index.report.page.network import Ties, ties_figure
from innov_index.report.ranking import rank_cell

WIDTH = 960.0
_GLOBE = WIDTH / 5.5
_SMALLEST_VIEW = 160.0
_MARGIN = 40.0


@dataclass(frozen=True)
class Places:
    """Where units lie on the map, (units,); NaN: unknown."""

    x: Floats
    y: Floats

    @property
    def known(self) -> Ints:
        """Positions of the units with coordinates."""
        return np.flatnonzero(~np.isnan(self.x + self.y))


def places_of(index: Index, edition: int) -> Places | None:
    """Positions of the units, where the config names columns of coordinates and any unit has them."""
    block = index.config.block.units
    if not (block.latitude and block.longitude):
        return None
    columns = index.dataset.units.columns
    x, y = _drawn(columns[block.longitude][edition], columns[block.latitude][edition])
    places = Places(x, y)
    return places if len(places.known) else None


def map_figure(scores: Scores, edition: int, places: Places, ties: Ties | None = None) -> Markup:
    """The map as SVG."""
    left, top, width, height = _view(places)
    label = f"Map of {len(places.known)} units, each a circle sized by its score"
    return tag(
        "svg",
        tag("path", d=_outlines(), class_="land"),
        ties_figure(ties, places.x, places.y) if ties else None,
        tag("g", *_symbols(scores, edition, places, width / WIDTH), class_="symbols"),
        viewBox=f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}",
        role="img",
        aria_label=label,
        class_="world",
    )


def _drawn(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    x, y = equal_earth(longitude, latitude)
    return WIDTH / 2 + _GLOBE * x, _GLOBE * (1.32 - y)


def _outlines() -> str:
    parts = []
    for outline in land():
        x, y = _drawn(outline[:, 0], outline[:, 1])
        points = np.rint(10 * np.stack([x, y], axis=-1)).astype(int)
        steps = np.diff(points, axis=0)
        moves = "".join(_step(dx, dy) for dx, dy in steps if dx or dy)
        parts.append(f"M{points[0, 0] / 10:g} {points[0, 1] / 10:g}l{moves.strip()}z")
    return "".join(parts)


def _step(dx: int, dy: int) -> str:
    return f"{'' if dx < 0 else ' '}{dx / 10:g}{'' if dy < 0 else ' '}{dy / 10:g}"


def _view(places: Places) -> tuple[float, float, float, float]:
    """The part of the map that holds all units, in the proportions of a page."""
    x, y = places.x[places.known], places.y[places.known]
    width = max(float(np.ptp(x)) + 2 * _MARGIN, _SMALLEST_VIEW)
    height = max(float(np.ptp(y)) + 2 * _MARGIN, width * 0.42)
    width = min(max(width, height * 1.4), WIDTH)
    left = min(max(float(x.min() + x.max() - width) / 2, 0.0), WIDTH - width)
    return left, float(y.min() + y.max() - height) / 2, width, height


def _symbols(scores: Scores, edition: int, places: Places, scale: float) -> list[Markup]:
    values = scores.scores[edition, :, 0]
    low, high = min(float(np.nanmin(values)), 0.0), float(np.nanmax(values))
    symbols = []
    for unit in sorted(places.known, key=lambda unit: -np.nan_to_num(values[unit], nan=low)):
        share = (values[unit] - low) / (high - low) if high > low and values[unit] == values[unit] else 0.0
        rank = rank_cell(scores.ranks[edition, unit, 0])
        title = f"{scores.units.names[unit]}: rank {rank if rank is not None else 'none'}"
        symbols.append(
            tag(
                "circle",
                tag("title", title),
                cx=f"{places.x[unit]:.1f}",
                cy=f"{places.y[unit]:.1f}",
                r=f"{2 + 12 * float(np.sqrt(share)):.2f}",
                data_unit=int(unit),
            )
        )
    return [join(*symbols)]
