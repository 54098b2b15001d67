"""Every combination, against the config with these settings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from innov_index.analysis.compare.tables import agreement_sheet, causes_sheet
from innov_index.analysis.uncertainty.product import product
from innov_index.errors import InnovIndexError
from innov_index.index import Index

ACROSS = ("normalisation.method=[min_max, z_score, rank]", "treatment.max_points=[0, 2]")


def test_every_combination_is_scored(varied_index: Callable[..., Index]) -> None:
    index = varied_index({"weights": "uniform"})
    result = product(index, ACROSS)
    assert len(result.comparison.names) == 7
    settings = ["normalisation.method=z_score", "treatment.max_points=0"]
    expected = index.varied(settings=settings).score()
    position = result.comparison.names.index("z_score; 0")
    np.testing.assert_allclose(result.comparison.scores[position], expected.scores[0, :, 0], rtol=1e-12)
    np.testing.assert_array_equal(result.comparison.ranks[position], expected.ranks[0, :, 0])


def test_what_moves_a_unit_is_the_mean_over_pairs_that_differ_in_one_choice(
    varied_index: Callable[..., Index],
) -> None:
    result = product(varied_index({"weights": "uniform"}), ACROSS)
    ranks = result.comparison.ranks[1:].reshape(3, 2, -1)
    np.testing.assert_allclose(result.moved_by[1], np.abs(ranks[:, 0] - ranks[:, 1]).mean(axis=0))
    pairs = [np.abs(ranks[a] - ranks[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    np.testing.assert_allclose(result.moved_by[0], np.mean(pairs, axis=(0, 1)))


def test_a_clash_is_a_remark(varied_index: Callable[..., Index]) -> None:
    index = varied_index({"weights": "uniform"})
    result = product(
        index, ("normalisation.method=[rank, z_score]", "aggregation.method=[arithmetic, geometric]")
    )
    assert any("z_score; geometric: no result" in remark for remark in result.comparison.remarks)


def test_a_choice_that_never_has_two_results_moves_no_unit(varied_index: Callable[..., Index]) -> None:
    """z-scores have no geometric mean: two of the four combinations have no result, and are left empty."""
    result = product(
        varied_index({"weights": "uniform"}),
        ("normalisation.method=[z_score, robust_z]", "aggregation.method=[arithmetic, geometric]"),
    )
    assert np.isnan(result.moved_by[1]).all()
    agreement = agreement_sheet(result.comparison).rows
    assert [set(row[2:]) == {None} for row in agreement] == [False, False, True, False, True]
    *units, mean = causes_sheet(result, None).rows
    assert all(row[2] is None for row in [*units, mean])
    assert mean[1] == pytest.approx(result.moved_by[0].mean(), abs=0.005)


def test_nothing_to_combine(varied_index: Callable[..., Index]) -> None:
    with pytest.raises(InnovIndexError, match="no alternatives to combine"):
        product(varied_index({"weights": "uniform"}))
    with pytest.raises(InnovIndexError, match=r"expected PATH=\[A, B"):
        product(varied_index({"weights": "uniform"}), ("normalisation.method=rank",))
