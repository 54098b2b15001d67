"""What a simulation says of the ranks, in tables."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.uncertainty.summary import Uncertainty
from innov_index.model.sheet import Cell, Kind, Sheet, distinct, rank_cell

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
PLACES = (1, 3, 5, 10, 20)


def first_units_table(result: Uncertainty, top: int) -> Sheet:
    """For a screen: the first units with 5th percentile, median, 95th percentile, P(first) and P(top)."""
    ranks = result.ranks
    low, middle, high = (ranks.quantile(p) for p in (0.05, 0.5, 0.95))
    first, leading = ranks.top(1), ranks.top(top)
    rows: list[list[Cell]] = [
        [
            rank_cell(ranks.base[unit]),
            result.names[unit],
            rank_cell(low[unit]),
            rank_cell(middle[unit]),
            rank_cell(high[unit]),
            _percent(first[unit]),
            _percent(leading[unit]),
            round(float(ranks.shift[unit]), 2),
        ]
        for unit in result.order[:top]
    ]
    return Sheet(["rank", "name", "5 %", "median", "95 %", "first", f"top {top}", "mean shift"], rows)


def ranks_table(result: Uncertainty) -> Sheet:
    """One row a unit: every figure, with the Monte Carlo error of means and probabilities."""
    ranks = result.ranks
    best, worst = ranks.extremes
    columns = ["unit", "name", "rank", "draws", "mean", "mean error", "deviation"]
    columns += [f"quantile {q:g}" for q in QUANTILES]
    columns += ["best", "worst", "expected shift", "entropy"]
    columns += [f"{name}{k}" for k in PLACES for name in ("P top ", "error top ")]
    columns += ["confidence factor"]
    by_quantile = [ranks.quantile(q) for q in QUANTILES]
    by_place = [ranks.top(k) for k in PLACES]
    rows = []
    for unit in result.order:
        row: list[Cell] = [result.model.base.units.codes[result.model.units[unit]], result.names[unit]]
        row += [rank_cell(ranks.base[unit]), int(ranks.draws[unit])]
        row += [float(x[unit]) for x in (ranks.mean, ranks.error_of_mean, ranks.deviation)]
        row += [rank_cell(values[unit]) for values in by_quantile]
        row += [rank_cell(best[unit]), rank_cell(worst[unit])]
        row += [float(ranks.shift[unit]), float(ranks.entropy[unit])]
        for share in by_place:
            row += [float(share[unit]), float(ranks.error_of_share(share)[unit])]
        rows.append([*row, float(result.confidence[unit])])
    shares = [name for name in columns if name.startswith(("P top", "error top", "confidence"))]
    return Sheet(columns, rows, dict.fromkeys(shares, Kind.SHARE))


def frequencies_table(result: Uncertainty) -> Sheet:
    """One row a unit: the share of the draws in which it takes each rank."""
    shares = result.ranks.frequencies
    names = [f"{place:g}" for place in result.ranks.places]
    codes = [result.model.base.units.codes[unit] for unit in result.model.units]
    rows: list[list[Cell]] = [
        [codes[unit], result.names[unit], *(float(share) for share in shares[unit])] for unit in result.order
    ]
    return Sheet(["unit", "name", *names], rows, dict.fromkeys(names, Kind.SHARE))


def pairs_table(result: Uncertainty) -> Sheet:
    """One row a unit: the share of the draws in which it is ahead of each other unit."""
    names = [result.names[unit] for unit in result.tally.pairs]
    columns = distinct(names, ["ahead"])
    ahead = result.ahead()
    rows: list[list[Cell]] = [
        [name, *(None if i == j else float(ahead[i, j]) for j in range(len(names)))]
        for i, name in enumerate(names)
    ]
    return Sheet(["ahead", *columns], rows, dict.fromkeys(columns, Kind.SHARE))


def central_weights_table(result: Uncertainty) -> Sheet:
    """One row a unit that is ever first: how often, and the mean weights of these draws."""
    framework = result.model.index.framework
    nodes = sorted({int(node) for v in result.model.variations.weights for node in v.members if node})
    columns = ["unit", "name", "P first", "confidence factor", *(framework.codes[node] for node in nodes)]
    rows: list[list[Cell]] = []
    for unit in np.argsort(-result.tally.leading, kind="stable"):
        if not result.tally.leading[unit] or np.isnan(result.central[unit]).all():
            continue
        code = result.model.base.units.codes[result.model.units[unit]]
        share = float(result.tally.leading[unit] / result.tally.draws)
        weights = [float(result.central[unit, node]) for node in nodes]
        rows.append([code, result.names[unit], share, float(result.confidence[unit]), *weights])
    return Sheet(columns, rows)


def _percent(share: float) -> str:
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    text = f"{share:.1%}".replace("%", " %")
    return {"0.0 %": "< 0.1 %", "100.0 %": "> 99.9 %"}.get(text, text)
