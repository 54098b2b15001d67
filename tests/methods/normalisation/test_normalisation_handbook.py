"""Table 15 of the handbook (2008): eleven ways to normalise, 23 countries, as printed."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.methods.normalisation.normalising import normalised

ONE = np.ones(1)


@pytest.fixture(scope="module")
def table(shared: Path) -> dict[str, np.ndarray]:
    with (shared / "published" / "handbook" / "table_15.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "unit"}


@pytest.mark.parametrize(
    ("column", "method", "options"),
    [
        ("ratio_mean", "ratio_to_mean", {}),
        ("ratio_worst", "ratio_to_worst", {}),
        ("ratio_best", "share_of_best", {}),
        ("difference_mean", "difference_to_mean", {}),
        ("difference_worst", "difference_to_worst", {}),
        ("percentile", "percentile_rank", {"of": "all", "scale": 100.0}),
        ("rank", "rank", {}),
        ("min_max", "min_max", {"low": 0.0, "high": 1.0}),
    ],
)
def test_as_printed(
    table: dict[str, np.ndarray], column: str, method: str, options: dict[str, float]
) -> None:
    """Years of schooling have one decimal; a printed score may be half a unit of its last decimal off."""
    found = normalised(method, table["schooling"][:, None], ONE, **options)[:, 0]
    unit = 0.1 if column == "percentile" else 1.0 if column == "rank" else 0.01
    # ratios of schooling that is printed to a decimal: the mean of 23 is known to a few hundredths
    np.testing.assert_allclose(
        found, table[column], rtol=0, atol=1.01 * unit if "mean" in column else 0.51 * unit
    )


def test_the_categorical_scale_is_cut_by_rank(table: dict[str, np.ndarray]) -> None:
    """All 23 countries; by quantiles of the values two of them are in another class."""
    stated = {"quantiles": [0.05, 0.15, 0.35, 0.65, 0.85, 0.95], "scores": [0, 20, 40, 50, 60, 80, 100]}
    schooling = table["schooling"][:, None]
    by_rank = normalised("classes", schooling, ONE, **stated, of="ranks")[:, 0]
    np.testing.assert_array_equal(by_rank, table["categorical"])
    assert np.sum(normalised("classes", schooling, ONE, **stated)[:, 0] != table["categorical"]) == 2


def test_to_a_unit_is_to_its_value() -> None:
    values = np.array([[4.0, 4.0], [5.0, 5.0], [10.0, 10.0], [np.nan, 2.0]])
    direction = np.array([1.0, -1.0])
    ratios = normalised("ratio_to_unit", values, direction, unit=1, scale=100.0)
    np.testing.assert_allclose(ratios, [[80, 125], [100, 100], [200, 50], [np.nan, 250]], rtol=1e-15)
    differences = normalised("difference_to_unit", values, direction, unit=1)
    np.testing.assert_allclose(differences, [[-0.2, 0.2], [0, 0], [1, -1], [np.nan, 0.6]], rtol=1e-15)


def test_where_less_is_better_the_largest_value_is_the_worst() -> None:
    values = np.array([[2.0], [8.0], [4.0]])
    np.testing.assert_allclose(normalised("ratio_to_worst", values, -ONE)[:, 0], [4.0, 1.0, 2.0])
    np.testing.assert_allclose(normalised("difference_to_worst", values, -ONE)[:, 0], [0.75, 0.0, 0.5])
    np.testing.assert_allclose(normalised("ratio_to_mean", values, -ONE)[:, 0], [7 / 3, 7 / 12, 7 / 6])
    np.testing.assert_allclose(normalised("difference_to_mean", values, -ONE)[:, 0], [4 / 7, -5 / 7, 1 / 7])


@pytest.mark.parametrize(
    "name", ["ratio_to_mean", "difference_to_mean", "ratio_to_worst", "difference_to_unit"]
)
def test_a_base_that_is_not_positive_has_no_ratios(name: str) -> None:
    assert np.isnan(normalised(name, np.array([[-3.0], [1.0], [2.0]]), ONE)).all()
