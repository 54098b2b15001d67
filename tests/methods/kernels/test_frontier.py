"""Benefit of the doubt against Compind, lpSolve and scipy's linprog."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy.optimize import linprog

from innov_index.errors import OptionError
from innov_index.methods.aggregation.favourable_weights import directional_bod, geometric_bod
from innov_index.methods.kernels.frontier import bod_scores
from innov_index.methods.kernels.weight_limits import Limits, limits_of
from innov_index.methods.weighting.common_frontier import bod_common


def within(lower: float | None, upper: float | None, children: int = 4) -> Limits:
    return limits_of(children, lower_share=lower, upper_share=upper)


def read(path):
    """Column names without the first, and the numbers."""
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header[1:], np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in rows])


@pytest.fixture(scope="module")
def compind(shared):
    folder = shared / "coinr/compind"
    return lambda name: read(folder / f"{name}.csv")


def favourable(values, unit):
    return -linprog(-values[unit], A_ub=values, b_ub=np.ones(len(values))).fun


def test_scores_of_the_direct_programme(compind):
    """lpSolve on the eight ASEM pillars, one programme a unit (export_compind.R)."""
    _, values = compind("input_pillars")
    _, expected = compind("bod_direct_lp")
    scores, weights = bod_scores(values)
    np.testing.assert_allclose(scores, expected[:, 0], atol=1e-9)
    np.testing.assert_allclose(np.sum(values * weights, axis=1), scores, atol=1e-12)
    assert np.max(values @ weights.T) <= 1 + 1e-12
    below = scores < 1 - 1e-9
    np.testing.assert_allclose(weights[below], expected[below, 1:], atol=1e-9)


def test_limited_shares(compind):
    """Compind ci_bod_constr, shares between 0.05 and 0.3; shares of units at 1 may not be the only ones."""
    _, values = compind("input_pillars")
    names, indices = compind("indices")
    _, shares = compind("bod_constr_shares")
    scores, weights = bod_scores(values, within(0.05, 0.3, 8))
    np.testing.assert_allclose(scores, indices[:, names.index("bod_constr_0.05_0.3")], atol=1e-9)
    ours = weights * values / scores[:, None]
    assert ours.min() > 0.05 - 1e-12
    assert ours.max() < 0.3 + 1e-12
    below = scores < 1 - 1e-9
    np.testing.assert_allclose(ours[below], shares[below], atol=1e-9)


def test_geometric(compind):
    """Compind ci_geom_gen(BOD) on pillars + 1 relative to the first unit."""
    _, values = compind("input_pillars")
    _, expected = compind("geom_bod")
    scores, _ = bod_scores(values + 1, within(0.05, 0.3, 8))
    found = geometric_bod(values + 1, base=0, lower_share=0.05, upper_share=0.3)
    below = scores < 1 - 1e-9
    np.testing.assert_allclose(found[below], expected[below, 0], atol=1e-9)
    assert found[0] == pytest.approx(1)


def test_the_base_is_the_average_unit_by_default():
    """The average unit lies inside the frontier, so that adding it changes no unit's weights."""
    values = np.random.default_rng(11).gamma(2, 3, (30, 4)) + 1
    with_average = np.vstack([values, values.mean(axis=0)])
    found = geometric_bod(with_average, base=30)
    np.testing.assert_allclose(geometric_bod(values), found[:-1], atol=1e-12)
    assert found[-1] == pytest.approx(1)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", [(40, 5), (25, 12), (60, 2)])
def test_random_tables_against_linprog(seed, shape):
    values = np.random.default_rng(seed).integers(0, 12, shape).astype(float)
    expected = [favourable(values, unit) for unit in range(len(values))]
    np.testing.assert_allclose(bod_scores(values)[0], expected, atol=1e-9)


@pytest.mark.parametrize("limits", [(0.1, None), (None, 0.4), (0.05, 0.5), (0.25, 0.25), (0.0, 1.0)])
def test_limits_against_linprog(limits):
    values = np.random.default_rng(4).gamma(2, 3, (30, 4)) + 0.1
    lower, upper = limits[0] or 0.0, 1.0 if limits[1] is None else limits[1]
    expected = []
    for profile in values:
        own = np.diag(profile)
        rows = np.vstack([values, lower * profile - own, own - upper * profile])
        bounds = np.concatenate([np.ones(len(values)), np.zeros(2 * len(profile))])
        expected.append(-linprog(-profile, A_ub=rows, b_ub=bounds).fun)
    np.testing.assert_allclose(bod_scores(values, within(*limits))[0], expected, atol=1e-8)


