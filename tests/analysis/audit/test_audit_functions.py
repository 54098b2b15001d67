"""The array functions of an audit: figures that a reader can redo, gaps, leading axes, and other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from innov_index.analysis.audit.correlations import (
    correlations_with_denominators,
    p_values,
    pair_counts,
)
from innov_index.analysis.audit.dimensionality import (
    cronbach_alpha,
    pairwise_covariances,
    principal_components,
)
from innov_index.analysis.audit.removal import index_without_each
from innov_index.analysis.audit.run import audit
from innov_index.analysis.audit.statistics import (
    Limits,
    flagged,
    node_availability,
    profile,
    statistics,
)
from innov_index.analysis.compare.agreement import correlation_matrix, kendall, spearman
from innov_index.index import load
from innov_index.methods.screening import coverage_table
from innov_index.pipeline.binding import bind
from tests.indices import write_index

KINDS = ("pearson", "spearman", "kendall")
OTHERS = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}
nan = np.nan

BATCHED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "pearson": lambda values: correlation_matrix(values, "pearson"),
    "spearman": lambda values: correlation_matrix(values, "spearman"),
    "kendall": lambda values: correlation_matrix(values, "kendall"),
    "p values": lambda values: p_values(values, correlation_matrix(values)),
    "p values of kendall": lambda values: p_values(values, correlation_matrix(values, "kendall"), "kendall"),
    "pair counts": pair_counts,
    "alpha": cronbach_alpha,
    "covariances": pairwise_covariances,
    "eigenvalues": lambda values: principal_components(values).eigenvalues,
    "loadings": lambda values: np.abs(principal_components(values).loadings),
    "skewness": lambda values: statistics(values).skewness,
    "unique": lambda values: statistics(values).unique,
    "outliers": lambda values: flagged(statistics(values), Limits()).outliers,
    "missing": lambda values: coverage_table(values).missing,
    "denominators": lambda values: correlations_with_denominators(values, values[..., :2]),
}


@pytest.mark.parametrize("name", BATCHED)
@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_leading_axes_and_input_unchanged(make_values, name: str, missing: float) -> None:
    """Two leading axes give what a loop gives, and the input stays as it was."""
    values = np.stack([make_values(seed, 20, 5, missing) for seed in range(6)]).reshape(2, 3, 20, 5)
    before = values.copy()
    batched = BATCHED[name](values)
    np.testing.assert_array_equal(values, before)
    for i in range(2):
        for j in range(3):
            np.testing.assert_allclose(batched[i, j], BATCHED[name](values[i, j]), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_correlations_equal_scipy_pair_by_pair(make_values, kind: str, missing: float) -> None:
    values = np.round(make_values(3, 40, 6, missing), -1)  # rounded: with ties
    matrix = correlation_matrix(values, kind)
    p = p_values(values, matrix, kind)
    for i in range(6):
        for j in range(6):
            both = ~np.isnan(values[:, i]) & ~np.isnan(values[:, j])
            expected = OTHERS[kind](values[both, i], values[both, j])
            assert matrix[i, j] == pytest.approx(expected.statistic, abs=1e-12)
            if i != j:
                assert p[i, j] == pytest.approx(expected.pvalue, abs=1e-10)
    assert pair_counts(values)[0, 1] == (~np.isnan(values[:, :2])).all(axis=1).sum()


def test_correlations_that_do_not_exist() -> None:
    """A constant, a column without values, and two columns that share one unit."""
    values = np.array([[1, 5, nan, 1, nan], [2, 5, nan, nan, 3], [3, 5, nan, nan, 4], [5, 5, nan, 2, 5.0]])
    for kind in KINDS:
        matrix = correlation_matrix(values, kind)
        assert np.isnan(matrix[0, 1:3]).all()
        assert np.isnan(matrix[3, 4])
        assert matrix[0, 0] == 1.0
        assert matrix[0, 4] > 0.98
        assert np.isnan(p_values(values, matrix, kind)[0, 1])


def test_two_rankings() -> None:
    """Ranks 1 2 3 4 against 1 3 2 4: five of six pairs agree, tau = 4/6; rho = 1 - 6·2/(4·15) = 0.8."""
    first, second = np.array([1, 2, 3, 4, nan]), np.array([1, 3, 2, 4, 5.0])
    assert kendall(first, second) == pytest.approx(4 / 6)
    assert spearman(first, second) == pytest.approx(0.8)
    assert np.isnan(kendall(first[:1], second[:1]))
    assert np.isnan(spearman(np.full(3, nan), np.arange(3.0)))


def test_alpha_of_known_covariances() -> None:
    """Two equal columns: alpha 1. Opposite ones: the sum has no variance, so there is none. One: none."""
    column = np.array([1.0, 2, 4, 7])
    assert cronbach_alpha(np.stack([column, column], axis=-1)) == pytest.approx(1.0)
    assert np.isnan(cronbach_alpha(np.stack([column, -column], axis=-1)))
    assert np.isnan(cronbach_alpha(column[:, None]))
    # Spearman-Brown: k columns of the same variance and correlation r have alpha = k r / (1 + (k - 1) r)
    x, y = np.array([1.0, -1, 1, -1]), np.array([1.0, 1, -1, -1])
    values = np.stack([3 * x + y, 3 * x - y], axis=-1)  # r = (9 - 1) / (9 + 1)
    assert cronbach_alpha(values) == pytest.approx(2 * 0.8 / 1.8)


def test_components_of_two_columns() -> None:
    """Two columns with correlation r have eigenvalues 1 + r and 1 - r and vectors of sqrt(1/2)."""
    x, y = np.array([1.0, -1, 1, -1, nan]), np.array([1.0, 1, -1, -1, 9])
    found = principal_components(np.stack([3 * x + y, 3 * x - y], axis=-1))
    np.testing.assert_allclose(found.eigenvalues, [1.8, 0.2])
    np.testing.assert_allclose(found.shares, [0.9, 0.1])
    np.testing.assert_allclose(found.vectors[:, 0], np.sqrt(0.5))
    np.testing.assert_allclose(found.loadings[:, 0], np.sqrt(0.9))  # the correlation with the component
    assert found.units == 4


def test_components_leave_out_a_constant() -> None:
    x = np.array([1.0, 2, 3, 5])
    found = principal_components(np.stack([x, np.ones(4), x**2], axis=-1))
    np.testing.assert_array_equal(found.loadings[1], 0)
    assert found.eigenvalues.sum() == pytest.approx(2.0)
    assert np.isnan(principal_components(np.full((3, 2), nan)).eigenvalues).all()


def test_statistics_of_a_small_table() -> None:
    values = np.array([[0.0, 1, nan], [0, 2, nan], [3, 2, nan], [nan, 7, nan]])
    found = statistics(values)
    np.testing.assert_array_equal(found.available, [3, 4, 0])
    np.testing.assert_array_equal(found.non_zero, [1, 4, 0])
    np.testing.assert_array_equal(found.unique, [2, 3, 0])
    np.testing.assert_array_equal(found.most_frequent, [2, 2, 0])
    np.testing.assert_allclose(found.available_share, [0.75, 1, 0])
    np.testing.assert_allclose(found.non_zero_share, [1 / 3, 1, nan])
    flags = flagged(found, Limits())
    np.testing.assert_array_equal(flags.few_values, [False, False, True])
    np.testing.assert_array_equal(flags.many_zeros, [True, False, False])


def test_a_gap_is_no_zero() -> None:
    """COINr flags many zeros on the non-zero values over all units: an indicator with gaps looks zero-heavy.

    Here the share is of the values that are there, as its documentation says: no zero, no flag.
    """
    values = np.array([1.0, 2, nan, nan, nan])[:, None]
    flags = flagged(statistics(values), Limits())
    assert not flags.many_zeros[0]
    assert flags.few_values[0]


def test_availability_by_node() -> None:
    values = np.array([[1.0, nan, 0], [nan, nan, nan]])
    found = coverage_table(values)
    np.testing.assert_array_equal(found.missing, [1, 3])
    np.testing.assert_array_equal(found.zero, [1, 0])
    np.testing.assert_allclose(found.nonzero, [0.5, nan])
    tree = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1.0]])
    np.testing.assert_allclose(node_availability(values, tree), [[2 / 3, 0.5, 1], [0, 0, 0]])


def test_profile_of_a_unit() -> None:
    """The unit is first in one, last in one, second of three in two; less is better in the third.

    A second place of three has one unit above and one below: neither strength nor weakness. A last place that
    the unit has for itself is a weakness; one that it shares is none.
    """
    values = np.array([[9.0, 1, 5, 5, nan], [8, 2, 1, 6, 1], [7, 3, 9, 4, 2]])
    directions = np.array([1.0, 1, -1, 1, 1])
    found = profile(values, directions, 0, doubtful=np.zeros(5, dtype=bool), most=2)
    np.testing.assert_array_equal(found.ranks, [1, 3, 2, 2, nan])
    np.testing.assert_array_equal(found.strengths, [0])
    np.testing.assert_array_equal(found.weaknesses, [1])
    values[1, 1] = 1
    assert not len(profile(values, directions, 0, doubtful=np.zeros(5, dtype=bool)).weaknesses)


def test_a_value_that_was_changed_is_no_strength() -> None:
    """The unit is first in both; in the second its value was capped. A weakness remains one."""
    values = np.array([[9.0, 9, 1], [8, 8, 2], [7, 7, 3]])
    found = profile(values, np.ones(3), 0, doubtful=np.array([False, True, True]))
    np.testing.assert_array_equal(found.strengths, [0])
    np.testing.assert_array_equal(found.weaknesses, [2])


DATA = """\
unit,name,edition,region,a,b,c,d,e
A,Alpha,2020,N,10,30,5,7,2
B,Beta,2020,N,20,,4,1,9
C,Gamma,2020,S,40,20,1,4,4
D,Delta,2020,S,50,40,2,2,5
A,Alpha,2021,N,12,31,4,6,3
B,Beta,2021,N,21,15,4,2,8
C,Gamma,2021,S,38,22,2,5,4
D,Delta,2021,S,55,41,2,3,6
"""
CONFIG = """\
name: Mixed
units: {id: unit, name: name, groups: [region]}
indicators: {file: data.csv}
normalisation: {method: min_max, low: 1, high: 100}
aggregation: {method: arithmetic, min_coverage: 0}
index:
  code: I
  children:
    - code: P
      weight: 0.5
      aggregation: {method: geometric}
      children: [{indicator: a}, {indicator: b}]
    - code: Q
      weight: 0.3
      rescaling: {method: min_max, low: 0, high: 10}
      children:
        - code: R
          aggregation: {method: minimum}
          children: [{indicator: c}, {indicator: d}]
    - code: S
      weight: 0.2
      children: [{indicator: e}]
