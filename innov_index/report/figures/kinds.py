"""Kinds of figures by name: what each needs of an index, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from innov_index.analysis.compare.run import compare_schemes
from innov_index.errors import InnovIndexError, did_you_mean
from innov_index.index import Index
from innov_index.report.figures.picture import TWO_COLUMNS, Picture

STATED = "as stated"
"""How a figure calls the config without a scheme."""


@dataclass(frozen=True)
class Request:
    """What a person asked for: an index, and which part of it."""

    index: Index
    edition: str | None = None
    top: int | None = None
    unit: str | None = None
    node: str | None = None
    against: str | None = None
    width: float = TWO_COLUMNS

    @property
    def at(self) -> int:
        """Position of the edition; an error where no unit has a score in it."""
        return self.index.score().scored_edition(self.edition)

    @property
    def rows(self) -> dict[str, int]:
        return {} if self.top is None else {"top": self.top}


def _scores(ask: Request) -> Picture:
    from innov_index.report.figures.scores import figure_scores

    return figure_scores(ask.index.score(), ask.at, width=ask.width, **ask.rows)


def _intervals(ask: Request) -> Picture:
    from innov_index.analysis.uncertainty.certainty import over_draws, over_schemes
    from innov_index.analysis.uncertainty.model import Model
    from innov_index.report.figures.rank_intervals import figure_rank_intervals

    block = ask.index.config.block.uncertainty
    found = None
    if block is not None:
        found = over_draws(Model(ask.index, ask.edition), block.draws, block.seed)
    elif ask.index.schemes:
        found = over_schemes(compare_schemes(ask.index, (), ask.edition).scores)
    if found is None:
        raise InnovIndexError(
            f"{ask.index.config.path}: rank intervals need `uncertainty:` or `schemes:` in the config"
        )
    return figure_rank_intervals(ask.index.score(), ask.at, found, width=ask.width, **ask.rows)


def _slope(ask: Request) -> Picture:
    """Against a scheme or another edition; by default the first scheme, or else the edition before."""
    from innov_index.report.figures.slope import figure_slope

    scores, at = ask.index.score(), ask.at
    against = ask.against or (ask.index.schemes[0] if ask.index.schemes else None)
    if against is None and at > 0:
        against = scores.editions[at - 1]
    if against is None:
        raise InnovIndexError("there is nothing to compare with: no scheme and no other edition")
    title = f"{scores.name}: ranks that move"
    if against in ask.index.schemes:
        compared = compare_schemes(ask.index, (against,), ask.edition)
        sides, ranks = (STATED, against), (compared.ranks[0], compared.ranks[1])
    elif against in scores.editions:
        other = scores.editions.index(against)
        sides, ranks = (against, scores.editions[at]), (scores.ranks[other, :, 0], scores.ranks[at, :, 0])
    else:
        known = (*ask.index.schemes, *scores.editions)
        raise InnovIndexError(f"no scheme or edition '{against}'.{did_you_mean(against, known)}")
    return figure_slope(title, scores.units.names, sides, ranks, width=ask.width, **ask.rows)


def _heatmap(ask: Request) -> Picture:
    from innov_index.report.figures.rank_heatmap import figure_rank_heatmap

    return figure_rank_heatmap(compare_schemes(ask.index, (), ask.edition), width=ask.width, **ask.rows)


def _correlations(ask: Request) -> Picture:
    from innov_index.report.figures.correlations import figure_correlations

    return figure_correlations(ask.index.score(), ask.at, width=ask.width)


def _distribution(ask: Request) -> Picture:
    """Of one indicator; by default the one that treatment changed most."""
    from innov_index.report.figures.distribution import figure_distribution

    scores = ask.index.score()
    codes = [scores.framework.codes[leaf] for leaf in scores.framework.leaves]
    if ask.node is None:
        column = int(np.argmax(scores.treated[ask.at].sum(axis=0)))
    elif ask.node in codes:
        column = codes.index(ask.node)
    else:
        raise InnovIndexError(f"no indicator '{ask.node}'.{did_you_mean(ask.node, codes)}")
    return figure_distribution(scores, ask.at, column, width=ask.width)


def _icicle(ask: Request) -> Picture:
    from innov_index.report.figures.icicle import figure_icicle

    return figure_icicle(ask.index.score(), ask.at, width=ask.width)


def _profile(ask: Request) -> Picture:
    """Of one unit; by default the first."""
    from innov_index.report.figures.profile import figure_profile

    scores = ask.index.score()
    units = scores.units
    if ask.unit is None:
        unit = int(scores.order(ask.at)[0])
    elif ask.unit in units.position:
        unit = units.position[ask.unit]
    elif ask.unit in units.names:
        unit = units.names.index(ask.unit)
    else:
        raise InnovIndexError(f"no unit '{ask.unit}'.{did_you_mean(ask.unit, [*units.codes, *units.names])}")
    return figure_profile(scores, ask.at, unit, width=ask.width)


def _sensitivity(ask: Request) -> Picture:
    from innov_index.analysis.sensitivity.sobol import sobol_of
    from innov_index.analysis.uncertainty.model import Model
    from innov_index.report.figures.sensitivity import figure_sensitivity

    model = Model(ask.index, ask.edition)
    block = ask.index.config.block.uncertainty
    assert block is not None  # Model has refused a config without it
    return figure_sensitivity(sobol_of(model, RUNS, block.seed), width=ask.width)


def _map(ask: Request) -> Picture:
    from innov_index.report.figures.map import figure_map
    from innov_index.report.figures.places import coordinates

    return figure_map(ask.index.score(), ask.at, coordinates(ask.index, ask.at), width=ask.width)


def _network(ask: Request) -> Picture:
    from innov_index.report.figures.network import figure_network, ties_of
    from innov_index.report.figures.places import coordinates

    ties, block = ties_of(ask.index), ask.index.config.block.units
    if ties is None:
        raise InnovIndexError(
            f"{ask.index.config.path}: no source of the config is a network with ties between its units"
        )
    points = coordinates(ask.index, ask.at) if block.latitude and block.longitude else None
    return figure_network(ask.index.score(), ask.at, ties, points, width=ask.width)


RUNS = 1024

KINDS: Mapping[str, Callable[[Request], Picture]] = {
    "scores": _scores,
    "intervals": _intervals,
    "slope": _slope,
    "heatmap": _heatmap,
    "correlations": _correlations,
    "distribution": _distribution,
    "icicle": _icicle,
    "profile": _profile,
    "sensitivity": _sensitivity,
    "map": _map,
    "network": _network,
}
