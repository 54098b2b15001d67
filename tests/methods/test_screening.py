"""Screening against COINr's ASEM example and by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.errors import OptionError
from innov_index.methods.screening import coverage_table, indicators, units

CODES = ("a", "b", "c", "d")


def table() -> np.ndarray:
    nan = np.nan
    return np.array([[1.0, 0.0, 3.0, 4.0], [nan, nan, 0.0, 1.0], [nan, nan, nan, nan], [0.0, 0.0, 0.0, 2.0]])


@pytest.mark.parametrize("rule", ["byNA", "byzeros", "byNAandzeros"])
@pytest.mark.parametrize("threshold", ["0.8", "0.9"])
def test_units_equal_coinr(shared: Path, rule: str, threshold: str) -> None:
    """coinr/asem/screen: each rule of COINr's Screen, of the denominated set. A unit exactly at it stays."""
    folder = shared / "coinr" / "asem"
    values = pd.read_csv(folder / "pipeline" / "denominated.csv").set_index("uCode")
    expected = pd.read_csv(folder / "screen" / f"{rule}_dat{threshold}_nz0.9.csv").set_index("uCode")
    expected = expected.loc[values.index]
    found = coverage_table(values.to_numpy())
    np.testing.assert_array_equal(found.missing, expected["N_missing"])
    np.testing.assert_array_equal(found.zero, expected["N_zero"])
    np.testing.assert_array_equal(found.missing + found.zero, expected["N_miss_or_zero"])
    np.testing.assert_allclose(found.coverage, expected["Dat_Avail"], rtol=1e-14)
    np.testing.assert_allclose(found.nonzero, expected["Non_Zero"], rtol=1e-14)
    options = {"byNA": ["min_coverage"], "byzeros": ["min_nonzero"]}.get(
        rule, ["min_coverage", "min_nonzero"]
    )
    limits = {"min_coverage": float(threshold), "min_nonzero": 0.9}
    kept = units(values.to_numpy(), **{name: limits[name] for name in options})
    np.testing.assert_array_equal(kept, expected["Included"])


def test_units_of_the_pipeline_equal_coinr(shared: Path) -> None:
    """coinr/asem/pipeline/screen_summary.csv: coverage 0.9 of the imputed set."""
    folder = shared / "coinr" / "asem" / "pipeline"
    values = pd.read_csv(folder / "imputed.csv").set_index("uCode")
    expected = pd.read_csv(folder / "screen_summary.csv").set_index("uCode").loc[values.index, "Included"]
    np.testing.assert_array_equal(units(values.to_numpy(), min_coverage=0.9), expected)


def test_units_by_hand() -> None:
    np.testing.assert_array_equal(units(table()), [True, True, True, True])
    np.testing.assert_array_equal(units(table(), min_coverage=0.5), [True, True, False, True])
    np.testing.assert_array_equal(units(table(), min_nonzero=0.5), [True, True, False, False])


def test_coverage_must_hold_in_each_dimension() -> None:
    level = np.array([0, 0, 1, 1])
    np.testing.assert_array_equal(units(table(), min_coverage=0.5, level=level), [True, False, False, True])


def test_keep_and_drop_win_over_the_data() -> None:
    kept = units(table(), min_coverage=0.5, keep=np.array([2]), drop=np.array([0]))
    np.testing.assert_array_equal(kept, [False, True, True, True])
    with pytest.raises(OptionError, match="keep and drop"):
        units(table(), keep=np.array([1, 2]), drop=np.array([2]))


def test_indicators_by_hand() -> None:
    np.testing.assert_array_equal(indicators(table(), CODES, min_coverage=0.6), [False, False, True, True])
    np.testing.assert_array_equal(indicators(table(), CODES, min_nonzero=0.5), [True, False, False, True])
    kept = indicators(table(), CODES, min_coverage=0.6, keep=["a"], drop=["d"])
    np.testing.assert_array_equal(kept, [True, False, True, False])


def test_an_unknown_indicator_is_named_with_the_nearest() -> None:
    with pytest.raises(OptionError, match=r"unknown indicator 'citatons'.*'citations'"):
        indicators(table(), ("citations", "b", "c", "d"), keep=["citatons"])


@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.floats(0, 1))
def test_order_of_units_and_leading_axes_do_not_matter(seed: int, coverage: float, nonzero: float) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 3, (2, 7, 5)).astype(float)
    values[rng.random(values.shape) < 0.3] = np.nan
    order = rng.permutation(7)
    options = {"min_coverage": coverage, "min_nonzero": nonzero}
    kept = units(values, **options)
    np.testing.assert_array_equal(units(values[:, order], **options), kept[:, order])
    np.testing.assert_array_equal(np.stack([units(one, **options) for one in values]), kept)
    np.testing.assert_array_equal(
        indicators(values[:, order], tuple("abcde"), **options), indicators(values, tuple("abcde"), **options)
    )
