"""Imputation against COINr, scikit-learn, closed forms, and by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.errors import OptionError
from innov_index.methods.imputation import centre, em, imputation, panel
from innov_index.methods.imputation.neighbours import nearest_neighbours
from innov_index.methods.imputation.panel import latest_edition
from innov_index.methods.imputation.regression import regression
from innov_index.methods.registry import Trait

nan = np.nan


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path).set_index("uCode").sort_index()


@pytest.fixture(scope="module")
def asem(shared: Path) -> Path:
    return shared / "coinr" / "asem"


@pytest.fixture(scope="module")
def denominated(asem: Path) -> pd.DataFrame:
    return read(asem / "pipeline" / "denominated.csv")


def groups(asem: Path, column: str) -> np.ndarray:
    return pd.factorize(read(asem / "iData.csv")[column])[0]


def correlated(seed: int, units: int = 60, missing: float = 0.1) -> np.ndarray:
    """Five correlated indicators of very different size; the first has no gaps."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(units, 1)) + rng.normal(size=(units, 5)) * [0.5, 1, 0.7, 1, 0.4]
    values = values * [1, 10, -1e-3, 1e4, 1] + [0, 5, 1, 1e5, -2]
    gaps = rng.random(values.shape) < missing
    gaps[:, 0] = False
    return np.where(gaps, nan, values)


class TestCentres:
    @pytest.mark.parametrize("name", ["mean", "median"])
    def test_of_the_indicator_equal_coinr(self, asem: Path, denominated: pd.DataFrame, name: str) -> None:
        """coinr/asem/impute/i_mean.csv, i_median.csv."""
        found = imputation[name].function(denominated.to_numpy())
        np.testing.assert_allclose(found, read(asem / "impute" / f"i_{name}.csv"), rtol=1e-12)

    @pytest.mark.parametrize(
        ("name", "column"), [("mean", "EurAsia_group"), ("median", "EurAsia_group"), ("mean", "GDP_group")]
    )
    def test_of_the_group_equal_coinr(
        self, asem: Path, denominated: pd.DataFrame, name: str, column: str
    ) -> None:
        """coinr/asem/impute/i_mean_grp__*, i_median_grp__*; the first is pipeline/imputed.csv too."""
        method = imputation[f"group_{name}"].function
        found = method(denominated.to_numpy(), by=groups(asem, column))
        expected = read(asem / "impute" / f"i_{name}_grp__{column}.csv")[denominated.columns]
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        if (name, column) == ("mean", "EurAsia_group"):
            imputed = read(asem / "pipeline" / "imputed.csv")[denominated.columns]
            np.testing.assert_allclose(found, imputed, rtol=1e-12)

    def test_of_the_unit_equals_coinr(self, asem: Path, denominated: pd.DataFrame) -> None:
        """coinr/asem/impute/i_mean__row__level2.csv: min-max, mean within the pillar, and back."""
        lineage = pd.read_csv(asem / "pipeline" / "lineage.csv").set_index("Indicator")
        direction = pd.read_csv(asem / "iMeta.csv").set_index("iCode")["Direction"]
        level = pd.factorize(lineage.loc[denominated.columns, "Pillar"])[0]
        x = denominated.to_numpy()
        found = centre.unit_mean(x, direction[denominated.columns].to_numpy(dtype=float), level=level)
        expected = read(asem / "impute" / "i_mean__row__level2.csv")[denominated.columns]
        np.testing.assert_allclose(found, expected, rtol=1e-9)
        np.testing.assert_array_equal(found[~np.isnan(x)], x[~np.isnan(x)])

    def test_a_group_without_value(self) -> None:
        """COINr leaves the gap; so do we unless told otherwise. A unit without group is treated alike."""
        x, by = np.array([[1.0], [3], [8], [nan], [nan]]), np.array([0, 0, 0, 1, -1])
        np.testing.assert_array_equal(centre.group_mean(x, by=by), x)
        np.testing.assert_array_equal(centre.group_mean(x, by=by, otherwise="mean")[3:], [[4], [4]])
        np.testing.assert_array_equal(centre.group_median(x, by=by, otherwise="median")[3:], [[3], [3]])

    def test_of_the_unit_by_hand(self) -> None:
        """The second unit stands at 0.5 and 0.75 of its ranges; less is better in the second indicator."""
        x = np.array([[0.0, 4, 10, 7], [5, 1, nan, nan], [10, 0, 30, 7]])
        direction = np.array([1.0, -1, -1, 1])
        found = centre.unit_mean(x, direction)
        np.testing.assert_allclose(found[1], [5, 1, 30 - 20 * 0.625, 7])
        np.testing.assert_allclose(centre.unit_median(x, direction), found)
        alone = centre.unit_mean(x, direction, level=np.array([0, 0, 1, 1]))
        np.testing.assert_array_equal(alone[1], [5, 1, nan, 7])

    def test_constant(self) -> None:
        x = np.array([[nan, 1.0], [2.0, nan]])
        np.testing.assert_array_equal(centre.constant(x, value=np.array([0.0, 9.0])), [[0, 1], [2, 9]])

    def test_an_indicator_without_value_stays_missing(self) -> None:
        x = np.full((3, 1), nan)
        for found in (
            centre.mean(x),
            centre.median(x),
            centre.group_mean(x, by=np.zeros(3, int), otherwise="mean"),
        ):
            assert np.isnan(found).all()


