"""Sobol indices of functions whose indices are known, and of SALib on the same runs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from innov_index.analysis.sensitivity.estimators import (
    REPLICATES,
    Design,
    Indices,
    Outputs,
    design,
    sobol_indices,
)

Function = Callable[[np.ndarray], np.ndarray]


def ishigami(points: np.ndarray) -> np.ndarray:
    x = 2 * np.pi * points - np.pi
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def ishigami_indices() -> tuple[np.ndarray, np.ndarray]:
    """Ishigami & Homma 1990, a = 7, b = 0.1."""
    first = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2
    second = 49 / 8
    both = 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    total = first + second + both
    return np.array([first, second, 0]) / total, np.array([first + both, second, both]) / total


G = np.array([0, 1, 4.5, 9, 99, 99, 99, 99.0])


def g_function(points: np.ndarray) -> np.ndarray:
    return np.prod((np.abs(4 * points - 2) + G[:, None]) / (1 + G[:, None]), axis=0)


def g_indices() -> tuple[np.ndarray, np.ndarray]:
    """Saltelli & Sobol' 1995: V_i = 1/3 / (1 + a_i)²."""
    own = 1 / 3 / (1 + G) ** 2
    variance = np.prod(1 + own) - 1
    return own / variance, own * np.prod(1 + own) / (1 + own) / variance


def outputs(function: Function, plan: Design, second: bool = False) -> Outputs:
    count = len(plan.inputs)
    ab = np.stack([function(plan.mixed(i))[:, None] for i in range(count)])
    ba = np.stack([function(plan.mixed_back(i))[:, None] for i in range(count)]) if second else ab[:0]
    first, last = function(plan.first)[:, None], function(plan.second)[:, None]
    return Outputs(first, last, ab, ba, np.ones(plan.runs, dtype=bool))


def indices(function: Function, inputs: int, runs: int, seed: int, second: bool = False) -> Indices:
    plan = design([1] * inputs, [[i] for i in range(inputs)], runs, seed)
    return sobol_indices(outputs(function, plan, second), plan.replicates, seed)


def test_same_as_salib_on_the_same_runs() -> None:
    """SALib.analyze.sobol, first, total and second order, to 1e-12."""
    sobol = pytest.importorskip("SALib.analyze.sobol")
    plan = design([1] * 3, [[0], [1], [2]], 256, 4)
    found = outputs(ishigami, plan, second=True)
    ours = sobol_indices(found, plan.replicates)
    rows = np.concatenate([found.a[None], found.ab, found.ba, found.b[None]])[..., 0]
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    theirs = sobol.analyze(problem, rows.T.reshape(-1), calc_second_order=True, num_resamples=2)
    np.testing.assert_allclose(ours.first[:, 0], theirs["S1"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.total[:, 0], theirs["ST"], rtol=0, atol=1e-12)
    upper = np.triu_indices(3, 1)
    np.testing.assert_allclose(ours.second[..., 0][upper], theirs["S2"][upper], rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_known_functions(seed: int) -> None:
    """Ishigami and the g-function within 0.01 at 2^14 base runs."""
    for function, count, known in ((ishigami, 3, ishigami_indices()), (g_function, 8, g_indices())):
        found = indices(function, count, 2**14, seed)
        np.testing.assert_allclose(found.first[:, 0], known[0], rtol=0, atol=0.01)
        np.testing.assert_allclose(found.total[:, 0], known[1], rtol=0, atol=0.01)


def test_intervals_hold_what_they_say() -> None:
    """95 % intervals of Ishigami's indices over 200 seeds hold the known value 90 to 99 % of the time."""
    first, total = ishigami_indices()
    inside = np.zeros((2, 3))
    for seed in range(200):
        found = indices(ishigami, 3, 1024, 1000 + seed)
        inside[0] += np.abs(found.first[:, 0] - first) <= found.first_error[:, 0]
        inside[1] += np.abs(found.total[:, 0] - total) <= found.total_error[:, 0]
    assert (inside >= 180).all(), inside
    assert (inside <= 198).all(), inside


def test_a_linear_index_shares_out_by_weight_and_variance() -> None:
    """S_j = w_j² var_j / Σ, within 1e-3 at 2^16 base runs."""
    weights, spreads = np.array([0.5, 0.3, 0.15, 0.05]), np.array([1.0, 2.0, 1.0, 3.0])
    share = (weights * spreads) ** 2
    found = indices(lambda points: (weights * spreads) @ points, 4, 2**16, 1)
    np.testing.assert_allclose(found.first[:, 0], share / share.sum(), rtol=0, atol=1e-3)
    np.testing.assert_allclose(found.total[:, 0], share / share.sum(), rtol=0, atol=1e-3)


def test_second_order_of_a_product() -> None:
    """x₁ x₂ centred at 0 is nothing but interaction."""
    found = indices(lambda points: (points[0] - 0.5) * (points[1] - 0.5), 2, 2**12, 0, second=True)
    np.testing.assert_allclose(found.first[:, 0], 0.0, atol=0.02)
    np.testing.assert_allclose(found.second[0, 1, 0], 1.0, atol=0.05)


def test_inputs_in_groups_take_their_coordinates_together() -> None:
    plan = design([2, 1], [[0], [1]], 64, 0)
    mixed = plan.mixed(0)
    np.testing.assert_array_equal(mixed[:2], plan.second[:2])
    np.testing.assert_array_equal(mixed[2], plan.first[2])


def test_an_output_that_never_changes_has_no_index() -> None:
    found = indices(lambda points: np.full(points.shape[1], 3.7), 2, 64, 0)
    assert np.isnan(found.first).all()


def test_runs_without_a_result_count_nowhere() -> None:
    plan = design([1] * 3, [[0], [1], [2]], 4096, 0)
    found = outputs(ishigami, plan)
    valid = np.random.default_rng(0).random(4096) > 0.1
    broken = [np.where(valid[:, None], part, np.nan) for part in (found.a, found.b, found.ab, found.ba)]
    with np.errstate(invalid="raise"):
        partly = sobol_indices(Outputs(*broken, valid), REPLICATES)
    np.testing.assert_allclose(partly.total[:, 0], ishigami_indices()[1], atol=0.06)
