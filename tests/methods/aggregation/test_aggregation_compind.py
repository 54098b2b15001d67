"""Aggregation against Compind 3.4 on the ASEM pillar scores (compind/, made by export_compind.R)."""

import statistics

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from innov_index.methods.aggregation import aggregation

EQUAL = np.full(8, 1 / 8)


@pytest.fixture(scope="module")
def compind(shared):
    return shared / "coinr/compind"


@pytest.fixture(scope="module")
def pillars(compind):
    return pd.read_csv(compind / "input_pillars.csv").iloc[:, 1:].to_numpy()


@pytest.fixture(scope="module")
def indices(compind):
    return pd.read_csv(compind / "indices.csv")


def call(name, *inputs, **options):
    return aggregation[name].function(*inputs, **options)


@pytest.mark.parametrize(("penalty", "column"), [("minus", "mpi_pos"), ("plus", "mpi_neg")])
def test_mpi(compind, indices, penalty, column):
    """Compind calls the index POS where the penalty is taken off. It takes a sample's variance among the
    children; the source of the index takes a population's, so the default differs (ddof)."""
    standardised = pd.read_csv(compind / "normalise_1_100_10.csv").iloc[:, 1:].to_numpy()
    got = call("mpi", standardised, EQUAL, penalty=penalty, ddof=1)
    np.testing.assert_allclose(got, indices[column], rtol=0, atol=1e-9)


def test_mpi_by_hand():
    """Children 90, 100 and 110: mean 100, population variance 200/3."""
    got = call("mpi", np.array([[90.0, 100.0, 110.0]]), np.full(3, 1 / 3))
    np.testing.assert_allclose(got, 100 - 200 / 3 / 100, rtol=1e-14)


@pytest.fixture(scope="module")
def panel(shared, pillars):
    """(years, units, pillars) of the units that are there in every year."""
    table = pd.read_csv(shared / "coinr/asem_panel/global_aggregated.csv")
    years = table.Time.nunique()
    table = table.groupby("uCode").filter(lambda rows: len(rows) == years).sort_values(["Time", "uCode"])
    names = pd.read_csv(shared / "coinr/compind/input_pillars.csv").columns[1:]
    return table[names].to_numpy().reshape(years, -1, len(names))


def test_ampi(compind, panel):
    """Compind rounds to 3 decimals. Goalposts: all years pooled, the first year's mean is 100."""
    expected = pd.read_csv(compind / "ampi_neg.csv").iloc[:, 1:].to_numpy().T
    centre = panel[0].mean(axis=0).tolist()
    got = call("ampi", panel, EQUAL, panel.reshape(-1, 8), centre=centre)
    np.testing.assert_allclose(got, expected, rtol=0, atol=0.0005 + 1e-9)
    np.testing.assert_allclose(got.round(3), expected, rtol=0, atol=1e-12)


def test_ampi_with_the_other_penalty_is_mirrored_where_compind_repeats_itself(compind, panel):
    """Compind 3.4 overwrites its argument and gives the same table for both penalties (features.md 2).
    Right is M + S²/M: as far above the mean as the other lies below it."""
    minus = pd.read_csv(compind / "ampi_neg.csv").iloc[:, 1:].to_numpy()
    as_written = pd.read_csv(compind / "ampi_pos_as_written.csv").iloc[:, 1:].to_numpy()
    np.testing.assert_array_equal(minus, as_written)
    pooled, centre = panel.reshape(-1, 8), panel[0].mean(axis=0)
    below, above = (
        call("ampi", panel, EQUAL, pooled, centre=centre.tolist(), penalty=penalty)
        for penalty in ("minus", "plus")
    )
    mean = np.mean(100 + 60 * (panel - centre) / np.ptp(pooled, axis=0), axis=-1)
    np.testing.assert_allclose((below + above) / 2, mean, rtol=1e-12)
    assert np.all(above > below)


