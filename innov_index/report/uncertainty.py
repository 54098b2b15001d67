"""What a simulation says of the ranks: one page for everybody, and sheets with all figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from innov_index.analysis.robustness.statements import Statements
from innov_index.analysis.robustness.study import study
from innov_index.analysis.sensitivity.run import Sensitivity
from innov_index.analysis.uncertainty.summary import Uncertainty
from innov_index.analysis.uncertainty.variations import Choice, Variations
from innov_index.errors import InnovIndexError
from innov_index.model.sheet import Cell, Sheet, rank_cell
from innov_index.wording import ordinal

WORDS = {
    "denomination": "what indicators are divided by",
    "imputation": "how gaps are filled",
    "screening": "who has enough data",
    "treatment": "how extreme values are treated",
    "normalisation": "the common scale (normalisation)",
    "weighting": "the weights",
    "aggregation": "how indicators are put together (aggregation)",
    "rescaling": "how dimensions are scaled",
    "schemes": "the scheme",
    "data": "the values used, given errors of measurement,",
    "indicators": "which indicator is left out",
    "units": "whom the scale is learnt from",
    "index": "what stands for an indicator",
}
"""Steps as a person who has not read the handbook would say "the choice of …"."""

WITHIN = 0.2


def page(
    result: Uncertainty, causes: Sensitivity | None, units: Sequence[int], worst: dict[str, int]
) -> list[str]:
    """One sentence a unit: its rank, where it lies, what decides it, and what holds whatever the weights.

    Parameters
    ----------
    result : Uncertainty
    causes : Sensitivity, optional
    units : positions among the model's units
    worst : by code, the worst rank with any weights within ±20 %; empty where that is not known
    """
    codes = result.model.base.units.codes
    low, high = result.ranks.quantile(0.05), result.ranks.quantile(0.95)
    drawn = f"{result.tally.draws:,}"
    sentences = []
    for unit in units:
        parts = [f"{result.names[unit]} {_stands(result.ranks.base[unit])}"]
        parts.append(_interval(low[unit], high[unit], drawn))
        if causes is not None:
            parts.append(_decides(causes, unit))
        code = codes[result.model.units[unit]]
        if code in worst:
            parts.append(_stays(worst[code]))
        sentences.append("; ".join(parts) + ".")
    return sentences


def worst_ranks(result: Uncertainty) -> tuple[dict[str, int], str]:
    """Worst rank of each unit with any weights within ±20 % of the given ones, exactly; and what was moved.

    Empty, with the reason, where the index is not a mean that allows an exact answer.
    """
    model = result.model
    edition = model.base.editions[model.edition] if model.base.editions else None
    try:
        exact = study(model.index, Statements(f"{WITHIN:.0%}"), edition=edition, time_limit=5.0)
    except InnovIndexError as error:
        return {}, f"no exact statement about all weights: {error.problems[0].message}"
    ranges = exact.ranges
    bounds = {exact.linear.units[claim.unit]: claim.bound for claim in ranges.worst}
    return bounds, f"±{WITHIN:.0%} is about the weights of {', '.join(exact.linear.nodes)}"


def varied(variations: Variations) -> list[str]:
    """What varied, a line each."""
    lines = []
    for variation in variations.all:
        if isinstance(variation, Choice):
            codes = variation.codes
            if variation.labels or (variation.integer and len(codes) <= 12):
                what = " | ".join(variation.label(float(code)) for code in codes)
            else:
                what = f"{variation.label(float(codes[0]))} to {variation.label(float(codes[-1]))}"
            lines.append(f"{variation.name}: {what}")
        else:
            lines.append(variation.name)
    return lines


def ranks_table(result: Uncertainty, top: int | None, places: int) -> Sheet:
    """For a terminal: rank, name, 5th percentile, median, 95th percentile, P(first), P(top)."""
    ranks = result.ranks
    low, middle, high = (ranks.quantile(p) for p in (0.05, 0.5, 0.95))
    first, leading = ranks.top(1), ranks.top(places)
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
    return Sheet(["rank", "name", "5 %", "median", "95 %", "first", f"top {places}", "mean shift"], rows)


def ranks_sheet(result: Uncertainty, quantiles: Sequence[float], places: Sequence[int]) -> Sheet:
    """One row a unit: every figure, with the Monte Carlo error of means and probabilities."""
    ranks = result.ranks
    best, worst = ranks.extremes
    columns = ["unit", "name", "rank", "draws", "mean", "mean error", "deviation"]
    columns += [f"quantile {q:g}" for q in quantiles]
    columns += ["best", "worst", "expected shift", "entropy"]
    columns += [f"{name}{k}" for k in places for name in ("P top ", "error top ")]
    columns += ["confidence factor"]
    by_quantile = [ranks.quantile(q) for q in quantiles]
    by_place = [ranks.top(k) for k in places]
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
    return Sheet(columns, rows)


def frequencies_sheet(result: Uncertainty) -> Sheet:
    """One row a unit: the share of the variants in which it takes each rank."""
    shares = result.ranks.frequencies
    names = [f"{place:g}" for place in result.ranks.places]
    codes = [result.model.base.units.codes[unit] for unit in result.model.units]
    rows: list[list[Cell]] = [
        [codes[unit], result.names[unit], *(float(share) for share in shares[unit])] for unit in result.order
    ]
    return Sheet(["unit", "name", *names], rows)


def pairs_sheet(result: Uncertainty) -> Sheet:
    """One row a unit: the share of the variants in which it is ahead of each other one."""
    names = [result.names[unit] for unit in result.tally.pairs]
    columns = _distinct(names)
    ahead = result.ahead()
    rows: list[list[Cell]] = [
        [name, *(None if i == j else float(ahead[i, j]) for j in range(len(names)))]
        for i, name in enumerate(names)
    ]
    return Sheet(["ahead", *columns], rows)


def central_sheet(result: Uncertainty) -> Sheet:
    """One row a unit that is ever first: how often, and the typical weights of these variants."""
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


SHEETS: dict[str, Callable[[Uncertainty], Sheet]] = {
    "ranks": lambda result: ranks_sheet(result, (0.05, 0.25, 0.5, 0.75, 0.95), (1, 3, 5, 10, 20)),
    "frequencies": frequencies_sheet,
    "pairs": pairs_sheet,
    "central weights": central_sheet,
}
"""What can be written, by name."""


def exactness(result: Uncertainty) -> str:
    """How exact the figures are."""
    worst = result.tally.worst_error
    return f"Monte Carlo error of every probability: at most ±{1.96 * worst:.3f} (95 %); seed {result.seed}"


def _stands(rank: float) -> str:
    return "has no rank" if np.isnan(rank) else f"is {ordinal(round(float(rank)))}"


def _interval(low: float, high: float, draws: str) -> str:
    first, last = ordinal(round(float(low))), ordinal(round(float(high)))
    if low == high:
        return f"{first} in at least 90 % of {draws} variants"
    return f"between {first} and {last} in 90 % of {draws} variants"


def _decides(causes: Sensitivity, unit: int) -> str:
    positions = np.flatnonzero(causes.units == unit)
    total = causes.ranks.total[:, positions[0]] if len(positions) else causes.shift.total[:, 0]
    if np.isnan(total).all():
        return "nothing that was varied moves it"
    step = causes.inputs[int(np.nanargmax(total))]
    return f"the choice of {WORDS.get(step, step)} matters most"


def _stays(worst: int) -> str:
    if worst == 1:
        return f"with any weights within ±{WITHIN:.0%} it stays first".replace("%", " %")
    return f"with any weights within ±{WITHIN:.0%} it stays in the first {worst}".replace("%", " %")


def _percent(share: float) -> str:
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    text = f"{share:.1%}".replace("%", " %")
    return {"0.0 %": "< 0.1 %", "100.0 %": "> 99.9 %"}.get(text, text)


def _distinct(names: Sequence[str]) -> list[str]:
    return [name if names.count(name) == 1 else f"{name} ({i + 1})" for i, name in enumerate(names)]
