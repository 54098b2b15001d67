"""RIM, RAFSI and balanced SPOTIS against pymcdm, and that no unit changes the scores of the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from innov_index.errors import OptionError
from innov_index.methods.aggregation import aggregation

CHILDREN = 5
BENEFITS, BOTH = np.ones(CHILDREN), np.array([1, -1, 1, -1, -1])
DIRECTIONS = pytest.mark.parametrize("directions", [BENEFITS, BOTH], ids=["benefits", "both"])
SEEDS = pytest.mark.parametrize("seed", range(3))


def table(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Criteria, weights, and bounds around the criteria."""
    rng = np.random.default_rng(seed)
    criteria, weights = rng.gamma(4.0, 5.0, (20, CHILDREN)) + 3, rng.dirichlet(np.ones(CHILDREN))
    margin = rng.uniform(0.5, 2, (2, CHILDREN))
    return (
        criteria,
        weights,
        np.column_stack([criteria.min(axis=0) - margin[0], criteria.max(axis=0) + margin[1]]),
    )


def turned(stated: np.ndarray, directions: np.ndarray) -> tuple[list[float], list[float]]:
    """Lower and upper ends as they are after the signs of costs are turned."""
    ends = np.sort(stated * directions[:, None], axis=-1)
    return list(ends[:, 0]), list(ends[:, 1])


def scored(name: str, values: np.ndarray, weights: np.ndarray, **options: Any) -> np.ndarray:
    return np.asarray(aggregation[name].function(values, weights, **options))


@SEEDS
@DIRECTIONS
def test_rim(directions: np.ndarray, seed: int) -> None:
    methods = pytest.importorskip("pymcdm.methods")
    criteria, weights, bounds = table(seed)
    ideal = np.quantile(criteria, [0.4, 0.7], axis=0).T
    ideal[0] = bounds[0, 1]
    ideal[1] = bounds[1, 0]
    expected = methods.RIM(bounds, ideal)(criteria, weights, directions)
    (low, high), (first, last) = turned(bounds, directions), turned(ideal, directions)
    found = scored(
        "rim", criteria * directions, weights, lower=low, upper=high, ideal_lower=first, ideal_upper=last
    )
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


@SEEDS
@DIRECTIONS
def test_rafsi(directions: np.ndarray, seed: int) -> None:
    methods = pytest.importorskip("pymcdm.methods")
    criteria, weights, bounds = table(seed)
    theirs = methods.RAFSI(bounds[:, 1], bounds[:, 0], n1=2, n2k=7)
    low, high = turned(bounds, directions)
    found = scored("rafsi", criteria * directions, weights, lower=low, upper=high, first=2.0, last=7.0)
    np.testing.assert_allclose(found, theirs(criteria, weights, directions), rtol=0, atol=1e-12)


@SEEDS
@DIRECTIONS
def test_balanced_spotis(directions: np.ndarray, seed: int) -> None:
    methods = pytest.importorskip("pymcdm.methods")
    criteria, weights, bounds = table(seed)
    wished = np.quantile(criteria, 0.6, axis=0)
    distances = methods.BalancedSPOTIS(bounds, wished, alpha=0.3)(criteria, weights, directions)
    low, high = turned(bounds, directions)
    found = scored(
        "balanced_spotis",
        criteria * directions,
        weights,
        lower=low,
        upper=high,
        expected=list(wished * directions),
        alpha=0.3,
    )
    np.testing.assert_allclose(1 - found, distances, rtol=0, atol=1e-12)


OPTIONS: dict[str, dict[str, Any]] = {
    "rim": {"lower": 0.0, "upper": 100.0, "ideal_lower": 60.0, "ideal_upper": 80.0},
    "rafsi": {"lower": 0.0, "upper": 100.0},
    "balanced_spotis": {"lower": 0.0, "upper": 100.0, "expected": 70.0},
}


@pytest.mark.parametrize("name", OPTIONS)
def test_no_unit_changes_the_scores_of_the_others(name: str) -> None:
    values = np.random.default_rng(3).uniform(0, 100, (25, CHILDREN))
    weights = np.full(CHILDREN, 0.2)
    more = np.vstack([values, np.full(CHILDREN, 100.0), np.zeros(CHILDREN)])
    found = scored(name, more, weights, **OPTIONS[name])
    np.testing.assert_array_equal(found[:-2], scored(name, values, weights, **OPTIONS[name]))


@pytest.mark.parametrize("name", OPTIONS)
def test_gaps_and_scores_out_of_bounds(name: str) -> None:
    """A missing child counts as if it were not there; what is out of bounds has no result."""
    values = np.array([[20.0, np.nan, 60.0], [20.0, 101.0, 60.0], [np.nan, np.nan, np.nan]])
    found = scored(name, values, np.array([0.25, 0.5, 0.25]), **OPTIONS[name])
    two = scored(name, values[:1, [0, 2]], np.array([0.5, 0.5]), **OPTIONS[name])
    np.testing.assert_allclose(found, [two[0], np.nan, np.nan])


@pytest.mark.parametrize(
    ("name", "changed", "message"),
    [
        ("rim", {"ideal_lower": 90.0}, "must follow each other"),
        ("rafsi", {"first": 7.0}, "first less than last"),
        ("balanced_spotis", {"expected": 120.0}, "between lower and upper"),
        ("balanced_spotis", {"expected": [1.0, 2.0]}, "expected gives 2 numbers for 3 children"),
    ],
)
def test_options_that_cannot_hold(name: str, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        scored(name, np.ones((4, 3)), np.full(3, 1 / 3), **OPTIONS[name] | changed)


def test_rafsi_of_a_cost_out_of_bounds_divides_by_nothing(recwarn) -> None:
    """Its size is mapped to 0 there."""
    bounds = {"lower": -10.0, "upper": 0.0, "first": 1.0, "last": 5.0}
    found = scored("rafsi", np.array([[2.5]]), np.ones(1), **bounds)
    assert np.isnan(found).all()
    assert not recwarn.list
