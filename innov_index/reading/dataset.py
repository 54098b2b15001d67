"""The tables of units and indicators that a config names → `Dataset`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from innov_index.config.language import TableBlock
from innov_index.config.load import Config
from innov_index.config.steps import texts_of
from innov_index.errors import DataError, Problem, did_you_mean
from innov_index.io.rendering import Sheet
from innov_index.io.tables import Table, read_table
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.dataset import Dataset, Units
from innov_index.reading.derived import DerivedIndicators, as_table, derive_indicators

EDITION = "edition"
_MOST = 20


@dataclass(frozen=True)
class ReadDataset:
    """A dataset, the files it came from, and what was noticed on reading them.

    `derived` are the indicators among it that come from raw records, if any.
    """

    dataset: Dataset
    files: tuple[Path, ...]
    remarks: tuple[str, ...]
    derived: DerivedIndicators | None = None


def read_dataset(config: Config) -> ReadDataset:
    """Read the tables that a config names, and derive what it derives from raw records.

    Raises
    ------
    DataError
        A file, column, unit or value is not as it must be; the message says where.
    """
    block = config.block
    tables: dict[Path, Table] = {}
    derived = None
    if config.derivation is not None:
        recipe = config.recipe
        derived = derive_indicators(config, wanted={*recipe.framework.indicators, *recipe.columns})
    file = block.indicators.file
    values = None if file is None else _open(config, block.indicators, file, tables)
    units = _units_table(config, values, derived, tables)
    by_edition = (block.indicators.edition or EDITION) in units.columns
    repeated = by_edition or (values is not None and units.file == values.file)
    codes, unit_rows = _unit_codes(units, block.units.id, repeated=repeated)
    own_columns = _unit_columns(config, units)
    wanted = _wanted(config, own_columns)
    editions, matrix, there = _values(config, values, wanted, codes, derived)
    dataset = Dataset(
        units=_units(config, units, codes, unit_rows, own_columns, editions),
        indicators=tuple(wanted),
        values=matrix,
        present=there,
        editions=editions,
    )
    remarks = [remark for table in tables.values() for remark in table.remarks]
    absent = [codes[unit] for unit in np.flatnonzero(~there.any(axis=0))]
    if absent and values is not None:
        remarks.append(f"{values.file} has no row for {_listed(absent)}")
    if derived is None:
        return ReadDataset(dataset, tuple(tables), tuple(remarks))
    files = dict.fromkeys((*tables, *derived.files))
    return ReadDataset(dataset, tuple(files), (*remarks, *derived.remarks(codes)), derived)


def unit_codes(config: Config, derived: DerivedIndicators) -> tuple[str, ...]:
    """The units' codes in order: those of the table of units, or those that the records give."""
    tables: dict[Path, Table] = {}
    file = config.block.indicators.file
    values = (
        None
        if file is None or config.block.units.file
        else _open(config, config.block.indicators, file, tables)
    )
    units = _units_table(config, values, derived, tables)
    return _unit_codes(units, config.block.units.id, repeated=values is not None)[0]


def _units_table(
    config: Config, values: Table | None, derived: DerivedIndicators | None, tables: dict[Path, Table]
) -> Table:
    """The table with a row for each unit."""
    block = config.block.units
    if block.file is not None:
        return _open(config, block, block.file, tables)
    if values is not None:
        return values
    if derived is None:
        raise DataError(f"{config.path}: neither units nor indicators name a file")
    sheet = derived.units
    return as_table(Sheet((block.id, *sheet.columns[1:]), sheet.rows))


def _values(
    config: Config,
    table: Table | None,
    wanted: tuple[str, ...],
    codes: tuple[str, ...],
    derived: DerivedIndicators | None,
) -> tuple[tuple[str, ...], Floats, Bools]:
    """Editions, values (editions, units, indicators), and which units have a row in an edition."""
    made = set() if derived is None else set(derived.columns)
    read = tuple(name for name in wanted if name not in made)
    if table is None:
        _require_derived(config, read, made)
        editions: tuple[str, ...] = ()
        matrix = np.full((1, len(codes), 0), np.nan)
        there = np.ones((1, len(codes)), dtype=np.bool_)
    else:
        editions, matrix, there = _read_values(config, table, read, codes)
    if derived is None:
        return editions, matrix, there
    position = {name: index for index, name in enumerate(read)}
    columns = [
        np.broadcast_to(derived.values(name, codes), matrix.shape[:2])
        if name in made
        else matrix[..., position[name]]
        for name in wanted
    ]
    return editions, np.stack(columns, axis=-1), there


def _require_derived(config: Config, names: Sequence[str], made: Iterable[str]) -> None:
    problems = [
        Problem(f"indicator '{name}' is derived from no source.{did_you_mean(name, made)}")
        for name in names[:_MOST]
    ]
    if problems:
        raise DataError(problems)


def _read_values(
    config: Config, values: Table, wanted: tuple[str, ...], codes: tuple[str, ...]
) -> tuple[tuple[str, ...], Floats, Bools]:
    block = config.block
    unit_column = block.indicators.unit or block.units.id
    values.require((unit_column,), "the indicators")
    editions, edition_of_row = _editions(values, block.indicators.edition)
    unit_of_row = _positions(values, unit_column, codes)
    shape = (max(len(editions), 1), len(codes))
    if block.indicators.value is None:
        return editions, *_from_wide(values, wanted, unit_of_row, edition_of_row, shape)
    return editions, *_from_long(config, values, wanted, unit_of_row, edition_of_row, shape)


