"""Every cell is recalculated to the engine's value, also where a spreadsheet's arithmetic has limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from innov_index.analysis.workings.run import workings_of
from innov_index.index import Index, load
from innov_index.report.workbook import workbook
from innov_index.report.workbook.recalculation import area
from innov_index.report.workbook.sheet_cells import literal, of_squares
from tests.campaign.output_faults import unlike_stored
from tests.indices import write_index
from tests.report.workbook.office import all_recalculated, recalculated

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

Block = Mapping[str, Any]

LONGEST_FORMULA = 8192
"""Characters of a formula in Excel."""


def one_indicator(folder: Path, values: list[Any], node: Block, **steps: Any) -> Index:
    """An index of one indicator x, of units A, B, C …"""
    data = "unit,x\n" + "".join(f"{chr(65 + unit)},{value}\n" for unit, value in enumerate(values))
    config = {
        "indicators": {"file": "data.csv"},
        "normalisation": {"method": "none"},
        **steps,
        "index": {"code": "I", "children": [{"indicator": "x", **node}]},
    }
    folder.mkdir()
    return load(write_index(folder, config, data))


def assert_every_cell(indices: list[Index], folder: Path, edition: str | None = None) -> list[Any]:
    """Recalculates the workbooks at once; returns them."""
    contents = [workbook(index, edition) for index in indices]
    books = all_recalculated(contents, folder)
    for number, (content, book) in enumerate(zip(contents, books, strict=True)):
        assert list(unlike_stored(content, book, {})) == [], number
    return books


LEARNED: list[Block] = [
    {"normalisation": {"method": "robust_z"}},
    {"normalisation": {"method": "z_score"}},
    {"normalisation": {"method": "min_max", "quantiles": [0.1, 0.9], "truncate": True}},
    {"normalisation": {"method": "rank"}},
    {"treatment": {"method": "winsorise"}},
    {"treatment": {"method": "winsorise_iqr"}},
    {"treatment": {"method": "winsorise_quantile", "lower": 0.1, "upper": 0.8}},
    {"treatment": {"method": "box_cox"}},
    {"treatment": {"method": "box_cox", "origin": "minimum", "shift": 1.0}},
    {"treatment": {"method": "yeo_johnson"}},
    {"treatment": {"method": "log_gii"}},
    {"treatment": {"method": "log_ct_plus"}},
    {"imputation": {"method": "mean"}},
    {"imputation": {"method": "median"}},
    {"imputation": {"method": "group_mean", "by": "region", "otherwise": "median"}},
]


def test_an_indicator_without_a_number_in_an_edition(tmp_path: Path) -> None:
    """Its statistics are empty cells: no method fails, and no cell is an error."""
    leaves = [{"indicator": f"x{place}", **steps} for place, steps in enumerate(LEARNED)]
    config = {
        "units": {"id": "unit", "groups": ["region"]},
        "indicators": {"file": "data.csv"},
        "normalisation": {"method": "none"},
        "index": {"code": "I", "children": [{"indicator": "y"}, *leaves]},
    }
    rows = [
        ",".join(["unit,region,edition,y", *(f"x{place}" for place in range(len(leaves)))]),
        *(
            f"{unit},N,2020,{y}" + "," * len(leaves)
            for unit, y in zip("ABCDE", (1, 2, 4, 8, 16), strict=True)
        ),
        *(
            f"{unit},N,2021,{y}" + f",{y}" * len(leaves)
            for unit, y in zip("ABCDE", (1, 2, 4, 8, 16), strict=True)
        ),
    ]
    index = load(write_index(tmp_path, config, "\n".join(rows) + "\n"))
    (book,) = assert_every_cell([index], tmp_path, "2020")
    shown = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [word for word in shown if word.startswith("#")] == []


@pytest.mark.parametrize("size", [1e-299, 1e-160, 1e160, 1e300])
def test_squares_of_very_small_and_very_large_numbers(size: float, tmp_path: Path) -> None:
    values = [size * step for step in (1, 2, 2.5, 3, 4.5)]
    nodes: list[Block] = [
        {"normalisation": {"method": "z_score"}},
        {"normalisation": {"method": "z_score", "population": True}},
        {"treatment": {"method": "winsorise"}, "normalisation": {"method": "min_max"}},
        {"treatment": {"method": "log_ct_plus"}},
    ]
    indices = [one_indicator(tmp_path / f"{n}", values, node) for n, node in enumerate(nodes)]
    assert_every_cell(indices, tmp_path)


def test_usual_numbers_are_squared_as_they_are() -> None:
    assert of_squares("STDEV", "A1:A9", np.array([0.0, -7.5])) == ("STDEV(A1:A9)", False)
    formula = 'STDEV(IF(ISNUMBER(A1:A9),A1:A9/1E-200,""))*1E-200'
    assert of_squares("STDEV", "A1:A9", np.array([0.0, -7.5e-200])) == (formula, True)
    formula = 'SKEW(IF(ISNUMBER(A1:A9),A1:A9/1E200,""))'
    assert of_squares("SKEW", "A1:A9", np.array([1e200, 7e199])) == (formula, True)
    assert of_squares("KURT", "A1:A9", np.array([])) == ("KURT(A1:A9)", False)


def test_numbers_that_no_spreadsheet_has() -> None:
    assert literal(1e-310) == "0"
    assert literal(-2.5e-300) == "-2.5e-300"


@pytest.mark.parametrize("ties", ["min", "max", "average"])
@pytest.mark.parametrize("direction", ["higher_is_better", "lower_is_better"])
def test_rounding_errors_decide_no_rank_of_an_indicator(ties: str, direction: str, tmp_path: Path) -> None:
    """0.3 over 3 is not 0.7 over 7 in its last bit; nor is what LibreOffice divides what it stores."""
    config = {
        "indicators": {"file": "data.csv"},
        "units": {"id": "unit"},
        "denomination": {"method": "ratio", "by": "size"},
        "normalisation": {"method": "rank", "ties": ties},
        "index": {"code": "I", "children": [{"indicator": "x", "direction": direction}]},
    }
    data = "unit,size,x\nA,3,0.3\nB,7,0.7\nC,1,0.1\nD,9,0.9\nE,2,1\nF,4,0.1\nG,49,4.9\n"
    index = load(write_index(tmp_path, config, data))
    assert len(set(workings_of(index).after("denominated")[[0, 1, 2, 3, 6], 0])) > 1
    assert len(set(index.score().scores[0, [0, 1, 2, 3, 6], 0])) == 1
    (book,) = assert_every_cell([index], tmp_path)
    np.testing.assert_array_equal(area(book, "All_ranks"), index.score().ranks[0][:, :1])


def test_halves_are_rounded_to_even_digits(tmp_path: Path) -> None:
    """Where ranks are taken from few digits 4.5 is 4, and 5.5 is 6."""
    values = [4.5, 4.4, 5.5, 6.4, -4.5, -5.5, -3.6, 0.25, 0.35, 3500, 4500, 0, 1e-295, 9.5, 0.00065]
    indices = [one_indicator(tmp_path / "1", values, {}, ranking={"digits": 1})]
    indices += [one_indicator(tmp_path / "2", [v * 11 for v in values], {}, ranking={"digits": 2})]
    for index, book in zip(indices, assert_every_cell(indices, tmp_path), strict=True):
        np.testing.assert_array_equal(area(book, "All_ranks"), index.score().ranks[0][:, :1])


def test_no_formula_is_longer_than_excel_takes(tmp_path: Path) -> None:
    """A score rounded half to even, then to digits; near zero, so that it is settled first."""
    rounding = {"method": "half_even", "decimals": 1, "used_for": "ranks"}
    steps = {"ranking": {"digits": 3}, "rounding": rounding, "aggregation": {"method": "sum"}}
    index = one_indicator(
        tmp_path / "x", [1e-17, 0.25, 0.35, 0.45], {"direction": "lower_is_better"}, **steps
    )
    book = openpyxl.load_workbook(BytesIO(workbook(index)))
    cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
    assert max(len(getattr(value, "text", str(value))) for value in cells) < LONGEST_FORMULA / 2


TRANSFORMED: list[tuple[list[float], Block]] = [
    ([1e9, 1e9 + 4, 1e9 + 3, 1e9, 1e9 + 2], {"method": "yeo_johnson"}),
    ([0.0, 2.5, 1.0, 7.0, -2.0], {"method": "yeo_johnson", "lmbda": 2.0}),
    ([0.0, 2.5, 1.0, 7.0, -2.0], {"method": "yeo_johnson", "lmbda": 0.0}),
    ([5.8e-13, 1.5e-12, 1.1e-12, 0.9e-12, 2e-12], {"method": "yeo_johnson", "lmbda": 0.5}),
    ([1e9, 1e9 + 4, 1e9 + 3, 1e9, 1e9 + 2], {"method": "box_cox", "lmbda": -3e6}),
    ([1.0, 1 + 1e-13, 1 + 3e-13, 1 - 1e-13, 1 + 2e-13], {"method": "box_cox", "lmbda": 0.5}),
    ([1.0, 2.5, 9.0, 0.5, 3.0], {"method": "box_cox"}),
]


def test_power_transforms_of_every_size(tmp_path: Path) -> None:
    """Powers that vanish are zero, and no formula stands where a spreadsheet would lose the digits."""
    indices = [
        one_indicator(tmp_path / f"{number}", values, {"treatment": treatment})
        for number, (values, treatment) in enumerate(TRANSFORMED)
    ]
    books = assert_every_cell(indices, tmp_path)
    told = [
        any("lose digits" in str(row[2]) for row in book["Method"].iter_rows(values_only=True))
        for book in books
    ]
    assert told == [False, False, False, True, False, True, False]


@pytest.mark.parametrize("power", [1e-9, 0.003, 0.5, 3.0, -2.0])
def test_powers_that_vanish(power: float, tmp_path: Path) -> None:
    """0.1 to the power of 333 is zero, where LibreOffice has an error; 1e-9 as a power leaves no digits."""
    config = {
        "indicators": {"file": "data.csv"},
        "normalisation": {"method": "none"},
        "aggregation": {"method": "power", "p": power},
        "index": {
            "code": "I",
            "children": [{"indicator": "a", "weight": 0.1}, {"indicator": "b", "weight": 0.9}],
        },
    }
    zero = 0.0 if power > 0 else 0.5
    rows = [(1.0, zero), (zero, 1.0), (2.0, 3.0), (1.0, 1e-12), (4.0, "")]
    data = "unit,a,b\n" + "".join(f"{'ABCDE'[unit]},{a},{b}\n" for unit, (a, b) in enumerate(rows))
    assert_every_cell([load(write_index(tmp_path, config, data))], tmp_path)


@pytest.mark.parametrize(
    "method", [{"method": "geometric"}, {"method": "harmonic"}, {"method": "power", "p": 0.5}]
)
def test_a_child_without_weight_decides_nothing(method: Block, tmp_path: Path) -> None:
    """Zero has no logarithm, and -1 no root; with weight 0 neither is asked for."""
    children = [{"indicator": "a", "weight": 0}, {"indicator": "b", "weight": 1}]
    config = {
        "indicators": {"file": "data.csv"},
        "normalisation": {"method": "none"},
        "aggregation": method,
        "index": {"code": "I", "children": children},
    }
    lowest = -1 if method["method"] == "power" else 0
    data = f"unit,a,b\nA,{lowest},2\nB,1,3\nC,,4\n"
    (book,) = assert_every_cell([load(write_index(tmp_path, config, data))], tmp_path)
    np.testing.assert_allclose(area(book, "All_scores")[:, 0], [2, 3, 4], rtol=1e-12)


def test_a_unit_without_a_group_gets_no_mean_of_such_units(tmp_path: Path) -> None:
    """As the engine has it: they are no group."""
    config = {
        "units": {"id": "unit", "groups": ["region"]},
        "indicators": {"file": "data.csv"},
        "imputation": {"method": "group_mean", "by": "region"},
        "normalisation": {"method": "none"},
        "index": {"code": "I", "children": [{"indicator": "a"}, {"indicator": "b"}]},
    }
    data = "unit,region,a,b\nA,N,1,2\nB,N,2,\nC,,3,7\nD,,4,\nE,S,5,\n"
    index = load(write_index(tmp_path, config, data))
    assert np.isnan(workings_of(index).after("imputed")[3:, 1]).all()
    assert_every_cell([index], tmp_path)


def test_errors_of_one_unit_join_no_others(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """A unit whose score is a difference of large numbers has a large error; the others keep their digits."""
    config = "indicators: {file: data.csv}\nnormalisation: {method: none}\naggregation: {method: sum}\n"
    config += "index: {code: X, children: [{indicator: a}, {indicator: b}, {indicator: c}]}\n"
    data = "unit,a,b,c\nA,1e9,-1e9,0.123456789\nB,0.123456789,0,0\nC,0.12345678912,0,0\nD,0.1,0.2,-0.3\n"
    data += "E,0,0,0\nF,1e-17,0,0\nG,3e9,-3e9,1e-9\nH,0.1,0.02,0.003\n"
    index = load(make_index(config, data))
    content = workbook(index)
    book = recalculated(content, tmp_path)
    assert "Settled" in book.sheetnames
    np.testing.assert_array_equal(area(book, "All_ranks"), index.score().ranks[0][:, :1])


def test_levels_and_scores_are_settled_alike(tmp_path: Path) -> None:
    """What parents get is the score: it was settled by the bounds of a plainer computation."""
    goalposts = {"method": "goalposts", "lower": -10.0, "upper": 40.0, "truncate": False}
    config = {
        "indicators": {"file": "data.csv"},
        "normalisation": goalposts,
        "index": {
            "code": "I",
            "children": [{"indicator": "a", "treatment": {"method": "square_root"}}, {"indicator": "b"}],
        },
    }
    data = "unit,a,b\nA,1e160,1\nB,2e160,2\nC,0,3\nD,0,5\n"
    workings = workings_of(load(write_index(tmp_path, config, data)))
    np.testing.assert_array_equal(workings.passed_on[:, 0], workings.final[:, 0])
