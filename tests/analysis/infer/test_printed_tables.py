"""300 printed tables, read from their files: what `infer` finds agrees with linear programs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.analysis.infer.printed_tables import SCALINGS, Edition, Table, disagreement, random_table


@pytest.mark.parametrize("seed", range(300))
def test_printed_tables_agree_with_linear_programs(tmp_path: Path, seed: int) -> None:
    given = random_table(np.random.default_rng(seed), SCALINGS[seed % 4])
    assert disagreement(given, tmp_path) == ""


def test_a_row_of_which_rounding_left_something_is_a_row_of_zeros(tmp_path: Path) -> None:
    """6.83 and 6.67 are 6.8 and 6.7 when rounded: exactly the 0.1 that ranks 1 and 2 ask for."""
    edition = Edition(
        np.array([[0.0, 9, 3, 10], [8, 8, 4, 5]]),
        np.array([6.67, 6.83]),
        np.array([2.0, 1]),
        np.array([2.0, 1]),
    )
    assert disagreement(Table([edition], np.array([2, 6, 2, 2]), 2, None, "none", 1, False), tmp_path) == ""


@pytest.mark.parametrize("ranked_last", [True, False])
def test_an_edition_without_ranks_is_asked_beside_one_with_ranks(ranked_last: bool, tmp_path: Path) -> None:
    """Ranks that are taken from rounded scores have a rule; an edition without ranks contradicts none."""
    nothing = np.full(3, np.nan)
    scored = Edition(
        np.array([[10.0, 8, 11], [0, 4, 5], [1, 7, 11]]), np.array([50.0, 36, np.nan]), nothing, nothing
    )
    places = np.array([np.nan, 2, 1])
    ranked = Edition(
        np.array([[5.0, 8, 6], [5, 8, 6], [7, 7, 10]]), np.array([42.0, np.nan, 46]), places, places
    )
    editions = [scored, ranked] if ranked_last else [ranked, scored]
    given = Table(editions, np.array([4, 3, 5]), 0, None, "affine", 1, False)
    assert disagreement(given, tmp_path) == ""
