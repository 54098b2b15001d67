"""`innov-index audit`: findings by default, whole tables by section, one unit, groups, files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from innov_index.analysis.audit.findings import FINDINGS
from innov_index.analysis.audit.tables import SECTIONS
from innov_index.cli import main
from innov_index.cli.audit import OF_KINDS
from innov_index.io.rendering import to_workbook
from innov_index.model.sheet import Sheet
from innov_index.parameters import SECTIONS as OFFERED
from tests.indices import SMALL_DATA
from tests.references.asem import write_config

UNITS = {
    "id": "uCode",
    "name": "uName",
    "groups": ["EurAsia_group", "GDP_group"],
    "denominators": ["Area", "Energy", "GDP", "Population"],
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def table(*arguments: str | Path) -> list[dict[str, str]]:
    result = run(*arguments, "--format", "csv")
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.fixture(scope="module")
def asem(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    units = {**UNITS, "file": str(shared / "coinr/asem/iData.csv")}
    return write_config(shared, tmp_path_factory.mktemp("asem"), units=units)


def test_sections_offered_are_those_reported() -> None:
    assert tuple(SECTIONS) == OFFERED
    assert set(FINDINGS) <= set(SECTIONS)


def test_findings_name_what_is_wrong(asem: Path) -> None:
    """Every finding that is checked here is one of COINr's own flags; see tests/analysis/audit."""
    result = run("audit", asem)
    assert result.exit_code == 0, result.output
    assert "Data availability of units (--section availability): no findings" in result.output
    rows = table("audit", asem)
    found = {(row["section"], row["element"]) for row in rows}
    assert ("statistics", "Gas") in found
    assert ("correlations", "TBTs and RTAs") in found
    assert ("reliability", "SusEcFin") in found
    assert ("influence", "TBTs") in found
    assert next(row["element"] for row in rows if row["section"] == "removal") == "Conn"
    outliers = [row for row in rows if row["section"] == "statistics" and "outliers" in row["finding"]]
    assert len(outliers) == 18


@pytest.mark.parametrize("section", OFFERED)
def test_every_section_has_a_table(asem: Path, section: str) -> None:
    rows = table("audit", asem, "--section", section)
    assert rows
    assert run("audit", asem, "--section", section).exit_code == 0


def test_kinds_and_steps(asem: Path) -> None:
    pearson, kendall = (
        table("audit", asem, "--section", "correlations", "--kind", k) for k in ("pearson", "kendall")
    )
    assert len(pearson) == len(kendall) == 49 * 3 + 8 * 2 + 2 + 49 * 48 // 2 + 8 * 7 // 2 + 1
    assert pearson[0]["correlation"] != kendall[0]["correlation"]
    raw, treated = (table("audit", asem, "--section", "statistics", "--step", s) for s in ("raw", "treated"))
    assert float(raw[1]["skewness"]) == pytest.approx(2.1032871940515498, abs=1e-12)
    assert "outliers" in raw[1]["flags"]
    assert "outliers" not in treated[1]["flags"]


def test_one_unit(asem: Path) -> None:
    result = run("audit", asem, "--unit", "ESP", "--group", "GDP_group")
    assert "rank in GDP_group" in result.output
    assert "Cost to export/import" in result.output
    assert run("audit", asem, "--unit", "Spain").output == run("audit", asem, "--unit", "ESP").output
    wrong = run("audit", asem, "--unit", "Spian")
    assert wrong.exit_code == 2
    assert "Did you mean 'Spain'?" in wrong.output


def test_groups(asem: Path) -> None:
    rows = table("audit", asem, "--group", "GDP_group")
    first = [row["name"] for row in rows if row["Index"] == "1"]
    assert first == [next(r["name"] for r in rows if r["group"] == g) for g in ("L", "M", "S", "XL")]
    wrong = run("audit", asem, "--group", "GDP_grup")
    assert wrong.exit_code == 2
    assert "Did you mean 'GDP_group'?" in wrong.output