def test_scale_of_an_indicator_does_not_matter():
    values = np.random.default_rng(5).gamma(2, 3, (30, 4))
    np.testing.assert_allclose(bod_scores(values)[0], bod_scores(values * [1e-6, 1, 1e3, 1e9])[0], atol=1e-10)


def test_results_do_not_depend_on_the_order_of_units():
    values = np.random.default_rng(6).gamma(2, 3, (30, 4))
    order = np.random.default_rng(7).permutation(30)
    for ours, theirs in zip(bod_scores(values), bod_scores(values[order]), strict=True):
        np.testing.assert_allclose(ours[order], theirs, atol=1e-12)


def test_edges():
    values = np.array([[4.0, 2.0, 0.0], [4.0, 2.0, 0.0], [2.0, np.nan, 1.0], [np.nan] * 3, [0.0, 0.0, 0.0]])
    scores, weights = bod_scores(values)
    np.testing.assert_allclose(scores, [1, 1, 1, np.nan, 0])
    assert np.isnan(weights[3]).all()
    batch = np.stack([values, values * 2])
    np.testing.assert_allclose(bod_scores(batch)[0][1], scores)
    assert np.isnan(bod_scores(np.array([[1.0, -1.0], [2.0, 3.0]]))[0]).all()
    np.testing.assert_allclose(bod_scores(np.array([[3.0], [6.0]]))[0], [0.5, 1])
    np.testing.assert_allclose(bod_scores(np.array([[3.0, 1.0]]), within(0.2, 0.6, 2))[0], [1])


def test_impossible_limits():
    with pytest.raises(OptionError, match="the shares of 4 children"):
        within(0.3, 1.0)
    with pytest.raises(OptionError, match="limits of shares must be 0 <= lower <= upper <= 1"):
        within(0.5, 0.2)


@pytest.mark.parametrize("step", [[1, 1, 1, 1], [1, 0, 2, 5], [0, 0, 1, 0]])
def test_directional_against_the_primal(step):
    """max b such that a mixture of units, weights at most 1 in sum, reaches x + b g (Fusco 2015)."""
    values = np.random.default_rng(8).gamma(2, 3, (30, 4))
    step = np.array(step, dtype=float)
    expected = []
    for profile in values:
        rows = np.vstack([np.column_stack([-values.T, step]), np.append(np.ones(30), 0)])
        found = linprog(np.append(np.zeros(30), -1), A_ub=rows, b_ub=np.append(-profile, 1))
        expected.append(1 / (1 - found.fun))
    np.testing.assert_allclose(directional_bod(values, steps=step), expected, atol=1e-9)


def test_directional_along_the_own_profile_is_the_plain_score():
    values = np.random.default_rng(9).gamma(2, 3, (20, 4))
    own = [directional_bod(values, steps=profile)[unit] for unit, profile in enumerate(values)]
    np.testing.assert_allclose(own, bod_scores(values)[0], atol=1e-10)


def test_common_weights_are_the_best_for_the_sum():
    values = np.random.default_rng(10).gamma(2, 3, (30, 4))
    best = linprog(-values.sum(axis=0), A_ub=values, b_ub=np.ones(30)).x
    np.testing.assert_allclose(bod_common(values), best / best.sum(), atol=1e-9)


def test_common_weights_are_the_best_in_every_order():
    """Tables of few whole numbers, where several sets of weights are often best, against scipy's linprog."""
    rng = np.random.default_rng(1)
    for _ in range(400):
        table = rng.integers(1, 6, (rng.integers(2, 8), rng.integers(1, 6))).astype(float)
        weights = bod_common(table)
        best = -linprog(-table.sum(axis=0), A_ub=table, b_ub=np.ones(len(table))).fun
        assert table.sum(axis=0) @ weights / (table @ weights).max() == pytest.approx(best, rel=1e-9)
        units, children = (rng.permutation(size) for size in table.shape)
        np.testing.assert_allclose(bod_common(table[units][:, children]), weights[children], atol=1e-8)
