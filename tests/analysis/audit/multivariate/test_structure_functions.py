"""Factors, groups and tests of tables whose answer is known, and where there is none."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from innov_index.analysis.audit.multivariate.adequacy import adequacy, complete, outlying
from innov_index.analysis.audit.multivariate.clusters import cluster_units, group_by_means
from innov_index.analysis.audit.multivariate.contributions import contributions, with_outcome
from innov_index.analysis.audit.multivariate.extraction import extract
from innov_index.analysis.audit.multivariate.factor_count import RULES, factor_counts
from innov_index.analysis.audit.multivariate.reliability import reliability
from innov_index.analysis.audit.multivariate.rotation import rotate
from innov_index.analysis.audit.multivariate.solution import Choices, solve
from innov_index.errors import UndefinedError
from tests.references.handbook import indicators

ONE = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
"""Loadings of columns of which one factor is all that they share."""


def of_one_factor() -> np.ndarray:
    matrix = np.outer(ONE, ONE)
    np.fill_diagonal(matrix, 1.0)
    return matrix


@pytest.mark.parametrize("how", ["principal axis", "maximum likelihood"])
def test_a_factor_that_exists_is_found(how) -> None:
    found = extract(of_one_factor(), 1, how)
    np.testing.assert_allclose(found.loadings[:, 0], ONE, atol=1e-6)


@pytest.mark.parametrize("how", ["varimax", "promax", "oblimin"])
def test_simple_structure_is_found_from_any_position(how) -> None:
    """Columns that load on one factor each, turned by 30 degrees."""
    simple = np.array([[0.9, 0], [0.7, 0], [0.5, 0], [0, 0.8], [0, 0.6], [0, 0.4]])
    angle = np.pi / 6
    turned = simple @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    result = rotate(turned, how)
    np.testing.assert_allclose(result.loadings, simple, atol=1e-7)
    np.testing.assert_allclose(result.correlations, np.eye(2), atol=1e-7)


def test_heywood_cases_are_told(shared: Path) -> None:
    """Four factors by maximum likelihood: royalties and schooling end at the smallest uniqueness."""
    found = complete(indicators(shared))
    result = solve(found, 8, Choices("maximum likelihood", factors=4))
    assert np.flatnonzero(result.heywood).tolist() == [1, 6]
    np.testing.assert_allclose(result.communalities[[1, 6]], 0.995, atol=1e-4)
    with pytest.raises(UndefinedError, match="a communality grows beyond 1"):
        extract(found.matrix, 4, "principal axis")


def test_too_many_factors() -> None:
    with pytest.raises(UndefinedError, match="at most 4"):
        extract(of_one_factor(), 5, "maximum likelihood")
    with pytest.raises(UndefinedError, match="6 components of 5 columns"):
        extract(of_one_factor(), 6, "components")


def test_a_column_that_follows_from_others_is_refused() -> None:
    table = np.random.default_rng(0).standard_normal((30, 3))
    found = complete(np.column_stack([table, table.sum(axis=1)]))
    assert not found.regular
    assert np.isnan(adequacy(found, 4).kmo)
    assert np.isnan(outlying(found, 30)[0]).all()
    assert np.isnan(contributions(found.matrix, np.ones(4) / 2).shares).all()
    with pytest.raises(UndefinedError, match="none follows from the others"):
        extract(found.matrix, 1, "maximum likelihood")


def test_a_constant_and_gaps_are_left_out() -> None:
    """Figures of the other columns over the complete units; none for the constant."""
    table = np.random.default_rng(1).standard_normal((40, 4))
    with_gaps = np.column_stack([table, np.full(40, 3.0)])
    with_gaps[:5, 2] = np.nan
    found, whole = complete(with_gaps), complete(table[5:])
    assert found.columns.tolist() == [0, 1, 2, 3]
    assert found.units.tolist() == list(range(5, 40))
    assert adequacy(found, 5).kmo == pytest.approx(adequacy(whole, 4).kmo)
    assert np.isnan(adequacy(found, 5).inflation[4])
    assert np.isnan(outlying(found, 40)[0][:5]).all()
    assert np.isnan(reliability(found, 5).with_rest[4])


@pytest.mark.parametrize("units", [0, 1, 2])
def test_hardly_any_units(units: int) -> None:
    found = complete(np.random.default_rng(1).standard_normal((units, 3)))
    assert len(found.columns) == 0
    assert np.isnan(adequacy(found, 3).kmo)
    assert np.isnan(reliability(found, 3).alpha)
    with pytest.raises(UndefinedError, match="two columns that vary"):
        solve(found, 3, Choices())


def test_rules_on_eigenvalues() -> None:
    """Two blocks of correlated columns: two factors by every rule but a share that one cannot reach."""
    rng = np.random.default_rng(2)
    factors = rng.standard_normal((200, 2))
    table = np.repeat(factors, 4, axis=1) + 0.7 * rng.standard_normal((200, 8))
    counts = factor_counts(complete(table))
    assert {rule: counts.number(rule) for rule in RULES} == dict.fromkeys(RULES, 2)
    assert counts.draws == 1_000
    assert (counts.low < counts.eigenvalues).all()


def test_chance_is_that_of_unrelated_normal_columns() -> None:
    """The triangular draw has the distribution of tables drawn cell by cell."""
    rng = np.random.default_rng(3)
    tables = rng.standard_normal((1_000, 40, 5))
    slow = [np.linalg.eigvalsh(np.corrcoef(table.T))[::-1] for table in tables]
    counts = factor_counts(complete(tables[0]))
    np.testing.assert_allclose(counts.chance, np.quantile(slow, 0.95, axis=0), rtol=0.02)


def test_k_means_is_as_tight_as_another_program(shared: Path) -> None:
    """scikit-learn with 100 starts; the optimum of the handbook's table 13 is one that few starts reach."""
    values = complete(indicators(shared)).standardised
    mine = group_by_means(values, 3)
    cluster = pytest.importorskip("sklearn.cluster")
    other = cluster.KMeans(3, n_init=100, random_state=0).fit(values)
    assert mine.within == pytest.approx(other.inertia_)
    assert mine.within == pytest.approx(94.3708, abs=5e-5)
    assert 1 < mine.reached < mine.starts / 2
    assert mine.optima > 10


