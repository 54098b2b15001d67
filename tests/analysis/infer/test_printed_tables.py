"""300 printed tables, read from their files: what `infer` finds agrees with linear programs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.analysis.infer.printed_tables import SCALINGS, disagreement, random_table


@pytest.mark.parametrize("seed", range(300))
def test_printed_tables_agree_with_linear_programs(tmp_path: Path, seed: int) -> None:
    given = random_table(np.random.default_rng(seed), SCALINGS[seed % 4])
    assert disagreement(given, tmp_path) == ""
