"""What page, figures and tables say is true of ties, gaps, shapes of trees and directions too."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.analysis.answers import Answers
from innov_index.cli import main
from innov_index.index import load
from innov_index.report.page.payload import payload
from innov_index.wording import decimal_text, decimals_of

PLAIN = "indicators: {file: data.csv}\nindex: {code: X, children: [{indicator: a}, {indicator: b}]}\n"


def _said(*command: str) -> str:
    result = CliRunner().invoke(main, list(command))
    assert result.exit_code == 0, result.output
    return result.output


def _page(config: Path, folder: Path) -> str:
    _said("report", str(config), "-o", str(folder / "page.html"))
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", (folder / "page.html").read_text("utf-8"), flags=re.S)
    text = " ".join(re.sub(r"<[^>]+>", " ", text).split())
    return re.sub(r" ([),.;])", r"\1", text.replace("( ", "("))


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([72.2, 27.8], ["72.20", "27.80"]),
        ([0.954, 0.952, 0.9485, 0.1], ["0.9540", "0.9520", "0.9485", "0.1000"]),
        ([0.00012, 0.000045], ["0.000120", "0.000045"]),
        ([50.0, 49.999, 1.0], ["50.000", "49.999", "1.000"]),
        ([1548.33, 0.00012], ["1548.33", "0.00012"]),
        ([0.1 + 0.2, 0.3], ["0.30", "0.30"]),
        ([1e300, -1e300], ["1e+300", "-1e+300"]),
    ],
)
def test_decimals_tell_numbers_apart(numbers: list[float], shown: list[str]) -> None:
    """A thousandth of the spread; more where different numbers would read the same; 0 is read for 0 alone."""
    decimals = decimals_of(numbers)
    assert [decimal_text(number, decimals) for number in numbers] == shown


def test_a_shared_first_place(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Albray and Bramow both have (9/9 + 4/9) / 2 of 100: nobody of the two leads."""
    config = make_index(PLAIN, "unit,a,b\nAlbray,10,5\nBramow,5,10\nCovelle,1,1\nDunnor,3,4\n")
    assert "Albray and Bramow share the first place (72.22), ahead of Dunnor (27.78)." in _page(
        config, tmp_path
    )
    drawn = _said("plot", "scores", str(config), "-o", str(tmp_path / "x.svg"))
    assert "Albray and Bramow share the first place with 72.22." in drawn


