"""Made-up files in the layouts of public sources, and what is right for them (shared/records)."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from collections.abc import Iterable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from innov_index.config.sources import read_derivation
from innov_index.config.yaml_reader import parse_yaml
from innov_index.errors import ConfigError
from innov_index.sources.lost_shares import Losses, added_losses
from innov_index.sources.run_sources import derive
from innov_index.sources.source_kinds import SourceResult


def assert_right(
    folder: Path,
    table: str,
    rows: Iterable[Mapping[str, object]],
    own: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The rows are those of an expected table, by the program that comes with it.

    Parameters
    ----------
    folder : Path
        One of shared/records.
    table : str
        Name of an expected table in it.
    rows : mappings of column to cell
    own : Path
        Where the rows are written for the program.
    """
    spec = importlib.util.spec_from_file_location("check_of_records", folder.parent / "check.py")
    assert spec is not None
    assert spec.loader is not None
    check = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check)
    exit_code = check.main(folder.name, table, written(own, rows))
    assert exit_code == 0, capsys.readouterr().out


def derived(folder: Path, level: str, source: Mapping[str, Any]) -> SourceResult:
    """What a source of a config gives, by listed cities, as written, or by countries."""
    units = level if level == "as written" else "country"
    placed = {"cities": "cities.csv"} if level == "city" else {"units": units}
    config = parse_yaml(json.dumps({"places": placed, "sources": [dict(source)]}), "test")
    derivation, problems = read_derivation(config)
    if derivation is None:
        raise ConfigError(problems)
    (result,) = derive(derivation.sources, derivation.places, folder)
    return result


def cities(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "cities.csv").open(encoding="utf-8") as file:
        return {row["geonames_id"]: row for row in csv.DictReader(file)}


def key(folder: Path, level: str, unit: str, ending: str = "") -> dict[str, str]:
    """The columns of the right tables that name a unit."""
    if level != "city":
        return {f"{level}{ending}": unit}
    return {f"{name}{ending}": cities(folder)[unit][name] for name in ("city", "region", "country")}


def rows_by_year(folder: Path, level: str, result: SourceResult) -> list[dict[str, object]]:
    """The rows of a right table: unit, year, and the value of each indicator."""
    columns = result.columns
    first = next(iter(columns.values()))
    return [
        {**key(folder, level, unit), "year": year}
        | {measure: column.editions[year].values.get(unit, 0) for measure, column in columns.items()}
        for year in first.editions
        for unit in first.editions[year].values
    ]


def rows_of_ties(folder: Path, level: str, result: SourceResult) -> list[dict[str, object]]:
    """The rows of a right table of edges: two units, and the weight of their tie by each indicator."""
    ties: dict[tuple[str, str], dict[str, object]] = {}
    for measure in result.columns:
        edges = csv.DictReader(io.StringIO(result.exports[f"{measure}.edges.csv"]().decode()))
        for edge in edges:
            ties.setdefault((edge["source"], edge["target"]), {})[measure] = edge["weight"]
    return [
        {**key(folder, level, one, "_a"), **key(folder, level, other, "_b")}
        | {measure: own.get(measure, 0) for measure in result.columns}
        for (one, other), own in ties.items()
    ]


def lost_by_cause(result: SourceResult, indicator: str) -> Losses:
    """What an indicator loses of its documents, over all editions."""
    return reduce(added_losses, (own.lost for own in result.columns[indicator].editions.values()))


def right_account(folder: Path) -> dict[str, int]:
    """How many records had each fate, by the table that comes with them."""
    with (folder / "expected_account.csv").open(encoding="utf-8") as file:
        return {row["reason"]: int(row["records"]) for row in csv.DictReader(file)}


def written(path: Path, rows: Iterable[Mapping[str, object]]) -> str:
    table = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    return str(path)
