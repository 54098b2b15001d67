"""Data treatment against COINr, WIPO's country index, scipy, and by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from innov_index.errors import OptionError
from innov_index.methods.kernels.column_statistics import kurtosis, skewness
from innov_index.methods.registry import Trait
from innov_index.methods.treatment import caps, curves, logarithms, power_transforms, treatment

GII_RULE = {"skewness": 2.25, "kurtosis": 3.5}
THE_EXCEPTION = (2021, "IN.4.1.3")


def read(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path)
    return table.set_index("uCode") if "uCode" in table else table


@pytest.fixture(scope="module")
def asem(shared: Path) -> Path:
    return shared / "coinr" / "asem"


@pytest.fixture(scope="module")
def screened(asem: Path) -> pd.DataFrame:
    return read(asem / "pipeline" / "screened.csv")


def two_steps(x: np.ndarray, fallback, *, combined: bool = False, **options) -> np.ndarray:
    """What the pipeline does: winsorise, and the fallback for indicators that still fail."""
    treated = caps.winsorise(x, **options)
    return np.where(caps.passes(treated), treated, fallback(treated if combined else x))


def skewed(seed: int, units: int = 40, missing: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = rng.lognormal(0, 1.5, (units, 6)) * [1, -1, 1e6, 1e-6, 1, 1]
    values[:, 4] = np.round(values[:, 4])
    values[rng.random(values.shape) < missing] = np.nan
    values[:, 5] = 7.0
    return values


class TestMoments:
    def test_equal_coinr(self, asem: Path, screened: pd.DataFrame) -> None:
        """coinr/asem/treat/skew_kurt_screened.csv."""
        expected = pd.read_csv(asem / "treat" / "skew_kurt_screened.csv").set_index("iCode")
        x = screened[expected.index].to_numpy()
        np.testing.assert_allclose(skewness(x), expected["skew"], rtol=1e-11)
        np.testing.assert_allclose(kurtosis(x), expected["kurt"], rtol=1e-11, atol=1e-12)

    def test_equal_scipy_with_gaps(self) -> None:
        x = skewed(1)[:, :5]
        expected = [
            (stats.skew(column, bias=False), stats.kurtosis(column, bias=False))
            for column in (column[~np.isnan(column)] for column in x.T)
        ]
        np.testing.assert_allclose(np.stack([skewness(x), kurtosis(x)], axis=1), expected, rtol=1e-9)

    def test_too_few_values_or_a_constant_have_none(self) -> None:
        nan = np.nan
        x = np.array([[1.0, 1, 0.1, nan], [2, 2, 0.1, nan], [nan, 5, 0.1, nan], [nan, nan, 0.1, nan]])
        np.testing.assert_array_equal(np.isnan(skewness(x)), [True, False, True, True])
        np.testing.assert_array_equal(np.isnan(kurtosis(x)), [True, True, True, True])
        assert caps.passes(x).all()

    @pytest.mark.parametrize("factor", [1e-120, 1e120])
    def test_any_size_of_number(self, factor: float) -> None:
        x = skewed(2, missing=0)[:, :1]
        np.testing.assert_allclose(kurtosis(x * factor), kurtosis(x), rtol=1e-9)


class TestWinsoriseLikeCoinr:
    def assert_moved_as(self, points: pd.DataFrame, before: np.ndarray, after: np.ndarray) -> None:
        marks = points.astype(object).fillna("").to_numpy()
        np.testing.assert_array_equal(after < before, marks == "winhi")
        np.testing.assert_array_equal(after > before, marks == "winlo")

    def test_default(self, asem: Path, screened: pd.DataFrame) -> None:
        """coinr/asem/treat/default*, qTreat_default and pipeline/treated, treat_points: 15 of 46 treated."""
        x = screened.to_numpy()
        found = caps.winsorise(x)
        for name in ("treat/default", "treat/qTreat_default", "pipeline/treated"):
            np.testing.assert_allclose(found, read(asem / f"{name}.csv")[screened.columns], rtol=1e-15)
        for name in ("treat/default__points", "pipeline/treat_points"):
            points = read(asem / f"{name}.csv")
            positions = screened.columns.get_indexer(points.columns)
            self.assert_moved_as(points, x[:, positions], found[:, positions])
        assert caps.passes(found).all()

    def test_with_gaps(self, asem: Path) -> None:
        """coinr/asem/treat/qTreat_on_raw.csv."""
        raw = read(asem / "pipeline" / "raw.csv")
        expected = read(asem / "treat" / "qTreat_on_raw.csv")[raw.columns]
        np.testing.assert_allclose(two_steps(raw.to_numpy(), logarithms.log_ct), expected, rtol=1e-12)

    @pytest.mark.parametrize("data", ["treat/default", "treat/qTreat_on_raw", "pipeline/treat"])
    def test_details(self, asem: Path, screened: pd.DataFrame, data: str) -> None:
        """The tables `…details.csv`: moments and verdict before and after, number of values moved."""
        name = f"{data}_details.csv" if data == "pipeline/treat" else f"{data}__details.csv"
        x = read(asem / "pipeline" / "raw.csv") if "raw" in data else screened
        assert_details(pd.read_csv(asem / name), x)

    @pytest.mark.parametrize("year", range(2018, 2023))
    def test_details_of_the_panel(self, shared: Path, year: int) -> None:
        """coinr/asem_panel: treat_details_YEAR.csv and the treated values, each year alone."""
        folder = shared / "coinr" / "asem_panel"
        x, expected = (
            table[table["Time"] == year].drop(columns="Time")
            for table in (read(folder / "global_screened.csv"), read(folder / "global_treated.csv"))
        )
        assert_details(pd.read_csv(folder / f"treat_details_{year}.csv"), x)
        np.testing.assert_allclose(
            two_steps(x.to_numpy(), logarithms.log_ct), expected.loc[x.index, x.columns], rtol=1e-9
        )

    @pytest.mark.parametrize(
        ("name", "fallback", "combined"),
        [
            ("winmax1_logCT", logarithms.log_ct, False),
            ("winmax1_logCT_combined", logarithms.log_ct, True),
            ("winmax1_logCTorig", logarithms.log_ct_orig, False),
        ],
    )
    def test_two_steps(self, asem: Path, screened: pd.DataFrame, name: str, fallback, combined: bool) -> None:
        """coinr/asem/treat: one value winsorised, then a logarithm of the original or of that."""
        x = screened.to_numpy()
        found = two_steps(x, fallback, combined=combined, max_points=1)
        expected = read(asem / "treat" / f"{name}.csv")[screened.columns]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
        details = pd.read_csv(asem / "treat" / f"{name}__details.csv").set_index("iCode")
        logged = screened.columns[~caps.passes(caps.winsorise(x, max_points=1))]
        assert set(logged) == set(details.index[details["check_SkewKurt2.Skew"].notna()])
        after = pd.Series(skewness(found), screened.columns)
        np.testing.assert_allclose(after[logged], details.loc[logged, "check_SkewKurt2.Skew"], rtol=1e-9)

    @pytest.mark.parametrize("name", ["logCT", "logCT_combined", "logCTorig", "logGII"])
    def test_cells_of_two_steps(self, asem: Path, screened: pd.DataFrame, name: str) -> None:
        """coinr/asem/treat/winmax1_…__points.csv: which cells were winsorised, which columns logged."""
        x = screened.to_numpy()
        points = read(asem / "treat" / f"winmax1_{name}__points.csv")[screened.columns]
        marks = points.astype(object).fillna("").to_numpy().astype(str)
        first = caps.winsorise(x, max_points=1)
        np.testing.assert_array_equal(first < x, np.char.startswith(marks, "winhi"))
        np.testing.assert_array_equal(first > x, np.char.startswith(marks, "winlo"))
        np.testing.assert_array_equal(~caps.passes(first), (np.char.find(marks, "log") >= 0).any(axis=0))

    def test_two_steps_where_coinr_returns_its_input(self, asem: Path, screened: pd.DataFrame) -> None:
        """coinr/asem/treat/winmax1_logGII.csv: log_GII of COINr 1.1.14 returns its input.

        The indicators that COINr passes on unchanged are those where ours are the GII's logarithm, checked by
        the formula and against WIPO's own scores below.
        """
        x = screened.to_numpy()
        found = two_steps(x, logarithms.log_gii, max_points=1)
        coinr = read(asem / "treat" / "winmax1_logGII.csv")[screened.columns].to_numpy()
        logged = ~caps.passes(caps.winsorise(x, max_points=1))
        assert logged.sum() == 11
        np.testing.assert_allclose(found[:, ~logged], coinr[:, ~logged], rtol=1e-15)
        np.testing.assert_array_equal(coinr[:, logged], x[:, logged])
        y = x[:, logged]
        formula = np.log((y.max(0) - 1) * (y - y.min(0)) / np.ptp(y, axis=0) + 1)
        formula[:, y.max(0) <= 1] = np.nan  # there the GII's formula would turn the order
        np.testing.assert_allclose(found[:, logged], formula, rtol=1e-12, atol=1e-12)

    def test_force_moves_values_that_pass(self) -> None:
        """COINr 1.1.14 ignores force_win where the moments pass; here it is what it says."""
        x = np.array([[1.0], [2], [3], [4], [6]])
        assert caps.passes(x).all()
        np.testing.assert_array_equal(caps.winsorise(x, force=0)[:, 0], [1, 2, 3, 4, 6])
        np.testing.assert_array_equal(caps.winsorise(x, force=1)[:, 0], [1, 2, 3, 4, 4])
        np.testing.assert_array_equal(caps.winsorise(-x, force=1)[:, 0], [-1, -2, -3, -4, -4])


def assert_details(details: pd.DataFrame, screened: pd.DataFrame) -> None:
    """Ours equal a details table of COINr, which leaves out indicators whose test has no result."""
    x = screened[details["iCode"]].to_numpy(dtype=float)
    after = caps.winsorise(x)
    np.testing.assert_array_equal(caps.passes(x), details["check_SkewKurt0.Pass"].astype(bool))
    np.testing.assert_allclose(skewness(x), details["check_SkewKurt0.Skew"], rtol=1e-9)
    np.testing.assert_allclose(kurtosis(x), details["check_SkewKurt0.Kurt"], rtol=1e-9, atol=1e-12)
    moved = ((after != x) & ~np.isnan(x)).sum(axis=0)
    np.testing.assert_array_equal(moved, details["winsorise.nwin"].fillna(0))
    treated = details["winsorise.nwin"].notna().to_numpy()
    np.testing.assert_allclose(
        skewness(after)[treated], details.loc[treated, "check_SkewKurt1.Skew"], rtol=1e-9
    )
    np.testing.assert_allclose(
        kurtosis(after)[treated], details.loc[treated, "check_SkewKurt1.Kurt"], rtol=1e-9
    )


@pytest.fixture(scope="module", params=[2021, 2022, 2023])
def edition(shared: Path, request) -> tuple[int, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Year, values, scores and `indicators_meta.csv` of an edition, in published/gii."""
    folder, year = shared / "published" / "gii", request.param
    long = pd.read_csv(folder / f"country_{year}_scores.csv")
    long = long[long["level"] == "indicator"]
    values = long.pivot(index="iso3", columns="node", values="value")
    scores = long.pivot(index="iso3", columns="node", values="score")
    meta = pd.read_csv(folder / "indicators_meta.csv")
    meta = meta[meta["edition"] == year].set_index("node")
    return year, values, scores, meta.loc[values.columns]


