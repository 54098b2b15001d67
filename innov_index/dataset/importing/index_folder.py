"""An imported index → a folder with index.yaml, framework.csv and the data files, valid as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from innov_index.config.load import load_config
from innov_index.dataset.assemble import read_dataset
from innov_index.dataset.importing import EDITION, NAME, UNIT, ImportedIndex, ImportedNode
from innov_index.dataset.importing.coin_tool import EXTENSIONS, read_coin_tool
from innov_index.dataset.importing.coinr import read_coinr, read_coinr_workbook, sheets_of_coinr
from innov_index.errors import DataError, InnovIndexError
from innov_index.frozen import frozen
from innov_index.io.rendering import to_csv
from innov_index.io.writing import write_new
from innov_index.model.sheet import Cell, Sheet

CONFIG, FRAMEWORK, DATA, UNITS = "index.yaml", "framework.csv", "data.csv", "units.csv"

_DIRECTIONS = {1: "higher_is_better", -1: "lower_is_better", 0: None}


def files_of(index: ImportedIndex) -> dict[str, str]:
    """The files of an imported index by name; index.yaml comes first.

    Without editions, one table has both units and values. With editions, units are in a separate table, so
    that denominators are read for each edition.
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
    """One row per unit, or per unit and edition."""
    columns: dict[str, Iterable[Cell]] = {UNIT: index.units}
    if index.editions:
        columns[EDITION] = index.editions
    else:
        columns |= {NAME: index.names, **index.groups}
    columns |= {name: tuple(map(_short, values)) for name, values in index.numbers.items()}
    return Sheet(list(columns), list(zip(*columns.values(), strict=True)))


def _units(index: ImportedIndex) -> Sheet:
    """One row per unit, from its first row."""
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
        "# Units, values, tree, weights and directions are from there; the steps below are defaults.",
        "# `innov-index methods STEP` lists the other methods of a step.",
        "version: 1",
        f"name: {_quoted(title)}",
        f"units: {_flow(units)}",
        f"indicators: {_flow({'file': DATA})}",
        "",
        "imputation: {method: none}",
        "# screening: {units: {min_coverage: 0.66}}",
        "treatment: {method: none} # e.g. {method: winsorise, max_points: 5, skewness: 2, kurtosis: 3.5}",
        *_normalisation(index),
        "weighting: {method: given}",
        "aggregation: {method: arithmetic}",
        "",
        f"index: {_flow({'file': FRAMEWORK})}",
        *_schemes(index.nodes),
    ]
    return "\n".join(lines) + "\n"


def _normalisation(index: ImportedIndex) -> list[str]:
    """COINr scales all years of a panel together, so that scores compare over time."""
    if not index.editions:
        return ["normalisation: {method: min_max, low: 0, high: 100}"]
    return [
        "# all editions are scaled together, as COINr does; without `reference` each is scaled by itself",
        "normalisation: {method: min_max, low: 0, high: 100, reference: pooled}",
    ]


def _schemes(nodes: Iterable[ImportedNode]) -> list[str]:
    """The goalposts of the other tool, as a scheme to try."""
    stated = [(node.code, node.goalposts) for node in nodes if node.goalposts]
    if not stated:
        return []
    lines = ["", "schemes:", "  goalposts:", "    description: with the goalposts that the other tool states"]
    for code, (lower, upper) in stated:
        options = {"method": "goalposts", "lower": lower, "upper": upper}
        lines.append(f"    {_quoted(f'index[{code}].normalisation')}: {_flow(options)}")
    return lines


def _short(value: Cell) -> Cell:
    """An integer value without its .0."""
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return int(value) if whole and value is not None else value


def _quoted(value: object) -> str:
    """A value as JSON, which is also valid YAML."""
    return json.dumps(value, ensure_ascii=False)


def _flow(mapping: dict[str, object]) -> str:
    entries = ", ".join(f"{key}: {_quoted(value)}" for key, value in mapping.items())
    return f"{{{entries}}}"


@frozen
class WrittenFiles:
    """The files written, the config first, and what a person should know about them."""

    files: tuple[Path, ...]
    remarks: tuple[str, ...]


def import_index(sources: Sequence[Path], folder: Path) -> WrittenFiles:
    """Read an index of another tool and write it as config, framework and data.

    Parameters
    ----------
    sources : paths
        COINr's iData and iMeta in either order, or one workbook with them, or one of the COIN Tool.
    folder : Path
        Created if it does not exist.

    Raises
    ------
    InnovIndexError
        A source is not valid, or one of the files exists already. Then nothing is written.
    """
    imported = read_sources(sources)
    _refuse_invalid(imported)
    return WrittenFiles(tuple(write_new(folder, files_of(imported))), imported.remarks)


def read_sources(sources: Sequence[Path]) -> ImportedIndex:
    """Read two tables, or one workbook that says by its sheets whose it is."""
    if len(sources) == 2:
        return read_coinr(*sources)
    if len(sources) == 1 and sources[0].name.lower().endswith(EXTENSIONS):
        sheets = sheets_of_coinr(sources[0])
        return read_coin_tool(sources[0]) if sheets is None else read_coinr_workbook(sources[0], sheets)
    raise DataError(
        "an import takes COINr's two tables, iData and iMeta, or one workbook (.xlsx, .xlsm): with these as "
        "sheets, or of the COIN Tool"
    )


def _refuse_invalid(imported: ImportedIndex) -> None:
    """Load what would be written; errors are reported without the name of the temporary folder."""
    with TemporaryDirectory() as trial:
        for name, text in files_of(imported).items():
            (Path(trial) / name).write_text(text, encoding="utf-8")
        try:
            read_dataset(load_config(Path(trial) / CONFIG))
        except InnovIndexError as error:
            raise InnovIndexError(
                "the imported data do not make a valid index:\n" + str(error).replace(f"{trial}/", "")
            ) from None
