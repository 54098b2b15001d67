"""The unobserved components model against scikit-learn's factor analysis, and a likelihood written out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from innov_index.methods.aggregation.unobserved_components import _fitted, unobserved_components
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats


def made(seed: int, units: int = 60, children: int = 4) -> Floats:
    """Children that show one quality, each with noise and on a scale of its own."""
    rng = np.random.default_rng(seed)
    quality = rng.normal(size=(units, 1))
    shown = quality + rng.uniform(0.4, 1.2, children) * rng.normal(size=(units, children))
    return np.asarray(shown * rng.uniform(1, 9, children) + rng.uniform(5, 50, children))


def figures(values: Floats) -> tuple[Floats, Floats]:
    method = aggregation["unobserved_components"]
    assert method.figures is not None
    assert method.workings is not None
    return method.figures(values)["error"], np.asarray(method.workings(values)["weight"])


@pytest.mark.parametrize("seed", range(4))
def test_complete_tables_are_the_factor_analysis_of_scikit_learn(seed: int) -> None:
    values = made(seed)
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    decomposition = pytest.importorskip("sklearn.decomposition")
    other = decomposition.FactorAnalysis(1, tol=1e-13, max_iter=50_000, svd_method="lapack").fit(standard)
    expected = other.transform(standard)[:, 0] * np.sign(other.components_.sum())
    np.testing.assert_allclose(unobserved_components(values), expected, atol=1e-6)
    precision = np.sum(other.components_[0] ** 2 / other.noise_variance_)
    error, weights = figures(values)
    np.testing.assert_allclose(error, (1 + precision) ** -0.5, atol=1e-6)
    np.testing.assert_allclose(weights.sum(axis=1), precision / (1 + precision), atol=1e-6)


def log_likelihood(vector: Floats, table: Floats) -> float:
    """Of the normal distribution of the children that each unit has."""
    level, slope, noise = np.split(vector, 3)
    total = 0.0
    for row in table:
        own = ~np.isnan(row)
        covariance = np.outer(slope[own], slope[own]) + np.diag(np.exp(noise[own]))
        total += multivariate_normal(level[own], covariance).logpdf(row[own])
    return float(total)


def test_with_gaps_no_search_finds_a_likelier_model() -> None:
    values = made(7, 15, 3)
    values[np.random.default_rng(1).random(values.shape) < 0.1] = np.nan
    values[0, 1:] = np.nan
    fitted = _fitted(values, 0.005)
    assert fitted is not None
    found = fitted.estimate
    table = np.where(fitted.table.there > 0, fitted.table.values, np.nan)
    vector = np.concatenate([found.level, found.slope, np.log(found.noise)])
    reached = log_likelihood(vector, table)
    search = minimize(lambda v: -log_likelihood(v, table), vector + 0.05, method="BFGS")
    assert -search.fun <= reached + 1e-6
    np.testing.assert_allclose(search.x, vector, atol=1e-3)


def test_scores_and_errors_are_the_formulas_of_the_source() -> None:
    """E(g | x) with σ_j² = noise_j / slope_j², by hand."""
    values = made(3, 25, 3)
    values[4, 0] = np.nan
    fitted = _fitted(values, 0.005)
    assert fitted is not None
    own, (level, slope, noise) = (
        fitted.table.values,
        (fitted.estimate.level, fitted.estimate.slope, fitted.estimate.noise),
    )
    scores, (error, weights) = unobserved_components(values), figures(values)
    for unit in (0, 4):
        has = ~np.isnan(values[unit])
        precision = (slope**2 / noise)[has]
        shares = precision / (1 + precision.sum())
        expected = np.sum(shares * (own[unit] - level)[has] / slope[has])
        assert scores[unit] == pytest.approx(expected)
        assert error[unit] == pytest.approx((1 + precision.sum()) ** -0.5)
        np.testing.assert_allclose(weights[unit][has], shares)
    assert error[4] > error[0]


def test_units_without_children_have_no_score_and_leading_axes_are_apart() -> None:
    values = np.stack([made(1), made(2)])
    values[0, 3] = np.nan
    scores = unobserved_components(values)
    assert np.isnan(scores[0, 3])
    assert np.isfinite(np.delete(scores[0], 3)).all()
    np.testing.assert_array_equal(scores[1], unobserved_components(values[1]))


@pytest.mark.parametrize(
    "values",
    [
        made(0)[:, :2],
        np.column_stack([made(0)[:, :2], np.ones(60)]),
        made(0)[:2],
        np.where(np.arange(60)[:, None] < [60, 60, 2], made(0)[:, :3], np.nan),
        np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]),
    ],
    ids=["two children", "a constant child", "two units", "a child with two values", "nothing in common"],
)
def test_what_has_no_model_has_no_scores(values: Floats) -> None:
    assert np.isnan(unobserved_components(values)).all()


def test_findings() -> None:
    """A child that is turned round is told; so is one that nearly is the quality."""
    held = {finding.kind: finding.holds for finding in aggregation["unobserved_components"].findings}
    values = made(0)
    assert not any(bool(holds(values)) for holds in held.values())
    turned = values * [1, 1, -1, 1]
    assert bool(held["nodes in which raising a child may lower the score"](turned))
    rng = np.random.default_rng(5)
    alone = rng.normal(size=(40, 1)) * [1, 1, 1] + rng.normal(size=(40, 3)) * [1, 1, 0]
    assert bool(held["nodes that rest on one child"](alone))