class TestNearestNeighbours:
    @pytest.mark.parametrize("weights", ["uniform", "distance"])
    def test_equals_scikit_learn(self, weights: str) -> None:
        """sklearn.impute.KNNImputer of the z-scores (sample standard deviation)."""
        sklearn_impute = pytest.importorskip("sklearn.impute")
        x = correlated(1)
        centre, spread = np.nanmean(x, axis=0), np.nanstd(x, axis=0, ddof=1)
        imputer = sklearn_impute.KNNImputer(n_neighbors=4, weights=weights)
        expected = imputer.fit_transform((x - centre) / spread) * spread + centre
        np.testing.assert_allclose(nearest_neighbours(x, k=4, weights=weights), expected, rtol=1e-9)

    def test_by_hand(self) -> None:
        """Both units at distance 1 count for k = 1; a unit at distance 0 counts alone by distance."""
        x = np.array([[0.0, nan], [1, 10], [-1, 20], [5, 99]])
        assert nearest_neighbours(x, k=1)[0, 1] == pytest.approx(15)
        x = np.array([[0.0, nan], [0, 10], [-1, 20], [5, 99]])
        assert nearest_neighbours(x, k=3, weights="distance")[0, 1] == 10

    def test_without_common_indicator_the_gap_stays(self) -> None:
        x = np.array([[nan, nan, 1.0], [1, 2, nan], [2, 4, nan]])
        np.testing.assert_array_equal(nearest_neighbours(x), x)


class TestRegression:
    def test_equals_least_squares(self) -> None:
        x = correlated(2)
        x[:, 1] = np.random.default_rng(3).normal(size=len(x))
        found = regression(x)
        lacking = np.isnan(x[:, 2])
        fit = np.polynomial.polynomial.polyvander2d(x[:, 0], x[:, 1], [1, 1])[:, [0, 1, 2]]
        slopes = np.linalg.solve(fit[~lacking].T @ fit[~lacking], fit[~lacking].T @ x[~lacking, 2])
        np.testing.assert_allclose(found[lacking, 2], fit[lacking] @ slopes, rtol=1e-9)

    def test_an_exact_line_is_found_by_its_one_predictor(self) -> None:
        rng = np.random.default_rng(4)
        x = rng.normal(size=(6, 5))
        x[:, 4] = 3 - 2 * x[:, 1]
        truth = x[2, 4]
        x[2, 4] = nan
        assert np.isnan(regression(x)[2, 4])
        np.testing.assert_allclose(regression(x, predictors=1)[2, 4], truth)

    def test_no_complete_indicator(self) -> None:
        x = np.array([[1.0, nan], [nan, 2.0], [3.0, 4.0], [4.0, 1.0]])
        np.testing.assert_array_equal(regression(x), x)