@pytest.mark.parametrize("first", [2, 4])
def test_owa(pillars, indices, first):
    """OWA+ is the mean of the j highest children ("at least j"), OWA- that of the j lowest."""
    weights = [1.0 / first] * first + [0.0] * (8 - first)
    highest = call("owa", pillars, order_weights=weights)
    lowest = call("owa", pillars, order_weights=weights[::-1])
    np.testing.assert_allclose(highest, indices[f"owa_p_j{first}"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(lowest, indices[f"owa_n_j{first}"], rtol=0, atol=1e-9)


def test_wroclaw(pillars, indices):
    """Compind prints the distance, less is better."""
    got = call("wroclaw", pillars, EQUAL)
    np.testing.assert_allclose(1 - got, indices.wroclaw, rtol=0, atol=1e-9)


def test_hellwig_is_wroclaw_on_z_scores_with_a_population_deviation(pillars):
    """Taken apart step by step with numpy's own statistics."""
    standardised = (pillars - pillars.mean(axis=0)) / pillars.std(axis=0)
    distance = np.sqrt(np.mean((standardised - standardised.max(axis=0)) ** 2, axis=-1))
    expected = 1 - distance / (distance.mean() + 2 * distance.std())
    np.testing.assert_allclose(call("hellwig", pillars, EQUAL), expected, rtol=1e-12)


def test_geometric(pillars, indices):
    np.testing.assert_allclose(call("geometric", pillars + 1, EQUAL), indices.geom_equal, rtol=0, atol=1e-9)


def test_mean_min_is_compinds_formula_on_rightly_standardised_scores(pillars, indices):
    """Compind standardises inside, with the columns' means recycled down the rows (features.md 2). Given
    scores that went through the same mistake, our function gives its result; the function itself is right."""
    rows, columns = np.indices(pillars.shape)
    recycled = (rows + len(pillars) * columns) % 8
    mean, deviation = pillars.mean(axis=0), pillars.std(axis=0, ddof=1)
    mistaken = 100 + 10 * (pillars - mean[recycled]) / deviation[recycled]
    got = call("mean_min", mistaken, EQUAL, alpha=0.5, beta=1.0)
    np.testing.assert_allclose(got, indices["mean_min_a0.5_b1_as_written"], rtol=0, atol=1e-9)


def test_mean_min_spans_mean_to_minimum(pillars):
    np.testing.assert_allclose(call("mean_min", pillars, EQUAL, alpha=0.0, beta=0.0), pillars.mean(axis=-1))
    np.testing.assert_allclose(call("mean_min", pillars, EQUAL, alpha=1.0, beta=0.0), pillars.min(axis=-1))


def test_generalised_mean_takes_the_root_where_compind_divides(pillars, indices):
    """Compind's ci_generalized_mean is 1 for every unit by default, and else mean(x^p)/p (features.md 2)."""
    right = call("power", pillars, EQUAL, p=2.0)
    assert (indices.generalised_p2_default == 1).all()
    np.testing.assert_allclose(right, np.sqrt(2 * indices.generalised_p2_narm_false), rtol=1e-12)


def test_cv_penalty_by_the_formula():
    """M (1 - strength (S / M)^exponent), by the statistics module, scores repeated by weight."""
    rows, weights = [[3.0, 9.0, 6.0], [5.0, 5.0, 5.5], [1.0, 20.0, 2.0]], [1, 2, 5]
    found = call("cv_penalty", np.array(rows), np.array(weights) / 8, strength=0.4, exponent=1.5)
    for row, score in zip(rows, found, strict=True):
        repeated = [value for value, times in zip(row, weights, strict=True) for _ in range(times)]
        mean, deviation = statistics.fmean(repeated), statistics.pstdev(repeated)
        assert score == pytest.approx(mean * (1 - 0.4 * (deviation / mean) ** 1.5), rel=1e-13)


def test_cv_penalty_with_its_defaults_is_mpi(compind):
    """The penalty by the coefficient of variation, M (1 - cv²), is M - S²/M."""
    scores = pd.read_csv(compind / "normalise_1_100_10.csv").iloc[:, 1:].to_numpy()
    np.testing.assert_allclose(call("cv_penalty", scores, EQUAL), call("mpi", scores, EQUAL), rtol=1e-12)
    np.testing.assert_allclose(
        call("cv_penalty", scores, EQUAL, exponent=1.0),
        scores.mean(axis=-1) - scores.std(axis=-1),
        rtol=1e-12,
    )


def test_benefit_of_the_doubt(compind, pillars, indices):
    plain = pd.read_csv(compind / "bod_direct_lp.csv").bod
    np.testing.assert_allclose(call("bod", pillars), plain, rtol=0, atol=1e-9)
    limited = call("bod", pillars, lower_share=0.05, upper_share=0.3)
    np.testing.assert_allclose(limited, indices["bod_constr_0.05_0.3"], rtol=0, atol=1e-9)


def test_geometric_bod(compind, pillars):
    """Relative to the first unit, with shares between 0.05 and 0.3.

    A unit on the frontier (6 of 51) has several best sets of shares, so its geometric score is a matter
    of the solver; all others must agree.
    """
    limits = {"lower_share": 0.05, "upper_share": 0.3}
    expected = pd.read_csv(compind / "geom_bod.csv").geom_bod
    got = call("geometric_bod", pillars + 1, base=0, **limits)
    inner = call("bod", pillars + 1, **limits) < 1 - 1e-9
    assert np.sum(inner) == 45
    np.testing.assert_allclose(got[inner], expected[inner], rtol=0, atol=1e-9)


def test_directional_bod_is_the_linear_program(pillars):
    """Fusco 2015: the largest b with which a mixture of units reaches x + b g, by HiGHS."""
    table, steps = pillars[:12], np.array([1.0, 0.5, 2.0, *np.ones(pillars.shape[1] - 3)])
    got = call("directional_bod", table, steps=steps.tolist())
    for unit in (0, 4, 9):
        found = linprog(
            np.append(np.zeros(12), -1.0),
            A_ub=np.column_stack([-table.T, steps]),
            b_ub=-table[unit],
            A_eq=[np.append(np.ones(12), 0.0)],
            b_eq=[1.0],
        )
        assert got[unit] == pytest.approx(1 / (1 - found.fun), rel=1e-9)


def test_directional_bod_along_a_units_own_profile_is_plain_bod(pillars):
    """Fusco 2015: with the direction g = x_i, 1 / (1 + b) is the score of the plain programme."""
    plain = call("bod", pillars)
    for unit in (0, 7, 30):
        got = call("directional_bod", pillars, steps=pillars[unit].tolist())
        np.testing.assert_allclose(got[unit], plain[unit], rtol=1e-9)
