"""Weighting: agreement with pymcdm and scikit-criteria, sources' own numbers, and the defined edge cases."""

from __future__ import annotations

import csv
from itertools import pairwise

import numpy as np
import pytest

from innov_index.errors import OptionError
from innov_index.methods import catalogue
from innov_index.methods.weighting import ahp as ahp_family
from innov_index.methods.weighting import weighting
from innov_index.methods.weighting.contrast import cilos, entropy
from innov_index.model.framework import Framework, Node

CONTRAST = [
    "standard_deviation",
    "coefficient_of_variation",
    "variance",
    "entropy",
    "gini",
    "angle",
    "critic",
    "merec",
    "cilos",
    "idocriw",
    "lopcow",
]
FROM_SCORES = [*CONTRAST, "pca", "pca_oecd", "bod_common"]
DIRECTION = np.array([1.0, -1.0, 1.0, 1.0, -1.0, 1.0])


def weights(name, values, *inputs, **options):
    return weighting[name].function(values, *inputs, **options)


def reciprocal_where_less_is_better(values):
    return np.where(DIRECTION > 0, values, 1.0 / values)


def test_coefficient_of_variation_against_pyrepo_mcda(make_values):
    theirs = pytest.importorskip("pyrepo_mcda.weighting_methods")
    values = make_values(seed=1)
    expected = theirs.coeff_var_weighting(values)
    np.testing.assert_allclose(weights("coefficient_of_variation", values), expected, atol=1e-12)


class TestAgainstPymcdm:
    """pymcdm 1.x `pymcdm.weights` on random data, to 1e-12."""

    @pytest.mark.parametrize(
        ("name", "theirs"),
        [
            ("entropy", "entropy_weights"),
            ("standard_deviation", "standard_deviation_weights"),
            ("gini", "gini_weights"),
            ("angle", "angle_weights"),
            ("variance", "variance_weights"),
            ("critic", "critic_weights"),
        ],
    )
    def test_methods_without_directions(self, make_values, name, theirs):
        pymcdm = pytest.importorskip("pymcdm.weights")
        values = make_values(seed=1)
        np.testing.assert_allclose(weights(name, values), getattr(pymcdm, theirs)(values), atol=1e-12)

    def test_critic_undirected_ignores_directions_as_pymcdm_does(self, make_values):
        pymcdm = pytest.importorskip("pymcdm.weights")
        values = make_values(seed=2)
        ours = weights("critic_undirected", values * DIRECTION, DIRECTION)
        np.testing.assert_allclose(ours, pymcdm.critic_weights(values), atol=1e-12)

    @pytest.mark.parametrize("name", ["merec", "cilos"])
    def test_ratio_methods_orient_by_the_reciprocal(self, make_values, name):
        """pymcdm turns a cost criterion by min / x, so the oriented score is the reciprocal."""
        pymcdm = pytest.importorskip("pymcdm.weights")
        values = make_values(seed=3)
        theirs = getattr(pymcdm, f"{name}_weights")(values, DIRECTION)
        ours = weights(name, reciprocal_where_less_is_better(values))
        np.testing.assert_allclose(ours, theirs, atol=1e-12)

    def test_lopcow_orients_by_min_max(self, make_values):
        pymcdm = pytest.importorskip("pymcdm.weights")
        values = make_values(seed=4)
        ours = weights("lopcow", values * DIRECTION)
        np.testing.assert_allclose(ours, pymcdm.lopcow_weights(values, DIRECTION), atol=1e-12)

    def test_idocriw_with_benefits(self, make_values):
        pymcdm = pytest.importorskip("pymcdm.weights")
        values = make_values(seed=5)
        np.testing.assert_allclose(
            weights("idocriw", values), pymcdm.idocriw_weights(values, np.ones(6)), atol=1e-12
        )

    def test_idocriw_with_costs_differs_in_the_entropy_part_only(self, make_values):
        """pymcdm takes the entropy of costs as they are and their loss turned; we turn both."""
        pymcdm = pytest.importorskip("pymcdm.weights")
        values = make_values(seed=6)
        product = entropy(values) * cilos(reciprocal_where_less_is_better(values))
        theirs = pymcdm.idocriw_weights(values, DIRECTION)
        np.testing.assert_allclose(product / product.sum(), theirs, atol=1e-12)

    def test_cilos_does_not_depend_on_the_order_of_units_where_pymcdm_does(self):
        """Two units are best in the first criterion: pymcdm takes the first one only."""
        pymcdm = pytest.importorskip("pymcdm.weights")
        values = np.array([[9.0, 2.0, 5.0], [9.0, 6.0, 1.0], [3.0, 8.0, 4.0], [1.0, 3.0, 7.0]])
        swapped = values[[1, 0, 2, 3]]
        np.testing.assert_allclose(cilos(values), cilos(swapped), atol=1e-14)
        theirs = [pymcdm.cilos_weights(table, np.ones(3)) for table in (values, swapped)]
        assert np.abs(theirs[0] - theirs[1]).max() > 0.01

    @pytest.mark.parametrize("digit", [0.0, 2.0**-50, -(2.0**-50)])
    def test_cilos_does_not_rest_on_a_last_digit(self, digit):
        """The first two units tie for the best in both children: nothing is lost, and no weights follow."""
        values = np.array([[1.0, 1.0], [1.0, 1.0 + digit], [0.9, 0.08], [0.8, 0.2]])
        assert np.isnan(cilos(values)).all()

    def test_rancom(self):
        subjective = pytest.importorskip("pymcdm.weights.subjective")
        ranks = [1, 2, 4, 3, 2]
        ours = weights("rancom", np.ones((3, 5)), np.ones(5), ranks=ranks)
        np.testing.assert_allclose(ours, subjective.RANCOM(ranking=ranks)(), atol=1e-12)

    def test_ahp(self):
        subjective = pytest.importorskip("pymcdm.weights.subjective")
        model = subjective.AHP(
            matrix=np.array([[1, 3, 5, 2], [1 / 3, 1, 2, 1], [0.2, 0.5, 1, 0.5], [0.5, 1, 2, 1]])
        )
        ours = weights("ahp", np.ones((3, 4)), comparisons=[[3, 5, 2], [2, 1], [0.5]])
        np.testing.assert_allclose(ours, model(), atol=1e-12)


