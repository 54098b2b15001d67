"""Multi-criteria methods against pymcdm and scikit-criteria, to 1e-12, with criteria of both directions.

Our kernels take scores of which more is better. Criteria to be minimised reach them multiplied by -1, or
normalised by min-max to 0..1; the packages get the raw criteria and their directions.
"""

import numpy as np
import pytest

from innov_index.methods.aggregation import aggregation

DIRECTIONS = [np.array([1, 1, 1, 1, 1]), np.array([1, -1, 1, -1, -1])]
SEEDS = range(3)


@pytest.fixture(params=SEEDS)
def criteria(request, make_values):
    return make_values(request.param, 25, 5)


@pytest.fixture(params=DIRECTIONS, ids=["benefit", "both"])
def directions(request):
    return request.param


@pytest.fixture
def weights():
    return np.random.default_rng(7).dirichlet(np.ones(5))


@pytest.fixture
def pymcdm():
    return pytest.importorskip("pymcdm")


@pytest.fixture
def evaluated():
    """Result of a scikit-criteria method, by the name of its extra."""
    skcriteria = pytest.importorskip("skcriteria")

    def evaluate(method, criteria, directions, weights):
        matrix = skcriteria.mkdm(criteria, list(directions), weights=weights)
        return method.evaluate(matrix).e_

    return evaluate


def min_max(criteria, directions):
    oriented = criteria * directions
    return (oriented - oriented.min(axis=0)) / np.ptp(oriented, axis=0)


def assert_same(got, expected):
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-12)


class TestTopsis:
    kernel = staticmethod(aggregation["topsis"].function)

    def test_vector_scaling_and_pymcdm(self, pymcdm, criteria, weights):
        method = pymcdm.methods.TOPSIS(pymcdm.normalizations.vector_normalization)
        assert_same(self.kernel(criteria, weights), method(criteria, weights, np.ones(5)))

    def test_min_max_and_pymcdm(self, pymcdm, criteria, directions, weights):
        expected = pymcdm.methods.TOPSIS()(criteria, weights, directions)
        assert_same(self.kernel(criteria * directions, weights, scaling="min_max"), expected)
        assert_same(self.kernel(min_max(criteria, directions), weights, scaling="none"), expected)

    @pytest.mark.parametrize(
        ("scaling", "norm"), [("vector", np.linalg.norm), ("sum", np.sum), ("max", np.max)]
    )
    def test_every_scaling_and_scikit_criteria(self, criteria, directions, weights, scaling, norm):
        """Their class refuses criteria to be minimised; their function takes them."""
        topsis = pytest.importorskip("skcriteria.agg.topsis").topsis
        scaled = criteria / np.array([norm(column) for column in criteria.T])
        expected = topsis(scaled, directions, weights)[3]
        if scaling == "vector" or (directions > 0).all():
            assert_same(self.kernel(criteria * directions, weights, scaling=scaling), expected)
        assert_same(self.kernel(scaled * directions, weights, scaling="none"), expected)


class TestVikor:
    kernel = staticmethod(aggregation["vikor"].function)

    @pytest.mark.parametrize("v", [0.0, 0.5, 0.8])
    def test_pymcdm(self, pymcdm, criteria, directions, weights, v):
        """Their Q is better the lower it is; and 1 - ours."""
        expected = pymcdm.methods.VIKOR(v=v)(criteria, weights, directions)
        assert_same(1 - self.kernel(criteria * directions, weights, v=v), expected)
        assert_same(1 - self.kernel(min_max(criteria, directions), weights, v=v), expected)

    def test_scikit_criteria(self, evaluated, criteria, directions, weights):
        from skcriteria.agg.vikor import VIKOR

        expected = evaluated(VIKOR(), criteria, directions, weights).q_k
        assert_same(1 - self.kernel(criteria * directions, weights), expected)


