"""Denomination against COINr's ASEM example and by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from innov_index.methods.denomination import constant, denomination, log_ratio, none, ratio


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path).set_index("uCode").sort_index()


def test_ratio_equals_coinr(shared: Path) -> None:
    """coinr/asem/pipeline: raw.csv over the denominators that iMeta.csv names, against denominated.csv."""
    folder = shared / "coinr" / "asem"
    raw, expected = read(folder / "pipeline" / "raw.csv"), read(folder / "pipeline" / "denominated.csv")
    meta = pd.read_csv(folder / "iMeta.csv").set_index("iCode")
    units = read(folder / "iData.csv").loc[raw.index]
    named = meta.loc[raw.columns, "Denominator"].dropna()
    assert len(named) > 10
    found = ratio(raw[named.index].to_numpy(), by=units[named].to_numpy())
    np.testing.assert_allclose(found, expected[named.index], rtol=1e-12)
    others = raw.columns.difference(named.index)
    np.testing.assert_array_equal(none(raw[others].to_numpy()), expected[others])


def test_ratio_by_hand() -> None:
    values = np.array([[6.0, 1.0], [np.nan, 2.0], [5.0, 3.0], [5.0, 4.0]])
    by = np.array([[3.0, 2.0], [1.0, np.nan], [0.0, 1.0], [-1.0, 4.0]])
    expected = [[2000.0, 5.0], [np.nan, np.nan], [np.nan, 30.0], [np.nan, 10.0]]
    np.testing.assert_allclose(ratio(values, by=by, scale=np.array([1000.0, 10.0])), expected)


def test_log_ratio_is_the_logarithm_of_the_ratio() -> None:
    values = np.array([[6.0], [0.0], [-2.0], [np.nan], [1.0]])
    by = np.array([[3.0], [2.0], [2.0], [2.0], [0.0]])
    found = log_ratio(values, by=by, scale=10.0)
    np.testing.assert_allclose(found, [[np.log(20)], [np.nan], [np.nan], [np.nan], [np.nan]])


def test_constant_may_differ_between_indicators() -> None:
    values = np.array([[10.0, 10.0, 10.0], [np.nan, 20.0, 1.0]])
    found = constant(values, divisor=np.array([10.0, 5.0, 0.0]), scale=3.0)
    np.testing.assert_allclose(found, [[3.0, 6.0, np.nan], [np.nan, 12.0, np.nan]])


@pytest.mark.parametrize("method", list(denomination), ids=lambda method: method.name)
def test_leading_axes_equal_a_loop_and_the_input_stays(method) -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(2, 3, 5, 4)).astype(np.float32)
    before = values.copy()
    options = {"by": rng.normal(size=(5, 4)), "divisor": 3.0}
    given = {name: options[name] for name in method.options if name in options}
    found = method.function(values, **given)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(values, before)
    for place in np.ndindex(2, 3):
        np.testing.assert_array_equal(found[place], method.function(values[place], **given))
