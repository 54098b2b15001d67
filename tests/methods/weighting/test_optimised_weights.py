"""Weights optimised for correlations, against COINr's get_opt_weights on ASEM."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from innov_index.errors import OptionError
from innov_index.methods.weighting import weighting
from innov_index.methods.weighting.optimised import optimise

PILLARS = ["Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin"]
CONNECTIVITY, SUSTAINABILITY = slice(0, 5), slice(5, 8)
BY_CODE = np.argsort(PILLARS)


@pytest.fixture(scope="module")
def pillars(shared):
    with (shared / "coinr/asem/pipeline/aggregated.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row[code]) for code in PILLARS] for row in rows])


@pytest.fixture
def index_of(pillars):
    """Arithmetic at both levels above: pillars by weight in each sub-index, sub-indexes half and half."""

    def scores(weights):
        parts = [(pillars[:, g], weights[g]) for g in (CONNECTIVITY, SUSTAINABILITY)]
        with np.errstate(divide="ignore", invalid="ignore"):
            return sum(values @ (part / part.sum()) for values, part in parts) / 2

    return scores


def numbers(path, column):
    with path.open(newline="", encoding="utf-8") as file:
        return np.array([float(row[column]) for row in csv.DictReader(file)])


def correlations(pillars, scores):
    return np.array([np.corrcoef(column, scores)[0, 1] for column in pillars.T])


def test_objective_is_coinrs(shared, pillars, index_of):
    """COINr's own weights give COINr's own fit value. Its correlations stand in the order of the codes."""
    stem = "opt_balance_level2_equal_tol1e-8"
    folder = shared / "coinr/asem/weights"
    theirs = numbers(folder / f"{stem}__corr.csv", "OptWeight")
    found = correlations(pillars, index_of(theirs))
    balanced = found / found.sum()
    np.testing.assert_allclose(
        balanced[BY_CODE], numbers(folder / f"{stem}__corr.csv", "Obtained"), atol=5e-6
    )
    value = np.log(np.mean((balanced - 1 / 8) ** 2))
    assert value == pytest.approx(numbers(folder / f"{stem}__fit.csv", "value")[0], abs=1e-9)


def test_balance_reaches_a_better_value_than_coinr(shared, pillars, index_of):
    """COINr's converged weights are partly negative; with that allowed ours are better balanced."""
    value = numbers(shared / "coinr/asem/weights/opt_balance_level2_equal_tol1e-8__fit.csv", "value")[0]
    found = optimise(index_of, pillars, "balance", smallest=-1.0)
    assert found.objective < value
    assert found.weights.sum() == pytest.approx(1)


def test_balance_without_negative_weights(shared, pillars, index_of):
    """The best that weights of zero and more can do; COINr's default stops at -5.35."""
    value = numbers(shared / "coinr/asem/weights/opt_balance_level2_equal__fit.csv", "value")[0]
    found = optimise(index_of, pillars, "balance")
    assert found.objective < value
    assert found.objective == pytest.approx(-6.9421152, abs=1e-5)
    assert (found.weights >= 0).all()
    np.testing.assert_allclose(found.correlations, correlations(pillars, index_of(found.weights)), atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "stem"), [("pearson", "infomax_level2"), ("spearman", "infomax_level2_spearman")]
)
def test_infomax_reaches_a_better_value_than_coinr(shared, pillars, index_of, kind, stem):
    value = numbers(shared / f"coinr/asem/weights/opt_{stem}__fit.csv", "value")[0]
    found = optimise(index_of, pillars, "infomax", kind=kind)
    assert found.objective <= value
    assert found.objective == pytest.approx(-found.correlations.sum())


@pytest.mark.parametrize("kind", ["pearson", "spearman", "kendall"])
def test_correlations_are_pandas(pillars, kind):
    """pandas `corr` between each element and the index, gaps left out pair by pair."""
    pandas = pytest.importorskip("pandas")
    elements = pillars[:, :3].round(0)
    elements[4, 1] = np.nan

    def index_of(weights):
        return np.nan_to_num(elements) @ weights

    found = optimise(index_of, elements, "infomax", kind=kind)
    scores = pandas.Series(index_of(found.weights))
    expected = [pandas.Series(column).corr(scores, method=kind) for column in elements.T]
    np.testing.assert_allclose(found.correlations, expected, atol=1e-12)


def test_importance_is_reached_where_it_can_be():
    rng = np.random.default_rng(1)
    elements = rng.normal(size=(200, 3)) + rng.normal(size=(200, 1)) * 0.5
    found = optimise(lambda w: elements @ w, elements, "balance", importance=np.array([2.0, 1.0, 1.0]))
    np.testing.assert_allclose(found.correlations / found.correlations.sum(), [0.5, 0.25, 0.25], atol=1e-5)


def test_the_search_gives_the_same_result_every_time(pillars):
    runs = [optimise(lambda w: pillars @ w, pillars, "balance").weights for _ in range(2)]
    np.testing.assert_array_equal(*runs)


def test_refusals(pillars):
    with pytest.raises(OptionError, match="importance"):
        optimise(lambda w: pillars @ w, pillars, "balance", importance=np.ones(3))
    with pytest.raises(OptionError, match="cannot sum to 1"):
        optimise(lambda w: pillars @ w, pillars, "balance", smallest=0.2)


