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
