"""Column summaries, against numpy's and by hand."""

import numpy as np
import pytest

from innov_index.methods.kernels import column_statistics


@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize(
    ("summary", "reference"),
    [
        (column_statistics.minimum, np.nanmin),
        (column_statistics.maximum, np.nanmax),
        (column_statistics.total, np.nansum),
        (column_statistics.mean, np.nanmean),
        (column_statistics.median, np.nanmedian),
        (column_statistics.standard_deviation, lambda table, **axis: np.nanstd(table, ddof=1, **axis)),
        (lambda table: column_statistics.standard_deviation(table, population=True), np.nanstd),
        (column_statistics.count, lambda table, **axis: np.sum(~np.isnan(table), **axis)),
    ],
)
def test_equals_numpy(summary, reference, missing, make_values):
    draws = np.stack([make_values(seed=seed, missing=missing) for seed in range(3)])
    expected = reference(draws, axis=-2, keepdims=True)
    np.testing.assert_allclose(summary(draws), expected, rtol=1e-13)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_quantiles_equal_numpy(missing, make_values):
    values = make_values(missing=missing)
    probabilities = [0.0, 0.05, 1 / 3, 0.9, 1.0]
    expected = np.nanquantile(values, probabilities, axis=0, keepdims=True)
    np.testing.assert_allclose(column_statistics.quantiles(values, probabilities), expected, rtol=1e-13)


def test_a_quantile_that_is_a_value_is_exactly_that_value():
    """With 51 units the 0.58 quantile is the 30th value, though 50 times 0.58 is not 29 in floating point."""
    values = (np.arange(51.0) / 3)[:, None]
    assert 50 * 0.58 != 29
    assert column_statistics.quantiles(values, [0.58])[0][0, 0] == values[29, 0]


@pytest.mark.parametrize("constant", [0.1, 1e12 / 3, -0.7])
def test_equal_values_have_exactly_their_mean_and_no_spread(constant):
    values = np.full((10, 1), constant)
    assert column_statistics.mean(values)[0, 0] == constant
    assert column_statistics.standard_deviation(values)[0, 0] == 0


def test_nothing_to_summarise():
    nothing = np.full((4, 1), np.nan)
    for summary in (
        column_statistics.minimum,
        column_statistics.maximum,
        column_statistics.total,
        column_statistics.mean,
        column_statistics.median,
    ):
        assert np.isnan(summary(nothing)).all()
    assert column_statistics.count(nothing)[0, 0] == 0
    assert np.isnan(column_statistics.standard_deviation(np.ones((1, 1)))).all()
