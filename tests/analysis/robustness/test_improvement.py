"""The smallest improvement that closes the gap between two units: once made, it does."""

from __future__ import annotations

from pathlib import Path

import pytest

import innov_index
from innov_index.analysis.robustness.improvement import least_improvements
from innov_index.analysis.robustness.linear_index import linear_scores
from tests.indices import write_index

CONFIG = """
version: 1
name: Small
units: {id: city}
indicators: {file: data.csv}
normalisation:
  method: goalposts
  lower: 0
  upper: 10
index:
  code: I
  children:
    - code: A
      children: [{indicator: a1}, {indicator: a2, direction: lower_is_better}]
    - {code: B, indicator: b}
"""

ROWS = {"x": [2.0, 5.0, 3.0], "y": [6.0, 4.0, 5.0], "z": [9.0, 1.0, 9.0], "t": [3.0, 9.0, 2.0]}
COLUMN = {"a1": 0, "a2": 1, "B": 2}


def load(folder: Path, rows: dict[str, list[float]], aggregation: str = "arithmetic"):
    table = [["city", "a1", "a2", "b"], *([code, *row] for code, row in rows.items())]
    more = f"aggregation: {{method: {aggregation}}}"
    return innov_index.load(write_index(folder, CONFIG, table, more=more))


def improvements(index, behind: str, ahead: str):
    scores, linear = index.score(), linear_scores(index)
    positions = linear.position(behind), linear.position(ahead)
    return {entry.node: entry for entry in least_improvements(index, scores, linear, *positions)}


def test_the_improvement_stated_for_an_indicator_closes_the_gap(tmp_path: Path):
    """Goalposts learn nothing from the data, so the scale holds when the data change."""
    found = improvements(load(tmp_path, ROWS), "t", "x")
    assert set(found) == {"A", "B", "a1", "a2"}
    assert not any(entry.beyond for entry in found.values())
    for node, column in COLUMN.items():
        entry = found[node]
        assert entry.raw == ROWS["t"][column]
        rows = {code: list(row) for code, row in ROWS.items()}
        rows["t"][column] = entry.raw_needed
        scores = load(tmp_path / node, rows).score().scores[0, :, 0]
        assert scores[3] == pytest.approx(scores[0], abs=1e-9)


def test_the_smallest_step_comes_first_and_what_no_unit_reaches_last(tmp_path: Path):
    index = load(tmp_path, ROWS)
    scores, linear = index.score(), linear_scores(index)
    found = least_improvements(index, scores, linear, linear.position("x"), linear.position("z"))
    beyond = [entry.beyond for entry in found]
    assert beyond == sorted(beyond)
    assert any(beyond)


def test_geometric_nodes_by_a_factor(tmp_path: Path):
    index = load(tmp_path, ROWS, "geometric")
    found = improvements(index, "x", "y")
    assert set(found) == {"A", "B"}
    scores = index.score()
    entry = found["B"]
    assert (entry.score_needed / entry.score) ** 0.5 == pytest.approx(
        scores.scores[0, 1, 0] / scores.scores[0, 0, 0]
    )


def test_none_for_the_one_ahead(tmp_path: Path):
    assert improvements(load(tmp_path, ROWS), "z", "x") == {}
