"""`innov-index reproduce`: what it prints, writes, and answers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from innov_index.cli import main
from tests.conftest import ROOT

PUBLISHED = ROOT / "configs/published"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["reproduce", *map(str, arguments)])


def test_what_holds_is_answered_with_0() -> None:
    result = run(PUBLISHED / "wipo-clusters-2022.yaml")
    assert result.exit_code == 0
    assert "to rounding" in result.output
    assert "what is claimed holds in 1 of 1 config" in result.output


def test_what_does_not_hold_is_answered_with_1_and_a_cause() -> None:
    result = run(PUBLISHED / "hdi.yaml", "--set", "rounding[hdi].method=none")
    assert result.exit_code == 1
    assert (
        "'hdi': ranks taken from scores rounded to 3 decimals would explain it: 27 figures fail"
        in result.output
    )


def test_unverified_inputs_decide_nothing() -> None:
    result = run(PUBLISHED / "wipo-clusters-2020.yaml", "--set", "index[share_pct].weight=0")
    assert result.exit_code == 0
    assert "not consistent, inputs unverified" in result.output
    assert "reproduced" not in result.output


def test_several_configs_write_one_table(tmp_path: Path) -> None:
    output = tmp_path / "cells.csv"
    result = run(PUBLISHED / "wipo-clusters-2022.yaml", PUBLISHED / "fsi-2021.yaml", "-o", output)
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(output.read_text(encoding="utf-8").splitlines()))
    assert {row["config"] for row in rows} == {"wipo-clusters-2022.yaml", "fsi-2021.yaml"}
    assert len(rows) == 277
    provenance = json.loads((tmp_path / "cells.csv.provenance.json").read_text(encoding="utf-8"))
    assert [entry["config"]["path"] for entry in provenance] == ["wipo-clusters-2022.yaml", "fsi-2021.yaml"]


def test_one_config_writes_the_usual_provenance(tmp_path: Path) -> None:
    output = tmp_path / "cells.json"
    assert run(PUBLISHED / "fsi-2021.yaml", "-o", output).exit_code == 0
    provenance = json.loads((tmp_path / "cells.json.provenance.json").read_text(encoding="utf-8"))
    assert provenance["config"]["path"] == "fsi-2021.yaml"


def test_a_pattern_names_several_configs() -> None:
    result = run(PUBLISHED / "wipo-*.yaml")
    assert result.exit_code == 0
    assert "holds in 4 of 4 configs" in result.output


def test_cells_are_printed_in_other_formats() -> None:
    result = CliRunner().invoke(main, ["reproduce", str(PUBLISHED / "fsi-2021.yaml"), "--format", "json"])
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)) == 177


@pytest.mark.parametrize("arguments", [[], ["no-such.yaml"], [str(PUBLISHED / "hdi.yaml"), "-o", "x.docx"]])
def test_mistakes_are_answered_with_2(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
