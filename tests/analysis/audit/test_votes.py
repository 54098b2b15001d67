"""The children of an index as voters: the handbook's tables 25 to 34, and elections of known outcome."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.analysis.audit.run import audit
from innov_index.analysis.audit.social_choice import best_orders, condorcet_winner, cycles, outranking
from tests.conftest import ROOT
from tests.indices import write_index

HANDBOOK = ROOT / "configs/handbook"


def of_handbook(table: int, section: str) -> list[list[object]]:
    index = innov_index.load(HANDBOOK / f"table-{table}.yaml")
    return [list(row) for row in audit(index, [section]).tables[section].rows]


def found(index: innov_index.Index) -> list[tuple[object, ...]]:
    return [tuple(row[1:]) for row in audit(index).tables["findings"].rows if row[0] == "votes"]


def test_plurality_and_points_of_table_25() -> None:
    """a has 8 of 21 first places, b has 44 points of Borda, c beats each other unit."""
    votes = of_handbook(25, "votes")
    np.testing.assert_allclose([21 * row[2] for row in votes], [8, 7, 6, 0])  # type: ignore[operator]
    np.testing.assert_allclose([21 * row[4] for row in votes], [24, 44, 38, 20])  # type: ignore[operator]
    assert [row[5] for row in votes] == [0, 2, 3, 1]
    assert [row[0] for row in of_handbook(25, "orders")] == ["c > b > d > a"]


def test_the_circle_of_table_28() -> None:
    """a beats b by 33 of 60, b beats c by 42, c beats a by 35; the best order has a support of 104."""
    index = innov_index.load(HANDBOOK / "table-28.yaml")
    assert found(index) == [("VOTE", 3.0, "units ahead of each other in a circle of majorities: a, b and c")]
    [[order, support]] = of_handbook(28, "orders")
    assert order == "b > c > a"
    assert 60 * support == pytest.approx(104)  # type: ignore[operator]


def test_the_three_orders_of_table_34() -> None:
    orders = of_handbook(34, "orders")
    assert {row[0] for row in orders} == {"a > b > c", "b > c > a", "c > a > b"}
    texts = [text for *_, text in found(innov_index.load(HANDBOOK / "table-34.yaml"))]
    assert "support of each of 3 orders that are equally good" in texts


def test_a_majority_against_the_first(tmp_path: Path) -> None:
    """B is best on two of three indicators, A far ahead on one."""
    config = (
        "units: {id: unit}\nindicators: {file: data.csv}\nnormalisation: {method: none}\n"
        "index: {code: I, children: [{indicator: x}, {indicator: y}, {indicator: z}]}\n"
    )
    data = "unit,x,y,z\nA,1,1,9\nB,2,2,2\nC,0,0,0\n"
    index = innov_index.load(write_index(tmp_path, config, data))
    [(_, weight, text)] = found(index)
    assert weight == pytest.approx(2 / 3)
    assert text == (
        "weight with which B is ahead of A, the first by score; B has a majority against every other unit"
    )


def test_large_tables_are_told(tmp_path: Path) -> None:
    rows = "".join(f"U{at},{at},{-at}\n" for at in range(101))
    config = (
        "units: {id: unit}\nindicators: {file: data.csv}\n"
        "index: {code: I, children: [{indicator: x}, {indicator: y}]}\n"
    )
    index = innov_index.load(write_index(tmp_path, config, f"unit,x,y\n{rows}"))
    for section in ("votes", "outranking", "places"):
        assert audit(index, [section]).tables[section].rows[0] == ("101 units: shown of up to 100",)
    assert (
        audit(index, ["orders"]).tables["orders"].rows[0][0] == "101 units: all orders are tried of up to 8"
    )


def test_winners_and_circles_of_random_votes() -> None:
    """Against the definitions, unit by unit."""
    for seed in range(30):
        values = np.random.default_rng(seed).integers(0, 4, (6, 5)).astype(float)
        weights = np.random.default_rng(seed).dirichlet(np.ones(5))
        matrix = outranking(values, weights)
        wins = [all(matrix[i, j] > matrix[j, i] + 1e-9 for j in range(6) if j != i) for i in range(6)]
        assert condorcet_winner(matrix) == (wins.index(True) if any(wins) else None)
        orders, support = best_orders(matrix)
        for order in orders:
            pairs = [(order[a], order[b]) for a in range(6) for b in range(a + 1, 6)]
            assert sum(matrix[i, j] for i, j in pairs) == pytest.approx(support)
        if any(wins):  # the winner is first in every best order, and in no circle
            assert (orders[:, 0] == wins.index(True)).all()
            assert all(wins.index(True) not in circle for circle in cycles(matrix))
