"""Formulas of the reference against scipy, numpy and printed tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.stats

from innov_index.reference import algebra, best_orders, components, moments, places, treatment, weighting
from innov_index.reference.expressions import codes_in, terms_of, value_of

RNG = np.random.default_rng(3)
X, Y = RNG.gamma(2.0, 3.0, (2, 25)).tolist()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (moments.skewness(X), scipy.stats.skew(X, bias=False)),
        (moments.excess_kurtosis(X), scipy.stats.kurtosis(X, bias=False)),
        (moments.quantile(X, 0.37), np.quantile(X, 0.37)),
        (moments.median(X), np.median(X)),
        (moments.deviation(X), np.std(X, ddof=1)),
        (moments.pearson(X, Y), scipy.stats.pearsonr(X, Y)[0]),
        (moments.spearman(X, Y), scipy.stats.spearmanr(X, Y)[0]),
        (moments.kendall(X, Y), scipy.stats.kendalltau(X, Y)[0]),
    ],
)
def test_moments_are_those_of_scipy(ours: float, theirs: float) -> None:
    assert ours == pytest.approx(theirs, rel=1e-13)


def test_the_most_likely_powers_are_those_of_scipy() -> None:
    assert treatment.most_likely_power(X) == pytest.approx(scipy.stats.boxcox(X)[1], abs=1e-6)
    mixed = [x - 4 for x in X]
    moved = treatment.yeo_johnson(mixed, mixed, lmbda=None)
    assert moved == pytest.approx(scipy.stats.yeojohnson(mixed)[0], abs=1e-6)


def test_algebra_is_that_of_numpy() -> None:
    square = RNG.normal(size=(5, 5))
    right = RNG.normal(size=5)
    assert algebra.solve(square.tolist(), right.tolist()) == pytest.approx(np.linalg.solve(square, right))
    roots, vectors = algebra.eigen((square @ square.T).tolist())
    assert roots == pytest.approx(np.linalg.eigvalsh(square @ square.T)[::-1])
    for root, vector in zip(roots, vectors, strict=True):
        np.testing.assert_allclose(square @ square.T @ vector, root * np.array(vector), atol=1e-12)
    tall = RNG.normal(size=(9, 4))
    y = RNG.normal(size=9)
    expected = np.linalg.lstsq(tall, y, rcond=None)[0]
    assert algebra.least_squares(tall.tolist(), y.tolist()) == pytest.approx(expected)


def test_weights_of_the_first_component_are_those_of_numpy() -> None:
    table = RNG.gamma(2.0, 3.0, (30, 4)) @ RNG.random((4, 4))
    first = np.linalg.eigh(np.corrcoef(table.T))[1][:, -1]
    assert components.pca(table.T.tolist(), loadings="squared") == pytest.approx(first**2)


def test_varimax_has_the_largest_variance_of_squares() -> None:
    loadings = RNG.normal(size=(6, 2))
    rows = loadings / np.linalg.norm(loadings, axis=1, keepdims=True)

    def loss(angle: float) -> float:
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        return -float(np.var((rows @ turn) ** 2, axis=0).sum())

    turned = np.array(components.varimax(loadings.tolist()))
    turned /= np.linalg.norm(loadings, axis=1, keepdims=True)
    best = min(
        scipy.optimize.minimize_scalar(loss, bounds=(a, a + 0.4), method="bounded").fun
        for a in np.arange(0, 1.6, 0.4)
    )
    assert -float(np.var(turned**2, axis=0).sum()) == pytest.approx(best, abs=1e-10)


def test_ahp_gives_the_weights_of_consistent_comparisons() -> None:
    comparisons = [[2.0, 4.0], [2.0]]
    found = weighting.ahp([[0.0]] * 3, comparisons=comparisons, max_ratio=0.1)
    assert found == pytest.approx([4 / 7, 2 / 7, 1 / 7])


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("{A.1} / b + 2 * -b ** 2", 3 / 2 - 8),
        ("max(0, b - 5) + first(c, b)", 2.0),
        ("clip({A.1}, 0, 1) + mean(b, {A.1}) + abs(-1)", 1 + 2.5 + 1),
        ("c + 1", None),
    ],
)
def test_formulas_bind_as_in_python(formula: str, value: float | None) -> None:
    found = value_of(formula, {"A.1": 3.0, "b": 2.0, "c": None})
    assert found == (None if value is None else pytest.approx(value))


def test_sums_are_known_as_sums() -> None:
    assert codes_in("0.5*{x y} + (z - 4) / 4") == ["x y", "z"]
    assert terms_of("0.5*{x y} + (z - 4) / 4", ["z", "x y"]) == ({"z": 0.25, "x y": 0.5}, -1.0)
    assert terms_of("x * z", ["x", "z"]) is None
    assert terms_of("x - z", ["x", "z"]) is None


@pytest.mark.parametrize("ties", ["min", "max", "average", "dense", "ordinal"])
def test_ranks_are_those_of_scipy(ties: str) -> None:
    scores = RNG.integers(0, 6, 20).astype(float).tolist()
    expected = scipy.stats.rankdata([-s for s in scores], method=ties)  # type: ignore[call-overload]
    assert places.ranks(scores, ties, 12) == expected.tolist()


@pytest.mark.parametrize(
    ("decimals", "x", "up", "even"), [(1, 0.25, 0.3, 0.2), (1, -0.25, -0.3, -0.2), (2, 0.285, 0.29, 0.28)]
)
def test_halves_are_rounded_as_decimals(decimals: int, x: float, up: float, even: float) -> None:
    assert places.half_up(x, decimals=decimals) == up
    assert places.half_even(x, decimals=decimals) == even


def test_natural_breaks_are_the_best_of_all_partitions() -> None:
    scores = sorted(RNG.random(8).tolist(), reverse=True)
    cuts = [(a, b) for a in range(1, 7) for b in range(a + 1, 8)]

    def loss(cut: tuple[int, int]) -> float:
        parts = (scores[: cut[0]], scores[cut[0] : cut[1]], scores[cut[1] :])
        return sum(float(np.var(part)) * len(part) for part in parts)

    a, b = min(cuts, key=loss)
    assert places.jenks(list(scores), 12, number=3) == [1.0] * a + [2.0] * (b - a) + [3.0] * (8 - b)


def test_the_best_order_of_young_and_levenglick() -> None:
    # three orders of three units: a cycle without a first, and a fourth that decides it
    table = [[3.0, 1.0, 2.0, 3.0], [2.0, 3.0, 1.0, 2.0], [1.0, 2.0, 3.0, 1.0]]
    assert best_orders.kemeny_young(table, [0.25] * 4) == [2.0, 1.0, 0.0]
    cycle = [row[:3] for row in table]
    # each order of the cycle is equally good, so that each stands above each other in some
    assert best_orders.kemeny_young(cycle, [1 / 3] * 3) == [1.0, 1.0, 1.0]
