"""Half-quadratic compromise of rankings: pysensmcda's numbers, the reference, batches."""

from __future__ import annotations

import numpy as np
import pytest

from innov_index.methods.weighting import weighting
from innov_index.reference import weighting as plain

RANKINGS = np.array(
    [[2, 2, 2], [3, 4, 5], [1, 1, 4], [4, 3, 1], [7, 5, 7], [8, 8, 8], [5, 6, 3], [6, 7, 6]], dtype=float
)


def half_quadratic(values: np.ndarray) -> np.ndarray:
    return np.asarray(weighting["half_quadratic"].function(values))


def test_the_example_of_pysensmcda() -> None:
    """pysensmcda 2.0.0, HQ_compromise(rankings, tol=1e-15); rankings count from the best, scores do not."""
    expected = [0.4996980110663453, 0.494569838550287, 0.005732150383367785]
    np.testing.assert_allclose(half_quadratic(-RANKINGS), expected, rtol=1e-11)


@pytest.mark.parametrize("seed", range(4))
def test_against_the_reference(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(9, 1)) + rng.normal(scale=0.5, size=(9, 4))
    values[2, 1], values[3] = np.nan, values[4]
    columns = [[None if np.isnan(v) else float(v) for v in column] for column in values.T]
    np.testing.assert_allclose(half_quadratic(values), plain.half_quadratic(columns), rtol=1e-9)


def test_a_table_that_settles_early_is_what_it_is_alone() -> None:
    rng = np.random.default_rng(3)
    tables = np.stack([-RANKINGS, rng.normal(size=(8, 3)), np.full((8, 3), np.nan)])
    found = half_quadratic(tables)
    for table, weights in zip(tables, found, strict=True):
        np.testing.assert_array_equal(weights, half_quadratic(table))
    assert np.isnan(found[2]).all()


def test_orders_that_agree_count_alike() -> None:
    np.testing.assert_array_equal(half_quadratic(np.arange(6.0)[:, None] * np.ones(3)), np.full(3, 1 / 3))
