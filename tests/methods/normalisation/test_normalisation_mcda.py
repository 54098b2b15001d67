"""Normalisation against pymcdm and scikit-criteria."""

import numpy as np
import pytest

from tests.methods.normalisation.normalising import DIRECTION, normalised

pymcdm = pytest.importorskip("pymcdm.normalizations")
skcriteria = pytest.importorskip("skcriteria")
scalers = pytest.importorskip("skcriteria.preprocessing.scalers")
invert_objectives = pytest.importorskip("skcriteria.preprocessing.invert_objectives")


@pytest.mark.parametrize(
    ("name", "reference", "options"),
    [
        ("min_max", pymcdm.minmax_normalization, {"high": 1.0}),
        ("distance_to_best", pymcdm.minmax_normalization, {}),
        ("share_of_best", pymcdm.linear_normalization, {}),
        ("share_of_total", pymcdm.sum_normalization, {}),
        ("vector", pymcdm.vector_normalization, {}),
    ],
)
def test_equals_pymcdm(name, reference, options, make_values):
    """Reference: pymcdm.normalizations, benefit and cost criteria."""
    values = make_values()
    expected = np.column_stack(
        [reference(column, cost=sign < 0) for column, sign in zip(values.T, DIRECTION, strict=True)]
    )
    np.testing.assert_allclose(normalised(name, values, **options), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("name", "invert", "scaler", "options"),
    [
        ("min_max", "NegateMinimize", scalers.MinMaxScaler("matrix"), {"high": 1.0}),
        ("z_score", "NegateMinimize", scalers.StandarScaler("matrix"), {"population": True}),
        ("share_of_total", "InvertMinimize", scalers.SumScaler("matrix"), {}),
        ("share_of_best", "InvertMinimize", scalers.MaxAbsScaler("matrix"), {}),
        ("distance_to_best", None, scalers.CenitDistanceMatrixScaler(), {}),
        ("vector", None, scalers.VectorScaler("matrix"), {}),
    ],
)
def test_equals_scikit_criteria(name, invert, scaler, options, make_values):
    """Reference: scikit-criteria's scalers, after one of its inverters if named (vector: benefits only)."""
    values = make_values()
    direction = np.ones(6) if name == "vector" else DIRECTION
    decision = skcriteria.mkdm(values, direction.astype(int).tolist())
    if invert:
        decision = getattr(invert_objectives, invert)().transform(decision)
    expected = scaler.transform(decision).matrix.to_numpy()
    scores = normalised(name, values, direction, **options)
    np.testing.assert_allclose(scores, expected, rtol=1e-12, atol=1e-13)
