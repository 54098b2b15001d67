"""The tables of units and indicators that a config names → `Dataset`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

import numpy as np

from innov_index.config.language import JoinedBlock
from innov_index.config.load import Config
from innov_index.dataset.config_tables import (
    EDITION,
    MOST,
    ConfigTables,
    codes_of_units,
    joined_columns,
    positions_in,
)
from innov_index.dataset.derived import DerivedIndicators, as_table, derive_indicators
from innov_index.dataset.indicator_values import (
    IndicatorValues,
    arranged,
    gather,
    stated_places,
    unit_column,
    unit_columns,
    units_of,
)
from innov_index.dataset.record_editions import edition_remarks, with_editions_of_records
from innov_index.dataset.unit_names import UnitNames, unit_names
from innov_index.errors import DataError, Problem, not_found
from innov_index.frozen import frozen
from innov_index.intake.arrangement import Arrangement
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.intake.table import Table
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.dataset import Dataset, Units
from innov_index.model.result import Gravity, Remark
from innov_index.model.sheet import Sheet
from innov_index.wording import listed


@frozen
class ReadDataset:
    """A dataset, the files that it was read from, and remarks on reading them.

    `derived` are the indicators derived from raw records, if any. `notes` are marks beside values in the
    files, by the positions of edition, unit and indicator.
    """

    dataset: Dataset
    files: tuple[Path, ...]
    remarks: tuple[str, ...]
    derived: DerivedIndicators | None = None
    notes: Mapping[tuple[int, int, int], str] = field(default_factory=dict)


def read_dataset(config: Config) -> ReadDataset:
    """Read the tables that a config names, and derive indicators from raw records where it says so.

    Raises
    ------
    DataError
        A file, column, unit or value is not valid; the message says where.
    """
    block = config.block
    tables = ConfigTables(config.folder, config.given.frames)
    derived = _derived(config)
    naming = unit_names(block.units)
    values = _tables_of_values(config, tables)
    units = _units_table(config, values, derived, tables, naming)
    own_columns = _unit_columns(config, units)
    joined = _joined_tables(config, units, tables)
    wanted = _wanted(config, (*own_columns, *(name for block, _ in joined for name in block.columns)))
    made = set() if derived is None else set(derived.columns)
    read = tuple(name for name in wanted if name not in made)
    found = arranged(_named(config, values, units, naming), block.indicators, block.units.id, read)
    codes, unit_rows = _unit_rows(config, units, found)
    if not codes:  # tables without rows are refused when they are read
        message = (
            "no unit came out of the records in `sources`; `innov-index derive` accounts for each record"
        )
        raise DataError(f"{config.path}: {message}")
    names = unit_rows.texts(block.units.name) if block.units.name else codes
    if derived is not None:
        derived = derived.renamed(_other_names(derived, naming, codes, names))
    gathered = with_editions_of_records(_gathered(config, found, read, codes, made), derived)
    editions = gathered.editions
    matrix = gathered.matrix if derived is None else _with_derived(gathered, read, wanted, derived, codes)
    named = {} if derived is None else derived.names
    read_units = _units(config, unit_rows, codes, own_columns, editions, named)
    columns = dict(read_units.columns)
    for joined_block, table in joined:
        unit_column = joined_block.id or block.units.id
        table = naming.rows_about(table, unit_column, codes, names)
        columns |= joined_columns(table, joined_block, unit_column, codes, editions, gathered.present)
    dataset = Dataset(
        units=replace(read_units, columns=columns),
        indicators=tuple(wanted),
        values=matrix,
        present=gathered.present,
        editions=editions,
    )
    remarks = [
        *config.given.remarks,
        *tables.remarks,
        *naming.remarks,
        *gathered.remarks,
        *_absent(values, codes, gathered.present),
    ]
    if derived is None:
        return ReadDataset(dataset, tables.files, tuple(remarks), notes=gathered.notes)
    files = dict.fromkeys((*tables.files, *derived.files))
    remarks += edition_remarks(derived, editions)
    return ReadDataset(dataset, tuple(files), (*remarks, *derived.remarks(codes)), derived, gathered.notes)


def _derived(config: Config) -> DerivedIndicators | None:
    """Indicators derived from raw records that the tree or an option uses."""
    if config.derivation is None:
        return None
    recipe = config.recipe
    return derive_indicators(config, wanted={*recipe.framework.indicators, *recipe.columns})


def _tables_of_values(config: Config, tables: ConfigTables) -> list[Table]:
    """The tables of indicators, if the config names any."""
    block, units = config.block.indicators, config.block.units
    if block.file is None:
        return []
    files = [block.file] if isinstance(block.file, str) else block.file
    stated = stated_places(block, units.id)
    named = [name for name in (stated.edition, *stated.indicator, stated.value, units.name) if name]
    keys, leaves = unit_columns(block, units.id), config.recipe.framework.indicators
    compared = [column for own in (block, units, *units.joined) for column in own.where]
    texts = {*keys, *named, units.id, *units.groups, *compared}
    asked = Asked(keys, (*named, *leaves), frozenset(leaves) - texts)
    return tables.open_all(block, files, asked)


def _absent(values: Sequence[Table], codes: tuple[str, ...], present: Bools) -> list[str]:
    """A remark on units that have no row in the tables of values."""
    absent = [codes[unit] for unit in np.flatnonzero(~present.any(axis=0))]
    if not absent or not values:
        return []
    files = listed(dict.fromkeys(table.file for table in values), 3)
    have = "has" if len({table.file for table in values}) == 1 else "have"
    return [Remark(f"{files} {have} no row for {listed(absent, 10)}", Gravity.FIGURE)]


@frozen
class RecordUnits:
    """The units that derived indicators are of.

    Attributes
    ----------
    codes
        In order, from the table of units or the records.
    meant
        The code of each unit that records name in another way.
    files
        Tables that say so.
    """

    codes: tuple[str, ...]
    meant: Mapping[str, str]
    files: tuple[Path, ...]


def units_of_records(config: Config, derived: DerivedIndicators) -> RecordUnits:
    """The units of a config's derived indicators."""
    tables, block = ConfigTables(config.folder, config.given.frames), config.block.units
    values = [] if block.file else _tables_of_values(config, tables)
    naming = unit_names(block)
    units = _units_table(config, values, derived, tables, naming)
    codes, first = codes_of_units(units, block.id, repeated=bool(values))
    names = _UnitRows(units, block.id, first, None).texts(block.name) if block.name else codes
    return RecordUnits(codes, _other_names(derived, naming, codes, names), tables.files)


