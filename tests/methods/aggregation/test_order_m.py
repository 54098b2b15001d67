"""Order-m scores against all samples written out, and against samples drawn as Compind draws them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from innov_index.errors import OptionError
from innov_index.methods.aggregation.order_m import order_m
from innov_index.model.arrays import Floats

TABLE = np.array([[4.0, 2.0, 5.0], [1.0, 3.0, 2.0], [2.0, 2.0, 2.0], [5.0, 1.0, 0.0]])


def ratios(table: Floats, unit: int, steps: Floats) -> Floats:
    """The least ratio of each unit to one, over children: 0 / 0 does not bind (ci_rbod_dir)."""
    with np.errstate(all="ignore"):
        found = table / (table[unit] * steps)
    return np.asarray(np.where(np.isnan(found), np.inf, found).min(axis=1))


@pytest.mark.parametrize("m", [1, 2, 4])
@pytest.mark.parametrize("steps", [[1.0, 1.0, 1.0], [1.0, 2.0, 0.5]])
def test_the_expectation_over_all_samples(m: int, steps: list[float]) -> None:
    found = order_m(TABLE, m=m, steps=steps)
    for unit in range(4):
        own = ratios(TABLE, unit, np.array(steps))
        best = [max(own[list(sample)]) for sample in product(range(4), repeat=m)]
        assert found[unit] == pytest.approx(1 / np.mean(best))


def test_samples_drawn_as_compind_draws_them() -> None:
    """ci_rbod and ci_rbod_dir: 1 over the mean, over B samples of M units, of the largest least ratio."""
    table = np.random.default_rng(0).gamma(2, 3, (40, 4)) + 0.5
    rng = np.random.default_rng(1)
    found = order_m(table, m=10)
    for unit in (0, 7, 20):
        own = ratios(table, unit, np.ones(4))
        drawn = own[rng.integers(0, 40, (20_000, 10))].max(axis=1)
        error = drawn.std() / drawn.mean() ** 2 / np.sqrt(len(drawn))
        assert abs(found[unit] - 1 / drawn.mean()) < 5 * error


def test_many_drawn_units_are_all_units() -> None:
    """With m without end the best is the best of all: the free disposal hull."""
    table = np.random.default_rng(2).gamma(2, 3, (30, 3))
    best = [1 / ratios(table, unit, np.ones(3)).max() for unit in range(30)]
    np.testing.assert_allclose(order_m(table, m=100_000), best, rtol=1e-6)
    assert (order_m(table, m=5) >= np.array(best) - 1e-12).all()


def test_edges() -> None:
    table = np.array([[1.0, np.nan], [2.0, 3.0], [0.0, 0.0], [np.nan, np.nan]])
    scores = order_m(table, m=2)
    assert scores[2] == 0
    assert np.isnan(scores[3])
    assert scores[0] == pytest.approx(1 / (2 * 5 / 9 + 1 * 3 / 9))
    assert np.isnan(order_m(-table, m=2)).all()
    np.testing.assert_array_equal(order_m(np.stack([table, table]), m=2)[1], scores)
    with pytest.raises(OptionError, match="steps must give 2 numbers"):
        order_m(table, m=2, steps=[1.0])
