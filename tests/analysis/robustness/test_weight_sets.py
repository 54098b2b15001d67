"""Sets of weights: their corners, their extremes, and what people say of them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innov_index.analysis.robustness.weight_sets import Statements, WeightSet, simplex, weight_set, within
from innov_index.errors import InnovIndexError

from .conftest import arrangement_vertices

NODES = ("RI", "IE", "EC")
EQUAL = (Fraction(1, 3),) * 3


@pytest.mark.parametrize(
    "said",
    [
        Statements(within="20%"),
        Statements(bounds=["RI=0.2..0.5"]),
        Statements(orders=["RI>=IE>=EC"]),
        Statements(ratios=["RI/IE=1..2"], orders=["IE>=EC"]),
        Statements(within="50%", orders=["RI >= EC"], bounds=["IE=0.3..0.4"]),
        Statements(),
    ],
)
def test_corners_are_all_points_where_faces_meet(said):
    weights = weight_set(said, NODES, EQUAL)
    assert sorted(weights.corners) == arrangement_vertices([], weights)


@settings(max_examples=60)
@given(st.integers(2, 5), st.data())
def test_corners_of_random_sets(size, data):
    number = st.integers(0, 6).map(lambda k: Fraction(k, 8))
    lower = tuple(data.draw(number) / size for _ in range(size))
    upper = tuple(low + data.draw(number) + Fraction(1, 8) for low in lower)
    row = tuple(Fraction(data.draw(st.integers(-2, 2))) for _ in range(size))
    try:
        weights = WeightSet(lower, upper, (row,))
    except InnovIndexError:
        return
    assert sorted(weights.corners) == arrangement_vertices([], weights)


@pytest.mark.parametrize("size", [3, 7, 12])
def test_least_over_a_box_equals_a_linear_programme(size):
    from scipy.optimize import linprog

    rng = np.random.default_rng(size)
    weights = within([Fraction(1, size)] * size, Fraction(2, 5))
    vectors = rng.normal(size=(20, size))
    bounds = list(zip(weights.lower_array, weights.upper_array, strict=True))
    expected = [linprog(v, A_eq=np.ones((1, size)), b_eq=[1], bounds=bounds).fun for v in vectors]
    np.testing.assert_allclose(weights.box_least(vectors), expected, atol=1e-9)
    exact = [float(weights.least([Fraction(entry) for entry in v])) for v in vectors]
    np.testing.assert_allclose(exact, expected, atol=1e-9)


def test_a_whole_simplex_has_one_corner_a_node():
    assert len(simplex(20).corners) == 20


def test_an_order_of_many_weights_has_one_corner_a_node():
    codes = [f"n{k}" for k in range(20)]
    weights = weight_set(Statements(orders=[">=".join(codes)]), codes, [Fraction(1, 20)] * 20)
    assert len(weights.corners) == 20
    assert (Fraction(1, 2), Fraction(1, 2), *[Fraction(0)] * 18) in weights.corners


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (Statements(within="abc"), "not a number"),
        (Statements(within="-5%"), "negative"),
        (Statements(bounds=["RI=0.2"]), "states no range"),
        (Statements(bounds=["RIA=0.2..0.5"]), "Did you mean 'RI'"),
        (Statements(bounds=["RI=0.9..0.5"]), "no weights are"),
        (Statements(bounds=["RI=0.6..1", "IE=0.6..1"]), "no weights are"),
        (Statements(orders=["RI"]), "not an order"),
        (Statements(orders=["RI>=RI"]), "with itself"),
        (Statements(ratios=["RI=1..2"]), "not a ratio"),
        (Statements(ratios=["RI/IE=3..4"], bounds=["IE=0.4..1"]), "no weights are"),
    ],
)
def test_what_cannot_be_is_refused(said, message):
    with pytest.raises(InnovIndexError, match=message):
        weight_set(said, NODES, EQUAL)


def test_statements_in_words():
    said = Statements("20%", ["RI=0.2..0.5"], ["RI>=IE"], ["RI/EC=1..2"])
    words = weight_set(said, NODES, EQUAL).words
    assert words == "within ±20 % of the given ones, RI from 0.2 to 0.5, RI ≥ IE, RI/EC from 1 to 2"
