"""Sensitivity of an index: groups by step, and one input at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from innov_index.analysis.sensitivity.sobol import sobol_of
from innov_index.analysis.sensitivity.tornado import tornado
from innov_index.analysis.uncertainty.model import Model
from innov_index.errors import InnovIndexError
from innov_index.index import Index, load
from tests.indices import rows_of


@pytest.fixture
def index(make_index: Callable[..., Path]) -> Callable[..., Index]:
    """Writer of an index of four indicators; `gap` empties the last cell of a unit."""

    def write(*vary: dict, gap: int | None = None) -> Index:
        values = np.random.default_rng(2).normal(10, 3, (15, 4)).round(3)
        if gap is not None:
            values[gap, -1] = np.nan
        config = {
            "indicators": {"file": "data.csv"},
            "normalisation": {"method": "none"},
            "index": {"code": "I", "children": [{"indicator": name} for name in "abcd"]},
            "uncertainty": {"vary": list(vary)},
        }
        return load(make_index(config, rows_of(values, "abcd")))

    return write


def test_errors_in_a_linear_index_share_out_by_size(index: Callable[..., Index]) -> None:
    """Absolute errors 1, 2 and 3 with equal weights: 1/14, 4/14, 9/14 of the variance of every score."""
    model = Model(
        index(
            *(
                {"data": "error", "absolute": size, "indicators": [name]}
                for size, name in zip((1, 2, 3), "abc", strict=True)
            )
        )
    )
    result = sobol_of(model, 4096, 0, by_variation=True)
    expected = np.array([1, 4, 9]) / 14
    np.testing.assert_allclose(result.scores.first, expected[:, None].repeat(15, axis=1), atol=0.07)
    assert result.inputs[int(np.argmax(result.shift.total[:, 0]))] == "data: error (c)"


def test_variations_of_a_step_are_one_input(index: Callable[..., Index]) -> None:
    model = Model(
        index(
            {"data": "error", "absolute": 1, "indicators": ["a"]},
            {"data": "error", "absolute": 1, "indicators": ["b"]},
            {"weights": "noise", "amount": 0.2},
        )
    )
    result = sobol_of(model, 64, 0)
    assert result.inputs == ("data", "weighting")
    assert result.evaluations == 64 * 4


def test_threads_do_not_change_the_indices(index: Callable[..., Index]) -> None:
    model = Model(index({"data": "error", "absolute": 1}, {"weights": "noise", "amount": 0.2}))
    one, two = (sobol_of(model, 256, 0, threads=threads, second_order=True) for threads in (1, 2))
    np.testing.assert_array_equal(one.ranks.total, two.ranks.total)
    np.testing.assert_array_equal(one.shift.second, two.shift.second)


def test_one_input_has_nothing_to_share(index: Callable[..., Index]) -> None:
    with pytest.raises(InnovIndexError, match="only weighting varies"):
        sobol_of(Model(index({"weights": "uniform"})), 64, 0)


def test_runs_are_a_power_of_two(index: Callable[..., Index]) -> None:
    model = Model(index({"data": "error", "absolute": 1}, {"weights": "uniform"}))
    with pytest.raises(InnovIndexError, match="power of two"):
        sobol_of(model, 100, 0)


def test_the_tornado_has_a_line_for_every_setting(index: Callable[..., Index]) -> None:
    model = Model(
        index(
            {"path": "normalisation", "alternatives": ["as stated", {"method": "rank"}]},
            {"weights": "noise", "amount": 0.2},
        )
    )
    lines = tornado(model, 1)
    assert {line.setting for line in lines} == {"as stated", "rank", "drawn"}
    stated = next(line for line in lines if line.setting == "as stated")
    assert stated.mean_shift == 0
    ranks = model.index.varied(settings=["normalisation.method=rank"]).score().ranks[0, :, 0]
    np.testing.assert_array_equal(next(line for line in lines if line.setting == "rank").best, ranks)


def test_the_tornado_of_draws_of_gaps_compares_within_one_table(index: Callable[..., Index]) -> None:
    made = index(
        {"path": "aggregation.method", "alternatives": ["arithmetic", "median"]},
        {"data": "imputation draws", "tables": 5},
        gap=2,
    )
    stated = next(line for line in tornado(Model(made), 1) if line.setting == "arithmetic")
    assert stated.mean_shift == 0