def capped_as_wipo(year: int, values: pd.DataFrame) -> np.ndarray:
    """The rule, and `force` for the one indicator with six values capped where the rule stops at three."""
    x = values.to_numpy()
    capped = caps.winsorise(x, **GII_RULE)
    if year == THE_EXCEPTION[0]:
        column = values.columns.get_indexer([THE_EXCEPTION[1]])
        assert (capped[:, column] < x[:, column]).sum() == 3
        capped[:, column] = caps.winsorise(x[:, column], force=6)
    return capped


class TestWinsoriseLikeWipo:
    def test_values_moved_and_logarithms(self, edition) -> None:
        """Number of values capped and raised, and which take the logarithm, of all 242 indicator-editions."""
        year, values, _, meta = edition
        x, capped = values.to_numpy(), capped_as_wipo(year, values)
        failing = ~caps.passes(capped, **GII_RULE)
        np.testing.assert_array_equal(failing, meta["treatment"] == "log")
        np.testing.assert_array_equal(np.where(failing, 0, (capped < x).sum(axis=0)), meta["capped_high"])
        np.testing.assert_array_equal(np.where(failing, 0, (capped > x).sum(axis=0)), meta["raised_low"])

    def test_scores(self, edition) -> None:
        """Published scores (full doubles): min-max of the treated values, where the range is theirs."""
        year, values, scores, meta = edition
        capped = capped_as_wipo(year, values)
        treated = np.where(caps.passes(capped, **GII_RULE), capped, logarithms.log_gii(values.to_numpy()))
        low, high = np.nanmin(treated, axis=0), np.nanmax(treated, axis=0)
        found = 100 * (treated - low) / (high - low)
        found = np.where(meta["direction"] == "-", 100 - found, found)
        by_sample = (meta["bounds"] == "sample").to_numpy()
        assert by_sample.sum() > 60
        np.testing.assert_allclose(found[:, by_sample], scores.to_numpy()[:, by_sample], rtol=0, atol=1e-9)


