"""Statistics that no unit of measurement changes, or only multiplies: of 1e-300 and of 1e200 as of 1."""

from __future__ import annotations

import numpy as np
import pytest

from innov_index.methods.kernels.child_statistics import correlations
from innov_index.methods.kernels.column_statistics import standard_deviation
from innov_index.methods.weighting.balanced import infomax

VALUES = np.array([[1.0, 5.0, 2.0], [2.0, 3.0, 9.0], [4.0, 1.0, 4.0], [7.0, 2.0, 4.0]])
SCALES = np.array([1e-300, 1.0, 1e200])


def test_standard_deviation() -> None:
    np.testing.assert_allclose(
        standard_deviation(VALUES * SCALES)[0], VALUES.std(axis=0, ddof=1) * SCALES, rtol=1e-13
    )
    assert standard_deviation(np.full((3, 1), 7e-300)).item() == 0.0


@pytest.mark.parametrize("gap", [False, True])
def test_correlations(gap: bool) -> None:
    """Those of numpy over the units with both values."""
    values = VALUES.copy()
    if gap:
        values[0, 2] = np.nan
    expected = np.eye(3)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        both = ~np.isnan(values[:, [i, j]]).any(axis=1)
        expected[i, j] = expected[j, i] = np.corrcoef(values[both][:, [i, j]].T)[0, 1]
    np.testing.assert_allclose(correlations(values * SCALES), expected, rtol=1e-12)


def test_weights_that_even_out_deviations() -> None:
    """infomax gives weights in proportion to 1 / deviation."""
    scales = np.array([1e-200, 1.0, 1e150])
    found = infomax(VALUES * scales)
    expected = 1.0 / (VALUES.std(axis=0) * scales)
    np.testing.assert_allclose(found, expected / expected.sum(), rtol=1e-12)
