"""The figures of the page: the SVG that `plot` saves; the page's style gives it its colours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.analysis.answers import Answers
from innov_index.analysis.uncertainty.certainty import RankIntervals
from innov_index.errors import InnovIndexError
from innov_index.index import Index
from innov_index.model.arrays import Floats
from innov_index.model.scores import Scores
from innov_index.report.figures.geography import coordinates
from innov_index.report.figures.icicle import figure_icicle
from innov_index.report.figures.indicators import figure_correlations, figure_distribution
from innov_index.report.figures.maps import figure_map, figure_network, ties_of
from innov_index.report.figures.picture import ONE_COLUMN, TWO_COLUMNS, Picture
from innov_index.report.figures.rank_certainty import figure_rank_intervals, figure_sensitivity
from innov_index.report.figures.saving import to_svg
from innov_index.report.page.markup import Markup, tag

BESIDE_TEXT = 120.0
"""Millimetres of a figure that has text at its side."""


def intervals_figure(scores: Scores, edition: int, intervals: RankIntervals) -> Markup:
    """Rank intervals of the first units."""
    return _figure(figure_rank_intervals(scores, edition, intervals, width=ONE_COLUMN))


def sensitivity_figure(answers: Answers) -> Markup | None:
    """Which choice moves the ranks; None where a single one varies."""
    try:
        return _figure(figure_sensitivity(answers.sensitivity, width=ONE_COLUMN))
    except InnovIndexError:
        return None


def map_figures(index: Index, scores: Scores, edition: int) -> list[Markup]:
    """The map, for a desk and for a phone, and the network; none where units have no coordinates."""
    block = index.config.block.units
    if not (block.latitude and block.longitude):
        return []
    points, ties = coordinates(index, edition), ties_of(index)
    placed = ~np.isnan(points).any(axis=1) & ~np.isnan(scores.scores[edition, :, 0])
    if not placed.any():
        return []
    maps = [
        _figure(figure_map(scores, edition, points, width=width), screen)
        for width, screen in ((TWO_COLUMNS, "desk"), (ONE_COLUMN, "phone"))
    ]
    if ties is None:
        return maps
    return [*maps, _scrolled(figure_network(scores, edition, ties, points), ties.title)]


def icicle_figure(scores: Scores, edition: int) -> Markup:
    """The tree with its weights, as tall as its names need: a page, unlike paper, has no end."""
    return _scrolled(figure_icicle(scores, edition, tallest=np.inf), "Tree of the index")


def correlation_figure(scores: Scores, edition: int, matrix: Floats) -> Markup:
    """Correlations of the indicators."""
    return _scrolled(figure_correlations(scores, edition, matrix, width=BESIDE_TEXT), "Correlations")


def distribution_figure(scores: Scores, edition: int) -> Markup | None:
    """The indicator that treatment changed most, before and after; None where it changed nothing."""
    changed = scores.treated[edition].sum(axis=0)
    if not changed.any():
        return None
    return _scrolled(figure_distribution(scores, edition, int(np.argmax(changed))), "Distribution")


def side_by_side(figures: Sequence[Markup | None]) -> Markup:
    """Two narrow figures beside each other where there is room."""
    return tag("div", *figures, class_="drawings")


def _figure(picture: Picture, screen: str | None = None) -> Markup:
    return tag("figure", Markup(to_svg(picture)), class_=f"drawing {screen or ''}".rstrip())


def _scrolled(picture: Picture, label: str) -> Markup:
    """A figure with small print: on a narrow screen it keeps its size and scrolls, by keyboard too."""
    return tag("div", _figure(picture), class_="scroll", tabindex="0", role="region", aria_label=label)
