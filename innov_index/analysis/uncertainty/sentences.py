"""What a simulation says of the ranks, in sentences for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

import numpy as np

from innov_index.analysis.sensitivity.sobol import Sensitivity
from innov_index.analysis.uncertainty.summary import Uncertainty
from innov_index.config.variations.compiled import Choice, Variations
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats
from innov_index.wording import counted, ordinal

WORDS = {
    "denomination": "what indicators are divided by",
    "imputation": "how gaps are filled",
    "screening": "which units have enough data",
    "treatment": "how extreme values are treated",
    "normalisation": "the common scale (normalisation)",
    "weighting": "the weights",
    "aggregation": "how indicators are combined (aggregation)",
    "rescaling": "how dimensions are rescaled",
    "schemes": "the scheme",
    "data": "the values used, given errors of measurement,",
    "indicators": "which indicator is left out",
    "units": "the units that set the scale",
    "index": "the indicator used",
}
"""What "the choice of …" is called for each step, for a reader who does not know the steps."""

WITHIN = "±20 %"
"""How far all weights may move for the statement on what holds whatever the weights."""


@frozen
class Explanation:
    """Why ranks are as certain as they are.

    `causes` are Sobol indices by step; `worst` holds, by code, the worst rank with any weights within ±20 %
    of the given ones. Both are empty where they cannot be known; `remarks` say why.
    """

    causes: Sensitivity | None = None
    worst: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def sentences(result: Uncertainty, why: Explanation, units: Sequence[int]) -> list[str]:
    """One sentence a unit: its rank, where it lies, what decides it, and what holds whatever the weights.

    Parameters
    ----------
    result : Uncertainty
    why : Explanation
    units : positions among the model's units
    """
    codes = result.model.base.units.codes
    low, high = result.ranks.quantile(0.05), result.ranks.quantile(0.95)
    drawn = counted(result.tally.draws, "draw")
    last = int((~np.isnan(result.ranks.base)).sum())
    said = []
    for unit in units:
        parts = [f"{result.names[unit]} {_stands(result.ranks.base, unit)}"]
        parts.append(_interval(low[unit], high[unit], drawn))
        if why.causes is not None:
            parts.append(_decides(why.causes, unit))
        code = codes[result.model.units[unit]]
        # that it stays among all units says nothing
        if why.worst.get(code, last) < last:
            parts.append(_stays(why.worst[code]))
        said.append("; ".join(parts) + ".")
    return said


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


def exactness(result: Uncertainty) -> str:
    """How exact the figures are."""
    worst = result.tally.worst_error
    return f"Monte Carlo error of every probability: at most ±{1.96 * worst:.3f} (95 %); seed {result.seed}"


def _stands(ranks: Floats, unit: int) -> str:
    if np.isnan(ranks[unit]):
        return "has no rank"
    others = int((ranks == ranks[unit]).sum()) - 1
    tied = f", level with {counted(others, 'other unit')}" if others else ""
    return f"is {ordinal(float(ranks[unit]))}{tied}"


def _interval(low: float, high: float, draws: str) -> str:
    first, last = ordinal(float(low)), ordinal(float(high))
    if low == high:
        return f"{first} in at least 90 % of {draws}"
    return f"between {first} and {last} in 90 % of {draws}"


def _decides(causes: Sensitivity, unit: int) -> str:
    positions = np.flatnonzero(causes.units == unit)
    total = causes.ranks.total[:, positions[0]] if len(positions) else causes.shift.total[:, 0]
    if np.isnan(total).all():
        return "nothing that was varied moves it"
    step = causes.inputs[int(np.nanargmax(total))]
    return f"the choice of {WORDS.get(step, step)} matters most"


def _stays(worst: int) -> str:
    if worst == 1:
        return f"with any weights within {WITHIN} it stays first"
    return f"with any weights within {WITHIN} it stays in the first {worst}"
