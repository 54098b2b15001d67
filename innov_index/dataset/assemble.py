"""The tables of units and indicators that a config names → `Dataset`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from innov_index.config.language import JoinedBlock
from innov_index.config.load import Config
from innov_index.dataset.config_tables import (
    EDITION,
    MOST,
    ConfigTables,
    codes_of_units,
    editions_of_rows,
    joined_columns,
    refuse_repeated,
    units_of_rows,
)
from innov_index.dataset.derived import DerivedIndicators, as_table, derive_indicators
from innov_index.dataset.unit_names import UnitNames, unit_names
from innov_index.errors import DataError, Problem, not_found
from innov_index.intake.tables.table import Table
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.dataset import Dataset, Units
from innov_index.model.result import Gravity, Remark
from innov_index.model.sheet import Sheet
from innov_index.wording import listed


@dataclass(frozen=True)
class ReadDataset:
    """A dataset, the files that it was read from, and remarks on reading them.

    `derived` are the indicators derived from raw records, if any.
    """

    dataset: Dataset
    files: tuple[Path, ...]
    remarks: tuple[str, ...]
    derived: DerivedIndicators | None = None


def read_dataset(config: Config) -> ReadDataset:
    """Read the tables that a config names, and derive indicators from raw records where it says so.

    Raises
    ------
    DataError
        A file, column, unit or value is not valid; the message says where.
    """
    block = config.block
    tables = ConfigTables(config.folder)
    derived = _derived(config)
    file = block.indicators.file
    values = None if file is None else tables.open(block.indicators, file)
    naming = unit_names(block.units)
    units = _units_table(config, values, derived, tables, naming)
    by_edition = (block.indicators.edition or EDITION) in units.columns
    codes, unit_rows = codes_of_units(
        units, block.units.id, repeated=by_edition or _stand_among_the_values(config)
    )
    if not codes:  # tables without rows are refused when they are read
        message = (
            "no unit came out of the records in `sources`; `innov-index derive` accounts for each record"
        )
        raise DataError(f"{config.path}: {message}")
    own_columns = _unit_columns(config, units)
    joined = _joined_tables(config, units, tables)
    wanted = _wanted(config, (*own_columns, *(name for block, _ in joined for name in block.columns)))
    names = _first(units, block.units.name, unit_rows) if block.units.name else codes
    if values is not None:
        values = naming.values_of(values, block.indicators.unit or block.units.id, codes, names)
    editions, matrix, present = _values(config, values, wanted, codes, derived)
    read_units = _units(config, units, codes, unit_rows, own_columns, editions)
    columns = dict(read_units.columns)
    for joined_block, table in joined:
        unit_column = joined_block.id or block.units.id
        table = naming.rows_about(table, unit_column, codes, names)
        columns |= joined_columns(table, joined_block, unit_column, codes, editions, present)
    dataset = Dataset(
        units=replace(read_units, columns=columns),
        indicators=tuple(wanted),
        values=matrix,
        present=present,
        editions=editions,
    )
    remarks = [*tables.remarks, *naming.remarks, *_absent(values, codes, present)]
    if derived is None:
        return ReadDataset(dataset, tables.files, tuple(remarks))
    files = dict.fromkeys((*tables.files, *derived.files))
    return ReadDataset(dataset, tuple(files), (*remarks, *derived.remarks(codes)), derived)


def _derived(config: Config) -> DerivedIndicators | None:
    """Indicators derived from raw records that the tree or an option uses."""
    if config.derivation is None:
        return None
    recipe = config.recipe
    return derive_indicators(config, wanted={*recipe.framework.indicators, *recipe.columns})


def _stand_among_the_values(config: Config) -> bool:
    """Whether the units have no separate table, so that rows of a unit may repeat."""
    units, indicators = config.block.units, config.block.indicators
    if indicators.file is None or units.file is None:
        return indicators.file is not None
    own, values = config.folder / units.file, config.folder / indicators.file
    return (own, units.sheet, units.range) == (values, indicators.sheet, indicators.range)


def _absent(values: Table | None, codes: tuple[str, ...], present: Bools) -> list[str]:
    """A remark on units that have no row in the table of values."""
    absent = [codes[unit] for unit in np.flatnonzero(~present.any(axis=0))]
    if not absent or values is None:
        return []
    return [Remark(f"{values.file} has no row for {listed(absent, 10)}", Gravity.FIGURE)]


def unit_codes(config: Config, derived: DerivedIndicators) -> tuple[str, ...]:
    """Codes of the units in order: from the table of units, or from the records."""
    tables = ConfigTables(config.folder)
    file = config.block.indicators.file
    values = None if file is None or config.block.units.file else tables.open(config.block.indicators, file)
    units = _units_table(config, values, derived, tables, unit_names(config.block.units))
    return codes_of_units(units, config.block.units.id, repeated=values is not None)[0]


def _units_table(
    config: Config,
    values: Table | None,
    derived: DerivedIndicators | None,
    tables: ConfigTables,
    naming: UnitNames,
) -> Table:
    """The table with one row for each unit."""
    block = config.block.units
    table = values if block.file is None else tables.open(block, block.file)
    if table is not None:
        table.require((block.id, *((block.name,) if block.name else ())), "the units")
        among = _stand_among_the_values(config)
        return naming.units_among_values(table) if among else naming.own_table(table)
    if derived is None:
        raise DataError(f"{config.path}: neither `units` nor `indicators` names a file")
    sheet = derived.units
    return as_table(Sheet((block.id, *sheet.columns[1:]), sheet.rows))


def _values(
    config: Config,
    table: Table | None,
    wanted: tuple[str, ...],
    codes: tuple[str, ...],
    derived: DerivedIndicators | None,
) -> tuple[tuple[str, ...], Floats, Bools]:
    """Editions, values (editions, units, indicators), and which units are present in each edition."""
    made = set() if derived is None else set(derived.columns)
    read = tuple(name for name in wanted if name not in made)
    if table is None:
        _require_derived(config, read, made)
        editions: tuple[str, ...] = ()
        matrix = np.full((1, len(codes), 0), np.nan)
        present = np.ones((1, len(codes)), dtype=np.bool_)
    else:
        editions, matrix, present = _read_values(config, table, read, codes)
    if derived is None:
        return editions, matrix, present
    position = {name: index for index, name in enumerate(read)}
    columns = [
        np.broadcast_to(derived.values(name, codes), matrix.shape[:2])
        if name in made
        else matrix[..., position[name]]
        for name in wanted
    ]
    return editions, np.stack(columns, axis=-1), present


def _require_derived(config: Config, names: Sequence[str], made: Iterable[str]) -> None:
    problems = [Problem(not_found("derived indicator", name, made, "in `sources`")) for name in names[:MOST]]
    DataError.raise_if(problems)


def _read_values(
    config: Config, values: Table, wanted: tuple[str, ...], codes: tuple[str, ...]
) -> tuple[tuple[str, ...], Floats, Bools]:
    block = config.block
    unit_column = block.indicators.unit or block.units.id
    values.require((unit_column,), "the indicators")
    editions, edition_of_row = editions_of_rows(values, block.indicators.edition)
    unit_of_row = units_of_rows(values, unit_column, codes)
    shape = (max(len(editions), 1), len(codes))
    if block.indicators.value is None:
        return editions, *_from_wide(values, wanted, unit_of_row, edition_of_row, shape)
    return editions, *_from_long(config, values, wanted, unit_of_row, edition_of_row, shape)


def _unit_columns(config: Config, table: Table) -> tuple[str, ...]:
    """Numeric columns of the table of units: declared denominators, and others that options use."""
    block = config.block.units
    places = tuple(column for column in (block.latitude, block.longitude) if column)
    named = (block.name,) if block.name else ()
    table.require((*block.groups, *block.denominators, *places, *named), "the units")
    indicators = set(config.recipe.framework.indicators)
    asked = [name for name in config.recipe.columns if name in table.columns and name not in indicators]
    return tuple(dict.fromkeys((*block.denominators, *places, *asked)))


def _joined_tables(config: Config, units: Table, tables: ConfigTables) -> list[tuple[JoinedBlock, Table]]:
    """The tables whose columns are joined to the units; each column must have one origin."""
    places = dict.fromkeys(units.columns, units.file)
    places |= dict.fromkeys(config.recipe.framework.indicators, "the tree")
    found = []
    for block in config.block.units.joined:
        for name in block.columns:
            if name in places:
                message = f"units.joined: column '{name}' of {block.file} is also in {places[name]}"
                raise DataError(f"{config.path}: {message}; rename one of them")
            places[name] = block.file
        table = tables.open(block, block.file)
        table.require(block.columns, "units.joined")
        found.append((block, table))
    return found


def _wanted(config: Config, own_columns: Iterable[str]) -> tuple[str, ...]:
    """Columns to read from the indicators: those of the tree, and others that options use."""
    asked = [name for name in config.recipe.columns if name not in set(own_columns)]
    return tuple(dict.fromkeys((*config.recipe.framework.indicators, *asked)))


def _units(
    config: Config,
    table: Table,
    codes: tuple[str, ...],
    rows: Ints,
    own_columns: tuple[str, ...],
    editions: tuple[str, ...],
) -> Units:
    block = config.block.units
    names = _first(table, block.name, rows) if block.name else codes
    groups = {column: _first(table, column, rows) for column in block.groups}
    numbers = _unit_numbers(config, table, codes, rows, own_columns, editions)
    columns = {name: numbers[..., index] for index, name in enumerate(own_columns)}
    return Units(codes, tuple(name or code for name, code in zip(names, codes, strict=True)), groups, columns)


def _unit_numbers(
    config: Config,
    table: Table,
    codes: tuple[str, ...],
    rows: Ints,
    own_columns: tuple[str, ...],
    editions: tuple[str, ...],
) -> Floats:
    """Numeric columns of the units (editions, units, columns), by edition if the table has editions."""
    shape = (max(len(editions), 1), len(codes), len(own_columns))
    if not own_columns:
        return np.empty(shape)
    numbers = table.numbers(own_columns)
    edition = config.block.indicators.edition or EDITION
    if not editions or edition not in table.columns:
        return np.array(np.broadcast_to(numbers[rows], shape))
    by_edition = np.full(shape, np.nan)
    position = {name: index for index, name in enumerate(editions)}
    at_edition = np.array([position.get(name, -1) for name in table.text(edition)], dtype=np.int64)
    known = at_edition >= 0
    by_edition[at_edition[known], units_of_rows(table, config.block.units.id, codes)[known]] = numbers[known]
    return by_edition


def _first(table: Table, column: str, rows: Ints) -> tuple[str, ...]:
    texts = table.text(column)
    return tuple(texts[row] for row in rows)


def _from_wide(
    table: Table, wanted: tuple[str, ...], units: Ints, editions: Ints, shape: tuple[int, int]
) -> tuple[Floats, Bools]:
    table.require(wanted, "the indicators")
    refuse_repeated(
        table, np.stack([editions, units], axis=1), "unit and edition" if shape[0] > 1 else "unit"
    )
    matrix = np.full((*shape, len(wanted)), np.nan)
    present = np.zeros(shape, dtype=np.bool_)
    matrix[editions, units] = table.numbers(wanted)
    present[editions, units] = True
    return matrix, present


def _from_long(
    config: Config,
    table: Table,
    wanted: tuple[str, ...],
    units: Ints,
    editions: Ints,
    shape: tuple[int, int],
) -> tuple[Floats, Bools]:
    block = config.block.indicators
    column, value = block.indicator or "indicator", block.value or "value"
    table.require((column, value), "the indicators")
    names = table.text(column)
    known = set(names)
    absent = [name for name in wanted if name not in known]
    if absent:
        problems = [not_found("row for indicator", name, known) for name in absent[:MOST]]
        raise DataError([Problem(f"{table.file}: {problem}") for problem in problems])
    position = {name: index for index, name in enumerate(wanted)}
    indicators = np.array([position.get(name, -1) for name in names], dtype=np.int64)
    used = indicators >= 0
    keys = np.stack([editions, units, indicators], axis=1)
    refuse_repeated(table, keys, "unit and indicator", used)
    matrix = np.full((*shape, len(wanted)), np.nan)
    present = np.zeros(shape, dtype=np.bool_)
    numbers = table.numbers((value,))[:, 0]
    matrix[editions[used], units[used], indicators[used]] = numbers[used]
    present[editions, units] = True
    return matrix, present
