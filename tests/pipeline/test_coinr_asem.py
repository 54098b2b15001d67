"""Every stage of COINr's ASEM pipeline, cell by cell (COINr 1.1.14, build_example_coin())."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from innov_index.model.scores import Scores
from tests.references.asem import load_asem, read_columns, read_rows

STAGES = {
    "raw": "raw",
    "denominated": "denominated",
    "imputed": "imputed",
    "screened": "screened",
    "treated": "treated",
    "normalised": "normalised",
}


@pytest.fixture(scope="module")
def asem(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Scores:
    return load_asem(shared, tmp_path_factory.mktemp("asem")).score()


def by_code(scores: Scores, values: np.ndarray) -> np.ndarray:
    """Rows in the order of unit codes, as in COINr's files."""
    return values[0][np.argsort(scores.units.codes)]


@pytest.mark.parametrize("stage", STAGES)
def test_stage_equals_coinr(asem: Scores, shared: Path, stage: str) -> None:
    """Source: coinr/asem/pipeline, 51 x 49 cells at 17 digits."""
    expected = read_columns(shared / f"coinr/asem/pipeline/{STAGES[stage]}.csv", asem.framework.indicators)
    np.testing.assert_allclose(by_code(asem, asem.steps[stage]), expected, rtol=1e-9, atol=1e-9)


def test_every_node_equals_coinr(asem: Scores, shared: Path) -> None:
    """Source: coinr/asem/pipeline/aggregated.csv."""
    expected = read_columns(shared / "coinr/asem/pipeline/aggregated.csv", asem.framework.codes)
    np.testing.assert_allclose(by_code(asem, asem.scores), expected, rtol=0, atol=1e-9)


def test_no_unit_is_screened_out(asem: Scores, shared: Path) -> None:
    """Source: coinr/asem/pipeline/screen_summary.csv, column Included."""
    included = {
        row["uCode"]: row["Included"] == "TRUE"
        for row in read_rows(shared / "coinr/asem/pipeline/screen_summary.csv")
    }
    assert included == dict(zip(asem.units.codes, asem.kept[0].tolist(), strict=True))


def test_the_same_cells_are_treated(asem: Scores, shared: Path) -> None:
    """Source: coinr/asem/pipeline/treat_points.csv, one mark a treated cell."""
    rows = read_rows(shared / "coinr/asem/pipeline/treat_points.csv")
    marked = np.array([[row[name] != "" for name in asem.framework.indicators] for row in rows])
    assert marked.sum() > 20
    np.testing.assert_array_equal(by_code(asem, asem.treated), marked)


def test_ranks_of_every_node_equal_coinr(asem: Scores, shared: Path) -> None:
    """Source: coinr/asem/results/Full_ranks.csv (ties share the better rank).

    One rank of 51 x 60 differs: three units have the same TolMin apart from the last bit, which COINr lets
    decide; scores are rounded to 12 digits here before they are ranked.
    """
    differing = [
        (row["uCode"], code)
        for row in read_rows(shared / "coinr/asem/results/Full_ranks.csv")
        for code in asem.framework.codes
        if asem.ranks[0, asem.units.position[row["uCode"]], asem.framework.position[code]] != float(row[code])
    ]
    assert differing == [("GRC", "TolMin")]


def test_effective_weights_equal_coinr(asem: Scores, shared: Path) -> None:
    """Source: coinr/asem/weights/effective.csv."""
    rows = read_rows(shared / "coinr/asem/weights/effective.csv")
    for row in rows:
        position = asem.framework.position[row["iCode"]]
        assert asem.effective_weights[0, position] == pytest.approx(float(row["EffWeight"]), abs=1e-12)


def test_screening_can_count_measured_values_only(shared: Path, tmp_path: Path) -> None:
    """Source: coinr/asem/screen/byNA_dat0.9_nz0.9.csv, which COINr made before imputation."""
    steps = {"screening": {"units": {"min_coverage": 0.9, "count": "measured"}}}
    scores = load_asem(shared, tmp_path, steps).score()
    rows = read_rows(shared / "coinr/asem/screen/byNA_dat0.9_nz0.9.csv")
    included = {row["uCode"]: row["Included"] == "TRUE" for row in rows}
    assert dict(zip(scores.units.codes, scores.kept[0].tolist(), strict=True)) == included
    assert not all(included.values())
