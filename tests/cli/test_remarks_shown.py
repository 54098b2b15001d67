"""Remarks on a screen: the gravest in about ten lines, all of them with `--remarks` and in the provenance."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index import errors
from innov_index.analysis.validity import validate
from innov_index.cli import COMMANDS, main
from innov_index.index import Index, load
from innov_index.report import workbook
from tests.indices import write_index

CODES = [f"x{i}" for i in range(30)]
CONFIG = """\
indicators: {file: data.csv}
normalisation: {method: goalposts, lower: 100, upper: 200}
schemes: {equal: {weighting: {method: equal}}}
uncertainty: {draws: 20, vary: [{weights: noise, amount: 0.2}]}
index: {code: I, children: [{indicator: size, normalisation: {method: min_max}}, %s]}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Thirty indicators whose goalposts are those of another unit of measurement."""
    rows = [["unit", "size", *CODES], *([f"u{i}", i, *range(i, i + 30)] for i in range(1, 5))]
    children = ", ".join(f"{{indicator: {code}}}" for code in CODES)
    return write_index(tmp_path, CONFIG % children, rows)


def printed(*words: str | Path) -> list[str]:
    result = CliRunner().invoke(main, [*map(str, words)])
    assert result.exit_code == 0, result.output
    return [line for line in result.output.splitlines() if line.startswith("- ")]


@pytest.mark.parametrize(
    "words", ["score", "score --full", "score --format csv", "validate", "compare", "audit"]
)
def test_about_ten_lines_or_all(config: Path, words: str) -> None:
    command, *options = words.split()
    short = [line for line in printed(command, config, *options) if "every unit lies" in line]
    assert 1 <= len(short) <= 3
    assert f"- … and {30 - len(short)} more indicators" in "\n".join(printed(command, config, *options))
    assert "--remarks shows all" in printed(command, config, *options)[-1]
    whole = printed(command, config, *options, "--remarks")
    assert sum("every unit lies" in line for line in whole) == 30
    assert not [line for line in whole if "--remarks" in line or "…" in line]


def test_uncertainty_and_robustness_say_what_score_says(config: Path) -> None:
    for command in ("uncertainty", "robustness"):
        assert [line for line in printed(command, config) if "every unit lies" in line]


def test_all_of_them_in_the_provenance(config: Path) -> None:
    output = config.parent / "out.csv"
    printed("score", config, "-o", output)
    remarks = json.loads((config.parent / "out.csv.provenance.json").read_text())["remarks"]
    assert len(remarks) == 30


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_shows_remarks_has_the_option(name: str) -> None:
    command = main.get_command(main.make_context("innov-index", ["schema"]), name)
    assert command is not None
    options = {option for parameter in command.params for option in parameter.opts}
    silent = {"report", "export", "plot", "methods", "schema", "init"}
    assert ("--remarks" in options) == (name not in silent)


def test_validate_says_that_outputs_were_not_tried(make_index: Callable[..., Path]) -> None:
    said = CliRunner().invoke(main, ["validate", str(make_index())]).output
    assert "not tried: page, workbook and figures (--outputs makes them)" in said
    assert "made without a fault" not in said


def test_validate_makes_every_output(make_index: Callable[..., Path]) -> None:
    said = CliRunner().invoke(main, ["validate", str(make_index()), "--outputs"]).output
    assert "made without a fault: page, workbook, figure scores" in said
    assert "not tried: figure intervals" in said


def test_validate_without_the_extras(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(package: str, feature: str, extra: str) -> None:
        raise errors.MissingExtraError(feature, extra)

    monkeypatch.setattr(errors, "load_extra", lacking)
    said = CliRunner().invoke(main, ["validate", str(make_index()), "--outputs"]).output
    assert "not tried: page (drawing the figures of the page needs an extra package" in said
    assert "not tried: figure scores" in said


def test_validate_tells_of_an_output_that_cannot_be_made(make_index: Callable[..., Path]) -> None:
    def fails() -> None:
        raise errors.InnovIndexError("no ink")

    with pytest.raises(errors.InnovIndexError, match=r"^page: no ink$"):
        validate(load(make_index()), lambda _: {"page": fails})


def test_validate_makes_the_outputs_of_every_edition(
    make_index: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workbook of 2020 fails, that of the last edition does not; of 2022 no unit has a score."""
    asked = []

    def made(index: Index, edition: str | None = None) -> bytes:
        asked.append(edition)
        if edition == "2020":
            raise errors.InnovIndexError("no workbook")
        return b""

    monkeypatch.setattr(workbook, "workbook", made)
    rows = [
        f"{unit},{year},{k if year < 2022 else ''},{k * k if year < 2022 else ''}"
        for year in (2020, 2021, 2022)
        for k, unit in enumerate("ABC")
    ]
    config = make_index(
        "units: {id: unit}\nindicators: {file: data.csv, edition: year}\n"
        "index: {code: X, children: [{indicator: a}, {indicator: b}]}\n",
        "unit,year,a,b\n" + "\n".join(rows) + "\n",
    )
    result = CliRunner().invoke(main, ["validate", str(config), "--outputs"])
    assert result.exit_code == 2
    assert result.output.strip().endswith("workbook of edition 2020: no workbook")
    assert asked == ["2020", "2021"]
    monkeypatch.undo()
    said = CliRunner().invoke(main, ["validate", str(config), "--outputs"]).output
    assert "made without a fault in each of 2 editions: page, workbook, " in said
    assert "3 units, 3 editions, 2 indicators, 1 dimension with the index, 0 schemes" in said
    (left_out,) = [line for line in said.splitlines() if line.startswith("- not tried: ")]
    assert "figure slope of edition 2020" in left_out  # no edition comes before it
    assert "figure network" in left_out
    assert "network of edition" not in left_out
