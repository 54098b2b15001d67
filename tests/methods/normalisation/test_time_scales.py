"""Scores over editions, against pandas and the handbook's formulas (table 3, sections 5.6 and 5.7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from innov_index.errors import InnovIndexError
from innov_index.index import load
from innov_index.methods.normalisation import normalisation
from tests.indices import write_index

BOTH = np.array([1.0, -1.0])
Made = Callable[..., np.ndarray]


@pytest.fixture
def panel(make_values: Made) -> np.ndarray:
    """(editions, units, indicators), with some gaps."""
    return np.stack([make_values(seed=seed, units=9, indicators=2, missing=0.1) for seed in range(6)])


def scored(name: str, values: np.ndarray, direction: np.ndarray = BOTH, **options: object) -> np.ndarray:
    return np.asarray(normalisation[name].function(values, direction, **options))


def series(panel: np.ndarray, indicator: int) -> pd.DataFrame:
    return pd.DataFrame(panel[..., indicator])


def test_annual_change_is_that_of_pandas(panel: np.ndarray) -> None:
    found = scored("annual_change", panel)
    for indicator, sign in enumerate(BOTH):
        expected = sign * 100 * series(panel, indicator).pct_change(fill_method=None)
        np.testing.assert_allclose(found[..., indicator], expected, rtol=1e-12, atol=1e-12)


def test_a_share_of_the_current_value_as_table_3_prints_it(panel: np.ndarray) -> None:
    own = series(panel, 0)
    found = scored("annual_change", panel, divisor="current", scale=1.0)[..., 0]
    np.testing.assert_allclose(found, own.diff() / own, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("divisor", "doubled"), [("previous", 1.0), ("current", 0.5)])
def test_several_years_count_as_so_many_equal_ones(divisor: str, doubled: float) -> None:
    """From 3 to 24 in three years: it doubles each year."""
    values = np.array([3.0, 24.0, 48.0])[:, None, None]
    years = np.array([2015.0, 2018.0, 2019.0])
    found = scored("annual_change", values, np.ones(1), years=years, divisor=divisor, scale=1.0)
    np.testing.assert_allclose(found[:, 0, 0], [np.nan, doubled, doubled], rtol=1e-14)


def test_a_change_needs_a_base_above_zero() -> None:
    values = np.array([[0.0, -2.0, 4.0], [1.0, 3.0, -1.0], [2.0, 0.0, 5.0]])[..., None]
    found = scored("annual_change", values, np.ones(1))[..., 0]
    np.testing.assert_array_equal(found[1:], [[np.nan, np.nan, -125.0], [100.0, -100.0, np.nan]])


def test_the_balance_of_opinions_is_the_mean_over_experts() -> None:
    """Ten experts of each of three units, in four surveys: table 3, row 8."""
    answers = np.random.default_rng(4).integers(1, 6, (4, 3, 10)).astype(float)
    found = scored("balance_of_opinions", answers, np.ones(10)).mean(axis=-1)
    rises, falls = (np.sum(np.diff(answers, axis=0) * sign > 0, axis=-1) for sign in (1, -1))
    np.testing.assert_allclose(found[1:], 100 / 10 * (rises - falls), rtol=1e-14, atol=1e-14)
    assert np.isnan(found[0]).all()


def test_cyclical_is_the_distance_from_the_mean_in_mean_distances(panel: np.ndarray) -> None:
    found = scored("cyclical", panel)
    for indicator, sign in enumerate(BOTH):
        own = series(panel, indicator)
        off = own - own.mean()
        np.testing.assert_allclose(found[..., indicator], 100 + sign * off / off.abs().mean(), rtol=1e-12)


@pytest.mark.parametrize("leads", [-7, -2, 1, 6])
def test_a_series_that_runs_ahead_is_moved_into_step(panel: np.ndarray, leads: int) -> None:
    found = scored("cyclical", panel, leads=leads)
    for indicator in range(2):
        in_step = pd.DataFrame(scored("cyclical", panel)[..., indicator]).shift(leads)
        expected = in_step.where(series(panel, indicator).notna())
        np.testing.assert_allclose(found[..., indicator], expected, rtol=1e-15)


def test_a_unit_that_does_not_move_has_no_cycle() -> None:
    values = np.array([[0.1, 1.0, np.nan], [0.1, 2.0, 4.0], [0.1, 6.0, np.nan]])[..., None]
    found = scored("cyclical", values, np.ones(1))[..., 0]
    np.testing.assert_allclose(found, [[np.nan, 99, np.nan], [np.nan, 99.5, np.nan], [np.nan, 101.5, np.nan]])


ROWS = "unit,year,a,b\nP,2018,10,3\nQ,2018,20,\nP,2019,12,2\nQ,2019,19,3\nP,2021,15,4\nQ,2021,19,6\n"


def index_of(folder: Path, step: str, rows: str = ROWS, edition: str = ", edition: year"):
    config = f"units: {{id: unit}}\nindicators: {{file: data.csv{edition}}}\n{step}\n"
    config += "index: {code: X, children: [{indicator: a}, {indicator: b, direction: lower_is_better}]}\n"
    return load(write_index(folder, config, rows))


class TestInAnIndex:
    def test_what_has_no_edition_before_is_missing_and_told(self, tmp_path: Path) -> None:
        scores = index_of(tmp_path, "normalisation: {method: annual_change}").score()
        np.testing.assert_allclose(scores.of("a")[:2], [[np.nan, np.nan], [20.0, -5.0]])
        np.testing.assert_allclose(scores.of("b")[1], [100 / 3, np.nan])
        np.testing.assert_allclose(scores.of("X")[1], [(20 + 100 / 3) / 2, -5.0])
        assert np.isnan(scores.of("X")[0]).all()
        np.testing.assert_allclose(scores.of("a")[2], [100 * (np.sqrt(15 / 12) - 1), 0.0])
        (remark,) = [text for text in scores.remarks if "another edition" in text]
        assert remark.startswith("4 values have no score by annual_change")
        assert remark.endswith("2018 (3) and 2019 (1)")

    @pytest.mark.parametrize("name", ["annual_change", "balance_of_opinions", "cyclical"])
    def test_the_order_of_rows_and_indicators_does_not_matter(self, tmp_path: Path, name: str) -> None:
        step = f"normalisation: {{method: {name}}}"
        plain = index_of(tmp_path / "plain", step).score()
        header, *rows = [line.split(",") for line in ROWS.splitlines()]
        turned = "".join(",".join([*cells[:2], *cells[:1:-1]]) + "\n" for cells in (header, *rows[::-1]))
        other = index_of(tmp_path / "turned", step, turned).score()
        assert plain.editions == other.editions
        there = [other.units.codes.index(code) for code in plain.units.codes]
        np.testing.assert_allclose(plain.scores, other.scores[:, there], rtol=1e-14)

    def test_the_growth_of_an_index(self, tmp_path: Path) -> None:
        step = "normalisation: {method: none}\nimputation: {method: linear_constant}\n"
        step += "levels: {0: {rescaling: {method: balance_of_opinions}}}"
        scores = index_of(tmp_path, step).score()
        np.testing.assert_array_equal(scores.of("X"), [[np.nan, np.nan], [100, -100], [100, -100]])

    @pytest.mark.parametrize("name", ["annual_change", "balance_of_opinions", "cyclical"])
    def test_without_editions_there_is_nothing_to_compare(self, tmp_path: Path, name: str) -> None:
        rows = "unit,a,b\nP,10,3\nQ,20,4\n"
        index = index_of(tmp_path, f"normalisation: {{method: {name}}}", rows, "")
        with pytest.raises(InnovIndexError, match=f"{name} compares editions, and the data have one"):
            index.score()

    def test_a_base_that_is_not_positive_names_the_unit(self, tmp_path: Path) -> None:
        index = index_of(
            tmp_path, "normalisation: {method: annual_change}", ROWS.replace("P,2018,10", "P,2018,0")
        )
        with pytest.raises(InnovIndexError, match=r"annual_change has no result for 'a' of unit 'P' in 2019"):
            index.score()
