"""Numeric columns of the units that are in separate tables, such as population or gross domestic product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from innov_index.config.language import JoinedBlock
from innov_index.dataset.config_tables import EDITION, MOST, positions_in, refuse_repeated
from innov_index.errors import DataError, Problem, not_found
from innov_index.intake.tables.table import Table
from innov_index.model.arrays import Bools, Floats, Ints


def joined_columns(
    table: Table,
    block: JoinedBlock,
    unit_column: str,
    codes: Sequence[str],
    editions: Sequence[str],
    present: Bools,
) -> dict[str, Floats]:
    """The columns that a config joins to its units, each (editions, units).

    A table without editions applies to all editions. Rows for other units or editions are left out.

    Parameters
    ----------
    table : Table
        Has the block's columns.
    block : JoinedBlock
    unit_column : str
        Column with the codes of units.
    codes, editions : texts
    there : (editions, units)
        Which units need a row, and in which editions.

    Raises
    ------
    DataError
        The column of units or editions or the row of a unit is missing, or a unit is repeated.
    """
    edition_column = _edition_column(table, block, editions)
    table.require((unit_column, *((edition_column,) if edition_column else ())), "units.joined")
    unit = positions_in(codes, table.text(unit_column))
    edition = positions_in(editions, table.text(edition_column)) if edition_column else np.zeros_like(unit)
    used = (unit >= 0) & (edition >= 0)
    what = "unit and edition" if edition_column else "unit"
    refuse_repeated(table, np.stack([edition, unit], axis=1), what, used)
    shape = present.shape if edition_column else (1, len(codes))
    found: Ints = np.full(shape, -1, dtype=np.int64)
    found[edition[used], unit[used]] = np.flatnonzero(used)
    _require_rows(table, unit_column, codes, editions if edition_column else (), present & (found < 0))
    numbers = np.broadcast_to(table.numbers(block.columns)[found], (*present.shape, len(block.columns)))
    known = np.where((found >= 0)[..., None], numbers, np.nan)
    return {name: known[..., index] for index, name in enumerate(block.columns)}


def _edition_column(table: Table, block: JoinedBlock, editions: Sequence[str]) -> str | None:
    if block.edition is not None and not editions:
        raise DataError(f"units.joined.edition is '{block.edition}', but the indicators have no editions")
    return block.edition or (EDITION if editions and EDITION in table.columns else None)


def _require_rows(
    table: Table, column: str, codes: Sequence[str], editions: Sequence[str], absent: Bools
) -> None:
    """Raise one error that names every unit without a row."""
    places = list(dict.fromkeys((int(e) if editions else 0, int(u)) for e, u in np.argwhere(absent)))
    if not places:
        return
    known = table.text(column)
    problems = []
    for edition, unit in places[:MOST]:
        when = f"in edition {editions[edition]} " if editions else ""
        where = f"{when}(units.joined)"
        if codes[unit] in known:
            message = f"no row for unit '{codes[unit]}' {where}"
        else:
            message = not_found("row for unit", codes[unit], known, where)
        problems.append(Problem(f"{table.file}: {message}"))
    if len(places) > MOST:
        problems.append(Problem(f"and {len(places) - MOST} more"))
    raise DataError(problems)
