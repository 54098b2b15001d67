"""A published table that is not one of scores or ranks: its figures by the names of row and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from innov_index.config.language import PrintedTableBlock, PublishedBlock
from innov_index.config.load import Config
from innov_index.config.row_conditions import conditions_of
from innov_index.dataset.config_tables import ConfigTables
from innov_index.dataset.printed_figures import Intervals, check_decimals, decimals_at, printed
from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.shape.sheet_tables import Asked
from innov_index.model.arrays import Bools, Floats
from innov_index.wording import listed

OF_SCORES = frozenset({"unit", "match", "edition", "node", "score", "rank", "nodes", "ties"})
"""Keys of a block that say where its scores and ranks are."""


@frozen
class PublishedTable:
    """Figures under the names of a table that can be computed.

    Attributes
    ----------
    figures : (rows, columns)
        NaN where none is printed.
    printed : Intervals
        What each stands for.
    excepted : (rows, columns)
        Figures under `exceptions:`.
    left_out : texts
        Columns of the file that the table does not have.
    """

    name: str
    files: tuple[Path, ...]
    block: PublishedBlock
    of: PrintedTableBlock
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    figures: Floats
    printed: Intervals
    excepted: Bools
    left_out: tuple[str, ...]


def read_published_table(
    config: Config, block: PublishedBlock, of: PrintedTableBlock, columns: tuple[str, ...]
) -> PublishedTable:
    """Read a table of which these columns can be computed.

    Raises
    ------
    DataError
        The file cannot be read, a row is there twice, or no column is one of the table's.
    """
    if useless := sorted(OF_SCORES & block.model_fields_set):
        raise DataError(f"`{useless[0]}` is about scores and ranks; it has no effect with `of`")
    tables = ConfigTables(config.folder, config.given.frames)
    table = tables.open(block, block.file, Asked((block.row,) if block.row else ()))
    key = block.row or table.columns[0]
    table.require((key,), "published figures")
    rows = table.text(key)
    twice = sorted({row for row in rows if rows.count(row) > 1})
    if twice:
        raise DataError(f"{table.file}: row {twice[0]!r} of column '{key}' is there more than once")
    found = tuple(column for column in table.columns if column in columns and column != key)
    if not found:
        expected = listed(columns, 12)
        raise DataError(f"{table.file}: none of its columns is one of the table '{of.table}': {expected}")
    check_decimals(block.decimals, (*found, *rows), (), f"in `published: decimals` of {table.file}")
    figures = table.numbers(found)
    ends = np.full((3, *figures.shape), np.nan)
    for at, column in enumerate(found):
        one = printed(figures[:, at], decimals_at(block.decimals, None, column))
        ends[:, :, at] = one.low, one.high, one.unit
    for at, row in enumerate(rows):  # what is stated for a row goes before what is stated for a column
        if isinstance(block.decimals, dict) and row in block.decimals:
            one = printed(figures[at], decimals_at(block.decimals, None, row))
            ends[:, at] = one.low, one.high, one.unit
    excepted = np.zeros(figures.shape, dtype=np.bool_)
    for exception in block.exceptions:
        where = table.rows_where(conditions_of(exception.where))
        if not where.any():
            raise DataError(f"{table.file}: no row matches the exception '{exception.reason}'")
        excepted[where] = True
    used = {key, *found, *block.where}
    others = tuple(column for column in table.columns if column not in used)
    name = block.name or Path(block.file).name
    return PublishedTable(
        name, tables.files, block, of, rows, found, figures, Intervals(*ends), excepted, others
    )
