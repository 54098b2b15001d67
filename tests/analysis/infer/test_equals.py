"""Orders with equals: agreement with linear programs, and bands of ranks as partial orders."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import linprog

from innov_index.analysis.infer.inference import infer_from_order
from innov_index.analysis.infer.order_of_units import Order, order_of_ranks
from innov_index.dataset.printed_figures import known


def exists(figures: np.ndarray, groups: list[list[int]]) -> bool:
    """Whether weights give scores that fall from group to group and are equal within each."""
    k = figures.shape[1]
    equal = [[*(figures[a] - figures[b]), 0.0] for group in groups for a, b in pairwise(group)]
    falling = [
        [*(figures[b] - figures[a]), 1.0]
        for i, group in enumerate(groups)
        for below in groups[i + 1 :]
        for a in group
        for b in below
    ]
    found = linprog(
        [*np.zeros(k), -1.0],
        A_ub=falling or None,
        b_ub=np.zeros(len(falling)) if falling else None,
        A_eq=[*equal, [*np.ones(k), 0.0]],
        b_eq=[*np.zeros(len(equal)), 1.0],
        bounds=[(0, None)] * k + [(None, 1.0)],
    )
    return bool(found.status == 0 and -found.fun > 1e-7)


@pytest.mark.parametrize("seed", range(120))
def test_orders_with_equals_agree_with_linear_programs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    units, children = int(rng.integers(3, 7)), int(rng.integers(2, 5))
    figures = rng.integers(0, 6, (units, children)).astype(float)
    scores = figures @ rng.integers(1, 4, children) if seed % 2 else rng.integers(0, 4, units)
    groups = [np.flatnonzero(scores == score).tolist() for score in sorted(set(scores.tolist()))[::-1]]
    equals = [group for group in groups if len(group) > 1]
    found = infer_from_order(known(figures), Order([groups], equals))
    assert found.exists == exists(figures, groups)


def test_equals_that_no_weights_make_are_proved() -> None:
    found = infer_from_order(known(np.array([[9.0, 9], [8, 8], [5, 5]])), Order([[[0], [1, 2]]], [[1, 2]]))
    assert found.disagreement is not None
    assert found.disagreement.contradiction.units == (1, 2)


def test_bands_that_do_not_overlap_are_groups_and_others_pairs() -> None:
    ranks, last = np.array([1.0, 2, 3, 3]), np.array([1.0, 2, 4, 4])
    assert order_of_ranks(ranks, last) == [[[0], [1], [2, 3]]]
    assert order_of_ranks(np.array([1.0, 2, 4]), np.array([3.0, 2, 4])) == [[[0], [2]], [[1], [2]]]