class TestWinsoriseByHand:
    def test_ties_at_the_extreme_move_together(self) -> None:
        """As in COINr: both values of 100 are set to 30 in the first round, and count as two."""
        x = np.r_[np.arange(1.0, 21), 30, 100, 100][:, None]
        expected = np.r_[np.arange(1.0, 21), 30, 30, 30]
        np.testing.assert_array_equal(caps.winsorise(x, max_points=2, skewness=1, kurtosis=1)[:, 0], expected)
        one_round = caps.winsorise(x, max_points=1, skewness=1, kurtosis=1)
        np.testing.assert_array_equal(one_round[:, 0], expected)

    def test_sides_alternate(self) -> None:
        x = np.r_[-90.0, np.arange(1.0, 31), 100][:, None]
        found = caps.winsorise(x, outlier_when="either")
        np.testing.assert_array_equal(found[:, 0], np.r_[1, np.arange(1.0, 31), 30])

    def test_an_indicator_is_never_made_constant(self) -> None:
        x = np.r_[np.zeros(50), 1][:, None]
        np.testing.assert_array_equal(caps.winsorise(x), x)
        np.testing.assert_array_equal(caps.winsorise(x, force=3), x)
        assert not caps.passes(x)

    def test_either(self) -> None:
        heavy_only = np.r_[-50.0, np.linspace(-1, 1, 60), 50][:, None]
        assert caps.passes(heavy_only)
        assert not caps.passes(heavy_only, outlier_when="either")
        np.testing.assert_array_equal(caps.winsorise(heavy_only), heavy_only)
        assert np.abs(caps.winsorise(heavy_only, outlier_when="either")).max() == 1

    def test_limits_come_from_the_reference(self) -> None:
        reference = np.r_[np.arange(1.0, 21), 500][:, None]
        np.testing.assert_array_equal(caps.winsorise(np.array([[0.5], [21.0]]), reference)[:, 0], [1, 20])

    @pytest.mark.parametrize("column", [[np.nan] * 4, [3.0] * 4, [1.0, 9.0, np.nan, np.nan]])
    def test_what_has_no_moments_stays(self, column: list[float]) -> None:
        x = np.array(column)[:, None]
        np.testing.assert_array_equal(caps.winsorise(x), x)
        assert caps.passes(x)


