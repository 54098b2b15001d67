"""What methods tell of a unit beside its score: the weights that benefit of the doubt gives it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from innov_index.analysis.ranking.run import node_scores, ranking
from innov_index.cli import main
from innov_index.index import load
from tests.indices import write_index

ROWS = "unit,edition,a,b,c\nP,1,3,1,2\nQ,1,1,3,2\nR,1,2,1,\nP,2,4,4,1\nQ,2,1,2,1\n"
CONFIG = """\
units: {id: unit}
indicators: {file: data.csv, edition: edition}
normalisation: {method: none}
index:
  code: X
  children:
    - {indicator: c}
    - code: D
      aggregation: {method: bod, lower_weight_share: 0.2}
      children: [{indicator: a}, {indicator: b}]
"""
Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(old: str = "", new: str = "") -> Path:
        return write_index(tmp_path, CONFIG.replace(old, new) if old else CONFIG, ROWS)

    return make


def test_weights_of_units_and_their_shares(made: Made) -> None:
    """In edition 1 P and Q are at a corner: the weights of R's program are 1/4 : 1/4 as theirs may be."""
    result = ranking(load(made()))
    (beside,) = result.beside
    found = beside.sheet
    assert list(found.columns) == [
        *("unit", "edition", "name", "node", "weight", "share_of_weight", "share_of_score", "other_weights")
    ]
    rows = {(row[1], row[0], row[3]): row[4:] for row in found.rows}
    assert set(rows) == {(e, u, n) for e, units in (("1", "PQR"), ("2", "PQ")) for u in units for n in "Dab"}
    assert rows["1", "P", "D"] == (None, None, None, "yes")
    assert rows["1", "R", "D"] == (None, None, None, "no")
    scores = load(made()).score()
    values = scores.steps["normalised"]
    for edition, name in enumerate("12"):
        for unit, code in enumerate("PQR" if edition == 0 else "PQ"):
            weights = [rows[name, code, child][0] for child in "ab"]
            own = values[edition, unit, 1:]
            assert np.dot(weights, own) == pytest.approx(scores.of("D")[edition, unit])
            assert sum(rows[name, code, child][1] for child in "ab") == pytest.approx(1)
            assert min(rows[name, code, child][1] for child in "ab") >= 0.2 - 1e-12
            assert rows[name, code, "a"][2] == pytest.approx(weights[0] * own[0] / np.dot(weights, own))


def test_the_full_table_has_them_too(made: Made) -> None:
    table = node_scores(load(made()), edition="1").tables["nodes"]
    assert "share_of_weight" in table.columns
    plain = node_scores(load(made("method: bod, lower_weight_share: 0.2", "method: arithmetic")))
    assert "share_of_weight" not in plain.tables["nodes"].columns
    assert ranking(load(made("method: bod, lower_weight_share: 0.2", "method: arithmetic"))).beside == ()


def test_shares_of_the_geometric_kind_are_its_exponents(made: Made) -> None:
    index = load(made("method: bod, lower_weight_share: 0.2", "method: geometric_bod, lower_share: 0.1"))
    rows = {row[0]: row for row in ranking(index, edition="1").beside[0].sheet.rows if row[3] == "a"}
    values = index.score().steps["normalised"][0, :, 1:]
    logs = np.log(values[2] / values.mean(axis=0))
    share = rows["R"][4]
    assert index.score().of("D")[0, 2] == pytest.approx(np.exp(share * logs[0] + (1 - share) * logs[1]))


def test_they_are_written_beside_the_scores(made: Made, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    result = CliRunner().invoke(main, ["score", str(made()), "-o", str(output)])
    assert result.exit_code == 0, result.output
    with (tmp_path / "out.figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["other_weights"] for row in rows} == {"", "yes", "no"}
    assert len(rows) == 15
