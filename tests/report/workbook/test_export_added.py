"""Classes, ranks inside groups and changes of rank in the workbook: LibreOffice computes the engine's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from innov_index.index import Index, load
from innov_index.report.workbook import workbook
from tests.conftest import ROOT
from tests.report.workbook.office import all_recalculated, recalculated

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

REGIONS = ("N", "n", "S*", ">1", "")
DATA = "unit,name,region,population,a,b,c\n" + "".join(
    f"U{k},Unit {k},{REGIONS[k % 5]},1,"
    + (",," if k == 8 else f"{k * 7 % 5},{k * 5 % 4},{'' if k == 4 else k % 3}")
    + "\n"
    for k in range(14)
)
NAMES = "[First, '=1+1', Third, '\"Last\"']"


def assert_equals_engine(book: Any, index: Index) -> None:
    """Cell by cell on the sheet of the added columns, and on the ranking in its order."""
    scores = index.score()
    columns = list(scores.columns.values())
    page = book["Added columns"]
    start = next(row for row in range(1, 40) if page.cell(row, 1).value == "unit") + 1
    for unit in range(len(scores.units)):
        for place, column in enumerate(columns):
            assert_same(page.cell(start + unit, 3 + place).value, column[-1][unit])
    for line, unit in enumerate(scores.order(len(scores.scores) - 1)):
        for place, column in enumerate(columns):
            if scores.ranks[-1, unit, 0] == scores.ranks[-1, unit, 0]:
                assert_same(book["Ranking"].cell(6 + line, 6 + place).value, column[-1][unit])


def assert_same(cell: Any, expected: str | float | None) -> None:
    if expected is None or expected != expected:
        assert cell in (None, "")
    elif isinstance(expected, str):
        assert (cell or "") == expected
    else:
        assert float(cell) == pytest.approx(expected, abs=1e-9)


def test_ranks_inside_groups(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Groups whose names differ in case only, and names that a criterion of COUNTIF would read as a rule."""
    index = load(make_index(data=DATA, more="ranking: {within: region}\nrank_change: [I, c]"))
    rules = ("min", "max", "average", "dense", "ordinal")
    assert_each_equals_engine([index.varied(settings=[f"ranking.ties={ties}"]) for ties in rules], tmp_path)


def test_classes(make_index: Callable[..., Path], tmp_path: Path) -> None:
    index = load(make_index(data=DATA))
    classes = [
        f"{{breaks: [30, 60, 45], names: {NAMES}}}",
        "{breaks: [50]}",
        f"{{method: quantiles, probabilities: [0.25, 0.5, 0.75], names: {NAMES}}}",
        "{breaks: [50], names: ['', Low]}",
        f"{{method: quantiles, probabilities: {[round(k / 60, 4) for k in range(1, 60)]}}}",
        f"{{method: jenks, number: 4, names: {NAMES}}}",
        "{method: jenks, number: 3}",
    ]
    ways = [[f"ranking.classes={stated}"] for stated in classes]
    ways += [[*own, "index.direction=lower_is_better"] for own in ways]
    assert_each_equals_engine([index.varied(settings=own) for own in ways], tmp_path)


def assert_each_equals_engine(indices: list[Index], folder: Path) -> None:
    books = all_recalculated([workbook(index) for index in indices], folder)
    for book, index in zip(books, indices, strict=True):
        assert_equals_engine(book, index)


def test_a_changed_cut_changes_the_classes(make_index: Callable[..., Path], tmp_path: Path) -> None:
    def cut_at(highest: int) -> Index:
        return load(make_index(data=DATA, more=f"ranking: {{classes: {{breaks: [{highest}, 30]}}}}"))

    def change(book: Any) -> None:
        page = book["Added columns"]
        row = next(row for row in range(1, 20) if page.cell(row, 2).value == "class 1 from")
        page.cell(row, 3).value = 75

    assert_equals_engine(recalculated(workbook(cut_at(60)), tmp_path, change), cut_at(75))


def test_human_development_classes(tmp_path: Path) -> None:
    index = load(ROOT / "configs/published/hdi.yaml")
    assert_equals_engine(recalculated(workbook(index), tmp_path), index)
