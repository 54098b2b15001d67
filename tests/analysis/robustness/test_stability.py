"""How far all weights may move before an order changes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.analysis.robustness.linear import from_values
from innov_index.analysis.robustness.pairs import smallest_lead
from innov_index.analysis.robustness.stability import order_stable, pair_stable, top_stable, winner_stable
from innov_index.analysis.robustness.weight_sets import within


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 7))
def test_at_the_share_the_pair_is_level_and_beyond_it_turns(seed, size):
    rng = np.random.default_rng(seed)
    weights = [Fraction(int(k)) for k in rng.integers(1, 9, size)]
    linear = from_values(rng.random((2, size)), weights)
    scores = linear.exact_scores(linear.given)
    ahead, behind = (0, 1) if scores[0] >= scores[1] else (1, 0)
    stable = pair_stable(linear, ahead, behind)
    if stable.weights is None:
        assert smallest_lead(linear, within(linear.given, Fraction(1)), ahead, behind).lead >= 0
        return
    assert within(linear.given, stable.share).contains(stable.weights)
    level = linear.exact_scores(stable.weights)
    assert level[ahead] == level[behind]
    assert smallest_lead(linear, within(linear.given, stable.share), ahead, behind).lead == 0
    beyond = within(linear.given, stable.share + Fraction(1, 10**6))
    if stable.share < 1:
        assert smallest_lead(linear, beyond, ahead, behind).lead < 0


@pytest.mark.parametrize("seed", range(5))
def test_winner_top_and_order_are_the_first_pair_that_turns(seed):
    linear = from_values(np.random.default_rng(seed).random((12, 4)))
    order = sorted(range(12), key=lambda unit: linear.ranks(linear.given)[unit])

    def first(pairs):
        return min(pair_stable(linear, a, b).share for a, b in pairs)

    assert winner_stable(linear).share == first([(order[0], b) for b in order[1:]])
    assert top_stable(linear, 5).share == first([(a, b) for a in order[:5] for b in order[5:]])
    everything = [(order[i], order[j]) for i in range(12) for j in range(i + 1, 12)]
    assert order_stable(linear).share == first(everything)


def test_a_dominating_winner_stays_whatever_happens():
    stable = winner_stable(from_values(np.array([[3.0, 4.0], [2.0, 3.0], [1.0, 0.0]])))
    assert (stable.share, stable.ahead) == (1, None)


def test_equal_scores_do_not_hold_at_all():
    assert order_stable(from_values(np.array([[1.0, 3.0], [3.0, 1.0]]))).share == 0


def test_by_hand():
    """Weights 1/2, 1/2; leads +2 and -1: 2(1 - r) = 1 + r at r = 1/3."""
    stable = winner_stable(from_values(np.array([[3.0, 1.0], [1.0, 2.0]])))
    assert stable.share == Fraction(1, 3)
    assert stable.weights == (Fraction(1, 3), Fraction(2, 3))
