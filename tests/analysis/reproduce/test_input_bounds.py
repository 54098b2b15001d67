"""What printed inputs leave open: bounds contain what any unprinted inputs give, and are reached."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import innov_index
from innov_index.analysis.reproduce.input_bounds import Bounds, input_bounds, ranges
from innov_index.index import Index
from tests.indices import rows_of, write_index

CONFIG = """\
units: {id: unit}
indicators: {file: data.csv%s}
normalisation: %s
aggregation: %s
index:
  code: I
  rescaling: %s
  children:
    - code: P
      weight: 2
      children: [{indicator: a, weight: 3}, {indicator: b, weight: 1, direction: lower_is_better}]
    - {indicator: c, weight: 1}
"""


def printed(folder: Path, data: np.ndarray, decimals: str, *choices: str) -> Index:
    config = CONFIG % (decimals, *choices)
    return innov_index.load(write_index(folder, config, rows_of(data, "abc", name="unit")))


def bounds_of(index: Index) -> Bounds:
    return input_bounds(index, index.score().scores)


@pytest.mark.parametrize("rescaling", ["{method: none}", "{method: min_max}", "{method: share_of_best}"])
@pytest.mark.parametrize("aggregation", ["{method: arithmetic}", "{method: harmonic}"])
@pytest.mark.parametrize(
    "normalisation",
    [
        "{method: none}",
        "{method: min_max, low: 1, high: 2}",
        "{method: share_of_best}",
        "{method: share_of_total}",
        "{method: linear, offset: 50, factor: 2}",
    ],
)
def test_bounds_contain_the_truth(
    tmp_path: Path, normalisation: str, aggregation: str, rescaling: str
) -> None:
    """Inputs printed without decimals: scores of any inputs that print so lie inside."""
    rng = np.random.default_rng(5)
    true = rng.uniform(4, 30, (6, 3))
    if normalisation.startswith(("{method: none", "{method: linear")):
        aggregation = "{method: arithmetic}"
    elif "harmonic" in aggregation:
        normalisation = "{method: min_max, low: 5, high: 9}"
    choices = (normalisation, aggregation, rescaling)
    index = printed(tmp_path / "printed", np.round(true), ", decimals: 0", *choices)
    bounds = bounds_of(index)
    for draw in range(12):
        inside = np.round(true) + rng.uniform(-0.5, 0.5, true.shape)
        if draw > 6:
            inside = np.round(true) + rng.choice([-0.49999, 0.49999], true.shape)
        scores = printed(tmp_path / str(draw), inside, "", *choices).score().scores
        assert (bounds.low <= scores + 1e-9).all()
        assert (scores - 1e-9 <= bounds.high).all()


def test_shares_of_the_best_have_the_ends_of_the_quotient(tmp_path: Path) -> None:
    """10, 5, 2 without decimals: 5 lies from 4.5 / 10.5 to 5.5 / 9.5; the best is 1 whatever it is."""
    config = """\
units: {id: unit}
indicators: {file: data.csv, decimals: 0}
normalisation: {method: share_of_best, scale: 1}
index: {code: I, children: [{indicator: x}]}
"""
    data = [["unit", "x"], ["A", 10], ["B", 5], ["C", 2]]
    bounds = bounds_of(innov_index.load(write_index(tmp_path, config, data)))
    np.testing.assert_allclose(bounds.low[0, :, 0], [1, 4.5 / 10.5, 1.5 / 10.5], rtol=1e-12)
    np.testing.assert_allclose(bounds.high[0, :, 0], [1, 5.5 / 9.5, 2.5 / 9.5], rtol=1e-12)


def test_statistics_move_with_the_values_across_editions(make_index: Callable[..., Path]) -> None:
    """A maximum over all editions: 5 of 2020 is measured against the 10 of 2021."""
    config = """\
units: {id: unit}
indicators: {file: data.csv, decimals: 0}
normalisation: {method: share_of_best, scale: 1, reference: pooled}
index: {code: I, children: [{indicator: x}]}
"""
    data = [["unit", "edition", "x"], ["A", 2020, 5], ["B", 2020, 2], ["A", 2021, 10], ["B", 2021, 4]]
    bounds = bounds_of(innov_index.load(make_index(config, data)))
    np.testing.assert_allclose(bounds.low[..., 0], np.array([[4.5, 1.5], [10.5, 3.5]]) / 10.5, rtol=1e-12)
    np.testing.assert_allclose(bounds.high[..., 0], np.array([[5.5, 2.5], [9.5, 4.5]]) / 9.5, rtol=1e-12)


def test_inputs_without_stated_decimals_are_exact(make_index: Callable[..., Path]) -> None:
    index = innov_index.load(make_index())
    scores = index.score().scores
    bounds = input_bounds(index, scores)
    np.testing.assert_array_equal(bounds.low, scores)
    np.testing.assert_array_equal(bounds.high, scores)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=2, max_size=6),
    st.floats(0.1, 0.5),
    st.integers(0, 2**32 - 1),
)
def test_ranges_of_a_quotient_contain_every_point(
    values: list[tuple[int, int]], half: float, seed: int
) -> None:
    table = np.array(values, dtype=float)[None]

    def shares(tables: np.ndarray) -> np.ndarray:
        return tables / tables.max(axis=-2, keepdims=True)

    low, high = ranges(shares, table - half, table + half, np.ones(2))
    points = table + np.random.default_rng(seed).uniform(-half, half, (50, *table.shape))
    assert (low - 1e-12 <= shares(points)).all()
    assert (shares(points) <= high + 1e-12).all()
