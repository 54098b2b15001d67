"""Rows under column names: what cells become, and what a table refuses."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from innov_index.model.sheet import Sheet, distinct, rank_cell, rank_cells, to_text


def test_cells_become_plain_values() -> None:
    sheet = Sheet(
        ["unit", "rank", "score"], [[np.str_("A"), np.int64(1), np.float64(-0.0)], ["B", 2, np.nan]]
    )
    assert sheet.rows == (("A", 1, 0.0), ("B", 2, None))
    assert [type(cell) for cell in sheet.rows[0]] == [str, int, float]
    assert str(sheet.rows[0][2]) == "0.0"


@pytest.mark.parametrize(
    ("columns", "rows", "error", "text"),
    [
        (["a", "b"], [[1]], ValueError, "does not have 2 cells"),
        (["a"], [[np.inf]], ValueError, "infinite"),
        (["a"], [[[1]]], TypeError, "a cell cannot be a list"),
    ],
)
def test_what_is_no_table_is_refused(columns: list, rows: list, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        Sheet(columns, rows)


def test_a_rank_is_whole_unless_it_is_shared() -> None:
    assert [rank_cell(rank) for rank in (3.0, 2.5, np.nan)] == [3, 2.5, None]
    assert type(rank_cell(3.0)) is int


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" Oslo ", "Oslo"),
        (None, ""),
        (float("nan"), ""),
        (True, "TRUE"),
        (2020.0, "2020"),
        (0.1, "0.1"),
        (2.0**53, "9007199254740992.0"),
        (datetime.datetime(2020, 5, 1), "2020-05-01"),
        (datetime.datetime(2020, 5, 1, 12), "2020-05-01T12:00:00"),
    ],
)
def test_a_cell_as_text(cell: object, text: str) -> None:
    assert to_text(cell) == text


def test_columns_are_told_apart_where_names_meet() -> None:
    """A unit may be called like a column, or like what another gets."""
    assert Sheet(["ahead", "A", "A", "A (2)", "ahead"], []).columns == (
        "ahead",
        "A",
        "A (2)",
        "A (2) (2)",
        "ahead (2)",
    )
    assert distinct(["a", "b"], ["a"]) == ("a (2)", "b")


def test_columns_give_the_same_sheet_as_their_rows():
    numbers = np.array([1.5, np.nan, -0.0])
    sheet = Sheet.of_columns({"unit": ["A", "B", "C"], "rank": [1, 2, None], "value": numbers})
    same = Sheet(["unit", "rank", "value"], [["A", 1, 1.5], ["B", 2, np.nan], ["C", None, -0.0]])
    assert sheet == same
    assert same == sheet
    assert sheet.kinds == same.kinds
    assert sheet.rows[1] == ("B", 2, None)
    assert sheet.rows[:2] == same.rows[:2]
    assert str(sheet.rows[2][2]) == "0.0"
    assert sheet.to_frame().equals(same.to_frame())


def test_columns_differ_in_length_or_are_infinite_by_mistake():
    with pytest.raises(ValueError, match="differ in length"):
        Sheet.of_columns({"unit": ["A"], "value": np.array([1.0, 2.0])})
    with pytest.raises(ValueError, match="infinite"):
        Sheet.of_columns({"value": np.array([np.inf])})


def test_ranks_are_whole_where_they_can_be():
    assert rank_cells(np.array([1.0, 2.0])) == [1, 2]
    assert rank_cells(np.array([1.5, 3.0, np.nan])) == [1.5, 3, None]
