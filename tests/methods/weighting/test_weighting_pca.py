"""Weights from principal components: COINr's loadings, the handbook's example, an independent varimax."""

from __future__ import annotations

import csv
from itertools import combinations

import numpy as np
import pytest

from innov_index.methods.weighting.pca import (
    factor_weights,
    first_component,
    pca,
    pca_oecd,
    varimax,
)

PILLARS = ["Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin"]
SUB_INDEXES = (slice(0, 5), slice(5, 8))


def read_columns(path, codes):
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row[code]) for code in codes] for row in rows])


def test_first_component_is_coinrs_up_to_its_sign(shared):
    """COINr get_PCA(by_groups) on ASEM, level 2: loadings by sub-index, signs arbitrary."""
    pillars = read_columns(shared / "coinr/asem/pipeline/aggregated.csv", PILLARS)
    with (shared / "coinr/asem/analysis/pca_level2_by_subindex_weights.csv").open(newline="") as file:
        theirs = {row["iCode"]: float(row["Weight"]) for row in csv.DictReader(file) if row["Level"] == "2"}
    for group in SUB_INDEXES:
        expected = np.array([theirs[code] for code in PILLARS[group]])
        expected *= np.sign(expected.sum())
        np.testing.assert_allclose(first_component(pillars[:, group]), expected, atol=1e-12)


def test_handbook_example():
    """OECD/JRC Handbook 2008, section 6.1, Technology Achievement Index: table 17 → weights.

    Loadings and weights are printed with two digits: the loadings' rounding adds to that of the weights.
    """
    # patents, royalties, internet, exports, telephones, electricity, schooling, university
    loadings = np.array(
        [
            [0.07, 0.97, 0.06, 0.06],
            [0.13, 0.07, -0.07, 0.93],
            [0.79, -0.21, 0.21, 0.42],
            [-0.64, 0.56, -0.04, 0.36],
            [0.37, 0.17, 0.38, 0.68],
            [0.82, -0.04, 0.25, 0.35],
            [0.88, 0.23, -0.09, 0.09],
            [0.08, 0.04, 0.96, 0.04],
        ]
    )
    expected = [0.17, 0.15, 0.11, 0.06, 0.08, 0.12, 0.14, 0.17]
    np.testing.assert_allclose(factor_weights(loadings), expected, atol=0.005 + 0.0025)


def rotate_pair_by_pair(loadings):
    """Kaiser's own way: turn two factors at a time by the angle in closed form, until nothing moves."""
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    rows = loadings / length
    for _ in range(500):
        moved = 0.0
        for p, q in combinations(range(rows.shape[1]), 2):
            x, y = rows[:, p].copy(), rows[:, q].copy()
            u, v = x**2 - y**2, 2 * x * y
            top = 2 * (u * v).sum() - 2 * u.sum() * v.sum() / len(u)
            bottom = (u**2 - v**2).sum() - (u.sum() ** 2 - v.sum() ** 2) / len(u)
            angle = np.arctan2(top, bottom) / 4
            rows[:, p], rows[:, q] = (
                x * np.cos(angle) + y * np.sin(angle),
                -x * np.sin(angle) + y * np.cos(angle),
            )
            moved = max(moved, abs(angle))
        if moved < 1e-13:
            break
    return rows * length


@pytest.mark.parametrize("seed", range(4))
def test_varimax_against_rotation_of_pairs(seed):
    rng = np.random.default_rng(seed)
    simple = np.kron(np.eye(3), np.ones((3, 1))) + rng.normal(0, 0.2, (9, 3))
    loadings = simple @ np.linalg.qr(rng.normal(size=(3, 3)))[0] * 0.7
    ours, theirs = (
        np.sort(varimax(loadings) ** 2, axis=1),
        np.sort(rotate_pair_by_pair(loadings) ** 2, axis=1),
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-7)


def test_oecd_weights_step_by_step(make_values):
    """The procedure written out for one table, with the other rotation."""
    rng = np.random.default_rng(5)
    common = rng.normal(size=(60, 2))
    values = common @ np.array([[1, 1, 0.8, 0, 0.1, 0], [0, 0.2, 0, 1, 1, 0.9]]) + rng.normal(0, 0.5, (60, 6))
    roots, vectors = np.linalg.eigh(np.corrcoef(values.T))
    roots, vectors = roots[::-1], vectors[:, ::-1]
    kept = int(np.sum((roots >= 1) & (roots / 6 >= 0.1)))
    assert roots[:kept].sum() / 6 >= 0.6
    squares = rotate_pair_by_pair(vectors[:, :kept] * np.sqrt(roots[:kept])) ** 2
    scaled = squares / squares.sum(axis=0)
    importance = squares.sum(axis=0) / squares.sum()
    factor = scaled.argmax(axis=1)
    expected = scaled[np.arange(6), factor] * importance[factor]
    np.testing.assert_allclose(pca_oecd(values), expected / expected.sum(), atol=1e-7)


