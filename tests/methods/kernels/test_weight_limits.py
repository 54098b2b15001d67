"""Limits of the weights of benefit of the doubt, against linear programs written out and solved by scipy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from innov_index.errors import OptionError
from innov_index.methods.aggregation.favourable_weights import bod
from innov_index.methods.kernels.frontier import bod_scores, have_several_weights
from innov_index.methods.kernels.weight_limits import limits_of
from innov_index.model.arrays import Floats

LIMITS: list[dict[str, Any]] = [
    {"lower_weight_share": 0.1},
    {"upper_weight_share": 0.35},
    {"lower_weight_share": [0.3, 0.0, 0.1, 0.0], "upper_weight_share": [0.6, 0.5, 1.0, 0.2]},
    {"lower_weight_share": 0.25},
    {"lower_weight": 0.01},
    {"upper_weight": [0.03, 0.02, 1.0, 0.0]},
    {"lower_weight": [0.0, 0.02, 0.0, 0.01], "upper_weight": 0.03},
    {"ranks": [1, 2, 3, 4]},
    {"ranks": [2, 1, 2, None]},
    {"ranks": [4, 3, 2, 1], "upper_weight_share": [0.1, 1.0, 1.0, 1.0]},
    {"ranks": [1, 2, 3, 4], "lower_weight": [0.0, 0.0, 0.0, 0.005]},
    {"lower_weight": [0.0, 0.0, 0.02, 0.0], "lower_weight_share": 0.15},
    {"lower_share": [0.3, 0.0, 0.1, 0.0], "upper_share": [0.5, 0.5, 1.0, 0.5]},
    {"lower_share": [0.4, 0.3, 0.2, 0.1]},
    {"upper_share": [0.4, 0.3, 0.2, 0.1]},
    {"lower_share": 0.1, "lower_weight_share": 0.1, "ranks": [None, 1, 2, None]},
    {"upper_share": 0.4, "upper_weight_share": 0.4, "lower_weight": 0.002},
]


def solved(table: Floats, unit: int, stated: Mapping[str, Any]) -> tuple[float, Floats] | None:
    """The best score of a unit and weights that reach it, by a program over the children that it has."""
    used = np.flatnonzero(~np.isnan(table[unit]))
    rivals = np.nan_to_num(table)[:, used]
    own, size, one = table[unit, used], used.size, np.eye(used.size)
    parts = {
        name: None if value is None else np.broadcast_to(np.array(value, dtype=float), table.shape[1])[used]
        for name, value in stated.items()
    }
    rows, bounds = [rivals], [np.ones(len(rivals))]
    for name, sign in (("lower", -1.0), ("upper", 1.0)):
        if f"{name}_weight_share" in parts:
            rows.append(sign * (one - parts[f"{name}_weight_share"][:, None]))
        if f"{name}_share" in parts:
            rows.append(sign * (np.diag(own) - parts[f"{name}_share"][:, None] * own))
    if "ranks" in parts:
        places = parts["ranks"]
        pairs = [(a, b) for a in range(size) for b in range(size) if places[a] < places[b]]
        rows += [(one[b] - one[a])[None] for a, b in pairs]
    bounds += [np.zeros(len(part)) for part in rows[1:]]
    low = parts.get("lower_weight", np.zeros(size))
    high = parts.get("upper_weight", np.full(size, np.inf))
    found = linprog(
        -own,
        A_ub=np.vstack(rows),
        b_ub=np.concatenate(bounds),
        bounds=list(zip(low, high, strict=True)),
    )
    return None if found.fun is None else (-found.fun, found.x)


@pytest.mark.parametrize("stated", LIMITS, ids=str)
@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_scores_are_those_of_the_program_written_out(stated: dict[str, Any], missing: float) -> None:
    rng = np.random.default_rng(3)
    table = rng.gamma(2, 3, (25, 4)).round(1) + 0.1
    table[rng.random(table.shape) < missing] = np.nan
    table = table[~np.isnan(table).all(axis=1)]
    scores = bod(table, **stated)
    for unit in range(len(table)):
        best = solved(table, unit, stated)
        if best is None:
            assert np.isnan(scores[unit]) or scores[unit] == 0
        else:
            assert scores[unit] == pytest.approx(best[0], abs=1e-8)
    assert (scores > 0).any()


@pytest.mark.parametrize("stated", LIMITS, ids=str)
def test_the_weights_hold_the_limits_and_give_the_scores(stated: dict[str, Any]) -> None:
    table = np.random.default_rng(4).gamma(2, 3, (25, 4)) + 0.1
    limits = limits_of(4, **stated)
    scores, weights = bod_scores(table, limits)
    np.testing.assert_allclose((weights * table).sum(axis=1), scores)
    assert (table @ weights.T).max() <= 1 + 1e-12
    held = scores > 0
    scores, weights, table = scores[held], weights[held], table[held]
    of_weight = weights / weights.sum(axis=1, keepdims=True)
    of_score = weights * table / scores[:, None]
    for part, low, high in (
        (of_weight, limits.lower_weight_share, limits.upper_weight_share),
        (of_score, limits.lower_share, limits.upper_share),
        (weights, limits.lower_weight, limits.upper_weight),
    ):
        assert (part >= low - 1e-9).all()
        assert (part <= high + 1e-9).all()
    for before in range(4):
        for after in np.flatnonzero(limits.places > limits.places[before]):
            assert (weights[:, before] >= weights[:, after] - 1e-12).all()


def test_equal_shares_of_weight_are_the_arithmetic_mean_over_the_best() -> None:
    table = np.random.default_rng(5).gamma(2, 3, (20, 4))
    means = table.mean(axis=1)
    np.testing.assert_allclose(bod(table, lower_weight_share=0.25), means / means.max())
    np.testing.assert_allclose(bod(table, upper_weight_share=0.25), means / means.max())


def test_the_scale_of_a_table_matters_to_no_share() -> None:
    table = np.random.default_rng(6).gamma(2, 3, (20, 4))
    for stated in ({"lower_weight_share": 0.1}, {"ranks": [1, 2, 3, 4]}, {"upper_share": 0.3}):
        np.testing.assert_allclose(bod(table * 1e9, **stated), bod(table, **stated), rtol=1e-9)
        np.testing.assert_allclose(bod(table * 1e-9, **stated), bod(table, **stated), rtol=1e-9)


def test_lowest_weights_that_let_a_unit_score_above_one_leave_no_score() -> None:
    assert np.isnan(bod(np.array([[5.0, 1.0], [2.0, 2.0]]), lower_weight=0.2)).all()
    np.testing.assert_allclose(bod(np.array([[4.0, 1.0], [2.0, 2.0]]), lower_weight=0.2), [1.0, 0.8])


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"upper_share": 0.4}, "the shares of 2 children cannot lie between 0 and 0.4 and sum to 1"),
        ({"lower_weight_share": 0.6}, "the shares of weight of 2 children cannot lie between 0.6 and 1"),
        (
            {"lower_share": [0.6, 0.5]},
            "2 children cannot sum to 1: their lower limits sum to 1.1",
        ),
        ({"upper_weight_share": [0.2, 1.0], "ranks": [1, 2]}, "cannot lie between 0 and 0.2"),
        ({"lower_share": [0.5, 0.1], "upper_share": [0.4, 1.0]}, "0 <= lower <= upper <= 1; got 0.5 and 0.4"),
        ({"lower_weight": [0.0, 2.0], "upper_weight": 1.0}, "no weight of child 2 lies between 2 and 1"),
        ({"lower_weight": [0.0, 2.0], "upper_weight": [1.0, 3.0], "ranks": [1, 2]}, "no weight of child 1"),
        ({"ranks": [1, 2, 3]}, "ranks must give 2 numbers, one for each child"),
        (
            {"lower_share": [0.1]},
            "lower_share must give 2 numbers, .*, or one for all; got 1",
        ),
    ],
    ids=str,
)
def test_limits_that_no_weights_hold_are_refused(stated: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        bod(np.ones((3, 2)), **stated)


class TestSeveralWeights:
    """A at 3, 1 and B at 1, 3 limit the weights: both touch two edges of the frontier, the others one."""

    TABLE = np.array([[3.0, 1.0], [1.0, 3.0], [2.0, 1.0], [0.5, 1.0]])

    def test_units_at_a_corner_have_several(self) -> None:
        found = have_several_weights(self.TABLE, limits_of(2))
        np.testing.assert_array_equal(found, [True, True, False, False])

    def test_limits_may_leave_one(self) -> None:
        found = have_several_weights(self.TABLE, limits_of(2, lower_weight_share=0.5))
        assert not found.any()

    def test_a_child_at_zero_may_have_any_weight(self) -> None:
        table = np.array([[4.0, 0.0], [3.0, 3.0]])
        np.testing.assert_array_equal(have_several_weights(table, limits_of(2)), [True, True])
        assert not have_several_weights(np.full((2, 2), np.nan), limits_of(2)).any()
        assert not have_several_weights(-table, limits_of(2)).any()
