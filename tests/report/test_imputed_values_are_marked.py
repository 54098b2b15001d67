"""A reader sees what rests on imputed values: on a screen, in files, in figures and in the workbook.

Of the index below, by hand: E has a and b from the means of its group (a: 9, b: (9 + 5) / 2 = 7), B has b
(of its group: (1 + 4) / 2 = 2.5). All other values are known.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.analysis.compare.run import compare, compare_combinations
from innov_index.analysis.ranking.run import node_scores, ranking
from innov_index.cli import main
from innov_index.index import load
from innov_index.report.workbook import workbook
from tests.report.workbook.office import recalculated

DATA = "unit,region,a,b,c\nA,N,1,1,1\nB,N,2,,4\nC,N,4,4,6\nD,S,9,9,2\nE,S,,,9\nF,S,9,5,7\n"
CONFIG = """\
units: {groups: [region]}
indicators: {file: data.csv}
imputation: {method: group_mean, by: region}
index: {code: X, children: [{code: P, children: [{indicator: a}, {indicator: b}]}, {indicator: c}]}
schemes: {gaps: {imputation: {method: none}}, equal: {weighting: {method: equal}}}
"""
IMPUTED = {"A": 0, "B": 1, "C": 0, "D": 0, "E": 2, "F": 0}


@pytest.fixture
def config(make_index: Callable[..., Path]) -> Path:
    return make_index(CONFIG, DATA)


def said(*command: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in command])
    assert result.exit_code == 0, result.output
    return result.output


def marks_on_screen(text: str, column: int) -> dict[str, str]:
    """What a table that ends in one column or more after `imputed` says of each unit there."""
    rows = (re.split(r"\s{2,}", line.strip()) for line in text.splitlines())
    return {row[column]: cell for row in rows for cell in row if " of 3" in cell and len(row) > 3}


def test_score_says_how_many_of_a_units_indicators_are_imputed(config: Path) -> None:
    assert marks_on_screen(said("score", config), 1) == {"B": "1 of 3", "E": "2 of 3"}
    assert "imputed" not in said("score", config, "--top", "1").splitlines()[3]  # D and F have no gaps
    printed = CliRunner().invoke(main, ["score", str(config), "--format", "csv"]).stdout
    rows = csv.DictReader(io.StringIO(printed))
    assert {row["unit"]: int(row["imputed"]) for row in rows} == IMPUTED
    frame = load(config).score().to_frame().set_index("unit")
    assert frame["imputed"].to_dict() == IMPUTED
    assert "imputed" not in ranking(load(config).varied("gaps")).table().columns


def test_every_node_says_how_much_of_it_is_imputed(config: Path) -> None:
    notes = {(row[0], row[1]): row[-1] for row in node_scores(load(config)).table().rows}
    told = {key: note for key, note in notes.items() if note}
    assert told == {
        ("B", "X"): "1 of 3 imputed",
        ("B", "P"): "1 of 2 imputed",
        ("B", "b"): "imputed",
        ("E", "X"): "2 of 3 imputed",
        ("E", "P"): "2 of 2 imputed",
        ("E", "a"): "imputed",
        ("E", "b"): "imputed",
    }


def test_the_remark_says_of_whom(config: Path) -> None:
    assert "- 3 values are imputed (16.7% of all): E (2) and B (1)" in said("score", config)


def test_compare_tells_schemes_apart_that_impute_from_those_that_do_not(config: Path) -> None:
    assert marks_on_screen(said("compare", config), 0) == {"B": "0-1 of 3", "E": "0-2 of 3"}
    assert marks_on_screen(said("compare", config, "--scheme", "equal"), 0) == {"B": "1 of 3", "E": "2 of 3"}
    across = compare_combinations(load(config), ["imputation=[{method: none}, {method: median}]"]).table()
    for table in (compare(load(config)).table(), across):
        frame = table.to_frame().set_index("unit")
        shown = {name: frame[name].to_dict() for name in frame if name.endswith(": imputed")}
        nothing = dict.fromkeys(IMPUTED, 0)
        expected = [nothing if "none" in name or "gaps" in name else IMPUTED for name in shown]
        assert list(shown.values()) == expected
        assert len(shown) == 3


def test_no_node_has_the_name_of_that_column(make_index: Callable[..., Path]) -> None:
    config = make_index(CONFIG.replace("code: P", "code: imputed"), DATA)
    result = CliRunner().invoke(main, ["score", str(config)])
    assert result.exit_code == 2
    assert "'imputed' cannot be a code" in result.output


def test_a_distribution_draws_imputed_values_apart(config: Path, tmp_path: Path) -> None:
    """Of b the values of B and E are imputed, of c none."""
    told = said("plot", "distribution", config, "--node", "b", "-o", tmp_path / "x.svg")
    assert "Imputed: 2 of 6." in told
    drawn = (tmp_path / "x.svg").read_text("utf-8")
    assert "White bars and grey diamonds: imputed values." in drawn
    assert "mputed" not in said("plot", "distribution", config, "--node", "c", "-o", tmp_path / "y.svg")
    assert "imputed" not in (tmp_path / "y.svg").read_text("utf-8")


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_the_workbook_counts_and_marks_them(config: Path, tmp_path: Path) -> None:
    """Also after a gap is filled in: LibreOffice counts one less of B."""
    content = workbook(load(config))

    def with_b_known(book) -> None:
        raw = book["Raw"]
        row = next(row for row in raw.iter_rows() if row[0].value == "B")
        row[3].value = 3.0

    book = recalculated(content, tmp_path, with_b_known)
    sheet = book["Ranking"]
    last = sheet.max_column
    assert sheet.cell(5, last).value == "imputed indicators"
    counts = {row[2].value: row[last - 1].value for row in sheet.iter_rows(min_row=6) if row[2].value}
    assert counts == {**IMPUTED, "B": 0}
    assert "Italics: imputed values." in book["Normalised"]["A2"].value