def _open(config: Config, block: TableBlock, file: str, tables: dict[Path, Table]) -> Table:
    path = config.folder / file
    if path not in tables:
        tables[path] = read_table(
            path,
            sheet=block.sheet,
            cells=block.range,
            delimiter=block.delimiter,
            decimal=block.decimal,
            encoding=block.encoding,
            missing=tuple(block.missing),
        )
    return tables[path].where({column: texts_of(texts) for column, texts in block.where.items()})


def _unit_codes(table: Table, column: str, *, repeated: bool) -> tuple[tuple[str, ...], Ints]:
    """The units' codes in order of appearance, and the first row of each."""
    table.require((column,), "the units")
    first: dict[str, int] = {}
    problems = []
    for row, code in enumerate(table.text(column)):
        if not code:
            problems.append(Problem("a row without a unit's code", table.mark(row, column)))
        elif code in first and not repeated:
            line = table.mark(first[code], column).line
            message = f"unit '{code}' is repeated; it stands first in line {line}"
            problems.append(Problem(message, table.mark(row, column)))
        first.setdefault(code, row)
    if problems:
        raise DataError(problems[:_MOST])
    return tuple(first), np.array(list(first.values()), dtype=np.int64)


def _editions(table: Table, column: str | None) -> tuple[tuple[str, ...], Ints]:
    """The editions in order, and the edition of each row."""
    if column is None:
        if EDITION not in table.columns:
            return (), np.zeros(table.rows, dtype=np.int64)
        column = EDITION
    table.require((column,), "the editions")
    texts = table.text(column)
    if "" in texts:
        raise DataError(Problem("a row without an edition", table.mark(texts.index(""), column)))
    names = tuple(dict.fromkeys(texts))
    if all(name.isdigit() for name in names):
        names = tuple(sorted(names, key=int))
    position = {name: index for index, name in enumerate(names)}
    return names, np.array([position[text] for text in texts], dtype=np.int64)


def _positions(table: Table, column: str, codes: Sequence[str]) -> Ints:
    """The unit of each row."""
    position = {code: index for index, code in enumerate(codes)}
    found = [position.get(code, -1) for code in table.text(column)]
    problems = [
        Problem(
            f"unit '{code}' is not in the table of units.{did_you_mean(code, codes)}", table.mark(row, column)
        )
        for row, (code, index) in enumerate(zip(table.text(column), found, strict=True))
        if index < 0
    ]
    if problems:
        raise DataError(problems[:_MOST])
    return np.array(found, dtype=np.int64)


def _unit_columns(config: Config, table: Table) -> tuple[str, ...]:
    """Numeric columns of the table of units: declared denominators, and others that options ask for."""
    block = config.block.units
    places = tuple(column for column in (block.latitude, block.longitude) if column)
    named = (block.name,) if block.name else ()
    table.require((*block.groups, *block.denominators, *places, *named), "the units")
    indicators = set(config.recipe.framework.indicators)
    asked = [name for name in config.recipe.columns if name in table.columns and name not in indicators]
    return tuple(dict.fromkeys((*block.denominators, *places, *asked)))


def _wanted(config: Config, own_columns: Iterable[str]) -> tuple[str, ...]:
    """Columns to read from the indicators: those of the tree, and others that options ask for."""
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
    """Numeric columns of the units, (editions, units, columns): by edition where the table has editions."""
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
    by_edition[at_edition[known], _positions(table, config.block.units.id, codes)[known]] = numbers[known]
    return by_edition


def _first(table: Table, column: str, rows: Ints) -> tuple[str, ...]:
    texts = table.text(column)
    return tuple(texts[row] for row in rows)


def _from_wide(
    table: Table, wanted: tuple[str, ...], units: Ints, editions: Ints, shape: tuple[int, int]
) -> tuple[Floats, Bools]:
    table.require(wanted, "the indicators")
    _refuse_repeated(
        table, np.stack([editions, units], axis=1), "unit and edition" if shape[0] > 1 else "unit"
    )
    matrix = np.full((*shape, len(wanted)), np.nan)
    there = np.zeros(shape, dtype=np.bool_)
    matrix[editions, units] = table.numbers(wanted)
    there[editions, units] = True
    return matrix, there


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
        problems = [f"no row for indicator '{name}'.{did_you_mean(name, known)}" for name in absent[:_MOST]]
        raise DataError([Problem(f"{table.file}: {problem}") for problem in problems])
    position = {name: index for index, name in enumerate(wanted)}
    indicators = np.array([position.get(name, -1) for name in names], dtype=np.int64)
    used = indicators >= 0
    keys = np.stack([editions, units, indicators], axis=1)
    _refuse_repeated(table, keys, "unit and indicator", used)
    matrix = np.full((*shape, len(wanted)), np.nan)
    there = np.zeros(shape, dtype=np.bool_)
    numbers = table.numbers((value,))[:, 0]
    matrix[editions[used], units[used], indicators[used]] = numbers[used]
    there[editions, units] = True
    return matrix, there


def _refuse_repeated(table: Table, keys: Ints, what: str, used: Bools | None = None) -> None:
    """Raise where two rows are about the same thing."""
    rows = np.arange(len(keys)) if used is None else np.flatnonzero(used)
    _, inverse, counts = np.unique(keys[rows], axis=0, return_inverse=True, return_counts=True)
    inverse = inverse.reshape(-1)
    if not (counts > 1).any():
        return
    problems = []
    first: dict[int, int] = {}
    for row, key in zip(rows, inverse, strict=True):
        if int(key) in first:
            line = table.mark(first[int(key)], table.columns[0]).line
            mark = table.mark(int(row), table.columns[0])
            problems.append(Problem(f"{what} are repeated; they stand first in line {line}", mark))
        first.setdefault(int(key), int(row))
    raise DataError(problems[:_MOST])


def _listed(names: Sequence[str], most: int = 10) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
