"""Kinds of figures by name: what each shows of the answers about an index."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from innov_index.analysis.answers import Answers
from innov_index.errors import InnovIndexError, NotStatedError, not_found
from innov_index.frozen import frozen
from innov_index.report.figures.geography import coordinates
from innov_index.report.figures.icicle import figure_icicle
from innov_index.report.figures.indicators import figure_correlations, figure_distribution
from innov_index.report.figures.maps import figure_map, figure_network, ties_of
from innov_index.report.figures.picture import TWO_COLUMNS, Picture
from innov_index.report.figures.rank_certainty import figure_rank_intervals, figure_sensitivity
from innov_index.report.figures.rank_moves import figure_rank_heatmap, figure_slope
from innov_index.report.figures.units import figure_profile, figure_scores
from innov_index.wording import listed

STATED = "as stated"
"""How a figure calls the config without a scheme."""


@frozen
class Request:
    """The answers to draw from, and which part of them was asked for."""

    answers: Answers
    top: int | None = None
    unit: str | None = None
    node: str | None = None
    against: str | None = None
    width: float = TWO_COLUMNS

    def refuse_unused(self, kind: str) -> None:
        """Raise where an option was stated that this kind of figure does not use."""
        for option, kinds in USED_BY.items():
            if getattr(self, option) is not None and kind not in kinds:
                raise InnovIndexError(
                    f"--{option} has no effect on the figure '{kind}'; it is for {listed(kinds)}"
                )

    @property
    def rows(self) -> dict[str, int]:
        return {} if self.top is None else {"top": self.top}


def _intervals(ask: Request) -> Picture:
    intervals = ask.answers.intervals
    if intervals is None:
        path = ask.answers.index.config.path
        raise NotStatedError(f"{path}: rank intervals need `uncertainty:` or `schemes:` in the config")
    scores, edition = ask.answers.scores, ask.answers.edition
    return figure_rank_intervals(scores, edition, intervals, width=ask.width, **ask.rows)


def _slope(ask: Request) -> Picture:
    """Against a scheme or another edition; by default the first scheme, or else the previous edition."""
    scores, at, schemes = ask.answers.scores, ask.answers.edition, ask.answers.index.schemes
    against = ask.against or (schemes[0] if schemes else None)
    if against is None and at > 0:
        against = scores.editions[at - 1]
    if against is None:
        raise NotStatedError("nothing to compare with: no scheme in the config, no earlier edition")
    if against in schemes:
        compared = ask.answers.against(against)
        sides, ranks = (STATED, against), (compared.ranks[0], compared.ranks[1])
        about = scores.titled(at)
    elif against in scores.editions:
        other = scores.editions.index(against)
        sides, ranks = (against, scores.editions[at]), (scores.index_ranks[other], scores.index_ranks[at])
        about = scores.name
    else:
        raise InnovIndexError(not_found("scheme or edition", against, (*schemes, *scores.editions)))
    title = f"{about}: ranks that move"
    return figure_slope(title, scores.units.names, sides, ranks, width=ask.width, **ask.rows)


def _distribution(ask: Request) -> Picture:
    """Of one indicator; by default the one that treatment changed most."""
    scores, edition = ask.answers.scores, ask.answers.edition
    codes = [scores.framework.codes[leaf] for leaf in scores.framework.leaves]
    if ask.node is None:
        column = int(np.argmax(scores.treated[edition].sum(axis=0)))
    elif ask.node in codes:
        column = codes.index(ask.node)
    else:
        raise InnovIndexError(not_found("indicator", ask.node, codes))
    return figure_distribution(scores, edition, column, width=ask.width)


def _profile(ask: Request) -> Picture:
    """Of one unit; by default the first."""
    scores, edition = ask.answers.scores, ask.answers.edition
    unit = int(scores.order(edition)[0]) if ask.unit is None else scores.units.find(ask.unit)
    return figure_profile(scores, edition, unit, width=ask.width)


def _map(ask: Request) -> Picture:
    points = coordinates(ask.answers.index, ask.answers.edition)
    return figure_map(ask.answers.scores, ask.answers.edition, points, width=ask.width)


def _network(ask: Request) -> Picture:
    index, edition = ask.answers.index, ask.answers.edition
    ties, block = ties_of(index), index.config.block.units
    if ties is None:
        raise NotStatedError(f"{index.config.path}: no source is a network with ties between units")
    points = coordinates(index, edition) if block.latitude and block.longitude else None
    return figure_network(ask.answers.scores, edition, ties, points, width=ask.width)


USED_BY: Mapping[str, tuple[str, ...]] = {
    "top": ("scores", "intervals", "slope", "heatmap"),
    "unit": ("profile",),
    "node": ("distribution",),
    "against": ("slope",),
}
"""The figures that each option is for; width and edition are for all."""

KINDS: Mapping[str, Callable[[Request], Picture]] = {
    "scores": lambda ask: figure_scores(ask.answers.scores, ask.answers.edition, width=ask.width, **ask.rows),
    "intervals": _intervals,
    "slope": _slope,
    "heatmap": lambda ask: figure_rank_heatmap(ask.answers.comparison, width=ask.width, **ask.rows),
    "correlations": lambda ask: figure_correlations(
        ask.answers.scores, ask.answers.edition, ask.answers.correlations, width=ask.width
    ),
    "distribution": _distribution,
    "icicle": lambda ask: figure_icicle(ask.answers.scores, ask.answers.edition, width=ask.width),
    "profile": _profile,
    "sensitivity": lambda ask: figure_sensitivity(ask.answers.sensitivity, width=ask.width),
    "map": _map,
    "network": _network,
}


def draw(kind: str, request: Request) -> Picture:
    """Draw a kind of figure; raises `InnovIndexError` where an option has no effect on it."""
    request.refuse_unused(kind)
    return KINDS[kind](request)
