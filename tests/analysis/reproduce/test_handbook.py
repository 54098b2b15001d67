"""The handbook's printed figures: as many follow as an independent check found; the page is fresh."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

import innov_index
from innov_index.analysis.reproduce.announcements import Reproduction, compare_announcements
from tests.conftest import ROOT
from tests.references.asem import read_rows

CONFIGS = sorted((ROOT / "configs/handbook").glob("*.yaml"))


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_handbook", ROOT / "configs/build_handbook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_handbook"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def found() -> dict[str, Reproduction]:
    return {path.stem: compare_announcements(innov_index.load(path)) for path in CONFIGS}


def test_every_config_holds(found: dict[str, Reproduction]) -> None:
    assert len(found) > 10
    assert [name for name, one in found.items() if not one.holds] == []


def test_as_many_figures_follow_as_the_independent_check_found(
    found: dict[str, Reproduction], build: ModuleType, shared: Path
) -> None:
    """`check.py` beside the tables: its counts of tables that both recompute under the same reading."""
    rows = {row.name: row for one in found.values() for row in build.rows_of(one)}
    checked = read_rows(shared / "published/handbook/results.csv")
    theirs = {row["figure"]: int(row["figures"]) - int(row["beyond_rounding"]) for row in checked}
    same = {
        "Table 6": ["table 6, correlations"],
        "Tables 7 and 16": [
            "table 7/16, eigenvalues",
            "table 7/16, % of variance",
            "table 7/16, cumulative %",
        ],
        "Table 8": ["table 8, component loadings"],
        "Table 11": [
            "table 11, alpha of all (.70)",
            "table 11, alpha if deleted",
            "table 11, correlation with the rest",
        ],
        "Table 10 (another reading)": [
            f"table 10, {what}, two fixed boundaries"
            for what in ("ML loadings", "communality", "explained variance")
        ],
        "Table 15, classes": ["table 15, categorical as table 3 states"],
        "Table 17": ["table 17, squared scaled loadings", "table 17, shares"],
        "Table 19, scores": ["table 19 scores, min-max, weights 10-15 % of their sum"],
        "Table 23, AHP": ["table 23 AHP, goalposts cut"],
        "Table 23, EW": ["table 23 EW, goalposts cut at 1"],
        "Table 36": ["table 36, outranking"],
        "Table 37": ["table 37, support"],
        "Table 38, NCMC (another reading)": ["table 38 NCMC: row sums, two decimals, capped"],
        "Table 41, TAI6": ["table 41 TAI6, goalposts"],
        "Section 6.11": ["6.11 geometric means", "6.11 percentages"],
        "Box 7": ["box 7, contributions", "box 7, coefficient .57"],
    }
    assert {name: rows[name].following for name in same} == {
        name: sum(theirs[figure] for figure in figures) for name, figures in same.items()
    }
    # many weights reach a score of 1: the check found others, of which two more are printed
    assert (rows["Table 19, weights"].following, rows["Table 19, weights"].figures) == (162, 184)


def test_the_page_is_fresh(build: ModuleType) -> None:
    """`python configs/build_handbook.py` writes it."""
    page = build.readme()
    assert page == (ROOT / "configs/handbook/README.md").read_text("utf-8")
    assert "**1,149 of 1,200 follow**" in page


def test_the_readme_says_how_many_follow() -> None:
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert "1,149 of the 1,200 figures" in text
    assert "recalled, not compared with UNDP 2001" in text