class TestOfANode:
    """`balance` and `infomax` at one node, whose index is its children's weighted mean."""

    def test_balance_gives_equal_correlations(self, make_values):
        values = make_values(seed=3, units=40, indicators=4) @ np.array(
            [[1, 0.6, 0.2, 0.4], [0, 1, 0.3, 0.1], [0, 0, 1, 0.5], [0, 0, 0, 1]]
        )
        weights = weighting["balance"].function(values, np.ones(4))
        found = correlations(values, values @ weights)
        np.testing.assert_allclose(found, np.mean(found), rtol=1e-12)

    @pytest.mark.parametrize("seed", range(6))
    @pytest.mark.parametrize("target", ["balance", "balance_squares", "infomax"])
    def test_no_search_finds_a_better_objective(self, target, seed):
        """Also where equal correlations cannot be reached with weights of zero and more."""
        rng = np.random.default_rng(seed)
        size = 2 + seed % 4
        values = (rng.normal(size=(30, size)) @ rng.normal(size=(size, size))) * rng.uniform(0.1, 99, size)
        if target == "infomax":
            weights = weighting["infomax"].function(values)
        else:
            measure = "r" if target == "balance" else "r2"
            weights = weighting["balance"].function(values, np.ones(size), measure=measure)
        searched = optimise(lambda w: values @ w, values, target)
        found = correlations(values, values @ weights)
        assert (weights >= 0).all()
        if target == "infomax":
            assert -found.sum() <= searched.objective + 1e-9
        else:
            parts = found if target == "balance" else found**2
            error = np.mean((parts / parts.sum() - 1 / size) ** 2)
            assert error <= np.exp(searched.objective + 1e-9)

    def test_infomax_is_one_over_the_standard_deviation(self, make_values):
        values = make_values(seed=6, units=30, indicators=5)
        expected = 1 / values.std(axis=0)
        np.testing.assert_allclose(
            weighting["infomax"].function(values), expected / expected.sum(), rtol=1e-14
        )

    @pytest.mark.parametrize("correlation", ["pearson", "spearman", "kendall"])
    @pytest.mark.parametrize("target", ["balance", "infomax"])
    def test_order_and_units_of_measurement_decide_nothing(self, make_values, target, correlation):
        values = make_values(seed=7, units=20, indicators=3) @ np.array([[1, 1, 0], [0, 1, 2], [0, 0, 1.0]])
        columns, rows = [2, 0, 1], np.random.default_rng(1).permutation(20)
        inputs = (np.ones(3),) if target == "balance" else ()
        method = weighting[target].function
        weights = method(values, *inputs, correlation=correlation)
        moved = method(values[rows][:, columns], *inputs, correlation=correlation)
        np.testing.assert_allclose(moved, weights[columns], rtol=1e-12, atol=1e-12)
        scale = np.array([8.0, 1e3, 1 / 16])
        scaled = method(values * scale, *inputs, correlation=correlation) * scale
        np.testing.assert_allclose(scaled / scaled.sum(), weights, rtol=1e-9, atol=1e-12)

    def test_children_that_cancel_each_other_have_no_weights(self):
        values = np.column_stack([np.arange(5.0), -2 * np.arange(5.0)])
        assert np.isnan(weighting["balance"].function(values, np.ones(2))).all()
        assert np.isnan(weighting["infomax"].function(values)).all()

    @pytest.mark.parametrize(("measure", "power"), [("r", 1), ("r2", 2)])
    def test_balance_follows_the_stated_importance(self, make_values, measure, power):
        values = make_values(seed=4, units=60, indicators=3)
        stated = np.array([3.0, 2.0, 2.0])
        weights = weighting["balance"].function(values, stated, importance="given", measure=measure)
        importance = correlations(values, values @ weights) ** power
        np.testing.assert_allclose(importance / importance.sum(), [3 / 7, 2 / 7, 2 / 7], atol=1e-9)

    @pytest.mark.parametrize("seed", range(4))
    def test_squares_out_of_reach_are_as_near_as_can_be(self, seed):
        """An importance that would need a negative weight: no other weights on a fine grid come nearer."""
        rng = np.random.default_rng(seed)
        values = rng.normal(size=(40, 3)) @ np.array([[1, 0.9, 0.8], [0, 0.4, 0.3], [0, 0, 0.5]])
        desired = np.array([0.05, 0.15, 0.8])
        weights = weighting["balance"].function(values, desired, importance="given")

        def miss(weights):
            squares = correlations(values, values @ weights) ** 2
            return np.sum((squares / squares.sum() - desired) ** 2)

        steps = np.linspace(0, 1, 101)
        grid = [(a, b, 1 - a - b) for a in steps for b in steps if a + b <= 1]
        assert weights.min() == 0
        assert miss(weights) > 1e-6
        assert miss(weights) <= min(miss(np.array(other) / values.std(axis=0)) for other in grid) + 1e-12

    def test_infomax_is_beaten_by_no_other_weights(self, make_values):

        values = make_values(seed=5, units=50, indicators=3)
        values[:, 1] += values[:, 0]
        weights = weighting["infomax"].function(values)
        total = sum(np.corrcoef(column, values @ weights)[0, 1] for column in values.T)
        rng = np.random.default_rng(0)
        for other in rng.dirichlet(np.ones(3), 200):
            assert total >= sum(np.corrcoef(c, values @ other)[0, 1] for c in values.T) - 1e-9

    def test_constant_child_has_no_weights(self):
        values = np.column_stack([np.arange(5.0), np.ones(5)])
        assert np.isnan(weighting["balance"].function(values, np.ones(2))).all()


def test_regression_sees_children_of_any_size():
    """One child in units of 10^-14 explains the outcome; the solver must not take it for nothing."""
    rng = np.random.default_rng(3)
    small, other = rng.normal(size=(2, 12))
    values = np.stack([small * 1e-14, other], axis=-1)
    outcome = 2 * small + 0.5 * other
    found = weighting["regression"].function(values, outcome=outcome[:, None])
    np.testing.assert_allclose(found[1] / found[0], 0.5 / 2e14, rtol=1e-6)
