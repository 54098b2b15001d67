"""Schemes side by side: what has no result, what changes nothing, and units that vanish."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from innov_index.analysis.audit.run import audit
from innov_index.analysis.compare.agreement import shifts
from innov_index.analysis.compare.run import compare, compare_combinations
from innov_index.analysis.validity import validate
from innov_index.errors import InnovIndexError
from innov_index.index import Index, load
from innov_index.methods.ranking import ties_average, ties_min
from tests.indices import write_index

BASE = """\
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index: {code: X, children: [{indicator: a}, {indicator: b}]}
"""
ZERO = "unit,a,b\nAlo,0,9\nBor,2,5\nCil,3,8\n"
PRODUCT = "schemes: {product: {aggregation: {method: geometric}}, fine: {weighting: {method: entropy}}}\n"
GAPS = "unit,a,b\nAlo,,10\nBor,,9\nCil,,8\nDor,7,7\nEmo,6,6\nFen,5,5\n"
STRICT = "schemes: {strict: {aggregation: {missing: propagate}}}\n"


def index_of(folder: Path, data: str, more: str = "") -> Index:
    return load(write_index(folder, BASE + more, data))


def test_a_scheme_without_a_result_does_not_hide_the_others(tmp_path: Path) -> None:
    result = compare(index_of(tmp_path, ZERO, PRODUCT))
    assert result.facts.names == ("base", "fine")
    assert result.remarks[0].startswith("scheme product has no result and is left out: ")


@pytest.mark.parametrize("asked", [("product",), ("fine", "product")])
def test_a_scheme_that_was_asked_for_is_named(tmp_path: Path, asked: tuple[str, ...]) -> None:
    with pytest.raises(InnovIndexError, match=r"^scheme product: .*'a' is 0"):
        compare(index_of(tmp_path, ZERO, PRODUCT), asked)


def test_validate_tries_every_scheme(tmp_path: Path) -> None:
    with pytest.raises(InnovIndexError, match=r"^scheme product: .*'Alo'") as caught:
        validate(index_of(tmp_path, ZERO, PRODUCT))
    assert "scheme fine" not in str(caught.value)


def test_validate_tries_every_alternative(tmp_path: Path) -> None:
    """The minimum is the same under all weights: `uncertainty` refuses a choice without effect."""
    more = "aggregation: {method: minimum}\n"
    more += "uncertainty: {vary: [{path: weighting.method, alternatives: [equal, entropy]}]}\n"
    with pytest.raises(InnovIndexError, match=r"uncertainty: .*no effect"):
        validate(index_of(tmp_path, GAPS.replace(",,", ",4,"), more))


def test_a_scheme_that_changes_nothing_is_told(tmp_path: Path) -> None:
    more = "aggregation: {method: sum}\nschemes: {equal: {weighting: {method: equal}}}\n"
    remarks = compare(index_of(tmp_path, ZERO, more)).remarks
    assert "equal: changes no score of the index" in remarks
    assert any("sum takes the weights as stated" in remark for remark in remarks)


def test_shifts_are_taken_over_the_units_in_common(tmp_path: Path) -> None:
    """Dor, Emo and Fen are 4th to 6th of six and 1st to 3rd of three: among themselves, nothing moves."""
    result = compare(index_of(tmp_path, GAPS, STRICT))
    np.testing.assert_array_equal(result.facts.shifts[1], [np.nan] * 3 + [0] * 3)
    assert result.facts.mean_shift[1] == 0
    assert any("3 units have no rank there (Alo, Bor and Cil)" in remark for remark in result.remarks)


def test_combinations_move_nothing_where_units_vanish(tmp_path: Path) -> None:
    across = ["aggregation.missing=[reweight, propagate]"]
    found = compare_combinations(index_of(tmp_path, GAPS), across).facts
    np.testing.assert_array_equal(found.moved_by[0], [np.nan] * 3 + [0] * 3)


def test_removal_compares_the_units_that_remain(tmp_path: Path) -> None:
    """Source of the figures: without b, Dor, Emo and Fen keep both their order and their scores 7, 6, 5."""
    sheet = audit(index_of(tmp_path, GAPS), ["removal"]).table()
    rows = {row[0]: dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows}
    assert rows["b"]["mean shift"] == 0
    assert rows["b"]["remark"] == "3 units have no rank without it"
    assert rows["a"]["remark"] == ""


def test_shifts_keep_the_rule_for_ties() -> None:
    """Among B, C and D, ties of the mean rank stay 1.5, 1.5, 3 and become 1, 2.5, 2.5."""
    before, after = np.array([1.0, 2.5, 2.5, 4]), np.array([np.nan, 1, 2.5, 2.5])
    np.testing.assert_array_equal(shifts(before, after, ties_average), [np.nan, 0.5, -1, 0.5])


def test_shifts_over_the_same_units_are_differences() -> None:
    before, after = np.array([1.0, 2, 3, np.nan]), np.array([[3.0, 1, 2, np.nan], [1, 2, 3, np.nan]])
    np.testing.assert_array_equal(shifts(before, after, ties_min), before - after)


def test_no_scheme_is_called_like_the_config_as_it_stands(tmp_path: Path) -> None:
    """It would be shown in its place: the ranks of the config as it stands would appear nowhere."""
    more = "schemes: {other: {weighting: {method: equal}}, base: {normalisation: {method: z_score}}}\n"
    with pytest.raises(InnovIndexError, match=r"index.yaml:\d+:.*a scheme cannot be called 'base'"):
        index_of(tmp_path, ZERO, more)
