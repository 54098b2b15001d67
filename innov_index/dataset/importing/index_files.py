"""An imported index → the texts of index.yaml, framework.csv and the data files."""

from __future__ import annotations

import json
from collections.abc import Iterable

from innov_index.dataset.importing.imported import EDITION, NAME, UNIT, ImportedIndex, ImportedNode
from innov_index.io.rendering import to_csv
from innov_index.model.sheet import Cell, Sheet

CONFIG, FRAMEWORK, DATA, UNITS = "index.yaml", "framework.csv", "data.csv", "units.csv"

_DIRECTIONS = {1: "higher_is_better", -1: "lower_is_better", 0: None}


def files_of(index: ImportedIndex) -> dict[str, str]:
    """The files of an imported index by name; index.yaml comes first.

    A table without editions holds units and values together. With editions the units stand in a table of
    their own, so that a denominator is read for each edition.
    """
    files = {CONFIG: _config(index), FRAMEWORK: to_csv(_framework(index)), DATA: to_csv(_data(index))}
    if index.editions:
        files[UNITS] = to_csv(_units(index))
    return files


def _framework(index: ImportedIndex) -> Sheet:
    columns = ["code", "parent", "name", "weight", "direction", "unit", "per"]
    rows: list[list[Cell]] = [
        [
            node.code,
            node.parent,
            node.name or None,
            _short(node.weight) if node.parent else None,
            _DIRECTIONS[node.direction],
            node.unit or None,
            node.per or None,
        ]
        for node in index.nodes
    ]
    return Sheet(columns, rows)


def _data(index: ImportedIndex) -> Sheet:
    """One row a unit, or a unit and edition."""
    columns: dict[str, Iterable[Cell]] = {UNIT: index.units}
    if index.editions:
        columns[EDITION] = index.editions
    else:
        columns |= {NAME: index.names, **index.groups}
    columns |= {name: tuple(map(_short, values)) for name, values in index.numbers.items()}
    return Sheet(list(columns), list(zip(*columns.values(), strict=True)))


def _units(index: ImportedIndex) -> Sheet:
    """One row a unit, as it stands where the unit comes first."""
    first = {unit: row for row, unit in reversed(list(enumerate(index.units)))}
    rows = [
        [unit, index.names[first[unit]], *(labels[first[unit]] for labels in index.groups.values())]
        for unit in dict.fromkeys(index.units)
    ]
    return Sheet([UNIT, NAME, *index.groups], rows)


def _config(index: ImportedIndex) -> str:
    units: dict[str, object] = {"file": UNITS if index.editions else DATA, "id": UNIT, "name": NAME}
    if index.groups:
        units["groups"] = list(index.groups)
    if index.denominators and not index.editions:
        units["denominators"] = list(index.denominators)
    title = index.root.name or index.root.code
    lines = [
        f"# Imported from {index.source}.",
        "# Units, values, tree, weights and directions come from there; the steps below are defaults.",
        "# `innov-index methods STEP` lists what else may stand in a step.",
        "version: 1",
        f"name: {_quoted(title)}",
        f"units: {_flow(units)}",
        f"indicators: {_flow({'file': DATA})}",
        "",
        "imputation: {method: none}",
        "# screening: {units: {min_coverage: 0.66}}",
        "treatment: {method: none} # e.g. {method: winsorise, max_points: 5, skewness: 2, kurtosis: 3.5}",
        "normalisation: {method: min_max, low: 0, high: 100}",
        "weighting: {method: given}",
        "aggregation: {method: arithmetic}",
        "",
        f"index: {_flow({'file': FRAMEWORK})}",
        *_schemes(index.nodes),
    ]
    return "\n".join(lines) + "\n"


def _schemes(nodes: Iterable[ImportedNode]) -> list[str]:
    """The goalposts of the other tool, as a variation to try."""
    stated = [(node.code, node.goalposts) for node in nodes if node.goalposts]
    if not stated:
        return []
    lines = ["", "schemes:", "  goalposts:", "    description: with the goalposts that the other tool states"]
    for code, (lower, upper) in stated:
        options = {"method": "goalposts", "lower": lower, "upper": upper}
        lines.append(f"    {_quoted(f'index[{code}].normalisation')}: {_flow(options)}")
    return lines


def _short(value: Cell) -> Cell:
    """A whole number without its .0."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return int(value) if whole and value is not None else value


def _quoted(value: object) -> str:
    """A value as JSON, which is YAML too."""
    return json.dumps(value, ensure_ascii=False)


def _flow(mapping: dict[str, object]) -> str:
    entries = ", ".join(f"{key}: {_quoted(value)}" for key, value in mapping.items())
    return f"{{{entries}}}"
