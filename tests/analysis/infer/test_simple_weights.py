"""Round weights inside bounds."""

from fractions import Fraction

import numpy as np
import pytest

from innov_index.analysis.infer.inference import infer_from_scores
from innov_index.analysis.infer.simple_weights import simple_weights
from innov_index.dataset.printed_figures import known, printed


def _found(centre, width, inside=lambda weights: True):
    centre = np.array(centre)
    return simple_weights(np.maximum(centre - width, 0), np.minimum(centre + width, 1), centre, inside)


def test_the_smallest_denominator_wins():
    assert _found([0.333, 0.333, 0.334], 0.01) == ((Fraction(1, 3),) * 3,)
    assert _found([0.5, 0.251, 0.249], 0.01)[0] == (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4))


def test_multiples_of_a_twentieth():
    assert _found([0.1] * 5 + [0.25] * 2, 0.002) == ((Fraction(1, 10),) * 5 + (Fraction(1, 4),) * 2,)


def test_only_weights_inside_count_and_nearest_come_first():
    assert _found([0.5, 0.5], 0.3, lambda weights: weights[0] > Fraction(1, 2))[0] == (
        Fraction(2, 3),
        Fraction(1, 3),
    )
    several = _found([0.36, 0.33, 0.31], 0.2, lambda weights: max(w.denominator for w in weights) >= 10)
    distances = [float(np.square(np.array(s, dtype=float) - [0.36, 0.33, 0.31]).sum()) for s in several]
    assert distances == sorted(distances)
    assert len(several) == 5


def test_many_children_are_tried_at_the_rounded_centre():
    centre = np.full(25, 0.04)
    found = simple_weights(np.zeros(25), np.ones(25), centre, lambda weights: max(weights) <= Fraction(1, 25))
    assert found[0] == (Fraction(1, 25),) * 25


def test_none():
    assert _found([0.2371, 0.7629], 1e-5) == ()


@pytest.mark.parametrize("parts", [(5, 12, 20), (1, 1, 35), (11, 13, 7, 6), (30, 7)])
def test_any_common_denominator_is_recognised(parts):
    """Weights of x/37, from scores with four decimals."""
    weights = np.array(parts) / 37
    scores = np.random.default_rng(3).uniform(0, 100, (40, len(parts)))
    found = infer_from_scores(known(scores), printed(np.round(scores @ weights, 4), 4))
    assert found.weights.simple == (tuple(Fraction(part, 37) for part in parts),)
