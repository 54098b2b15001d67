"""What titles tell of an index: dimensions, and columns that are its results."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from innov_index.analysis.look.grouping import groups_of
from innov_index.analysis.look.printed_results import NO_RESULTS, PrintedResults, printed_results
from innov_index.cli import main


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (["R&D / Spending", "R&D / Staff", "Firms / New", "Firms / Large"], {"R&D": 2, "Firms": 2}),
        (["eco_gdp", "eco_debt", "soc_school", "soc_health", "soc_water"], {"eco": 2, "soc": 3}),
        (["X.A.1", "X.A.2", "X.B.1", "X.B.2"], {"A": 2, "B": 2}),
        (["1.1 Schools", "1.2 Roads", "2.1 Courts", "2.2 Police"], {"1": 2, "2": 2}),
        (["C1: Safety", "C2: Elites", "E1: Trade", "E2: Jobs"], {"C": 2, "E": 2}),
        (["Safety", "Elites", "Trade", "Jobs"], {}),
        (["a_x", "b_y", "c_z", "d_w"], {}),
        (["a_x", "a_y"], {}),
        ([], {}),
        (["gdp"], {}),
    ],
)
def test_groups(names: list[str], groups: dict[str, int]) -> None:
    assert {group.name: len(group.indicators) for group in groups_of(names)} == groups


@given(st.lists(st.text("ab_. /:1", max_size=6), max_size=7, unique=True))
def test_groups_hold_each_indicator_once(names: list[str]) -> None:
    found = [name for group in groups_of(names) for name in group.indicators]
    assert sorted(found) == (sorted(names) if found else [])


def test_results_are_told_by_titles_and_orders() -> None:
    scores = np.array([5.0, 9.0, 1.0, 7.0, 3.0, 3.0])
    ranks = np.array([3.0, 1.0, 6.0, 2.0, 4.0, 4.0])
    other = np.array([1.0, 2.0, 4.0, 3.0, 6.0, 5.0])
    columns = {"Rent": other, "Quality": scores, "World rank": ranks}
    assert printed_results(columns) == PrintedResults("Quality", "World rank")
    assert printed_results({"Rent": other, "Rank of rents": ranks}) == NO_RESULTS
    assert printed_results({"a": other, "b": scores, "Overall score": ranks}) == PrintedResults(
        "Overall score"
    )
    assert printed_results({"a": other, "Total": scores}) == NO_RESULTS


def test_a_whole_config_for_a_table_with_results(tmp_path: Path) -> None:
    table = tmp_path / "cities.csv"
    table.write_text(
        "city,eco_rent,eco_wage,soc_school,soc_air,Score,Rank\n"
        "A,1,5,9,2,4.25,3\nB,4,7,8,6,6.25,1\nC,2,1,3,4,2.5,6\nD,5,3,7,8,5.75,2\nE,3,2,4,5,3.5,5\nF,1,4,5,6,4,4\n"
    )
    assert CliRunner().invoke(main, ["init", str(tmp_path / "index"), "--from", str(table)]).exit_code == 0
    text = (tmp_path / "index" / "index.yaml").read_text()
    assert re.findall("code: (.*)", text) == ["INDEX", "eco", "soc"]
    assert "unit: city, score: Score, rank: Rank, claims: nothing}" in text
    result = CliRunner().invoke(main, ["reproduce", str(tmp_path / "index" / "index.yaml")])
    assert result.exit_code == 0, result.output