@pytest.fixture(scope="module")
def weighters():
    return pytest.importorskip("skcriteria.preprocessing.weighters")


class TestAgainstScikitCriteria:
    """scikit-criteria `preprocessing.weighters` on random data, to 1e-12."""

    @pytest.mark.parametrize(
        ("name", "theirs"),
        [("standard_deviation", "std_weights"), ("entropy", "entropy_weights"), ("gini", "gini_weights")],
    )
    def test_methods_without_directions(self, weighters, make_values, name, theirs):
        values = make_values(seed=7)
        np.testing.assert_allclose(weights(name, values), getattr(weighters, theirs)(values), atol=1e-12)

    def test_equal(self, weighters, make_values):
        np.testing.assert_allclose(weights("equal", make_values()), weighters.equal_weights(make_values()))

    @pytest.mark.parametrize("correlation", ["pearson", "spearman"])
    def test_critic_counts_directions(self, weighters, make_values, correlation):
        values = make_values(seed=8)
        theirs = weighters.critic_weights(values, DIRECTION, correlation=correlation)
        np.testing.assert_allclose(
            weights("critic", values * DIRECTION, correlation=correlation), theirs, atol=1e-12
        )

    def test_merec(self, weighters, make_values):
        values = make_values(seed=9)
        theirs = weighters.merec_weights(values, DIRECTION)
        ours = weights("merec", reciprocal_where_less_is_better(values))
        np.testing.assert_allclose(ours, theirs, atol=1e-12)

    def test_rancom_from_stated_weights(self, weighters):
        stated = np.array([0.4, 0.2, 0.25, 0.05, 0.1])
        ours = weights("rancom", np.ones((3, 5)), stated)
        np.testing.assert_allclose(ours, weighters.rancom_weights(stated.copy()), atol=1e-12)