class TestLimits:
    X = np.r_[np.arange(1.0, 10), 100][:, None]

    def test_quantile_equals_numpy(self) -> None:
        x = skewed(3)[:, :5]
        low, high = np.nanquantile(x, [0.1, 0.8], axis=0)
        found = caps.winsorise_quantile(x, lower=0.1, upper=0.8)
        np.testing.assert_allclose(found, np.clip(x, low, high), rtol=1e-14)

    def test_fences(self) -> None:
        """Quartiles 3.25 and 7.75: the upper fence is 7.75 + 1.5 · 4.5."""
        assert caps.winsorise_iqr(self.X)[-1, 0] == 14.5
        np.testing.assert_array_equal(caps.winsorise_iqr(self.X)[:-1], self.X[:-1])

    def test_median_absolute_deviation(self) -> None:
        """Median 5.5, median absolute deviation 2.5."""
        found = caps.winsorise_mad(self.X, factor=3, scale=2)
        assert found[-1, 0] == 5.5 + 3 * 2 * 2.5

    @pytest.mark.parametrize("method", [caps.winsorise_iqr, caps.winsorise_mad])
    def test_no_spread_in_the_middle_sets_no_limit(self, method) -> None:
        x = np.r_[np.zeros(9), 5][:, None]
        np.testing.assert_array_equal(method(x), x)

    def test_clamp(self) -> None:
        x = np.array([[1.0, 1], [5, 5], [np.nan, 9]])
        np.testing.assert_array_equal(
            caps.clamp(x, lower=np.array([2.0, 0]), upper=4), [[2, 1], [4, 4], [np.nan, 4]]
        )
        np.testing.assert_array_equal(caps.clamp(x, upper=4), np.minimum(x, 4))

    def test_wrong_combinations(self) -> None:
        for wrong in (
            lambda: caps.clamp(self.X),
            lambda: caps.clamp(self.X, lower=3, upper=2),
            lambda: caps.winsorise_quantile(self.X, lower=0.9, upper=0.1),
            lambda: curves.logit(self.X, low=1, high=1),
            lambda: curves.asinh(self.X, scale=0),
        ):
            with pytest.raises(OptionError):
                wrong()