def _other_names(
    derived: DerivedIndicators, naming: UnitNames, codes: Sequence[str], names: Sequence[str]
) -> dict[str, str]:
    """The code of each unit that records name in another way."""
    texts = sorted({unit for column in derived.columns.values() for unit in column.units})
    meant = naming.meanings(texts, codes, names).units
    return {text: codes[at] for text, at in meant.items() if text != codes[at]}


def _units_table(
    config: Config,
    values: Sequence[Table],
    derived: DerivedIndicators | None,
    tables: ConfigTables,
    naming: UnitNames,
) -> Table:
    """The table of units; without one of their own the first table of indicators."""
    block = config.block.units
    if block.file is not None:
        named = [name for name in (block.name, *block.groups, *block.denominators) if name]
        table = tables.open(block, block.file, Asked((block.id,), tuple(named)))
        table.require((block.id, *((block.name,) if block.name else ())), "the units")
        return naming.own_table(table)
    if values:
        values[0].require((unit_column(values[0], config.block.indicators, block.id),), "the units")
        return naming.units_among_values(values[0])
    if derived is None:
        raise DataError(f"{config.path}: neither `units` nor `indicators` names a file")
    sheet = derived.units
    return as_table(Sheet((block.id, *sheet.columns[1:]), sheet.rows))


def _named(config: Config, values: Sequence[Table], units: Table, naming: UnitNames) -> list[Table]:
    """The tables of indicators with the codes of the units in place of other names for them."""
    if not values:
        return []
    block = config.block.units
    columns = [unit_column(table, config.block.indicators, block.id) for table in values]
    own = block.id if block.file is not None else columns[0]
    codes = codes_of_units(units, own, repeated=True)
    names = codes[0]
    if block.name is not None and block.name in units:
        texts = units.text(block.name)
        names = tuple(texts[row] for row in codes[1].tolist())
    for table, column in zip(values, columns, strict=True):
        table.require((column,), "the indicators")
    pairs = list(zip(values, columns, strict=True))
    if block.file is not None:
        return [naming.values_of(table, column, codes[0], names) for table, column in pairs]
    return [units, *(naming.rows_about(table, column, codes[0], names) for table, column in pairs[1:])]


