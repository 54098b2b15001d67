"""`report`, `export` and `plot` write where their file comes from beside it, as `score -o` does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from innov_index.cli import main

pytest.importorskip("matplotlib")
pytest.importorskip("xlsxwriter")

SETTING = ("--set", "weighting.method=equal")


def _run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


def _beside(output: Path) -> dict:
    return json.loads(output.with_name(f"{output.name}.provenance.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["report"], "a.html"),
        (["export"], "a.xlsx"),
        (["plot", "scores"], "a.svg"),
        (["plot", "icicle"], "a.pdf"),
    ],
)
def test_every_file_has_the_provenance_that_score_gives(
    command: list[str], name: str, make_index: Callable[..., Path], tmp_path: Path
) -> None:
    config = make_index()
    _run("score", config, "-o", tmp_path / "scores.csv", *SETTING)
    result = _run(*command, config, "-o", tmp_path / name, *SETTING)
    assert f"{name}.provenance.json" in result.stderr
    assert _beside(tmp_path / name) == _beside(tmp_path / "scores.csv")


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_page_and_workbook_name_the_digest_themselves(
    make_index: Callable[..., Path], tmp_path: Path
) -> None:
    config = make_index()
    _run("report", config, "-o", tmp_path / "a.html")
    digest = _beside(tmp_path / "a.html")["digest"]
    assert f"<code>{digest}</code>" in (tmp_path / "a.html").read_text("utf-8")
    _run("export", config, "-o", tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Method"]
    assert digest in [cell.value for row in sheet.iter_rows() for cell in row]