class TestTransforms:
    def test_equal_coinr(self, asem: Path) -> None:
        """coinr/asem/treat/functions_on_Flights.csv; its log_GII column is x itself (COINr's defect)."""
        table = pd.read_csv(asem / "treat" / "functions_on_Flights.csv")
        x = table[["x"]].to_numpy()
        found = {
            "log_CT": logarithms.log_ct(x),
            "log_CT_plus": logarithms.log_ct_plus(x),
            "log_CT_orig": logarithms.log_ct_orig(x),
            "boxcox_0": curves.box_cox(x, lmbda=0, origin="minimum", shift=1),
            "boxcox_0.5": curves.box_cox(x, lmbda=0.5, origin="minimum", shift=1),
            "boxcox_m1": curves.box_cox(x, lmbda=-1, origin="minimum", shift=1),
            "winsorise5": caps.winsorise(x),
        }
        for name, result in found.items():
            np.testing.assert_allclose(result[:, 0], table[name], rtol=1e-12, atol=1e-15, err_msg=name)
        np.testing.assert_array_equal(table["log_GII"], table["x"])
        assert np.isnan(
            logarithms.log_gii(x)
        ).all()  # the maximum is below 1: the formula would turn the order
        stretched = (1000 * x.max() - 1) * (x - x.min()) / np.ptp(x) + 1
        np.testing.assert_allclose(logarithms.log_gii(x, factor=1000), np.log(stretched), rtol=1e-12)

    def test_log_ct_plus_of_a_left_tail_is_the_mirror_image(self) -> None:
        """COINr's rule: -ln(max - x + (max - min) / 100) where the skewness is not positive."""
        x = skewed(4, missing=0)[:, :1]
        np.testing.assert_allclose(logarithms.log_ct_plus(-x), -logarithms.log_ct(x), rtol=1e-12)

    def test_undefined_values_are_missing(self) -> None:
        x = np.array([[-1.0], [0], [1], [np.nan], [2]])
        nan = np.nan
        rows = [
            (logarithms.log(x), [nan, nan, 0, nan, np.log(2)]),
            (logarithms.log_shift(x), [nan, 0, np.log(2), nan, np.log(3)]),
            (curves.square_root(x), [nan, 0, 1, nan, np.sqrt(2)]),
            (curves.cube_root(x), [-1, 0, 1, nan, 2 ** (1 / 3)]),
            (curves.reciprocal(x), [nan, nan, 1, nan, 0.5]),
            (curves.logit(x, high=2), [nan, nan, 0, nan, nan]),
            (curves.asinh(x, scale=2), [*np.arcsinh([-0.5, 0, 0.5]), nan, np.arcsinh(1)]),
            (curves.box_cox(x, lmbda=2), [nan, nan, 0, nan, 1.5]),
            (curves.yeo_johnson(x, lmbda=0), [-1.5, 0, np.log(2), nan, np.log(3)]),
        ]
        for found, expected in rows:
            np.testing.assert_allclose(found[:, 0], expected, rtol=1e-14, atol=1e-15)

    def test_a_constant_has_no_range(self) -> None:
        x = np.full((4, 1), 0.1)
        for method in (
            logarithms.log_ct,
            logarithms.log_ct_plus,
            logarithms.log_gii,
            curves.box_cox,
            curves.yeo_johnson,
        ):
            assert np.isnan(method(x)).all()
        np.testing.assert_array_equal(logarithms.log_ct_orig(x), 0)

    def test_statistics_come_from_the_reference(self) -> None:
        x, reference = np.array([[3.0], [4.0]]), np.array([[2.0], [12.0]])
        np.testing.assert_allclose(logarithms.log_ct(x, reference), np.log(x - 2 + 0.1))
        np.testing.assert_allclose(logarithms.log_ct_orig(x, reference), np.log(x - 2 + 1))
        np.testing.assert_allclose(logarithms.log_gii(x, reference), np.log(11 * (x - 2) / 10 + 1))
        assert np.isnan(logarithms.log_ct(np.array([[1.0]]), reference)).all()
        wide = skewed(5, missing=0)[:, :1]
        np.testing.assert_allclose(curves.box_cox(wide[:3], wide), curves.box_cox(wide)[:3], rtol=1e-14)
        np.testing.assert_allclose(
            curves.yeo_johnson(wide[:3], wide), curves.yeo_johnson(wide)[:3], rtol=1e-14
        )

    @pytest.mark.parametrize(
        ("method", "theirs", "shift"),
        [(curves.box_cox, stats.boxcox, 0), (curves.yeo_johnson, stats.yeojohnson, 0.7)],
    )
    def test_powers_equal_scipy(self, method, theirs, shift: float) -> None:
        """scipy.stats.boxcox and yeojohnson, which search each column by Brent's method."""
        rng = np.random.default_rng(6)
        columns = [
            rng.lognormal(0, 1, 300),
            rng.gamma(2, 3, 300),
            rng.uniform(1, 2, 300) ** 8,
            1 / rng.gamma(3, 1, 300),
            rng.uniform(0, 1, 300) ** 0.1,
        ]
        x = np.stack(columns, axis=1) - shift
        gappy = np.concatenate([x, np.full((2, 5), np.nan)])
        expected = np.stack([theirs(column)[0] for column in x.T], axis=1)
        np.testing.assert_allclose(method(gappy)[:-2], expected, rtol=1e-6, atol=1e-6)

    @pytest.mark.parametrize("power", [-1e-9, 0.0, 1e-9])
    def test_powers_near_zero_are_the_logarithm(self, power: float) -> None:
        x = np.array([[1e-8], [1.0], [1e8]])
        np.testing.assert_allclose(curves.box_cox(x, lmbda=power), np.log(x), rtol=1e-7)


