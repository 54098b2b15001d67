"""What rounding leaves undecided, against exact rational arithmetic and a rule written unit by unit."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from math import isqrt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from innov_index.methods.catalogue import method
from innov_index.methods.kernels.exactness import (
    ROUNDOFF,
    errors_of_sum,
    onto_halves,
    propagated,
    propagated_by_learning,
    settled,
)
from innov_index.model.arrays import Floats

GRID = st.lists(st.integers(-6, 6), min_size=1, max_size=9)
DECIMALS = st.lists(st.integers(-2000, 2000), min_size=2, max_size=12, unique=True)


def by_the_rule(values: Floats, bounds: Floats) -> list[float]:
    """Zeros first; then, going down the order, a unit joins a run if it ties with the run's first."""
    found = [0.0 if abs(v) <= b else v for v, b in zip(values.tolist(), bounds.tolist(), strict=True)]
    order = sorted(range(len(found)), key=lambda unit: -found[unit])
    first = order[0]
    for unit in order:
        if found[first] - found[unit] <= bounds[first] + bounds[unit]:
            found[unit] = found[first]
        else:
            first = unit
    return found


@given(GRID, st.integers(0, 3), st.randoms(use_true_random=False))
def test_settled_follows_the_rule(steps, most, random):
    """Halves of a step as bounds: differences are in the middle of a bound, never at its edge."""
    values = np.array(steps, dtype=np.float64)
    bounds = np.array([most * 0.5 + 0.25] * len(steps))
    random.shuffle(steps)
    np.testing.assert_array_equal(settled(values, bounds), by_the_rule(values, bounds))


@given(GRID, GRID)
def test_settled_takes_each_row_by_itself(first, second):
    size = min(len(first), len(second))
    rows = np.array([first[:size], second[:size]], dtype=np.float64)
    bounds = np.full(rows.shape, 0.75)
    np.testing.assert_array_equal(settled(rows, bounds)[1], settled(rows[1], bounds[1]))


def test_the_order_of_the_units_decides_nothing():
    """Of equal values the more doubtful ones join the run above; the certain zero begins another."""
    values, bounds = np.array([1.5, 0.0, 0.1, 0.2, 0.0]), np.array([0.01, 0.01, 2.0, 2.0, 0.0])
    expected = np.array([1.5, 0.0, 1.5, 1.5, 0.0])
    for order in map(list, permutations(range(5))):
        np.testing.assert_array_equal(settled(values[order], bounds[order]), expected[order])


def test_settled_leaves_missing_values_missing_and_changes_nothing_else():
    values = np.array([3.0, np.nan, 1.0, 2.0])
    assert settled(values, np.full(4, 0.1)) is values
    joined = settled(np.array([3.0, np.nan, 1.0, 1.0 + 1e-15]), np.full(4, 1e-15))
    np.testing.assert_array_equal(joined, [3.0, np.nan, 1.0 + 1e-15, 1.0 + 1e-15])


LEARNED = {"min_max": (0.0, 100.0), "z_score": (0.0, 1.0), "robust_z": (0.0, 1.0)}
"""Origin and unit of the scales that learn from the values."""


@pytest.mark.parametrize("name", ["min_max", "z_score", "goalposts", "linear", "robust_z"])
@example(tenths=[198, 216, -243], shift=10**9)
@given(tenths=DECIMALS, shift=st.sampled_from([0, 1000, 10**9]))
def test_bounds_of_a_scale_hold(name, tenths, shift):
    """Against the same scale in rational numbers, of decimals that doubles only come near to."""
    exact = [Fraction(n, 10) + shift for n in tenths]
    values = np.array([float(x) for x in exact])[:, None]
    truth = EXACT_SCALES[name](exact)
    if truth is None:
        return
    options = (
        {"lower": -300.0 + shift, "upper": 700.0 + shift, "truncate": False} if name == "goalposts" else {}
    )
    options = {"factor": 0.1, "offset": -0.3} if name == "linear" else options
    result = method("normalisation", name).function(values, np.ones(1), **options)
    read = ROUNDOFF * np.abs(values).max(axis=0)
    scale = (values, result, read, np.ones(1), errors_of_sum(len(exact)))
    found = propagated_by_learning(*scale, *LEARNED[name]) if name in LEARNED else propagated(*scale)
    bounds = found.of(result)
    for score, bound, right in zip(result[:, 0].tolist(), bounds[:, 0].tolist(), truth, strict=True):
        assert abs(Fraction(score) - right) <= Fraction(bound)


def _min_max(x: list[Fraction]) -> list[Fraction]:
    return [100 * (v - min(x)) / (max(x) - min(x)) for v in x]


def _z_score(x: list[Fraction]) -> list[Fraction]:
    mean = sum(x) / len(x)
    variance = sum((v - mean) ** 2 for v in x) / (len(x) - 1)
    return [(v - mean) / _root(variance) for v in x]


def _root(number: Fraction) -> Fraction:
    """The root of a rational number, to 40 decimals."""
    return Fraction(isqrt(number.numerator * 10**80 // number.denominator), 10**40)


def _median(x: list[Fraction]) -> Fraction:
    ordered, middle = sorted(x), len(x) // 2
    return ordered[middle] if len(x) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _robust_z(x: list[Fraction]) -> list[Fraction] | None:
    centre = _median(x)
    spread = Fraction("1.4826") * _median([abs(v - centre) for v in x])
    return [(v - centre) / spread for v in x] if spread else None


EXACT_SCALES = {
    "min_max": _min_max,
    "z_score": _z_score,
    "goalposts": lambda x: [(v - _anchor(x) + 300) / 10 for v in x],
    "linear": lambda x: [v / 10 - Fraction(3, 10) for v in x],
    "robust_z": _robust_z,
}


def _anchor(x: list[Fraction]) -> int:
    """The shift of the values, which lie within 200 of it."""
    return min((0, 1000, 10**9), key=lambda shift: abs(x[0] - shift))


@pytest.mark.parametrize(("value", "rounded"), [(0.1 + 0.2 - 0.05, 0.25), (0.2499, 0.2499), (-0.05, -0.05)])
def test_what_may_be_half_way_is_half_way(value, rounded):
    assert onto_halves(np.array([value]), np.array([1e-15]), 1)[0] == pytest.approx(rounded, abs=1e-16)
