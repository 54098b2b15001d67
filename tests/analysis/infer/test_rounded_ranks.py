"""Ranks taken from rounded scores: what rounding hides, what it makes equal, and what it cannot undo."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

import innov_index
from innov_index.analysis.infer.answering import answer
from innov_index.analysis.infer.inference import Inference, infer_from_order
from innov_index.analysis.infer.order_of_units import Order, RoundedFirst
from innov_index.analysis.infer.proofs import proof
from innov_index.analysis.infer.queries import questions_of
from innov_index.analysis.infer.run import infer
from innov_index.analysis.reproduce.run import reproduce
from innov_index.dataset.printed_figures import known
from innov_index.methods.rounding import half_up
from tests.analysis.infer import farkas
from tests.indices import rows_of, write_index

WHOLE = RoundedFirst(1.0, lambda scores: half_up(scores, decimals=0))


def ranked(
    figures: list[list[float]], chain: list[list[int]], equals: tuple[tuple[int, ...], ...] = ()
) -> Inference:
    return infer_from_order(known(np.array(figures)), Order((tuple(map(tuple, chain)),), equals, True, WHOLE))


def test_a_tie_is_a_difference_of_a_unit_at_most() -> None:
    """4w and 4(1 - w) differ by at most 1: w from 3/8 to 5/8."""
    found = ranked([[4, 0], [0, 4]], [[0, 1]], ((0, 1),)).weights
    np.testing.assert_allclose([found.smallest[0], found.largest[0]], [3 / 8, 5 / 8], atol=1e-8)


def test_a_lead_of_two_places_is_a_unit_at_least() -> None:
    """A is two places before C, so 4w - 4(1 - w) is 1 at least, whatever B is; of neighbours it may be 0."""
    far = ranked([[4, 0], [2, 2], [0, 4]], [[0], [1], [2]]).weights
    near = ranked([[4, 0], [0, 4]], [[0], [1]]).weights
    np.testing.assert_allclose([far.smallest[0], near.smallest[0]], [5 / 8, 1 / 2], atol=1e-8)


def test_a_tie_that_no_rounding_makes_is_proved(tmp_path: Path) -> None:
    index = small_index(tmp_path, [[9, 9], [7, 7], [5, 5]], ["1", "=2", "=2"])
    (question,) = questions_of(index)
    found = answer(question)
    assert found.inference.disagreement.contradiction.units == (1, 2)
    assert farkas.proves(json.loads(json.dumps(proof(found))))
    assert not reproduce(index).holds


def test_stated_weights_must_round_to_the_same_number(tmp_path: Path) -> None:
    """Of 2.4 and 2.6 the rows allow a tie, as 0.2 is less than a unit; rounded they are 2 and 3."""
    index = small_index(tmp_path, [[2.2, 2.6], [2.8, 2.4], [0, 0]], ["=1", "=1", "3"])
    (found,) = infer(index).facts
    assert found.exists
    assert not found.inference.stated
    assert not reproduce(index).holds


def small_index(folder: Path, values: list[list[float]], ranks: list[str]) -> innov_index.Index:
    config = """\
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index:
  code: I
  rounding: {method: half_up, decimals: 0, used_for: ranks}
  children: [{indicator: a}, {indicator: b}]
published: {file: published.csv}
"""
    rows = [["unit", "rank"], *([f"u{unit}", rank] for unit, rank in enumerate(ranks))]
    files = {"published.csv": rows}
    return innov_index.load(write_index(folder, config, rows_of(np.array(values), "ab"), files=files))


@pytest.mark.parametrize("seed", range(60))
def test_what_is_refused_no_whole_numbers_give(seed: int) -> None:
    """A mixed-integer program looks for weights and whole numbers R with |R - score| ≤ 1/2 in this order."""
    rng = np.random.default_rng(seed)
    figures = rng.integers(0, 5, (int(rng.integers(3, 6)), 2)).astype(float)
    places = rng.integers(0, 3, len(figures))
    groups = [np.flatnonzero(places == place).tolist() for place in np.unique(places)]
    equals = tuple(tuple(group) for group in groups if len(group) > 1)
    found = ranked(figures.tolist(), groups, equals)
    if possible(figures, groups):
        assert found.exists
    if found.exists and len(groups) > 1:
        leads = [
            np.max(figures[a] - figures[b])
            for i, g in enumerate(groups)
            for a in g
            for h in groups[i + 1 :]
            for b in h
        ]
        assert min(leads) > 0


def possible(figures: np.ndarray, groups: list[list[int]]) -> bool:
    """Whether weights, and a whole number for each group, falling from each to the next, exist."""
    k, count = figures.shape[1], len(groups)
    rows, low, high = [], [], []
    for at, group in enumerate(groups):
        for unit in group:
            rows.append([*figures[unit], *(-1.0 * (np.arange(count) == at))])
            low.append(-0.5 + 1e-6)
            high.append(0.5 - 1e-6)
        if at:
            rows.append([*np.zeros(k), *(1.0 * (np.arange(count) == at - 1) - (np.arange(count) == at))])
            low.append(1.0)
            high.append(np.inf)
    rows.append([*np.ones(k), *np.zeros(count)])
    found = milp(
        np.zeros(k + count),
        constraints=LinearConstraint(np.array(rows), [*low, 1.0], [*high, 1.0]),
        integrality=[0] * k + [1] * count,
        bounds=Bounds([0.0] * k + [-10.0] * count, [1.0] * k + [10.0] * count),
    )
    return bool(found.status == 0)