class TestPromethee:
    kernel = staticmethod(aggregation["promethee_ii"].function)

    @pytest.mark.parametrize(
        ("ours", "theirs", "thresholds"),
        [
            ("usual", "usual", {}),
            ("u_shape", "ushape", {"q": 3.0}),
            ("v_shape", "vshape", {"p": 12.0}),
            ("level", "level", {"q": 3.0, "p": 12.0}),
            ("linear", "vshape_2", {"q": 3.0, "p": 12.0}),
        ],
    )
    def test_pymcdm(self, pymcdm, criteria, directions, weights, ours, theirs, thresholds):
        lists = {name: np.full(5, value) for name, value in thresholds.items()}
        expected = pymcdm.methods.PROMETHEE_II(theirs, **lists)(criteria, weights, directions)
        assert_same(self.kernel(criteria * directions, weights, preference=ours, **thresholds), expected)

    def test_gaussian_preference_by_the_formula(self, criteria, weights):
        difference = criteria[:, None, :] - criteria[None, :, :]
        preferred = np.where(difference > 0, 1 - np.exp(-(difference**2) / (2 * 4.0**2)), 0.0) @ weights
        expected = (preferred.sum(axis=1) - preferred.sum(axis=0)) / (len(criteria) - 1)
        assert_same(self.kernel(criteria, weights, preference="gaussian", s=4.0), expected)

    def test_each_child_has_its_own_thresholds(self, pymcdm, criteria, directions, weights):
        q, p = [0.0, 3.0, 1.0, 3.0, 2.0], [1.0, 5.0, 12.0, 9.0, 12.0]
        method = pymcdm.methods.PROMETHEE_II("vshape_2", q=np.array(q), p=np.array(p))
        expected = method(criteria, weights, directions)
        assert_same(self.kernel(criteria * directions, weights, preference="linear", q=q, p=p), expected)

    def test_each_child_has_its_own_type_of_preference(self, criteria):
        """Flows of one child after another, each with the type that pymcdm tested above, add up."""
        kinds = ["usual", "u_shape", "v_shape", "level", "gaussian"]
        q, p = [None, 3.0, None, 3.0, None], [None, None, 12.0, 9.0, None]
        weights = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
        mixed = self.kernel(criteria, weights, preference=kinds, q=q, p=p, s=[*[None] * 4, 4.0])
        alone = [
            self.kernel(criteria[:, [j]], np.ones(1), preference=kind, q=q[j], p=p[j], s=4.0)
            for j, kind in enumerate(kinds)
        ]
        assert_same(mixed, np.array(alone).T @ weights)

    def test_ties_count_for_neither_unit(self, pymcdm, weights):
        criteria = np.random.default_rng(3).integers(0, 4, (20, 5)).astype(float)
        expected = pymcdm.methods.PROMETHEE_II("usual")(criteria, weights, np.ones(5))
        assert_same(self.kernel(criteria, weights), expected)


class TestEdas:
    kernel = staticmethod(aggregation["edas"].function)

    def test_pymcdm_and_scikit_criteria(self, pymcdm, evaluated, criteria, weights):
        from skcriteria.agg.edas import EDAS

        expected = pymcdm.methods.EDAS()(criteria, weights, np.ones(5))
        assert_same(self.kernel(criteria, weights), expected)
        assert_same(evaluated(EDAS(), criteria, np.ones(5), weights).score, expected)

    def test_min_max_scores_of_both_directions(self, pymcdm, criteria, weights):
        scores = min_max(criteria, DIRECTIONS[1])
        assert_same(self.kernel(scores, weights), pymcdm.methods.EDAS()(scores, weights, np.ones(5)))


class TestMeans:
    def test_weighted_sum_and_product(self, pymcdm, evaluated, criteria, directions, weights):
        from skcriteria.agg.simple import WeightedProductModel, WeightedSumModel

        scores = 1 + min_max(criteria, directions)
        ones = np.ones(5)
        arithmetic = aggregation["arithmetic"].function(scores, weights)
        geometric = aggregation["geometric"].function(scores, weights)
        assert_same(evaluated(WeightedSumModel(), scores, ones, weights).score, arithmetic)
        assert_same(10 ** evaluated(WeightedProductModel(), scores, ones, weights).score, geometric)
        assert_same(pymcdm.methods.WSM(lambda x, cost: x)(scores, weights, ones), arithmetic)
        assert_same(pymcdm.methods.WPM(lambda x, cost: x)(scores, weights, ones), geometric)

    @pytest.mark.parametrize("share", [0.5, 0.2])
    def test_waspas(self, pymcdm, evaluated, criteria, directions, weights, share):
        from skcriteria.agg.waspas import WASPAS

        kernel = aggregation["waspas"].function
        scores = criteria**directions
        expected = pymcdm.methods.WASPAS(l=share)(criteria, weights, directions)
        assert_same(kernel(scores, weights, arithmetic_share=share), expected)
        parts = scores / scores.max(axis=0)
        assert_same(evaluated(WASPAS(lambda_value=share), parts, np.ones(5), weights).score, expected)