OPTIONS = {method.name: dict(method.example) for method in treatment} | {
    "clamp": {"lower": -3.0, "upper": 3.0},
    "log_shift": {"shift": 3e6},
    "logit": {"low": -1e9, "high": 1e9},
}


@pytest.mark.parametrize("method", list(treatment), ids=lambda method: method.name)
class TestEveryMethod:
    @settings(max_examples=15)
    @given(seed=st.integers(0, 2**32 - 1))
    def test_order_of_units_leading_axes_and_input(self, method, seed: int) -> None:
        def apply(x: np.ndarray) -> np.ndarray:
            return method.function(x, **OPTIONS[method.name])

        values = np.stack([skewed(seed), skewed(seed + 1)])
        before = values.copy()
        found = apply(values)
        np.testing.assert_array_equal(values, before)
        assert not np.isinf(found).any()
        np.testing.assert_allclose(np.stack([apply(one) for one in values]), found, rtol=1e-9)
        order = np.random.default_rng(seed).permutation(values.shape[1])
        np.testing.assert_allclose(apply(values[:, order]), found[:, order], rtol=1e-7, atol=1e-12)

    def test_keeps_order_and_gaps(self, method) -> None:
        x = np.sort(skewed(7), axis=0)
        found = method.function(x, **OPTIONS[method.name])
        assert np.isnan(found[np.isnan(x)]).all()
        steps = np.diff(found, axis=0)
        sign = -1 if Trait.REVERSES in method.traits else 1
        assert (sign * steps[~np.isnan(steps)] >= -1e-12 * np.abs(found[~np.isnan(found)]).max()).all()

    def test_single_precision_becomes_double(self, method) -> None:
        found = method.function(skewed(8).astype(np.float32), **OPTIONS[method.name])
        assert found.dtype == np.float64