class TestStated:
    def test_given_sums_to_one(self):
        np.testing.assert_allclose(
            weights("given", np.ones((2, 4, 3)), np.array([1.0, 1.0, 2.0]))[1], [0.25, 0.25, 0.5]
        )

    def test_given_zeros_are_undefined(self):
        assert np.isnan(weights("given", np.ones((4, 2)), np.zeros(2))).all()

    def test_equal_per_indicator(self):
        found = weights("equal", np.ones((4, 3)), np.array([1, 2, 5]), per="indicator")
        np.testing.assert_allclose(found, [1 / 8, 2 / 8, 5 / 8])

    def test_rank_order_centroid_by_hand(self):
        """Barron and Barrett 1996: (1 + 1/2 + 1/3) / 3, (1/2 + 1/3) / 3, (1/3) / 3."""
        found = weights("rank_order_centroid", np.ones((2, 3)), np.array([0.2, 0.5, 0.3]))
        np.testing.assert_allclose(found, [2 / 18, 11 / 18, 5 / 18])

    def test_rank_sum_and_reciprocal_by_hand(self):
        ranks = [1, 3, 2]
        np.testing.assert_allclose(
            weights("rank_sum", np.ones((2, 3)), np.ones(3), ranks=ranks), [3 / 6, 1 / 6, 2 / 6]
        )
        np.testing.assert_allclose(
            weights("rank_reciprocal", np.ones((2, 3)), np.ones(3), ranks=ranks), [6 / 11, 2 / 11, 3 / 11]
        )

    @pytest.mark.parametrize("name", ["rank_order_centroid", "rank_sum", "rank_reciprocal", "rancom"])
    def test_no_stated_order_means_equal(self, name):
        np.testing.assert_allclose(weights(name, np.ones((2, 4)), np.ones(4)), 0.25)

    def test_budget_allocation_averages_shares_not_points(self):
        experts = [[60, 40], [1, 3]]
        np.testing.assert_allclose(
            weights("budget_allocation", np.ones((5, 2)), experts=experts), [0.425, 0.575]
        )

    @pytest.mark.parametrize("experts", [[], [[1, 2], [1]], [[0, 0]], [[-1, 2]], [[1, 2, 3]]])
    def test_budget_allocation_refuses_what_is_no_budget(self, experts):
        with pytest.raises(OptionError):
            weights("budget_allocation", np.ones((5, 2)), experts=experts)

    def test_wrong_number_of_ranks(self):
        with pytest.raises(OptionError, match="must give 3 numbers"):
            weights("rank_sum", np.ones((2, 3)), np.ones(3), ranks=[1, 2])


