"""What a config states about the arithmetic of a node counts: its scale, and what its children pass on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.analysis.infer.queries import Query
from innov_index.analysis.infer.run import infer
from tests.indices import rows_of

SCALED = """\
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index:
  code: ALL
  rescaling: {method: linear, offset: %s, factor: %s}
  children: [{indicator: a, weight: 5}, {indicator: b, weight: 3}, {indicator: c, weight: 2}]
published: {file: published.csv, decimals: 2}
"""

ROUNDED = """\
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index:
  code: ALL
  children:
    - {code: P, weight: 3, rounding: {method: half_up, decimals: 1, used_for: %s}, children: [{indicator: a}]}
    - {code: Q, weight: 2, rounding: {method: half_up, decimals: 1, used_for: %s}, children: [{indicator: c}]}
published: {file: published.csv, node: node, decimals: 1}
"""


@pytest.mark.parametrize(("offset", "factor"), [(100, 1), (0, 3), (-2.5, 0.5)])
def test_stated_weights_are_judged_with_the_stated_scale(
    make_index: Callable[..., Path], offset: float, factor: float
) -> None:
    """One of twelve figures is altered by 1: it alone is missed."""
    data = np.round(np.random.default_rng(2).uniform(0, 100, (12, 3)), 1)
    scores = offset + factor * data @ np.array([0.5, 0.3, 0.2])
    scores[4] += 1
    published = [["unit", "score"], *([f"U{i}", f"{score:.2f}"] for i, score in enumerate(scores))]
    rows = rows_of(data, "abc", units=[f"U{i}" for i in range(12)], name="unit")
    index = innov_index.load(make_index(SCALED % (offset, factor), rows, files={"published.csv": published}))
    (answer,) = infer(index).facts
    assert answer.inference.stated is False
    assert [answer.question.units[miss.unit] for miss in answer.inference.stated_misses] == ["U4"]


def test_a_stated_scale_that_agrees_is_said_to_agree(make_index: Callable[..., Path]) -> None:
    data = np.round(np.random.default_rng(2).uniform(0, 100, (12, 3)), 1)
    scores = 100 + data @ np.array([0.5, 0.3, 0.2])
    published = [["unit", "score"], *([f"U{i}", f"{score:.2f}"] for i, score in enumerate(scores))]
    rows = rows_of(data, "abc", units=[f"U{i}" for i in range(12)], name="unit")
    index = innov_index.load(make_index(SCALED % (100, 1), rows, files={"published.csv": published}))
    (answer,) = infer(index).facts
    assert answer.inference.stated is True


@pytest.mark.parametrize(
    ("used_for", "smallest", "largest"), [("parents", 0.595, 0.605), ("scores", 0.59, 0.61)]
)
def test_children_are_exact_where_the_parent_gets_them_as_printed(
    make_index: Callable[..., Path], used_for: str, smallest: float, largest: float
) -> None:
    """A: 13.95 <= 20 - 10 w <= 14.05, B: 12.95 <= 10 + 5 w <= 13.05; otherwise 0.05 more for the children."""
    data = [["unit", "a", "c"], ["A", 10.01, 19.98], ["B", 15.04, 10.01]]
    figures = {"A": (14, 10, 20), "B": (13, 15, 10)}
    published = [["unit", "node", "score"]] + [
        [unit, node, f"{score:.1f}"]
        for unit, scores in figures.items()
        for node, score in zip(("ALL", "P", "Q"), scores, strict=True)
    ]
    config = ROUNDED % (used_for, used_for)
    index = innov_index.load(make_index(config, data, files={"published.csv": published}))
    (answer,) = infer(index, Query(nodes=("ALL",))).facts
    assert answer.inference.weights is not None
    assert answer.inference.weights.smallest[0] == pytest.approx(smallest, abs=1e-9)
    assert answer.inference.weights.largest[0] == pytest.approx(largest, abs=1e-9)
    together = infer(index).facts[0].inference.weights
    if used_for == "scores":  # P and Q are 10.01 and 19.98 of A, 15.04 and 10.01 of B: their one child
        smallest, largest = (19.98 - 14.05) / (19.98 - 10.01), (13.05 - 10.01) / (15.04 - 10.01)
    assert together.smallest[0] == pytest.approx(smallest, abs=1e-8)
    assert together.largest[0] == pytest.approx(largest, abs=1e-8)


FORMULA = """\
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index:
  code: ALL
  aggregation: {method: expression, formula: "%s"}
  children: [{indicator: a}, {indicator: b}, {indicator: c}]
published: {file: published.csv, decimals: 2}
"""


def test_the_weights_in_a_formula_are_stated_with_its_scale_and_constant(
    make_index: Callable[..., Path],
) -> None:
    """a + 0.6 b + 0.4 c + 7 is 2 (0.5 a + 0.3 b + 0.2 c) + 7."""
    data = np.round(np.random.default_rng(2).uniform(0, 100, (12, 3)), 1)
    scores = 7 + 2 * data @ np.array([0.5, 0.3, 0.2])
    for constant, stated in ((7, True), (8, False)):
        published = [["unit", "score"], *([f"U{i}", f"{score:.2f}"] for i, score in enumerate(scores))]
        rows = rows_of(data, "abc", units=[f"U{i}" for i in range(12)], name="unit")
        config = FORMULA % f"a + 0.6*b + 0.4*c + {constant}"
        result = infer(innov_index.load(make_index(config, rows, files={"published.csv": published})))
        (answer,) = result.facts
        assert [row[5] for row in result.table("weights").rows] == [0.5, 0.3, 0.2]
        assert answer.exists
        assert answer.inference.stated is stated


def test_a_formula_that_is_no_sum_states_no_weights(make_index: Callable[..., Path]) -> None:
    data = np.round(np.random.default_rng(2).uniform(0, 100, (12, 3)), 1)
    published = [["unit", "score"], *([f"U{i}", f"{score:.2f}"] for i, score in enumerate(data.mean(axis=1)))]
    rows = rows_of(data, "abc", units=[f"U{i}" for i in range(12)], name="unit")
    index = innov_index.load(make_index(FORMULA % "max(a, b, c)", rows, files={"published.csv": published}))
    result = infer(index, Query(power=1.0))
    assert [row[5] for row in result.table("weights").rows] == [None, None, None]
    assert "ALL: the config states no weights here: the formula or method uses none" in result.sentences
