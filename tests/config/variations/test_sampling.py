"""Draws have the distribution that they are named after."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.config.variations import choice_forms, data_forms, weight_forms

ONE = np.array([0])


def points(rows: int, draws: int = 50_000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((rows, draws))


def test_uniform_weights_are_a_flat_dirichlet() -> None:
    """Dirichlet(1, 1, 1): means 1/3, variances (1/3)(2/3)/4."""
    weights = weight_forms.uniform(points(3), ONE)
    np.testing.assert_allclose(weights.sum(axis=0), 1.0)
    np.testing.assert_allclose(weights.mean(axis=1), 1 / 3, atol=0.005)
    np.testing.assert_allclose(weights.var(axis=1), 1 / 18, rtol=0.03)


def test_dirichlet_has_mean_and_variance_of_its_parameters() -> None:
    base = np.array([[0.5], [0.3], [0.2]])
    weights = weight_forms.dirichlet(points(3), base, ONE, 20.0)
    np.testing.assert_allclose(weights.mean(axis=1), base[:, 0], atol=0.005)
    np.testing.assert_allclose(weights.var(axis=1), base[:, 0] * (1 - base[:, 0]) / 21, rtol=0.03)


def test_noise_stays_within_its_share_before_scaling() -> None:
    """COINr get_noisy_weights: w (1 + U(-x, x)); ratios of two weights stay within (1 + x) / (1 - x)."""
    weights = weight_forms.noisy(points(2), np.full((2, 1), 0.5), ONE, 0.25)
    ratio = weights[0] / weights[1]
    assert ratio.min() >= 0.75 / 1.25
    assert ratio.max() <= 1.25 / 0.75
    assert ratio.max() > 1.6


def test_families_are_scaled_one_by_one() -> None:
    weights = weight_forms.uniform(points(5), np.array([0, 2]))
    np.testing.assert_allclose(weights[:2].sum(axis=0), 1.0)
    np.testing.assert_allclose(weights[2:].sum(axis=0), 1.0)


def test_ordered_weights_are_centred_at_the_rank_order_centroid() -> None:
    """Barron & Barrett 1996: the mean of uniform weights with w1 ≥ w2 ≥ w3 is (11, 5, 2) / 18."""
    weights = weight_forms.ordered(points(3), ONE, [np.array([0, 1, 2])])
    assert (np.diff(weights, axis=0) <= 0).all()
    np.testing.assert_allclose(weights.mean(axis=1), np.array([11, 5, 2]) / 18, atol=0.005)


def test_bounded_weights_equal_rejection_sampling() -> None:
    """Means and variances are those of uniform weights of which those outside the bounds are thrown away."""
    lower, upper = np.array([0.1, 0.0, 0.2]), np.array([0.5, 0.6, 0.4])
    drawn = weight_forms.bounded(points(weight_forms.bounded_dimensions(3)), lower, upper)
    everything = weight_forms.uniform(points(3, 400_000, 1), ONE)
    inside = (everything >= lower[:, None]).all(axis=0) & (everything <= upper[:, None]).all(axis=0)
    kept = everything[:, inside]
    np.testing.assert_allclose(drawn.mean(axis=1), kept.mean(axis=1), atol=0.004)
    np.testing.assert_allclose(drawn.var(axis=1), kept.var(axis=1), rtol=0.05)


@settings(max_examples=50)
@given(st.integers(2, 7), st.integers(0, 10_000))
def test_bounded_weights_keep_their_bounds(members: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    middle = rng.dirichlet(np.ones(members))
    lower = middle * rng.random(members)
    upper = middle + (1 - middle) * rng.random(members)
    drawn = weight_forms.bounded(points(weight_forms.bounded_dimensions(members), 100, seed), lower, upper)
    np.testing.assert_allclose(drawn.sum(axis=0), 1.0, atol=1e-12)
    assert (drawn >= lower[:, None]).all()
    assert (drawn <= upper[:, None]).all()


def test_a_panel_gives_its_experts_weights() -> None:
    experts = np.array([[0.2, 0.8], [0.6, 0.4]])
    picked = weight_forms.of_panel(points(1), experts)
    assert {tuple(column) for column in picked.T} == {(0.2, 0.8), (0.6, 0.4)}
    mixed = weight_forms.mixed_panel(points(2), experts)
    assert mixed[0].min() >= 0.2
    assert mixed[0].max() <= 0.6
    np.testing.assert_allclose(mixed.mean(axis=1), experts.mean(axis=0), atol=0.005)


@pytest.mark.parametrize("distribution", ["uniform", "triangular", "normal"])
def test_numbers_stay_in_their_range(distribution: str) -> None:
    drawn = choice_forms.in_range(np.linspace(0, 1 - 2.0**-53, 1001), 2.0, 6.0, distribution)
    assert (np.diff(drawn) > 0).all()
    np.testing.assert_allclose([drawn[0], drawn[500], drawn[-1]], [2.0, 4.0, 6.0], atol=0.01)


def test_probabilities_of_alternatives() -> None:
    picked = choice_forms.picked(points(1)[0], 3, np.array([1.0, 0.0, 3.0]))
    assert set(picked) == {0, 2}
    assert (picked == 2).mean() == pytest.approx(0.75, abs=0.01)


def test_each_indicator_is_left_out_equally_often() -> None:
    kept = data_forms.without(points(5), 2)
    np.testing.assert_array_equal(kept.sum(axis=0), 3)
    np.testing.assert_allclose(kept.mean(axis=1), 0.6, atol=0.01)
