"""Means through a line, and true zeros under a geometric mean: INFORM's formula, the reference, messages."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.errors import InnovIndexError
from innov_index.methods.aggregation import aggregation
from innov_index.methods.kernels.powers import Link, power_means
from innov_index.reference import aggregation as plain

INFORM = {"p": 0.0, "offset": 10.0, "factor": -0.9}
CONFIG = """
version: 1
name: Risk
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index: {code: R, children: [{indicator: a}, {indicator: b}]}
"""


def linked(values: list[list[float]], weights: list[float], **options: object) -> np.ndarray:
    return np.asarray(aggregation["linked_mean"].function(np.array(values), np.array(weights), **options))


def test_informs_formula() -> None:
    """y = 10 - (Π (1 + 9 (10 - x) / 10)^(1/n) - 1) 10/9, which is how the report writes it."""
    rows = [[8.9, 6.6, 0.0], [0.0, 0.0, 0.0], [10.0, 10.0, 10.0], [1.2, 9.7, 5.0]]
    expected = [10 - (math.prod(1 + 9 * (10 - x) / 10 for x in row) ** (1 / 3) - 1) * 10 / 9 for row in rows]
    np.testing.assert_allclose(linked(rows, [1 / 3] * 3, **INFORM), expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("p", [-1.0, 0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("factor", [-0.9, 2.0])
def test_against_the_reference(p: float, factor: float) -> None:
    rng = np.random.default_rng(3)
    values, weights = rng.uniform(0, 10, (20, 4)), rng.dirichlet(np.ones(4))
    values[3, 1] = np.nan
    found = linked(values.tolist(), weights.tolist(), p=p, offset=10.0, factor=factor)
    for row, score in zip(values, found, strict=True):
        there = ~np.isnan(row)
        options = {"p": p, "offset": 10.0, "factor": factor, "zero": "undefined"}
        expected = plain.linked_mean(row[there].tolist(), weights[there].tolist(), **options)
        assert score == pytest.approx(expected, rel=1e-12)


def test_many_nodes_at_once_are_each_their_own() -> None:
    rng = np.random.default_rng(5)
    values, weights = rng.uniform(0, 10, (3, 7, 5)), rng.dirichlet(np.ones(5), 2).T
    link = Link(-1.0, 12.0, -1.0)
    together = power_means(values, weights, link)
    for node in range(2):
        alone = linked(values[1].tolist(), weights[:, node].tolist(), p=-1.0, offset=12.0, factor=-1.0)
        np.testing.assert_allclose(together[1, :, node], alone, rtol=1e-13)


@pytest.mark.parametrize("name", ["geometric", "linked_mean"])
def test_a_true_zero_makes_the_node_zero_where_it_has_a_weight(name: str) -> None:
    options = (
        {"zero": "true"} if name == "geometric" else {**INFORM, "offset": 0.0, "factor": 1.0, "zero": "true"}
    )
    values = np.array(
        [[0.0, 4.0, 2.0], [3.0, 4.0, 0.0], [np.nan, 0.0, 2.0], [-1.0, 0.0, 2.0], [2.0, 8.0, 7.0]]
    )
    found = aggregation[name].function(values, np.array([0.5, 0.5, 0.0]), **options)
    np.testing.assert_allclose(found, [0.0, math.sqrt(12), 0.0, np.nan, 4.0], rtol=1e-14)
    assert np.isnan(aggregation["geometric"].function(values, np.array([0.5, 0.5, 0.0]))[0])
    twin = plain.geometric([0.0, 4.0, 2.0], [0.5, 0.5, 0.0], zero="true")
    assert twin == 0.0


def test_where_the_line_is_zero_the_node_has_that_score() -> None:
    found = linked([[10.0, 3.0], [4.0, 3.0]], [0.5, 0.5], p=0.0, offset=10.0, factor=-1.0, zero="true")
    np.testing.assert_allclose(found, [10.0, 10 - math.sqrt(42)], rtol=1e-14)


class TestInAConfig:
    def test_a_true_zero_is_stated_and_ranked(self, make_index: Callable[..., Path]) -> None:
        table = "unit,a,b\nU,0,5\nV,3,4\nW,2,2\n"
        index = innov_index.load(
            make_index(CONFIG, table, more='aggregation: {method: geometric, zero: "true"}')
        )
        np.testing.assert_allclose(index.score().scores[0, :, 0], [0.0, math.sqrt(12), 2.0], rtol=1e-14)
        with pytest.raises(InnovIndexError, match='state zero: "true"'):
            innov_index.load(make_index(CONFIG, table, more="aggregation: {method: geometric}")).score()

    def test_a_line_that_is_level_is_refused(self, make_index: Callable[..., Path]) -> None:
        more = "aggregation: {method: linked_mean, p: 0, offset: 1, factor: 0}"
        with pytest.raises(InnovIndexError, match=r"aggregation\.factor must not be 0; got 0"):
            innov_index.load(make_index(CONFIG, "unit,a,b\nU,1,5\nV,3,4\n", more=more))

    def test_a_score_beyond_the_line_is_named(self, make_index: Callable[..., Path]) -> None:
        more = "aggregation: {method: linked_mean, p: 0, offset: 10, factor: -0.9}"
        index = innov_index.load(make_index(CONFIG, "unit,a,b\nU,1,5\nV,12,4\n", more=more))
        with pytest.raises(InnovIndexError, match=r"V.*a.*12|12.*V") as caught:
            index.score()
        assert "line" in str(caught.value)
