"""The rational linear program, beside known games and HiGHS."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from innov_index.analysis.infer.infeasibility import solve_exactly


def test_matching_pennies():
    """Value 0, both strategies a half each."""
    solution = solve_exactly([[Fraction(1), Fraction(-1)], [Fraction(-1), Fraction(1)]], [Fraction(1)] * 2, 2)
    assert solution.value == 0
    assert solution.point[0] == solution.point[1]
    assert solution.multipliers[0] == solution.multipliers[1]


def test_a_game_without_a_saddle_point():
    """Rows (2, -1) and (-1, 1): equalising gives weights 2/5, 3/5 and the value 1/5."""
    solution = solve_exactly([[Fraction(2), Fraction(-1)], [Fraction(-1), Fraction(1)]], [Fraction(1)] * 2, 2)
    assert solution.value == Fraction(1, 5)
    total = sum(solution.point[:2])
    assert [weight / total for weight in solution.point[:2]] == [Fraction(2, 5), Fraction(3, 5)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("unknowns", [0, 1, 2])
def test_value_is_that_of_highs(seed, unknowns):
    rng = np.random.default_rng(seed)
    k, m = 4, 9
    rows = rng.integers(-20, 21, (m, k + unknowns))
    units = rng.integers(1, 4, m)
    exact = solve_exactly(
        [[Fraction(int(entry)) for entry in row] for row in rows],
        [Fraction(int(u)) for u in units],
        k,
        free=max(unknowns - 1, 0),
    )
    found = linprog(
        [0] * (k + unknowns) + [-1],
        A_ub=np.column_stack([-rows, units]),
        b_ub=np.zeros(m),
        A_eq=[[1] * k + [0] * (unknowns + 1)],
        b_eq=[1],
        bounds=[(0, None)] * (k + min(unknowns, 1)) + [(None, None)] * (max(unknowns - 1, 0) + 1),
    )
    if exact.value is None:
        assert found.status == 3
    else:
        assert float(exact.value) == pytest.approx(-found.fun, abs=1e-7)


@pytest.mark.parametrize("seed", range(10))
def test_point_and_multipliers_bound_the_value_from_both_sides(seed):
    rng = np.random.default_rng(100 + seed)
    rows = [[Fraction(int(entry)) for entry in row] for row in rng.integers(-9, 10, (6, 3))]
    solution = solve_exactly(rows, [Fraction(1)] * 6, 3)
    total, weight = sum(solution.point[:3]), sum(solution.multipliers)
    worst = min(sum(g * y for g, y in zip(row, solution.point, strict=False)) for row in rows) / total
    best = (
        max(sum(m * row[j] for m, row in zip(solution.multipliers, rows, strict=True)) for j in range(3))
        / weight
    )
    assert worst == best == solution.value