def _unit_rows(
    config: Config, units: Table, found: Sequence[Arrangement]
) -> tuple[tuple[str, ...], _UnitRows]:
    """Codes of the units, and where each is in the table of units."""
    column = config.block.units.id
    if config.block.units.file is not None or not found:
        stated = config.block.indicators.edition
        named = stated if isinstance(stated, str) else EDITION
        edition = named if named in units else None
        codes, first = codes_of_units(units, column, repeated=edition is not None and found != [])
        return codes, _UnitRows(units, column, first, edition)
    codes, own = units_of(found), found[0]
    texts = units.text(own.unit)
    if codes is texts:
        return codes, _UnitRows(units, own.unit, np.arange(len(codes), dtype=np.int64), own.edition)
    rows = dict(zip(reversed(texts), range(len(texts) - 1, -1, -1), strict=True))
    first = np.array([rows.get(code, -1) for code in codes], dtype=np.int64)
    return codes, _UnitRows(units, own.unit, first, own.edition)


def _gathered(
    config: Config,
    found: Sequence[Arrangement],
    read: tuple[str, ...],
    codes: tuple[str, ...],
    made: set[str],
) -> IndicatorValues:
    if found:
        return gather(found, read, codes)
    _require_derived(read, made)
    return IndicatorValues(
        (), np.full((1, len(codes), 0), np.nan), np.ones((1, len(codes)), dtype=np.bool_), {}, ()
    )


def _with_derived(
    gathered: IndicatorValues,
    read: Sequence[str],
    wanted: Sequence[str],
    derived: DerivedIndicators,
    codes: tuple[str, ...],
) -> Floats:
    """The values of all wanted indicators, read or derived."""
    position = {name: index for index, name in enumerate(read)}
    columns = [
        gathered.matrix[..., position[name]]
        if name in position
        else np.stack([derived.values(name, codes, each) for each in gathered.editions or ("",)])
        for name in wanted
    ]
    return np.stack(columns, axis=-1)


def _require_derived(names: Sequence[str], made: Iterable[str]) -> None:
    problems = [Problem(not_found("derived indicator", name, made, "in `sources`")) for name in names[:MOST]]
    DataError.raise_if(problems)


def _unit_columns(config: Config, table: Table) -> tuple[str, ...]:
    """Numeric columns of the table of units: declared denominators, and others that options use."""
    block = config.block.units
    places = tuple(column for column in (block.latitude, block.longitude) if column)
    named = (block.name,) if block.name else ()
    table.require((*block.groups, *block.denominators, *places, *named), "the units")
    indicators = set(config.recipe.framework.indicators)
    asked = [name for name in config.recipe.columns if name in table and name not in indicators]
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
        named = Asked((block.id or config.block.units.id,), tuple(block.columns))
        table = tables.open(block, block.file, named)
        table.require(block.columns, "units.joined")
        found.append((block, table))
    return found


def _wanted(config: Config, own_columns: Iterable[str]) -> tuple[str, ...]:
    """Columns to read from the indicators: those of the tree, and others that options use."""
    asked = [name for name in config.recipe.columns if name not in set(own_columns)]
    return tuple(dict.fromkeys((*config.recipe.framework.indicators, *asked)))


@frozen
class _UnitRows:
    """The table of units: column of codes, first row of each unit (-1: none), column of editions."""

    table: Table
    column: str
    first: Ints
    edition: str | None

    def texts(self, column: str) -> tuple[str, ...]:
        """A column of text, one for each unit; empty where a unit has no row."""
        texts = self.table.text(column)
        return tuple("" if row < 0 else texts[row] for row in self.first.tolist())

    def numbers(self, columns: tuple[str, ...], codes: tuple[str, ...], editions: tuple[str, ...]) -> Floats:
        """Columns of numbers (editions, units, columns), by edition if the table has editions."""
        shape = (max(len(editions), 1), len(codes), len(columns))
        if not columns:
            return np.empty(shape)
        numbers = self.table.numbers(columns)
        if not editions or self.edition is None:
            own = np.where((self.first >= 0)[:, None], numbers[self.first], np.nan)
            return np.array(np.broadcast_to(own, shape))
        by_edition = np.full(shape, np.nan)
        edition = positions_in(editions, self.table.text(self.edition))
        unit = positions_in(codes, self.table.text(self.column))
        known = (edition >= 0) & (unit >= 0)
        by_edition[edition[known], unit[known]] = numbers[known]
        return by_edition


def _units(
    config: Config,
    rows: _UnitRows,
    codes: tuple[str, ...],
    own_columns: tuple[str, ...],
    editions: tuple[str, ...],
    named: Mapping[str, str],
) -> Units:
    block = config.block.units
    names = rows.texts(block.name) if block.name else [named.get(code, code) for code in codes]
    groups = {column: rows.texts(column) for column in block.groups}
    numbers = rows.numbers(own_columns, codes, editions)
    columns = {name: numbers[..., index] for index, name in enumerate(own_columns)}
    return Units(codes, tuple(name or code for name, code in zip(names, codes, strict=True)), groups, columns)
