"""Methods of decision analysis by ratios of criteria, against pymcdm, scikit-criteria and their formulas.

Criteria to be minimised reach our kernels with their sign turned, as normalisation `none` leaves them.
"""

from __future__ import annotations

import numpy as np
import pytest

from innov_index.methods.aggregation import aggregation
from innov_index.reference import criteria as plain

UNITS, CHILDREN = 17, 5
BENEFITS, BOTH = np.ones(CHILDREN), np.array([1, -1, 1, -1, -1])
DIRECTIONS = pytest.mark.parametrize("directions", [BENEFITS, BOTH], ids=["benefits", "both"])
SEEDS = pytest.mark.parametrize("seed", range(3))
OPTIONS = {
    "aroman": {"beta": 0.5, "power_of_costs": 0.5},
    "cocoso": {"balance": 0.5},
    "codas": {"threshold": 0.02},
}
ALL = sorted(plain.RATIOS)


def table(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.gamma(4.0, 5.0, (UNITS, CHILDREN)) + 0.1, rng.dirichlet(np.ones(CHILDREN))


def scored(name: str, values: np.ndarray, weights: np.ndarray, **options: float) -> np.ndarray:
    return np.asarray(aggregation[name].function(values, weights, **options))


THEIRS = {
    "weighted_product": "WPM",
    "aras": "ARAS",
    "ocra": "OCRA",
    "ram": "RAM",
    "marcos": "MARCOS",
    "lmaw": "LMAW",
    "aroman": "AROMAN",
    "cocoso": "COCOSO",
    "codas": "CODAS",
    "probid": "PROBID",
    "sprobid": "SPROBID",
    "mabac": "MABAC",
    "moora": "MOORA",
}


@SEEDS
@DIRECTIONS
@pytest.mark.parametrize("name", THEIRS)
def test_against_pymcdm(name: str, directions: np.ndarray, seed: int) -> None:
    methods = pytest.importorskip("pymcdm.methods")
    criteria, weights = table(seed)
    if name == "moora" and (directions > 0).all():
        pytest.skip("pymcdm refuses criteria that are all benefits")
    expected = getattr(methods, THEIRS[name])()(criteria, weights, directions)
    np.testing.assert_allclose(scored(name, criteria * directions, weights), expected, rtol=0, atol=1e-12)


@SEEDS
@DIRECTIONS
def test_mairca_is_minus_the_gap_of_pymcdm(directions: np.ndarray, seed: int) -> None:
    methods = pytest.importorskip("pymcdm.methods")
    criteria, weights = table(seed)
    gaps = methods.MAIRCA()(criteria, weights, directions)
    np.testing.assert_allclose(-scored("mairca", criteria * directions, weights), gaps, rtol=0, atol=1e-12)


@SEEDS
def test_copras_against_scikit_criteria(seed: int) -> None:
    """pymcdm adds the costs themselves: (min C · C) / (C · min C / C) is C."""
    copras = pytest.importorskip("skcriteria.agg.copras").copras
    criteria, weights = table(seed)
    shares = criteria / criteria.sum(axis=0)
    found = scored("copras", criteria * BOTH, weights)
    expected = copras(shares, weights, BOTH)[1] / 100
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


@SEEDS
@DIRECTIONS
def test_cradis_against_pyrepo_mcda(directions: np.ndarray, seed: int) -> None:
    methods = pytest.importorskip("pyrepo_mcda.mcda_methods")
    criteria, weights = table(seed)
    expected = methods.CRADIS()(criteria, weights, directions)
    np.testing.assert_allclose(scored("cradis", criteria * directions, weights), expected, rtol=0, atol=1e-12)


@SEEDS
@DIRECTIONS
def test_multimoora_against_scikit_criteria(directions: np.ndarray, seed: int) -> None:
    multimoora = pytest.importorskip("skcriteria.agg.moora").multimoora
    criteria, weights = table(seed)
    ratios = criteria / np.linalg.norm(criteria, axis=0)
    expected = multimoora(ratios, directions, weights)[1]
    np.testing.assert_array_equal(scored("multimoora", criteria * directions, weights), expected)


def test_two_orders_of_multimoora_decide_where_the_third_is_a_draw() -> None:
    """scikit-criteria decides no pair that has the same rank in one of the orders."""
    values = np.array([[4.0, 2.0], [2.0, 4.0], [1.0, 1.0]])
    weights = np.array([0.6, 0.4])  # the products are equal
    np.testing.assert_array_equal(scored("multimoora", values, weights), [2.0, 1.0, 0.0])


@SEEDS
@DIRECTIONS
@pytest.mark.parametrize("name", ALL)
def test_against_the_reference(name: str, directions: np.ndarray, seed: int) -> None:
    criteria, weights = table(seed)
    weights[1] = 0.0
    values = criteria * directions / weights.sum()
    values[3, 2] = np.nan
    rows = [[None if np.isnan(v) else float(v) for v in row] for row in values]
    expected = plain.RATIOS[name](rows, [float(w) for w in weights], **OPTIONS.get(name, {}))
    np.testing.assert_allclose(
        scored(name, values, weights), np.array(expected, dtype=float), rtol=1e-11, atol=1e-12
    )


@pytest.mark.parametrize("name", ALL)
def test_a_batch_with_weights_of_each_draw(name: str) -> None:
    tables = np.stack([table(seed)[0] * BOTH for seed in range(3)])
    weights = np.stack([table(seed)[1] for seed in range(3)])
    for draw, found in enumerate(scored(name, tables, weights)):
        np.testing.assert_allclose(found, scored(name, tables[draw], weights[draw]), rtol=1e-13)
    by_weights = scored(name, tables[0], weights)
    np.testing.assert_allclose(by_weights[2], scored(name, tables[0], weights[2]), rtol=1e-13)


@pytest.mark.parametrize("name", sorted(set(ALL) - {"cocoso", "mabac", "mairca"}))
def test_scores_of_both_signs_have_no_result(name: str) -> None:
    criteria, weights = table(0)
    criteria[4, 2] = -1.0
    assert np.isnan(scored(name, criteria, weights)).all()


def test_the_example_of_the_source_of_aras() -> None:
    """Zavadskas and Turskis (2010), as pymcdm cites it: to two decimals."""
    criteria = [
        [4.64, 3.00, 3.00, 3.00, 2.88, 3.63],
        [4.00, 4.00, 4.64, 3.56, 3.63, 5.00],
        [3.30, 4.31, 3.30, 4.00, 3.30, 4.00],
        [2.62, 5.00, 4.22, 4.31, 5.00, 5.00],
    ]
    found = scored("aras", np.array(criteria), np.array([0.28, 0.25, 0.19, 0.15, 0.08, 0.04]))
    np.testing.assert_array_equal(np.round(found, 2), [0.74, 0.86, 0.78, 0.86])


def test_marcos_ranks_as_its_weighted_sum() -> None:
    criteria, weights = table(1)
    sums = (criteria / criteria.max(axis=0)) @ weights
    np.testing.assert_array_equal(np.argsort(scored("marcos", criteria, weights)), np.argsort(sums))