def test_files(asem: Path, tmp_path: Path) -> None:
    """A workbook has a sheet a section; another format takes one table."""
    assert run("audit", asem, "-o", tmp_path / "all.xlsx").exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == ["findings", *OFFERED]
    assert book["statistics"].max_row == 50
    provenance = json.loads((tmp_path / "all.xlsx.provenance.json").read_text("utf-8"))
    assert provenance["config"]["path"] == "index.yaml"
    assert run("audit", asem, "-o", tmp_path / "findings.csv").exit_code == 0
    assert (tmp_path / "findings.csv").read_text("utf-8").startswith("section,element,figure,finding\n")
    two = ("--section", "removal", "--section", "influence")
    refused = run("audit", asem, *two, "-o", tmp_path / "two.csv")
    assert refused.exit_code == 2
    assert "workbook (.xlsx)" in refused.output
    assert not (tmp_path / "two.csv").exists()
    assert run("audit", asem, *two, "--format", "json").exit_code == 2
    assert "## influence\n\n| node |" in run("audit", asem, *two, "--format", "markdown").stdout
    assert run("audit", asem, *two, "-o", tmp_path / "two.xlsx").exit_code == 0


def test_a_make_index_without_groups_or_denominators(make_index: Callable[..., Path]) -> None:
    """Four units, three indicators: nothing breaks where there is little to say."""
    config = make_index()
    for arguments in ((), ("--unit", "A"), *(("--section", section) for section in OFFERED)):
        result = run("audit", config, *arguments)
        assert result.exit_code == 0, result.output


def test_only_sizes_are_candidates_for_denominators(make_index: Callable[..., Path]) -> None:
    """Not coordinates, the ends of a scale, or a column with negative values; but what `per` names is one."""
    added = (
        "lat,lon,people,low,high,balance",
        *("1,2,100,0,9,-1", "2,4,200,0,9,2", "3,6,300,0,9,3", "4,8,400,0,9,4"),
    )
    lines = zip(SMALL_DATA.splitlines(), added, strict=True)
    scale = "normalisation: {method: goalposts_by_unit, lower: low, upper: high}"
    config = make_index(
        data="".join(f"{line},{more}\n" for line, more in lines),
        swap={
            "groups: [region]": "denominators: [population, balance], latitude: lat, longitude: lon",
            "{indicator: a}": f"{{indicator: a, {scale}}}",
            "{indicator: b}": "{indicator: b, per: people}",
        },
    )
    columns = list(table("audit", config, "--section", "denominators")[0])
    assert columns == ["indicator", "population", "people"]
    found = [row["finding"] for row in table("audit", config) if row["section"] == "denominators"]
    assert any("with people" in finding for finding in found)
    assert not any(
        name in finding for finding in found for name in (" lat:", " lon:", " low:", " high:", " balance:")
    )


def test_an_index_with_gaps_and_editions(make_index: Callable[..., Path]) -> None:
    data = (
        "unit,name,region,edition,a,b,c\nA,Alpha,N,2020,1,,5\nB,Beta,N,2020,2,30,4\nC,Gamma,S,2020,3,20,1\n"
        "A,Alpha,N,2021,4,3,5\nB,Beta,N,2021,2,,4\nD,Delta,S,2021,3,7,\n"
    )
    config = make_index(data=data)
    for section in OFFERED:
        kind = ("--kind", "kendall") if section in OF_KINDS else ()
        result = run("audit", config, "--section", section, *kind)
        assert result.exit_code == 0, result.output
    assert {row["unit"] for row in table("audit", config, "--section", "availability")} == {"A", "B", "D"}
    absent = run("audit", config, "--unit", "C")
    assert absent.exit_code == 2
    assert "no row in edition 2021" in absent.output
    assert run("audit", config, "--unit", "C", "--edition", "2020").exit_code == 0


def test_titles_that_excel_does_not_take(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(to_workbook({"ranks in a/b [c]": Sheet(["x"], [[1]]), "y" * 40: Sheet(["x"], [["=1"]])}))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["ranks in a b  c ", "y" * 31]
    assert book["y" * 31]["A2"].data_type == "s"
