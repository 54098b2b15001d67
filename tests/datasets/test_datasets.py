"""The indices that come with the package, against what the handbook prints."""

from __future__ import annotations

import numpy as np

from innov_index.datasets import load_hubs_2020, load_tai

TABLE_6 = """\
1.00  0.13 -0.09  0.45  0.28  0.03  0.22  0.08
0.13  1.00  0.46  0.25  0.56  0.32  0.30  0.06
-0.09 0.46  1.00 -0.45  0.56  0.84  0.63  0.27
0.45  0.25 -0.45  1.00  0.00 -0.36 -0.35 -0.03
0.28  0.56  0.56  0.00  1.00  0.64  0.30  0.33
0.03  0.32  0.84 -0.36  0.64  1.00  0.65  0.26
0.22  0.30  0.63 -0.35  0.30  0.65  1.00  0.08
0.08  0.06  0.27 -0.03  0.33  0.26  0.08  1.00
"""
"""OECD/JRC Handbook 2008, Table 6: correlations of the indicators, in their order."""

TABLE_7 = [3.3, 1.7, 1.0, 0.9, 0.5, 0.3, 0.2, 0.1]
"""Eigenvalues of the correlation matrix."""


def test_the_technology_achievement_index_is_the_handbooks() -> None:
    """Telephones and electricity are printed as logarithms of two decimals: these differ more."""
    index = load_tai()
    assert index.dataset.values.shape == (1, 23, 8)
    found = np.corrcoef(index.dataset.values[0].T)
    printed = np.array([[float(cell) for cell in row.split()] for row in TABLE_6.splitlines()])
    as_logarithms = np.array([False, False, False, False, True, True, False, False])
    within = np.where(as_logarithms | as_logarithms[:, None], 0.021, 0.005 + 1e-9)
    assert (np.abs(found - printed) <= within).all()
    np.testing.assert_allclose(np.linalg.eigvalsh(found)[::-1], TABLE_7, atol=0.06)


def test_schemes_and_uncertainty_of_the_example_have_a_result() -> None:
    index = load_tai()
    assert index.compare(list(index.schemes)).to_frame().shape[0] == 23
    assert index.uncertainty(draws=64, explain=False).to_frame().shape[0] == 23
    assert index.score().rank("Finland") == 1


def test_the_hubs_are_those_of_the_configs() -> None:
    index = load_hubs_2020()
    assert len(index.score().units) == 40
    assert index.score().rank("San Francisco Bay Area") == 1
