"""`innov-index uncertainty`, `sensitivity` and `compare --product`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from innov_index.cli import main
from tests.conftest import ROOT

HUBS = str(ROOT / "configs/2020.yaml")


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, arguments)
    return result.exit_code, result.stdout, result.stderr


def test_one_page_that_anybody_understands() -> None:
    """Line 5 of the issue: place, interval, what matters most, what holds whatever the weights."""
    code, out, _ = run("uncertainty", HUBS, "--draws", "500")
    assert code == 0
    first = out.splitlines()[1]
    assert first.startswith("Boston is 2nd; between ")
    assert " in 90 % of 500 draws; the choice of " in first
    assert " matters most; with any weights within ±20 % it stays in the first " in first
    assert len(out.splitlines()) < 50
    assert "What varied:" in out
    assert "Monte Carlo error" in out


def test_one_unit_by_name() -> None:
    code, out, _ = run("uncertainty", HUBS, "--draws", "200", "--unit", "Beijing")
    assert code == 0
    assert out.startswith("Beijing is 8th; ")
    code, _, err = run("uncertainty", HUBS, "--draws", "200", "--unit", "Bejing")
    assert code == 2
    assert "Did you mean 'Beijing'?" in err


@pytest.mark.parametrize("table", ["ranks", "frequencies", "pairs", "central weights"])
def test_tables(table: str) -> None:
    code, out, _ = run("uncertainty", HUBS, "--draws", "300", "--table", table, "--format", "json")
    assert code == 0
    rows = json.loads(out)
    if table == "frequencies":
        assert len(rows) == 40
        shares = [sum(v for k, v in row.items() if k not in ("unit", "name")) for row in rows]
        np.testing.assert_allclose(shares, 1.0)


def test_every_variant_goes_to_a_file_and_can_be_replayed(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    file = tmp_path / "variants.parquet"
    code, _, err = run("uncertainty", HUBS, "--draws", "300", "--draws-file", str(file))
    assert code == 0
    assert "300 draws" in err
    table = parquet.read_table(file).to_pydict()
    assert len(table["draw"]) == 300
    code, out, err = run("uncertainty", HUBS, "--replay", "123", "--format", "json")
    assert code == 0
    for row in json.loads(out):
        assert row["score"] == pytest.approx(table[f"score {row['unit']}"][123], rel=1e-12)
        assert row["rank"] == table[f"rank {row['unit']}"][123]
    assert f"treatment: {table['treatment'][123]}" in err
    assert [p.name for p in tmp_path.iterdir()] == ["variants.parquet"]


def test_a_config_without_a_block_says_so(make_index) -> None:  # type: ignore[no-untyped-def]
    code, _, err = run("uncertainty", str(make_index()))
    assert code == 2
    assert "no `uncertainty:` block" in err


def test_sensitivity_prints_shares_and_a_tornado() -> None:
    code, out, _ = run("sensitivity", HUBS, "--runs", "64")
    assert code == 0
    assert "with all else" in out
    assert "one at a time" in out
    code, out, _ = run("sensitivity", HUBS, "--runs", "64", "--table", "pairs", "--format", "csv")
    assert code == 0
    assert out.startswith("input,other input,second,second error\n")
    code, _, err = run("sensitivity", HUBS, "--runs", "100")
    assert code == 2
    assert "power of two" in err


def test_all_sheets_in_one_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    file = tmp_path / "certainty.xlsx"
    assert run("uncertainty", HUBS, "--draws", "200", "-o", str(file))[0] == 0
    assert openpyxl.load_workbook(file).sheetnames == ["ranks", "frequencies", "pairs", "central weights"]


def test_compare_every_combination() -> None:
    code, out, _ = run("compare", HUBS, "--across", "weighting.method=[equal, entropy]", "--top", "3")
    assert code == 0
    assert "moved by" in out
    code, _, err = run("compare", HUBS, "--across", "weighting.method=[equal, entropi]")
    assert code == 2
    assert "Did you mean 'entropy'?" in err