class TestAhp:
    def test_consistent_answers_give_back_the_weights(self):
        true = np.array([0.5, 0.3, 0.15, 0.05])
        answers = [[true[i] / true[j] for j in range(i + 1, 4)] for i in range(3)]
        found = ahp_family.compare(answers)
        np.testing.assert_allclose(found.weights, true, atol=1e-12)
        assert found.ratio == pytest.approx(0, abs=1e-12)

    def test_consistency_ratio_by_hand(self):
        """Three children: lambda = 1 + q^(1/3) + q^(-1/3), q = a12 a23 / a13; random index 0.58."""
        q = 3 * 2 / 4
        expected = (1 + q ** (1 / 3) + q ** (-1 / 3) - 3) / 2 / 0.58
        assert ahp_family.compare([[3, 4], [2]]).ratio == pytest.approx(expected, abs=1e-12)

    def test_missing_answers_follow_from_the_others(self):
        """Harker 1987: consistent answers stay consistent when one that follows from them is left out."""
        found = ahp_family.compare([[2, None], [3]])
        np.testing.assert_allclose(found.weights, [0.6, 0.3, 0.1], atol=1e-12)

    def test_gaps_leave_less_to_contradict(self):
        """Four children, two gaps: random answers give 0.30, not the 0.90 of all six comparisons."""
        found = ahp_family.compare([[2, None, 2.2], [2, None], [2]])
        circle = 2 * 2 * 2 / 2.2
        root = 2 + circle**0.25 + circle**-0.25  # of a circle of four comparisons
        assert found.ratio == pytest.approx((root - 4) / 3 / 0.30, abs=1e-12)
        with pytest.raises(OptionError, match=r"consistency ratio 0\.25"):
            weights("ahp", np.ones((2, 4)), comparisons=[[2, None, 1.2], [2, None], [2]])
        consistent = weights("ahp", np.ones((2, 4)), comparisons=[[2, None, 8], [2, None], [2]])
        np.testing.assert_allclose(consistent[0], 8 / 15)

    @pytest.mark.parametrize(("size", "missing"), [(4, 1), (4, 2), (5, 3), (6, 4), (7, 8)])
    def test_random_index_against_random_answers(self, size, missing):
        """Answers on the scale from 1/9 to 9; what is drawn and left out is compared whole all the same."""
        rng = np.random.default_rng(size)
        scale = [*(1 / k for k in range(9, 1, -1)), *range(1, 10)]
        excesses = []
        while len(excesses) < 400:
            answers = rng.choice(scale, size * (size - 1) // 2)
            answers[rng.permutation(len(answers))[:missing]] = np.nan
            matrix = np.eye(size)
            matrix[np.triu_indices(size, 1)] = answers
            below = np.tril_indices(size, -1)
            matrix[below] = 1 / matrix.T[below]
            known = ~np.isnan(matrix)
            if (np.linalg.matrix_power(known.astype(float), size) > 0).all():
                filled = np.where(known, matrix, 0) + np.diag((~known).sum(axis=1))
                excesses.append((np.linalg.eigvals(filled).real.max() - size) / (size - 1))
        assert ahp_family.random_index(size, missing) == pytest.approx(np.mean(excesses), rel=0.15)

    def test_contradicting_answers_are_refused(self):
        contradiction = [[9, 1 / 9], [9]]
        with pytest.raises(OptionError, match="contradict"):
            weights("ahp", np.ones((2, 3)), comparisons=contradiction)
        assert weights(
            "ahp", np.ones((2, 3)), comparisons=contradiction, max_ratio=10.0
        ).sum() == pytest.approx(1)

    @pytest.mark.parametrize("answers", [[[1]], [[1, 2], [1, 2]], [[1, -2], [1]], [[1, None], [None]]])
    def test_incomplete_answers_are_refused(self, answers):
        with pytest.raises(OptionError):
            weights("ahp", np.ones((2, 3)), comparisons=answers)

    def test_only_child(self):
        np.testing.assert_array_equal(weights("ahp", np.ones((2, 1)), comparisons=[]), [1.0])


class TestRegression:
    def test_finds_the_weights_that_made_the_outcome(self, make_values):
        values = make_values(seed=10, units=40, indicators=3)
        outcome = values @ np.array([[0.2], [0.5], [0.3]]) + 7
        np.testing.assert_allclose(
            weights("regression", values, outcome=outcome), [0.2, 0.5, 0.3], atol=1e-10
        )

    def test_no_negative_weight(self, make_values):
        values = make_values(seed=11, units=40, indicators=3)
        outcome = values @ np.array([[1.0], [1.0], [-2.0]])
        found = weights("regression", values, outcome=outcome)
        assert found[2] == 0
        assert found.sum() == pytest.approx(1)

    def test_incomplete_units_are_left_out(self, make_values):
        values = make_values(seed=12, units=40, indicators=3)
        outcome = values @ np.array([[0.2], [0.5], [0.3]])
        values[3, 1] = outcome[5] = np.nan
        np.testing.assert_allclose(
            weights("regression", values, outcome=outcome), [0.2, 0.5, 0.3], atol=1e-10
        )

    def test_too_few_units(self, make_values):
        assert np.isnan(
            weights("regression", make_values(units=4, indicators=3), outcome=np.ones((4, 1)))
        ).all()


@pytest.mark.parametrize("name", FROM_SCORES)
class TestContract:
    """What every method that looks at scores keeps."""

    def test_weights_are_not_negative_and_sum_to_one(self, make_values, name):
        found = weights(name, make_values(seed=13))
        assert (found >= 0).all()
        assert found.sum() == pytest.approx(1, abs=1e-12)

    def test_leading_axes_are_separate_problems(self, make_values, name):
        batch = np.stack([make_values(seed=s, missing=m) for s, m in ((1, 0), (2, 0.05), (3, 0), (4, 0.05))])
        batch = batch.reshape(2, 2, *batch.shape[1:])
        found = weights(name, batch)
        alone = np.array([[weights(name, table) for table in row] for row in batch])
        np.testing.assert_allclose(found, alone, atol=1e-12)

    def test_input_is_not_changed_and_float32_is_promoted(self, make_values, name):
        values = make_values(seed=14).astype(np.float32)
        before = values.copy()
        found = weights(name, values)
        assert found.dtype == np.float64
        np.testing.assert_array_equal(values, before)
        np.testing.assert_allclose(found, weights(name, values.astype(np.float64)), atol=1e-12)

    def test_missing_cells_leave_a_result(self, make_values, name):
        values = make_values(seed=15, missing=0.1)
        top = np.nanargmax(values, axis=0)
        values[top] = np.where(np.isnan(values[top]), 20.0, values[top])
        found = weights(name, values)
        assert found.sum() == pytest.approx(1, abs=1e-12)

    def test_order_of_units_does_not_matter(self, make_values, name):
        values = make_values(seed=16)
        shuffled = values[np.random.default_rng(0).permutation(len(values))]
        np.testing.assert_allclose(weights(name, values), weights(name, shuffled), atol=1e-10)

    def test_order_of_children_does_not_matter(self, make_values, name):
        values = make_values(seed=16)
        order = [3, 1, 5, 0, 2, 4]
        np.testing.assert_allclose(weights(name, values)[order], weights(name, values[:, order]), atol=1e-10)

    def test_constant_child(self, make_values, name):
        values = make_values(seed=17)
        values[:, 2] = 0.1
        found = weights(name, values)
        if name in ("cilos", "idocriw"):
            assert np.isnan(found).all()
        elif name != "bod_common":
            assert found[2] == 0
            assert found.sum() == pytest.approx(1, abs=1e-12)

    def test_all_constant_is_undefined(self, name):
        found = weights(name, np.full((6, 3), 0.1))
        assert np.isnan(found).all() or name == "bod_common"

    def test_one_unit_is_undefined(self, name):
        found = weights(name, np.array([[1.0, 2.0, 3.0]]))
        assert np.isnan(found).all() or name == "bod_common"

    def test_only_child_has_all_weight(self, name):
        np.testing.assert_array_equal(weights(name, np.array([[2.0], [2.0], [np.nan]])), [1.0])

    def test_child_without_values(self, make_values, name):
        values = make_values(seed=18)
        values[:, 1] = np.nan
        found = weights(name, values)
        assert np.isnan(found).all() or found[1] == 0

    def test_identical_units(self, make_values, name):
        values = make_values(seed=19)
        values[4] = values[7]
        assert weights(name, values).sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("name", ["entropy", "gini", "merec", "cilos", "idocriw", "bod_common"])
def test_negative_scores_are_undefined(make_values, name):
    values = make_values()
    values[3, 2] = -1.0
    assert np.isnan(weights(name, values)).all()


def test_missing_correlations_are_over_the_units_that_have_both(make_values):
    """CRITIC's correlations against numpy, pair by pair."""
    values = make_values(seed=20, missing=0.15)
    size = values.shape[1]
    related = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            both = ~np.isnan(values[:, i] + values[:, j])
            related[i, j] = np.corrcoef(values[both, i], values[both, j])[0, 1]
    spread = np.nanstd(values, axis=0, ddof=1) / (np.nanmax(values, axis=0) - np.nanmin(values, axis=0))
    expected = spread * np.sum(1 - related, axis=1)
    np.testing.assert_allclose(weights("critic", values), expected / expected.sum(), atol=1e-12)


def test_every_method_tells_formula_and_a_known_source():
    import tomllib
    from importlib.resources import files

    known = tomllib.loads((files("innov_index.methods") / "references.toml").read_text(encoding="utf-8"))
    for method in weighting:
        assert method.formula, method.name
        assert method.source.split()[0] in known, method.name
        assert bool(method.undefined) == bool(method.remedy), method.name


@pytest.mark.parametrize("name", ["effective", "effective__w123"])
def test_effective_weights_are_coinrs(shared, name):
    """COINr get_eff_weights on ASEM: given weights scaled within each node, multiplied down the tree."""
    folder = shared / "coinr/asem"
    with (folder / "pipeline/lineage.csv").open(newline="", encoding="utf-8") as file:
        parents = {child: parent for path in csv.reader(file) for child, parent in pairwise(path)}
    with (folder / f"weights/{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["iCode"]: row for row in csv.DictReader(file)}
    codes = sorted(rows, key=lambda code: -int(rows[code]["Level"]))
    position = {code: index for index, code in enumerate(codes)}
    depth = int(rows["Index"]["Level"])
    nodes = [
        Node(code, code, position.get(parents.get(code, ""), -1), depth - int(rows[code]["Level"]))
        for code in codes
    ]
    tree = Framework(tuple(nodes))
    local = np.ones(len(tree))
    for children in tree.children:
        if children.size:
            stated = np.array([float(rows[codes[child]]["Weight"]) for child in children])
            local[children] = weights("given", np.ones((1, children.size)), stated)
    expected = [float(rows[code]["EffWeight"]) for code in codes]
    np.testing.assert_allclose(tree.effective_weights(local), expected, atol=1e-15)


def test_what_only_rounding_parts_has_no_weight():
    """Children that repeat each other have no conflict, and of two units lopcow's ratio is 1."""
    first = np.random.default_rng(0).random(6) * 10 + 1
    repeated = np.column_stack([first, 2 * first + 1, 0.3 * first])
    assert np.isnan(catalogue.method("weighting", "critic").function(repeated)).all()
    undirected = catalogue.method("weighting", "critic_undirected").function
    assert np.isnan(undirected(repeated, direction=np.ones(3))).all()
    two = np.array([[0.2, 8.994204681504714e-13], [0.0, 8.461429409669222e-13]])
    assert np.isnan(catalogue.method("weighting", "lopcow").function(two)).all()


def test_a_constant_child_explains_nothing():
    """The mean of 0.1 in 24 units is another double; the other child explains the opposite."""
    children = np.column_stack([np.arange(24.0), np.full(24, 0.1)])
    assert children[:, 1].mean() != 0.1
    outcome = -np.arange(24.0)[:, None]
    regression = catalogue.method("weighting", "regression").function
    assert np.isnan(regression(children, outcome=outcome)).all()


@pytest.mark.parametrize("seed", range(4))
def test_rank_correlations_are_among_the_units_with_both(seed: int) -> None:
    """scipy on the units that two children share, as R's cor with pairwise complete observations."""
    from scipy.stats import spearmanr

    rng = np.random.default_rng(seed)
    values = rng.integers(0, 12, (20, 4)).astype(float)
    values[rng.random(values.shape) < 0.3] = np.nan
    conflict = []
    for j in range(4):
        total = 0.0
        for other in range(4):
            both = ~np.isnan(values[:, j]) & ~np.isnan(values[:, other])
            total += 1 - spearmanr(values[both, j], values[both, other])[0]
        conflict.append(total)
    spread = np.nanstd(values, axis=0, ddof=1) / (np.nanmax(values, axis=0) - np.nanmin(values, axis=0))
    expected = spread * conflict
    ours = weighting["critic"].function(values, correlation="spearman")
    np.testing.assert_allclose(ours, expected / expected.sum(), rtol=1e-12)


def test_small_angles_keep_their_digits() -> None:
    """Angles of (1, 1 + e) and (1, 1 + 3e) to (1, 1): arctan(e / (2 + e)), three times as wide."""
    values = np.array([[1.0, 1.0], [1.0 + 2.0**-30, 1.0 + 3 * 2.0**-30]])
    np.testing.assert_allclose(weighting["angle"].function(values), [0.25, 0.75], rtol=1e-8)