def test_the_widest_gap_between_mergers(shared: Path) -> None:
    """Handbook figure 14: ten groups, the jump from 3.51 to 5.51."""
    tree = cluster_units(complete(indicators(shared)).standardised, "single")
    assert tree.widest_gap() == 10
    assert tree.heights[[12, 13]].round(2).tolist() == [3.51, 5.51]
    assert len(set(tree.groups(10))) == 10


def test_shares_of_sampled_orders_agree_with_all_orders() -> None:
    """Fourteen columns are sampled; the last does nothing, and the others have the shares of thirteen."""
    rng = np.random.default_rng(4)
    table = rng.standard_normal((300, 13)) + rng.standard_normal((300, 1))
    outcome = table @ rng.random(13) + rng.standard_normal(300)
    matrix = np.corrcoef(np.column_stack([table, outcome]).T)
    exact = contributions(matrix[:-1, :-1], matrix[:-1, -1])
    wider = np.eye(14)
    wider[:13, :13] = matrix[:-1, :-1]
    sampled = contributions(wider, np.append(matrix[:-1, -1], 0.0))
    assert (np.abs(sampled.shares[:13] - exact.shares) < 4.5 * sampled.errors[:13]).all()
    assert sampled.shares.sum() == pytest.approx(sampled.r_squared)
    assert exact.shares.sum() == pytest.approx(exact.r_squared)


def test_shares_are_means_over_orders() -> None:
    matrix, outcome = of_one_factor()[:3, :3], np.array([0.5, 0.3, 0.1])

    def explained(columns: tuple[int, ...]) -> float:
        part = matrix[np.ix_(columns, columns)]
        return (
            float(outcome[list(columns)] @ np.linalg.solve(part, outcome[list(columns)])) if columns else 0.0
        )

    gains = np.zeros(3)
    for order in permutations(range(3)):
        for place, column in enumerate(order):
            gains[column] += explained(order[: place + 1]) - explained(order[:place])
    np.testing.assert_allclose(contributions(matrix, outcome).shares, gains / 6)


@pytest.mark.parametrize("largest", [1e300, 1e-300])
def test_numbers_of_an_unusual_size(largest: float) -> None:
    """Beside one huge value some samples have columns whose squares vanish: they are left out."""
    table = np.random.default_rng(5).standard_normal((6, 3))
    table[:, 0] *= largest
    table[2, 0] *= 1e8
    found = complete(table)
    counts = factor_counts(found, 200)
    assert np.isfinite([counts.low, counts.high]).all()
    assert np.isfinite(adequacy(found, 3).kmo)
    outcome = with_outcome(found, table[:, 0])
    assert outcome is not None
    np.testing.assert_allclose(contributions(found.matrix, outcome).coefficients, [1, 0, 0], atol=1e-12)
