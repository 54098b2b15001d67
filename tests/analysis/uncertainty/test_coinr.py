"""COINr's own uncertainty analysis of ASEM, draw by draw (COINr 1.1.14, its vignette's four inputs)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from innov_index.analysis.uncertainty.combinations import Combination
from innov_index.analysis.uncertainty.model import Model
from innov_index.analysis.uncertainty.simulation import simulate
from innov_index.methods.ranking import descending_ranks
from innov_index.pipeline.undefined import Counted
from tests.references.asem import load_asem, read_columns, read_rows

NORMALISATIONS = ("n_minmax", "n_zscore")
AGGREGATIONS = ("a_amean", "a_gmean")
VIGNETTE = {
    "draws": 1000,
    "vary": [
        {"path": "treatment.max_points", "range": [1, 5], "integer": True},
        {
            "path": "normalisation",
            "alternatives": [
                {"method": "min_max", "low": 1, "high": 100},
                {"method": "z_score", "mean": 10, "sd": 2},
            ],
        },
        # COINr counts levels from the indicators: its 2 and 3 are sub-indexes' children and sub-indexes
        {"weights": "noise", "amount": 0.25, "levels": [1, 2]},
        {"path": "aggregation.method", "alternatives": ["arithmetic", "geometric"]},
    ],
}
# COINr takes the logarithm of an indicator that fails the test after winsorising; with five points none does
STEPS = {
    "treatment": {
        "method": "winsorise",
        "max_points": 5,
        "skewness": 2,
        "kurtosis": 3.5,
        "fallback": {"method": "log_ct"},
    }
}
RUNS = [f"r_{run}" for run in range(1, 101)]


@pytest.fixture(scope="module")
def model(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(load_asem(shared, tmp_path_factory.mktemp("asem"), STEPS, uncertainty=VIGNETTE))


@pytest.fixture(scope="module")
def runs(model: Model, shared: Path) -> np.ndarray:
    """Scores of COINr's hundred runs from COINr's draws, (runs, units) in the order of COINr's rows."""
    folder = shared / "coinr/asem/sensitivity"
    framework, units = model.index.framework, model.base.units
    sets: dict[str, dict[str, float]] = {}
    for row in read_rows(folder / "UA_N100_weight_sets.csv"):
        sets.setdefault(row["set"], {})[row["iCode"]] = float(row["Weight"])
    rows = [units.position[row["uCode"]] for row in read_rows(folder / "UA_N100_scores.csv")]
    scores = []
    for draw in read_rows(folder / "UA_N100_draws.csv"):
        key = (
            float(draw["winmax"]),
            float(NORMALISATIONS.index(draw["normalisation"])),
            float(AGGREGATIONS.index(draw["aggregation"])),
        )
        combination = model.combinations.get(key)
        assert isinstance(combination, Combination)
        weights = combination.base.copy()
        for children in framework.children:
            own = np.array([sets[draw["weight_set"]].get(framework.codes[node], 1.0) for node in children])
            weights[children] = own / own.sum() if len(own) else own
        (found,), _ = combination.scores(weights[:, None], Counted(1))
        scores.append(found[rows])
    return np.array(scores)


def test_every_run_scores_as_in_coinr(runs: np.ndarray, shared: Path) -> None:
    """Source: coinr/asem/sensitivity/UA_N100_scores.csv, 100 runs of 51 units at 17 digits."""
    expected = read_columns(shared / "coinr/asem/sensitivity/UA_N100_scores.csv", RUNS).T
    np.testing.assert_allclose(runs, expected, rtol=0, atol=1e-9)


def test_every_run_ranks_as_in_coinr(runs: np.ndarray, shared: Path) -> None:
    """Source: coinr/asem/sensitivity/UA_N100_ranks.csv."""
    expected = read_columns(shared / "coinr/asem/sensitivity/UA_N100_ranks.csv", RUNS).T
    np.testing.assert_array_equal(descending_ranks(runs[..., None], "min")[..., 0], expected)


def test_the_vignette_has_no_undefined_draw(model: Model) -> None:
    """All four combinations are positive, so the geometric mean always has a result."""
    tally = simulate(model, 1000, 1)
    assert tally.draws == 1000
    np.testing.assert_array_equal(tally.counts.table().sum(axis=1), np.full(51, 1000))