def observed_slope(x: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives of the log-likelihood of the available values: both are zero at its maximum."""
    by_mean, by_covariance = np.zeros_like(mean), np.zeros_like(covariance)
    for row in x:
        there = np.flatnonzero(~np.isnan(row))
        inverse = np.linalg.inv(covariance[np.ix_(there, there)])
        score = inverse @ (row[there] - mean[there])
        by_mean[there] += score
        by_covariance[np.ix_(there, there)] += np.outer(score, score) - inverse
    return by_mean, by_covariance


class TestExpectationMaximisation:
    def test_equals_the_closed_form_of_a_monotone_pattern(self) -> None:
        """With gaps in one indicator only it is the regression on the others (Anderson 1957)."""
        x = correlated(5, missing=0)
        x[:20, 3] = nan
        np.testing.assert_allclose(em.expectation_maximisation(x), regression(x), rtol=1e-8)

    def test_equals_the_maximum_of_the_likelihood(self) -> None:
        """A textbook EM, unit by unit, whose end is checked to be a stationary point of the likelihood."""
        x = correlated(6, missing=0.1)
        x = (x - np.nanmean(x, axis=0)) / np.nanstd(x, axis=0)
        mean, covariance = np.zeros(5), np.eye(5)
        for _ in range(200):
            filled, spread = unit_by_unit(x, mean, covariance)
            mean = filled.mean(axis=0)
            covariance = (filled - mean).T @ (filled - mean) / len(x) + spread / len(x)
        by_mean, by_covariance = observed_slope(x, mean, covariance)
        assert max(np.abs(by_mean).max(), np.abs(by_covariance).max()) < 1e-8
        np.testing.assert_allclose(em.expectation_maximisation(x), filled, rtol=0, atol=1e-8)

    def test_does_not_depend_on_the_unit_of_measurement(self) -> None:
        x, scale, shift = correlated(7), np.array([1, 1e3, -1, 1e-6, 5]), np.array([0, 1e3, 4, 1, 0])
        expected = em.expectation_maximisation(x) * scale + shift
        np.testing.assert_allclose(em.expectation_maximisation(x * scale + shift), expected, rtol=1e-7)

    def test_too_few_units_leave_the_gaps_and_shrinkage_helps(self) -> None:
        x = np.random.default_rng(8).normal(size=(5, 8))
        x[0, 0] = nan
        np.testing.assert_array_equal(em.expectation_maximisation(x, max_iterations=50), x)
        assert not np.isnan(em.expectation_maximisation(x, shrinkage=0.2)).any()

    def test_a_distribution_on_its_way_to_a_line_fills_no_gap(self) -> None:
        """One unit has both values; the covariance halves with each round, towards a line."""
        gappy = np.array([[54.67, 681145153098.8083], [39.61, nan], [nan, 1172409474360.3665]])
        np.testing.assert_array_equal(em.expectation_maximisation(gappy), gappy)

    def test_a_constant_indicator_takes_no_part(self) -> None:
        x = correlated(9)
        with_constant = np.column_stack([x, np.r_[nan, np.full(len(x) - 1, 3.0)]])
        found = em.expectation_maximisation(with_constant)
        np.testing.assert_allclose(found[:, :5], em.expectation_maximisation(x), rtol=1e-12)
        assert np.isnan(found[0, 5])


def unit_by_unit(x: np.ndarray, mean: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The expectation step as the textbook writes it (Little and Rubin 2002, section 11.2)."""
    filled, spread = x.copy(), np.zeros_like(covariance)
    for row in filled:
        lacks, has = np.flatnonzero(np.isnan(row)), np.flatnonzero(~np.isnan(row))
        slopes = covariance[np.ix_(lacks, has)] @ np.linalg.inv(covariance[np.ix_(has, has)])
        row[lacks] = mean[lacks] + slopes @ (row[has] - mean[has])
        spread[np.ix_(lacks, lacks)] += (
            covariance[np.ix_(lacks, lacks)] - slopes @ covariance[np.ix_(has, lacks)]
        )
    return filled, spread


class TestDraws:
    @pytest.mark.parametrize("method", [em.em_draws, em.em_bootstrap])
    def test_axes_determinism_and_what_is_known(self, method) -> None:
        x = np.stack([correlated(10), correlated(11)])
        found = method(x, draws=3, seed=5)
        assert found.shape == (3, *x.shape)
        np.testing.assert_array_equal(found, method(x, draws=3, seed=5))
        np.testing.assert_array_equal(found[:2], method(x, draws=2, seed=5))
        assert not np.isnan(found).any()
        known = ~np.isnan(x)
        np.testing.assert_array_equal(found[:, known], np.broadcast_to(x[known], (3, known.sum())))
        assert (found[0][~known] != method(x, draws=1, seed=6)[0][~known]).all()

    def test_have_the_conditional_mean_and_spread(self) -> None:
        """Gaps in one indicator: the mean is its regression, the variance that of the residuals."""
        x = correlated(12, missing=0)
        x[:10, 3] = nan
        found = em.em_draws(x, draws=4000)[:, :10, 3]
        expected = regression(x)[:10, 3]
        there = x[10:]
        design = np.column_stack([np.ones(50), there[:, [0, 1, 2, 4]]])
        residuals = there[:, 3] - design @ np.linalg.lstsq(design, there[:, 3], rcond=None)[0]
        spread = np.sqrt(np.mean(residuals**2))
        np.testing.assert_allclose(found.mean(axis=0), expected, atol=5 * spread / np.sqrt(4000))
        np.testing.assert_allclose(found.std(axis=0), spread, rtol=0.06)

    def test_bootstrap_has_the_spread_of_a_forecast(self) -> None:
        """Gaps in one indicator: the variance of a least-squares forecast, s² (1 + x'(X'X)⁻¹ x)."""
        x = correlated(14, units=60, missing=0)
        x[:3, 3] = nan
        found = em.em_bootstrap(x, draws=600)[:, :3, 3]
        design = np.column_stack([np.ones(60), x[:, [0, 1, 2, 4]]])
        known, wanted = design[3:], design[:3]
        coefficients = np.linalg.lstsq(known, x[3:, 3], rcond=None)[0]
        noise = np.mean((x[3:, 3] - known @ coefficients) ** 2)
        leverage = np.einsum("ij,jk,ik->i", wanted, np.linalg.inv(known.T @ known), wanted)
        spread = np.sqrt(noise * (1 + leverage))
        np.testing.assert_allclose(
            found.mean(axis=0), wanted @ coefficients, atol=5 * spread.max() / 600**0.5
        )
        np.testing.assert_allclose(found.std(axis=0), spread, rtol=0.12)

    def test_bootstrap_spreads_more(self) -> None:
        x = correlated(13, units=25, missing=0)
        x[:8, 3] = nan
        spread = [
            method(x, draws=100)[:, :8, 3].std(axis=0).mean() for method in (em.em_draws, em.em_bootstrap)
        ]
        assert spread[1] > 1.05 * spread[0]


class TestPanel:
    @pytest.fixture(scope="class")
    @staticmethod
    def holes(shared: Path) -> tuple[Path, pd.DataFrame]:
        folder = shared / "coinr" / "asem_panel"
        return folder, pd.read_csv(folder / "holes_input.csv")

    @staticmethod
    def cube(table: pd.DataFrame) -> np.ndarray:
        ordered = table.sort_values(["Time", "uCode"])[["LPI", "Flights", "CO2", "Renew"]]
        return ordered.to_numpy().reshape(5, 51, 4)

    @pytest.mark.parametrize(
        ("method", "options", "name"),
        [
            (panel.latest, {}, "latest"),
            (panel.latest, {"max_age": 1}, "latest_max1"),
            (panel.latest_or_first, {}, "constant"),
            (panel.linear_constant, {}, "linear"),
        ],
    )
    def test_equals_coinr(self, holes, method, options, name: str) -> None:
        """coinr/asem_panel/holes_imputed_*.csv; COINr's "linear" carries the ends: our linear_constant."""
        folder, given_holes = holes
        expected = self.cube(pd.read_csv(folder / f"holes_imputed_{name}.csv"))
        x = self.cube(given_holes)
        np.testing.assert_allclose(method(x, **options), expected, rtol=1e-12)
        np.testing.assert_allclose(method(x, np.arange(2018.0, 2023), **options), expected, rtol=1e-12)

    def test_edition_of_origin_equals_coinr(self, holes) -> None:
        """coinr/asem_panel/holes_imputed_latest_time.csv: the year that each value comes from."""
        folder, given_holes = holes
        expected = self.cube(pd.read_csv(folder / "holes_imputed_latest_time.csv"))
        found = latest_edition(self.cube(given_holes))
        np.testing.assert_array_equal(np.where(found < 0, nan, found + 2018), expected)

    @pytest.mark.parametrize(
        ("method", "options", "expected"),
        [
            (panel.latest, {}, [nan, 2, 2, 2, 8, 8]),
            (panel.latest, {"max_age": 2}, [nan, 2, 2, nan, 8, 8]),
            (panel.latest_or_first, {}, [2, 2, 2, 2, 8, 8]),
            (panel.linear, {}, [nan, 2, 3, 6, 8, nan]),
            (panel.linear_constant, {}, [2, 2, 3, 6, 8, 8]),
        ],
    )
    def test_uneven_years_by_hand(self, method, options, expected: list[float]) -> None:
        x = np.array([nan, 2, nan, nan, 8, nan]).reshape(6, 1, 1)
        years = np.array([2000.0, 2010, 2011, 2014, 2016, 2017])
        np.testing.assert_allclose(method(x, years, **options)[:, 0, 0], expected)
        np.testing.assert_allclose(method(x[None], years, **options)[0, :, 0, 0], expected)

    def test_needs_editions_in_order(self) -> None:
        with pytest.raises(OptionError, match="editions"):
            panel.latest(np.zeros((3, 2)))
        with pytest.raises(OptionError, match="ascending"):
            panel.linear(np.zeros((2, 3, 2)), np.array([2020.0, 2019]))


GIVEN = {
    "by": np.arange(60) % 4,
    "value": 3.0,
    "direction": np.array([1.0, -1, 1, -1, 1]),
    "level": np.array([0, 0, 0, 1, 1]),
    "draws": 2,
}


@pytest.mark.parametrize("method", list(imputation), ids=lambda method: method.name)
class TestEveryMethod:
    def apply(self, method, x: np.ndarray, **changed: np.ndarray) -> np.ndarray:
        wanted = (*method.inputs, *method.options)
        return method.function(x, **{k: v for k, v in (GIVEN | changed).items() if k in wanted})

    @settings(max_examples=5)
    @given(seed=st.integers(0, 2**31))
    def test_changes_only_gaps_and_not_the_input(self, method, seed: int) -> None:
        x = np.stack([correlated(seed), correlated(seed + 1), correlated(seed + 2)]).astype(np.float32)
        before = x.copy()
        found = self.apply(method, x)
        np.testing.assert_array_equal(x, before)
        assert found.dtype == np.float64
        known = ~np.isnan(x)
        np.testing.assert_array_equal(found[..., known], np.broadcast_to(x[known], found[..., known].shape))

    @settings(max_examples=5)
    @given(seed=st.integers(0, 2**31))
    def test_order_of_units_and_leading_axes_do_not_matter(self, method, seed: int) -> None:
        if Trait.RANDOM in method.traits:
            pytest.skip("draws belong to the position of a cell")
        x = np.stack([np.stack([correlated(seed + n), correlated(seed + n + 1)]) for n in (0, 5)])
        found = self.apply(method, x)
        order = np.random.default_rng(seed).permutation(60)
        again = self.apply(method, x[..., order, :], by=GIVEN["by"][order])
        np.testing.assert_allclose(again, found[..., order, :], rtol=1e-6)
        np.testing.assert_allclose(np.stack([self.apply(method, one) for one in x]), found, rtol=1e-9)


def test_neighbours_leave_an_indicator_without_values_empty():
    values = np.array([[1.0, np.nan, 2.0], [2.0, np.nan, np.nan], [3.0, np.nan, 4.0]])
    filled = nearest_neighbours(values, k=1)
    assert np.isnan(filled[:, 1]).all()
    assert not np.isnan(filled[:, 2]).any()


def test_a_predictor_that_does_not_vary_among_known_units_says_nothing() -> None:
    """All units with a value have 0 there, so no slope is known: the gap gets the mean, 7 / 3."""
    values = np.array([[3.0, 0.0], [1.0, 0.0], [3.0, 0.0], [np.nan, 5.0]])
    filled = imputation["regression"].function(values)
    np.testing.assert_allclose(filled[:, 0], [3, 1, 3, 7 / 3], rtol=1e-15)