def test_oecd_keeps_more_factors_to_reach_the_cumulative_share(make_values):
    values = make_values(seed=6, units=80)
    few, all_factors = pca_oecd(values, min_cumulative=0.0), pca_oecd(values, min_cumulative=1.0)
    assert np.abs(few - all_factors).max() > 1e-3


def test_signed_loadings_need_one_direction(make_values):
    rng = np.random.default_rng(7)
    values = rng.normal(size=(40, 1)) + rng.normal(0, 0.3, (40, 3))
    first = first_component(values)
    np.testing.assert_allclose(pca(values, loadings="signed"), first / first.sum(), atol=1e-12)
    values[:, 2] *= -1
    assert np.isnan(pca(values, loadings="signed")).all()
    np.testing.assert_allclose(pca(values), first**2, atol=1e-12)


def criterion(loadings):
    """The variance of the squared loadings of rows of length 1, summed over factors (Kaiser 1958)."""
    rows = loadings / np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    return (rows**2).var(axis=0).sum()


@pytest.mark.parametrize(
    "loadings",
    [
        # the unrotated loadings are where the variance is smallest: there is no slope to follow
        [[0.4877, 0.74536], [-0.4877, 0.74536], [0.85509, 0.0]],
        # nearly flat
        [[0.80053, -0.17416], [0.80049, -0.17447], [0.29205, 0.9564]],
        [[0.3, 0.4], [-0.4, 0.3], [0.7, 0.1], [0.1, -0.7]],
    ],
)
def test_varimax_is_the_best_of_all_angles(loadings):
    loadings = np.array(loadings)
    angles = np.linspace(0, np.pi / 2, 20_001)
    turned = [loadings @ [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]] for a in angles]
    best = max(map(criterion, turned))
    assert criterion(varimax(loadings)) >= best - 1e-12


def test_a_constant_child_does_not_turn_the_others(make_values):
    values = make_values(seed=4, units=9, indicators=5)
    constant = np.full((9, 2), 3.0)
    both = pca_oecd(np.concatenate([values[:, :2], constant, values[:, 2:]], axis=1))
    np.testing.assert_allclose(both, np.insert(pca_oecd(values), [2, 2], 0.0), rtol=1e-12)


def test_the_order_of_units_does_not_move_a_child_that_hardly_varies():
    """80 less 2e-12: a mean of such numbers has an error as large as their differences."""
    values = 80.0 - np.array([2.3e-12, 2.4e-12, 2.0e-12, 2.5e-12, 2.1e-12])
    table = np.column_stack([values, [40.3, 22.8, 20.2, 31.0, 27.5], [20.5, 20.8, 21.0, 24.0, 23.0]])
    expected = pca(np.column_stack([(values - 80.0) * 1e12, table[:, 1:]]))
    np.testing.assert_allclose(pca(table), expected, rtol=1e-9)
    np.testing.assert_allclose(pca(table[::-1]), expected, rtol=1e-9)


def test_children_go_to_factors_by_loading_or_by_scaled_loading() -> None:
    """Handbook table 9: exports load -0.64 on factor 1 and 0.56 on factor 2, which explains less: .07 or .06.

    Table 18 has .07 for exports, and table 22 .06.
    """
    loadings = np.array(
        [
            [0.07, 0.97, 0.06, 0.06],
            [0.13, 0.07, -0.07, 0.93],
            [0.79, -0.21, 0.21, 0.42],
            [-0.64, 0.56, -0.04, 0.36],
            [0.37, 0.17, 0.38, 0.68],
            [0.82, -0.04, 0.25, 0.35],
            [0.88, 0.23, -0.09, 0.09],
            [0.08, 0.04, 0.96, 0.04],
        ]
    )
    by_loading, by_scaled = factor_weights(loadings, "loading"), factor_weights(loadings, "scaled")
    np.testing.assert_allclose(by_loading, [0.17, 0.15, 0.11, 0.07, 0.08, 0.12, 0.14, 0.16], atol=0.0055)
    assert by_scaled.round(2)[3] == 0.06