@pytest.mark.parametrize("name", ["winsorise", "winsorise_quantile", "winsorise_iqr", "winsorise_mad"])
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), power=st.integers(-20, 20), shift=st.integers(-3, 3))
def test_limits_do_not_depend_on_the_unit_of_measurement(
    name: str, seed: int, power: int, shift: int
) -> None:
    x, method = skewed(seed, missing=0)[:, :2], treatment[name].function
    scale = 2.0**power
    np.testing.assert_allclose(method(x * scale + shift * scale), (method(x) + shift) * scale, rtol=1e-9)


@pytest.mark.parametrize("when", ["both", "either"])
def test_three_values_have_no_kurtosis_and_stay(when: str) -> None:
    values = np.array([[1.0], [2.0], [900.0]])
    assert caps.winsorise(values, skewness=1.0, kurtosis=2.0, outlier_when=when).tolist() == values.tolist()


@pytest.mark.parametrize("shift", [0.0, 0.1, 7.3])
def test_a_symmetric_column_has_no_long_tail(shift: float) -> None:
    """Third moments cancel: -ln(max - x + 1 % of the range), as for any left tail."""
    values = np.array([[1.0, 0, 1, 2, 0, 3, 3, 2]]).T / 10 + shift
    expected = -np.log(values.max() - values + 0.01 * (values.max() - values.min()))
    np.testing.assert_allclose(logarithms.log_ct_plus(values), expected, rtol=1e-9)


def test_yeo_johnson_of_tiny_values_has_the_shape_of_their_power_transform() -> None:
    """Next to zero ln(1 + x) is x: the transform of x / c has a power c times as large, and its shape."""
    shape = np.array([[1.0], [1.3], [1.9], [2.4], [4.8]])
    tiny, small = (treatment["yeo_johnson"].function(shape * size) / size for size in (1e-160, 1e-12))
    np.testing.assert_allclose(tiny, small, rtol=1e-6)
    assert (small[-1] - small[0]) / (shape[-1] - shape[0]) < 0.5


def test_the_power_of_two_values_that_are_nearly_the_same_is_zero() -> None:
    """With x = g e^(±u) the likelihood falls with sinh(λu) / (λu): it is largest at 0, however small u is."""
    values = np.array([[1e9 + 2], [1e9 + 4]])
    for name, expected in (("box_cox", np.log(values)), ("yeo_johnson", np.log1p(values))):
        np.testing.assert_array_equal(treatment[name].function(values), expected)


def test_the_power_of_values_that_are_nearly_the_same_has_their_shape() -> None:
    """Of x = 1 + s t with small s the power is that of e^t over s, which no constant changes."""
    shape = np.array([[0.0], [1.0], [2.5], [4.5], [9.0]])
    powers = [power_transforms.box_cox_power(1e6 * (1 + size * shape)).item() * size for size in (1e-5, 1e-7)]
    assert powers[0] == pytest.approx(powers[1], rel=1e-3)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_yeo_johnson_of_values_from_1_to_1e300_is_the_box_cox_of_one_and_them(sign: float) -> None:
    """Of values of one sign it is a Box-Cox transform of 1 + |x|, whose powers stay in range around λ = 0."""
    values = np.array([[1.0], [3e80], [7e160], [2e300]])
    found = treatment["yeo_johnson"].function(sign * values)
    expected = treatment["box_cox"].function(1.0 + values)
    np.testing.assert_allclose(found, sign * expected, rtol=1e-9)
