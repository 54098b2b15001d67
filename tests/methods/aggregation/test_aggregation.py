"""Contracts that every aggregation method keeps, and short functions worked by hand."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

import innov_index.methods
from innov_index.errors import OptionError
from innov_index.methods.aggregation import aggregation
from innov_index.methods.kernels.powers import power_means

UNITS, CHILDREN = 9, 4
WEIGHTS = np.array([0.1, 0.2, 0.3, 0.4])

# Every method with its example, and with other options where they choose another computation.
CASES = [
    *((method.name, dict(method.example)) for method in aggregation if method.name != "expression"),
    ("power", {"p": -2.0}),
    ("power", {"p": 0.001}),
    ("mpi", {"penalty": "plus", "ddof": 1}),
    ("mean_min", {"alpha": 0.5, "beta": 2.0}),
    ("cv_penalty", {"exponent": 1.0, "strength": 0.5}),
    ("topsis", {"scaling": "none"}),
    ("waspas", {"arithmetic_share": 0.2}),
    ("promethee_ii", {"preference": "linear", "q": 1.0, "p": 10.0}),
    ("promethee_ii", {"preference": "gaussian", "s": 5.0}),
    ("bod", {"lower_share": 0.05, "upper_share": 0.6}),
    ("bod", {"lower_weight_share": 0.05, "upper_weight_share": 0.6, "upper_weight": 0.02}),
]
DROPS_MISSING = {
    *("arithmetic", "geometric", "harmonic", "power", "median", "minimum", "maximum", "owa_quantifier"),
    *("mpi", "mean_min", "cv_penalty"),
}
MEANS = {*DROPS_MISSING, "owa", "choquet"}


def score(name, values, weights=WEIGHTS, **options):
    """Call the method with the inputs that it asks for."""
    method = aggregation[name]
    supplied = {"values": values, "weights": weights, "given": weights}
    return method.function(**{key: supplied[key] for key in method.inputs if key in supplied}, **options)


@pytest.mark.parametrize("method", list(aggregation), ids=lambda method: method.name)
def test_docstring_says_what_people_are_shown(method):
    folder = Path(innov_index.methods.__file__).parent
    bibliography = tomllib.loads((folder / "references.toml").read_text(encoding="utf-8"))
    assert method.summary
    assert method.formula
    assert method.source.split()[0] in bibliography
    assert bool(method.undefined) == bool(method.remedy)
    assert all(option.description for option in method.options.values())


@pytest.mark.parametrize(("name", "options"), CASES)
class TestContract:
    def test_input_is_unchanged_and_single_precision_works(self, make_values, name, options):
        values = make_values(1, UNITS, CHILDREN)
        values.flags.writeable = False
        expected = score(name, values.astype(np.float32).astype(np.float64), **options)
        got = score(name, values.astype(np.float32), **options)
        assert got.dtype == np.float64
        assert got.shape == (UNITS,)
        np.testing.assert_allclose(got, expected, rtol=1e-12)
        assert np.isfinite(score(name, values, **options)).all()

    def test_order_of_units_does_not_matter(self, make_values, name, options):
        values = make_values(2, UNITS, CHILDREN, missing=0.1)
        order = np.random.default_rng(0).permutation(UNITS)
        np.testing.assert_allclose(
            score(name, values[order], **options), score(name, values, **options)[order], rtol=1e-9, atol=1e-9
        )

    def test_order_of_children_does_not_matter(self, make_values, name, options):
        values = make_values(3, UNITS, CHILDREN)
        order = np.array([2, 0, 3, 1])
        np.testing.assert_allclose(
            score(name, values[:, order], WEIGHTS[order], **options),
            score(name, values, **options),
            rtol=1e-9,
            atol=1e-15,
        )

    def test_leading_axes_are_a_loop(self, make_values, name, options):
        tables = np.stack(
            [make_values(seed, UNITS, CHILDREN, missing=0.1 * (seed == 2)) for seed in range(6)]
        ).reshape(2, 3, UNITS, CHILDREN)
        expected = [[score(name, table, **options) for table in row] for row in tables]
        np.testing.assert_allclose(score(name, tables, **options), expected, rtol=1e-10, atol=1e-10)

    def test_draws_of_weights_are_a_loop(self, make_values, name, options):
        if not {"weights", "given"} & set(aggregation[name].inputs):
            pytest.skip("takes no weights")
        values = make_values(5, UNITS, CHILDREN, missing=0.1)
        draws = np.random.default_rng(1).dirichlet(np.full(CHILDREN, 20.0), 3)
        expected = [score(name, values, draw, **options) for draw in draws]
        np.testing.assert_allclose(score(name, values, draws, **options), expected, rtol=1e-10, atol=1e-10)

    def test_a_unit_without_children_is_missing_and_affects_no_other(self, make_values, name, options):
        values = make_values(6, UNITS, CHILDREN)
        more = np.vstack([np.full(CHILDREN, np.nan), values])
        got = score(name, more, **options)
        assert np.isnan(got[0])
        np.testing.assert_allclose(got[1:], score(name, values, **options), rtol=1e-12)

    def test_all_missing_is_missing_in_silence(self, name, options):
        assert np.isnan(score(name, np.full((UNITS, CHILDREN), np.nan), **options)).all()

    def test_a_constant_table_is_never_infinite(self, name, options):
        got = score(name, np.full((UNITS, CHILDREN), 7.0), **options)
        assert not np.isinf(got).any()


@pytest.mark.parametrize(("name", "options"), [case for case in CASES if case[0] in DROPS_MISSING])
def test_missing_children_are_dropped(make_values, name, options):
    """A unit without its last child scores as if there were no such child."""
    values = make_values(7, UNITS, CHILDREN)
    values[:, -1] = np.nan
    fewer = score(name, values[:, :-1], WEIGHTS[:-1] / WEIGHTS[:-1].sum(), **options)
    np.testing.assert_allclose(score(name, values, **options), fewer, rtol=1e-12)


@pytest.mark.parametrize(("name", "options"), [case for case in CASES if case[0] in MEANS])
@given(level=st.floats(0.01, 1000))
def test_mean_of_equal_scores_is_the_score(name, options, level):
    np.testing.assert_allclose(score(name, np.full((2, CHILDREN), level), **options), level, rtol=1e-12)


POWERS = st.sampled_from([-3.0, -1.0, -0.005, 0.0, 1e-9, 0.5, 1.0, 2.0, 7.0])
SCORES = arrays(np.float64, (5, CHILDREN), elements=st.floats(0.1, 1000))


@given(SCORES, POWERS)
def test_power_mean_lies_within_and_rises_with_its_children_and_its_power(values, p):
    mean = score("power", values, p=p)
    assert np.all(mean >= values.min(axis=-1) * (1 - 1e-12))
    assert np.all(mean <= values.max(axis=-1) * (1 + 1e-12))
    raised = values + np.array([0.0, 1.0, 0.0, 0.0])
    assert np.all(score("power", raised, p=p) >= mean * (1 - 1e-12))
    assert np.all(score("power", values, p=p + 0.5) >= mean * (1 - 1e-12))


@given(SCORES, POWERS, st.floats(0.01, 100))
def test_power_mean_is_homogeneous(values, p, factor):
    np.testing.assert_allclose(
        score("power", factor * values, p=p), factor * score("power", values, p=p), rtol=1e-11
    )


def test_power_means_of_a_group_are_the_means_of_its_nodes(make_values):
    """One matrix product for three nodes, one of them without children, against a loop over the formula."""
    values = make_values(8, UNITS, CHILDREN, missing=0.2)
    weights = np.array([[1.0, 0.0, 0.0], [3.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 2.5, 0.0]])
    for p in (1.0, 0.0, -1.0, 2.0, 0.5, 0.001):
        got = power_means(values, weights, p)
        assert np.isnan(got[:, 2]).all()
        for unit, node in itertools.product(range(UNITS), range(2)):
            there = ~np.isnan(values[unit]) & (weights[:, node] > 0)
            x, w = values[unit, there], weights[there, node]
            if not there.any():
                assert np.isnan(got[unit, node])
                continue
            logarithmic = np.exp(np.sum(w * np.log(x)) / w.sum())
            expected = logarithmic if p == 0 else (np.sum(w * x**p) / w.sum()) ** (1 / p)
            np.testing.assert_allclose(got[unit, node], expected, rtol=1e-11)


@pytest.mark.parametrize(
    ("p", "children", "defined"),
    [
        (0.0, [0.0, 2.0], False),
        (0.0, [-1.0, 2.0], False),
        (-1.0, [0.0, 2.0], False),
        (-1.0, [-3.0, 2.0], False),
        (-0.005, [0.0, 2.0], False),
        (0.005, [0.0, 2.0], True),
        (0.005, [-1.0, 2.0], False),
        (0.5, [0.0, 2.0], True),
        (2.0, [-1.0, 2.0], False),
        (3.0, [-1.0, 2.0], False),
        (1.0, [-1.0, 2.0], True),
        (2.0, [1e200, 1.0], True),
        (2.0, [1e-200, 1.0], True),
        (2.0, [0.0, 0.0], True),
    ],
)
def test_power_mean_is_nan_exactly_where_it_is_undefined(p, children, defined):
    got = score("power", np.array([children, [1.0, 2.0]]), np.array([0.5, 0.5]), p=p)
    assert np.isfinite(got[0]) == defined
    assert np.isfinite(got[1])


def test_child_of_weight_zero_cannot_make_a_mean_undefined():
    got = score("geometric", np.array([[-1.0, 2.0, 8.0]]), np.array([0.0, 0.5, 0.5]))
    np.testing.assert_allclose(got, 4.0, rtol=1e-15)


def test_sum_takes_weights_as_stated_and_needs_all_terms():
    """1·2 + 10·3 = 32; a missing term makes it missing unless its weight is 0."""
    values = np.array([[2.0, 3.0, 5.0], [2.0, np.nan, 5.0], [2.0, 3.0, np.nan]])
    got = score("sum", values, np.array([1.0, 10.0, 0.0]))
    np.testing.assert_array_equal(got, [32.0, np.nan, 32.0])


@pytest.mark.parametrize(
    ("children", "weights", "expected"),
    [
        ([1.0, 2.0, 9.0], [1 / 3, 1 / 3, 1 / 3], 2.0),
        ([1.0, 2.0, 4.0, 9.0], [0.25, 0.25, 0.25, 0.25], 3.0),
        ([1.0, 2.0, 4.0, 9.0], [0.1, 0.2, 0.3, 0.4], 4.0),
        ([1.0, 2.0, 4.0, 9.0], [0.1, 0.4, 0.3, 0.2], 3.0),
        ([1.0, 2.0, 4.0, 9.0], [0.5, 0.0, 0.25, 0.25], 2.5),
        ([9.0, np.nan, 1.0, 2.0], [0.1, 0.7, 0.1, 0.1], 2.0),
        ([1.0, 2.0, 3.0], [0.1, 0.1, 0.8], 3.0),
    ],
)
def test_weighted_median(children, weights, expected):
    np.testing.assert_allclose(score("median", np.array([children]), np.array(weights)), expected)


@given(arrays(np.float64, (6, 5), elements=st.integers(0, 9).map(float)))
def test_median_with_equal_weights_is_the_median(values):
    np.testing.assert_allclose(score("median", values, np.full(5, 0.2)), np.median(values, axis=-1))


def test_owa_spans_minimum_to_maximum(make_values):
    values = make_values(9, UNITS, CHILDREN)
    np.testing.assert_array_equal(score("owa", values, order_weights=[1, 0, 0, 0]), values.max(axis=-1))
    np.testing.assert_array_equal(score("owa", values, order_weights=[0, 0, 0, 1]), values.min(axis=-1))
    np.testing.assert_allclose(score("owa", values, order_weights=[2, 2, 2, 2]), values.mean(axis=-1))


def test_owa_quantifier_of_exponent_one_is_the_arithmetic_mean(make_values):
    values = make_values(10, UNITS, CHILDREN, missing=0.2)
    got = score("owa_quantifier", values, exponent=1.0)
    np.testing.assert_allclose(got, score("arithmetic", values), rtol=1e-12)


def test_owa_quantifier_by_hand():
    """Scores 4 and 1 with weights 0.25 and 0.75, Q(T) = T²: 0.0625·4 + (1 - 0.0625)·1."""
    got = score("owa_quantifier", np.array([[1.0, 4.0]]), np.array([0.75, 0.25]), exponent=2.0)
    np.testing.assert_allclose(got, 0.0625 * 4 + 0.9375, rtol=1e-15)


def test_choquet_against_its_definition_by_capacities(make_values):
    """C(x) = Σ (x_(i) - x_(i-1)) μ({children ≥ x_(i)}), with μ from its Möbius masses m_ij = I_ij and
    m_i = w_i - Σ_j I_ij / 2 (Grabisch 1997)."""
    values = make_values(11, UNITS, CHILDREN)
    pairs = list(itertools.combinations(range(CHILDREN), 2))
    interactions = [0.05, -0.03, 0.02, 0.06, -0.1, 0.1]
    alone = WEIGHTS.copy()
    for (i, j), strength in zip(pairs, interactions, strict=True):
        alone[[i, j]] -= strength / 2

    def capacity(members):
        both = sum(s for (i, j), s in zip(pairs, interactions, strict=True) if {i, j} <= members)
        return alone[list(members)].sum() + both

    expected = []
    for row in values:
        order = np.argsort(row)
        steps = np.diff(row[order], prepend=0.0)
        expected.append(sum(step * capacity(set(order[i:].tolist())) for i, step in enumerate(steps)))
    np.testing.assert_allclose(score("choquet", values, interactions=interactions), expected, rtol=1e-12)


def test_choquet_is_undefined_where_it_would_not_rise_with_a_child(make_values):
    draws = np.array([[0.25, 0.25, 0.25, 0.25], [0.05, 0.25, 0.35, 0.35]])
    got = score("choquet", make_values(12, UNITS, CHILDREN), draws, interactions=[0.2, 0, 0, 0, 0, 0])
    assert np.isfinite(got[0]).all()
    assert np.isnan(got[1]).all()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("owa", {"order_weights": [1.0, 2.0]}, "2 order_weights for 4 children"),
        ("owa", {"order_weights": [0.0] * 4}, "all zero"),
        ("choquet", {"interactions": [0.1]}, "1 interactions; 4 children have 6 pairs"),
        ("ampi", {"centre": [1.0]}, "1 values for 4 children"),
        ("promethee_ii", {"preference": "level", "q": 1.0}, "'level' needs p"),
        ("promethee_ii", {"preference": "linear"}, "'linear' needs q and p"),
        ("promethee_ii", {"preference": "linear", "q": 2.0, "p": 1.0}, r"q \(2\) must be less than p \(1\)"),
        ("promethee_ii", {"preference": ["usual", "linear"]}, "preference gives 2 entries for 4 children"),
        ("promethee_ii", {"preference": ["usual"] * 3 + ["v_shape"], "p": [1.0, 1.0, 1.0, None]}, "needs p"),
        ("directional_bod", {"steps": [1.0]}, "4 numbers"),
    ],
)
def test_options_that_do_not_fit_are_refused(make_values, name, options, message):
    with pytest.raises(OptionError, match=message):
        score(name, make_values(0, UNITS, CHILDREN), **options)


@pytest.mark.parametrize(
    ("name", "options", "table"),
    [
        ("mpi", {}, [[-1.0, 1.0], [2.0, 3.0]]),
        ("cv_penalty", {}, [[-4.0, 1.0], [2.0, 3.0]]),
        ("hellwig", {}, [[1.0, 5.0], [2.0, 5.0]]),
        ("vikor", {}, [[1.0, 5.0], [2.0, 5.0]]),
        ("ampi", {}, [[1.0, 5.0], [2.0, 5.0]]),
        ("topsis", {"scaling": "min_max"}, [[1.0, 5.0], [2.0, 5.0]]),
        ("topsis", {"scaling": "sum"}, [[-1.0, 5.0], [1.0, 4.0]]),
        ("topsis", {"scaling": "none"}, [[1.0, 5.0], [1.0, 5.0]]),
        ("wroclaw", {}, [[1.0, 5.0], [1.0, 5.0]]),
        ("promethee_ii", {}, [[1.0, 5.0]]),
        ("edas", {}, [[-1.0, 5.0], [1.0, 4.0]]),
        ("edas", {}, [[1.0, 5.0], [1.0, 5.0]]),
        ("waspas", {}, [[0.0, 5.0], [1.0, 4.0]]),
        ("bod", {}, [[-1.0, 5.0], [1.0, 4.0]]),
        ("geometric_bod", {}, [[0.0, 5.0], [1.0, 4.0]]),
    ],
)
def test_undefined_is_nan_and_the_docstring_says_so(name, options, table):
    got = score(name, np.array(table), np.array([0.5, 0.5]), **options)
    assert np.isnan(got[0])
    assert aggregation[name].undefined


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("limits", [{}, {"lower_share": 0.1, "upper_share": 0.6}])
def test_geometric_bod_takes_the_best_of_the_best_shares(seed, limits):
    """Against two linear programs: of the shares that are best in bod, those with the highest score.

    Small whole numbers tie often; neither the order of units nor that of children may matter.
    """
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 5, (int(rng.integers(3, 8)), 3)).astype(float)
    found = score("geometric_bod", table, **limits)
    logs = np.log(table / table.mean(axis=0))
    for unit, own in enumerate(table):
        # contributions u = w x: nobody above 1, each within its share of the sum
        rows = [table / own]
        if limits:
            rows += [np.eye(3) - limits["upper_share"], limits["lower_share"] - np.eye(3)]
        matrix = np.vstack(rows)
        ends = np.append(np.ones(len(table)), np.zeros(len(matrix) - len(table)))
        best = -linprog(-np.ones(3), A_ub=matrix, b_ub=ends).fun
        chosen = linprog(
            -logs[unit], A_ub=np.vstack([matrix, -np.ones(3)]), b_ub=np.append(ends, -best * (1 - 1e-12))
        )
        assert np.log(found[unit]) == pytest.approx(-chosen.fun / best, abs=1e-7)
    rows, columns = rng.permutation(len(table)), rng.permutation(3)
    turned = score("geometric_bod", table[rows][:, columns], **limits)
    np.testing.assert_allclose(turned, found[rows], rtol=1e-9)


@pytest.mark.parametrize("column", [[0.0, 0.0, 0.0], [-2.0, 0.0, -1.0], [-2.0, -1.0, -4.0]])
def test_waspas_has_no_result_for_a_child_without_a_positive_maximum(column: list[float]) -> None:
    """A share of a negative maximum is positive: it must not pass for a good score."""
    values = np.array([[1.0, 2.0, 3.0], column]).T
    waspas = aggregation["waspas"].function
    assert np.isnan(waspas(values, np.array([0.5, 0.5]))).all()
    alone = waspas(values, np.array([1.0, 0.0]))
    np.testing.assert_allclose(alone, np.array([1.0, 2.0, 3.0]) / 3, rtol=1e-14)


@pytest.mark.parametrize("method", ["mpi", "cv_penalty"])
def test_a_penalty_as_large_as_the_mean_leaves_zero(method):
    """(0, 1, 0) with weights 2, 3 and 1 of 6: mean and deviation are 1/2, and rounding left 2e-16."""
    values = np.array([[0.0, 1.0, 0.0], [0.0, 0.8127114117856507, 0.0]])
    weights = np.array([2.0, 3.0, 1.0]) / 6
    np.testing.assert_array_equal(aggregation[method].function(values, weights), 0.0)