def test_a_level_of_indicators_and_dimensions(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """One of three indicators stands beside the dimension."""
    dimension = "{code: E, children: [{indicator: b}, {indicator: c}]}"
    tree = f"index: {{code: X, children: [{{indicator: a}}, {dimension}]}}\n"
    config = make_index("indicators: {file: data.csv}\n" + tree, "unit,a,b,c\nA,1,2,3\nB,2,1,5\nC,4,4,1\n")
    assert "3 units by 3 indicators, 2 of them under E, in 2 levels" in _page(config, tmp_path)


def test_no_move_is_named_where_no_rank_changes(make_index: Callable[..., Path], tmp_path: Path) -> None:
    schemes = "schemes: {same: {weighting: {method: equal}}}\n"
    config = make_index(PLAIN + schemes, "unit,a,b\nA,1,1\nB,2,2\nC,4,4\n")
    assert "No rank changes" in _said("plot", "slope", str(config), "-o", str(tmp_path / "x.svg"))
    assert "No rank changes" in _said("plot", "heatmap", str(config), "-o", str(tmp_path / "y.svg"))


def test_an_imputed_value_is_nobodys_strength(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """D has no value of b; the mean that it gets is above the median of 1, 1, 1 and 9."""
    config = make_index(
        "imputation: {method: mean}\n" + PLAIN, "unit,a,b\nA,1,1\nB,2,1\nC,3,1\nD,9,\nE,4,9\n"
    )
    profile = _said("plot", "profile", str(config), "--unit", "D", "-o", str(tmp_path / "x.svg"))
    assert "better than the median in 1 of 1 indicator (1 imputed)" in profile
    for step in ("raw", "imputed", "normalised"):
        rows = _said("audit", str(config), "--unit", "D", "--step", step).splitlines()
        assert [row.split()[1] for row in rows if row.split()[:1] == ["strength"]] == ["a"]


def test_a_capped_value_is_nobodys_strength(make_index: Callable[..., Path]) -> None:
    """A's value of a is far out and capped; that of b is first too, and stays as it is."""
    config = make_index(
        "treatment: {method: winsorise, max_points: 1, skewness: 0.5, kurtosis: 0.5}\n" + PLAIN,
        "unit,a,b\nA,99,9\nB,2,8\nC,3,7\nD,4,6\nE,5,5\n",
    )
    rows = [row.split() for row in _said("audit", str(config), "--unit", "A").splitlines()]
    assert [row[1] for row in rows if row[:1] == ["strength"]] == ["b"]
    on_page = payload(Answers(load(config)))
    assert on_page["capped"] == on_page["treated"] == [0]


def test_a_shared_place_is_told(make_index: Callable[..., Path]) -> None:
    config = make_index(
        PLAIN + "uncertainty: {draws: 20, vary: [{weights: uniform}]}\n", "unit,a,b\nA,1,2\nB,2,1\nC,0,0\n"
    )
    said = _said("uncertainty", str(config))
    assert "A is 1st, level with 1 other unit; " in said
    assert "C is 3rd; " in said


def test_no_figure_says_nan(make_index: Callable[..., Path], tmp_path: Path) -> None:
    """Indicator b has no value: no correlation, no skewness, no median of it."""
    config = make_index(PLAIN, "unit,a,b\nA,1,\nB,2,\nC,4,\n")
    for kind in ("scores", "correlations", "distribution", "profile", "icicle"):
        said = _said("plot", kind, str(config), "-o", str(tmp_path / "x.svg"))
        drawn = " ".join(re.findall(r">([^<>]+)<", (tmp_path / "x.svg").read_text("utf-8")))
        assert not re.search(r"\bnan\b|Warning", said + drawn), kind


OF_ONE_EDITION = (
    "audit",
    "compare",
    "robustness --simplex",
    "uncertainty --draws 20",
    "sensitivity --runs 16",
    "infer --order A>C",
)


@pytest.mark.parametrize("command", OF_ONE_EDITION)
def test_the_edition_is_named(command: str, make_index: Callable[..., Path]) -> None:
    """Of a panel the last edition is shown, and said."""
    more = "schemes: {other: {weighting: {method: entropy}}}\n"
    more += "uncertainty: {draws: 20, vary: [{weights: uniform}, {path: normalisation.method, "
    more += "alternatives: [min_max, z_score]}]}\n"
    config = make_index(
        PLAIN.replace("data.csv", "data.csv, edition: year") + more,
        "unit,year,a,b\nA,2020,1,5\nB,2020,2,3\nC,2020,4,1\nA,2021,1,4\nB,2021,3,3\nC,2021,4,2\n",
    )
    name, *options = command.split()
    assert "edition 2021" in _said(name, str(config), *options)
    assert "edition 2020" in _said(name, str(config), *options, "--edition", "2020")


def test_what_says_nothing_is_not_said(make_index: Callable[..., Path]) -> None:
    """All 4 units are always among the first 4; the first 1 is the first place."""
    more = "uncertainty: {draws: 20, vary: [{weights: uniform}]}\n"
    config = make_index(PLAIN + more, "unit,a,b\nA,1,4\nB,2,3\nC,3,2\nD,4,0\n")
    assert "set of the first" not in _said("robustness", str(config))
    assert "set of the first" not in _said("robustness", str(config), "--top", "1")
    assert "set of the first 2 " in _said("robustness", str(config), "--top", "2")
    said = _said("uncertainty", str(config), "--draws", "1")
    assert "of 1 draw" in said
    assert "of 1 draws" not in said
    assert "first 4" not in said
