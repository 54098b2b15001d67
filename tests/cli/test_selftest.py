"""`innov-index selftest`: what it says, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from innov_index.cli import main
from innov_index.methods import catalogue
from tests.indices import write_index


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["selftest", *map(str, arguments)])


def test_without_a_config_the_starter_agrees() -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert "numbers agree to at least" in result.output
    assert "Starter index" in result.output


def test_a_config_and_its_schemes(tmp_path: Path) -> None:
    path = write_index(tmp_path, more="schemes: {z: {normalisation: {method: z_score}}}")
    result = run(path)
    assert result.exit_code == 0, result.output
    assert "(the config as it stands and 1 scheme)" in result.output
    assert "(the config as it stands)" in run(path, "--scheme", "z").output


def test_a_difference_is_exit_code_1_with_node_and_unit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    minimum = catalogue.method("aggregation", "minimum")
    monkeypatch.setattr(minimum.function, "__code__", (lambda values: values[..., 0] * 1.0).__code__)
    path = write_index(tmp_path, more="aggregation: {method: minimum}")
    result = run(path, "--format", "json", "--differences")
    assert result.exit_code == 1
    rows = json.loads(result.stdout)
    assert {row["unit"] for row in rows if row["node"] == "P" and row["step"] == "scores"} <= set("ABCD")
    assert "node P, unit" in result.stderr


def test_bad_input_is_exit_code_2(tmp_path: Path) -> None:
    assert run(tmp_path / "none.yaml").exit_code == 2
    assert run(write_index(tmp_path), "--scheme", "none").exit_code == 2


def test_the_differences_are_a_table_of_their_own(tmp_path: Path) -> None:
    target = tmp_path / "differences.csv"
    result = run(write_index(tmp_path), "--differences", "-o", target)
    assert result.exit_code == 0, result.output
    assert target.read_text().splitlines() == ["tried,step,node,unit,edition,engine,other"]


def test_a_scheme_without_scores_is_told(tmp_path: Path) -> None:
    path = write_index(tmp_path, more="schemes: {log: {aggregation: {method: geometric}}}")
    result = run(path)
    assert "not tried: scheme log, which has no scores" in " ".join(result.output.split())
    assert result.exit_code == 0