"""


WITHOUT = {
    "a": ("{indicator: a}, ", ""),
    "b": (", {indicator: b}", ""),
    "d": (", {indicator: d}", ""),
    "S": ("    - code: S\n      weight: 0.2\n      children: [{indicator: e}]\n", ""),
    "e": ("    - code: S\n      weight: 0.2\n      children: [{indicator: e}]\n", ""),
    "P": (CONFIG[CONFIG.index("    - code: P") : CONFIG.index("    - code: Q")], ""),
    "R": (CONFIG[CONFIG.index("    - code: Q") : CONFIG.index("    - code: S")], ""),
}


@pytest.mark.parametrize("element", WITHOUT)
def test_removal_equals_an_index_without_the_element(tmp_path: Path, element: str) -> None:
    """A geometric node, a minimum, a rescaled node, an only child, gaps, editions: as a config without it."""
    index = load(write_index(tmp_path, CONFIG, DATA))
    scores = index.score()
    found = index_without_each(bind(index.config.recipe, index.dataset), scores.scores, scores.weights)
    assert not found.refused
    old, new = WITHOUT[element]
    expected = load(write_index(tmp_path / "without", CONFIG, DATA, swap={old: new})).score()
    row = int(np.flatnonzero(found.elements == scores.framework.position[element])[0])
    np.testing.assert_allclose(found.scores[row], expected.scores[..., 0], rtol=1e-12)
    np.testing.assert_array_equal(found.ranks[row], expected.ranks[..., 0])
    shifts = scores.ranks[..., 0] - expected.ranks[..., 0]
    np.testing.assert_array_equal(found.shifts[row], shifts)
    np.testing.assert_allclose(found.mean_shift[row], np.abs(shifts).mean(axis=-1))


def test_removal_that_a_method_does_not_allow(tmp_path: Path) -> None:
    """Order weights for two children do not fit one: said for these elements, the others are computed."""
    config = CONFIG.replace("{method: geometric}", "{method: owa, order_weights: [0.7, 0.3]}")
    index = load(write_index(tmp_path, config, DATA.replace("N,20,,", "N,20,18,")))
    scores = index.score()
    found = index_without_each(bind(index.config.recipe, index.dataset), scores.scores, scores.weights)
    codes = {scores.framework.codes[node]: reason for node, reason in found.refused.items()}
    assert set(codes) == {"a", "b"}
    assert "order_weights" in codes["a"]
    refused = np.isin(found.elements, list(found.refused))
    assert np.isnan(found.scores[refused]).all()
    assert np.isfinite(found.scores[~refused]).all()


def test_removal_from_a_formula(tmp_path: Path) -> None:
    """A formula cannot do without what it names."""
    config = CONFIG.replace("{method: geometric}", '{method: expression, formula: "{a} * {b}"}')
    index = load(write_index(tmp_path, config, DATA.replace("N,20,,", "N,20,18,")))
    scores = index.score()
    found = index_without_each(bind(index.config.recipe, index.dataset), scores.scores, scores.weights)
    codes = {scores.framework.codes[node]: reason for node, reason in found.refused.items()}
    assert codes == dict.fromkeys("ab", "the formula of P uses nodes that would be missing")


@pytest.mark.parametrize("aggregation", ["{method: sum}", '{method: expression, formula: "b + a + 4"}'])
def test_removal_from_a_sum_leaves_its_other_terms(tmp_path: Path, aggregation: str) -> None:
    """Whether it is called a sum or written as one."""
    config = (
        "units: {id: unit}\nindicators: {file: data.csv}\nnormalisation: {method: none}\n"
        f"index: {{code: X, aggregation: {aggregation}, children: [{{indicator: a}}, {{indicator: b}}]}}\n"
    )
    index = load(write_index(tmp_path, config, "unit,a,b\nA,1,9\nB,2,5\nC,3,7\n"))
    found = audit(index, ["removal"]).facts.removal
    constant = 4 if "4" in aggregation else 0
    assert found.refused == {}
    np.testing.assert_array_equal(found.scores[:, 0] - constant, [[9, 5, 7], [1, 2, 3]])


def test_removal_of_the_only_branch(tmp_path: Path) -> None:
    config = CONFIG[: CONFIG.index("    - code: P")] + "    - {indicator: a}\n"
    index = load(write_index(tmp_path, config, DATA))
    scores = index.score()
    found = index_without_each(bind(index.config.recipe, index.dataset), scores.scores, scores.weights)
    assert list(found.refused) == [1]


@pytest.mark.parametrize(
    ("formula", "weights"),
    [
        ("0.9*a + 0.1*b", [0.9, 0.1]),
        ("(3*b + a) / 2 + 7", [0.25, 0.75]),
        ("sqrt(a) + b", None),
        ("a - 0.5*b", None),
        ("a * b", None),
    ],
)
def test_children_of_a_formula_have_the_weights_that_it_states_or_none(
    tmp_path: Path, formula: str, weights: list[float] | None
) -> None:
    """0.9 a + 0.1 b: to state 0.5 and 0.5 for them would be false."""
    config = (
        "units: {id: unit}\nindicators: {file: data.csv}\nnormalisation: {method: none}\n"
        f'index: {{code: X, aggregation: {{method: expression, formula: "{formula}"}}, '
        "children: [{indicator: a}, {indicator: b}]}\n"
    )
    found = audit(load(write_index(tmp_path, config, "unit,a,b\nA,1,9\nB,2,5\nC,3,8\n")), ["influence"])
    sheet = found.table()
    stated = [
        [row[sheet.columns.index(name)] for row in sheet.rows] for name in ("weight", "effective weight")
    ]
    np.testing.assert_allclose(np.array(stated, dtype=np.float64), [weights or [np.nan] * 2] * 2, rtol=1e-15)
    assert any("no weights below X" in remark for remark in found.remarks) == (weights is None)
