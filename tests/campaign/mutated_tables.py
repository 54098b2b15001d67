"""Random small tables, written as text, workbook or Parquet with one thing changed."""

from __future__ import annotations

import random

import numpy as np

from tests.campaign.intended import Intended, TableCase
from tests.campaign.parquet_tables import as_parquet
from tests.campaign.text_tables import as_text
from tests.campaign.workbook_tables import as_workbook

WRITERS = (as_text, as_text, as_workbook, as_parquet)


def random_table(rng: np.random.Generator) -> TableCase:
    """A table in one of the formats."""
    own = random.Random(int(rng.integers(2**63)))
    meant = _meant(rng)
    return TableCase(meant, own.choice(WRITERS)(meant, own))


def _meant(rng: np.random.Generator) -> Intended:
    """Two to eight units, two to four indicators, some gaps; a unit has a value in each first column."""
    units, columns = int(rng.integers(2, 9)), int(rng.integers(2, 5))
    kinds = [
        rng.integers(0, 100, (units, columns)).astype(float),
        rng.normal(0, 10, (units, columns)).round(3),
        rng.lognormal(5, 4, (units, columns)),
        rng.integers(-3, 4, (units, columns)) / 10,
        rng.normal(0, 1, (units, columns)) * 1e-9,
    ]
    # in 15 digits, as openpyxl writes no more than 16
    values = np.vectorize(lambda value: float(f"{value:.15g}"))(kinds[int(rng.integers(len(kinds)))])
    if rng.random() < 0.4:
        gaps = rng.random(values.shape) < 0.2
        gaps[:, 0] = False
        values[gaps] = np.nan
    return Intended(tuple(f"u{k}" for k in range(units)), tuple("abcd"[:columns]), values)
