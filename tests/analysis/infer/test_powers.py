"""Power means as arithmetic means of transformed figures."""

import math
from fractions import Fraction

import numpy as np
import pytest

from innov_index.analysis.infer.inference import infer_from_scores
from innov_index.analysis.infer.power_means import Transform
from innov_index.analysis.infer.power_search import search_power
from innov_index.dataset.printed_figures import known, printed
from tests.analysis.infer.made_up import made_up

POWERS = [-3.0, -1.0, -0.001, 0.0, 0.5, 1.0, 2.0]


@pytest.mark.parametrize("power", POWERS)
def test_transform_rises_and_is_undone_by_its_inverse(power):
    figures = np.linspace(0.5, 90, 50)
    transform = Transform(power, 30.0)
    assert (np.diff(transform(figures)) > 0).all()
    np.testing.assert_allclose(transform.inverse(transform(figures)), figures, rtol=1e-11)


@pytest.mark.parametrize("power", POWERS)
def test_enclosure_is_narrow_and_holds_the_value(power):
    low, high = Transform(power, 2.0).enclosure(3.7)
    expected = {0.0: math.log(1.85), 1.0: 3.7}.get(power, (1.85**power - 1) / power if power else 0)
    assert low <= high
    assert high - low < Fraction(1, 10**30)
    assert float(low) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("power", [-1.0, 0.0, 0.37, 2.2])
def test_the_power_is_found(power):
    rng = np.random.default_rng(1)
    scores, weights = rng.uniform(10, 100, (60, 3)), np.array([0.2, 0.3, 0.5])
    mean = np.exp(np.log(scores) @ weights) if power == 0 else (scores**power @ weights) ** (1 / power)
    found = search_power(known(scores), printed(np.round(mean, 1)))
    assert any(low <= power <= high for low, high in found.ranges)
    assert found.best == pytest.approx(power, abs=0.01)
    assert found.simplest == pytest.approx(power, abs=0.01)


def test_no_power_agrees_with_noise():
    index = made_up(3, units=40, children=3, decimals=1)
    found = search_power(printed(index.children + 1), printed(index.parent[::-1]))
    assert found.ranges == ()
    assert found.slack < 0


@pytest.mark.parametrize("power", [-1.0, 0.0, 2.0])
def test_weights_of_another_mean_are_recovered_and_a_wrong_figure_is_found(power):
    rng = np.random.default_rng(5)
    scores, weights = np.round(rng.uniform(5, 100, (80, 4)), 1), np.array([0.1, 0.2, 0.3, 0.4])
    mean = np.exp(np.log(scores) @ weights) if power == 0 else (scores**power @ weights) ** (1 / power)
    figures = np.round(mean, 1)
    right = infer_from_scores(known(scores), printed(figures), power=power)
    assert right.weights is not None
    assert (right.weights.smallest <= weights).all()
    assert (weights <= right.weights.largest).all()
    figures[11] += 0.3
    wrong = infer_from_scores(known(scores), printed(figures), power=power)
    assert wrong.disagreement is not None
    assert 11 in wrong.disagreement.contradiction.units
    assert wrong.disagreement.contradiction.culprits == (11,)


def test_figures_that_are_not_positive_say_nothing_of_a_geometric_mean():
    scores = np.array([[10.0, 20.0], [0.0, 5.0], [30.0, 7.0]])
    found = infer_from_scores(known(scores), printed(np.array([14.1, 0.0, 14.5])), power=0.0)
    assert found.used.tolist() == [True, False, True]
    assert found.weights is not None
