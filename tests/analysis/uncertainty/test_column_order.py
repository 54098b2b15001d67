"""The order of clear draws is the true one, whatever the spacing, sign and size of the scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.analysis.uncertainty.ranker import column_order


@settings(max_examples=300)
@given(
    columns=st.integers(2, 300),
    spacing=st.integers(-16, 2),
    shift=st.sampled_from([0.0, -0.5, 3.0, -1e4]),
    outlier=st.sampled_from([None, 1e3, -1e8]),
    seed=st.integers(0, 2**32 - 1),
)
def test_clear_draws_are_in_order(columns: int, spacing: int, shift: float, outlier: float | None, seed: int):
    """Clear means: neighbours differ by more than the 12th digit of the larger."""
    rng = np.random.default_rng(seed)
    scores = shift + 10.0**spacing * rng.random((20, columns))
    scores[::2] += rng.random((10, columns))
    if outlier is not None:
        scores[3, 0] = outlier
    order, close = column_order(scores, 12)
    ordered = np.take_along_axis(scores, order.astype(np.int64), axis=1)
    gaps = np.diff(ordered, axis=1)
    assert (gaps[~close] > 0).all()
    near = gaps <= 1e-12 * np.maximum(np.abs(ordered[:, 1:]), np.abs(ordered[:, :-1]))
    assert not near[~close].any()
    # not all is left to the rule: well separated scores are clear
    assert not close[
        (np.diff(np.sort(scores, axis=1), axis=1) > 1e-9 * np.abs(scores).max()).all(axis=1)
    ].any()


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("columns", [2, 200, 300])
def test_a_draw_without_all_scores_is_close(value: float, columns: int) -> None:
    scores = np.random.default_rng(0).random((5, columns))
    scores[2, 1] = value
    _, close = column_order(scores, 12)
    assert close[2]
    assert not close[[0, 1, 3, 4]].any()


def test_equal_scores_are_close() -> None:
    scores = np.random.default_rng(0).random((4, 200))
    scores[1, 7] = scores[1, 190]
    scores[3] = 0.5
    assert column_order(scores, 0)[1].tolist() == [False, True, False, True]
