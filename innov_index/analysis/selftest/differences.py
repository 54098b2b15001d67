"""Where two opinions on the same index differ, and to which digit they agree."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from innov_index.analysis.selftest.opinion import STEPS, Opinion
from innov_index.analysis.selftest.plain import column_of
from innov_index.frozen import frozen
from innov_index.model.scores import Scores
from innov_index.reference.statement import Column, Value

AGREEMENT = 1e-9
"""Relative difference from which two numbers do not agree."""
NOISE = 1e-13
"""Share of the largest number of a column that rounding may move each of them by."""
BOUNDS = 4.0
"""Multiple of the engine's bound on a node's rounding error within which a difference says nothing."""
MOST_DIGITS = 15

Text = Value | str


@frozen
class Difference:
    """A number on which the engine and the reference do not agree; None: it has no value."""

    step: str
    node: str
    unit: str
    edition: str
    engine: Text
    reference: Text


@dataclass
class Agreement:
    """How well one step agrees: numbers compared, the largest relative difference, what differs."""

    step: str
    compared: int = 0
    worst: float = 0.0
    differences: list[Difference] = field(default_factory=list)

    @property
    def digits(self) -> int:
        """Significant digits to which everything agrees, at most 15."""
        return min(MOST_DIGITS, math.floor(-math.log10(self.worst))) if self.worst > 0 else MOST_DIGITS

    def add(self, place: tuple[str, str, str], engine: Text, reference: Text, noise: float) -> None:
        """Compare two values of a node, a unit and an edition."""
        self.compared += 1
        apart = 0.0 if engine == reference else math.inf
        if apart and isinstance(engine, float) and isinstance(reference, float):
            gap = abs(engine - reference)
            apart = 0.0 if gap <= noise else gap / max(abs(engine), abs(reference))
        if apart > AGREEMENT:
            self.differences.append(Difference(self.step, *place, engine, reference))
        else:
            self.worst = max(self.worst, apart)


def agreements(scores: Scores, opinion: Opinion) -> list[Agreement]:
    """The engine's scores beside the reference's, step by step in the order of the steps."""
    found = [_of_step(scores, opinion, step) for step in STEPS]
    return [
        *found,
        _of_kept(scores, opinion),
        *_of_weights(scores, opinion),
        _of_nodes(scores, opinion),
        _of_ranks(scores, opinion),
        *_of_columns(scores, opinion),
    ]


def _of_step(scores: Scores, opinion: Opinion, step: str) -> Agreement:
    agreement = Agreement(step)
    values = scores.steps[step]
    for place, leaf in enumerate(scores.framework.leaves.tolist()):
        code = scores.framework.codes[leaf]
        for edition, column in enumerate(opinion.steps[step][leaf]):
            own = column_of(values[edition, :, place])
            noise = NOISE * max((abs(v) for v in own if v is not None), default=0.0)
            _add_column(agreement, scores, code, edition, own, column, [noise] * len(own))
    return agreement


def _add_column(
    agreement: Agreement,
    scores: Scores,
    code: str,
    edition: int,
    engine: Sequence[Text],
    reference: Sequence[Text],
    noise: Sequence[float] | None = None,
) -> None:
    for unit, (own, other) in enumerate(zip(engine, reference, strict=True)):
        place = (code, scores.units.codes[unit], scores.edition_name(edition) or "")
        agreement.add(place, own, other, 0.0 if noise is None else noise[unit])


def _of_kept(scores: Scores, opinion: Opinion) -> Agreement:
    agreement = Agreement("kept units")
    for edition, kept in enumerate(opinion.kept):
        own = [float(here) for here in scores.kept[edition].tolist()]
        _add_column(agreement, scores, scores.framework.codes[0], edition, own, [float(k) for k in kept])
    return agreement


def _of_weights(scores: Scores, opinion: Opinion) -> Iterator[Agreement]:
    """Weights among siblings, and on the index."""
    local, effective = Agreement("weights"), Agreement("effective weights")
    for edition, weights in enumerate(opinion.weights):
        products = list(weights)
        for position, node in enumerate(scores.framework.nodes[1:], start=1):
            own, above = weights[position], products[node.parent]
            products[position] = None if own is None or above is None else own * above
        for agreement, engine, reference in (
            (local, scores.weights, weights),
            (effective, scores.effective_weights, products),
        ):
            for code, own, other in zip(
                scores.framework.codes, column_of(engine[edition]), reference, strict=True
            ):
                agreement.add((code, "", scores.edition_name(edition) or ""), own, other, 1e-14)
    yield local
    yield effective


def _of_nodes(scores: Scores, opinion: Opinion) -> Agreement:
    agreement = Agreement("scores")
    for node, code in enumerate(scores.framework.codes):
        for edition, column in enumerate(opinion.scores[node]):
            own = column_of(scores.scores[edition, :, node])
            _add_column(agreement, scores, code, edition, own, column, _noise(scores, node, edition, own))
    return agreement


def _noise(scores: Scores, node: int, edition: int, column: Column) -> list[float]:
    """What rounding may have done to the scores of a node: the engine's bounds; of a leaf by its column."""
    if scores.framework.nodes[node].is_leaf:
        return [NOISE * max((abs(v) for v in column if v is not None), default=0.0)] * len(column)
    place = int(np.searchsorted(scores.framework.inner, node))
    with np.errstate(over="ignore"):
        bounds = BOUNDS * np.nan_to_num(scores.bounds[edition, :, place])
    # a bound that is too large hides nothing
    largest = np.nan_to_num(np.fmax.reduce(np.abs(scores.scores[edition]), axis=None))
    return np.minimum(bounds, AGREEMENT * largest).tolist()  # type: ignore[no-any-return]


def _of_ranks(scores: Scores, opinion: Opinion) -> Agreement:
    agreement = Agreement("ranks")
    for node, code in enumerate(scores.framework.codes):
        for edition, column in enumerate(opinion.ranks[node]):
            _add_column(agreement, scores, code, edition, column_of(scores.ranks[edition, :, node]), column)
    return agreement


def _of_columns(scores: Scores, opinion: Opinion) -> Iterator[Agreement]:
    """The class of the index, and ranks inside groups."""
    for name, panel in opinion.columns.items():
        agreement = Agreement(name)
        for edition, column in enumerate(panel):
            shown = [None if own != own else own for own in scores.columns[name][edition]]
            _add_column(agreement, scores, scores.framework.codes[0], edition, shown, column)
        yield agreement
