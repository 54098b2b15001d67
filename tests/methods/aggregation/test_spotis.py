"""SPOTIS against pymcdm and the example of its source, and what sets it apart: no rank reversal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from innov_index.errors import OptionError
from innov_index.methods.aggregation.spotis import spotis

UNITS, CHILDREN = 25, 5


def test_the_example_of_the_source() -> None:
    """Dezert et al. (2020), as pymcdm cites it: distances, of which less is better, to four decimals.

    The second criterion is a cost: it reaches the method with its sign turned.
    """
    criteria = np.array([[10.5, -3.1, 1.7], [-4.7, 0.0, 3.4], [8.1, 0.3, 1.3], [3.2, 7.3, -5.3]])
    scores = spotis(
        criteria * [1, -1, 1], np.array([0.2, 0.3, 0.5]), lower=[-5.0, -10.0, -8.0], upper=[12.0, 6.0, 5.0]
    )
    np.testing.assert_array_equal(np.round(1 - scores, 4), [0.1989, 0.3705, 0.3063, 0.7491])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("directions", [[1, 1, 1, 1, 1], [1, -1, 1, -1, -1]], ids=["benefit", "both"])
def test_against_pymcdm(seed: int, directions: list[int]) -> None:
    methods = pytest.importorskip("pymcdm.methods")
    rng = np.random.default_rng(seed)
    criteria, weights = rng.gamma(4.0, 5.0, (UNITS, CHILDREN)), rng.dirichlet(np.ones(CHILDREN))
    bounds = np.column_stack([criteria.min(axis=0) - rng.random(5), criteria.max(axis=0) + rng.random(5)])
    distances = methods.SPOTIS(bounds)(criteria, weights, np.array(directions))
    turned = np.sort(bounds * np.array(directions)[:, None], axis=-1)
    scores = spotis(criteria * directions, weights, lower=list(turned[:, 0]), upper=list(turned[:, 1]))
    np.testing.assert_allclose(scores, 1 - distances, rtol=0, atol=1e-12)


def test_no_unit_changes_the_scores_of_the_others() -> None:
    values = np.random.default_rng(3).uniform(0, 100, (UNITS, CHILDREN))
    weights = np.full(CHILDREN, 0.2)
    alone = spotis(values, weights, lower=0.0, upper=100.0)
    best_and_worst = np.vstack([values, np.full(CHILDREN, 100.0), np.zeros(CHILDREN)])
    together = spotis(best_and_worst, weights, lower=0.0, upper=100.0)
    np.testing.assert_array_equal(together[:-2], alone)
    np.testing.assert_array_equal(together[-2:], [1.0, 0.0])


def test_a_missing_child_is_dropped_and_a_score_out_of_bounds_has_no_result() -> None:
    values = np.array([[20.0, np.nan, 60.0], [20.0, 101.0, 60.0], [np.nan, np.nan, np.nan]])
    scores = spotis(values, np.array([0.25, 0.5, 0.25]), lower=0.0, upper=100.0)
    np.testing.assert_allclose(scores, [0.4, np.nan, np.nan])


@pytest.mark.parametrize(
    ("lower", "upper", "message"),
    [(0.0, [1.0, 2.0], "2 numbers for 3 children"), (1.0, [2.0, 1.0, 2.0], "lower must be less than upper")],
)
def test_bounds_that_cannot_hold(lower: float, upper: list[float], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        spotis(np.ones((4, 3)), np.full(3, 1 / 3), lower=lower, upper=upper)


@given(arrays(np.float64, 5, elements=st.floats(0.01, 1)))
def test_worst_everywhere_is_zero(raw):
    """Weights whose sum is 1 but for rounding leave no rest."""
    assert spotis(np.zeros((1, 5)), raw / raw.sum(), lower=0.0, upper=100.0).tolist() == [0.0]
